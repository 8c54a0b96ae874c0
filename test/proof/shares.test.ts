// Do any t shares give the seed, fewer nothing, and a forged number never?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/proof/bytes.ts'
import { combine, splitSeed } from '../../src/proof/shares.ts'

const block = fc.uint8Array({ minLength: 32, maxLength: 32 })
const zero = new Uint8Array(32)

/** Multiplication in GF(2^8) by shifting, as an independent check of the tables. */
function slowTimes(a: number, b: number): number {
  let [product, factor] = [0, a]
  for (let bit = 1; bit < 256; bit <<= 1) {
    if (b & bit) product ^= factor
    factor = (factor << 1) ^ (factor & 0x80 ? 0x11b : 0)
  }
  return product
}

describe('shares that are refused', () => {
  const two = splitSeed(zero, [zero], 2)

  test('refuses number 0, whose holder would choose the seed', () => {
    expect(() => combine([{ x: 0, y: zero }, two[0]!])).toThrow(FormatError)
  })

  test.each([256, -1, 1.5, Number.NaN])('refuses number %d', (x) => {
    expect(() => combine([{ x, y: zero }, two[0]!])).toThrow(FormatError)
  })

  test('refuses a number twice', () => {
    expect(() => combine([two[0]!, two[0]!])).toThrow(FormatError)
  })

  test.each([0, 31, 33])('refuses a share of %d bytes', (length) => {
    expect(() => combine([two[0]!, { x: 2, y: new Uint8Array(length) }])).toThrow(FormatError)
  })

  test('refuses no shares at all', () => {
    expect(() => combine([])).toThrow(FormatError)
  })

  test('refuses to split a seed or with coefficients of another length, or into none or too many', () => {
    expect(() => splitSeed(new Uint8Array(31), [zero], 3)).toThrow(FormatError)
    expect(() => splitSeed(zero, [new Uint8Array(33)], 3)).toThrow(FormatError)
    for (const n of [0, 256, 1.5]) expect(() => splitSeed(zero, [zero], n)).toThrow(FormatError)
  })
})

describe('splitting and combining', () => {
  test('multiplies as shifting and adding does, for every pair of bytes', () => {
    for (let a = 0; a < 256; a++) {
      const coefficient = new Uint8Array(32).fill(a)
      const shares = splitSeed(zero, [coefficient], 255)
      for (const { x, y } of shares) if (y[0] !== slowTimes(a, x)) expect(`${a}·${x} = ${y[0]}`).toBe(slowTimes(a, x))
    }
    expect(slowTimes(0x57, 0x83)).toBe(0xc1)
  })

  test('SEA-3 any t of n shares give the seed, in any order; t − 1 of them are some other bytes', () => {
    const shape = fc.integer({ min: 2, max: 16 }).chain((n) => fc.tuple(fc.constant(n), fc.integer({ min: 2, max: n })))
    fc.assert(
      fc.property(
        shape,
        block,
        fc.infiniteStream(block),
        fc.infiniteStream(fc.nat()),
        ([n, t], seed, blocks, chance) => {
          const coefficients = Array.from({ length: t - 1 }, () => blocks.next().value as Uint8Array)
          // The highest coefficient must not vanish, else fewer shares do; a random one vanishes once in 2^256.
          coefficients[t - 2]![0] = coefficients[t - 2]![0]! | 1
          const shares = splitSeed(seed, coefficients, n)
          const order = shares
            .map((share) => ({ share, at: chance.next().value as number }))
            .sort((a, b) => a.at - b.at)
          const chosen = order.slice(0, t).map(({ share }) => share)
          expect(combine(chosen)).toEqual(seed)
          expect(combine(shares)).toEqual(seed)
          expect(combine(chosen.slice(1))).not.toEqual(seed)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('fewer than t shares fit every seed: for any other seed there are coefficients that give the same share', () => {
    fc.assert(
      fc.property(block, block, block, fc.integer({ min: 1, max: 16 }), (seed, coefficient, other, x) => {
        const { y } = splitSeed(seed, [coefficient], x)[x - 1]!
        const inverse = Array.from({ length: 256 }, (_, i) => i).find((i) => slowTimes(i, x) === 1)!
        const fitting = other.map((byte, i) => slowTimes(byte ^ y[i]!, inverse))
        expect(splitSeed(other, [fitting], x)[x - 1]!.y).toEqual(y)
      }),
    )
  })
})
