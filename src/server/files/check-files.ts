// Is each file of an opened bid the one that was sealed? The worker opens it with what is public by then, and says what it found.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { and, asc, eq, isNotNull } from 'drizzle-orm'
import { attachment, toCheck, upload } from '../../../db/schema/files.ts'
import type { FileFound } from '../../domain/bids/file-check.ts'
import { blobsOf } from '../../domain/bids/files.ts'
import { checkFile } from '../../proof/attachment.ts'
import { readJws } from '../../proof/jws.ts'
import type { Database, Work } from '../db.ts'
import { bidsThatCount } from '../openings/closing.ts'
import type { OpenedFiles } from '../openings/open-envelopes.ts'
import type { TenderRow } from '../tenders/tender-store.ts'
import { isThere, newFile, opened, sealed, streamOf } from './file-store.ts'

export type FileChecker = { db: Database; filesDir: string; onProblem: (err: Error) => void }

const nodeHash = () => createHash('sha256')

/**
 * Keeps what an opened bid says of its files, in the transaction of its result. What the statement outside does not name was never
 * the operator's to keep, and is not looked for.
 */
export async function keepFiles(
  work: Work,
  row: TenderRow,
  of: { kind: string; eid: string; bidder: string },
  { identity, att }: OpenedFiles,
): Promise<void> {
  const bid = (await bidsThatCount(work, row)).find((one) => one.bidder === of.bidder)
  const named = new Set((bid ? (blobsOf(readJws(bid.jws).payload) ?? []) : []).map((blob) => blob.ct))
  const rows = await work.tx
    .select({ id: upload.id, ct: upload.ct })
    .from(upload)
    .where(and(eq(upload.tender, row.no), eq(upload.bidder, of.bidder), isNotNull(upload.doneAt)))
  const uploads = new Map(rows.map(({ id, ct }) => [ct, id]))
  await work.tx
    .insert(attachment)
    .values(
      att.map((says, i) => ({
        ...{ ...of, tender: row.no, n: i + 1, says, ct: says.ct, identity, named: named.has(says.ct) },
        upload: named.has(says.ct) ? (uploads.get(says.ct) ?? null) : null,
        outcome: named.has(says.ct) ? null : 'not handed in',
        checkedAt: named.has(says.ct) ? null : work.now.date,
      })),
    )
    .onConflictDoNothing()
}

type Row = typeof attachment.$inferSelect

/** Opens one file beside its place and puts it there if it is the one that the bid names. */
async function checkOne(filesDir: string, row: Row): Promise<FileFound> {
  if (row.upload === null) return 'missing'
  const source = await streamOf(join(filesDir, sealed({ id: row.upload, tender: row.tender, ct: row.ct })))
  if (!source) return 'missing'
  const out = await newFile(join(filesDir, opened(row.eid, row.n)))
  try {
    const found = await checkFile(row.says, row.identity, source, out.write, nodeHash)
    if (found === 'agrees') await out.keep()
    else await out.drop()
    return found
  } catch (error) {
    await out.drop()
    throw error
  }
}

/** Files at a time of which nobody knows yet. */
const LOT = 8

/**
 * One round: checks what was not checked, and looks again for what the operator has lost, since a copy may have been put back. A
 * disk that is full is trouble and no verdict: the file is tried again.
 */
export async function filesRound({ db, filesDir, onProblem }: FileChecker): Promise<void> {
  const rows = await db.withTx(({ tx }) =>
    tx
      .select()
      .from(attachment)
      .where(toCheck(attachment.outcome))
      .orderBy(asc(attachment.checkedAt), asc(attachment.eid), asc(attachment.n))
      .limit(LOT),
  )
  for (const row of rows) {
    try {
      if (row.outcome === 'missing' && !(await backAgain(filesDir, row))) continue
      const outcome = await checkOne(filesDir, row)
      if (outcome === row.outcome) continue
      await db.withTx(({ tx, now }) =>
        tx
          .update(attachment)
          .set({ outcome, checkedAt: now.date })
          .where(and(eq(attachment.eid, row.eid), eq(attachment.n, row.n))),
      )
    } catch (err) {
      onProblem(err instanceof Error ? err : new Error(String(err)))
    }
  }
}

const backAgain = async (filesDir: string, { upload: id, tender, ct }: Row): Promise<boolean> =>
  id !== null && isThere(join(filesDir, sealed({ id, tender, ct })))
