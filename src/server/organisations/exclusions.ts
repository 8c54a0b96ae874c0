// How is a firm shut out of tenders, and let in again? By two persons, in public, with dates and legal basis.
import { eq, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { exclusion } from '../../../db/schema/organisations.ts'
import { declareExclusion, liftExclusion, listExclusions } from '../../api/organisations.ts'
import { secondsZ, timeOf } from '../../domain/kit/time.ts'
import { exclusionReasons } from '../../domain/organisations/exclusion.ts'
import { relates } from '../../domain/powers.ts'
import { approvingExclusion, exclusionId, lifting, shuttingOut } from '../../domain/tenders/signed-acts.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import type { Approved, ApprovedAct } from '../proposals/approved-acts.ts'
import { proposed } from '../proposals/proposal-store.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { exclusionsOf, findExclusion, listedExclusions } from './exclusion-store.ts'
import { findOrganisation } from './organisation-store.ts'

const LEAST = 10

type Wanted = { org: string; from: string; until: string; basis: string; grounds: string; jws: string }
type Ending = { firm: string; statement: string; jws: string }

/** Refuses what cannot be, at the proposal and again at the approval: time has passed between them. */
async function judge(work: Work, wanted: Wanted): Promise<void> {
  const firm = await findOrganisation(work, wanted.org)
  if (!firm || firm.standing === 'pending') refuse('not-found')
  if (firm.kind !== 'supplier') refuse('not-a-supplier')
  insist(exclusionReasons(wanted, work.now.date.getTime()))
}

async function declare({ deps, body, caller, tx, now }: Context<typeof declareExclusion>) {
  const work: Work = { tx, now }
  await judge(work, body)
  insist(await signatureReasons(deps.P, work, known(caller), body.jws, shuttingOut(body)))
  const { org } = known(caller)
  return proposed(deps.P, work, caller, { act: 'exclusion.declare', org, ref: body.org, body: { ...body } })
}

async function lift({ deps, params, body, caller, tx, now }: Context<typeof liftExclusion>) {
  const work: Work = { tx, now }
  const row = await findExclusion(work, params.id)
  if (!row) refuse('not-found')
  if (!relates(caller, 'exclusion.lift', { org: row.declaredFor })) refuse('forbidden')
  if (row.liftedAt !== null || row.endsAt <= now.date) refuse('organisation-state', { state: 'lifted' })
  if (body.statement.trim().length < LEAST) refuse('statement-missing', { least: LEAST }, '/statement')
  insist(await signatureReasons(deps.P, work, known(caller), body.jws, lifting(row.id, row.org, body.statement)))
  const asked = { act: 'exclusion.lift', org: row.declaredFor, ref: row.id, body: { ...body, firm: row.org } } as const
  return proposed(deps.P, work, caller, asked)
}

/** Alone with the firm: whoever judges by its exclusions has done so, or will see this one. */
const alone = (work: Work, org: string) => work.tx.execute(sql`SELECT pg_advisory_xact_lock(${exclusionsOf(org)})`)

const toSign: ApprovedAct['toSign'] = async ({ deps, row, persons }) =>
  approvingExclusion(deps.P, String(row.body.jws), persons)

/** Both signatures, as they stand in the entry: each must hold now, where the entry will be. */
async function bothSigned(what: Approved, work: Work, proposal: JsonObject & { typ: string }) {
  const { deps, row, proposer, approver, persons, jws = '' } = what
  const { P } = deps
  const first = String(row.body.jws)
  insist(await signatureReasons(P, work, known(proposer), first, proposal))
  insist(await signatureReasons(P, work, approver, jws, approvingExclusion(P, first, persons)))
  return { proposal: first, approval: jws }
}

/** Enters the exclusion. It begins when it was to begin, or now if that has passed: nothing is shut out in the past. */
async function declared(what: Approved): Promise<void> {
  const { deps, work: before, row, persons } = what
  const wanted = row.body as Wanted
  await alone(before, wanted.org)
  // The clock after the wait: bids that were judged in the meantime stay as they were judged.
  const { rows } = await before.tx.execute<{ at: string }>(sql`SELECT clock_timestamp() AS at`)
  const work: Work = { tx: before.tx, now: { ...before.now, date: new Date(rows[0]?.at ?? Number.NaN) } }
  await judge(work, wanted)
  const signed = await bothSigned(what, work, shuttingOut(wanted))
  // Whole seconds, the next one: what is in the log and what the database judges by are then the same instant.
  const earliest = Math.ceil((work.now.date.getTime() + 1) / 1000) * 1000
  const from = secondsZ(Math.max(timeOf(wanted.from), earliest))
  const id = exclusionId(deps.P, signed.proposal)
  const { basis, grounds, org, until } = wanted
  const startsAt = new Date(from)
  const endsAt = new Date(until)
  await work.tx
    .insert(exclusion)
    .values({ id, org, declaredFor: row.org, startsAt, endsAt, basis, grounds, ...persons, at: work.now.date })
  const payload = { typ: 'exclusion/1', id, org, from, until, basis, grounds, ...persons, ...signed }
  await append(deps.P, work, { typ: payload.typ, org: row.org, ref: '-', by: persons.approvedBy, payload })
}

async function lifted(what: Approved): Promise<void> {
  const { deps, work, row, persons } = what
  const found = await findExclusion(work, row.ref, true)
  if (!found) refuse('not-found')
  if (found.liftedAt !== null) refuse('organisation-state', { state: 'lifted' })
  await alone(work, found.org)
  const { statement } = row.body as Ending
  const signed = await bothSigned(what, work, lifting(found.id, found.org, statement))
  await work.tx
    .update(exclusion)
    .set({ liftedAt: work.now.date, liftedWhy: statement })
    .where(eq(exclusion.id, found.id))
  const payload = { typ: 'exclusion.lifted/1', id: found.id, org: found.org, statement, ...persons, ...signed }
  await append(deps.P, work, { typ: payload.typ, org: row.org, ref: '-', by: persons.approvedBy, payload })
}

export const exclusionApproved: ApprovedAct = { toSign, done: declared }
export const liftingApproved: ApprovedAct = { toSign, done: lifted }

export function serveExclusions(app: Express, deps: Deps): void {
  serve(app, deps, listExclusions, ({ query, ...work }) => listedExclusions(work, query))
  serve(app, deps, declareExclusion, declare)
  serve(app, deps, liftExclusion, lift)
}
