// Under which letter do the evaluators see each bidder? Drawn by draw/1, so that nobody chose it and anybody can draw it again.
import { fromB64u } from '../../proof/bytes.ts'
import { drawKey, drawSeed, ticketOrder } from '../../proof/draw.ts'
import type { Primitives } from '../../proof/primitives.ts'

/** What a valid envelope of the opening list put into the draw: its id and the 32 bytes `rnd` of the bid in it, base64url. */
export interface Contribution {
  eid: string
  rnd: string
}

/**
 * A public draw over a tender: contributions nobody could withhold, and the tree root at the closing entry.
 *
 * @param root MTH(D[0 : I+1]), I = index of tender.closed/1
 * @param purpose what is drawn, so that one seed serves several draws; ends in "<tender>/<lot>"
 * @param ids what is put in order; unique
 */
export function drawOrder(
  P: Primitives,
  draw: { root: Uint8Array; contributions: readonly Contribution[]; purpose: string },
  ids: readonly string[],
): string[] {
  const contributions = draw.contributions.map((c) => ({ eid: fromB64u(c.eid), r: fromB64u(c.rnd) }))
  return ticketOrder(P, drawKey(P, drawSeed(P, draw.root, contributions), draw.purpose), [...ids])
}

/** A, B … Z, AA, AB …: the label at a place that counts from 0. */
export function labelAt(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26))
  return place < 26 ? letter : labelAt(Math.floor(place / 26) - 1) + letter
}

export const labelsPurpose = (tender: string, lot: string): string => `labels ${tender}/${lot}`
export const tieBreakPurpose = (tender: string, lot: string): string => `tie-break ${tender}/${lot}`

/**
 * Labels of the bidders whose technical envelopes are valid, in label order. Contributions are those of the same envelopes.
 * Example: tickets in the order C-corp, A-corp give [{label:'A', bidder:'C-corp'}, {label:'B', bidder:'A-corp'}].
 */
export function drawLabels(
  P: Primitives,
  draw: { root: Uint8Array; contributions: readonly Contribution[]; tender: string; lot: string },
  bidders: readonly string[],
): { label: string; bidder: string }[] {
  const order = drawOrder(P, { ...draw, purpose: labelsPurpose(draw.tender, draw.lot) }, bidders)
  return order.map((bidder, place) => ({ label: labelAt(place), bidder }))
}

/** Bidders in the order of the lot that settles ties: contributions are those of the valid price envelopes. */
export function drawLot(
  P: Primitives,
  draw: { root: Uint8Array; contributions: readonly Contribution[]; tender: string; lot: string },
  bidders: readonly string[],
): string[] {
  return drawOrder(P, { ...draw, purpose: tieBreakPurpose(draw.tender, draw.lot) }, bidders)
}
