// What was decided, whatever the method? The few questions that lifecycle, award and lot ask of a ranking and of a contest alike.
import type { Contest } from './contest.ts'
import type { AnyRule } from './contest-rule.ts'
import type { Ranking } from './ranking.ts'

/** What `evaluation.result/1` holds: a ranking by totals, or a contest by price. */
export type Decided = Ranking | Contest

export const isContestResult = (decided: Decided): decided is Contest => 'planned' in decided

/** Whom to examine next, the lowest first; null when nobody is to be examined. */
export const nextToExamine = (decided: Decided): string | null =>
  isContestResult(decided) && decided.outcome === 'examination-pending' ? decided.next : null

/**
 * Who may be awarded, in their order, several in a joint place: nobody while an examination is pending or where there were too few
 * readable bids.
 */
export const orderOf = (decided: Decided): string[][] => (decided.outcome === 'ranked' ? decided.order : [])

/** With how many the agreement is made: one, but for a framework. */
export const winnersOfRule = (rule: Pick<AnyRule, 'winners'>): number => rule.winners ?? 1

/** The winners: whole places of the order until there are as many as the rule has; a joint place that is too much, not at all. */
export function winnersOf(order: readonly string[][], most: number): string[] {
  const winners: string[] = []
  for (const place of order) {
    if (winners.length + place.length > most) break
    winners.push(...place)
  }
  return winners
}
