// What did the agency change of the published tender? Each amendment, and of one that changes the rule the old one beside the new.
import { useTranslation } from 'react-i18next'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { RuleDifference } from '../../parts/rule-difference.tsx'
import { Time } from '../../parts/time.tsx'
import type { TenderFacts } from './tender-facts.ts'

/** What became of the rule by an amendment, beside what it was until then. */
function Changed({ facts, index, no }: { facts: TenderFacts; index: number; no: string }) {
  const at = facts.rules.findIndex(({ event }) => event.index === index)
  const [before, after] = [facts.rules[at - 1], facts.rules[at]]
  if (!before || !after) return null
  const deciding = ({ payload: { rule, notice } }: typeof after) => ({
    rule,
    method: notice.method,
    budget: notice.budget,
  })
  return <RuleDifference after={deciding(after)} before={deciding(before)} name={`${no}-amendment`} />
}

export function Amendments({ facts, no }: { facts: TenderFacts; no: string }) {
  const { t } = useTranslation()
  return facts.amendments.map(({ event, payload }) => {
    const what = payload.change ? 'rule' : payload.keysets ? 'replaced' : 'title'
    return (
      <div className="mb-4" key={event.index}>
        <NotificationBanner kind={what === 'title' ? 'info' : 'warning'} title={t(`amended.banner.${what}`)}>
          {what !== 'title' && <p>{t(`amended.banner.${what}Says`)}</p>}
          <p>
            {t('tender.incident.newDeadline')} <Time at={payload.newDeadline} form="exact" />
          </p>
          <p>{payload.statement}</p>
          {payload.change && <Changed facts={facts} index={event.index} no={no} />}
        </NotificationBanner>
      </div>
    )
  })
}
