// What happened in this tender, one act after the other? Its log entries as steps, gone through by hand or by themselves.

import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, CirclePause, CirclePlay } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { eventSentence } from '../../event-sentence.ts'
import { Time } from '../../parts/time.tsx'
import { type LogEvent, readPayload } from './tender-facts.ts'

/** How long a step stays while it plays: as long as a sentence takes to read. */
const STEP_MS = 2_500

const MINUTE = 60_000
const UNITS = [
  ['days', 1440 * MINUTE],
  ['hours', 60 * MINUTE],
  ['minutes', MINUTE],
  ['seconds', 1000],
] as const

/** The largest unit that fits, and how many of it: 90 minutes are one hour. */
function gapOf(ms: number): { unit: (typeof UNITS)[number][0]; count: number } {
  const [unit, length] = UNITS.find(([, of]) => ms >= of) ?? UNITS[3]
  return { unit, count: Math.max(0, Math.floor(ms / length)) }
}

/** By whom an entry is, as the leaf says: an organisation, or nobody, which is the clock. */
function actorOf(event: LogEvent): string | null {
  try {
    const { org } = JSON.parse(event.leaf) as { org?: string }
    return org === undefined || org === '-' ? null : org
  } catch {
    return null
  }
}

function Step({ event, before }: { event: LogEvent; before: LogEvent | undefined }) {
  const { t, i18n } = useTranslation()
  const read = readPayload(event.payload)
  const actor = actorOf(event)
  const gap = before && gapOf(Date.parse(event.at) - Date.parse(before.at))
  return (
    <>
      <p className="note">
        <Time at={event.at} form="exact" />
        {gap && ` · ${t(`explorer.replay.after.${gap.unit}`, { count: gap.count })}`}
      </p>
      <p className="font-bold text-[1.15rem]">{read ? eventSentence(read.payload, i18n.language) : event.typ}</p>
      <p className="note">
        {actor === null ? t('explorer.replay.byClock') : t('explorer.replay.by', { org: actor })} ·{' '}
        <code>{event.typ}</code>
      </p>
    </>
  )
}

export function LogReplay({ events }: { events: readonly LogEvent[] }) {
  const { t } = useTranslation()
  const [query, setQuery] = useSearchParams()
  const [playing, setPlaying] = useState(false)
  const asked = events.findIndex((event) => String(event.index) === query.get('at'))
  const last = events.length - 1
  const at = asked === -1 ? 0 : asked
  const go = (to: number) => {
    const event = events[Math.min(last, Math.max(0, to))]
    if (!event) return
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        next.set('at', String(event.index))
        return next
      },
      { replace: true, preventScrollReset: true },
    )
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: each step plays the next one; `go` is of this step
  useEffect(() => {
    if (!playing) return
    const timer = setTimeout(() => (at >= last ? setPlaying(false) : go(at + 1)), STEP_MS)
    return () => clearTimeout(timer)
  }, [playing, at, last])
  const event = events[at]
  if (!event) return null
  const step = (to: number) => {
    setPlaying(false)
    go(to)
  }
  const play = () => {
    if (!playing && at === last) go(0)
    setPlaying(!playing)
  }
  const control = 'btn btn-quiet btn-small min-h-11!'
  return (
    <section aria-label={t('explorer.replay.title')} className="card no-print stack">
      <h2>{t('explorer.replay.title')}</h2>
      <p className="prose">{t('explorer.replay.says')}</p>
      <div className="flex flex-wrap gap-2">
        <button
          aria-label={t('explorer.replay.first')}
          aria-disabled={at === 0}
          className={control}
          onClick={() => step(0)}
          type="button"
        >
          <ChevronFirst aria-hidden="true" size={18} />
        </button>
        <button
          aria-label={t('explorer.replay.back')}
          aria-disabled={at === 0}
          className={control}
          onClick={() => step(at - 1)}
          type="button"
        >
          <ChevronLeft aria-hidden="true" size={18} />
        </button>
        <button className="btn btn-small min-h-11!" onClick={play} type="button">
          {playing ? <CirclePause aria-hidden="true" size={18} /> : <CirclePlay aria-hidden="true" size={18} />}
          {t(playing ? 'explorer.replay.pause' : 'explorer.replay.play')}
        </button>
        <button
          aria-label={t('explorer.replay.on')}
          aria-disabled={at === last}
          className={control}
          onClick={() => step(at + 1)}
          type="button"
        >
          <ChevronRight aria-hidden="true" size={18} />
        </button>
        <button
          aria-label={t('explorer.replay.last')}
          aria-disabled={at === last}
          className={control}
          onClick={() => step(last)}
          type="button"
        >
          <ChevronLast aria-hidden="true" size={18} />
        </button>
      </div>
      <label className="block">
        <span className="sr-only">{t('explorer.replay.position')}</span>
        <input
          aria-valuetext={t('explorer.replay.of', { at: at + 1, of: events.length })}
          className="h-11 w-full min-w-0 accent-primary"
          max={last}
          min={0}
          onChange={(change) => step(Number(change.target.value))}
          type="range"
          value={at}
        />
      </label>
      {/* Nothing glides or fades here: words change in their place, as those want it whose system asks for stillness. */}
      <div aria-atomic="true" aria-live="polite" className="stack gap-1 rounded-card border border-line bg-sunken p-4">
        <p className="note tnum">{t('explorer.replay.of', { at: at + 1, of: events.length })}</p>
        <Step before={events[at - 1]} event={event} />
      </div>
      <p className="flex flex-wrap gap-4">
        <Link to={`/log?entry=${event.index}`}>{t('explorer.replay.entry', { index: event.index })}</Link>
        <a download={`entry-${event.index}.tlog-proof`} href={`/log/proof/${event.index}`}>
          {t('explorer.entry.receipt')}
        </a>
      </p>
    </section>
  )
}
