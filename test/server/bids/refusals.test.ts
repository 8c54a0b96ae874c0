// Does a bidder whose bid is refused get every reason, under the server's signature, and does the refusal enter the log blinded?
import { gzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { readOutcome } from '../../../src/api/bids.ts'
import { call } from '../../../src/api/client.ts'
import { readEvents } from '../../../src/api/tenders.ts'
import { signWithdrawal } from '../../../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, utf8 } from '../../../src/proof/bytes.ts'
import type { JsonObject } from '../../../src/proof/canonical.ts'
import { makeWorld } from '../../support/world.ts'
import {
  type Bidder,
  codesOf,
  expectBlinded,
  expectReceipt,
  expectSigned,
  expectWord,
  makeBidders,
  newKey,
  problemOf,
  sealFor,
  standing,
  submit,
} from './bid-kit.ts'
import { changed, epkOf, kcOf, negated, withEpk, withKc, withLength, withMember } from './forged-envelope.ts'

const world = await makeWorld()
const no = await world.publish()
const other = await world.publish()
const keysets = await world.officer.keysets(no)
const foreign = await world.officer.keysets(other)
/** Commitments of refusals that must stand in the log, blinded. */
const blinded: string[] = []

const one = async () => (await makeBidders(world, 1))[0] as Bidder
const withdrawal = async (by: Bidder, seq: number, withdraws: string, tender = no) =>
  (await signWithdrawal(P, by.signer, { tender, bidder: by.account.org, seq, withdraws, made: '2026-11-21T00:00:00Z' }))
    .body
const withdraw = (by: Bidder, body: object) =>
  submit(by, no, body, newKey(), { path: `/api/v1/tenders/${no}/withdrawals` })

/** Sends a body that must be refused for these reasons, signed, and keeps the refusal for the recount of the log. */
async function refused(by: Bidder, body: object | string, codes: string[], status: number, path = 'bids') {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const key = newKey()
  const route = { path: `/api/v1/tenders/${no}/${path}` }
  const answer = await submit(by, no, text, key, route)
  expect([answer.status, codesOf(answer)]).toEqual([status, codes])
  blinded.push(await expectSigned(world, no, text, answer, codes))
  const again = await submit(by, no, text, key, route)
  expect([again.status, again.text]).toEqual([answer.status, answer.text])
  return answer
}

describe('a submission is refused, with a signature over the hash of what was sent,', () => {
  test('when it was sealed to the keyset of another tender', async () => {
    const by = await one()
    const bid = await sealFor(by, no, { technical: foreign.technical, price: keysets.price })
    // Each share and the content name the keyset too, and each of them is a reason of its own.
    const within = Array.from({ length: 4 }, () => 'envelope-invalid')
    await refused(by, bid.body, ['wrong-keyset', ...within], 422)
    const swapped = await sealFor(by, no, { technical: keysets.price, price: keysets.technical })
    await refused(by, swapped.body, ['wrong-keyset', ...within, 'wrong-size', 'wrong-keyset', ...within], 422)
  })

  test('when its number is not the next one', async () => {
    const by = await one()
    await refused(by, (await sealFor(by, no, keysets, 2)).body, ['wrong-seq'], 409)
    await refused(by, (await sealFor(by, no, keysets, 0)).body, ['wrong-seq'], 409)
    const first = await sealFor(by, no, keysets, 1)
    await expectReceipt(world, no, await submit(by, no, first.body), first.c)
    await refused(by, (await sealFor(by, no, keysets, 1, first.c)).body, ['wrong-seq'], 409)
    await refused(by, (await sealFor(by, no, keysets, 3, first.c)).body, ['wrong-seq'], 409)
  })

  test('when it replaces another act than the one that stands', async () => {
    const by = await one()
    const stranger = b64u(P.random(32))
    await refused(by, (await sealFor(by, no, keysets, 1, stranger)).body, ['submission-mismatch'], 422)
    const first = await sealFor(by, no, keysets)
    await expectReceipt(world, no, await submit(by, no, first.body), first.c)
    await refused(by, (await sealFor(by, no, keysets, 2, null)).body, ['submission-mismatch'], 422)
    await refused(by, (await sealFor(by, no, keysets, 2, stranger)).body, ['submission-mismatch'], 422)
  })

  test('when the very same bid is sent again under a new key', async () => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    await expectReceipt(world, no, await submit(by, no, bid.body), bid.c)
    await refused(by, bid.body, ['wrong-seq', 'submission-mismatch', 'commitment-repeated'], 409)
  })

  test('when it repeats a key commitment or an ephemeral key, its own or anybody’s', async () => {
    const [by, thief] = (await makeBidders(world, 2)) as [Bidder, Bidder]
    const mine = await sealFor(by, no, keysets)
    await expectReceipt(world, no, await submit(by, no, mine.body), mine.c)
    const { technical, price } = mine.body.envelopes
    const fresh = () => sealFor(thief, no, keysets)
    const stolen = await changed(thief, await fresh(), { technical: () => technical, price: () => price })
    await refused(thief, stolen.body, ['commitment-repeated'], 409)
    const kc = await changed(thief, await fresh(), { price: (text) => withKc(text, kcOf(price)) })
    await refused(thief, kc.body, ['commitment-repeated'], 409)
    const epk = await changed(thief, await fresh(), { price: (text) => withEpk(text, 1, epkOf(price, 2)) })
    await refused(thief, epk.body, ['commitment-repeated'], 409)
    const mirrored = await changed(thief, await fresh(), {
      price: (text) => withEpk(text, 0, negated(epkOf(price, 0))),
    })
    await refused(thief, mirrored.body, ['commitment-repeated'], 409)
    const twice = await changed(thief, await fresh(), { price: (text) => withEpk(text, 1, epkOf(text, 0)) })
    await refused(thief, twice.body, ['commitment-repeated'], 409)
    const both = await fresh()
    const shared = await changed(thief, both, { price: (text) => withKc(text, kcOf(both.body.envelopes.technical)) })
    await refused(thief, shared.body, ['commitment-repeated'], 409)
  })

  test('when two bidders race with the same envelope: one is received, the other gets a signed refusal', async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = (await makeBidders(world, 2)) as [Bidder, Bidder]
      const bid = await sealFor(a, no, keysets)
      const copy = await changed(b, await sealFor(b, no, keysets), {
        technical: () => bid.body.envelopes.technical,
        price: () => bid.body.envelopes.price,
      })
      const bodies = [JSON.stringify(bid.body), JSON.stringify(copy.body)] as const
      const answers = await Promise.all([submit(a, no, bodies[0]), submit(b, no, bodies[1])])
      expect(answers.map((x) => x.status).sort()).toEqual([201, 409])
      const loser = answers[0].status === 409 ? 0 : 1
      blinded.push(await expectSigned(world, no, bodies[loser], answers[loser], ['commitment-repeated']))
    }
  })

  test('when an envelope is not of one of the fixed sizes', async () => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    const short = await changed(by, bid, { price: (text) => withLength(text, 4095) })
    await refused(by, short.body, ['wrong-size'], 422)
    const long = await changed(by, bid, { technical: (text) => withLength(text, 1024 * 1024 + 16_384) })
    await refused(by, long.body, ['wrong-size'], 422)
  })

  test('when body, statement or envelope have a member that does not belong there, or lack one', async () => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    await refused(by, { ...bid.body, note: 'x' }, ['bad-field'], 400)
    await refused(by, { jws: bid.body.jws, salt: bid.body.salt }, ['bad-field'], 400)
    await refused(by, { ...bid.body, salt: 'short' }, ['bad-field'], 400)
    const said = await changed(by, bid, { statement: (payload) => ({ ...payload, note: 'x' }) })
    await refused(by, said.body, ['submission-mismatch'], 422)
    const silent = await changed(by, bid, { statement: ({ made: _, ...payload }) => payload })
    await refused(by, silent.body, ['submission-mismatch'], 422)
    const within = await changed(by, bid, { price: withMember })
    await refused(by, within.body, ['envelope-invalid'], 422)
  })

  test('when it was signed by somebody else, or is another act than it is handed in as', async () => {
    const [by, friend] = (await makeBidders(world, 2)) as [Bidder, Bidder]
    const bid = await sealFor(by, no, keysets)
    const theirs = await changed(by, bid, { by: friend.signer })
    await refused(by, theirs.body, ['bad-signature'], 422)
    const posing = await changed(by, bid, { by: { ...by.signer, sign: friend.signer.sign } })
    await refused(by, posing.body, ['bad-signature'], 422)
    await refused(by, { ...bid.body, ...(await withdrawal(by, 1, bid.c)) }, ['bad-signature'], 422)
    await refused(by, { ...bid.body, jws: `${bid.body.jws.slice(0, -8)}AAAAAAAA` }, ['bad-signature'], 422)
  })

  test('when the bidder has no key, or signs with one that was replaced', async () => {
    const [bare] = (await makeBidders(world, 1, { keyed: false })) as [Bidder]
    await refused(bare, (await sealFor(bare, no, keysets)).body, ['no-key'], 422)
    const by = await one()
    const old = by.signer
    await by.enrol()
    const bid = await sealFor(by, no, keysets)
    await refused(by, (await changed(by, bid, { by: old })).body, ['bad-signature'], 422)
    await expectReceipt(world, no, await submit(by, no, bid.body), bid.c)
  })

  test('when it names another bidder, tender or lot, although its own key signed it', async () => {
    const [by, rival] = (await makeBidders(world, 2)) as [Bidder, Bidder]
    const bid = await sealFor(by, no, keysets)
    const wrongs: JsonObject[] = [{ bidder: rival.account.org }, { tender: other }, { lot: '2' }]
    for (const wrong of wrongs) {
      const forged = await changed(by, bid, { statement: (payload) => ({ ...payload, ...wrong }) })
      await refused(by, forged.body, ['submission-mismatch'], 422)
    }
    const rows = (await standing(world, no)).acts.filter((act) => act.bidder === rival.account.org)
    expect(rows).toEqual([])
  })

  test('when its statement names other envelopes, or attachments that nobody took', async () => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    const swapped = { technical: bid.eids.price, price: bid.eids.technical }
    for (const [wrong, codes] of [
      [{ envelopes: swapped }, ['submission-mismatch', 'submission-mismatch']],
      [{ envelopes: { ...bid.eids, draw: bid.eids.price } }, ['submission-mismatch']],
      [{ envelopes: null }, ['submission-mismatch', 'submission-mismatch', 'submission-mismatch']],
      [{ blobs: [{ ct: bid.eids.price, bytes: 1 }] }, ['file-missing']],
      [{ made: 'yesterday' }, ['submission-mismatch']],
    ] as const) {
      const forged = await changed(by, bid, { statement: (payload) => ({ ...payload, ...wrong }) as never })
      await refused(by, forged.body, [...codes], 422)
    }
  })

  test('with all of its faults at once', async () => {
    const [by, rival] = (await makeBidders(world, 2)) as [Bidder, Bidder]
    const bid = await sealFor(by, no, keysets)
    const bad = await changed(by, bid, {
      technical: withMember,
      price: (text) => withLength(text, 100),
      statement: (payload) => ({ ...payload, bidder: rival.account.org, seq: 7, replaces: bid.c, note: 'x' }),
    })
    await refused(
      by,
      bad.body,
      [
        'submission-mismatch',
        'submission-mismatch',
        'wrong-seq',
        'envelope-invalid',
        'wrong-size',
        'submission-mismatch',
      ],
      422,
    )
    const unsigned = await changed(by, bad, { by: rival.signer })
    await refused(by, unsigned.body, ['bad-signature', 'envelope-invalid', 'wrong-size'], 422)
  })

  test('when it is no JSON that two readers would understand alike', async () => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    const text = JSON.stringify(bid.body)
    const inside = (member: string) => text.replace('{', `{${member},`)
    for (const bad of [
      '',
      'null',
      '[]',
      '"x"',
      text.slice(0, -1),
      `${text}x`,
      inside('"__proto__":{"polluted":1}'),
      inside('"jws":"a.b.c"'),
      inside('"x":1e999'),
      '['.repeat(100_000),
    ])
      await refused(by, bad, [/^(null|\[\]|"x")$/.test(bad) ? 'bad-field' : 'bad-json'], 400)
  })

  test('briefly, however many faults a statement is made to have', async () => {
    const by = await one()
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`m${i}`, 0]))
    const bid = await changed(by, await sealFor(by, no, keysets), { statement: (payload) => ({ ...payload, ...many }) })
    const answer = await refused(
      by,
      bid.body,
      Array.from({ length: 20 }, () => 'submission-mismatch'),
      422,
    )
    expect(answer.text.length).toBeLessThan(20_000)
  })

  test('when there is nothing to withdraw, or something else is withdrawn', async () => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    await refused(by, await withdrawal(by, 1, bid.c), ['nothing-to-withdraw'], 409, 'withdrawals')
    await expectReceipt(world, no, await submit(by, no, bid.body), bid.c)
    await refused(by, await withdrawal(by, 2, b64u(P.random(32))), ['submission-mismatch'], 422, 'withdrawals')
    await refused(by, await withdrawal(by, 1, bid.c), ['wrong-seq'], 409, 'withdrawals')
    const gone = await withdraw(by, await withdrawal(by, 2, bid.c))
    expect(gone.status).toBe(201)
    await refused(by, await withdrawal(by, 3, bid.c), ['nothing-to-withdraw'], 409, 'withdrawals')
    await refused(by, (await sealFor(by, no, keysets, 3, bid.c)).body, ['submission-mismatch'], 422)
    const back = await sealFor(by, no, keysets, 3)
    await expectReceipt(world, no, await submit(by, no, back.body), back.c)
  })
})

describe('a request whose body the server has not read is refused without a signature, and its key stays free,', () => {
  test.each([
    ['too large', 413, 'body-too-large', (text: string) => ({ body: text.padEnd(10 * 1024 * 1024, ' ') })],
    [
      'compressed',
      415,
      'media-type',
      (text: string) => ({ body: gzipSync(text), headers: { 'content-encoding': 'gzip' } }),
    ],
    ['of another type', 415, 'media-type', () => ({ headers: { 'content-type': 'text/plain' } })],
    ['of no type', 415, 'media-type', () => ({ headers: { 'content-type': '' } })],
  ])('when it is %s', async (_, status, code, bent) => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    const text = JSON.stringify(bid.body)
    const key = newKey()
    const answer = await submit(by, no, text, key, bent(text))
    expect([answer.status, codesOf(answer)]).toEqual([status, [code]])
    expect(problemOf(answer).refused).toBeUndefined()
    await expectReceipt(world, no, await submit(by, no, text, key), bid.c)
  })

  test('when nobody is signed in, or somebody who does not bid', async () => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    const nobody = await submit(by, no, bid.body, newKey(), { token: null })
    expect([nobody.status, codesOf(nobody)]).toEqual([401, ['sign-in-first']])
    const officer = await submit(by, no, bid.body, newKey(), { token: world.officer.token })
    expect([officer.status, codesOf(officer)]).toEqual([403, ['forbidden']])
  })

  test('when there is no such tender, or only a draft of it', async () => {
    const by = await one()
    const bid = await sealFor(by, no, keysets)
    for (const nowhere of [await world.draft(), 'R26BK99999999', 'nonsense', '..%2f..']) {
      const answer = await submit(by, nowhere, bid.body)
      expect([answer.status, codesOf(answer)]).toEqual([404, ['not-found']])
    }
  })
})

test('every refusal while the tender was open stands in the log once, blinded, and no refused bid stands anywhere', async () => {
  const { acts } = await standing(world, no)
  const refusals = acts.filter((act) => act.kind === 'refusal')
  expect(refusals.map((act) => act.c).sort()).toEqual([...blinded].sort())
  await world.tick()
  await expectBlinded(world, blinded)
  const { body } = (await call(world.url, readEvents, { params: { no }, query: { limit: 1000 } })) as {
    body: { events: { typ: string }[] }
  }
  expect(body.events.map((event) => event.typ)).toEqual(['tender.notice/1', 'tender.keyset/1', 'tender.keyset/1'])
  const kept = await world.db.withTx(({ tx }) =>
    tx.execute<{ n: string }>(sql`
      SELECT count(*) AS n FROM envelope WHERE tender = ${no}
      AND eid NOT IN (SELECT eid_technical FROM bid_act WHERE kind = 'submission' UNION SELECT eid_price FROM bid_act WHERE kind = 'submission')`),
  )
  expect(kept.rows[0]?.n).toBe('0')
})

describe('after the deadline', () => {
  test('a bid is refused as late with a signature, and late/1 in the log has the hash of its statement', async () => {
    const late = await world.publish()
    const sets = await world.officer.keysets(late)
    const [by] = (await makeBidders(world, 1)) as [Bidder]
    await world.passDeadline(late)
    const bid = await sealFor(by, late, sets, 2)
    const text = JSON.stringify(bid.body)
    const key = newKey()
    const answer = await submit(by, late, text, key)
    expect(answer.status).toBe(409)
    await expectSigned(world, late, text, answer, ['late', 'wrong-seq'])
    expect((await submit(by, late, text, key)).text).toBe(answer.text)
    const broken = await submit(by, late, '{}')
    await expectSigned(world, late, '{}', broken, ['late', ...codesOf(broken).slice(1)])
    expect(codesOf(broken)).toContain('bad-field')
    await world.tick()
    const { acts, waiting } = await standing(world, late)
    expect([acts, waiting]).toEqual([[], []])
    const events = await call(world.url, readEvents, { params: { no: late }, query: { limit: 100 } })
    if (!events.ok) throw new Error(events.text)
    const entries = events.body.events.filter((event) => event.typ === 'late/1')
    expect(entries).toHaveLength(1)
    const payload = JSON.parse(entries[0]?.payload ?? '{}') as Record<string, unknown>
    expect(payload).toMatchObject({ h: b64u(P.sha256(utf8(bid.body.jws))), reasons: ['late', 'wrong-seq'] })
    const view = await world.view(late)
    expect(String(payload.at) >= view.deadline.replace('Z', '.000Z')).toBe(true)
    // The entry carries the time of the verdict, not of the moment at which the request began to wait.
    expect(`${String(payload.at).slice(0, 19)}Z`).toBe((entries[0] as { at: string }).at)
  })

  test('a key under which a refusal was given answers with that refusal', async () => {
    const late = await world.publish()
    const sets = await world.officer.keysets(late)
    const by = await one()
    await world.passDeadline(late)
    const key = newKey()
    const answer = await submit(by, late, (await sealFor(by, late, sets)).body, key)
    const asked = await call(world.url, readOutcome, { token: by.token, params: { no: late, key } })
    if (!asked.ok) throw new Error(asked.text)
    expect(asked.body).toMatchObject({ outcome: 'refused', status: 409, reply: JSON.parse(answer.text) })
  })

  test('a key that is another bid’s, or was given up, is refused with a signature, and nothing is kept or logged of it', async () => {
    const open = await world.publish()
    const sets = await world.officer.keysets(open)
    const by = await one()
    const [key, void_] = [newKey(), newKey()]
    const first = JSON.stringify((await sealFor(by, open, sets)).body)
    expect((await submit(by, open, first, key)).status).toBe(201)
    const before = await standing(world, open)
    const other = JSON.stringify((await sealFor(by, open, sets)).body)
    await expectWord(world, open, other, await submit(by, open, other, key), ['idempotency-key-reused'])
    const asked = await call(world.url, readOutcome, { token: by.token, params: { no: open, key: void_ } })
    if (!asked.ok) throw new Error(asked.text)
    const settled = await standing(world, open)
    await expectWord(world, open, other, await submit(by, open, other, void_), ['idempotency-key-void'])
    // While another request under the key is being worked on.
    const held = newKey()
    await world.db.withTx(async ({ tx }) => {
      const name = `request ${by.account.org} ${held}`
      await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
      const answer = await submit(by, open, other, held)
      await expectWord(world, open, other, answer, ['idempotency-key-in-flight'])
    })
    expect(settled.acts).toEqual(before.acts)
    expect(await standing(world, open)).toEqual(settled)
    // Control: the same bytes are taken under a key of their own once they are the next act.
    expect((await submit(by, open, first, key)).status).toBe(201)
  })

  test('a cancelled tender refuses with a signature, and its log stays as it is', async () => {
    const gone = await world.publish()
    const sets = await world.officer.keysets(gone)
    const by = await one()
    await world.db.withTx(({ tx }) => tx.execute(sql`UPDATE tender SET state = 'cancelled' WHERE no = ${gone}`))
    const text = JSON.stringify((await sealFor(by, gone, sets)).body)
    await expectSigned(world, gone, text, await submit(by, gone, text), ['not-open'])
    expect(await standing(world, gone)).toMatchObject({ acts: [], waiting: [] })
  })
})
