// What does a receipt prove? Pasted or chosen, judged against this log, one step after the other.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReceiptReport } from '../../../src/domain/audit/receipt-report.ts'
import { askLog } from '../../log/ask-log.ts'
import { Button } from '../../parts/button.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { PickFile } from './pick-file.tsx'
import { Steps } from './steps.tsx'
import { useWork } from './use-work.ts'

const MOST_BYTES = 16 * 1024 * 1024

export function CheckReceipt() {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [work, start] = useWork<ReceiptReport>()
  const judge = (given: string) => {
    setWrong(given.trim() === '' ? t('verify.receipt.empty') : null)
    if (given.trim() !== '') start(() => askLog('receiptFile', { text: given }))
  }
  const take = async (file: File) => {
    if (file.size > MOST_BYTES) return setWrong(t('verify.tooLarge'))
    const given = await file.text()
    setText(given)
    judge(given)
  }
  return (
    <section className="card stack">
      <h2>{t('verify.receipt.title')}</h2>
      <p className="prose">{t('verify.receipt.text')}</p>
      <TextField
        error={wrong}
        hint={t('verify.receipt.hint')}
        label={t('verify.receipt.label')}
        onChange={setText}
        rows={6}
        value={text}
      />
      <PickFile label={t('verify.receipt.file')} note={t('verify.drop')} onFile={(file) => void take(file)} />
      <p>
        <Button isPending={work.state === 'running'} onPress={() => judge(text)}>
          {t('verify.check')}
        </Button>
      </p>
      {work.state === 'broke' && <NotificationBanner kind="error" live title={t('verify.broke')} />}
      {work.state === 'done' && (
        <Steps
          label={t('verify.receipt.title')}
          steps={work.result.steps.map(({ step, verdict, says }) => ({ name: step, verdict, says }))}
        />
      )}
    </section>
  )
}
