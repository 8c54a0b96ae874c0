// Through which states does a tender go, in two envelopes or in one, by whose act, and what must be true first?
// The one table of state changes. Nothing else in the system may change a tender's state.

import type { Words } from '../events.ts'
import type { Reason } from '../kit/verdict.ts'

export type TenderState =
  | 'draft'
  | 'published'
  | 'closed'
  | 'technical_opening'
  | 'evaluating'
  | 'scores_locked'
  | 'price_opening'
  | 'ranked'
  | 'awarded'
  | 'failed'
  | 'cancelled'

/** The ten statuses that the public sees, here those that this lifecycle uses. */
export type PublicStatus = 'draft' | 'open' | 'closed' | 'opening' | 'evaluating' | 'awarded' | 'failed' | 'cancelled'

/** What is known of a tender when a step is asked for. Counts that a step does not ask about may be left at zero. */
export type TenderFacts = {
  state: TenderState
  /** The deadline in force, milliseconds since the epoch; null in a draft without one. */
  deadline: number | null
  /** When custodians may open, milliseconds since the epoch. */
  openAfter: number | null
  /** Reasons why the draft cannot be published yet, or a published tender not be changed so (rule, texts, keysets). */
  draftReasons: Reason[]
  /** The closing entry has its index in the log. */
  closingLogged: boolean
  /** Effective bids on the closing list. */
  bids: number
  minBids: number
  /** Has a bid a technical envelope, too? Else nothing but its price is opened, as soon as it may be. */
  technical: boolean
  /** Envelopes of the current opening list without a final state. */
  unopened: number
  /** Does an auction stand between the opened prices and the ranking, with anybody whose price can be read to bid in it? */
  auction: boolean
  /** When its last round is over as far as it has come, milliseconds since the epoch; null while it has not been announced. */
  auctionEnds: number | null
  /** Validly opened technical envelopes. */
  validTechnical: number
  /** Marks still missing, one reason each. */
  missingMarks: Reason[]
  /** The entry scores.locked/1 has its index in the log. */
  lockLogged: boolean
  /** Bidders who may be awarded, after ranking. */
  eligible: number
  /** Somebody in rank order has to be examined before it is known who may be awarded. */
  examining: boolean
  /** Reasons against the examination as it was given. */
  examinationReasons: Reason[]
  /** True while the first rank is shared until a public lot is drawn. */
  lotPending: boolean
  /** When the announced public lot is due, milliseconds since the epoch; null when no rank is joint. */
  lotAt: number | null
  /** The notice promised that a ranking lies open for a while before anybody is awarded. */
  standstill: boolean
  /** When that is over, milliseconds since the epoch; null while the log does not tell from when on it runs. */
  standstillEnds: number | null
  /** Reasons why the award asked for is not the one that the ranking gives. */
  awardReasons: Reason[]
  /** A statement of the reason was given, for acts that need one. */
  statement: string
  /** The deadline asked for, milliseconds since the epoch; null for acts that move none. */
  newDeadline: number | null
  /** By how much a deadline is extended at least, milliseconds. */
  leastExtension: number
  /** A second person approved what the first one proposed, for acts that need two. */
  approved: boolean
}

export type Step = {
  from: readonly TenderState[]
  act: string
  to: TenderState
  by: 'person' | 'clock'
  says: Words
  /** Every reason why the step may not be taken now; empty when it may. `now` is the database's clock in milliseconds. */
  asks: (facts: TenderFacts, now: number) => (Reason | false)[]
}

/**
 * Days by which an agency extends a deadline at least: a corrected notice runs for what was left of its period and five days more.
 * A parameter, after the decree of the Korean State Contracts Act, art. 33, as its text stood when this was written; whoever runs the
 * service checks the law in force there. A deadline is never brought forward.
 */
export const EXTENSION_DAYS = 5
/** Nobody plans further than a year and a day. */
export const LONGEST_EXTENSION_DAYS = 366

const when = (broken: boolean, code: string, facts: Reason['facts'] = {}): Reason | false => broken && { code, facts }

const passed = (at: number | null, now: number, code: string): Reason | false =>
  (at === null || now < at) && { code, facts: { at: at === null ? '-' : new Date(at).toISOString() } }

/** A clock step that comes later than this after its deadline was held up by an outage, not by work. */
export const LATE_AFTER_MS = 60_000

/** Every reason against a later deadline by two persons. */
const moves = (f: TenderFacts, now: number): (Reason | false)[] => [
  when(f.deadline !== null && now >= f.deadline, 'deadline-passed', {}),
  f.deadline !== null &&
    (f.newDeadline === null || f.newDeadline < f.deadline + f.leastExtension) && {
      code: 'extension-too-short',
      facts: { least: new Date(f.deadline + f.leastExtension).toISOString() },
    },
  when(
    f.deadline !== null && f.newDeadline !== null && f.newDeadline > f.deadline + LONGEST_EXTENSION_DAYS * 86_400_000,
    'extension-too-long',
    { days: LONGEST_EXTENSION_DAYS },
  ),
  when(f.statement.trim().length < 10, 'statement-missing', { least: 10 }),
  when(!f.approved, 'second-person-needed', {}),
]

/** Keeps the names of acts as types while each row is checked against its shape. */
const rows = <const Rows extends readonly Step[]>(table: Rows): Rows => table

export const LIFECYCLE = rows([
  {
    from: ['draft'],
    act: 'publish',
    to: 'published',
    by: 'person',
    says: { ko: '공고', en: 'Publish' },
    asks: (f, now) => [...f.draftReasons, when(f.deadline !== null && f.deadline <= now, 'deadline-in-the-past', {})],
  },
  {
    from: ['published'],
    act: 'extend',
    to: 'published',
    by: 'person',
    says: { ko: '마감 연장', en: 'Extend the deadline' },
    asks: moves,
  },
  {
    from: ['published'],
    act: 'amend',
    to: 'published',
    by: 'person',
    says: { ko: '평가 규칙 정정', en: 'Change the rule' },
    asks: (f, now) => [...moves(f, now), ...f.draftReasons],
  },
  {
    from: ['published'],
    act: 'postpone',
    to: 'published',
    by: 'clock',
    says: { ko: '장애로 마감 연기', en: 'Postpone after an outage' },
    asks: (f, now) => [
      passed(f.deadline, now, 'deadline-not-reached'),
      when(f.deadline !== null && now - f.deadline <= LATE_AFTER_MS, 'clock-in-time', {}),
    ],
  },
  {
    from: ['published'],
    act: 'close',
    to: 'closed',
    by: 'clock',
    says: { ko: '마감', en: 'Close' },
    asks: (f, now) => [
      passed(f.deadline, now, 'deadline-not-reached'),
      when(f.deadline !== null && now - f.deadline > LATE_AFTER_MS, 'clock-late', {}),
    ],
  },
  {
    from: ['closed'],
    act: 'failForLackOfBids',
    to: 'failed',
    by: 'clock',
    says: { ko: '입찰 부족으로 유찰', en: 'Fail for lack of bids' },
    asks: (f, now) => [
      when(!f.closingLogged, 'closing-not-logged', {}),
      passed(f.openAfter, now, 'opening-not-due'),
      when(f.bids >= Math.max(1, f.minBids), 'enough-bids', { bids: f.bids }),
    ],
  },
  {
    from: ['closed'],
    act: 'openTechnical',
    to: 'technical_opening',
    by: 'clock',
    says: { ko: '기술 봉투 개봉', en: 'Open the technical envelopes' },
    asks: (f, now) => [
      when(!f.closingLogged, 'closing-not-logged', {}),
      passed(f.openAfter, now, 'opening-not-due'),
      when(f.bids < Math.max(1, f.minBids), 'too-few-bids', { bids: f.bids, needed: f.minBids }),
      when(!f.technical, 'one-envelope', {}),
    ],
  },
  {
    from: ['closed'],
    act: 'openPriceAlone',
    to: 'price_opening',
    by: 'clock',
    says: { ko: '가격만 있는 봉투 개봉', en: 'Open the only envelope, the price' },
    asks: (f, now) => [
      when(!f.closingLogged, 'closing-not-logged', {}),
      passed(f.openAfter, now, 'opening-not-due'),
      when(f.bids < Math.max(1, f.minBids), 'too-few-bids', { bids: f.bids, needed: f.minBids }),
      when(f.technical, 'two-envelopes', {}),
    ],
  },
  {
    from: ['technical_opening'],
    act: 'failForLackOfValidBids',
    to: 'failed',
    by: 'clock',
    says: { ko: '유효한 기술 봉투가 없어 유찰', en: 'Fail: no valid technical envelope' },
    asks: (f) => [
      when(f.unopened > 0, 'envelopes-unopened', { left: f.unopened }),
      when(f.validTechnical > 0, 'enough-bids', { bids: f.validTechnical }),
    ],
  },
  {
    from: ['technical_opening'],
    act: 'finishTechnical',
    to: 'evaluating',
    by: 'clock',
    says: { ko: '기술 평가 시작', en: 'Begin the technical evaluation' },
    asks: (f) => [
      when(f.unopened > 0, 'envelopes-unopened', { left: f.unopened }),
      when(f.validTechnical === 0, 'no-valid-bid', {}),
    ],
  },
  {
    from: ['evaluating'],
    act: 'lockScores',
    to: 'scores_locked',
    by: 'person',
    says: { ko: '기술 점수 확정', en: 'Lock the technical scores' },
    asks: (f) => f.missingMarks,
  },
  {
    from: ['scores_locked'],
    act: 'openPrice',
    to: 'price_opening',
    by: 'clock',
    says: { ko: '가격 봉투 개봉', en: 'Open the price envelopes' },
    asks: (f) => [when(!f.lockLogged, 'scores-not-logged', {})],
  },
  {
    from: ['price_opening'],
    act: 'beginAuction',
    to: 'price_opening',
    by: 'clock',
    says: { ko: '역경매 예고', en: 'Announce the auction' },
    asks: (f) => [
      when(f.unopened > 0, 'envelopes-unopened', { left: f.unopened }),
      when(!f.auction, 'no-auction'),
      when(f.auctionEnds !== null, 'auction-begun'),
    ],
  },
  {
    from: ['price_opening'],
    act: 'rank',
    to: 'ranked',
    by: 'clock',
    says: { ko: '순위 계산', en: 'Compute the ranking' },
    asks: (f, now) => [
      when(f.unopened > 0, 'envelopes-unopened', { left: f.unopened }),
      f.auction && passed(f.auctionEnds, now, 'auction-not-over'),
    ],
  },
  {
    from: ['ranked'],
    act: 'failForLackOfEligibleBids',
    to: 'failed',
    by: 'clock',
    says: { ko: '적격자가 없어 유찰', en: 'Fail: nobody is eligible' },
    asks: (f) => [
      when(f.eligible > 0, 'enough-bids', { bids: f.eligible }),
      when(f.examining, 'examination-pending', {}),
    ],
  },
  {
    from: ['ranked'],
    act: 'examine',
    to: 'ranked',
    by: 'person',
    says: { ko: '적격심사', en: 'Examine the next bidder' },
    asks: (f) => [when(!f.examining, 'nobody-to-examine', {}), ...f.examinationReasons],
  },
  {
    from: ['ranked'],
    act: 'drawLot',
    to: 'ranked',
    by: 'clock',
    says: { ko: '동점 공개 추첨', en: 'Draw the public lot' },
    asks: (f, now) => [
      when(f.eligible === 0, 'nobody-eligible'),
      passed(f.lotAt, now, f.lotAt === null ? 'no-joint-rank' : 'lot-not-due'),
    ],
  },
  {
    from: ['ranked'],
    act: 'award',
    to: 'awarded',
    by: 'person',
    says: { ko: '낙찰 결정', en: 'Award' },
    asks: (f, now) => [
      when(f.examining, 'examination-pending', {}),
      when(f.eligible === 0 && !f.examining, 'nobody-eligible'),
      when(f.lotPending, 'lot-pending'),
      f.standstill && passed(f.standstillEnds, now, 'standstill-runs'),
      ...f.awardReasons,
      when(!f.approved, 'second-person-needed', {}),
    ],
  },
  {
    from: ['published', 'closed', 'technical_opening', 'evaluating', 'scores_locked', 'price_opening', 'ranked'],
    act: 'cancel',
    to: 'cancelled',
    by: 'person',
    says: { ko: '취소', en: 'Cancel' },
    asks: (f) => [
      when(f.statement.trim().length < 10, 'statement-missing', { least: 10 }),
      when(!f.approved, 'second-person-needed', {}),
    ],
  },
])

export type Act = (typeof LIFECYCLE)[number]['act']

export const STATES: readonly TenderState[] = [
  'draft',
  'published',
  'closed',
  'technical_opening',
  'evaluating',
  'scores_locked',
  'price_opening',
  'ranked',
  'awarded',
  'failed',
  'cancelled',
]

const STATUS: Record<TenderState, PublicStatus> = {
  draft: 'draft',
  published: 'open',
  closed: 'closed',
  technical_opening: 'opening',
  evaluating: 'evaluating',
  scores_locked: 'evaluating',
  price_opening: 'opening',
  ranked: 'evaluating',
  awarded: 'awarded',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** The public status of a state: one word of the list that every page uses. */
export const publicStatus = (state: TenderState): PublicStatus => STATUS[state]

/** The row of an act. Acts are unique names, so each has one row. */
export function stepOf(act: Act): Step {
  const steps: readonly Step[] = LIFECYCLE
  const step = steps.find((row) => row.act === act)
  if (!step) throw new Error(`no such act: ${act}`)
  return step
}

/**
 * May this act be done now? Answers with every reason why not. `now` is the database's clock, in milliseconds.
 * Example: `mayAdvance({ ...facts, state: 'published', deadline: 1000 }, 'close', 999)` refuses with `deadline-not-reached`.
 */
export function mayAdvance(facts: TenderFacts, act: Act, now: number): Reason[] {
  const step = stepOf(act)
  if (!step.from.includes(facts.state)) {
    return [{ code: 'wrong-state', facts: { state: facts.state, act, from: step.from.join(' ') } }]
  }
  return step.asks(facts, now).filter((reason): reason is Reason => reason !== false)
}

/** The clock's acts that are possible from a state, in the table's order (a postponement is asked before a close). */
export const clockActs = (state: TenderState): Act[] =>
  LIFECYCLE.filter((row) => row.by === 'clock' && (row.from as readonly TenderState[]).includes(state)).map(
    (row) => row.act,
  )

/** The acts of persons that a page may offer in a state. */
export const personActs = (state: TenderState): Act[] =>
  LIFECYCLE.filter((row) => row.by === 'person' && (row.from as readonly TenderState[]).includes(state)).map(
    (row) => row.act,
  )

/** The ways from one state to another, for the diagram and the check constraint's test. */
export const transitions = (): { from: TenderState; to: TenderState; act: Act }[] =>
  LIFECYCLE.flatMap((row) => row.from.map((from) => ({ from, to: row.to, act: row.act })))
