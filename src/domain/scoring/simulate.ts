// What if? For suppliers before they bid, for officers before they publish, for auditors afterwards: the rule itself, run on other figures.
import { type Fraction, fraction, multiply, subtract } from '../kit/fraction.ts'
import { ceil, halfUp, plain, trunc } from '../kit/rounding.ts'
import { type Answer, answer, type Reason, refuse } from '../kit/verdict.ts'
import type { ContestRule } from './contest-rule.ts'
import { winnersOf, winnersOfRule } from './decided.ts'
import { examinedPrice } from './examination.ts'
import { type AwardFacts, amountOf } from './facts.ts'
import { limitsOf } from './floor.ts'
import { type Market, priceScore } from './price.ts'
import { type Ranking, rank } from './ranking.ts'
import type { PriceSide } from './rule.ts'
import type { Step } from './step.ts'

/** An amount that is this share (per cent) of another, in whole units, rounded up: 80 % of 99 is "80". */
export const shareOf = (amount: string, percent: string): string => ceil(multiply(amount, percent), 100, 0)

export interface Offer {
  percent: string
  amount: string
  /** The price score with its working. */
  price: Step
}

type ScoringSide = PriceSide & { dp: number }

/**
 * What prices of these per cents of the reference would be worth, beside a lowest price that somebody else is supposed to bid
 * (per cent too; a lower own price is then the lowest itself). For suppliers, before they bid.
 * Example: national formula, W = 10, others' lowest 87 %: 90 % gets 10 × 87 ÷ 90 = "9.6667".
 */
export function offers(rule: ScoringSide, reference: string, lowest: string, percents: readonly string[]): Offer[] {
  const other = shareOf(reference, lowest)
  return percents.map((percent) => {
    const amount = shareOf(reference, percent)
    const market: Market = { reference, ceiling: reference, counted: [amount, other] }
    return { percent, amount, price: priceScore(rule, market, amount) }
  })
}

/** What a price by an examination's table would be worth against a planned price that is only supposed. */
export function examinedOffers(rule: ContestRule, planned: string, percents: readonly string[]): Offer[] {
  const { examination } = rule
  if (!examination) return []
  const { fixedCosts } = limitsOf(rule, planned)
  return percents.map((percent) => {
    const amount = shareOf(planned, percent)
    return { percent, amount, price: examinedPrice(examination, planned, fixedCosts, amount)[1] }
  })
}

/** What a price would be worth where parts are added up, beside a lowest price that is supposed, as `offers` has it. */
export function addedOffers(rule: ContestRule, planned: string, lowest: string, percents: readonly string[]): Offer[] {
  const { comprehensive, currency } = rule
  if (!comprehensive) return []
  const { price, pricePoints, priceDp } = comprehensive
  return offers({ price, weights: { price: pricePoints }, currency, dp: priceDp }, planned, lowest, percents)
}

export interface WorthOfOnePercent {
  /** From this price (per cent of the reference) one per cent of the reference less. */
  at: string
  /** Price points that the lower price brings, four decimals. */
  points: string
}

/**
 * What one per cent of price is worth, at several prices: how many more points the same bid gets one per cent of the reference lower.
 * For officers, before they publish. Example: at 10 points and a lowest price of 87 %, from 90 to 89 % it is worth "0.1086".
 */
export function worthOfOnePercent(
  rule: ScoringSide,
  reference: string,
  lowest: string,
  at: readonly string[],
): WorthOfOnePercent[] {
  const pointsAt = (percent: string): Fraction => {
    const amount = shareOf(reference, percent)
    const market: Market = { reference, ceiling: reference, counted: [amount, shareOf(reference, lowest)] }
    return fraction(priceScore(rule, market, amount).value)
  }
  return at.map((percent) => {
    const lower = plain(subtract(percent, 1))
    return { at: percent, points: halfUp(subtract(pointsAt(lower), pointsAt(percent)), 1, 4) }
  })
}

/** The same facts under another weight of the price: technology gives up what the price gains, and the items keep their shares of it. */
export function reweighted(facts: AwardFacts, price: number): AwardFacts {
  const { rule } = facts
  const weights = { tech: 100 - price, price }
  const { table } = rule.price
  if (!table) return { ...facts, rule: { ...rule, weights } }
  // A table's points are of the old weight: the highest stays all of it.
  const scaled = table.map((row) => ({
    ...row,
    points: rule.weights.price === 0 ? '0' : halfUp(multiply(row.points, price), rule.weights.price, 10),
  }))
  return { ...facts, rule: { ...rule, weights, price: { ...rule.price, table: scaled } } }
}

/** Whole weights of the price for which these bidders come first. */
export interface Stretch {
  from: number
  to: number
  /** The first place of the order, one bidder or joint ones; all winners of a framework; empty when nobody is eligible. */
  first: string[]
}

export interface Sensitivity {
  /** Weight of the price in the rule as it was. */
  weight: number
  stretches: Stretch[]
  /** The stretch around the rule's own weight: the winner stays the same for price weights `from` to `to`. */
  holds: Stretch
}

/** Whom the rule puts first: those of the first place, or all with whom a framework is made. */
const firstsOf = ({ rule }: AwardFacts, order: readonly string[][]): string[] => {
  const most = winnersOfRule(rule)
  return most > 1 ? winnersOf(order, most) : (order[0] ?? [])
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((x, n) => x === b[n])

/**
 * Who would have come first under every whole weight of the price from 0 to 50. For auditors: "the winner stays the same for price
 * weights from 4 % to 31 %". A lot that was drawn stays drawn.
 * Refuses with the reasons of `rank`; grading (차등점수제) is computed anew for each weight, its gap as it is.
 */
export function sensitivity(facts: AwardFacts): Answer<Sensitivity> {
  const own = facts.rule.weights.price
  const stretches: Stretch[] = []
  const reasons: Reason[] = []
  for (let price = 0; price <= 50; price++) {
    const ranked = rank(reweighted(facts, price))
    if (!ranked.ok) {
      // Another weight can make a rule impossible (a gap larger than the points); only the rule's own must hold.
      if (price === own) reasons.push(...ranked.reasons)
      continue
    }
    const first = firstsOf(facts, ranked.value.order)
    const last = stretches.at(-1)
    // Stryker disable next-line ConditionalExpression: a rule that another weight makes impossible stays so for all that are higher
    if (last && last.to === price - 1 && same(last.first, first)) last.to = price
    else stretches.push({ from: price, to: price, first })
  }
  const holds = stretches.find((s) => own <= s.to)
  if (!holds) return refuse(reasons.length > 0 ? reasons : [{ code: 'weight-out-of-range', facts: { price: own } }])
  return answer({ weight: own, stretches, holds })
}

/** Whole prices at which a formula begins to count otherwise, from the ceiling down; between two of them it runs one way. */
function turns({ rule, bidders }: AwardFacts, bidder: string, { reference, ceiling }: Ranking): bigint[] {
  const { branch, clamp, table } = rule.price
  const shares = [branch, clamp, ...(table ?? []).map((row) => row.upTo)].filter((share) => share !== undefined)
  const amounts = bidders.flatMap((b) => (b.id === bidder || b.amount === null ? [] : [b.amount]))
  const read = amounts.flatMap((amount) => amountOf(amount, rule.currency) ?? [])
  // Just below and just above each of them, so that every stretch between two has both its ends.
  const at = [...shares.map((share) => multiply(reference, share)), ...read].flatMap((x) => {
    const low = BigInt(trunc(x, 1, 0))
    return [low - 1n, low, low + 1n, low + 2n]
  })
  const most = BigInt(trunc(ceiling, 1, 0))
  const within = [...at, 1n, most].filter((x) => x >= 1n && x <= most)
  return [...new Set(within)].sort((a, b) => (a < b ? 1 : -1))
}

/**
 * How far a bidder is from another: the highest whole price with which it would have come first (or among the winners of a framework),
 * everything else as it was; its own where that did. Null when no price would do.
 *
 * A lower price can be worth less: with the local rule for software a price under the branch gets a fixed share, so that 81,699,524
 * wins where 79,000,000 does not.
 */
export function priceToWin(facts: AwardFacts, bidder: string): Answer<string | null> {
  const own = facts.bidders.find((b) => b.id === bidder)?.amount ?? null
  if (own === null) return answer(null)
  const now = rank(facts)
  if (!now.ok) return now
  // What one bidder bids is an outcome of its row and stops no ranking: whatever the amount, these facts are ranked.
  const wins = (amount: string): boolean => {
    const bidders = facts.bidders.map((b) => (b.id === bidder ? { ...b, amount } : b))
    const ranked = rank({ ...facts, bidders })
    const firsts = ranked.ok ? firstsOf(facts, ranked.value.order) : []
    return winnersOfRule(facts.rule) > 1 ? firsts.includes(bidder) : same(firsts, [bidder])
  }
  if (wins(own)) return answer(own)
  const ends = turns(facts, bidder, now.value)
  for (const [n, end] of ends.entries()) {
    if (!wins(String(end))) continue
    // The end above does not win and this one does: the highest winning price between them is found by halving.
    let [low, high] = [end, ends[n - 1] ?? end]
    while (high - low > 1n) {
      const middle = (low + high) / 2n
      if (wins(String(middle))) low = middle
      else high = middle
    }
    return answer(String(low))
  }
  return answer(null)
}
