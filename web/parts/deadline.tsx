// How long is there still? The deadline to the second, the time left by the server's clock, and a word before it is over.
import { Timer } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClockState, useServerSecond } from '../clock.ts'
import { spanText } from '../when.ts'
import { Time } from './time.tsx'

/** A screen reader hears of these, politely, and of nothing between: 24 hours, 1 hour, 10 minutes, 1 minute. */
const ANNOUNCED = [86_400_000, 3_600_000, 600_000, 60_000]

export type DeadlineProps = {
  /** RFC 3339. */
  at: string
  /** Only the time left, for tables and cards. */
  compact?: boolean
  /** Speak at 24 h, 1 h, 10 min, 1 min and at the end. One on a page. */
  announce?: boolean
  /** Instead of "Deadline". */
  label?: string
}

function useAnnouncement(left: number, on: boolean): string {
  const { t, i18n } = useTranslation()
  const [said, setSaid] = useState('')
  const last = useRef(left)
  useEffect(() => {
    const before = last.current
    last.current = left
    if (!on || before <= left) return
    if (before > 0 && left <= 0) setSaid(t('parts.deadline.announceClosed'))
    const mark = ANNOUNCED.find((ms) => before > ms && left <= ms && left > 0)
    if (mark !== undefined) setSaid(t('parts.deadline.announce', { span: spanText(mark, i18n.language) }))
  }, [left, on, t, i18n.language])
  return said
}

/** The countdown alone: at zero it says that the deadline has passed, and it is the log's entry that changes the state. */
export function Deadline({ at, compact = false, announce = false, label }: DeadlineProps) {
  const { t, i18n } = useTranslation()
  const now = useServerSecond()
  const left = Date.parse(at) - now
  const soon = left > 0 && left <= 3_600_000
  // Before the server's time is known there is nothing to count: the visitor's own clock may be wrong.
  const known = useClockState() !== 'unknown'
  const said = useAnnouncement(left, announce && known)
  const text = !known
    ? '…'
    : left > 0
      ? t('parts.deadline.left', { span: spanText(left, i18n.language) })
      : compact
        ? t('parts.deadline.passed')
        : t('parts.deadline.since', { span: spanText(-left, i18n.language) })
  const timer = (
    <span className={`tnum font-semibold ${soon ? 'text-bad' : left > 0 ? 'text-ink' : 'text-muted'}`} role="timer">
      {text}
    </span>
  )
  return (
    <span className={compact ? '' : 'inline-flex flex-wrap items-center gap-x-3 gap-y-1'}>
      {compact ? (
        timer
      ) : (
        <>
          <span className="inline-flex items-center gap-1.5">
            <Timer aria-hidden="true" className="text-muted" size={18} />
            <span className="text-muted">{label ?? t('parts.deadline.label')}</span>
            <Time at={at} form="exact" />
          </span>
          {timer}
        </>
      )}
      {announce && (
        <span aria-live="polite" className="sr-only">
          {said}
        </span>
      )}
    </span>
  )
}
