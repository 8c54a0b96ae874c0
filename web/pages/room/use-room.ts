// What does the room look like at this entry? Folded from the entries shown, kept from fold to fold so that a replay costs little.
import { useRef } from 'react'
import type { PublicEvent } from '../../../src/api/live.ts'
import { applyEntry, emptyRoom, type Room } from '../../../src/domain/room/room.ts'

/** A room is kept at every so many entries: going back folds at most so many anew. */
const EVERY = 50

type Kept = { no: string; entries: readonly PublicEvent[]; marks: Room[]; last: { shown: number; room: Room } }

const begin = (no: string, entries: readonly PublicEvent[]): Kept => {
  const room = emptyRoom(no)
  return { no, entries, marks: [room], last: { shown: 0, room } }
}

/** The first entries are the same ones: a feed only grows. */
const grew = (before: readonly PublicEvent[], now: readonly PublicEvent[]): boolean =>
  now.length >= before.length && now[0] === before[0] && now[before.length - 1] === before.at(-1)

/** The room after the first `shown` of the entries. */
export function useRoom(no: string, entries: readonly PublicEvent[], shown: number): Room {
  const kept = useRef<Kept | null>(null)
  let k = kept.current
  if (!k || k.no !== no || !grew(k.entries, entries)) k = begin(no, entries)
  k.entries = entries
  kept.current = k
  const upTo = Math.min(shown, entries.length)
  if (k.last.shown === upTo) return k.last.room
  const mark = Math.min(Math.floor(upTo / EVERY), k.marks.length - 1)
  let at = mark * EVERY
  let room = k.marks[mark] as Room
  if (k.last.shown <= upTo && k.last.shown > at) {
    at = k.last.shown
    room = k.last.room
  }
  for (; at < upTo; ) {
    room = applyEntry(room, entries[at] as PublicEvent)
    at++
    if (at % EVERY === 0 && k.marks.length === at / EVERY) k.marks.push(room)
  }
  k.last = { shown: upTo, room }
  return room
}
