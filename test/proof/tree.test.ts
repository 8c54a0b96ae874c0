// Do proofs hold exactly for what is in the log, at any size?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { FormatError, hex, utf8 } from '../../src/proof/bytes.ts'
import {
  Compact,
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/proof/tree.ts'

const HASHES = Array.from({ length: 65_537 }, (_, i) => leafHash(P, utf8(`entry ${i}`)))
const upTo = (size: number) => HASHES.slice(0, size)
const flip = (hash: Uint8Array, bit: number) => hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))

/** The definition of RFC 6962 section 2.1, word for word, as an independent check. */
function mth(hashes: Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!
  let k = 1
  while (k < hashes.length / 2) k *= 2
  return nodeHash(P, mth(hashes.slice(0, k)), mth(hashes.slice(k)))
}

const sized = fc.integer({ min: 1, max: 700 })
const within = sized.chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)))

describe('proofs that are refused', () => {
  test('refuses an inclusion proof with anything changed', () => {
    fc.assert(
      fc.property(within, fc.nat(255), fc.nat(20), ([size, index], bit, which) => {
        const claim = {
          index,
          size,
          leafHash: HASHES[index]!,
          root: rootOf(P, upTo(size)),
          proof: inclusionProof(P, upTo(size), index),
        }
        expect(verifyInclusion(P, claim)).toBe(true)
        const at = which % Math.max(claim.proof.length, 1)
        const wrong = [
          { leafHash: flip(claim.leafHash, bit) },
          { root: flip(claim.root, bit) },
          { proof: [...claim.proof, HASHES[0]!] },
          { index: size },
          { index: -1 },
          { index: index + 0.5 },
          { size: 0 },
          { root: claim.root.subarray(1) },
          { proof: claim.proof.map((hash) => hash.subarray(1)).concat(HASHES[0]!.subarray(1)) },
          ...(claim.proof.length === 0
            ? []
            : [
                { proof: claim.proof.slice(1) },
                { proof: claim.proof.map((hash, i) => (i === at ? flip(hash, bit) : hash)) },
              ]),
          ...(size === 1 ? [] : [{ index: (index + 1) % size }]),
        ]
        for (const change of wrong) expect(verifyInclusion(P, { ...claim, ...change })).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  test('refuses a consistency proof with anything changed', () => {
    fc.assert(
      fc.property(within, fc.nat(255), fc.nat(20), ([size2, size1], bit, which) => {
        fc.pre(size1 > 0)
        const claim = {
          size1,
          size2,
          root1: rootOf(P, upTo(size1)),
          root2: rootOf(P, upTo(size2)),
          proof: consistencyProof(P, upTo(size2), size1),
        }
        expect(verifyConsistency(P, claim)).toBe(true)
        const at = which % claim.proof.length
        const wrong = [
          { root1: flip(claim.root1, bit) },
          { root2: flip(claim.root2, bit) },
          { proof: claim.proof.slice(1) },
          { proof: [] },
          { proof: [...claim.proof, HASHES[0]!] },
          { proof: claim.proof.map((hash, i) => (i === at ? flip(hash, bit) : hash)) },
          { size1: size2, size2: size1 },
          { size1: size1 + 0.5 },
          { size1: 0 },
        ]
        for (const change of wrong) expect(verifyConsistency(P, { ...claim, ...change })).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  test('refuses a log of the same size with another root, and one that grew out of nothing with a proof', () => {
    const root = rootOf(P, upTo(5))
    const same = { size1: 5, size2: 5, root1: root, root2: root, proof: [] }
    expect(verifyConsistency(P, same)).toBe(true)
    expect(verifyConsistency(P, { ...same, root2: rootOf(P, HASHES.slice(1, 6)) })).toBe(false)
    expect(verifyConsistency(P, { ...same, proof: [root] })).toBe(false)
    const first = { size1: 0, size2: 5, root1: emptyRoot(P), root2: root, proof: [] }
    expect(verifyConsistency(P, first)).toBe(true)
    expect(verifyConsistency(P, { ...first, proof: [root] })).toBe(false)
    expect(verifyConsistency(P, { ...first, root1: root })).toBe(false)
    expect(verifyConsistency(P, { ...first, size2: 0 })).toBe(false)
  })

  test('refuses a rewritten history: no proof of the new log fits the old root', () => {
    fc.assert(
      fc.property(within, fc.nat(), ([size2, size1], at) => {
        fc.pre(size1 > 0)
        const forged = upTo(size2).map((hash, i) => (i === at % size1 ? flip(hash, 0) : hash))
        const claim = {
          size1,
          size2,
          root1: rootOf(P, upTo(size1)),
          root2: rootOf(P, forged),
          proof: consistencyProof(P, forged, size1),
        }
        expect(verifyConsistency(P, claim)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })

  test('refuses a kept state that fits no size', () => {
    const { peaks } = new Compact(P).save()
    for (const state of [
      { size: 1, peaks },
      { size: -1, peaks },
      { size: 0.5, peaks },
      { size: 2 ** 53, peaks },
      { size: 1, peaks: ['AAAA'] },
      { size: 1, peaks: ['not base64'] },
      { size: 3, peaks: [Buffer.alloc(32).toString('base64')] },
    ]) {
      expect(() => new Compact(P, state)).toThrow(FormatError)
    }
  })

  test('asks for entries and sizes that are there', () => {
    for (const index of [-1, 5, 0.5]) expect(() => inclusionProof(P, upTo(5), index)).toThrow(RangeError)
    for (const old of [-1, 6, 0.5]) expect(() => consistencyProof(P, upTo(5), old)).toThrow(RangeError)
  })
})

describe('the tree', () => {
  test('has the roots that RFC 6962 defines, however it is grown', () => {
    const log = new Compact(P)
    expect(hex(log.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    for (let size = 1; size <= 130; size++) {
      log.append(HASHES[size - 1]!)
      expect(log.root()).toEqual(mth(upTo(size)))
      expect(rootOf(P, upTo(size))).toEqual(mth(upTo(size)))
      expect(log.size).toBe(size)
    }
  })

  test('grows on from a kept state, which is plain JSON', () => {
    fc.assert(
      fc.property(within, ([size, kept]) => {
        const log = new Compact(P)
        for (const hash of upTo(kept)) log.append(hash)
        const again = new Compact(P, JSON.parse(JSON.stringify(log.save())))
        for (const hash of HASHES.slice(kept, size)) again.append(hash)
        expect(again.root()).toEqual(rootOf(P, upTo(size)))
      }),
      { numRuns: 50 },
    )
  })

  test.each([255, 256, 257, 65_535, 65_536, 65_537])('proves entries and earlier sizes at %d entries', (size) => {
    const hashes = upTo(size)
    const root = rootOf(P, hashes)
    const log = new Compact(P)
    for (const hash of hashes) log.append(hash)
    expect(log.root()).toEqual(root)
    for (const index of [Math.floor(size / 3), size - 1]) {
      const proof = inclusionProof(P, hashes, index)
      expect(verifyInclusion(P, { index, size, leafHash: hashes[index]!, root, proof })).toBe(true)
    }
    for (const size1 of [254, 256].filter((old) => old < size)) {
      const root1 = rootOf(P, upTo(size1))
      expect(
        verifyConsistency(P, { size1, size2: size, root1, root2: root, proof: consistencyProof(P, hashes, size1) }),
      ).toBe(true)
    }
  })
})
