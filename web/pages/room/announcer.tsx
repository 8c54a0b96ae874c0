// What does somebody hear who cannot see the room? Each step in a sentence, politely, at most one every three seconds.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { KINDS } from '../../../src/domain/record/finding.ts'
import { verdictKey } from '../../../src/domain/room/rows.ts'
import { hear, hearLast, SILENCE, type SpeechMode, speak, type Utterance } from '../../../src/domain/room/speech.ts'
import { grouped } from '../../parts/money.tsx'
import { eidsIn } from './eids-in.ts'
import { useReason } from './outcome-cards.tsx'
import { clipped, useScene } from './scene.ts'

/** How often the queue is looked at; the three seconds are the queue's own. */
const LOOK_MS = 250

function useUtterances(): (shown: readonly import('../../../src/api/live.ts').PublicEvent[]) => Utterance[] {
  const { t } = useTranslation()
  const reason = useReason()
  const { room, rows, nameOf, known, trusting } = useScene()
  const state = (text: string): Utterance[] => [{ is: 'state', text }]
  return (shown) =>
    shown.flatMap((entry): Utterance[] => {
      switch (entry.typ) {
        case 'tender.closed/1':
          return state(t('room.say.closed', { count: room.closed?.count ?? 0 }))
        case 'opening.reveal/1':
          return state(t('room.say.reveal', { count: room.bids.length }))
        case 'opening.list/1': {
          const kind = KINDS.find((one) => room.sessions[one].list?.index === entry.index)
          // What custodians put into a draw is no bid.
          if (!kind) return []
          return state(t(`room.say.list.${kind}`, { count: room.sessions[kind].list?.eids.length ?? 0 }))
        }
        case 'release/1': {
          const kind = KINDS.find((one) => room.sessions[one].releases.some((r) => r.index === entry.index))
          if (!kind) return []
          const place = room.sessions[kind].releases.findIndex((r) => r.index === entry.index) + 1
          return state(t('room.say.key', { turned: place, n: room.keysets[kind]?.n ?? 0 }))
        }
        case 'opening.result/1': {
          const found = eidsIn(entry)
          const said = (found?.eids ?? []).flatMap((eid): Utterance[] => {
            const kind = found?.kind ?? 'technical'
            const row = rows.find((r) => r[kind].eid === eid)
            if (!row) return []
            const facts = { no: row.no, name: clipped(nameOf(row.bidder), 80) }
            const verdict = known.verdicts.get(verdictKey(kind, eid))
            if (!trusting && verdict && !verdict.ok) return state(t('room.say.failed', facts))
            if (row[kind].state === 'malformed') return [{ is: 'envelope', text: t('room.say.malformed', facts) }]
            if (kind === 'technical' || row.amount === null)
              return [{ is: 'envelope', text: t('room.say.technical', facts) }]
            const ranked = rows.filter((r) => r.rank !== null).length
            const price = { ...facts, amount: grouped(row.amount) }
            return [
              {
                is: 'envelope',
                text:
                  row.rank === null
                    ? t('room.say.price', price)
                    : t('room.say.priceRanked', { ...price, rank: row.rank, of: ranked }),
              },
            ]
          })
          const last = found && room.sessions[found.kind].results.at(-1)?.index === entry.index
          const whole =
            found && room.sessions[found.kind].results.length === room.sessions[found.kind].list?.eids.length
          return last && whole
            ? [
                ...said,
                ...state(t(`room.say.opened.${found.kind}`, { count: room.sessions[found.kind].results.length })),
              ]
            : said
        }
        case 'scores.locked/1':
          return state(t('room.say.locked'))
        case 'planned.price/1':
          return room.planned ? state(t('room.say.planned', { amount: grouped(room.planned.payload.amount) })) : []
        case 'auction.begun/1':
        case 'auction.bid/1': {
          const { seats, seat, amount } = room.lines.find((line) => line.index === entry.index)?.payload ?? {}
          if (typeof seats === 'number') return state(t('room.say.auctionBegun', { count: seats }))
          return typeof seat === 'number'
            ? state(t('room.say.auctionBid', { seat, amount: grouped(String(amount)) }))
            : []
        }
        case 'auction.ended/1':
          return state(t('room.say.auctionEnded'))
        case 'examination.result/1':
        case 'evaluation.result/1': {
          const next = room.evaluation?.ranking?.byPrice?.next
          if (next) return state(t('room.say.examining', { name: clipped(nameOf(next), 80) }))
          const first = rows.find((r) => r.rank === 1)
          return state(
            first ? t('room.say.ranking', { name: clipped(nameOf(first.bidder), 80) }) : t('room.say.nobody'),
          )
        }
        case 'award/1':
          return state(t('room.say.award', { name: clipped(nameOf(room.award?.bidder ?? ''), 80) }))
        case 'tender.failed/1':
        case 'tender.cancelled/1':
          return room.ended
            ? state(`${t(`room.ended.${room.ended.is}`)} ${room.ended.reasons.map(reason).join(', ')}`)
            : []
        default:
          return []
      }
    })
}

export function Announcer({ mode }: { mode: SpeechMode }) {
  const { t } = useTranslation()
  const { cursor, known } = useScene()
  const utterances = useUtterances()
  const queue = useRef(SILENCE)
  const said = useRef(cursor.shown)
  const [text, setText] = useState('')

  // After each step of the page, but not after a jump: whoever jumps knows where to.
  useEffect(() => {
    const from = said.current
    said.current = cursor.shown
    if (!cursor.stepped || cursor.shown <= from) return
    const heard = utterances(known.entries.slice(from, cursor.shown))
    // Whoever wants things at once hears where they stand now, not the whole way there a sentence every three seconds.
    if (cursor.speed === 'instant') queue.current = hearLast(queue.current, mode, heard)
    else for (const one of heard) queue.current = hear(queue.current, mode, one)
  })

  const line = known.line
  const before = useRef(line)
  useEffect(() => {
    if (before.current !== line && (line === 'lost' || before.current === 'lost')) {
      queue.current = hear(queue.current, mode, { is: 'state', text: t(`room.line.${line}`) })
    }
    before.current = line
  }, [line, mode, t])

  useEffect(() => {
    const timer = setInterval(() => {
      const next = speak(queue.current, mode, performance.now(), (count, newest) =>
        t('room.say.several', { count, newest }),
      )
      queue.current = next.speech
      if (next.text !== null) setText(next.text)
    }, LOOK_MS)
    return () => clearInterval(timer)
  }, [mode, t])

  return (
    <div aria-live="polite" className="sr-only" data-announcer role="log">
      <p>{text}</p>
    </div>
  )
}
