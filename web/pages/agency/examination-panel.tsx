// Whose turn is it to be examined, and with which scores? The lowest bidder first; each score is public with what follows from it.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { partsOf } from '../../../src/domain/scoring/contest-facts.ts'
import type { ContestRule } from '../../../src/domain/scoring/contest-rule.ts'
import { examining } from '../../../src/domain/tenders/signed-acts.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { Money } from '../../parts/money.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { nameOf } from '../tender/names.ts'
import type { View } from '../tender/use-tender.ts'

type Shown = { next: string; amount: string | null; price: string | null }

const SCORE = /^(0|[1-9]\d{0,5})(\.\d{1,4})?$/

export function ExaminationPanel({ view, next, amount, price }: { view: View } & Shown) {
  const { t, i18n } = useTranslation()
  const signing = useSigningKey()
  const [given, setGiven] = useState<Record<string, string>>({})
  const [statement, setStatement] = useState('')
  const [open, setOpen] = useState(false)
  const { busy, problem, send } = useSend()
  const { parts } = partsOf(view.rule as unknown as ContestRule)
  const scores = parts.map(({ id }) => ({ part: id, score: (given[id] ?? '').trim() }))
  const wrong = (part: { id: string; max: string }) => {
    const score = (given[part.id] ?? '').trim()
    if (score === '') return null
    return SCORE.test(score) && Number(score) <= Number(part.max) ? null : t('agency.examine.wrong', { max: part.max })
  }
  const complete = parts.every((part) => (given[part.id] ?? '').trim() !== '' && wrong(part) === null)
  const examine = async () => {
    if (signing.state !== 'here') return
    const { key } = signing
    const done = await send(async () => {
      const jws = await signAct(key, examining(view.no, next, scores, statement))
      const body = { bidder: next, scores, statement, jws }
      return ask(ENDPOINTS.examineBidder, { params: { no: view.no }, body })
    })
    if (done) {
      setGiven({})
      setStatement('')
    }
    setOpen(false)
  }
  return (
    <section className="card stack">
      <h2>{t('agency.examine.title')}</h2>
      <p className="prose">{t('agency.examine.says')}</p>
      <ErrorSummary problem={problem} />
      <SummaryList
        label={t('agency.examine.title')}
        rows={[
          { name: t('agency.examine.next'), value: <strong>{nameOf(view, next, i18n.language)}</strong> },
          { name: t('tender.award.amount'), value: amount === null ? '–' : <Money amount={amount} form="legal" /> },
          { name: t('tender.award.price'), value: price === null ? '–' : t('tender.points', { points: price }) },
        ]}
      />
      <KeyGate signing={signing} />
      {signing.state === 'here' && (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            {parts.map((part) => (
              <TextField
                error={wrong(part)}
                hint={t('agency.examine.max', { max: part.max })}
                inputMode="decimal"
                key={part.id}
                label={inLanguage(part.title, i18n.language)}
                num
                onChange={(score) => setGiven({ ...given, [part.id]: score })}
                value={given[part.id] ?? ''}
              />
            ))}
          </div>
          <TextField
            hint={t('agency.examine.statementHint')}
            label={t('agency.examine.statement')}
            maxLength={4000}
            onChange={setStatement}
            rows={3}
            value={statement}
          />
          <p>
            <Button isDisabled={!complete} onPress={() => setOpen(true)}>
              {t('agency.examine.do')}
            </Button>
          </p>
          <Dialog
            action={
              <Button isPending={busy} onPress={() => void examine()}>
                {t('agency.examine.sure')}
              </Button>
            }
            isOpen={open}
            onClose={() => setOpen(false)}
            title={t('agency.examine.sureTitle')}
          >
            <p>
              <strong>{nameOf(view, next, i18n.language)}</strong>
            </p>
            <p>{t('agency.examine.sureSays')}</p>
          </Dialog>
        </>
      )}
    </section>
  )
}
