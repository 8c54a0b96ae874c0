// Is the deadline exact, and the same for a bid that had to wait? One reading of the database's clock, after the lock, decides.

import { type AddressInfo, connect, createServer } from 'node:net'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u } from '../../../src/proof/bytes.ts'
import { makeLogger, startApi } from '../../../src/server/api.ts'
import { type NewAct, type Saved, saveActs } from '../../../src/server/bids/bid-store.ts'
import type { Work } from '../../../src/server/db.ts'
import { eventually, makeWorld } from '../../support/world.ts'
import {
  type Bidder,
  codesOf,
  expectReceipt,
  expectSigned,
  makeBidders,
  pause,
  sealFor,
  standing,
  submit,
} from './bid-kit.ts'
import { makePinnedClock, microsAfter } from './pinned-clock.ts'

const world = await makeWorld()
const clock = await makePinnedClock(world.database)
const no = await world.publish()
const keysets = await world.officer.keysets(no)

/** An API that reads the pinned clock. */
const api = await startApi({ ...world.config, port: 0 }, clock.url, makeLogger({ write: () => {} }))
afterAll(() => api.close())
const url = `http://127.0.0.1:${api.port}`
const DEADLINE = '2031-05-05T03:00:00.000000Z'

const act = (bidder: string, seq: number): NewAct => ({
  bidder,
  account: bidder,
  kind: 'withdrawal',
  seq,
  jws: 'a.b.c',
  salt: b64u(P.random(32)),
  c: b64u(P.random(32)),
  eidTechnical: null,
  eidPrice: null,
})

class Undo extends Error {}

/** Runs work in a transaction that leaves nothing behind. */
async function undone<T>(fn: (work: Work) => Promise<T>): Promise<T> {
  let answer: { value: T } | undefined
  await world.db
    .withTx(async (work) => {
      answer = { value: await fn(work) }
      throw new Undo()
    })
    .catch((err) => {
      if (!(err instanceof Undo)) throw err
    })
  return (answer as { value: T }).value
}

const saveAct = async (work: Work, tender: string, act: NewAct): Promise<Saved> =>
  (await saveActs(work, [{ tender, act, fresh: null, keysetsBy: null }]))[0] as Saved

const setDeadline = (work: Pick<Work, 'tx'>, tender: string, deadline: string) =>
  work.tx.execute(
    sql`UPDATE tender SET deadline = ${deadline}::timestamptz, open_after = ${deadline}::timestamptz WHERE no = ${tender}`,
  )

describe('TIM-2: a bid is in time exactly when the clock reads less than the deadline', () => {
  test('a microsecond, a millisecond or nothing before, at and after it', async () => {
    const instant = fc
      .record({
        ms: fc.integer({ min: 1_800_000_000_000, max: 1_900_000_000_000 }),
        us: fc.integer({ min: 0, max: 999 }),
      })
      .map(({ ms, us }) => `${new Date(ms).toISOString().slice(0, 23)}${String(us).padStart(3, '0')}Z`)
    const apart = fc.oneof(fc.constantFrom(0, 1, -1, 1000, -1000, 999, -999), fc.integer({ min: -3000, max: 3000 }))
    let seq = 0
    await fc.assert(
      fc.asyncProperty(instant, apart, fc.constantFrom(0, 1, 1000, 700_000), async (at, micros, waited) => {
        // A first look at the clock comes before the lock; the reading after it, `waited` later, is the one that decides.
        await clock.pin(microsAfter(at, -waited), waited)
        const saved = await undone(async (work) => {
          await setDeadline(work, no, microsAfter(at, micros))
          await clock.enter(work.tx)
          return saveAct(work, no, act('tim-2', ++seq))
        })
        expect(saved.id !== null).toBe(micros > 0)
        expect(saved.late).toBe(micros <= 0)
        // The receipt's time has three decimals, cut: it never shows a time after the true one.
        expect(saved.at).toBe(`${at.slice(0, 23)}Z`)
      }),
      { numRuns: 200 },
    )
  })

  test('by the running clock too: the time that the row keeps is less than the deadline, a refusal’s is not', async () => {
    let kept = 0
    for (let i = 0; i < 200; i++) {
      const { saved, row } = await undone(async (work) => {
        // Around the time that the statement itself takes, so that both verdicts come.
        const micros = (i * 37) % 1500
        await work.tx.execute(
          sql`UPDATE tender SET deadline = clock_timestamp() + ${micros} * interval '1 microsecond', open_after = 'infinity' WHERE no = ${no}`,
        )
        const saved = await saveAct(work, no, act('tim-2', i + 1))
        const rows = await work.tx.execute<{ before: boolean }>(
          sql`SELECT a.at < t.deadline AS before FROM bid_act a JOIN tender t ON t.no = a.tender WHERE a.id = ${saved.id}`,
        )
        return { saved, row: rows.rows[0] }
      })
      expect(row?.before).toBe(saved.id === null ? undefined : true)
      expect(saved.late).toBe(saved.id === null)
      if (saved.id !== null) kept++
    }
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThan(200)
  })

  test('over HTTP: a receipt one microsecond before, a signed refusal at the deadline and one millisecond after', async () => {
    await world.db.withTx((work) => setDeadline(work, no, DEADLINE))
    const handIn = async (by: Bidder, micros: number) => {
      await clock.pin(microsAfter(DEADLINE, micros))
      const { body, c } = await sealFor(by, no, keysets)
      const text = JSON.stringify(body)
      return { text, c, answer: await submit(by, no, text, undefined, { url }) }
    }
    const [a, b, c, d] = (await makeBidders(world, 4)) as [Bidder, Bidder, Bidder, Bidder]
    const early = await handIn(a, -1000)
    expect(await expectReceipt(world, no, early.answer, early.c)).toBe('2031-05-05T02:59:59.999Z')
    const last = await handIn(b, -1)
    expect(await expectReceipt(world, no, last.answer, last.c)).toBe('2031-05-05T02:59:59.999Z')
    for (const [by, micros, at] of [
      [c, 0, '2031-05-05T03:00:00.000Z'],
      [d, 1000, '2031-05-05T03:00:00.001Z'],
    ] as const) {
      const { text, answer } = await handIn(by, micros)
      expect([answer.status, codesOf(answer)]).toEqual([409, ['late']])
      await expectSigned(world, no, text, answer, ['late'])
      expect(JSON.parse(answer.text).errors[0].facts).toEqual({ deadline: '2031-05-05T03:00:00.000Z', at })
    }
    expect((await standing(world, no)).acts.map((row) => row.bidder)).toEqual([a.account.org, b.account.org])
  })
})

describe('a bid on a slow line', () => {
  /** Eight thousand bytes a second towards the server, each a fifth of a second later; answers pass at once. */
  const STEP_MS = 100
  const STEP_BYTES = 8 * 1024 * (STEP_MS / 1000)
  const LATENCY_MS = 200
  let passed = 0
  let open = (): void => {}
  /** The last bytes wait for this, whenever they come. */
  let lastMay = Promise.resolve()

  /** Carries one request; the last `held` bytes of so many are let through when the test says so. */
  async function slowLine(total: () => number) {
    const server = createServer((from) => {
      const to = connect(api.port, '127.0.0.1')
      let line: Promise<unknown> = Promise.resolve()
      from.on('data', (chunk: Buffer) => {
        for (let at = 0; at < chunk.length; at += STEP_BYTES) {
          const some = chunk.subarray(at, at + STEP_BYTES)
          line = line.then(async () => {
            await pause(STEP_MS)
            if (passed + some.length >= total()) await lastMay
            passed += some.length
            setTimeout(() => to.write(some), LATENCY_MS)
          })
        }
      })
      to.pipe(from)
      for (const socket of [from, to]) socket.on('error', () => {})
      from.on('close', () => to.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    afterAll(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  test('is judged by the moment at which its last byte is in the database: begun in time and ended late is late', async () => {
    const tender = await world.publish()
    const own = await world.officer.keysets(tender)
    await world.db.withTx((work) => setDeadline(work, tender, DEADLINE))
    let total = Number.POSITIVE_INFINITY
    const slow = await slowLine(() => total)
    const [early, late] = (await makeBidders(world, 2)) as [Bidder, Bidder]
    const handIn = async (by: Bidder, meanwhile: () => Promise<void>, lastAt: number) => {
      await clock.pin(microsAfter(DEADLINE, -60_000_000))
      const { body, c } = await sealFor(by, tender, own)
      const text = JSON.stringify(body)
      passed = 0
      lastMay = new Promise((resolve) => {
        open = resolve
      })
      total = Buffer.byteLength(text)
      const begun = Date.now()
      const answer = submit(by, tender, text, undefined, { url: slow, headers: { connection: 'close' } })
      await eventually('the first half at the server', () => passed > total / 2)
      await meanwhile()
      await clock.pin(microsAfter(DEADLINE, lastAt))
      open()
      return { text, c, answer: await answer, seconds: (Date.now() - begun) / 1000, bytes: total }
    }
    const intime = await handIn(early, async () => {}, -1000)
    expect(await expectReceipt(world, tender, intime.answer, intime.c)).toBe('2031-05-05T02:59:59.999Z')
    // It was slow indeed: no line lets more through than it can.
    expect(intime.bytes / intime.seconds).toBeLessThan(8 * 1024)

    // While it crept, somebody else's came in time, and nobody's was held up.
    const [other] = (await makeBidders(world, 1)) as [Bidder]
    const crept = await handIn(
      late,
      async () => {
        const { body, c } = await sealFor(other, tender, own)
        expect(await expectReceipt(world, tender, await submit(other, tender, body, undefined, { url }), c)).toBe(
          '2031-05-05T02:59:00.000Z',
        )
      },
      1000,
    )
    expect([crept.answer.status, codesOf(crept.answer)]).toEqual([409, ['late']])
    await expectSigned(world, tender, crept.text, crept.answer, ['late'])
    const facts = { deadline: '2031-05-05T03:00:00.000Z', at: '2031-05-05T03:00:00.001Z' }
    expect(JSON.parse(crept.answer.text).errors[0].facts).toEqual(facts)
    const kept = (await standing(world, tender)).acts.filter((row) => row.kind === 'submission')
    expect(kept.map((row) => row.bidder)).toEqual([early.account.org, other.account.org])
  }, 120_000)
})

describe('TIM-3: a bid that waits for the tender’s row over the deadline', () => {
  /** Holds the row while the pinned clock passes the deadline, ends the holder's transaction so, and answers what the waiting work gave. */
  async function heldOver<T>(tender: string, hold: string, end: string, waiting: () => Promise<T>): Promise<T> {
    await world.db.withTx((work) => setDeadline(work, tender, DEADLINE))
    await clock.pin(microsAfter(DEADLINE, -1))
    const [holder, watcher] = [await world.database.client(world.database.url), await world.database.client()]
    await holder.query('BEGIN')
    await holder.query(hold, [tender])
    const result = waiting()
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    await eventually('somebody who waits', async () => ((await watcher.query(waits)).rowCount ?? 0) > 0)
    await clock.pin(microsAfter(DEADLINE, 606_000))
    await holder.query(end)
    return result
  }
  const LOCK = 'SELECT FROM tender WHERE no = $1 FOR UPDATE'

  test('is refused when the holder rolls back: the clock is read after the wait', async () => {
    const tender = await world.publish()
    const sets = await world.officer.keysets(tender)
    const by = (await makeBidders(world, 1))[0] as Bidder
    const text = JSON.stringify((await sealFor(by, tender, sets)).body)
    const answer = await heldOver(tender, LOCK, 'ROLLBACK', () => submit(by, tender, text, undefined, { url }))
    expect([answer.status, codesOf(answer)]).toEqual([409, ['late']])
    await expectSigned(world, tender, text, answer, ['late'])
    expect(await standing(world, tender)).toMatchObject({ acts: [], waiting: [] })
  })

  test('would be let in by a statement that compares beside the lock (negative control)', async () => {
    const tender = await world.publish()
    const waiter = await world.database.client(clock.url)
    const { bidder, jws, salt, c } = act('naive', 1)
    const { rows } = await heldOver(tender, LOCK, 'ROLLBACK', () =>
      waiter.query<{ late: boolean }>(
        `WITH t AS (SELECT deadline FROM tender WHERE no = $1 AND state = 'published' AND clock_timestamp() < deadline FOR SHARE)
         INSERT INTO bid_act (tender, bidder, account, kind, seq, jws, salt, c, at)
         SELECT $1, $2, $2, 'withdrawal', 1, $3, $4, $5, clock_timestamp() FROM t
         RETURNING at > (SELECT deadline FROM tender WHERE no = $1) AS late`,
        [tender, bidder, jws, salt, c],
      ),
    )
    expect(rows).toEqual([{ late: true }])
  })

  test('is received when the holder has moved the deadline in the meantime', async () => {
    const tender = await world.publish()
    const by = (await makeBidders(world, 1))[0] as Bidder
    const bid = await sealFor(by, tender, await world.officer.keysets(tender))
    const later = `UPDATE tender SET deadline = deadline + interval '1 hour', open_after = deadline + interval '1 hour' WHERE no = $1`
    const answer = await heldOver(tender, later, 'COMMIT', () => submit(by, tender, bid.body, undefined, { url }))
    await expectReceipt(world, tender, answer, bid.c)
  })

  /** While a bid's transaction is open after its verdict: could the close have the row? */
  const closable = (tender: string) =>
    undone(async (work) => {
      const { late } = await saveAct(work, tender, act('tim-3', 1))
      const closer = await world.database.client(world.database.url)
      const row = await closer.query('SELECT FROM tender WHERE no = $1 FOR UPDATE SKIP LOCKED', [tender])
      return { late, closable: row.rowCount === 1 }
    })

  test('holds its lock to the end of its transaction when it is in time, so that the close comes after it', async () => {
    expect(await closable(no)).toEqual({ late: false, closable: false })
  })

  test('holds no lock once it is late, so that late bids, however many, do not hold up the close', async () => {
    const tender = await world.publish()
    await world.passDeadline(tender, 3600)
    expect(await closable(tender)).toEqual({ late: true, closable: true })
  })
})
