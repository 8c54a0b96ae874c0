// How does anybody check a receipt, a tender's bundle or a log head here, in this browser, step by step?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { PageHead } from '../../parts/page.tsx'
import { CheckBundle } from './check-bundle.tsx'
import { CheckHead } from './check-head.tsx'
import { CheckReceipt } from './check-receipt.tsx'

export function Page() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead lead={t('verify.lead')} title={t('verify.title')} />
      <div className="flex flex-col gap-8">
        <CheckReceipt />
        <CheckBundle />
        <CheckHead />
        <section className="stack prose">
          <h2>{t('verify.others.title')}</h2>
          <p>{t('verify.others.text')}</p>
          <p>
            <Link to="/how/verify">{t('verify.others.formats')}</Link>
          </p>
        </section>
      </div>
    </>
  )
}
