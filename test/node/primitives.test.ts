// Do Node's cryptography and the browser's agree on every byte and every refusal?
import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { es256Signer, nodePrimitives as N } from '../../src/node/primitives.ts'
import { b64u, FormatError, fromB64u, fromHex, utf8 } from '../../src/proof/bytes.ts'
import { isScalar, type PublicJwk, readPublicJwk, thumbprint } from '../../src/proof/primitives.ts'
import { webPrimitives as W } from '../../src/proof/web-primitives.ts'

const bytes = fc.uint8Array({ maxLength: 200 })
const block = fc.uint8Array({ minLength: 32, maxLength: 32 })
const scalar = block.filter(isScalar)
const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
/** The order of the Ed25519 base point, little-endian. */
const L = 'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'

function bent({ y, ...jwk }: PublicJwk): PublicJwk {
  return { ...jwk, y: b64u(fromB64u(y).map((byte, i) => (i === 31 ? byte ^ 1 : byte))) }
}

describe.each([N, W])('refusals of the $name primitives', (P) => {
  const jwk = P.p256PublicKey(utf8('a scalar of thirty-two letters ..'.slice(0, 32)))
  const one = fromHex(`${'00'.repeat(31)}01`)

  test('refuse a scalar of zero, of the order, above it, or of another length', () => {
    const wrong = [
      new Uint8Array(32),
      fromHex(ORDER),
      new Uint8Array(32).fill(255),
      new Uint8Array(31).fill(1),
      new Uint8Array(33).fill(1),
    ]
    for (const bad of wrong) {
      expect(() => P.p256PublicKey(bad)).toThrow(RangeError)
      expect(() => P.p256Ecdh(bad, jwk)).toThrow(RangeError)
    }
    expect(P.p256PublicKey(fromHex(ORDER.replace(/51$/, '50'))).x).toBe(P.p256PublicKey(one).x)
  })

  test.each<[string, PublicJwk]>([
    ['not on the curve', bent(jwk)],
    ['at zero', { ...jwk, x: b64u(new Uint8Array(32)), y: b64u(new Uint8Array(32)) }],
    ['with a coordinate above the field', { ...jwk, x: b64u(new Uint8Array(32).fill(255)) }],
    ['with a coordinate of 31 bytes', { ...jwk, x: b64u(fromB64u(jwk.x).subarray(1)) }],
    [
      'with coordinates cut at the wrong place',
      { ...jwk, x: b64u(fromB64u(jwk.x).subarray(0, 31)), y: b64u(Uint8Array.from([1, ...fromB64u(jwk.y)])) },
    ],
    ['that is not base64url', { ...jwk, x: '+' }],
  ])('give nothing for a point %s', async (_, point) => {
    expect(P.p256Ecdh(one, point)).toBeNull()
    expect(P.p256Ephemeral(one, point)).toBeNull()
    expect(await P.es256Verify(point, utf8('x'), new Uint8Array(64).fill(1))).toBe(false)
  })

  test('call no signature of another length or of zeros true', async () => {
    for (const length of [0, 63, 64, 65, 70]) {
      expect(await P.es256Verify(jwk, utf8('x'), new Uint8Array(length))).toBe(false)
      expect(await P.ed25519Verify(P.ed25519PublicKey(one), utf8('x'), new Uint8Array(length))).toBe(false)
    }
    for (const length of [0, 31, 33]) {
      expect(await P.ed25519Verify(new Uint8Array(length).fill(1), utf8('x'), new Uint8Array(64))).toBe(false)
    }
  })

  test('refuse an Ed25519 signature whose s has the order added, which would be a second one for the same act', async () => {
    const data = utf8('act')
    const signature = await P.ed25519Sign(one, data)
    let carry = 0
    const order = fromHex(L)
    const malleable = signature.slice()
    for (let i = 0; i < 32; i++) {
      const sum = signature[32 + i]! + order[i]! + carry
      malleable[32 + i] = sum & 255
      carry = sum >> 8
    }
    expect(await P.ed25519Verify(P.ed25519PublicKey(one), data, signature)).toBe(true)
    expect(await P.ed25519Verify(P.ed25519PublicKey(one), data, malleable)).toBe(false)
  })

  test('decrypt nothing with another key, IV, additional data or tag, and nothing shorter than a tag', async () => {
    const [key, iv, aad, text] = [new Uint8Array(32).fill(1), new Uint8Array(12), utf8('aad'), utf8('text')]
    const sealed = await P.aesGcmEncrypt(key, iv, aad, text)
    expect(await P.aesGcmDecrypt(key, iv, aad, sealed)).toEqual(text)
    expect(await P.aesGcmDecrypt(new Uint8Array(32), iv, aad, sealed)).toBeNull()
    expect(await P.aesGcmDecrypt(key, new Uint8Array(12).fill(1), aad, sealed)).toBeNull()
    expect(await P.aesGcmDecrypt(key, iv, utf8('add'), sealed)).toBeNull()
    for (let length = 0; length < sealed.length; length++)
      expect(await P.aesGcmDecrypt(key, iv, aad, sealed.slice(0, length))).toBeNull()
  })
})

describe('the same bytes', () => {
  test('of hashes and MACs', () => {
    fc.assert(
      fc.property(bytes, bytes, (key, data) => {
        for (const P of [N, W]) {
          expect(P.sha256(data)).toEqual(new Uint8Array(createHash('sha256').update(data).digest()))
          expect(P.hmacSha256(key, data)).toEqual(new Uint8Array(createHmac('sha256', key).update(data).digest()))
        }
      }),
    )
  })

  test('of AES-256-GCM', async () => {
    await fc.assert(
      fc.asyncProperty(block, bytes, bytes, async (key, aad, text) => {
        const iv = key.slice(0, 12)
        const sealed = await N.aesGcmEncrypt(key, iv, aad, text)
        expect(await W.aesGcmEncrypt(key, iv, aad, text)).toEqual(sealed)
        expect(await N.aesGcmDecrypt(key, iv, aad, sealed)).toEqual(text)
      }),
    )
  })

  test('of public keys and agreements', () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        const [A, B] = [N.p256PublicKey(a), N.p256PublicKey(b)]
        expect(W.p256PublicKey(a)).toEqual(A)
        const z = N.p256Ecdh(a, B)
        expect(W.p256Ecdh(a, B)).toEqual(z)
        expect(N.p256Ecdh(b, A)).toEqual(z)
        for (const P of [N, W]) expect(P.p256Ephemeral(a, B)).toEqual({ epk: A, z })
        expect(z).toHaveLength(32)
      }),
      { numRuns: 30 },
    )
  })

  test('of Ed25519 keys and signatures; of ES256 each accepts the other’s', async () => {
    await fc.assert(
      fc.asyncProperty(scalar, bytes, async (seed, data) => {
        const pub = N.ed25519PublicKey(seed)
        const signature = await N.ed25519Sign(seed, data)
        expect(W.ed25519PublicKey(seed)).toEqual(pub)
        expect(await W.ed25519Sign(seed, data)).toEqual(signature)
        const jwk = N.p256PublicKey(seed)
        const other = Uint8Array.from([...data, 0])
        for (const [signer, verifier] of [
          [N, W],
          [W, N],
        ] as const) {
          const es256 = await signer.es256Sign(seed, data)
          expect(es256).toHaveLength(64)
          expect(await verifier.es256Verify(jwk, data, es256)).toBe(true)
          expect(await verifier.es256Verify(jwk, other, es256)).toBe(false)
          expect(await verifier.ed25519Verify(pub, data, signature)).toBe(true)
          expect(await verifier.ed25519Verify(pub, other, signature)).toBe(false)
        }
      }),
      { numRuns: 15 },
    )
  })

  test('of signatures by a signer that keeps its key, whichever of two such keys signed', async () => {
    const [one, two] = [fromHex('11'.repeat(32)), fromHex('22'.repeat(32))]
    const [first, second] = [es256Signer(one), es256Signer(two)]
    for (const [sign, own, others] of [
      [first, one, two],
      [second, two, one],
    ] as const) {
      const signature = await sign(utf8('receipt'))
      expect(await W.es256Verify(N.p256PublicKey(own), utf8('receipt'), signature)).toBe(true)
      expect(await W.es256Verify(N.p256PublicKey(others), utf8('receipt'), signature)).toBe(false)
    }
    expect(() => es256Signer(fromHex(ORDER))).toThrow(RangeError)
  })

  test('of the verdict on Ed25519 signatures with points of small order, where libraries differ', async () => {
    // A key A = B·a and a signature whose R carries a point T of order 2: with the cofactor it holds, without it does not.
    const { ed25519 } = await import('@noble/curves/ed25519.js')
    const { sha512 } = await import('@noble/hashes/sha2.js')
    const { Point } = ed25519
    const little = (n: bigint) => Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * i)) & 255n))
    const number = (b: Uint8Array) => b.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    const T = Point.fromHex(`ec${'ff'.repeat(30)}7f`)
    const [a, r] = [12345n, 67890n]
    const data = utf8('act')
    for (const torsion of [false, true]) {
      const pub = Point.BASE.multiply(a).toBytes()
      const R = torsion ? Point.BASE.multiply(r).add(T).toBytes() : Point.BASE.multiply(r).toBytes()
      const k = Point.Fn.create(number(sha512(Uint8Array.from([...R, ...pub, ...data]))))
      const signature = Uint8Array.from([...R, ...little(Point.Fn.create(r + k * a))])
      expect(await N.ed25519Verify(pub, data, signature)).toBe(!torsion)
      expect(await W.ed25519Verify(pub, data, signature)).toBe(!torsion)
    }
  })
})

describe('keys as text', () => {
  test('have the thumbprint of RFC 7638', () => {
    const jwk = N.p256PublicKey(new Uint8Array(32).fill(5))
    const json = `{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`
    expect(thumbprint(N, jwk)).toBe(createHash('sha256').update(json).digest('base64url'))
  })

  test('are read only with their four members', () => {
    const jwk = N.p256PublicKey(new Uint8Array(32).fill(5))
    expect(readPublicJwk(jwk)).toEqual(jwk)
    for (const wrong of [
      null,
      'x',
      { ...jwk, d: jwk.x },
      { ...jwk, crv: 'P-384' },
      { ...jwk, x: 5 },
      { ...jwk, y: 'AAAA' },
    ]) {
      expect(() => readPublicJwk(wrong as never)).toThrow(FormatError)
    }
  })

  test('random bytes are as many as asked for, and other ones each time', () => {
    for (const P of [N, W]) {
      for (const n of [0, 1, 32, 70_000]) expect(P.random(n)).toHaveLength(n)
      expect(P.random(32)).not.toEqual(P.random(32))
    }
  })
})
