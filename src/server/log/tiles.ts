// How are tiles read from the database? A wider tile holds every narrower one.
import { and, asc, eq, gte } from 'drizzle-orm'
import { logTile } from '../../../db/schema/log.ts'
import type { ReadTile } from '../../proof/tiles.ts'
import type { Tx } from '../db.ts'

const MOST = 512

/** Gives a reader within a transaction; `forget` drops what is kept, so that the next reads are from the disk. */
export type TileReader = ((tx: Tx) => ReadTile) & { forget: () => void }

/** Reads tiles within a transaction, and keeps full ones, which never change, for the next reader of the same database. */
export function tileReader(): TileReader {
  const full = new Map<string, Uint8Array>()
  const reader =
    (tx: Tx): ReadTile =>
    async (level, n, width) => {
      const key = `${level}/${n}`
      const kept = full.get(key)
      if (kept) return kept.subarray(0, 32 * width)
      const rows = await tx
        .select({ data: logTile.data, width: logTile.width })
        .from(logTile)
        .where(and(eq(logTile.level, level), eq(logTile.n, n), gte(logTile.width, width)))
        .orderBy(asc(logTile.width))
        .limit(1)
      const row = rows[0]
      if (!row) throw new Error(`the log lacks tile ${level}/${n} of width ${width}`)
      if (row.width === 256) {
        if (full.size >= MOST) full.delete(full.keys().next().value as string)
        full.set(key, row.data)
      }
      return row.data.subarray(0, 32 * width)
    }
  return Object.assign(reader, { forget: () => full.clear() })
}
