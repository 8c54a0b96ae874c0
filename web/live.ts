// How does a page stay in step with a tender's log? A socket, the rule of a watcher, and a fetch where the rule asks for one.
import type { Socket } from 'socket.io-client'
import { call } from '../src/api/client.ts'
import { type Heard, hear, type LiveEvent, NOTHING_YET, type PublicEvent, type Tail } from '../src/api/live.ts'
import { ENDPOINTS } from './call.ts'

/**
 * `live`: entries come by themselves. `polling`: they are asked for, because no socket can be had. `lost`: nobody answers; what is
 * shown is what was last known.
 */
export type Line = 'starting' | 'live' | 'polling' | 'lost'

export type Watching = {
  /** Entries from elsewhere, such as the log itself; they are taken if they fit. */
  give: (entries: readonly PublicEvent[]) => void
  /** Asks whether there is more. */
  again: () => void
  stop: () => void
}

/** While there is no socket, the entries are asked for so often, milliseconds. */
const POLL_MS = 3000
/** While there is one, a feed that fell silent without being cut is found out. */
const STILL_THERE_MS = 45_000
const PAGE = 1000
const PATIENCE_MS = 15_000
const TAIL_MS = 5000

/**
 * Watches a tender until `stop`. `entries` are the tender's public entries in their order, each once, beginning after those that
 * were given first.
 */
export function watchTender(
  no: string,
  first: { events: readonly PublicEvent[]; index: number } | null,
  on: {
    entries: (fresh: PublicEvent[]) => void
    line: (line: Line) => void
    /** All that was published when the page asked for the first time is there: what comes now happens now. */
    caughtUp: () => void
  },
): Watching {
  let watch = NOTHING_YET
  let stopped = false
  let socket: Socket | null = null
  let begun = false
  let joined = false
  let answered = true
  let asked = false
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Whether a socket was refused already: until then nobody needs to be told that there is none. */
  let tried = false

  const tell = () => {
    if (!stopped) on.line(joined ? 'live' : !answered ? 'lost' : tried ? 'polling' : 'starting')
  }
  const said = (what: Heard<LiveEvent>): void => {
    if (stopped) return
    const reaction = hear(watch, what)
    watch = reaction.watch
    if (reaction.append.length > 0) on.entries(reaction.append)
    if (reaction.fetch !== null) void fetchAfter(reaction.fetch)
    else if (what.heard === 'page' && asked) on.caughtUp()
  }
  /** By the socket that is there, if the answer is small enough for it. */
  const tailAfter = async (after: number): Promise<Tail | null> => {
    if (!socket || !joined) return null
    const tail: Tail | null = await socket
      .timeout(TAIL_MS)
      .emitWithAck('since', { no, after })
      .catch(() => null)
    return tail
  }
  const pageAfter = async (after: number): Promise<Tail> => {
    const page = await call('', ENDPOINTS.readEvents, {
      params: { no },
      query: { after, limit: PAGE },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (!page.ok) throw new Error(page.code)
    return page.body
  }
  const fetchAfter = async (after: number): Promise<void> => {
    try {
      const { events, index } = (await tailAfter(after)) ?? (await pageAfter(after))
      answered = true
      asked = true
      said({ heard: 'page', entries: [...events].sort((a, b) => a.index - b.index), index })
    } catch {
      answered = false
      said({ heard: 'failed' })
      clearTimeout(timer)
      if (!stopped) timer = setTimeout(again, POLL_MS)
    }
    tell()
    // What is known already comes first, the code of the socket after it.
    if (!begun) void connect()
  }
  const again = (): void => {
    if (stopped) return
    clearTimeout(timer)
    said({ heard: 'joined' })
    timer = setTimeout(again, joined && answered ? STILL_THERE_MS : POLL_MS)
  }

  const join = (to: Socket): void => {
    to.timeout(5000).emit('watch', no, (err: Error | null, answer?: { ok: boolean }) => {
      if (stopped) return
      // Connected, and nobody answers: begin anew.
      if (err || !answer?.ok) {
        if (to.connected) to.disconnect().connect()
        return
      }
      joined = true
      again()
      tell()
    })
  }
  const cut = (): void => {
    joined = false
    tried = true
    tell()
    again()
  }
  const connect = async (): Promise<void> => {
    begun = true
    try {
      const { openSocket } = await import('./socket.ts')
      if (stopped) return
      socket = openSocket()
      const made = socket
      made.on('connect', () => join(made))
      made.on('disconnect', cut)
      made.on('connect_error', () => {
        tried = true
        if (joined) cut()
        else tell()
        // One that the server refused does not come back by itself.
        if (!made.active) setTimeout(() => !stopped && made.connect(), POLL_MS)
      })
      made.on('entry', (entry: LiveEvent) => said({ heard: 'entry', entry }))
    } catch {
      // The code of the socket could not be had: the page goes on asking.
      tried = true
      tell()
    }
  }
  const online = () => {
    socket?.connect()
    again()
  }

  addEventListener('online', online)
  if (first) said({ heard: 'page', entries: first.events, index: first.index })
  again()
  return {
    give: (entries) => {
      const index = Math.max(watch.last, ...entries.map((e) => e.index))
      // As a reply to a question: entries that do not fit are left, and what was asked for meanwhile is asked again.
      said({ heard: 'page', entries, index })
      // What comes after the hole was left lying before.
      again()
    },
    again,
    stop: () => {
      stopped = true
      clearTimeout(timer)
      removeEventListener('online', online)
      socket?.close()
    },
  }
}
