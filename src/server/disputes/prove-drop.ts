// A bidder holds a receipt and the closing list lacks the bid: put it back before the opening, else put the proof on record.
import { and, eq, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { bidClaim } from '../../../db/schema/bids.ts'
import { logEntry, logPayload } from '../../../db/schema/log.ts'
import { actorKey } from '../../../db/schema/people.ts'
import { proveDrop } from '../../api/disputes.ts'
import { readClaim } from '../../domain/bids/claim.ts'
import type { ClosingRow } from '../../domain/record/closing.ts'
import { readClosed, readClosingList } from '../../domain/record/payloads.ts'
import { DROPPED, PUT_BACK, readConfirmed } from '../../domain/record/put-back.ts'
import { FormatError, fromB64u, fromUtf8, utf8 } from '../../proof/bytes.ts'
import { parseJson } from '../../proof/canonical.ts'
import { verifyJws } from '../../proof/jws.ts'
import type { PublicJwk } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { known } from '../people/caller.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { legal, lockTender } from '../tenders/tender-store.ts'

async function payloadAt(work: Work, hash: Uint8Array): Promise<Uint8Array> {
  const rows = await work.tx.select({ bytes: logPayload.bytes }).from(logPayload).where(eq(logPayload.hash, hash))
  if (!rows[0]) throw new Error('a payload of the log is gone')
  return rows[0].bytes
}

/** The closing list as it was published. */
async function publishedList(work: Work, closing: number): Promise<ClosingRow[]> {
  const entries = await work.tx.select().from(logEntry).where(eq(logEntry.idx, closing))
  const hash = entries[0]?.payloadHash
  if (!hash) throw new Error(`entry ${closing} is no closing entry`)
  const closed = readClosed(parseJson(fromUtf8(await payloadAt(work, hash))) as Parameters<typeof readClosed>[0])
  const bytes = await payloadAt(work, fromB64u(closed.leaves))
  return readClosingList(parseJson(fromUtf8(bytes), { bytes: bytes.length }))
}

async function keyOf(work: Work, org: string, kid: string): Promise<PublicJwk | null> {
  const rows = await work.tx
    .select({ jwk: actorKey.jwk })
    .from(actorKey)
    .where(and(eq(actorKey.org, org), eq(actorKey.kid, kid)))
  return rows[0]?.jwk ?? null
}

async function signedBy(deps: Deps, jws: string, jwk: PublicJwk | null, typ: string): Promise<boolean> {
  try {
    return jwk !== null && (await verifyJws(deps.P, jws, jwk, typ)) !== null
  } catch (error) {
    if (error instanceof FormatError) return false
    throw error
  }
}

async function prove({ deps, params, body, caller, ...work }: Context<typeof proveDrop>) {
  const { P } = deps
  const { org, account } = known(caller)
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  if (row.closedIdx === null) refuse('wrong-state', { state: row.state, from: 'closed' })
  const said = await readConfirmed(P, body.received, [deps.keys.receipts])
  if (!said) refuse('receipt-invalid', { why: 'the server did not sign it' })
  const claim = readClaim(P, body, said, { tender: row.no, bidder: org, deadline: legal(row.deadline) })
  if ('reasons' in claim) {
    insist(claim.reasons)
    throw new Error('unreachable')
  }
  const { act, kid } = claim
  if (!(await signedBy(deps, body.jws, await keyOf(work, org, kid), `${act.act}/1`)))
    refuse('bad-signature', { what: `${act.act}/1` })

  const before = await work.tx.select().from(bidClaim).where(eq(bidClaim.c, said.c))
  if (before[0]) return { outcome: before[0].outcome }
  const list = await publishedList(work, row.closedIdx)
  if (list.some(([, c]) => c === said.c)) refuse('not-dropped')
  const entries = await work.tx.select({ idx: logEntry.idx }).from(logEntry).where(eq(logEntry.c, said.c))
  const found = entries[0]?.idx
  const below = found !== undefined && found < row.closedIdx ? found : null

  let outcome: 'put back' | 'recorded' = 'recorded'
  // Once the sealed entries are named the list is final: nobody may choose afterwards which entry to name.
  if (below !== null && row.state === 'closed') {
    const eids = act.act === 'submission' ? [act.technical || null, act.price] : [null, null]
    const { rows } = await work.tx.execute<{ idx: string | null }>(
      sql`SELECT put_back_act(${row.no}, ${org}, ${account}, ${act.act}, ${act.seq}::integer, ${body.jws}, ${body.salt},
            ${eids[0]}::text, ${eids[1]}::text, ${said.at}::timestamptz, ${body.received}) AS idx`,
    )
    if (rows[0]?.idx !== null && rows[0]?.idx !== undefined) {
      outcome = 'put back'
      for (const kind of ['technical', 'price'] as const) {
        const file = body.envelopes?.[kind]
        if (act.act !== 'submission' || file === undefined) continue
        const bytes = Buffer.from(utf8(file))
        await work.tx.execute(sql`SELECT restore_envelope(${row.no}, ${act[kind]}, ${bytes}::bytea)`)
      }
    }
  }
  await work.tx.insert(bidClaim).values({ c: said.c, tender: row.no, bidder: org, outcome, at: work.now.date })
  const payload = {
    typ: 'incident/1',
    tender: row.no,
    lot: '1',
    reasons: [outcome === 'put back' ? PUT_BACK : DROPPED],
    acts: below === null ? [] : [below],
    newDeadline: null,
    // The receipt names neither the bidder nor what was bid: who it is stays sealed until the reveal.
    facts: { c: said.c, received: body.received },
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  return { outcome }
}

export function serveDrops(app: Express, deps: Deps): void {
  serve(app, deps, proveDrop, prove)
}
