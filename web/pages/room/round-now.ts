// Which round of the auction is it now? By the rule of the notice and the times of the bids that the log has.
import type { RoomAuction } from '../../../src/domain/room/auction.ts'
import type { Room } from '../../../src/domain/room/room.ts'
import { type Round, roundsOf } from '../../../src/domain/scoring/auction-clock.ts'
import type { AuctionRule } from '../../../src/domain/scoring/contest-rule.ts'

/** Null before the announcement, and where the notice's rule is of no auction. `now` in milliseconds by the server's clock. */
export function roundNow(room: Room, { begun, steps }: RoomAuction, now: number): Round | null {
  const rule = room.notice?.rule.auction as Partial<AuctionRule> | undefined
  // The notice is a stranger's: a round that never ends must not hold up the page.
  if (!begun || typeof rule?.roundSeconds !== 'number' || !(rule.roundSeconds >= 1)) return null
  const times = steps.map((step) => Date.parse(step.time))
  return roundsOf(rule as AuctionRule, Date.parse(begun.begins), times, now).round
}
