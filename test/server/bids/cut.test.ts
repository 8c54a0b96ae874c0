// What does a bidder learn whose connection was cut? A definite answer, which no request that arrives later can change.
import { connect, type Socket } from 'node:net'
import { and, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { bidAct, bidReceipt, bidRequest } from '../../../db/schema/bids.ts'
import { eventually, makeWorld } from '../../support/world.ts'
import {
  type Bidder,
  codesOf,
  expectReceipt,
  makeBidders,
  newKey,
  outcomeOf,
  pause,
  sealFor,
  submit,
} from './bid-kit.ts'

const world = await makeWorld()
const no = await world.publish()
const keysets = await world.officer.keysets(no)

/** The longest that a definite answer may take. */
const MOST_MS = 30_000

type Wire = { head: Buffer; body: Buffer; text: string; key: string; c: string; by: Bidder }

/** A submission as the bytes that a client writes. */
async function wire(): Promise<Wire> {
  const by = (await makeBidders(world, 1))[0] as Bidder
  const bid = await sealFor(by, no, keysets)
  const [key, text] = [newKey(), JSON.stringify(bid.body)]
  const body = Buffer.from(text)
  const head = Buffer.from(
    [
      `POST /api/v1/tenders/${no}/bids HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${by.token}`,
      `Idempotency-Key: ${key}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Connection: close',
      '',
      '',
    ].join('\r\n'),
  )
  return { head, body, text, key, c: bid.c, by }
}

async function opened(): Promise<Socket> {
  const socket = connect(world.api.port, '127.0.0.1')
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return socket
}

const write = (socket: Socket, bytes: Uint8Array) => new Promise<void>((done) => socket.write(bytes, () => done()))

/** Everything that the server wrote until it closed. */
const answerOn = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
    })
    socket.on('close', () => resolve(text))
  })

const actsOf = (by: Bidder) =>
  world.db.withTx(({ tx }) =>
    tx
      .select({ kind: bidAct.kind, c: bidAct.c, received: bidReceipt.received })
      .from(bidAct)
      .innerJoin(bidReceipt, eq(bidReceipt.act, bidAct.id))
      .where(and(eq(bidAct.tender, no), eq(bidAct.bidder, by.account.org))),
  )

/** Asks, asks again, lets the request arrive late, asks again: is it one answer, and does the table agree? */
async function expectDefinite({ by, key, text, c }: Wire): Promise<string> {
  const began = performance.now()
  const first = await outcomeOf(by, no, key)
  expect(performance.now() - began).toBeLessThan(MOST_MS)
  expect(await outcomeOf(by, no, key)).toEqual(first)
  const late = await submit(by, no, text, key)
  expect(await outcomeOf(by, no, key)).toEqual(first)
  const acts = await actsOf(by)
  if (first.outcome === 'receipt') {
    await expectReceipt(world, no, late, c)
    expect(JSON.parse(late.text)).toEqual(first.reply)
    expect(acts).toEqual([{ kind: 'submission', c, received: first.reply?.receipt }])
  } else {
    expect(first).toEqual({ outcome: 'not received', status: 404, reply: null })
    expect([late.status, codesOf(late)]).toEqual([409, ['idempotency-key-void']])
    expect(acts).toEqual([])
    // The bid itself is not lost: it is taken under another key.
    await expectReceipt(world, no, await submit(by, no, text), c)
    expect(await outcomeOf(by, no, key)).toEqual(first)
  }
  return first.outcome
}

const whole = ({ head, body }: Wire) => Buffer.concat([head, body])

describe('DUR-6: after a cut the outcome is receipt or not received, and never another', () => {
  test.each([
    ['before the first byte', () => Buffer.alloc(0)],
    ['inside the headers', ({ head }: Wire) => head.subarray(0, head.length - 30)],
    ['between headers and body', ({ head }: Wire) => head],
    ['in the middle of the body', ({ head, body }: Wire) => Buffer.concat([head, body.subarray(0, body.length / 2)])],
    ['before the last byte', ({ head, body }: Wire) => Buffer.concat([head, body.subarray(0, body.length - 1)])],
  ])('not received, when it is cut %s', async (_, part) => {
    const request = await wire()
    const socket = await opened()
    await write(socket, part(request))
    socket.destroy()
    expect(await expectDefinite(request)).toBe('not received')
  })

  test('one of the two, at every moment at which it is cut after the last byte', async () => {
    const outcomes = new Map<string, number>()
    for (let i = 0; i < 30; i++) {
      const request = await wire()
      const socket = await opened()
      socket.write(whole(request))
      if (i > 0) await pause(i)
      socket.destroy()
      const outcome = await expectDefinite(request)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    // A cut does not stop a transaction that has begun: most of these are taken, and their bidders never heard.
    expect(outcomes.get('receipt') ?? 0).toBeGreaterThan(0)
  })

  test('receipt, when it is cut while the server waits for the tender’s row', async () => {
    const request = await wire()
    const [holder, watcher] = await Promise.all([world.database.client(world.database.url), world.database.client()])
    await holder.query('BEGIN')
    await holder.query('SELECT FROM tender WHERE no = $1 FOR UPDATE', [no])
    const socket = await opened()
    socket.write(whole(request))
    await eventually('the request waits', async () => {
      const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      return ((await watcher.query(waits)).rowCount ?? 0) > 0
    })
    socket.destroy()
    const asked = outcomeOf(request.by, no, request.key)
    await pause(100)
    await holder.query('ROLLBACK')
    expect((await asked).outcome).toBe('receipt')
    expect(await expectDefinite(request)).toBe('receipt')
  })

  test('receipt, when the answer was on its way and never read', async () => {
    const request = await wire()
    const socket = await opened()
    socket.pause()
    socket.write(whole(request))
    await eventually('the bid is taken', async () => (await actsOf(request.by)).length === 1)
    socket.destroy()
    expect(await expectDefinite(request)).toBe('receipt')
  })

  test('not received, and the request whose last half arrives after that answer is refused', async () => {
    const request = await wire()
    const socket = await opened()
    const half = request.body.length / 2
    await write(socket, Buffer.concat([request.head, request.body.subarray(0, half)]))
    const asked = await outcomeOf(request.by, no, request.key)
    expect(asked.outcome).toBe('not received')
    const answer = answerOn(socket)
    socket.write(request.body.subarray(half))
    expect(await answer).toMatch(/^HTTP\/1\.1 409 [\s\S]*idempotency-key-void/)
    expect(await actsOf(request.by)).toEqual([])
    expect(await expectDefinite(request)).toBe('not received')
  })

  test('an answer that set no stone on the key would be wrong a moment later (negative control)', async () => {
    const request = await wire()
    const socket = await opened()
    const half = request.body.length / 2
    await write(socket, Buffer.concat([request.head, request.body.subarray(0, half)]))
    const seen = await world.db.withTx(({ tx }) => tx.select().from(bidRequest).where(eq(bidRequest.key, request.key)))
    expect(seen).toEqual([])
    const answer = answerOn(socket)
    socket.write(request.body.subarray(half))
    expect(await answer).toMatch(/^HTTP\/1\.1 201 /)
  })
})
