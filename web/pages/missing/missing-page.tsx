// What does a visitor see at an address where nothing is?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { PageHead } from '../../parts/page.tsx'

export function Page() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead lead={t('common.missing.text')} title={t('common.missing.title')} />
      <p className="flex flex-wrap gap-3">
        <Link className="btn" to="/tenders">
          {t('common.nav.tenders')}
        </Link>
        <Link className="btn btn-quiet" to="/">
          {t('common.home')}
        </Link>
      </p>
    </>
  )
}
