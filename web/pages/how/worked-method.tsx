// What does a method make of four bids? Its worked example, computed here by the same code that decides, with every step.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { decide } from '../../../src/domain/scoring/award.ts'
import type { ContestRow } from '../../../src/domain/scoring/contest.ts'
import { exampleOf } from '../../../src/domain/scoring/method-examples.ts'
import type { MethodId } from '../../../src/domain/scoring/methods.ts'
import type { Row } from '../../../src/domain/scoring/ranking.ts'
import { reasonWords } from '../../../src/domain/scoring/words.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Money } from '../../parts/money.tsx'
import { Working } from '../tender/working.tsx'

export function WorkedMethod({ id, title }: { id: MethodId; title: string }) {
  const { t, i18n } = useTranslation()
  const { rule, decided } = useMemo(() => {
    const facts = exampleOf(id)
    return { rule: facts.rule, decided: decide(facts) }
  }, [id])
  if (!decided.ok) return null
  const { value } = decided
  const common = value.kind === 'CONTEST' ? value.contest.steps : []
  const rows: readonly (Row | ContestRow)[] = value.kind === 'CONTEST' ? value.contest.rows : value.ranking.rows
  const why = (row: Row | ContestRow) =>
    row.reasons.map((code) => inLanguage(reasonWords(code), i18n.language)).join(', ')
  return (
    <div className="stack mt-3 min-w-0">
      <Working rule={rule} steps={common} />
      <DataTable<Row | ContestRow>
        caption={title}
        captionHidden
        columns={[
          { id: 'bidder', head: t('how.scoring.worked.bidder'), names: true, cell: (row) => row.bidder },
          {
            id: 'rank',
            head: t('how.scoring.worked.rank'),
            num: true,
            cell: (row) => (row.rank === null ? '–' : `${row.rank}${row.tie ? ' =' : ''}`),
          },
          {
            id: 'amount',
            head: t('how.scoring.worked.amount'),
            num: true,
            cell: (row) => (row.amount === null ? '–' : <Money amount={row.amount} />),
          },
          {
            id: 'points',
            head: t('how.scoring.worked.points'),
            num: true,
            cell: (row) => row.total ?? row.price ?? '–',
          },
          { id: 'why', head: t('how.scoring.worked.why'), cell: (row) => why(row) || '–' },
        ]}
        keyOf={(row) => row.bidder}
        rows={rows}
      />
      {rows.map((row) => (
        <div className="stack" data-example={row.bidder} key={row.bidder}>
          <p className="font-semibold">{t('how.scoring.worked.working', { bidder: row.bidder })}</p>
          <Working rule={rule} steps={row.steps} />
        </div>
      ))}
    </div>
  )
}
