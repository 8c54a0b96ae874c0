// Which log of the chain is which, and when does the next one begin? A log a year, by the database's clock.
import { asc, desc, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm'
import { logCheckpoint, logShard } from '../../../db/schema/log.ts'
import { yearly } from '../../proof/shards.ts'
import type { Tx, Work } from '../db.ts'

/** A log that has begun: its number, name and year, the place of its first entry, and the place after its last one if it has ended. */
export type Shard = { no: number; origin: string; year: number; first: number; ended: number | null }

const columns = {
  no: logShard.no,
  origin: logShard.origin,
  year: logShard.year,
  first: logShard.first,
  ended: logShard.ended,
}

/** The logs that have begun, oldest first; none before the first sequencer. */
export async function shards(tx: Tx): Promise<Shard[]> {
  const rows = await tx.select(columns).from(logShard).where(isNotNull(logShard.first)).orderBy(asc(logShard.no))
  return rows as Shard[]
}

/** The log in which the entry at a place stands, or would stand; until a sequencer has named it, the only one. */
export async function shardAt(tx: Tx, place: number): Promise<Shard> {
  const rows = await tx
    .select(columns)
    .from(logShard)
    .where(lte(logShard.first, place))
    .orderBy(desc(logShard.first))
    .limit(1)
  return (rows[0] as Shard | undefined) ?? { no: 0, origin: '', year: 0, first: 0, ended: null }
}

/** The log of a checkpoint that covers so many places. */
export const shardOfSize = (tx: Tx, size: number): Promise<Shard> => shardAt(tx, size - 1)

/** The log that is to begin when the newest has ended; null while none is. */
export async function planned(tx: Tx): Promise<{ no: number; origin: string; year: number } | null> {
  const rows = await tx.select(columns).from(logShard).where(isNull(logShard.first))
  return rows[0] ?? null
}

const yearOf = (date: Date) => date.getUTCFullYear()

/** Has the first log its row, and is it of this name? Its year is that of its first checkpoint, or now. */
export async function insistFirst({ tx, now }: Work, origin: string): Promise<void> {
  const rows = await tx
    .select({ at: sql<Date | null>`min(${logCheckpoint.at})`.mapWith(logCheckpoint.at) })
    .from(logCheckpoint)
  const year = yearOf(rows[0]?.at ?? now.date)
  await tx.insert(logShard).values({ no: 0, origin, year, first: 0 }).onConflictDoNothing()
  const { origin: own } = await shardAt(tx, 0)
  if (own !== origin) throw new Error(`this database holds the log ${own}, not ${origin}`)
}

/**
 * Plans the log of a year: the sequencer ends the newest log and begins this one. Answers its name, or why not. A year that is planned
 * already is answered alike, so that this may be asked twice.
 */
export async function planShard(work: Work, year: number): Promise<{ origin: string } | { refused: string }> {
  const { tx, now } = work
  const waiting = await planned(tx)
  if (waiting) return waiting.year === year ? waiting : { refused: `the log of ${waiting.year} is about to begin` }
  const all = await shards(tx)
  const [first, newest] = [all[0], all.at(-1)]
  if (!first || !newest) return { refused: 'the log has not begun yet' }
  if (year <= newest.year) return { refused: `the newest log is that of ${newest.year}` }
  if (year > yearOf(now.date) + 1) return { refused: `${year} is too far ahead` }
  const origin = yearly(first.origin, year)
  const ours = await tx
    .insert(logShard)
    .values({ no: newest.no + 1, origin, year })
    .onConflictDoNothing()
    .returning({ origin: logShard.origin })
  // Somebody else planned at the same moment, and has committed: what they planned is what there is now.
  return ours[0] ?? planShard(work, year)
}

/** On 1 January (UTC, by the database's clock) the log of the new year is planned. */
export async function planNewYear(work: Work, newest: Shard): Promise<void> {
  if (newest.ended === null && yearOf(work.now.date) > newest.year) await planShard(work, yearOf(work.now.date))
}

/** Marks the newest log as ended before this place. */
export async function endShard(tx: Tx, no: number, ended: number): Promise<void> {
  await tx.update(logShard).set({ ended }).where(eq(logShard.no, no))
}

/** The planned log begins at this place. */
export async function beginShard(tx: Tx, no: number, first: number): Promise<void> {
  await tx.update(logShard).set({ first }).where(eq(logShard.no, no))
}
