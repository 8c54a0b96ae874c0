// What must be known before anything is scored, and is it complete? Marks of evaluators, records of the officer, opened prices.
import { compare } from '../kit/fraction.ts'
import { parseMoney } from '../kit/money.ts'
import { type Answer, answer, quote, type Reason, refuse } from '../kit/verdict.ts'
import { type AwardRule, markedItems } from './rule.ts'
import { checkRule } from './rule-check.ts'

/** One evaluator's points for one item of one bidder, a decimal string with at most four decimals. */
export interface Mark {
  evaluator: string
  bidder: string
  item: string
  mark: string
}

/** The officer's points for a quantitative item. */
export interface OfficerMark {
  bidder: string
  item: string
  mark: string
}

/** Who bid, and what became of the technical envelope. */
export interface TechnicalBidder {
  id: string
  technical: 'valid' | 'malformed'
}

/** The same with the price envelope; `amount` is what it held ("98000000"), null unless it is valid. */
export interface Bidder extends TechnicalBidder {
  price: 'valid' | 'malformed' | 'unopened'
  amount: string | null
}

/** All that technical scores need. The order of the lists means nothing. */
export interface TechnicalFacts {
  rule: AwardRule
  evaluators: string[]
  bidders: TechnicalBidder[]
  marks: Mark[]
  quantitative: OfficerMark[]
}

/** All that the ranking needs. */
export interface AwardFacts extends TechnicalFacts {
  bidders: Bidder[]
  /** The planned price, where the rule leaves it to the opening (price.referenceAmount or price.ceiling null). */
  planned?: string | null
  /** Bidders in the order of the public draw, once it has run: settles ties that reached the lot. */
  lot?: string[]
}

/** Marks found by bidder, item and evaluator; the officer's under the evaluator ''. */
export type MarkBook = { markOf(bidder: string, item: string, evaluator: string): string }

const MARK = /^(0|[1-9]\d{0,5})(\.\d{1,4})?$/
const keyOf = (bidder: string, item: string, evaluator: string) => JSON.stringify([bidder, item, evaluator])

function repeated(ids: readonly string[], code: string): Reason[] {
  const seen = new Set<string>()
  return ids.flatMap((id) => (seen.size === seen.add(id).size ? [{ code, facts: { id: quote(id) } }] : []))
}

function markReasons(mark: string, max: string, facts: Reason['facts']): Reason[] {
  if (typeof mark !== 'string') return [{ code: 'mark-malformed', facts }]
  const said = { ...facts, mark: quote(mark) }
  if (/^-/.test(mark)) return [{ code: 'mark-negative', facts: said }]
  if (/^\d{1,6}\.\d{5,}$/.test(mark)) return [{ code: 'mark-too-fine', facts: said }]
  if (!MARK.test(mark)) return [{ code: 'mark-malformed', facts: said }]
  return compare(mark, max) > 0 ? [{ code: 'mark-over-maximum', facts: { ...said, max } }] : []
}

/**
 * Checks that the rule can score these facts and that every mark is there, once, between 0 and its item's maximum.
 *
 * Refuses with every reason: those of checkRule; bidder-repeated, evaluator-repeated; mark-bidder-unknown,
 * mark-evaluator-unknown, mark-item-unknown (also an item marked by the wrong hand, or a heading), mark-not-expected (the
 * technical envelope was malformed), mark-repeated, mark-malformed, mark-negative, mark-too-fine, mark-over-maximum, mark-missing.
 */
export function checkMarks(facts: TechnicalFacts): Answer<MarkBook> {
  const { rule, evaluators, bidders } = facts
  const verdict = checkRule(rule, evaluators.length)
  if (!verdict.ok) return verdict
  const reasons: Reason[] = [
    ...repeated(
      bidders.map((b) => b.id),
      'bidder-repeated',
    ),
    ...repeated(evaluators, 'evaluator-repeated'),
  ]
  const items = new Map(markedItems(rule).map((i) => [i.id, i]))
  const bidderById = new Map(bidders.map((b) => [b.id, b]))
  const committee = new Set(evaluators)
  const book = new Map<string, string>()

  const enter = (m: OfficerMark, evaluator: string, kind: string) => {
    const said = { bidder: quote(m.bidder), item: quote(m.item), ...(evaluator && { evaluator: quote(evaluator) }) }
    const [bidder, item] = [bidderById.get(m.bidder), items.get(m.item)]
    const found: Reason[] = []
    if (!bidder) found.push({ code: 'mark-bidder-unknown', facts: said })
    else if (bidder.technical !== 'valid') found.push({ code: 'mark-not-expected', facts: said })
    if (item?.kind !== kind) found.push({ code: 'mark-item-unknown', facts: said })
    else found.push(...markReasons(m.mark, item.max, said))
    const key = keyOf(m.bidder, m.item, evaluator)
    if (book.has(key)) found.push({ code: 'mark-repeated', facts: said })
    book.set(key, m.mark)
    reasons.push(...found)
  }
  for (const m of facts.marks) {
    if (committee.has(m.evaluator)) enter(m, m.evaluator, 'qualitative')
    else reasons.push({ code: 'mark-evaluator-unknown', facts: { evaluator: quote(m.evaluator) } })
  }
  for (const m of facts.quantitative) enter(m, '', 'quantitative')

  for (const bidder of bidders.filter((b) => b.technical === 'valid')) {
    for (const item of items.values()) {
      for (const evaluator of item.kind === 'qualitative' ? evaluators : ['']) {
        if (book.has(keyOf(bidder.id, item.id, evaluator))) continue
        const said = { bidder: quote(bidder.id), item: item.id, ...(evaluator && { evaluator: quote(evaluator) }) }
        reasons.push({ code: 'mark-missing', facts: said })
      }
    }
  }
  if (reasons.length > 0) return refuse(reasons)
  return answer({
    markOf(bidder, item, evaluator) {
      const mark = book.get(keyOf(bidder, item, evaluator))
      if (mark === undefined) throw new Error('a checked mark is missing')
      return mark
    },
  })
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
  if (reasons.length > 0 || reference === null) return refuse(reasons)
  return answer({ reference, ceiling: amountOf(rule.price.ceiling, rule.currency) ?? reference })
}

/** A price above zero in whole units, or null: nobody sells for nothing, and a price that cannot be read is none. */
export function amountOf(amount: string | null, currency: string): string | null {
  const read = parseMoney(amount, currency)
  return read.ok && read.value.amount !== '0' ? read.value.amount : null
}
