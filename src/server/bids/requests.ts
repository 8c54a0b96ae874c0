// What was answered under this Idempotency-Key? Kept byte for byte, in the table beside the bid and in its transaction.
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { bidRequest } from '../../../db/schema/bids.ts'
import { equal } from '../../proof/bytes.ts'
import type { Work } from '../db.ts'
import { exclusionsLock } from '../organisations/exclusion-store.ts'
import { keysLock } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import { Verbatim } from '../serve.ts'

export type Kept = typeof bidRequest.$inferSelect

export const replyType = (status: number): string =>
  status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json'

const lockOn = (name: string) => sql`hashtextextended(${name}, 0)`
const requestLock = ({ bidder, key }: { bidder: string; key: string }) => `request ${bidder} ${key}`
const turnLock = ({ tender, bidder }: { tender: string; bidder: string }) => `bidder ${tender} ${bidder}`

/** Takes the key for this transaction, unless a request is in flight under it. */
async function take(work: Work, bidder: string, key: string): Promise<boolean> {
  const rows = await work.tx.execute<{ got: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(${lockOn(requestLock({ bidder, key }))}) AS got`,
  )
  return rows.rows[0]?.got === true
}

/**
 * Takes the key as above and then the bidder's turn: acts of one bidder in one tender come one after the other, those of others
 * are not kept waiting; and no key of the bidder is replaced, nor is the bidder shut out, until this transaction has ended. What decides an act is read in a later statement, whose snapshot has all that came before the turn.
 */
export async function takeTurn(work: Work, request: { bidder: string; key: string; tender: string }): Promise<boolean> {
  const { bidder } = request
  const rows = await work.tx.execute<{ got: boolean }>(
    sql`SELECT CASE WHEN pg_try_advisory_xact_lock(${lockOn(requestLock(request))})
               THEN pg_advisory_xact_lock(${lockOn(turnLock(request))})::text IS NOT NULL
                AND pg_advisory_xact_lock_shared(${lockOn(keysLock(bidder))})::text IS NOT NULL
                AND pg_advisory_xact_lock_shared(${lockOn(exclusionsLock(bidder))})::text IS NOT NULL ELSE false END AS got`,
  )
  return rows.rows[0]?.got === true
}

/** Waits for the bidder's turn, in which its sealed acts are judged, and keeps it to the end of the transaction. */
export async function takeBiddersTurn(work: Work, of: { tender: string; bidder: string }): Promise<void> {
  await work.tx.execute(sql`SELECT pg_advisory_xact_lock(${lockOn(turnLock(of))})`)
}

/**
 * Tries to take the turns of several bidders at once, each as above, and waits for nobody: whose turn is not free is told no. No
 * bidder may be among them twice.
 */
export async function tryTurns(
  work: Work,
  requests: readonly { bidder: string; key: string; tender: string }[],
): Promise<boolean[]> {
  const names = (name: (r: { bidder: string; key: string; tender: string }) => string) =>
    sql`${sql.param(requests.map(name))}::text[]`
  const { rows } = await work.tx.execute<{ got: boolean }>(sql`
    SELECT pg_try_advisory_xact_lock(hashtextextended(request, 0)) AND pg_try_advisory_xact_lock(hashtextextended(turn, 0))
       AND pg_try_advisory_xact_lock_shared(hashtextextended(keys, 0))
       AND pg_try_advisory_xact_lock_shared(hashtextextended(exclusions, 0)) AS got
    FROM unnest(${names((r) => requestLock(r))}, ${names((r) => turnLock(r))}, ${names((r) => keysLock(r.bidder))},
                ${names((r) => exclusionsLock(r.bidder))}) WITH ORDINALITY AS of (request, turn, keys, exclusions, n) ORDER BY n`)
  return rows.map((row) => row.got)
}

/**
 * What was answered under a key that a request holds at the moment. What was answered stays answered, whoever repeats it just now;
 * without an answer it is a 409, not a wait.
 */
export async function answeredMeanwhile(work: Work, bidder: string, key: string): Promise<Kept> {
  const kept = await find(work, bidder, key)
  return kept ?? refuse('idempotency-key-in-flight')
}

async function find(work: Work, bidder: string, key: string): Promise<Kept | null> {
  const rows = await work.tx
    .select()
    .from(bidRequest)
    .where(and(eq(bidRequest.bidder, bidder), eq(bidRequest.key, key)))
  return rows[0] ?? null
}

/**
 * The kept reply of a repetition, or null when this is the first time. The same key with another body or for another tender is
 * refused, and so is a key of which it was answered that nothing came.
 */
export function keptReply(
  kept: Pick<Kept, 'outcome' | 'tender' | 'fingerprint' | 'reply' | 'status'> | null,
  request: { tender: string; fingerprint: Uint8Array },
): Verbatim | null {
  if (!kept) return null
  if (kept.outcome === 'not received') refuse('idempotency-key-void')
  const same = kept.tender === request.tender && kept.fingerprint && equal(kept.fingerprint, request.fingerprint)
  if (!same) refuse('idempotency-key-reused')
  return new Verbatim(kept.reply, replyType(kept.status), kept.status)
}

export type Reply = { outcome: 'receipt' | 'refused'; status: number; reply: string }
export type UnderKey = { bidder: string; key: string; fingerprint: Uint8Array; tender: string }

/** The statement that keeps replies. */
export function replyRows(work: Work, kept: readonly { under: UnderKey; reply: Reply }[]): SQL {
  const of = (pick: (row: (typeof kept)[number]) => string | number | Buffer) => sql.param(kept.map(pick))
  return sql`INSERT INTO bid_request (bidder, key, tender, fingerprint, outcome, status, reply, at)
    SELECT *, ${work.now.date.toISOString()}::timestamptz FROM unnest(${of((k) => k.under.bidder)}::text[], ${of((k) => k.under.key)}::text[],
      ${of((k) => k.under.tender)}::text[], ${of((k) => Buffer.from(k.under.fingerprint))}::bytea[], ${of((k) => k.reply.outcome)}::text[],
      ${of((k) => k.reply.status)}::integer[], ${of((k) => k.reply.reply)}::text[])`
}

/** Keeps the reply, in the transaction of what it tells of. */
export async function keepReply(work: Work, request: UnderKey, kept: Reply): Promise<Verbatim> {
  await work.tx.execute(replyRows(work, [{ under: request, reply: kept }]))
  return new Verbatim(kept.reply, replyType(kept.status), kept.status)
}

/**
 * The outcome under a key, for ever: where nothing came, a stone is set on the key in the same transaction, so that nothing
 * can come any more and the answer never changes.
 */
export async function settle(work: Work, bidder: string, key: string, tender: string): Promise<Kept> {
  if (!(await take(work, bidder, key))) return answeredMeanwhile(work, bidder, key)
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
