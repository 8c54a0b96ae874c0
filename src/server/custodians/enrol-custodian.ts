// How do custodians become known and offer their opening keys?
import { and, asc, count, desc, eq, inArray, isNull } from 'drizzle-orm'
import type { Express } from 'express'
import { custodian, custodianPast, prekey } from '../../../db/schema/people.ts'
import { release } from '../../../db/schema/tenders.ts'
import { enrolCustodian, listCustodians, offerPrekeys, publicJwk } from '../../api/custodians.ts'
import { id } from '../../api/endpoint.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { verifyJws } from '../../proof/jws.ts'
import { thumbprint } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { selfSigned } from '../people/enrol-key.ts'
import { holdKeys } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { organisationNames } from '../tenders/tender-store.ts'

async function enrol({ deps, body, ...work }: Context<typeof enrolCustodian>) {
  const { payload, jwk, kid } = await selfSigned(deps, body.jws, 'custodian.identity/1')
  const name = id.safeParse(payload.id)
  if (!name.success || payload.org !== payload.id) refuse('key-mismatch', { field: 'id' })
  if (payload.replaces !== null) refuse('key-mismatch', { field: 'replaces' })
  const rows = await work.tx
    .insert(custodian)
    .values({ id: name.data, kid, jwk })
    .onConflictDoNothing()
    .returning({ id: custodian.id })
  if (rows.length === 0) refuse('key-in-use')
  await append(deps.P, work, { typ: 'custodian.identity/1', org: name.data, ref: '-', by: kid, payload: body.jws })
  return { id: name.data, kid }
}

async function stockOf(work: Work, who: string): Promise<number> {
  const rows = await work.tx
    .select({ left: count() })
    .from(prekey)
    .where(and(eq(prekey.custodian, who), isNull(prekey.usedBy)))
  return rows[0]?.left ?? 0
}

const RELEASES_SHOWN = 5

/** The newest releases of a custodian. A release is taken only once its tender's opening is public. */
async function releasesOf(work: Work, who: string) {
  const rows = await work.tx
    .select({ tender: release.tender, kind: release.kind, at: release.at })
    .from(release)
    .where(eq(release.custodian, who))
    .orderBy(desc(release.at))
    .limit(RELEASES_SHOWN)
  return rows.map((row) => ({ ...row, kind: row.kind.replace('rekey-', ''), at: millisZ(row.at.getTime()) }))
}

async function list({ ...work }: Context<typeof listCustodians>) {
  const rows = await work.tx.select().from(custodian).orderBy(asc(custodian.id))
  const names = await organisationNames(
    work,
    rows.map(({ id }) => id),
  )
  const custodians = []
  for (const { id, kid, jwk } of rows) {
    const name = names[id] ?? { ko: id, en: id }
    const past = await work.tx
      .select({ kid: custodianPast.kid, endedAt: custodianPast.endedAt })
      .from(custodianPast)
      .where(eq(custodianPast.custodian, id))
      .orderBy(desc(custodianPast.endedAt))
    custodians.push({
      id,
      name,
      kid,
      jwk,
      past: past.map((key) => ({ kid: key.kid, endedAt: millisZ(key.endedAt.getTime()) })),
      prekeysLeft: await stockOf(work, id),
      releases: await releasesOf(work, id),
    })
  }
  return { custodians }
}

async function offer({ deps, params, body, ...work }: Context<typeof offerPrekeys>) {
  await holdKeys(work, [params.id])
  const rows = await work.tx.select().from(custodian).where(eq(custodian.id, params.id))
  const who = rows[0]
  if (!who) refuse('custodian-unknown')
  const verified = await verifyJws(deps.P, body.jws, who.jwk, 'custodian.prekeys/1')
  if (!verified || verified.header.kid !== who.kid) refuse('bad-signature', { what: 'custodian.prekeys/1' })
  if (verified.payload.custodian !== who.id) refuse('key-mismatch', { field: 'custodian' })
  const keys = Array.isArray(verified.payload.keys) ? verified.payload.keys : []
  const offered = keys.flatMap((entry) => {
    const { kid, jwk } = (entry ?? {}) as { kid?: unknown; jwk?: unknown }
    const key = publicJwk.safeParse(jwk)
    return key.success && kid === thumbprint(deps.P, key.data) ? [{ kid: kid as string, jwk: key.data }] : []
  })
  if (offered.length === 0 || offered.length > 200 || offered.length !== keys.length)
    refuse('key-mismatch', { field: 'keys' })
  const known = await work.tx
    .select({ kid: prekey.kid })
    .from(prekey)
    .where(
      inArray(
        prekey.kid,
        offered.map((key) => key.kid),
      ),
    )
  // The same offer again, after a lost answer, is fine; a mixture is not.
  if (known.length > 0 && known.length !== offered.length) refuse('key-in-use')
  if (known.length === 0) {
    await work.tx.insert(prekey).values(offered.map((key) => ({ ...key, custodian: who.id, offeredAt: work.now.date })))
    await append(deps.P, work, { typ: 'custodian.prekeys/1', org: who.id, ref: '-', by: who.kid, payload: body.jws })
  }
  return { stock: await stockOf(work, who.id) }
}

export function serveCustodians(app: Express, deps: Deps): void {
  serve(app, deps, enrolCustodian, enrol)
  serve(app, deps, listCustodians, list)
  serve(app, deps, offerPrekeys, offer)
}
