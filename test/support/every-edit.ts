// Is an edit by whoever owns the database found? One edit in each column, with triggers and constraints off, and the comparison after it.
import { getTableName } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import { openColumns, PROTECTED, protectedColumns } from '../../db/protected.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { Tx } from '../../src/server/db.ts'
import { compareActs } from '../../src/server/log/compare-acts.ts'
import { compareIn } from '../../src/server/log/compare-log.ts'
import type { World } from './world.ts'

/** What a column becomes, by its type in the catalogue. */
const EDITS: readonly [RegExp, (column: string) => string][] = [
  [/^(integer|bigint)$/, (c) => `coalesce(${c}, 0) + 1000001`],
  [/^numeric$/, (c) => `coalesce(${c}, 0) + 1`],
  [/^boolean$/, (c) => `NOT coalesce(${c}, false)`],
  [/^date$/, (c) => `coalesce(${c}, current_date) + 1`],
  [/^timestamp/, (c) => `coalesce(${c} - interval '1 day', now())`],
  [/^jsonb$/, () => `'{"edited": true}'::jsonb`],
  [/^ARRAY$/, (c) => `array_append(${c}, 'edited')`],
  [/^bytea$/, (c) => `coalesce(set_byte(${c}, 0, get_byte(${c}, 0) # 1), '\\x00'::bytea)`],
  [/^text$/, (c) => `coalesce(${c}, '') || '~'`],
]

function editOf(type: string, column: string): string {
  const row = EDITS.find(([of]) => of.test(type))
  if (!row) throw new Error(`how is a ${type} edited?`)
  return row[1](`"${column}"`)
}

/** What the comparison says: of the log with itself as well, where an edit is in one of its own tables. */
async function lines(tx: Tx, ofLog: boolean): Promise<string[]> {
  const { differences } = ofLog ? await compareIn(P, tx) : await compareActs(P, tx)
  return differences.map(({ where, says }) => `${where}: ${says}`)
}

const OF_LOG: ReadonlySet<string> = new Set(
  PROTECTED.flatMap((row) => protectedColumns({ table: row.table, log: row.log ?? '' })),
)

export type Edit = { column: string; row: boolean; found: string[] }

/**
 * Edits one row in each column of these tables, compares, and takes the edit back; answers what was found of each. Tables whose rows tell
 * nothing of others' are edited side by side. In `rows` a condition
 * says which row of a table is edited. `columns`: those that are protected, or those that are open.
 */
export async function editEach(
  world: World,
  tables: readonly string[],
  rows: Readonly<Record<string, string>> = {},
  columns: 'protected' | 'open' = 'protected',
): Promise<Edit[]> {
  const client: pg.Client = await world.database.client()
  const tx = drizzle(client) as unknown as Tx
  const of = columns === 'protected' ? protectedColumns : openColumns
  await client.query('BEGIN')
  try {
    await client.query('SET LOCAL session_replication_role = replica')
    const types = await catalogue(client)
    const checks = await client.query<{ tab: string; con: string }>(
      `SELECT conrelid::regclass::text AS tab, conname AS con FROM pg_constraint
       WHERE contype = 'c' AND conrelid = ANY ($1::regclass[])`,
      [tables],
    )
    for (const { tab, con } of checks.rows) await client.query(`ALTER TABLE ${tab} DROP CONSTRAINT "${con}"`)
    const before = new Set(await lines(tx, true))
    const edits: Edit[] = []
    const wanted = PROTECTED.filter(({ table }) => tables.includes(getTableName(table))).flatMap(of)
    for (const round of roundsOf(wanted)) {
      await client.query('SAVEPOINT untouched')
      const made = new Map<string, boolean>()
      for (const at of round) made.set(at, await edit(client, at, types.get(at), rows))
      const after = (
        await lines(
          tx,
          round.some((at) => OF_LOG.has(at)),
        )
      ).filter((line) => !before.has(line))
      for (const [at, row] of made)
        edits.push({ column: at, row, found: row ? after.filter((line) => round.length === 1 || names(line, at)) : [] })
      await client.query('ROLLBACK TO untouched')
    }
    return edits
  } finally {
    await client.query('ROLLBACK')
    await client.end()
  }
}

/** Tables from whose rows more is read than that they are what the log says: each column of them is edited by itself. */
const READ_FROM = /^(log_|tender|bid_act|bid_receipt|envelope|field_decision|fact_decision|question)/

/** Columns that are edited at the same time: one of each table at most. */
function roundsOf(columns: readonly string[]): string[][] {
  const alone = columns.filter((at) => READ_FROM.test(at))
  const rounds: string[][] = []
  for (const at of columns.filter((one) => !alone.includes(one))) {
    const of = (column: string) => column.split('.')[0]
    const free = rounds.find((round) => round.every((other) => of(other) !== of(at)))
    if (free) free.push(at)
    else rounds.push([at])
  }
  return [...alone.map((at) => [at]), ...rounds]
}

/** Is it this edit that a line tells of: the table, and the column, or that a row is missing or one too many? */
function names(line: string, at: string): boolean {
  const [table = '', column = ''] = at.split('.')
  return (
    line.startsWith(`${table} `) &&
    (line.includes(`: ${column} `) || /is missing: |no entry of the log says|of no tender|do(es)? not give/.test(line))
  )
}

async function edit(
  client: pg.Client,
  at: string,
  type: string | undefined,
  rows: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (type === undefined) throw new Error(`${at} is not in the catalogue`)
  const [table = '', column = ''] = at.split('.')
  const picked = `SELECT ctid FROM "${table}" WHERE ${rows[table] ?? 'true'} ORDER BY ctid LIMIT 1`
  const { rowCount } = await client.query(
    `UPDATE "${table}" SET "${column}" = ${editOf(type, column)} WHERE ctid = (${picked})`,
  )
  return rowCount === 1
}

/** Columns of the database with their types, as its own catalogue has them. */
export async function catalogue(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ at: string; type: string }>(
    `SELECT table_name || '.' || column_name AS at, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public'`,
  )
  return new Map(rows.map(({ at, type }) => [at, type]))
}

/** Edits of protected columns that were not found, or in tables without a row to edit. */
export const unnoticed = (edits: readonly Edit[]): string[] =>
  edits.filter(({ found }) => found.length === 0).map(({ column, row }) => (row ? column : `${column}: no row`))
