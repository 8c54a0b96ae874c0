// How does a bidder object to a result, and how does an overseer decide about it?
import { asc, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { complaint } from '../../../db/schema/complaints.ts'
import { openingEnvelope } from '../../../db/schema/tenders.ts'
import { decideComplaint, lodgeComplaint } from '../../api/complaints.ts'
import { objectionNumber } from '../../domain/record/objected.ts'
import {
  type ObjectionOutcome,
  reasonsAgainstDeciding,
  reasonsAgainstObjecting,
  type StandingObjection,
} from '../../domain/tenders/objections.ts'
import { decidingObjection, objecting } from '../../domain/tenders/signed-acts.ts'
import { readJws } from '../../proof/jws.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { mailBidders } from '../mail/mail-bidders.ts'
import { mailPeople } from '../mail/mail-people.ts'
import { pagesAt } from '../mail/post-mail.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { clockNow, lockTender, type TenderRow } from './tender-store.ts'

/** Every objection to a tender's result, the oldest first. */
export async function objectionsTo({ tx }: Work, no: string): Promise<StandingObjection[]> {
  const rows = await tx
    .select({ c: complaint.c, org: complaint.org, outcome: complaint.outcome })
    .from(complaint)
    .where(eq(complaint.tender, no))
    .orderBy(asc(complaint.at), asc(complaint.c))
  return rows.map((row) => ({ ...row, outcome: row.outcome as ObjectionOutcome | null }))
}

async function biddersOf({ tx }: Work, no: string): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ bidder: openingEnvelope.bidder })
    .from(openingEnvelope)
    .where(eq(openingEnvelope.tender, no))
  return rows.map(({ bidder }) => bidder)
}

/** The row under its lock, which whoever awards takes, too: an award sees each objection that came before it. */
async function ranked(before: Work, no: string): Promise<{ row: TenderRow; work: Work }> {
  const row = await lockTender(before, no)
  if (!row || row.peak === 'draft') refuse('not-found')
  return { row, work: await clockNow(before) }
}

async function lodge({ deps, params, body, caller, req, ...before }: Context<typeof lodgeComplaint>) {
  const { P, config } = deps
  const { org, account: by } = known(caller)
  const { row, work } = await ranked(before, params.no)
  const bidders = row.state === 'ranked' ? await biddersOf(work, row.no) : [org]
  const standing = await objectionsTo(work, row.no)
  const { state, overseers } = row
  insist(reasonsAgainstObjecting({ state, overseers, bidders }, { org, reasons: body.reasons, standing }))
  const payload = objecting(row.no, org, body.ground, body.reasons)
  insist(await signatureReasons(P, work, caller, body.jws, payload))
  const c = objectionNumber(P, body.jws)
  await work.tx.insert(complaint).values({ c, tender: row.no, org, account: by, at: work.now.date })
  await append(P, work, { typ: payload.typ, org, ref: row.no, by: readJws(body.jws).header.kid, payload: body.jws })
  const base = pagesAt(config, req)
  const mail = {
    kind: 'objection-lodged',
    base,
    facts: { tender: row.no, page: `${base}/tenders/${row.no}?tab=objections` },
  } as const
  await mailPeople(work, { ...mail, orgs: overseers, role: 'auditor' })
  await mailPeople(work, { ...mail, orgs: [row.agency], role: 'officer' })
  return { c }
}

async function decide({ deps, params, body, caller, req, ...before }: Context<typeof decideComplaint>) {
  const { P, config } = deps
  const { org } = known(caller)
  const { row, work } = await ranked(before, params.no)
  // Whose tender it is has no say in it, nor has anybody whom the notice does not name.
  if (!row.overseers.includes(org) || org === row.agency) refuse('forbidden')
  const objection = (await objectionsTo(work, row.no)).find(({ c }) => c === params.c)
  if (!objection) refuse('objection-unknown')
  insist(reasonsAgainstDeciding(row.state, { reasons: body.reasons, objection }))
  const payload = decidingObjection(row.no, params.c, body.outcome, body.reasons)
  insist(await signatureReasons(P, work, caller, body.jws, payload))
  await work.tx
    .update(complaint)
    .set({ outcome: body.outcome, decision: objectionNumber(P, body.jws) })
    .where(eq(complaint.c, params.c))
  await append(P, work, { typ: payload.typ, org, ref: row.no, by: readJws(body.jws).header.kid, payload: body.jws })
  const base = pagesAt(config, req)
  const facts = { tender: row.no, page: `${base}/tenders/${row.no}?tab=objections` }
  await mailBidders(work, { kind: 'objection-decided', bidders: [objection.org], base, facts })
  await mailPeople(work, { kind: 'objection-decided', orgs: [row.agency], role: 'officer', base, facts })
  return { accepted: true as const }
}

export function serveComplaints(app: Express, deps: Deps): void {
  serve(app, deps, lodgeComplaint, lodge)
  serve(app, deps, decideComplaint, decide)
}
