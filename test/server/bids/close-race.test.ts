// Can anything enter a closed set, or be left out of it? Fifty bidders race the close, then the published list is recounted.
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { call } from '../../../src/api/client.ts'
import { readEvents } from '../../../src/api/tenders.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, fromB64u, fromUtf8, hex, utf8 } from '../../../src/proof/bytes.ts'
import { eventually, makeWorld } from '../../support/world.ts'
import {
  type Bidder,
  codesOf,
  expectReceipt,
  makeBidders,
  pause,
  sealChain,
  send,
  standing,
  submit,
} from './bid-kit.ts'

const world = await makeWorld()
const BIDDERS = 50
const ROUNDS = 3
const bidders = await makeBidders(world, BIDDERS)

/** Sets the deadline to a whole second, at least half a second from now; answers it in milliseconds. */
async function deadlineSoon(no: string): Promise<number> {
  const { rows } = await world.db.withTx(({ tx }) =>
    tx.execute<{ ms: string }>(sql`
      UPDATE tender SET deadline = date_trunc('second', clock_timestamp() + interval '1.5 s'), open_after = clock_timestamp() + interval '1 hour'
      WHERE no = ${no} RETURNING extract(epoch FROM deadline) * 1000 AS ms`),
  )
  return Number(rows[0]?.ms)
}

/** The closing list as the public log has it, and how often a closing entry stands there. */
async function publishedList(no: string): Promise<{ closes: number; list: [number, string][] } | null> {
  const events = await call(world.url, readEvents, { params: { no }, query: { limit: 1000 } })
  if (!events.ok) throw new Error(events.text)
  const closes = events.body.events.filter((event) => event.typ === 'tender.closed/1')
  if (!closes[0]) return null
  const { leaves, count } = JSON.parse(closes[0].payload) as { leaves: string; count: number }
  const answer = await send({ url: world.url, path: `/log/payload/${hex(fromB64u(leaves))}`, method: 'GET' })
  expect(b64u(P.sha256(utf8(answer.text)))).toBe(leaves)
  const list = JSON.parse(answer.text) as [number, string][]
  expect(list).toHaveLength(count)
  return { closes: closes.length, list }
}

const atOf = (receipt: string): string =>
  (JSON.parse(fromUtf8(fromB64u(receipt.split('.')[1] as string))) as { at: string }).at

test(`TIM-3: ${BIDDERS} bidders race the close, ${ROUNDS} times over: the list is exactly what was acknowledged, and stays so`, async () => {
  const tenders: string[] = []
  while (tenders.length < ROUNDS) tenders.push(await world.publish())
  const stop = world.runs(0.05)
  let late = 0
  try {
    for (const no of tenders) {
      const keysets = await world.officer.keysets(no)
      const chains = await Promise.all(bidders.map((by) => sealChain(by, no, keysets, 3)))
      const deadline = await deadlineSoon(no)
      const received = new Map<string, string>()

      /** Bids, and replaces its bid, until it is told that it is late; then tries once more. */
      const race = async (by: Bidder, i: number) => {
        await pause(deadline - 400 + Math.random() * 500 - Date.now())
        for (const bid of chains[i] ?? []) {
          const answer = await submit(by, no, bid.body)
          if (answer.status === 503) return
          if (answer.status === 201) {
            await expectReceipt(world, no, answer, bid.c)
            received.set(bid.c, JSON.parse(answer.text).receipt)
          } else {
            expect(codesOf(answer)[0]).toBe('late')
            late++
            expect(codesOf(await submit(by, no, bid.body))[0]).toMatch(/^(late|busy)$/)
            return
          }
        }
      }
      await Promise.all(bidders.map(race))
      const published = await eventually('a published closing list', () => publishedList(no))

      const { acts } = await standing(world, no)
      const covers = await world.db.withTx(({ tx }) =>
        tx.execute<{ c: string }>(sql`SELECT c FROM log_cover WHERE tender = ${no}`),
      )
      const list = published.list.map(([, c]) => c)
      expect(new Set(list).size).toBe(list.length)
      expect(
        acts
          .filter((act) => act.kind === 'submission')
          .map((act) => act.c)
          .sort(),
      ).toEqual([...received.keys()].sort())
      expect([...list].sort()).toEqual([...acts.map((act) => act.c), ...covers.rows.map((row) => row.c)].sort())
      const closing = new Date(deadline).toISOString()
      for (const receipt of received.values()) expect(atOf(receipt) < closing).toBe(true)

      const after = await Promise.all(bidders.slice(0, 10).map((by, i) => submit(by, no, chains[i]?.[2]?.body ?? {})))
      for (const answer of after) expect(codesOf(answer)[0]).toMatch(/^(late|busy)$/)
      await eventually('late entries in the log', async () => (await world.published()).waiting === 0)
      expect(await publishedList(no)).toEqual(published)
      expect(published.closes).toBe(1)
      expect((await standing(world, no)).acts).toHaveLength(acts.length)
    }
    // Otherwise nobody raced.
    expect(late).toBeGreaterThan(0)
  } finally {
    await stop()
  }
}, 60_000)

test('TIM-3: a flood of late bids cannot hold up the close', async () => {
  const no = await world.publish()
  const keysets = await world.officer.keysets(no)
  const chains = await Promise.all(bidders.slice(0, 30).map((by) => sealChain(by, no, keysets, 1)))
  const deadline = await deadlineSoon(no)
  let going = true
  let refused = 0
  const flood = bidders.slice(0, 30).map(async (by, i) => {
    await pause(deadline - Date.now() - 50)
    while (going) {
      const answer = await submit(by, no, chains[i]?.[0]?.body ?? {})
      // The first few may still be in time.
      if (answer.status !== 201 && codesOf(answer)[0] === 'late') refused++
    }
  })
  await pause(deadline - Date.now() + 200)
  try {
    await eventually(
      'the close',
      async () => {
        await world.clock()
        return (await world.view(no)).state === 'closed'
      },
      5000,
    )
  } finally {
    going = false
    await Promise.all(flood)
  }
  expect(refused).toBeGreaterThan(0)
}, 30_000)
