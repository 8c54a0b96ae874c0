// How does a program watch a tender as a page does? A socket, the rule of a watcher, and a fetch where the rule asks for one.
import { io, type Socket } from 'socket.io-client'
import { call } from '../../src/api/client.ts'
import {
  type Heard,
  hear,
  LIVE_PATH,
  type LiveEvent,
  NOTHING_YET,
  type PublicEvent,
  type Tail,
} from '../../src/api/live.ts'
import { readEvents } from '../../src/api/tenders.ts'

export class Watcher {
  readonly no: string
  /** The copy of the tender's log. */
  readonly entries: PublicEvent[] = []
  /** What came over the socket as it came, by a watcher without a rule. */
  readonly heard: number[] = []
  /** When each entry came to be in the copy, by index. */
  readonly at = new Map<number, number>()
  readonly socket: Socket
  fetches = 0
  /** How many of its fetches the socket answered. */
  tails = 0
  cuts = 0
  #watch = NOTHING_YET
  #closed = false
  readonly #rest: string

  /** `url` is where the socket is, `rest` where events are fetched: the same place unless told. */
  constructor(url: string, no: string, rest = url) {
    this.no = no
    this.#rest = rest
    this.socket = io(url, {
      path: LIVE_PATH,
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 400,
      randomizationFactor: 0.5,
    })
    this.socket.on('connect', () => {
      this.socket.timeout(5000).emit('watch', no, (err: Error | null, answer: { ok: boolean }) => {
        if (!err && answer.ok) this.#hear({ heard: 'joined' })
        // Connected, and nobody answers: begin anew. One that is cut comes back by itself.
        else if (!this.#closed && this.socket.connected) this.socket.disconnect().connect()
      })
    })
    this.socket.on('disconnect', () => {
      this.cuts++
    })
    this.socket.on('entry', (entry: LiveEvent) => {
      this.heard.push(entry.index)
      this.#hear({ heard: 'entry', entry })
    })
  }

  get last(): number {
    return this.#watch.last
  }

  /** Tears the connection as a tunnel does: without a word. */
  tear(): void {
    const transport = this.socket.io.engine?.transport as unknown as { ws?: { terminate?: () => void } } | undefined
    transport?.ws?.terminate?.()
  }

  close(): void {
    this.#closed = true
    this.socket.close()
  }

  #hear(said: Heard<LiveEvent>): void {
    const { watch, append, fetch } = hear(this.#watch, said)
    this.#watch = watch
    for (const entry of append) {
      this.entries.push(entry)
      this.at.set(entry.index, performance.now())
    }
    if (fetch !== null) void this.#fetch(fetch)
  }

  async #fetch(after: number): Promise<void> {
    this.fetches++
    try {
      const { no, socket } = this
      const tail: Tail | null = socket.connected
        ? await socket
            .timeout(5000)
            .emitWithAck('since', { no, after })
            .catch(() => null)
        : null
      if (tail) {
        this.tails++
        return this.#hear({ heard: 'page', entries: tail.events, index: tail.index })
      }
      const page = await call(this.#rest, readEvents, {
        params: { no },
        query: { after, limit: 500 },
        signal: AbortSignal.timeout(5000),
      })
      if (!page.ok) throw new Error(page.code)
      this.#hear({ heard: 'page', entries: page.body.events, index: page.body.index })
    } catch {
      this.#hear({ heard: 'failed' })
      if (this.#closed) return
      setTimeout(() => this.#hear({ heard: 'joined' }), 100 + Math.random() * 300)
    }
  }
}
