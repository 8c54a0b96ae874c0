// What in the record did not check, so that nothing may be sealed or signed on it?
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { inLanguage } from '../i18n.ts'
import { askLog } from '../log/ask-log.ts'
import type { Doubt } from '../log/follower.ts'
import { Button } from './button.tsx'
import { NotificationBanner } from './notification-banner.tsx'

/** Takes the focus. A log that is another than before can be accepted, by an act of its own. */
export function Doubts({ doubts }: { doubts: readonly Doubt[] }) {
  const { t, i18n } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const [forgotten, setForgotten] = useState(false)
  useEffect(() => box.current?.focus(), [])
  const changed = doubts.some((doubt) => doubt.check === 'log-changed')
  const forget = async () => {
    await askLog('forget', null)
    setForgotten(true)
  }
  return (
    <div className="stack" ref={box} tabIndex={-1}>
      <NotificationBanner kind="error" live title={t('signing.doubts')}>
        <ul className="list-disc ps-5">
          {doubts.map((doubt) => (
            <li key={doubt.says.en}>{inLanguage(doubt.says, i18n.language)}</li>
          ))}
        </ul>
      </NotificationBanner>
      {changed && (
        <section className="card stack">
          <h2>{t('signing.forgetTitle')}</h2>
          <p className="prose">{t('signing.forgetSays')}</p>
          {forgotten ? (
            <p role="status">{t('signing.forgotten')}</p>
          ) : (
            <p>
              <Button kind="quiet" onPress={() => void forget()}>
                {t('signing.forget')}
              </Button>
            </p>
          )}
        </section>
      )}
    </div>
  )
}
