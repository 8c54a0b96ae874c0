// How does Node do the cryptography? With OpenSSL through node:crypto: the same bytes as in a browser, some fifteen times faster.
import crypto, { type ECDH, type KeyObject } from 'node:crypto'
import { b64u, concat, fromB64u } from '../proof/bytes.ts'
import { isScalar, type Primitives, type PublicJwk, type Sign } from '../proof/primitives.ts'

const CURVE = 'prime256v1'

/** PKCS #8 (RFC 8410) and SPKI around 32 raw Ed25519 bytes: the only forms that Node imports without a JSON detour. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** Imported public keys, by their text: importing costs more than verifying. Public only; a private key is never kept. */
const imported = new Map<string, KeyObject | null>()
const KEPT = 1000

function publicKey(id: string, make: () => KeyObject): KeyObject | null {
  const known = imported.get(id)
  if (known !== undefined) return known
  let key: KeyObject | null
  try {
    key = make()
  } catch {
    key = null
  }
  if (imported.size >= KEPT) imported.delete(imported.keys().next().value as string)
  imported.set(id, key)
  return key
}

const p256Key = ({ x, y }: PublicJwk) =>
  publicKey(`P-256 ${x} ${y}`, () => crypto.createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' }))

const ed25519Key = (pub: Uint8Array) =>
  publicKey(`Ed25519 ${b64u(pub)}`, () =>
    crypto.createPublicKey({ key: Buffer.concat([ED25519_SPKI, pub]), format: 'der', type: 'spki' }),
  )

const ed25519Private = (seed: Uint8Array) =>
  crypto.createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' })

function agreement(scalar: Uint8Array) {
  if (!isScalar(scalar)) throw new RangeError('not a P-256 scalar')
  const ecdh = crypto.createECDH(CURVE)
  ecdh.setPrivateKey(scalar)
  return ecdh
}

/** Callers get plain bytes of their own: a Buffer prints, compares and slices differently. */
const plain = (buffer: Buffer) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)

function publicOf(own: ECDH): PublicJwk {
  const point = plain(own.getPublicKey())
  return { crv: 'P-256', kty: 'EC', x: b64u(point.subarray(1, 33)), y: b64u(point.subarray(33)) }
}

/** x of own scalar · point; OpenSSL refuses points off the curve. */
function secretWith(own: ECDH, pub: PublicJwk): Uint8Array | null {
  try {
    const [x, y] = [fromB64u(pub.x), fromB64u(pub.y)]
    // A point of 65 bytes in all could still be split at the wrong place.
    return x.length === 32 && y.length === 32 ? plain(own.computeSecret(concat(Uint8Array.of(4), x, y))) : null
  } catch {
    return null
  }
}

function privateKey(scalar: Uint8Array): KeyObject {
  const jwk = { ...publicOf(agreement(scalar)), d: b64u(scalar) }
  return crypto.createPrivateKey({ key: jwk, format: 'jwk' })
}

const es256 = (key: KeyObject, data: Uint8Array) =>
  plain(crypto.sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }))

/**
 * `es256Sign` for a program that signs all day with one key: importing a key costs five times as much as signing, so it is
 * done once. The key stays in memory for as long as the answer does.
 */
export function es256Signer(scalar: Uint8Array): Sign {
  const key = privateKey(scalar)
  return async (data) => es256(key, data)
}

export const nodePrimitives: Primitives = {
  name: 'node',
  random: (n) => new Uint8Array(crypto.randomBytes(n)),
  sha256: (data) => plain(crypto.hash('sha256', data, 'buffer')),
  hmacSha256: (key, data) => plain(crypto.createHmac('sha256', key).update(data).digest()),

  aesGcmEncrypt: async (key, iv, aad, plaintext) => {
    const cipher = crypto.createCipheriv('aes-256-gcm', key, iv)
    cipher.setAAD(aad)
    return plain(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]))
  },
  aesGcmDecrypt: async (key, iv, aad, ciphertextAndTag) => {
    if (ciphertextAndTag.length < 16) return null
    const end = ciphertextAndTag.length - 16
    const decipher = crypto.createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
    decipher.setAAD(aad)
    decipher.setAuthTag(ciphertextAndTag.subarray(end))
    const plaintext = decipher.update(ciphertextAndTag.subarray(0, end))
    try {
      return plain(Buffer.concat([plaintext, decipher.final()]))
    } catch {
      return null
    }
  },

  p256PublicKey: (scalar) => publicOf(agreement(scalar)),
  p256Ecdh: (scalar, pub) => secretWith(agreement(scalar), pub),
  p256Ephemeral: (scalar, pub) => {
    const own = agreement(scalar)
    const z = secretWith(own, pub)
    return z === null ? null : { epk: publicOf(own), z }
  },
  es256Verify: async (pub, data, signature) => {
    const key = p256Key(pub)
    if (key === null || signature.length !== 64) return false
    return crypto.verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
  },
  es256Sign: async (scalar, data) => es256(privateKey(scalar), data),

  ed25519Verify: async (pub, data, signature) => {
    if (pub.length !== 32 || signature.length !== 64) return false
    const key = ed25519Key(pub)
    return key !== null && crypto.verify(null, data, key, signature)
  },
  ed25519Sign: async (seed, data) => plain(crypto.sign(null, data, ed25519Private(seed))),
  ed25519PublicKey: (seed) => {
    const spki = crypto.createPublicKey(ed25519Private(seed)).export({ format: 'der', type: 'spki' })
    return new Uint8Array(spki.subarray(ED25519_SPKI.length))
  },
}
