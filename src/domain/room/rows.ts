// Which row does each bid have in the room's table, in which order, and what may it show already?
import { FormatError } from '../../proof/bytes.ts'
import type { Words } from '../events.ts'
import { compare } from '../kit/fraction.ts'
import type { Kind } from '../record/finding.ts'
import { amountIn } from '../record/payloads.ts'
import type { Row } from '../scoring/ranking.ts'
import type { Step } from '../scoring/step.ts'
import type { EnvelopeVerdict, Marks } from './check-envelope.ts'
import type { RoomRanking } from './read-ranking.ts'
import type { Room, RoomBid, RoomResult } from './room.ts'

/**
 * What may be seen of an envelope: `sealed`; `checking`, its result is in the log and not checked here yet; `opened`; `malformed`;
 * `failed`, the check here says that the record is wrong; `unopened`, the rule leaves it closed for good.
 */
export type EnvelopeState = 'sealed' | 'checking' | 'opened' | 'malformed' | 'failed' | 'unopened'

export interface RoomEnvelope {
  kind: Kind
  eid: string
  state: EnvelopeState
  marks: Marks | null
  /** Why it is malformed, in the record's words. */
  reason: string | null
  /** Why the check failed. */
  says: Words | null
}

export interface RoomRow {
  no: number
  bidder: string
  technical: RoomEnvelope
  price: RoomEnvelope
  /** Null while sealed, unchecked or failed: no price is shown that was not found here. */
  amount: string | null
  technicalScore: string | null
  priceScore: string | null
  total: string | null
  rate: string | null
  rank: number | null
  /** Null before the ranking. */
  eligible: boolean | null
  /** Codes: below-pass-mark, over-ceiling, … */
  reasons: readonly string[]
  steps: readonly Step[]
  tied: boolean
  /** This machine's figures are the recorded ones; null when not compared yet. */
  same: boolean | null
}

/** What this machine found out for itself. */
export interface Known {
  /** By kind and envelope id: `price <eid>`. */
  verdicts: ReadonlyMap<string, EnvelopeVerdict>
  /** Nothing can be checked here: the record's word is shown, and the page says so. */
  trusting: boolean
  /** The ranking under way, as far as the room goes. */
  standing: RoomRanking | null
  /** Rows of the recorded ranking, compared. */
  agrees: ReadonlyMap<string, boolean>
}

export const verdictKey = (kind: Kind, eid: string): string => `${kind} ${eid}`

/** What a session holds, found by envelope: hundreds of bids are looked up in it at each entry. */
interface Session {
  /** Null before there is a list. */
  listed: ReadonlySet<string> | null
  results: ReadonlyMap<string, RoomResult>
}

function sessionOf(room: Room, kind: Kind): Session {
  const { list, results } = room.sessions[kind]
  return { listed: list && new Set(list.eids), results: new Map(results.map((r) => [r.eid, r])) }
}

function envelopeOf({ listed, results }: Session, kind: Kind, bid: RoomBid, known: Known): RoomEnvelope {
  const eid = bid.eids[kind]
  const none = { kind, eid, marks: null, reason: null, says: null }
  const result = results.get(eid)
  if (!result) return { ...none, state: listed && !listed.has(eid) ? 'unopened' : 'sealed' }
  if (known.trusting) {
    return { ...none, state: result.state === 'valid' ? 'opened' : 'malformed', reason: result.reason }
  }
  const verdict = known.verdicts.get(verdictKey(kind, eid))
  if (!verdict) return { ...none, state: 'checking' }
  const { marks, says, content } = verdict
  if (!content) return { ...none, marks, says, state: 'failed' }
  return content.state === 'valid'
    ? { ...none, marks, state: 'opened' }
    : { ...none, marks, state: 'malformed', reason: content.reason }
}

/** The amount in an envelope that was found to be right, or null. */
function amountOf(room: Room, envelope: RoomEnvelope, result: RoomResult | undefined, known: Known): string | null {
  if (envelope.state !== 'opened' || !result) return null
  const content = known.verdicts.get(verdictKey('price', envelope.eid))?.content
  const body = known.trusting ? result.body : content?.state === 'valid' ? content.body : null
  return amountIn(body, String(room.notice?.rule.currency ?? 'KRW'))
}

const LAST = Number.MAX_SAFE_INTEGER

/** Higher first; those without a score, or with one that is no number, last. */
function byScore(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  try {
    return compare(b, a)
  } catch (e) {
    if (e instanceof RangeError || e instanceof FormatError) return 0
    throw e
  }
}

/**
 * The rows in rank order: by rank; without one by technical score, highest first; then by the number on the envelope. Everything
 * in them is what this machine found out, unless it cannot check at all.
 */
export function rowsOf(room: Room, known: Known): RoomRow[] {
  const sessions = { technical: sessionOf(room, 'technical'), price: sessionOf(room, 'price') }
  const ranking = room.evaluation?.ranking ?? known.standing
  const ranked = new Map<string, Row>(ranking?.rows.map((row) => [row.bidder, row]))
  const rows = room.bids.map((bid): RoomRow => {
    const technical = envelopeOf(sessions.technical, 'technical', bid, known)
    const price = envelopeOf(sessions.price, 'price', bid, known)
    const priceResult = sessions.price.results.get(bid.eids.price)
    const row = ranked.get(bid.bidder)
    const failed = technical.state === 'failed' || price.state === 'failed'
    const seen = price.state === 'opened' || price.state === 'malformed' || price.state === 'unopened'
    // Figures from a price are shown only where that price is.
    const figures = row && !failed && seen ? row : null
    return {
      no: bid.no,
      bidder: bid.bidder,
      technical,
      price,
      amount: failed ? null : amountOf(room, price, priceResult, known),
      technicalScore: technical.state === 'opened' ? (row?.technical ?? null) : null,
      priceScore: figures?.price ?? null,
      total: figures?.total ?? null,
      rate: figures?.rate ?? null,
      rank: figures?.rank ?? null,
      eligible: room.evaluation && row ? row.eligible : null,
      reasons: figures && (room.evaluation || price.state !== 'unopened') ? figures.reasons : [],
      steps: figures?.steps ?? [],
      tied: figures?.tie === 'lot pending',
      same: room.evaluation ? (known.agrees.get(bid.bidder) ?? null) : null,
    }
  })
  // Once there is a ranking, rows stand in its order from the first, however far their checks have come.
  const recorded = room.evaluation?.ranking
  const places = new Map(recorded?.rows.map((row, i) => [row.bidder, i]))
  const placeOf = (row: RoomRow) => (recorded ? places.get(row.bidder) : row.rank) ?? LAST
  return rows.sort((a, b) => placeOf(a) - placeOf(b) || byScore(a.technicalScore, b.technicalScore) || a.no - b.no)
}
