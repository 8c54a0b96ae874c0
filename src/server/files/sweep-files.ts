// Which sealed files are no longer anybody's? Uploads that nobody goes on with, and after the opening what no bid names.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { eq, inArray, sql } from 'drizzle-orm'
import { upload } from '../../../db/schema/files.ts'
import type { Database } from '../db.ts'
import { BACK, coming, comingIn, remove, sealed } from './file-store.ts'

/** Hours after which an upload that nobody goes on with is given up. */
export const GIVEN_UP_HOURS = 48

/**
 * One round. While a tender takes bids only what lies untouched and unfinished goes: a finished file may be named by a bid a
 * second before the deadline. Once all of its envelopes are open, or it has ended without an opening, what no opened bid names
 * goes, replaced and withdrawn bids' files among it: they are sealed for ever.
 */
export async function sweepRound({ db, filesDir }: { db: Database; filesDir: string }): Promise<number> {
  const { rows } = await db.withTx(({ tx }) =>
    tx.execute<{ id: string; tender: string; ct: string }>(sql`
      SELECT u.id, u.tender, u.ct FROM upload u JOIN tender t ON t.no = u.tender
      WHERE NOT EXISTS (SELECT FROM attachment a WHERE a.upload = u.id)
        AND CASE WHEN u.done_at IS NULL
                 THEN t.state <> 'published' OR u.seen_at < clock_timestamp() - make_interval(hours => ${GIVEN_UP_HOURS})
                 ELSE t.state IN ('ranked', 'awarded', 'failed', 'cancelled') END
      LIMIT 200`),
  )
  for (const row of rows) {
    await remove(join(filesDir, coming(row)))
    await remove(join(filesDir, sealed(row)))
    await db.withTx(({ tx }) => tx.delete(upload).where(eq(upload.id, row.id)))
  }
  return rows.length + (await sweepStrays(db, filesDir))
}

/** What was being brought back when a process was killed: nobody writes to a file for hours. */
async function sweepBack(filesDir: string, names: readonly string[]): Promise<void> {
  for (const id of names.filter((name) => name.startsWith(BACK))) {
    const path = join(filesDir, coming({ id }))
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
    if (mtimeMs < Date.now() - GIVEN_UP_HOURS * 3_600_000) await remove(path)
  }
}

/** Bytes under a number that no row has: a process was killed between the two. */
async function sweepStrays(db: Database, filesDir: string): Promise<number> {
  const all = await comingIn(filesDir)
  await sweepBack(filesDir, all)
  const names = all.filter((name) => /^[A-Za-z0-9_-]{22}$/.test(name))
  if (names.length === 0) return 0
  const known = await db.withTx(({ tx }) => tx.select({ id: upload.id }).from(upload).where(inArray(upload.id, names)))
  const rows = new Set(known.map(({ id }) => id))
  const strays = names.filter((name) => !rows.has(name))
  for (const id of strays) await remove(join(filesDir, coming({ id })))
  return strays.length
}
