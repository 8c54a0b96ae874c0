// What does a thief get who takes everything the server has? Every row, the files of the database, its write-ahead log, the data folder,
// and what the API wrote to its log: nothing of what is in a sealed bid.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { setting } from '../../db/schema/people.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { hex } from '../../src/proof/bytes.ts'
import { Canaries } from '../support/canaries.ts'
import { makeWorld } from '../support/world.ts'

const world = await makeWorld({ suppliers: 3 })
const admin = await world.database.client()
const began = Date.now()

const bids = new Canaries()
/** Kept unsealed on purpose, to see that the search finds what is there. */
const careless = { word: `careless-${hex(P.random(8))}`, price: '7777123456789012345' }
const found = new Canaries().add('word', careless.word).add('price', careless.price)

/** Files below a folder, those that go away while they are listed left out. */
function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  )
}
const contents = (path: string): Buffer | null => {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}

beforeAll(async () => {
  const no = await world.publish()
  for (const supplier of world.suppliers) {
    const word = `word-${hex(P.random(8))}`
    const price = String(10n ** 17n + P.random(7).reduce((n, b) => n * 256n + BigInt(b), 0n))
    bids.add('word', word).add('price', price)
    await world.bid(no, supplier, {
      technical: { approach: word, summary: '요약' },
      price: { amount: price, currency: 'KRW' },
    })
  }
  await world.db.withTx(({ tx }) =>
    tx
      .insert(setting)
      .values({ name: 'careless', value: JSON.stringify({ amount: careless.price, text: careless.word }) }),
  )
  await world.tick()
  await world.passDeadline(no, 3600)
  await world.clock()
  await world.tick()
  expect((await world.view(no)).state).toBe('closed')
  // Everything into the files.
  await admin.query('CHECKPOINT')
})

/** All rows of all tables, as text. */
async function everyRow(): Promise<{ table: string; text: string }[]> {
  const tables = await admin.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
  )
  const dumped: { table: string; text: string }[] = []
  for (const { name } of tables.rows) {
    const { rows } = await admin.query<{ line: string }>(`SELECT t::text AS line FROM ${name} t`)
    // bytea comes as hexadecimal; its bytes are looked at too.
    const raw = rows.map(({ line }) =>
      line.replace(/\\\\x([0-9a-f]+)/g, (_, h: string) => Buffer.from(h, 'hex').toString('latin1')),
    )
    dumped.push({ table: name, text: `${rows.map((r) => r.line).join('\n')}\n${raw.join('\n')}` })
  }
  return dumped
}

/** The write-ahead log since this file began, and the files of this database. */
async function databaseFiles(): Promise<string[]> {
  const { rows } = await admin.query<{ dir: string; oid: string }>(
    `SELECT current_setting('data_directory') AS dir, oid::text FROM pg_database WHERE datname = current_database()`,
  )
  const { dir = '', oid = '' } = rows[0] ?? {}
  const wal = filesBelow(join(dir, 'pg_wal')).filter((path) => statSync(path).mtimeMs >= began - 1000)
  return [...wal, ...filesBelow(join(dir, 'base', oid))]
}

describe('SEA-1 a full dump helps nobody', () => {
  test('no row of any table has a word or a price of a bid; what was kept unsealed is found', async () => {
    const rows = await everyRow()
    expect(rows.find(({ table }) => table === 'public.bid_act')?.text.length).toBeGreaterThan(1000)
    expect(rows.find(({ table }) => table === 'public.envelope')?.text.length).toBeGreaterThan(30_000)
    for (const { table, text } of rows)
      expect([table, bids.in(text), bids.in(Buffer.from(text, 'latin1'))]).toEqual([table, [], []])
    const where = rows.filter(({ text }) => found.in(text).length > 0).map(({ table }) => table)
    expect(where).toEqual(['public.setting'])
  })

  test('no file of the database and no segment of its write-ahead log has them; what was kept unsealed is in both', async () => {
    const paths = await databaseFiles()
    const hits = new Set<string>()
    for (const path of paths) {
      const bytes = contents(path)
      if (bytes === null) continue
      expect([path, bids.in(bytes)]).toEqual([path, []])
      if (found.in(bytes).length > 0) hits.add(path.includes('/pg_wal/') ? 'log' : 'table')
    }
    expect([...hits].sort()).toEqual(['log', 'table'])
  })

  test('no file of the data folder has them, nor what the API wrote to its log', () => {
    const paths = filesBelow(world.dataDir)
    expect(paths.some((path) => path.endsWith('keys.json'))).toBe(true)
    for (const path of paths) expect([path, bids.in(contents(path) ?? '')]).toEqual([path, []])
    expect(bids.in(world.lines.join('\n'))).toEqual([])
  })

  test('no statement that the database remembers has them', async () => {
    const { rows } = await admin.query<{ query: string }>(
      'SELECT query FROM pg_stat_activity WHERE datname = current_database()',
    )
    expect(bids.in(rows.map((row) => row.query).join('\n'))).toEqual([])
    await world.db.withTx(({ tx }) => tx.execute(sql`SELECT 1`))
  })
})
