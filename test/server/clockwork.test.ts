// Does the clock take each step once and only when it is due, and does a tender end as its rule says?
import { eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { logEntry } from '../../db/schema/log.ts'
import { award, cancel, must, type Person } from '../../scripts/person.ts'
import { readOwnBids } from '../../src/api/bids.ts'
import { call } from '../../src/api/client.ts'
import { listCustodians } from '../../src/api/custodians.ts'
import { listTenders, readEvents, readTender } from '../../src/api/tenders.ts'
import type { TenderState } from '../../src/domain/tenders/lifecycle.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { clockRound } from '../../src/server/clockwork.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { goodPair, spoilShare, statementOver } from '../journeys/odd-bids.ts'
import { failedAt } from '../journeys/public-audit.ts'
import { makeWorld } from '../support/world.ts'

const began = performance.now()
const world = await makeWorld({ suppliers: 2 })
/** How much slower than an idle machine this one is today: 1 or more. */
const slow = Math.max(1, (performance.now() - began) / 4000)
const { url, db } = world
const [first, second] = world.suppliers as [Person, Person]

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const past = async (moment: string) => pause(Math.max(0, Date.parse(moment) - Date.now()) + 30)
const stateOf = async (no: string) => (await world.view(no)).state

const typesOf = (no: string): Promise<string[]> =>
  db.withTx(async ({ tx }) =>
    (await tx.select({ typ: logEntry.typ }).from(logEntry).where(eq(logEntry.ref, no)).orderBy(logEntry.idx)).map(
      (row) => row.typ,
    ),
  )

/** Everything that a state is kept in, to the version of each row. */
const snapshot = async (no: string) => {
  const { rows } = await db.withTx(({ tx }) =>
    tx.execute(sql`SELECT t.xmin::text AS version, t.*, (SELECT count(*) FROM log_outbox) AS waiting,
      (SELECT count(*) FROM log_entry) AS entries, (SELECT count(*) FROM log_checkpoint) AS checkpoints FROM tender t WHERE no = ${no}`),
  )
  return rows[0]
}

const proposed = (no: string, statement = 'The need for this service is gone.') => world.officer.cancel(no, statement)
const cancelled = (no: string) => cancel(world.officer, world.approver, no, 'The need for this service is gone.')

/** The full second some seconds from now: real deadlines, the ones that stand in the log. */
const soon = (seconds: number) => Math.ceil(Date.now() / 1000 + seconds * slow)

const open = async (deadline: number, minBids = 1, openIn = 0) => {
  const at = (s: number) => new Date(s * 1000).toISOString().replace('.000Z', 'Z')
  const no = await world.draft({
    ...world.draftOf({ minBids }),
    deadline: at(deadline),
    openAfter: at(deadline + openIn),
  })
  await world.keysEnough()
  await world.officer.publish(no)
  return no
}

describe('the clock', () => {
  test('moves nothing in a read, and closes once when its own round comes', { timeout: 60_000 }, async () => {
    const no = await open(soon(4))
    await world.bid(no, first)
    await world.tick()
    expect(await world.clock()).toBe(0)
    await past((await world.view(no)).deadline)
    const before = await snapshot(no)
    for (const token of [null, first.token, world.officer.token]) {
      must('tender', await call(url, readTender, { params: { no }, token }))
      must('list', await call(url, listTenders, { token }))
      must('events', await call(url, readEvents, { params: { no }, query: {}, token }))
      must('custodians', await call(url, listCustodians, { token }))
    }
    must('own bids', await call(url, readOwnBids, { params: { no }, token: first.token }))
    for (const path of ['/log/checkpoint', '/log/policy', `/api/v1/tenders/${no}/submissions/none`])
      await (await fetch(url + path)).text()
    expect(await snapshot(no)).toEqual(before)
    expect(before).toMatchObject({ state: 'published' })
    // The control: a step does show in the snapshot.
    expect(await world.clock()).toBe(1)
    expect(await snapshot(no)).not.toEqual(before)
    expect(await world.clock()).toBe(0)
    await world.tick()
    expect((await typesOf(no)).filter((typ) => typ === 'tender.closed/1')).toHaveLength(1)
    await cancelled(no)
  })

  test('takes each step once though many rounds run at the same moment', { timeout: 120_000 }, async () => {
    const nos: string[] = []
    const deadline = soon(4)
    for (let i = 0; i < 4; i++) nos.push(await open(deadline, 1, 1))
    for (const no of nos) for (const supplier of [first, second]) await world.bid(no, supplier)
    await world.tick()
    await past((await world.view(nos.at(-1) as string)).deadline)
    const problems: Error[] = []
    const others = [db, world.database.open(), world.database.open()]
    const race = async () => {
      const rounds = others.map((own) =>
        clockRound({ P, db: own, tiles: tileReader(), accelerator: 1, onProblem: (err) => void problems.push(err) }),
      )
      const taken = (await Promise.all(rounds)).reduce((sum, n) => sum + n, 0)
      await world.tick()
      return taken
    }
    expect(await race()).toBe(nos.length)
    await past((await world.view(nos.at(-1) as string)).openAfter)
    expect(await race()).toBe(nos.length)
    for (const no of nos) await world.release(no, 'technical')
    await Promise.all([world.open(), world.open()])
    expect(await race()).toBe(nos.length)
    for (const no of nos) {
      await world.mark(no)
      must('lock', await world.officer.lock(no))
    }
    await world.tick()
    expect(await race()).toBe(nos.length)
    for (const no of nos) await world.release(no, 'price')
    await Promise.all([world.open(), world.open()])
    expect(await race()).toBe(nos.length)
    for (const no of nos) {
      expect(await typesOf(no)).toEqual([
        'tender.notice/1',
        'tender.keyset/1',
        'tender.keyset/1',
        'tender.closed/1',
        'opening.reveal/1',
        'opening.list/1',
        ...Array(3).fill('release/1'),
        ...Array(2).fill('opening.result/1'),
        'scores.locked/1',
        'opening.list/1',
        ...Array(3).fill('release/1'),
        ...Array(2).fill('opening.result/1'),
        'evaluation.result/1',
        // All bids of this world are alike: the lot is announced.
        'draw.notice/1',
      ])
      expect(await failedAt(url, no)).toEqual([])
    }
    expect(problems).toEqual([])
  })
})

describe('a tender fails', () => {
  test('without bids, with fewer than the notice asks for, and when no technical envelope is valid', {
    timeout: 60_000,
  }, async () => {
    const at = soon(6)
    const [none, few, spoiled, withdrawn] = [await open(at), await open(at, 2), await open(at), await open(at)]
    await world.bid(few, first)
    const keysets = await first.keysets(spoiled)
    const pair = await goodPair(first, spoiled, keysets)
    const bad = await statementOver(first, spoiled, { ...pair, technical: spoilShare(pair.technical, 1) })
    must('bid', await first.send(spoiled, bad.body))
    const bid = await world.bid(withdrawn, second)
    must('withdrawal', await second.withdraw(withdrawn, 2, bid.c))
    await world.tick()
    await past((await world.view(withdrawn)).deadline)
    await world.clock()
    await world.tick()
    await world.clock()
    await world.tick()
    for (const no of [none, few, withdrawn]) {
      expect(await world.view(no)).toMatchObject({ state: 'failed', ended: { reasons: ['too-few-bids'] } })
      expect((await typesOf(no)).slice(-2)).toEqual(['tender.closed/1', 'tender.failed/1'])
    }
    expect(await stateOf(spoiled)).toBe('technical_opening')
    await world.release(spoiled, 'technical')
    await world.open()
    await world.clock()
    await world.tick()
    expect(await world.view(spoiled)).toMatchObject({
      state: 'failed',
      ended: { reasons: ['no-valid-technical-envelope'] },
    })
    for (const no of [none, few, spoiled, withdrawn]) {
      expect(await world.clock()).toBe(0)
      expect(await failedAt(url, no)).toEqual([])
    }
  })
})

describe('a tender is cancelled', () => {
  const STATES: TenderState[] = [
    'published',
    'closed',
    'technical_opening',
    'evaluating',
    'scores_locked',
    'price_opening',
    'ranked',
  ]

  test('in each state from its publication to its ranking, with a statement, and then stands still', {
    timeout: 90_000,
  }, async () => {
    const draft = await world.draft({})
    expect(await proposed(draft)).toMatchObject({ ok: false, code: 'wrong-state' })
    const nos = new Map<TenderState | 'awarded', string>()
    const deadline = soon(9)
    for (const state of [...STATES, 'awarded'] as const) nos.set(state, await open(deadline, 1, Math.ceil(3 * slow)))
    for (const no of nos.values()) await world.bid(no, first)
    await world.tick()
    const left = () => [...nos].filter(([state]) => !done.includes(state)).map(([, no]) => no)
    const done: string[] = []
    const cancelAt = async (state: TenderState) => {
      for (const no of left()) expect([no, await stateOf(no)]).toEqual([no, state])
      const no = nos.get(state) as string
      expect(await proposed(no, 'short')).toMatchObject({ ok: false, code: 'statement-missing' })
      await cancelled(no)
      expect(await proposed(no)).toMatchObject({ ok: false, code: 'wrong-state' })
      done.push(state)
      await world.tick()
    }
    const step = async () => {
      await world.clock()
      await world.tick()
    }
    await cancelAt('published')
    await past((await world.view(left()[0] as string)).deadline)
    await step()
    await cancelAt('closed')
    await past((await world.view(left()[0] as string)).openAfter)
    await step()
    // The shares were under way when the tender was cancelled: they enter the log, and open nothing any more.
    const opening = left()
    await cancelAt('technical_opening')
    for (const no of opening) await world.release(no, 'technical')
    await world.open()
    await step()
    await cancelAt('evaluating')
    for (const no of left()) {
      await world.mark(no)
      must('lock', await world.officer.lock(no))
    }
    await world.tick()
    await cancelAt('scores_locked')
    await step()
    const pricing = left()
    await cancelAt('price_opening')
    for (const no of pricing) await world.release(no, 'price')
    await world.open()
    await step()
    await cancelAt('ranked')
    const awarded = nos.get('awarded') as string
    await award(world.officer, world.approver, awarded, first.account.org)
    expect(await proposed(awarded)).toMatchObject({ ok: false, code: 'wrong-state' })
    await step()
    for (const state of STATES) {
      const no = nos.get(state) as string
      const types = await typesOf(no)
      const after = types.slice(types.indexOf('tender.cancelled/1') + 1)
      expect([state, after.filter((typ) => typ !== 'release/1')]).toEqual([state, []])
      expect(await world.view(no)).toMatchObject({ state: 'cancelled', ended: { reasons: ['cancelled-by-agency'] } })
      expect([state, await failedAt(url, no)]).toEqual([state, []])
    }
    expect([await stateOf(awarded), await failedAt(url, awarded)]).toEqual(['awarded', []])
  })
})
