// What must be known before an award by price is computed, and is it complete?
import { compare } from '../kit/fraction.ts'
import { plain } from '../kit/rounding.ts'
import { quote, type Reason } from '../kit/verdict.ts'
import type { AuctionBid } from './auction.ts'
import type { ContestRule, OfficerPart } from './contest-rule.ts'
import { type Mark, type OfficerMark, repeated, type TechnicalFacts } from './facts.ts'
import type { PrelimPrices } from './planned-price.ts'

/** Who bid, what became of the envelopes, and what was in the price envelope. */
export interface ContestBidder {
  id: string
  price: 'valid' | 'malformed' | 'unopened'
  /** Null unless the price envelope is valid. In an auction, the price with which the bidder goes into the first round, if it has one. */
  amount: string | null
  /** The numbers picked, where preliminary prices are drawn. */
  picks?: number[]
  /** TWO_STAGE: what became of the specification. Absent: valid. */
  technical?: 'valid' | 'malformed'
  members?: { member: string; share: string }[]
}

/** The officer's score of one part of one bidder. */
export interface PartScore {
  bidder: string
  part: string
  score: string
}

/** All that an award by price needs. The order of the lists means nothing, but for `auction` and `lot`. */
export interface ContestFacts {
  rule: ContestRule
  bidders: ContestBidder[]
  /** The officer's single planned price, where the rule leaves it to the opening. */
  planned?: string | null
  /** The preliminary prices as they were drawn or published. */
  prelim?: PrelimPrices
  /** QUALIFICATION and COMPREHENSIVE. A bidder without any has not been examined yet. */
  scores?: PartScore[]
  /** TWO_STAGE. */
  evaluators?: string[]
  marks?: Mark[]
  quantitative?: OfficerMark[]
  /** AUCTION: every bid in the order of the log. */
  auction?: AuctionBid[]
  /** Bidders in the order of the public draw, once it has run. */
  lot?: string[]
}

/** What is marked before prices count, as the technical scores take it; null where the rule has nothing to mark. */
export function technicalFactsOf(facts: ContestFacts): TechnicalFacts | null {
  const { quality } = facts.rule
  if (!quality) return null
  return {
    rule: quality,
    evaluators: facts.evaluators ?? [],
    bidders: facts.bidders.map((b) => ({
      id: b.id,
      technical: b.technical ?? 'valid',
      ...(b.members && { members: b.members }),
    })),
    marks: facts.marks ?? [],
    quantitative: facts.quantitative ?? [],
  }
}

/** A price above zero with at most `dp` decimals and 18 digits, without trailing zeros; null for anything else. */
export function readPrice(amount: unknown, dp: number): string | null {
  if (typeof amount !== 'string' || amount.length > 24) return null
  const parts = /^(?:0|[1-9]\d{0,17})(?:\.(\d+))?$/.exec(amount)
  if (!parts || (parts[1]?.length ?? 0) > dp) return null
  const price = plain(amount)
  return price === '0' ? null : price
}

/** The officer's parts of a rule, or none. */
export const partsOf = (rule: ContestRule): { parts: readonly OfficerPart[]; dp: number } => ({
  parts: rule.examination?.parts ?? rule.comprehensive?.parts ?? [],
  dp: rule.examination?.partDp ?? rule.comprehensive?.partDp ?? 2,
})

const SCORE = /^(0|[1-9]\d{0,5})(\.\d{1,6})?$/

/** Scores of known bidders and parts, once each, within the maximum; a bidder who has one has all of them. */
function scoreReasons(facts: ContestFacts): Reason[] {
  const parts = new Map(partsOf(facts.rule).parts.map((p) => [p.id, p]))
  const bidders = new Set(facts.bidders.map((b) => b.id))
  const given = new Map<string, Set<string>>()
  const reasons: Reason[] = []
  for (const s of facts.scores ?? []) {
    const said = { bidder: quote(s.bidder), part: quote(s.part) }
    const say = (code: string, more: Reason['facts'] = {}) => reasons.push({ code, facts: { ...said, ...more } })
    const part = parts.get(s.part)
    if (!bidders.has(s.bidder)) say('score-bidder-unknown')
    if (!part) say('score-part-unknown')
    if (typeof s.score !== 'string' || !SCORE.test(s.score)) say('score-malformed', { score: quote(s.score) })
    else if (part && compare(s.score, part.max) > 0) say('score-over-maximum', { score: s.score, max: part.max })
    const own = given.get(s.bidder) ?? new Set()
    if (own.has(s.part)) say('score-repeated')
    given.set(s.bidder, own.add(s.part))
  }
  for (const [bidder, own] of given) {
    for (const part of parts.keys()) {
      if (!own.has(part)) reasons.push({ code: 'score-missing', facts: { bidder: quote(bidder), part } })
    }
  }
  return reasons
}

/**
 * Reasons why these facts cannot be computed with. What one bidder sealed badly is no reason: it is an outcome of its row.
 * The rule must have passed checkContest.
 */
export function checkContestFacts(facts: ContestFacts): Reason[] {
  const { rule, bidders, lot = [] } = facts
  const reasons: Reason[] = [
    ...repeated(
      bidders.map((b) => b.id),
      'bidder-repeated',
    ),
    ...repeated(lot, 'lot-repeated'),
    ...scoreReasons(facts),
  ]
  const known = new Set(bidders.map((b) => b.id))
  for (const id of lot) if (!known.has(id)) reasons.push({ code: 'lot-bidder-unknown', facts: { bidder: quote(id) } })
  for (const b of bidders) {
    const said = { bidder: quote(b.id) }
    // An auction can begin without prices, at its start.
    const wants = b.price === 'valid' && rule.kind !== 'AUCTION'
    if (wants && b.amount === null) reasons.push({ code: 'amount-missing', facts: said })
    if (b.price !== 'valid' && b.amount !== null) reasons.push({ code: 'amount-not-expected', facts: said })
  }
  const planned = facts.planned ?? null
  // Stryker disable next-line ConditionalExpression: no other rule has an amount that could be null
  const wanted = rule.planned.how === 'single' && rule.planned.amount === null
  if (wanted && planned === null && bidders.length > 0) reasons.push({ code: 'planned-price-missing', facts: {} })
  if (!wanted && planned !== null) reasons.push({ code: 'planned-price-not-expected', facts: {} })
  if (wanted && planned !== null && readPrice(planned, rule.dp) === null) {
    reasons.push({ code: 'planned-price-malformed', facts: { amount: quote(planned) } })
  }
  const prelim = rule.planned.how === 'prelim'
  if (prelim && !facts.prelim && bidders.length > 0) reasons.push({ code: 'prelim-prices-missing', facts: {} })
  if (!prelim && facts.prelim) reasons.push({ code: 'prelim-prices-not-expected', facts: {} })
  if (rule.kind !== 'AUCTION' && facts.auction) reasons.push({ code: 'auction-not-expected', facts: {} })
  if (rule.kind !== 'TWO_STAGE' && (facts.marks?.length ?? 0) + (facts.quantitative?.length ?? 0) > 0) {
    reasons.push({ code: 'marks-not-expected', facts: {} })
  }
  return reasons
}
