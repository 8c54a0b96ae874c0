// SEA-5: is an envelope bound to its keyset, its custodians, its bidder and its own bytes?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromB64u, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import { canonical, type Json, parseJson } from '../../src/proof/canonical.ts'
import type { Keyset } from '../../src/proof/keyset.ts'
import { checkBid, decryptShare, openEnvelope, readEnvelope, seal } from '../../src/proof/seal.ts'
import { bidder, drill, keyOf, release, sealBid, signBid } from './seal-kit.ts'

type File = { v: string; ks: string; kc: string; shares: string[]; content: string }
const fileOf = (bytes: Uint8Array) => parseJson(fromUtf8(bytes)) as File
const bytesOf = (file: { [key: string]: Json }) => utf8(canonical(file))

const here = drill(P, 3, 2)
const there = drill(P, 3, 2, 'price', 'T-2')
const technical = drill(P, 3, 2, 'technical')
const ann = bidder(P, 'ann.example')
const bob = bidder(P, 'bob.example')

function codes(bytes: Uint8Array, keyset: Keyset): string[] {
  const read = readEnvelope(P, bytes, keyset)
  return 'refused' in read ? read.refused.map(({ code }) => code) : []
}

/** Rewrites the header of a compact JWE. */
function withHeader(jwe: string, change: (header: { [key: string]: Json }) => void): string {
  const [head, ...rest] = jwe.split('.')
  const header = parseJson(fromUtf8(fromB64u(head!))) as { [key: string]: Json }
  change(header)
  return [b64u(utf8(canonical(header))), ...rest].join('.')
}

describe('SEA-5 envelopes that are moved', () => {
  test.each([
    ['another tender', there],
    ['the other kind', technical],
  ])('SEA-5 refuses an envelope sealed for %s, with every reason', async (_, from) => {
    const { bytes } = await sealBid(P, from, ann)
    expect(codes(bytes, from.keyset)).toEqual([])
    const refused = codes(bytes, here.keyset)
    expect(refused).toContain('envelope.keyset')
    expect(refused.filter((code) => code === 'envelope.share')).toHaveLength(3)
    expect(refused).toContain('envelope.content')
    expect((await openEnvelope(P, here.keyset, bytes, [])).state).toBe('malformed')
  })

  test('SEA-5 refuses an envelope with the ks of this keyset written over another one', async () => {
    const { bytes } = await sealBid(P, there, ann)
    const { ks } = fileOf((await sealBid(P, here, ann)).bytes)
    const moved = bytesOf({ ...fileOf(bytes), ks })
    expect(codes(moved, here.keyset)).toContain('envelope.share')
    for (const [i, scalar] of there.scalars.entries()) {
      expect(await decryptShare(P, here.keyset, moved, i + 1, scalar)).toHaveProperty('refused')
    }
  })

  test('SEA-5 a custodian gives no share out of another tender’s envelope, even under the headers of its own', async () => {
    const stolen = fileOf((await sealBid(P, there, ann)).bytes)
    const own = fileOf((await sealBid(P, here, bob)).bytes)
    // The share itself, copied.
    const copied = bytesOf({ ...own, shares: [stolen.shares[0]!, own.shares[1]!, own.shares[2]!] })
    expect(await decryptShare(P, here.keyset, copied, 1, here.scalars[0]!)).toMatchObject({
      refused: expect.stringContaining('ks'),
    })
    // Copied and given the right header: what it was encrypted with is not what it says any more.
    const header = own.shares[0]!.split('.')[0]!
    const disguised = bytesOf({
      ...own,
      shares: [[header, ...stolen.shares[0]!.split('.').slice(1)].join('.'), own.shares[1]!, own.shares[2]!],
    })
    for (const scalar of [here.scalars[0]!, there.scalars[0]!]) {
      expect(await decryptShare(P, here.keyset, disguised, 1, scalar)).toMatchObject({
        refused: expect.stringContaining('decrypt'),
      })
    }
  })

  test('SEA-5 a share of another envelope of the same tender is refused by its kc', async () => {
    const [one, two] = [fileOf((await sealBid(P, here, ann)).bytes), fileOf((await sealBid(P, here, bob)).bytes)]
    const mixed = bytesOf({ ...one, shares: [two.shares[0]!, one.shares[1]!, one.shares[2]!] })
    expect(codes(mixed, here.keyset)).toEqual(['envelope.share'])
    expect(await decryptShare(P, here.keyset, mixed, 1, here.scalars[0]!)).toMatchObject({
      refused: expect.stringContaining('kc'),
    })
  })

  test.each(['kid', 'x', 'ks', 'kc', 'apu', 'apv', 'alg', 'enc'])(
    'SEA-5 a share whose header has another %s is refused, named, and gives nothing',
    async (member) => {
      const file = fileOf((await sealBid(P, here, ann)).bytes)
      const other = fileOf((await sealBid(P, there, ann)).bytes)
      const values: Record<string, Json> = {
        kid: here.keyset.custodians[1]!.kid,
        x: 2,
        ks: other.ks,
        kc: other.kc,
        apu: other.ks,
        apv: b64u(utf8('custodian-2.example')),
        alg: 'dir',
        enc: 'A128GCM',
      }
      const share = withHeader(file.shares[0]!, (header) => {
        header[member] = values[member]!
      })
      const changed = bytesOf({ ...file, shares: [share, file.shares[1]!, file.shares[2]!] })
      const read = readEnvelope(P, changed, here.keyset)
      expect(read).toMatchObject({ refused: [{ code: 'envelope.share', says: expect.stringContaining(` ${member}`) }] })
      expect(await decryptShare(P, here.keyset, changed, 1, here.scalars[0]!)).toMatchObject({
        refused: expect.stringContaining(` ${member}`),
      })
    },
  )
})

describe('SEA-5 bids that are copied or replayed', () => {
  test('SEA-5 a bidder’s own envelope sent by another is found at the opening by the signature inside', async () => {
    const { bytes, kc } = await sealBid(P, here, ann)
    const opened = await openEnvelope(P, here.keyset, bytes, await release(P, here, bytes))
    if (opened.state !== 'valid') throw new Error(opened.state)
    const as = (who: typeof ann, name = who.id) =>
      checkBid(P, here.keyset, opened.jws, { bidder: name, kc, bidderKey: keyOf(P, who) })
    expect(await as(ann)).toMatchObject({ ok: true })
    expect(await as(bob)).toMatchObject({ ok: false })
    expect(await as(ann, bob.id)).toMatchObject({ ok: false, reason: expect.stringContaining('bidder') })
  })

  test('SEA-5 an opened bid sealed again is found by its kc', async () => {
    const first = await sealBid(P, here, ann)
    const opened = await openEnvelope(P, here.keyset, first.bytes, await release(P, here, first.bytes))
    if (opened.state !== 'valid') throw new Error(opened.state)
    const replay = await seal(P, here.keyset, async () => opened.jws)
    const again = await openEnvelope(P, here.keyset, replay.bytes, await release(P, here, replay.bytes))
    if (again.state !== 'valid') throw new Error(again.state)
    const checked = await checkBid(P, here.keyset, again.jws, {
      bidder: ann.id,
      kc: replay.kc,
      bidderKey: keyOf(P, ann),
    })
    expect(checked).toEqual({ ok: false, reason: 'it is signed for another kc' })
  })

  test.each<[string, { [key: string]: Json }, string]>([
    ['another tender', { tender: 'T-2' }, 'tender'],
    ['another lot', { lot: '2' }, 'lot'],
    ['another kind', { kind: 'technical' }, 'kind'],
    ['another bidder', { bidder: 'bob.example' }, 'bidder'],
    ['another keyset', { ks: 'AAAA' }, 'ks'],
    ['another envelope', { kc: 'AAAA' }, 'kc'],
    ['an act that is no bid', { typ: 'submission/1' }, 'not as a bid'],
    ['a seq of zero', { seq: 0 }, 'seq'],
    ['a body that is a list', { body: [] }, 'body'],
    ['one pick', { picks: [3] }, 'picks'],
    ['the same pick twice', { picks: [3, 3] }, 'picks'],
    ['a contribution of 31 bytes', { rnd: b64u(new Uint8Array(31)) }, 'rnd'],
    ['no contribution', { rnd: null }, 'rnd'],
    ['an attachment without a hash', { att: [{ name: 'a', type: 'b', bytes: 1 }] }, 'att'],
  ])('SEA-5 refuses a bid signed for %s', async (_, changes, says) => {
    const ids = fileOf((await sealBid(P, here, ann)).bytes)
    const jws = await signBid(P, here.keyset, ann, { ks: ids.ks, kc: ids.kc }, changes)
    const checked = await checkBid(P, here.keyset, jws, { bidder: ann.id, kc: ids.kc, bidderKey: keyOf(P, ann) })
    expect(checked).toMatchObject({ ok: false, reason: expect.stringContaining(says) })
  })

  test('SEA-5 refuses what is no JWS, and one whose signature is another’s under the bidder’s kid', async () => {
    const { kc } = await sealBid(P, here, ann)
    const expected = { bidder: ann.id, kc, bidderKey: keyOf(P, ann) }
    expect(await checkBid(P, here.keyset, 'x', expected)).toMatchObject({ ok: false })
    const jws = await signBid(P, here.keyset, ann, { ks: 'x', kc })
    const forged = `${jws.slice(0, jws.lastIndexOf('.'))}.${b64u(await P.es256Sign(bob.scalar, utf8('x')))}`
    expect(await checkBid(P, here.keyset, forged, expected)).toMatchObject({
      ok: false,
      reason: 'the signature is wrong',
    })
  })
})

describe('SEA-5 envelopes that are cut or bent', () => {
  test('SEA-5 refuses an envelope cut anywhere, or with something after it', async () => {
    const { bytes } = await sealBid(P, here, ann)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(codes(bytes.subarray(0, length), here.keyset)).toEqual(['envelope.unreadable'])
      }),
    )
    for (const tail of ['\n', ' ', '{}']) expect(codes(utf8(fromUtf8(bytes) + tail), here.keyset)).not.toEqual([])
  })

  test('SEA-5 an envelope with one bit changed is refused at the door or found malformed at the opening', async () => {
    const { bytes } = await sealBid(P, here, ann)
    const shares = await release(P, here, bytes)
    let atTheDoor = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const changed = bytes.slice()
        changed[at] = changed[at]! ^ (1 << bit)
        if (codes(changed, here.keyset).length > 0) {
          atTheDoor++
          return
        }
        // Every custodian released what it could decrypt, so all have released or cleared themselves.
        expect((await openEnvelope(P, here.keyset, changed, shares, 3)).state).toBe('malformed')
      }),
      { numRuns: 300 },
    )
    expect(atTheDoor).toBeGreaterThan(0)
  })

  test.each<[string, (file: File) => { [key: string]: Json }, string]>([
    ['an unknown version', (file) => ({ ...file, v: 'seal/2' }), 'envelope.version'],
    ['a kc of 31 bytes', (file) => ({ ...file, kc: b64u(new Uint8Array(31)) }), 'envelope.commitment'],
    ['a kc that is not base64url', (file) => ({ ...file, kc: 'a+' }), 'envelope.commitment'],
    ['a share too few', (file) => ({ ...file, shares: file.shares.slice(1) }), 'envelope.custodians'],
    ['a share too many', (file) => ({ ...file, shares: [...file.shares, file.shares[0]!] }), 'envelope.custodians'],
    ['a member too many', (file) => ({ ...file, note: '' }), 'envelope.unreadable'],
    ['a member of the wrong type', (file) => ({ ...file, shares: 'x' }), 'envelope.unreadable'],
    [
      'a content of another length',
      (file) => ({ ...file, content: file.content.replace(/\.[^.]{8}([^.]*\.[^.]*)$/, '.$1') }),
      'envelope.size',
    ],
    [
      'a content without its header',
      (file) => ({ ...file, content: `e30${file.content.slice(file.content.indexOf('.'))}` }),
      'envelope.content',
    ],
    ['a content that is no JWE', (file) => ({ ...file, content: 'x' }), 'envelope.content'],
    ['a share that is no JWE', (file) => ({ ...file, shares: file.shares.map(() => 'x') }), 'envelope.share'],
  ])('SEA-5 refuses %s', async (_, change, code) => {
    const file = fileOf((await sealBid(P, here, ann)).bytes)
    expect(codes(bytesOf(change(file)), here.keyset)).toContain(code)
  })

  test('SEA-5 refuses members in another order, and a file of two megabytes', async () => {
    const file = fileOf((await sealBid(P, here, ann)).bytes)
    const turned = Object.fromEntries(Object.entries(file).reverse())
    expect(codes(utf8(JSON.stringify(turned)), here.keyset)).toEqual(['envelope.not-canonical'])
    expect(codes(new Uint8Array(2_000_000), here.keyset)).toEqual(['envelope.unreadable'])
  })

  test('SEA-5 refuses the same file with one letter written as an escape, and with a space between members', async () => {
    const text = fromUtf8((await sealBid(P, here, ann)).bytes)
    const letter = `\\u${text.charCodeAt(20).toString(16).padStart(4, '0')}`
    const escaped = text.slice(0, 20) + letter + text.slice(21)
    expect(JSON.parse(escaped)).toEqual(JSON.parse(text))
    for (const other of [escaped, text.replace(',"kc"', ', "kc"')])
      expect(codes(utf8(other), here.keyset)).toEqual(['envelope.not-canonical'])
    // The control: as it was sealed it is let in.
    expect(codes(utf8(text), here.keyset)).toEqual([])
  })

  test('SEA-5 a custodian refuses an ephemeral key off the curve before multiplying with it', async () => {
    const file = fileOf((await sealBid(P, here, ann)).bytes)
    const share = withHeader(file.shares[0]!, (header) => {
      const epk = header.epk as { y: string }
      epk.y = b64u(fromB64u(epk.y).map((byte, i) => (i === 0 ? byte ^ 1 : byte)))
    })
    const bent = bytesOf({ ...file, shares: [share, file.shares[1]!, file.shares[2]!] })
    expect(await decryptShare(P, here.keyset, bent, 1, here.scalars[0]!)).toEqual({
      refused: 'the ephemeral key is not on the curve',
    })
  })

  test('SEA-5 a custodian that is not of the keyset, or garbage, is a refusal and not an exception', async () => {
    const { bytes } = await sealBid(P, here, ann)
    for (const x of [0, 4, 1.5])
      expect(await decryptShare(P, here.keyset, bytes, x, here.scalars[0]!)).toHaveProperty('refused')
    for (const garbage of ['', '{}', '[]', '{"v":"seal/1"}']) {
      expect(await decryptShare(P, here.keyset, utf8(garbage), 1, here.scalars[0]!)).toHaveProperty('refused')
    }
  })
})
