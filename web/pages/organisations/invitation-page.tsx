// How does somebody who was invited get an account? The link's token is behind the #, which browsers send to no server.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NewPasswordField } from '../../parts/new-password-field.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'

export function Page() {
  const { t } = useTranslation()
  const { hash } = useLocation()
  const { busy, problem, send } = useSend()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [done, setDone] = useState(false)
  const token = hash.slice(1)
  const accept = async (event: FormEvent) => {
    event.preventDefault()
    if (await send(() => ask(ENDPOINTS.acceptInvitation, { body: { token, name, password } }))) setDone(true)
  }
  return (
    <>
      <PageHead lead={t('organisations.accept.lead')} title={t('organisations.accept.title')} />
      {token === '' ? (
        <NotificationBanner kind="warning" title={t('organisations.accept.noToken')} />
      ) : done ? (
        <NotificationBanner kind="success" live title={t('organisations.accept.done')}>
          <p>{t('organisations.accept.doneSays')}</p>
          <p className="mt-2">
            <Link className="btn" to="/sign-in">
              {t('parts.signIn')}
            </Link>
          </p>
        </NotificationBanner>
      ) : (
        <form className="card stack max-w-[36rem]" noValidate onSubmit={(event) => void accept(event)}>
          <ErrorSummary fieldOf={fieldIn('accept')} problem={problem} />
          <TextField
            autoComplete="name"
            id="accept-name"
            label={t('organisations.person')}
            maxLength={100}
            onChange={setName}
            value={name}
          />
          <NewPasswordField
            id="accept-password"
            label={t('organisations.password')}
            onChange={setPassword}
            value={password}
          />
          <p>
            <Button isPending={busy} type="submit">
              {t('organisations.accept.do')}
            </Button>
          </p>
        </form>
      )}
    </>
  )
}
