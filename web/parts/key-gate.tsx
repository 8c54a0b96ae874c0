// With what does this person sign? Shows the key of this browser, or makes one.
import { KeyRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { enrolKeyHere } from '../enrol-key.ts'
import { keepFocus } from '../keep-focus.ts'
import { askAgainForKey, type SigningKey } from '../use-signing-key.ts'
import { Button } from './button.tsx'
import { ErrorSummary, type Problem } from './error-summary.tsx'
import { HashText } from './hash-text.tsx'
import { NotificationBanner } from './notification-banner.tsx'
import { Loading, Trouble } from './states.tsx'

export function KeyGate({ signing }: { signing: SigningKey }) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [broke, setBroke] = useState(false)
  // The card goes once there is a key, and the button with it.
  useEffect(keepFocus, [])
  if (signing.state === 'asking') return <Loading />
  if (signing.state === 'trouble') return <Trouble error={signing.error} />
  if (signing.state === 'unsupported') {
    return (
      <NotificationBanner kind="error" title={t('signing.unsupported')}>
        <p>{t('signing.unsupportedSays')}</p>
      </NotificationBanner>
    )
  }
  if (signing.state === 'here') {
    return (
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <KeyRound aria-hidden="true" className="text-good" size={18} />
        {t('signing.here')}
        <HashText first={16} name={t('signing.kid')} value={signing.key.kid} />
      </p>
    )
  }
  const enrol = async () => {
    setBusy(true)
    setBroke(false)
    setProblem(null)
    try {
      const answer = await enrolKeyHere(signing.me)
      if (answer && !answer.ok) setProblem({ errors: answer.errors, instance: String(answer.body.instance ?? '') })
    } catch {
      setBroke(true)
    }
    // Also after a lost answer: the key may stand.
    await askAgainForKey()
    setBusy(false)
  }
  return (
    <section className="card stack">
      <h2 className="flex items-center gap-2">
        <KeyRound aria-hidden="true" size={22} />
        {t('signing.title')}
      </h2>
      <p className="prose">{t(`signing.${signing.state}`)}</p>
      <p className="note prose">{t('signing.how')}</p>
      <p className="note prose">{t('signing.factor')}</p>
      <ErrorSummary problem={problem} />
      {broke && <NotificationBanner kind="error" live title={t('signing.broke')} />}
      <p>
        <Button isPending={busy} onPress={() => void enrol()}>
          {t(signing.state === 'none' ? 'signing.make' : 'signing.replace')}
        </Button>
      </p>
    </section>
  )
}
