// What does one watcher do in the benchmark? What a page does, over a bare WebSocket: join, keep its copy whole, come back when it is cut.
import { type Agent, get } from 'node:http'
import WebSocket from 'ws'
import { type Heard, hear, LIVE_PATH, type LiveEvent, NOTHING_YET, type Tail } from '../src/api/live.ts'

/** As the page has it: the first pause before coming back, the longest, how much of either is chance, the pause after a fetch that failed. */
const BACK_MS = { first: 500, most: 5000, chance: 0.5, afterFetch: 3000 }
const PATIENCE_MS = 15_000
const CONNECT_MS = 20_000

/** Milliseconds of the machine’s monotonic clock, which all its processes share. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6

/** The index of an entry as it comes over the wire, read without reading all of it; -1 where there is none. */
function indexIn(text: string): number {
  return text.startsWith('42["entry",{"index":') ? Number.parseInt(text.slice(20, 36), 10) : -1
}

type Place = { port: number; from: string }

export type Watching = {
  /** Entries that came over the socket: which, and when. */
  onEntry: (index: number, at: number) => void
}

/**
 * One watcher of a tender. It speaks just as much of Engine.IO 4 and Socket.IO 5 as a watcher needs, because the library's own
 * client costs ten times the memory, and ten thousand of them would measure themselves.
 */
export class LiveWatcher {
  readonly #place: Place & { no: string; agent: Agent }
  readonly #on: Watching
  #ws: WebSocket | null = null
  #watch = NOTHING_YET
  #tries = 0
  #left = false
  /** Entries in its copy. */
  entries = 0
  /** Since when it has been in the room with all that was published when it came; null while it is away. */
  liveAt: number | null = null

  constructor(place: Place & { no: string; agent: Agent }, on: Watching) {
    this.#place = place
    this.#on = on
    this.#connect()
  }

  get last(): number {
    return this.#watch.last
  }

  leave(): void {
    this.#left = true
    this.#ws?.terminate()
  }

  #connect(): void {
    const { port, from, no } = this.#place
    const ws = new WebSocket(`ws://127.0.0.1:${port}${LIVE_PATH}/?EIO=4&transport=websocket`, {
      localAddress: from,
      perMessageDeflate: false,
      handshakeTimeout: CONNECT_MS,
    })
    this.#ws = ws
    ws.on('error', () => {})
    ws.on('close', () => this.#away())
    ws.on('message', (data) => {
      const at = sharedNow()
      const text = String(data)
      const index = indexIn(text)
      if (index >= 0) {
        this.#on.onEntry(index, at)
        const [, entry] = JSON.parse(text.slice(2)) as [string, LiveEvent]
        this.#hear({ heard: 'entry', entry })
      } else if (text === '2') ws.send('3')
      else if (text.startsWith('0{')) ws.send('40')
      else if (text.startsWith('40{')) ws.send(`420["watch","${no}"]`)
      else if (text === '430[{"ok":true}]') {
        this.#tries = 0
        this.#hear({ heard: 'joined' })
      } else if (text === '431[null]') this.#fetch(this.#watch.last)
      else if (text.startsWith('431')) {
        const [tail] = JSON.parse(text.slice(3)) as [Tail]
        this.#hear({ heard: 'page', entries: tail.events, index: tail.index })
      }
    })
  }

  #away(): void {
    this.liveAt = null
    // What was asked on this connection is answered by nobody.
    this.#hear({ heard: 'failed' })
    if (this.#left) return
    const pause = Math.min(BACK_MS.most, BACK_MS.first * 2 ** this.#tries++)
    setTimeout(() => this.#left || this.#connect(), pause * (1 + BACK_MS.chance * (2 * Math.random() - 1)))
  }

  #hear(said: Heard<LiveEvent>): void {
    const { watch, append, fetch } = hear(this.#watch, said)
    this.#watch = watch
    this.entries += append.length
    if (fetch !== null) this.#ask(fetch)
    else if (said.heard === 'page' && this.#ws?.readyState === WebSocket.OPEN) this.liveAt ??= sharedNow()
  }

  /** As a page does: first by a request, and by the socket what it has missed since. */
  #ask(after: number): void {
    const { no } = this.#place
    if (after >= 0 && this.#ws?.readyState === WebSocket.OPEN)
      this.#ws.send(`421["since",{"no":"${no}","after":${after}}]`)
    else this.#fetch(after)
  }

  #fetch(after: number): void {
    const { port, no, agent, from } = this.#place
    const failed = () => {
      this.#hear({ heard: 'failed' })
      setTimeout(() => this.#left || this.#hear({ heard: 'joined' }), BACK_MS.afterFetch * (0.5 + Math.random()))
    }
    const asked = get(
      {
        host: '127.0.0.1',
        port,
        path: `/api/v1/tenders/${no}/events?after=${after}&limit=1000`,
        agent,
        localAddress: from,
        timeout: PATIENCE_MS,
      },
      (res) => {
        const parts: Buffer[] = []
        res.on('data', (part: Buffer) => parts.push(part))
        res.on('error', failed)
        res.on('end', () => {
          if (res.statusCode !== 200) return failed()
          const page = JSON.parse(Buffer.concat(parts).toString('utf8')) as { events: LiveEvent[]; index: number }
          this.#hear({ heard: 'page', entries: page.events, index: page.index })
        })
      },
    )
    asked.on('timeout', () => asked.destroy())
    asked.on('error', failed)
  }
}

/** A client of the bare broadcast: it hears the same bytes and does the same with them. */
export class BareWatcher {
  readonly #ws: WebSocket
  liveAt: number | null = null
  entries = 0
  last = -1

  constructor({ port, from }: Place, on: Watching) {
    this.#ws = new WebSocket(`ws://127.0.0.1:${port}/`, {
      localAddress: from,
      perMessageDeflate: false,
      handshakeTimeout: CONNECT_MS,
    })
    this.#ws.on('error', () => {})
    this.#ws.on('open', () => {
      this.liveAt = sharedNow()
    })
    this.#ws.on('message', (data) => {
      const at = sharedNow()
      const text = String(data)
      const index = indexIn(text)
      if (index < 0) return
      on.onEntry(index, at)
      const [, entry] = JSON.parse(text.slice(2)) as [string, LiveEvent]
      this.last = entry.index
      this.entries++
    })
  }

  leave(): void {
    this.#ws.terminate()
  }
}
