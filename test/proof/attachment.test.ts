// Is a sealed file opened by its envelope and nothing else, and is every other file found out?
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { ageRecipientOf } from '../../src/proof/age-recipient.ts'
import { checkFile, sealedBytes, sealFile } from '../../src/proof/attachment.ts'
import { b64u, concat, fromB64u } from '../../src/proof/bytes.ts'
import { signJws } from '../../src/proof/jws.ts'
import type { Keyset } from '../../src/proof/keyset.ts'
import { ageIdentity, seal, startEnvelope } from '../../src/proof/seal.ts'
import { randomScalar, scalarSigner } from '../../src/server/keys.ts'

const VECTOR = 'test/vectors/seal/technical-bid'
const vector = (name: string) => new Uint8Array(readFileSync(`${VECTOR}/${name}`))
const expected = JSON.parse(readFileSync(`${VECTOR}/expected.json`, 'utf8'))
const keyset = JSON.parse(readFileSync(`${VECTOR}/keyset.json`, 'utf8')) as Keyset
const [wanted] = expected.attachments
const identity: string = expected.age_identity

/** In pieces of a size, as disks and connections give them. */
const streamOf = (bytes: Uint8Array, size = 1000): ReadableStream<Uint8Array> => {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + size))
      at += size
    },
  })
}
async function sealed(plain: Uint8Array, recipient = expected.age_recipient as string) {
  const pieces: Uint8Array[] = []
  const file = await sealFile(recipient, streamOf(plain), (piece) => void pieces.push(piece))
  return { file, bytes: concat(...pieces) }
}
async function checked(of: typeof wanted, bytes: Uint8Array, by = identity) {
  const pieces: Uint8Array[] = []
  const outcome = await checkFile(of, by, streamOf(bytes), (piece) => void pieces.push(piece))
  return { outcome, plain: concat(...pieces) }
}

describe('a sealed file', () => {
  test('of the vectors opens with the identity of its envelope, and its recipient follows from it', async () => {
    expect(ageRecipientOf(fromB64u(expected.age_identity_bytes))).toBe(expected.age_recipient)
    const { outcome, plain } = await checked(wanted, vector('approach.txt.age'))
    expect([outcome, plain]).toEqual(['agrees', vector('approach.txt')])
    expect(sealedBytes(wanted.bytes)).toBe(wanted.ct_bytes)
  })

  test('of any length comes back as it was, in the length foretold', async () => {
    for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
      const plain = P.random(length)
      const { file, bytes } = await sealed(plain)
      expect(file).toEqual({
        bytes: length,
        sha256: b64u(P.sha256(plain)),
        ct: b64u(P.sha256(bytes)),
        sealedBytes: bytes.length,
      })
      expect(sealedBytes(length)).toBe(bytes.length)
      const back = await checked(file, bytes)
      expect([back.outcome, b64u(P.sha256(back.plain))]).toEqual(['agrees', file.sha256])
    }
  })

  test('is sealed otherwise each time, so that two of them tell nothing', async () => {
    const plain = P.random(100)
    expect((await sealed(plain)).file.ct).not.toBe((await sealed(plain)).file.ct)
  })

  test('with any byte flipped, cut off or added is another file, and no other verdict is given', async () => {
    const whole = vector('approach.txt.age')
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const flipped = whole.slice()
        flipped[at] = (flipped[at] ?? 0) ^ by
        expect((await checked(wanted, flipped)).outcome).toBe('changed')
      }),
      { numRuns: 60 },
    )
    for (const bytes of [whole.slice(0, -1), concat(whole, P.random(1)), new Uint8Array()])
      expect((await checked(wanted, bytes)).outcome).toBe('changed')
    // Also where the bid itself names the broken bytes: then its maker sealed what does not open.
    const broken = whole.slice()
    broken[300] = (broken[300] ?? 0) ^ 1
    const named = { ...wanted, ct: b64u(P.sha256(broken)) }
    expect((await checked(named, broken)).outcome).toBe('does not open')
  })

  test('for another envelope does not open, and one that holds another file is told', async () => {
    const { file, bytes } = await sealed(P.random(70_000), ageRecipientOf(P.random(32)))
    expect((await checked(file, bytes)).outcome).toBe('does not open')
    const own = await sealed(P.random(70_000))
    expect((await checked({ ...own.file, sha256: wanted.sha256 }, own.bytes)).outcome).toBe('differs')
    expect((await checked({ ...own.file, bytes: 70_001 }, own.bytes)).outcome).toBe('differs')
    // Nothing is written beyond the length that the bid names.
    const short = await checked({ ...own.file, bytes: 10 }, own.bytes)
    expect([short.outcome, short.plain.length]).toEqual(['differs', 0])
    expect((await checked(own.file, own.bytes)).outcome).toBe('agrees')
  })

  test('is sealed to plain X25519 recipients alone', async () => {
    for (const recipient of ['', 'age1pq1qqqq', `${expected.age_recipient}a`, identity, 'age1tag1qqqq'])
      await expect(sealFile(recipient, streamOf(P.random(1)), () => {})).rejects.toThrow('X25519')
    await expect(checkFile(wanted, 'AGE-SECRET-KEY-PQ-1AAAA', streamOf(P.random(1)))).rejects.toThrow('X25519')
  })

  test('whose store or sink fails is not judged', async () => {
    const full = () => Promise.reject(new Error('no room'))
    await expect(checkFile(wanted, identity, streamOf(vector('approach.txt.age')), full)).rejects.toThrow('no room')
  })

  test('for a started envelope opens with what the sealed one gives, and that is finished once', async () => {
    const signer = scalarSigner(P, randomScalar(P))
    const bid = ({ ks, kc }: { ks: string; kc: string }) => signJws(P, signer, { typ: 'bid/1', ks, kc })
    const started = startEnvelope(P, keyset)
    expect(Object.keys(started).sort()).toEqual(['finish', 'kc', 'ks', 'recipient'])
    const { file, bytes } = await sealed(P.random(1000), started.recipient)
    const envelope = await started.finish(bid)
    expect(envelope.kc).toBe(started.kc)
    expect((await checked(file, bytes, ageIdentity(P, keyset, envelope.seed))).outcome).toBe('agrees')
    await expect(started.finish(bid)).rejects.toThrow('sealed already')
    const other = await seal(P, keyset, bid)
    expect((await checked(file, bytes, ageIdentity(P, keyset, other.seed))).outcome).toBe('does not open')
  })
})
