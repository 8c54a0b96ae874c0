// What does the approval of each two-person act do, and what is signed for it? One row an act; whatever it refuses now refuses the approval.
import type { Caller, TwoPersonAct } from '../../domain/powers.ts'
import type { Persons } from '../../domain/second-person.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import type { Work } from '../db.ts'
import { exclusionApproved, liftingApproved } from '../organisations/exclusions.ts'
import { exportApproved, grantApproved } from '../organisations/members.ts'
import type { Deps } from '../serve.ts'
import type { LotAct } from '../tenders/advance.ts'
import { amendApproved, awardApproved, cancelApproved, extendApproved } from '../tenders/two-person-acts.ts'
import type { ProposalRow } from './proposal-store.ts'

/** What a row works with. Proposer and approver hold their powers in this transaction. */
export type Approving = {
  deps: Deps
  work: Work
  row: ProposalRow
  proposer: Caller
  approver: NonNullable<Caller>
  persons: Persons
}
/** And what the approver signed, if anything. */
export type Approved = Approving & { jws: string | undefined; lots: readonly LotAct[] }

export type ApprovedAct = {
  /** What the approver signs; null for an approver without a key, where the act's entry is then the service's word for the account. */
  toSign: (approving: Approving) => Promise<(JsonObject & { typ: string }) | null>
  /** What the approver signs besides, for each other lot of an act that is done to several together. */
  toSignForLots?: (approving: Approving) => Promise<{ no: string; approval: JsonObject }[]>
  done: (approved: Approved) => Promise<void>
}

export const APPROVED_ACTS: Record<TwoPersonAct, ApprovedAct> = {
  'tender.award': awardApproved,
  'tender.extend': extendApproved,
  'tender.amend': amendApproved,
  'tender.cancel': cancelApproved,
  'role.grant': grantApproved,
  'people.export': exportApproved,
  'exclusion.declare': exclusionApproved,
  'exclusion.lift': liftingApproved,
}
