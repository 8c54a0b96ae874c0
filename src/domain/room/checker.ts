// Is what this room was sent what the log holds, and does everything follow from it? Checked entry by entry, by whoever watches.
import { b64u, fromB64u, fromUtf8, hex, utf8 } from '../../proof/bytes.ts'
import type { FollowState, LogSource } from '../../proof/follow.ts'
import { follow, placesOf } from '../../proof/follow.ts'
import type { Policy } from '../../proof/policy.ts'
import { readPolicy } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { auctionFindings } from '../audit/auction.ts'
import { openContributions } from '../audit/committee.ts'
import type { Found } from '../audit/envelopes.ts'
import type { Words } from '../events.ts'
import type { ClosingRow } from '../record/closing.ts'
import { type Finding, KINDS, type Kind } from '../record/finding.ts'
import { readRecord, type TenderRecord } from '../record/read.ts'
import { checkEnvelope, type EnvelopeVerdict, failedVerdict } from './check-envelope.ts'
import { checkRanking, checkScores, type RowAgrees, standing } from './check-ranking.ts'
import { isUntold, type PublicEntry, tellEntry } from './entry.ts'
import type { RoomRanking } from './read-ranking.ts'
import { applyEntry, emptyRoom, isPriceAlone, type Room, type RoomResult } from './room.ts'
import { isOpened } from './stage.ts'

/** What the checker tells the page, in plain data. */
export type RoomNews =
  /** The log was followed to this size; its signature and its tree are right. */
  | { is: 'log'; size: number; origin: string }
  /** The log contradicts itself or cannot be believed: nothing more can be checked. */
  | { is: 'log-refused'; code: string; says: string }
  /** The entry that the page was sent is, or is not, the one in the signed log. */
  | { is: 'entry'; index: number; ok: boolean; says: Words | null }
  /** The closing list, and how many of its rows are in the log as sealed entries. */
  | { is: 'closing'; rows: ClosingRow[]; inLog: number }
  /** A custodian's release holds, or does not. */
  | { is: 'release'; index: number; ok: boolean; says: Words | null }
  | { is: 'envelope'; verdict: EnvelopeVerdict }
  /** The recorded ranking against this machine's, row by row. */
  | { is: 'ranking'; rows: RowAgrees[] }
  | { is: 'findings'; findings: Finding[] }
  /** The log holds an entry of the tender that the feed left out. This is it, from the log itself, when it is served there. */
  | { is: 'missing'; index: number; entry: PublicEntry | null }
  /** The log is further than the feed, which may be on its way: the tender's next entry, from the log itself. */
  | { is: 'behind'; index: number; entry: PublicEntry | null }
  /** The place cannot be reached; it goes on by itself. */
  | { is: 'unreachable' }
  /** Everything that was sent has been checked. */
  | { is: 'idle' }

export type CheckerOptions = {
  P: Primitives
  source: LogSource
  tender: string
  tell: (news: RoomNews) => void
  pause: (ms: number) => Promise<void>
}

const RETRY_MS = 1500
/** A published entry is covered by the newest checkpoint; caches on the way may be a second late. */
const COVER_TRIES = 20
const COVER_MS = 500
/** What the log names but does not serve is asked for again before it is said to be missing. */
const MISSING_TRIES = 3

const words = (ko: string, en: string): Words => ({ ko, en })
const NOT_LOGGED = words(
  '보내온 기록이 서명된 로그에 있는 것과 다릅니다.',
  'What was sent is not the entry that stands in the signed log.',
)
const OTHER_PAYLOAD = words(
  '보내온 내용이 로그에 적힌 지문과 다릅니다.',
  'The content sent does not have the hash that the log holds.',
)
const unbelieved = (why: string): Words =>
  words(`로그의 서명을 확인할 수 없습니다(${why}).`, `The log cannot be verified: ${why}.`)
const NOT_COVERED = words('서명된 로그가 이 기록을 담고 있지 않습니다.', 'The signed log does not cover this entry.')

/**
 * Follows the log and checks what a room was sent. Entries may come in any order and number; news goes to `tell` as it is known.
 * Nothing a stranger writes throws: it becomes news. A place that cannot be reached is asked again until it can.
 */
export class RoomChecker {
  readonly #o: CheckerOptions
  #policy: Policy | null = null
  #state: FollowState | null = null
  #refused: string | null = null
  readonly #leaves: Uint8Array[] = []
  readonly #own: number[] = []
  readonly #received = new Map<number, PublicEntry>()
  #waiting: PublicEntry[] = []
  readonly #good = new Set<number>()
  readonly #payloads = new Map<string, Uint8Array>()
  /** What the feed says, for results and for a ranking under way. */
  #room: Room
  #record: TenderRecord | null = null
  readonly #found: Record<Kind, Map<string, Found>> = { technical: new Map(), price: new Map() }
  readonly #judged = new Set<string>()
  readonly #told = new Set<string>()
  #running = false
  #highest = -1

  constructor(options: CheckerOptions) {
    this.#o = options
    this.#room = emptyRoom(options.tender)
  }

  /** Takes entries from the feed, those that it has not had before. */
  receive(entries: readonly PublicEntry[]): void {
    for (const entry of entries) {
      if (this.#received.has(entry.index)) continue
      this.#received.set(entry.index, entry)
      this.#waiting.push(entry)
      this.#highest = Math.max(this.#highest, entry.index)
    }
  }

  /** Works until all that was received is checked. Calls while it works return at once. */
  async work(): Promise<void> {
    if (this.#running) return
    this.#running = true
    try {
      for (;;) {
        try {
          if (!(await this.#round())) break
        } catch (e) {
          // The source could not be reached: what was not checked yet is taken up again.
          if (!(e instanceof Unreached)) throw e
          this.#o.tell({ is: 'unreachable' })
          await this.#o.pause(RETRY_MS)
        }
      }
    } finally {
      this.#running = false
    }
    this.#o.tell({ is: 'idle' })
  }

  /** Looks at the log without being asked: a feed that fell silent is found out. */
  async look(): Promise<void> {
    if (this.#running || this.#refused !== null) return
    this.#running = true
    try {
      if (await this.#follow()) await this.#complete()
    } catch (e) {
      if (!(e instanceof Unreached)) throw e
    } finally {
      this.#running = false
    }
    if (this.#waiting.length > 0) await this.work()
  }

  /** The ranking as far as entry `upTo`, from the envelopes found to be right; `trusting` takes the log's word for them. */
  standingAt(upTo: number, trusting: boolean): RoomRanking | null {
    const { notice, locked, bids, sessions } = this.#room
    if (!notice || (!isPriceAlone(this.#room) && (!locked || locked.index > upTo))) return null
    const rows = (kind: Kind) =>
      sessions[kind].results.filter(
        (r) => r.index <= upTo && (trusting || (this.#good.has(r.index) && this.#found[kind].has(r.eid))),
      )
    const bidders = [...new Set(bids.filter((b) => b.index >= 0).map((b) => b.bidder))]
    const marked = locked?.payload ?? null
    return standing({ notice, locked: marked, bidders, technical: rows('technical'), prices: rows('price') })
  }

  /** Folds what was received into a room without checking it, where nothing can be checked. */
  takeOnTrust(): void {
    this.#fold(this.#waiting.splice(0))
  }

  #fold(entries: readonly PublicEntry[]): void {
    const sorted = [...entries].sort((a, b) => a.index - b.index)
    // One that comes after later ones means folding anew: a room only grows.
    const late = sorted.some((e) => e.index <= this.#room.index)
    const all = late ? [...this.#received.values()].sort((a, b) => a.index - b.index) : sorted
    this.#room = all.reduce(applyEntry, late ? emptyRoom(this.#o.tender) : this.#room)
  }

  async #get(path: string): Promise<Uint8Array | null> {
    try {
      return await this.#o.source.get(path)
    } catch (e) {
      throw new Unreached(String(e))
    }
  }

  readonly #payload = async (hash: string): Promise<Uint8Array | null> => {
    const held = this.#payloads.get(hash)
    if (held) return held
    for (let tries = 1; ; tries++) {
      const bytes = await this.#get(`payload/${hash}`)
      if (bytes !== null || tries === MISSING_TRIES) return bytes
      await this.#o.pause(COVER_MS)
    }
  }

  #refuse(code: string, says: string): false {
    this.#refused = says
    this.#o.tell({ is: 'log-refused', code, says })
    return false
  }

  /** Follows the log to its newest checkpoint. False when it cannot be believed. */
  async #follow(): Promise<boolean> {
    if (this.#refused !== null) return false
    const refuse = (code: string, says: string) => this.#refuse(code, says)
    if (!this.#policy) {
      const text = await this.#get('policy')
      if (text === null) return refuse('policy', 'the log publishes no policy')
      try {
        this.#policy = readPolicy(fromUtf8(text))
      } catch (e) {
        return refuse('policy', (e as Error).message)
      }
    }
    const source = { get: (path: string) => this.#get(path) }
    const followed = await follow(this.#o.P, source, this.#policy, this.#state)
    if ('refused' in followed) return refuse(followed.refused, followed.says)
    this.#state = followed.state
    for (const { index, bytes, leaf } of followed.entries) {
      this.#leaves.push(bytes)
      if (!('c' in leaf) && leaf.ref === this.#o.tender) this.#own.push(index)
    }
    this.#o.tell({ is: 'log', size: placesOf(followed.state), origin: followed.state.origin })
    return true
  }

  /** One step: everything that waits. Answers whether there was anything to do. */
  async #round(): Promise<boolean> {
    const results = this.#unjudged()
    if (this.#waiting.length === 0 && results.length === 0) return false
    const fresh = [...this.#waiting].sort((a, b) => a.index - b.index)
    if (fresh.length > 0) {
      const need = (fresh.at(-1) as PublicEntry).index + 1
      for (let tries = 0; this.#leaves.length < need && tries < COVER_TRIES; tries++) {
        if (tries > 0) await this.#o.pause(COVER_MS)
        if (!(await this.#follow())) break
      }
      // Only now: a source that fails on the way leaves everything waiting.
      const taken = new Set(fresh)
      this.#waiting = this.#waiting.filter((e) => !taken.has(e))
      for (const entry of fresh) this.#checkEntry(entry)
      this.#fold(fresh)
      if (fresh.some((e) => e.typ !== 'opening.result/1')) this.#record = null
    }
    if (this.#refused !== null) {
      for (const result of this.#unjudged()) this.#fail(result, unbelieved(this.#refused))
      return this.#waiting.length > 0
    }
    await this.#complete()
    if (!this.#record) await this.#read()
    // One envelope at a time, so that whatever comes meanwhile is not kept waiting.
    for (const result of this.#unjudged()) {
      await this.#judge(result)
      if (this.#waiting.length > 0) return true
    }
    if (this.#record) await this.#conclude(this.#record)
    return this.#waiting.length > 0
  }

  /** Results that wait for their check, in log order; once there is a ranking, the best of it first, since there people look. */
  #unjudged(): (RoomResult & { kind: Kind })[] {
    const waiting = KINDS.flatMap((kind) =>
      this.#room.sessions[kind].results
        .filter((r) => !this.#judged.has(judgedKey(kind, r)))
        .map((r) => ({ ...r, kind })),
    )
    const ranking = this.#room.evaluation?.ranking
    if (!ranking || waiting.length < 2) return waiting
    const place = new Map(ranking.rows.map((row, i) => [row.bidder, i]))
    const placeOf = (r: RoomResult) => place.get(r.bidder) ?? ranking.rows.length
    return waiting.sort((a, b) => placeOf(a) - placeOf(b))
  }

  #checkEntry(entry: PublicEntry): void {
    const says = this.#wrongWith(entry)
    if (says === null) this.#good.add(entry.index)
    this.#o.tell({ is: 'entry', index: entry.index, ok: says === null, says })
  }

  /** Why the entry is not the one in the signed log; null when it is. */
  #wrongWith(entry: PublicEntry): Words | null {
    if (this.#refused !== null) return unbelieved(this.#refused)
    const bytes = this.#leaves[entry.index]
    if (!bytes) return NOT_COVERED
    if (textOf(bytes) !== entry.leaf) return NOT_LOGGED
    const payload = utf8(entry.payload)
    const hash = this.#o.P.sha256(payload)
    if (b64u(hash) !== hashIn(entry.leaf)) return OTHER_PAYLOAD
    this.#payloads.set(hex(hash), payload)
    const told = tellEntry(this.#o.tender, entry)
    return isUntold(told) ? words(`읽을 수 없습니다(${told.wrong}).`, `It cannot be read: ${told.wrong}.`) : null
  }

  /** Entries of the tender that the log holds and the feed did not send: those between others are missing, the rest may be late. */
  async #complete(): Promise<void> {
    for (const [place, index] of this.#own.entries()) {
      if (this.#received.has(index) || this.#told.has(`missing ${index}`)) continue
      const between = index < this.#highest
      const entry = await this.#fromLog(index, this.#own[place - 1] ?? -1)
      // It may have come while its payload was fetched.
      if (this.#received.has(index)) continue
      if (!between) {
        this.#o.tell({ is: 'behind', index, entry })
        return
      }
      this.#told.add(`missing ${index}`)
      this.#o.tell({ is: 'missing', index, entry })
    }
  }

  /** An entry as a feed would have sent it, put together from the log's own files. */
  async #fromLog(index: number, prev: number): Promise<PublicEntry | null> {
    const leaf = textOf(this.#leaves[index] ?? new Uint8Array(0))
    const { typ, at, h } = JSON.parse(leaf ?? '{}') as { typ?: string; at?: string; h?: string }
    if (leaf === null || typ === undefined || at === undefined || h === undefined) return null
    const payload = textOf((await this.#payload(hex(fromB64u(h)))) ?? Uint8Array.of(0xff))
    return payload === null ? null : { index, prev, typ, at, leaf, payload }
  }

  #once(key: string, news: RoomNews): void {
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#o.tell(news)
  }

  /** Reads the record anew and tells what follows from it before any envelope is opened. */
  async #read(): Promise<void> {
    const { P, tender } = this.#o
    const record = await readRecord(P, this.#leaves, this.#payload, tender)
    this.#record = record
    this.#findings(record.findings)
    if (record.closingList) {
      const wrong = record.findings.filter((f) => f.check === 'closing-list').length
      const rows = record.closingList
      this.#once('closing', { is: 'closing', rows, inLog: Math.max(0, rows.length - wrong) })
    }
    for (const kind of KINDS) {
      const { releases, good } = record.openings[kind]
      for (const { index } of releases) {
        const ok = good.some((g) => g.index === index)
        const says = ok ? null : (record.findings.find((f) => f.check === `releases-${kind}`)?.says ?? null)
        this.#once(`release ${index}`, { is: 'release', index, ok, says })
      }
    }
  }

  #findings(found: readonly Finding[]): void {
    const fresh = found.filter((f) => {
      const key = `${f.check} ${f.says.en}`
      return !this.#told.has(key) && this.#told.add(key)
    })
    if (fresh.length > 0) this.#o.tell({ is: 'findings', findings: fresh })
  }

  #fail(result: RoomResult & { kind: Kind }, says: Words): void {
    this.#judged.add(judgedKey(result.kind, result))
    this.#o.tell({ is: 'envelope', verdict: failedVerdict(result.kind, result, says) })
  }

  async #judge(result: RoomResult & { kind: Kind }): Promise<void> {
    const { kind } = result
    if (!this.#good.has(result.index)) {
      this.#fail(result, NOT_LOGGED)
      return
    }
    const record = this.#record as TenderRecord
    const { verdict, found } = await checkEnvelope(this.#o.P, record, this.#leaves, kind, result, this.#payload)
    if (found && verdict.ok) this.#found[kind].set(result.eid, found)
    this.#judged.add(judgedKey(kind, result))
    this.#o.tell({ is: 'envelope', verdict })
  }

  /** Scores, ranking and award, once every envelope they rest on was opened here. */
  async #conclude(record: TenderRecord): Promise<void> {
    const { sessions } = this.#room
    const whole = (kind: Kind) =>
      (kind === 'technical' && isPriceAlone(this.#room)) ||
      (isOpened(sessions[kind]) && (sessions[kind].list?.eids ?? []).every((eid) => this.#found[kind].has(eid)))
    const found = { technical: [...this.#found.technical.values()], price: [...this.#found.price.values()] }
    if (record.locked && whole('technical') && !this.#told.has('scores')) {
      this.#told.add('scores')
      this.#findings(checkScores(this.#o.P, record, this.#leaves, found))
    }
    // Looked at again after each examination, after a lot, and with the award.
    const key = `ranking ${[record.award, record.draw, record.examined.at(-1)].map((e) => e?.index ?? '-').join(' ')}`
    if (!record.evaluation || !whole('technical') || !whole('price') || this.#told.has(key)) return
    const drawn = record.planned ? await openContributions(this.#o.P, record, this.#payload) : null
    this.#told.add(key)
    if (drawn) this.#findings(drawn.findings)
    const { rows, findings } = checkRanking(this.#o.P, record, this.#leaves, found, drawn?.contributions)
    this.#o.tell({ is: 'ranking', rows })
    this.#findings(findings)
    this.#findings(await auctionFindings(this.#o.P, record, found.price))
  }
}

class Unreached extends Error {}

const judgedKey = (kind: Kind, r: RoomResult): string => `${kind} ${r.eid}`

function textOf(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes)
  } catch {
    return null
  }
}

/** The hash that a leaf of the log names; the leaf was read before, when the log was followed. */
function hashIn(leaf: string): string {
  const { h } = JSON.parse(leaf) as { h?: unknown }
  return typeof h === 'string' ? b64u(fromB64u(h)) : ''
}
