// How does this person sign an act? The payload as it will stand in the public log, with the key that never leaves this browser.
import type { JsonObject } from '../src/proof/canonical.ts'
import { signJws } from '../src/proof/jws.ts'
import { webPrimitives as P } from '../src/proof/web-primitives.ts'
import { type StoredKey, signerOf } from './signing-key.ts'

export const signAct = (key: StoredKey, payload: JsonObject & { typ: string }): Promise<string> =>
  signJws(P, signerOf(key), payload)
