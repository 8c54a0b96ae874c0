// Too many custodians are gone: an overseer has all bidders seal again. What it means, to whom, until when, signed in public.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { secondsZ } from '../../../src/domain/kit/time.ts'
import type { JsonObject } from '../../../src/proof/canonical.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { serverNow } from '../../clock.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { DrawWaits } from '../tender/draw-wait.tsx'
import { useTender, type View } from '../tender/use-tender.ts'

/** Added to the days, so that the time is long enough when the order arrives. */
const MARGIN_MS = 120_000
const DAY_MS = 86_400_000

type Keysets = { technical?: string; price?: string }

function Order({ view }: { view: View }) {
  const { t, i18n } = useTranslation()
  const { no } = view
  const signing = useSigningKey()
  const custodians = useAsk(ENDPOINTS.listCustodians, {})
  const { busy, problem, setProblem, send } = useSend()
  const [statement, setStatement] = useState('')
  const [days, setDays] = useState('3')
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  if (custodians.error) return <Trouble error={custodians.error} onAgain={() => void custodians.refetch()} />
  if (!custodians.data) return <Loading />
  const able = custodians.data.custodians.filter((one) => one.prekeysLeft > 1)
  const chosen = able.map(({ id }) => id).filter((id) => !left.has(id))
  const order = async () => {
    if (signing.state !== 'here') return
    const until = secondsZ(serverNow() + Number(days) * DAY_MS + MARGIN_MS)
    const query = { custodians: chosen.join(','), until, statement }
    const proposed = await send(() => ask(ENDPOINTS.proposeRekey, { params: { no }, query }))
    if (!proposed) return
    const sign = (payload: unknown) => signAct(signing.key, payload as JsonObject & { typ: string })
    const keysets: Keysets = {}
    for (const kind of ['technical', 'price'] as const) {
      if (proposed.keysets[kind]) keysets[kind] = await sign(proposed.keysets[kind])
    }
    const body = { custodians: chosen, until, statement, jws: await sign(proposed.incident), keysets }
    // Once it is done the page shows the order in the place of this form.
    await send(() => ask(ENDPOINTS.orderRekey, { params: { no }, body }))
  }
  const found: Problem | null = problem
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        const whole = /^\d{1,2}$/.test(days) && Number(days) >= 1 && Number(days) <= 29
        if (!whole) setProblem({ errors: [{ code: 'rekey-too-short', facts: { least: '1', most: '29' } }] })
        else void order()
      }}
    >
      <ErrorSummary
        fieldOf={({ code }) => (code === 'statement-missing' ? 'oversight-statement' : null)}
        problem={found}
      />
      <TextField
        hint={t('oversight.statementHint')}
        id="oversight-statement"
        label={t('oversight.statement')}
        maxLength={2000}
        onChange={setStatement}
        rows={4}
        value={statement}
      />
      <TextField
        hint={t('oversight.daysHint')}
        id="oversight-days"
        inputMode="numeric"
        label={t('oversight.days')}
        num
        onChange={setDays}
        value={days}
      />
      <fieldset className="stack">
        <legend className="field-label">{t('oversight.custodians')}</legend>
        <p className="note">{t('oversight.custodiansHint')}</p>
        {able.map((one) => (
          <label className="flex items-center gap-2" key={one.id}>
            <input
              checked={!left.has(one.id)}
              onChange={(event) => {
                const next = new Set(left)
                if (event.target.checked) next.delete(one.id)
                else next.add(one.id)
                setLeft(next)
              }}
              type="checkbox"
            />
            <span>{inLanguage(one.name, i18n.language)}</span>
            <span className="note">{t('oversight.released', { count: releasedHere(view, one.id) })}</span>
          </label>
        ))}
      </fieldset>
      <KeyGate signing={signing} />
      <p>
        <Button isDisabled={signing.state !== 'here'} isPending={busy} type="submit">
          {t('oversight.order')}
        </Button>
      </p>
    </form>
  )
}

/** How many lists of this tender a custodian has released for. */
const releasedHere = (view: View, id: string): number => view.releases?.filter((r) => r.custodian === id).length ?? 0

function Body({ org }: { org: string }) {
  const { t, i18n } = useTranslation()
  const { no = '' } = useParams()
  const { data: view, error, refetch } = useTender(no)
  const rekey = useAsk(ENDPOINTS.readRekey, { params: { no } }, { every: 10_000 })
  if (!view) {
    return (
      <>
        <PageHead title={t('oversight.title')} />
        {error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />}
      </>
    )
  }
  const ordered = rekey.data?.rekey
  const mine = view.overseers.includes(org)
  const open = view.state === 'technical_opening' || view.state === 'price_opening'
  return (
    <>
      <PageHead tabTitle={`${t('oversight.title')} ${no}`} title={t('oversight.title')}>
        <p>
          <Link to={`/tenders/${no}`}>{`${no} ${inLanguage(view.title, i18n.language)}`}</Link>
        </p>
      </PageHead>
      <div className="stack gap-6">
        <p className="prose">{t('oversight.says')}</p>
        {ordered && (
          <NotificationBanner
            kind="success"
            live
            title={t('oversight.running', { answers: ordered.answers, bids: ordered.bids })}
          >
            <p>
              {t('oversight.until')} <Time at={ordered.until} form="exact" />
            </p>
            <p>{t('oversight.doneSays')}</p>
          </NotificationBanner>
        )}
        {view.pool && view.state === 'technical_opening' && <DrawWaits view={view} />}
        {!ordered && !open && <NotificationBanner title={t('oversight.notNow')} />}
        {!ordered && open && !mine && <NotificationBanner title={t('oversight.notYours')} />}
        {!ordered && open && mine && <Order view={view} />}
      </div>
    </>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="auditor" title={t('oversight.title')}>
      {(person) => <Body org={person.org} />}
    </RoleGate>
  )
}
