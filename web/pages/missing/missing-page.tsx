// What does a visitor see at an address where nothing is?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { PageHead } from '../../parts/page.tsx'

export function Page() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead lead={t('parts.missing.text')} title={t('parts.missing.title')} />
      <p className="flex flex-wrap gap-3">
        <Link className="btn" to="/tenders">
          {t('parts.nav.tenders')}
        </Link>
        <Link className="btn btn-quiet" to="/">
          {t('parts.home')}
        </Link>
      </p>
    </>
  )
}
