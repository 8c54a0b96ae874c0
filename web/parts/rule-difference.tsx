// What does an amendment change? Old and new rule side by side, place by place.
import { useTranslation } from 'react-i18next'
import { type RuleDifference as Difference, ruleDifferences } from '../../src/domain/scoring/rule-difference.ts'
import type { Json } from '../../src/proof/canonical.ts'
import { MethodWords } from '../pages/tender/method-words.tsx'
import { DataTable } from './data-table.tsx'
import { grouped } from './money.tsx'

/** What decides: the rule, the row of METHODS that it is known by, and the budget. */
export type Decides = { rule: Json; method: string; budget: { amount: string; currency: string } }

/** Parts of a rule that have words of their own; all else is called a further term. */
const PARTS: ReadonlySet<string> = new Set([
  'method',
  'budget',
  'weights',
  'items',
  'maximum',
  'tech',
  'price',
  'planned',
  'floor',
  'ties',
  'winners',
  'totalPassMark',
  'examination',
  'comprehensive',
  'auction',
  'quality',
])
const partOf = (at: string): string => {
  const part = at.split('/')[0] ?? ''
  return PARTS.has(part) ? part : 'other'
}

function Value({ at, of: value }: { at: string; of: string | null }) {
  const { t } = useTranslation()
  if (value === null) return <span className="note">{t('amended.none')}</span>
  if (at === 'method') return <MethodWords id={value} />
  return <bdi>{/^\d{5,30}$/.test(value) ? grouped(value) : value}</bdi>
}

const flat = ({ rule, method, budget }: Decides): Json => ({
  method,
  budget: { ...budget },
  ...(rule as { [name: string]: Json }),
})

export function RuleDifference({ before, after, name }: { before: Decides; after: Decides; name: string }) {
  const { t } = useTranslation()
  const rows = ruleDifferences(flat(before), flat(after))
  return (
    <DataTable<Difference>
      caption={t('amended.caption')}
      columns={[
        {
          id: 'at',
          head: t('amended.what'),
          names: true,
          cell: ({ at }) => (
            <>
              {t(`amended.of.${partOf(at)}`)}
              {at.includes('/') && <span className="note mono block break-all">{at}</span>}
            </>
          ),
          text: ({ at }) => at,
        },
        {
          id: 'before',
          head: t('amended.before'),
          wide: true,
          cell: ({ at, before: was }) => <Value at={at} of={was} />,
          text: ({ before: was }) => was ?? '',
        },
        {
          id: 'after',
          head: t('amended.after'),
          wide: true,
          cell: ({ at, after: is }) => <Value at={at} of={is} />,
          text: ({ after: is }) => is ?? '',
        },
      ]}
      empty={<p className="note">{t('amended.same')}</p>}
      fileName={name}
      keyOf={({ at }) => at}
      rows={rows}
    />
  )
}
