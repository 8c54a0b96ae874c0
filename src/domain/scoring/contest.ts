// Who comes first where price decides? Planned price, floor, limits, examination, ties; and beside the rank who is eligible.
import { compare } from '../kit/fraction.ts'
import { byText } from '../kit/order.ts'
import { plain } from '../kit/rounding.ts'
import { type Answer, answer, quote, type Reason, refuse } from '../kit/verdict.ts'
import { openedWith, replay } from './auction.ts'
import { checkContest } from './contest-check.ts'
import {
  type ContestBidder,
  type ContestFacts,
  checkContestFacts,
  partsOf,
  readPrice,
  technicalFactsOf,
} from './contest-facts.ts'
import { type ContestRule, type ContestTie, KINDS, type PrelimRule } from './contest-rule.ts'
import { winnersOf } from './decided.ts'
import { examinedPrice, partsScore } from './examination.ts'
import { type Limits, limitsOf } from './floor.ts'
import { type PlannedPrice, picksHold, plannedPrice } from './planned-price.ts'
import { bidRate, type Market, needsLowest, priceScore } from './price.ts'
import { type TechnicalScore, technicalScores } from './quality.ts'
import { runs } from './ranking.ts'
import { grouped, type Step } from './step.ts'
import { totalScore } from './total.ts'

export interface ContestRow {
  bidder: string
  amount: string | null
  /** Per cent of the planned price, cut to three decimals; for display, nothing is decided with it. */
  rate: string | null
  /** Points of the specification (two stages), of the price, of the officer's parts, and the sum of the last two. */
  technical: string | null
  price: string | null
  ability: string | null
  total: string | null
  /** 1 is best among the bids within the limits; null for the others. */
  rank: number | null
  eligible: boolean
  /**
   * technical-malformed, below-pass-mark, price-malformed, price-not-opened, picks-malformed, over-planned-price, below-floor,
   * below-net-cost-line, no-auction-bid, no-lowest-price; not-examined, examination-failed
   */
  reasons: string[]
  steps: Step[]
  tie?: 'lot pending'
}

export interface Contest {
  /**
   * no-bidder; too-few-bidders; no-eligible-bidder (`cause` says why when it is one reason); examination-pending: `order` may
   * not be awarded from before the bidder in `next` has been examined.
   */
  outcome: 'ranked' | 'no-bidder' | 'too-few-bidders' | 'no-eligible-bidder' | 'examination-pending'
  /** The one reason that every bid has, where nobody is eligible: all over the planned price, all below the floor. */
  cause: string | null
  rows: ContestRow[]
  /** P, F and L; null without bids or where the rule has none. */
  planned: string | null
  floor: string | null
  netCostLine: string | null
  /** How P, F and L came about. */
  steps: Step[]
  /** Eligible bidders in their order; more than one in a place while a lot is pending. */
  order: string[][]
  /** The first ones of the order, as many as the rule has winners; none of a place that is still joint beyond that. */
  winners: string[]
  /** Whom to examine next. */
  next: string | null
  /** Auction bids that did not count, by their place in the facts. */
  refused: { bid: number; reasons: string[] }[]
}

type Entry = {
  bidder: ContestBidder
  amount: string | null
  technical: TechnicalScore | null
  reasons: string[]
}

function specifications(facts: ContestFacts): Answer<Map<string, TechnicalScore>> {
  const technical = technicalFactsOf(facts)
  if (!technical) return answer(new Map())
  const scores = technicalScores(technical)
  return scores.ok ? answer(new Map(scores.value.map((s) => [s.bidder, s]))) : scores
}

/** Does this bidder take part in an auction? Whoever sealed a price that can be read does, and whoever was asked for none. */
export const joinsAuction = (rule: ContestRule, { price, amount }: ContestBidder): boolean =>
  price !== 'malformed' && (amount === null || readPrice(amount, rule.dp) !== null)

/** The auction from the opened prices to its last bid. */
function auctioned({ rule, bidders, auction = [] }: ContestFacts): ReturnType<typeof replay> | null {
  if (!rule.auction) return null
  const joined = bidders.filter((b) => joinsAuction(rule, b))
  const prices = joined.flatMap(({ id, amount }) => (amount === null ? [] : [{ bidder: id, amount: plain(amount) }]))
  return replay(rule.auction, rule.dp, auction, new Set(joined.map((b) => b.id)), openedWith(rule.auction, prices))
}

function entryOf(
  facts: ContestFacts,
  bidder: ContestBidder,
  last: string | null,
  technical: TechnicalScore | null,
): Entry {
  const { rule } = facts
  const reasons = [...(technical?.reasons ?? [])]
  if (rule.kind === 'AUCTION') {
    if (!joinsAuction(rule, bidder)) reasons.push('price-malformed')
    else if (last === null) reasons.push('no-auction-bid')
    return { bidder, amount: last, technical, reasons }
  }
  // Stryker disable next-line ConditionalExpression: an amount of an envelope that is not valid is refused (amount-not-expected)
  const amount = bidder.price === 'valid' ? readPrice(bidder.amount, rule.dp) : null
  if (bidder.price === 'unopened') reasons.push('price-not-opened')
  else if (amount === null) reasons.push('price-malformed')
  else if (rule.planned.how === 'prelim' && !picksHold(rule.planned, bidder.picks)) reasons.push('picks-malformed')
  return { bidder, amount, technical, reasons }
}

export interface Picked {
  bidder: string
  picks: number[]
}

function picksAmong(planned: PrelimRule, entries: readonly Entry[]): Picked[] {
  const counts = entries.filter(
    (e) =>
      picksHold(planned, e.bidder.picks) &&
      (planned.picksOf === 'opened' ? e.bidder.price === 'valid' : e.reasons.length === 0),
  )
  return counts.map((e) => ({ bidder: e.bidder.id, picks: e.bidder.picks as number[] }))
}

/** Whose picks count, by id, and what they picked: the rule says whether of every price opened, or of those in order. */
export function picksThatCount(facts: ContestFacts): Picked[] {
  const { planned } = facts.rule
  // Stryker disable next-line ConditionalExpression: of a rule without picks none hold
  if (planned.how !== 'prelim') return []
  // Who failed the specification has no opened price, so that it need not be computed here.
  const entries = [...facts.bidders].sort((a, b) => byText(a.id, b.id)).map((b) => entryOf(facts, b, null, null))
  return picksAmong(planned, entries)
}

/** P with its steps: from preliminary prices and picks, the officer's single one, or the budget. */
function plannedOf(facts: ContestFacts, entries: readonly Entry[]): Answer<Pick<PlannedPrice, 'amount' | 'steps'>> {
  const { planned, dp } = facts.rule
  if (planned.how === 'prelim') {
    // Stryker disable next-line ObjectLiteral,ArrayDeclaration: without them the facts are refused (prelim-prices-missing)
    const made = facts.prelim ?? { prices: [] }
    const picks = picksAmong(planned, entries).map((counted) => counted.picks)
    return plannedPrice(planned, dp, made, picks)
  }
  const amount = plain(planned.how === 'none' ? planned.budget : (planned.amount ?? (facts.planned as string)))
  const working = planned.how === 'none' ? `budget ${grouped(amount)}` : grouped(amount)
  return answer({ amount, steps: [{ label: 'planned', working, value: amount }] })
}

/** Which limits a price breaks, and the line that shows it: F ≤ x ≤ P. */
function withinLimits(
  amount: string,
  planned: string,
  { floor, netCostLine }: Limits,
): { reasons: string[]; step: Step } {
  const reasons: string[] = []
  if (compare(amount, planned) > 0) reasons.push('over-planned-price')
  if (floor !== null && compare(amount, floor) < 0) reasons.push('below-floor')
  if (netCostLine !== null && compare(amount, netCostLine) < 0) reasons.push('below-net-cost-line')
  const sign = (low: string) => `${grouped(low)} ${compare(low, amount) <= 0 ? '≤' : '>'} `
  const lows = [netCostLine, floor].filter((low): low is string => low !== null)
  const top = `${grouped(amount)} ${compare(amount, planned) <= 0 ? '≤' : '>'} ${grouped(planned)}`
  const working = [...lows.map((low) => `${sign(low)}${grouped(amount)}`), top].join('; ')
  return { reasons, step: { label: 'limits', working, value: reasons.join(' ') || 'within' } }
}

/** The scores of the officer by bidder and part. */
function scoreBook(facts: ContestFacts): Map<string, Map<string, string>> {
  const book = new Map<string, Map<string, string>>()
  // Stryker disable next-line ArrayDeclaration: what is of no bidder is nobody's
  for (const s of facts.scores ?? []) book.set(s.bidder, (book.get(s.bidder) ?? new Map()).set(s.part, s.score))
  return book
}

/** Adds price points, the officer's parts and their total to a row within the limits; where a pass mark fails, the reason. */
function scoreRow(
  row: ContestRow,
  rule: ContestRule,
  limits: Limits,
  market: Market,
  scores: Map<string, string> | undefined,
): void {
  const { examination, comprehensive } = rule
  if (row.amount === null || (!examination && !comprehensive)) return
  if (examination) {
    const [ratio, price] = examinedPrice(examination, market.reference, limits.fixedCosts, row.amount)
    row.steps.push(ratio, price)
    row.price = price.value
  } else if (comprehensive) {
    if (market.counted.length === 0 && needsLowest(comprehensive.price.formula)) {
      row.reasons.push('no-lowest-price')
      return
    }
    const side = {
      price: comprehensive.price,
      weights: { price: comprehensive.pricePoints },
      currency: rule.currency,
      dp: comprehensive.priceDp,
    }
    const price = priceScore(side, market, row.amount)
    row.steps.push(price)
    row.price = price.value
  }
  const { parts, dp } = partsOf(rule)
  if (!scores && parts.length > 0) {
    if (row.reasons.length === 0) row.reasons.push('not-examined')
    return
  }
  // Stryker disable next-line StringLiteral,OptionalChaining: of a bidder's parts all are scored or none
  const ability = partsScore(parts, dp, (part) => scores?.get(part) ?? '0')
  // Stryker disable next-line StringLiteral: it was given above
  const total = totalScore(row.price ?? '0', ability.value)
  // Stryker disable next-line OptionalChaining,StringLiteral: a rule with neither was left above
  const pass = examination?.passMark ?? comprehensive?.passMark ?? '0'
  const passed = compare(total.value, pass) >= 0
  row.ability = ability.value
  row.total = total.value
  row.steps.push(ability.step, total)
  row.steps.push({
    label: 'pass-mark',
    working: `${total.value} ${passed ? '≥' : '<'} ${plain(pass)}`,
    value: passed ? 'passed' : 'failed',
  })
  if (!passed && row.reasons.length === 0) row.reasons.push('examination-failed')
}

/** Reasons that leave a bid its rank: it is in order, but what came after failed or has not been done. */
const KEEPS_RANK = ['not-examined', 'examination-failed']

type Key = { says: string; of(row: ContestRow): string; lowFirst: boolean }

const KEYS: Readonly<Record<Exclude<ContestTie, 'lot'>, Key>> = {
  // Stryker disable next-line StringLiteral: who has a rank has passed the specification
  tech: { says: 'tech', of: (r) => r.technical ?? '0', lowFirst: false },
  ability: { says: 'ability', of: (r) => r.ability ?? '0', lowFirst: false },
  // Stryker disable next-line StringLiteral: who has a rank has a price
  price: { says: 'price', of: (r) => r.amount ?? '0', lowFirst: true },
}

const compareBy = (keys: readonly Key[], a: ContestRow, b: ContestRow): number => {
  for (const key of keys) {
    // Stryker disable next-line ArithmeticOperator: times one or over one is the same
    const order = compare(key.of(b), key.of(a)) * (key.lowFirst ? -1 : 1)
    if (order !== 0) return order
  }
  return 0
}

function tieStep(row: ContestRow, group: readonly ContestRow[], keys: readonly Key[], drawn: boolean): Step {
  const looked: string[] = []
  let equal = group
  for (const key of keys) {
    if (equal.length < 2) break
    looked.push(`${key.says} ${key.of(row)}`)
    equal = equal.filter((o) => compare(key.of(o), key.of(row)) === 0)
  }
  if (equal.length > 1) looked.push(drawn ? 'lot drawn' : 'lot pending')
  return { label: 'tie', working: looked.join('; '), value: String(row.rank) }
}

/** Gives ranks and shows ties. Reasons when a draw left out some of those it had to order. */
function rankRows(rows: ContestRow[], rule: ContestRule, lot: readonly string[]): Reason[] {
  const first: Key =
    // Stryker disable next-line StringLiteral: it is never shown, and who is ranked has a total
    KINDS[rule.kind].order === 'price' ? KEYS.price : { says: 'total', of: (r) => r.total ?? '0', lowFirst: false }
  const chain = rule.ties.flatMap((tie) => (tie === 'lot' ? [] : [KEYS[tie]]))
  const keys = [first, ...chain]
  const place = new Map(lot.map((id, n) => [id, n]))
  const ranked = rows
    // Without an amount there is a reason that keeps no rank.
    .filter((r) => r.reasons.every((why) => KEEPS_RANK.includes(why)))
    .filter((r) => KINDS[rule.kind].order === 'price' || r.total !== null)
  ranked.sort((a, b) => compareBy(keys, a, b) || byText(a.bidder, b.bidder))
  const reasons: Reason[] = []
  let before = 0
  for (const joint of runs(ranked, (a, b) => compareBy(keys, a, b) === 0)) {
    const undrawn = joint.filter((r) => !place.has(r.bidder))
    const drawn = undrawn.length === 0
    if (drawn) joint.sort((a, b) => (place.get(a.bidder) ?? 0) - (place.get(b.bidder) ?? 0))
    else if (undrawn.length < joint.length) {
      reasons.push(...undrawn.map((r) => ({ code: 'lot-incomplete', facts: { bidder: quote(r.bidder) } })))
    }
    for (const [n, row] of joint.entries()) {
      row.rank = before + 1 + (drawn ? n : 0)
      if (!drawn && joint.length > 1) row.tie = 'lot pending'
    }
    before += joint.length
  }
  for (const group of runs(ranked, (a, b) => compare(first.of(a), first.of(b)) === 0)) {
    if (group.length < 2) continue
    for (const row of group) row.steps.push(tieStep(row, group, chain, place.has(row.bidder)))
  }
  return reasons
}

function causeOf(rows: readonly ContestRow[]): string | null {
  const [first, ...rest] = rows
  // Stryker disable next-line OptionalChaining: it is asked where somebody bid
  return first?.reasons.find((why) => rest.every((r) => r.reasons.includes(why))) ?? null
}

const NOTHING: Omit<Contest, 'outcome' | 'rows'> = {
  cause: null,
  planned: null,
  floor: null,
  netCostLine: null,
  steps: [],
  order: [],
  winners: [],
  next: null,
  refused: [],
}

/**
 * Decides an award by price from its rule and facts; the same facts in any order give the same answer.
 *
 * Bids between floor and planned price are ranked from the lowest (or, where parts are added up, from the highest total). A tie
 * that reaches the lot stays joint until `facts.lot` brings the order of the public draw; nobody wins by having bid earlier.
 * Example: P 4,290,738,325, A 255,517,579 and 0.86745 exclude bids below 3,755,869,816.
 *
 * Refuses with every reason of checkContest and checkContestFacts, of technicalScores for a specification, of plannedPrice; with
 * price-opened-against-rule where a price was opened whose specification did not pass; with lot-incomplete.
 */
export function decideContest(facts: ContestFacts): Answer<Contest> {
  const { rule } = facts
  const holds = checkContest(rule, rule.quality ? (facts.evaluators ?? []).length : null)
  if (!holds.ok) return holds
  const reasons = checkContestFacts(facts)
  const specified = specifications(facts)
  if (!specified.ok) reasons.push(...specified.reasons)
  if (reasons.length > 0 || !specified.ok) return refuse(reasons)

  const auction = auctioned(facts)
  const entries = [...facts.bidders]
    .sort((a, b) => byText(a.id, b.id))
    .map((b) => entryOf(facts, b, auction?.standing.own.get(b.id) ?? null, specified.value.get(b.id) ?? null))
  const wrongly = entries.filter((e) => e.technical?.qualified === false && e.bidder.price !== 'unopened')
  if (wrongly.length > 0) {
    return refuse(wrongly.map((e) => ({ code: 'price-opened-against-rule', facts: { bidder: quote(e.bidder.id) } })))
  }
  if (entries.length === 0) return answer({ outcome: 'no-bidder', rows: [], ...NOTHING })

  const planned = plannedOf(facts, entries)
  if (!planned.ok) return planned
  const P = planned.value.amount
  const limits = limitsOf(rule, P)
  const rows = entries.map((e): ContestRow => {
    const row: ContestRow = {
      bidder: e.bidder.id,
      amount: e.amount,
      rate: null,
      technical: e.technical?.technical ?? null,
      price: null,
      ability: null,
      total: null,
      rank: null,
      // Stryker disable next-line BooleanLiteral: said below, once there are ranks
      eligible: false,
      reasons: [...e.reasons],
      steps: [...(e.technical?.steps ?? [])],
    }
    if (e.amount === null) return row
    // Stryker disable next-line ArrayDeclaration: a rate looks at nobody else
    const rate = bidRate({ reference: P, ceiling: P, counted: [] }, e.amount)
    const within = withinLimits(e.amount, P, limits)
    row.rate = rate.value
    row.reasons.push(...within.reasons)
    row.steps.push(rate, within.step)
    return row
  })
  // Stryker disable next-line ConditionalExpression: without an amount there is a reason
  const counted = rows.flatMap((r) => (r.amount !== null && r.reasons.length === 0 ? [r.amount] : []))
  const market: Market = { reference: P, ceiling: P, counted }
  const book = scoreBook(facts)
  for (const row of rows) scoreRow(row, rule, limits, market, book.get(row.bidder))
  // Stryker disable next-line ArrayDeclaration: a draw of strangers orders nobody
  const undrawn = rankRows(rows, rule, facts.lot ?? [])
  if (undrawn.length > 0) return refuse(undrawn)

  // Stryker disable next-line ConditionalExpression: who has no reason against it has a rank
  for (const row of rows) row.eligible = row.rank !== null && row.reasons.length === 0
  rows.sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || byText(a.bidder, b.bidder))
  const order = runs(
    rows.filter((r) => r.eligible),
    (a, b) => a.rank === b.rank,
  ).map((place) => place.map((r) => r.bidder))
  // From the lowest price up, who has not been examined stands before everyone behind and beside; where totals are compared, before all.
  const byPrice = KINDS[rule.kind].order === 'price'
  const next = rows.find((r) => r.reasons.includes('not-examined'))
  // Stryker disable next-line StringLiteral,OptionalChaining: both have a price, and without a next one nobody asks
  const before = (r: ContestRow) => byPrice && r.eligible && compare(r.amount ?? '0', next?.amount ?? '0') < 0
  const pending = next !== undefined && rows.filter(before).length < rule.winners
  const readable = rows.filter((r) => r.amount !== null).length
  const outcome =
    readable < rule.leastBids
      ? 'too-few-bidders'
      : pending
        ? 'examination-pending'
        : order.length === 0
          ? 'no-eligible-bidder'
          : 'ranked'
  return answer({
    outcome,
    cause: outcome === 'no-eligible-bidder' ? causeOf(rows) : null,
    rows,
    planned: P,
    floor: limits.floor,
    netCostLine: limits.netCostLine,
    steps: [...planned.value.steps, ...limits.steps],
    order,
    winners: outcome === 'ranked' ? winnersOf(order, rule.winners) : [],
    // Stryker disable next-line OptionalChaining: pending is that there is one
    next: pending ? (next?.bidder ?? null) : null,
    refused: (auction?.refused ?? []).map(({ bid, reasons: why }) => ({ bid, reasons: why.map((r) => r.code) })),
  })
}
