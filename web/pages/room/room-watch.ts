// What does this browser know of a room? What the feed brought, what the worker found out about it, and how the line is.
import type { PublicEvent } from '../../../src/api/live.ts'
import type { Check } from '../../../src/domain/audit/audit.ts'
import type { Words } from '../../../src/domain/events.ts'
import type { ClosingRow } from '../../../src/domain/record/closing.ts'
import type { Finding } from '../../../src/domain/record/finding.ts'
import type { EnvelopeVerdict } from '../../../src/domain/room/check-envelope.ts'
import type { RoomNews } from '../../../src/domain/room/checker.ts'
import { verdictKey } from '../../../src/domain/room/rows.ts'
import type { Ranking } from '../../../src/domain/scoring/ranking.ts'
import { lettersAfter } from '../../letters.ts'
import { type Line, type Watching, watchTender } from '../../live.ts'
import type { FromWorker, ToWorker } from '../../workers/talk.ts'

/**
 * How the checking goes. `insecure`: this address is not secure, so that the browser withholds its cryptography. `broken`: the
 * worker did not start. In both nothing can be checked here, and the page says so.
 */
export type Checking = 'working' | 'done' | 'unreachable' | 'insecure' | 'broken'

export type Checked = { ok: boolean; says: Words | null }

export type Audit = { state: 'running' } | { state: 'done'; checks: Check[] } | { state: 'broke'; why: string }

/** All that is known, as of one moment; replaced as a whole with each change. */
export type KnownSoFar = {
  entries: readonly PublicEvent[]
  line: Line
  /** Everything that had happened before the page was opened is among the entries. */
  caughtUp: boolean
  checking: Checking
  /** By kind and envelope. */
  verdicts: ReadonlyMap<string, EnvelopeVerdict>
  /** By index. */
  logged: ReadonlyMap<number, Checked>
  releases: ReadonlyMap<number, Checked>
  closing: { rows: readonly ClosingRow[]; inLog: number } | null
  findings: readonly Finding[]
  /** Entries that the feed left out and the log holds. */
  missing: readonly number[]
  log: { size: number; origin: string } | null
  refused: string | null
  agrees: ReadonlyMap<string, boolean>
  /** By the index up to which it goes; the newest few. */
  standings: ReadonlyMap<number, Ranking | null>
  audit: Audit | null
}

const NOTHING: KnownSoFar = {
  entries: [],
  line: 'starting',
  caughtUp: false,
  checking: 'working',
  verdicts: new Map(),
  logged: new Map(),
  releases: new Map(),
  closing: null,
  findings: [],
  missing: [],
  log: null,
  refused: null,
  agrees: new Map(),
  standings: new Map(),
  audit: null,
}

const LOOK_EVERY_MS = 60_000
/** A feed may be behind the log for this long before it is asked, and for as long again before the log's own copy is taken. */
const LATE_MS = 4000
const STANDINGS_KEPT = 40

const startWorker = (): Worker =>
  new Worker(new URL('../../workers/room-worker.ts', import.meta.url), { type: 'module' })

/** The room's code is fetched when somebody goes to a room: its worker is on its way while the page is drawn. */
let waiting: Worker | null = null
try {
  waiting = startWorker()
  // Whoever takes it hears of what goes wrong from then on; an error before says itself again in the next one.
  waiting.addEventListener('error', (event) => {
    event.preventDefault()
    waiting = null
  })
} catch {
  // Said when it is needed.
}

function takeWorker(): Worker {
  const taken = waiting ?? startWorker()
  waiting = null
  return taken
}

/** Web cryptography is there on https and on this very machine only. */
export const canCheck = (): boolean => globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined

/** A room that is watched. Begins with what the page was sent and goes on until `stop`. */
export class RoomWatch {
  readonly #no: string
  readonly #first: { events: readonly PublicEvent[]; index: number } | null
  #known: KnownSoFar = NOTHING
  readonly #listeners = new Set<() => void>()
  /** The listeners will hear of a change in a moment. */
  #telling = false
  #watching: Watching | null = null
  #worker: Worker | null = null
  /** An entry that the log holds and the feed has not brought yet. */
  #late: { index: number; entry: PublicEvent | null; looks: number } | null = null

  constructor(no: string, first: { events: readonly PublicEvent[]; index: number } | null) {
    this.#no = no
    this.#first = first
    // The first picture is drawn from these, before anything was started.
    if (first) this.#known = { ...NOTHING, entries: inOrder(first.events) }
  }

  readonly get = (): KnownSoFar => this.#known

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #set(part: Partial<KnownSoFar>): void {
    this.#known = { ...this.#known, ...part }
    if (this.#telling) return
    this.#telling = true
    // What comes within one frame, such as hundreds of entries over the socket, is drawn once.
    if (document.visibilityState === 'visible') requestAnimationFrame(this.#tell)
    else setTimeout(this.#tell)
  }

  readonly #tell = (): void => {
    this.#telling = false
    for (const listener of this.#listeners) listener()
  }

  /** Begins to watch and to check. Answers how to end it. */
  start(): () => void {
    this.#known = { ...this.#known, entries: [] }
    this.#startWorker()
    this.#watching = watchTender(this.#no, this.#first, {
      entries: (fresh) => {
        this.#set({ entries: [...this.#known.entries, ...fresh] })
        this.#say({ do: 'take', entries: fresh })
      },
      line: (line) => {
        if (line !== this.#known.line) this.#set({ line })
      },
      caughtUp: () => {
        if (!this.#known.caughtUp) this.#set({ caughtUp: true })
      },
    })
    const looking = setInterval(() => {
      if (document.visibilityState === 'visible') this.#say({ do: 'look' })
    }, LOOK_EVERY_MS)
    const waiting = setInterval(() => this.#waitForLate(), LATE_MS)
    // Even a feed that brings nothing at all is held against the log.
    const first = setTimeout(() => this.#say({ do: 'look' }), LATE_MS)
    return () => {
      clearInterval(looking)
      clearInterval(waiting)
      clearTimeout(first)
      this.#watching?.stop()
      this.#worker?.terminate()
      this.#worker = null
    }
  }

  #startWorker(): void {
    const trusting = !canCheck()
    this.#set({ checking: trusting ? 'insecure' : 'working' })
    try {
      const worker = takeWorker()
      // What people wait for more than for the letters: that prices are checked, and may be shown.
      lettersAfter(
        new Promise((resolve) => {
          worker.addEventListener('message', resolve, { once: true })
          worker.addEventListener('error', resolve, { once: true })
        }),
      )
      worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#hear(data))
      worker.addEventListener('error', (event) => {
        event.preventDefault()
        this.#set({ checking: trusting ? 'insecure' : 'broken' })
      })
      this.#worker = worker
      this.#say({ do: 'start', tender: this.#no, trusting })
    } catch {
      this.#set({ checking: trusting ? 'insecure' : 'broken' })
    }
  }

  #say(what: ToWorker): void {
    this.#worker?.postMessage(what)
  }

  #waitForLate(): void {
    const late = this.#late
    if (!late) return
    if ((this.#known.entries.at(-1)?.index ?? -1) >= late.index) {
      this.#late = null
    } else if (++late.looks === 1) {
      this.#watching?.again()
    } else {
      this.#late = null
      this.#set({ missing: [...this.#known.missing, late.index] })
      if (late.entry) this.#watching?.give([late.entry])
    }
  }

  /** Asks for the ranking as far as an entry, unless it is known. */
  readonly askStanding = (upTo: number): void => {
    if (!this.#known.standings.has(upTo)) this.#say({ do: 'standing', upTo })
  }

  readonly verify = (): void => {
    this.#set({ audit: { state: 'running' } })
    this.#say({ do: 'audit' })
  }

  readonly again = (): void => this.#watching?.again()

  #hear(data: FromWorker): void {
    switch (data.said) {
      case 'news':
        this.#hearNews(data.news)
        break
      case 'standing': {
        const standings = new Map([...this.#known.standings].slice(-STANDINGS_KEPT)).set(data.upTo, data.ranking)
        this.#set({ standings })
        break
      }
      case 'audit':
        this.#set({ audit: { state: 'done', checks: data.checks } })
        break
      case 'audit-broke':
        this.#set({ audit: { state: 'broke', why: data.why } })
        break
    }
  }

  #hearNews(lot: readonly RoomNews[]): void {
    const part: Partial<KnownSoFar> = {}
    for (const news of lot) Object.assign(part, this.#after(part, news))
    this.#set(part)
  }

  /** What changes with one piece of news, on top of what the ones before it changed already. */
  #after(before: Partial<KnownSoFar>, news: RoomNews): Partial<KnownSoFar> {
    const known = { ...this.#known, ...before }
    const checking = known.checking === 'insecure' || known.checking === 'broken' ? known.checking : 'working'
    switch (news.is) {
      case 'log':
        return { log: { size: news.size, origin: news.origin }, checking }
      case 'log-refused':
        return { refused: news.says }
      case 'entry':
        return {
          logged: grown(before.logged, this.#known.logged, news.index, { ok: news.ok, says: news.says }),
          checking,
        }
      case 'closing':
        return { closing: { rows: news.rows, inLog: news.inLog } }
      case 'release':
        return { releases: grown(before.releases, this.#known.releases, news.index, { ok: news.ok, says: news.says }) }
      case 'envelope': {
        const { verdict } = news
        const key = verdictKey(verdict.kind, verdict.eid)
        // The ranking under way counts an envelope only once it was found to be right.
        const standings = this.#known.standings.size > 0 ? new Map() : this.#known.standings
        return { verdicts: grown(before.verdicts, this.#known.verdicts, key, verdict), standings, checking }
      }
      case 'ranking':
        return { agrees: new Map(news.rows.map((row) => [row.bidder, row.same])) }
      case 'findings':
        return { findings: [...known.findings, ...news.findings] }
      case 'missing':
        if (news.entry) this.#watching?.give([news.entry])
        return { missing: [...known.missing, news.index] }
      case 'behind':
        // Where one entry had to be taken from the log, the feed has had its chance.
        if (known.missing.length > 0 && news.entry) {
          this.#watching?.give([news.entry])
          return { missing: [...known.missing, news.index] }
        }
        if ((this.#late?.index ?? -1) < news.index) this.#late = { ...news, looks: 0 }
        return {}
      case 'unreachable':
        return { checking: 'unreachable' }
      case 'idle':
        return { checking: checking === 'working' ? 'done' : checking }
    }
  }
}

const inOrder = (events: readonly PublicEvent[]): PublicEvent[] => [...events].sort((a, b) => a.index - b.index)

/** A copy with one more entry; within one lot of news the same copy grows, since nobody has seen it yet. */
function grown<K, V>(copy: ReadonlyMap<K, V> | undefined, old: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  const map = (copy as Map<K, V> | undefined) ?? new Map(old)
  return map.set(key, value)
}
