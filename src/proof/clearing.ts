// How does a custodian show what it was sent, without giving its key away? A proof (RFC 9497, P256-SHA256) that the key of the keyset made
// these Diffie-Hellman points; with a point anybody decrypts the share that the envelope's maker wrote for it.
import { p256_oprf } from '@noble/curves/nist.js'
import { b64u, concat, FormatError, fromB64u, utf8 } from './bytes.ts'
import { shareKey } from './derive.ts'
import { looseEnvelope, readJwe, readShareHeader } from './envelope.ts'
import { type Keyset, keysetId } from './keyset.ts'
import type { Primitives, PublicJwk } from './primitives.ts'

/** `evaluated`: for each envelope the key times its ephemeral point, compressed, base64url; `proof`: one for all of them, 64 bytes. */
export interface ShareProof {
  evaluated: string[]
  proof: string
}

/** A point as SEC 1 compresses it: 02 or 03 by the parity of y, then x. */
function compressed({ x, y }: PublicJwk): Uint8Array {
  const odd = (fromB64u(y).at(-1) ?? 0) & 1
  return concat(Uint8Array.of(2 + odd), fromB64u(x))
}

const { voprf } = p256_oprf
/** The proof's own inputs and outputs are of no use here; only its verification is. */
const INPUT = new Uint8Array(1)
const BLIND = new Uint8Array(32).fill(0, 0, 31).fill(1, 31)

function share(P: Primitives, keyset: Keyset, bytes: Uint8Array, x: number) {
  const custodian = keyset.custodians[x - 1]
  if (custodian === undefined) throw new FormatError(`the keyset has no custodian ${x}`)
  const { ks, kc, shares } = looseEnvelope(bytes).envelope
  const jwe = readJwe(shares[x - 1] ?? '')
  return { custodian, jwe, epk: readShareHeader(jwe, ks, kc, custodian), ks: keysetId(P, keyset) }
}

/**
 * Proves what custodian `x` was sent in these envelopes. Throws {@link FormatError} for an envelope whose share the door would have
 * refused, and for a key that is not the keyset's.
 */
export function proveShares(
  P: Primitives,
  keyset: Keyset,
  x: number,
  scalar: Uint8Array,
  envelopes: readonly Uint8Array[],
): ShareProof {
  const own = keyset.custodians[x - 1]
  const jwk = P.p256PublicKey(scalar)
  if (!own || own.jwk.x !== jwk.x || own.jwk.y !== jwk.y) throw new FormatError('the key is not that of the keyset')
  const points = envelopes.map((bytes) => compressed(share(P, keyset, bytes, x).epk))
  const { evaluated, proof } = voprf.blindEvaluateBatch(scalar, compressed(own.jwk), points, (n = 32) => P.random(n))
  return { evaluated: evaluated.map(b64u), proof: b64u(proof) }
}

/**
 * Checks a proof and decrypts the shares with it. Null: it proves nothing. Else what the custodian was sent in each envelope;
 * null there: the maker spoiled the share, which decrypts for nobody.
 */
export async function provenShares(
  P: Primitives,
  keyset: Keyset,
  x: number,
  envelopes: readonly Uint8Array[],
  { evaluated, proof }: ShareProof,
): Promise<(Uint8Array | null)[] | null> {
  if (evaluated.length !== envelopes.length || envelopes.length === 0) return null
  try {
    const shares = envelopes.map((bytes) => share(P, keyset, bytes, x))
    const points = evaluated.map(fromB64u)
    if (points.some((point) => point.length !== 33)) return null
    const items = shares.map(({ epk }, i) => ({
      input: INPUT,
      blind: BLIND,
      blinded: compressed(epk),
      evaluated: points[i]!,
    }))
    try {
      voprf.finalizeBatch(items, compressed(keyset.custodians[x - 1]!.jwk), fromB64u(proof))
    } catch {
      // Forged, exchanged or not on the curve: the library says so by throwing.
      return null
    }
    const sent: (Uint8Array | null)[] = []
    for (const [i, { custodian, jwe, ks }] of shares.entries()) {
      const key = shareKey(P, points[i]!.slice(1), ks, utf8(custodian.id))
      const y = await P.aesGcmDecrypt(key, jwe.iv, jwe.aad, jwe.ciphertextAndTag)
      sent.push(y?.length === 32 ? y : null)
    }
    return sent
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}
