// How are an award, a later deadline, another rule and a cancellation proposed, and what happens when the second person approves?

import type { Express } from 'express'
import { amendTender, awardTender, cancelTender, extendTender, proposeReplacement } from '../../api/tenders.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import type { Caller, TwoPersonAct } from '../../domain/powers.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import type { Work } from '../db.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import type { Approved, ApprovedAct, Approving } from '../proposals/approved-acts.ts'
import { keepForLots, proposed, waitsFor } from '../proposals/proposal-store.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { ownTender } from './act.ts'
import {
  type ActInput,
  type Advancing,
  advance,
  type LotAct,
  reasonsAgainst,
  reasonsAgainstSignature,
} from './advance.ts'
import { type ApprovedStep, amendmentReasons, approvalOf } from './effects.ts'
import { keysetsProposed } from './publish-tender.ts'
import { custodiansNamed } from './replace-keysets.ts'
import { clockNow, findTender, legal, lockTender, type TenderRow } from './tender-store.ts'

const POWER = {
  award: 'tender.award',
  extend: 'tender.extend',
  amend: 'tender.amend',
  cancel: 'tender.cancel',
} as const satisfies Record<ApprovedStep, TwoPersonAct>

/** Keeps the proposal if the act could be done now: whoever approves is not asked to approve what cannot be. */
async function propose(deps: Deps, work: Work, no: string, caller: Caller, act: ApprovedStep, input: ActInput) {
  const row = ownTender(await findTender(work, no), caller, POWER[act])
  const { P, tiles, config } = deps
  const step = { P, work, tiles, row, caller, input, accelerator: config.accelerator }
  const reasons = await reasonsAgainst(step, act)
  insist(reasons.filter((reason) => reason.code !== 'second-person-needed'))
  if (act === 'extend') insist(await amendmentReasons(step))
  insist(await reasonsAgainstSignature(step, act))
  // Each names the revision and the deadline that it starts from: of two that wait, one could never be approved.
  for (const other of act === 'extend' || act === 'amend' ? [POWER.amend, POWER.extend] : [])
    if (await waitsFor(work, other, no)) refuse('proposal-open')
  const custodians = custodiansNamed(step)
  const body = { ...input, ...(custodians.length > 0 && { custodians }) }
  return proposed(P, work, caller, { act: POWER[act], org: row.agency, ref: no, body })
}

/** Reasons with the lot that each is of, where several are asked about at once. */
const ofLot = (no: string, reasons: readonly Reason[]): Reason[] =>
  reasons.map((reason) => ({
    ...reason,
    at: [`lots/${no}`, ...(reason.at?.split('/').filter(Boolean) ?? [])].join('/'),
  }))

type Lot = { no: string; step: Advancing }

/** Asks the same of every lot: every reason against any of them, each with its lot. */
async function ofEach(lots: readonly Lot[], ask: (step: Advancing) => Promise<readonly Reason[]>): Promise<Reason[]> {
  const reasons: Reason[] = []
  for (const { no, step } of lots) reasons.push(...ofLot(no, await ask(step)))
  return reasons
}

/** This tender and the others that its extension names, in the order of their numbers: so nobody waits for a row that the other holds. */
const together = (no: string, { jws = '', lots = [] }: ActInput): LotAct[] =>
  [{ no, jws }, ...lots].toSorted((a, b) => (a.no < b.no ? -1 : 1))

/** What an act of one lot is asked with: its own signature, and no others. */
const alone = ({ lots: _, ...input }: ActInput, jws: string): ActInput => ({ ...input, jws })

/** Keeps one proposal for all lots of a notice that still take bids, if each of them could be extended now. */
async function proposeForLots(deps: Deps, work: Work, no: string, caller: Caller, input: ActInput) {
  const row = ownTender(await findTender(work, no), caller, POWER.extend)
  const { P, tiles, config } = deps
  const rows = new Map<string, TenderRow>([[no, row]])
  for (const one of row.notice.lots?.tenders ?? []) {
    const lot = await findTender(work, one)
    if (lot?.agency === row.agency && lot.state === 'published') rows.set(one, lot)
  }
  const named = together(no, input)
  const wanted = [...rows.keys()].toSorted()
  // One by itself is extended by itself; custodians are replaced lot by lot.
  const all = named.map((lot) => lot.no).join() === wanted.join() && wanted.length > 1 && input.keysets === undefined
  if (!all) refuse('lots-not-all', { lots: wanted.filter((one) => one !== no).join(', ') }, '/lots')
  const steps = named.map(({ no: one, jws }): Lot => {
    const lot = rows.get(one) as TenderRow
    return {
      no: one,
      step: { P, work, tiles, row: lot, caller, input: alone(input, jws), accelerator: config.accelerator },
    }
  })
  insist(
    await ofEach(steps, async (step) => {
      const reasons = await reasonsAgainst(step, 'extend')
      const waits =
        (await waitsFor(work, POWER.extend, step.row.no)) || (await waitsFor(work, POWER.amend, step.row.no))
      return [
        ...reasons.filter((reason) => reason.code !== 'second-person-needed'),
        ...(waits ? [{ code: 'proposal-open', facts: {} }] : []),
      ]
    }),
  )
  insist(await ofEach(steps, (step) => reasonsAgainstSignature(step, 'extend')))
  return proposed(P, work, caller, { act: POWER.extend, org: row.agency, ref: no, body: input })
}

const stepOf = (
  { deps, row: kept, proposer, persons }: Approving,
  work: Work,
  row: TenderRow,
  { jws, approval }: { jws?: string; approval?: string } = {},
): Advancing => {
  const { P, tiles, config } = deps
  const asked = kept.body as ActInput
  const own = alone(asked, jws ?? asked.jws ?? '')
  const input: ActInput = { ...own, persons, ...(approval !== undefined && { approval }) }
  return { P, work, tiles, row, caller: proposer, input, accelerator: config.accelerator }
}

/** What the second person is asked to sign. What would refuse the approval refuses this as well. */
async function toSign(what: Approving, act: ApprovedStep): Promise<JsonObject & { typ: string }> {
  const { work, row: kept } = what
  const row = await findTender(work, kept.ref)
  if (!row || row.agency !== kept.org) refuse('not-found')
  const step = stepOf(what, work, row)
  insist(await reasonsAgainst(step, act))
  if (act === 'extend') insist(await amendmentReasons(step))
  return approvalOf(step, act)
}

async function approved(what: Approved, act: ApprovedStep): Promise<void> {
  const { deps, work: before, row: kept, approver, jws = '' } = what
  const found = await lockTender(before, kept.ref)
  if (!found || found.agency !== kept.org) refuse('not-found')
  const work = await clockNow(before)
  const step = stepOf(what, work, found, { approval: jws })
  // Other tenders may have used up the opening keys of an amendment since it was proposed.
  insist(await reasonsAgainst(step, act))
  if (act === 'extend') insist(await amendmentReasons(step))
  insist(await signatureReasons(deps.P, work, approver, jws, await approvalOf(step, act)))
  insist(await advance(step, act))
}

const lotsOf = ({ row }: Approving): LotAct[] => (row.body as ActInput).lots ?? []

/** What the second person is asked to sign for each of several lots; what speaks against any of them refuses all. */
async function toSignForLots(what: Approving): Promise<{ no: string; approval: JsonObject }[]> {
  const { work, row: kept } = what
  if (lotsOf(what).length === 0) return []
  const steps: Lot[] = []
  for (const { no, jws } of together(kept.ref, kept.body as ActInput)) {
    const row = await findTender(work, no)
    if (!row || row.agency !== kept.org) refuse('not-found')
    steps.push({ no, step: stepOf(what, work, row, { jws }) })
  }
  insist(await ofEach(steps, (step) => reasonsAgainst(step, 'extend')))
  const approvals = new Map<string, JsonObject>()
  for (const { no, step } of steps) approvals.set(no, await approvalOf(step, 'extend'))
  return lotsOf(what).map(({ no }) => ({ no, approval: approvals.get(no) as JsonObject }))
}

/** All lots are extended, or none: one transaction, an approval and an entry for each, every reason by its lot. */
async function lotsApproved(what: Approved): Promise<void> {
  const { deps, work: before, row: kept, approver, jws = '' } = what
  const signed = new Map([[kept.ref, jws], ...what.lots.map((lot) => [lot.no, lot.jws] as const)])
  const rows: { row: TenderRow; jws: string }[] = []
  for (const { no, jws: act } of together(kept.ref, kept.body as ActInput)) {
    const row = await lockTender(before, no)
    if (!row || row.agency !== kept.org) refuse('not-found')
    rows.push({ row, jws: act })
  }
  const work = await clockNow(before)
  const steps = rows.map(({ row, jws: act }): Lot => {
    const approval = signed.get(row.no) ?? ''
    return { no: row.no, step: stepOf(what, work, row, { jws: act, approval }) }
  })
  insist(await ofEach(steps, (step) => reasonsAgainst(step, 'extend')))
  insist(
    await ofEach(steps, async (step) =>
      signatureReasons(deps.P, work, approver, step.input.approval ?? '', await approvalOf(step, 'extend')),
    ),
  )
  for (const { no, step } of steps) insist(ofLot(no, await advance(step, 'extend')))
  await keepForLots(deps.P, work, kept, approver.account, lotsOf(what))
}

export const awardApproved: ApprovedAct = {
  toSign: (what) => toSign(what, 'award'),
  done: (what) => approved(what, 'award'),
}
export const extendApproved: ApprovedAct = {
  toSign: async (what) => {
    await toSignForLots(what)
    return toSign(what, 'extend')
  },
  toSignForLots,
  done: (what) => (lotsOf(what).length > 0 ? lotsApproved(what) : approved(what, 'extend')),
}

export const amendApproved: ApprovedAct = {
  toSign: (what) => toSign(what, 'amend'),
  done: (what) => approved(what, 'amend'),
}

export const cancelApproved: ApprovedAct = {
  toSign: (what) => toSign(what, 'cancel'),
  done: (what) => approved(what, 'cancel'),
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
  serve(app, deps, cancelTender, ({ params, body, caller, ...work }) =>
    propose(deps, work, params.no, caller, 'cancel', { statement: body.statement, jws: body.jws }),
  )
  serve(app, deps, awardTender, ({ params, body, caller, ...work }) =>
    propose(deps, work, params.no, caller, 'award', {
      bidder: body.bidder,
      jws: body.jws,
      ...(body.winners && { winners: body.winners }),
    }),
  )
  serve(app, deps, extendTender, ({ params, body, caller, ...work }) => {
    const { deadline: newDeadline, statement, jws, keysets, lots } = body
    const input = { newDeadline, statement, jws, ...(keysets && { keysets }) }
    return lots
      ? proposeForLots(deps, work, params.no, caller, { ...input, lots })
      : propose(deps, work, params.no, caller, 'extend', input)
  })
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
