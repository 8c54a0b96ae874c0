// How long is there still, in large figures? By the server's clock; silent, but for a word at ten, five and one minute and at the end.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServerSecond } from '../../clock.ts'
import { spanText } from '../../when.ts'

const SAID_AT = [600_000, 300_000, 60_000]

const two = (n: number) => String(n).padStart(2, '0')

/** `quiet` on a second countdown of the same page. */
export function Countdown({ at, small = false, quiet = false }: { at: string; small?: boolean; quiet?: boolean }) {
  const { t, i18n } = useTranslation()
  const now = useServerSecond()
  const left = Math.max(0, Date.parse(at) - now)
  const [said, setSaid] = useState('')
  const before = useRef(left)
  useEffect(() => {
    const last = before.current
    before.current = left
    if (quiet || last <= left) return
    if (left === 0) setSaid(t('room.countdown.closed'))
    const mark = SAID_AT.find((ms) => last > ms && left <= ms && left > 0)
    if (mark !== undefined) setSaid(t('room.countdown.left', { span: spanText(mark, i18n.language) }))
  }, [left, quiet, t, i18n.language])
  const all = Math.floor(left / 1000)
  const days = Math.floor(all / 86_400)
  const clock = `${two(Math.floor(all / 3600) % 24)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`
  const urgent = left > 0 && left <= 600_000
  return (
    <>
      <span
        className={`tnum block font-bold leading-tight ${small ? '' : 'text-[clamp(2rem,1.4rem+3vw,3rem)]'} ${urgent ? 'text-bad' : ''}`}
        role="timer"
      >
        {days > 0 && <span>{t('room.countdown.days', { count: days })} </span>}
        {clock}
      </span>
      {!quiet && (
        <span aria-live="polite" className="sr-only">
          {said}
        </span>
      )}
    </>
  )
}
