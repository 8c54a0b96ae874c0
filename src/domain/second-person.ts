// May this person decide a proposal? Dangerous acts are proposed by one and done by the approval of another.
import type { Reason } from './kit/verdict.ts'
import { type Caller, isSecond, powerRow, type Role, type TwoPersonAct } from './powers.ts'

export const PROPOSAL_STATES = ['open', 'approved', 'declined', 'withdrawn', 'expired'] as const
export type ProposalState = (typeof PROPOSAL_STATES)[number]

/** Acts by name: in pages a power's name would look like the key of a text. */
export const AWARD: TwoPersonAct = 'tender.award'
export const EXTENSION: TwoPersonAct = 'tender.extend'
export const AMENDMENT: TwoPersonAct = 'tender.amend'
export const CANCELLATION: TwoPersonAct = 'tender.cancel'
export const EXPORT: TwoPersonAct = 'people.export'

/** Types of the log's entries of acts about a tender that need two persons: what a notice promises and `verify` demands. */
export const TWO_PERSON_ENTRIES: Partial<Record<TwoPersonAct, string>> = {
  'tender.award': 'award/1',
  'tender.extend': 'tender.amended/1',
  'tender.amend': 'tender.amended/1',
  'tender.cancel': 'tender.cancelled/1',
}

/** Roles of which the second person of those acts must hold one, in the agency itself. */
export const SECOND_ROLES: readonly Role[] = [
  ...new Set(
    (Object.keys(TWO_PERSON_ENTRIES) as TwoPersonAct[]).flatMap((act) =>
      (powerRow(act).second ?? []).flatMap(({ who, relation }) => (relation === 'own' ? who : [])),
    ),
  ),
]

/** How long a proposal waits for its second person. */
export const PROPOSAL_DAYS = 7

/** A proposal as far as deciding it goes; times in milliseconds. */
export type Proposed = {
  act: TwoPersonAct
  /** The organisation for which it was proposed. */
  org: string
  proposedBy: string
  expiresAt: number
  state: ProposalState
}

/** Both persons of an act, as its log entry names them. */
export type Persons = { proposedBy: string; approvedBy: string }

/** The state as everybody is told it: half-open like every deadline, at its end a proposal is over. */
export const stateNow = ({ state, expiresAt }: Pick<Proposed, 'state' | 'expiresAt'>, now: number): ProposalState =>
  state === 'open' && now >= expiresAt ? 'expired' : state

function over(proposal: Proposed, now: number): Reason[] {
  const state = stateNow(proposal, now)
  if (state === 'open') return []
  return [
    state === 'expired' ? { code: 'proposal-expired', facts: {} } : { code: 'proposal-decided', facts: { state } },
  ]
}

/**
 * Every reason against deciding: it is decided or too old, the caller is not of those who may be the second person, or is the
 * first person. `now` is the database's clock in milliseconds.
 *
 * Example: an award that officer-1 proposed and officer-1 approves is refused with `forbidden` and `second-person-same`.
 */
export function mayDecide(proposal: Proposed, caller: Caller, now: number): Reason[] {
  const reasons = over(proposal, now)
  if (!isSecond(caller, proposal.act, proposal.org)) reasons.push({ code: 'forbidden', facts: {} })
  if (caller?.account === proposal.proposedBy) reasons.push({ code: 'second-person-same', facts: {} })
  return reasons
}

/** Every reason against taking a proposal back; only who made it may. */
export function mayWithdraw(proposal: Proposed, caller: Caller, now: number): Reason[] {
  const reasons = over(proposal, now)
  if (caller?.account !== proposal.proposedBy) reasons.push({ code: 'forbidden', facts: {} })
  return reasons
}
