// Which of a bidder's acts counts? The one with the highest number below the closing entry; a withdrawal leaves no bid.

/** A bidder's act whose signature was verified. */
export interface SignedAct {
  /** Index in the log. */
  index: number
  bidder: string
  /** 1 for the first act, one more for each replacement or withdrawal. */
  seq: number
  act: 'submission' | 'withdrawal'
}

/**
 * For each bidder the act that decides, below the closing index: highest `seq`, at equal `seq` the lowest index. An older act
 * never revives: when the deciding act is a withdrawal, it is returned as such and there is no bid.
 *
 * Example: seq 1 submitted, seq 2 withdrawn ⇒ the withdrawal; then seq 3 submitted ⇒ that submission.
 */
export function effectiveActs<A extends SignedAct>(acts: readonly A[], closing: number): Map<string, A> {
  const deciding = new Map<string, A>()
  for (const act of acts) {
    if (act.index >= closing) continue
    const before = deciding.get(act.bidder)
    if (!before || act.seq > before.seq || (act.seq === before.seq && act.index < before.index)) {
      deciding.set(act.bidder, act)
    }
  }
  return deciding
}

/**
 * The submissions that count, in log order.
 *
 * @param since index of the entry by which the keys were replaced: what was sealed before it nobody opens; -1 where they never were
 */
export function effectiveSubmissions<A extends SignedAct>(
  acts: readonly A[],
  closing: number,
  since = -1,
): (A & { act: 'submission' })[] {
  return [...effectiveActs(acts, closing).values()]
    .filter((a): a is A & { act: 'submission' } => a.act === 'submission' && a.index > since)
    .sort((a, b) => a.index - b.index)
}
