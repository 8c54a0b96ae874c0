// How is a tender cancelled? In public, with a reason of at least ten letters.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cancellation } from '../../../src/domain/tenders/signed-acts.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'

const LEAST = 10

export function CancelPanel({ no }: { no: string }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const { busy, problem, setProblem, send } = useSend()
  const [statement, setStatement] = useState('')
  const signing = useSigningKey()
  const cancel = async () => {
    if (signing.state !== 'here') return
    if (statement.trim().length < LEAST) {
      setProblem({ errors: [{ code: 'statement-missing', facts: { least: LEAST } }] })
      return
    }
    const { key } = signing
    const sent = await send(async () => {
      const jws = await signAct(key, cancellation(no, statement))
      return ask(ENDPOINTS.cancelTender, { params: { no }, body: { statement, jws } })
    })
    if (sent) setOpen(false)
  }
  return (
    <section className="card stack">
      <h2>{t('agency.cancel.title')}</h2>
      <p className="prose">{t('agency.cancel.says')}</p>
      <p>
        <Button kind="quiet" onPress={() => setOpen(true)}>
          {t('agency.cancel.open')}
        </Button>
      </p>
      <Dialog
        action={
          <Button isDisabled={signing.state !== 'here'} isPending={busy} kind="danger" onPress={() => void cancel()}>
            {t('agency.cancel.do')}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t('agency.cancel.sure')}
      >
        <p>{t('agency.cancel.public')}</p>
        <ErrorSummary fieldOf={() => 'cancel-statement'} problem={problem} />
        <TextField
          hint={t('agency.cancel.hint', { least: LEAST })}
          id="cancel-statement"
          label={t('agency.cancel.statement')}
          maxLength={4000}
          onChange={setStatement}
          rows={4}
          value={statement}
        />
        <KeyGate signing={signing} />
      </Dialog>
    </section>
  )
}
