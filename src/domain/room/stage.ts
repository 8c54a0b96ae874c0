// How far has the opening come? The stages that a room's strip shows, told from the log alone, never from a clock.
import type { Kind } from '../record/finding.ts'
import { isPriceAlone, type Room, type Session } from './room.ts'

/** The stages of an opening in two envelopes, in their order. */
export const STAGES = [
  'receiving',
  'closed',
  'technical-keys',
  'technical-opening',
  'evaluation',
  'price-keys',
  'price-opening',
  'ranking',
  'result',
] as const
export type Stage = (typeof STAGES)[number]

/** The stages that this tender goes through: without technical envelopes there are none of theirs, and nothing is evaluated. */
export const stagesOf = (room: Room): readonly Stage[] =>
  isPriceAlone(room) ? STAGES.filter((stage) => !TECHNICAL.includes(stage)) : STAGES

const TECHNICAL: readonly Stage[] = ['technical-keys', 'technical-opening', 'evaluation']

/** Every listed envelope has its result. A list of nothing is complete at once. */
export function isOpened({ list, results }: Session): boolean {
  if (list === null || results.length < list.eids.length) return false
  const opened = new Set(results.map((r) => r.eid))
  return list.eids.every((eid) => opened.has(eid))
}

/** Enough custodians have turned their keys. */
export const keysTurned = (room: Room, kind: Kind): boolean =>
  room.sessions[kind].releases.length >= (room.keysets[kind]?.t ?? 2)

/**
 * The stage in which the tender is, or was when it ended: a tender that failed for lack of bids stays at 'closed', and the
 * room's `ended` says so.
 */
export function stageOf(room: Room): Stage {
  const { technical, price } = room.sessions
  if (room.award) return 'result'
  if (room.evaluation || isOpened(price)) return 'ranking'
  if (price.list) return keysTurned(room, 'price') || price.results.length > 0 ? 'price-opening' : 'price-keys'
  if (room.locked) return 'price-keys'
  if (!isPriceAlone(room) && isOpened(technical)) return 'evaluation'
  if (technical.list) {
    return keysTurned(room, 'technical') || technical.results.length > 0 ? 'technical-opening' : 'technical-keys'
  }
  return room.closed ? 'closed' : 'receiving'
}

/** The session whose keys or envelopes the stage is about, if it is about one. */
export function kindAt(stage: Stage): Kind | null {
  if (stage === 'technical-keys' || stage === 'technical-opening') return 'technical'
  return stage === 'price-keys' || stage === 'price-opening' ? 'price' : null
}

/** A key is missing for longer than custodians usually take: the room says so instead of letting people wonder. */
export const KEY_PATIENCE_SECONDS = 120
