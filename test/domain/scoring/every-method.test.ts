// Does every method there is come out as on paper, whatever the order of the facts, with sums that are exact? Drawn from METHODS itself.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Contest, decideContest } from '../../../src/domain/scoring/contest.ts'
import type { ContestBidder, ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import {
  CONTEST_METHODS,
  type ContestMethod,
  type ContestMethodId,
  contestRule,
} from '../../../src/domain/scoring/contest-methods.ts'
import type { ContestRule } from '../../../src/domain/scoring/contest-rule.ts'
import type { AwardFacts } from '../../../src/domain/scoring/facts.ts'
import { METHOD_IDS } from '../../../src/domain/scoring/methods.ts'
import { NEGOTIATION_METHODS, type NegotiationMethod } from '../../../src/domain/scoring/negotiation-methods.ts'
import { type Market, priceScore } from '../../../src/domain/scoring/price.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import type { AwardRule, QualityRule } from '../../../src/domain/scoring/rule.ts'
import * as paper from './reference-exact.ts'
import { type Q, q } from './reference-exact.ts'

const E = 100_000_000n
const NEGOTIATIONS = Object.keys(NEGOTIATION_METHODS) as (keyof typeof NEGOTIATION_METHODS)[]
const CONTESTS = Object.keys(CONTEST_METHODS) as ContestMethodId[]
const RUNS = { numRuns: 12 }

/** Around every branch of every formula, often round and equal, sometimes absurd. */
const amount = fc.oneof(
  fc.bigInt(50n, 110n).map((n) => n * 1_000_000n),
  fc.bigInt(590n, 1010n).map((n) => n * 100_000n),
  fc.bigInt(55_000_000n, 101_000_000n),
  fc.bigInt(1n, 999_999_999_999n),
)
/** Points in quarters. */
const mark = (max: number) => fc.integer({ min: Math.floor(max * 2.8), max: max * 4 }).map((n) => n / 4)
const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length })
const byBidder = <T extends { bidder: string }>(rows: readonly T[]) =>
  [...rows].sort((a, b) => Number(a.bidder.slice(1)) - Number(b.bidder.slice(1)))
const own = <T>(list: T | undefined): T => {
  if (list === undefined) throw new Error('nothing there')
  return list
}
const digits = (text: string | null): bigint => {
  const [whole = '0', places = ''] = (text ?? '0').split('.')
  return BigInt(whole + places.padEnd(10, '0'))
}

test('every method of the table is looked at here, each as what it is', () => {
  expect([...NEGOTIATIONS, ...CONTESTS].sort()).toEqual([...METHOD_IDS].sort())
})

const ITEMS = [
  { id: 'q1', max: 30, kind: 'qualitative' as const },
  { id: 'q2', max: 50, kind: 'qualitative' as const },
  { id: 'o1', max: 20, kind: 'quantitative' as const },
]
const SEATS = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7']

function committeeOf({ weights, maximum, tech }: QualityRule, seats: readonly string[]): paper.Committee {
  const groups = tech.groups ?? [{ share: '1', evaluators: [...seats] }]
  return {
    weight: weights.tech,
    maximum,
    perEnd: tech.trim.perEnd,
    perEnd12plus: tech.trim.perEnd12plus,
    dp: tech.dp,
    passRatio: tech.passRatio,
    gap: tech.graded?.gap,
    groups: groups.map((g) => ({ share: g.share, seats: g.evaluators.map((seat) => seats.indexOf(seat)) })),
  }
}

describe.each(NEGOTIATIONS)('%s', (id) => {
  const { defaults }: NegotiationMethod = NEGOTIATION_METHODS[id]
  const rule: AwardRule = {
    ...defaults,
    items: ITEMS.map((i) => ({ ...i, max: String(i.max), title: { ko: i.id, en: i.id } })),
    maximum: '100',
    price: { ...defaults.price, reference: 'estimated', referenceAmount: String(E), ceiling: String(E) },
    currency: 'KRW',
  }
  const tender = fc
    .array(
      fc.record({
        amount,
        marks: fc.array(fc.tuple(mark(30), mark(50)), { minLength: SEATS.length, maxLength: SEATS.length }),
        officer: mark(20),
      }),
      { minLength: 1, maxLength: 6 },
    )
    .map((bids) => {
      const bidders = bids.map((b, n) => ({ ...b, id: `B${n}` }))
      const facts: AwardFacts = {
        rule,
        evaluators: SEATS,
        bidders: bidders.map((b) => ({ id: b.id, technical: 'valid', price: 'valid', amount: String(b.amount) })),
        marks: bidders.flatMap((b) =>
          b.marks.flatMap((given, seat) =>
            given.map((m, i) => ({
              evaluator: own(SEATS[seat]),
              bidder: b.id,
              item: own(ITEMS[i]).id,
              mark: String(m),
            })),
          ),
        ),
        quantitative: bidders.map((b) => ({ bidder: b.id, item: 'o1', mark: String(b.officer) })),
      }
      return { bidders, facts }
    })
  const ranked = (facts: AwardFacts) => {
    const made = rank(facts)
    if (!made.ok) throw new Error(JSON.stringify(made.reasons))
    return made.value
  }

  test('comes out as on paper', () => {
    fc.assert(
      fc.property(tender, ({ bidders, facts }) => {
        const totals = bidders.map((b) => b.marks.map(([one, two]) => q(one + two)))
        const { raw, passes, final } = paper.technical(
          committeeOf(rule, SEATS),
          totals,
          bidders.map((b) => q(b.officer)),
        )
        const C = q(E)
        const counted = bidders.filter((b, n) => b.amount <= E && (rule.price.lowestAmong === 'valid' || passes[n]))
        const prices = counted.map((b) => q(b.amount))
        const scored = rule.price.formula === 'LOOKUP' || prices.length > 0
        const price = bidders.map((b) =>
          paper.half(paper.points(rule.price, q(rule.weights.price), C, C, prices, q(b.amount)), rule.dp),
        )
        const keys = bidders.map((_, n) => [
          paper.plus(own(final[n]), paper.units(own(price[n]), rule.dp)),
          paper.units(own(raw[n]), rule.tech.dp),
        ])
        const places = paper.places(keys)
        const rows = byBidder(ranked(facts).rows)
        for (const [n, row] of rows.entries()) {
          expect([n, row.rawTechnical]).toEqual([n, paper.printed(own(raw[n]), rule.tech.dp)])
          expect([n, row.technical]).toEqual([n, paper.rounded(own(final[n]), 10)])
          expect([n, row.price]).toEqual([n, scored ? paper.printed(own(price[n]), rule.dp) : null])
          if (!scored) continue
          expect([n, row.total]).toEqual([n, paper.rounded(own(keys[n]?.[0]), 10)])
          expect([n, row.eligible]).toEqual([n, own(passes[n]) && own(bidders[n]).amount <= E])
          // What is still equal after total and technology is for items and the lot, within the places that they share.
          const joint = places.filter((place) => place === places[n]).length
          expect(own(row.rank)).toBeGreaterThanOrEqual(own(places[n]))
          expect(own(row.rank)).toBeLessThan(own(places[n]) + joint)
        }
      }),
      RUNS,
    )
  })

  test('is the same whatever the order of bidders, evaluators and marks, and its sums are exact', () => {
    const twice = tender.chain(({ facts }) =>
      fc
        .record({
          evaluators: shuffled(facts.evaluators),
          bidders: shuffled(facts.bidders),
          marks: shuffled(facts.marks),
          quantitative: shuffled(facts.quantitative),
        })
        .map((other) => [facts, { ...facts, ...other }] as const),
    )
    fc.assert(
      fc.property(twice, ([facts, other]) => {
        const made = ranked(facts)
        expect(ranked(other)).toEqual(made)
        for (const row of made.rows)
          if (row.total !== null) expect(digits(row.total)).toBe(digits(row.technical) + digits(row.price))
      }),
      RUNS,
    )
  })

  test('never gives a lower price fewer points inside a branch', () => {
    const { formula, branch, clamp } = rule.price
    const limits = [branch, ...(formula === 'KR_LOCAL_SW' ? [] : [clamp])].filter((share) => share !== undefined)
    /** Which part of the formula scores this price. */
    const branchOf = (x: bigint) => limits.filter((share) => !paper.less(q(x), paper.times(q(share), q(E)))).length
    const market = fc.array(fc.bigInt(40_000_000n, E), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(
        market,
        amount,
        amount,
        fc.constantFrom('final4' as const, 'ratio4' as const),
        (counted, a, b, rounding) => {
          const [cheap, dear] = a < b ? [a, b] : [b, a]
          fc.pre(branchOf(cheap) === branchOf(dear))
          const side = { ...rule, price: { ...rule.price, rounding } }
          const held: Market = { reference: String(E), ceiling: String(E), counted: counted.map(String) }
          const [more, fewer] = [cheap, dear].map((x) => digits(priceScore(side, held, String(x)).value))
          expect(own(more)).toBeGreaterThanOrEqual(own(fewer))
        },
      ),
      { numRuns: 30 },
    )
  })
})

type Bid = { amount: bigint; picks: [number, number]; spec: number; parts: number[] }

describe.each(CONTESTS)('%s', (id) => {
  const made = contestRule(id, { base: String(E), budget: String(E), currency: 'KRW' })
  const { defaults }: { defaults: ContestMethod['defaults'] } = CONTEST_METHODS[id]
  // Where a method says how costs are left out of the share, some are.
  const floor = made.floor && {
    ...made.floor,
    ...(made.floor.fixedCosts && { fixedCosts: [{ item: 'A', amount: '3000001' }] }),
  }
  const rule: ContestRule = { ...made, ...(floor && { floor }), leastBids: 1 }
  const parts = rule.examination?.parts ?? rule.comprehensive?.parts ?? []
  const partDp = rule.examination?.partDp ?? rule.comprehensive?.partDp ?? 2
  const slot = fc.integer({ min: 1, max: 15 })
  const bid: fc.Arbitrary<Bid> = fc.record({
    amount: fc.oneof(
      amount,
      fc.bigInt(8_000n, 10_100n).map((n) => n * 10_000n),
    ),
    picks: fc.uniqueArray(slot, { minLength: 2, maxLength: 2 }).map(([a, b]) => [own(a), own(b)] as [number, number]),
    spec: fc.integer({ min: 70, max: 100 }),
    parts: fc
      .tuple(...parts.map((p) => fc.integer({ min: 0, max: Number(p.max) * 1000 }).map((n) => n / 1000)))
      .map((list) => [...list]),
  })
  const auction = fc.array(fc.record({ bidder: fc.nat({ max: 5 }), amount, round: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 12,
  })
  const contest = fc
    .record({
      bids: fc.array(bid, { minLength: 1, maxLength: 6 }),
      prices: fc.array(
        fc.bigInt(970_000n, 1_030_000n).map((n) => n * 100n),
        { minLength: 15, maxLength: 15 },
      ),
      planned: fc.bigInt(90_000_000n, 110_000_000n),
      auction,
    })
    .map((drawn) => {
      const bids = drawn.bids
      const live = drawn.auction.filter((b) => b.bidder < bids.length)
      const passed = (b: Bid) => rule.kind !== 'TWO_STAGE' || b.spec >= 85
      const facts: ContestFacts = {
        rule,
        bidders: bids.map((b, n): ContestBidder => {
          const opened = passed(b)
          return {
            id: `B${n}`,
            price: opened ? 'valid' : 'unopened',
            amount: opened ? String(b.amount) : null,
            ...(rule.planned.how === 'prelim' && opened && { picks: b.picks }),
            ...(rule.quality && { technical: 'valid' as const }),
          }
        }),
        ...(rule.planned.how === 'single' && { planned: String(drawn.planned) }),
        ...(rule.planned.how === 'prelim' && { prelim: { prices: drawn.prices.map(String) } }),
        ...(parts.length > 0 && {
          scores: bids.flatMap((b, n) =>
            parts.map((part, i) => ({ bidder: `B${n}`, part: part.id, score: String(own(b.parts[i])) })),
          ),
        }),
        ...(rule.quality && {
          evaluators: [],
          marks: [],
          quantitative: bids.map((b, n) => ({ bidder: `B${n}`, item: 'specification', mark: String(b.spec) })),
        }),
        ...(rule.auction && {
          auction: live.map((b) => ({ bidder: `B${b.bidder}`, amount: String(b.amount), round: b.round })),
        }),
      }
      return { facts, bids, prices: drawn.prices, planned: drawn.planned, live, passed }
    })
  const decided = (facts: ContestFacts): Contest => {
    const answer = decideContest(facts)
    if (!answer.ok) throw new Error(JSON.stringify(answer.reasons))
    return answer.value
  }

  test('comes out as on paper', () => {
    expect(defaults.kind).toBe(rule.kind)
    fc.assert(
      fc.property(contest, ({ facts, bids, prices, planned, live, passed }) => {
        const result = decided(facts)
        const opened = bids.map(passed)
        const P =
          rule.planned.how === 'prelim'
            ? paper.plannedFrom(
                prices.map(q),
                bids.filter(passed).map((b) => b.picks),
                rule.planned.draw,
                rule.planned.rounding === 'trunc',
              )
            : rule.planned.how === 'single'
              ? q(planned)
              : q(E)
        expect(result.planned).toBe(paper.rounded(P, 0))
        const costs = (rule.floor?.fixedCosts ?? []).map((c) => c.amount)
        const F = paper.floorOf({ rate: rule.floor?.rate, costs }, P)
        expect(result.floor).toBe(F && paper.rounded(F, 0))

        const bidFor = rule.auction
          ? paper.auctioned(
              rule.auction,
              bids.map((b) => q(b.amount)),
              live.map((b) => ({ ...b, amount: q(b.amount) })),
            )
          : null
        if (bidFor) expect(result.refused.map((r) => r.bid)).toEqual(bidFor.refused)
        const own_ = bids.map((b, n) => (bidFor ? own(bidFor.holds[n]) : opened[n] ? q(b.amount) : null))
        const within = own_.map((x) => x !== null && !paper.less(P, x) && (F === null || !paper.less(x, F)))
        const counted = own_.filter((x, n): x is Q => x !== null && own(within[n]))
        const ability = bids.map((b) =>
          paper.sum(b.parts.map((score) => paper.units(paper.up(q(score), partDp), partDp))),
        )
        const priceOf = (x: Q): Q | null => {
          if (rule.examination) return paper.examinedPoints(rule.examination, P, paper.sum(costs.map(q)), x)
          const c = rule.comprehensive
          if (!c || counted.length === 0) return null
          return paper.units(
            paper.half(paper.points(c.price, q(c.pricePoints), P, P, counted, x), c.priceDp),
            c.priceDp,
          )
        }
        const rows = byBidder(result.rows)
        const facts_ = rows.map((_, n) => {
          const x = own_[n] ?? null
          const price = x === null ? null : priceOf(x)
          const total = price === null ? null : paper.plus(price, own(ability[n]))
          const pass = rule.examination?.passMark ?? rule.comprehensive?.passMark ?? '0'
          return { x, price, total, passes: total === null || !paper.less(total, q(pass)) }
        })
        const byPrice = rule.kind !== 'COMPREHENSIVE'
        const inOrder = facts_.map((f, n) => own(within[n]) && (byPrice || f.total !== null))
        const tieKeys = (n: number): Q[] =>
          rule.ties.flatMap((tie): Q[] => {
            if (tie === 'ability') return [own(ability[n])]
            if (tie === 'tech') return [q(own(bids[n]).spec)]
            return tie === 'price' ? [paper.minus(q(0), own(facts_[n]).x as Q)] : []
          })
        const order = facts_.flatMap((f, n) =>
          inOrder[n] ? [{ n, keys: [byPrice ? paper.minus(q(0), f.x as Q) : (f.total as Q), ...tieKeys(n)] }] : [],
        )
        const places = paper.places(order.map((o) => o.keys))
        for (const [n, row] of rows.entries()) {
          const f = own(facts_[n])
          const at = order.findIndex((o) => o.n === n)
          expect([n, row.amount]).toEqual([n, f.x && paper.rounded(f.x, 0)])
          expect([n, row.rate]).toEqual([
            n,
            f.x && paper.printed(paper.down(paper.over(paper.times(f.x, q(100)), P), 3), 3),
          ])
          expect([n, row.price]).toEqual([n, f.price && paper.rounded(f.price, 10)])
          expect([n, row.total]).toEqual([n, f.total && paper.rounded(f.total, 10)])
          expect([n, row.rank]).toEqual([n, at < 0 ? null : places[at]])
          expect([n, row.eligible]).toEqual([n, at >= 0 && f.passes])
          if (row.total !== null) expect(digits(row.total)).toBe(digits(row.price) + digits(row.ability))
        }
        // Whole places from the first on, as many as the rule has winners; a joint place that is too much is not awarded.
        const places_ = order
          .filter((o) => own(facts_[o.n]).passes)
          .map((o) => ({ n: o.n, place: own(places[order.indexOf(o)]) }))
        const winners: string[] = []
        for (const place of [...new Set(places_.map((p) => p.place))].sort((a, b) => a - b)) {
          const here = places_.filter((p) => p.place === place)
          if (winners.length + here.length > rule.winners) break
          winners.push(...here.map((p) => `B${p.n}`))
        }
        expect([...result.winners].sort()).toEqual(winners.sort())
      }),
      { numRuns: 25 },
    )
  })

  test('is the same whatever the order of bidders, picks and scores', () => {
    const twice = contest.chain(({ facts }) =>
      fc
        .record({
          bidders: shuffled(facts.bidders),
          ...(facts.scores && { scores: shuffled(facts.scores) }),
          ...(facts.quantitative && { quantitative: shuffled(facts.quantitative) }),
        })
        .map((other) => [facts, { ...facts, ...other } as ContestFacts] as const),
    )
    fc.assert(
      fc.property(twice, ([facts, other]) => {
        expect(decided(other)).toEqual(decided(facts))
      }),
      RUNS,
    )
  })

  test('never puts a higher price before a lower one that is as good otherwise', () => {
    fc.assert(
      fc.property(contest, ({ facts }) => {
        const eligible = decided(facts).rows.filter((r) => r.eligible)
        for (const a of eligible)
          for (const b of eligible) {
            const lower = paper.less(q(own(a.amount as string)), q(own(b.amount as string)))
            const equalBeside = a.ability === b.ability
            // What is examined or added up beside the price is the same: then the price alone speaks.
            if (lower && (rule.kind !== 'COMPREHENSIVE' || equalBeside))
              expect(own(a.rank as number)).toBeLessThan(own(b.rank as number))
          }
      }),
      RUNS,
    )
  })
})
