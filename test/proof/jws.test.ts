// Does a signature say who signed what, and do others' tools read ours and we theirs?

import fc from 'fast-check'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { b64u, FormatError, utf8 } from '../../src/proof/bytes.ts'
import { canonical } from '../../src/proof/canonical.ts'
import { headerTyp, readJws, type Signer, signJws, verifyJws } from '../../src/proof/jws.ts'
import { type Primitives, thumbprint } from '../../src/proof/primitives.ts'
import { webPrimitives } from '../../src/proof/web-primitives.ts'

const scalar = new Uint8Array(32).fill(7)
const jwk = nodePrimitives.p256PublicKey(scalar)
const kid = thumbprint(nodePrimitives, jwk)
const otherJwk = nodePrimitives.p256PublicKey(new Uint8Array(32).fill(8))
const signer = (P: Primitives): Signer => ({ kid, sign: (data) => P.es256Sign(scalar, data) })
const payload = { typ: 'submission/1', tender: 'R27BK99990001', made: '2027-01-14T07:29:58Z' }
const privateJwk = { ...jwk, d: b64u(scalar) }

/** A compact form with any header and payload, validly signed by the key. */
async function forged(header: unknown, body: string): Promise<string> {
  const input = `${b64u(utf8(JSON.stringify(header)))}.${b64u(utf8(body))}`
  return `${input}.${b64u(await nodePrimitives.es256Sign(scalar, utf8(input)))}`
}
const good = { alg: 'ES256', kid, typ: 'submission+jws' }

describe('what is refused', () => {
  test.each<[string, unknown, string]>([
    ['alg none', { ...good, alg: 'none' }, canonical(payload)],
    ['another algorithm', { ...good, alg: 'HS256' }, canonical(payload)],
    ['a critical extension', { ...good, crit: ['b64'], b64: false }, canonical(payload)],
    ['a key inside the header', { ...good, jwk }, canonical(payload)],
    ['no kid', { alg: 'ES256', typ: 'submission+jws' }, canonical(payload)],
    ['a payload that is a list', good, '[]'],
    ['a payload with a member twice', good, '{"typ":"submission/1","seq":1,"seq":2}'],
    ['a payload that is no JSON', good, 'submission'],
    ['a payload with a fraction', good, '{"typ":"submission/1","amount":1.5}'],
  ])('refuses %s, though validly signed', async (_, header, body) => {
    const compact = await forged(header, body)
    expect(() => readJws(compact)).toThrow(FormatError)
    expect(await verifyJws(nodePrimitives, compact, jwk, 'submission/1')).toBeNull()
  })

  test.each(['', '.', '..', 'a.b', 'a.b.c.d', 'e30.e30.', '.e30.AA', 'é.é.é'])('refuses %j', async (compact) => {
    expect(() => readJws(compact)).toThrow(FormatError)
    expect(await verifyJws(nodePrimitives, compact, jwk, 'submission/1')).toBeNull()
  })

  test.each([nodePrimitives, webPrimitives])(
    'refuses another key, another type and a forged header type ($name)',
    async (P) => {
      const compact = await signJws(P, signer(P), payload)
      expect(await verifyJws(P, compact, jwk, 'submission/1')).not.toBeNull()
      expect(await verifyJws(P, compact, otherJwk, 'submission/1')).toBeNull()
      expect(await verifyJws(P, compact, jwk, 'withdrawal/1')).toBeNull()
      expect(await verifyJws(P, compact, jwk, 'submission/2')).toBeNull()
      const disguised = await forged({ ...good, typ: 'withdrawal+jws' }, canonical(payload))
      expect(await verifyJws(P, disguised, jwk, 'submission/1')).toBeNull()
      expect(await verifyJws(P, disguised, jwk, 'withdrawal/1')).toBeNull()
    },
  )

  test('refuses a JWS with any one character changed', async () => {
    const compact = await signJws(nodePrimitives, signer(nodePrimitives), payload)
    const letter = fc.constantFrom(...'ABCabc019-_.=+ ')
    await fc.assert(
      fc.asyncProperty(fc.nat(compact.length - 1), letter, async (at, character) => {
        const changed = compact.slice(0, at) + character + compact.slice(at + 1)
        fc.pre(changed !== compact)
        expect(await verifyJws(nodePrimitives, changed, jwk, 'submission/1')).toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  test('does not hand on a signature that is not of 64 bytes', async () => {
    const broken: Signer = { kid, sign: async () => new Uint8Array(70) }
    await expect(signJws(nodePrimitives, broken, payload)).rejects.toThrow('64 bytes')
  })
})

describe('what is signed', () => {
  test.each([nodePrimitives, webPrimitives])('verifies with jose what we signed ($name)', async (P) => {
    const compact = await signJws(P, signer(P), payload)
    const verified = await compactVerify(compact, await importJWK(jwk, 'ES256'))
    expect(verified.protectedHeader).toEqual(good)
    expect(new TextDecoder().decode(verified.payload)).toBe(canonical(payload))
  })

  test.each([nodePrimitives, webPrimitives])('verifies what jose signed ($name)', async (P) => {
    const compact = await new CompactSign(utf8(canonical(payload)))
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'submission+jws' })
      .sign(await importJWK(privateJwk, 'ES256'))
    expect(await verifyJws(P, compact, jwk, 'submission/1')).toEqual({ payload, header: good })
  })

  test('gives the header the type of the payload without its version', () => {
    expect(headerTyp('bid/1')).toBe('bid+jws')
    expect(headerTyp('tender.keyset/12')).toBe('tender.keyset+jws')
  })
})
