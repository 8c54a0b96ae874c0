// Does deciding by price agree with an independent computation, and keep the promises that hold for every tender?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare } from '../../../src/domain/kit/fraction.ts'
import { type Contest, decideContest } from '../../../src/domain/scoring/contest.ts'
import type { ContestBidder, ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import { examinedPrice } from '../../../src/domain/scoring/examination.ts'
import { aContest, anExamination, prelim, table3 } from './a-contest.ts'
import { type ReferenceContest, referenceOutcome } from './reference-contest.ts'

const slot = fc.integer({ min: 1, max: 15 })
const picks = fc.uniqueArray(slot, { minLength: 2, maxLength: 2 }).map(([a, b]) => [a, b] as [number, number])

/** Bids around the floor of a base of 100 million, often equal, sometimes absurd. */
const amount = fc.oneof(
  fc.bigInt(85_000_000n, 103_000_000n),
  fc.bigInt(850n, 1030n).map((n) => n * 100_000n),
  fc.bigInt(1n, 999_999_999_999_999_999n),
)

const contest: fc.Arbitrary<ReferenceContest> = fc
  .array(fc.record({ amount, picks }), { minLength: 1, maxLength: 8 })
  .chain((bids) =>
    fc.record({
      prices: fc.array(fc.bigInt(97_000_000n, 103_000_000n), { minLength: 15, maxLength: 15 }),
      picks: fc.constant(bids.map((b) => b.picks)),
      amounts: fc.constant(bids.map((b) => b.amount)),
      rate: fc.constantFrom(80_495n, 87_745n, 88_000n, 89_745n, 100_000n),
      A: fc.oneof(fc.constant(0n), fc.bigInt(1n, 20_000_000n), fc.bigInt(90_000_000n, 110_000_000n)),
      net: fc.option(fc.record({ amount: fc.bigInt(80_000_000n, 99_000_000n), base: fc.constant(100_000_000n) })),
      cut: fc.boolean(),
    }),
  )

const share = (n: bigint) => (n === 100_000n ? '1' : `0.${String(n).padStart(5, '0')}`)

function factsOf(c: ReferenceContest, examine: boolean): ContestFacts {
  const { net } = c
  const floor = {
    rate: share(c.rate),
    fixedCosts: c.A > 0n ? [{ item: 'A', amount: String(c.A) }] : [],
    ...(net && { netCost: { amount: String(net.amount), base: String(net.base), share: '0.98', plannedBelow: null } }),
  }
  const planned = { ...prelim, rounding: c.cut ? ('trunc' as const) : ('ceil' as const) }
  const bidders = c.amounts.map(
    (x, n): ContestBidder => ({ id: `B${n}`, price: 'valid', amount: String(x), picks: [...c.picks[n]!] }),
  )
  return {
    rule: examine ? anExamination({ planned, floor }) : aContest({ planned, floor }),
    bidders,
    prelim: { prices: c.prices.map(String) },
    ...(examine && { scores: bidders.map((b) => ({ bidder: b.id, part: 'ability', score: '20' })) }),
  }
}

function decided(facts: ContestFacts): Contest {
  const made = decideContest(facts)
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value
}

const text = (thousandths: bigint, dp: number) => {
  const digits = String(thousandths < 0n ? -thousandths : thousandths).padStart(dp + 1, '0')
  return `${thousandths < 0n ? '-' : ''}${digits.slice(0, -dp)}.${digits.slice(-dp)}`.replace(/\.?0+$/, '')
}

describe('deciding by price', () => {
  test('comes out as an independent computation in whole numbers says', () => {
    fc.assert(
      fc.property(contest, fc.boolean(), (c, examine) => {
        const made = decided(factsOf(c, examine))
        const wanted = referenceOutcome(c)
        expect(made.planned).toBe(String(wanted.planned))
        expect(made.floor).toBe(String(wanted.floor))
        expect(made.netCostLine).toBe(wanted.line === null ? null : String(wanted.line))
        for (const [n] of c.amounts.entries()) {
          const row = made.rows.find((r) => r.bidder === `B${n}`)!
          expect([n, row.rate]).toEqual([n, text(wanted.rates[n]!, 3)])
          expect([n, row.rank]).toEqual([n, wanted.ranks[n]])
          if (!examine) expect(row.eligible).toBe(wanted.within[n])
          else expect([n, row.price]).toEqual([n, text(wanted.scores[n]!, 2)])
        }
      }),
      { numRuns: 300 },
    )
  })

  test('comes out the same whatever the order of the bidders', () => {
    fc.assert(
      fc.property(contest, fc.boolean(), (c, examine) => {
        const facts = factsOf(c, examine)
        const turned = {
          ...facts,
          bidders: [...facts.bidders].reverse(),
          ...(facts.scores && { scores: [...facts.scores].reverse() }),
        }
        expect(decided(turned)).toEqual(decided(facts))
      }),
      { numRuns: 60 },
    )
  })

  test('never lets a higher price go before a lower one that is eligible, and never awards a joint place', () => {
    fc.assert(
      fc.property(contest, (c) => {
        const made = decided(factsOf(c, false))
        const eligible = made.rows.filter((r) => r.eligible)
        for (const [n, row] of eligible.entries()) {
          const next = eligible[n + 1]
          if (next) expect(compare(row.amount ?? '0', next.amount ?? '0')).toBeLessThanOrEqual(0)
        }
        expect(made.winners.length).toBe((made.order[0] ?? []).length === 1 ? 1 : 0)
      }),
      { numRuns: 100 },
    )
  })

  test('up to the best ratio a higher price never scores less', () => {
    const price = fc.bigInt(1n, 90_000_000n)
    fc.assert(
      fc.property(price, price, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a]
        const points = (x: bigint) => examinedPrice(table3, '100000000', '0', String(x))[1].value
        expect(compare(points(low), points(high))).toBeLessThanOrEqual(0)
      }),
    )
  })
})
