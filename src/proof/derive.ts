// What follows from an envelope's seed? Everything in the envelope but the plaintext, so that anyone with the seed can seal again.
import { bigEndian, concat, utf8 } from './bytes.ts'
import { isScalar, type Primitives } from './primitives.ts'

const NOTHING = new Uint8Array(0)
const ZERO_KEY = new Uint8Array(32)
const ONE_BLOCK = Uint8Array.of(1)

/** One value derived from a seed: the first `length` (at most 32) bytes for this label. */
export type Derive = (label: string, length: number, more?: Uint8Array) => Uint8Array

/**
 * HKDF-SHA-256 (RFC 5869) with empty salt, one block, info = `seal/1 label` ‖ 0 ‖ ks ‖ more.
 *
 * @param ks the 32 raw bytes of the keyset's id: the same seed gives nothing in common under another keyset
 * @param seed 32 bytes
 */
export function deriver(P: Primitives, ks: Uint8Array, seed: Uint8Array): Derive {
  const prk = P.hmacSha256(ZERO_KEY, seed)
  return (label, length, more = NOTHING) =>
    P.hmacSha256(prk, concat(utf8(`seal/1 ${label}\0`), ks, more, ONE_BLOCK)).subarray(0, length)
}

/** `kc`: one commitment has one seed, hence one content key and one plaintext; AES-GCM alone does not promise that. */
export const keyCommitment = (derive: Derive) => derive('commit', 32)

/** The coefficients 1…t−1 of the shares' polynomials. */
export const coefficients = (derive: Derive, t: number) =>
  Array.from({ length: t - 1 }, (_, index) => derive(`coef-${index + 1}`, 32))

/** The ephemeral private key towards custodian x: the first candidate that is a scalar of P-256 (nearly always the first). */
export function ephemeralScalar(derive: Derive, x: number): Uint8Array {
  for (let c = 0; ; c++) {
    const candidate = derive(`eph-${x}-${c}`, 32)
    if (isScalar(candidate)) return candidate
  }
}

export const shareIv = (derive: Derive, x: number) => derive(`share-iv-${x}`, 12)

export const contentKey = (derive: Derive) => derive('content-key', 32)

/** Depends on the plaintext too: should a seed ever be used twice, no IV is. */
export const contentIv = (P: Primitives, derive: Derive, plaintext: Uint8Array) =>
  derive('content-iv', 12, P.sha256(plaintext))

export const ageIdentityBytes = (derive: Derive) => derive('age', 32)

const withLength = (bytes: Uint8Array) => concat(bigEndian(bytes.length, 4), bytes)

/**
 * The key of a share: Concat KDF of RFC 7518 section 4.6 for `ECDH-ES` with A256GCM, one SHA-256 round.
 *
 * @param z x-coordinate of the Diffie-Hellman point, 32 bytes
 * @param partyU raw bytes of ks
 * @param partyV UTF-8 of the custodian's id
 */
export function shareKey(P: Primitives, z: Uint8Array, partyU: Uint8Array, partyV: Uint8Array): Uint8Array {
  const otherInfo = [withLength(utf8('A256GCM')), withLength(partyU), withLength(partyV), bigEndian(256, 4)]
  return P.sha256(concat(bigEndian(1, 4), z, ...otherInfo))
}
