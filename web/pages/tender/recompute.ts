// Does this browser get the same scores and the same ranking from the published marks and prices?

import type { Answer } from '../../../src/domain/kit/verdict.ts'
import { sameJson } from '../../../src/domain/record/payloads.ts'
import { awardFacts, contestFacts, guarded, lockedFacts, ruleOf } from '../../../src/domain/record/scored.ts'
import type { AnyFacts } from '../../../src/domain/scoring/award.ts'
import { decideContest } from '../../../src/domain/scoring/contest.ts'
import type { ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import { isContest } from '../../../src/domain/scoring/contest-rule.ts'
import type { Decided } from '../../../src/domain/scoring/decided.ts'
import { technicalScores } from '../../../src/domain/scoring/quality.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import { hasTechnical, qualityOf } from '../../../src/domain/tenders/procedure.ts'
import type { Json } from '../../../src/proof/canonical.ts'
import type { TenderFacts } from './tender-facts.ts'

/** Null while there is nothing to compare. */
export function scoresAgree({ notice, locked }: TenderFacts): boolean | null {
  if (!notice || !locked) return null
  const rule = ruleOf(notice.payload)
  const quality = rule.ok ? qualityOf(rule.value) : null
  if (!quality) return false
  const again = guarded(() => technicalScores(lockedFacts(quality, notice.payload, locked.payload)))
  return again.ok && sameJson(again.value as unknown as Json, locked.payload.scores as unknown as Json)
}

/**
 * What the rule decides from, as the public record gives it: the rule, and the facts, after so many examinations and with the order that
 * a public lot gave. Null while there is not enough.
 */
export function factsToDecide(facts: TenderFacts, after: number, lot?: string[]): AnyFacts | null {
  const { notice, locked, results, examinations, planned } = facts
  if (!notice) return null
  const rule = ruleOf(notice.payload)
  if (!rule.ok) return null
  const of = (rows: TenderFacts['results']['technical']) => new Map(rows.map((row) => [row.bidder, row]))
  const opened = { technical: of(results.technical), price: of(results.price) }
  const bidders = [...(hasTechnical(rule.value) ? opened.technical : opened.price).keys()]
  if (isContest(rule.value)) {
    const scores = examinations
      .slice(0, after)
      .flatMap(({ payload: { bidder, scores: given } }) => given.map((score) => ({ bidder, ...score })))
    const prelim = planned ? { prices: planned.payload.prices, slotOrder: planned.payload.slotOrder } : undefined
    return contestFacts(rule.value, notice.payload, bidders, opened, {
      locked: locked?.payload ?? null,
      prelim,
      scores,
      lot,
    })
  }
  return locked ? awardFacts(rule.value, notice.payload, locked.payload, bidders, opened, lot) : null
}

/** The same after all examinations and the lot: what the ranking that stands was made from. */
export const factsThatStand = (facts: TenderFacts): AnyFacts | null =>
  factsToDecide(
    facts,
    facts.examined.length,
    facts.draw?.payload.tickets.map((t) => t.id),
  )

const isContestFacts = (facts: AnyFacts): facts is ContestFacts => isContest(facts.rule)

/**
 * Null while there is nothing to compare. Examinations are taken in their order; where a public lot decided, the ranking before it and
 * the one after it are computed again with the order drawn. That lot and preliminary prices were drawn right is for the whole check,
 * which has the log up to the close: here the prices are taken as they were published.
 */
export function rankingAgrees(facts: TenderFacts): boolean | null {
  const { notice, locked, evaluation, examined, draw } = facts
  if (!notice || !evaluation) return null
  const rule = ruleOf(notice.payload)
  if (!rule.ok) return false
  if (!locked && hasTechnical(rule.value)) return null
  const decide = (after: number, lot?: string[]): Answer<Decided> =>
    guarded((): Answer<Decided> => {
      const given = factsToDecide(facts, after, lot)
      if (!given) return { ok: false, reasons: [] }
      return isContestFacts(given) ? decideContest(given) : rank(given)
    })
  const agrees = (official: Json, after: number, lot?: string[]): boolean => {
    const again = decide(after, lot)
    return again.ok && sameJson(again.value as unknown as Json, official)
  }
  if (!agrees(evaluation.payload.ranking, 0)) return false
  if (!examined.every(({ payload }, i) => agrees(payload.ranking, i + 1))) return false
  return (
    !draw ||
    agrees(
      draw.payload.ranking,
      examined.length,
      draw.payload.tickets.map((t) => t.id),
    )
  )
}
