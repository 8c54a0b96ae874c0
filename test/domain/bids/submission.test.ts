// Is a sealed act refused for every reason there is, and for none that there is not?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maySubmitBid, mayWithdrawBid, type SeenEnvelope } from '../../../src/domain/bids/submission.ts'
import type { JsonObject } from '../../../src/proof/canonical.ts'

const NO = 'R26BK00000001'
const STORED = 'A'.repeat(43)
const FACTS = { bidder: 'firm-1', nextSeq: 2, current: 'c-of-the-first', stored: { [STORED]: 1 } }
const SEEN: { technical: SeenEnvelope; price: SeenEnvelope } = {
  technical: { eid: 'eid-t', kc: 'kc-t', epks: ['a', 'b', 'c'] },
  price: { eid: 'eid-p', kc: 'kc-p', epks: ['d', 'e', 'f'] },
}
const RIGHT: JsonObject = {
  typ: 'submission/1',
  tender: NO,
  lot: '1',
  bidder: 'firm-1',
  seq: 2,
  envelopes: { technical: 'eid-t', price: 'eid-p' },
  blobs: [],
  replaces: 'c-of-the-first',
  made: '2026-11-21T00:00:00Z',
}
const WITHDRAWAL: JsonObject = {
  typ: 'withdrawal/1',
  tender: NO,
  lot: '1',
  bidder: 'firm-1',
  seq: 2,
  withdraws: 'c-of-the-first',
  made: '2026-11-21T00:00:00Z',
}

const said = (payload: JsonObject, envelopes = SEEN, facts: Parameters<typeof maySubmitBid>[3] = FACTS) =>
  maySubmitBid(payload, envelopes, NO, facts).map(({ code, facts: f }) => (f.field ? `${code} ${f.field}` : code))
const saidOfWithdrawal = (payload: JsonObject, facts: Parameters<typeof mayWithdrawBid>[2] = FACTS) =>
  mayWithdrawBid(payload, NO, facts).map(({ code, facts: f }) => (f.field ? `${code} ${f.field}` : code))

/** One fault each: what is wrong, and what must be said of it. */
const FAULTS: [JsonObject, string[]][] = [
  [{ tender: 'R26BK00000002' }, ['submission-mismatch tender']],
  [{ lot: '2' }, ['submission-mismatch lot']],
  [{ lot: 1 }, ['submission-mismatch lot']],
  [{ bidder: 'firm-2' }, ['submission-mismatch bidder']],
  [{ bidder: null }, ['submission-mismatch bidder']],
  [{ seq: 1 }, ['wrong-seq']],
  [{ seq: 3 }, ['wrong-seq']],
  [{ seq: '2' }, ['wrong-seq']],
  [{ made: '2026-11-21T00:00:00.000Z' }, ['submission-mismatch made']],
  [{ made: '2026-11-21 00:00:00Z' }, ['submission-mismatch made']],
  [{ made: 1 }, ['submission-mismatch made']],
  [{ replaces: null }, ['submission-mismatch replaces']],
  [{ replaces: 'another' }, ['submission-mismatch replaces']],
  [{ blobs: [{ ct: 'x', bytes: 1 }] }, ['submission-mismatch blobs']],
  [{ blobs: {} }, ['submission-mismatch blobs']],
  [
    {
      blobs: [
        { ct: STORED, bytes: 1 },
        { ct: STORED, bytes: 1 },
      ],
    },
    ['submission-mismatch blobs'],
  ],
  [{ blobs: [{ ct: STORED, bytes: 1, name: 'plan.pdf' }] }, ['submission-mismatch blobs']],
  [{ blobs: [{ ct: STORED, bytes: 2 }] }, ['file-missing']],
  [{ blobs: [{ ct: `${'B'.repeat(42)}A`, bytes: 1 }] }, ['file-missing']],
  [{ envelopes: { technical: 'eid-t', price: 'other' } }, ['submission-mismatch envelopes.price']],
  [{ envelopes: { technical: 'eid-t', price: 'eid-p', draw: 'x' } }, ['submission-mismatch envelopes']],
  [{ envelopes: { price: 'eid-p' } }, ['submission-mismatch envelopes', 'submission-mismatch envelopes.technical']],
  ...[null, 'text', 7, [], ['eid-t', 'eid-p']].map((envelopes): [JsonObject, string[]] => [
    { envelopes },
    ['submission-mismatch envelopes', 'submission-mismatch envelopes.technical', 'submission-mismatch envelopes.price'],
  ]),
  [{ note: 'x' }, ['submission-mismatch note']],
  [{ constructor: 'x' }, ['submission-mismatch constructor']],
]

describe('a submission', () => {
  test.each(FAULTS)('that says %j is refused with exactly that', (fault, codes) => {
    expect(said({ ...RIGHT, ...fault }).sort()).toEqual([...codes].sort())
  })

  test('that lacks a member is refused with the member’s name', () => {
    for (const name of Object.keys(RIGHT)) {
      const { [name]: _, ...rest } = RIGHT
      const more = {
        seq: ['wrong-seq'],
        envelopes: ['submission-mismatch envelopes.technical', 'submission-mismatch envelopes.price'],
      }
      const also = more[name as keyof typeof more] ?? []
      expect(said(rest).sort()).toEqual([`submission-mismatch ${name}`, ...also].sort())
    }
  })

  test('is refused with the union of its faults, whichever they are', () => {
    const single = FAULTS.filter(([fault]) => Object.keys(fault).length === 1)
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...single), { selector: ([f]) => Object.keys(f)[0] }), (faults) => {
        const payload = Object.assign({ ...RIGHT }, ...faults.map(([fault]) => fault))
        expect(said(payload).sort()).toEqual(faults.flatMap(([, codes]) => codes).sort())
      }),
    )
  })

  test('is refused for what is wrong with its envelopes, each by its own code and at its own place', () => {
    const refused = (code: string) => ({ code: `envelope.${code}` as 'envelope.share', says: code })
    const reasons = maySubmitBid(
      RIGHT,
      {
        technical: { eid: 'eid-t', refused: [refused('keyset'), refused('share')] },
        price: { eid: 'eid-p', refused: [refused('size')] },
      },
      NO,
      FACTS,
    )
    expect(reasons).toEqual([
      { code: 'wrong-keyset', facts: { kind: 'technical', why: 'keyset' }, at: '/envelopes/technical' },
      { code: 'envelope-invalid', facts: { kind: 'technical', why: 'share' }, at: '/envelopes/technical' },
      { code: 'wrong-size', facts: { kind: 'price', why: 'size' }, at: '/envelopes/price' },
    ])
  })

  test('is told the number that would be right', () => {
    const [reason] = maySubmitBid({ ...RIGHT, seq: 9 }, SEEN, NO, FACTS)
    expect(reason).toEqual({ code: 'wrong-seq', facts: { next: 2 }, at: '/jws' })
  })

  test('with a thousand strange members, each with a long name, is refused in few words', () => {
    const strange = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}${'x'.repeat(5000)}`, 0]))
    const reasons = maySubmitBid({ ...RIGHT, ...strange }, SEEN, NO, FACTS)
    expect(reasons).toHaveLength(20)
    expect(JSON.stringify(reasons).length).toBeLessThan(5000)
  })

  test('that is right is taken: as a replacement, as a first bid, and after a withdrawal', () => {
    expect(said(RIGHT)).toEqual([])
    expect(said({ ...RIGHT, blobs: [{ ct: STORED, bytes: 1 }] })).toEqual([])
    expect(
      said({ ...RIGHT, seq: 1, replaces: null }, SEEN, { bidder: 'firm-1', nextSeq: 1, current: null, stored: {} }),
    ).toEqual([])
    expect(
      said({ ...RIGHT, seq: 3, replaces: null }, SEEN, { bidder: 'firm-1', nextSeq: 3, current: null, stored: {} }),
    ).toEqual([])
  })
})

describe('a withdrawal', () => {
  test('is refused when nothing stands, and when it names another act than the one that stands', () => {
    expect(saidOfWithdrawal(WITHDRAWAL, { ...FACTS, current: null })).toEqual(['nothing-to-withdraw'])
    expect(saidOfWithdrawal({ ...WITHDRAWAL, withdraws: 'another' })).toEqual(['submission-mismatch withdraws'])
    expect(saidOfWithdrawal({ ...WITHDRAWAL, withdraws: null })).toEqual(['submission-mismatch withdraws'])
  })

  test('is refused for each member that is wrong, missing or too much', () => {
    expect(saidOfWithdrawal({ ...WITHDRAWAL, seq: 1 })).toEqual(['wrong-seq'])
    expect(saidOfWithdrawal({ ...WITHDRAWAL, bidder: 'firm-2', tender: 'x' }).sort()).toEqual([
      'submission-mismatch bidder',
      'submission-mismatch tender',
    ])
    expect(saidOfWithdrawal({ ...WITHDRAWAL, replaces: null })).toEqual(['submission-mismatch replaces'])
    const { made: _, ...rest } = WITHDRAWAL
    expect(saidOfWithdrawal(rest)).toEqual(['submission-mismatch made'])
  })

  test('that is right is taken', () => {
    expect(saidOfWithdrawal(WITHDRAWAL)).toEqual([])
  })
})
