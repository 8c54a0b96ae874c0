// Which of a bidder's acts counts, and until when could one bid?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { effectiveActs, effectiveSubmissions, type SignedAct } from '../../../src/domain/bids/effective.ts'
import { closingWindow, currentDeadline } from '../../../src/domain/openings/closing-time.ts'
import { labelAt } from '../../../src/domain/openings/labels.ts'
import { numberingFindings } from '../../../src/domain/record/reveal.ts'

const act = (index: number, seq: number, kind: SignedAct['act'] = 'submission', bidder = 'A'): SignedAct => ({
  index,
  seq,
  act: kind,
  bidder,
})

describe('the act that counts', () => {
  test('is never one at or behind the closing entry', () => {
    expect(effectiveSubmissions([act(10, 1)], 10)).toEqual([])
    expect(effectiveSubmissions([act(9, 1), act(11, 2)], 10)).toEqual([act(9, 1)])
  })

  test('of a bidder who withdrew is the withdrawal: nothing older revives', () => {
    const acts = [act(1, 1), act(2, 2), act(3, 3, 'withdrawal')]
    expect(effectiveActs(acts, 10).get('A')).toEqual(act(3, 3, 'withdrawal'))
    expect(effectiveSubmissions(acts, 10)).toEqual([])
  })

  test('is the highest number wherever it stands in the log, and the first entry of two with the same number', () => {
    expect(effectiveSubmissions([act(5, 2), act(7, 1)], 10)).toEqual([act(5, 2)])
    expect(effectiveSubmissions([act(7, 2), act(5, 2)], 10)).toEqual([act(5, 2)])
  })

  test('does not depend on the order in which acts are read', () => {
    const acts = fc.uniqueArray(
      fc.record({
        index: fc.nat(60),
        seq: fc.integer({ min: 1, max: 4 }),
        bidder: fc.constantFrom('A', 'B', 'C'),
        act: fc.constantFrom<SignedAct['act']>('submission', 'withdrawal'),
      }),
      { selector: (a) => a.index },
    )
    const shuffled = acts.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(60)),
    )
    fc.assert(
      fc.property(shuffled, ([list, other, closing]) => {
        const sorted = (m: Map<string, SignedAct>) => [...m].sort(([a], [b]) => (a < b ? -1 : 1))
        const decided = effectiveActs(list, closing)
        expect(sorted(effectiveActs(other, closing))).toEqual(sorted(decided))
        // The definition, word by word.
        for (const [bidder, counts] of decided) {
          const own = list.filter((a) => a.bidder === bidder && a.index < closing)
          const highest = Math.max(...own.map((a) => a.seq))
          expect(counts.seq).toBe(highest)
          expect(counts.index).toBe(Math.min(...own.filter((a) => a.seq === highest).map((a) => a.index)))
        }
        expect(decided.size).toBe(new Set(list.filter((a) => a.index < closing).map((a) => a.bidder)).size)
      }),
    )
  })
})

describe('numbering', () => {
  test('with a hole names the bidder whose act is missing', () => {
    expect(numberingFindings([act(1, 1), act(2, 3), act(3, 1, 'submission', 'B')]).map((f) => f.says.en)).toEqual([
      'Of 3 acts of A, 1 are not on the closing list.',
    ])
    expect(numberingFindings([act(2, 2)])).toHaveLength(1)
  })

  test('without a hole is fine, in whatever order', () => {
    expect(numberingFindings([act(4, 2), act(5, 1), act(6, 3, 'withdrawal')])).toEqual([])
  })
})

describe('the deadline in force', () => {
  const noticed = '2026-03-10T05:00:00Z'
  const later = { index: 5, newDeadline: '2026-03-11T05:00:00Z', reasons: [] }

  test('is not moved by an incident after the close, nor by one that sets none', () => {
    expect(currentDeadline(noticed, [later], 5)).toBe(noticed)
    expect(currentDeadline(noticed, [{ index: 1, newDeadline: null, reasons: ['x'] }], 9)).toBe(noticed)
  })

  test('is never moved earlier, whatever an entry says', () => {
    const earlier = { index: 7, newDeadline: '2026-03-10T04:00:00Z', reasons: ['clock-late'] }
    expect(currentDeadline(noticed, [earlier], 9)).toBe(noticed)
    expect(currentDeadline(noticed, [later, { ...earlier, index: 8 }], 9)).toBe(later.newDeadline)
  })

  test('is the one that the last incident before the close set', () => {
    const last = { index: 7, newDeadline: '2026-03-12T05:00:00Z', reasons: [] }
    expect(currentDeadline(noticed, [later, last], 9)).toBe('2026-03-12T05:00:00Z')
  })
})

test('a close is early by one second, late beyond 120, and in time at both ends', () => {
  const window = (seen: string) => closingWindow('2026-03-10T05:00:00Z', seen)
  expect(window('2026-03-10T04:59:59Z')).toBe('early')
  expect(window('2026-03-10T05:02:01Z')).toBe('late')
  expect([window('2026-03-10T05:00:00Z'), window('2026-03-10T05:02:00Z')]).toEqual(['in time', 'in time'])
})

test('labels are A to Z, then AA, AB, and every place has its own', () => {
  expect([0, 25, 26, 27, 51, 52, 701, 702].map(labelAt)).toEqual(['A', 'Z', 'AA', 'AB', 'AZ', 'BA', 'ZZ', 'AAA'])
  expect(new Set(Array.from({ length: 2000 }, (_, i) => labelAt(i))).size).toBe(2000)
})
