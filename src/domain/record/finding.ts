// What is not as it must be? A finding: the check it belongs to, and what to tell a citizen.
import type { Words } from '../events.ts'

/** The two envelopes of a bid, in the order in which they are opened. */
export const KINDS = ['technical', 'price'] as const
export type Kind = (typeof KINDS)[number]

/** Seeds of bids' envelopes that were sealed again to other custodians, after too many had failed. */
export type RekeyKind = `rekey-${Kind}`

/** Every kind that is opened with custodians' keys: the bids' two, what was sealed again of them, and the contributions to draws. */
export const OPENED_KINDS = [...KINDS, 'draw', 'rekey-technical', 'rekey-price'] as const
export type OpenedKind = (typeof OPENED_KINDS)[number]
/** Those that a tender has from its notice on. */
export type NoticedKind = Exclude<OpenedKind, RekeyKind>

/** The bids' kind whose seeds were sealed again; null for a kind that is no such thing. */
export const rekeyedBy = (kind: OpenedKind): Kind | null =>
  kind === 'rekey-technical' ? 'technical' : kind === 'rekey-price' ? 'price' : null

/** Which check speaks for releases of a kind. */
export const releaseCheck = (kind: OpenedKind): CheckName =>
  kind === 'draw' ? 'committee' : kind === 'price' || kind === 'rekey-price' ? 'releases-price' : 'releases-technical'

/** Every check of an audit by its stable name, in the order in which a report shows them. */
export const CHECKS = [
  'policy',
  'checkpoint',
  'tree',
  'payloads',
  'notice',
  'keysets',
  'keys',
  'signatures',
  'closing-list',
  'closing-time',
  'reveal',
  'submissions',
  'opening-list-technical',
  'opening-list-price',
  'releases-technical',
  'releases-price',
  'envelopes-technical',
  'envelopes-price',
  'planned-price',
  'committee',
  'labels',
  'scores',
  'sheets',
  'ranking',
  'award',
  'second-person',
  'clarifications',
  'complaints',
  'order',
  'receipt-key',
] as const
export type CheckName = (typeof CHECKS)[number]

/** One deviation of the record from the rules. A finding is a fact about the record, never an exception. */
export interface Finding {
  check: CheckName
  says: Words
}

export const finding = (check: CheckName, ko: string, en: string): Finding => ({ check, says: { ko, en } })

/** Cut for people: hashes and strangers' texts are quoted by their beginning. */
export const brief = (text: string): string => (text.length > 16 ? `${text.slice(0, 12)}…` : text)
