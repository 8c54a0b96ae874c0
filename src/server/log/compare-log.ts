// Does all that is kept beside the log's entries follow from them? Everything is computed again and compared; what can be rebuilt is.
import { and, asc, eq, gt, gte, isNotNull, sql } from 'drizzle-orm'
import { bidAct } from '../../../db/schema/bids.ts'
import { fieldDecision } from '../../../db/schema/evaluators.ts'
import { logCheckpoint, logCover, logEntry, logPayload, logShard, logTile } from '../../../db/schema/log.ts'
import { factDecision } from '../../../db/schema/organisations.ts'
import { question } from '../../../db/schema/questions.ts'
import { equal, FormatError, fromB64u, hex } from '../../proof/bytes.ts'
import { readLeaf } from '../../proof/leaf.ts'
import { readCheckpoint, readNote } from '../../proof/note.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { yearly } from '../../proof/shards.ts'
import { newTiles, tilePath } from '../../proof/tiles.ts'
import { Compact, leafHash } from '../../proof/tree.ts'
import type { Database, Tx } from '../db.ts'
import { compareActs } from './compare-acts.ts'
import { type Shard, shardOfSize, shards } from './shards.ts'

/**
 * What differs. `rebuilt`: it was written anew from the entries. What is not a copy (an entry, a payload, a signed checkpoint) is
 * never written: it needs a person, a backup, or whoever keeps a copy of the log.
 */
export type Difference = { where: string; says: string; rebuilt: boolean }

/** `rows`: of people, tenders, bids and what else the log says, that were held against it; null while columns of entries are wrong. */
export type Comparison = {
  entries: number
  tiles: number
  payloads: number
  rows: number | null
  differences: Difference[]
}

type Row = typeof logEntry.$inferSelect
type Derived = Pick<Row, 'typ' | 'ref' | 'payloadHash' | 'prev' | 'c'>

const PAGE = 4096
const HASH = 32

/** The columns of an entry as its leaf alone gives them; throws FormatError when it is no leaf. */
function derivedOf(leaf: Uint8Array, last: Map<string, number>): Derived {
  const read = readLeaf(leaf)
  if ('c' in read) return { typ: 'sealed/1', ref: null, payloadHash: null, prev: null, c: read.c }
  const ref = read.ref === '-' ? null : read.ref
  const prev = ref === null ? null : (last.get(ref) ?? null)
  return { typ: read.typ, ref, payloadHash: fromB64u(read.h), prev, c: null }
}

const shown = (value: Uint8Array | string | number | null) => (value instanceof Uint8Array ? hex(value) : value)
const sameValue = (a: Derived[keyof Derived], b: Derived[keyof Derived]) => shown(a) === shown(b)

/** The walk over all entries: tree, tiles and columns as they follow from the leaves. */
class Walk {
  readonly differences: Difference[] = []
  readonly tiles = new Map<string, Uint8Array>()
  readonly rootAt = new Map<number, Uint8Array>()
  /** Hashes that entries name: by the first and by the last of them. */
  readonly hashes = new Map<string, readonly [number, number]>()
  readonly stale: { idx: number; derived: Derived }[] = []
  readonly #P: Primitives
  #tree: Compact
  #before = 0
  #shard = 0
  readonly #shards: readonly Shard[]
  readonly #last = new Map<string, number>()
  readonly #sizes: ReadonlySet<number>

  /** @param sizes places that a checkpoint covers @param shards the logs of the chain; the first may not be named yet */
  constructor(P: Primitives, sizes: ReadonlySet<number>, shards: readonly Shard[]) {
    this.#P = P
    this.#tree = new Compact(P)
    this.#sizes = sizes
    this.#shards = shards
  }

  /** Places walked, through all logs. */
  get size(): number {
    return this.#before + this.#tree.size
  }

  /** Takes rows, each log's apart. */
  async take(rows: readonly Row[]): Promise<void> {
    for (let at = 0; at < rows.length; ) {
      const next = this.#shards[this.#shard + 1]
      const first = rows[at] as Row
      if (next && first.idx === next.first && first.idx === this.size) {
        this.#before = this.size
        this.#tree = new Compact(this.#P)
        this.#shard++
        continue
      }
      const own = rows.slice(at).findIndex((row) => next && row.idx >= next.first && row.idx !== first.idx)
      const some = own < 0 ? rows.slice(at) : rows.slice(at, at + own)
      await this.#takeOwn(some)
      at += some.length
    }
  }

  async #takeOwn(rows: readonly Row[]): Promise<void> {
    const from = this.#tree.size
    const added: Uint8Array[] = []
    for (const row of rows) {
      if (row.idx !== this.size) throw new FormatError(`entry ${this.size} is missing: the next one is ${row.idx}`)
      const hash = leafHash(this.#P, row.leaf)
      this.#tree.append(hash)
      added.push(hash)
      if (this.#sizes.has(this.size)) this.rootAt.set(this.size, this.#tree.root())
      this.#columns(row)
    }
    const readTile = async (level: number, n: number, width: number) =>
      (this.tiles.get(`${this.#shard}/${level}/${n}`) as Uint8Array).subarray(0, HASH * width)
    for (const { level, n, data } of await newTiles(this.#P, from, added, readTile))
      this.tiles.set(`${this.#shard}/${level}/${n}`, data)
  }

  #columns(row: Row): void {
    const { idx } = row
    try {
      const derived = derivedOf(row.leaf, this.#last)
      const wrong = (Object.keys(derived) as (keyof Derived)[]).filter((name) => !sameValue(derived[name], row[name]))
      if (wrong.length > 0) {
        this.stale.push({ idx, derived })
        const says = wrong.map((name) => `${name} is ${shown(row[name])}, the leaf says ${shown(derived[name])}`)
        this.differences.push({ where: `entry ${idx}`, says: says.join('; '), rebuilt: false })
      }
      if (derived.ref !== null) this.#last.set(derived.ref, idx)
      const hash = derived.payloadHash && hex(derived.payloadHash)
      if (hash) this.hashes.set(hash, [this.hashes.get(hash)?.[0] ?? idx, idx])
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      this.differences.push({ where: `entry ${idx}`, says: `is no leaf: ${error.message}`, rebuilt: false })
    }
  }
}

async function walkEntries(P: Primitives, tx: Tx): Promise<Walk> {
  const checkpoints = await tx.select({ size: logCheckpoint.size }).from(logCheckpoint)
  const walk = new Walk(P, new Set(checkpoints.map((row) => row.size)), await shards(tx))
  for (;;) {
    const rows = await tx
      .select()
      .from(logEntry)
      .where(gte(logEntry.idx, walk.size))
      .orderBy(asc(logEntry.idx))
      .limit(PAGE)
    if (rows.length === 0) return walk
    try {
      await walk.take(rows)
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      walk.differences.push({ where: 'entries', says: error.message, rebuilt: false })
      return walk
    }
  }
}

/** What a note says; null where it is none. */
function toldBy(note: string) {
  try {
    const { text } = readNote(note)
    return { ...readCheckpoint(text), text }
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** Logs are numbered in their order; each ends where the next begins and has the name of its year. */
async function compareShards(tx: Tx, walk: Walk): Promise<void> {
  const all = await tx.select().from(logShard).orderBy(asc(logShard.no))
  const begun = all.filter(({ first }) => first !== null)
  for (const [i, { no, origin, year, first, ended }] of begun.entries()) {
    const say = (says: string) => walk.differences.push({ where: `log_shard ${no}`, says, rebuilt: false })
    const before = begun[i - 1]
    if (no !== i) say(`no is ${no}, it is the log number ${i}`)
    if (i === 0 && first !== 0) say(`first is ${first}, the first log begins at 0`)
    if (before && before.ended !== first) say(`first is ${first}, the log before it ended at ${before.ended}`)
    const named = begun[0]?.origin ?? ''
    if (i > 0 && origin !== yearly(named, year)) say(`origin is ${origin}, that of ${year} is ${yearly(named, year)}`)
    if (before && before.year >= year) say(`year is ${year}, the log before it is of ${before.year}`)
    if (ended !== null && ended > walk.size) say(`ended is ${ended}, there are ${walk.size} entries`)
    // The old log's last entry names the new one: nothing but that ends it.
    const next = begun[i + 1]
    if (ended !== null && !next && ended !== walk.size) say(`ended is ${ended}, entries come after it`)
  }
}

/** Checkpoints against the roots of the walk; true when the newest one holds, so that the entries are what was signed. */
async function compareCheckpoints(tx: Tx, walk: Walk): Promise<boolean> {
  const rows = await tx.select().from(logCheckpoint).orderBy(asc(logCheckpoint.size))
  let holds = rows.length > 0
  for (const { size, root, note, fresh } of rows) {
    const where = `checkpoint ${size}`
    const computed = walk.rootAt.get(size)
    const told = toldBy(note)
    if (told === null) {
      walk.differences.push({ where, says: 'note is no checkpoint', rebuilt: false })
      holds = false
      continue
    }
    const { first, origin } = await shardOfSize(tx, size)
    if (told.origin !== origin)
      walk.differences.push({ where, says: `is of the log ${told.origin}, not of ${origin}`, rebuilt: false })
    if (fresh !== null && toldBy(fresh)?.text !== told.text)
      walk.differences.push({ where, says: 'fresh is another checkpoint than note', rebuilt: false })
    const says =
      computed === undefined
        ? `there are only ${walk.size} entries`
        : !equal(told.root, computed) || told.size !== size - first
          ? 'the entries do not give the root that was signed'
          : equal(root, computed)
            ? null
            : 'the column root is not the root that was signed'
    holds = says === null
    if (says !== null) walk.differences.push({ where, says, rebuilt: false })
  }
  return holds
}

/** A tile as people find it; those of the logs that follow the first are told apart by the log's number. */
const tileName = (shard: number, level: number, n: number, width: number): string =>
  `${shard === 0 ? '' : `log ${shard}: `}${tilePath(level, n, width)}`

async function compareTiles(tx: Tx, walk: Walk, rebuild: boolean): Promise<number> {
  const rows = await tx.select().from(logTile)
  for (const { shard, level, n, width, data } of rows) {
    const right = walk.tiles.get(`${shard}/${level}/${n}`)?.subarray(0, HASH * width)
    const where = tileName(shard, level, n, width)
    if (right === undefined || right.length !== HASH * width) {
      walk.differences.push({ where, says: 'is of more entries than there are', rebuilt: false })
    } else if (!equal(right, data)) {
      if (rebuild)
        await tx
          .update(logTile)
          .set({ data: right })
          .where(and(eq(logTile.shard, shard), eq(logTile.level, level), eq(logTile.n, n), eq(logTile.width, width)))
      walk.differences.push({ where, says: 'does not follow from the entries', rebuilt: rebuild })
    }
  }
  const there = new Set(rows.map(({ shard, level, n, width }) => `${shard}/${level}/${n}/${width}`))
  for (const [key, data] of walk.tiles) {
    const width = data.length / HASH
    if (there.has(`${key}/${width}`)) continue
    const [shard, level, n] = key.split('/').map(Number) as [number, number, number]
    if (rebuild) await tx.insert(logTile).values({ shard, level, n, width, data })
    walk.differences.push({ where: tileName(shard, level, n, width), says: 'is missing', rebuilt: rebuild })
  }
  return rows.length
}

async function comparePayloads(P: Primitives, tx: Tx, walk: Walk): Promise<number> {
  let count = 0
  let after = new Uint8Array(0)
  for (;;) {
    const rows = await tx
      .select()
      .from(logPayload)
      .where(gt(logPayload.hash, after))
      .orderBy(asc(logPayload.hash))
      .limit(64)
    const end = rows.at(-1)
    if (!end) break
    for (const { hash, bytes, idx } of rows) {
      const where = `payload ${hex(hash)}`
      if (!equal(P.sha256(bytes), hash)) walk.differences.push({ where, says: 'has other bytes', rebuilt: false })
      const named = walk.hashes.get(hex(hash))
      if (named !== undefined && idx === null)
        walk.differences.push({ where, says: 'is not published', rebuilt: false })
      else if (named !== undefined && idx !== null && (idx < named[0] || idx > named[1]))
        walk.differences.push({ where, says: `idx is ${idx}, entry ${named[0]} names it`, rebuilt: false })
      walk.hashes.delete(hex(hash))
    }
    count += rows.length
    after = new Uint8Array(end.hash)
  }
  for (const [hash, [idx]] of walk.hashes)
    walk.differences.push({ where: `payload ${hash}`, says: `is missing: entry ${idx} names it`, rebuilt: false })
  return count
}

/** Rows that say at which index their commitment is. */
async function comparePlaces(tx: Tx, walk: Walk): Promise<void> {
  for (const [table, name] of [
    [bidAct, 'bid_act'],
    [fieldDecision, 'field_decision'],
    [factDecision, 'fact_decision'],
    [question, 'question'],
    [logCover, 'log_cover'],
  ] as const) {
    const wrong = await tx
      .select({ idx: table.idx, c: table.c })
      .from(table)
      .where(
        and(
          isNotNull(table.idx),
          sql`NOT EXISTS (SELECT FROM ${logEntry} WHERE ${logEntry.idx} = ${table.idx} AND ${logEntry.c} = ${table.c})`,
        ),
      )
    for (const { idx, c } of wrong)
      walk.differences.push({ where: `${name} ${c}`, says: `is not entry ${idx}`, rebuilt: false })
  }
}

/**
 * Computes tree, tiles, columns and hashes again from the entries and compares them with what is stored, in one snapshot, and then all
 * other tables of which the log says something with what it says (`compareActs`). With
 * `rebuild`, tiles and columns that differ are written anew, but only where the newest signed checkpoint says that the entries are
 * those that were signed.
 *
 * Example: a tile in which one bit has flipped is answered as `{ where: 'tile/0/000.p/7', says: 'does not follow from the entries' }`.
 */
export async function compareLog(
  P: Primitives,
  db: Database,
  { rebuild = false, progress }: { rebuild?: boolean; progress?: (says: string) => void } = {},
): Promise<Comparison> {
  const work = ({ tx }: { tx: Tx }) => compareIn(P, tx, rebuild, progress)
  return rebuild ? db.withTx(work, { isolation: 'repeatable read' }) : db.publicRead(work)
}

/** The same in a transaction that somebody else holds. */
export async function compareIn(
  P: Primitives,
  tx: Tx,
  rebuild = false,
  progress?: (says: string) => void,
): Promise<Comparison> {
  const walk = await walkEntries(P, tx)
  const signed = await compareCheckpoints(tx, walk)
  await compareShards(tx, walk)
  const write = rebuild && signed
  if (write) {
    for (const { idx, derived } of walk.stale) await tx.update(logEntry).set(derived).where(eq(logEntry.idx, idx))
    const mended = new Set(walk.stale.map(({ idx }) => `entry ${idx}`))
    for (const one of walk.differences) if (mended.has(one.where)) one.rebuilt = true
  }
  const tiles = await compareTiles(tx, walk, write)
  const payloads = await comparePayloads(P, tx, walk)
  await comparePlaces(tx, walk)
  progress?.(`${walk.size} entries, ${tiles} tiles, ${payloads} payloads compared`)
  // Entries are found by their columns: what these name wrongly would be missed everywhere.
  if (walk.stale.length > 0 && !write)
    return { entries: walk.size, tiles, payloads, rows: null, differences: walk.differences }
  const { rows, differences } = await compareActs(P, tx, progress)
  const found = differences.map((one) => ({ ...one, rebuilt: false }))
  return { entries: walk.size, tiles, payloads, rows, differences: [...walk.differences, ...found] }
}
