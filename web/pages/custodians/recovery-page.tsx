// A custodian lost its identity key: who has to do what, and an auditor's signature under the new one.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { readKeyPayload } from '../../../src/domain/record/payloads.ts'
import { readVouched, recoveredIdentity } from '../../../src/domain/record/recovery.ts'
import { FormatError } from '../../../src/proof/bytes.ts'
import { readJws } from '../../../src/proof/jws.ts'
import { thumbprint } from '../../../src/proof/primitives.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useSend } from '../../parts/use-send.ts'
import { useSession } from '../../session.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'

const COMMANDS = {
  1: 'node --import tsx src/keepers/custodian.ts --dir FOLDER --id ID --recover KEY',
  2: 'node --import tsx src/keepers/custodian.ts --dir FOLDER --id ID --vouch identity.jws',
} as const

/** What a text says, by the reader; null of what is not in the format. */
function said<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

const askedIn = (jws: string) =>
  said(() => {
    const { id, jwk, replaces } = readKeyPayload(readJws(jws.trim()).payload)
    return { id, lost: replaces ?? '', next: thumbprint(P, jwk) }
  })
const vouchedIn = (jws: string) => said(() => readVouched(readJws(jws.trim()).payload).custodian)

function Sign() {
  const { t } = useTranslation()
  const signing = useSigningKey()
  const { busy, problem, send } = useSend()
  const [request, setRequest] = useState('')
  const [vouched, setVouched] = useState('')
  const [statement, setStatement] = useState('')
  const [done, setDone] = useState<string | null>(null)
  const asked = askedIn(request)
  const voucher = vouchedIn(vouched)
  const wrong = (text: string, read: unknown) => (text.trim() !== '' && read === null ? t('recovery.unreadable') : null)
  const sign = async () => {
    if (signing.state !== 'here' || !asked || !voucher) return
    const parts = { request: request.trim(), vouched: vouched.trim(), statement }
    const jws = await signAct(signing.key, recoveredIdentity(parts))
    const reply = await send(() =>
      ask(ENDPOINTS.recoverCustodian, { params: { id: asked.id }, body: { ...parts, jws } }),
    )
    if (reply) setDone(asked.id)
  }
  if (done !== null) {
    return (
      <NotificationBanner kind="success" live title={t('recovery.done', { id: done })}>
        <p>
          <Link to="/k">{t('recovery.back')}</Link>
        </p>
      </NotificationBanner>
    )
  }
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void sign()
      }}
    >
      <ErrorSummary
        fieldOf={({ code }) => (code === 'statement-missing' ? 'recovery-statement' : null)}
        problem={problem}
      />
      <TextField
        error={wrong(request, asked)}
        hint={t('recovery.requestHint')}
        id="recovery-request"
        label={t('recovery.request')}
        onChange={setRequest}
        rows={4}
        value={request}
      />
      <TextField
        error={wrong(vouched, voucher)}
        hint={t('recovery.vouchedHint')}
        id="recovery-vouched"
        label={t('recovery.vouched')}
        onChange={setVouched}
        rows={4}
        value={vouched}
      />
      <TextField
        hint={t('recovery.statementHint')}
        id="recovery-statement"
        label={t('recovery.statement')}
        maxLength={2000}
        onChange={setStatement}
        rows={3}
        value={statement}
      />
      {asked && voucher && (
        <SummaryList
          label={t('recovery.asks')}
          rows={[
            { name: t('recovery.id'), value: <bdi>{asked.id}</bdi> },
            { name: t('recovery.lost'), value: <HashText name={t('recovery.lost')} value={asked.lost} /> },
            { name: t('recovery.next'), value: <HashText name={t('recovery.next')} value={asked.next} /> },
            { name: t('recovery.voucher'), value: <bdi>{voucher}</bdi> },
          ]}
        />
      )}
      <KeyGate signing={signing} />
      <p>
        <Button isDisabled={signing.state !== 'here' || !asked || !voucher} isPending={busy} type="submit">
          {t('recovery.submit')}
        </Button>
      </p>
    </form>
  )
}

export function Page() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <PageHead lead={t('recovery.lead')} title={t('recovery.title')} />
      <ol className="prose stack">
        {(['1', '2', '3'] as const).map((step) => (
          <li key={step}>
            <p>{t(`recovery.steps.${step}`)}</p>
            {step !== '3' && <p className="mono break-all">{COMMANDS[step]}</p>}
          </li>
        ))}
      </ol>
      <section className="stack mt-10">
        <h2>{t('recovery.sign')}</h2>
        {session.state === 'in' && session.person.roles.includes('auditor') ? (
          <Sign />
        ) : (
          <p className="note">{t('recovery.onlyAuditors')}</p>
        )}
      </section>
    </>
  )
}
