// Was this evaluator drawn, and is there a conflict of interest? Asked before anything of a proposal is shown.
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { FIELDS } from '../../../src/domain/evaluators/fields.ts'
import { GROUND_IDS, GROUNDS, type Grounds } from '../../../src/domain/evaluators/pool.ts'
import { declaration } from '../../../src/domain/tenders/signed-acts.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { Select } from '../../parts/select.tsx'
import { Trouble } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'

type Call = ReplyOf<(typeof ENDPOINTS)['listCalls']>['calls'][number]

function Declaration({ call }: { call: Call }) {
  const { t, i18n } = useTranslation()
  const signing = useSigningKey()
  const { busy, problem, send } = useSend()
  const name = useId()
  const [conflict, setConflict] = useState<boolean | null>(null)
  const [grounds, setGrounds] = useState<Grounds>('family')
  const [statement, setStatement] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (conflict === null || signing.state !== 'here') return
    const { key } = signing
    const said = { conflict, grounds: conflict ? grounds : null, statement: conflict ? statement : '' }
    await send(async () => {
      const jws = await signAct(key, declaration(call.tender, call, said))
      return ask(ENDPOINTS.declareInterests, { params: { no: call.tender }, body: { ...said, jws } })
    })
  }
  const choice = (value: boolean, says: string) => (
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input
        checked={conflict === value}
        className="size-5 accent-primary"
        name={name}
        onChange={() => setConflict(value)}
        type="radio"
      />
      <span>{says}</span>
    </label>
  )
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <ErrorSummary problem={problem} />
      <fieldset>
        <legend className="font-semibold">{t('evaluator.call.question')}</legend>
        {choice(false, t('evaluator.call.none'))}
        {choice(true, t('evaluator.call.some'))}
      </fieldset>
      {conflict === false && <p className="text-sm">{t('evaluator.call.publicLater')}</p>}
      {conflict && (
        <div className="grid gap-4 md:grid-cols-2">
          <Select
            label={t('evaluator.call.grounds')}
            onChange={(value) => setGrounds(value as Grounds)}
            options={GROUND_IDS.map((id) => ({ value: id, says: inLanguage(GROUNDS[id], i18n.language) }))}
            value={grounds}
          />
          <TextField
            hint={t('evaluator.call.statementHint')}
            label={t('evaluator.call.statement')}
            maxLength={2000}
            onChange={setStatement}
            rows={2}
            value={statement}
          />
        </div>
      )}
      <KeyGate signing={signing} />
      {signing.state === 'here' && (
        <p>
          <Button isDisabled={conflict === null} isPending={busy} type="submit">
            {t('evaluator.call.declare')}
          </Button>
        </p>
      )}
    </form>
  )
}

/** One seat for which the caller was drawn. */
function Drawn({ call }: { call: Call }) {
  const { t, i18n } = useTranslation()
  const words = (one: { ko: string; en: string }) => inLanguage(one, i18n.language)
  return (
    <section className="card stack">
      <h3>{words(call.title)}</h3>
      <SummaryList
        label={words(call.title)}
        rows={[
          { name: t('evaluator.agency'), value: words(call.agency) },
          { name: t('evaluator.call.seat'), value: `${call.evaluator} · ${words(FIELDS[call.field])}` },
          {
            name: t('evaluator.call.bidders'),
            value: call.bidders.map((bidder) => words(bidder.name)).join(', '),
          },
          { name: t('evaluator.call.due'), value: <Time at={call.dueAt} form="exact" /> },
        ]}
      />
      {call.state === 'called' ? <Declaration call={call} /> : <p>{t(`evaluator.call.state.${call.state}`)}</p>}
    </section>
  )
}

export function Calls() {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(ENDPOINTS.listCalls, {}, { every: 15_000 })
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  const calls = data?.calls ?? []
  if (calls.length === 0) return null
  return (
    <section className="stack mb-8">
      <h2>{t('evaluator.call.title')}</h2>
      <p className="prose">{t('evaluator.call.says')}</p>
      {calls.map((call) => (
        <Drawn call={call} key={`${call.tender} ${call.number}`} />
      ))}
    </section>
  )
}
