// Until when is nobody awarded, as the notice promised? The end is counted here from the log, as everybody can; the time left by the server's clock.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { awardedAmong } from '../../../src/domain/organisations/exclusion.ts'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import { winnersOfRule } from '../../../src/domain/scoring/decided.ts'
import { useClockState, useServerSecond } from '../../clock.ts'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { Time } from '../../parts/time.tsx'
import { spanText } from '../../when.ts'
import { rankingOf } from './award-tab.tsx'
import { standstillIn, type TenderFacts } from './tender-facts.ts'
import type { View } from './use-tender.ts'

/** What is said while a tender is ranked and its notice promises a standstill. */
export function Standstill({ view, facts }: { view: View; facts: TenderFacts }) {
  const { t, i18n } = useTranslation()
  const now = useServerSecond()
  const known = useClockState() !== 'unknown'
  const ranking = rankingOf(facts)
  const { hours, ends } = standstillIn(facts)
  if (!ranking || ends === null) return null
  const { joint } = awardedAmong(ranking.order, new Set(), winnersOfRule(view.rule as unknown as AnyRule))
  if (joint || ranking.byPrice?.next)
    return (
      <NotificationBanner title={t('standstill.pending')}>
        <p>{t('standstill.pendingSays')}</p>
      </NotificationBanner>
    )
  const left = Date.parse(ends) - now
  if (known && left <= 0)
    return (
      <NotificationBanner title={t('standstill.over')}>
        <p>{t('standstill.overSays')}</p>
      </NotificationBanner>
    )
  return (
    <NotificationBanner
      title={
        <>
          {t('standstill.until')} <Time at={ends} form="exact" />
        </>
      }
    >
      {known && (
        <p className="tnum font-semibold" role="timer">
          {t('standstill.left', { span: spanText(left, i18n.language) })}
        </p>
      )}
      <p className="prose">{t('standstill.says', { count: hours })}</p>
      <p>
        <Link to={`/tenders/${view.no}?tab=objections`}>{t('standstill.object')}</Link>
      </p>
    </NotificationBanner>
  )
}
