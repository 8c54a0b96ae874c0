// How are tiles read from the database? A wider tile holds every narrower one.
import { and, asc, eq, gte } from 'drizzle-orm'
import { logTile } from '../../../db/schema/log.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { type ReadTile, rootFromTiles } from '../../proof/tiles.ts'
import type { Tx } from '../db.ts'
import { shardAt } from './shards.ts'

const MOST = 512

/** Gives a reader of one log's tiles within a transaction. @param shard the log's number in its chain, 0 for the first */
export type TilesOf = (tx: Tx, shard: number) => ReadTile

/** The same; `forget` drops what is kept, so that the next reads are from the disk. */
export type TileReader = TilesOf & { forget: () => void }

/** Reads tiles within a transaction, and keeps full ones, which never change, for the next reader of the same database. */
export function tileReader(): TileReader {
  const full = new Map<string, Uint8Array>()
  const reader =
    (tx: Tx, shard: number): ReadTile =>
    async (level, n, width) => {
      const key = `${shard}/${level}/${n}`
      const kept = full.get(key)
      if (kept) return kept.subarray(0, 32 * width)
      const rows = await tx
        .select({ data: logTile.data, width: logTile.width })
        .from(logTile)
        .where(and(eq(logTile.shard, shard), eq(logTile.level, level), eq(logTile.n, n), gte(logTile.width, width)))
        .orderBy(asc(logTile.width))
        .limit(1)
      const row = rows[0]
      if (!row) throw new Error(`the log lacks tile ${level}/${n} of log ${shard} of width ${width}`)
      if (row.width === 256) {
        if (full.size >= MOST) full.delete(full.keys().next().value as string)
        full.set(key, row.data)
      }
      return row.data.subarray(0, 32 * width)
    }
  return Object.assign(reader, { forget: () => full.clear() })
}

/** The root of its log's tree over all entries up to and including the closing one: what draws rest on. */
export async function closingRoot(P: Primitives, tx: Tx, tiles: TilesOf, closing: number): Promise<Uint8Array> {
  const { no, first } = await shardAt(tx, closing)
  return rootFromTiles(P, closing + 1 - first, tiles(tx, no))
}
