// What was answered under this Idempotency-Key? Kept byte for byte, in the table beside the bid and in its transaction.
import { and, eq, sql } from 'drizzle-orm'
import { bidRequest } from '../../../db/schema/bids.ts'
import { equal } from '../../proof/bytes.ts'
import type { Work } from '../db.ts'
import { refuse } from '../problem.ts'
import { Verbatim } from '../serve.ts'

export type Kept = typeof bidRequest.$inferSelect

export const replyType = (status: number): string =>
  status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json'

/** Takes the key for this transaction; somebody else's request in flight under it is a 409, not a wait. */
async function take(work: Work, bidder: string, key: string): Promise<void> {
  const rows = await work.tx.execute<{ got: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`request ${bidder} ${key}`}, 0)) AS got`,
  )
  if (!rows.rows[0]?.got) refuse('idempotency-key-in-flight')
}

async function find(work: Work, bidder: string, key: string): Promise<Kept | null> {
  const rows = await work.tx
    .select()
    .from(bidRequest)
    .where(and(eq(bidRequest.bidder, bidder), eq(bidRequest.key, key)))
  return rows[0] ?? null
}

/**
 * Begins a request under a key: answers the kept reply of a repetition, or null when this is the first time. The same key
 * with another body or for another tender is refused, and so is a key of which it was answered that nothing came.
 */
export async function beginRequest(
  work: Work,
  request: { bidder: string; key: string; tender: string; fingerprint: Uint8Array },
): Promise<Verbatim | null> {
  await take(work, request.bidder, request.key)
  const kept = await find(work, request.bidder, request.key)
  if (!kept) return null
  if (kept.outcome === 'not received') refuse('idempotency-key-void')
  const same = kept.tender === request.tender && kept.fingerprint && equal(kept.fingerprint, request.fingerprint)
  if (!same) refuse('idempotency-key-reused')
  return new Verbatim(kept.reply, replyType(kept.status), kept.status)
}

/** Keeps the reply, in the transaction of what it tells of. */
export async function keepReply(
  work: Work,
  request: { bidder: string; key: string; fingerprint: Uint8Array; tender: string },
  outcome: 'receipt' | 'refused',
  status: number,
  reply: string,
): Promise<Verbatim> {
  await work.tx.insert(bidRequest).values({ ...request, outcome, status, reply, at: work.now.date })
  return new Verbatim(reply, replyType(status), status)
}

/**
 * The outcome under a key, for ever: where nothing came, a stone is set on the key in the same transaction, so that nothing
 * can come any more and the answer never changes.
 */
export async function settle(work: Work, bidder: string, key: string, tender: string): Promise<Kept> {
  await take(work, bidder, key)
  const kept = await find(work, bidder, key)
  if (kept) return kept
  const stone = {
    bidder,
    key,
    tender,
    fingerprint: null,
    outcome: 'not received',
    status: 404,
    reply: '',
    at: work.now.date,
  }
  await work.tx.insert(bidRequest).values(stone)
  return stone
}
