// How do watchers hear of new log entries? Socket.IO rooms carry what is stored and published, and nothing else.
import type { Server as HttpServer } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { tenderNo } from '../api/endpoint.ts'
import type { Database } from './db.ts'
import { eventsAfter, newestCheckpoint, type PublicEvent } from './log/read-log.ts'

export type LiveOptions = {
  http: HttpServer
  db: Database
  onProblem: (err: Error) => void
  /** How often the log is looked at when no notice comes. */
  pollMs?: number
}

/** Bytes that may wait for one reader; a slower one is cut off and catches up by `events?after=`. */
const MOST_WAITING = 1_000_000
/** Tenders that one socket may watch. */
const MOST_ROOMS = 20
const PAGE = 500

type Transport = { socket?: { bufferedAmount?: number; _socket?: { writableLength?: number } } }

function waitingBytes(socket: Socket): number {
  const transport = socket.conn.transport as unknown as Transport
  const inner = transport.socket
  const queued = (socket.conn as unknown as { writeBuffer: { data?: string }[] }).writeBuffer
  const unsent = queued.reduce((sum, packet) => sum + (typeof packet.data === 'string' ? packet.data.length : 0), 0)
  return (inner?.bufferedAmount ?? 0) + (inner?._socket?.writableLength ?? 0) + unsent
}

/**
 * Starts the socket server. Events: client `watch` (a tender number) and `unwatch`, answered by an acknowledgement; server
 * `entry` with `{ index, prev, typ, at, leaf, payload }` to the tender's room, `checkpoint` with the note to everybody who
 * asked for the room `log` by `watch-log`.
 */
export function startLive({ http, db, onProblem, pollMs = 1000 }: LiveOptions): { close: () => Promise<void> } {
  const io = new Server(http, {
    path: '/live',
    serveClient: false,
    transports: ['websocket'],
    maxHttpBufferSize: 4096,
    pingInterval: 20_000,
    pingTimeout: 20_000,
    connectTimeout: 10_000,
    allowRequest: (req, decide) => {
      // A page of another origin may look at the log by itself; it does not get this visitor's connection.
      const { origin, host } = req.headers
      let same = true
      try {
        same = origin === undefined || new URL(origin).host === host
      } catch {
        same = false
      }
      decide(null, same)
    },
  })

  io.on('connection', (socket) => {
    let said = 0
    const tooMuch = () => {
      if (++said > 200) socket.disconnect(true)
      return said > 200
    }
    socket.onAny((event) => {
      if (event !== 'watch' && event !== 'unwatch' && event !== 'watch-log') socket.disconnect(true)
    })
    socket.on('watch', (no: unknown, done: unknown) => {
      if (tooMuch()) return
      const parsed = tenderNo.safeParse(no)
      const ok = parsed.success && socket.rooms.size <= MOST_ROOMS
      if (ok) void socket.join(`tender ${parsed.data}`)
      if (typeof done === 'function') done({ ok })
    })
    socket.on('unwatch', (no: unknown) => {
      if (!tooMuch() && typeof no === 'string') void socket.leave(`tender ${no}`)
    })
    socket.on('watch-log', (done: unknown) => {
      if (tooMuch()) return
      void socket.join('log')
      if (typeof done === 'function') done({ ok: true })
    })
  })

  let last: number | null = null
  let size = 0
  let busy = false
  let again = false

  const cutSlow = (room: string) => {
    for (const id of io.sockets.adapter.rooms.get(room) ?? []) {
      const socket = io.sockets.sockets.get(id)
      if (socket && waitingBytes(socket) > MOST_WAITING) socket.disconnect(true)
    }
  }
  const send = (event: PublicEvent) => {
    const { ref, ...entry } = event
    const room = `tender ${ref}`
    if (!io.sockets.adapter.rooms.has(room)) return
    io.to(room).emit('entry', entry)
    cutSlow(room)
  }

  const pump = async () => {
    if (busy) {
      again = true
      return
    }
    busy = true
    try {
      do {
        again = false
        let more = true
        while (more) {
          const from = last
          const found = await db.publicRead(async ({ tx }) => {
            const newest = await newestCheckpoint(tx)
            // Entries from before this process started are history: `events?after=` has them.
            if (from === null) return { events: [], size: newest?.size ?? 0, note: null }
            const page = await eventsAfter(tx, from, PAGE)
            return { ...page, note: newest && newest.size > size ? newest.note : null }
          })
          for (const event of found.events) send(event)
          last = found.events.length === PAGE ? (found.events.at(-1) as PublicEvent).index : found.size - 1
          more = found.events.length === PAGE
          if (found.note !== null) io.to('log').emit('checkpoint', { note: found.note })
          size = found.size
        }
      } while (again)
    } catch (err) {
      onProblem(err as Error)
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
      clearInterval(timer)
      const stop = await listening
      if (typeof stop === 'function') await stop()
      await io.close()
    },
  }
}
