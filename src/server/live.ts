// How do watchers hear of new log entries? Socket.IO rooms carry what is stored and published, and nothing else.
import type { Server as HttpServer } from 'node:http'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { Server, type Socket } from 'socket.io'
import { FROM_CLIENT, type FROM_SERVER, LIVE_PATH, type LiveEvent, type Tail } from '../api/live.ts'
import type { Database } from './db.ts'
import { leanWhileManyCome } from './lean-heap.ts'
import { cut, guardReaders, inTurn, LIVE_LIMITS, type LiveLimits, waitingBytes } from './live-readers.ts'
import { eventsAfter, newestCheckpoint, newestOf, tailAfter } from './log/read-log.ts'
import { type RightOfWay, rightOfWay } from './right-of-way.ts'
import { shareReads } from './shared-reads.ts'

export type LiveOptions = {
  http: HttpServer
  db: Database
  onProblem: (err: Error) => void
  /** How often the log is looked at when no notice comes. */
  pollMs?: number
  limits?: Partial<LiveLimits>
  /** Whoever goes first is waited for while many are told; nobody unless given. */
  way?: RightOfWay
  /** Hears of connections that say whose they are; answers what ends that. */
  attend?: (io: Server) => () => Promise<void>
}

/** Entries that are read at once. */
const PAGE = 500
/** After a look that failed. */
const RETRY_MS = 200

const roomOf = (no: string): string => `tender ${no}`

/** A page of another origin may read the log by itself; it does not get this visitor's connection. */
function sameOrigin({ origin, host }: { origin?: string | undefined; host?: string | undefined }): boolean {
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

type Acknowledge = ((answer: unknown) => void) | undefined
type Since = (said: { no: string; after: number }) => Promise<Tail | null>

/** Hears one client. Whatever is not in the contract ends the connection. */
function attend(socket: Socket, limits: LiveLimits, ready: Promise<void>, since: Since): void {
  const acts: Record<keyof typeof FROM_CLIENT, (said: never) => unknown> = {
    watch: (no: string) => {
      // A socket is always in one room of its own.
      if (socket.rooms.size > limits.rooms) return { ok: false }
      void socket.join(roomOf(no))
      return { ok: true }
    },
    unwatch: (no: string) => {
      void socket.leave(roomOf(no))
      return { ok: true }
    },
    'watch-log': () => {
      void socket.join('log')
      return { ok: true }
    },
    since,
  }
  socket.onAny((event: string, ...args: unknown[]) => {
    if (!Object.hasOwn(acts, event)) return cut(socket.conn)
    const name = event as keyof typeof FROM_CLIENT
    const schema = FROM_CLIENT[name]
    const done = (typeof args.at(-1) === 'function' ? args.pop() : undefined) as Acknowledge
    if (args.length !== (schema === null ? 0 : 1)) return cut(socket.conn)
    const said = schema === null ? { success: true, data: '' } : schema.safeParse(args[0])
    const answer = said.success ? acts[name](said.data as never) : { ok: false }
    // Once it is answered, everything that is published from now on is sent: what came before is there to be fetched.
    void Promise.all([answer, ready]).then(([it]) => {
      // Who asks and does not read is not told more.
      if (waitingBytes(socket.conn) > limits.waitingBytes) cut(socket.conn)
      else done?.(it)
    })
  })
}

/**
 * Starts the socket server; src/api/live.ts says what is spoken. New entries are read from the log, never handed over by
 * whoever appended them, so that nothing is sent that is not published, by whichever process it came.
 */
export function startLive(options: LiveOptions): { close: () => Promise<void> } {
  const { http, db, onProblem, pollMs = 1000, way = rightOfWay() } = options
  const limits = { ...LIVE_LIMITS, ...options.limits }
  const admit = inTurn(limits.turnGuests)
  const came = leanWhileManyCome()
  const io = new Server(http, {
    path: LIVE_PATH,
    serveClient: false,
    transports: ['websocket'],
    maxHttpBufferSize: 4096,
    pingInterval: limits.pingMs,
    pingTimeout: limits.pongMs,
    connectTimeout: limits.connectMs,
    allowRequest: (req, decide) => {
      const welcome = sameOrigin(req.headers)
      came()
      admit(() => decide(null, welcome && io.engine.clientsCount < limits.sockets))
    },
  })
  const readers = guardReaders(io, limits)
  const stopAttending = options.attend?.(io)
  let isReady = () => {}
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  const together = shareReads<Tail>()
  const since: Since = async ({ no, after: last }) => {
    try {
      const { sliceBytes: mostBytes, inlineBytes } = limits
      const newest = await together(no, () => db.publicRead(({ tx }) => newestOf(tx, no, { mostBytes, inlineBytes })))
      return tailAfter(newest, last)
    } catch (err) {
      // It is asked for as any page of the log is, which has an answer for trouble.
      onProblem(err as Error)
      return null
    }
  }
  io.on('connection', (socket) => attend(socket, limits, ready, since))

  let last: number | null = null
  let size = 0
  let busy = false
  let again = false
  let closing = false

  const connsOf = (room: string) =>
    [...(io.sockets.adapter.rooms.get(room) ?? [])].flatMap((id) => io.sockets.sockets.get(id)?.conn ?? [])
  const cutSlow = (conns: Iterable<Socket['conn']>) => {
    for (const conn of conns) if (waitingBytes(conn) > limits.waitingBytes) cut(conn)
  }
  /** Gives the readers of a room a moment to take what was sent. */
  const drained = async (room: string) => {
    const end = performance.now() + limits.sliceMs
    await turn()
    while (performance.now() < end && connsOf(room).some((conn) => waitingBytes(conn) > 0)) await sleep(5)
    cutSlow(connsOf(room))
  }

  /** Says something to all of a room, a part after the other: requests are answered in between, and bids before it goes on. */
  const tell = async (room: string, event: keyof typeof FROM_SERVER, what: unknown) => {
    const members = io.sockets.adapter.rooms.get(room)
    const all = [...(members ?? [])]
    let patience = limits.patienceMs
    for (let i = 0; i < all.length; i += limits.turnSockets) {
      if (i > 0) patience -= await way.giveWay(patience)
      // Who has left in the meantime hears no more. To nobody in particular would be to everybody.
      const part = all.slice(i, i + limits.turnSockets).filter((id) => members?.has(id))
      if (part.length > 0) io.to(part).emit(event, what)
    }
  }

  const sent = new Map<string, number>()
  const send = async ({ ref, ...entry }: LiveEvent & { ref: string }) => {
    const room = roomOf(ref)
    if (!io.sockets.adapter.rooms.has(room)) return
    await tell(room, 'entry', entry)
    const bytes = (sent.get(room) ?? 0) + entry.leaf.length + (entry.payload?.length ?? 0)
    sent.set(room, bytes < limits.sliceBytes ? bytes : 0)
    if (bytes >= limits.sliceBytes) await drained(room)
  }

  /** Sends what was published since the last look; true when there may be more. */
  const look = async (): Promise<boolean> => {
    const from = last
    const found = await db.publicRead(async ({ tx }) => {
      const newest = await newestCheckpoint(tx)
      const now = { size: newest?.size ?? 0, note: newest && newest.size > size ? newest.note : null }
      // What was published before this process began is history: it is there to be fetched.
      if (from === null) return { ...now, events: [] }
      const { inlineBytes } = limits
      return { ...now, events: (await eventsAfter(tx, from, PAGE, { inlineBytes, mostBytes: Infinity })).events }
    })
    const more = found.events.length === PAGE
    for (const event of found.events) {
      await send(event)
      last = event.index
    }
    if (!more) last = found.size - 1
    if (from !== null && found.note !== null) await tell('log', 'checkpoint', { note: found.note })
    size = found.size
    isReady()
    return more
  }

  const pump = async () => {
    again = true
    if (busy) return
    busy = true
    try {
      while (again && !closing) {
        again = false
        while ((await look()) && !closing);
        sent.clear()
        cutSlow(readers)
      }
    } catch (err) {
      if (closing) return
      onProblem(err as Error)
      // A crowd that fetches can keep the database busy for a moment; the next look need not wait for the next notice.
      setTimeout(() => void pump(), RETRY_MS).unref()
    } finally {
      busy = false
    }
  }

  const listening = db.listen('madang_log', () => void pump()).catch((err: Error) => onProblem(err))
  const timer = setInterval(() => void pump(), pollMs)
  timer.unref()
  void pump()

  return {
    close: async () => {
      closing = true
      clearInterval(timer)
      const stop = await listening
      if (typeof stop === 'function') await stop()
      await stopAttending?.()
      await io.close()
    },
  }
}
