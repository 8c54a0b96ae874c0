// How did the committee come about? Pool, what was sealed for the draw, tickets in drawn order, who was called, and who was replaced.
import { useTranslation } from 'react-i18next'
import { fieldWords } from '../../../src/domain/evaluators/fields.ts'
import type { PoolRule } from '../../../src/domain/evaluators/pool.ts'
import { committeePurpose } from '../../../src/domain/evaluators/purpose.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import type { TenderFacts } from './tender-facts.ts'

type Row = { id: string; ticket: string; place: number; says: string }

/** What became of each number: seats and replacements, in the order of the log. */
function outcomesOf(facts: TenderFacts, says: (key: string, facts: Record<string, string>) => string) {
  const { called, declared } = facts.committee
  const outcome = new Map<string, string>()
  for (const { payload } of called) {
    for (const { id, evaluator, replaces, because } of payload.calls) {
      if (replaces !== null) outcome.set(replaces, says(`replaced.${because}`, { evaluator }))
      const answer = declared.find((d) => d.payload.id === id)?.payload
      const state = answer === undefined ? 'called' : answer.conflict ? 'conflict' : 'sits'
      outcome.set(id, says(state, { evaluator }))
    }
    for (const { id, because } of payload.passed) outcome.set(id, says(`passed.${because}`, {}))
  }
  return outcome
}

export function DrawnCommittee({ facts, pool }: { facts: TenderFacts; pool: PoolRule }) {
  const { t, i18n } = useTranslation()
  const { committee, notice } = facts
  const outcome = outcomesOf(facts, (key, values) => t(`tender.committee.became.${key}`, values))
  const drawn = committee.draws.length > 0
  return (
    <section className="stack mt-4">
      <h2>{t('tender.committee.title')}</h2>
      <p className="prose">{t('tender.committee.says', { count: pool.perYear })}</p>
      <p>
        {committee.contributions.length > 0
          ? t('tender.committee.sealed', { count: committee.contributions.length })
          : t('tender.committee.notSealed')}
      </p>
      {pool.strata.map(({ field, seats }) => {
        const name = inLanguage(fieldWords(field), i18n.language)
        const ids = committee.pool?.payload.strata.find((s) => s.field === field)?.ids ?? []
        const purpose = committeePurpose(notice?.payload.tender ?? '', notice?.payload.lot ?? '', field)
        const tickets = committee.draws.find((d) => d.payload.purpose === purpose)?.payload.tickets ?? []
        const rows = tickets.map(
          ({ id, ticket }, i): Row => ({ id, ticket, place: i + 1, says: outcome.get(id) ?? '' }),
        )
        return (
          <div className="stack" key={field}>
            <h3>{t('tender.committee.field', { name, seats, people: ids.length })}</h3>
            {rows.length > 0 && (
              <DataTable<Row>
                caption={t('tender.committee.tickets', { name })}
                captionHidden
                columns={[
                  {
                    id: 'place',
                    head: t('tender.committee.place'),
                    num: true,
                    cell: (row) => row.place,
                    text: (row) => String(row.place),
                  },
                  {
                    id: 'id',
                    head: t('tender.committee.number'),
                    names: true,
                    cell: (row) => <HashText first={8} name={t('tender.committee.number')} value={row.id} />,
                    text: (row) => row.id,
                  },
                  {
                    id: 'ticket',
                    head: t('tender.committee.ticket'),
                    cell: (row) => <HashText first={8} name={t('tender.committee.ticket')} value={row.ticket} />,
                    text: (row) => row.ticket,
                  },
                  {
                    id: 'became',
                    head: t('tender.committee.outcome'),
                    cell: (row) => row.says || t('tender.committee.waiting'),
                    text: (row) => row.says,
                  },
                ]}
                fileName={`tickets-${field}`}
                keyOf={(row) => row.id}
                rows={rows}
              />
            )}
          </div>
        )
      })}
      <p className="note">{t(drawn ? 'tender.committee.proof' : 'tender.committee.notDrawn')}</p>
    </section>
  )
}
