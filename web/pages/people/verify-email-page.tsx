// Is this address yours? Whoever follows the link in the mail has read it; one press confirms, so that a mail scanner that opens links does not.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { call } from '../../../src/api/client.ts'
import { ENDPOINTS, keyOf, queries } from '../../call.ts'
import { linkToken } from '../../link-token.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmationPanel } from '../../parts/confirmation-panel.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { useSending } from '../../use-sending.ts'

export function Page() {
  const { t } = useTranslation()
  const [token] = useState(linkToken)
  const [done, setDone] = useState(false)
  const { busy, problem, send } = useSending()
  const confirm = async () => {
    const sent = await send(() => call('', ENDPOINTS.verifyEmail, { body: { token } }))
    if (!sent) return
    setDone(true)
    await queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readSecurity) })
  }
  return (
    <>
      <PageHead lead={t('people.verify.lead')} title={t('people.verify.title')} />
      {token === '' && <NotificationBanner kind="warning" title={t('people.verify.noToken')} />}
      {done && (
        <ConfirmationPanel title={t('people.verify.done')}>
          <p>
            <Link to="/security">{t('people.verify.next')}</Link>
          </p>
        </ConfirmationPanel>
      )}
      {token !== '' && !done && (
        <div className="card stack max-w-[36rem]">
          <ErrorSummary
            problem={problem}
            says={({ code }) => (code === 'no-connection' ? t('parts.states.offline') : null)}
          />
          <p>
            <Button isPending={busy} onPress={() => void confirm()}>
              {t('people.verify.confirm')}
            </Button>
          </p>
        </div>
      )}
    </>
  )
}
