// How many points is a price worth? One formula a row of the table, each exact until the one rounding at the end.
import {
  add,
  compare,
  divide,
  type Exact,
  type Fraction,
  fraction,
  larger,
  multiply,
  subtract,
  total,
} from '../kit/fraction.ts'
import { halfUp, plain, trunc } from '../kit/rounding.ts'
import type { Formula, PriceSide } from './rule.ts'
import { grouped, type Step, step } from './step.ts'

/** What a price is held against; amounts in whole units of the currency. */
export interface Market {
  /** E: planned price, estimated price or budget. */
  reference: string
  /** C: above it a bid is not eligible. */
  ceiling: string
  /** The prices of the bids that may be the measure (valid or eligible ones, none over the ceiling); the lowest of them is m. */
  counted: readonly string[]
}

/** A number together with how it is written in a working. */
type Term = { is: Fraction; text: string }

/** All that a formula reads: W price points, x this price, m the lowest, E the reference, C the ceiling. */
interface Terms {
  rule: PriceSide
  W: Term
  x: Term
  m: Term
  E: Term
  C: Term
  market: Market
  /** a ÷ b, rounded to four decimals when the rule says ratio4. 0 ÷ 0 is 1: who offers the best there is gets the best. */
  quotient(a: Term, b: Term): Term
}

const money = (x: Exact): Term => ({ is: fraction(x), text: grouped(x) })
const times = (a: Term, b: Term): Term => ({ is: multiply(a.is, b.is), text: `${a.text} × ${b.text}` })
const plus = (a: Term, b: Term): Term => ({ is: add(a.is, b.is), text: `${a.text} + ${b.text}` })
const bracket = (a: Term): Term => ({ is: a.is, text: `(${a.text})` })
const constant = (is: Exact): Term => ({ is: fraction(is), text: plain(is) })

function given<T>(value: T | undefined): T {
  // Stryker disable next-line ConditionalExpression,StringLiteral: only a defect of ours comes here
  if (value === undefined) throw new Error('a rule that was not checked reached the price formula')
  return value
}

/** At least `floor`: the text says so when the floor lifts the price. */
function lifted(price: Term, floor: Term): Term {
  if (compare(price.is, floor.is) >= 0) return price
  return { is: larger(price.is, floor.is), text: `max(${price.text}, ${floor.text})` }
}

const shareOfE = (t: Terms, share: string | undefined): Term => money(multiply(t.E.is, given(share)))

const lowestMeasure = (t: Terms, floor: Term): Term => (t.rule.price.clampLowest ? lifted(t.m, floor) : t.m)

/** W × m ÷ branch + bonus × (branch − x) ÷ (branch − floor): between floor and branch a lower price gains little more. */
function lowBranch(t: Terms, x: Term, m: Term, branch: Term, floor: Term): Term {
  const depth = { is: subtract(branch.is, x.is), text: `(${branch.text} − ${x.text})` }
  const width = { is: subtract(branch.is, floor.is), text: `(${branch.text} − ${floor.text})` }
  const bonus = times(constant(given(t.rule.price.lowBonus)), t.quotient(depth, width))
  return plus(times(t.W, t.quotient(m, branch)), bonus)
}

const fixedShare = (t: Terms): Term => times(t.W, constant(given(t.rule.price.belowShare)))

/** C − x: what is saved against the ceiling. */
const discount = (t: Terms, x: Term): Term => ({
  is: subtract(t.C.is, x.is),
  text: `(${t.C.text} − ${x.text})`,
})

const overCeiling = (t: Terms): Term | null =>
  compare(t.x.is, t.C.is) > 0 ? { is: fraction(0), text: `${t.x.text} > ${t.C.text}: 0` } : null

const byDiscount = (t: Terms): Term => overCeiling(t) ?? times(t.W, t.quotient(discount(t, t.x), discount(t, t.m)))

const FORMULAS: Readonly<Record<Formula, (t: Terms) => Term>> = {
  /** National rule: W·m/x from 0.8E up; below, the low branch; a price under 0.6E counts as 0.6E. */
  KR_NATIONAL(t) {
    const branch = shareOfE(t, t.rule.price.branch)
    const floor = shareOfE(t, t.rule.price.clamp)
    const [x, m] = [lifted(t.x, floor), lowestMeasure(t, floor)]
    return compare(x.is, branch.is) >= 0 ? times(t.W, t.quotient(m, x)) : lowBranch(t, x, m, branch, floor)
  },

  /** Local rule for software: W·m/x from the branch up; below it a fixed share of W. */
  KR_LOCAL_SW(t) {
    const branch = shareOfE(t, t.rule.price.branch)
    if (compare(t.x.is, branch.is) < 0) return fixedShare(t)
    return times(t.W, t.quotient(lowestMeasure(t, branch), t.x))
  },

  /** Older local rule: W·m/x, then the low branch, then below the floor a fixed share of W. */
  KR_LOCAL(t) {
    const branch = shareOfE(t, t.rule.price.branch)
    const floor = shareOfE(t, t.rule.price.clamp)
    if (compare(t.x.is, floor.is) < 0) return fixedShare(t)
    const m = lowestMeasure(t, floor)
    return compare(t.x.is, branch.is) >= 0 ? times(t.W, t.quotient(m, t.x)) : lowBranch(t, t.x, m, branch, floor)
  },

  /** W·m/x. */
  RATIO: (t) => times(t.W, t.quotient(t.m, t.x)),

  /** W·(C−x)/(C−m). */
  LINEAR: byDiscount,

  /** W·r/rmax with discounts r = (C−x)/C: the same figure as LINEAR, since C cancels; kept because notices call it so. */
  PROPORTIONAL: byDiscount,

  /** Up to the mean discount r̄: W·X·r/r̄; above it W·(X+(1−X)(r−r̄)/(rmax−r̄)). Discounts in money: C cancels. */
  BILINEAR(t) {
    const over = overCeiling(t)
    if (over) return over
    const knee = constant(given(t.rule.price.knee))
    const r = discount(t, t.x)
    const count = t.market.counted.length
    const sum = measuresOf(t.market).discounts
    // The mean is a fraction: written as sum ÷ count so that the working stays exact.
    const mean = { is: divide(sum, count), text: `(${grouped(sum)} ÷ ${count})` }
    if (compare(r.is, mean.is) <= 0) return times(times(t.W, knee), t.quotient(r, mean))
    const above = { is: subtract(r.is, mean.is), text: `(${r.text} − ${mean.text})` }
    const best = discount(t, t.m)
    const reach = { is: subtract(best.is, mean.is), text: `(${best.text} − ${mean.text})` }
    // Lower than every price that counts, while those are all the same: nothing to measure by, so full points.
    if (reach.is.n === 0n) return t.W
    const rest = { is: subtract(1, knee.is), text: `(1 − ${knee.text})` }
    return times(t.W, bracket(plus(knee, times(rest, t.quotient(above, reach)))))
  },

  /** The points of the first interval that holds x ÷ E; 0 above the last. */
  LOOKUP(t) {
    const table = given(t.rule.price.table)
    const row = table.find((r) => compare(t.x.is, multiply(t.E.is, r.upTo)) <= 0)
    // Stryker disable next-line OptionalChaining: a table has a row, or the rule is refused
    if (!row) return { is: fraction(0), text: `${t.x.text} > ${t.E.text} × ${table.at(-1)?.upTo}: 0` }
    return { is: fraction(row.points), text: `${t.x.text} ≤ ${t.E.text} × ${plain(row.upTo)}: ${plain(row.points)}` }
  },
}

/** What follows from all prices of a market: the lowest, and the sum of the discounts. */
type Measures = { lowest: string | null; discounts: Fraction }

// Each bid asks for these; with ten thousand bids they are computed once for a market, not once for a bid.
const measured = new WeakMap<readonly string[], Map<string, Measures>>()

function measuresOf({ counted, ceiling }: Market): Measures {
  const known = measured.get(counted) ?? new Map<string, Measures>()
  const found = known.get(ceiling)
  // Stryker disable next-line ConditionalExpression: computed again it is the same
  if (found) return found
  const prices = counted.map((text) => ({ text, is: fraction(text) }))
  const lowest = prices.reduce<(typeof prices)[number] | null>(
    (m, x) => (m === null || compare(x.is, m.is) < 0 ? x : m),
    null,
  )
  const discounts = total(prices.map((x) => subtract(ceiling, x.is)))
  const made = { lowest: lowest?.text ?? null, discounts }
  measured.set(counted, known.set(ceiling, made))
  return made
}

/** The lowest of the prices that count; null when there are none. */
export const lowestOf = (market: Market): string | null => measuresOf(market).lowest

/** Whether a formula measures by the other bids: it cannot score while none of them counts. */
export const needsLowest = (formula: Formula): boolean => formula !== 'LOOKUP'

/**
 * The points of one price, from 0 to the price weight: W × 96,000,000 ÷ 98,000,000 with W = 10 gives "9.7959". The exact
 * value is rounded once, half up, to `rule.dp` decimals. A formula's value beyond the weight counts as the weight (a bid below
 * the lowest price that counts; a bonus larger than the weight allows).
 *
 * `market.counted` must not be empty unless the formula is LOOKUP; the rule must have passed checkRule.
 */
export function priceScore(rule: PriceSide & { dp: number }, market: Market, amount: string): Step {
  const [reference, ceiling] = [money(market.reference), money(market.ceiling)]
  const terms: Terms = {
    rule,
    market,
    W: constant(rule.weights.price),
    x: money(amount),
    m: money(lowestOf(market) ?? '0'),
    E: reference,
    C: ceiling,
    quotient(a, b) {
      if (b.is.n === 0n) return { is: fraction(1), text: '1' }
      const is = divide(a.is, b.is)
      const text = `${a.text} ÷ ${b.text}`
      if (rule.price.rounding !== 'ratio4') return { is, text }
      const rounded = halfUp(is, 1, 4)
      return { is: fraction(rounded), text: `[${text} → ${rounded}]` }
    },
  }
  const made = FORMULAS[rule.price.formula](terms)
  const beyond = compare(made.is, terms.W.is) > 0
  const exact = beyond ? terms.W.is : made.is
  const formula = beyond ? `min(${terms.W.text}, ${made.text})` : made.text
  return step('price', formula, exact, halfUp(exact, 1, rule.dp), rule.dp)
}

/** Bid rate (투찰률): the price in per cent of E, cut to three decimals, for display only: 96,000,000 of 110,000,000 is "87.272". */
export function bidRate(market: Market, amount: string): Step {
  const exact = divide(multiply(amount, 100), market.reference)
  return step('rate', `${grouped(amount)} ÷ ${grouped(market.reference)} × 100`, exact, trunc(exact, 1, 3), 3)
}
