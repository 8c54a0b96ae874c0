// What does each act do besides changing the state? One row an act; what it appends is what the public hears.
import type { tender } from '../../../db/schema/tenders.ts'
import { addSeconds } from '../../domain/kit/time.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { orderOf, winnersOfRule } from '../../domain/scoring/decided.ts'
import type { Act } from '../../domain/tenders/lifecycle.ts'
import {
  type Awarded,
  approving,
  awarding,
  cancellation,
  examining,
  extension,
  ruleAmendment,
} from '../../domain/tenders/signed-acts.ts'
import { b64u, utf8 } from '../../proof/bytes.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import { append, appendClose } from '../log/append.ts'
import { finishTechnical, openPrice, openPriceAlone, openTechnical } from '../openings/open-tender.ts'
import { excludedAmong } from '../organisations/exclusion-store.ts'
import { beginAuction } from '../scoring/auction-store.ts'
import { drawLot } from '../scoring/draw-lot.ts'
import { afterExamination, lockScores, orderToLock, rankBids } from '../scoring/lock-and-rank.ts'
import type { Advancing } from './advance.ts'
import { firstOf } from './facts.ts'
import { noticeOf, publish } from './publish-tender.ts'
import { namedKeysets, replaceKeysets, replacementReasons } from './replace-keysets.ts'
import { standstillOf } from './standstill.ts'
import { legal, revisionOf } from './tender-store.ts'

type Effect = (step: Advancing) => Promise<Partial<typeof tender.$inferInsert>>

/** Bidders get back at least as much time as a day's outage would cost them; a demonstration divides it, down to what a hand needs. */
const POSTPONED_SECONDS = 7200
const POSTPONED_LEAST = 10

/** Moves the deadline by rule after an outage: two hours from recovery, the same for every tender that it hit. */
const postpone: Effect = async ({ P, work, row, accelerator }) => {
  const seconds = Math.max(POSTPONED_LEAST, Math.ceil(POSTPONED_SECONDS / accelerator))
  const newDeadline = addSeconds(legal(work.now.date), seconds)
  await append(P, work, {
    typ: 'incident/1',
    org: '-',
    ref: row.no,
    by: '-',
    payload: { typ: 'incident/1', tender: row.no, lot: '1', reasons: ['clock-late'], acts: [], newDeadline, facts: {} },
  })
  const deadline = new Date(newDeadline)
  return { deadline, openAfter: row.openAfter > deadline ? row.openAfter : deadline }
}

/** What is signed for a later deadline: from which one to which, with the revision that it makes. */
const amended = (step: Advancing) => {
  const { row, input } = step
  const { newDeadline = '', statement = '' } = input
  const now = { deadline: legal(row.deadline), openAfter: legal(row.openAfter), revision: revisionOf(row) }
  return extension(row.no, now, newDeadline, statement, namedKeysets(step))
}

/** What is signed for another rule, as `amended` for a later deadline alone. */
const withRule = (step: Advancing) => {
  const { P, row, input } = step
  const { newDeadline = '', statement = '' } = input
  const now = {
    deadline: legal(row.deadline),
    openAfter: legal(row.openAfter),
    revision: revisionOf(row),
    ruleHash: row.ruleHash ?? '',
  }
  return ruleAmendment(P, row.no, now, {
    newDeadline,
    statement,
    keysets: namedKeysets(step) ?? {},
    rule: input.rule as unknown as JsonObject,
    method: input.method ?? '',
    budget: input.budget ?? { amount: '', currency: '' },
  })
}

/** Every reason against the keysets that an amendment brings, whose opening is that of the tender as amended. */
export const amendmentReasons = (step: Advancing): Promise<Reason[]> =>
  replacementReasons(step, String(amended(step).newOpenAfter))

/** Moves the deadline as the agency's two persons decided; what custodians and verifiers read is this entry. */
const extend: Effect = async (step) => {
  const { row } = step
  const { newDeadline, newOpenAfter } = amended(step)
  await appendApproval(step)
  await appendSigned(step, 'tender.amended/1')
  return {
    ...(await replaceKeysets(step)),
    deadline: new Date(String(newDeadline)),
    openAfter: new Date(String(newOpenAfter)),
    revision: row.revision + 1,
  }
}

/** Another rule decides from here on. What was sealed under the one before is opened by nobody: its keysets are replaced. */
const amend: Effect = async (step) => {
  const { P, row, input } = step
  const { newDeadline, newOpenAfter, ruleHash } = withRule(step)
  await appendApproval(step)
  await appendSigned(step, 'tender.amended/1')
  const { rule, method, budget } = input
  if (!rule || !method || !budget) throw new Error(`nothing to put in the place of the rule of ${row.no}`)
  return {
    ...(await replaceKeysets(step)),
    rule,
    ruleHash: String(ruleHash),
    ruleBy: b64u(P.sha256(utf8(input.jws ?? ''))),
    notice: { ...row.notice, method, budget },
    deadline: new Date(String(newDeadline)),
    openAfter: new Date(String(newOpenAfter)),
    revision: row.revision + 1,
  }
}

const close: Effect = async ({ work, row }) => {
  await appendClose(work, row.no)
  return {}
}

/** Ends a tender without an award, for a reason that the table found. */
const fail =
  (reason: string): Effect =>
  async ({ P, work, row }) => {
    const payload = { typ: 'tender.failed/1', tender: row.no, lot: '1', reasons: [reason] }
    await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
    return { ended: { reasons: [reason] } }
  }

/** Logs what the person signed, as it was signed; `advance` has held it against the payload that it must be. */
async function appendSigned({ P, work, row, input }: Advancing, typ: string): Promise<void> {
  const jws = input.jws ?? ''
  await append(P, work, { typ, org: row.agency, ref: row.no, by: readJws(jws).header.kid, payload: jws })
}

const cancelled = ({ row, input }: Advancing) => cancellation(row.no, input.statement ?? '')

const cancel: Effect = async (step) => {
  await appendApproval(step)
  await appendSigned(step, 'tender.cancelled/1')
  const { reasons, statement } = cancelled(step)
  return { ended: { reasons, statement } }
}

/**
 * Says, right before the act and in its transaction, that a second person approved it: an act without one above it was one person's.
 * The act itself is what the first one signed, so it cannot name who was to approve; this names both, and the act by its hash.
 */
async function appendApproval({ P, work, row, input }: Advancing): Promise<void> {
  const { approval } = input
  if (approval === undefined) throw new Error(`one person alone would decide about ${row.no}`)
  await append(P, work, {
    typ: 'approval/1',
    org: row.agency,
    ref: row.no,
    by: readJws(approval).header.kid,
    payload: approval,
  })
}

/** Who of the ranking is shut out at this moment, with the number of the exclusion. */
async function shutOut({ work, row }: Advancing): Promise<{ bidder: string; exclusion: string }[]> {
  const shut = await excludedAmong(work, row.ranking ? orderOf(row.ranking).flat() : [])
  return [...shut].map(([bidder, exclusion]) => ({ bidder, exclusion }))
}

/** The award as it is signed: to the first who are not shut out, as many as the rule has winners, at their prices of the ranking. */
async function awarded(step: Advancing) {
  const { row, work } = step
  const { winners } = await firstOf(step)
  const amounts = new Map((row.ranking?.rows ?? []).map((r) => [r.bidder, r.amount]))
  const priced = winners.map((bidder): Awarded => {
    const amount = amounts.get(bidder)
    if (!amount) throw new Error(`${bidder} cannot be awarded ${row.no}: it has no price`)
    return { bidder, amount: { amount, currency: row.rule.currency } }
  })
  const [first] = priced
  if (!first) throw new Error(`nobody to award ${row.no} to`)
  const several = winnersOfRule(row.rule) > 1 ? priced : undefined
  return awarding(row.no, first.bidder, first.amount, await standstillOf(work, row), several)
}

const award: Effect = async (step) => {
  await appendApproval(step)
  await appendSigned(step, 'award/1')
  const { bidder, amount, winners, reasons } = await awarded(step)
  return { award: { bidder, amount, reasons, ...(winners !== undefined && { winners }) } }
}

/** The steps that a second person approves, and the type of the entry that follows the approval. */
const APPROVED_STEPS = {
  award: 'award/1',
  extend: 'tender.amended/1',
  amend: 'tender.amended/1',
  cancel: 'tender.cancelled/1',
} as const satisfies Partial<Record<Act, string>>
export type ApprovedStep = keyof typeof APPROVED_STEPS

/** What the second person signs for an act that needs two, right below the act in the log. */
export async function approvalOf(step: Advancing, act: ApprovedStep): Promise<JsonObject & { typ: string }> {
  const { P, row, input } = step
  const { persons, jws = '' } = input
  if (!persons) throw new Error(`nobody approves ${act} of ${row.no}`)
  return approving(
    P,
    row.no,
    { act: APPROVED_STEPS[act], jws, excluded: act === 'award' ? await shutOut(step) : undefined },
    persons,
  )
}

/** What the person signs for an act. The payload of the log's entry, but for the order to lock, which stands inside that. */
export const SIGNED_PAYLOADS: Partial<Record<Act, (step: Advancing) => Promise<JsonObject & { typ: string }>>> = {
  publish: async ({ P, work, row }) => noticeOf(P, work, row),
  extend: async (step) => amended(step),
  amend: async (step) => withRule(step),
  cancel: async (step) => cancelled(step),
  lockScores: async ({ P, work, row }) => orderToLock(P, work, row),
  examine: async ({ row, input }) => examining(row.no, input.bidder ?? '', input.scores ?? [], input.statement ?? ''),
  award: (step) => awarded(step),
}

export const EFFECTS: Record<Act, Effect> = {
  publish,
  extend,
  amend,
  postpone,
  close,
  failForLackOfBids: fail('too-few-bids'),
  openTechnical,
  openPriceAlone,
  failForLackOfValidBids: fail('no-valid-technical-envelope'),
  finishTechnical,
  lockScores,
  openPrice,
  beginAuction,
  rank: rankBids,
  failForLackOfEligibleBids: fail('nobody-eligible'),
  examine: async (step) => {
    await appendSigned(step, 'examination/1')
    return afterExamination(step)
  },
  drawLot,
  award,
  cancel,
}
