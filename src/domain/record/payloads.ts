// What does each payload of the log say? One interface and one reader a type; a reader throws FormatError and nothing else.
import { FormatError } from '../../proof/bytes.ts'
import { canonical, type Json } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import { type PublicJwk, readPublicJwk } from '../../proof/primitives.ts'
import type { Call, Calls, Passed } from '../evaluators/committee-draw.ts'
import type { Opening as SealedOpening } from '../evaluators/field-decision.ts'
import type { PoolRule } from '../evaluators/pool.ts'
import { STANDSTILL } from '../tenders/standstill.ts'
import {
  asB32,
  asText,
  asWhole,
  b32,
  flag,
  list,
  type Obj,
  object,
  text,
  textOrNull,
  time,
  timeOrNull,
  whole,
} from './fields.ts'

/** An amount in whole units of the currency, as a decimal text. */
export interface Amount {
  amount: string
  currency: string
}

export interface Notice {
  tender: string
  lot: string
  revision: string
  notice: {
    agency: { id: string }
    budget: Amount
    method: string
    minBids: number
    /** How long a ranking lies open before anybody is awarded; absent where nothing of the kind was promised. */
    standstillHours?: number
  } & Obj
  /** The award rule as it was frozen; what it means is for the scoring rules to say. */
  rule: Obj
  ruleHash: string
  deadline: string
  openAfter: string
  /** Labels of the evaluators, "E1", "E2"…: who they are stays out of the log. */
  evaluators: string[]
  /** Ids of the custodians whose keys seal the bids. */
  custodians: string[]
  /** How the seats are filled by lot; absent where the buyer named the committee. */
  pool?: PoolRule
  /** Organisations of oversight that may order or override something; without the member nobody may. */
  overseers?: string[]
  /** What two persons must decide; absent in notices from before they said so. */
  twoPersons?: TwoPersons
}

/**
 * Which acts of the agency need a second person's approval, as it was frozen with the notice: types of their entries, the roles
 * of which the second person must hold one, and the accounts that held one when the notice was published.
 */
export interface TwoPersons {
  acts: string[]
  roles: string[]
  holders: string[]
  /** The approval is signed by the second person's own key; absent in notices from before approvals were. */
  signed?: boolean
  /** So is each entry of the agency's register by whoever has a key; absent in notices from before they were. */
  register?: boolean
}

/** Who decided an entry of the register: one who asked and one who approved, or one alone. */
export interface Decided {
  proposedBy?: string
  approvedBy?: string | null
  /** What the first person signed, a JWS; absent where that person had no key. */
  proposal?: string
}

export interface KeyPayload {
  id: string
  org: string
  jwk: PublicJwk
  from: string
  replaces: string | null
}

/** A key taken out of force: its holder lost it, fears that somebody else has it, or has left. */
export interface Revocation {
  id: string
  org: string
  kid: string
  reason: 'lost' | 'compromised' | 'left'
}

export interface PrekeysPayload {
  custodian: string
  keys: { kid: string; jwk: PublicJwk }[]
}

export interface Incident {
  tender: string
  lot: string
  reasons: string[]
  acts: number[]
  newDeadline: string | null
  facts: Obj
}

/** A change of a published tender by its agency, signed by one person and approved by another. */
export interface Amendment {
  tender: string
  lot: string
  revision: string
  reasons: string[]
  statement: string
  oldDeadline: string
  newDeadline: string
  newOpenAfter: string
  /** Ids of the keysets, by kind, that take the place of those before; absent where only the deadline moves. */
  keysets?: Record<string, string>
  /** What decides from then on; absent where the rule stays. It always comes with keysets: bids that were handed in are void by it. */
  change?: RuleChange
}

/** Another rule in the place of the published one, with the method that it is known by and the budget. */
export interface RuleChange {
  rule: Obj
  ruleHash: string
  oldRuleHash: string
  method: string
  budget: Amount
}

/** Which roles an account of an organisation has from this entry on. */
export interface RoleChange extends Decided {
  account: string
  roles: string[]
  /** The invitation that the account took up, as the register called it until then. */
  invitation?: string
}

/** A role lent for a time. The same loan again, with another end, is that loan cut short. */
export interface RoleLent extends Decided {
  from: string
  to: string
  role: string
  startsAt: string
  endsAt: string
}

/** A second person's word for an act that one person signed. */
export interface Approval {
  tender: string
  lot: string
  /** Type of the act's entry, and the hash that its leaf has. */
  act: string
  h: string
  proposedBy: string
  approvedBy: string
}

export interface Closed {
  tender: string
  lot: string
  deadline: string
  count: number
  /** base64url hash of the closing list, which is served beside it. */
  leaves: string
}

export interface Reveal {
  tender: string
  lot: string
  acts: { index: number; salt: string; jws: string }[]
}

export interface OpeningList {
  tender: string
  lot: string
  ks: string
  eids: string[]
}

export interface Release {
  ks: string
  x: number
  list: string
  checkpoint: string
  shares: { eid: string; y: string }[]
}

/** A custodian shows what it was sent in envelopes that no shares opened. */
export interface Clearing {
  tender: string
  lot: string
  ks: string
  x: number
  eids: string[]
  /** See `ShareProof`. */
  evaluated: string[]
  proof: string
}

export interface ResultRow {
  eid: string
  bidder: string
  state: 'valid' | 'malformed'
  reason: string | null
  body: Obj | null
  /** The numbers of preliminary prices that the bidder picked; absent where it picked none. */
  picks?: number[]
}

export interface OpeningResult {
  tender: string
  lot: string
  kind: string
  ks: string
  results: ResultRow[]
}

export interface MarkRow {
  evaluator: string
  /** The label under which the evaluators saw the bidder. */
  bidder: string
  item: string
  mark: string
  comment: string
}

/** The officer's points for an item; `member` where it is the record of one member of a consortium. */
export interface QuantitativeRow {
  bidder: string
  item: string
  mark: string
  member?: string
}

export interface ScoresLocked {
  tender: string
  lot: string
  marks: MarkRow[]
  quantitative: QuantitativeRow[]
  /** Who stands behind each label, with the members of a consortium where the rule puts their records together. */
  labels: { label: string; bidder: string; members?: { member: string; share: string }[] }[]
  scores: ({ bidder: string; technical: string } & Obj)[]
  /** Each evaluator's sheet as it was signed: a JWS of `marks/1`. */
  sheets: { evaluator: string; jws: string }[]
  /** The officer's signed order, a JWS of `scores.lock/1`: it names the sheets by their hashes and gives the officer's own marks. */
  lock: string
}

/** What an evaluator signs. */
export interface SignedSheet {
  tender: string
  lot: string
  evaluator: string
  /** Of a seat that was drawn: what names the declaration that was signed before this sheet, as `h` in `committee.declared/1`. */
  declared?: string
  marks: Omit<MarkRow, 'evaluator'>[]
}

/** What an officer signs to lock the scores without having seen a mark. */
export interface LockOrder {
  tender: string
  lot: string
  /** base64url of SHA-256 over the ASCII of each sheet's JWS. */
  sheets: { evaluator: string; h: string }[]
  quantitative: QuantitativeRow[]
}

export interface Evaluation {
  tender: string
  lot: string
  ruleHash: string
  ranking: Json
  /** How the evaluators marked; absent in records from before it was published. */
  behaviour?: Json
  codeVersion: string
}

export interface DrawNotice {
  tender: string
  lot: string
  purpose: string
  /** Whose ranks are joint, or who is in the pool of a stratum. */
  ids: string[]
  drawAt: string
}

export interface DrawResult {
  tender: string
  lot: string
  purpose: string
  /** Index of the entry whose tree root is in the seed. */
  closing: number
  seed: string
  contributions: string[]
  tickets: { id: string; ticket: string }[]
  /** The ranking with the ties settled; null in a draw of evaluators. */
  ranking: Json
}

/** Preliminary prices drawn, numbers counted, and the planned price that they give. */
export interface PlannedPriceMade {
  tender: string
  lot: string
  /** Everything of it as it stands, to be held against what is computed again. */
  whole: Obj
  prices: string[]
  /** Numbers in the order of their tickets. */
  slotOrder: number[]
  picks: { bidder: string; picks: number[] }[]
  picked: number[]
  slots: number[]
  amount: string
  steps: { label: string; working: string; value: string }[]
}

/** What an officer found of the bidder whose turn it was. */
export interface Examination {
  tender: string
  lot: string
  bidder: string
  scores: { part: string; score: string }[]
  statement: string
}

/** The contest as it stands after an examination. */
export interface Examined {
  tender: string
  lot: string
  bidder: string
  ranking: Json
}

/** The people from whom evaluators will be drawn, as salted hashes, stratum by stratum. */
export interface PoolCommitted {
  tender: string
  lot: string
  strata: { field: string; ids: string[] }[]
}

/** What a custodian puts into a draw: its sealed envelope by hash. */
export interface DrawContribution {
  tender: string
  lot: string
  ks: string
  custodian: string
  eid: string
}

/** Whom the tickets call, and which are passed over. */
export interface CommitteeCalled extends Calls {
  tender: string
  lot: string
}

/** That a person who was called has declared; the signed words are kept under their hash. */
export interface CommitteeDeclared {
  tender: string
  lot: string
  evaluator: string
  id: string
  conflict: boolean
  h: string
}

/** Who sat, with the salts that prove it. */
export interface CommitteeNamed {
  tender: string
  lot: string
  seats: SeatNamed[]
}

export interface SeatNamed {
  evaluator: string
  id: string
  salt: string
  person: string
  confirmed?: SealedOpening
  /** The signed declaration of no conflict, a JWS of `declaration/1`, whose hash the log has had since it was made. */
  declared?: string
}

/** What somebody who was drawn signed about conflicts of interest. */
export interface Declaration {
  tender: string
  lot: string
  evaluator: string
  id: string
  conflict: boolean
}

export interface Award {
  tender: string
  lot: string
  /** Of the first rank. */
  bidder: string
  amount: Amount
  /** Everybody with whom the agreement is made, by rank; absent where it is made with one. */
  winners?: { bidder: string; amount: Amount }[]
  reasons: string[]
  /** When the standstill was over; null where the notice promised none. */
  standstillEnds: string | null
}

export interface Ended {
  tender: string
  lot: string
  reasons: string[]
}

/** What a bidder signed: a submission or replacement, or a withdrawal. `technical` is '' where price alone is handed in. */
export type BidAct =
  | { act: 'submission'; tender: string; lot: string; bidder: string; seq: number; technical: string; price: string }
  | { act: 'withdrawal'; tender: string; lot: string; bidder: string; seq: number }

const amountOf = (value: Json | undefined, name: string): Amount => {
  const o = object(value, name)
  return { amount: text(o, 'amount'), currency: text(o, 'currency') }
}

const place = (o: Obj) => ({ tender: text(o, 'tender'), lot: text(o, 'lot') })

function standstillHours(inner: Obj): number {
  const hours = whole(inner, 'standstillHours')
  if (hours > STANDSTILL.most) throw new FormatError('standstillHours is longer than a notice may promise')
  return hours
}

export function readNotice(o: Obj): Notice {
  const inner = object(o.notice, 'notice')
  const agency = object(inner.agency, 'notice.agency')
  return {
    ...place(o),
    revision: text(o, 'revision'),
    notice: {
      ...inner,
      agency: { ...agency, id: text(agency, 'id') },
      budget: amountOf(inner.budget, 'notice.budget'),
      method: text(inner, 'method'),
      minBids: whole(inner, 'minBids'),
      ...(inner.standstillHours !== undefined && { standstillHours: standstillHours(inner) }),
    } as Notice['notice'],
    rule: object(o.rule, 'rule'),
    ruleHash: b32(o, 'ruleHash'),
    deadline: time(o, 'deadline'),
    openAfter: time(o, 'openAfter'),
    evaluators: list(o, 'evaluators', asText),
    custodians: list(o, 'custodians', asText),
    ...(o.pool !== undefined && { pool: readPoolRule(object(o.pool, 'pool')) }),
    ...(o.overseers !== undefined && { overseers: list(o, 'overseers', asText) }),
    ...(o.twoPersons !== undefined && { twoPersons: readTwoPersons(object(o.twoPersons, 'twoPersons')) }),
  }
}

const readTwoPersons = (o: Obj): TwoPersons => ({
  acts: list(o, 'acts', asText),
  roles: list(o, 'roles', asText),
  holders: list(o, 'holders', asText),
  ...(o.signed !== undefined && { signed: flag(o, 'signed') }),
  ...(o.register !== undefined && { register: flag(o, 'register') }),
})

const readPoolRule = (o: Obj): PoolRule => ({
  strata: list(o, 'strata', (value, name) => {
    const s = object(value, name)
    return { field: text(s, 'field'), seats: whole(s, 'seats') }
  }),
  perYear: whole(o, 'perYear'),
  ...(o.confirmed !== undefined && { confirmed: flag(o, 'confirmed') }),
  ...(o.declared !== undefined && { declared: flag(o, 'declared') }),
})

export const readKeyPayload = (o: Obj): KeyPayload => ({
  id: text(o, 'id'),
  org: text(o, 'org'),
  jwk: readPublicJwk(o.jwk),
  from: time(o, 'from'),
  replaces: textOrNull(o, 'replaces'),
})

export function readRevocation(o: Obj): Revocation {
  const reason = text(o, 'reason')
  if (reason !== 'lost' && reason !== 'compromised' && reason !== 'left') {
    throw new FormatError('reason is none of lost, compromised, left')
  }
  return { id: text(o, 'id'), org: text(o, 'org'), kid: text(o, 'kid'), reason }
}

export const readPrekeys = (o: Obj): PrekeysPayload => ({
  custodian: text(o, 'custodian'),
  keys: list(o, 'keys', (value, name) => {
    const k = object(value, name)
    return { kid: text(k, 'kid'), jwk: readPublicJwk(k.jwk) }
  }),
})

export const readIncident = (o: Obj): Incident => ({
  ...place(o),
  reasons: list(o, 'reasons', asText),
  acts: list(o, 'acts', asWhole),
  newDeadline: timeOrNull(o, 'newDeadline'),
  facts: o.facts === undefined || o.facts === null ? {} : object(o.facts, 'facts'),
})

function readRuleChange(o: Obj): RuleChange {
  // What was sealed under another rule must be sealed to keys that open nothing more.
  if (o.keysets === undefined) throw new FormatError('a changed rule comes with keysets')
  return {
    rule: object(o.rule, 'rule'),
    ruleHash: b32(o, 'ruleHash'),
    oldRuleHash: b32(o, 'oldRuleHash'),
    method: text(o, 'method'),
    budget: amountOf(o.budget, 'budget'),
  }
}

export const readAmendment = (o: Obj): Amendment => ({
  ...place(o),
  revision: text(o, 'revision'),
  reasons: list(o, 'reasons', asText),
  statement: text(o, 'statement'),
  oldDeadline: time(o, 'oldDeadline'),
  newDeadline: time(o, 'newDeadline'),
  newOpenAfter: time(o, 'newOpenAfter'),
  ...(o.keysets !== undefined && { keysets: readIds(object(o.keysets, 'keysets')) }),
  ...(o.rule !== undefined && { change: readRuleChange(o) }),
})

/** The notice with what an amendment put in the place of its rule, its method and its budget. */
export const amendedBy = (notice: Notice, { change }: Pick<Amendment, 'change'>): Notice =>
  change
    ? {
        ...notice,
        rule: change.rule,
        ruleHash: change.ruleHash,
        notice: { ...notice.notice, method: change.method, budget: change.budget } as Notice['notice'],
      }
    : notice

const readIds = (o: Obj): Record<string, string> =>
  Object.fromEntries(Object.keys(o).map((kind) => [kind, b32(o, kind)]))

export const readApproval = (o: Obj): Approval => ({
  ...place(o),
  act: text(o, 'act'),
  h: b32(o, 'h'),
  proposedBy: text(o, 'proposedBy'),
  approvedBy: text(o, 'approvedBy'),
})

/** Both are absent in entries from before they were said. */
export const readDecided = (o: Obj): Decided => ({
  ...(o.proposedBy !== undefined && { proposedBy: text(o, 'proposedBy') }),
  ...(o.approvedBy !== undefined && { approvedBy: textOrNull(o, 'approvedBy') }),
  ...(o.proposal !== undefined && { proposal: text(o, 'proposal') }),
})

export const readRoleChange = (o: Obj): RoleChange => ({
  ...readDecided(o),
  ...(o.invitation !== undefined && { invitation: text(o, 'invitation') }),
  account: text(o, 'account'),
  roles: list(o, 'roles', asText),
})

export const readRoleLent = (o: Obj): RoleLent => ({
  ...readDecided(o),
  from: text(o, 'from'),
  to: text(o, 'to'),
  role: text(o, 'role'),
  startsAt: time(o, 'startsAt'),
  endsAt: time(o, 'endsAt'),
})

/** A firm that is shut out of tenders, as the public log says it. */
/** What both persons of an exclusion, or of its end, signed; null in entries from before they did. */
export interface BothSigned {
  proposal: string
  approval: string
  proposedBy: string
  approvedBy: string
}

export interface ExclusionPayload {
  id: string
  org: string
  from: string
  until: string
  basis: string
  grounds: string
  signed: BothSigned | null
}

export interface LiftingPayload {
  id: string
  org: string
  statement: string
  signed: BothSigned | null
}

const readBothSigned = (o: Obj): BothSigned | null =>
  o.proposal === undefined && o.approval === undefined
    ? null
    : {
        proposal: text(o, 'proposal'),
        approval: text(o, 'approval'),
        proposedBy: text(o, 'proposedBy'),
        approvedBy: text(o, 'approvedBy'),
      }

export const readExclusion = (o: Obj): ExclusionPayload => ({
  id: text(o, 'id'),
  org: text(o, 'org'),
  from: time(o, 'from'),
  until: time(o, 'until'),
  basis: text(o, 'basis'),
  grounds: text(o, 'grounds'),
  signed: readBothSigned(o),
})

export const readLifting = (o: Obj): LiftingPayload => ({
  id: text(o, 'id'),
  org: text(o, 'org'),
  statement: text(o, 'statement'),
  signed: readBothSigned(o),
})

export const readClosed = (o: Obj): Closed => ({
  ...place(o),
  deadline: time(o, 'deadline'),
  count: whole(o, 'count'),
  leaves: b32(o, 'leaves'),
})

/** The closing list: pairs of a log index and the blinded leaf's c. */
export function readClosingList(value: Json): [number, string][] {
  if (!Array.isArray(value)) throw new FormatError('the closing list is not a list')
  return value.map((pair, i) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw new FormatError(`row ${i} of the closing list is not a pair`)
    return [asWhole(pair[0], `row ${i}`), asB32(pair[1], `row ${i}`)]
  })
}

export const readReveal = (o: Obj): Reveal => ({
  ...place(o),
  acts: list(o, 'acts', (value, name) => {
    const a = object(value, name)
    return { index: whole(a, 'index'), salt: b32(a, 'salt'), jws: text(a, 'jws') }
  }),
})

export const readOpeningList = (o: Obj): OpeningList => ({
  ...place(o),
  ks: b32(o, 'ks'),
  eids: list(o, 'eids', asB32),
})

export const readRelease = (o: Obj): Release => ({
  ks: b32(o, 'ks'),
  x: whole(o, 'x'),
  list: b32(o, 'list'),
  checkpoint: b32(o, 'checkpoint'),
  shares: list(o, 'shares', (value, name) => {
    const s = object(value, name)
    return { eid: b32(s, 'eid'), y: b32(s, 'y') }
  }),
})

/** A bidder's answer when everybody seals again: the envelopes with the seeds of the bid's own, by their ids. */
export interface Letter {
  tender: string
  lot: string
  bidder: string
  envelopes: { technical?: string; price?: string }
}

export function readLetter(o: Obj): Letter {
  const envelopes = object(o.envelopes, 'envelopes')
  return {
    ...place(o),
    bidder: text(o, 'bidder'),
    envelopes: {
      ...(envelopes.technical !== undefined && { technical: b32(envelopes, 'technical') }),
      ...(envelopes.price !== undefined && { price: b32(envelopes, 'price') }),
    },
  }
}

export const readClearing = (o: Obj): Clearing => ({
  ...place(o),
  ks: b32(o, 'ks'),
  x: whole(o, 'x'),
  eids: list(o, 'eids', asB32),
  evaluated: list(o, 'evaluated', asText),
  proof: text(o, 'proof'),
})

export const readOpeningResult = (o: Obj): OpeningResult => ({
  ...place(o),
  kind: text(o, 'kind'),
  ks: b32(o, 'ks'),
  results: list(o, 'results', (value, name) => {
    const r = object(value, name)
    const state = text(r, 'state')
    if (state !== 'valid' && state !== 'malformed')
      throw new FormatError(`${name}.state is neither valid nor malformed`)
    return {
      eid: b32(r, 'eid'),
      bidder: text(r, 'bidder'),
      state,
      reason: textOrNull(r, 'reason'),
      body: r.body === null ? null : object(r.body, `${name}.body`),
      ...(r.picks !== undefined && { picks: list(r, 'picks', asWhole) }),
    }
  }),
})

const markOf = (value: Json, name: string) => {
  const m = object(value, name)
  const of = (member: string) => text(m, member)
  return { bidder: of('bidder'), item: of('item'), mark: of('mark'), comment: of('comment') }
}

const quantitativeOf = (value: Json, name: string) => {
  const q = object(value, name)
  const row = { bidder: text(q, 'bidder'), item: text(q, 'item'), mark: text(q, 'mark') }
  return q.member === undefined ? row : { ...row, member: text(q, 'member') }
}

const memberOf = (value: Json, name: string) => {
  const m = object(value, name)
  return { member: text(m, 'member'), share: text(m, 'share') }
}

export const readSignedSheet = (o: Obj): SignedSheet => ({
  ...place(o),
  evaluator: text(o, 'evaluator'),
  ...(o.declared !== undefined && { declared: b32(o, 'declared') }),
  marks: list(o, 'marks', markOf),
})

export const readLockOrder = (o: Obj): LockOrder => ({
  ...place(o),
  sheets: list(o, 'sheets', (value, name) => {
    const s = object(value, name)
    return { evaluator: text(s, 'evaluator'), h: b32(s, 'h') }
  }),
  quantitative: list(o, 'quantitative', quantitativeOf),
})

export const readScoresLocked = (o: Obj): ScoresLocked => ({
  ...place(o),
  marks: list(o, 'marks', (value, name) => ({
    evaluator: text(object(value, name), 'evaluator'),
    ...markOf(value, name),
  })),
  quantitative: list(o, 'quantitative', quantitativeOf),
  labels: list(o, 'labels', (value, name) => {
    const l = object(value, name)
    const row = { label: text(l, 'label'), bidder: text(l, 'bidder') }
    return l.members === undefined ? row : { ...row, members: list(l, 'members', memberOf) }
  }),
  scores: list(o, 'scores', (value, name) => {
    const s = object(value, name)
    return { ...s, bidder: text(s, 'bidder'), technical: text(s, 'technical') }
  }),
  sheets: list(o, 'sheets', (value, name) => {
    const s = object(value, name)
    return { evaluator: text(s, 'evaluator'), jws: text(s, 'jws') }
  }),
  lock: text(o, 'lock'),
})

export const readEvaluation = (o: Obj): Evaluation => ({
  ...place(o),
  ruleHash: b32(o, 'ruleHash'),
  ranking: o.ranking ?? null,
  ...(o.behaviour !== undefined && { behaviour: o.behaviour }),
  codeVersion: text(o, 'codeVersion'),
})

export const readDrawNotice = (o: Obj): DrawNotice => ({
  ...place(o),
  purpose: text(o, 'purpose'),
  ids: list(o, 'ids', asText),
  drawAt: time(o, 'drawAt'),
})

export const readDrawResult = (o: Obj): DrawResult => ({
  ...place(o),
  purpose: text(o, 'purpose'),
  closing: whole(o, 'closing'),
  seed: b32(o, 'seed'),
  contributions: list(o, 'contributions', asB32),
  tickets: list(o, 'tickets', (value, name) => {
    const t = object(value, name)
    return { id: text(t, 'id'), ticket: b32(t, 'ticket') }
  }),
  ranking: o.ranking ?? null,
})

export const readPlannedPrice = (o: Obj): PlannedPriceMade => ({
  ...place(o),
  whole: o,
  prices: list(o, 'prices', asText),
  slotOrder: list(o, 'slotOrder', asWhole),
  picks: list(o, 'picks', (value, name) => {
    const p = object(value, name)
    return { bidder: text(p, 'bidder'), picks: list(p, 'picks', asWhole) }
  }),
  picked: list(o, 'picked', asWhole),
  slots: list(o, 'slots', asWhole),
  amount: text(o, 'amount'),
  steps: list(o, 'steps', (value, name) => {
    const s = object(value, name)
    return { label: text(s, 'label'), working: text(s, 'working'), value: text(s, 'value') }
  }),
})

export const readExamination = (o: Obj): Examination => ({
  ...place(o),
  bidder: text(o, 'bidder'),
  scores: list(o, 'scores', (value, name) => {
    const s = object(value, name)
    return { part: text(s, 'part'), score: text(s, 'score') }
  }),
  statement: text(o, 'statement'),
})

export const readExamined = (o: Obj): Examined => ({
  ...place(o),
  bidder: text(o, 'bidder'),
  ranking: o.ranking ?? null,
})

export const readPoolCommitted = (o: Obj): PoolCommitted => ({
  ...place(o),
  strata: list(o, 'strata', (value, name) => {
    const s = object(value, name)
    return { field: text(s, 'field'), ids: list(s, 'ids', asB32) }
  }),
})

export const readDrawContribution = (o: Obj): DrawContribution => ({
  ...place(o),
  ks: b32(o, 'ks'),
  custodian: text(o, 'custodian'),
  eid: b32(o, 'eid'),
})

const callOf = (value: Json, name: string): Call => {
  const c = object(value, name)
  const because = text(c, 'because')
  if (because !== 'drawn' && because !== 'conflict' && because !== 'no-answer') {
    throw new FormatError(`${name}.because is none of drawn, conflict, no-answer`)
  }
  const replaces = c.replaces === null ? null : b32(c, 'replaces')
  return { evaluator: text(c, 'evaluator'), field: text(c, 'field'), replaces, because, id: b32(c, 'id') }
}

const passedOf = (value: Json, name: string): Passed => {
  const p = object(value, name)
  return { field: text(p, 'field'), id: b32(p, 'id'), because: text(p, 'because') }
}

export const readCommitteeCalled = (o: Obj): CommitteeCalled => ({
  ...place(o),
  calls: list(o, 'calls', callOf),
  passed: list(o, 'passed', passedOf),
  unfilled: list(o, 'unfilled', asText),
})

export function readCommitteeDeclared(o: Obj): CommitteeDeclared {
  return {
    ...place(o),
    evaluator: text(o, 'evaluator'),
    id: b32(o, 'id'),
    conflict: flag(o, 'conflict'),
    h: b32(o, 'h'),
  }
}

export const readCommitteeNamed = (o: Obj): CommitteeNamed => ({
  ...place(o),
  seats: list(o, 'seats', (value, name) => {
    const s = object(value, name)
    const declared = s.declared === undefined ? {} : { declared: text(s, 'declared') }
    const who = { evaluator: text(s, 'evaluator'), id: b32(s, 'id'), salt: b32(s, 'salt'), person: text(s, 'person') }
    const seat = { ...who, ...declared }
    if (s.confirmed === undefined) return seat
    const c = object(s.confirmed, `${name}.confirmed`)
    return { ...seat, confirmed: { index: whole(c, 'index'), salt: b32(c, 'salt'), text: text(c, 'text') } }
  }),
})

export const readDeclaration = (o: Obj): Declaration => ({
  ...place(o),
  evaluator: text(o, 'evaluator'),
  id: b32(o, 'id'),
  conflict: flag(o, 'conflict'),
})

export const readAward = (o: Obj): Award => ({
  ...place(o),
  bidder: text(o, 'bidder'),
  amount: amountOf(o.amount, 'amount'),
  ...(o.winners !== undefined && {
    winners: list(o, 'winners', (value, name) => {
      const w = object(value, name)
      return { bidder: text(w, 'bidder'), amount: amountOf(w.amount, `${name}.amount`) }
    }),
  }),
  reasons: list(o, 'reasons', asText),
  standstillEnds: o.standstillEnds === undefined ? null : timeOrNull(o, 'standstillEnds'),
})

/** Everybody who was awarded, by rank. */
export const winnersOfAward = ({ bidder, amount, winners }: Award): { bidder: string; amount: Amount }[] =>
  winners ?? [{ bidder, amount }]

export const readEnded = (o: Obj): Ended => ({ ...place(o), reasons: list(o, 'reasons', asText) })

/** A bidder's act from the payload of its JWS. */
export function readBidAct(o: Obj): BidAct {
  const common = { ...place(o), bidder: text(o, 'bidder'), seq: whole(o, 'seq') }
  if (common.seq === 0) throw new FormatError('seq begins at 1')
  if (o.typ === 'withdrawal/1') return { act: 'withdrawal', ...common }
  if (o.typ !== 'submission/1') throw new FormatError('neither a submission nor a withdrawal')
  const envelopes = object(o.envelopes, 'envelopes')
  // Where price alone is handed in there is no technical envelope.
  const technical = envelopes.technical === undefined ? '' : b32(envelopes, 'technical')
  return { act: 'submission', ...common, technical, price: b32(envelopes, 'price') }
}

/** The amount that a price envelope held, as it was written; null when it holds no amount in the rule's currency. */
export function amountIn(body: Obj | null, currency: string): string | null {
  return body !== null && typeof body.amount === 'string' && body.currency === currency ? body.amount : null
}

/** Equal as JSON, whatever the order of members. Texts that canonical JSON refuses are equal to nothing. */
export function sameJson(a: Json, b: Json): boolean {
  try {
    return canonical(a) === canonical(b)
  } catch (e) {
    if (e instanceof FormatError) return false
    throw e
  }
}

/** The payload of a JWS whose signature nobody checked yet: good for knowing whose keys to look up, for nothing else. */
export const unverifiedPayload = (jws: string): Json => readJws(jws).payload
