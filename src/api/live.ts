// What is said over the live socket, and how does a watcher keep its copy of a tender's log whole?
import { z } from 'zod'
import { tenderNo } from './endpoint.ts'

export const LIVE_PATH = '/live'

/** A public log entry of a tender. `prev` is the index of the tender's public entry before it, -1 for the first. */
export const publicEvent = z.strictObject({
  index: z.number().int(),
  prev: z.number().int(),
  typ: z.string(),
  at: z.string(),
  leaf: z.string(),
  payload: z.string(),
})
export type PublicEvent = z.output<typeof publicEvent>

/** The same over the socket. A payload too large for a message to everybody is null: it is fetched with `events?after=`. */
export const liveEvent = z.strictObject({ ...publicEvent.shape, payload: z.string().nullable() })
export type LiveEvent = z.output<typeof liveEvent>

/**
 * What a client may say, with the one argument that it takes; an acknowledgement `{ ok }` is given where one is asked for. That of
 * `since` is what `events?after=` would answer, all of it: a `tail`, or null where it is too much for a message.
 */
export const FROM_CLIENT = {
  watch: tenderNo,
  unwatch: tenderNo,
  'watch-log': null,
  since: z.strictObject({ no: tenderNo, after: z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER) }),
} as const

/** All public entries of a tender after one of them, and the index of its last. */
export const tail = z.strictObject({ events: z.array(publicEvent), index: z.number().int() })
export type Tail = z.output<typeof tail>

/** What the server says, and to whom: `entry` to those who watch the tender, `checkpoint` to those who watch the log. */
export const FROM_SERVER = {
  entry: liveEvent,
  checkpoint: z.strictObject({ note: z.string() }),
  /** To a connection that said whose it is: that session has ended, or its owner's roles have changed. */
  'session-over': z.undefined(),
} as const

/** How far a watcher has come. `again` is set when what is being fetched may be older than what was heard since. */
export type Watch = { readonly last: number; readonly asking: boolean; readonly again: boolean }

/** A watcher that has nothing yet. */
export const NOTHING_YET: Watch = { last: -1, asking: false, again: false }

type Placed = { index: number; prev: number; payload: string | null }

/** What a watcher hears. */
export type Heard<E extends Placed> =
  /** It is in the tender's room, for the first time or again: what was sent before went past it. */
  | { heard: 'joined' }
  | { heard: 'entry'; entry: E }
  /** The reply to a fetch: entries after `last`, and the index of the tender's last one when the reply was made. */
  | { heard: 'page'; entries: readonly E[]; index: number }
  /** The fetch had no reply. It is for the caller to say `joined` again after a pause. */
  | { heard: 'failed' }

/** The new state, the entries to append, and, if not null, the index after which to fetch. */
export type Reaction<E extends Placed> = { watch: Watch; append: (E & { payload: string })[]; fetch: number | null }

const whole = <E extends Placed>(entry: E): entry is E & { payload: string } => entry.payload !== null

/**
 * The one rule of a watcher. An index that it has is dropped; an entry whose `prev` is its last one is appended; anything else
 * means that something is missing, and is fetched. Whatever is lost, repeated or out of order on the way, what was appended is
 * always the tender's log from its first entry on, each once, and after the last fetch all of it.
 *
 * Example: with `last` 4, the entry `{ index: 9, prev: 7 }` appends nothing and fetches after 4.
 */
export function hear<E extends Placed>(watch: Watch, said: Heard<E>): Reaction<E> {
  const ask = (state: Watch): Reaction<E> =>
    state.asking
      ? { watch: { ...state, again: true }, append: [], fetch: null }
      : { watch: { ...state, asking: true, again: false }, append: [], fetch: state.last }
  switch (said.heard) {
    case 'joined':
      return ask(watch)
    case 'failed':
      return { watch: { ...watch, asking: false, again: false }, append: [], fetch: null }
    case 'entry': {
      const { entry } = said
      if (entry.index <= watch.last) return { watch, append: [], fetch: null }
      if (entry.prev !== watch.last || !whole(entry)) return ask(watch)
      return { watch: { ...watch, last: entry.index }, append: [entry], fetch: null }
    }
    case 'page': {
      const append: (E & { payload: string })[] = []
      let { last } = watch
      for (const entry of said.entries) {
        if (entry.index <= last) continue
        // A page is whole by itself; one that is not is not a page of this log, and its rest is left alone.
        if (entry.prev !== last || !whole(entry)) break
        append.push(entry)
        last = entry.index
      }
      const more = append.length > 0 && last < said.index
      const state: Watch = { last, asking: false, again: false }
      return watch.again || more ? { ...ask(state), append } : { watch: state, append, fetch: null }
    }
  }
}
