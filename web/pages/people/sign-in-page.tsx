// How does somebody sign in? E-mail and password; the signing key is another matter and stays in the browser.
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import type { Role } from '../../../src/domain/powers.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { PageHead } from '../../parts/page.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { signIn, useSession } from '../../session.ts'
import { snapshot } from '../../snapshot.ts'

/** Where a role's work begins. */
const WORK: Record<Role, string> = {
  officer: '/a',
  supplier: '/s',
  evaluator: '/e',
  auditor: '/tenders',
  operator: '/k',
}

/** An address of ours to go to after signing in; anything else in the link is ignored. */
const wantedOf = (to: string | null): string | null => (to !== null && /^\/(?![/\\])/.test(to) ? to : null)

export function Page() {
  const { t } = useTranslation()
  const go = useNavigate()
  const [search] = useSearchParams()
  const session = useSession()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const wanted = wantedOf(search.get('to'))

  useEffect(() => {
    if (session.state !== 'in') return
    const role = session.person.roles[0]
    void go(wanted ?? (role ? WORK[role] : '/'), { replace: true })
  }, [session, wanted, go])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      const answer = await signIn(email.trim(), password)
      if (!answer.ok) setProblem({ errors: answer.errors, instance: String(answer.body.instance ?? '') })
    } catch {
      setProblem({ errors: [{ code: 'no-connection', facts: {} }] })
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <PageHead lead={t('people.signIn.lead')} title={t('people.signIn.title')} />
      <div className="grid gap-8 lg:grid-cols-2">
        <form className="card stack" noValidate onSubmit={(event) => void submit(event)}>
          <ErrorSummary
            fieldOf={({ code }) => (code === 'bad-credentials' || code === 'bad-field' ? 'email' : null)}
            problem={problem}
            says={({ code }) => (code === 'no-connection' ? t('parts.states.offline') : null)}
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
        </form>
        <section className="prose">
          <h2>{t('people.need.title')}</h2>
          <ul>
            <li>{t('people.need.account')}</li>
            <li>{t('people.need.key')}</li>
            <li>{t('people.need.browser')}</li>
          </ul>
          {snapshot.demo && <p className="note">{t('people.need.demo')}</p>}
          <p className="note">{t('people.need.public')}</p>
        </section>
      </div>
    </>
  )
}
