// Does this browser get the same scores and the same ranking from the published marks and prices?

import { sameJson } from '../../../src/domain/record/payloads.ts'
import { awardFacts, guarded, lockedFacts, ruleOf } from '../../../src/domain/record/scored.ts'
import { technicalScores } from '../../../src/domain/scoring/quality.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import type { Json } from '../../../src/proof/canonical.ts'
import type { TenderFacts } from './tender-facts.ts'

/** Null while there is nothing to compare. */
export function scoresAgree({ notice, locked }: TenderFacts): boolean | null {
  if (!notice || !locked) return null
  const rule = ruleOf(notice.payload)
  if (!rule.ok) return false
  const again = guarded(() => technicalScores(lockedFacts(rule.value, notice.payload, locked.payload)))
  return again.ok && sameJson(again.value as unknown as Json, locked.payload.scores as unknown as Json)
}

/**
 * Null while there is nothing to compare. Where a public lot decided, the ranking before it and the one after it are computed again
 * with the order drawn; that the draw itself is right is for the whole check, which has the log up to the close.
 */
export function rankingAgrees({ notice, locked, results, evaluation, draw }: TenderFacts): boolean | null {
  if (!notice || !locked || !evaluation) return null
  const rule = ruleOf(notice.payload)
  if (!rule.ok) return false
  const of = (rows: TenderFacts['results']['technical']) => new Map(rows.map((row) => [row.bidder, row]))
  const technical = of(results.technical)
  const opened = { technical, price: of(results.price) }
  const agrees = (official: Json, lot?: string[]): boolean => {
    const again = guarded(() =>
      rank(awardFacts(rule.value, notice.payload, locked.payload, [...technical.keys()], opened, lot)),
    )
    return again.ok && sameJson(again.value as unknown as Json, official)
  }
  if (!agrees(evaluation.payload.ranking)) return false
  return (
    !draw ||
    agrees(
      draw.payload.ranking,
      draw.payload.tickets.map((t) => t.id),
    )
  )
}
