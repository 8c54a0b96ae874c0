// May these shares enter the log? The server checks who signed them and for which list; what they open, anybody computes.
import { and, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { custodian } from '../../../db/schema/people.ts'
import { opening, rekey, release } from '../../../db/schema/tenders.ts'
import { releaseShares } from '../../api/custodians.ts'
import { FormatError, fromB64u } from '../../proof/bytes.ts'
import { type Jws, readJws, verifyJws } from '../../proof/jws.ts'
import { drawGivenUp } from '../disputes/draw-given-up.ts'
import { append } from '../log/append.ts'
import { holdKeys } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { lockTender } from '../tenders/tender-store.ts'
import { type Kind, keysetOf, openingOf } from './release-store.ts'

function sharesIn(payload: Jws['payload']): { eid: string; y: string }[] {
  const { shares } = payload
  if (!Array.isArray(shares)) refuse('release-invalid', { why: 'shares' })
  return shares.map((share) => {
    const { eid, y } = (share ?? {}) as { eid?: unknown; y?: unknown }
    try {
      if (typeof eid === 'string' && typeof y === 'string' && fromB64u(y).length === 32) return { eid, y }
    } catch (err) {
      if (!(err instanceof FormatError)) throw err
    }
    return refuse('release-invalid', { why: 'shares' })
  })
}

async function accept({ deps, params, body, ...work }: Context<typeof releaseShares>) {
  const jws = (() => {
    try {
      return readJws(body.jws)
    } catch (err) {
      if (err instanceof FormatError) return refuse('bad-signature', { what: 'release/1' })
      throw err
    }
  })()
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const { ks, x, list } = jws.payload
  const rows = await work.tx
    .select({ kind: opening.kind })
    .from(opening)
    .where(and(eq(opening.tender, row.no), eq(opening.ks, String(ks))))
  const kind = rows[0]?.kind as Kind | undefined
  if (!kind) refuse('release-invalid', { why: 'ks' })
  // After bidders were told to seal again the new custodians open, for all alike.
  const replaced = await work.tx
    .select({ ks: rekey.ks })
    .from(rekey)
    .where(and(eq(rekey.tender, row.no), eq(rekey.kind, kind)))
  if (replaced[0]) refuse('release-invalid', { why: 'bidders were told to seal again' })
  if (kind === 'draw' && (await drawGivenUp(work, row)))
    refuse('release-invalid', { why: 'bidders were told to seal again' })
  const { keyset } = await keysetOf(deps.P, work, row.no, kind)
  const who = keyset.custodians.find((c) => c.x === x)
  if (!who) refuse('release-invalid', { why: 'x' })
  await holdKeys(work, [who.id])
  const identities = await work.tx.select().from(custodian).where(eq(custodian.id, who.id))
  const identity = identities[0]
  if (!identity || jws.header.kid !== identity.kid || !(await verifyJws(deps.P, body.jws, identity.jwk, 'release/1'))) {
    refuse('bad-signature', { what: 'release/1' })
  }
  const before = await work.tx
    .select({ jws: release.jws })
    .from(release)
    .where(and(eq(release.ks, String(ks)), eq(release.x, who.x)))
  if (before[0]) {
    if (before[0].jws !== body.jws) refuse('release-differs')
    return { accepted: true }
  }
  const found = await openingOf(work, row.no, kind)
  if (!found || found.opening.listIdx === null) refuse('wrong-state', { state: row.state, from: `${kind}_opening` })
  if (found.opening.listHash !== list) refuse('release-invalid', { why: 'list' })
  const shares = sharesIn(jws.payload)
  const inOrder = shares.length === found.envelopes.length && found.envelopes.every((e, i) => e.eid === shares[i]?.eid)
  if (!inOrder) refuse('release-invalid', { why: 'eids' })
  await work.tx.insert(release).values({
    tender: row.no,
    kind,
    ks: String(ks),
    x: who.x,
    custodian: who.id,
    jws: body.jws,
    at: work.now.date,
  })
  await append(deps.P, work, { typ: 'release/1', org: who.id, ref: row.no, by: identity.kid, payload: body.jws })
  return { accepted: true }
}

export function serveReleases(app: Express, deps: Deps): void {
  serve(app, deps, releaseShares, accept)
}
