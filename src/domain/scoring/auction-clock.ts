// Which round of an auction is it, and until when? Told from its beginning and the times of its bids, by nobody's clock but theirs.
import type { AuctionRule } from './contest-rule.ts'

/** The round at a moment; times in milliseconds since the epoch. */
export interface Round {
  /** 1 … rules.rounds. */
  round: number
  from: number
  /** Half-open: a bid at this very moment is late. */
  ends: number
  /** Bids of this round so far. */
  bids: number
  /** No more bid can come; `ends` is then when that came about. */
  over: boolean
}

/** The first round of an auction that begins at `begins`. */
export const firstRound = (rule: AuctionRule, begins: number): Round => ({
  round: 1,
  from: begins,
  ends: begins + rule.roundSeconds * 1000,
  bids: 0,
  over: false,
})

/**
 * The round at `now`, from an earlier one with no bid in between. A round follows where the last one ended; after the last of them,
 * and after one in which nobody bid, the auction is over.
 *
 * Example: three rounds of 300 s from 12:00. With a bid at 12:01 and none after it, the second round runs from 12:05 to 12:10 and is the last.
 */
export function roundAt(rule: AuctionRule, known: Round, now: number): Round {
  let at = known
  while (!at.over && now >= at.ends) {
    const last = at.round >= rule.rounds || at.bids === 0
    at = last
      ? { ...at, over: true }
      : { round: at.round + 1, from: at.ends, ends: at.ends + rule.roundSeconds * 1000, bids: 0, over: false }
  }
  return at
}

/** May a bid come at this moment? Neither before the first round nor after the last. */
export const isOpenAt = (round: Round, now: number): boolean => !round.over && now >= round.from && now < round.ends

/**
 * The round after a bid that came in it at `at`: one in its last seconds moves its end, so that nobody wins by being the last to press.
 * Example: with 60 s of extension and an end at 12:05:00, a bid at 12:04:30 moves it to 12:05:30, one at 12:04:00 does not.
 */
export function afterBidAt(rule: AuctionRule, round: Round, at: number): Round {
  const ends = Math.max(round.ends, at + (rule.extendSeconds ?? 0) * 1000)
  return { ...round, ends, bids: round.bids + 1 }
}

/** The round at `now`, after bids that came at these times in this order; and in which round each came, null where none was open. */
export function roundsOf(
  rule: AuctionRule,
  begins: number,
  times: readonly number[],
  now: number,
): { round: Round; rounds: (number | null)[] } {
  let round = firstRound(rule, begins)
  const rounds = times.map((at) => {
    round = roundAt(rule, round, at)
    if (!isOpenAt(round, at)) return null
    round = afterBidAt(rule, round, at)
    return round.round
  })
  return { round: roundAt(rule, round, now), rounds }
}
