// Is my e-mail address confirmed?
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { useSending } from '../../use-sending.ts'
import type { Security } from './security.ts'

export function AddressPanel({ of }: { of: Security }) {
  const { t } = useTranslation()
  const [sent, setSent] = useState(false)
  const { busy, problem, send } = useSending()
  const request = async () => {
    if (await send(() => ask(ENDPOINTS.requestVerification, { body: {} }))) setSent(true)
  }
  return (
    <section className="card stack">
      <h2>{t('security.address.title')}</h2>
      <p className="break-all">{of.email}</p>
      {of.emailVerified ? (
        <p className="flex items-center gap-2">
          <CircleCheck aria-hidden="true" className="text-good" size={18} />
          {t('security.address.confirmed')}
        </p>
      ) : (
        <>
          <p>{t('security.address.open')}</p>
          <ErrorSummary
            problem={problem}
            says={({ code }) => (code === 'no-connection' ? t('parts.states.offline') : null)}
          />
          {sent && <NotificationBanner kind="success" live title={t('security.address.sent')} />}
          <p>
            <Button isPending={busy} kind="quiet" onPress={() => void request()} small>
              {t('security.address.send')}
            </Button>
          </p>
        </>
      )}
    </section>
  )
}
