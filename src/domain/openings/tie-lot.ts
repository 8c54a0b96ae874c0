// How does the public lot settle a tie? Announced with the ranking, drawn by draw/1, and drawn again by whoever likes.
import { b64u, compareBytes, FormatError, fromB64u } from '../../proof/bytes.ts'
import { drawKey, drawSeed, ticket } from '../../proof/draw.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { type Decided, orderOf as eligibleOrder, isContestResult } from '../scoring/decided.ts'
import { type Contribution, tieBreakPurpose } from './labels.ts'

/** How long a joint rank stands before the lot is drawn, so that people can come and see; a demonstration divides it. */
export const LOT_AFTER_SECONDS = 60
export const LOT_LEAST_SECONDS = 3

/** What a draw is made from: the log up to the close, and what the valid envelopes of an opening list hold. */
export interface LotDraw {
  /** MTH(D[0 : I+1]), I = index of tender.closed/1. */
  root: Uint8Array
  contributions: readonly Contribution[]
  tender: string
  lot: string
}

/** draw.result/1 without the ranking that follows from it. */
export interface Drawn {
  purpose: string
  seed: string
  /** Envelopes whose bytes are in the seed, sorted. */
  contributions: string[]
  /** In drawn order: lowest ticket first. */
  tickets: { id: string; ticket: string }[]
}

/**
 * Everybody whose rank is joint, by id; empty when nothing is left to the lot. Where price decides, none is drawn before it is known who
 * is eligible, nor for places that nobody eligible shares.
 */
export function jointBidders(decided: Decided): string[] {
  if (isContestResult(decided) && !eligibleOrder(decided).some((place) => place.length > 1)) return []
  return decided.rows
    .filter((row) => row.tie === 'lot pending')
    .map((row) => row.bidder)
    .sort()
}

/** Draws tickets for ids that were fixed before: HMAC-SHA-256(key, "id\0" ‖ id), lowest first. @throws FormatError for an id that is there twice */
export function drawTickets(P: Primitives, draw: LotDraw, purpose: string, ids: readonly string[]): Drawn {
  const contributions = draw.contributions.map((c) => ({ eid: fromB64u(c.eid), r: fromB64u(c.rnd) }))
  const seed = drawSeed(P, draw.root, contributions)
  const key = drawKey(P, seed, purpose)
  if (new Set(ids).size !== ids.length) throw new FormatError('an id is there twice')
  const tickets = ids.map((id) => ({ id, ticket: ticket(P, key, id) }))
  tickets.sort((a, b) => compareBytes(a.ticket, b.ticket))
  return {
    purpose,
    seed: b64u(seed),
    contributions: draw.contributions.map((c) => c.eid).sort(),
    tickets: tickets.map((t) => ({ id: t.id, ticket: b64u(t.ticket) })),
  }
}

/**
 * Draws the lot among joint bidders, by their ids. Ties of several ranks are drawn at once: each rank takes its own bidders in this
 * order.
 */
export const drawTie = (P: Primitives, draw: LotDraw, joint: readonly string[]): Drawn =>
  drawTickets(P, draw, tieBreakPurpose(draw.tender, draw.lot), joint)

export const orderOf = (drawn: Drawn): string[] => drawn.tickets.map((t) => t.id)
