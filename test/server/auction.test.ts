// Does an auction run by its rule, does nobody learn who sits where before its end, and does a stranger find it right afterwards?
import { eq, sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { API_ROLE, TENANT } from '../../db/rights.ts'
import { auctionBid, auctionHand } from '../../db/schema/auctions.ts'
import { award, cancel, must, type Person } from '../../scripts/person.ts'
import { bidInAuction, readAuction } from '../../src/api/auctions.ts'
import { call } from '../../src/api/client.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import { revokeKey } from '../../src/api/people.ts'
import { auctionFindings } from '../../src/domain/audit/auction.ts'
import { audit } from '../../src/domain/audit/audit.ts'
import { openAgain } from '../../src/domain/audit/envelopes.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { millisZ, timeOf } from '../../src/domain/kit/time.ts'
import type { AuctionEnded, AuctionRecord, AuctionStep } from '../../src/domain/record/auction.ts'
import { readRecord } from '../../src/domain/record/read.ts'
import type { Contest } from '../../src/domain/scoring/contest.ts'
import { type ContestMethodId, contestRule } from '../../src/domain/scoring/contest-methods.ts'
import type { ContestRule } from '../../src/domain/scoring/contest-rule.ts'
import { offering } from '../../src/domain/tenders/signed-acts.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import { signJws } from '../../src/proof/jws.ts'
import { compareLog } from '../../src/server/log/compare-log.ts'
import { OF_AUCTIONS } from '../support/contract-parts.ts'
import { editEach, unnoticed } from '../support/every-edit.ts'
import { Recorder } from '../support/recorder.ts'
import { Watcher } from '../support/watcher.ts'
import { eventually, makeWorld } from '../support/world.ts'

const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
const world = await makeWorld({ suppliers: 4, evaluators: 0, env: { MADANG_DEMO: '1', MADANG_ACCELERATOR: '300' } })
const { url, officer, approver, db } = world
const [a, b, c, outsider] = world.suppliers as [Person, Person, Person, Person]
const people = [a, b, c]
/** The database as the API's own role has it. */
const asApi = world.database.open({ role: API_ROLE })

afterAll(() => {
  expect(recorder.faults).toEqual([])
})

const AMOUNTS = { base: '100000000', budget: '10000000', currency: 'KRW' as const }
const rule = {
  ...contestRule('reverse-auction', AMOUNTS),
  auction: {
    start: '10000000',
    step: '100000',
    undercut: 'lowest' as const,
    rounds: 1,
    roundSeconds: 10,
    extendSeconds: 3,
  },
}

const bidPrice = async (who: Person, no: string, amount: string) => {
  const sealed = await who.sealPrice(no, { price: { amount, currency: 'KRW' } })
  must('sealed price', await who.send(no, sealed.body, b64u(P.random(18))))
}

const look = async (who: Person, no: string) => call(url, readAuction, { token: who.token, params: { no } })
const seen = async (who: Person, no: string) => must('auction', await look(who, no)).body

async function signed(who: Person, no: string, seat: number, amount: string, change: object = {}) {
  const payload = { ...offering(no, { bidder: who.account.org, seat, amount }), ...change }
  return { jws: await signJws(P, who.signer as never, payload as never), salt: b64u(P.random(32)) }
}
const send = (who: Person, no: string, body: { jws: string; salt: string }) =>
  call(url, bidInAuction, { token: who.token, params: { no }, body })
const bid = async (who: Person, no: string, amount: string) =>
  send(who, no, await signed(who, no, (await seen(who, no)).seat, amount))

const codeOf = (answer: { ok: boolean; code?: string }) => (answer.ok ? 'ok' : answer.code)

/** What the API's role sees of a table when it works for an organisation. */
const seenBy = (org: string, table: string, no: string) =>
  asApi.withTx(async ({ tx }) => {
    await tx.execute(sql`SELECT set_config(${TENANT.org}, ${org}, true)`)
    const { rows } = await tx.execute(sql`SELECT bidder FROM ${sql.raw(table)} WHERE tender = ${no}`)
    return rows.map((row) => row.bidder).sort()
  })

const draftOf = (method: ContestMethodId, by: ContestRule) => ({
  notice: {
    title: { ko: '역경매로 사는 사무용품', en: 'Office supplies by auction' },
    summary: { ko: '기관과 업체는 가상입니다.', en: 'Bodies and firms are invented.' },
    budget: { amount: AMOUNTS.budget, currency: 'KRW' as const },
    method,
    minBids: 2,
  },
  rule: by,
  evaluators: [],
})

/** A tender whose prices custodians have just released. */
async function released(prices: [Person, string][]): Promise<string> {
  const no = await world.publish(draftOf('reverse-auction', rule))
  for (const [who, amount] of prices) await bidPrice(who, no, amount)
  await world.tick()
  await world.passDeadline(no)
  await world.clock()
  await world.tick()
  await world.clock()
  await world.tick()
  await world.release(no, 'price')
  return no
}

test('an auction from its announcement to the award: who sits where is hidden until the end, and then everybody can check it', {
  timeout: 200_000,
}, async () => {
  const no = await released([
    [a, '9500000'],
    [b, '9800000'],
    [c, '10000000'],
  ])
  const watcher = new Watcher(url, no)
  const stop = world.runs()
  try {
    // Before it is announced there is nothing to bid in.
    const early = await signed(a, no, 1, '9000000')
    expect(codeOf(await look(outsider, no))).toMatch(/no-auction|auction-not-seated/)
    await eventually('the announcement', async () => (await look(a, no)).ok)
    const first = await seen(a, no)
    expect(first).toMatchObject({
      seats: 3,
      rounds: 1,
      lowest: '9500000',
      own: '9500000',
      rank: 1,
      most: '9400000',
      bids: [],
    })
    expect(new Set(await Promise.all(people.map(async (who) => (await seen(who, no)).seat)))).toEqual(
      new Set([1, 2, 3]),
    )
    expect((await seen(c, no)).rank).toBe(3)

    // Whoever does not take part learns nothing and does nothing.
    expect(codeOf(await look(outsider, no))).toBe('auction-not-seated')
    expect(codeOf(await send(outsider, no, early))).toBe('auction-not-seated')
    expect(codeOf(await look(officer, no))).toBe('forbidden')

    if (first.state === 'waiting') expect(codeOf(await bid(b, no, '9400000'))).toBe('auction-not-open')
    await eventually('the first round', async () => (await seen(a, no)).state === 'open')

    // One unit too much, amounts that are none, another's number, another's key: refused, and nothing of it is kept.
    const seatB = (await seen(b, no)).seat
    expect(await bid(b, no, '9400001')).toMatchObject({ ok: false, code: 'auction-not-low-enough' })
    expect(codeOf(await bid(b, no, '9400000.5'))).toBe('auction-bid-malformed')
    expect(codeOf(await send(b, no, await signed(b, no, (seatB % 3) + 1, '9400000')))).toBe('act-mismatch')
    expect(codeOf(await send(b, no, await signed(b, no, seatB, '9400000', { tender: 'R26BK00009999' })))).toBe(
      'act-mismatch',
    )
    const stolen = await signJws(
      P,
      a.signer as never,
      offering(no, { bidder: b.account.org, seat: seatB, amount: '9400000' }) as never,
    )
    expect(codeOf(await send(b, no, { jws: stolen, salt: b64u(P.random(32)) }))).toBe('bad-signature')
    expect(await db.withTx(({ tx }) => tx.select().from(auctionHand).where(eq(auctionHand.tender, no)))).toEqual([])

    // A bid that is sent twice is one; of two at the same moment for the same price one is let in.
    const offer = await signed(b, no, seatB, '9400000')
    const once = must('bid', await send(b, no, offer)).body
    expect(must('the same bid', await send(b, no, offer)).body).toEqual(once)
    expect(once).toMatchObject({ n: 1, round: 1 })
    const race = await Promise.all([bid(a, no, '9300000'), bid(c, no, '9300000')])
    expect(race.map(codeOf).sort()).toEqual(['auction-not-low-enough', 'ok'])
    const [winner, loser] = race[0]?.ok ? [a, c] : [c, a]
    must('a lower bid', await bid(loser, no, '9100000'))
    expect(await seen(loser, no)).toMatchObject({ own: '9100000', rank: 1, lowest: '9100000', most: '9000000' })
    expect(await seen(winner, no)).toMatchObject({ own: '9300000', rank: 2 })
    expect(await seen(b, no)).toMatchObject({ own: '9400000', rank: 3 })

    // Everybody hears of it as it happens, under numbers; no name, key or signature of a bidder is in any of it, nor in any view.
    const live = await eventually('the bids over the socket', () => {
      const bids = watcher.entries.filter((e) => e.typ === 'auction.bid/1')
      return bids.length === 3 && bids
    })
    const kids = people.map((who) => who.signer?.kid as string)
    const secret = (text: string) =>
      [...people.map((who) => who.account.org), ...kids].filter((name) => text.includes(name))
    for (const { payload, leaf } of live) expect(secret(payload + Buffer.from(leaf, 'base64').toString())).toEqual([])
    for (const who of people) {
      const text = JSON.stringify(await seen(who, no))
      expect(secret(text)).toEqual([])
    }
    // Nor does the API's own role see anybody's seat or hand but the caller's.
    for (const who of [...people, officer, outsider]) {
      const own = people.includes(who) ? [who.account.org] : []
      expect(await seenBy(who.account.org, 'auction_seat', no)).toEqual(own)
      expect([...new Set(await seenBy(who.account.org, 'auction_hand', no))]).toEqual(own)
    }

    // One of the last seconds moves the end.
    const before = await seen(b, no)
    await eventually('the last seconds', async () => {
      const { ends, now } = await seen(b, no)
      return Date.parse(ends) - Date.parse(now) < 2500
    })
    must('a late bid', await bid(b, no, '9000000'))
    expect(Date.parse((await seen(b, no)).ends)).toBeGreaterThan(Date.parse(before.ends))

    await eventually('the ranking', async () => (await world.view(no)).state === 'ranked')
    expect(codeOf(await send(b, no, await signed(b, no, seatB, '1000000')))).toBe('auction-not-open')
    expect(must('the first bid, again', await send(b, no, offer)).body).toEqual(once)
    expect((await seen(b, no)).state).toBe('over')
  } finally {
    await stop()
    watcher.close()
  }
  await world.tick()
  const ranking = (await world.view(no)).ranking as unknown as Contest
  expect(ranking).toMatchObject({ outcome: 'ranked', winners: [b.account.org], refused: [] })
  expect(ranking.rows.map((r) => r.amount).slice(0, 2)).toEqual(['9000000', '9100000'])
  expect(await seenBy(officer.account.org, 'auction_seat', no)).toEqual(people.map((who) => who.account.org).sort())
  await award(officer, approver, no, b.account.org)
  await world.tick()

  const checks = await audit(P, await gather(httpLogSource(`${url}/log`), null), no)
  const verdicts = Object.fromEntries(checks.map((check) => [check.check, check.verdict]))
  // The world moved the deadline without saying so.
  expect(Object.entries(verdicts).filter(([name, verdict]) => verdict === 'failed' && name !== 'closing-time')).toEqual(
    [],
  )
  expect(verdicts).toMatchObject({ ranking: 'ok', award: 'ok', order: 'ok' })
  expect(checks.find((check) => check.check === 'ranking')?.says.en).toContain('4 bids')
  // Whatever is changed of the auction's entries is found, and nothing is found while nothing is changed.
  const source = await gather(httpLogSource(`${url}/log`), null)
  const r = await readRecord(P, source.entries, source.payload, no)
  const { found } = await openAgain(P, r, 'price', source.payload)
  const { begun, steps, ended } = r.auction
  if (!begun || !ended) throw new Error('the auction is not in the log')
  const judged = (auction: Partial<AuctionRecord>) =>
    auctionFindings(P, { ...r, auction: { ...r.auction, ...auction } }, found)
  expect(await judged({})).toEqual([])
  const later = (time: string, ms: number) => millisZ(timeOf(time) + ms)
  const stepWith = (n: number, change: Partial<AuctionStep>) => ({
    steps: steps.map((step, i) => (i === n ? { ...step, payload: { ...step.payload, ...change } } : step)),
  })
  const endWith = (change: Partial<AuctionEnded>) => ({ ended: { ...ended, payload: { ...ended.payload, ...change } } })
  const { seats, hands } = ended.payload
  const first = steps[0]?.payload as AuctionStep
  const forged: Record<string, Partial<AuctionRecord>> = {
    'no announcement': { begun: null },
    'no end': { ended: null },
    'begins before it was announced': {
      begun: { ...begun, payload: { ...begun.payload, begins: later(begun.leaf.at, -1) } },
    },
    'begins later': { begun: { ...begun, payload: { ...begun.payload, begins: later(begun.payload.begins, 60_000) } } },
    'another number of seats': { begun: { ...begun, payload: { ...begun.payload, seats: 4 } } },
    'another lowest price': { begun: { ...begun, payload: { ...begun.payload, lowest: '9400000' } } },
    'another amount': stepWith(0, { amount: '9399999' }),
    'another round': stepWith(0, { round: 2 }),
    'another number': stepWith(0, { n: 2 }),
    'another seat': stepWith(0, { seat: (first.seat % 3) + 1 }),
    'another commitment': stepWith(0, { c: steps[1]?.payload.c as string }),
    'a time before its entry': stepWith(0, { at: later(steps[0]?.leaf.at as string, -1) }),
    'a time long after its entry': stepWith(0, { at: later(first.at, 120_000) }),
    'a bid left out': { steps: steps.slice(1) },
    'bids in another order': { steps: [...steps].reverse() },
    'an end before the end': endWith({ ended: later(ended.payload.ended, -1) }),
    'a seat too few': endWith({ seats: seats.slice(1) }),
    'two seats exchanged': endWith({
      seats: seats.map((s, i) => ({ ...s, bidder: seats[(i + 1) % 3]?.bidder as string })),
    }),
    'a seat of a stranger': endWith({
      seats: seats.map((s, i) => (i === 0 ? { ...s, bidder: outsider.account.org } : s)),
    }),
    'a hand left out': endWith({ hands: hands.slice(1) }),
    'another salt': endWith({ hands: hands.map((h, i) => (i === 0 ? { ...h, salt: hands[1]?.salt as string } : h)) }),
    'another signature': endWith({
      hands: hands.map((h, i) => (i === 0 ? { ...h, jws: hands[1]?.jws as string } : h)),
    }),
  }
  for (const [what, auction] of Object.entries(forged)) {
    const names = (await judged(auction)).map((f) => f.check)
    expect([what, [...new Set(names)]]).toEqual([what, ['ranking']])
  }
  // Every bid that is kept has its entry, and every entry its bid.
  const kept = await db.withTx(({ tx }) => tx.select().from(auctionBid).where(eq(auctionBid.tender, no)))
  expect(kept.map((row) => row.c).sort()).toEqual(
    watcher.entries
      .filter((e) => e.typ === 'auction.bid/1')
      .map((e) => (JSON.parse(e.payload) as { c: string }).c)
      .sort(),
  )
})

test('an auction that is called off never tells who sat where', async () => {
  const no = await released([
    [a, '9500000'],
    [b, '9800000'],
  ])
  await world.open()
  await world.clock()
  await world.tick()
  const { seat } = await seen(a, no)
  expect([1, 2]).toContain(seat)
  await eventually('the first round', async () => (await seen(a, no)).state === 'open')
  // Whose key was reported has none to sign with.
  const kid = a.signer?.kid as string
  must('report', await call(url, revokeKey, { token: a.token, params: { kid }, body: { reason: 'lost' } } as never))
  expect(codeOf(await bid(a, no, '9000000'))).toBe('no-key')
  await a.enrol()
  await cancel(officer, world.approver, no, 'The need for it is gone')
  await world.tick()
  expect(await seenBy(officer.account.org, 'auction_seat', no)).toEqual([])
  expect(await seenBy(b.account.org, 'auction_seat', no)).toEqual([b.account.org])
  expect(codeOf(await bid(a, no, '9000000'))).toBe('auction-not-open')
  expect(codeOf(await call(url, readAuction, { token: a.token, params: { no: 'R26BK99999999' } }))).toBe('not-found')
})

describe('an auction in the database', () => {
  test('is what the log says of it, and every edit by the database’s owner is found', async () => {
    await world.tick()
    await world.deadlinesAsPublished()
    expect((await compareLog(P, world.db)).differences).toEqual([])
    const ended = `tender IN (SELECT ref FROM log_entry WHERE typ = 'auction.ended/1')`
    const tables = ['auction_seat', 'auction_bid', 'auction_hand']
    expect(unnoticed(await editEach(world, tables, Object.fromEntries(tables.map((name) => [name, ended]))))).toEqual(
      [],
    )
  })
})

describe('the account of all that was met', () => {
  test('each endpoint about auctions did what it is for, and each of its refusals was met', async () => {
    const plain = await world.publish(draftOf('small-quotation', contestRule('small-quotation', AMOUNTS)))
    const offer = await signed(a, plain, 1, '1')
    expect(codeOf(await look(a, plain))).toBe('no-auction')
    expect(codeOf(await send(a, plain, offer))).toBe('no-auction')
    expect(codeOf(await send(a, 'R26BK99999999', offer))).toBe('not-found')
    expect(codeOf(await send(officer, plain, offer))).toBe('forbidden')
    const done: readonly string[] = [...recorder.done]
    expect(OF_AUCTIONS.filter((id) => !done.includes(id))).toEqual([])
    const declared = (Object.values(ENDPOINTS) as Endpoint[])
      .filter((e) => OF_AUCTIONS.includes(e.id as EndpointId))
      .flatMap((e) => e.refusals.map((code) => `${e.id} ${code}`))
    expect(declared.filter((one) => !recorder.refused.has(one))).toEqual([])
  })
})
