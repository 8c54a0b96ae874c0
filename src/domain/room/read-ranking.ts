// Is this a ranking? The one in the log is a stranger's until it was computed again, and a page must not break on it.
import { FormatError } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { asList, asText, list, type Obj, object, text, textOrNull } from '../record/fields.ts'
import type { Ranking, Row } from '../scoring/ranking.ts'

const OUTCOMES: readonly Ranking['outcome'][] = ['ranked', 'no-bidder', 'no-eligible-bidder']

function readRow(value: Json, name: string): Row {
  const o = object(value, name)
  const { rank, eligible, tie } = o
  if (rank !== null && typeof rank !== 'number') throw new FormatError(`${name}.rank is not a number`)
  return {
    bidder: text(o, 'bidder'),
    amount: textOrNull(o, 'amount'),
    technical: textOrNull(o, 'technical'),
    rawTechnical: textOrNull(o, 'rawTechnical'),
    price: textOrNull(o, 'price'),
    total: textOrNull(o, 'total'),
    rate: textOrNull(o, 'rate'),
    rank: rank ?? null,
    eligible: eligible === true,
    reasons: list(o, 'reasons', asText),
    steps: list(o, 'steps', (step, at) => {
      const s: Obj = object(step, at)
      return { label: text(s, 'label'), working: text(s, 'working'), value: text(s, 'value') }
    }),
    ...(tie === 'lot pending' && { tie }),
  }
}

/** The ranking of an evaluation entry, or null when it has not the shape of one. */
export function readRanking(value: Json): Ranking | null {
  try {
    const o = object(value, 'ranking')
    const outcome = OUTCOMES.find((known) => known === o.outcome)
    if (!outcome) return null
    return {
      outcome,
      rows: list(o, 'rows', readRow),
      reference: text(o, 'reference'),
      ceiling: text(o, 'ceiling'),
      lowest: textOrNull(o, 'lowest'),
      passMark: text(o, 'passMark'),
      order: list(o, 'order', (place, name) => asList(place, name, asText)),
    }
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}
