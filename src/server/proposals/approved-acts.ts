// What does the approval of each two-person act do? One row an act; whatever it refuses now refuses the approval.
import type { Caller, TwoPersonAct } from '../../domain/powers.ts'
import type { Persons } from '../../domain/second-person.ts'
import type { Work } from '../db.ts'
import { exclusionApproved, liftingApproved } from '../organisations/exclusions.ts'
import { exportApproved, grantApproved } from '../organisations/members.ts'
import type { Deps } from '../serve.ts'
import { awardApproved, extendApproved } from '../tenders/two-person-acts.ts'
import type { ProposalRow } from './proposal-store.ts'

/** What a row works with. Proposer and approver hold their powers in this transaction. */
export type Approved = {
  deps: Deps
  work: Work
  row: ProposalRow
  proposer: Caller
  approver: NonNullable<Caller>
  persons: Persons
}

export const APPROVED_ACTS: Record<TwoPersonAct, (approved: Approved) => Promise<void>> = {
  'tender.award': awardApproved,
  'tender.extend': extendApproved,
  'role.grant': grantApproved,
  'people.export': exportApproved,
  'exclusion.declare': exclusionApproved,
  'exclusion.lift': liftingApproved,
}
