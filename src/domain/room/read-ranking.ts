// Is this a ranking? The one in the log is a stranger's until it was computed again, and a page must not break on it.
import { FormatError } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { asList, asText, list, type Obj, object, text, textOrNull } from '../record/fields.ts'
import type { Contest } from '../scoring/contest.ts'
import type { Ranking, Row } from '../scoring/ranking.ts'
import type { Step } from '../scoring/step.ts'

/** What an award by price has beside its rows: the limits, how they came about, and whose examination is next. */
export type ByPrice = Pick<Contest, 'outcome' | 'cause' | 'planned' | 'floor' | 'netCostLine' | 'steps' | 'next'>

/** A ranking as pages show it, whatever the method; `byPrice` where price decides. */
export interface RoomRanking extends Ranking {
  byPrice?: ByPrice
}

const OUTCOMES: readonly Ranking['outcome'][] = ['ranked', 'no-bidder', 'no-eligible-bidder']
const BY_PRICE: readonly Contest['outcome'][] = [...OUTCOMES, 'too-few-bidders', 'examination-pending']

const stepsOf = (o: Obj): Step[] =>
  list(o, 'steps', (step, at) => {
    const s: Obj = object(step, at)
    return { label: text(s, 'label'), working: text(s, 'working'), value: text(s, 'value') }
  })

function readRow(value: Json, name: string): Row {
  const o = object(value, name)
  const { rank, eligible, tie } = o
  if (rank !== null && typeof rank !== 'number') throw new FormatError(`${name}.rank is not a number`)
  return {
    bidder: text(o, 'bidder'),
    amount: textOrNull(o, 'amount'),
    technical: textOrNull(o, 'technical'),
    rawTechnical: o.rawTechnical === undefined ? null : textOrNull(o, 'rawTechnical'),
    price: textOrNull(o, 'price'),
    total: textOrNull(o, 'total'),
    rate: textOrNull(o, 'rate'),
    rank: rank ?? null,
    eligible: eligible === true,
    reasons: list(o, 'reasons', asText),
    steps: stepsOf(o),
    ...(tie === 'lot pending' && { tie }),
  }
}

const orderOf = (o: Obj): string[][] => list(o, 'order', (place, name) => asList(place, name, asText))

/** The parts of a contest that a ranking has, and those that it has not. Who may be awarded only after an examination is in no order yet. */
function shown(rows: Row[], order: string[][], byPrice: ByPrice): RoomRanking {
  const outcome = OUTCOMES.find((known) => known === byPrice.outcome)
  const settled = byPrice.outcome === 'ranked'
  return {
    outcome: outcome ?? (byPrice.outcome === 'examination-pending' ? 'ranked' : 'no-eligible-bidder'),
    rows,
    reference: byPrice.planned ?? '0',
    ceiling: byPrice.planned ?? '0',
    lowest: rows.find((row) => row.rank === 1)?.amount ?? null,
    passMark: '0',
    order: settled ? order : [],
    byPrice,
  }
}

/** A contest as pages show it. */
export const rankingOfContest = (contest: Contest): RoomRanking =>
  shown(
    contest.rows.map((row) => ({ ...row, rawTechnical: row.technical })),
    contest.order,
    contest,
  )

/** The ranking of an evaluation entry, or null when it has not the shape of one. */
export function readRanking(value: Json): RoomRanking | null {
  try {
    const o = object(value, 'ranking')
    if (o.planned !== undefined) {
      const outcome = BY_PRICE.find((known) => known === o.outcome)
      if (!outcome) return null
      return shown(list(o, 'rows', readRow), orderOf(o), {
        outcome,
        cause: textOrNull(o, 'cause'),
        planned: textOrNull(o, 'planned'),
        floor: textOrNull(o, 'floor'),
        netCostLine: textOrNull(o, 'netCostLine'),
        steps: stepsOf(o),
        next: textOrNull(o, 'next'),
      })
    }
    const outcome = OUTCOMES.find((known) => known === o.outcome)
    if (!outcome) return null
    return {
      outcome,
      rows: list(o, 'rows', readRow),
      reference: text(o, 'reference'),
      ceiling: text(o, 'ceiling'),
      lowest: textOrNull(o, 'lowest'),
      passMark: text(o, 'passMark'),
      order: orderOf(o),
    }
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}
