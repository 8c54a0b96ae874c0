// What is at the foot of every page? What the service is, where its data are, how to check it.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useSession } from '../session.ts'

const ROWS = [
  ['/how', 'parts.nav.how'],
  ['/log', 'parts.foot.log'],
  ['/how/refusals', 'parts.foot.refusals'],
  ['/exclusions', 'parts.foot.exclusions'],
  ['/who-may', 'parts.nav.whoMay'],
] as const

/** For whoever is signed in, whatever the role. */
const OWN = [
  ['/keys', 'parts.foot.keys'],
  ['/my-data', 'parts.foot.myData'],
] as const

export function Footer() {
  const { t } = useTranslation()
  const session = useSession()
  const rows = [...ROWS, ...(session.state === 'in' ? OWN : [])]
  return (
    <footer className="no-print mt-8 border-line border-t bg-sunken">
      <div className="wrap flex flex-wrap justify-between gap-x-10 gap-y-4 py-8 text-[0.94rem]">
        <p className="max-w-[34rem] text-muted">{t('parts.foot.what')}</p>
        <nav aria-label={t('parts.foot.label')}>
          <ul className="flex flex-wrap gap-x-5 gap-y-2">
            {rows.map(([to, says]) => (
              <li key={to}>
                <Link to={to}>{t(says)}</Link>
              </li>
            ))}
            <li>
              <a href="/openapi.json">{t('parts.foot.api')}</a>
            </li>
            <li>
              <a href="/log/checkpoint">{t('parts.foot.checkpoint')}</a>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
  )
}
