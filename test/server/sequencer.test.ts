// LOG-5: is there one log, whoever is killed, stopped, started twice or given old data?
import { afterEach, describe, expect, test, vi } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { Database } from '../../src/server/db.ts'
import { NoLongerLeader, runBatch } from '../../src/server/log/batch.ts'
import { OtherSigner, RolledBack } from '../../src/server/log/publish.ts'
import { SignerUnreachable } from '../../src/server/log/signer-client.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { testCluster } from '../support/cluster.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/world.ts'
import { BenchSigner, ORIGIN, say, sequencerHere, sequencerProcess, sizeAndRoot, wholeLog } from './log-bench.ts'

const LOCK = 0x6d61_6461
/** For one wait on a machine that is busy with other things. */
const PATIENCE = 60_000

vi.setConfig({ testTimeout: 150_000 })

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const range = (n: number) => Array.from({ length: n }, (_, i) => i)

let stopping: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stopping) await stop()
  stopping = []
})

/** A sequencer in this process, stopped after the test at the latest. */
function here(...args: Parameters<typeof sequencerHere>) {
  const sequencer = sequencerHere(...args)
  stopping.push(sequencer.stop)
  return sequencer
}

const sizeOf = async (database: TestDatabase, table: 'log_entry' | 'log_outbox' | 'log_checkpoint') =>
  Number((await (await admin(database)).query(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n)

const soon = <T>(what: string, ask: () => Promise<T | false> | T | false): Promise<T> =>
  eventually(
    what,
    async () => {
      await pause(20)
      return ask()
    },
    PATIENCE,
  )

/** Size of the newest checkpoint. Whether the log is whole is asked once, not while waiting. */
async function publishedIn(db: Database): Promise<number> {
  const { rows } = await db.withTx(({ tx }) => tx.execute('SELECT max(size) AS size FROM log_checkpoint'))
  return Number(rows[0]?.size ?? 0)
}
const reaches = (db: Database, what: string, size: number) => soon(what, async () => (await publishedIn(db)) >= size)

const admins = new Map<string, ReturnType<TestDatabase['client']>>()
const admin = (database: TestDatabase) => {
  const known = admins.get(database.name) ?? database.client()
  admins.set(database.name, known)
  return known
}

const epochOf = async (database: TestDatabase) =>
  Number((await (await admin(database)).query('SELECT epoch FROM log_leader')).rows[0]?.epoch ?? 0)

describe('LOG-5: two sequencers', () => {
  test('a batch of an earlier leader fails and writes nothing', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    const first = here(db, database.url, signer.socket)
    await say(db, 3)
    await reaches(db, 'three entries', 3)
    await first.stop()
    const epoch = await epochOf(database)
    await (await admin(database)).query('UPDATE log_leader SET epoch = epoch + 1')
    await say(db, 3, 3)
    const batch = (of: number) =>
      db.withTx((work) => runBatch(work, { P, epoch: of, tiles: tileReader(), cover: false }))
    await expect(batch(epoch)).rejects.toBeInstanceOf(NoLongerLeader)
    expect(await wholeLog(db, signer.vkey)).toMatchObject({ size: 3, said: [0, 1, 2] })
    expect(await batch(epoch + 1)).toEqual({ written: 3, size: 6 })
  })

  test('one that is stopped, loses its lock and wakes up neither forks the log nor loses or doubles an entry', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    const client = await admin(database)
    let feeding = true
    let fed = 0
    const feeder = (async () => {
      for (; feeding; fed += 3) await say(db, 3, fed).then(() => pause(5))
    })()
    const programs = [await sequencerProcess(database.url, signer.socket)]
    await soon('a first leader', async () => (await epochOf(database)) === 1)
    programs.push(await sequencerProcess(database.url, signer.socket))
    for (const [leads, other] of [
      [0, 1],
      [1, 0],
      [0, 1],
    ] as const) {
      const epoch = await epochOf(database)
      await pause(37)
      process.kill(programs[leads]?.pid as number, 'SIGSTOP')
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objid = ${LOCK} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      )
      expect(rowCount).toBe(1)
      await soon(`sequencer ${other} leads`, async () => (await epochOf(database)) === epoch + 1)
      await reaches(db, 'the new leader publishes', (await publishedIn(db)) + 1)
      process.kill(programs[leads]?.pid as number, 'SIGCONT')
      await pause(150)
    }
    feeding = false
    await feeder
    await soon('an empty outbox', async () => (await sizeOf(database, 'log_outbox')) === 0)
    await reaches(db, 'everything published', await sizeOf(database, 'log_entry'))
    const log = await wholeLog(db, signer.vkey)
    expect(log.said).toEqual(range(fed))
    expect(log.size).toBe(fed)
  })
})

describe('LOG-5: kills', () => {
  test('one killed between batch and signature, or between signature and publication, is followed by the same checkpoint', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    const first = await sequencerProcess(database.url, signer.socket)
    await say(db, 5)
    await reaches(db, 'the first checkpoint', 5)

    // Between batch and signature: the signer does not hear of the batch before its asker is dead.
    signer.signal('SIGSTOP')
    await say(db, 300, 5)
    await soon('the batch', async () => (await sizeOf(database, 'log_entry')) === 305)
    await first.kill()
    expect((await wholeLog(db, signer.vkey)).published).toBe(5)
    signer.signal('SIGCONT')
    const second = await sequencerProcess(database.url, signer.socket)
    await reaches(db, 'the checkpoint of the batch', 305)
    const log = await wholeLog(db, signer.vkey)
    expect(log.said).toEqual(range(305))

    // Between signature and publication: the signer has signed, and nobody kept the note.
    await second.kill()
    const note = log.notes.at(-1) as string
    await (await admin(database)).query('DELETE FROM log_checkpoint WHERE size = 305')
    expect(signer.signedSize).toBe(305)
    here(db, database.url, signer.socket)
    await reaches(db, 'the same note', 305)
    expect((await wholeLog(db, signer.vkey)).notes.at(-1)).toBe(note)
  })

  test('nothing is published while the signer is down, and what waited is when it is back', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    const sequencer = here(db, database.url, signer.socket)
    await say(db, 2)
    await reaches(db, 'a checkpoint', 2)
    await signer.kill()
    await say(db, 2, 2)
    await soon('a refusal to publish', () => sequencer.problems.some((err) => err instanceof SignerUnreachable))
    expect(await wholeLog(db, signer.vkey)).toMatchObject({ size: 4, published: 2 })
    await say(db, 2, 4)
    await signer.start()
    await reaches(db, 'everything', 6)
    expect((await wholeLog(db, signer.vkey)).said).toEqual(range(6))
  })
})

describe('LOG-5: the wrong data', () => {
  test('a database restored from an older copy has nothing signed, however it grows', async () => {
    const database = await testDatabase()
    const signer = await new BenchSigner().start()
    const db = database.open()
    const before = here(db, database.url, signer.socket)
    await say(db, 4)
    await reaches(db, 'four entries', 4)
    await before.stop()
    const { rows } = await (await admin(database)).query('SELECT max(size) AS size FROM log_checkpoint')
    expect(Number(rows[0]?.size)).toBe(4)
    const copy = await copyOf(database)
    const after = here(db, database.url, signer.socket)
    await say(db, 4, 4)
    await reaches(db, 'eight entries', 8)
    await after.stop()

    const restored = here(copy.open(), copy.url, signer.socket)
    const old = copy.open()
    await say(old, 2, 100)
    await soon('a refusal', () => restored.problems.some((err) => err instanceof RolledBack))
    await say(old, 2, 102)
    await soon('the size that was signed', async () => (await wholeLog(old, signer.vkey)).size === 8)
    await soon('another refusal', () => restored.problems.some((err) => err.message.includes('another root')))
    await say(old, 5, 104)
    await soon('a larger size', async () => (await wholeLog(old, signer.vkey)).size === 13)
    await soon('a last refusal', () => restored.problems.some((err) => err.message.includes('consistency proof')))
    expect((await wholeLog(old, signer.vkey)).published).toBe(4)
    expect(signer.signedSize).toBe(8)
    // The control: the right database goes on.
    here(db, database.url, signer.socket)
    await say(db, 1, 8)
    await reaches(db, 'nine entries', 9)
  })

  test('an empty database under a signer that has signed gets no checkpoint', async () => {
    const [used, empty] = [await testDatabase(), await testDatabase()]
    const signer = await new BenchSigner().start()
    const db = used.open()
    const sequencer = here(db, used.url, signer.socket)
    await say(db, 3)
    await reaches(db, 'three entries', 3)
    await sequencer.stop()
    const fresh = here(empty.open(), empty.url, signer.socket)
    const other = empty.open()
    await say(other, 1)
    await soon('a refusal', () => fresh.problems.some((err) => err instanceof RolledBack))
    expect(await wholeLog(other, signer.vkey)).toMatchObject({ published: 0 })
    expect(signer.signedSize).toBe(3)
  })

  test('a signer with another key, or of another log, cannot go on with the log of the first', async () => {
    const database = await testDatabase()
    const db = database.open()
    const [signer, stranger] = [await new BenchSigner().start(), await new BenchSigner().start()]
    const first = here(db, database.url, signer.socket)
    await say(db, 3)
    await reaches(db, 'three entries', 3)
    await first.stop()
    await say(db, 1, 3)
    const replaced = here(db, database.url, stranger.socket)
    await soon('a refusal', () => replaced.problems.some((err) => err instanceof OtherSigner))
    await pause(200)
    await replaced.stop()
    expect(await wholeLog(db, signer.vkey)).toMatchObject({ published: 3 })
    expect(stranger.signedSize).toBe(0)

    const renamed = here(db, database.url, signer.socket, { origin: 'other.example/log' })
    await soon('a refusal of the name', () => renamed.problems.some((err) => err.message.includes('holds the log')))
    await renamed.stop()
    expect(await wholeLog(db, signer.vkey)).toMatchObject({ published: 3 })
    here(db, database.url, signer.socket)
    await reaches(db, 'the rightful signer goes on', 4)
  })
})

describe('order', () => {
  test('a thousand rows over several batches keep their order, and each entry names the one before it of its tender', async () => {
    const database = await testDatabase()
    const db = database.open()
    const signer = await new BenchSigner().start()
    const ref = (i: number) => (i % 7 === 0 ? '-' : `R26BK${String(i % 5).padStart(8, '0')}`)
    await say(db, 1000, 0, ref)
    here(db, database.url, signer.socket)
    await reaches(db, 'a thousand entries', 1000)
    const log = await wholeLog(db, signer.vkey)
    expect(log.said).toEqual(range(1000))
    const last = new Map<string, number>()
    for (const row of log.rows) {
      expect([row.idx, row.ref, row.prev]).toEqual([
        row.idx,
        row.ref,
        row.ref === null ? null : (last.get(row.ref) ?? null),
      ])
      if (row.ref !== null) last.set(row.ref, row.idx)
    }
    expect(last.size).toBe(5)
    // Several batches, and no checkpoint that is not of their border.
    expect(log.notes.map((note) => sizeAndRoot(note).size).every((size) => size % 256 === 0 || size === 1000)).toBe(
      true,
    )
    expect(ORIGIN).toBe(log.notes.at(-1)?.split('\n')[0])
  })
})

/** A copy of the database as it is now, as a backup would hold it. */
async function copyOf(database: TestDatabase): Promise<TestDatabase> {
  const copy = await testDatabase({ empty: true })
  const cluster = await testCluster()
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: cluster.adminUrl('postgres') })
  await client.connect()
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('${database.name}', '${copy.name}')`,
  )
  await client.query(`DROP DATABASE ${copy.name}`)
  await client.query(`CREATE DATABASE ${copy.name} TEMPLATE ${database.name} OWNER madang`)
  await client.end()
  admins.delete(database.name)
  return copy
}
