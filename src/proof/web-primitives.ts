// How does a browser do the cryptography? WebCrypto where it can; noble for P-256 with a chosen scalar and for Ed25519.
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { b64u, concat, equal, fromB64u } from './bytes.ts'
import { isScalar, type Primitives, type PublicJwk } from './primitives.ts'

/** WebCrypto's types refuse bytes that might be shared memory; a copy never is. */
const own = (bytes: Uint8Array) => new Uint8Array(bytes)

function point(pub: PublicJwk) {
  try {
    const [x, y] = [fromB64u(pub.x), fromB64u(pub.y)]
    return x.length === 32 && y.length === 32 ? p256.Point.fromBytes(concat(Uint8Array.of(4), x, y)) : null
  } catch {
    return null
  }
}

function insistScalar(scalar: Uint8Array): void {
  if (!isScalar(scalar)) throw new RangeError('not a P-256 scalar')
}

async function gcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, usage: 'encrypt' | 'decrypt') {
  const imported = await crypto.subtle.importKey('raw', own(key), 'AES-GCM', false, [usage])
  return { key: imported, algorithm: { name: 'AES-GCM', iv: own(iv), additionalData: own(aad), tagLength: 128 } }
}

function publicKey(scalar: Uint8Array): PublicJwk {
  insistScalar(scalar)
  const bytes = p256.getPublicKey(scalar, false)
  return { crv: 'P-256', kty: 'EC', x: b64u(bytes.subarray(1, 33)), y: b64u(bytes.subarray(33)) }
}

function agreement(scalar: Uint8Array, pub: PublicJwk): Uint8Array | null {
  insistScalar(scalar)
  const there = point(pub)
  return there === null ? null : p256.getSharedSecret(scalar, there.toBytes(false), true).subarray(1)
}

export const webPrimitives: Primitives = {
  name: 'web',
  random: (n) => {
    const out = new Uint8Array(n)
    // getRandomValues gives at most 65,536 bytes a call.
    for (let at = 0; at < n; at += 65_536) crypto.getRandomValues(out.subarray(at, at + 65_536))
    return out
  },
  sha256: (data) => sha256(data),
  hmacSha256: (key, data) => hmac(sha256, key, data),

  aesGcmEncrypt: async (rawKey, iv, aad, plaintext) => {
    const { key, algorithm } = await gcm(rawKey, iv, aad, 'encrypt')
    return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, own(plaintext)))
  },
  aesGcmDecrypt: async (rawKey, iv, aad, ciphertextAndTag) => {
    const { key, algorithm } = await gcm(rawKey, iv, aad, 'decrypt')
    try {
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, own(ciphertextAndTag)))
    } catch {
      return null
    }
  },

  p256PublicKey: publicKey,
  p256Ecdh: agreement,
  p256Ephemeral: (scalar, pub) => {
    const z = agreement(scalar, pub)
    return z === null ? null : { epk: publicKey(scalar), z }
  },
  es256Verify: async (pub, data, signature) => {
    if (signature.length !== 64 || point(pub) === null) return false
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const jwk = { crv: pub.crv, kty: pub.kty, x: pub.x, y: pub.y }
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
    return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, own(signature), own(data))
  },
  es256Sign: async (scalar, data) => {
    insistScalar(scalar)
    return p256.sign(data, scalar, { lowS: false })
  },

  // noble's own verify multiplies by the cofactor, OpenSSL's and BoringSSL's do not: on signatures made for the purpose they
  // would disagree, and two verifiers of one log must not. So: R' = S·B − k·A, and its bytes are those of the signature.
  ed25519Verify: async (pub, data, signature) => {
    if (pub.length !== 32 || signature.length !== 64) return false
    const { Point } = ed25519
    const r = signature.subarray(0, 32)
    const s = bytesToNumberLE(signature.subarray(32))
    if (s >= Point.Fn.ORDER) return false
    try {
      const A = Point.fromBytes(pub, false)
      const k = Point.Fn.create(bytesToNumberLE(sha512(concat(r, pub, data))))
      return equal(Point.BASE.multiplyUnsafe(s).subtract(A.multiplyUnsafe(k)).toBytes(), r)
    } catch {
      return false
    }
  },
  ed25519Sign: async (seed, data) => ed25519.sign(data, seed),
  ed25519PublicKey: (seed) => ed25519.getPublicKey(seed),
}
