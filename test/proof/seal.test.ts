// Does a sealed bid open for any t custodians, for nobody else, and never to anything but itself?
import fc from 'fast-check'
import { compactDecrypt, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, equal, FormatError, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import { canonical, type Json } from '../../src/proof/canonical.ts'
import { contentKey, deriver, ephemeralScalar, shareIv, shareKey } from '../../src/proof/derive.ts'
import { writeJwe } from '../../src/proof/envelope.ts'
import { signJws } from '../../src/proof/jws.ts'
import { keysetId } from '../../src/proof/keyset.ts'
import { ageIdentity, openEnvelope, readEnvelope, seal, sealFromSeed } from '../../src/proof/seal.ts'
import { webPrimitives } from '../../src/proof/web-primitives.ts'
import { bidder, choicesOf, drill, release, sealBid, signBid } from './seal-kit.ts'

const three = drill(P, 3, 2)
const ann = bidder(P, 'ann.example')
const open = async (bytes: Uint8Array) => openEnvelope(P, three.keyset, bytes, await release(P, three, bytes))

/** Seals a plaintext as it is, with a fresh seed: what a malicious bidder's program can do. */
async function sealRaw(plaintext: Uint8Array) {
  const seed = P.random(32)
  return { seed, bytes: await sealFromSeed(P, three.keyset, seed, plaintext) }
}
function filled(text: string, length: number, filler = 0x20) {
  const out = new Uint8Array(length).fill(filler)
  out.set(utf8(text))
  return out
}

describe('SEA-3 t of n custodians are needed and enough', () => {
  test.each([
    [2, 2],
    [3, 2],
    [3, 3],
    [5, 3],
    [6, 4],
  ])('SEA-3 of %d custodians every choice of %d opens, and every choice of one fewer does not', async (n, t) => {
    const set = drill(P, n, t)
    const { bytes, seed } = await sealBid(P, set, ann)
    const shares = await release(P, set, bytes)
    for (const few of choicesOf(shares, t - 1)) {
      expect((await openEnvelope(P, set.keyset, bytes, few)).state).toBe('waiting')
    }
    for (const enough of choicesOf(shares, t)) {
      expect(await openEnvelope(P, set.keyset, bytes, enough)).toMatchObject({ state: 'valid', seed, convicted: [] })
    }
    expect((await openEnvelope(P, set.keyset, bytes, shares)).state).toBe('valid')
  })

  test('SEA-3 a wrong share is named, whoever gives it and whatever it is, as soon as enough true ones are in', async () => {
    const set = drill(P, 5, 3)
    const { bytes } = await sealBid(P, set, ann)
    const shares = await release(P, set, bytes)
    for (const liar of shares) {
      for (const y of [
        P.random(32),
        new Uint8Array(32),
        liar.y.map((byte, i) => (i === 31 ? byte ^ 1 : byte)),
        new Uint8Array(31),
      ]) {
        const told = shares.map((share) => (share.x === liar.x ? { x: share.x, y } : share))
        expect(await openEnvelope(P, set.keyset, bytes, told)).toMatchObject({ state: 'valid', convicted: [liar.x] })
      }
    }
  })

  test('SEA-3 two liars of five are both named; three leave the envelope shut', async () => {
    const set = drill(P, 5, 3)
    const { bytes } = await sealBid(P, set, ann)
    const shares = await release(P, set, bytes)
    const lying = (liars: number[]) => shares.map(({ x, y }) => (liars.includes(x) ? { x, y: P.random(32) } : { x, y }))
    expect(await openEnvelope(P, set.keyset, bytes, lying([2, 5]))).toMatchObject({ state: 'valid', convicted: [2, 5] })
    expect((await openEnvelope(P, set.keyset, bytes, lying([1, 2, 5]).slice(0, 4))).state).toBe('waiting')
    expect((await openEnvelope(P, set.keyset, bytes, lying([1, 2, 5]))).state).toBe('malformed')
  })

  test('SEA-3 with one share and everything the server has, no private key of others gives a second one', async () => {
    const { bytes } = await sealBid(P, three, ann)
    const [own] = await release(P, three, bytes, [1])
    for (const x of [2, 3])
      await expect(
        release(P, { ...three, scalars: [three.scalars[0]!, three.scalars[0]!, three.scalars[0]!] }, bytes, [x]),
      ).rejects.toThrow('does not decrypt')
    expect((await openEnvelope(P, three.keyset, bytes, [own!])).state).toBe('waiting')
  })

  test('waits until all have released or cleared themselves, then calls an envelope that fits no shares malformed', async () => {
    const { bytes } = await sealBid(P, three, ann)
    const [one] = await release(P, three, bytes)
    expect((await openEnvelope(P, three.keyset, bytes, [one!], 2)).state).toBe('waiting')
    expect((await openEnvelope(P, three.keyset, bytes, [one!], 3)).state).toBe('malformed')
    expect((await openEnvelope(P, three.keyset, bytes, [])).state).toBe('waiting')
  })

  test('refuses the share of nobody, and one custodian twice', async () => {
    const { bytes } = await sealBid(P, three, ann)
    const [one, two] = await release(P, three, bytes)
    for (const x of [0, 4, -1, 1.5]) {
      await expect(openEnvelope(P, three.keyset, bytes, [one!, { x, y: two!.y }])).rejects.toThrow(FormatError)
    }
    await expect(openEnvelope(P, three.keyset, bytes, [one!, one!])).rejects.toThrow(FormatError)
  })
})

describe('what no envelope may be', () => {
  test('an envelope with any byte changed is not valid, and throws nothing', async () => {
    const { bytes } = await sealBid(P, three, ann)
    const shares = await release(P, three, bytes)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const changed = bytes.slice()
        changed[at] = changed[at]! ^ mask
        expect((await openEnvelope(P, three.keyset, changed, shares)).state).not.toBe('valid')
      }),
      { numRuns: 400 },
    )
  })

  test.each<[string, (jws: string) => Uint8Array]>([
    ['is not padded', (jws) => utf8(jws)],
    ['is padded with zeros', (jws) => filled(jws, 4096, 0)],
    ['is padded with newlines', (jws) => filled(jws, 4096, 10)],
    ['is padded in front', (jws) => filled(' '.repeat(4096 - jws.length) + jws, 4096)],
    ['is padding alone', () => filled('', 4096)],
    ['is no JWS', () => filled('{"amount":"1"}', 4096)],
    ['holds two', (jws) => filled(`${jws} ${jws}`, 4096)],
    ['is not UTF-8', () => filled('', 4096, 0xff)],
    ['is empty', () => new Uint8Array(0)],
    ['is over 1 MiB', (jws) => filled(jws, 1024 * 1024 + 4096)],
  ])('a plaintext that %s makes a malformed envelope, though it seals again to the same bytes', async (_, make) => {
    const jws = await signBid(P, three.keyset, ann, { ks: 'x', kc: 'x' })
    const { bytes } = await sealRaw(make(jws))
    expect(
      (await openEnvelope(P, three.keyset, bytes, [])).state === 'malformed' ||
        (await open(bytes)).state === 'malformed',
    ).toBe(true)
  })

  /** The envelope of this seed, but with another share for custodian x, properly encrypted: what a malicious maker can do. */
  async function planted(bytes: Uint8Array, seed: Uint8Array, plants: Map<number, Uint8Array>) {
    const envelope = JSON.parse(fromUtf8(bytes)) as { shares: string[] }
    const ks = keysetId(P, three.keyset)
    const derive = deriver(P, ks, seed)
    for (const [x, y] of plants) {
      const { jwk, id } = three.keyset.custodians[x - 1]!
      const key = shareKey(P, P.p256Ecdh(ephemeralScalar(derive, x), jwk)!, ks, utf8(id))
      const head = envelope.shares[x - 1]!.split('.')[0]!
      const iv = shareIv(derive, x)
      envelope.shares[x - 1] = writeJwe(head, iv, await P.aesGcmEncrypt(key, iv, utf8(head), y))
    }
    return utf8(canonical(envelope as unknown as Json))
  }

  test('a maker who plants shares cannot choose later: no two custodians make it valid, and nobody is convicted', async () => {
    const { bytes, seed } = await sealBid(P, three, ann)
    const block = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const plants = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3 }), block), {
      selector: ([x]) => x,
      minLength: 1,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(plants, async (list) => {
        const bad = await planted(bytes, seed, new Map(list))
        const shares = await release(P, three, bad)
        for (const [x, y] of list) expect(shares[x - 1]!.y).toEqual(y)
        for (const two of choicesOf(shares, 2))
          expect((await openEnvelope(P, three.keyset, bad, two)).state).not.toBe('valid')
        expect((await openEnvelope(P, three.keyset, bad, shares)).state).toBe('malformed')
      }),
      { numRuns: 25 },
    )
  })

  test('shares in each other’s places make it malformed', async () => {
    const { bytes } = await sealBid(P, three, ann)
    const { shares, ...rest } = JSON.parse(fromUtf8(bytes))
    const swapped = utf8(canonical({ ...rest, shares: [shares[1], shares[0], shares[2]] }))
    expect((await openEnvelope(P, three.keyset, swapped, await release(P, three, bytes))).state).toBe('malformed')
  })

  test('sealing refuses a bid that is no JWS, or too long', async () => {
    await expect(seal(P, three.keyset, async () => 'a bid')).rejects.toThrow(FormatError)
    const long = (ids: { ks: string; kc: string }) =>
      signBid(P, three.keyset, ann, ids, { body: { text: 'x'.repeat(800_000) } })
    await expect(seal(P, three.keyset, long)).rejects.toThrow('1048576')
  })
})

describe('what a sealed bid is', () => {
  test('is the file that its seed and plaintext make, with a fresh seed each time', async () => {
    const one = await sealBid(P, three, ann)
    const two = await sealBid(P, three, ann)
    expect(equal(one.seed, two.seed)).toBe(false)
    expect(one.kc).not.toBe(two.kc)
    expect(b64u(P.sha256(one.bytes))).toBe(one.eid)
    const opened = await open(one.bytes)
    if (opened.state !== 'valid') throw new Error(opened.state)
    expect(opened.seed).toEqual(one.seed)
    expect(await sealFromSeed(P, three.keyset, one.seed, filled(opened.jws, 4096))).toEqual(one.bytes)
    expect(ageIdentity(P, three.keyset, one.seed)).toMatch(/^AGE-SECRET-KEY-1[A-Z0-9]{58}$/)
  })

  test('has the same length for bids of different lengths, and no epk twice', async () => {
    const lengths = new Set<number>()
    const epks = new Set<string>()
    for (const amount of ['1', '958940000', '9'.repeat(500)]) {
      const { bytes } = await seal(P, three.keyset, (ids) => signBid(P, three.keyset, ann, ids, { body: { amount } }))
      lengths.add(bytes.length)
      const parts = readEnvelope(P, bytes, three.keyset)
      if ('refused' in parts) throw new Error('refused')
      for (const epk of parts.epks) epks.add(epk)
    }
    expect(lengths.size).toBe(1)
    expect(epks.size).toBe(9)
  })

  test.each(['technical', 'price', 'draw', 'rekey', 'rehearsal'] as const)(
    'opens the same in both engines for the kind %s',
    async (kind) => {
      const set = drill(P, 3, 2, kind)
      const payloads: Record<string, { typ: string } & { [key: string]: Json }> = {
        draw: { typ: 'contribution/1', r: b64u(P.random(32)) },
        rekey: { typ: 'rekey/1', seed: b64u(P.random(32)) },
        rehearsal: { typ: 'rehearsal/1' },
      }
      const payload = payloads[kind]
      const sign = (data: Uint8Array) => P.es256Sign(ann.scalar, data)
      const { bytes } = await seal(webPrimitives, set.keyset, (ids) =>
        payload === undefined ? signBid(P, set.keyset, ann, ids) : signJws(P, { kid: 'ann', sign }, payload),
      )
      for (const Q of [P, webPrimitives]) {
        const opened = await openEnvelope(Q, set.keyset, bytes, await release(Q, set, bytes, [1, 3]))
        expect(opened).toMatchObject({ state: 'valid', payload: payload ?? { typ: 'bid/1', kind } })
      }
    },
  )

  test('is plain JOSE: jose decrypts each share and the content', async () => {
    const { bytes, seed } = await sealBid(P, three, ann)
    const envelope = JSON.parse(fromUtf8(bytes)) as { shares: string[]; content: string }
    for (const { x, y } of await release(P, three, bytes)) {
      const jwk = { ...three.keyset.custodians[x - 1]!.jwk, d: b64u(three.scalars[x - 1]!) }
      const share = await compactDecrypt(envelope.shares[x - 1]!, await importJWK(jwk, 'ECDH-ES'))
      expect(new Uint8Array(share.plaintext)).toEqual(y)
      expect(share.protectedHeader).toMatchObject({ x, ks: b64u(keysetId(P, three.keyset)) })
    }
    const content = await compactDecrypt(envelope.content, contentKey(deriver(P, keysetId(P, three.keyset), seed)))
    const opened = await open(bytes)
    expect(fromUtf8(new Uint8Array(content.plaintext)).trimEnd()).toBe(opened.state === 'valid' && opened.jws)
  })
})
