// How does one key to personal columns follow another? A new one seals from now on; what the old ones sealed is sealed again; they go.
import { getTableColumns, getTableName, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { INVENTORY } from '../../../db/inventory.ts'
import { SEALED } from '../../../db/personal-column.ts'
import type { Database } from '../db.ts'
import { addPersonalKey, dropPersonalKeys } from './personal-keys.ts'

export type Rotated = { key: string; sealedAgain: Record<string, number>; dropped: string[] }

const BATCH = 500

/** Every encrypted column with its table. */
const encrypted = () =>
  INVENTORY.flatMap(({ table, encrypted: names = [] }) => {
    const columns = getTableColumns(table) as Record<string, PgColumn>
    return names.map((name) => ({ table, name, column: columns[name] as PgColumn }))
  })

/**
 * Seals every encrypted column again with a new key and destroys the old ones. May be interrupted and run again: a row is sealed
 * with one key or the other, and both open it until none is left of the old. The programs of the server notice the new key by
 * themselves.
 */
export async function rotatePersonalKeys(db: Database, dataDir: string): Promise<Rotated> {
  const key = addPersonalKey(dataDir)
  const sealedAgain: Record<string, number> = {}
  for (const { table, name, column } of encrypted()) {
    let sum = 0
    for (;;) {
      const n = await db.withTx(async ({ tx }) => {
        const old = sql`${column} IS NOT NULL AND ${column} NOT LIKE ${`${SEALED}${key}.%`}`
        // The row's place and its text as it stands: what changes in the meantime was sealed with the new key anyway.
        const rows = await tx
          .select({ place: sql<string>`ctid::text`, kept: sql<string>`${column}::text`, plain: column })
          .from(table)
          .where(old)
          .limit(BATCH)
        for (const { place, kept, plain } of rows) {
          const here = sql`ctid = ${place}::tid AND ${column} = ${kept}`
          await tx
            .update(table)
            .set({ [name]: plain })
            .where(here)
        }
        return rows.length
      })
      if (n === 0) break
      sum += n
    }
    sealedAgain[`${getTableName(table)}.${column.name}`] = sum
  }
  const used = await usedKeys(db)
  return { key, sealedAgain, dropped: dropPersonalKeys(dataDir, used) }
}

/** Numbers of the keys with which anything is sealed now. */
export async function usedKeys(db: Database): Promise<Set<string>> {
  const used = new Set<string>()
  for (const { table, column } of encrypted()) {
    const id = sql<string | null>`split_part(${column}, '.', 2)`
    const rows = await db.withTx(({ tx }) => tx.selectDistinct({ id }).from(table).where(sql`${column} IS NOT NULL`))
    for (const row of rows) if (row.id) used.add(row.id)
  }
  return used
}
