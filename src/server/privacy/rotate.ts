// How does one key to personal columns follow another? A new one seals from now on; what the old ones sealed is sealed again; they go.
import { getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm'
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
 * Seals what was written before there were keys. For the start of a program; where nothing is left to do it costs one look a column.
 */
export async function sealPlain(db: Database): Promise<number> {
  let sum = 0
  for (const { table, name, column } of encrypted()) {
    sum += await sealAgain(db, { table, name, column }, sql`${column} NOT LIKE ${`${SEALED}%`}`)
  }
  return sum
}

/** Reads and writes the rows that `which` finds: reading opens with whatever key they have, writing seals with the current one. */
async function sealAgain(
  db: Database,
  { table, name, column }: ReturnType<typeof encrypted>[number],
  which: SQL,
): Promise<number> {
  let sum = 0
  for (;;) {
    const n = await db.withTx(async ({ tx }) => {
      // The row's place and its text as it stands: what changes in the meantime was sealed with the current key anyway.
      const rows = await tx
        .select({ place: sql<string>`ctid::text`, kept: sql<string>`${column}::text`, plain: column })
        .from(table)
        .where(sql`${column} IS NOT NULL AND ${which}`)
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
    if (n === 0) return sum
    sum += n
  }
}

/**
 * Seals every encrypted column again with a new key and destroys the old ones. May be interrupted and run again: a row is sealed
 * with one key or the other, and both open it until none is left of the old. The programs of the server notice the new key by
 * themselves. Addresses are found by their sealed form: between a row's turn and the new key's first use a sign-in may have to be
 * tried again, so this is for a quiet hour.
 */
export async function rotatePersonalKeys(db: Database, dataDir: string): Promise<Rotated> {
  const key = addPersonalKey(dataDir)
  const sealedAgain: Record<string, number> = {}
  for (const { table, name, column } of encrypted()) {
    const old = sql`${column} NOT LIKE ${`${SEALED}${key}.%`}`
    const sum = await sealAgain(db, { table, name, column }, old)
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
