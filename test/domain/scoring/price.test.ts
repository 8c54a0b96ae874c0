// Does each formula give the points that its notice promises, at its corners too?
import { describe, expect, test } from 'vitest'
import { bidRate, lowestOf, type Market, needsLowest, priceScore } from '../../../src/domain/scoring/price.ts'
import type { Formula, PriceRule } from '../../../src/domain/scoring/rule.ts'
import { checkRule } from '../../../src/domain/scoring/rule-check.ts'
import { aRule } from './a-tender.ts'

const E = '100000000'
const market = (...counted: string[]): Market => ({ reference: E, ceiling: E, counted })

/** The points of a price given in millions, among others in millions. */
function points(price: Partial<PriceRule>, counted: string[], x: string, weight = 10): string {
  const rule = aRule({ weights: { tech: 100 - weight, price: weight }, maximum: '90' }, price)
  expect(checkRule(rule, 1)).toEqual({ ok: true })
  const won = (millions: string) => String(Number(millions) * 1_000_000)
  return priceScore(rule, market(...counted.map(won)), won(x)).value
}

describe('national formula', () => {
  const of = (counted: string[], x: string, change: Partial<PriceRule> = {}, weight = 10) =>
    points(change, counted, x, weight)

  test('scores a one-won bid like a 60 % bid', () => {
    const rule = aRule()
    expect(priceScore(rule, market('1', '90000000'), '1').value).toBe('9.5')
    expect(priceScore(rule, market('60000000', '90000000'), '60000000').value).toBe('9.5')
    expect(priceScore(rule, market('1', '90000000'), '90000000').value).toBe(
      priceScore(rule, market('60000000', '90000000'), '90000000').value,
    )
  })

  test('is continuous for the lowest bid at the branch, and takes the plain ratio there', () => {
    expect(of(['80'], '80')).toBe('10')
    expect(of(['79.999999'], '79.999999')).toBe('10')
  })

  test('never gives more than the price points, however small they are', () => {
    // 5 × 60 ÷ 80 + 2 = 5.75
    expect(of(['60'], '60', {}, 5)).toBe('5')
    expect(of(['60'], '60', {}, 0)).toBe('0')
    // Cheaper than every price that counts, since its bidder is not eligible.
    expect(of(['98'], '96')).toBe('10')
  })

  test('shows its working in the branch, with the lift, and with a rounded ratio', () => {
    const working = (change: Partial<PriceRule>, counted: string[], x: string) =>
      priceScore(aRule({}, change), market(...counted), x).working
    expect(working({}, ['55000000'], '55000000')).toBe(
      '10 × max(55,000,000, 60,000,000) ÷ 80,000,000 + 2 × (80,000,000 − max(55,000,000, 60,000,000)) ÷ (80,000,000 − 60,000,000) = 9.5',
    )
    expect(working({ rounding: 'ratio4' }, ['82000000'], '90000000')).toBe(
      '10 × [82,000,000 ÷ 90,000,000 → 0.9111] = 9.111',
    )
    expect(working({}, ['98000000'], '96000000')).toBe('min(10, 10 × 98,000,000 ÷ 96,000,000) = 10')
  })
})

describe('local formulas', () => {
  const sw: Partial<PriceRule> = { formula: 'KR_LOCAL_SW', branch: '0.8', belowShare: '0.8', clampLowest: false }
  const general: Partial<PriceRule> = {
    formula: 'KR_LOCAL',
    branch: '0.8',
    clamp: '0.6',
    lowBonus: '2',
    belowShare: '0.6',
    clampLowest: true,
  }

  test('gives software below 80 % a fixed share, so that a lower price wins nothing', () => {
    expect(points(sw, ['1'], '1')).toBe('8')
    expect(points(sw, ['79.999999'], '79.999999')).toBe('8')
    expect(points(sw, ['80'], '80')).toBe('10')
  })

  test('has three parts in the older rule: ratio, low branch, fixed share', () => {
    expect(points(general, ['82', '90'], '90')).toBe('9.1111')
    expect(points(general, ['75', '90'], '75')).toBe('9.875')
    expect(points(general, ['59', '90'], '59')).toBe('6')
    expect(points(general, ['59', '90'], '90')).toBe('6.6667')
  })
})

describe('other formulas', () => {
  test('ratio', () => expect(points({ formula: 'RATIO' }, ['50', '80'], '80', 30)).toBe('18.75'))

  test.each(['LINEAR', 'PROPORTIONAL'] as const)('%s runs from the ceiling to the lowest price', (formula) => {
    expect(points({ formula }, ['70', '100'], '70', 30)).toBe('30')
    expect(points({ formula }, ['70', '100'], '100', 30)).toBe('0')
    expect(points({ formula }, ['70', '90'], '90', 30)).toBe('10')
    expect(points({ formula }, ['70', '90'], '110', 30)).toBe('0')
  })

  test.each(['LINEAR', 'PROPORTIONAL'] as const)(
    '%s gives all points at the ceiling when nobody is below it',
    (formula) => {
      expect(points({ formula }, ['100'], '100', 30)).toBe('30')
      expect(points({ formula }, ['100'], '101', 30)).toBe('0')
      expect(points({ formula }, ['100'], '99', 30)).toBe('30')
    },
  )

  test('bilinear bends at the mean discount', () => {
    const bilinear = { formula: 'BILINEAR', knee: '0.85' } as const
    // Discounts 10, 20, 30: mean 20.
    const all = ['90', '80', '70']
    expect(points(bilinear, all, '90', 30)).toBe('12.75')
    expect(points(bilinear, all, '80', 30)).toBe('25.5')
    expect(points(bilinear, all, '70', 30)).toBe('30')
    expect(points(bilinear, all, '75', 30)).toBe('27.75')
    expect(points(bilinear, all, '100', 30)).toBe('0')
    expect(points(bilinear, all, '101', 30)).toBe('0')
    // A mean without a last decimal: discounts 10, 10, 30 and 20 × 10 ÷ (50 ÷ 3).
    expect(points(bilinear, ['90', '90', '70'], '90', 20)).toBe('10.2')
  })

  test('bilinear at one price only: all bids are the mean; a cheaper one that does not count has full points', () => {
    const bilinear = { formula: 'BILINEAR', knee: '0.85' } as const
    expect(points(bilinear, ['90', '90'], '90', 30)).toBe('25.5')
    expect(points(bilinear, ['90', '90'], '85', 30)).toBe('30')
    expect(points(bilinear, ['100'], '100', 30)).toBe('25.5')
  })

  test('looks up the first interval that holds the price, its upper end included', () => {
    const lookup: Partial<PriceRule> = {
      formula: 'LOOKUP',
      table: [
        { upTo: '0.8', points: '10' },
        { upTo: '0.95', points: '7.25' },
      ],
    }
    expect(points(lookup, [], '80')).toBe('10')
    expect(points(lookup, [], '80.000001')).toBe('7.25')
    expect(points(lookup, [], '95')).toBe('7.25')
    expect(points(lookup, [], '95.000001')).toBe('0')
    // The working names the end of the last interval, whichever others there are.
    const three = ['0.7', '0.8', '0.9'].map((upTo) => ({ upTo, points: '5' }))
    expect(priceScore(aRule({}, { ...lookup, table: three }), market(), '96000000').working).toContain('× 0.9: 0')
    expect(priceScore(aRule({}, lookup), market(), '96000000').working).toBe('96,000,000 > 100,000,000 × 0.95: 0 = 0')
  })
})

describe('bid rate and lowest price', () => {
  test('is cut, not rounded, to three decimals', () => {
    const rate = (x: string, reference: string) => bidRate({ ...market(), reference }, x).value
    expect(rate('96000000', '110000000')).toBe('87.272')
    expect(rate('14433930', '16025300')).toBe('90.069')
  })

  test('compares amounts as numbers, not as text', () => {
    expect(lowestOf(market('9000000', '10000000'))).toBe('9000000')
    expect(lowestOf(market())).toBeNull()
  })
})

describe('the lowest price', () => {
  test('is the first of those that are worth the same, as it was written', () => {
    expect(lowestOf(market('100.0', '100', '100.00'))).toBe('100.0')
    expect(lowestOf(market())).toBeNull()
  })

  test('is the measure of every formula but the one by interval', () => {
    const formulas: Formula[] = [
      'KR_NATIONAL',
      'KR_LOCAL_SW',
      'KR_LOCAL',
      'RATIO',
      'LINEAR',
      'PROPORTIONAL',
      'BILINEAR',
    ]
    expect(formulas.map(needsLowest)).toEqual(formulas.map(() => true))
    expect(needsLowest('LOOKUP')).toBe(false)
  })
})
