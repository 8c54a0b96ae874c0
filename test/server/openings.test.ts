// Is every listed envelope opened once and judged by its file alone, whoever releases what and whenever a round is cut off?
import { afterAll, describe, expect, test, vi } from 'vitest'
import { cancel, must } from '../../scripts/person.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, utf8 } from '../../src/proof/bytes.ts'
import type { Json } from '../../src/proof/canonical.ts'
import { readJws, signJws } from '../../src/proof/jws.ts'
import { readKeyset } from '../../src/proof/keyset.ts'
import { openRound } from '../../src/server/openings/opener.ts'
import { type OpenerThread, startOpenerThread } from '../../src/server/openings/opener-thread.ts'
import { falseRelease, lie, type Share } from '../journeys/false-release.ts'
import { goodPair, othersBid, spoilShare, statementOver } from '../journeys/odd-bids.ts'
import { failedAt } from '../journeys/public-audit.ts'
import { makeWorld } from '../support/world.ts'
import type { TestCustodian } from '../support/world-keepers.ts'

// For a machine that is busy with other things.
vi.setConfig({ testTimeout: 120_000 })

const world = await makeWorld({ suppliers: 4 })
const { url, db } = world
const thread = startOpenerThread()
afterAll(() => thread.close())
const [one, two, three] = world.custodians as [TestCustodian, TestCustodian, TestCustodian]
type Made = Awaited<ReturnType<typeof eventsOf>>

const payloadOf = (text: string) =>
  (text.startsWith('{') ? JSON.parse(text) : readJws(text).payload) as Record<string, unknown>

async function eventsOf(no: string, typ: string) {
  await world.tick()
  const { rows } = await db.withTx(({ tx }) =>
    tx.execute<{ bytes: Buffer; typ: string }>(
      `SELECT p.bytes, e.typ FROM log_entry e JOIN log_payload p ON p.hash = e.payload_hash WHERE e.ref = '${no}' ORDER BY e.idx`,
    ),
  )
  return rows.filter((r) => r.typ === typ).map((r) => payloadOf(r.bytes.toString()))
}

/** What an audit finds wrong, but for the deadline, which this world moves behind the record's back. */
const wrongAt = async (no: string) => (await failedAt(url, no)).filter((says) => !says.startsWith('closing-time'))

type Row = { eid: string; bidder: string; state: string; reason: string | null }
const resultsOf = (events: Made): Row[] => events.flatMap((e) => e.results as Row[])

/** A tender at its technical opening: a good bid of each of the first `good` suppliers, and then those handed in. */
async function opening(good: number, more: (no: string) => Promise<void> = async () => {}): Promise<string> {
  const no = await world.publish()
  for (const supplier of world.suppliers.slice(0, good)) await world.bid(no, supplier)
  await more(no)
  await world.tick()
  await world.bring(no, 'technical_opening')
  return no
}

/** The fourth supplier hands in a technical envelope that `spoil` has had its hands on. */
const spoiling = (spoil: (text: string) => string) => async (no: string) => {
  const last = world.person('supplier-4')
  const pair = await goodPair(last, no, await last.keysets(no))
  const { body } = await statementOver(last, no, { ...pair, technical: spoil(pair.technical) })
  must('bid', await last.send(no, body))
}

const releaseWith = (custodian: TestCustodian, no: string, change: (shares: Share[]) => void) =>
  falseRelease(custodian, url, no, 'technical', change)

describe('SEA-6: what opens is opened once', () => {
  test('an envelope with a spoiled share waits for the last custodian and is then malformed, for its maker’s fault alone', async () => {
    const no = await opening(
      2,
      spoiling((text) => spoilShare(text, 1)),
    )
    await world.release(no, 'technical', [one, two])
    await openRound({ P, db, thread })
    const some = resultsOf(await eventsOf(no, 'opening.result/1'))
    expect(some.map((r) => [r.bidder, r.state]).sort()).toEqual([
      ['firm-1', 'valid'],
      ['firm-2', 'valid'],
    ])
    await world.release(no, 'technical', [three])
    await openRound({ P, db, thread })
    const all = resultsOf(await eventsOf(no, 'opening.result/1'))
    expect(all.find((r) => r.bidder === 'firm-4')).toMatchObject({
      state: 'malformed',
      reason: expect.stringContaining('share 1'),
    })
    expect(await eventsOf(no, 'incident/1')).toEqual([])
    expect(await wrongAt(no)).toEqual([])
  })

  test('a release that arrives while others are being opened still counts for the envelopes that wait', async () => {
    const no = await opening(
      1,
      spoiling((text) => spoilShare(text, 2)),
    )
    await world.release(no, 'technical', [one, two])
    let arrived = false
    const interrupted: OpenerThread = {
      ...thread,
      open: async (job, onOpened) => {
        await thread.open(job, onOpened)
        if (arrived) return
        arrived = true
        await world.release(no, 'technical', [three])
      },
    }
    await openRound({ P, db, thread: interrupted })
    await openRound({ P, db, thread })
    expect(resultsOf(await eventsOf(no, 'opening.result/1')).map((r) => [r.bidder, r.state])).toEqual(
      expect.arrayContaining([
        ['firm-1', 'valid'],
        ['firm-4', 'malformed'],
      ]),
    )
  })

  test('rounds that run at once, and one whose thread dies in the middle, log each result once', async () => {
    const no = await opening(4)
    await world.release(no, 'technical')
    const dying = startOpenerThread()
    let seen = 0
    const killed: OpenerThread = {
      ...dying,
      open: (job, onOpened) =>
        dying.open(job, (opened) => {
          onOpened(opened)
          if (++seen === 2) void dying.close()
        }),
    }
    await expect(openRound({ P, db, thread: killed })).rejects.toThrow('thread ended')
    await Promise.all([openRound({ P, db, thread }), openRound({ P, db, thread }), openRound({ P, db, thread: dying })])
    await dying.close()
    const results = resultsOf(await eventsOf(no, 'opening.result/1'))
    expect(results).toHaveLength(4)
    expect(new Set(results.map((r) => r.eid)).size).toBe(4)
    expect(results.every((r) => r.state === 'valid')).toBe(true)
    expect(await wrongAt(no)).toEqual([])
  })

  test('an envelope with a bid that another bidder signed is malformed, and the other’s own bid is not touched', async () => {
    const no = await opening(3, async (tender) => {
      const [thief, victim] = [world.person('supplier-4'), world.person('supplier-1')]
      const keysets = await thief.keysets(tender)
      const pair = await goodPair(thief, tender, keysets)
      const stolen = await othersBid(keysets.technical, victim, { approach: 'mine now', summary: '' })
      const { body } = await statementOver(thief, tender, { ...pair, technical: stolen })
      must('bid', await thief.send(tender, body))
    })
    await world.release(no, 'technical')
    await openRound({ P, db, thread })
    const results = resultsOf(await eventsOf(no, 'opening.result/1'))
    expect(Object.fromEntries(results.map((r) => [r.bidder, r.state]))).toEqual({
      'firm-1': 'valid',
      'firm-2': 'valid',
      'firm-3': 'valid',
      'firm-4': 'malformed',
    })
    expect(results.find((r) => r.bidder === 'firm-4')?.reason).toContain('another key')
    expect(await wrongAt(no)).toEqual([])
  })

  test('nothing is opened any more once the tender is cancelled, though a round has begun', async () => {
    const no = await opening(2)
    await world.release(no, 'technical', [one, two])
    const slow: OpenerThread = {
      ...thread,
      open: async (job, onOpened) => {
        await thread.open(job, onOpened)
        const statement = 'The need for this service is gone.'
        await cancel(world.officer, world.approver, no, statement)
      },
    }
    await openRound({ P, db, thread: slow }).catch(() => {})
    await openRound({ P, db, thread })
    expect(await eventsOf(no, 'opening.result/1')).toEqual([])
    expect(await wrongAt(no)).toEqual([])
  })
})

describe('a custodian that lies', () => {
  test('is convicted by name, once, when the envelope that it kept shut is opened by another', async () => {
    const no = await opening(3)
    const { changed, payload } = await releaseWith(one, no, (shares) => {
      const last = shares.at(-1) as { y: string }
      last.y = lie(last.y)
    })
    must('release', await one.post(url, no, changed))
    await world.release(no, 'technical', [two])
    await openRound({ P, db, thread })
    // Two envelopes open and convict nobody; the third waits, and who spoiled it cannot be known yet.
    expect(resultsOf(await eventsOf(no, 'opening.result/1'))).toHaveLength(2)
    expect(await eventsOf(no, 'incident/1')).toEqual([])
    await world.release(no, 'technical', [three])
    for (let round = 0; round < 3; round++) await openRound({ P, db, thread })
    const results = resultsOf(await eventsOf(no, 'opening.result/1'))
    expect(results.map((r) => r.state)).toEqual(['valid', 'valid', 'valid'])
    const { eid } = (payload.shares as { eid: string }[]).at(-1) as { eid: string }
    const incidents = await eventsOf(no, 'incident/1')
    expect(incidents).toHaveLength(1)
    expect(incidents[0]).toMatchObject({ reasons: ['custodian-convicted'], facts: { custodian: one.id, eid } })
    expect(await wrongAt(no)).toEqual([])
  })

  test('is convicted by an envelope that was sealed rightly, though the bid in it is another’s', async () => {
    const no = await opening(0, async (tender) => {
      const [thief, victim] = [world.person('supplier-4'), world.person('supplier-1')]
      const keysets = await thief.keysets(tender)
      const pair = await goodPair(thief, tender, keysets)
      const technical = await othersBid(keysets.technical, victim, { approach: 'mine now', summary: '' })
      must('bid', await thief.send(tender, (await statementOver(thief, tender, { ...pair, technical })).body))
    })
    const { changed } = await releaseWith(one, no, (shares) => {
      for (const share of shares) share.y = lie(share.y)
    })
    must('release', await one.post(url, no, changed))
    await world.release(no, 'technical', [two, three])
    await openRound({ P, db, thread })
    expect(resultsOf(await eventsOf(no, 'opening.result/1')).map((r) => r.state)).toEqual(['malformed'])
    expect((await eventsOf(no, 'incident/1')).map((i) => i.facts)).toMatchObject([{ custodian: one.id }])
    expect(await wrongAt(no)).toEqual([])
  })

  test('is convicted when everything was open already, and when the tender was cancelled meanwhile', async () => {
    const no = await opening(2)
    await world.release(no, 'technical', [one, two])
    await openRound({ P, db, thread })
    expect(await eventsOf(no, 'incident/1')).toEqual([])
    const { changed } = await releaseWith(three, no, (shares) => {
      const last = shares.at(-1) as { y: string }
      last.y = lie(last.y)
    })
    const statement = 'The need for this service is gone.'
    await cancel(world.officer, world.approver, no, statement)
    must('release', await three.post(url, no, changed))
    await openRound({ P, db, thread })
    expect((await eventsOf(no, 'incident/1')).map((i) => i.facts)).toMatchObject([{ custodian: three.id }])
    expect(await wrongAt(no)).toEqual([])
  })

  test('is not convicted by an envelope that its maker spoiled', async () => {
    const no = await opening(
      0,
      spoiling((text) => spoilShare(text, 1)),
    )
    await world.release(no, 'technical')
    await openRound({ P, db, thread })
    expect(resultsOf(await eventsOf(no, 'opening.result/1')).map((r) => r.state)).toEqual(['malformed'])
    expect(await eventsOf(no, 'incident/1')).toEqual([])
    const open = await db.withTx(({ tx }) =>
      tx.execute(`SELECT x FROM release WHERE tender = '${no}' AND compared = 0`),
    )
    // Nothing is left to compare with: the releases must not be looked at again in every round.
    expect(open.rows).toEqual([])
  })
})

describe('what the server takes as a release', () => {
  test('refuses a wrong list, order, number, keyset, signer and form, and takes the good one twice', async () => {
    const no = await opening(2)
    const { good, payload } = await releaseWith(one, no, () => {})
    const signed = (change: Record<string, Json>, by = one) => signJws(P, by.signer, { ...payload, ...change })
    const shares = payload.shares as Json[]
    const cases: [string, string, string][] = [
      ['another list', 'release-invalid', await signed({ list: b64u(P.sha256(utf8('another'))) })],
      ['shares out of order', 'release-invalid', await signed({ shares: [...shares].reverse() })],
      ['a share too few', 'release-invalid', await signed({ shares: shares.slice(1) })],
      [
        'a share of 31 bytes',
        'release-invalid',
        await signed({ shares: [{ ...(shares[0] as object), y: b64u(new Uint8Array(31)) }, shares[1] as Json] }),
      ],
      ['no shares', 'release-invalid', await signed({ shares: null })],
      ['a number that is nobody’s', 'release-invalid', await signed({ x: 9 })],
      ['an unknown keyset', 'release-invalid', await signed({ ks: b64u(P.sha256(utf8('other'))) })],
      ['the number of another custodian', 'bad-signature', await signed({ x: 2 })],
      ['signed by another custodian', 'bad-signature', await signed({}, two)],
      ['no JWS', 'bad-signature', 'a.b.c'],
    ]
    for (const [what, code, jws] of cases)
      expect([what, (await one.post(url, no, jws)) as object]).toMatchObject([what, { ok: false, code }])
    expect(await one.post(url, no, good)).toMatchObject({ ok: true, status: 201 })
    expect(await one.post(url, no, good)).toMatchObject({ ok: true })
    const again = await signed({ checkpoint: b64u(P.sha256(utf8('later'))) })
    expect(await one.post(url, no, again)).toMatchObject({ ok: false, code: 'release-differs' })
    expect(await eventsOf(no, 'release/1')).toHaveLength(1)
  })

  test('refuses a release before the list has its place in the log', async () => {
    const no = await world.publish()
    await world.bid(no, world.person('supplier-1'))
    await world.tick()
    const view = await world.view(no)
    const keyset = view.keysets.find((k) => k.kind === 'technical')
    const { x } = one.scalarIn(readKeyset(P, keyset?.keyset as Json))
    const jws = await signJws(P, one.signer, {
      typ: 'release/1',
      ks: keyset?.ks as string,
      x,
      list: '',
      checkpoint: '',
      shares: [],
    })
    expect(await one.post(url, no, jws)).toMatchObject({ ok: false })
  })
})
