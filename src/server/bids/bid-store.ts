// How are sealed acts kept? The statement that writes one is the statement that decides whether it came in time.
import { and, desc, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import { bidAct, envelope, envelopeEpk } from '../../../db/schema/bids.ts'
import { actorKey } from '../../../db/schema/people.ts'
import { keyset, tender } from '../../../db/schema/tenders.ts'
import type { BidderFacts } from '../../domain/bids/submission.ts'
import { millisZ } from '../../domain/kit/time.ts'
import type { TenderState } from '../../domain/tenders/lifecycle.ts'
import { utf8 } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { type Keyset, readKeyset } from '../../proof/keyset.ts'
import type { Primitives, PublicJwk } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'

export type BidTender = { no: string; state: TenderState; keysets: { technical: Keyset; price: Keyset } }

const parsed = new Map<string, Keyset>()

/** A tender as bidding needs it, or null when there is none that the public knows. */
export async function loadTenderForBidding(P: Primitives, work: Work, no: string): Promise<BidTender | null> {
  const rows = await work.tx
    .select({ state: tender.state, kind: keyset.kind, ks: keyset.ks, body: keyset.body })
    .from(tender)
    .innerJoin(keyset, eq(keyset.tender, tender.no))
    .where(and(eq(tender.no, no), ne(tender.state, 'draft')))
  const of = (kind: string): Keyset | null => {
    const row = rows.find((r) => r.kind === kind)
    if (!row) return null
    // A keyset never changes under its hash, and checking its points on the curve costs more than the rest of a bid.
    const known = parsed.get(row.ks) ?? readKeyset(P, row.body as Json)
    if (parsed.size > 1000) parsed.clear()
    parsed.set(row.ks, known)
    return known
  }
  const [technical, price] = [of('technical'), of('price')]
  if (!rows[0] || !technical || !price) return null
  return { no, state: rows[0].state as TenderState, keysets: { technical, price } }
}

/** Serialises the acts of one bidder in one tender; other bidders are not kept waiting. */
export async function lockBidder(work: Work, no: string, bidder: string): Promise<void> {
  await work.tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`bidder ${no} ${bidder}`}, 0))`)
}

/** The acts of a bidder so far: what number comes next, and which submission stands. */
export async function bidderFacts(work: Work, no: string, bidder: string): Promise<BidderFacts> {
  const rows = await work.tx
    .select({ seq: bidAct.seq, kind: bidAct.kind, c: bidAct.c })
    .from(bidAct)
    .where(and(eq(bidAct.tender, no), eq(bidAct.bidder, bidder), ne(bidAct.kind, 'refusal')))
    .orderBy(desc(bidAct.seq))
    .limit(1)
  const last = rows[0]
  return { bidder, nextSeq: (last?.seq ?? 0) + 1, current: last?.kind === 'submission' ? last.c : null }
}

/** Keys of the organisation that may sign now, by kid. */
export async function keysOf(work: Work, org: string): Promise<Map<string, PublicJwk>> {
  const rows = await work.tx
    .select({ kid: actorKey.kid, jwk: actorKey.jwk })
    .from(actorKey)
    .where(and(eq(actorKey.org, org), isNull(actorKey.replacedBy)))
  return new Map(rows.map((row) => [row.kid, row.jwk]))
}

/** Was a commitment or ephemeral key used before, or is one used twice among those given? */
export async function usedBefore(
  work: Work,
  given: { c: string; kcs: string[]; epks: { ks: string; epk: string }[] },
): Promise<boolean> {
  const { tx } = work
  const acts = await tx.select({ id: bidAct.id }).from(bidAct).where(eq(bidAct.c, given.c)).limit(1)
  if (acts.length > 0) return true
  if (given.kcs.length === 0) return false
  if (new Set(given.kcs).size !== given.kcs.length) return true
  const kcs = await tx.select({ eid: envelope.eid }).from(envelope).where(inArray(envelope.kc, given.kcs)).limit(1)
  if (kcs.length > 0) return true
  for (const ks of new Set(given.epks.map((e) => e.ks))) {
    const epks = given.epks.filter((e) => e.ks === ks).map((e) => e.epk)
    const found = await tx
      .select({ epk: envelopeEpk.epk })
      .from(envelopeEpk)
      .where(and(eq(envelopeEpk.ks, ks), inArray(envelopeEpk.epk, epks)))
      .limit(1)
    if (found.length > 0 || new Set(epks).size !== epks.length) return true
  }
  return false
}

export type NewAct = {
  bidder: string
  account: string
  kind: 'submission' | 'withdrawal'
  seq: number
  jws: string
  salt: string
  c: string
  eidTechnical: string | null
  eidPrice: string | null
}

/** One reading of the clock gives both the verdict and the time in the receipt. `late` is judged to the microsecond. */
export type Saved = {
  id: number | null
  at: string
  atDate: Date
  late: boolean
  state: TenderState
  deadline: string
}

/**
 * Saves a sealed act if the tender is open at this very moment. The row lock comes first and the clock is read once after
 * it: with the comparison beside the lock, a statement that waited for the lock's holder to roll back would be judged by the
 * time at which it began to wait. Half-open: at the deadline it is late. What is late before it asks for the lock gets none:
 * the close takes the row only when nobody shares it, and a stream of late bids would keep it from closing.
 */
export async function saveAct(work: Work, no: string, act: NewAct | null): Promise<Saved> {
  const insert = act
    ? sql`INSERT INTO bid_act (tender, bidder, account, kind, seq, jws, salt, c, eid_technical, eid_price, received, at)
          SELECT ${no}, ${act.bidder}, ${act.account}, ${act.kind}, ${act.seq}::integer, ${act.jws}, ${act.salt}, ${act.c},
                 ${act.eidTechnical}::text, ${act.eidPrice}::text, '', c.at
          FROM c WHERE c.locked AND c.state = 'published' AND c.at < c.deadline RETURNING id`
    : sql`SELECT NULL::bigint AS id WHERE false`
  const rows = await work.tx.execute<{
    id: string | null
    at: string
    late: boolean
    deadline: string
    state: TenderState
  }>(
    sql`WITH t AS MATERIALIZED (SELECT state, deadline FROM tender WHERE no = ${no} AND clock_timestamp() < deadline FOR SHARE),
             u AS MATERIALIZED (SELECT t.*, true AS locked FROM t UNION ALL
                                SELECT state, deadline, false FROM tender WHERE no = ${no} AND NOT EXISTS (SELECT FROM t)),
             c AS MATERIALIZED (SELECT u.*, clock_timestamp() AS at FROM u),
             saved AS (${insert})
        SELECT c.state, c.deadline, NOT c.locked OR c.at >= c.deadline AS late, date_trunc('milliseconds', c.at) AS at, saved.id FROM c LEFT JOIN saved ON true`,
  )
  const row = rows.rows[0]
  if (!row) throw new Error(`tender ${no} vanished`)
  const at = new Date(row.at)
  return {
    id: row.id === null ? null : Number(row.id),
    at: millisZ(at.getTime()),
    atDate: at,
    late: row.late,
    state: row.state,
    deadline: millisZ(new Date(row.deadline).getTime()),
  }
}

/** Puts the signed receipt beside its act. */
export async function keepReceipt(work: Work, id: number, received: string): Promise<void> {
  await work.tx.update(bidAct).set({ received }).where(eq(bidAct.id, id))
}

/** Keeps both envelopes of a saved submission. */
export async function saveEnvelopes(
  work: Work,
  no: string,
  bidder: string,
  envelopes: { kind: string; eid: string; kc: string; ks: string; epks: string[]; text: string }[],
): Promise<void> {
  await work.tx
    .insert(envelope)
    .values(envelopes.map((e) => ({ eid: e.eid, tender: no, bidder, kind: e.kind, kc: e.kc, bytes: utf8(e.text) })))
  await work.tx.insert(envelopeEpk).values(envelopes.flatMap((e) => e.epks.map((epk) => ({ ks: e.ks, epk }))))
}
