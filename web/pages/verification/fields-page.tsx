// Which fields do evaluators state that nobody has confirmed yet? The operator confirms each, or refuses it with a reason.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { FIELDS } from '../../../src/domain/evaluators/fields.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'

type Row = ReplyOf<(typeof ENDPOINTS)['listStatedFields']>['fields'][number]
const PER = 20

function Queue() {
  const { t, i18n } = useTranslation()
  const [search] = useSearchParams()
  const waiting = search.get('all') === '1' ? 'no' : 'yes'
  const page = Math.max(1, Math.trunc(Number(search.get('page'))) || 1)
  const [statement, setStatement] = useState('')
  const [done, setDone] = useState(false)
  const { busy, problem, send } = useSend()
  // Each look is recorded, so the list is asked for once and after each decision, and not by a clock.
  const { data, error, refetch } = useAsk(ENDPOINTS.listStatedFields, { query: { waiting, page, per: PER } })
  const decide = async ({ account, field }: Row, verdict: 'confirmed' | 'refused') => {
    const body = { verdict, statement: verdict === 'refused' ? statement : '' }
    const decided = await send(() => ask(ENDPOINTS.decideField, { params: { account, field }, body }))
    setDone(decided !== null)
    if (decided === null) return
    setStatement('')
    await refetch()
  }
  const hrefOf = (to: number) => `?${new URLSearchParams({ ...Object.fromEntries(search), page: String(to) })}`
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="stack">
      <p>
        <Link to={waiting === 'yes' ? '?all=1' : '?'}>
          {t(waiting === 'yes' ? 'evaluator.review.all' : 'evaluator.review.waiting')}
        </Link>
      </p>
      <ErrorSummary fieldOf={() => 'field-statement'} problem={problem} />
      <DataTable<Row>
        caption={t('evaluator.review.title')}
        captionHidden
        columns={[
          {
            id: 'person',
            head: t('evaluator.review.person'),
            names: true,
            cell: (row) => `${row.name} · ${inLanguage(row.org, i18n.language)}`,
          },
          {
            id: 'field',
            head: t('evaluator.review.field'),
            cell: (row) => inLanguage(FIELDS[row.field], i18n.language),
          },
          {
            id: 'grounds',
            head: t('evaluator.review.grounds'),
            cell: (row) => <span className="break-words">{row.grounds || '–'}</span>,
          },
          { id: 'since', head: t('evaluator.review.since'), cell: (row) => <Time at={row.since} /> },
          {
            id: 'state',
            head: t('evaluator.review.state'),
            cell: (row) => (
              <span className="break-words">
                {t(`evaluator.fields.state.${row.state}`)}
                {row.statement && `: ${row.statement}`}
              </span>
            ),
          },
          {
            id: 'act',
            head: t('evaluator.review.act'),
            cell: (row) =>
              row.state === 'declared' ? (
                <span className="flex flex-wrap gap-2">
                  <Button isPending={busy} onPress={() => void decide(row, 'confirmed')} small>
                    {t('evaluator.review.confirm')}
                  </Button>
                  <Button isPending={busy} kind="danger" onPress={() => void decide(row, 'refused')} small>
                    {t('evaluator.review.refuse')}
                  </Button>
                </span>
              ) : (
                '–'
              ),
          },
        ]}
        empty={
          <Empty title={t('evaluator.review.none')}>
            <p>{t('evaluator.review.noneSays')}</p>
          </Empty>
        }
        keyOf={(row) => `${row.account} ${row.field}`}
        paging={{ page, per: PER, total: data.total, hrefOf }}
        rows={data.fields}
      />
      <p className="note" role="status">
        {done && t('evaluator.review.done')}
      </p>
      {data.fields.some((row) => row.state === 'declared') && (
        <TextField
          hint={t('evaluator.review.hint')}
          id="field-statement"
          label={t('evaluator.review.statement')}
          maxLength={2000}
          onChange={setStatement}
          rows={3}
          value={statement}
        />
      )}
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="operator" title={t('evaluator.review.title')}>
      {() => (
        <>
          <PageHead
            crumbs={[{ to: '/v', says: t('parts.nav.verification') }]}
            lead={t('evaluator.review.lead')}
            title={t('evaluator.review.title')}
          />
          <Queue />
        </>
      )}
    </RoleGate>
  )
}
