// How is a deadline extended? By five days at least, with a public reason, by two persons; it is never brought forward.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EXTENSION_DAYS } from '../../../src/domain/tenders/lifecycle.ts'
import { extension } from '../../../src/domain/tenders/signed-acts.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import type { View } from '../tender/use-tender.ts'
import { localOf, utcOf } from './draft-form.ts'

const LEAST = 10

export function ExtendPanel({ view }: { view: View }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const { busy, problem, setProblem, send } = useSend()
  const [statement, setStatement] = useState('')
  const earliest = new Date(Date.parse(view.deadline) + EXTENSION_DAYS * 86_400_000)
  const [at, setAt] = useState(localOf(earliest.toISOString()))
  const signing = useSigningKey()
  const propose = async () => {
    if (signing.state !== 'here') return
    const deadline = utcOf(at)
    if (statement.trim().length < LEAST || deadline === '') {
      setProblem({
        errors: [
          ...(deadline === '' ? [{ code: 'time-malformed', facts: {}, at: '/deadline' }] : []),
          ...(statement.trim().length < LEAST
            ? [{ code: 'statement-missing', facts: { least: LEAST }, at: '/statement' }]
            : []),
        ],
      })
      return
    }
    const { key } = signing
    const sent = await send(async () => {
      const jws = await signAct(key, extension(view.no, view, deadline, statement))
      return ask(ENDPOINTS.extendTender, { params: { no: view.no }, body: { deadline, statement, jws } })
    })
    if (sent) setOpen(false)
  }
  return (
    <section className="card stack">
      <h2>{t('agency.extend.title')}</h2>
      <p className="prose">{t('agency.extend.says', { days: EXTENSION_DAYS })}</p>
      <KeyGate signing={signing} />
      {signing.state === 'here' && (
        <p>
          <Button kind="quiet" onPress={() => setOpen(true)}>
            {t('agency.extend.open')}
          </Button>
        </p>
      )}
      <Dialog
        action={
          <Button isPending={busy} onPress={() => void propose()}>
            {t('agency.extend.do')}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t('agency.extend.sure')}
      >
        <p>
          {t('agency.extend.now')}: <Time at={view.deadline} form="exact" />
        </p>
        <ErrorSummary
          fieldOf={({ code }) => (code === 'statement-missing' ? 'extend-statement' : 'extend-deadline')}
          problem={problem}
          says={({ code }) => (code === 'time-malformed' ? t('agency.extend.malformed') : null)}
        />
        <TextField
          hint={t('agency.extend.hint')}
          id="extend-deadline"
          label={t('proposals.newDeadline')}
          onChange={setAt}
          type="datetime-local"
          value={at}
        />
        <TextField
          hint={t('agency.cancel.hint', { least: LEAST })}
          id="extend-statement"
          label={t('proposals.why')}
          maxLength={4000}
          onChange={setStatement}
          rows={3}
          value={statement}
        />
      </Dialog>
    </section>
  )
}
