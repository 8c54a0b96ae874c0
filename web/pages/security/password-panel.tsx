// How do I get another password? By knowing the one I have.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ask, ENDPOINTS, keyOf, queries } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NewPasswordField } from '../../parts/new-password-field.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useSending } from '../../use-sending.ts'
import type { Security } from './security.ts'

export function PasswordPanel({ of }: { of: Security }) {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [done, setDone] = useState(false)
  const { busy, problem, send } = useSending()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setDone(false)
    const sent = await send(() => ask(ENDPOINTS.changePassword, { body: { current, password } }))
    if (!sent) return
    setCurrent('')
    setPassword('')
    setDone(true)
    await queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.listSessions) })
  }
  return (
    <section className="card stack">
      <h2>{t('security.password.title')}</h2>
      {of.password ? (
        <form className="stack max-w-[28rem]" noValidate onSubmit={(event) => void submit(event)}>
          <ErrorSummary
            fieldOf={({ code, at }) =>
              code === 'bad-credentials' || at === '/current'
                ? 'current-password'
                : /^(password-|bad-field)/.test(code)
                  ? 'new-password'
                  : null
            }
            problem={problem}
            says={({ code }) =>
              code === 'no-connection'
                ? t('parts.states.offline')
                : code === 'bad-credentials'
                  ? t('security.password.wrong')
                  : code === 'bad-field'
                    ? t('security.password.both')
                    : null
            }
          />
          {done && (
            <NotificationBanner kind="success" live title={t('security.password.done')}>
              <p>{t('people.password.ended')}</p>
            </NotificationBanner>
          )}
          <TextField
            autoComplete="current-password"
            id="current-password"
            label={t('security.password.current')}
            maxLength={512}
            onChange={setCurrent}
            type="password"
            value={current}
          />
          <NewPasswordField onChange={setPassword} value={password} />
          <p>
            <Button isPending={busy} kind="quiet" type="submit">
              {t('people.password.save')}
            </Button>
          </p>
        </form>
      ) : (
        <p>
          {t('security.password.none')} <Link to="/forgot-password">{t('security.password.choose')}</Link>
        </p>
      )}
    </section>
  )
}
