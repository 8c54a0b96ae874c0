// Which cryptography does this folder need? Written once for Node and once for browsers; both give the same bytes.
import { b64u, compareBytes, FormatError, fromB64u, fromHex, utf8 } from './bytes.ts'
import { canonical, hasMembers, type Json } from './canonical.ts'

/** A P-256 public key as a JWK (RFC 7517), these four members only; coordinates are 32 bytes in base64url. */
export type PublicJwk = { crv: 'P-256'; kty: 'EC'; x: string; y: string }

/** Signs with a key that stays where it is: a card, a non-extractable browser key, a file. ES256 gives 64 bytes r‖s. */
export type Sign = (data: Uint8Array) => Promise<Uint8Array>

/**
 * The cryptographic operations. A private key is a raw 32-byte big-endian scalar (P-256) or seed (Ed25519).
 * Wrong lengths of what a stranger sent give `null` or `false`, never an exception.
 */
export interface Primitives {
  readonly name: 'node' | 'web'
  /** `n` bytes of the platform's cryptographic generator. */
  random(n: number): Uint8Array
  sha256(data: Uint8Array): Uint8Array
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array
  /** AES-256-GCM with a 12-byte IV; the answer is ciphertext‖16-byte tag. */
  aesGcmEncrypt(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>
  /** `null` when the tag does not match. */
  aesGcmDecrypt(
    key: Uint8Array,
    iv: Uint8Array,
    aad: Uint8Array,
    ciphertextAndTag: Uint8Array,
  ): Promise<Uint8Array | null>
  /** The public key of a scalar 0 < d < order; throws RangeError for another scalar. */
  p256PublicKey(scalar: Uint8Array): PublicJwk
  /** The x-coordinate of scalar · point, 32 bytes; `null` when the point is not on the curve. */
  p256Ecdh(scalar: Uint8Array, pub: PublicJwk): Uint8Array | null
  /** Both of the above at once, for an ephemeral key: its public key and the agreement. */
  p256Ephemeral(scalar: Uint8Array, pub: PublicJwk): { epk: PublicJwk; z: Uint8Array } | null
  /** ECDSA P-256 with SHA-256, signature 64 bytes r‖s (RFC 7518 section 3.4); high s is allowed, as in JOSE. */
  es256Verify(pub: PublicJwk, data: Uint8Array, signature: Uint8Array): Promise<boolean>
  /** RFC 8032 without cofactor, strict encodings. */
  ed25519Verify(pub: Uint8Array, data: Uint8Array, signature: Uint8Array): Promise<boolean>
  es256Sign(scalar: Uint8Array, data: Uint8Array): Promise<Uint8Array>
  ed25519Sign(seed: Uint8Array, data: Uint8Array): Promise<Uint8Array>
  ed25519PublicKey(seed: Uint8Array): Uint8Array
}

/** The order of P-256, big-endian (SEC 2, section 2.4.2). */
const P256_ORDER = fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')

/** Is this a P-256 scalar: 32 bytes, big-endian, 0 < value < order? */
export function isScalar(scalar: Uint8Array): boolean {
  return scalar.length === 32 && scalar.some((byte) => byte !== 0) && compareBytes(scalar, P256_ORDER) < 0
}

/** Reads a public JWK: exactly crv, kty, x, y. Does not check that the point is on the curve; every use of it does. */
export function readPublicJwk(value: Json | undefined): PublicJwk {
  if (!hasMembers(value, ['crv', 'kty', 'x', 'y'])) throw new FormatError('a JWK with crv, kty, x and y is expected')
  const { crv, kty, x, y } = value
  if (crv !== 'P-256' || kty !== 'EC') throw new FormatError('the key is not of P-256')
  if (typeof x !== 'string' || typeof y !== 'string') throw new FormatError('coordinates are texts')
  if (fromB64u(x).length !== 32 || fromB64u(y).length !== 32) throw new FormatError('a coordinate is not of 32 bytes')
  return { crv, kty, x, y }
}

/** The thumbprint of a key, base64url (RFC 7638): SHA-256 of its canonical JWK. It is the `kid` everywhere. */
export function thumbprint(P: Primitives, jwk: PublicJwk): string {
  return b64u(P.sha256(utf8(canonical({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))))
}
