// How are uploads read and written? By their own bidder, whom the policies of the table know; and by the worker.
import { and, asc, eq, sql } from 'drizzle-orm'
import { bidAct } from '../../../db/schema/bids.ts'
import { upload } from '../../../db/schema/files.ts'
import { tender } from '../../../db/schema/tenders.ts'
import { blobsOf } from '../../domain/bids/files.ts'
import { readJws } from '../../proof/jws.ts'
import type { Work } from '../db.ts'

export type UploadRow = typeof upload.$inferSelect

/** Does the tender take bids at this moment? Null when there is none that the public knows. */
export async function takesBids(work: Work, no: string): Promise<boolean | null> {
  const rows = await work.tx
    .select({
      state: tender.state,
      open: sql<boolean>`${tender.state} = 'published' AND clock_timestamp() < ${tender.deadline}`,
    })
    .from(tender)
    .where(eq(tender.no, no))
  const row = rows[0]
  return row && row.state !== 'draft' ? row.open : null
}

export const uploadsOf = (work: Work, no: string, bidder: string): Promise<UploadRow[]> =>
  work.tx
    .select()
    .from(upload)
    .where(and(eq(upload.tender, no), eq(upload.bidder, bidder)))
    .orderBy(asc(upload.begunAt), asc(upload.id))

export async function uploadOf(work: Work, bidder: string, id: string): Promise<UploadRow | null> {
  const rows = await work.tx
    .select()
    .from(upload)
    .where(and(eq(upload.bidder, bidder), eq(upload.id, id)))
  return rows[0] ?? null
}

/** Ciphertexts that some submission of the bidder names, replaced ones too: its receipt answers for them. */
export async function namedBy(work: Work, no: string, bidder: string): Promise<Set<string>> {
  const acts = await work.tx
    .select({ jws: bidAct.jws })
    .from(bidAct)
    .where(and(eq(bidAct.tender, no), eq(bidAct.bidder, bidder), eq(bidAct.kind, 'submission')))
  return new Set(acts.flatMap(({ jws }) => (blobsOf(readJws(jws).payload) ?? []).map((blob) => blob.ct)))
}

/** Notes down how far an upload is. False when somebody else has moved it on, or taken it back. */
export async function moved(work: Work, row: UploadRow, received: number, done: boolean): Promise<boolean> {
  const rows = await work.tx
    .update(upload)
    .set({ received, seenAt: work.now.date, ...(done ? { doneAt: work.now.date } : {}) })
    .where(and(eq(upload.id, row.id), eq(upload.received, row.received)))
    .returning({ id: upload.id })
  return rows.length === 1
}

/** Bytes by ciphertext of what a bidder has wholly here, as a column of a statement about bids. */
export const storedFiles = sql`(SELECT json_object_agg(ct, bytes) FROM upload
  WHERE upload.tender = asked.no AND upload.bidder = asked.bidder AND done_at IS NOT NULL)`
