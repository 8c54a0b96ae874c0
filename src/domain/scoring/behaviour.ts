// How did the evaluators mark? Spread, outliers, what trimming changed, and whether marks go with prices. Published with the result.
import { add, compare, divide, type Fraction, fraction, multiply, subtract, total } from '../kit/fraction.ts'
import { byText } from '../kit/order.ts'
import { halfUp, plain } from '../kit/rounding.ts'
import { type ContestFacts, readPrice, technicalFactsOf } from './contest-facts.ts'
import type { AwardFacts, TechnicalFacts } from './facts.ts'
import { checkMarks, UNITS } from './marks.ts'
import { technicalScores } from './quality.ts'
import type { Ranking } from './ranking.ts'
import type { Step } from './step.ts'

/** One evaluator's marks of one bidder beside the committee's. */
export interface Outlier {
  evaluator: string
  bidder: string
  /** The evaluator's total, the mean of all evaluators' totals, and how far apart in per cent of the mean, signed. */
  total: string
  mean: string
  percent: string
}

export interface BidderSpread {
  bidder: string
  lowest: string
  highest: string
  mean: string
  /** Standard deviation of the totals (over all evaluators), four decimals. */
  deviation: string
}

export interface EvaluatorHabit {
  evaluator: string
  /** Mean of the totals given, and how many times this evaluator's total was left out at the bottom and at the top. */
  mean: string
  /** Difference between the highest and the lowest total given. */
  range: string
  outliers: number
}

export interface Behaviour {
  spread: BidderSpread[]
  evaluators: EvaluatorHabit[]
  /** More than `limit` per cent away from the committee's mean for that bidder (the procurement service talks these over). */
  outliers: Outlier[]
  limit: string
  /** Bidders by technical score with all evaluators counted, and as the rule trims; the same list where trimming moved nobody. */
  untrimmed: string[]
  trimmed: string[]
  /** Correlation (Pearson) of technical score and price over the bids with both, four decimals; null for fewer than three or no spread. */
  correlation: string | null
}

const LIMIT = '10'

const points = (units: number): Fraction => divide(units, UNITS)
const mean = (list: readonly Fraction[]): Fraction => divide(total(list), list.length)
const four = (x: Fraction): string => halfUp(x, 1, 4)

/** The whole square root, cut: the largest r with r² ≤ n. */
function wholeRoot(n: bigint): bigint {
  if (n === 0n) return n
  // Stryker disable next-line ArithmeticOperator: from anywhere above the root the steps come down to the same one
  let r = 1n << BigInt(Math.ceil(n.toString(2).length / 2))
  for (;;) {
    const next = (r + n / r) / 2n
    if (next >= r) return r
    r = next
  }
}

/** The square root of an exact number to four decimals, half up: of 2 it is "1.4142". */
export function root4(x: Fraction): string {
  // Ten more digits than shown, so that the cut root rounds as the exact one does but for numbers no committee can mark.
  const scaled = (x.n * 10n ** 28n) / x.d
  return halfUp(wholeRoot(scaled), 10n ** 14n, 4)
}

/** Pearson's r to four decimals, signed; exact but for the one root. */
function pearson(pairs: readonly { x: Fraction; y: Fraction }[]): string | null {
  if (pairs.length < 3) return null
  const [mx, my] = [mean(pairs.map((p) => p.x)), mean(pairs.map((p) => p.y))]
  const centred = pairs.map((p) => ({ x: subtract(p.x, mx), y: subtract(p.y, my) }))
  const sum = (of: (p: { x: Fraction; y: Fraction }) => Fraction) => total(centred.map(of))
  const [xy, xx, yy] = [sum((p) => multiply(p.x, p.y)), sum((p) => multiply(p.x, p.x)), sum((p) => multiply(p.y, p.y))]
  if (xx.n === 0n || yy.n === 0n) return null
  const squared = divide(multiply(xy, xy), multiply(xx, yy))
  const size = root4(squared)
  // Stryker disable next-line EqualityOperator: where the sum is nothing, so is its size
  return xy.n < 0n && size !== '0' ? `-${size}` : size
}

/** Bidders by score, highest first; equal ones by id. */
const ordered = (scores: readonly { bidder: string; score: Fraction }[]): string[] =>
  [...scores].sort((a, b) => compare(b.score, a.score) || byText(a.bidder, b.bidder)).map((s) => s.bidder)

/** What a bidder got for its technical part (null: it could not be read), and its price where it was opened. */
type Scored = { bidder: string; raw: string | null; amount: string | null; steps: readonly Step[] }

/** All that one evaluator gave one bidder, together. */
type Given = { evaluator: string; total: Fraction }

/**
 * The evaluators' behaviour, from the same marks that the ranking was computed from. Null where no evaluator marked anything.
 *
 * Example: totals 68, 68, 68, 68, 72 have the mean 68.8; none is more than 10 % away. Totals 60 and 80 of one bidder are 14.2857 %
 * below and above 70: two outliers.
 * The facts must be those that `rank` accepted.
 */
export const behaviourOf = (facts: AwardFacts, ranking: Ranking): Behaviour | null =>
  habitsIn(
    facts,
    ranking.rows.map(({ bidder, rawTechnical, amount, steps }) => ({ bidder, raw: rawTechnical, amount, steps })),
  )

/**
 * The same where price decides among those whose specification passed (two stages): from the marks of the first stage. Prices that stayed
 * shut are in no correlation. Null where nobody marked anything. The facts must be those that `decideContest` accepted.
 */
export function behaviourOfContest(facts: ContestFacts): Behaviour | null {
  const technical = technicalFactsOf(facts)
  if (!technical) return null
  const scores = technicalScores(technical)
  if (!scores.ok) return null
  // What one bidder sealed must not stop what is said of the evaluators.
  const amounts = new Map(
    facts.bidders.map(({ id, price, amount }) => [id, price === 'valid' ? readPrice(amount, facts.rule.dp) : null]),
  )
  return habitsIn(
    technical,
    scores.value.map(({ bidder, raw, steps }) => ({ bidder, raw, amount: amounts.get(bidder) ?? null, steps })),
  )
}

function habitsIn(facts: TechnicalFacts, scored: readonly Scored[]): Behaviour | null {
  const checked = checkMarks(facts)
  if (!checked.ok) return null
  const book = checked.value
  const items = book.items.flatMap((item, place) => (item.kind === 'qualitative' ? [place] : []))
  const bidders = facts.bidders
    .map((b, place) => ({ id: b.id, place, valid: b.technical === 'valid' }))
    .filter((b) => b.valid)
    .sort((a, b) => byText(a.id, b.id))
  // Where there is something to mark there is somebody who marks, or the marks were refused.
  if (items.length === 0 || bidders.length === 0) return null

  const evaluators = facts.evaluators.map((id, place) => ({ id, place })).sort((a, b) => byText(a.id, b.id))
  const totalOf = (bidder: number, evaluator: number): Fraction =>
    points(items.reduce((sum, item) => sum + book.markOf(bidder, item, evaluator), 0))
  const totals = bidders.map((b): { bidder: string; given: Given[] } => ({
    bidder: b.id,
    given: evaluators.map((e) => ({ evaluator: e.id, total: totalOf(b.place, e.place) })),
  }))

  const outliers: Outlier[] = []
  const spread = totals.map(({ bidder, given }): BidderSpread => {
    const values = given.map((g) => g.total)
    const m = mean(values)
    for (const { evaluator, total: own } of given) {
      if (m.n === 0n) continue
      const off = divide(multiply(subtract(own, m), 100), m)
      if ([off, subtract(0, off)].some((side) => compare(side, LIMIT) > 0)) {
        outliers.push({ evaluator, bidder, total: plain(own), mean: four(m), percent: four(off) })
      }
    }
    const sorted = [...values].sort(compare)
    const variance = mean(values.map((v) => multiply(subtract(v, m), subtract(v, m))))
    return {
      bidder,
      lowest: plain(sorted[0] ?? 0),
      highest: plain(sorted.at(-1) ?? 0),
      mean: four(m),
      deviation: root4(variance),
    }
  })
  const habits = evaluators.map(({ id }, n): EvaluatorHabit => {
    const given = totals.map((t) => (t.given[n] as Given).total).sort(compare)
    return {
      evaluator: id,
      mean: four(mean(given)),
      range: plain(subtract(given.at(-1) ?? 0, given[0] ?? 0)),
      outliers: outliers.filter((o) => o.evaluator === id).length,
    }
  })
  const { groups } = facts.rule.tech
  const weighed = (given: readonly Given[]): Fraction => {
    if (!groups) return mean(given.map((g) => g.total))
    return total(
      groups.map((group) =>
        multiply(group.share, mean(given.filter((g) => group.evaluators.includes(g.evaluator)).map((g) => g.total))),
      ),
    )
  }
  // Whoever's technical part is valid has a row with a score.
  const rows = new Map(scored.map((r) => [r.bidder, r as Scored & { raw: string }]))
  const rowOf = (bidder: string) => rows.get(bidder) as Scored & { raw: string }
  // The officer's part is the same in both orders: what differs is only who was left out.
  const officer = (bidder: string) =>
    total(
      rowOf(bidder)
        .steps.filter((s) => s.label === 'quantitative')
        .map((s) => s.value),
    )
  const pairs = bidders.flatMap(({ id }) => {
    const { raw, amount } = rowOf(id)
    return amount === null ? [] : [{ x: fraction(raw), y: fraction(amount) }]
  })
  return {
    spread,
    evaluators: habits,
    // They come bidder by bidder: by evaluator, each one's bidders stay in their order.
    outliers: outliers.sort((a, b) => byText(a.evaluator, b.evaluator)),
    limit: LIMIT,
    untrimmed: ordered(totals.map(({ bidder, given }) => ({ bidder, score: add(weighed(given), officer(bidder)) }))),
    trimmed: ordered(totals.map(({ bidder }) => ({ bidder, score: fraction(rowOf(bidder).raw) }))),
    correlation: pearson(pairs),
  }
}
