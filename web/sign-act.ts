// How does this person sign an act? The payload as it will stand in the public log, with the key that never leaves this browser.
import type { JsonObject } from '../src/proof/canonical.ts'
import { signJws } from '../src/proof/jws.ts'
import { webPrimitives as P } from '../src/proof/web-primitives.ts'
import { onAccepted } from './call.ts'
import { serverNow } from './clock.ts'
import { rememberSigned } from './signed-here.ts'
import { type StoredKey, signerOf } from './signing-key.ts'

/** Statements that were signed here and that nothing has been heard of, by whose key. */
const awaited = new Map<string, string>()

export async function signAct(key: StoredKey, payload: JsonObject & { typ: string }): Promise<string> {
  const jws = await signJws(P, signerOf(key), payload)
  awaited.set(jws, key.account)
  return jws
}

onAccepted.push((body) => {
  if (awaited.size === 0) return
  const sent = JSON.stringify(body ?? null)
  const { salt } = (body ?? {}) as { salt?: string }
  for (const [jws, account] of awaited) {
    if (!sent.includes(jws)) continue
    awaited.delete(jws)
    void rememberSigned(account, { jws, salt }, new Date(serverNow()).toISOString())
  }
})
