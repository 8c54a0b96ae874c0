// Which texts are an amount of money?
import { Decimal as Shared } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMoney, compareMoney, Decimal, parseMoney } from '../../../src/domain/kit/money.ts'

const codeOf = (amount: unknown, currency = 'KRW') => {
  const read = parseMoney(amount, currency)
  return read.ok ? 'allowed' : read.reasons.map((r) => r.code).join()
}

describe('parseMoney', () => {
  test.each([
    [98000000, 'amount-not-text'],
    [null, 'amount-not-text'],
    ['-1', 'amount-signed'],
    ['+1', 'amount-signed'],
    ['1e6', 'amount-exponent'],
    ['1E+6', 'amount-exponent'],
    ['', 'amount-malformed'],
    [' 1', 'amount-malformed'],
    ['1\n', 'amount-malformed'],
    ['1,000', 'amount-malformed'],
    ['007', 'amount-malformed'],
    ['00', 'amount-malformed'],
    ['1.', 'amount-malformed'],
    ['.5', 'amount-malformed'],
    ['0x10', 'amount-malformed'],
    ['NaN', 'amount-malformed'],
    ['Infinity', 'amount-malformed'],
    ['١٢٣', 'amount-malformed'],
    ['1000000000000000000', 'amount-too-long'],
    ['9'.repeat(1_000_000), 'amount-too-long'],
    ['1.5', 'amount-too-fine'],
    ['1.0', 'amount-too-fine'],
  ])('refuses %j as won', (amount, code) => expect(codeOf(amount)).toBe(code))

  test('refuses a currency it does not know, and names from the prototype', () => {
    expect(codeOf('1', 'XXX')).toBe('currency-unknown')
    expect(codeOf('1', 'toString')).toBe('currency-unknown')
    expect(codeOf('1', '__proto__')).toBe('currency-unknown')
  })

  test('refuses a third decimal of a dollar', () => expect(codeOf('1.005', 'USD')).toBe('amount-too-fine'))

  test('reads eighteen digits exactly, and gives amounts back without trailing zeros', () => {
    const read = (amount: string, currency: string) => {
      const money = parseMoney(amount, currency)
      return money.ok ? money.value.amount : money.reasons
    }
    expect(read('999999999999999999', 'KRW')).toBe('999999999999999999')
    expect(read('0', 'KRW')).toBe('0')
    expect(read('100.50', 'USD')).toBe('100.5')
    expect(read('999999999999999999.99', 'USD')).toBe('999999999999999999.99')
  })

  test('reads every whole amount back as it was written', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n - 1n), (n) => {
        expect(parseMoney(String(n), 'KRW')).toEqual({ ok: true, value: { amount: String(n), currency: 'KRW' } })
      }),
    )
  })
})

describe('sums', () => {
  const won = (amount: string) => ({ amount, currency: 'KRW' })

  test('does not mix currencies', () => {
    expect(() => addMoney(won('1'), { amount: '1', currency: 'USD' })).toThrow(RangeError)
    expect(() => compareMoney(won('1'), { amount: '1', currency: 'USD' })).toThrow(RangeError)
  })

  test('adds and compares exactly beyond what a float can hold', () => {
    expect(addMoney(won('999999999999999999'), won('2'), won('0'))).toEqual(won('1000000000000000001'))
    expect(compareMoney(won('999999999999999998'), won('999999999999999999'))).toBeLessThan(0)
    expect(compareMoney(won('10'), won('9'))).toBeGreaterThan(0)
    expect(compareMoney(won('10'), won('10'))).toBe(0)
  })

  test('keeps its precision when somebody else changes the settings of decimal.js', () => {
    Shared.set({ precision: 3 })
    expect(new Decimal('123456').plus(1).toFixed()).toBe('123457')
    Shared.set({ precision: 20 })
  })
})
