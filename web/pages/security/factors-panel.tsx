// Which second factors do I have? Passkeys, an authenticator app, recovery codes.
import { Fingerprint, Smartphone, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { makePasskey, passkeysPossible } from '../../passkey.ts'
import { isSteppedUp } from '../../session.ts'
import { askForFactor } from '../../step-up.ts'
import { useSending } from '../../use-sending.ts'
import { RecoveryCodes } from './recovery-codes.tsx'
import { askAgain, factorShown, type Security } from './security.ts'
import { TotpSetUp } from './totp-set-up.tsx'

/** Where a factor is there, another is added, or one removed, only with one shown. */
const withFactor = async (security: Security): Promise<boolean> =>
  (security.passkeys.length === 0 && !security.totp) || isSteppedUp() || (await askForFactor())

const NO = { ok: false as const, errors: [], body: {} }

function Passkeys({ of, onProblem }: { of: Security; onProblem: ReturnType<typeof useSending> }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [leaving, setLeaving] = useState<Security['passkeys'][number] | null>(null)
  const { busy, send } = onProblem
  const here = of.passkeysHere && passkeysPossible()
  const add = () =>
    send(async () => {
      if (!(await withFactor(of))) return NO
      const asked = await ask(ENDPOINTS.beginPasskey, { body: {} })
      if (!asked.ok) return asked
      const made = await makePasskey(asked.body.passkey)
      if (!made.ok) return { ok: false, errors: [{ code: `passkey-${made.why}`, facts: {} }], body: {} }
      const answer = await ask(ENDPOINTS.addPasskey, {
        body: { ticket: asked.body.ticket, name: name.trim() || t('security.passkeys.unnamed'), passkey: made.answer },
      })
      if (answer.ok) {
        setName('')
        await factorShown()
      }
      return answer
    })
  const remove = async (id: string) => {
    setLeaving(null)
    await send(async () => {
      if (!(await withFactor(of))) return NO
      const answer = await ask(ENDPOINTS.removePasskey, { params: { id } })
      if (answer.ok) await askAgain()
      return answer
    })
  }
  return (
    <div className="stack">
      <h3 className="flex items-center gap-2">
        <Fingerprint aria-hidden="true" size={20} />
        {t('security.passkeys.title')}
      </h3>
      <p className="prose">{t('security.passkeys.says')}</p>
      {of.passkeys.length > 0 && (
        <ul className="flex flex-col">
          {of.passkeys.map((key) => (
            <li className="flex flex-wrap items-center justify-between gap-3 border-line border-b py-3" key={key.id}>
              <span className="min-w-0">
                <strong className="break-words">{key.name}</strong>
                <br />
                <span className="note">
                  {t('security.passkeys.made')} <Time at={key.madeAt} form="short" />
                  {key.usedAt && (
                    <>
                      {' · '}
                      {t('security.passkeys.used')} <Time at={key.usedAt} form="short" />
                    </>
                  )}
                </span>
              </span>
              <Button
                aria-label={t('security.removeOf', { name: key.name })}
                kind="quiet"
                onPress={() => setLeaving(key)}
                small
              >
                <Trash2 aria-hidden="true" size={18} />
                {t('security.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {here ? (
        <div className="stack max-w-[28rem]">
          <TextField
            hint={t('security.passkeys.nameHint')}
            id="passkey-name"
            label={t('security.passkeys.name')}
            maxLength={60}
            onChange={setName}
            value={name}
          />
          <p>
            <Button isPending={busy} kind="quiet" onPress={() => void add()}>
              {t('security.passkeys.add')}
            </Button>
          </p>
        </div>
      ) : (
        <p className="note">{t('security.passkeys.elsewhere')}</p>
      )}
      <Dialog
        action={
          <Button kind="danger" onPress={() => leaving && void remove(leaving.id)}>
            {t('security.remove')}
          </Button>
        }
        isOpen={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t('security.passkeys.removeTitle', { name: leaving?.name ?? '' })}
      >
        <p>{t('security.passkeys.removeSays')}</p>
      </Dialog>
    </div>
  )
}

function Totp({
  of,
  onProblem,
  onCodes,
}: {
  of: Security
  onProblem: ReturnType<typeof useSending>
  onCodes: (codes: string[]) => void
}) {
  const { t } = useTranslation()
  const [secret, setSecret] = useState<{ secret: string; uri: string } | null>(null)
  const [leaving, setLeaving] = useState(false)
  const { busy, send } = onProblem
  const start = () =>
    send(async () => {
      if (!(await withFactor(of))) return NO
      const answer = await ask(ENDPOINTS.beginTotp, { body: {} })
      if (answer.ok) setSecret(answer.body)
      return answer
    })
  const remove = async () => {
    setLeaving(false)
    await send(async () => {
      if (!(await withFactor(of))) return NO
      const answer = await ask(ENDPOINTS.removeTotp, {})
      if (answer.ok) await askAgain()
      return answer
    })
  }
  return (
    <div className="stack">
      <h3 className="flex items-center gap-2">
        <Smartphone aria-hidden="true" size={20} />
        {t('security.totp.title')}
      </h3>
      <p className="prose">{t(of.totp ? 'security.totp.on' : 'security.totp.off')}</p>
      {of.totp && (
        <p>
          <Button isPending={busy} kind="quiet" onPress={() => setLeaving(true)} small>
            <Trash2 aria-hidden="true" size={18} />
            {t('security.totp.remove')}
          </Button>
        </p>
      )}
      {!of.totp && secret === null && (
        <p>
          <Button isPending={busy} kind="quiet" onPress={() => void start()}>
            {t('security.totp.add')}
          </Button>
        </p>
      )}
      {!of.totp && secret !== null && (
        <TotpSetUp
          of={secret}
          onDone={(codes) => {
            setSecret(null)
            onCodes(codes)
          }}
        />
      )}
      <Dialog
        action={
          <Button kind="danger" onPress={() => void remove()}>
            {t('security.remove')}
          </Button>
        }
        isOpen={leaving}
        onClose={() => setLeaving(false)}
        title={t('security.totp.removeTitle')}
      >
        <p>{t('security.totp.removeSays')}</p>
      </Dialog>
    </div>
  )
}

export function FactorsPanel({ of }: { of: Security }) {
  const { t } = useTranslation()
  const sending = useSending()
  const [codes, setCodes] = useState<string[] | null>(null)
  const some = of.totp || of.passkeys.length > 0
  const renew = () =>
    sending.send(async () => {
      if (!(await withFactor(of))) return NO
      const answer = await ask(ENDPOINTS.renewRecoveryCodes, { body: {} })
      if (answer.ok) {
        setCodes(answer.body.recoveryCodes)
        await askAgain()
      }
      return answer
    })
  const own: Record<string, string> = {
    'no-connection': t('parts.states.offline'),
    'passkey-cancelled': t('factor.cancelled'),
    'passkey-there': t('security.passkeys.there'),
    'passkey-broke': t('factor.broke'),
  }
  const { problem } = sending
  return (
    <section className="card stack">
      <h2>{t('security.factors')}</h2>
      {!some && <NotificationBanner kind="warning" title={t('security.none')} />}
      {problem && problem.errors.length > 0 && (
        <ErrorSummary problem={problem} says={({ code }) => own[code] ?? null} />
      )}
      {codes && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
      <Passkeys of={of} onProblem={sending} />
      <Totp
        of={of}
        onCodes={(fresh) => {
          setCodes(fresh)
          void factorShown()
        }}
        onProblem={sending}
      />
      {some && (
        <div className="stack">
          <h3>{t('security.codes.title')}</h3>
          <p className="prose">{t('security.codes.left', { count: of.recoveryCodesLeft })}</p>
          <p>
            <Button isPending={sending.busy} kind="quiet" onPress={() => void renew()} small>
              {t('security.codes.renew')}
            </Button>
          </p>
        </div>
      )}
    </section>
  )
}
