// Which acts stand on a tender's closing list, and which of them count?
import { and, asc, eq, isNotNull, lt } from 'drizzle-orm'
import { bidAct } from '../../../db/schema/bids.ts'
import { logCover, logEntry } from '../../../db/schema/log.ts'
import { effectiveSubmissions } from '../../domain/bids/effective.ts'
import { fromB64u } from '../../proof/bytes.ts'
import type { Work } from '../db.ts'
import type { TenderRow } from '../tenders/tender-store.ts'

export type CountingBid = {
  index: number
  bidder: string
  seq: number
  act: 'submission'
  technical: string
  price: string
  jws: string
}

/** The submissions that count, in log order: the same rule by which custodians and auditors judge. */
export async function bidsThatCount(work: Work, row: TenderRow): Promise<CountingBid[]> {
  const closing = row.closedIdx
  if (closing === null) return []
  const acts = await work.tx
    .select()
    .from(bidAct)
    .where(and(eq(bidAct.tender, row.no), isNotNull(bidAct.idx), isNotNull(bidAct.seq), lt(bidAct.idx, closing)))
  const signed = acts.map((a) => ({
    index: a.idx as number,
    bidder: a.bidder,
    seq: a.seq as number,
    act: a.kind as 'submission' | 'withdrawal',
    technical: a.eidTechnical ?? '',
    price: a.eidPrice ?? '',
    jws: a.jws,
  }))
  return effectiveSubmissions(signed, closing, await keysetsReplacedAt(work, row))
}

/** Index of the amendment by which the keysets took the place of others: what was sealed before it counts for nothing. */
async function keysetsReplacedAt(work: Work, { no, keysetsBy }: TenderRow): Promise<number> {
  if (keysetsBy === null) return -1
  const [entry] = await work.tx
    .select({ idx: logEntry.idx })
    .from(logEntry)
    .where(and(eq(logEntry.ref, no), eq(logEntry.payloadHash, Buffer.from(fromB64u(keysetsBy)))))
    .orderBy(asc(logEntry.idx))
  if (!entry) throw new Error(`the amendment of the keysets of ${no} has no index`)
  return entry.idx
}

/** Every sealed entry on the closing list with its name: statement or refusal, or the word `cover`. */
export async function namedLeaves(work: Work, row: TenderRow): Promise<{ index: number; salt: string; jws: string }[]> {
  const closing = row.closedIdx as number
  const acts = await work.tx
    .select({ index: bidAct.idx, salt: bidAct.salt, jws: bidAct.jws })
    .from(bidAct)
    .where(and(eq(bidAct.tender, row.no), isNotNull(bidAct.idx), lt(bidAct.idx, closing)))
  const covers = await work.tx
    .select({ index: logCover.idx, salt: logCover.salt })
    .from(logCover)
    .where(and(eq(logCover.tender, row.no), lt(logCover.idx, closing)))
    .orderBy(asc(logCover.idx))
  return [
    ...acts.map((a) => ({ index: a.index as number, salt: a.salt, jws: a.jws })),
    ...covers.map((c) => ({ index: c.index, salt: c.salt, jws: 'cover' })),
  ].sort((a, b) => a.index - b.index)
}
