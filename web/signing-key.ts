// With which key does this person sign in this browser? A P-256 key whose private half never leaves it.
import type { ReplyOf } from '../src/api/endpoint.ts'
import { secondsZ } from '../src/domain/kit/time.ts'
import { type Signer, signJws } from '../src/proof/jws.ts'
import { type PublicJwk, thumbprint } from '../src/proof/primitives.ts'
import { webPrimitives as P } from '../src/proof/web-primitives.ts'
import { forget, keep, keptAll } from './browser-store.ts'
import { ask, ENDPOINTS } from './call.ts'
import { serverNow, setClock } from './clock.ts'

export type StoredKey = { kid: string; account: string; org: string; jwk: PublicJwk; privateKey: CryptoKey }
type Me = ReplyOf<(typeof ENDPOINTS)['readMe']>

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }

/** Browsers sign on https and on localhost only. */
export const canSign = (): boolean => typeof crypto !== 'undefined' && crypto.subtle !== undefined

/** The key with this kid, if this browser has it for the account. */
export async function storedKey(account: string, kid: string | null): Promise<StoredKey | null> {
  if (kid === null) return null
  const keys = await keptAll<StoredKey>('keys')
  return keys.find((key) => key.account === account && key.kid === kid) ?? null
}

export const signerOf = (key: StoredKey): Signer => ({
  kid: key.kid,
  // WebCrypto's ES256 signature is r‖s already, as JOSE wants it.
  sign: async (data) =>
    new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, new Uint8Array(data))),
})

/**
 * Makes a key here and enrols its public half in place of the one in force, if there is one. The private half is kept before
 * the request goes out: an answer that is lost must not cost a key that the log knows.
 */
export async function enrolKeyHere(me: Me): Promise<Awaited<ReturnType<typeof send>>> {
  await setClock()
  const pair = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify'])
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const jwk: PublicJwk = { crv: 'P-256', kty: 'EC', x, y }
  const key: StoredKey = {
    kid: thumbprint(P, jwk),
    account: me.account,
    org: me.org,
    jwk,
    privateKey: pair.privateKey,
  }
  const jws = await signJws(P, signerOf(key), {
    typ: 'actor.key/1',
    id: me.account,
    org: me.org,
    jwk,
    from: secondsZ(serverNow()),
    replaces: me.kid,
  })
  await keep('keys', key)
  const answer = await send(jws)
  if (!answer.ok) await forget('keys', key.kid)
  return answer
}

const send = (jws: string) => ask(ENDPOINTS.enrolKey, { body: { jws } })
