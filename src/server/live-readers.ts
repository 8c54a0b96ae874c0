// Which readers are kept? Those who read as fast as is written and say what is in the contract; the others are cut and lose nothing by it.
import type { Server, Socket } from 'socket.io'

export type LiveLimits = {
  /** Bytes that may wait for one reader. One who lets more pile up is cut and catches up by `events?after=`. */
  waitingBytes: number
  /** A payload of more bytes is not sent to everybody: its entry comes without, and is fetched. */
  inlineBytes: number
  /** After so many bytes to a room its readers get time to take them, */
  sliceBytes: number
  /** but no more than this: a slow reader delays nobody for longer. */
  sliceMs: number
  /** Readers that are written to before anything else gets its turn: a bid waits for these, and not for ten thousand. */
  turnSockets: number
  /** Who are let in before anything else gets its turn. */
  turnGuests: number
  /** How much later all of a room may have been told something because bids went first, milliseconds. */
  patienceMs: number
  /** Tenders that one socket may watch. */
  rooms: number
  /** Packets that a client may send at once, and each second after that. */
  burst: number
  perSecond: number
  /** Sockets at once. */
  sockets: number
  pingMs: number
  pongMs: number
  /** For the first packet after the connection. */
  connectMs: number
}

export const LIVE_LIMITS: LiveLimits = {
  // 500 readers that take nothing then hold 48 MB at most.
  waitingBytes: 96 * 1024,
  inlineBytes: 16 * 1024,
  sliceBytes: 32 * 1024,
  sliceMs: 50,
  turnSockets: 50,
  turnGuests: 10,
  patienceMs: 300,
  rooms: 20,
  burst: 60,
  perSecond: 2,
  sockets: 20_000,
  pingMs: 20_000,
  pongMs: 20_000,
  connectMs: 10_000,
}

const GOODBYE_MS = 500

type Conn = Socket['conn']
type Packet = { type: string; data?: unknown }
/** Parts of Engine.IO and ws that their types hide. */
type Inner = {
  writeBuffer: { data?: unknown }[]
  transport: { socket?: { bufferedAmount?: number; terminate?: () => void; _socket?: { writableLength?: number } } }
}

/** Bytes that were written for a reader and that the kernel has not taken. */
export function waitingBytes(conn: Conn): number {
  const { writeBuffer, transport } = conn as unknown as Inner
  const queued = writeBuffer.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), 0)
  return queued + Math.max(transport.socket?.bufferedAmount ?? 0, transport.socket?._socket?.writableLength ?? 0)
}

/**
 * Ends a connection at once. A polite close waits until what is queued has been taken, which is what a stalled reader never
 * does: it would keep its queue for half a minute more.
 */
export function cut(conn: Conn): void {
  const { transport } = conn as unknown as Inner
  if (transport.socket?.terminate) transport.socket.terminate()
  else conn.close(true)
}

/**
 * Does things in the order in which they come, so many at a turn and the others at the next: ten thousand who come back at once keep
 * nobody waiting who asks for something.
 */
export function inTurn(most: number): (thing: () => void) => void {
  const queue: (() => void)[] = []
  const some = () => {
    for (const thing of queue.splice(0, most)) thing()
    if (queue.length > 0) setImmediate(some)
  }
  return (thing) => {
    if (queue.push(thing) === 1) setImmediate(some)
  }
}

/** A bucket of packets that fills up again by and by. */
function bucket({ burst, perSecond }: LiveLimits): () => boolean {
  let left = burst
  let at = performance.now()
  return () => {
    const now = performance.now()
    left = Math.min(burst, left + ((now - at) / 1000) * perSecond) - 1
    at = now
    return left >= 0
  }
}

/**
 * Follows every connection from its first packet on: only text, no attachments, not too much of it. Answers the set of those
 * that are open, of which the caller cuts the slow ones.
 */
export function guardReaders(io: Server, limits: LiveLimits): Set<Conn> {
  const open = new Set<Conn>()
  io.engine.on('connection', (conn: Conn) => {
    open.add(conn)
    // Its headers have been judged; kept with each of ten thousand connections they would be a part of the memory that nobody needs.
    ;(conn as unknown as { request: null }).request = null
    conn.once('close', () => {
      open.delete(conn)
      // A close waits half a minute for the other side's goodbye, and who has vanished never says it.
      setTimeout(() => cut(conn), GOODBYE_MS).unref()
    })
    const allowed = bucket(limits)
    conn.on('packet', ({ type, data }: Packet) => {
      // Events with attachments begin with 5, acknowledgements with 6: nothing in the contract has any.
      const text = data === undefined || (typeof data === 'string' && !(type === 'message' && /^[56]/.test(data)))
      if (!text || !allowed()) cut(conn)
    })
  })
  return open
}
