// How does an award by price come about? Worked examples, computed here by the same code that decides.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Contest, type ContestRow, decideContest } from '../../../src/domain/scoring/contest.ts'
import { EXAMPLES, type Example } from '../../../src/domain/scoring/examples.ts'
import { reasonWords } from '../../../src/domain/scoring/words.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Money } from '../../parts/money.tsx'
import { Working } from '../tender/working.tsx'

function Rows({ contest, title }: { contest: Contest; title: string }) {
  const { t, i18n } = useTranslation()
  const why = (row: ContestRow) => row.reasons.map((code) => inLanguage(reasonWords(code), i18n.language)).join(', ')
  const rank = (row: ContestRow) => (row.rank === null ? '–' : `${row.rank}${row.tie ? ' =' : ''}`)
  return (
    <DataTable<ContestRow>
      caption={title}
      captionHidden
      columns={[
        { id: 'bidder', head: t('how.scoring.worked.bidder'), names: true, cell: (row) => row.bidder },
        { id: 'rank', head: t('how.scoring.worked.rank'), num: true, cell: rank },
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
      rows={contest.rows}
    />
  )
}

function Worked({ example }: { example: Example }) {
  const { t, i18n } = useTranslation()
  const decided = useMemo(() => decideContest(example.facts), [example])
  const title = inLanguage(example.title, i18n.language)
  if (!decided.ok) return null
  const contest = decided.value
  const first = contest.rows[0]
  return (
    <article className="card stack min-w-0">
      <h3>{title}</h3>
      <p>{inLanguage(example.says, i18n.language)}</p>
      <Working rule={example.facts.rule} steps={contest.steps} />
      <Rows contest={contest} title={title} />
      {first && (
        <details>
          <summary>{t('how.scoring.worked.working', { bidder: first.bidder })}</summary>
          <div className="mt-3">
            <Working rule={example.facts.rule} steps={first.steps} />
          </div>
        </details>
      )}
    </article>
  )
}

export function WorkedContests() {
  const { t } = useTranslation()
  return (
    <section className="stack">
      <h2>{t('how.scoring.worked.title')}</h2>
      <p className="prose">{t('how.scoring.worked.lead')}</p>
      {EXAMPLES.map((example) => (
        <Worked example={example} key={example.title.en} />
      ))}
    </section>
  )
}
