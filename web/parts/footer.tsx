// What is at the foot of every page? What the service is, where its data are, how to check it.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

const ROWS = [
  ['/how', 'common.nav.how'],
  ['/how/log', 'common.foot.log'],
  ['/how/refusals', 'common.foot.refusals'],
  ['/who-may', 'common.nav.whoMay'],
] as const

export function Footer() {
  const { t } = useTranslation()
  return (
    <footer className="no-print mt-8 border-line border-t bg-sunken">
      <div className="wrap flex flex-wrap justify-between gap-x-10 gap-y-4 py-8 text-[0.94rem]">
        <p className="max-w-[34rem] text-muted">{t('common.foot.what')}</p>
        <nav aria-label={t('common.foot.label')}>
          <ul className="flex flex-wrap gap-x-5 gap-y-2">
            {ROWS.map(([to, says]) => (
              <li key={to}>
                <Link to={to}>{t(says)}</Link>
              </li>
            ))}
            <li>
              <a href="/openapi.json">{t('common.foot.api')}</a>
            </li>
            <li>
              <a href="/log/checkpoint">{t('common.foot.checkpoint')}</a>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
  )
}
