// What must be known before anything is scored, and is it complete? Marks of evaluators, records of the officer, opened prices.
import { parseMoney } from '../kit/money.ts'
import { type Answer, answer, quote, type Reason, refuse } from '../kit/verdict.ts'
import type { AwardRule, QualityRule } from './rule.ts'

/** One evaluator's points for one item of one bidder, a decimal string with at most four decimals. */
export interface Mark {
  evaluator: string
  bidder: string
  item: string
  mark: string
}

/** The officer's points for a quantitative item, or the grade's name where the item has grades. */
export interface OfficerMark {
  bidder: string
  item: string
  mark: string
  /** The member of the consortium whose record it is, where the item puts members together. */
  member?: string
}

/** Who bid, and what became of the technical envelope. */
export interface TechnicalBidder {
  id: string
  technical: 'valid' | 'malformed'
  /** The members of a consortium and their shares of the work, adding up to 1. Absent: a bidder on its own. */
  members?: { member: string; share: string }[]
}

/** The same with the price envelope; `amount` is what it held ("98000000"), null unless it is valid. */
export interface Bidder extends TechnicalBidder {
  price: 'valid' | 'malformed' | 'unopened'
  amount: string | null
}

/** All that technical scores need. The order of the lists means nothing. */
export interface TechnicalFacts {
  rule: QualityRule
  evaluators: string[]
  bidders: TechnicalBidder[]
  marks: Mark[]
  quantitative: OfficerMark[]
}

/** All that the ranking needs. */
export interface AwardFacts extends TechnicalFacts {
  rule: AwardRule
  bidders: Bidder[]
  /** The planned price, where the rule leaves it to the opening (price.referenceAmount or price.ceiling null). */
  planned?: string | null
  /** Bidders in the order of the public draw, once it has run: settles ties that reached the lot. */
  lot?: string[]
}

/** One reason for each id that is there a second time. */
export function repeated(ids: readonly string[], code: string): Reason[] {
  const seen = new Set<string>()
  return ids.flatMap((id) => (seen.size === seen.add(id).size ? [{ code, facts: { id: quote(id) } }] : []))
}

/** What the price side compares with: E and the ceiling C, whole-unit strings. */
export type Yardstick = { reference: string; ceiling: string }

/**
 * Checks the price side of the facts. A bidder's unusable amount is not among the reasons: what one bidder sealed must never
 * stop the ranking of the others, so it is an outcome of that row.
 *
 * Refuses with: amount-missing, amount-not-expected, planned-price-missing, planned-price-not-expected, the reasons of
 * parseMoney for the planned price, lot-repeated, lot-bidder-unknown.
 */
export function checkPrices(facts: AwardFacts): Answer<Yardstick> {
  const { rule, bidders, lot = [] } = facts
  const reasons: Reason[] = repeated(lot, 'lot-repeated')
  for (const b of bidders) {
    const said = { bidder: quote(b.id) }
    if (b.price === 'valid' && b.amount === null) reasons.push({ code: 'amount-missing', facts: said })
    if (b.price !== 'valid' && b.amount !== null) reasons.push({ code: 'amount-not-expected', facts: said })
  }
  const known = new Set(bidders.map((b) => b.id))
  for (const id of lot) {
    if (!known.has(id)) reasons.push({ code: 'lot-bidder-unknown', facts: { bidder: quote(id) } })
  }
  const planned = facts.planned ?? null
  const wanted = rule.price.referenceAmount === null
  if (wanted && planned === null) reasons.push({ code: 'planned-price-missing', facts: {} })
  if (!wanted && planned !== null) reasons.push({ code: 'planned-price-not-expected', facts: {} })
  const reference = amountOf(planned ?? rule.price.referenceAmount, rule.currency)
  if (wanted && planned !== null && reference === null) {
    reasons.push({ code: 'planned-price-malformed', facts: { amount: quote(planned) } })
  }
  // Stryker disable next-line ConditionalExpression: what cannot be read has a reason above, or the rule was refused
  if (reasons.length > 0 || reference === null) return refuse(reasons)
  return answer({ reference, ceiling: amountOf(rule.price.ceiling, rule.currency) ?? reference })
}

/** A price above zero in whole units, or null: nobody sells for nothing, and a price that cannot be read is none. */
export function amountOf(amount: string | null, currency: string): string | null {
  const read = parseMoney(amount, currency)
  return read.ok && read.value.amount !== '0' ? read.value.amount : null
}
