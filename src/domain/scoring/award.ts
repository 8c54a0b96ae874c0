// How is any tender decided, whatever its method? One door for every rule; lots, each with its own.
import { type Answer, answer, type Reason, refuse } from '../kit/verdict.ts'
import { type Behaviour, behaviourOf, behaviourOfContest } from './behaviour.ts'
import { type Contest, decideContest } from './contest.ts'
import type { ContestFacts } from './contest-facts.ts'
import { isContest } from './contest-rule.ts'
import { winnersOf } from './decided.ts'
import type { AwardFacts } from './facts.ts'
import { type Ranking, rank } from './ranking.ts'

export type AnyFacts = AwardFacts | ContestFacts

/** What a rule gives: a ranking by totals with the evaluators' behaviour, or a contest by price. */
export type Decision =
  | { kind: 'NEGOTIATION'; ranking: Ranking; winners: string[]; behaviour: Behaviour | null }
  | { kind: 'CONTEST'; contest: Contest; winners: string[]; behaviour?: Behaviour }

const isContestFacts = (facts: AnyFacts): facts is ContestFacts => isContest(facts.rule)

/** Decides a tender (or one lot) by the method of its rule. Refuses with every reason of `rank` or `decideContest`. */
export function decide(facts: AnyFacts): Answer<Decision> {
  if (isContestFacts(facts)) {
    const contest = decideContest(facts)
    if (!contest.ok) return contest
    const behaviour = behaviourOfContest(facts)
    const { winners } = contest.value
    return answer({ kind: 'CONTEST', contest: contest.value, winners, ...(behaviour && { behaviour }) })
  }
  const ranking = rank(facts)
  if (!ranking.ok) return ranking
  const winners = winnersOf(ranking.value.order, facts.rule.winners ?? 1)
  return answer({ kind: 'NEGOTIATION', ranking: ranking.value, winners, behaviour: behaviourOf(facts, ranking.value) })
}

export interface Lot {
  /** "1", "2"… */
  lot: string
  facts: AnyFacts
}

/**
 * Decides every lot of a tender, each by its own rule; one lot's facts never touch another's. Reasons carry the lot in `at`
 * ("lots/2/items/quality"). Refuses with lot-repeated-number when a lot is there twice.
 */
export function decideLots(lots: readonly Lot[]): Answer<{ lot: string; decision: Decision }[]> {
  const reasons: Reason[] = []
  const made: { lot: string; decision: Decision }[] = []
  const seen = new Set<string>()
  for (const { lot, facts } of lots) {
    if (seen.has(lot)) reasons.push({ code: 'lot-number-repeated', facts: { lot }, at: `lots/${lot}` })
    seen.add(lot)
    const decision = decide(facts)
    if (decision.ok) made.push({ lot, decision: decision.value })
    else reasons.push(...decision.reasons.map((r) => ({ ...r, at: `lots/${lot}${r.at ? `/${r.at}` : ''}` })))
  }
  return reasons.length === 0 ? answer(made) : refuse(reasons)
}
