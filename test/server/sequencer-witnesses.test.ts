// Is a checkpoint published only with its quorum, whatever witnesses do, and do acts wait for none of it?
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openWitness, type WitnessCore } from '../../src/keepers/witness-core.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { readNote, verifyCosignature } from '../../src/proof/note.ts'
import { type Policy, quorumMet, readPolicy } from '../../src/proof/policy.ts'
import type { Database } from '../../src/server/db.ts'
import { policyText } from '../../src/server/log/witness-policy.ts'
import { NoQuorum, WitnessTrouble } from '../../src/server/log/witnesses.ts'
import { testDatabase } from '../support/database.ts'
import { tempDir } from '../support/processes.ts'
import { eventually } from '../support/world.ts'
import { BenchSigner, ORIGIN, say, sequencerHere, sequencerProcess, wholeLog } from './log-bench.ts'

vi.setConfig({ testTimeout: 150_000 })
const PATIENCE = 60_000

let ending: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ending.reverse()) await end()
  ending = []
})

/** A witness's own core behind loopback HTTP in this process; what it answers can be bent. */
class TestWitness {
  readonly dir = tempDir('witness')
  readonly id: string
  /** What is answered in the core's place: a status, or null for no answer at all. */
  instead: { status: number; body: string } | 'silence' | null = null
  asked = 0
  /** Moves its clock, seconds. */
  ahead = 0
  core: WitnessCore
  #server: Server
  #vkey: string

  constructor(id: string, vkey: string) {
    this.id = id
    this.#vkey = vkey
    this.core = this.#open()
    this.#server = createServer(async (req, res) => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      this.asked++
      if (this.instead === 'silence') return
      const { status, body } = this.instead ?? (await this.core.addCheckpoint(Buffer.concat(chunks)))
      res.writeHead(status).end(body)
    })
  }

  #open(): WitnessCore {
    const now = () => Math.floor(Date.now() / 1000) + this.ahead
    return openWitness({ P, dir: this.dir, name: `${this.id}.example`, logs: () => [this.#vkey], now })
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    ending.push(async () => {
      this.#server.closeAllConnections()
      await new Promise((resolve) => this.#server.close(resolve))
    })
    return this
  }

  get line(): string {
    return `witness ${this.id} ${this.core.vkey} http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }
}

async function three(signer: BenchSigner, threshold = 2) {
  const all = await Promise.all(['press', 'court', 'univ'].map((id) => new TestWitness(id, signer.vkey).start()))
  const lines = `${all.map(({ line }) => line).join('\n')}\ngroup all ${threshold} press court univ\nquorum all\n`
  const policy = readPolicy(policyText(signer.vkey, 'http://localhost/log', lines))
  return { all: all as [TestWitness, TestWitness, TestWitness], lines, policy }
}

async function newest(db: Database): Promise<{ size: number; note: string; fresh: string | null } | null> {
  const { rows } = await db.withTx(({ tx }) =>
    tx.execute<{ size: string; note: string; fresh: string | null }>(
      'SELECT size, note, fresh FROM log_checkpoint ORDER BY size DESC LIMIT 1',
    ),
  )
  const row = rows[0]
  return row ? { ...row, size: Number(row.size) } : null
}
const reaches = (db: Database, size: number) =>
  eventually(`size ${size}`, async () => ((await newest(db))?.size ?? 0) >= size, PATIENCE)
const entriesOf = async (db: Database) =>
  Number((await db.withTx(({ tx }) => tx.execute('SELECT count(*) AS n FROM log_entry'))).rows[0]?.n)

const names = (note: string) => readNote(note).signatures.map(({ name }) => name)
const met = async (policy: Policy, note: string) => (await quorumMet(P, policy, note)).met

function here(...args: Parameters<typeof sequencerHere>) {
  const sequencer = sequencerHere(...args)
  ending.push(sequencer.stop)
  return sequencer
}

const bench = async (threshold = 2) => {
  const database = await testDatabase()
  const db = database.open()
  const signer = await new BenchSigner().start()
  return { database, db, signer, ...(await three(signer, threshold)) }
}

describe('without the quorum', () => {
  test('nothing is published, though entries keep getting their indexes; with it, everything is', async () => {
    const { database, db, signer, all, lines, policy } = await bench()
    all[0].instead = { status: 503, body: 'disk full' }
    all[1].instead = 'silence'
    const sequencer = here(db, database.url, signer.socket, { witnesses: lines })
    await say(db, 3)
    await eventually('entries', async () => (await entriesOf(db)) === 3, PATIENCE)
    await eventually('a complaint', () => sequencer.problems.some((err) => err instanceof NoQuorum), PATIENCE)
    await say(db, 3, 3)
    await eventually('more entries', async () => (await entriesOf(db)) === 6, PATIENCE)
    expect(await newest(db)).toBeNull()
    expect(sequencer.problems.map(String).join()).toContain('503: disk full')
    all[0].instead = null
    await reaches(db, 6)
    const { note } = (await newest(db))!
    expect(names(note)).toEqual([ORIGIN, 'press.example', 'univ.example'])
    expect(await met(policy, note)).toBe(true)
    // A control for `met`: the log's own signature alone is not a quorum.
    expect(await met(policy, note.split('— press')[0]!)).toBe(false)
  })

  test('a witness that refuses, babbles, lies about its size or signs for another does not count, and is named', async () => {
    const { database, db, signer, all, lines } = await bench(3)
    const answers = [
      { status: 404, body: 'who?' },
      { status: 403, body: 'no' },
      { status: 422, body: 'no' },
      { status: 200, body: '— court.example AAAAAAAAAAAAAAAA\n' },
      { status: 200, body: 'fine' },
      { status: 409, body: 'many' },
      { status: 409, body: '4000\n' },
      { status: 409, body: '0\n' },
    ]
    const sequencer = here(db, database.url, signer.socket, { witnesses: lines })
    let size = 0
    for (const instead of answers) {
      all[0].instead = instead
      sequencer.problems.length = 0
      await say(db, 2, size)
      size += 2
      await eventually('no quorum', () => sequencer.problems.some((err) => err instanceof NoQuorum), PATIENCE)
      expect((await newest(db))?.size ?? 0).toBe(size - 2)
      const named = sequencer.problems.filter((err) => err instanceof WitnessTrouble)
      expect(named.length).toBeGreaterThan(0)
      expect(named.every((err) => err.message.includes('press'))).toBe(true)
      all[0].instead = null
      await reaches(db, size)
      expect(names((await newest(db))!.note)).toHaveLength(4)
    }
  })

  test('a witness whose clock is more than a minute ahead does not count', async () => {
    const { database, db, signer, all, lines } = await bench(3)
    all[2].ahead = 90
    const sequencer = here(db, database.url, signer.socket, { witnesses: lines })
    await say(db, 1)
    await eventually('trouble', () => sequencer.problems.some((err) => /ahead/.test(err.message)), PATIENCE)
    expect(await newest(db)).toBeNull()
  })

  test('a log that a witness knows to have forked gets no cosignature of it', async () => {
    const { database, db, signer, all, lines } = await bench(3)
    const first = here(db, database.url, signer.socket, { witnesses: lines })
    await say(db, 5)
    await reaches(db, 5)
    await first.stop()
    // The same database rewritten, and a signer's folder put back to the beginning with it.
    const other = await testDatabase()
    const forked = other.open()
    const again = await new BenchSigner(signer.seedFrom()).start()
    expect(again.vkey).toBe(signer.vkey)
    const second = here(forked, other.url, again.socket, { witnesses: lines })
    await say(forked, 5, 100)
    await eventually('trouble', () => second.problems.some((err) => /another tree of 5/.test(err.message)), PATIENCE)
    await say(forked, 4, 105)
    await eventually('a refused proof', () => second.problems.some((err) => /answered 422/.test(err.message)), PATIENCE)
    expect(await newest(forked)).toBeNull()
    expect(all[0].asked).toBeGreaterThan(2)
  })
})

describe('with the quorum', () => {
  test('a witness that hangs holds nobody up, and takes part again when it is back', async () => {
    const { database, db, signer, all, lines } = await bench()
    here(db, database.url, signer.socket, { witnesses: lines })
    await say(db, 2)
    await reaches(db, 2)
    expect(names((await newest(db))!.note)).toHaveLength(4)
    all[1].instead = 'silence'
    for (let size = 3; size <= 6; size++) {
      await say(db, 1, size - 1)
      await reaches(db, size)
      expect(names((await newest(db))!.note)).toHaveLength(3)
    }
    all[1].instead = null
    let size = 6
    await eventually(
      'all three again',
      async () => {
        await say(db, 1, size++)
        await reaches(db, size)
        return names((await newest(db))!.note).length === 4
      },
      PATIENCE,
    )
  })

  test('sizes are learned from 409: a sequencer that starts anew asks each witness twice at most', async () => {
    const { database, db, signer, all, lines } = await bench(3)
    const first = here(db, database.url, signer.socket, { witnesses: lines })
    await say(db, 300)
    await reaches(db, 300)
    await first.stop()
    const before = all.map(({ asked }) => asked)
    const second = here(db, database.url, signer.socket, { witnesses: lines })
    await say(db, 7, 300)
    await reaches(db, 307)
    expect(all.map(({ asked }, i) => asked - before[i]!)).toEqual([2, 2, 2])
    expect(second.problems).toEqual([])
    await say(db, 1, 307)
    await reaches(db, 308)
    expect(all.map(({ asked }, i) => asked - before[i]!)).toEqual([3, 3, 3])
  })

  test('an idle log is cosigned again after its time, and the first note of that size stays as evidence', async () => {
    const { database, db, signer, lines, policy, all } = await bench()
    here(db, database.url, signer.socket, { witnesses: lines, freshMs: 1500 })
    await say(db, 2)
    await reaches(db, 2)
    const { note } = (await newest(db))!
    await eventually('a fresh one', async () => (await newest(db))!.fresh !== null, PATIENCE)
    const { note: still, fresh } = (await newest(db))!
    expect(still).toBe(note)
    const time = async (of: string) => (await verifyCosignature(P, of, all[0].core.vkey))?.time ?? 0
    expect(await time(fresh!)).toBeGreaterThan(await time(note))
    expect(await met(policy, fresh!)).toBe(true)
    expect(readNote(fresh!).text).toBe(readNote(note).text)
  })

  test('a log that had no witnesses is cosigned as it is when it gets some', async () => {
    const { database, db, signer, lines, policy } = await bench()
    const alone = here(db, database.url, signer.socket)
    await say(db, 2)
    await reaches(db, 2)
    await alone.stop()
    expect(names((await newest(db))!.note)).toEqual([ORIGIN])
    here(db, database.url, signer.socket, { witnesses: lines })
    await eventually('a quorum', async () => met(policy, (await newest(db))!.fresh ?? ''), PATIENCE)
  })

  test('kills and two sequencers at once leave one log, each checkpoint of it with its quorum', async () => {
    const { database, db, signer, lines, policy } = await bench()
    let fed = 0
    for (let life = 0; life < 3; life++) {
      const one = await sequencerProcess(database.url, signer.socket, ORIGIN, 20, lines)
      const two = await sequencerProcess(database.url, signer.socket, ORIGIN, 20, lines)
      for (let i = 0; i < 5; i++, fed += 20) await say(db, 20, fed)
      await eventually('some of it', async () => (await entriesOf(db)) > fed - 60, PATIENCE)
      await one.kill()
      await two.kill()
    }
    here(db, database.url, signer.socket, { witnesses: lines })
    await reaches(db, fed)
    const log = await wholeLog(db, signer.vkey)
    expect(log.said).toEqual(Array.from({ length: fed }, (_, i) => i))
    expect(log.notes.length).toBeGreaterThan(2)
    for (const note of log.notes) expect(await met(policy, note)).toBe(true)
  })
})
