// Who comes first? Totals in order, ties by the rule's chain, and beside the rank, separately, who is eligible.
import { compare, type Fraction, fraction } from '../kit/fraction.ts'
import { byText } from '../kit/order.ts'
import { plain } from '../kit/rounding.ts'
import { type Answer, answer, quote, type Reason, refuse } from '../kit/verdict.ts'
import { type AwardFacts, amountOf, type Bidder, checkPrices } from './facts.ts'
import { bidRate, lowestOf, type Market, needsLowest, priceScore } from './price.ts'
import { passMarkOf, type TechnicalScore, technicalScores } from './quality.ts'
import { type AwardRule, markedItems, type TieBreak } from './rule.ts'
import { checkRule } from './rule-check.ts'
import type { Step } from './step.ts'
import { totalScore } from './total.ts'

export interface Row {
  bidder: string
  amount: string | null
  /** The technical score in the total (graded where the rule grades), and the one before grading. */
  technical: string | null
  rawTechnical: string | null
  price: string | null
  total: string | null
  /** Per cent of the reference, cut to three decimals; for display, nothing is decided with it. */
  rate: string | null
  /** 1 is best; joint bidders share a number and the next is skipped. Null without both scores. */
  rank: number | null
  /** Rank and eligibility are two columns: a bidder below the pass mark keeps its rank but is not negotiated with. */
  eligible: boolean
  /** technical-malformed, below-pass-mark, price-malformed, price-not-opened, over-ceiling, no-lowest-price, below-total-mark */
  reasons: string[]
  steps: Step[]
  tie?: 'lot pending'
}

export interface Ranking {
  /** no-bidder: nobody bid; no-eligible-bidder: somebody did, but with nobody may be negotiated. */
  outcome: 'ranked' | 'no-bidder' | 'no-eligible-bidder'
  /** By rank, joint ones by bidder id; those without a rank last. */
  rows: Row[]
  /** E, C, and m: the price all others are measured by (null when no bid may be the measure). */
  reference: string
  ceiling: string
  lowest: string | null
  passMark: string
  /** Eligible bidders in the order of negotiation; more than one in a place while a lot is pending. */
  order: string[][]
}

type Entry = { bidder: Bidder; score: TechnicalScore; amount: string | null; reasons: string[] }

/** A row before it has a rank, with what ties look at. */
type Scored = { row: Row; score: TechnicalScore }

function entryOf(bidder: Bidder, score: TechnicalScore, rule: AwardRule, ceiling: string): Entry {
  // Stryker disable next-line ConditionalExpression: an amount of an envelope that is not valid is refused (amount-not-expected)
  const amount = bidder.price === 'valid' ? amountOf(bidder.amount, rule.currency) : null
  const reasons = [...score.reasons]
  if (bidder.price === 'unopened') reasons.push('price-not-opened')
  else if (amount === null) reasons.push('price-malformed')
  else if (compare(amount, ceiling) > 0) reasons.push('over-ceiling')
  return { bidder, score, amount, reasons }
}

/** The prices that may be the measure: of bids valid in both parts, never over the ceiling, above the pass mark if so ruled. */
function countedPrices(entries: Entry[], rule: AwardRule, ceiling: string): string[] {
  return entries.flatMap(({ score, amount }) => {
    const counts = amount !== null && score.technical !== null && compare(amount, ceiling) <= 0
    return counts && (rule.price.lowestAmong === 'valid' || score.qualified) ? [amount] : []
  })
}

function scoredRow(entry: Entry, rule: AwardRule, market: Market): Scored {
  const { bidder, score, amount } = entry
  const reasons = [...entry.reasons]
  const steps = [...score.steps]
  const rate = amount === null ? null : bidRate(market, amount)
  if (rate) steps.push(rate)
  let price: Step | null = null
  if (amount !== null) {
    if (market.counted.length > 0 || !needsLowest(rule.price.formula)) price = priceScore(rule, market, amount)
    else reasons.push('no-lowest-price')
  }
  if (price) steps.push(price)
  const total = score.technical !== null && price ? totalScore(score.technical, price.value) : null
  if (total) steps.push(total)
  if (total && rule.totalPassMark !== undefined) {
    const mark = plain(rule.totalPassMark)
    const passed = compare(total.value, mark) >= 0
    if (!passed) reasons.push('below-total-mark')
    steps.push({
      label: 'total-mark',
      working: `${total.value} ${passed ? '≥' : '<'} ${mark}`,
      value: passed ? 'passed' : 'failed',
    })
  }
  const row: Row = {
    bidder: bidder.id,
    amount,
    technical: score.technical,
    rawTechnical: score.raw,
    price: price?.value ?? null,
    total: total?.value ?? null,
    rate: rate?.value ?? null,
    rank: null,
    eligible: reasons.length === 0,
    reasons,
    steps,
  }
  return { row, score }
}

/** One thing that ties look at: for whom it is larger, that bidder goes first. `at` reads each bidder's figure once, not once a comparison. */
type Key = { says: string; of(s: Scored): string; lowFirst?: boolean; at(s: Scored): Fraction }

function key(says: string, of: (s: Scored) => string, lowFirst = false): Key {
  const read = new Map<Scored, Fraction>()
  const at = (s: Scored) => {
    const known = read.get(s)
    // Stryker disable next-line ConditionalExpression: read again it is the same
    if (known) return known
    const made = fraction(of(s))
    read.set(s, made)
    return made
  }
  return { says, of, lowFirst, at }
}

// Stryker disable next-line OptionalChaining,StringLiteral: who has a rank has a score for each item
const itemScore = (s: Scored, item: string) => s.score.items.find((i) => i.item === item)?.score ?? '0'

function keysOf(tie: TieBreak, rule: AwardRule): Key[] {
  switch (tie) {
    case 'tech':
      // Stryker disable next-line StringLiteral: who has a rank has a technical score
      return [key('tech', (s) => s.row.rawTechnical ?? '0')]
    case 'techItemsByPoints':
      // Items of equal points in the order of the notice; sort() is stable.
      return markedItems(rule)
        .sort((a, b) => compare(b.max, a.max))
        .map((i) => key(`[${i.id}]`, (s) => itemScore(s, i.id)))
    case 'price':
      // Stryker disable next-line StringLiteral: who has a rank has an amount
      return [key('price', (s) => s.row.amount ?? '0', true)]
    case 'lot':
      // A draw is an act in public, not a figure: it settles what is still joint after these keys.
      return []
  }
}

const compareBy = (keys: Key[], a: Scored, b: Scored): number => {
  for (const key of keys) {
    // Stryker disable next-line ArithmeticOperator: times one or over one is the same
    const order = compare(key.at(b), key.at(a)) * (key.lowFirst ? -1 : 1)
    if (order !== 0) return order
  }
  return 0
}

/** Neighbours that belong together, in their order. */
export function runs<T>(list: readonly T[], together: (a: T, b: T) => boolean): T[][] {
  const groups: T[][] = []
  for (const x of list) {
    const group = groups.at(-1)
    if (group && together(group.at(-1) as T, x)) group.push(x)
    else groups.push([x])
  }
  return groups
}

/** Shows in the steps of a bidder with an equal total what was looked at, down to what told it apart. */
function tieStep(group: Scored[], keys: Key[], s: Scored, drawn: boolean): Step {
  const looked: string[] = []
  let equal = group
  for (const key of keys) {
    if (equal.length < 2) break
    looked.push(`${key.says} ${key.of(s)}`)
    equal = equal.filter((o) => compare(key.at(o), key.at(s)) === 0)
  }
  if (equal.length > 1) looked.push(drawn ? 'lot drawn' : 'lot pending')
  return { label: 'tie', working: looked.join('; '), value: String(s.row.rank) }
}

/** Gives ranks and ties to the rows. Reasons when a draw left out some of those it had to order. */
function rankRows(scored: Scored[], rule: AwardRule, lot: string[]): Reason[] {
  const chain = rule.ties.flatMap((tie) => keysOf(tie, rule))
  // Stryker disable next-line StringLiteral: it is never shown, and who is ranked has a total
  const keys: Key[] = [key('total', (s) => s.row.total ?? '0'), ...chain]
  const place = new Map(lot.map((id, n) => [id, n]))
  const ranked = scored.filter((s) => s.row.total !== null)
  ranked.sort((a, b) => compareBy(keys, a, b) || byText(a.row.bidder, b.row.bidder))
  const reasons: Reason[] = []
  let before = 0
  for (const joint of runs(ranked, (a, b) => compareBy(keys, a, b) === 0)) {
    const undrawn = joint.filter((s) => !place.has(s.row.bidder))
    const drawn = undrawn.length === 0
    if (drawn) joint.sort((a, b) => (place.get(a.row.bidder) ?? 0) - (place.get(b.row.bidder) ?? 0))
    else if (undrawn.length < joint.length) {
      reasons.push(...undrawn.map((s) => ({ code: 'lot-incomplete', facts: { bidder: quote(s.row.bidder) } })))
    }
    for (const [n, s] of joint.entries()) {
      s.row.rank = before + 1 + (drawn ? n : 0)
      if (!drawn && joint.length > 1) s.row.tie = 'lot pending'
    }
    before += joint.length
  }
  for (const group of runs(ranked, (a, b) => a.row.total === b.row.total)) {
    if (group.length < 2) continue
    for (const s of group) s.row.steps.push(tieStep(group, chain, s, place.has(s.row.bidder)))
  }
  return reasons
}

/**
 * Ranks a tender from its rule, marks and opened prices; the same facts in any order give the same answer.
 *
 * Everybody with both scores has a rank; eligible is who also reached the pass mark at a price within the ceiling. A tie that
 * reaches the lot stays joint ("lot pending") until `facts.lot` brings the order of the public draw.
 * Example: technology 81.5, price 10 × 96,000,000 ÷ 100,111,000 → 9.5894, total 91.0894, rank 1.
 *
 * Refuses with every reason of technicalScores and checkPrices; with price-opened-against-rule where only qualified bidders'
 * prices may be opened and another's was; with lot-incomplete where the draw orders some of the joint bidders but not all.
 */
export function rank(facts: AwardFacts): Answer<Ranking> {
  const { rule } = facts
  // Without a rule that holds, nothing else can be read: those reasons come first, alone.
  const holds = checkRule(rule, facts.evaluators.length)
  if (!holds.ok) return holds
  const technical = technicalScores(facts)
  if (!technical.ok) return technical
  const yardstick = checkPrices(facts)
  if (!yardstick.ok) return yardstick
  const { reference, ceiling } = yardstick.value

  const scores = new Map(technical.value.map((s) => [s.bidder, s]))
  const entries = facts.bidders
    .map((b) => entryOf(b, scores.get(b.id) as TechnicalScore, rule, ceiling))
    .sort((a, b) => byText(a.bidder.id, b.bidder.id))
  const wronglyOpened = entries.filter(
    (e) => rule.openPrices === 'qualified' && !e.score.qualified && e.bidder.price !== 'unopened',
  )
  if (wronglyOpened.length > 0) {
    return refuse(
      wronglyOpened.map((e) => ({ code: 'price-opened-against-rule', facts: { bidder: quote(e.bidder.id) } })),
    )
  }
  const market: Market = { reference, ceiling, counted: countedPrices(entries, rule, ceiling) }
  const scored = entries.map((e) => scoredRow(e, rule, market))
  // Stryker disable next-line ArrayDeclaration: a draw of strangers orders nobody
  const undrawn = rankRows(scored, rule, facts.lot ?? [])
  if (undrawn.length > 0) return refuse(undrawn)

  const rows = scored.map((s) => s.row)
  rows.sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || byText(a.bidder, b.bidder))
  const eligible = rows.filter((r) => r.eligible)
  const order = runs(eligible, (a, b) => a.rank === b.rank).map((group) => group.map((r) => r.bidder))
  const outcome = rows.length === 0 ? 'no-bidder' : eligible.length === 0 ? 'no-eligible-bidder' : 'ranked'
  return answer({ outcome, rows, reference, ceiling, lowest: lowestOf(market), passMark: passMarkOf(rule), order })
}
