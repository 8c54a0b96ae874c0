// What has been entered in the public log, in the order of its entries? The newest first, each with its place and its check.
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { type EventPayload, sentenceOf } from '../../../src/domain/events.ts'
import type { RoomLine } from '../../../src/domain/room/room.ts'
import { verdictKey } from '../../../src/domain/room/rows.ts'
import { grouped } from '../../parts/money.tsx'
import { Time } from '../../parts/time.tsx'
import { Timeline } from '../../parts/timeline.tsx'
import { timeText } from '../../when.ts'
import { clipped, type Scene, useScene } from './scene.ts'

const FIRST_SHOWN = 7
const MORE = 200

type Row = { eid?: unknown; bidder?: unknown; body?: { amount?: unknown } | null }

/** The payload with people's names and figures as they are read. Whoever is named here is named in the log by its id. */
function readable(payload: EventPayload, { nameOf, language }: Scene): EventPayload {
  const name = (id: unknown) => (typeof id === 'string' ? clipped(nameOf(id), 80) : id)
  for (const of of ['deadline', 'newDeadline']) {
    const at = payload[of]
    if (typeof at === 'string') return { ...payload, [of]: timeText(at, language, 'exact') }
  }
  if (payload.typ === 'award/1') return { ...payload, bidder: name(payload.bidder) }
  if (payload.typ !== 'opening.result/1' || !Array.isArray(payload.results)) return payload
  const results = (payload.results as Row[]).map((row) => {
    const amount = row.body?.amount
    const body = typeof amount === 'string' ? { ...row.body, amount: grouped(clipped(amount, 30)) } : row.body
    return { ...row, bidder: name(row.bidder), body }
  })
  return { ...payload, results }
}

function useSentence(): (line: RoomLine) => string {
  const { t } = useTranslation()
  const scene = useScene()
  const { known, trusting, language } = scene
  return (line) => {
    if (!line.payload) return t('beside.log.unreadable')
    const logged = known.logged.get(line.index)
    if (logged?.ok === false) return t('beside.log.failed')
    if (line.typ === 'opening.result/1' && !trusting) {
      // No price is shown that was not found here, in the log's own sentence neither.
      const { kind, results } = line.payload as { kind?: string; results?: Row[] }
      const verdicts = (results ?? []).map((r) =>
        kind === 'technical' || kind === 'price' ? known.verdicts.get(verdictKey(kind, String(r.eid))) : undefined,
      )
      if (verdicts.some((v) => v?.ok === false)) return t('beside.log.failed')
      if (verdicts.some((v) => !v)) return t('beside.log.checking')
    }
    return clipped(sentenceOf(readable(line.payload as EventPayload, scene))[language], 400)
  }
}

export function EventLog() {
  const { t } = useTranslation()
  const { room, known, trusting, no } = useScene()
  const [most, setMost] = useState(FIRST_SHOWN)
  const sentence = useSentence()
  const newest = [...room.lines].reverse()
  const items = newest.slice(0, most).map((line) => {
    const logged = known.logged.get(line.index)
    const bad = logged?.ok === false || line.payload === null
    return {
      key: String(line.index),
      title: (
        <span className={bad ? 'font-semibold text-bad' : ''}>
          <bdi>{sentence(line)}</bdi>
        </span>
      ),
      children: (
        <p className="note flex flex-wrap items-center gap-x-2">
          <Time at={line.at} form="short" />
          <Link to={`/tenders/${no}/opening?seq=${line.index}`}>{`#${line.index}`}</Link>
          {logged?.ok && (
            <span className="flex items-center gap-1 text-good">
              <ShieldCheck aria-hidden="true" size={15} />
              {t('beside.log.there')}
            </span>
          )}
          {bad && (
            <span className="flex items-center gap-1 text-bad">
              <ShieldAlert aria-hidden="true" size={15} />
              {t('beside.log.not')}
            </span>
          )}
          {!logged && !trusting && <span>{t('beside.log.pending')}</span>}
        </p>
      ),
    }
  })
  return (
    <section aria-labelledby="log" className="card">
      <h2 id="log">{t('beside.log.title')}</h2>
      <p className="note mb-4">{t('beside.log.says')}</p>
      {items.length === 0 ? (
        <p className="note">{t('beside.log.empty')}</p>
      ) : (
        <Timeline items={items} label={t('beside.log.title')} />
      )}
      {newest.length > most && (
        <button className="btn btn-quiet btn-small mt-4" onClick={() => setMost(most + MORE)} type="button">
          {t('room.more', { count: newest.length - most })}
        </button>
      )}
    </section>
  )
}
