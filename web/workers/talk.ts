// What do a room and its worker say to each other? Plain data, both ways.
import type { Check } from '../../src/domain/audit/audit.ts'
import type { RoomNews } from '../../src/domain/room/checker.ts'
import type { PublicEntry } from '../../src/domain/room/entry.ts'
import type { Ranking } from '../../src/domain/scoring/ranking.ts'

export type ToWorker =
  /** `trusting`: the browser has no cryptography here, so that figures are computed from the log's word. */
  | { do: 'start'; tender: string; trusting: boolean }
  | { do: 'take'; entries: PublicEntry[] }
  /** The ranking as far as an entry. */
  | { do: 'standing'; upTo: number }
  /** Follow the log once more, without having been sent anything. */
  | { do: 'look' }
  /** Every check of the audit, from the log's own files alone. */
  | { do: 'audit' }

export type FromWorker =
  | { said: 'news'; news: RoomNews[] }
  | { said: 'standing'; upTo: number; ranking: Ranking | null }
  | { said: 'audit'; checks: Check[] }
  | { said: 'audit-broke'; why: string }
