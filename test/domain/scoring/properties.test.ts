// Does scoring agree with an independent computation, and keep the promises that hold for every tender?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AwardFacts } from '../../../src/domain/scoring/facts.ts'
import { type Market, priceScore } from '../../../src/domain/scoring/price.ts'
import { type Ranking, rank } from '../../../src/domain/scoring/ranking.ts'
import type { Formula, PriceRule, TieBreak } from '../../../src/domain/scoring/rule.ts'
import { aRule } from './a-tender.ts'
import { type ReferenceTender, referenceRows, text } from './reference.ts'

const ITEMS = [
  { id: 'q1', max: 30n, kind: 'qualitative' as const },
  { id: 'q2', max: 50n, kind: 'qualitative' as const },
  { id: 'o1', max: 20n, kind: 'quantitative' as const },
]

/** Points in 1/10,000, often at whole or at half, so that ties and exact cut-offs happen. */
const markOf = (max: bigint) =>
  fc.oneof(
    fc.bigInt((max * 3n) / 4n, max).map((n) => n * 10_000n),
    fc.bigInt(0n, max * 10_000n),
  )

/** Amounts around the branches of a reference of 100 million, often round, sometimes absurd. */
const amount = fc.oneof(
  fc.bigInt(50n, 110n).map((n) => n * 1_000_000n),
  fc.bigInt(50_000_000n, 105_000_000n),
  fc.bigInt(1n, 999_999_999_999_999_999n),
)

const tender: fc.Arbitrary<ReferenceTender> = fc
  .record({
    evaluators: fc.integer({ min: 3, max: 13 }),
    techWeight: fc.constantFrom(50, 70, 80, 90, 93, 95),
    bids: fc.integer({ min: 0, max: 7 }),
    clampLowest: fc.boolean(),
    eligibleOnly: fc.boolean(),
    reference: fc.oneof(fc.constant(100_000_000n), fc.bigInt(1n, 999_999_999_999_999_999n)),
  })
  .chain(({ evaluators, bids, ...rest }) =>
    fc.record({
      techWeight: fc.constant(rest.techWeight),
      maximum: fc.constant(100),
      perEnd: fc.constant(evaluators >= 12 ? 2 : 1),
      reference: fc.constant(rest.reference),
      ceiling: fc.constant(rest.reference),
      clampLowest: fc.constant(rest.clampLowest),
      eligibleOnly: fc.constant(rest.eligibleOnly),
      bidders: fc
        .array(
          fc.record({
            amount,
            marks: fc.array(fc.tuple(markOf(30n), markOf(50n)), { minLength: evaluators, maxLength: evaluators }),
            officer: fc.tuple(markOf(20n)),
          }),
          { minLength: bids, maxLength: bids },
        )
        .map((list) => list.map((b, n) => ({ id: `B${n}`, ...b }))),
    }),
  )

/** The same tender as facts for our functions. */
function factsOf(t: ReferenceTender): AwardFacts {
  const evaluators = t.bidders[0]?.marks.map((_, n) => `E${n}`) ?? ['E0', 'E1', 'E2', 'E3', 'E4']
  const rule = aRule(
    {
      weights: { tech: t.techWeight, price: 100 - t.techWeight },
      items: ITEMS.map((i) => ({ ...i, max: String(i.max), title: { ko: i.id, en: i.id } })),
      maximum: '100',
      tech: { trim: { perEnd: 1, perEnd12plus: 2, mode: 'evaluator' }, dp: 4, passRatio: '0.85' },
      ties: ['tech', 'price', 'lot'],
    },
    {
      referenceAmount: String(t.reference),
      ceiling: String(t.ceiling),
      clampLowest: t.clampLowest,
      lowestAmong: t.eligibleOnly ? 'eligible' : 'valid',
    },
  )
  return {
    rule,
    evaluators,
    bidders: t.bidders.map((b) => ({ id: b.id, technical: 'valid', price: 'valid', amount: String(b.amount) })),
    marks: t.bidders.flatMap((b) =>
      b.marks.flatMap((given, e) =>
        given.map((m, i) => ({
          evaluator: `E${e}`,
          bidder: b.id,
          item: ITEMS[i]?.id ?? '',
          mark: text(m) ?? '',
        })),
      ),
    ),
    quantitative: t.bidders.map((b) => ({ bidder: b.id, item: 'o1', mark: text(b.officer[0] ?? 0n) ?? '' })),
  }
}

function ranked(facts: AwardFacts): Ranking {
  const outcome = rank(facts)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reasons))
  return outcome.value
}

/** A decimal with up to ten places as a whole number of them. */
const units = (decimal: string) => {
  const [whole = '', places = ''] = decimal.split('.')
  return BigInt(whole + places.padEnd(10, '0'))
}

describe('any tender', () => {
  test('comes out as an independent computation in whole numbers says', () => {
    fc.assert(
      fc.property(tender, (t) => {
        const rows = ranked(factsOf(t)).rows
        const ours = rows.map(({ bidder, technical, price, total, rank, eligible }) => {
          return { id: bidder, technical, price, total, rank, eligible }
        })
        const theirs = referenceRows(t).map((r) => {
          return { ...r, technical: text(r.technical), price: text(r.price), total: text(r.total) }
        })
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
        expect(ours.sort(byId)).toEqual(theirs.sort(byId))
      }),
      { numRuns: 500 },
    )
  })

  test('comes out the same whatever the order of bidders, evaluators and marks', () => {
    const shuffled = <T>(list: T[]) => fc.shuffledSubarray(list, { minLength: list.length })
    const changes = fc.record({
      mode: fc.constantFrom('evaluator' as const, 'item' as const),
      ties: fc.constantFrom<TieBreak[]>(['tech', 'techItemsByPoints', 'lot'], ['price', 'lot'], ['lot']),
    })
    const twice = fc.tuple(tender, changes).chain(([t, { mode, ties }]) => {
      const { rule, ...rest } = factsOf(t)
      const tech = { ...rule.tech, trim: { ...rule.tech.trim, mode } }
      const facts = { ...rest, rule: { ...rule, tech, ties } }
      return fc
        .record({
          evaluators: shuffled(facts.evaluators),
          bidders: shuffled(facts.bidders),
          marks: shuffled(facts.marks),
          quantitative: shuffled(facts.quantitative),
        })
        .map((other) => [facts, { ...facts, ...other }] as const)
    })
    fc.assert(
      fc.property(twice, ([facts, other]) => {
        expect(ranked(other)).toEqual(ranked(facts))
      }),
    )
  })

  test('adds technology and price exactly, never ranks a lower total before a higher one, and writes no trailing zeros', () => {
    fc.assert(
      fc.property(tender, (t) => {
        const { rows, order } = ranked(factsOf(t))
        for (const [n, row] of rows.entries()) {
          if (row.total === null) continue
          expect(units(row.total)).toBe(units(row.technical ?? '') + units(row.price ?? ''))
          const before = rows[n - 1]
          if (before) expect(units(before.total ?? '')).toBeGreaterThanOrEqual(units(row.total))
          for (const figure of [row.technical, row.price, row.total, row.rate, row.amount]) {
            expect(figure).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/)
          }
        }
        expect(order.flat().sort()).toEqual(
          rows
            .filter((r) => r.eligible)
            .map((r) => r.bidder)
            .sort(),
        )
      }),
    )
  })
})

describe('any price', () => {
  const parameters: Record<Formula, Partial<PriceRule>> = {
    KR_NATIONAL: { branch: '0.8', clamp: '0.6', lowBonus: '2', clampLowest: true },
    KR_LOCAL_SW: { branch: '0.8', belowShare: '0.8', clampLowest: true },
    KR_LOCAL: { branch: '0.8', clamp: '0.6', lowBonus: '2', belowShare: '0.6', clampLowest: true },
    RATIO: {},
    LINEAR: {},
    BILINEAR: { knee: '0.85' },
    PROPORTIONAL: {},
    LOOKUP: {
      table: [
        { upTo: '0.7', points: '20' },
        { upTo: '0.95', points: '13.5' },
      ],
    },
  }
  const E = 100_000_000n

  /** Which part of the formula scores this price: within one, a lower price must not lose. */
  const branchOf = (formula: Formula, x: bigint) => {
    if (formula === 'KR_NATIONAL' || formula === 'KR_LOCAL') return x * 10n >= 8n * E ? 2 : x * 10n >= 6n * E ? 1 : 0
    return formula === 'KR_LOCAL_SW' && x * 10n >= 8n * E ? 1 : 0
  }

  test.each(Object.keys(parameters) as Formula[])(
    '%s never gives a lower price fewer points inside a branch',
    (formula) => {
      const market = fc.array(fc.bigInt(40_000_000n, E), { minLength: 1, maxLength: 8 })
      const pair = fc.tuple(fc.bigInt(1n, 120_000_000n), fc.bigInt(0n, 20_000_000n))
      fc.assert(
        fc.property(market, pair, fc.constantFrom('final4', 'ratio4'), (counted, [low, more], rounding) => {
          const [cheap, dear] = [low, low + more]
          fc.pre(branchOf(formula, cheap) === branchOf(formula, dear))
          const rule = aRule(
            { weights: { tech: 80, price: 20 } },
            { formula, ...parameters[formula], rounding: rounding as PriceRule['rounding'] },
          )
          const held: Market = { reference: String(E), ceiling: String(E), counted: counted.map(String) }
          const [a, b] = [cheap, dear].map((x) => units(priceScore(rule, held, String(x)).value))
          expect(a).toBeGreaterThanOrEqual(b ?? 0n)
          expect(a).toBeLessThanOrEqual(units('20'))
          expect(b).toBeGreaterThanOrEqual(0n)
        }),
        { numRuns: 300 },
      )
    },
  )
})
