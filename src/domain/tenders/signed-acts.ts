// What does a person sign for an act? The payload as it stands in the log afterwards: page, program and server build the same one.
import { b64u, hex, utf8 } from '../../proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../proof/canonical.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { ObjectionGround, ObjectionOutcome } from './objections.ts'
import type { OpenedQuestion } from './questions.ts'

type Payload = JsonObject & { typ: string }

/** A lot of a notice is a tender of its own: within it, as in an undivided tender, everything is of lot 1. */
const LOT = '1'

/** Reason of an amendment by which bids are sealed to other custodians from then on. */
export const KEYSETS_REPLACED = 'keysets-replaced'

/** `tender.cancelled/1`: the agency ends the tender, and says why in public. */
export const cancellation = (tender: string, statement: string): Payload => ({
  typ: 'tender.cancelled/1',
  tender,
  lot: LOT,
  reasons: ['cancelled-by-agency'],
  statement,
})

/**
 * `clarification/1`: the agency answers a question in public, word for word as it was asked and with what opens its sealed entry, or says
 * something of its own where nobody asked. Who asked stands in it nowhere.
 */
export const clarifying = (tender: string, question: OpenedQuestion | null, answer: string): Payload => ({
  typ: 'clarification/1',
  tender,
  lot: LOT,
  question: question && { statement: question.statement, salt: question.salt },
  answer,
})

/** `complaint/1`: a bidder objects to the result, in public. */
export const objecting = (tender: string, bidder: string, ground: ObjectionGround, reasons: string): Payload => ({
  typ: 'complaint/1',
  tender,
  lot: LOT,
  bidder,
  ground,
  reasons,
})

/** `complaint.decided/1`: an overseer's decision about an objection. @param complaint the hash of what the bidder signed */
export const decidingObjection = (
  tender: string,
  complaint: string,
  outcome: ObjectionOutcome,
  reasons: string,
): Payload => ({ typ: 'complaint.decided/1', tender, lot: LOT, complaint, outcome, reasons })

export type Awarded = { bidder: string; amount: { amount: string; currency: string } }

/**
 * `award/1`: to the eligible bidder of the first rank, at its own price. Where the agreement is made with several, `winners` names them
 * all in the order of their ranks, the first one too.
 *
 * @param standstillEnds when the standstill that the notice promised was over, as `standstillEnd` gives it; null where it promised none
 */
export const awarding = (
  tender: string,
  bidder: string,
  amount: Awarded['amount'],
  standstillEnds: string | null,
  winners?: readonly Awarded[],
): Payload => ({
  typ: 'award/1',
  tender,
  lot: LOT,
  bidder,
  amount,
  ...(winners && { winners: winners.map((one) => ({ bidder: one.bidder, amount: { ...one.amount } })) }),
  reasons: [winners ? 'first-ranks-eligible' : 'first-rank-eligible'],
  standstillEnds,
})

/**
 * `tender.amended/1`: the agency moves the deadline of a published tender to a later one, and the opening with it where it would
 * otherwise come first. `now` is the tender as it stands; its revision is written 000 as published. With `keysets`, ids by kind, bids
 * are sealed to other custodians from then on, and what was sealed before counts for nothing.
 */
export function extension(
  tender: string,
  now: { deadline: string; openAfter: string; revision: string },
  newDeadline: string,
  statement: string,
  keysets?: Readonly<Record<string, string>>,
): Payload {
  return {
    typ: 'tender.amended/1',
    tender,
    lot: LOT,
    revision: String(Number(now.revision) + 1).padStart(3, '0'),
    reasons: ['deadline-extended', ...(keysets ? [KEYSETS_REPLACED] : [])],
    statement,
    ...(keysets && { keysets: { ...keysets } }),
    oldDeadline: now.deadline,
    newDeadline,
    newOpenAfter: now.openAfter > newDeadline ? now.openAfter : newDeadline,
  }
}

/** Reason of an amendment by which another rule decides from then on. */
export const RULE_CHANGED = 'rule-changed'

/** What decides a tender: its rule, the row of METHODS that it is known by, and the budget. */
export type Deciding = { rule: JsonObject; method: string; budget: { amount: string; currency: string } }

/** The hash of a rule as notice and amendment give it: base64url of SHA-256 over its canonical JSON. */
export const hashOfRule = (P: Primitives, rule: JsonObject): string => b64u(P.sha256(utf8(canonical(rule))))

/**
 * `tender.amended/1` by which another rule decides. Bids that were handed in are void by it: it always brings keysets of its own, so that
 * nobody can open what was sealed before, and a later deadline. `now` is the tender as it stands; its rule is named by its hash.
 */
export const ruleAmendment = (
  P: Primitives,
  tender: string,
  now: { deadline: string; openAfter: string; revision: string; ruleHash: string },
  asked: { newDeadline: string; statement: string; keysets: Readonly<Record<string, string>> } & Deciding,
): Payload => {
  const later = extension(tender, now, asked.newDeadline, asked.statement, asked.keysets)
  return {
    ...later,
    reasons: [...(later.reasons as string[]), RULE_CHANGED],
    oldRuleHash: now.ruleHash,
    rule: asked.rule,
    ruleHash: hashOfRule(P, asked.rule),
    method: asked.method,
    budget: { amount: asked.budget.amount, currency: asked.budget.currency },
  }
}

/** `incident/1`: an overseer lets a closing time stand that custodians saw outside the window. */
export const override = (tender: string, reasons: readonly string[], statement: string): Payload => ({
  typ: 'incident/1',
  tender,
  lot: LOT,
  reasons: [...reasons],
  acts: [],
  newDeadline: null,
  facts: { statement },
})

/**
 * `declaration/1`: whether somebody who was drawn has a conflict of interest, and which. The log gets its hash at once; that of somebody
 * who sits is shown in `committee.named/1` with the lock, one with a conflict never.
 */
export const declaration = (
  tender: string,
  call: { evaluator: string; number: string },
  said: { conflict: boolean; grounds: string | null; statement: string },
): Payload => ({
  typ: 'declaration/1',
  tender,
  lot: LOT,
  evaluator: call.evaluator,
  id: call.number,
  conflict: said.conflict,
  grounds: said.grounds,
  statement: said.statement,
})

/** `auction.offer/1`: a bidder's word for one bid of an auction, under its number. The log has its commitment until the auction is over. */
export const offering = (tender: string, offer: { bidder: string; seat: number; amount: string }): Payload => ({
  typ: 'auction.offer/1',
  tender,
  lot: LOT,
  bidder: offer.bidder,
  seat: offer.seat,
  amount: offer.amount,
})

/** `examination/1`: what the officer found of the bidder whose turn it was, part by part (적격심사). */
export const examining = (
  tender: string,
  bidder: string,
  scores: readonly { part: string; score: string }[],
  statement: string,
): Payload => ({
  typ: 'examination/1',
  tender,
  lot: LOT,
  bidder,
  scores: scores.map(({ part, score }) => ({ part, score })),
  statement,
})

/**
 * `approval/1`: the second person's word for an act, in the act's own transaction and right below it. It names the act by the hash of
 * what the first person signed, and both persons. `excluded`: who is shut out of the ranking at that moment, for an award.
 */
export const approving = (
  P: Primitives,
  tender: string,
  what: { act: string; jws: string; excluded?: readonly { bidder: string; exclusion: string }[] | undefined },
  persons: { proposedBy: string; approvedBy: string },
): Payload => ({
  typ: 'approval/1',
  tender,
  lot: LOT,
  act: what.act,
  h: b64u(P.sha256(utf8(what.jws))),
  proposedBy: persons.proposedBy,
  approvedBy: persons.approvedBy,
  ...(what.excluded && { excluded: what.excluded.map(({ bidder, exclusion }) => ({ bidder, exclusion })) }),
})

/** `exclusion.proposal/1`: for which time, by what law and why a firm is to be shut out of tenders. It stands inside `exclusion/1`. */
export const shuttingOut = (what: {
  org: string
  from: string
  until: string
  basis: string
  grounds: string
}): Payload => ({
  typ: 'exclusion.proposal/1',
  org: what.org,
  from: what.from,
  until: what.until,
  basis: what.basis,
  grounds: what.grounds,
})

/** The number of an exclusion follows from what was signed: whoever enters the same signatures again after it was lifted enters nothing new. */
export const exclusionId = (P: Primitives, jws: string): string => hex(P.sha256(utf8(jws))).slice(0, 20)

/** `exclusion.lifting/1`: that an exclusion is to end, and why. It stands inside `exclusion.lifted/1`. */
export const lifting = (id: string, org: string, statement: string): Payload => ({
  typ: 'exclusion.lifting/1',
  id,
  org,
  statement,
})

/** `exclusion.approval/1`: the second person's word for either, by the hash of what the first one signed. */
export const approvingExclusion = (
  P: Primitives,
  jws: string,
  persons: { proposedBy: string; approvedBy: string },
): Payload => ({
  typ: 'exclusion.approval/1',
  h: b64u(P.sha256(utf8(jws))),
  proposedBy: persons.proposedBy,
  approvedBy: persons.approvedBy,
})

export type SheetMark = { bidder: string; item: string; mark: string; comment: string }

const place = (a: { bidder: string; item: string }): string => `${a.bidder.padStart(4)} ${a.item}`
const byPlace = (a: { bidder: string; item: string }, b: { bidder: string; item: string }): number =>
  place(a) < place(b) ? -1 : 1

/**
 * `marks/1`: an evaluator's whole sheet, by label (A…Z before AA) and item. It does not enter the log by itself: until the lock
 * nobody may know a mark, then it stands inside `scores.locked/1`.
 *
 * @param declared of a seat by lot: base64url of SHA-256 over the declaration's JWS. The sheet is thereby signed after the declaration,
 *   and that was in the log before anything was shown
 */
export const sheetOf = (
  tender: string,
  evaluator: string,
  marks: readonly SheetMark[],
  declared: string | null,
): Payload => ({
  typ: 'marks/1',
  tender,
  lot: LOT,
  evaluator,
  ...(declared !== null && { declared }),
  marks: [...marks].sort(byPlace).map(({ bidder, item, mark, comment }) => ({ bidder, item, mark, comment })) as Json,
})

/** What names a signed sheet or declaration without telling a word of it: the signature in it cannot be guessed. */
export const signedHash = (P: Primitives, jws: string): string => b64u(P.sha256(utf8(jws)))

/** `scores.lock/1`: the officer's order, given without sight of the evaluators' marks. */
export const lockOrder = (
  P: Primitives,
  tender: string,
  sheets: readonly { evaluator: string; jws: string }[],
  quantitative: readonly { bidder: string; item: string; mark: string; member?: string }[],
): Payload => ({
  typ: 'scores.lock/1',
  tender,
  lot: LOT,
  sheets: sheets.map(({ evaluator, jws }) => ({ evaluator, h: signedHash(P, jws) })),
  quantitative: quantitative.map(({ bidder, item, mark, member }) => ({
    bidder,
    item,
    mark,
    ...(member !== undefined && { member }),
  })),
})
