// What has the log said of each row of the database? Entries go in, in their order; rows with the entry that said each value come out.
import { getTableName } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Obj } from '../../domain/record/fields.ts'
import { canonical, type Json } from '../../proof/canonical.ts'
import type { OpenLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'

/** One entry that was read. A sealed one that the operator has opened has no leaf to name; what still waits has no index. */
export type SaidEntry = {
  typ: string
  index: number | null
  leaf: Pick<OpenLeaf, 'at' | 'org' | 'ref' | 'by' | 'h'>
  payload: Obj
  /** The payload as it was signed, and by which key; empty where nobody signed. */
  jws: string
  kid: string
}

/** More than one value may stand in the database, because what tells them apart has no entry. */
export class OneOf {
  readonly values: readonly Json[]
  constructor(...values: readonly Json[]) {
    this.values = values
  }
}

export type Value = { is: Json | OneOf; by: string }
/** Columns by their names in the program. */
export type SaidRow = { [column: string]: Value }

/** What a value is taken from: the entry, one element of a list in it, and all that was said before. */
export type At = { P: Primitives; entry: SaidEntry; item: Obj; said: Said }

/**
 * Where the value of a column stands: a path from `payload`, `leaf` or `item` (`payload.notice.title`), `jws`, `kid` or `index`, or
 * what answers it. A value that is not there is not said.
 */
export type Cell = string | ((at: At) => Json | OneOf | undefined)

/** One type of entry says columns of one table: of one row, or of one for each element of the list that `each` names. */
export type Source = {
  typ: string
  each?: string | ((at: At) => readonly Obj[])
  when?: (at: At) => boolean
  set: Readonly<Record<string, Cell>>
}

const whatSaid = ({ index, typ }: SaidEntry) => (index === null ? `a waiting ${typ}` : `entry ${index}, ${typ}`)

function along(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [next, ...rest] = path
  if (next === undefined) return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, next) ? along(value[next], rest) : undefined
}

/** The value of a cell. Example: `payload.x` of a release by key 2 is 2. */
export function cellOf(cell: Cell, at: At): Json | OneOf | undefined {
  if (typeof cell !== 'string') return cell(at)
  const { entry, item } = at
  if (cell === 'jws' || cell === 'kid' || cell === 'index') return entry[cell]
  const [root, ...path] = cell.split('.')
  if (root === 'payload') return along(entry.payload, path)
  if (root === 'item') return along(item, path)
  if (root === 'leaf') return along(entry.leaf as Obj, path)
  throw new Error(`${cell} names no place of an entry`)
}

export const keyOf = (parts: readonly unknown[]): string => canonical(parts.map((part) => String(part)))

/** All rows that were said so far, and by which key each is found. */
export class Said {
  readonly #P: Primitives
  readonly #tables = new Map<string, Map<string, SaidRow>>()
  readonly #seen = new Set<string>()
  /** Who stands behind each envelope, as the reveal, a contribution or a letter has said. */
  readonly bidderOf = new Map<string, string>()
  /** What was said of people and keys, where this is about tenders. */
  readonly people: Said | null

  constructor(P: Primitives, people: Said | null = null) {
    this.#P = P
    this.people = people
  }

  rows(table: PgTable): Map<string, SaidRow> {
    const name = getTableName(table)
    const rows = this.#tables.get(name) ?? new Map<string, SaidRow>()
    this.#tables.set(name, rows)
    return rows
  }

  /** The value of a column that was said, where one value was. */
  value(table: PgTable, key: readonly unknown[], column: string): Json | undefined {
    const value = this.rows(table).get(keyOf(key))?.[column]?.is
    return value instanceof OneOf ? undefined : value
  }

  /** Has an entry of this type about this tender been read? */
  has(typ: string, ref: string): boolean {
    return this.#seen.has(`${typ} ${ref}`)
  }

  /** Takes what an entry says of the rows of a table; what was said before of a column no longer counts. */
  take(entry: SaidEntry, table: PgTable, key: readonly string[], sources: readonly Source[]): void {
    this.#seen.add(`${entry.typ} ${entry.leaf.ref}`)
    for (const source of sources) {
      if (source.typ !== entry.typ) continue
      const bare: At = { P: this.#P, entry, item: {}, said: this }
      for (const item of itemsOf(source, bare)) {
        const at = { ...bare, item }
        if (source.when && !source.when(at)) continue
        const cells = Object.entries(source.set).map(([column, cell]) => [column, cellOf(cell, at)] as const)
        const row: SaidRow = {}
        const by = whatSaid(entry)
        for (const [column, is] of cells) if (is !== undefined) row[column] = { is, by }
        const parts = key.map((column) => row[column]?.is)
        // An entry that does not name a row says nothing of any; that it is not in the format is for the verifier to find.
        if (parts.some((part) => part === undefined)) continue
        const rows = this.rows(table)
        const name = keyOf(parts)
        rows.set(name, { ...rows.get(name), ...row })
      }
    }
  }
}

function itemsOf({ each }: Source, at: At): readonly Obj[] {
  if (each === undefined) return [{}]
  if (typeof each !== 'string') return each(at)
  const list = cellOf(each, at)
  const isObject = (one: Json): one is Obj => typeof one === 'object' && one !== null && !Array.isArray(one)
  return Array.isArray(list) ? list.filter(isObject) : []
}
