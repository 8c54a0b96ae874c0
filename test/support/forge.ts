// A whole tender in memory, with real keys, seals and signatures, as a real log: and whoever holds the pen may write one thing otherwise.
// The log's own key signs whatever was written: this is what an operator could forge, and what an audit must find.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { closingRoot } from '../../src/domain/audit/recompute.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { drawLabels, drawLot } from '../../src/domain/openings/labels.ts'
import { drawTie, jointBidders } from '../../src/domain/openings/tie-lot.ts'
import type { Clarification } from '../../src/domain/record/clarified.ts'
import { closingListBytes } from '../../src/domain/record/closing.ts'
import type { Kind } from '../../src/domain/record/finding.ts'
import type { Complaint } from '../../src/domain/record/objected.ts'
import { sortedEids } from '../../src/domain/record/opening.ts'
import type * as payloads from '../../src/domain/record/payloads.ts'
import { awardFacts, contestFacts, lockedFacts } from '../../src/domain/record/scored.ts'
import { type Behaviour, behaviourOf, behaviourOfContest } from '../../src/domain/scoring/behaviour.ts'
import { type Contest, decideContest } from '../../src/domain/scoring/contest.ts'
import type { ContestFacts } from '../../src/domain/scoring/contest-facts.ts'
import { type AnyRule, type ContestRule, isContest } from '../../src/domain/scoring/contest-rule.ts'
import type { Decided } from '../../src/domain/scoring/decided.ts'
import type { AwardFacts } from '../../src/domain/scoring/facts.ts'
import { technicalScores } from '../../src/domain/scoring/quality.ts'
import { type Ranking, rank } from '../../src/domain/scoring/ranking.ts'
import type { AwardRule, QualityRule } from '../../src/domain/scoring/rule.ts'
import { opensPrices, qualityOf, requiresOf } from '../../src/domain/tenders/procedure.ts'
import type { OpenedQuestion } from '../../src/domain/tenders/questions.ts'
import {
  approving,
  approvingExclusion,
  exclusionId,
  extension,
  lifting,
  lockOrder,
  sheetOf,
  shuttingOut,
  signedHash,
} from '../../src/domain/tenders/signed-acts.ts'
import { rankedAt, standstillEnd } from '../../src/domain/tenders/standstill.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, b64u, fromB64u, hex, utf8 } from '../../src/proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../src/proof/canonical.ts'
import type { LogSource } from '../../src/proof/follow.ts'
import { type Signer, signJws } from '../../src/proof/jws.ts'
import { type Keyset, keysetId, readKeyset } from '../../src/proof/keyset.ts'
import { commitment, openLeaf, sealedLeaf } from '../../src/proof/leaf.ts'
import { checkpointText, signNote, vkeyOf } from '../../src/proof/note.ts'
import { type PublicJwk, thumbprint } from '../../src/proof/primitives.ts'
import { decryptShare, seal } from '../../src/proof/seal.ts'
import { closedEntry, type LogClosed, type LogOpened, openedEntry } from '../../src/proof/shards.ts'
import { bundleOf, newTiles, TILE_WIDTH, tilePath } from '../../src/proof/tiles.ts'
import { leafHash, rootOf } from '../../src/proof/tree.ts'
import { CommitteeForge, type Drawing } from './forge-committee.ts'

export const TENDER = 'R26BK00012345'
export const ORIGIN = 'forge.example/log'
export const DEADLINE = '2026-03-10T05:00:00Z'
export const OPEN_AFTER = '2026-03-10T05:00:00Z'
export const AGENCY = 'agency-1'
/** Who may be the second person when the notice is published. */
export const APPROVER = 'approver'
/** Administrators of the buyer who have keys; those who write the register unsigned have none. */
export const KEYED = ['keyed-1', 'keyed-2'] as const
export const CUSTODIANS = ['board-of-audit', 'bidders-chamber', 'time-office']

/** The official 90/10 numbers: technical score, officer's part of it, price. The seventh withdraws. */
export const BIDDERS = [
  { id: 'bidder-1', technical: '81.5', record: '9', amount: '100111000' },
  { id: 'bidder-2', technical: '80.3', record: '9', amount: '98000000' },
  { id: 'bidder-3', technical: '78.3', record: '9', amount: '100000000' },
  { id: 'bidder-4', technical: '78.2', record: '9', amount: '100000000' },
  { id: 'bidder-5', technical: '75.7', record: '8', amount: '96000000' },
  { id: 'bidder-6', technical: '68.7', record: '8', amount: '108520000' },
]
export const WITHDRAWN = 'bidder-7'

const title = (ko: string, en: string) => ({ ko, en })
export const RULE: AwardRule = {
  kind: 'NEGOTIATION',
  weights: { tech: 90, price: 10 },
  items: [
    { id: 'plan', title: title('계획', 'Plan'), max: '40', kind: 'qualitative' },
    { id: 'method', title: title('방법', 'Method'), max: '40', kind: 'qualitative' },
    { id: 'record', title: title('실적', 'Record'), max: '10', kind: 'quantitative' },
  ],
  maximum: '90',
  tech: { trim: { perEnd: 1, perEnd12plus: 2, mode: 'evaluator' }, dp: 4, passRatio: '0.85' },
  price: {
    reference: 'budget',
    referenceAmount: '110000000',
    ceiling: '110000000',
    formula: 'KR_NATIONAL',
    branch: '0.8',
    clamp: '0.6',
    lowBonus: '2',
    clampLowest: true,
    lowestAmong: 'valid',
    rounding: 'final4',
  },
  openPrices: 'all',
  ties: ['tech', 'techItemsByPoints', 'lot'],
  dp: 4,
  currency: 'KRW',
}
const EVALUATORS = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7']
/** What each evaluator gives more or less than the mean of the kept five, in tenths of a point; the ends are left out. */
const SPREAD = [-20, -10, -5, 0, 5, 10, 20]

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? Mutable<E>[] : T[K] }
type Submission = JsonObject & {
  tender: string
  bidder: string
  seq: number
  envelopes: { technical: string; price: string }
}
interface Payloads {
  'actor.key/1': payloads.KeyPayload
  'custodian.identity/1': payloads.KeyPayload
  'custodian.prekeys/1': payloads.PrekeysPayload
  'tender.notice/1': payloads.Notice
  'keyset/1': Mutable<Keyset>
  'tender.closed/1': payloads.Closed
  'opening.reveal/1': payloads.Reveal
  'opening.list/1': payloads.OpeningList
  'release/1': payloads.Release
  'opening.result/1': payloads.OpeningResult
  'scores.locked/1': payloads.ScoresLocked
  'evaluation.result/1': payloads.Evaluation
  'draw.notice/1': payloads.DrawNotice
  'draw.result/1': payloads.DrawResult
  'award/1': payloads.Award
  'approval/1': payloads.Approval
  'role.changed/1': payloads.RoleChange
  'role.delegated/1': payloads.RoleLent
  'incident/1': payloads.Incident
  'tender.amended/1': payloads.Amendment
  'tender.failed/1': payloads.Ended
  'tender.cancelled/1': payloads.Ended
  'clarification/1': Clarification
  'complaint/1': Complaint
  'submission/1': Submission
  'withdrawal/1': JsonObject
  'refused/1': JsonObject
  'actor.key.revoked/1': payloads.Revocation
  'marks/1': payloads.SignedSheet
  'scores.lock/1': payloads.LockOrder
  'pool.committed/1': payloads.PoolCommitted
  'draw.contribution/1': payloads.DrawContribution
  'committee.called/1': payloads.CommitteeCalled
  'committee.declared/1': payloads.CommitteeDeclared
  'committee.named/1': payloads.CommitteeNamed
  'declaration/1': payloads.Declaration & { grounds: string | null; statement: string }
  'planned.price/1': Omit<payloads.PlannedPriceMade, 'whole'>
  'bid/1': JsonObject & { body: JsonObject; bidder: string }
}
type Typ = keyof Payloads

export const STEPS = [
  'keys',
  'notice',
  'keysets',
  'bids',
  'closed',
  'reveal',
  'list technical',
  'release technical',
  'result technical',
  'locked',
  'list price',
  'release price',
  'result price',
  'evaluation',
  'award',
] as const
export type Step = (typeof STEPS)[number]

/** One thing written otherwise. */
export interface Edit {
  /** Before a payload is signed and logged; `nth` counts its type from 0. May change it in place. Everything later follows from it. */
  payload?: { [T in Typ]?: (payload: Payloads[T], at: { nth: number; forge: Forge }) => void }
  /** Who signs instead. */
  signer?: { [T in Typ]?: (rightful: Signer, at: { nth: number; forge: Forge }) => Signer }
  /** Any payload before it is signed and logged, after the edit of its type. */
  any?: (typ: string, payload: JsonObject, nth: number) => void
  steps?: (steps: Step[]) => Step[]
  /** Called before a step, for entries that are one too many or one too few. */
  before?: { [S in Step]?: (forge: Forge) => Promise<unknown> | unknown }
  /** What the closing entry's leaf gives as its time. */
  closedAt?: string
  /** Called when all is written, before the log signs: leaves may be changed, and payloads. */
  unsigned?: (forge: Forge) => unknown
  /** By negotiation, or in two stages. */
  rule?: AnyRule
  /** Who bids as a consortium, with its members as the technical envelope names them, and the officer's record of each. */
  members?: Record<string, { name: string; number: string; share: string; record: string }[]>
  /** The evaluators are drawn, instead of named: so many people of each field, who declare what `declares` says, in drawn order. */
  committee?: Drawing
  /** Who bids what, instead of the official six: any number of them, none too. One more withdraws as ever. */
  bidders?: typeof BIDDERS
  /** As it was before notices said what two persons decide: no such word, and no approval. */
  onePerson?: boolean
  /** Approvals are the service's word for an account: `older` as the notice of those days has it, `unsigned` against the notice. */
  approvals?: 'older' | 'unsigned'
  /** A tie that reaches the lot is left as it is. */
  lotPending?: boolean
  /** A tie is published as joint, announced and drawn in entries of its own, as the service does it. */
  drawn?: boolean
  /** "bidder-3 technical": this envelope is malformed by its maker, and the record says so. */
  malformed?: string[]
  /** The notice promises a standstill of so many hours; the award comes so many seconds after its end, a negative number before it. */
  standstill?: { hours: number; awardedAfter?: number }
  /** A step that cannot be taken any more ends the tender there, instead of throwing. */
  asFarAsItGoes?: boolean
}

export interface Key {
  signer: Signer
  jwk: PublicJwk
  scalar: Uint8Array
}

const scalarOf = (name: string): Uint8Array => P.sha256(utf8(`forge ${name}`))

/** A P-256 key that depends on its name only. */
export function keyOf(name: string): Key {
  const scalar = scalarOf(name)
  const jwk = P.p256PublicKey(scalar)
  return { scalar, jwk, signer: { kid: thumbprint(P, jwk), sign: (data) => P.es256Sign(scalar, data) } }
}

export const LOG_SEED = P.sha256(utf8('forge log'))
export const policyOf = (seed: Uint8Array): string =>
  `log ${vkeyOf(P, ORIGIN, P.ed25519PublicKey(seed))} http://localhost/log\nquorum none\n`

interface Act {
  index: number
  c: string
  salt: string
  jws: string
}

/** The writer of a tender. `files` is what the log serves once `publish` was called. */
export class Forge {
  readonly entries: Uint8Array[] = []
  readonly files = new Map<string, Uint8Array>()
  readonly edit: Edit
  readonly sealedActs: Act[] = []
  readonly keysets = {} as Record<Kind, Keyset>
  readonly lists = {} as Record<Kind, { eids: string[]; hash: string }>
  readonly envelopes = new Map<string, { bytes: Uint8Array; bid: payloads.ResultRow & { rnd: string } }>()
  readonly effective = new Map<string, Record<Kind, string>>()
  readonly results: Record<Kind, Map<string, payloads.ResultRow>> = { technical: new Map(), price: new Map() }
  readonly committee: CommitteeForge | null
  readonly rule: AnyRule
  readonly bidders: typeof BIDDERS
  notice: payloads.Notice | null = null
  /** Names of the logs that follow the first. */
  readonly years: string[] = []
  closing = -1
  /** The time of all entries from here on; null for a minute each. */
  at: string | null = null
  locked: payloads.ScoresLocked | null = null
  private readonly counts = new Map<string, number>()

  constructor(edit: Edit) {
    this.edit = edit
    this.rule = edit.rule ?? RULE
    this.committee = edit.committee ? new CommitteeForge(this, edit.committee) : null
    this.bidders = edit.bidders ?? BIDDERS
  }

  private edited<T extends Typ>(typ: T, payload: Payloads[T]): { payload: Payloads[T]; nth: number } {
    const nth = this.counts.get(typ) ?? 0
    this.counts.set(typ, nth + 1)
    const copy = structuredClone(payload)
    const change = this.edit.payload?.[typ] as ((p: Payloads[T], at: { nth: number; forge: Forge }) => void) | undefined
    change?.(copy, { nth, forge: this })
    this.edit.any?.(typ, copy as unknown as JsonObject, nth)
    return { payload: copy, nth }
  }

  put(bytes: Uint8Array): string {
    const hash = P.sha256(bytes)
    this.files.set(`payload/${hex(hash)}`, bytes)
    return b64u(hash)
  }

  /** An overseer's signed word that the closing time may stand. */
  override(key = keyOf('auditor'), org = 'audit-office'): Promise<payloads.Incident> {
    return this.logSigned('incident/1', key, org, {
      tender: TENDER,
      lot: '1',
      reasons: ['closing-time-override'],
      acts: [],
      newDeadline: null,
      facts: {},
    })
  }

  /** The buyer answers a question, or says something of its own. */
  clarify(question: OpenedQuestion | null, key = keyOf('officer'), org = AGENCY): Promise<Clarification> {
    return this.logSigned('clarification/1', key, org, { tender: TENDER, lot: '1', question, answer: 'Yes, it is.' })
  }

  /** A bidder objects to the result. */
  object(bidder = 'bidder-1'): Promise<Complaint> {
    const reasons = 'The marks leave out two projects of ours.'
    const said = { tender: TENDER, lot: '1', bidder, ground: 'marks', reasons }
    return this.logSigned('complaint/1', keyOf(`key of ${bidder}`), bidder, said)
  }

  /** The key of a person is reported lost: the operator signs that it was. */
  revoke(id: string, org: string, key = keyOf('receipts')): Promise<payloads.Revocation> {
    const { kid } = keyOf(id).signer
    return this.logSigned('actor.key.revoked/1', key, org, { id, org, kid, reason: 'lost' }, '-')
  }

  /** The buyer ends the tender. */
  cancel(statement = 'The budget is gone.'): Promise<payloads.Ended> {
    const ended = { tender: TENDER, lot: '1', reasons: ['cancelled-by-agency'], statement }
    return this.logSigned('tender.cancelled/1', keyOf('officer'), AGENCY, ended)
  }

  private leaf(typ: string, org: string, by: string, bytes: Uint8Array, ref = TENDER): void {
    const h = this.put(bytes)
    const at = typ === 'tender.closed/1' ? (this.edit.closedAt ?? DEADLINE) : this.now()
    this.entries.push(openLeaf({ typ, at, org, ref, by, h }))
  }

  /** A minute an entry, up to the deadline and on from it. */
  private now(): string {
    if (this.at !== null) return this.at
    const start = this.closing < 0 ? '2026-03-02T01:00:00Z' : DEADLINE
    return new Date(Date.parse(start) + this.entries.length * 60_000).toISOString().replace('.000Z', 'Z')
  }

  async sign<T extends Typ>(
    typ: T,
    key: Key,
    payload: Payloads[T],
  ): Promise<{ jws: string; kid: string; payload: Payloads[T] }> {
    const { payload: final, nth } = this.edited(typ, payload)
    const change = this.edit.signer?.[typ] as ((s: Signer, at: { nth: number; forge: Forge }) => Signer) | undefined
    const signer = change?.(key.signer, { nth, forge: this }) ?? key.signer
    const jws = await signJws(P, signer, { ...(final as unknown as JsonObject), typ })
    return { jws, kid: signer.kid, payload: final }
  }

  async logSigned<T extends Typ>(
    typ: T,
    key: Key,
    org: string,
    payload: Payloads[T],
    ref = TENDER,
  ): Promise<Payloads[T]> {
    const signed = await this.sign(typ, key, payload)
    this.leaf(typ === 'keyset/1' ? 'tender.keyset/1' : typ, org, signed.kid, utf8(signed.jws), ref)
    return signed.payload
  }

  /** Signs an act of the officer and logs it, right below the approval of a second person where the notice asks for one. */
  async logApproved<T extends 'award/1' | 'tender.amended/1'>(typ: T, payload: Payloads[T]): Promise<void> {
    const { jws, kid } = await this.sign(typ, keyOf('officer'), payload)
    if (!this.edit.onePerson) {
      const persons = { proposedBy: 'officer', approvedBy: APPROVER }
      const { typ: _, ...approval } = approving(P, TENDER, { act: typ, jws }, persons)
      const { payload: final, nth } = this.edited('approval/1', approval as unknown as payloads.Approval)
      const said = { ...(final as unknown as JsonObject), typ: 'approval/1' }
      const own = keyOf(final.approvedBy).signer
      const signer = this.edit.signer?.['approval/1']?.(own, { nth, forge: this }) ?? own
      if (this.edit.approvals) this.leaf('approval/1', AGENCY, final.approvedBy, utf8(canonical(said)))
      else this.leaf('approval/1', AGENCY, signer.kid, utf8(await signJws(P, signer, said)))
    }
    this.leaf(typ, AGENCY, kid, utf8(jws))
  }

  /** An entry of the buyer's register of roles, by two administrators who have no keys. */
  register(typ: 'role.changed/1', payload: payloads.RoleChange): void
  register(typ: 'role.delegated/1', payload: payloads.RoleLent): void
  register(typ: 'exclusion/1' | 'exclusion.lifted/1', payload: JsonObject, org: string): void
  register(typ: string, payload: payloads.RoleChange | payloads.RoleLent | JsonObject, org = AGENCY): void {
    const persons = typ.startsWith('role.') && { proposedBy: 'administrator-2', approvedBy: 'administrator' }
    this.recorded(typ, { ...persons, ...payload } as JsonObject, 'administrator', org)
  }

  /** Any entry of a register as the service writes it for an account. */
  recorded(typ: string, payload: JsonObject, by: string, org = AGENCY): void {
    const said = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined)) as JsonObject
    this.leaf(typ, org, by, utf8(canonical({ ...said, typ })), '-')
  }

  /** An entry of a register as a person signs it. */
  async signedRecord(payload: JsonObject & { typ: string }, by: Key, org = AGENCY): Promise<void> {
    this.leaf(payload.typ, org, by.signer.kid, utf8(await signJws(P, by.signer, payload)), '-')
  }

  /** Two persons of another agency shut a firm out of tenders; `said` is what stands in the log instead of what they signed. */
  async shutOut(org: string, said: JsonObject = {}, by: { first?: Key; second?: Key } = {}): Promise<string> {
    const asked = {
      org,
      from: '2026-03-01T00:00:00Z',
      until: '2027-03-01T00:00:00Z',
      basis: 'art. 27',
      grounds: 'It did not deliver.',
    }
    const persons = { proposedBy: 'other-officer', approvedBy: 'other-approver' }
    const proposal = await signJws(P, (by.first ?? keyOf('other-officer')).signer, shuttingOut(asked))
    const approval = await signJws(
      P,
      (by.second ?? keyOf('other-approver')).signer,
      approvingExclusion(P, proposal, persons),
    )
    const id = exclusionId(P, proposal)
    // Asked for from a day that has passed: it begins with the next second.
    const from = new Date(Date.parse(this.now()) + 1000).toISOString().replace('.000Z', 'Z')
    this.register('exclusion/1', { id, ...asked, from, ...persons, proposal, approval, ...said }, 'agency-2')
    return id
  }

  /** And let it in again. */
  async letIn(id: string, org: string, said: JsonObject = {}): Promise<void> {
    const persons = { proposedBy: 'other-officer', approvedBy: 'other-approver' }
    const statement = 'The court decided so.'
    const proposal = await signJws(P, keyOf('other-officer').signer, lifting(id, org, statement))
    const second = approvingExclusion(P, proposal, persons)
    const approval = await signJws(P, keyOf('other-approver').signer, second)
    this.register('exclusion.lifted/1', { id, org, statement, ...persons, proposal, approval, ...said }, 'agency-2')
  }

  /** The buyer moves the deadline, with its second person. */
  async extend(newDeadline: string): Promise<void> {
    const now = { deadline: DEADLINE, openAfter: OPEN_AFTER, revision: '000' }
    const { typ: _, ...payload } = extension(TENDER, now, newDeadline, 'The specification was corrected.')
    await this.logApproved('tender.amended/1', payload as unknown as payloads.Amendment)
  }

  /** Signs what stands inside another payload. */
  async inside(
    typ: 'marks/1' | 'scores.lock/1' | 'declaration/1',
    key: Key,
    payload: JsonObject & { typ: string },
  ): Promise<string> {
    const { typ: _, ...rest } = payload
    return (await this.sign(typ, key, rest as never)).jws
  }

  logPlain<T extends Typ>(typ: T, org: string, by: string, payload: Payloads[T]): Payloads[T] {
    const { payload: final } = this.edited(typ, payload)
    this.leaf(typ, org, by, utf8(canonical({ ...(final as unknown as JsonObject), typ })))
    return final
  }

  sealAct(jws: string): Act {
    const salt = P.random(32)
    const c = commitment(P, salt, jws)
    this.entries.push(sealedLeaf(c))
    const act = { index: this.entries.length - 1, c, salt: b64u(salt), jws }
    this.sealedActs.push(act)
    return act
  }

  async keys(): Promise<void> {
    const enrol = (name: string, org: string, id = name) => {
      const key = keyOf(name)
      return this.logSigned(
        'actor.key/1',
        key,
        org,
        { id, org, jwk: key.jwk, from: '2026-03-01T00:00:00Z', replaces: null },
        '-',
      )
    }
    await enrol('receipts', 'operator')
    await enrol('officer', AGENCY)
    await enrol('other-officer', 'agency-2')
    await enrol('auditor', 'audit-office')
    for (const seat of EVALUATORS) await enrol(`evaluator ${seat}`, 'pool')
    for (const person of this.committee?.people ?? []) await enrol(person, 'pool')
    for (const { id } of [...this.bidders, { id: WITHDRAWN }]) await enrol(`key of ${id}`, id)
    for (const id of CUSTODIANS) {
      const key = keyOf(id)
      await this.logSigned(
        'custodian.identity/1',
        key,
        id,
        { id, org: id, jwk: key.jwk, from: '2026-03-01T00:00:00Z', replaces: null },
        '-',
      )
      const keys = ['other', 'technical', 'price', 'spare'].map((use) => {
        const { jwk, signer } = keyOf(`${id} ${use}`)
        return { kid: signer.kid, jwk }
      })
      await this.logSigned('custodian.prekeys/1', key, id, { custodian: id, keys }, '-')
    }
    if (!this.edit.onePerson) for (const name of [APPROVER, 'deputy', 'colleague', ...KEYED]) await enrol(name, AGENCY)
    if (!this.edit.onePerson) await enrol('operator-1', 'operator')
    await enrol('other-approver', 'agency-2')
    // Another tender's keyset, which used up keys of its own.
    await this.logSigned(
      'keyset/1',
      keyOf('other-officer'),
      'agency-2',
      this.keysetOf('technical', 'R26BK00000001', 'other'),
      'R26BK00000001',
    )
  }

  keysetOf(kind: Kind | 'draw', tender: string, use: string): Mutable<Keyset> {
    return {
      typ: 'keyset/1',
      tender,
      lot: '1',
      kind,
      t: 2,
      n: 3,
      open_after: OPEN_AFTER,
      requires: [...requiresOf(kind, { rule: this.rule, pool: kind === 'draw' ? {} : null })],
      custodians: CUSTODIANS.map((id, i) => {
        const { jwk, signer } = keyOf(`${id} ${use}`)
        return { x: i + 1, id, kid: signer.kid, jwk }
      }),
    }
  }

  async noticed(): Promise<void> {
    const rule = this.rule as unknown as JsonObject
    this.notice = await this.logSigned('tender.notice/1', keyOf('officer'), AGENCY, {
      tender: TENDER,
      lot: '1',
      revision: '000',
      notice: {
        title: title('정보시스템 통합유지보수', 'Maintenance of an information system'),
        agency: { id: AGENCY, name: title('발주 기관', 'The buyer') },
        budget: { amount: '110000000', currency: 'KRW' },
        method: 'negotiation-90-10',
        summary: title('요약', 'Summary'),
        minBids: 2,
        ...(this.edit.standstill && { standstillHours: this.edit.standstill.hours }),
      },
      rule,
      ruleHash: b64u(P.sha256(utf8(canonical(rule)))),
      documents: [],
      deadline: DEADLINE,
      openAfter: OPEN_AFTER,
      evaluators: this.committee?.seats ?? EVALUATORS,
      custodians: CUSTODIANS,
      overseers: ['audit-office'],
      ...(!this.edit.onePerson && {
        twoPersons: {
          acts: ['award/1', 'tender.amended/1'],
          roles: ['approver'],
          holders: [APPROVER],
          ...(this.edit.approvals !== 'older' && { signed: true, register: true }),
        },
      }),
      ...(this.committee && { pool: { ...this.committee.rule, confirmed: true, declared: true } }),
    } as payloads.Notice)
  }

  async keysetsLogged(): Promise<void> {
    for (const kind of ['technical', 'price'] as const) {
      const logged = await this.logSigned('keyset/1', keyOf('officer'), AGENCY, this.keysetOf(kind, TENDER, kind))
      this.keysets[kind] = readKeyset(P, JSON.parse(canonical(logged as unknown as Json)) as Json)
    }
  }

  private async envelope(kind: Kind, bidder: string, seq: number, body: JsonObject): Promise<string> {
    const keyset = this.keysets[kind]
    let bid = {} as Payloads['bid/1']
    const sealed = await seal(P, keyset, async ({ ks, kc }) => {
      const made = { tender: TENDER, lot: '1', kind, bidder, ks, kc, seq, body, rnd: b64u(P.random(32)), att: [] }
      const signed = await this.sign('bid/1', keyOf(`key of ${bidder}`), made)
      bid = signed.payload
      return signed.jws
    })
    const broken = this.edit.malformed?.includes(`${bidder} ${kind}`)
    const bytes = broken ? this.damaged(sealed.bytes) : sealed.bytes
    const eid = b64u(P.sha256(bytes))
    const outcome = broken
      ? { state: 'malformed' as const, reason: 'it does not open', body: null }
      : { state: 'valid' as const, reason: null, body: bid.body }
    this.envelopes.set(eid, { bytes, bid: { eid, bidder, ...outcome, rnd: String(bid.rnd) } })
    return eid
  }

  /** The envelope with another letter in its ciphertext: the right form, and nothing opens it. */
  private damaged(bytes: Uint8Array): Uint8Array {
    const envelope = JSON.parse(new TextDecoder().decode(bytes)) as { content: string }
    const at = envelope.content.length - 500
    const letter = envelope.content[at] === 'A' ? 'B' : 'A'
    envelope.content = envelope.content.slice(0, at) + letter + envelope.content.slice(at + 1)
    return utf8(canonical(envelope as unknown as Json))
  }

  private async submit(bidder: string, seq: number, amount: string, replaces: string | null): Promise<Act> {
    const envelopes = {
      technical: await this.envelope('technical', bidder, seq, {
        approach: `${bidder}의 제안`,
        summary: `offer ${seq}`,
        ...(this.edit.members?.[bidder] && {
          members: this.edit.members[bidder].map(({ record: _, ...member }) => member),
        }),
      }),
      price: await this.envelope('price', bidder, seq, { amount, currency: 'KRW' }),
    }
    this.effective.set(bidder, envelopes)
    const payload = {
      tender: TENDER,
      lot: '1',
      bidder,
      seq,
      envelopes,
      blobs: [],
      replaces,
      made: '2026-03-05T00:00:00Z',
    }
    return this.sealAct((await this.sign('submission/1', keyOf(`key of ${bidder}`), payload)).jws)
  }

  async bids(): Promise<void> {
    const amounts = new Map(this.bidders.map((b) => [b.id, b.amount]))
    const submit = (bidder: string) => this.submit(bidder, 1, amounts.get(bidder) ?? '99000000', null)
    const [one, two, ...others] = this.bidders.map((b) => b.id)
    if (one) await submit(one)
    this.sealAct('cover')
    const first = two ? await this.submit(two, 1, '97000000', null) : null
    const refused = {
      tender: TENDER,
      h: b64u(P.sha256(utf8('a body'))),
      at: '2026-03-05T00:00:00.123Z',
      reasons: ['wrong-keyset'],
    }
    this.sealAct((await this.sign('refused/1', keyOf('receipts'), refused)).jws)
    if (two && first) await this.submit(two, 2, amounts.get(two)!, first.c)
    const seventh = await submit(WITHDRAWN)
    this.sealAct('cover')
    for (const id of others.slice(0, 2)) await submit(id)
    // Somebody's act in another tender: nothing tells it from ours.
    this.entries.push(sealedLeaf(b64u(P.sha256(utf8('elsewhere')))))
    for (const id of others.slice(2)) await submit(id)
    const withdrawal = {
      tender: TENDER,
      lot: '1',
      bidder: WITHDRAWN,
      seq: 2,
      withdraws: seventh.c,
      made: '2026-03-06T00:00:00Z',
    }
    this.sealAct((await this.sign('withdrawal/1', keyOf(`key of ${WITHDRAWN}`), withdrawal)).jws)
    this.effective.delete(WITHDRAWN)
    this.sealAct('cover')
  }

  closed(): void {
    const bytes = closingListBytes(this.sealedActs.map((a) => [a.index, a.c]))
    const leaves = this.put(bytes)
    this.closing = this.entries.length
    const closed = { tender: TENDER, lot: '1', deadline: DEADLINE, count: this.sealedActs.length, leaves }
    this.logPlain('tender.closed/1', AGENCY, '-', closed)
  }

  revealed(): void {
    const acts = this.sealedActs.map(({ index, salt, jws }) => ({ index, salt, jws }))
    this.logPlain('opening.reveal/1', AGENCY, '-', { tender: TENDER, lot: '1', acts })
  }

  listed(kind: Kind): void {
    const passed = kind === 'price' ? this.qualified() : new Set<string>()
    const bidders = [...this.effective].filter(
      ([b]) => kind === 'technical' || (this.results.technical.get(b)?.state === 'valid' && passed.has(b)),
    )
    const ks = b64u(keysetId(P, this.keysets[kind]))
    const eids = sortedEids(bidders.map(([, envelopes]) => envelopes[kind]))
    const list = this.logPlain('opening.list/1', AGENCY, '-', { tender: TENDER, lot: '1', ks, eids })
    this.lists[kind] = { eids: list.eids, hash: b64u(P.sha256(this.payloadAt(this.entries.length - 1))) }
    for (const eid of list.eids) {
      const envelope = this.envelopes.get(eid)
      if (envelope) this.put(envelope.bytes)
    }
  }

  /** Whose price may be opened: everybody's, unless the rule says otherwise. */
  private qualified(): Set<string> {
    if (opensPrices(this.rule) === 'all' || !this.locked) return new Set(this.effective.keys())
    const scores = technicalScores(lockedFacts(this.quality, this.notice!, this.locked))
    if (!scores.ok) throw new Error('the scores cannot be computed')
    const labels = new Set(scores.value.filter((s) => s.qualified).map((s) => s.bidder))
    return new Set(this.locked.labels.filter((l) => labels.has(l.label)).map((l) => l.bidder))
  }

  async released(kind: Kind): Promise<void> {
    for (const [i, id] of CUSTODIANS.entries()) {
      const shares: { eid: string; y: string }[] = []
      for (const eid of this.lists[kind].eids) {
        const bytes = this.envelopes.get(eid)?.bytes ?? new Uint8Array(0)
        const share = await decryptShare(P, this.keysets[kind], bytes, i + 1, keyOf(`${id} ${kind}`).scalar)
        shares.push({ eid, y: b64u('y' in share ? share.y : new Uint8Array(32)) })
      }
      const ks = b64u(keysetId(P, this.keysets[kind]))
      const checkpoint = b64u(P.sha256(utf8(`note at ${this.entries.length}`)))
      await this.logSigned('release/1', keyOf(id), id, {
        ks,
        x: i + 1,
        list: this.lists[kind].hash,
        checkpoint,
        shares,
      })
    }
  }

  opened(kind: Kind): void {
    const ks = b64u(keysetId(P, this.keysets[kind]))
    for (const eid of this.lists[kind].eids) {
      const { rnd: _, ...row } = this.envelopes.get(eid)!.bid
      this.results[kind].set(row.bidder, row)
      this.logPlain('opening.result/1', AGENCY, '-', { tender: TENDER, lot: '1', kind, ks, results: [row] })
    }
  }

  root(): Uint8Array {
    return closingRoot(P, this.entries, this.closing)
  }

  async scored(): Promise<void> {
    const valid = [...this.results.technical.values()].filter((r) => r.state === 'valid')
    const contributions = valid.map((r) => ({ eid: r.eid, rnd: this.envelopes.get(r.eid)!.bid.rnd }))
    const draw = { root: this.root(), contributions, tender: TENDER, lot: '1' }
    const labels = drawLabels(
      P,
      draw,
      valid.map((r) => r.bidder),
    )
    const marks: payloads.MarkRow[] = []
    const quantitative: payloads.ScoresLocked['quantitative'] = []
    for (const { label, bidder } of labels) {
      const b = this.bidders.find((x) => x.id === bidder)!
      // In thousandths of a point, so that halves of tenths are whole.
      const mean = Math.round((Number(b.technical) - Number(b.record)) * 1000)
      for (const [i, evaluator] of this.notice!.evaluators.entries()) {
        const mark = String((mean + (SPREAD[i] ?? 0) * 100) / 2000)
        for (const item of ['plan', 'method']) marks.push({ evaluator, bidder: label, item, mark, comment: '' })
      }
      const members = this.memberLabels(bidder)
      if (!members) quantitative.push({ bidder: label, item: 'record', mark: b.record })
      for (const [n, { member }] of (members ?? []).entries())
        quantitative.push({ bidder: label, item: 'record', mark: this.edit.members![bidder]![n]!.record, member })
    }
    const locked: payloads.ScoresLocked = {
      tender: TENDER,
      lot: '1',
      marks,
      quantitative,
      labels: labels.map((row) => {
        const members = this.memberLabels(row.bidder)
        return members ? { ...row, members } : row
      }),
      scores: [],
      sheets: [],
      lock: '',
    }
    const scores = technicalScores(lockedFacts(this.quality, this.notice!, locked))
    if (!scores.ok) throw new Error(`the forge's own marks are wrong: ${JSON.stringify(scores.reasons)}`)
    locked.scores = scores.value.map(({ bidder, technical, steps }) => ({
      bidder,
      technical: technical!,
      steps: steps as unknown as Json,
    }))
    for (const evaluator of valid.length > 0 ? this.notice!.evaluators : []) {
      const own = marks.filter((m) => m.evaluator === evaluator).map(({ evaluator: _, ...m }) => m)
      const key = keyOf(this.committee?.holders.get(evaluator) ?? `evaluator ${evaluator}`)
      const signed = this.committee?.declarations.get(evaluator)
      const sheet = sheetOf(TENDER, evaluator, own, signed === undefined ? null : signedHash(P, signed))
      locked.sheets.push({ evaluator, jws: await this.inside('marks/1', key, sheet) })
    }
    const order = lockOrder(P, TENDER, locked.sheets, quantitative)
    locked.lock = await this.inside('scores.lock/1', keyOf('officer'), order)
    this.locked = this.logPlain('scores.locked/1', AGENCY, keyOf('officer').signer.kid, locked)
  }

  /** Of a consortium, where the rule puts its members' records together: "M1" and its share … */
  private memberLabels(bidder: string): { member: string; share: string }[] | null {
    const asked = this.quality.items.some((item) => item.members !== undefined)
    const members = this.edit.members?.[bidder]
    return asked && members ? members.map(({ share }, n) => ({ member: `M${n + 1}`, share })) : null
  }

  private get quality(): QualityRule {
    return qualityOf(this.rule)!
  }

  private contestFacts(rule: ContestRule): ContestFacts {
    return contestFacts(rule, this.notice!, [...this.effective.keys()], this.results, { locked: this.locked })
  }

  private contest(rule: ContestRule): Contest {
    const made = decideContest(this.contestFacts(rule))
    if (!made.ok) throw new Error(`the forge's own facts are wrong: ${JSON.stringify(made.reasons)}`)
    return made.value
  }

  ranking(): Ranking {
    const facts = this.awardFacts()
    const ranked = rank(facts)
    if (!ranked.ok) throw new Error(`the forge's own facts are wrong: ${JSON.stringify(ranked.reasons)}`)
    if (this.edit.lotPending || !ranked.value.rows.some((r) => r.tie)) return ranked.value
    const valid = [...this.results.price.values()].filter((r) => r.state === 'valid')
    const contributions = valid.map((r) => ({ eid: r.eid, rnd: this.envelopes.get(r.eid)!.bid.rnd }))
    const lot = drawLot(P, { root: this.root(), contributions, tender: TENDER, lot: '1' }, [...this.effective.keys()])
    const settled = rank({ ...facts, lot })
    if (!settled.ok) throw new Error('the lot does not settle it')
    return settled.value
  }

  /** The payload of the decision. */
  private decided(ranking: Decided, behaviour: Behaviour | null) {
    const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json
    const { ruleHash } = this.notice!
    const shown = { ranking: json(ranking), behaviour: json(behaviour) }
    return { tender: TENDER, lot: '1', ruleHash, ...shown, codeVersion: '0.1.0' }
  }

  evaluated(): void {
    const { rule } = this
    if (isContest(rule)) {
      const payload = this.decided(this.contest(rule), behaviourOfContest(this.contestFacts(rule)))
      this.logPlain('evaluation.result/1', AGENCY, '-', payload)
      return
    }
    const settled = this.ranking()
    const joint = this.edit.drawn ? rank({ ...this.awardFacts(), lot: [] }) : null
    const ranking = joint?.ok ? joint.value : settled
    const payload = this.decided(ranking, behaviourOf(this.awardFacts(), ranking))
    this.logPlain('evaluation.result/1', AGENCY, '-', payload)
    if (joint?.ok) this.drawn(joint.value, settled)
  }

  /** Announcement and result of the lot. */
  drawn(joint: Ranking, settled: Ranking): void {
    const ids = jointBidders(joint)
    const valid = [...this.results.price.values()].filter((r) => r.state === 'valid')
    const contributions = valid.map((r) => ({ eid: r.eid, rnd: this.envelopes.get(r.eid)!.bid.rnd }))
    const made = drawTie(P, { root: this.root(), contributions, tender: TENDER, lot: '1' }, ids)
    const { purpose } = made
    const drawAt = '2026-03-20T00:00:00Z'
    this.logPlain('draw.notice/1', AGENCY, '-', { tender: TENDER, lot: '1', purpose, ids, drawAt })
    const closing = this.indexesOf('tender.closed/1')[0]!
    const ranking = JSON.parse(JSON.stringify(settled)) as Json
    this.logPlain('draw.result/1', AGENCY, '-', { tender: TENDER, lot: '1', ...made, closing, ranking })
  }

  awardFacts(): AwardFacts {
    if (isContest(this.rule)) throw new Error('price decides')
    return awardFacts(this.rule, this.notice!, this.locked!, [...this.effective.keys()], this.results)
  }

  async awarded(): Promise<void> {
    const ranking: Decided = isContest(this.rule) ? this.contest(this.rule) : this.ranking()
    const bidder = ranking.order[0]![0]!
    const amount = { amount: ranking.rows.find((r) => r.bidder === bidder)!.amount!, currency: 'KRW' }
    const standstillEnds = this.standstillEnds()
    if (standstillEnds !== null)
      this.at = secondsZ(Date.parse(standstillEnds) + (this.edit.standstill?.awardedAfter ?? 0) * 1000)
    const said = { tender: TENDER, lot: '1', bidder, amount, reasons: ['first-rank'], standstillEnds }
    await this.logApproved('award/1', said)
  }

  private standstillEnds(): string | null {
    const { standstillHours } = this.notice!.notice
    if (standstillHours === undefined) return null
    const leaves = this.entries.map((e) => JSON.parse(new TextDecoder().decode(e)) as { typ: string; at: string })
    return standstillEnd(standstillHours, rankedAt(leaves))
  }

  async step(step: Step): Promise<void> {
    const [what, kind] = step.split(' ') as [string, Kind]
    if (what === 'keys') await this.keys()
    if (what === 'notice') await this.noticed()
    if (what === 'keysets') await this.keysetsLogged()
    if (what === 'keysets') await this.committee?.committed()
    if (what === 'bids') await this.bids()
    if (what === 'closed') this.closed()
    if (what === 'reveal') this.revealed()
    if (what === 'reveal') await this.committee?.drawn()
    if (what === 'list') this.listed(kind)
    if (what === 'release') await this.released(kind)
    if (what === 'result') this.opened(kind)
    if (what === 'locked') this.committee?.named()
    if (what === 'locked') await this.scored()
    if (what === 'evaluation') this.evaluated()
    if (what === 'award') await this.awarded()
  }

  /** The payload of an entry, as it is served. */
  payloadAt(index: number): Uint8Array {
    return this.files.get(this.payloadPath(index))!
  }

  payloadPath(index: number): string {
    const leaf = JSON.parse(new TextDecoder().decode(this.entries[index])) as { h: string }
    return `payload/${hex(fromB64u(leaf.h))}`
  }

  /** Indexes of the entries of a leaf type. One that is in no format, as some tests want it, is of none. */
  indexesOf(typ: string): number[] {
    const named = `"typ":${JSON.stringify(typ)}`
    return this.entries.flatMap((bytes, i) => (new TextDecoder().decode(bytes).includes(named) ? [i] : []))
  }

  /** The log of a year goes on: the last entry of the one before, and its own first. `change` makes their payloads other ones. */
  async turn(
    year: number,
    change: { closed?: (p: LogClosed) => void; opened?: (p: LogOpened) => void } = {},
  ): Promise<void> {
    const at = DEADLINE
    const ended = this.logs().at(-1)!
    const closed: LogClosed = { typ: 'log.closed/1', origin: ended.origin, next: `${ORIGIN}/${year}` }
    const { next } = closed
    change.closed?.(closed)
    this.years.push(next)
    const put = ({ leaf, payload }: { leaf: Uint8Array; payload: Uint8Array }) => {
      this.put(payload)
      this.entries.push(leaf)
    }
    put(closedEntry(P, at, closed))
    const own = this.entries.slice(ended.first)
    const root = rootOf(
      P,
      own.map((e) => leafHash(P, e)),
    )
    const size = own.length
    const note = await signNote(P, ended.origin, LOG_SEED, checkpointText({ origin: ended.origin, size, root }))
    const previous = { origin: ended.origin, size, root: b64(root), note }
    const opened: LogOpened = { typ: 'log.opened/1', origin: next, before: this.entries.length, previous }
    change.opened?.(opened)
    put(openedEntry(P, at, opened))
  }

  /** The logs of the chain and the places of their first entries. */
  private logs(): { origin: string; first: number }[] {
    const firsts = this.indexesOf('log.opened/1').slice(0, this.years.length)
    return [{ origin: ORIGIN, first: 0 }, ...firsts.map((first, i) => ({ origin: this.years[i]!, first }))]
  }

  /** Cuts the entries into tiles and bundles, and has the log's key sign. May be called again after changing entries. */
  async publish(seed = LOG_SEED): Promise<this> {
    for (const path of this.files.keys()) if (/^([0-9]{4}\/)?tile\//.test(path)) this.files.delete(path)
    const logs = this.logs()
    for (const [at, { origin, first }] of logs.entries()) {
      const folder = origin === ORIGIN ? '' : `${origin.slice(ORIGIN.length + 1)}/`
      const own = this.entries.slice(first, logs[at + 1]?.first)
      const hashes = own.map((e) => leafHash(P, e))
      for (const tile of await newTiles(P, 0, hashes, async () => new Uint8Array(0))) {
        this.files.set(folder + tilePath(tile.level, tile.n, tile.width), tile.data)
      }
      for (let n = 0; n * TILE_WIDTH < own.length; n++) {
        const some = own.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)
        this.files.set(folder + tilePath('entries', n, some.length), bundleOf(some))
      }
      const text = checkpointText({ origin, size: own.length, root: rootOf(P, hashes) })
      this.files.set(`${folder}checkpoint`, utf8(await signNote(P, origin, seed, text)))
    }
    this.files.set('policy', utf8(policyOf(LOG_SEED)))
    return this
  }

  source(): LogSource {
    return { get: async (path) => this.files.get(path) ?? null }
  }

  /** Writes the log under `<dir>/log`, or right into `dir`. */
  save(dir: string, below = 'log'): void {
    for (const [path, bytes] of this.files) {
      const file = join(dir, below, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, bytes)
    }
  }
}

/** Writes a tender as the edit says, signed by the log's own key. Without an edit everything is as it should be. */
export async function forge(edit: Edit = {}): Promise<Forge> {
  const made = new Forge(edit)
  for (const step of edit.steps?.([...STEPS]) ?? STEPS) {
    await edit.before?.[step]?.(made)
    try {
      await made.step(step)
    } catch (e) {
      if (!edit.asFarAsItGoes) throw e
      break
    }
  }
  await edit.unsigned?.(made)
  return made.publish()
}
