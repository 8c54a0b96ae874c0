// Do the rows of a table stand as the log says? What differs, what no entry says, and what is missing.
import { getTableColumns, getTableName, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { millisZ, secondsZ } from '../../domain/kit/time.ts'
import { b64u } from '../../proof/bytes.ts'
import { canonical, type Json } from '../../proof/canonical.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Tx } from '../db.ts'
import { keyOf, OneOf, type Said, type SaidRow, type Source } from './said.ts'

export type Row = Readonly<Record<string, unknown>>

/** A table of which the log says columns. */
export type Compared = {
  table: PgTable
  /** Columns by which a row is found, by their names in the program. */
  key: readonly string[]
  said: readonly Source[]
  /** Rows of tenders: the column with the number, or the condition that they are of some of them. */
  of?: string | ((nos: readonly string[]) => SQL)
  /** Columns of which `check` or `unsaid` asks besides: no other is read, nor any personal one. */
  also?: readonly string[]
  /** What is read beside the columns, or in the place of one: a hash instead of many bytes. */
  view?: Readonly<Record<string, SQL>>
  /** Of these, which hold JSON as text. */
  parse?: readonly string[]
  /** Only from such an entry of the tender on does the log say anything of the table. */
  since?: readonly string[]
  /** May there be such a row of which the log says nothing? No row may unless this says so. */
  unsaid?: (row: Row) => boolean
  /** Columns by which rows are read page by page, where those of `key` are not their own. */
  order?: readonly string[]
  /** Rows that were said may go again: what came later is not in the log. */
  mayGo?: true
  /** What a row shows by itself: the wrong column and what is wrong, or null. */
  check?: (P: Primitives, row: Row, said: SaidRow | undefined) => { column: string; says: string } | null
}

export type Found = { where: string; says: string }

/** A value as it is compared and shown. */
function plain(value: unknown): Json {
  if (value instanceof Date) return millisZ(value.getTime())
  if (value instanceof Uint8Array) return b64u(value)
  return value as Json
}

const shown = (value: Json): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}

function same(value: unknown, said: Json): boolean {
  // The log has whole seconds where nothing turns on less.
  if (value instanceof Date) {
    const at = value.getTime()
    return secondsZ(at) === said || millisZ(at) === said || (typeof said === 'string' && Date.parse(said) === at)
  }
  const own = plain(value)
  if (typeof own !== 'object' || own === null) return own === said
  try {
    return canonical(own) === canonical(said)
  } catch {
    // What somebody wrote into the row need not be what the log could hold.
    return false
  }
}

const agrees = (value: unknown, said: Json | OneOf): boolean =>
  said instanceof OneOf ? said.values.some((one) => same(value, one)) : same(value, said)

const wanted = (said: Json | OneOf): string =>
  said instanceof OneOf ? said.values.map(shown).join(' or ') : shown(said)

/** The name of a column in the database. */
function nameOf(table: PgTable, column: string): string {
  const columns = getTableColumns(table) as Record<string, PgColumn>
  return columns[column]?.name ?? column
}

/** Compares rows that were read with what was said of their table. `whole`: rows that were said and are not among them are missing. */
export function compareRows(
  P: Primitives,
  { table, key, unsaid, check }: Compared,
  rows: readonly Row[],
  said: ReadonlyMap<string, SaidRow>,
  whole = true,
): Found[] {
  const found: Found[] = []
  const name = getTableName(table)
  const whereOf = (parts: readonly unknown[]) =>
    `${name} ${key.map((column, i) => `${nameOf(table, column)}=${shown(plain(parts[i]))}`).join(' ')}`
  const there = new Set<string>()
  for (const row of rows) {
    const parts = key.map((column) => plain(row[column]))
    const where = whereOf(parts)
    const right = said.get(keyOf(parts))
    there.add(keyOf(parts))
    const wrong = check?.(P, row, right) ?? null
    if (wrong) found.push({ where, says: `${nameOf(table, wrong.column)} ${wrong.says}` })
    if (right === undefined) {
      if (!unsaid?.(row)) found.push({ where, says: 'no entry of the log says this row' })
      continue
    }
    for (const [column, { is, by }] of Object.entries(right)) {
      if (!agrees(row[column], is))
        found.push({
          where,
          says: `${nameOf(table, column)} is ${shown(plain(row[column] ?? null))}, the log says ${wanted(is)} (${by})`,
        })
    }
  }
  if (!whole) return found
  for (const [name, row] of said) {
    if (there.has(name)) continue
    const by = [...new Set(Object.values(row).map((value) => value.by))].join('; ')
    found.push({ where: whereOf(key.map((column) => row[column]?.is)), says: `is missing: the log says it (${by})` })
  }
  return found
}

/** Under which name a row is found. */
export const keyed = ({ key }: Compared, row: Row): string => keyOf(key.map((column) => plain(row[column])))

/** The columns that are compared or asked of, with what the view puts beside them or in their place. */
export function selected({
  table,
  view = {},
  key,
  order = [],
  said,
  also = [],
}: Compared): Record<string, PgColumn | SQL> {
  const columns = getTableColumns(table) as Record<string, PgColumn>
  const names = new Set([
    ...key,
    ...order,
    ...also,
    ...said.flatMap(({ set }) => Object.keys(set)),
    ...Object.keys(view),
  ])
  const pick = (name: string) => view[name]?.as(name) ?? columns[name]
  return Object.fromEntries([...names].map((name) => [name, pick(name) as unknown as PgColumn | SQL]))
}

/** Rows that a condition picks, all of them. */
export async function rowsOf(tx: Tx, compared: Compared, where: SQL | undefined): Promise<Row[]> {
  const rows = (await tx.select(selected(compared)).from(compared.table).where(where)) as Row[]
  const { parse } = compared
  return parse
    ? rows.map((row) => ({ ...row, ...Object.fromEntries(parse.map((name) => [name, parsed(row[name])])) }))
    : rows
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : text
  } catch {
    return text
  }
}

/** What is compared of the rows of tenders once the log has said something of them. */
export const begun = ({ since }: Compared, said: Said, no: string): boolean =>
  since === undefined || since.some((typ) => said.has(typ, no))
