// The password is forgotten: to which address shall a link go? The answer is the same whether we know the address or not.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../../src/api/client.ts'
import { ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmationPanel } from '../../parts/confirmation-panel.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { PageHead } from '../../parts/page.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { snapshot } from '../../snapshot.ts'
import { useSending } from '../../use-sending.ts'

export function Page() {
  const { t } = useTranslation()
  const [email, setEmail] = useState('')
  const [done, setDone] = useState(false)
  const { busy, problem, send } = useSending()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const sent = await send(() => call('', ENDPOINTS.requestReset, { body: { email: email.trim() } }))
    if (sent) setDone(true)
  }
  return (
    <>
      <PageHead
        crumbs={[{ to: '/sign-in', says: t('people.signIn.title') }]}
        lead={t('people.forgot.lead')}
        title={t('people.forgot.title')}
      />
      {done ? (
        <ConfirmationPanel title={t('people.forgot.done')}>
          <p>{t('people.forgot.doneText')}</p>
          {snapshot.demo && <p className="note">{t('people.forgot.demo')}</p>}
        </ConfirmationPanel>
      ) : (
        <form className="card stack max-w-[36rem]" noValidate onSubmit={(event) => void submit(event)}>
          <ErrorSummary
            fieldOf={({ code }) => (code === 'bad-field' ? 'email' : null)}
            problem={problem}
            says={({ code }) =>
              code === 'no-connection'
                ? t('parts.states.offline')
                : code === 'bad-field'
                  ? t('people.forgot.address')
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
          <p>
            <Button isPending={busy} type="submit">
              {t('people.forgot.send')}
            </Button>
          </p>
        </form>
      )}
    </>
  )
}
