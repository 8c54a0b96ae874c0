// Did somebody else see the same log? A head that was saved elsewhere must be one of this log's own.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Growth } from '../../../src/domain/audit/growth.ts'
import { inLanguage } from '../../i18n.ts'
import { askLog } from '../../log/ask-log.ts'
import { Button } from '../../parts/button.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useWork } from './use-work.ts'

export function CheckHead() {
  const { t, i18n } = useTranslation()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const [work, start] = useWork<Growth>()
  const judge = () => {
    setWrong(text.trim() === '' ? t('verify.head.empty') : null)
    if (text.trim() !== '') start(() => askLog('head', { text }))
  }
  return (
    <section className="card stack">
      <h2>{t('verify.head.title')}</h2>
      <p className="prose">{t('verify.head.text')}</p>
      <TextField
        error={wrong}
        hint={t('verify.head.hint')}
        label={t('verify.head.label')}
        onChange={setText}
        rows={6}
        value={text}
      />
      <p>
        <Button isPending={work.state === 'running'} onPress={judge}>
          {t('verify.head.compare')}
        </Button>
      </p>
      {work.state === 'broke' && <NotificationBanner kind="error" live title={t('verify.broke')} />}
      {work.state === 'done' && work.result.state === 'broken' && (
        <NotificationBanner kind="error" live title={t('verify.head.differs')}>
          <p>{inLanguage(work.result.says, i18n.language)}</p>
        </NotificationBanner>
      )}
      {work.state === 'done' && work.result.state === 'same log' && (
        <NotificationBanner
          kind="success"
          live
          title={t('verify.head.same', { count: work.result.grew ?? 0, size: work.result.head.size })}
        />
      )}
    </section>
  )
}
