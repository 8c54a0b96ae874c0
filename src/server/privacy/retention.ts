// What is to go because its time is over? One row of the inventory after the other; a dry run only counts.
import { getTableColumns, getTableName, lt } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { INVENTORY } from '../../../db/inventory.ts'
import type { Database } from '../db.ts'

export type Swept = { table: string; column: string; days: number; before: Date; rows: number }

const DAY_MS = 86_400_000

/**
 * Removes rows whose time is over, each table in a transaction of its own. Example: a session that ended 91 days ago goes, one that
 * ended 89 days ago stays.
 *
 * @param dry counts, and removes nothing
 */
export async function sweep(db: Database, { dry }: { dry: boolean }): Promise<Swept[]> {
  const done: Swept[] = []
  for (const { table, retention } of INVENTORY) {
    if (!retention) continue
    const column = (getTableColumns(table) as Record<string, PgColumn>)[retention.time] as PgColumn
    done.push(
      await db.withTx(async ({ tx, now }) => {
        const before = new Date(now.date.getTime() - retention.days * DAY_MS)
        const over = lt(column, before)
        const rows = dry ? await tx.$count(table, over) : ((await tx.delete(table).where(over)).rowCount ?? 0)
        return { table: getTableName(table), column: retention.time, days: retention.days, before, rows }
      }),
    )
  }
  return done
}
