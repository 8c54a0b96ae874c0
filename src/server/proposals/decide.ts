// How does a proposed act get its second person? Approving does it, in the same transaction, with both persons in its log entry.
import type { Express } from 'express'
import {
  approveProposal,
  declineProposal,
  listProposals,
  proposeApproval,
  readProposal,
  withdrawProposal,
} from '../../api/proposals.ts'
import { type Caller, lacksPower } from '../../domain/powers.ts'
import { mayDecide, mayWithdraw } from '../../domain/second-person.ts'
import type { Work } from '../db.ts'
import { holdMember } from '../organisations/member-store.ts'
import { callerNow, known } from '../people/caller.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { APPROVED_ACTS } from './approved-acts.ts'
import {
  closeProposal,
  findProposal,
  listedProposals,
  type ProposalRow,
  proposalOf,
  proposedOf,
} from './proposal-store.ts'

/** A reason that the proposer is to understand. */
const LEAST_STATEMENT = 10

async function shown(work: Work, caller: Parameters<typeof known>[0], id: string) {
  const row = await findProposal(work, known(caller), id)
  if (!row) refuse('not-found')
  return proposalOf(row, caller, work.now.date)
}

async function list({ query, caller, ...work }: Context<typeof listProposals>) {
  const { rows, total } = await listedProposals(work, known(caller), query)
  const proposals = rows.map((row) => proposalOf(row, caller, work.now.date))
  return { proposals, total, page: query.page, per: query.per }
}

async function locked(work: Work, caller: Parameters<typeof known>[0], id: string): Promise<ProposalRow> {
  const row = await findProposal(work, known(caller), id, true)
  if (!row) refuse('not-found')
  return row
}

/**
 * The approver with the roles of this moment, which nobody takes away until the transaction ends: what the log says of the power
 * to approve and the approval itself stand there in the order in which they were true.
 */
async function holding(work: Work, approver: NonNullable<Caller>): Promise<NonNullable<Caller>> {
  await holdMember(work, approver.account)
  return { ...approver, roles: (await callerNow(work, approver.account))?.roles ?? [] }
}

/** Who decides and who asked, if the one may approve and the other could still ask for it. */
async function bothOf(work: Work, row: ProposalRow, approver: NonNullable<Caller>) {
  insist(mayDecide(proposedOf(row), approver, work.now.date.getTime()))
  // What was proposed under a role is not done after the role is gone.
  const proposer = await callerNow(work, row.proposedBy)
  if (lacksPower(proposer, row.act) || proposer?.org !== row.org) refuse('proposer-lost-power')
  return { row, approver, proposer, persons: { proposedBy: row.proposedBy, approvedBy: approver.account } }
}

async function toSign({ deps, params, caller, tx, now }: Context<typeof proposeApproval>) {
  const work: Work = { tx, now }
  const row = await findProposal(work, known(caller), params.id)
  if (!row) refuse('not-found')
  const both = await bothOf(work, row, known(caller))
  const act = APPROVED_ACTS[row.act]
  const approval = await act.toSign({ deps, work, ...both })
  const lots = (await act.toSignForLots?.({ deps, work, ...both })) ?? []
  return { approval, ...(lots.length > 0 && { lots }) }
}

async function approve({ deps, params, body, caller, tx, now }: Context<typeof approveProposal>) {
  const work: Work = { tx, now }
  const row = await locked(work, caller, params.id)
  const both = await bothOf(work, row, await holding(work, known(caller)))
  const decidedBy = both.approver.account
  await closeProposal(work, row.id, { state: 'approved', decidedBy, statement: body.statement })
  await APPROVED_ACTS[row.act].done({ deps, work, ...both, jws: body.jws, lots: body.lots ?? [] })
  return shown(work, caller, params.id)
}

async function decline({ params, body, caller, tx, now }: Context<typeof declineProposal>) {
  const work: Work = { tx, now }
  const row = await locked(work, caller, params.id)
  insist(mayDecide(proposedOf(row), caller, now.date.getTime()))
  if (body.statement.trim().length < LEAST_STATEMENT)
    refuse('statement-missing', { least: LEAST_STATEMENT }, '/statement')
  const decidedBy = known(caller).account
  await closeProposal(work, row.id, { state: 'declined', decidedBy, statement: body.statement })
  return shown(work, caller, params.id)
}

async function withdraw({ params, caller, tx, now }: Context<typeof withdrawProposal>) {
  const work: Work = { tx, now }
  const row = await locked(work, caller, params.id)
  insist(mayWithdraw(proposedOf(row), caller, now.date.getTime()))
  await closeProposal(work, row.id, { state: 'withdrawn', decidedBy: known(caller).account, statement: '' })
  return shown(work, caller, params.id)
}

export function serveProposals(app: Express, deps: Deps): void {
  serve(app, deps, listProposals, list)
  serve(app, deps, readProposal, ({ params, caller, ...work }) => shown(work, caller, params.id))
  serve(app, deps, proposeApproval, toSign)
  serve(app, deps, approveProposal, approve)
  serve(app, deps, declineProposal, decline)
  serve(app, deps, withdrawProposal, withdraw)
}
