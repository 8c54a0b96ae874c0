// Who signed this act? JWS compact (RFC 7515) with ES256, the payload in canonical JSON.
import { b64u, FormatError, fromB64u, fromUtf8, utf8 } from './bytes.ts'
import { canonical, hasMembers, type JsonObject, parseJson } from './canonical.ts'
import type { Primitives, PublicJwk, Sign } from './primitives.ts'

/** A person or program that signs: `kid` is the thumbprint of its public key. */
export type Signer = { kid: string; sign: Sign }

export type JwsHeader = { alg: 'ES256'; kid: string; typ: string }

export type Jws = { header: JwsHeader; payload: JsonObject; payloadBytes: Uint8Array; signature: Uint8Array }

/** The header's `typ` of a payload's: without the version, with `+jws`. `bid/1` becomes `bid+jws`. */
export function headerTyp(payloadTyp: string): string {
  return `${payloadTyp.replace(/\/[0-9]+$/, '')}+jws`
}

/** Signs a payload; answers the compact form. The payload's `typ` gives the header's. */
export async function signJws(_P: Primitives, signer: Signer, payload: JsonObject & { typ: string }): Promise<string> {
  const header = canonical({ alg: 'ES256', kid: signer.kid, typ: headerTyp(payload.typ) })
  const input = `${b64u(utf8(header))}.${b64u(utf8(canonical(payload)))}`
  const signature = await signer.sign(utf8(input))
  if (signature.length !== 64) throw new Error(`an ES256 signature is 64 bytes, the signer gave ${signature.length}`)
  return `${input}.${b64u(signature)}`
}

/**
 * Reads a compact JWS without checking its signature: three canonical base64url parts; a header of exactly alg (ES256), kid and typ;
 * a payload that is a JSON object. Throws {@link FormatError} for anything else. What is in it is not yet to be believed.
 */
export function readJws(compact: string): Jws {
  const parts = compact.split('.', 4)
  const [head, body, tail] = parts
  if (parts.length !== 3 || !head || !body || !tail)
    throw new FormatError('not a compact JWS: three parts are expected')
  const header = parseJson(fromUtf8(fromB64u(head)), { bytes: 4096 })
  if (!hasMembers(header, ['alg', 'kid', 'typ'])) throw new FormatError('the JWS header is not alg, kid and typ')
  const { alg, kid, typ } = header
  if (alg !== 'ES256') throw new FormatError('the JWS is not signed with ES256')
  if (typeof kid !== 'string' || typeof typ !== 'string') throw new FormatError('kid and typ of a JWS header are texts')
  const signature = fromB64u(tail)
  if (signature.length !== 64) throw new FormatError('an ES256 signature has 64 bytes')
  const payloadBytes = fromB64u(body)
  const payload = parseJson(fromUtf8(payloadBytes))
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new FormatError('the payload of the JWS is not an object')
  }
  return { header: { alg, kid, typ }, payload, payloadBytes, signature }
}

/**
 * What did the holder of this key sign? `null` when the text is no JWS as used here, the signature is not by the key, or the
 * type in header or payload is another (so that a signature under one act never serves as another).
 *
 * @param payloadTyp the payload's `typ` with its version, e.g. `submission/1`
 */
export async function verifyJws(
  P: Primitives,
  compact: string,
  jwk: PublicJwk,
  payloadTyp: string,
): Promise<{ payload: JsonObject; header: JwsHeader } | null> {
  let jws: Jws
  try {
    jws = readJws(compact)
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
  const { header, payload, signature } = jws
  if (header.typ !== headerTyp(payloadTyp) || payload.typ !== payloadTyp) return null
  const input = utf8(compact.slice(0, compact.lastIndexOf('.')))
  return (await P.es256Verify(jwk, input, signature)) ? { payload, header } : null
}
