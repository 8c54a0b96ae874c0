// How is a moment shown? In Korean time, with UTC on hover, and machine-readable.
import { useTranslation } from 'react-i18next'
import { type TimeForm, timeText, utcText } from '../when.ts'

export function Time({ at, form = 'long' }: { at: string; form?: TimeForm }) {
  const { i18n } = useTranslation()
  return (
    <time className="tnum" dateTime={at} title={utcText(at)}>
      {timeText(at, i18n.language, form)}
    </time>
  )
}
