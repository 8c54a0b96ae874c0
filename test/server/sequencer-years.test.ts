// LOG-5 over the turn of a year: does one log end and exactly one go on, whoever is killed meanwhile?
import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isClosed, isOpened } from '../../src/proof/shards.ts'
import type { Database } from '../../src/server/db.ts'
import { OtherSigner } from '../../src/server/log/publish.ts'
import { planShard, shards } from '../../src/server/log/shards.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/world.ts'
import { BenchSigner, ORIGIN, say, sequencerHere, sequencerProcess, sizeAndRoot, wholeLog } from './log-bench.ts'

vi.setConfig({ testTimeout: 150_000 })
const PATIENCE = 60_000
const THIS_YEAR = new Date().getUTCFullYear()
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

let stopping: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stopping) await stop()
  stopping = []
})
function here(...args: Parameters<typeof sequencerHere>) {
  const sequencer = sequencerHere(...args)
  stopping.push(sequencer.stop)
  return sequencer
}

const soon = <T>(what: string, ask: () => Promise<T | false>): Promise<T> =>
  eventually(
    what,
    async () => {
      await pause(20)
      return ask()
    },
    PATIENCE,
  )
const sql = async (database: TestDatabase, text: string) => (await database.client()).query(text)
const plan = (db: Database, year: number) => db.withTx((work) => planShard(work, year))
const logsOf = (db: Database) => db.withTx(({ tx }) => shards(tx))
/** All that was said, and what the turns added, is under a checkpoint. */
const settled = (db: Database, said: number, logs: number) =>
  soon(`${said} entries in ${logs} logs`, async () => {
    const { rows } = await db.withTx(({ tx }) =>
      tx.execute<Record<string, string>>(
        'SELECT (SELECT count(*) FROM log_outbox) AS waiting, (SELECT count(*) FROM log_entry) AS entries, (SELECT max(size) FROM log_checkpoint) AS size',
      ),
    )
    const { waiting, entries, size } = rows[0] ?? {}
    return Number(waiting) === 0 && entries === size && Number(entries) === said + 2 * (logs - 1)
  })

describe('a log ends and the next one begins', () => {
  test('by an order, which is refused for a year that is not later or too far ahead, and is the same when given twice', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    expect(await plan(db, THIS_YEAR + 1)).toMatchObject({ refused: expect.stringContaining('has not begun') })
    here(db, database.url, signer.socket)
    await say(db, 3)
    await settled(db, 3, 1)
    expect(await plan(db, THIS_YEAR)).toMatchObject({ refused: expect.any(String) })
    expect(await plan(db, THIS_YEAR + 2)).toMatchObject({ refused: expect.stringContaining('too far') })
    const both = await Promise.all([plan(db, THIS_YEAR + 1), plan(db, THIS_YEAR + 1)])
    // Whoever comes after the sequencer has begun it hears that it is there.
    for (const answer of both)
      expect('refused' in answer ? answer.refused : answer.origin).toMatch(
        'refused' in answer ? `that of ${THIS_YEAR + 1}` : `${ORIGIN}/${THIS_YEAR + 1}`,
      )
    expect(both.some((answer) => 'origin' in answer)).toBe(true)
    await settled(db, 3, 2)
    await say(db, 300, 3)
    await settled(db, 303, 2)
    const log = await wholeLog(db, signer.vkey)
    expect(log.said).toEqual(Array.from({ length: 303 }, (_, i) => i))
    expect(log.rows.map(({ leaf }, i) => (isClosed(leaf) || isOpened(leaf) ? i : -1)).filter((i) => i >= 0)).toEqual([
      3, 4,
    ])
    expect(sizeAndRoot(log.notes.at(-1) as string).size).toBe(301)
    expect(await logsOf(db)).toMatchObject([
      { no: 0, first: 0, ended: 4 },
      { no: 1, first: 4, ended: null },
    ])
  })

  test('by itself when the year of the database’s clock is another than its own', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    const first = here(db, database.url, signer.socket)
    await say(db, 2)
    await settled(db, 2, 1)
    await first.stop()
    await sql(database, `UPDATE log_shard SET year = year - 1`)
    here(db, database.url, signer.socket)
    await settled(db, 2, 2)
    expect((await logsOf(db)).map(({ origin }) => origin)).toEqual([ORIGIN, `${ORIGIN}/${THIS_YEAR}`])
    await wholeLog(db, signer.vkey)
  })

  test('once, though sequencer and signer are killed at several moments of four turns, and nothing is lost, doubled or signed twice', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    let program = await sequencerProcess(database.url, signer.socket)
    await say(db, 5)
    await settled(db, 5, 1)
    let said = 5
    for (let turn = 1; turn <= 4; turn++) {
      await sql(
        database,
        `INSERT INTO log_shard (no, origin, year) VALUES (${turn}, '${ORIGIN}/${THIS_YEAR + turn}', ${THIS_YEAR + turn})`,
      )
      await say(db, 7, said)
      said += 7
      // At the moments between the batch that ends the log, its signature, its publication, and the batch that begins the next.
      await pause((turn - 1) * 20)
      if (turn % 3 === 0) await signer.kill()
      await program.kill()
      if (turn % 3 === 0) await signer.start()
      program = await sequencerProcess(database.url, signer.socket)
      await settled(db, said, turn + 1)
    }
    await program.kill()
    const log = await wholeLog(db, signer.vkey)
    expect(log.said).toEqual(Array.from({ length: said }, (_, i) => i))
    expect(log.rows.filter(({ leaf }) => isOpened(leaf))).toHaveLength(4)
    expect(await logsOf(db)).toHaveLength(5)
  })

  test('and not under a signer that has forgotten it: nothing is signed then', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    const first = here(db, database.url, signer.socket)
    await say(db, 2)
    await settled(db, 2, 1)
    const old = readFileSync(`${signer.dir}/state.json`)
    await plan(db, THIS_YEAR + 1)
    await settled(db, 2, 2)
    await first.stop()
    await signer.kill()
    writeFileSync(`${signer.dir}/state.json`, old)
    await signer.start()
    const { problems } = here(db, database.url, signer.socket)
    await say(db, 1, 2)
    await soon('a refusal', async () => problems.some((err) => err instanceof OtherSigner))
    const { published, size } = await wholeLog(db, signer.vkey)
    expect([published, size]).toEqual([4, 5])
  })
})
