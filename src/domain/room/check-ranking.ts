// Do scores, labels, ranking and award follow from what was opened here? Computed again, and compared row by row.
import type { Json } from '../../proof/canonical.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Found } from '../audit/envelopes.ts'
import {
  awardFindings,
  closingRoot,
  decisionsOf,
  labelFindings,
  lotFindings,
  plannedFindings,
  rankAgain,
  rankingFindings,
  scoreFindings,
  shownRanking,
} from '../audit/recompute.ts'
import type { Contribution } from '../openings/labels.ts'
import type { Finding, Kind } from '../record/finding.ts'
import { type Notice, type ResultRow, type ScoresLocked, sameJson } from '../record/payloads.ts'
import type { TenderRecord } from '../record/read.ts'
import { awardFacts, contestFacts, guarded, ruleOf } from '../record/scored.ts'
import { decideContest } from '../scoring/contest.ts'
import { isContest } from '../scoring/contest-rule.ts'
import { rank } from '../scoring/ranking.ts'
import { drawsPrices } from '../tenders/procedure.ts'
import { type RoomRanking, rankingOfContest } from './read-ranking.ts'

export type FoundOf = Readonly<Record<Kind, readonly Found[]>>

/** Whether this machine's figures for a bidder are those of the record. */
export interface RowAgrees {
  bidder: string
  same: boolean
}

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json

/**
 * Computes the ranking again from the envelopes as they were found here and compares every row with the recorded one: amounts,
 * scores, totals, ranks, steps. `rows` are in the order of the record; a bidder whom the record forgot is among them, as not the same.
 * `drawn` is what custodians put into the draw of prices, as it was opened here.
 */
export function checkRanking(
  P: Primitives,
  r: TenderRecord,
  entries: readonly Uint8Array[],
  found: FoundOf,
  drawn: readonly Contribution[] = [],
): { rows: RowAgrees[]; findings: Finding[] } {
  if (!r.closed || !r.evaluation) return { rows: [], findings: [] }
  const root = closingRoot(P, entries, r.closed.index)
  const computed = rankAgain(P, r, root, { technical: found.technical, price: found.price }, drawn)
  const findings = [
    ...rankingFindings(r, computed),
    ...plannedFindings(r, computed),
    ...lotFindings(P, r, root, found.price, computed),
    ...awardFindings(r, computed),
  ]
  // Once the lot is drawn, the ranking that it settled is the one that is shown; so is the one after an examination.
  const shown = shownRanking(r)
  const recorded = recordedRows(shown)
  if (!computed.ok) return { rows: recorded.map(({ bidder }) => ({ bidder, same: false })), findings }
  const made = decisionsOf(computed.value)
  const right = made.find((value) => sameJson(json(value), shown)) ?? made.at(-1)
  const rowOf = new Map<string, Json>(right?.rows.map((row) => [row.bidder, json(row)]))
  const rows = recorded.map(({ bidder, row }) => ({ bidder, same: sameJson(rowOf.get(bidder) ?? null, row) }))
  const forgotten = [...rowOf.keys()].filter((bidder) => !recorded.some((row) => row.bidder === bidder))
  return { rows: [...rows, ...forgotten.map((bidder) => ({ bidder, same: false }))], findings }
}

function recordedRows(ranking: Json): { bidder: string; row: Json }[] {
  const rows = typeof ranking === 'object' && ranking !== null && !Array.isArray(ranking) ? ranking.rows : null
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row) => {
    const bidder = typeof row === 'object' && row !== null && !Array.isArray(row) ? row.bidder : null
    return typeof bidder === 'string' ? [{ bidder, row }] : []
  })
}

/** Findings about labels and technical scores, once they are locked. */
export function checkScores(P: Primitives, r: TenderRecord, entries: readonly Uint8Array[], found: FoundOf): Finding[] {
  if (!r.closed || !r.locked) return []
  return [...labelFindings(P, r, closingRoot(P, entries, r.closed.index), found.technical), ...scoreFindings(r)]
}

/** What a ranking under way is made from: bidders by organisation, rows of the results that count so far. */
export interface StandingFacts {
  notice: Notice
  /** Null where nothing is marked. */
  locked: ScoresLocked | null
  bidders: readonly string[]
  technical: readonly ResultRow[]
  prices: readonly ResultRow[]
}

/**
 * The ranking as it stands while prices are still being opened: bids whose price is not among `prices` count as unopened, and the
 * lowest price is the lowest so far. Null when the figures do not allow a ranking.
 */
export function standing({ notice, locked, bidders, technical, prices }: StandingFacts): RoomRanking | null {
  const rule = ruleOf(notice)
  if (!rule.ok) return null
  const byBidder = (rows: readonly ResultRow[]) => new Map(rows.map((row) => [row.bidder, row]))
  const results = { technical: byBidder(technical), price: byBidder(prices) }
  const { value } = rule
  if (isContest(value)) {
    // Prices are drawn when all is open: until then nobody knows the limits.
    if (drawsPrices(value)) return null
    const decided = guarded(() => decideContest(contestFacts(value, notice, bidders, results, { locked })))
    return decided.ok ? rankingOfContest(decided.value) : null
  }
  if (!locked) return null
  const ranked = guarded(() => rank(awardFacts(value, notice, locked, bidders, results)))
  return ranked.ok ? ranked.value : null
}
