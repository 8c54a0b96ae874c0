// Can a custodian show what it was sent, and nothing but that? The proof against every way in which it could be forged.
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, equal, FormatError, fromB64u, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import { provenShares, proveShares, type ShareProof } from '../../src/proof/clearing.ts'
import { webPrimitives } from '../../src/proof/web-primitives.ts'
import { bidder, drill, release, sealBid } from './seal-kit.ts'

const set = drill(P, 3, 2)
const other = drill(P, 3, 2, 'price', 'T-2')
const ann = bidder(P, 'ann.example')
const sealed = await Promise.all([sealBid(P, set, ann), sealBid(P, set, ann), sealBid(P, set, ann)])
const files = sealed.map(({ bytes }) => bytes)
const sent = await Promise.all(files.map(async (bytes) => (await release(P, set, bytes)).find((s) => s.x === 2)?.y))
const scalar = set.scalars[1] as Uint8Array
const good = proveShares(P, set.keyset, 2, scalar, files)
const held = (proof: ShareProof, x = 2, over = files, keyset = set.keyset) => provenShares(P, keyset, x, over, proof)

describe('a proof of what a custodian was sent (RFC 9497, P256-SHA256)', () => {
  test('gives exactly the shares that the key decrypts, in Node and with what browsers have', async () => {
    for (const primitives of [P, webPrimitives]) {
      const shares = await provenShares(primitives, set.keyset, 2, files, good)
      expect(shares?.map((y, i) => y !== null && equal(y, sent[i] as Uint8Array))).toEqual([true, true, true])
    }
  })

  test('is refused for another custodian, keyset, order or number of envelopes', async () => {
    expect(await held(good, 1)).toBeNull()
    expect(await held(good, 2, files, other.keyset)).toBeNull()
    expect(await held(good, 2, [...files].reverse())).toBeNull()
    expect(await held(good, 2, files.slice(1))).toBeNull()
    expect(await held({ evaluated: [], proof: good.proof }, 2, [])).toBeNull()
  })

  test('is refused with any element or the proof changed, or of a wrong length', async () => {
    const turned = (text: string, at: number) => b64u(fromB64u(text).map((byte, i) => (i === at ? byte ^ 1 : byte)))
    for (const at of [0, 1, 32]) {
      const evaluated = good.evaluated.map((point, i) => (i === 1 ? turned(point, at) : point))
      expect(await held({ ...good, evaluated })).toBeNull()
    }
    for (const at of [0, 31, 32, 63]) expect(await held({ ...good, proof: turned(good.proof, at) })).toBeNull()
    expect(await held({ ...good, proof: '' })).toBeNull()
    expect(await held({ ...good, evaluated: good.evaluated.map(() => 'AAAA') })).toBeNull()
    expect(await held({ ...good, evaluated: ['!', '!', '!'] })).toBeNull()
  })

  test('cannot be made with another key, nor over what is no envelope', () => {
    expect(() => proveShares(P, set.keyset, 2, other.scalars[1] as Uint8Array, files)).toThrow(FormatError)
    expect(() => proveShares(P, set.keyset, 4, scalar, files)).toThrow(FormatError)
    expect(() => proveShares(P, set.keyset, 2, scalar, [utf8('{}')])).toThrow(FormatError)
  })

  test('shows a share that its maker spoiled to be spoiled', async () => {
    const file = JSON.parse(fromUtf8(files[0] as Uint8Array)) as { shares: string[] }
    const parts = (file.shares[1] as string).split('.')
    parts[3] = b64u(fromB64u(parts[3] as string).map((byte, i) => (i === 0 ? byte ^ 1 : byte)))
    file.shares[1] = parts.join('.')
    const spoiled = utf8(JSON.stringify(file))
    const proof = proveShares(P, set.keyset, 2, scalar, [spoiled, files[1] as Uint8Array])
    const shares = await held(proof, 2, [spoiled, files[1] as Uint8Array])
    expect(shares?.map((y) => y !== null)).toEqual([false, true])
  })
})
