// How does an organisation come to Madang? One registration serves all agencies.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Body } from '../../../src/domain/organisations/kinds.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NewPasswordField } from '../../parts/new-password-field.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'
import { DetailsFields, NO_DETAILS } from './details-fields.tsx'
import { bodyChoices, kindChoices } from './organisation-words.ts'

export function Page() {
  const { t, i18n } = useTranslation()
  const { busy, problem, send } = useSend()
  const [details, setDetails] = useState(NO_DETAILS)
  const [kind, setKind] = useState('supplier')
  const [body, setBody] = useState<string>('audit-office')
  const [person, setPerson] = useState({ name: '', email: '', password: '' })
  const [done, setDone] = useState(false)
  const set = (member: keyof typeof person) => (value: string) => setPerson({ ...person, [member]: value })
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const given = { ...details, kind, body: kind === 'oversight' ? (body as Body) : null }
    const sent = { ...given, person: { ...person, email: person.email.trim() } }
    if (await send(() => ask(ENDPOINTS.registerOrganisation, { body: sent }))) setDone(true)
  }
  return (
    <>
      <PageHead lead={t('organisations.register.lead')} title={t('organisations.register.title')} />
      {done ? (
        <NotificationBanner kind="success" live title={t('organisations.register.done')}>
          <p>{t('organisations.register.doneSays')}</p>
          <p className="mt-2">
            <Link className="btn" to="/sign-in?to=/o">
              {t('parts.signIn')}
            </Link>
          </p>
        </NotificationBanner>
      ) : (
        <form className="card stack max-w-[44rem]" noValidate onSubmit={(event) => void submit(event)}>
          <ErrorSummary fieldOf={fieldIn('register')} problem={problem} />
          <h2>{t('organisations.register.organisation')}</h2>
          <Select
            id="register-kind"
            label={t('organisations.kind')}
            onChange={setKind}
            options={kindChoices(i18n.language)}
            value={kind}
          />
          {kind === 'oversight' && (
            <Select
              id="register-body"
              label={t('organisations.body')}
              onChange={setBody}
              options={bodyChoices(i18n.language)}
              value={body}
            />
          )}
          <DetailsFields details={details} onChange={setDetails} prefix="register" />
          <h2>{t('organisations.register.person')}</h2>
          <p className="note">{t('organisations.register.personSays')}</p>
          <TextField
            autoComplete="name"
            id="register-name"
            label={t('organisations.person')}
            maxLength={100}
            onChange={set('name')}
            value={person.name}
          />
          <TextField
            autoComplete="username"
            id="register-email"
            inputMode="email"
            label={t('organisations.email')}
            maxLength={254}
            onChange={set('email')}
            type="email"
            value={person.email}
          />
          <NewPasswordField
            id="register-password"
            label={t('organisations.password')}
            onChange={set('password')}
            value={person.password}
          />
          <p>
            <Button isPending={busy} type="submit">
              {t('organisations.register.do')}
            </Button>
          </p>
        </form>
      )}
    </>
  )
}
