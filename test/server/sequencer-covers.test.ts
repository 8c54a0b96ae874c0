// What does the log show of bids before the close? Multiples of eight and nothing else; and what does a bidder get? A proof, soon.
import { asc, eq } from 'drizzle-orm'
import { describe, expect, test, vi } from 'vitest'
import { bidAct } from '../../db/schema/bids.ts'
import { logCover, logEntry, logPayload } from '../../db/schema/log.ts'
import { tender } from '../../db/schema/tenders.ts'
import { must, type Person } from '../../scripts/person.ts'
import { readProof } from '../../src/api/bids.ts'
import { call } from '../../src/api/client.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromB64u, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import { commitment, sealedLeaf } from '../../src/proof/leaf.ts'
import { readPolicy } from '../../src/proof/policy.ts'
import { entryOfReceipt, readReceiptExtra, verifyTlogProof } from '../../src/proof/receipt.ts'
import { appendSealed } from '../../src/server/log/append.ts'
import { eventually, makeWorld } from '../support/world.ts'

// For a machine that is busy with other things.
vi.setConfig({ testTimeout: 120_000 })

const world = await makeWorld({ suppliers: 6 })
const { db, url } = world

type Row = typeof logEntry.$inferSelect
const entriesFrom = (from: number): Promise<Row[]> =>
  db.withTx(async ({ tx }) =>
    (await tx.select().from(logEntry).orderBy(asc(logEntry.idx))).filter((e) => e.idx >= from),
  )
const size = async () => (await entriesFrom(0)).length
const sealedOf = (rows: Row[]) => rows.filter((row) => row.typ === 'sealed/1')

/** Sealed acts of a tender straight into the outbox, as many bidders' transactions would put them there. */
async function sealMany(no: string, n: number): Promise<string[]> {
  const cs: string[] = []
  await db.withTx(async (work) => {
    for (let i = 0; i < n; i++) {
      const salt = P.random(32)
      const c = commitment(P, salt, `act ${i}`)
      const bidder = `crowd-${b64u(P.random(6))}`
      const act = { tender: no, bidder, account: bidder, kind: 'refusal', seq: null, jws: `act ${i}` }
      await work.tx.insert(bidAct).values({ ...act, salt: b64u(salt), c, at: work.now.date })
      await appendSealed(work, no, c)
      cs.push(c)
    }
  })
  return cs
}

/** The closing list as anybody reads it, and what the closing entry says of it. */
async function closingOf(no: string): Promise<{ idx: number; count: number; list: [number, string][] }> {
  const { idx, payload, list } = await db.withTx(async ({ tx }) => {
    const { closedIdx } = (await tx.select().from(tender).where(eq(tender.no, no)))[0] as { closedIdx: number }
    const entry = (await tx.select().from(logEntry).where(eq(logEntry.idx, closedIdx)))[0] as Row
    const bytesOf = async (hash: Uint8Array) =>
      fromUtf8((await tx.select().from(logPayload).where(eq(logPayload.hash, hash)))[0]?.bytes as Uint8Array)
    const payload = JSON.parse(await bytesOf(entry.payloadHash as Uint8Array)) as { count: number; leaves: string }
    return { idx: closedIdx, payload, list: JSON.parse(await bytesOf(fromB64u(payload.leaves))) as [number, string][] }
  })
  return { idx, count: payload.count, list }
}

describe('SEA-4: covers', () => {
  test('every batch fills its sealed entries up to a multiple of eight, with salts that open them as covers', async () => {
    const no = await world.publish()
    for (const n of [1, 3, 8, 11]) {
      const from = await size()
      const cs = await sealMany(no, n)
      await world.tick()
      const sealed = sealedOf(await entriesFrom(from))
      expect(sealed).toHaveLength(Math.ceil(n / 8) * 8)
      expect(sealed.map((row) => row.c)).toEqual(expect.arrayContaining(cs))
      // No leaf says what it is or whose: all have the same members and the same length.
      expect(new Set(sealed.map((row) => row.leaf.length)).size).toBe(1)
      expect(sealed.every((row) => row.ref === null && row.payloadHash === null && row.prev === null)).toBe(true)
    }
    const covers = await db.withTx(({ tx }) => tx.select().from(logCover).where(eq(logCover.tender, no)))
    expect(covers.every((cover) => commitment(P, fromB64u(cover.salt), 'cover') === cover.c)).toBe(true)
  })

  test('the closing list is every sealed entry of the tender, covers included, and of no other', async () => {
    const [ours, others] = [await world.publish(), await world.publish()]
    const from = await size()
    const bids = await Promise.all(world.suppliers.map((s: Person, i) => world.bid(i % 2 === 0 ? ours : others, s)))
    await world.tick()
    await sealMany(ours, 2)
    await world.bring(ours, 'closed')
    const { idx, count, list } = await closingOf(ours)
    const rows = await entriesFrom(0)
    const [acts, covers] = await db.withTx(async ({ tx }) => [
      await tx.select().from(bidAct).where(eq(bidAct.tender, ours)),
      await tx.select().from(logCover).where(eq(logCover.tender, ours)),
    ])
    const all = [...acts, ...covers]
      .map((row): [number, string] => [row.idx as number, row.c])
      .sort((a, b) => a[0] - b[0])
    expect(list).toEqual(all)
    expect(count).toBe(list.length)
    expect(list.every(([at, c]) => at < idx && rows[at]?.c === c)).toBe(true)
    expect(list.map(([, c]) => c)).toEqual(expect.arrayContaining(bids.filter((_, i) => i % 2 === 0).map((b) => b.c)))
    expect(list.some(([, c]) => c === bids[1]?.c)).toBe(false)
    expect(sealedOf(await entriesFrom(from)).length % 8).toBe(0)
  })

  test('a close whose last bids fill more than a batch still leaves a multiple of eight', async () => {
    await db.withTx(({ tx }) => tx.update(tender).set({ state: 'cancelled' }).where(eq(tender.state, 'published')))
    const no = await world.publish()
    const from = await size()
    // One open entry and 262 sealed ones: the first batch holds 255 of them, and no tender is open any more.
    const extra = await world.add([{ id: 'late-comer', org: 'firm-late', role: 'supplier' }])
    await (extra[0] as Person).enrol()
    const cs = await sealMany(no, 262)
    await world.passDeadline(no, 3600)
    await world.clock()
    await world.tick()
    const rows = await entriesFrom(from)
    const sealed = sealedOf(rows)
    expect(sealed.length % 8).toBe(0)
    const { idx, list } = await closingOf(no)
    expect(list.map(([, c]) => c)).toEqual(sealed.map((row) => row.c))
    expect(list.map(([, c]) => c)).toEqual(expect.arrayContaining(cs))
    expect(idx).toBe(rows.at(-1)?.idx)
  })
})

describe('receipts', () => {
  test('an acknowledged bid soon has a proof of its entry, at the default tick', async () => {
    const no = await world.publish()
    const stop = world.runs(0, 1000)
    const policy = readPolicy(await (await fetch(`${url}/log/policy`)).text())
    try {
      for (const supplier of world.suppliers.slice(0, 5)) {
        const bid = await world.bid(no, supplier)
        const text = await eventually('a proof', async () => {
          const reply = await call(url, readProof, { params: { c: bid.c }, token: supplier.token })
          return reply.ok && reply.text
        })
        const leaf = sealedLeaf(bid.c)
        expect(await verifyTlogProof(P, text, leaf, policy)).not.toHaveProperty('refused')
        expect(await verifyTlogProof(P, text, utf8(`${fromUtf8(leaf)} `), policy)).toMatchObject({
          refused: 'proof.inclusion',
        })
        const proof = await verifyTlogProof(P, text, leaf, policy)
        const extra = readReceiptExtra((proof as { extra: Uint8Array }).extra)
        expect(entryOfReceipt(P, extra)).toEqual(leaf)
        expect(extra.received).toBe(bid.receipt)
        // A stranger gets the same proof without the words behind it.
        const strangers = must('proof', await call(url, readProof, { params: { c: bid.c } }))
        expect(await verifyTlogProof(P, strangers.text, leaf, policy)).toMatchObject({ extra: null })
      }
    } finally {
      await stop()
    }
  })

  test('there is no proof of a bid that was never handed in', async () => {
    const c = b64u(P.random(32))
    expect(await call(url, readProof, { params: { c } })).toMatchObject({ ok: false, code: 'not-found' })
  })
})
