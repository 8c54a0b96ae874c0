// Which new password? With the token of a mailed link, which stands behind the # of the address.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { call } from '../../../src/api/client.ts'
import { ENDPOINTS } from '../../call.ts'
import { linkToken } from '../../link-token.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmationPanel } from '../../parts/confirmation-panel.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NewPasswordField } from '../../parts/new-password-field.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { useSending } from '../../use-sending.ts'

export function Page() {
  const { t } = useTranslation()
  const [token] = useState(linkToken)
  const [password, setPassword] = useState('')
  const [done, setDone] = useState(false)
  const { busy, problem, send } = useSending()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const sent = await send(() => call('', ENDPOINTS.resetPassword, { body: { token, password } }))
    if (sent) setDone(true)
  }
  return (
    <>
      <PageHead
        crumbs={[{ to: '/sign-in', says: t('people.signIn.title') }]}
        lead={t('people.reset.lead')}
        title={t('people.reset.title')}
      />
      {token === '' && (
        <NotificationBanner kind="warning" title={t('people.reset.noToken')}>
          <p>
            <Link to="/forgot-password">{t('people.signIn.forgot')}</Link>
          </p>
        </NotificationBanner>
      )}
      {done && (
        <ConfirmationPanel title={t('people.reset.done')}>
          <p>{t('people.password.ended')}</p>
          <p>
            <Link className="btn" to="/sign-in">
              {t('parts.signIn')}
            </Link>
          </p>
        </ConfirmationPanel>
      )}
      {token !== '' && !done && (
        <form className="card stack max-w-[36rem]" noValidate onSubmit={(event) => void submit(event)}>
          <ErrorSummary
            fieldOf={({ code }) => (/^(password-|bad-field)/.test(code) ? 'new-password' : null)}
            problem={problem}
            says={({ code }) =>
              code === 'no-connection'
                ? t('parts.states.offline')
                : code === 'bad-field'
                  ? t('people.password.hint')
                  : null
            }
          />
          <NewPasswordField onChange={setPassword} value={password} />
          <p>
            <Button isPending={busy} type="submit">
              {t('people.password.save')}
            </Button>
          </p>
        </form>
      )}
    </>
  )
}
