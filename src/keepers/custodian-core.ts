// What does a custodian do at each poll? Look at the log, keep the stock of opening keys up, and turn its key where every check allows it.
import { join } from 'node:path'
import { millisZ } from '../domain/kit/time.ts'
import { type Entry, type FetchPayload, isUnreadable, readEntry, type Unreadable } from '../domain/record/entry.ts'
import type { Obj } from '../domain/record/fields.ts'
import { KINDS, OPENED_KINDS } from '../domain/record/finding.ts'
import { readKeyPayload, readOpeningList, readOpeningResult, readRelease } from '../domain/record/payloads.ts'
import { openingOf, readRecord, type TenderRecord } from '../domain/record/read.ts'
import { readFileIfThere, type WriteStep, writeFileAtomic } from '../node/atomic-file.ts'
import { b64u, FormatError, fromUtf8, utf8 } from '../proof/bytes.ts'
import { sealContribution } from '../proof/contribution.ts'
import type { LogSource } from '../proof/follow.ts'
import { readJws, signJws, verifyJws } from '../proof/jws.ts'
import { keysetId, readKeyset } from '../proof/keyset.ts'
import { type Policy, readPolicy } from '../proof/policy.ts'
import { type Primitives, type PublicJwk, thumbprint } from '../proof/primitives.ts'
import {
  asksForRecovery,
  type Identity,
  openIdentity,
  rememberPast,
  succeed,
  successorIn,
} from './custodian-identity.ts'
import { FollowedLog, type LocatedLeaf } from './followed-log.ts'
import type { Post, Posted } from './post.ts'
import { PrekeyStock } from './prekey-stock.ts'
import { because, type Refusal, RefusalLog } from './refusals.ts'
import { releaseReasons } from './release-checks.ts'
import { ReleaseStore, type StoredRelease } from './release-store.ts'
import { signClearing } from './share-clearing.ts'
import { sharesFor, signRelease } from './share-release.ts'

export type CustodianParts = {
  P: Primitives
  /** The custodian's own folder, held by the caller. */
  dir: string
  id: string
  source: LogSource
  post: Post
  /** Own clock, milliseconds. */
  now: () => number
  /** Gets one JSON line at a time, for standard error. */
  tell: (line: string) => void
  /** Text of a policy that the custodian's officer trusts; without it the log's own is pinned at first sight. */
  policy?: string | undefined
  /** Milliseconds that pass evenly whatever happens to the clock; only pauses between tries are measured by it. */
  elapsed?: () => number
  /** For fault tests: called at each step of writing a release. */
  step?: (step: WriteStep) => void
}

/** A post that was not taken is tried again after this long, twice as long each time. Milliseconds. */
const AGAIN = 1000
const AGAIN_AT_MOST = 60_000
/** Checks of a refused list take at most about this part of the time: one tenth. */
const REST = 10

/** Longest time spent on opening lists in one poll: the next close must be seen in time. Those left out come first next time. */
const LONGEST_TURN = 5000

/** As `noShareFits` says it. */
const NO_SHARE_FITS = /^no \d+ of the \d+ shares give kc$/

type Pause = { until: number; length: number }

type Enrolled = 'yes' | 'not yet' | 'taken'

export class Custodian {
  identity: Identity
  private readonly parts: CustodianParts
  private readonly log: FollowedLog
  private readonly stock: PrekeyStock
  private readonly store: ReleaseStore
  private readonly refusals: RefusalLog
  private policy: Policy | null = null
  /** Kids in each keyset of the log, by index. */
  private readonly kids = new Map<number, string[]>()
  /** Keysets of our contributions in the log, by index. */
  private readonly contributed = new Map<number, string>()
  /** What was tried and is not to be tried again before its pause is over. */
  private readonly pauses = new Map<string, Pause>()
  /** Hashes of opening lists that are other custodians' business, and of releases in our name that we did not sign. */
  private readonly ignored = new Set<string>()
  /** What was asked for in entries of identities under our id, by index. */
  private readonly requests = new Map<number, string>()
  private lastLook: number | null = null
  /** Why the server does not take the change of our identity key; null when nothing is known against it. */
  private identityRefused: string | null = null

  private constructor(parts: CustodianParts, identity: Identity) {
    const { P, dir } = parts
    this.parts = parts
    this.identity = identity
    this.log = new FollowedLog(P, dir)
    this.stock = new PrekeyStock(P, dir)
    this.store = new ReleaseStore(P, dir, parts.step)
    this.refusals = new RefusalLog(dir, parts.tell)
  }

  /** Opens the folder, which the caller holds. Throws FormatError when something in it cannot be trusted. */
  static async open(parts: CustodianParts): Promise<Custodian> {
    const identity = await openIdentity(parts.P, parts.dir, parts.id, parts.now())
    const custodian = new Custodian(parts, identity)
    custodian.policy = custodian.pinnedPolicy()
    return custodian
  }

  /**
   * The policy in the folder. One that is handed in takes its place only if it names the same log key: who follows a log must not
   * be talked into another.
   */
  private pinnedPolicy(): Policy | null {
    const { dir, policy } = this.parts
    const file = join(dir, 'policy')
    const bytes = readFileIfThere(file)
    const pinned = bytes && readPolicy(fromUtf8(bytes))
    if (policy === undefined) return pinned
    const given = readPolicy(policy)
    const keys = (p: Policy) => p.logs.map(({ vkey }) => vkey).join(' ')
    if (pinned && keys(pinned) !== keys(given))
      throw new FormatError('the policy given names another log than the pinned one')
    writeFileAtomic(file, policy)
    return given
  }

  /** Takes the log's own policy for good, the first time. */
  private async pinPolicy(): Promise<Policy | null> {
    const bytes = await this.parts.source.get('policy')
    if (bytes === null) return null
    const policy = readPolicy(fromUtf8(bytes))
    if (policy.logs.length !== 1) throw new FormatError('the policy of a log names one log')
    writeFileAtomic(join(this.parts.dir, 'policy'), bytes)
    return policy
  }

  /** One poll. True when the log was looked at and nothing is against it; rejects when the API cannot be reached. */
  async round(): Promise<boolean> {
    try {
      const against = await this.lookAtLog()
      this.refusals.set({ about: 'log' }, against, this.parts.now())
      if (against.length > 0) return false
      if (await this.waitsForOthers()) return false
      const unknown = await this.adoptReleases()
      this.refusals.set({ about: 'own releases' }, unknown, this.parts.now())
      // What is signed while the change of our key is on its way could stand above it in the log, and count for nothing.
      if (await this.changingIdentity()) return unknown.length === 0
      if (unknown.length === 0) await this.turnKeys()
      await this.clearOneself()
      await this.contribute()
      await this.keepStock()
      return unknown.length === 0
    } finally {
      this.writeStatus()
    }
  }

  private async lookAtLog(): Promise<Refusal[]> {
    const proven = this.log.forkProven()
    if (proven !== null) {
      return [
        because(
          'log-forked',
          'the log signed two histories (evidence/fork.note); this custodian releases nothing any more',
        ),
      ]
    }
    try {
      this.policy ??= await this.pinPolicy()
    } catch (error) {
      if (error instanceof FormatError) return [because('log-refused', `the log's policy: ${error.message}`)]
      throw error
    }
    if (!this.policy) return [because('log-refused', 'the log has no policy yet')]
    const refusal = await this.log.look(this.parts.source, this.policy, this.parts.now)
    if (refusal) return [refusal]
    this.lastLook = this.parts.now()
    return []
  }

  private readonly fetch: FetchPayload = (hash) => this.parts.source.get(`payload/${hash}`)

  private read(at: LocatedLeaf): Promise<Entry<Obj> | Unreadable> {
    return readEntry(this.parts.P, at, this.fetch)
  }

  /**
   * Hands in the change of our identity key, if one was prepared, and works with the new key from when the log has it. True while it is
   * on its way. One that the server refuses is no reason not to turn keys: it says so, and the present key stays in force.
   */
  private async changingIdentity(): Promise<boolean> {
    const { P, dir, id, now } = this.parts
    const next = successorIn(P, dir, id)
    const about = { about: 'change of identity' }
    if (!next) return false
    const h = b64u(P.sha256(utf8(next.jws)))
    if (this.log.ofType('custodian.identity/1').some(({ leaf }) => leaf.org === id && leaf.h === h)) {
      this.identity = await succeed(P, dir, this.identity, next)
      const logged = new Set(this.log.ofType('release/1').map(({ leaf }) => leaf.h))
      await this.store.signAgain(this.identity.signer, logged)
      this.refusals.set(about, [], now())
      this.parts.tell(JSON.stringify({ at: millisZ(now()), level: 'info', code: 'identity-changed', kid: next.kid }))
      return false
    }
    if ((await this.enrolled()) !== 'yes') return false
    const posted = await this.postOnce('change of identity', `/api/v1/custodians/${id}/identity`, next.jws)
    if (posted) this.identityRefused = posted.status >= 400 && posted.status < 500 ? (posted.code ?? '?') : null
    const why = this.identityRefused
    this.refusals.set(about, why === null ? [] : [because('identity-refused', `the server refuses it: ${why}`)], now())
    return why === null
  }

  /** Is our identity in the log? Somebody else's key under our id means that we cannot act and must say so. */
  private async enrolled(): Promise<Enrolled> {
    // One that takes the place of a lost key stands inside the entry of three organisations.
    if (asksForRecovery(this.identity)) for (const at of this.identities()) await this.requestIn(at)
    return this.standing()
  }

  private identities(): LocatedLeaf[] {
    return this.log.ofType('custodian.identity/1').filter(({ leaf }) => leaf.org === this.parts.id)
  }

  /** The same by what was read of the log so far. */
  private standing(): Enrolled {
    const own = this.identities()
    if (own.length === 0) return 'not yet'
    const { jws } = this.identity
    const ours = b64u(this.parts.P.sha256(utf8(jws)))
    return own.some(({ leaf, index }) => leaf.h === ours || this.requests.get(index) === jws) ? 'yes' : 'taken'
  }

  /** What an institution that had lost its key asked for, in the entry that gave it another; '' in every other entry. */
  private async requestIn(at: LocatedLeaf): Promise<string> {
    const before = this.requests.get(at.index)
    if (before !== undefined) return before
    const entry = await this.read(at)
    if (isUnreadable(entry) && entry.why !== 'format') return ''
    const recovery = isUnreadable(entry) ? undefined : (entry.payload.recovery as Obj | undefined)
    const request = typeof recovery?.request === 'string' ? recovery.request : ''
    this.requests.set(at.index, request)
    return request
  }

  /**
   * Is ours a key in a lost one's place for which nobody stands in the log yet? Then nothing that it signs counts, and we say so. From
   * when it stands there, what the keys before it released binds us like what we release.
   */
  private async waitsForOthers(): Promise<boolean> {
    if (!asksForRecovery(this.identity)) return false
    const { P, dir, id, now, tell } = this.parts
    const there = (await this.enrolled()) === 'yes'
    const why = because(
      'identity-waiting',
      'no entry of the log has this key in the place of the lost one; another custodian and an auditor must sign for it',
    )
    this.refusals.set({ about: 'lost identity' }, there ? [] : [why], now())
    const lost = readJws(this.identity.jws).payload.replaces
    if (!there || this.identity.past.some((jwk) => thumbprint(P, jwk) === lost)) return !there
    const past: PublicJwk[] = []
    for (const at of this.log.ofType('custodian.identity/1').filter(({ leaf }) => leaf.org === id)) {
      const entry = await this.read(at)
      if (isUnreadable(entry)) return true
      past.push(readKeyPayload(entry.payload).jwk)
    }
    const before = past.filter((jwk) => thumbprint(P, jwk) !== this.identity.kid)
    this.identity = await rememberPast(P, dir, this.identity, before)
    tell(JSON.stringify({ at: millisZ(now()), level: 'info', code: 'identity-recovered', kid: this.identity.kid }))
    return false
  }

  /** Every kid in every keyset of the log; each keyset is fetched once. Null while one of them is not served. */
  private async usedKids(): Promise<Set<string> | null> {
    for (const at of this.log.ofType('tender.keyset/1')) {
      if (this.kids.has(at.index)) continue
      const entry = await this.read(at)
      if (isUnreadable(entry) && entry.why !== 'format') return null
      this.kids.set(at.index, isUnreadable(entry) ? [] : kidsIn(entry.payload))
    }
    return new Set([...this.kids.values()].flat())
  }

  private offered(): Set<string> {
    const offers = this.log.ofType('custodian.prekeys/1').filter(({ leaf }) => leaf.org === this.parts.id)
    return new Set(offers.map(({ leaf }) => leaf.h))
  }

  private async keepStock(): Promise<void> {
    const enrolled = await this.enrolled()
    const taken = because('identity-taken', `the log has another identity key under the id ${this.parts.id}`)
    this.refusals.set({ about: 'identity' }, enrolled === 'taken' ? [taken] : [], this.parts.now())
    if (enrolled !== 'yes') return
    const used = await this.usedKids()
    if (!used) return
    const offer = await this.stock.offer(this.identity.signer, this.parts.id, this.offered(), used)
    if (offer !== null) await this.postOnce('prekeys', `/api/v1/custodians/${this.parts.id}/prekeys`, offer)
  }

  private elapsed(): number {
    return this.parts.elapsed?.() ?? performance.now()
  }

  private pausing(what: string): boolean {
    return this.elapsed() < (this.pauses.get(what)?.until ?? 0)
  }

  private pause(what: string, length: number): void {
    this.pauses.set(what, { until: this.elapsed() + length, length })
  }

  /** Posts unless the last try was too short a time ago; what counts as success is the log, not the answer. */
  private async postOnce(
    what: string,
    path: string,
    body: string | { jws: string; envelope: string },
  ): Promise<Posted | null> {
    if (this.pausing(what)) return null
    this.pause(what, Math.min(AGAIN_AT_MOST, (this.pauses.get(what)?.length ?? AGAIN / 2) * 2))
    const { status, code } = await this.parts.post(path, typeof body === 'string' ? { jws: body } : body)
    const level = status < 300 ? 'info' : 'warning'
    this.parts.tell(
      JSON.stringify({ at: millisZ(this.parts.now()), level, code: 'posted', what, status, refused: code }),
    )
    return { status, code }
  }

  /**
   * Releases of ours in the log that the folder does not know (it was restored from an older copy): they bind like those made here,
   * else a lying server could ask for another list.
   */
  private async adoptReleases(): Promise<Refusal[]> {
    const known = new Set(this.store.all().map((release) => this.store.hashOf(release)))
    for (const at of this.log.ofType('release/1')) {
      const { org, by, h, ref } = at.leaf
      if (org !== this.parts.id || !this.isOurs(by) || known.has(h) || this.ignored.has(h)) continue
      const entry = await this.read(at)
      if (isUnreadable(entry) && entry.why !== 'format') {
        return [because('record-unreadable', `our own release, entry ${at.index}: ${entry.says}`)]
      }
      const release = isUnreadable(entry) ? null : await this.ownRelease(entry)
      const fits =
        release && !this.store.over(release.list) && !this.store.contradicts(release.ks, release.list, release.eids)
      if (fits) this.store.keep({ ...release, tender: ref })
      else this.ignored.add(h)
    }
    return []
  }

  private isOurs(kid: string): boolean {
    return [this.identity.jwk, ...this.identity.past].some((jwk) => thumbprint(this.parts.P, jwk) === kid)
  }

  /** The release in an entry, if our identity key signed it, or the one that was it then. */
  private async ownRelease({ jws }: Entry<Obj>): Promise<Omit<StoredRelease, 'tender'> | null> {
    const { kid } = readJws(jws).header
    const key = [this.identity.jwk, ...this.identity.past].find((jwk) => thumbprint(this.parts.P, jwk) === kid)
    const verified = key && (await verifyJws(this.parts.P, jws, key, 'release/1'))
    if (!verified) return null
    try {
      const { ks, list, shares } = readRelease(verified.payload)
      return { ks, kid: null, list, eids: shares.map(({ eid }) => eid), jws, note: null }
    } catch (error) {
      if (error instanceof FormatError) return null
      throw error
    }
  }

  /**
   * Seals a contribution to every draw of evaluators whose keyset names us, as long as the tender is open. What was sealed is on disk
   * before it is posted and is posted again byte for byte, so that nobody can make us choose twice.
   */
  private async contribute(): Promise<void> {
    const done = await this.contributedTo()
    if (!done) return
    const over = ['tender.closed/1', 'tender.cancelled/1'] as const
    const closed = new Set(over.flatMap((typ) => this.log.ofType(typ).map(({ leaf }) => leaf.ref)))
    for (const at of this.log.ofType('tender.keyset/1')) {
      const { ref: tender, h } = at.leaf
      if (closed.has(tender) || this.ignored.has(h)) continue
      if (this.pausing(`contribution ${tender}`)) continue
      const entry = await this.read(at)
      if (isUnreadable(entry) && entry.why !== 'format') continue
      if (isUnreadable(entry) || entry.payload.kind !== 'draw' || done.has(this.ksOf(entry.payload))) {
        this.ignored.add(h)
        continue
      }
      const made = await this.contributionTo(tender, done)
      if (made) await this.postOnce(`contribution ${tender}`, `/api/v1/tenders/${tender}/contributions`, made)
      else this.pause(`contribution ${tender}`, AGAIN_AT_MOST)
    }
  }

  /** The id of a keyset, as contributions name it; '' where it cannot be read. */
  private ksOf(keyset: Obj): string {
    try {
      return b64u(keysetId(this.parts.P, readKeyset(this.parts.P, keyset)))
    } catch (error) {
      if (error instanceof FormatError) return ''
      throw error
    }
  }

  /** Keysets of draws to which the log has a contribution of ours; null while one of these is not served. */
  private async contributedTo(): Promise<Set<string> | null> {
    const own = this.log.ofType('draw.contribution/1').filter(({ leaf }) => leaf.org === this.parts.id)
    for (const at of own) {
      if (this.contributed.has(at.index)) continue
      const entry = await this.read(at)
      if (isUnreadable(entry) && entry.why !== 'format') return null
      this.contributed.set(at.index, isUnreadable(entry) ? '' : String(entry.payload.ks))
    }
    return new Set(this.contributed.values())
  }

  /** Our sealed contribution to a tender's draw, as it was or will be posted; null when its keyset may not be sealed to. */
  private async contributionTo(
    tender: string,
    done: ReadonlySet<string>,
  ): Promise<{ jws: string; envelope: string } | null> {
    const { P, dir, id } = this.parts
    const record = await readRecord(P, this.log.entries(), this.fetch, tender)
    const { keyset } = record.committee.opening
    const wrong = record.findings.some(({ check }) => ['notice', 'keys', 'keysets', 'signatures'].includes(check))
    if (!keyset || wrong || done.has(keyset.ks) || !keyset.keyset.custodians.some((custodian) => custodian.id === id))
      return null
    const file = join(dir, `contribution-${keyset.ks}.json`)
    const kept = readFileIfThere(file)
    const before = kept ? (JSON.parse(fromUtf8(kept)) as { jws: string; envelope: string }) : null
    // One that the key before signed and the log does not have counts for nothing any more, and never will.
    if (before && readJws(before.jws).header.kid === this.identity.kid) return before
    const { bytes, eid } = await sealContribution(P, keyset.keyset, this.identity.signer)
    const { lot } = keyset.keyset
    const payload = { typ: 'draw.contribution/1', tender, lot, ks: keyset.ks, custodian: id, eid }
    const made = { jws: await signJws(P, this.identity.signer, payload), envelope: fromUtf8(bytes) }
    writeFileAtomic(file, utf8(JSON.stringify(made)))
    return made
  }

  private async turnKeys(): Promise<void> {
    const logged = new Set(this.log.ofType('release/1').map(({ leaf }) => leaf.h))
    const records = new Map<string, TenderRecord>()
    const begun = this.elapsed()
    for (const at of this.log.ofType('opening.list/1')) {
      const { h: list, ref: tender } = at.leaf
      const kept = this.store.over(list)
      if (kept) {
        if (!logged.has(this.store.hashOf(kept))) await this.send(kept)
        else this.forgetKey(kept)
      } else if (!this.ignored.has(list) && !this.pausing(`list ${list}`) && this.elapsed() - begun < LONGEST_TURN) {
        const started = this.elapsed()
        const outcome = await this.consider(at, records)
        if (outcome === 'not ours') this.ignored.add(list)
        else this.refusals.set({ about: tender, list }, outcome, this.parts.now())
        this.pause(`list ${list}`, (this.elapsed() - started) * REST)
      }
    }
  }

  /** Checks a list and releases for it, or says why not. */
  private async consider(at: LocatedLeaf, records: Map<string, TenderRecord>): Promise<Refusal[] | 'not ours'> {
    const { P, source, id, now } = this.parts
    const entry = await this.read(at)
    if (isUnreadable(entry)) return [because('record-unreadable', `entry ${at.index} (opening.list/1): ${entry.says}`)]
    let asked: { ks: string; eids: string[] }
    try {
      asked = readOpeningList(entry.payload)
    } catch (error) {
      if (error instanceof FormatError) return [because('opening-list-wrong', error.message)]
      throw error
    }
    const { h: list, ref: tender } = at.leaf
    const other = this.store.contradicts(asked.ks, list, asked.eids)
    if (other)
      return [because('released-otherwise', `shares were released over the list ${other.list}; that one is final`)]

    const record = records.get(tender) ?? (await readRecord(P, this.log.entries(), this.fetch, tender))
    records.set(tender, record)
    const kind = OPENED_KINDS.find((kind) => openingOf(record, kind).keyset?.ks === asked.ks)
    if (!kind) return [because('keyset-wrong', `${asked.ks} is no keyset in the log of this tender`)]
    const { keyset, list: first } = openingOf(record, kind)
    if (!keyset?.keyset.custodians.some((custodian) => custodian.id === id)) return 'not ours'
    if (first?.leaf.h !== list)
      return [because('opening-list-wrong', 'it is not the first opening list of this keyset')]

    if (this.policy && this.policy.quorum !== 'none' && record.closed)
      await this.log.askFirstSight(record.closed.index, source, this.policy)
    const reasons = releaseReasons(record, kind, {
      id,
      now: now(),
      holds: (kid) => this.stock.scalarOf(kid) !== null,
      seen: record.closed && this.log.closingSeen(record.closed.index),
      quorumNone: this.policy?.quorum === 'none',
    })
    if (reasons.length > 0) return reasons

    const mine = keyset.keyset.custodians.find((custodian) => custodian.id === id)
    const scalar = mine && this.stock.scalarOf(mine.kid)
    const note = this.log.note
    if (!mine || !scalar || note === null) throw new Error('a release without a key or a checkpoint passed the checks')
    const eids = first.payload.eids
    const answer = await sharesFor(P, source, keyset.keyset, eids, { x: mine.x, scalar })
    if ('refused' in answer) return answer.refused
    const jws = await signRelease(P, this.identity, { ks: keyset.ks, x: mine.x, list, note, shares: answer.shares })
    const release: StoredRelease = { tender, ks: keyset.ks, kid: mine.kid, list, eids, jws, note }
    // From here on these bytes are the release: on disk first, then, however often it takes, to the API.
    this.store.keep(release)
    await this.send(release)
    return []
  }

  /**
   * Proves what we were sent in envelopes for which all released and no shares fit. We released those shares, so the proof tells
   * nothing new but whose fault it is. Made once, on disk before it is posted, and posted again byte for byte.
   */
  private async clearOneself(): Promise<void> {
    const results = this.log.ofType('opening.result/1').filter(({ leaf }) => !this.ignored.has(leaf.h))
    const shut = new Map<string, Set<string>>()
    for (const at of results) {
      const entry = await this.read(at)
      if (isUnreadable(entry) && entry.why !== 'format') continue
      const said = isUnreadable(entry) ? null : shutIn(entry.payload)
      if (!said) this.ignored.add(at.leaf.h)
      else shut.set(said.ks, new Set([...(shut.get(said.ks) ?? []), ...said.eids]))
    }
    const logged = new Set(this.log.ofType('clearing/1').map(({ leaf }) => leaf.h))
    for (const [ks, eids] of shut) {
      const released = this.store.all().find((release) => release.ks === ks)
      const disputed = released?.eids.filter((eid) => eids.has(eid)) ?? []
      if (!released || disputed.length === 0 || this.pausing(`clearing ${ks}`)) continue
      const jws = await this.clearingFor(released, disputed)
      if (jws === null || logged.has(b64u(this.parts.P.sha256(utf8(jws))))) this.pause(`clearing ${ks}`, AGAIN_AT_MOST)
      else await this.postOnce(`clearing ${ks}`, `/api/v1/tenders/${released.tender}/clearings`, jws)
    }
  }

  /** The clearing as it was or will be posted; null when our key is gone, or an envelope is not served. */
  private async clearingFor(release: StoredRelease, eids: string[]): Promise<string | null> {
    const { P, dir, source, id } = this.parts
    const file = join(dir, `clearing-${b64u(P.sha256(utf8(`${release.ks} ${eids.join(' ')}`)))}.jws`)
    const kept = readFileIfThere(file)
    if (kept && readJws(fromUtf8(kept)).header.kid === this.identity.kid) return fromUtf8(kept)
    const record = await readRecord(P, this.log.entries(), this.fetch, release.tender)
    const keyset = KINDS.map((kind) => record.openings[kind].keyset).find((one) => one?.ks === release.ks)?.keyset
    const own = keyset?.custodians.find((custodian) => custodian.id === id)
    const scalar = own && this.stock.scalarOf(own.kid)
    if (!keyset || !own || !scalar) return null
    const jws = await signClearing(P, source, this.identity, keyset, eids, { x: own.x, scalar })
    if (jws !== null) writeFileAtomic(file, utf8(jws))
    return jws
  }

  private async send(release: StoredRelease): Promise<void> {
    await this.postOnce(
      `release ${release.list}`,
      `/api/v1/tenders/${encodeURIComponent(release.tender)}/releases`,
      release.jws,
    )
  }

  /** Once the tender is awarded and our release is in the log, the opening key has no use left but a thief's. */
  private forgetKey(release: StoredRelease): void {
    const awarded = this.log.ofType('award/1').some(({ leaf }) => leaf.ref === release.tender)
    if (awarded && release.kid !== null && this.stock.scalarOf(release.kid) !== null)
      this.stock.destroy(new Set([release.kid]))
  }

  /** Public facts for a status page. */
  status() {
    const { id, now } = this.parts
    const logged = new Set(this.log.ofType('release/1').map(({ leaf }) => leaf.h))
    const used = new Set([...this.kids.values()].flat())
    return {
      typ: 'custodian.status/1',
      id,
      kid: this.identity.kid,
      at: millisZ(now()),
      log: this.policy?.logs.map(({ vkey }) => vkey) ?? [],
      size: this.log.size,
      lastLook: this.lastLook === null ? null : millisZ(this.lastLook),
      enrolled: this.standing(),
      stock: this.stock.unused(this.offered(), used),
      released: this.store.all().map((release) => ({
        tender: release.tender,
        ks: release.ks,
        list: release.list,
        envelopes: release.eids.length,
        logged: logged.has(this.store.hashOf(release)),
      })),
      refusals: this.refusals.now(),
    }
  }

  private writeStatus(): void {
    const text = `${JSON.stringify(this.status(), null, 2)}\n`
    writeFileAtomic(join(this.parts.dir, 'status.json'), text, { durable: false, mode: 0o644 })
  }
}

/** Envelopes of a result entry that no shares opened; null when there are none, or it says something else. */
function shutIn(result: Obj): { ks: string; eids: string[] } | null {
  try {
    const { ks, results } = readOpeningResult(result)
    const eids = results.filter(({ reason }) => reason !== null && NO_SHARE_FITS.test(reason)).map(({ eid }) => eid)
    return eids.length > 0 ? { ks, eids } : null
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** Opening keys that a keyset names, whatever else may be wrong with it. */
function kidsIn(keyset: Obj): string[] {
  const custodians = Array.isArray(keyset.custodians) ? keyset.custodians : []
  return custodians.map((custodian) => (custodian as Obj | null)?.kid).filter((kid) => typeof kid === 'string')
}
