// What is the planned price of this opening? Prices drawn from what was sealed, numbers counted, the most picked averaged.
import { b64u, fromB64u } from '../../proof/bytes.ts'
import { drawSeed } from '../../proof/draw.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { type Answer, answer } from '../kit/verdict.ts'
import { type Picked, picksThatCount } from '../scoring/contest.ts'
import type { ContestFacts } from '../scoring/contest-facts.ts'
import {
  drawPrelim,
  type PlannedPrice,
  type PrelimPrices,
  plannedPrice,
  prelimCount,
} from '../scoring/planned-price.ts'
import { reservePurpose } from './reserve-purpose.ts'
import type { LotDraw } from './tie-lot.ts'

/** What is drawn: the prices of these sections, by the ids that the announcement fixes. */
export const sectionsOf = (rule: Parameters<typeof prelimCount>[0]): string[] =>
  Array.from({ length: prelimCount(rule) }, (_, j) => `section-${j + 1}`)

/** `planned.price/1` without the tender and the closing index. */
export interface PlannedDraw extends Required<PrelimPrices>, PlannedPrice {
  purpose: string
  seed: string
  /** Envelopes whose bytes are in the seed, of custodians and of bidders, sorted. */
  contributions: string[]
  /** Whose picks counted, by bidder. */
  picks: Picked[]
}

/**
 * Makes the preliminary prices of an opening and the planned price that they give. `draw.contributions` are those of the custodians and
 * of every valid price envelope; the prices exist only once all of them are open, and nobody could choose or foresee one.
 *
 * Refuses as bandsOf and plannedPrice do. The rule must draw prices.
 */
export function drawPlanned(P: Primitives, draw: LotDraw, facts: ContestFacts): Answer<PlannedDraw> {
  const { planned, dp } = facts.rule
  if (planned.how !== 'prelim') throw new TypeError('no prices are drawn under this rule')
  const purpose = reservePurpose(draw.tender, draw.lot)
  const pairs = draw.contributions.map((c) => ({ eid: fromB64u(c.eid), r: fromB64u(c.rnd) }))
  const seed = drawSeed(P, draw.root, pairs)
  const made = drawPrelim(P, planned, dp, seed, purpose)
  if (!made.ok) return made
  const picks = picksThatCount(facts)
  const price = plannedPrice(
    planned,
    dp,
    made.value,
    picks.map((counted) => counted.picks),
  )
  if (!price.ok) return price
  return answer({
    purpose,
    seed: b64u(seed),
    contributions: draw.contributions.map((c) => c.eid).sort(),
    prices: made.value.prices,
    slotOrder: made.value.slotOrder ?? [],
    picks,
    ...price.value,
  })
}
