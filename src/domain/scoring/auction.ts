// Which bids of a reverse auction count? Each is judged by those before it, in the order of the log.
import { compare, subtract } from '../kit/fraction.ts'
import { plain } from '../kit/rounding.ts'
import { quote, type Reason } from '../kit/verdict.ts'
import { readPrice } from './contest-facts.ts'
import type { AuctionRule } from './contest-rule.ts'

/** One bid of a running auction. */
export interface AuctionBid {
  bidder: string
  amount: string
  /** 1 … rules.rounds. */
  round: number
}

/** Where an auction stands: each bidder's own last price, and the lowest of all. */
export interface Standing {
  lowest: string | null
  own: ReadonlyMap<string, string>
  round: number
}

export const opened: Standing = { lowest: null, own: new Map(), round: 1 }

/**
 * Where it stands before the first round: each bidder holds the price that was opened of it, unless that is above the start.
 * Example: start 10,000,000 and opened 9,500,000, 9,800,000 and 10,000,001: the lowest is 9,500,000, and the third holds no price yet.
 */
export function openedWith(rule: AuctionRule, prices: readonly { bidder: string; amount: string }[]): Standing {
  const fits = prices.filter(({ amount }) => compare(amount, rule.start) <= 0)
  return fits.reduce((standing, price) => afterBid(standing, { ...price, round: 1 }), opened)
}

/** The most that this bidder may bid now: below what it must undercut by the rule's step; null when nothing is low enough. */
export function mostAllowed(rule: AuctionRule, standing: Standing, bidder: string): string | null {
  const before = rule.undercut === 'lowest' ? standing.lowest : (standing.own.get(bidder) ?? null)
  if (before === null) return plain(rule.start)
  const most = subtract(before, rule.step)
  return most.n > 0n ? plain(most) : null
}

/**
 * May this bid be entered now? Every reason why not: auction-bidder-unknown, auction-round-over (a round before the present one,
 * or beyond the last), auction-bid-malformed, auction-not-low-enough.
 * Example: step 100,000 and lowest 9,000,000: 8,900,000 may, 8,900,001 may not.
 */
export function mayBidInAuction(
  rule: AuctionRule,
  dp: number,
  standing: Standing,
  bid: AuctionBid,
  bidders: ReadonlySet<string>,
): Reason[] {
  const facts = { bidder: quote(bid.bidder), amount: quote(bid.amount) }
  const reasons: Reason[] = []
  if (!bidders.has(bid.bidder)) reasons.push({ code: 'auction-bidder-unknown', facts })
  if (!Number.isInteger(bid.round) || bid.round < standing.round || bid.round > rule.rounds) {
    reasons.push({
      code: 'auction-round-over',
      facts: { ...facts, round: String(bid.round).slice(0, 20), now: standing.round },
    })
  }
  const amount = readPrice(bid.amount, dp)
  if (amount === null) return [...reasons, { code: 'auction-bid-malformed', facts }]
  const most = mostAllowed(rule, standing, bid.bidder)
  if (most === null || compare(amount, most) > 0) {
    reasons.push({ code: 'auction-not-low-enough', facts: { ...facts, most: most ?? '0' } })
  }
  return reasons
}

/** Where the auction stands after a bid that may be entered. */
export function afterBid(standing: Standing, bid: AuctionBid): Standing {
  const amount = plain(bid.amount)
  const own = new Map(standing.own).set(bid.bidder, amount)
  // Stryker disable next-line EqualityOperator: of two equal prices either is the lowest
  const lowest = standing.lowest === null || compare(amount, standing.lowest) < 0 ? amount : standing.lowest
  return { lowest, own, round: bid.round }
}

/** Replays all bids in the order of the log, beginning where `from` stands. A bid that may not be entered changes nothing and is named with its reasons. */
export function replay(
  rule: AuctionRule,
  dp: number,
  bids: readonly AuctionBid[],
  bidders: ReadonlySet<string>,
  from: Standing = opened,
): { standing: Standing; refused: { bid: number; reasons: Reason[] }[] } {
  let standing = from
  const refused: { bid: number; reasons: Reason[] }[] = []
  for (const [n, bid] of bids.entries()) {
    const reasons = mayBidInAuction(rule, dp, standing, bid, bidders)
    if (reasons.length > 0) refused.push({ bid: n, reasons })
    else standing = afterBid(standing, bid)
  }
  return { standing, refused }
}
