// Do the three verbs round the exact quotient, once?

import type { Decimal as DecimalJs } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  compare,
  divide,
  fraction,
  larger,
  multiply,
  smaller,
  subtract,
  total,
} from '../../../src/domain/kit/fraction.ts'
import { Decimal } from '../../../src/domain/kit/money.ts'
import { ceil, halfUp, plain, shown, trunc } from '../../../src/domain/kit/rounding.ts'

type Rounding = DecimalJs.Rounding

describe('exact numbers', () => {
  test.each(['', '1e3', '1,000', '.5', '5.', '+1', 'NaN', '0x1', ' 1', '1'.repeat(1_000_000)])(
    'throws on a text that is no plain decimal (%#)',
    (text) => expect(() => fraction(text)).toThrow(RangeError),
  )

  test('throws on a binary fraction, on infinity, on a Decimal of a billion digits, and on division by zero', () => {
    expect(() => fraction(0.1)).toThrow(RangeError)
    expect(() => fraction(2 ** 53)).toThrow(RangeError)
    expect(() => fraction(new Decimal('Infinity'))).toThrow(RangeError)
    expect(() => fraction(new Decimal('1e1000000000'))).toThrow(RangeError)
    expect(() => fraction(new Decimal('1e-1000000000'))).toThrow(RangeError)
    expect(() => divide(1, 0)).toThrow(RangeError)
    expect(() => halfUp(1, 0, 2)).toThrow(RangeError)
    expect(() => halfUp(1, 3, 61)).toThrow(RangeError)
    expect(() => halfUp(1, 3, -1)).toThrow(RangeError)
    expect(() => halfUp(1, 3, 1.5)).toThrow(RangeError)
  })

  test('adds, subtracts, multiplies, divides and compares without losing anything', () => {
    expect(add('0.1', '0.2')).toEqual(fraction('0.3'))
    expect(subtract('0.3', '0.1')).toEqual(fraction('0.2'))
    expect(multiply(divide(1, 3), 3)).toEqual(fraction(1))
    expect(divide(1, -3)).toEqual({ n: -1n, d: 3n })
    expect(total(Array.from({ length: 10 }, () => '0.1'))).toEqual(fraction(1))
    expect(compare(divide(1, 3), '0.3333333333333333333333333333')).toBe(1)
    expect(larger('2', '10')).toEqual(fraction(10))
    expect(smaller('2', '10')).toEqual(fraction(2))
  })
})

describe('rounding', () => {
  test('rounds at the fifth decimal place by keeping four, half up', () => {
    expect(halfUp('960000000', '98000000', 4)).toBe('9.7959')
    expect(halfUp('0.00005', '1', 4)).toBe('0.0001')
    expect(halfUp('0.00004999999999999999999999999999999999999999999999999999999999999999999999', '1', 4)).toBe('0')
    expect(halfUp('1.005', 1n, 2)).toBe('1.01')
    expect(halfUp('-1.005', 1n, 2)).toBe('-1.01')
    expect(halfUp('-0.00001', 1n, 2)).toBe('0')
    expect(halfUp('2.5', 1, 0)).toBe('3')
    expect(halfUp('879', '10', 4)).toBe('87.9')
    expect(halfUp(new Decimal('389'), '5', 4)).toBe('77.8')
  })

  test('cuts and rounds up', () => {
    expect(trunc('9600000000', '110000000', 3)).toBe('87.272')
    expect(trunc('1443393000', '16025300', 3)).toBe('90.069')
    expect(trunc('-1.29', '1', 1)).toBe('-1.2')
    expect(ceil('10', '3', 0)).toBe('4')
    expect(ceil('9', '3', 0)).toBe('3')
    expect(ceil('26292062.75', 1, 0)).toBe('26292063')
    expect(ceil('-1.29', '1', 1)).toBe('-1.2')
  })

  test('writes decimals without trailing zeros and refuses to write a fraction without an end', () => {
    expect(plain('87.9000')).toBe('87.9')
    expect(plain('100')).toBe('100')
    expect(plain('-0.0')).toBe('0')
    expect(plain(divide(1, 8))).toBe('0.125')
    expect(plain(new Decimal('1e3'))).toBe('1000')
    expect(() => plain(divide(1, 3))).toThrow(RangeError)
    expect(shown(divide(10, 3), 4)).toBe('3.3333…')
    expect(shown(divide(980, 11), 5)).toBe('89.09090…')
    expect(shown('2.50', 4)).toBe('2.5')
  })

  const part = fc.bigInt(-(10n ** 24n), 10n ** 24n)
  const below = fc.bigInt(1n, 10n ** 24n)
  const dp = fc.integer({ min: 0, max: 12 })

  test('keeps each verb within its own bounds of the exact quotient', () => {
    fc.assert(
      fc.property(part, below, dp, (n, d, places) => {
        const exact = divide(n, d)
        const unit = divide(1, 10n ** BigInt(places))
        const off = (rounded: string) => subtract(rounded, exact)
        const [half, cut, up] = [halfUp(n, d, places), trunc(n, d, places), ceil(n, d, places)]
        // |error| is at most half a unit; a cut goes towards zero, by less than a unit; ceil goes up, by less than a unit.
        const error = off(half)
        expect(compare(multiply(larger(error, subtract(0, error)), 2), unit)).toBeLessThanOrEqual(0)
        const lost = n < 0n ? off(cut) : subtract(0, off(cut))
        expect(compare(lost, 0)).toBeGreaterThanOrEqual(0)
        expect(compare(lost, unit)).toBe(-1)
        expect(compare(off(up), 0)).toBeGreaterThanOrEqual(0)
        expect(compare(off(up), unit)).toBe(-1)
        for (const text of [half, cut, up]) expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
      }),
    )
  })

  test('agrees with decimal.js wherever that is exact', () => {
    fc.assert(
      fc.property(part, fc.integer({ min: 0, max: 20 }), dp, (n, scale, places) => {
        const x = new Decimal(String(n)).div(new Decimal(10).pow(scale))
        const same = (rounding: Rounding) => x.toDecimalPlaces(places, rounding).plus(0).toFixed()
        const signless = (text: string) => (text === '-0' ? '0' : text)
        expect(halfUp(x, 1, places)).toBe(signless(same(Decimal.ROUND_HALF_UP)))
        expect(trunc(x, 1, places)).toBe(signless(same(Decimal.ROUND_DOWN)))
        expect(ceil(x, 1, places)).toBe(signless(same(Decimal.ROUND_CEIL)))
      }),
    )
  })
})
