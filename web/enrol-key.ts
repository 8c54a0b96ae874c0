// How does a person get a signing key? It is made in this browser, and its public half enters the log.
import type { ReplyOf } from '../src/api/endpoint.ts'
import { secondsZ } from '../src/domain/kit/time.ts'
import { signJws } from '../src/proof/jws.ts'
import { type PublicJwk, thumbprint } from '../src/proof/primitives.ts'
import { webPrimitives as P } from '../src/proof/web-primitives.ts'
import { forget, keep } from './browser-store.ts'
import { ask, ENDPOINTS } from './call.ts'
import { serverNow, setClock } from './clock.ts'
import { isSteppedUp } from './session.ts'
import { type StoredKey, signerOf } from './signing-key.ts'
import { askForFactor } from './step-up.ts'

type Me = ReplyOf<(typeof ENDPOINTS)['readMe']>

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }

/**
 * Makes a key here and enrols its public half in place of the one in force, if there is one. The private half is kept before
 * the request goes out: an answer that is lost must not cost a key that the log knows. Null when its owner showed no second factor.
 */
export async function enrolKeyHere(me: Me): Promise<Awaited<ReturnType<typeof send>> | null> {
  // Asked for first: the key says from when it counts, and that must not be minutes ago.
  if (!isSteppedUp() && !(await askForFactor())) return null
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
