// Does sealing a whole bid give what the server takes, what custodians can open, and nothing that says what is in it?
import { describe, expect, test } from 'vitest'
import { sealBid, signWithdrawal } from '../../../src/domain/bids/prepare.ts'
import { maySubmitBid, mayWithdrawBid, type SeenEnvelope } from '../../../src/domain/bids/submission.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, fromB64u, utf8 } from '../../../src/proof/bytes.ts'
import { verifyJws } from '../../../src/proof/jws.ts'
import type { Keyset } from '../../../src/proof/keyset.ts'
import { commitment } from '../../../src/proof/leaf.ts'
import { checkBid, openEnvelope, readEnvelope } from '../../../src/proof/seal.ts'
import { randomScalar, scalarSigner } from '../../../src/server/keys.ts'
import { drill, release } from '../../proof/seal-kit.ts'

const NO = 'R26BK00000001'
const drills = { technical: drill(P, 3, 2, 'technical', NO), price: drill(P, 3, 2, 'price', NO) }
const keysets = { technical: drills.technical.keyset, price: drills.price.keyset }
const signer = scalarSigner(P, randomScalar(P))
const SECRET = 'ZQXJ-7743190255'
const WANTED = {
  tender: NO,
  bidder: 'firm-1',
  seq: 1,
  replaces: null,
  made: '2026-11-21T00:00:00Z',
  keysets,
  technical: { approach: SECRET, summary: '요약' },
  price: { amount: '98765432109', currency: 'KRW' },
}
const KINDS = ['technical', 'price'] as const

const seenBy = (text: string, keyset: Keyset): SeenEnvelope => ({
  eid: b64u(P.sha256(utf8(text))),
  ...readEnvelope(P, utf8(text), keyset),
})

describe('a sealed bid', () => {
  test('cannot be sealed for a key that is not on the curve, nor when it is too long to be a bid', async () => {
    await expect(sealBid(P, signer, { ...WANTED, technical: { approach: 'x'.repeat(1024 * 1024) } })).rejects.toThrow(
      /at most/,
    )
    const nowhere = b64u(new Uint8Array(32).fill(1))
    const custodians = keysets.price.custodians.map((own) => ({ ...own, jwk: { ...own.jwk, x: nowhere } }))
    const bent = { ...keysets.price, custodians }
    await expect(sealBid(P, signer, { ...WANTED, keysets: { ...keysets, price: bent } })).rejects.toThrow(/curve/)
  })

  test('shows nothing of what is in it, in any encoding that a reader would try', async () => {
    const { body } = await sealBid(P, signer, WANTED)
    const sent = JSON.stringify(body)
    const parts = sent.split(/[^A-Za-z0-9_-]+/).map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    for (const secret of [SECRET, '98765432109', '요약'])
      for (const form of [
        secret,
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret).toString('base64').slice(0, -4),
      ])
        for (const text of [sent, ...parts]) expect(text.includes(form)).toBe(false)
  })

  test('keeps its seeds out of what is sent', async () => {
    const { body, seeds } = await sealBid(P, signer, WANTED)
    for (const kind of KINDS) expect(JSON.stringify(body)).not.toContain(seeds[kind])
  })

  test('is as long as any other of its kind, whatever the price', async () => {
    const lengths = new Set<number>()
    for (const amount of ['1', '98000000', '999999999999999999'])
      lengths.add(
        (await sealBid(P, signer, { ...WANTED, price: { amount, currency: 'KRW' } })).body.envelopes.price.length,
      )
    expect(lengths.size).toBe(1)
  })

  test('is another one each time: seeds, salts, keys and hashes are fresh', async () => {
    const [a, b] = [await sealBid(P, signer, WANTED), await sealBid(P, signer, WANTED)]
    expect(a.c).not.toBe(b.c)
    expect(a.body.salt).not.toBe(b.body.salt)
    const fresh = [a, b].flatMap(({ body, seeds }) =>
      KINDS.flatMap((kind) => {
        const seen = seenBy(body.envelopes[kind], keysets[kind])
        if (!('kc' in seen)) throw new Error('refused')
        return [seeds[kind], seen.eid, seen.kc, ...seen.epks]
      }),
    )
    expect(new Set(fresh).size).toBe(fresh.length)
  })

  test('is signed over the hashes of its envelopes, and its commitment is that of its statement', async () => {
    const { body, c, eids } = await sealBid(P, signer, { ...WANTED, seq: 4, replaces: 'the third' })
    expect(c).toBe(commitment(P, fromB64u(body.salt), body.jws))
    for (const kind of KINDS) expect(eids[kind]).toBe(b64u(P.sha256(utf8(body.envelopes[kind]))))
    expect((await verifyJws(P, body.jws, signer.jwk, 'submission/1'))?.payload).toEqual({
      typ: 'submission/1',
      tender: NO,
      lot: '1',
      bidder: 'firm-1',
      seq: 4,
      envelopes: eids,
      blobs: [],
      replaces: 'the third',
      made: '2026-11-21T00:00:00Z',
    })
  })

  test('is one that the server’s rule takes', async () => {
    const { body } = await sealBid(P, signer, WANTED)
    const signed = await verifyJws(P, body.jws, signer.jwk, 'submission/1')
    const seen = {
      technical: seenBy(body.envelopes.technical, keysets.technical),
      price: seenBy(body.envelopes.price, keysets.price),
    }
    const facts = { bidder: 'firm-1', nextSeq: 1, current: null, stored: {} }
    expect(maySubmitBid(signed?.payload ?? {}, seen, NO, facts)).toEqual([])
  })

  test('is opened by two of three custodians to exactly what was sealed, and by one to nothing', async () => {
    const { body, seeds } = await sealBid(P, signer, WANTED)
    for (const kind of KINDS) {
      const bytes = utf8(body.envelopes[kind])
      const seen = seenBy(body.envelopes[kind], keysets[kind])
      if (!('kc' in seen)) throw new Error('refused')
      const alone = await openEnvelope(P, keysets[kind], bytes, await release(P, drills[kind], bytes, [2]))
      expect(alone.state).toBe('waiting')
      const opened = await openEnvelope(P, keysets[kind], bytes, await release(P, drills[kind], bytes, [1, 3]))
      if (opened.state !== 'valid') throw new Error(opened.state)
      expect(b64u(opened.seed)).toBe(seeds[kind])
      const expected = { bidder: 'firm-1', kc: seen.kc, bidderKey: signer.jwk }
      const checked = await checkBid(P, keysets[kind], opened.jws, expected)
      expect(checked).toMatchObject({ ok: true, bid: { seq: 1, kind, body: WANTED[kind], att: [] } })
    }
  })
})

describe('a withdrawal', () => {
  test('is signed, committed to with a fresh salt, and one that the server’s rule takes', async () => {
    const act = { tender: NO, bidder: 'firm-1', seq: 2, withdraws: 'the first', made: '2026-11-21T00:00:00Z' }
    const [a, b] = [await signWithdrawal(P, signer, act), await signWithdrawal(P, signer, act)]
    expect(a.body.salt).not.toBe(b.body.salt)
    expect(a.c).toBe(commitment(P, fromB64u(a.body.salt), a.body.jws))
    const signed = await verifyJws(P, a.body.jws, signer.jwk, 'withdrawal/1')
    expect(
      mayWithdrawBid(signed?.payload ?? {}, NO, { bidder: 'firm-1', nextSeq: 2, current: 'the first', stored: {} }),
    ).toEqual([])
    expect(await verifyJws(P, a.body.jws, signer.jwk, 'submission/1')).toBeNull()
  })
})
