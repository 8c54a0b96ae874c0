// May this enter the draw? A custodian's sealed contribution, to this tender's keyset, once, before the close.
import { and, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { drawContribution } from '../../../db/schema/evaluators.ts'
import { custodian } from '../../../db/schema/people.ts'
import { contributeToDraw } from '../../api/evaluators.ts'
import { keysetsOf } from '../../domain/tenders/procedure.ts'
import { b64u, FormatError, utf8 } from '../../proof/bytes.ts'
import { readEnvelope } from '../../proof/envelope.ts'
import { type Jws, readJws, verifyJws } from '../../proof/jws.ts'
import { append } from '../log/append.ts'
import { keysetOf, toKeysetInUse } from '../openings/release-store.ts'
import { holdKeys } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { lockTender } from '../tenders/tender-store.ts'

function payloadOf(jws: string): Jws['payload'] {
  try {
    return readJws(jws).payload
  } catch (err) {
    if (err instanceof FormatError) return refuse('bad-signature', { what: 'draw.contribution/1' })
    throw err
  }
}

async function accept({ deps, params, body, ...work }: Context<typeof contributeToDraw>) {
  const { P } = deps
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const said = payloadOf(body.jws)
  if (!keysetsOf(row).includes('draw')) refuse('contribution-invalid', { why: 'no lot is drawn' })
  await holdKeys(work, [String(said.custodian)])
  const identities = await work.tx
    .select()
    .from(custodian)
    .where(eq(custodian.id, String(said.custodian)))
  const who = identities[0]
  const verified = who && (await verifyJws(P, body.jws, who.jwk, 'draw.contribution/1'))
  if (!verified || verified.header.kid !== who.kid) refuse('bad-signature', { what: 'draw.contribution/1' })
  const before = await work.tx
    .select({ jws: drawContribution.jws })
    .from(drawContribution)
    .where(
      and(
        eq(drawContribution.tender, row.no),
        eq(drawContribution.custodian, who.id),
        await toKeysetInUse(P, work, row),
      ),
    )
  if (before[0]) {
    if (before[0].jws !== body.jws) refuse('contribution-invalid', { why: 'another one is there already' })
    return { accepted: true }
  }
  // The row is held, so the closing entry comes after this one's.
  if (row.state !== 'published' || row.deadline <= work.now.date)
    refuse('wrong-state', { state: row.state, from: 'published' })
  const { ks, keyset } = await keysetOf(P, work, row.no, 'draw')
  if (!keyset.custodians.some((c) => c.id === who.id)) refuse('contribution-invalid', { why: 'custodian' })
  const bytes = utf8(body.envelope)
  const eid = b64u(P.sha256(bytes))
  const right = { tender: row.no, lot: '1', ks, eid }
  const wrong = Object.entries(right).find(([name, value]) => said[name] !== value)
  if (wrong) refuse('contribution-invalid', { why: wrong[0] })
  const envelope = readEnvelope(P, bytes, keyset)
  if ('refused' in envelope)
    refuse('contribution-invalid', { why: envelope.refused.map(({ code }) => code).join(', ') })
  await work.tx.insert(drawContribution).values({
    tender: row.no,
    custodian: who.id,
    ks: row.keysetsBy === null ? null : ks,
    eid,
    bytes,
    jws: body.jws,
    at: work.now.date,
  })
  await append(P, work, { typ: 'draw.contribution/1', org: who.id, ref: row.no, by: who.kid, payload: body.jws })
  return { accepted: true }
}

export function serveContributions(app: Express, deps: Deps): void {
  serve(app, deps, contributeToDraw, accept)
}
