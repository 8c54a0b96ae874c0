// Does this browser get the same scores and the same ranking from the published marks and prices?

import type { Answer } from '../../../src/domain/kit/verdict.ts'
import { sameJson } from '../../../src/domain/record/payloads.ts'
import { awardFacts, contestFacts, guarded, lockedFacts, ruleOf } from '../../../src/domain/record/scored.ts'
import { decideContest } from '../../../src/domain/scoring/contest.ts'
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
 * Null while there is nothing to compare. Examinations are taken in their order; where a public lot decided, the ranking before it and
 * the one after it are computed again with the order drawn. That lot and preliminary prices were drawn right is for the whole check,
 * which has the log up to the close: here the prices are taken as they were published.
 */
export function rankingAgrees(facts: TenderFacts): boolean | null {
  const { notice, locked, results, evaluation, examinations, examined, planned, draw } = facts
  if (!notice || !evaluation) return null
  const rule = ruleOf(notice.payload)
  if (!rule.ok) return false
  if (!locked && hasTechnical(rule.value)) return null
  const of = (rows: TenderFacts['results']['technical']) => new Map(rows.map((row) => [row.bidder, row]))
  const opened = { technical: of(results.technical), price: of(results.price) }
  const bidders = [...(hasTechnical(rule.value) ? opened.technical : opened.price).keys()]
  const decide = (after: number, lot?: string[]): Answer<Decided> =>
    guarded((): Answer<Decided> => {
      if (isContest(rule.value)) {
        const scores = examinations
          .slice(0, after)
          .flatMap(({ payload: { bidder, scores: given } }) => given.map((score) => ({ bidder, ...score })))
        const prelim = planned ? { prices: planned.payload.prices, slotOrder: planned.payload.slotOrder } : undefined
        const more = { locked: locked?.payload ?? null, prelim, scores, lot }
        return decideContest(contestFacts(rule.value, notice.payload, bidders, opened, more))
      }
      return locked
        ? rank(awardFacts(rule.value, notice.payload, locked.payload, bidders, opened, lot))
        : { ok: false, reasons: [] }
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
