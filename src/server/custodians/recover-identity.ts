// How does a custodian that lost its identity key get another one? Another custodian vouches for it, and an auditor of a third body signs.
import { and, eq, inArray } from 'drizzle-orm'
import type { Express } from 'express'
import { organisationReview } from '../../../db/schema/organisations.ts'
import { custodian, custodianPast, organisation } from '../../../db/schema/people.ts'
import { publicJwk, recoverCustodian } from '../../api/custodians.ts'
import { parseTime } from '../../domain/kit/time.ts'
import { recoveredIdentity, vouchFor } from '../../domain/record/recovery.ts'
import { canonical } from '../../proof/canonical.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { known } from '../people/caller.ts'
import { selfSigned } from '../people/enrol-key.ts'
import { holdKeys, signatureReasons, takeKeys } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { everUsed, readStatement } from './rotate-identity.ts'

/** Whom the log knows as a verified body of oversight: one of which the operator has said so there, and that keeps no keys itself. */
async function insistOversees(work: Work, org: string): Promise<void> {
  const said = await work.tx
    .select({ body: organisation.body })
    .from(organisation)
    .innerJoin(organisationReview, eq(organisationReview.org, organisation.id))
    .where(
      and(
        eq(organisation.id, org),
        eq(organisation.kind, 'oversight'),
        eq(organisation.standing, 'verified'),
        inArray(organisationReview.act, ['verified', 'restored']),
      ),
    )
  if (said.length === 0 || said.some(({ body }) => body === 'custodian-institution')) refuse('body-not-in-log')
}

async function recover({ deps, params, body, caller, ...work }: Context<typeof recoverCustodian>) {
  const { P } = deps
  const { org } = known(caller)
  const { request, vouched, statement, jws } = body
  if (statement.trim().length < 10) refuse('statement-missing', { least: 10 })
  const { payload, jwk, kid } = await selfSigned(deps, request, 'custodian.identity/1')
  const voucher = readStatement(vouched, 'custodian.vouched/1')
  const other = String(voucher.payload.custodian)
  // Three organisations, none of which can do it alone.
  if (other === params.id || org === params.id || org === other) refuse('third-body-missing')
  // In one order, so that two who vouch for each other do not wait for each other.
  if (other < params.id) await holdKeys(work, [other])
  await takeKeys(work, params.id)
  await holdKeys(work, [other])
  const [who] = await work.tx.select().from(custodian).where(eq(custodian.id, params.id))
  const [by] = await work.tx.select().from(custodian).where(eq(custodian.id, other))
  if (!who || !by) refuse('custodian-unknown')
  await insistOversees(work, org)
  // The same again, after a lost answer.
  if (who.kid === kid) return { kid }
  const right = { id: who.id, org: who.id, replaces: who.kid }
  const wrong = Object.entries(right).find(([name, value]) => payload[name] !== value)
  if (wrong) refuse('key-mismatch', { field: wrong[0] })
  if (!parseTime(payload.from).ok) refuse('key-mismatch', { field: 'from' })
  const { typ, id, org: of, from, replaces } = payload
  if (canonical(payload) !== canonical({ typ, id, org: of, from, replaces, jwk: publicJwk.parse(jwk) } as never))
    refuse('key-mismatch', { field: 'members' })
  const word = await verifyJws(P, vouched, by.jwk, 'custodian.vouched/1')
  if (word?.header.kid !== by.kid || canonical(word.payload) !== canonical(vouchFor(P, by.id, request)))
    refuse('bad-signature', { what: 'custodian.vouched/1' }, '/vouched')
  insist(await signatureReasons(P, work, caller, jws, recoveredIdentity({ request, vouched, statement })))
  if (await everUsed(work, kid)) refuse('key-in-use')
  await work.tx.insert(custodianPast).values({ kid: who.kid, custodian: who.id, jwk: who.jwk, endedAt: work.now.date })
  await work.tx.update(custodian).set({ kid, jwk }).where(eq(custodian.id, who.id))
  const signedBy = readJws(jws).header.kid
  await append(P, work, { typ: 'custodian.identity/1', org: who.id, ref: '-', by: signedBy, payload: jws })
  return { kid }
}

export function serveRecoveries(app: Express, deps: Deps): void {
  serve(app, deps, recoverCustodian, recover)
}
