// How does somebody sign in? With a password and a second factor, a passkey alone, or another provider; the signing key is another matter.
import { Fingerprint, LogIn } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { call } from '../../../src/api/client.ts'
import type { Role } from '../../../src/domain/powers.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { type FactorAnswer, FactorForm } from '../../parts/factor-form.tsx'
import { PageHead } from '../../parts/page.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { passkeysPossible, showPasskey } from '../../passkey.ts'
import { goTo, wantedOf } from '../../provider.ts'
import { begin, type Halfway, signIn, useSession } from '../../session.ts'
import { snapshot } from '../../snapshot.ts'
import { useSending } from '../../use-sending.ts'

/** Where a role's work begins. */
const WORK: Record<Role, string> = {
  officer: '/a',
  approver: '/a',
  supplier: '/s',
  staff: '/s',
  evaluator: '/e',
  auditor: '/tenders',
  operator: '/v',
  custodian: '/k',
  administrator: '/o',
}

const finish = (ticket: string, answer: FactorAnswer) =>
  call('', ENDPOINTS.finishSignIn, { body: { ticket, ...answer } })

function SecondStep({ of, onAgain }: { of: Halfway; onAgain: () => void }) {
  const { t } = useTranslation()
  const show = async (answer: FactorAnswer) => {
    const reply = await finish(of.ticket, answer)
    if (reply.ok) {
      begin(reply.body)
      return null
    }
    return { errors: reply.errors, instance: String(reply.body.instance ?? '') }
  }
  return (
    <section className="card stack">
      <h2>{t('people.secondStep.title')}</h2>
      <FactorForm methods={of.methods} onAnswer={show} passkey={of.passkey} />
      <p>
        <button className="btn btn-quiet btn-small" onClick={onAgain} type="button">
          {t('people.secondStep.again')}
        </button>
      </p>
    </section>
  )
}

function OtherWays({ wanted }: { wanted: string | null }) {
  const { t, i18n } = useTranslation()
  const providers = useAsk(ENDPOINTS.listProviders, {})
  const { busy, problem, send, show } = useSending()
  const byPasskey = () =>
    send(async () => {
      const asked = await call('', ENDPOINTS.startPasskey, { body: {} })
      if (!asked.ok) return asked
      const shown = await showPasskey(asked.body.passkey)
      if (!shown.ok) return { ok: false, errors: [{ code: `passkey-${shown.why}`, facts: {} }], body: {} }
      const reply = await finish(asked.body.ticket, { passkey: shown.answer as unknown as Record<string, unknown> })
      if (reply.ok) begin(reply.body)
      return reply
    })
  const list = providers.data?.providers ?? []
  const own: Record<string, string> = {
    'no-connection': t('parts.states.offline'),
    'passkey-cancelled': t('factor.cancelled'),
    'passkey-there': t('factor.broke'),
    'passkey-broke': t('factor.broke'),
  }
  if (!passkeysPossible() && list.length === 0) return null
  return (
    <section className="card stack">
      <h2>{t('people.otherWays')}</h2>
      <ErrorSummary problem={problem} says={({ code }) => own[code] ?? null} />
      {passkeysPossible() && (
        <p>
          <Button isPending={busy} kind="quiet" onPress={() => void byPasskey()}>
            <Fingerprint aria-hidden="true" size={20} />
            {t('people.signIn.passkey')}
          </Button>
        </p>
      )}
      {list.map(({ name, ko, en }) => (
        <p key={name}>
          <Button
            kind="quiet"
            onPress={() =>
              void goTo(name, 'sign-in', wanted).then((refused) => {
                if (refused) show(refused)
              })
            }
          >
            <LogIn aria-hidden="true" size={20} />
            {t('people.signIn.provider', { name: i18n.language === 'en' ? en : ko })}
          </Button>
        </p>
      ))}
    </section>
  )
}

export function Page() {
  const { t } = useTranslation()
  const go = useNavigate()
  const [search] = useSearchParams()
  const session = useSession()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [half, setHalf] = useState<Halfway | null>(null)
  const { busy, problem, send } = useSending()
  const wanted = wantedOf(search.get('to'))

  useEffect(() => {
    if (session.state !== 'in') return
    const role = session.person.roles[0]
    void go(wanted ?? (role ? WORK[role] : '/'), { replace: true })
  }, [session, wanted, go])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    await send(async () => {
      const answer = await signIn(email.trim(), password)
      if (answer.ok && 'secondFactor' in answer.body) setHalf(answer.body.secondFactor)
      return answer
    })
  }

  return (
    <>
      <PageHead lead={t('people.signIn.lead')} title={t('people.signIn.title')} />
      <div className="grid gap-8 lg:grid-cols-2">
        <div className="stack">
          {half ? (
            <SecondStep of={half} onAgain={() => setHalf(null)} />
          ) : (
            <>
              <form className="card stack" noValidate onSubmit={(event) => void submit(event)}>
                <ErrorSummary
                  fieldOf={({ code }) => (code === 'bad-credentials' || code === 'bad-field' ? 'email' : null)}
                  problem={problem}
                  says={({ code }) =>
                    code === 'no-connection'
                      ? t('parts.states.offline')
                      : code === 'rate-limited'
                        ? t('people.signIn.tooMany')
                        : null
                  }
                />
                <TextField
                  autoComplete="username"
                  id="email"
                  inputMode="email"
                  label={t('people.signIn.email')}
                  maxLength={254}
                  onChange={setEmail}
                  type="email"
                  value={email}
                />
                <TextField
                  autoComplete="current-password"
                  id="password"
                  label={t('people.signIn.password')}
                  maxLength={512}
                  onChange={setPassword}
                  type="password"
                  value={password}
                />
                <Button isPending={busy} type="submit">
                  {t('parts.signIn')}
                </Button>
                <p>
                  <Link to="/forgot-password">{t('people.signIn.forgot')}</Link>
                </p>
              </form>
              <OtherWays wanted={wanted} />
            </>
          )}
        </div>
        <section className="prose">
          <h2>{t('people.need.title')}</h2>
          <ul>
            <li>{t('people.need.account')}</li>
            <li>{t('people.need.factor')}</li>
            <li>{t('people.need.key')}</li>
            <li>{t('people.need.browser')}</li>
          </ul>
          <p>
            <Link to="/register">{t('people.need.register')}</Link>
          </p>
          {snapshot.demo && <p className="note">{t('people.need.demo')}</p>}
          <p className="note">{t('people.need.public')}</p>
        </section>
      </div>
    </>
  )
}
