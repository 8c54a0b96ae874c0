// Are preliminary prices drawn where each mode says, by the public draw, and is the planned price what the picks make of them?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PrelimMode } from '../../../src/domain/scoring/contest-rule.ts'
import {
  bandsOf,
  drawPrelim,
  PRELIM_MODES,
  picksHold,
  plannedPrice,
  prelimCount,
} from '../../../src/domain/scoring/planned-price.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { utf8 } from '../../../src/proof/bytes.ts'
import { drawKey, drawSeed, reservePrices } from '../../../src/proof/draw.ts'
import { prelim } from './a-contest.ts'

const H = (text: string) => P.sha256(utf8(text))
const SEED = drawSeed(
  P,
  H('root'),
  ['1', '2', '3'].map((i) => ({ eid: H(`eid${i}`), r: H(`r${i}`) })),
)
const rule = (mode: PrelimMode, change = {}) => ({
  ...prelim,
  mode,
  ...(mode === 'OWN' && { spans: [{ from: -20, to: 20, bands: 15 }] }),
  ...change,
})
const bands = (mode: PrelimMode, change = {}) => {
  const made = bandsOf(rule(mode, change), 0)
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value
}
const ends = (mode: PrelimMode) => bands(mode).map((b) => [b.start, b.start + (b.units - 1n) * 100n])

describe('the bands', () => {
  test('of the procurement service are fifteen equal ones over ±2 %', () => {
    const all = ends('PPS')
    expect(all).toHaveLength(15)
    expect(all[0]).toEqual([98_000_000n, 98_266_500n])
    expect(all[14]?.[1]).toBe(102_000_000n)
  })

  test('of local governments are eight in −3 … 0 % and seven in 0 … +3 %', () => {
    const all = ends('LOCAL')
    expect(all[0]).toEqual([97_000_000n, 97_374_900n])
    expect(all.filter(([, high]) => high! < 100_000_000n)).toHaveLength(8)
    expect(all[8]?.[0]).toBe(100_000_000n)
    expect(all[14]?.[1]).toBe(103_000_000n)
  })

  test('of some ministries in 2022 to 2024 are seven and eight', () => {
    expect(ends('STATE_7_8').filter(([, high]) => high! < 100_000_000n)).toHaveLength(7)
  })

  test('of defence agencies have the next unit above the base where the base is none', () => {
    expect(bands('DEFENCE_STATE', { base: '100000050' })[7]).toEqual({ start: 100_000_100n, units: 1n })
  })

  test('of an own mode without any are none, and refused by that name', () => {
    const bare = { ...prelim, mode: 'OWN' as const }
    expect(prelimCount(bare)).toBe(0)
    expect(bandsOf(bare, 0)).toMatchObject({ ok: false, reasons: [{ facts: { says: 'no bands' } }] })
  })

  test('of defence agencies have one price at each end and one at the base', () => {
    for (const [mode, low, high] of [
      ['DEFENCE_STATE', 98_000_000n, 102_000_000n],
      ['DEFENCE_LOCAL', 97_000_000n, 103_000_000n],
    ] as const) {
      const all = bands(mode)
      expect([all[0], all[7], all[14]]).toEqual([low, 100_000_000n, high].map((start) => ({ start, units: 1n })))
    }
  })

  test.each(PRELIM_MODES)('%s: there are fifteen, rising, each with a price, none outside the range', (mode) => {
    fc.assert(
      fc.property(fc.bigInt(100_000n, 10n ** 15n), (base) => {
        const all = bands(mode, { base: String(base) })
        expect(all).toHaveLength(prelimCount(rule(mode)))
        for (const [n, band] of all.entries()) {
          expect(band.units).toBeGreaterThanOrEqual(1n)
          expect(band.start % 100n).toBe(0n)
          if (n > 0) expect(band.start).toBeGreaterThanOrEqual(all[n - 1]!.start)
        }
        const top = all.at(-1)!
        expect((top.start + (top.units - 1n) * 100n) * 1000n).toBeLessThanOrEqual(base * 1030n)
        expect(all[0]!.start * 1000n).toBeGreaterThanOrEqual(base * 970n)
      }),
      { numRuns: 50 },
    )
  })

  test('count in hundredths where prices have two decimals', () => {
    const made = bandsOf(rule('PPS', { base: '1234.56', unit: '0.01' }), 2)
    expect(made.ok && made.value[0]?.start).toBe(120_987n)
    // One decimal of two: 12,345.5 is 1,234,550 hundredths, of which 98 % are 1,209,859.
    const tenths = bandsOf(rule('PPS', { base: '12345.5', unit: '0.01' }), 2)
    expect(tenths.ok && tenths.value[0]?.start).toBe(1_209_859n)
    const whole = bandsOf(rule('PPS', { base: '12345', unit: '1' }), 2)
    expect(whole.ok && whole.value[0]?.start).toBe(1_209_900n)
  })
})

describe('the draw', () => {
  test('is the one of the published vector: base 1,234,567,890, unit 1, ties by lot', () => {
    const own = rule('PPS', { base: '1234567890', unit: '1', tie: 'lot', rounding: 'trunc' })
    const made = drawPrelim(P, own, 0, SEED, 'reserve T-1/1')
    if (!made.ok) throw new Error('refused')
    const picks = [
      [2, 9],
      [1, 15],
      [9, 4],
      [9, 2],
      [7, 4],
      [3, 11],
    ]
    expect(plannedPrice(own, 0, made.value, picks)).toMatchObject({
      ok: true,
      value: { slots: [9, 4, 2, 3], amount: '1234685601' },
    })
  })

  test.each(PRELIM_MODES)('%s: takes one price out of each band, in an order that nobody chose', (mode) => {
    const made = drawPrelim(P, rule(mode), 0, SEED, 'reserve T-1/1')
    const other = drawPrelim(P, rule(mode), 0, SEED, 'reserve T-1/2')
    if (!made.ok || !other.ok) throw new Error('refused')
    const sorted = made.value.prices.map(BigInt).sort((a, b) => (a < b ? -1 : 1))
    for (const [n, band] of bands(mode).entries()) {
      expect(sorted[n]).toBeGreaterThanOrEqual(band.start)
      expect(sorted[n]).toBeLessThan(band.start + band.units * 100n)
    }
    expect(made.value.prices).not.toEqual(sorted.map(String))
    expect(other.value.prices).not.toEqual(made.value.prices)
  })

  test('agrees with the draw of the proof room on slots and sum', () => {
    const pick = fc.uniqueArray(fc.integer({ min: 1, max: 15 }), { minLength: 2, maxLength: 2 })
    fc.assert(
      fc.property(
        fc.array(pick, { maxLength: 12 }),
        fc.constantFrom('lowestNumber' as const, 'lot' as const),
        (picks, tie) => {
          const own = rule('PPS', { tie })
          const made = drawPrelim(P, own, 0, SEED, 'reserve T/1')
          const all = bandsOf(own, 0)
          if (!made.ok || !all.ok) throw new Error('refused')
          const drawn = reservePrices(
            P,
            drawKey(P, SEED, 'reserve T/1'),
            { bands: all.value, unit: 100n, take: 4, tie },
            picks,
          )
          const planned = plannedPrice(own, 0, made.value, picks)
          expect(planned.ok && planned.value.slots).toEqual(drawn.slots)
          // Multiples of 100: the mean of four is whole.
          expect(planned.ok && BigInt(planned.value.amount) * 4n).toBe(drawn.sum)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('is refused where the base is too small for the bands', () => {
    expect(drawPrelim(P, rule('PPS', { base: '20000' }), 0, SEED, 'reserve T/1')).toMatchObject({
      ok: false,
      reasons: [{ code: 'prelim-bands-unusable' }],
    })
  })
})

describe('picks', () => {
  test('hold when they are as many different numbers of prices as the rule asks', () => {
    expect(picksHold(rule('PPS'), [1, 15])).toBe(true)
    expect(
      [[1], [1, 1], [0, 1], [1, 16], [1, 2, 3], ['1', '2'], [1, 2.5], null, undefined].map((p) =>
        picksHold(rule('PPS'), p),
      ),
    ).toEqual(Array(9).fill(false))
  })

  test('from one bidder who overlaps nobody still draw four, the lowest numbers filling up', () => {
    const prices = Array.from({ length: 15 }, (_, n) => String(98_000_000 + n * 100))
    expect(plannedPrice(rule('PPS'), 0, { prices }, [])).toMatchObject({ ok: true, value: { slots: [1, 2, 3, 4] } })
    expect(plannedPrice(rule('PPS'), 0, { prices }, [[15, 2]])).toMatchObject({
      ok: true,
      value: { slots: [2, 15, 1, 3] },
    })
  })
})

describe('preliminary prices that were handed in', () => {
  const good = Array.from({ length: 15 }, (_, n) => String(98_000_000 + n * 100))
  const of = (prices: readonly unknown[], dp = 0, change: object = {}, slotOrder?: number[]) => {
    const made = { prices: prices as string[], ...(slotOrder && { slotOrder }) }
    const found = plannedPrice(rule('PPS', change), dp, made, [])
    return found.ok ? found.value.amount : found.reasons
  }
  const first = (price: unknown) => [price, ...good.slice(1)]

  test.each(['0', '0.0', '0.00', '00', '-1', '1.234', 'x', '', 98_000_000, null])(
    'are refused where one is %j',
    (price) => {
      expect(of(first(price), 2)).toMatchObject([{ code: 'prelim-price-malformed', facts: { number: 1 } }])
    },
  )

  test('may be less than one, and have no more decimals than the currency', () => {
    expect(of(first('0.50'), 2)).toBe('73500150.13')
    expect(of(first('0.05'), 2)).toBe('73500150.02')
    expect(of(first('98000000.5'), 0)).toMatchObject([{ code: 'prelim-price-malformed' }])
  })

  test('are all of them, and the lot has each number once', () => {
    expect(of(good.slice(1))).toEqual([{ code: 'prelim-prices-not-all', facts: { prices: 14, needs: 15 } }])
    const order = Array.from({ length: 15 }, (_, n) => 15 - n)
    const lot = { tie: 'lot' }
    expect(of(good, 0, lot, order)).toBe('98001250')
    // Without the lot the lowest numbers go first, whatever order stands beside.
    expect(of(good, 0, {}, order)).toBe('98000150')
    for (const wrong of [
      undefined,
      order.slice(1),
      [...order, 16],
      order.map((n) => n - 1),
      order.map((n) => n + 1),
      order.map((n) => n + 0.5),
      order.map(() => 1),
      [15, ...order.slice(0, 14)],
      [0, ...order.slice(1)],
      [16, ...order.slice(1)],
      [14.5, ...order.slice(1)],
    ])
      expect(of(good, 0, lot, wrong)).toEqual([{ code: 'prelim-lot-missing', facts: { needs: 15 } }])
  })
})
