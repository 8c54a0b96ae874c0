// How are an award and a later deadline proposed, and what happens when the second person approves?

import type { Express } from 'express'
import { amendTender, awardTender, extendTender, proposeReplacement } from '../../api/tenders.ts'
import type { Caller, TwoPersonAct } from '../../domain/powers.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import type { Work } from '../db.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import type { Approved, ApprovedAct, Approving } from '../proposals/approved-acts.ts'
import { proposed, waitsFor } from '../proposals/proposal-store.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { ownTender } from './act.ts'
import { type ActInput, type Advancing, advance, reasonsAgainst, reasonsAgainstSignature } from './advance.ts'
import { amendmentReasons, approvalOf } from './effects.ts'
import { keysetsProposed } from './publish-tender.ts'
import { custodiansNamed } from './replace-keysets.ts'
import { clockNow, findTender, legal, lockTender, type TenderRow } from './tender-store.ts'

type Act = 'award' | 'extend' | 'amend'
const POWER = { award: 'tender.award', extend: 'tender.extend', amend: 'tender.amend' } as const satisfies Record<
  Act,
  TwoPersonAct
>

/** Keeps the proposal if the act could be done now: whoever approves is not asked to approve what cannot be. */
async function propose(deps: Deps, work: Work, no: string, caller: Caller, act: Act, input: ActInput) {
  const row = ownTender(await findTender(work, no), caller, POWER[act])
  const { P, tiles, config } = deps
  const step = { P, work, tiles, row, caller, input, accelerator: config.accelerator }
  const reasons = await reasonsAgainst(step, act)
  insist(reasons.filter((reason) => reason.code !== 'second-person-needed'))
  if (act === 'extend') insist(await amendmentReasons(step))
  insist(await reasonsAgainstSignature(step, act))
  // Each names the revision and the deadline that it starts from: of two that wait, one could never be approved.
  const other = act === 'extend' ? POWER.amend : act === 'amend' ? POWER.extend : null
  if (other && (await waitsFor(work, other, no))) refuse('proposal-open')
  const custodians = custodiansNamed(step)
  const body = { ...input, ...(custodians.length > 0 && { custodians }) }
  return proposed(P, work, caller, { act: POWER[act], org: row.agency, ref: no, body })
}

const stepOf = (
  { deps, row: kept, proposer, persons }: Approving,
  work: Work,
  row: TenderRow,
  approval?: string,
): Advancing => {
  const { P, tiles, config } = deps
  const input: ActInput = { ...(kept.body as ActInput), persons, ...(approval !== undefined && { approval }) }
  return { P, work, tiles, row, caller: proposer, input, accelerator: config.accelerator }
}

/** What the second person is asked to sign. What would refuse the approval refuses this as well. */
async function toSign(what: Approving, act: Act): Promise<JsonObject & { typ: string }> {
  const { work, row: kept } = what
  const row = await findTender(work, kept.ref)
  if (!row || row.agency !== kept.org) refuse('not-found')
  const step = stepOf(what, work, row)
  insist(await reasonsAgainst(step, act))
  if (act === 'extend') insist(await amendmentReasons(step))
  return approvalOf(step, act)
}

async function approved(what: Approved, act: Act): Promise<void> {
  const { deps, work: before, row: kept, approver, jws = '' } = what
  const found = await lockTender(before, kept.ref)
  if (!found || found.agency !== kept.org) refuse('not-found')
  const work = await clockNow(before)
  const step = stepOf(what, work, found, jws)
  // Other tenders may have used up the opening keys of an amendment since it was proposed.
  insist(await reasonsAgainst(step, act))
  if (act === 'extend') insist(await amendmentReasons(step))
  insist(await signatureReasons(deps.P, work, approver, jws, await approvalOf(step, act)))
  insist(await advance(step, act))
}

export const awardApproved: ApprovedAct = {
  toSign: (what) => toSign(what, 'award'),
  done: (what) => approved(what, 'award'),
}
export const extendApproved: ApprovedAct = {
  toSign: (what) => toSign(what, 'extend'),
  done: (what) => approved(what, 'extend'),
}

export const amendApproved: ApprovedAct = {
  toSign: (what) => toSign(what, 'amend'),
  done: (what) => approved(what, 'amend'),
}

/** What the officer is to sign for other custodians: nothing is reserved, and nothing happens yet. */
async function replacement({ params, query, caller, ...work }: Context<typeof proposeReplacement>) {
  const row = ownTender(await findTender(work, params.no), caller, 'tender.extend')
  if (row.state !== 'published') refuse('wrong-state', { state: row.state, from: 'published' })
  const custodians = [...new Set(query.custodians.split(','))].filter((id) => id !== '').sort()
  const openAfter = legal(row.openAfter) > query.deadline ? legal(row.openAfter) : query.deadline
  return keysetsProposed(work, row, { custodians, openAfter })
}

export function serveTwoPersonActs(app: Express, deps: Deps): void {
  serve(app, deps, awardTender, ({ params, body, caller, ...work }) =>
    propose(deps, work, params.no, caller, 'award', {
      bidder: body.bidder,
      jws: body.jws,
      ...(body.winners && { winners: body.winners }),
    }),
  )
  serve(app, deps, extendTender, ({ params, body, caller, ...work }) =>
    propose(deps, work, params.no, caller, 'extend', {
      newDeadline: body.deadline,
      statement: body.statement,
      jws: body.jws,
      ...(body.keysets && { keysets: body.keysets }),
    }),
  )
  serve(app, deps, amendTender, async ({ params, body, caller, ...work }) => {
    const row = await findTender(work, params.no)
    const { rule, method, budget } = body
    return propose(deps, work, params.no, caller, 'amend', {
      newDeadline: body.deadline,
      statement: body.statement,
      jws: body.jws,
      keysets: body.keysets,
      rule,
      method,
      budget,
      ...(row && { before: { rule: row.rule, method: row.notice.method, budget: row.notice.budget } }),
    })
  })
  serve(app, deps, proposeReplacement, replacement)
}
