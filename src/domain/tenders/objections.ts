// Who may object to a result, who decides about it, and what does an objection hold up?
import { lengthReasons, type Reason } from '../kit/verdict.ts'
import type { TenderState } from './lifecycle.ts'

/** What an objection is about. The words are in `web/locales/…/objection.json`. */
export const OBJECTION_GROUNDS = ['eligibility', 'marks', 'arithmetic', 'conflict', 'procedure', 'other'] as const
export type ObjectionGround = (typeof OBJECTION_GROUNDS)[number]

/** `dismissed`: the award may go on. `upheld`: this result is never awarded; the agency can only cancel the tender. */
export const OBJECTION_OUTCOMES = ['dismissed', 'upheld'] as const
export type ObjectionOutcome = (typeof OBJECTION_OUTCOMES)[number]

/** Characters of what is said. */
export const OBJECTION = { least: 20, most: 4000 } as const
export const DECISION = { least: 20, most: 8000 } as const

/** An objection as far as its effect goes. Its number is the hash of what was signed. */
export type StandingObjection = { c: string; org: string; outcome: ObjectionOutcome | null }

const whileRanked = (state: TenderState): Reason[] =>
  state === 'ranked' ? [] : [{ code: 'wrong-state', facts: { state, from: 'ranked' } }]

/**
 * Every reason why this firm may not object now; empty when it may: from the published ranking to the award, once at a time, where a body
 * of oversight is there to decide, and only to what it bid in itself.
 */
export const reasonsAgainstObjecting = (
  tender: { state: TenderState; overseers: readonly string[]; bidders: readonly string[] },
  said: { org: string; reasons: string; standing: readonly StandingObjection[] },
): Reason[] => [
  ...whileRanked(tender.state),
  ...(tender.overseers.length > 0 ? [] : [{ code: 'no-overseer', facts: {} }]),
  ...(tender.bidders.includes(said.org) ? [] : [{ code: 'not-a-bidder', facts: {} }]),
  ...(said.standing.some(({ org, outcome }) => org === said.org && outcome === null)
    ? [{ code: 'objection-lodged', facts: {} }]
    : []),
  ...lengthReasons(said.reasons, OBJECTION, '/reasons'),
]

/** Every reason why an objection may not be decided so now; empty when it may. */
export const reasonsAgainstDeciding = (
  state: TenderState,
  said: { reasons: string; objection: StandingObjection },
): Reason[] => [
  ...whileRanked(state),
  ...(said.objection.outcome === null ? [] : [{ code: 'objection-decided', facts: {} }]),
  ...lengthReasons(said.reasons, DECISION, '/reasons'),
]

/** Every reason against an award while these objections stand; empty when all of them were dismissed, or nobody objected. */
export function objectionsAgainstAward(standing: readonly StandingObjection[]): Reason[] {
  const open = standing.filter(({ outcome }) => outcome === null).length
  return [
    ...(open > 0 ? [{ code: 'objections-open', facts: { count: open } }] : []),
    ...(standing.some(({ outcome }) => outcome === 'upheld') ? [{ code: 'objection-upheld', facts: {} }] : []),
  ]
}
