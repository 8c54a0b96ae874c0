// Will you show your second factor? Asked over the page whose act needs it; what was entered there stays.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import type { ReplyOf } from '../../src/api/endpoint.ts'
import { ask, ENDPOINTS } from '../call.ts'
import { setSteppedUp } from '../session.ts'
import { settleFactor } from '../step-up.ts'
import { Dialog } from './dialog.tsx'
import { type FactorAnswer, FactorForm } from './factor-form.tsx'
import { NotificationBanner } from './notification-banner.tsx'
import { Loading } from './states.tsx'

type Asked = { state: 'asking' | 'none' | 'broke' } | { state: 'asked'; of: ReplyOf<(typeof ENDPOINTS)['startStepUp']> }

export function StepUpDialog() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const [asked, setAsked] = useState<Asked>({ state: 'asking' })
  const begin = () =>
    ask(ENDPOINTS.startStepUp, { body: {} }).then(
      (answer) =>
        setAsked(
          answer.ok
            ? { state: 'asked', of: answer.body }
            : { state: answer.code === 'factor-missing' ? 'none' : 'broke' },
        ),
      () => setAsked({ state: 'broke' }),
    )
  // biome-ignore lint/correctness/useExhaustiveDependencies: it asks once, when it opens
  useEffect(() => void begin(), [])

  const show = async (ticket: string, answer: FactorAnswer) => {
    const reply = await ask(ENDPOINTS.stepUp, { body: { ticket, ...answer } })
    if (reply.ok) {
      setSteppedUp(reply.body.steppedUpUntil)
      settleFactor(true)
      return null
    }
    // A ticket is for a few minutes and tries: the next answer gets a new one.
    if (reply.code === 'challenge-over' || reply.code === 'bad-passkey') await begin()
    return { errors: reply.errors, instance: String(reply.body.instance ?? '') }
  }
  return (
    <Dialog isOpen onClose={() => settleFactor(false)} title={t('factor.title')}>
      <p>{t('factor.why')}</p>
      {asked.state === 'asking' && <Loading />}
      {asked.state === 'broke' && <NotificationBanner kind="error" live title={t('parts.states.offline')} />}
      {asked.state === 'none' && (
        <>
          <p>{t('factor.none')}</p>
          <p>
            <Link
              className="btn"
              onClick={() => settleFactor(false)}
              to={`/security?to=${encodeURIComponent(pathname)}`}
            >
              {t('factor.setUp')}
            </Link>
          </p>
        </>
      )}
      {asked.state === 'asked' && (
        <FactorForm
          methods={asked.of.methods}
          onAnswer={(answer) => show(asked.of.ticket, answer)}
          passkey={asked.of.passkey}
        />
      )}
    </Dialog>
  )
}
