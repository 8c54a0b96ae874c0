// How is a second factor shown? A passkey with one press, or a code of an authenticator app, or a recovery code.
import { Fingerprint } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { passkeysPossible, showPasskey } from '../passkey.ts'
import { Button } from './button.tsx'
import { ErrorSummary, type Problem } from './error-summary.tsx'
import { TextField } from './text-field.tsx'

export type FactorAnswer = { code: string } | { passkey: Record<string, unknown> }

export type FactorFormProps = {
  methods: readonly ('totp' | 'passkey' | 'recovery')[]
  /** What the browser hands to its authenticator; null without passkeys. */
  passkey: Record<string, unknown> | null
  /** Sends the answer; answers what was wrong with it, or null. */
  onAnswer: (answer: FactorAnswer) => Promise<Problem | null>
}

export function FactorForm({ methods, passkey, onAnswer }: FactorFormProps) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState<'code' | 'passkey' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const byPasskey = passkey !== null && methods.includes('passkey') && passkeysPossible()
  const byCode = methods.includes('totp') || methods.includes('recovery')

  const answer = async (kind: 'code' | 'passkey', make: () => Promise<FactorAnswer | Problem>) => {
    if (busy) return
    setBusy(kind)
    setProblem(null)
    try {
      const made = await make()
      setProblem('errors' in made ? made : await onAnswer(made))
    } catch {
      setProblem({ errors: [{ code: 'no-connection', facts: {} }] })
    } finally {
      setBusy(null)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void answer('code', async () => ({ code: code.trim() }))
  }
  const show = () =>
    answer('passkey', async () => {
      const shown = await showPasskey(passkey ?? {})
      if (shown.ok) return { passkey: shown.answer as unknown as Record<string, unknown> }
      return { errors: [{ code: `passkey-${shown.why}`, facts: {} }] }
    })
  const own: Record<string, string> = {
    'no-connection': t('parts.states.offline'),
    'passkey-cancelled': t('factor.cancelled'),
    'passkey-there': t('factor.broke'),
    'passkey-broke': t('factor.broke'),
    'bad-field': t('factor.codeForm'),
  }
  return (
    <div className="stack">
      <ErrorSummary
        fieldOf={({ code: wrong }) => (['bad-code', 'bad-field'].includes(wrong) ? 'factor-code' : null)}
        problem={problem}
        says={({ code: wrong }) => own[wrong] ?? null}
      />
      {byPasskey && (
        <p>
          <Button isPending={busy === 'passkey'} onPress={() => void show()}>
            <Fingerprint aria-hidden="true" size={20} />
            {t('factor.usePasskey')}
          </Button>
        </p>
      )}
      {byPasskey && byCode && <p className="note">{t('factor.or')}</p>}
      {byCode && (
        <form className="stack" noValidate onSubmit={submit}>
          <TextField
            autoComplete="one-time-code"
            autoFocus={!byPasskey}
            hint={t('factor.codeHint')}
            id="factor-code"
            label={t('factor.code')}
            maxLength={40}
            onChange={setCode}
            value={code}
          />
          <p>
            <Button isPending={busy === 'code'} kind={byPasskey ? 'quiet' : 'main'} type="submit">
              {t('factor.confirm')}
            </Button>
          </p>
        </form>
      )}
      {!byPasskey && !byCode && <p>{t('factor.onlyElsewhere')}</p>}
    </div>
  )
}
