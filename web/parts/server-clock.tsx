// What time is it at the server, shown to the second? Grey while it is not known well.
import { Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useClockState, useServerSecond } from '../clock.ts'
import { timeText, utcText } from '../when.ts'

export function ServerClock() {
  const { t, i18n } = useTranslation()
  const now = useServerSecond()
  const state = useClockState()
  return (
    <span
      className={`flex items-center gap-1.5 text-[0.94rem] ${state === 'synced' ? '' : 'text-muted'}`}
      title={utcText(now)}
    >
      <Clock aria-hidden="true" size={18} />
      <span className="sr-only">{t('parts.clock.label')}</span>
      <span className="tnum">{state === 'unknown' ? '--:--:--' : timeText(now, i18n.language, 'clock')}</span>
      <abbr className="no-underline" title={t('parts.clock.zone')}>
        KST
      </abbr>
      {state !== 'synced' && <span className="sr-only">{t('parts.clock.unsure')}</span>}
    </span>
  )
}
