// Does a receipt prove one entry, that entry only, and only as it was given out?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, FormatError, utf8 } from '../../src/proof/bytes.ts'
import { readPolicy } from '../../src/proof/policy.ts'
import {
  entryOfReceipt,
  readReceiptExtra,
  readTlogProof,
  verifyTlogProof,
  writeReceiptExtra,
  writeTlogProof,
} from '../../src/proof/receipt.ts'
import { inclusionProof, leafHash } from '../../src/proof/tree.ts'
import { entriesTo, noteOf, policyText, TIME } from './log-kit.ts'

const entries = entriesTo(P, 11)
const policy = readPolicy(policyText(P, 'group all all w1 w2 w3\nquorum all'))
const note = await noteOf(P, entries)
const proofOf = (index: number) =>
  inclusionProof(
    P,
    entries.map((entry) => leafHash(P, entry)),
    index,
  )
const receipt = (index: number) => writeTlogProof({ index, proof: proofOf(index), note })

describe('receipts that are refused', () => {
  test('a receipt with anything changed proves nothing, and throws nothing', async () => {
    const good = receipt(4)
    const insert = fc.constantFrom('', '\n', ' ', '0', 'A', '+', '=', '\u0000', '—')
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length), fc.nat(2), insert, async (at, cut, text) => {
        const changed = good.slice(0, at) + text + good.slice(at + cut)
        fc.pre(changed !== good)
        expect(await verifyTlogProof(P, changed, entries[4]!, policy)).toHaveProperty('refused')
      }),
      { numRuns: 500 },
    )
  })

  test('refuses another entry, another index and a quorum that is not there', async () => {
    expect(await verifyTlogProof(P, receipt(4), entries[5]!, policy)).toMatchObject({ refused: 'proof.inclusion' })
    const moved = writeTlogProof({ index: 5, proof: proofOf(4), note })
    expect(await verifyTlogProof(P, moved, entries[4]!, policy)).toMatchObject({ refused: 'proof.inclusion' })
    const unwitnessed = writeTlogProof({ index: 4, proof: proofOf(4), note: await noteOf(P, entries, 2) })
    expect(await verifyTlogProof(P, unwitnessed, entries[4]!, policy)).toMatchObject({ refused: 'note.quorum' })
  })

  test.each([
    ['another first line', receipt(4).replace('@v1', '@v2')],
    ['the index before the extra', receipt(4).replace('index 4', 'index 4\nextra AAAA')],
    ['two extras', receipt(4).replace('index 4', 'extra AAAA\nextra AAAA\nindex 4')],
    ['an index with a leading zero', receipt(4).replace('index 4', 'index 04')],
    ['no index', receipt(4).replace('index 4\n', '')],
    ['64 hashes', writeTlogProof({ index: 4, proof: Array.from({ length: 64 }, () => new Uint8Array(32)), note })],
    ['no note', receipt(4).slice(0, receipt(4).indexOf('\n\n') + 2)],
    ['three megabytes', 'x'.repeat(3_000_001)],
  ])('refuses %s', async (_, text) => {
    expect(() => readTlogProof(text)).toThrow(FormatError)
    expect(await verifyTlogProof(P, text, entries[4]!, policy)).toMatchObject({ refused: 'proof.format' })
  })

  test.each([
    ['members in another order', '{"salt":"a","received":"b","jws":"c"}'],
    ['a member too few', '{"jws":"a","salt":"b"}'],
    ['a member that is no text', '{"jws":"a","received":1,"salt":"b"}'],
    ['no JSON', 'x'],
  ])('refuses an extra line with %s', (_, text) => {
    expect(() => readReceiptExtra(utf8(text))).toThrow(FormatError)
  })
})

describe('receipts that are given', () => {
  test('prove every entry, with the time by which the witnesses had seen it', async () => {
    for (const [index, entry] of entries.entries()) {
      expect(await verifyTlogProof(P, receipt(index), entry, policy)).toMatchObject({
        index,
        size: 11,
        extra: null,
        quorum: { time: TIME + 2 },
      })
    }
  })

  test('are read back, with extra bytes, empty ones too, and without', () => {
    for (const extra of [undefined, utf8('more'), new Uint8Array(0)]) {
      const written = { index: 3, proof: proofOf(3), note, ...(extra === undefined ? {} : { extra }) }
      if (extra?.length === 0) expect(writeTlogProof(written)).toContain('extra \n')
      expect(readTlogProof(writeTlogProof(written))).toEqual(written)
    }
  })

  test('hold what makes the entry again', () => {
    const salt = P.sha256(utf8('entry 7'))
    const extra = readReceiptExtra(writeReceiptExtra({ salt: b64u(salt), jws: 'cover', received: 'x' }))
    expect(entryOfReceipt(P, extra)).toEqual(entries[7])
  })
})
