// What if the clock itself was late? The deadline moves by rule, in public, and everybody goes by the new one: bidders, server, custodians.
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { tender } from '../../db/schema/tenders.ts'
import { must, type Person } from '../../scripts/person.ts'
import { readOwnBids } from '../../src/api/bids.ts'
import { call } from '../../src/api/client.ts'
import { enrolCustodian } from '../../src/api/custodians.ts'
import { readEvents } from '../../src/api/tenders.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { Custodian } from '../../src/keepers/custodian-core.ts'
import { httpPost } from '../../src/keepers/post.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { failedAt } from '../journeys/public-audit.ts'
import { tempDir } from '../support/processes.ts'
import { makeWorld } from '../support/world.ts'

const began = performance.now()
const world = await makeWorld({ suppliers: 2, custodians: 1, env: { MADANG_DEMO: '1', MADANG_ACCELERATOR: '600' } })
/** How much slower than an idle machine this one is today: 1 or more. */
const ease = Math.max(1, (performance.now() - began) / 4000)
const { url, db } = world
const [first, second] = world.suppliers as [Person, Person]

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const past = async (moment: string) => pause(Math.max(0, Date.parse(moment) - Date.now()) + 30)

/** A real custodian, but for its process; `clock` is its own. */
async function custodian(id: string, clock: () => number) {
  const lines: string[] = []
  const parts = {
    source: httpLogSource(`${url}/log`),
    post: httpPost(url),
    tell: (line: string) => void lines.push(line),
  }
  const made = await Custodian.open({ P, dir: tempDir(id), id, now: clock, ...parts })
  must('enrolment', await call(url, enrolCustodian, { token: world.operator.token, body: { jws: made.identity.jws } }))
  return {
    lines,
    round: () => made.round(),
    refusals: () => made.status().refusals.map((r) => r.code),
    says: () => lines.join('\n'),
  }
}

const eventsOf = async (no: string) =>
  must('events', await call(url, readEvents, { params: { no }, query: { limit: 1000 } })).body.events

test('TIM-5: a clock that wakes up late postpones in public, takes bids again, and closes at the new deadline', async () => {
  /** What the slow one's clock shows; it stands still there. Until then it is right. */
  let stands: number | null = null
  const punctual = await custodian('punctual', () => Date.now())
  const slow = await custodian('slow', () => stands ?? Date.now())
  const poll = async () => {
    for (const one of [punctual, slow]) await one.round()
    await world.tick()
  }
  await world.tick()
  await poll()
  const [no, control] = [await world.publish({ seconds: 4 * ease }), await world.publish({ seconds: 4 * ease })]
  const noticed = (await world.view(no)).deadline
  await world.bid(no, first)
  await world.tick()
  await past((await world.view(control)).deadline)
  const late = await second.seal(no, {
    technical: { approach: 'a', summary: 's' },
    price: { amount: '80000000', currency: 'KRW' },
  })
  expect(await second.send(no, late.body)).toMatchObject({ ok: false, code: 'late' })

  // The machine slept: no step was taken in the minute after this tender's deadline. The other is not touched by it.
  await db.withTx(({ tx }) =>
    tx
      .update(tender)
      .set({
        deadline: sql`${tender.deadline} - interval '61 seconds'`,
        openAfter: sql`${tender.openAfter} - interval '61 seconds'`,
      })
      .where(eq(tender.no, no)),
  )
  expect(await world.clock()).toBe(2)
  await world.tick()
  expect((await world.view(control)).state).toBe('closed')
  const postponed = await world.view(no)
  expect(postponed.state).toBe('published')
  expect(Date.parse(postponed.deadline)).toBeGreaterThan(Date.parse(noticed))
  expect(Date.parse(postponed.openAfter)).toBeGreaterThanOrEqual(Date.parse(postponed.deadline))
  const incident = (await eventsOf(no)).filter((e) => e.typ === 'incident/1')
  expect(incident).toHaveLength(1)
  expect(JSON.parse(incident[0]?.payload as string)).toMatchObject({
    reasons: ['clock-late'],
    newDeadline: postponed.deadline,
    acts: [],
  })

  // Bids that were in stay in, may be replaced, and others are taken; the clock closes nothing before the new deadline.
  await world.bid(no, second)
  const own = await first.keysets(no)
  const bid = await call(url, readOwnBids, {
    params: { no },
    token: first.token,
  })
  const current = must('own bids', bid).body.current
  const better = await first.seal(no, {
    keysets: own,
    seq: 2,
    replaces: current,
    technical: { approach: 'better', summary: 's' },
    price: { amount: '70000000', currency: 'KRW' },
  })
  must('replacement', await first.send(no, better.body))
  // The one step is the other tender's, whose opening is due.
  expect(await world.clock()).toBe(1)
  expect((await world.view(no)).state).toBe('published')
  await world.tick()

  // One custodian's clock shows a time after the old deadline and before the new one.
  await past(postponed.deadline)
  expect(await world.clock()).toBe(1)
  await world.tick()
  const closing = (await eventsOf(no)).find((e) => e.typ === 'tender.closed/1')
  expect(JSON.parse(closing?.payload as string)).toMatchObject({ deadline: postponed.deadline })
  stands = Date.parse(postponed.deadline) - 2000
  expect(stands).toBeGreaterThan(Date.parse(noticed))
  expect(await world.clock()).toBe(1)
  await world.tick()
  expect((await world.view(no)).state).toBe('technical_opening')
  await poll()
  expect(slow.refusals()).toEqual(expect.arrayContaining(['opening-not-due', 'closed-early']))
  expect(slow.says()).toContain(`before ${postponed.deadline}`)
  // Nothing is refused by the punctual one, and the old deadline plays no part.
  const turned = async () => ((await world.view(no)).releases ?? []).map((r) => r.custodian)
  expect(await turned()).toEqual(['punctual'])
  expect(slow.says()).not.toContain(`the deadline ${secondsZ(Date.parse(noticed))}`)
  await world.release(no, 'technical')
  await world.open()
  await world.clock()
  await world.tick()
  const view = await world.view(no)
  expect(view.state).toBe('evaluating')
  expect(view.envelopes?.map((e) => [e.bidder, e.state]).sort()).toEqual([
    ['firm-1', 'valid'],
    ['firm-2', 'valid'],
  ])
  expect(view.envelopes?.find((e) => e.bidder === 'firm-1')?.body).toMatchObject({ approach: 'better' })
  expect(await failedAt(url, no)).toEqual([])
}, 120_000)

test('a bid on the new deadline is late again, to the millisecond', async () => {
  const no = await world.publish({ seconds: 2 * ease })
  await past((await world.view(no)).deadline)
  await db.withTx(({ tx }) =>
    tx
      .update(tender)
      .set({
        deadline: sql`${tender.deadline} - interval '90 seconds'`,
        openAfter: sql`${tender.openAfter} - interval '90 seconds'`,
      })
      .where(eq(tender.no, no)),
  )
  await world.clock()
  const sealed = await first.seal(no, {
    technical: { approach: 'a', summary: 's' },
    price: { amount: '80000000', currency: 'KRW' },
  })
  const { deadline } = await world.view(no)
  await db.withTx(({ tx, now }) =>
    tx.update(tender).set({ deadline: now.date, openAfter: now.date }).where(eq(tender.no, no)),
  )
  expect(await first.send(no, sealed.body)).toMatchObject({ ok: false, code: 'late' })
  await db.withTx(({ tx }) =>
    tx
      .update(tender)
      .set({ deadline: new Date(deadline), openAfter: new Date(deadline) })
      .where(eq(tender.no, no)),
  )
  must('bid', await first.send(no, sealed.body))
})
