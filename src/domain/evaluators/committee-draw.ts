// In which order are evaluators drawn, who is called for which seat, and who follows one that declines? draw/1, stratum by stratum.
import type { Primitives } from '../../proof/primitives.ts'
import { type Drawn, drawTickets, type LotDraw } from '../openings/tie-lot.ts'
import type { PoolRule } from './pool.ts'
import { committeePurpose } from './purpose.ts'

/** How long a person who was called has for an answer; a demonstration divides it. */
export const ANSWER_SECONDS = 172_800
export const ANSWER_LEAST = 300

/** Seats in the order of the strata: two of software and one of security are E1, E2 and E3. */
export function seatsOf({ strata }: Pick<PoolRule, 'strata'>): { evaluator: string; field: string }[] {
  return strata
    .flatMap(({ field, seats }) => Array<string>(seats).fill(field))
    .map((field, i) => ({
      evaluator: `E${i + 1}`,
      field,
    }))
}

/** Draws one stratum: every id of its pool gets a ticket, lowest first. */
export const drawStratum = (P: Primitives, draw: LotDraw, field: string, ids: readonly string[]): Drawn =>
  drawTickets(P, draw, committeePurpose(draw.tender, draw.lot, field), ids)

/** A seat for which somebody is to be called: at the draw, or in place of one who has a conflict or did not answer. */
export interface Vacancy {
  evaluator: string
  field: string
  replaces: string | null
  because: 'drawn' | 'conflict' | 'no-answer'
}

export interface Call extends Vacancy {
  id: string
}

/** A ticket that was passed over, and why: the person is of a bidder, has reached the yearly limit, or has left. */
export interface Passed {
  field: string
  id: string
  because: string
}

export interface Calls {
  calls: Call[]
  passed: Passed[]
  /** Seats for which no ticket is left. */
  unfilled: string[]
}

/**
 * Calls for each vacancy, in their order, the next ticket of its stratum that was neither called nor passed over before. Nobody else
 * moves: who sits keeps the seat, and the order of the tickets is the order of the calls.
 *
 * @param order ids of each stratum by their tickets, lowest first
 * @param used ids called or passed over before, in whatever stratum; it is not changed
 * @param whyNot why a person must be passed over; null when nothing is against it
 */
export function nextCalls(
  order: ReadonlyMap<string, readonly string[]>,
  used: ReadonlySet<string>,
  vacancies: readonly Vacancy[],
  whyNot: (id: string, field: string) => string | null,
): Calls {
  const gone = new Set(used)
  const out: Calls = { calls: [], passed: [], unfilled: [] }
  for (const vacancy of vacancies) {
    const { field, evaluator } = vacancy
    let called = false
    for (const id of order.get(field) ?? []) {
      if (gone.has(id)) continue
      gone.add(id)
      const because = whyNot(id, field)
      if (because === null) {
        out.calls.push({ ...vacancy, id })
        called = true
        break
      }
      out.passed.push({ field, id, because })
    }
    if (!called) out.unfilled.push(evaluator)
  }
  return out
}
