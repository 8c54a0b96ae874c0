// How does the operator verify registrations and qualifications, return them with reasons, suspend and restore?
import { and, eq, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { factDecision, organisationFact } from '../../../db/schema/organisations.ts'
import { account, organisation } from '../../../db/schema/people.ts'
import {
  decideFact,
  decideRegistration,
  listReviews,
  readReview,
  restoreOrganisation,
  suspendOrganisation,
} from '../../api/organisations.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { firstRoles } from '../../domain/organisations/kinds.ts'
import { mixesScripts } from '../../domain/organisations/names.ts'
import { factDecided, registrationReturned, rolesNow, standingNow } from '../../domain/organisations/register-acts.ts'
import type { Caller } from '../../domain/powers.ts'
import { canonical, type JsonObject } from '../../proof/canonical.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { appendSealed } from '../log/append.ts'
import { known } from '../people/caller.ts'
import { rolesChanged } from '../people/session-store.ts'
import { appendAct, insistSigned } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import {
  findOrganisation,
  firstMember,
  lookAlikes,
  membersOf,
  type OrganisationRow,
  organisationView,
  registrationState,
  writeReview,
} from './organisation-store.ts'

const LEAST = 10
const stated = (statement: string): void => {
  if (statement.trim().length < LEAST) refuse('statement-missing', { least: LEAST }, '/statement')
}

type QueueRow = {
  id: string
  kind: OrganisationRow['kind']
  ko: string
  en: string
  standing: 'pending' | 'verified' | 'suspended'
  registration: boolean
  facts: number
  since: string | null
  total: string
}

async function list({ query, ...work }: Context<typeof listReviews>) {
  const { page, per, waiting } = query
  const { rows } = await work.tx.execute<QueueRow>(sql`
    WITH newest AS (SELECT DISTINCT ON (org) org, act, at FROM organisation_review ORDER BY org, id DESC),
         told AS (SELECT org, count(*)::integer AS n, min(declared_at) AS since FROM organisation_fact WHERE state = 'declared' GROUP BY org),
         queue AS (SELECT o.id, o.kind, o.name_ko AS ko, o.name_en AS en, o.standing,
                          o.standing = 'pending' AND newest.act IS NOT DISTINCT FROM 'submitted' AS registration,
                          coalesce(told.n, 0) AS facts,
                          least(CASE WHEN newest.act = 'submitted' THEN newest.at END, told.since) AS since
                   FROM organisation o LEFT JOIN newest ON newest.org = o.id LEFT JOIN told ON told.org = o.id)
    SELECT queue.*, count(*) OVER () AS total FROM queue WHERE ${waiting === 'no'} OR registration OR facts > 0
    ORDER BY since NULLS LAST, id LIMIT ${per} OFFSET ${(page - 1) * per}`)
  return {
    reviews: rows.map(({ ko, en, since, total: _, ...row }) => ({
      ...row,
      name: { ko, en },
      since: since === null ? null : millisZ(new Date(since).getTime()),
    })),
    total: Number(rows[0]?.total ?? 0),
    page,
    per,
  }
}

async function shown(work: Work, org: string) {
  const row = await findOrganisation(work, org)
  if (!row) refuse('not-found')
  const { similar, sameNumber } = await lookAlikes(work, row)
  const mixedScripts = mixesScripts(row.nameKo) || mixesScripts(row.nameEn)
  const first = row.standing === 'pending' ? await firstOf(work, row) : null
  return { ...(await organisationView(work, row)), first, warnings: { similar, mixedScripts, sameNumber } }
}

async function locked(work: Work, org: string): Promise<OrganisationRow> {
  const row = await findOrganisation(work, org, true)
  if (!row) refuse('not-found')
  return row
}

/** Says in the log how an organisation stands, signed by the operator's person who has a key. */
async function logStanding(
  deps: Deps,
  work: Work,
  row: OrganisationRow,
  said: { standing: 'verified' | 'suspended' | 'restored'; statement: string; caller: Caller; jws: string | undefined },
) {
  const { caller, jws } = said
  const about = { id: row.id, kind: row.kind, body: row.body, name: { ko: row.nameKo, en: row.nameEn } }
  const payload = standingNow(about, said.standing, said.statement)
  await appendAct(deps.P, work, { org: row.id, caller, payload, jws })
}

/** Which roles the first person of an organisation has once it is verified. */
async function firstOf(work: Work, row: OrganisationRow) {
  const first = await firstMember(work, row.id)
  return first && { account: first.account, roles: [...new Set([...first.roles, ...firstRoles(row.kind, row.body)])] }
}

async function decide({ deps, params, body, caller, tx, now }: Context<typeof decideRegistration>) {
  const work: Work = { tx, now }
  const by = known(caller).account
  const row = await locked(work, params.org)
  const state = await registrationState(work, row)
  if (state !== 'waiting') refuse('organisation-state', { state })
  if (body.verdict === 'returned') {
    if (body.reasons.length === 0 || body.reasons.includes('other')) stated(body.statement)
    const reasons = [...body.reasons]
    const { statement, jws } = body
    const payload = registrationReturned(row.id, { reasons, statement }, by)
    const sealed = { org: row.id, fact: null, verdict: 'returned' }
    const decision = await sealDecision(deps.P, work, sealed, { caller, payload, jws })
    await writeReview(work, { org: row.id, act: 'returned', by, reasons, statement, decision })
    return shown(work, row.id)
  }
  // Said before the database would say it: its own word, the unique index, comes last.
  if ((await lookAlikes(work, row)).sameNumber.some((other) => other.standing !== 'pending')) refuse('number-taken')
  await tx.update(organisation).set({ standing: 'verified' }).where(eq(organisation.id, row.id))
  await writeReview(work, { org: row.id, act: 'verified', by, statement: body.statement })
  await logStanding(deps, work, row, { standing: 'verified', statement: '', caller, jws: body.jws })
  // Who registered it proposed these roles by registering; the operator is the second person.
  const first = await firstOf(work, row)
  if (first) {
    await tx.update(account).set({ roles: first.roles }).where(eq(account.id, first.account))
    const payload = rolesNow(first, { proposedBy: first.account, approvedBy: by })
    await appendAct(deps.P, work, { org: row.id, caller, payload, jws: body.rolesJws, at: '/rolesJws' })
  }
  return shown(work, row.id)
}

/**
 * Seals a decision about a firm into the log, signed by whoever decides and has a key, and keeps what opens it. Answers the entry's
 * commitment.
 */
async function sealDecision(
  P: Primitives,
  work: Work,
  about: { org: string; fact: string | null; verdict: string },
  said: { caller: Caller; payload: JsonObject & { typ: string }; jws: string | undefined },
): Promise<string> {
  await insistSigned(P, work, said)
  const text = said.jws ?? canonical(said.payload)
  const salt = P.random(32)
  const c = commitment(P, salt, text)
  await work.tx.insert(factDecision).values({ c, ...about, salt, text, at: work.now.date })
  await appendSealed(work, null, c)
  return c
}

async function judgeFact({ deps, params, body, caller, tx, now }: Context<typeof decideFact>) {
  const work: Work = { tx, now }
  const by = known(caller).account
  await locked(work, params.org)
  const of = and(eq(organisationFact.id, params.id), eq(organisationFact.org, params.org))
  const fact = (await tx.select().from(organisationFact).where(of))[0]
  if (!fact) refuse('not-found')
  if (fact.state !== 'declared') refuse('organisation-state', { state: fact.state })
  if (body.verdict === 'refused') stated(body.statement)
  const about = { ...fact, from: fact.validFrom, until: fact.validUntil }
  const payload = factDecided(params.org, about, body.verdict, by)
  const { org, id } = params
  const sealed = { org, fact: id, verdict: body.verdict }
  const decision = await sealDecision(deps.P, work, sealed, { caller, payload, jws: body.jws })
  await tx
    .update(organisationFact)
    .set({ state: body.verdict, statement: body.statement, decidedBy: by, decidedAt: now.date, decision })
    .where(of)
  return shown(work, org)
}

async function stand(
  { deps, params, body, caller, tx, now }: Context<typeof suspendOrganisation>,
  from: 'verified' | 'suspended',
  act: 'suspended' | 'restored',
) {
  const work: Work = { tx, now }
  const by = known(caller).account
  const row = await locked(work, params.org)
  // The operator that suspended itself could restore nobody.
  if (row.standing !== from || row.kind === 'operator') refuse('organisation-state', { state: row.standing })
  stated(body.statement)
  const standing = act === 'suspended' ? 'suspended' : 'verified'
  await tx.update(organisation).set({ standing }).where(eq(organisation.id, row.id))
  await writeReview(work, { org: row.id, act, by, statement: body.statement })
  await logStanding(deps, work, row, { standing: act, statement: body.statement, caller, jws: body.jws })
  // Live connections of its people are cut and come back with what holds now.
  for (const member of await membersOf(work, row.id)) await rolesChanged(work, member.account)
  return shown(work, row.id)
}

export function serveVerification(app: Express, deps: Deps): void {
  serve(app, deps, listReviews, list)
  serve(app, deps, readReview, ({ params, ...work }) => shown(work, params.org))
  serve(app, deps, decideRegistration, decide)
  serve(app, deps, decideFact, judgeFact)
  serve(app, deps, suspendOrganisation, (context) => stand(context, 'verified', 'suspended'))
  serve(app, deps, restoreOrganisation, (context) => stand(context, 'suspended', 'restored'))
}
