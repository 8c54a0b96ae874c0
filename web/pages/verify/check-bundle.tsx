// Was a tender run by the rules? Its bundle, dropped here, is recomputed in this browser; nothing is sent anywhere.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askLog } from '../../log/ask-log.ts'
import type { BundleReport } from '../../log/log-worker.ts'
import { HashText } from '../../parts/hash-text.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { Loading } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { PickFile } from './pick-file.tsx'
import { Steps } from './steps.tsx'
import { useWork } from './use-work.ts'

const MOST_BYTES = 512 * 1024 * 1024

export function CheckBundle() {
  const { t } = useTranslation()
  const [large, setLarge] = useState(false)
  const [work, start] = useWork<BundleReport>()
  const take = (file: File) => {
    setLarge(file.size > MOST_BYTES)
    if (file.size > MOST_BYTES) return
    start(async () => askLog('bundle', { bytes: new Uint8Array(await file.arrayBuffer()) }))
  }
  return (
    <section className="card stack">
      <h2>{t('verify.bundle.title')}</h2>
      <p className="prose">{t('verify.bundle.text')}</p>
      <PickFile label={t('verify.bundle.file')} note={t('verify.drop')} onFile={take} />
      {large && <NotificationBanner kind="error" live title={t('verify.tooLarge')} />}
      {work.state === 'running' && <Loading />}
      {work.state === 'broke' && <NotificationBanner kind="error" live title={t('verify.broke')} />}
      {work.state === 'done' && 'refused' in work.result && (
        <NotificationBanner kind="error" live title={t('verify.bundle.refused')}>
          <p lang="en">{work.result.refused}</p>
        </NotificationBanner>
      )}
      {work.state === 'done' && 'checks' in work.result && (
        <>
          <SummaryList
            label={t('verify.bundle.title')}
            rows={[
              { name: t('verify.bundle.tender'), value: work.result.tender },
              { name: t('verify.bundle.size'), value: <span className="tnum">{work.result.size}</span> },
              { name: 'SHA-256', value: <HashText name="SHA-256" value={work.result.sha256} /> },
              {
                name: t('verify.bundle.whose'),
                value: t(
                  work.result.sameLog === null
                    ? 'verify.bundle.unknown'
                    : work.result.sameLog
                      ? 'verify.bundle.ours'
                      : 'verify.bundle.other',
                ),
              },
            ]}
          />
          <Steps
            label={t('verify.bundle.title')}
            steps={work.result.checks.map(({ check, verdict, says }) => ({ name: check, verdict, says }))}
          />
        </>
      )}
    </section>
  )
}
