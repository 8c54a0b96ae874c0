// What do the parts of a room have in common? The room as it is shown, what is known of it, and what people are called.
import { createContext, useContext } from 'react'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import type { PublicEvent } from '../../../src/api/live.ts'
import type { Room } from '../../../src/domain/room/room.ts'
import type { RoomRow } from '../../../src/domain/room/rows.ts'
import type { Stage } from '../../../src/domain/room/stage.ts'
import type { ENDPOINTS } from '../../call.ts'
import type { Language } from '../../snapshot.ts'
import type { KnownSoFar } from './room-watch.ts'
import type { Cursor } from './use-cursor.ts'

export type View = ReplyOf<(typeof ENDPOINTS)['readTender']>

export type Scene = {
  no: string
  view: View
  room: Room
  stage: Stage
  rows: readonly RoomRow[]
  known: KnownSoFar
  cursor: Cursor
  /** Envelopes in the air. */
  lifting: readonly PublicEvent[]
  /** Nothing can be checked in this browser; what is shown is the log's word. */
  trusting: boolean
  moves: boolean
  language: Language
  nameOf: (org: string) => string
  /** The visitor's own organisation, if it signed in. */
  own: string | null
}

/** More rows than these are drawn as they come into sight, and after what changes at once. */
export const ALL_DRAWN = 60

export const SceneContext = createContext<Scene | null>(null)

export function useScene(): Scene {
  const scene = useContext(SceneContext)
  if (!scene) throw new Error('a part of a room stands outside of one')
  return scene
}

/** Strangers' texts have any length; what does not fit a line of a page is cut where it is shown, never where it is kept. */
export const clipped = (text: string, most = 160): string => (text.length > most ? `${text.slice(0, most)}…` : text)
