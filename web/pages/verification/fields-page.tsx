// Which fields do evaluators state that nobody has confirmed yet? The operator confirms each, or refuses it with a reason.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { FIELDS } from '../../../src/domain/evaluators/fields.ts'
import { fieldDecision } from '../../../src/domain/organisations/register-acts.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { SignNote } from '../../parts/sign-note.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { canAct, signedIf } from '../../sign-if.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { Queue, useQueue } from './queue.tsx'
import { Verdict, Verdicts } from './verdicts.tsx'

type Row = ReplyOf<(typeof ENDPOINTS)['listStatedFields']>['fields'][number]

function StatedFields() {
  const { t, i18n } = useTranslation()
  const queue = useQueue()
  const [statement, setStatement] = useState('')
  const [done, setDone] = useState(false)
  const { busy, problem, send } = useSend()
  const signing = useSigningKey()
  // Each look is recorded, so the list is asked for once and after each decision, and not by a clock.
  const { data, error, refetch } = useAsk(ENDPOINTS.listStatedFields, { query: queue.query })
  const decide = async ({ account, field }: Row, verdict: 'confirmed' | 'refused') => {
    const body = { verdict, statement: verdict === 'refused' ? statement : '' }
    if (!canAct(signing)) return
    const decided = await send(async () => {
      const jws = await signedIf(signing, fieldDecision(account, field, verdict, signing.me.account))
      return ask(ENDPOINTS.decideField, { params: { account, field }, body: { ...body, ...jws } })
    })
    setDone(decided !== null)
    if (decided === null) return
    setStatement('')
    await refetch()
  }
  return (
    <div className="stack">
      <SignNote signing={signing} />
      <Queue<Row>
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
                <Verdict
                  busy={busy}
                  no={{ says: t('evaluator.review.refuse'), on: () => void decide(row, 'refused') }}
                  yes={{ says: t('evaluator.review.confirm'), on: () => void decide(row, 'confirmed') }}
                />
              ) : (
                '–'
              ),
          },
        ]}
        error={error}
        found={data && { rows: data.fields, total: data.total }}
        frame={(table) => (
          <Verdicts
            done={done && t('evaluator.review.done')}
            hint="evaluator.review.hint"
            id="field-statement"
            label="evaluator.review.statement"
            longest={2000}
            onStatement={setStatement}
            open={data?.fields.some((row) => row.state === 'declared') ?? false}
            problem={problem}
            statement={statement}
          >
            {table}
          </Verdicts>
        )}
        keyOf={(row) => `${row.account} ${row.field}`}
        onAgain={() => void refetch()}
        queue={queue}
        words={{
          title: t('evaluator.review.title'),
          all: t('evaluator.review.all'),
          waiting: t('evaluator.review.waiting'),
          none: t('evaluator.review.none'),
          noneSays: t('evaluator.review.noneSays'),
        }}
      />
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
          <StatedFields />
        </>
      )}
    </RoleGate>
  )
}
