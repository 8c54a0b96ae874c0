// Is a rule by price refused with every reason before it is published, warned about, and does each row make a rule that holds?
import { describe, expect, test } from 'vitest'
import { quote } from '../../../src/domain/kit/verdict.ts'
import { anyWarnings, checkAnyRule, checkContest, contestWarnings } from '../../../src/domain/scoring/contest-check.ts'
import { CONTEST_IDS, contestRule } from '../../../src/domain/scoring/contest-methods.ts'
import type { ContestRule, ExaminationRule, PrelimRule } from '../../../src/domain/scoring/contest-rule.ts'
import { passingShare } from '../../../src/domain/scoring/examination.ts'
import {
  EXAMINATION_IDS,
  EXAMINATIONS,
  type ExaminationTable,
  tableFor,
} from '../../../src/domain/scoring/examination-tables.ts'
import { FORM_IDS, METHOD_IDS, METHODS } from '../../../src/domain/scoring/methods.ts'
import { canonical, type Json } from '../../../src/proof/canonical.ts'
import { aContest, anExamination, prelim, table3 } from './a-contest.ts'
import { aRule, codesOf } from './a-tender.ts'

const codes = (rule: ContestRule) => codesOf(checkContest(rule, null))
const planned = (change: Partial<PrelimRule>) => codes(aContest({ planned: { ...prelim, ...change } }))
const examined = (change: Partial<ExaminationRule>) => codes(anExamination({ examination: { ...table3, ...change } }))
const RANGE = ['rule-figure-out-of-range']

describe('checkContest refuses', () => {
  test('a kind, a version or a currency that it does not know', () => {
    expect(codes(aContest({ kind: 'CHEAPEST' as 'LOWEST' }))).toEqual(['rule-choice-unknown'])
    expect(codes(aContest({ version: 2 as 1 }))).toEqual(['rule-version-unknown'])
    expect(codes(aContest({ currency: 'WON' }))).toEqual(['currency-unknown'])
  })

  test('decimals, least bids and winners out of range', () => {
    expect(codes(aContest({ dp: 3 }))).toEqual(RANGE)
    expect(codes(aContest({ leastBids: 0 }))).toEqual(RANGE)
    expect(codes(aContest({ winners: 0 }))).toEqual(RANGE)
    expect(codes(aContest({ winners: 1.5 }))).toEqual(RANGE)
  })

  test('a block that the kind needs and has not, or has and does not read', () => {
    expect(codes(anExamination({ examination: undefined as never }))).toEqual(['rule-block-missing'])
    expect(codes(aContest({ examination: table3 }))).toEqual(['rule-block-unused'])
    expect(codes(aContest({ kind: 'AUCTION' }))).toEqual(['rule-block-missing'])
  })

  test('a floor above 100 %, at nothing, or that is no number', () => {
    for (const rate of ['1.00001', '0', '-0.1', '1e-1', '.9', '9'.repeat(1_000_000)]) {
      expect(codes(aContest({ floor: { rate } }))).toEqual(RANGE)
    }
    expect(codes(aContest({ floor: { rate: '1' } }))).toEqual([])
  })

  test('fixed costs without a name or amount, and a net-cost line that cannot be drawn', () => {
    expect(codes(aContest({ floor: { rate: '0.8', fixedCosts: [{ item: ' ', amount: '-1' }] } }))).toEqual([
      'fixed-cost-unnamed',
      'rule-amount-malformed',
    ])
    expect(codes(aContest({ floor: { rate: '0.8', fixedCosts: [{ item: 'A', amount: '0' }] } }))).toEqual([])
    const netCost = { amount: '90', base: '0', share: '1.1', plannedBelow: '1e10' }
    expect(codes(aContest({ floor: { rate: '0.8', netCost } }))).toEqual([
      'rule-amount-malformed',
      'rule-figure-out-of-range',
    ])
  })

  test('planned prices that cannot be made', () => {
    expect(planned({ base: '0' })).toEqual(['rule-amount-malformed'])
    expect(planned({ base: '30000' })).toEqual(['prelim-bands-unusable'])
    expect(planned({ mode: 'SECRET' as 'PPS' })).toEqual(['rule-choice-unknown'])
    expect(planned({ mode: 'OWN' })).toEqual(['prelim-spans'])
    expect(planned({ spans: [{ from: -20, to: 20, bands: 15 }] })).toEqual(['prelim-spans'])
    expect(planned({ mode: 'OWN', spans: [{ from: -20, to: 600, bands: 15 }] })).toEqual(RANGE)
    const gap = [
      { from: -20, to: -1, bands: 7 },
      { from: 1, to: 20, bands: 8 },
    ]
    expect(planned({ mode: 'OWN', spans: gap })).toEqual(['prelim-bands-unusable'])
    expect(planned({ draw: 16 })).toEqual(RANGE)
    expect(planned({ draw: 0 })).toEqual(RANGE)
    expect(planned({ picks: 0 })).toEqual(RANGE)
    expect(planned({ tie: 'first' as 'lot', picksOf: 'none' as 'valid', rounding: 'up' as 'ceil' })).toEqual([
      'rule-choice-unknown',
    ])
    expect(codes(aContest({ planned: { how: 'guess' } as never }))).toEqual(['rule-choice-unknown'])
    expect(codes(aContest({ planned: { how: 'none', budget: '-1' } }))).toEqual(['rule-amount-malformed'])
    expect(codes(aContest({ planned: { how: 'single', amount: '1.5' } }))).toEqual(['rule-amount-malformed'])
  })

  test('an examination whose parts do not add up, half of a fixed score, and figures out of range', () => {
    expect(examined({ parts: [] })).toEqual(['parts-do-not-sum'])
    expect(examined({ parts: [...table3.parts, ...table3.parts] })).toEqual(['part-repeated'])
    expect(examined({ parts: [{ id: 'a b', title: { ko: '', en: '' }, max: '20' }] })).toEqual([
      'part-id-malformed',
      'part-untitled',
    ])
    expect(examined({ points: '101' })).toEqual(RANGE)
    expect(examined({ best: '1.1' })).toEqual(RANGE)
    expect(examined({ slope: '0' })).toEqual(RANGE)
    expect(examined({ least: '-1' })).toEqual(RANGE)
    expect(examined({ ratioDp: 0 })).toEqual(RANGE)
    expect(examined({ partDp: 7 })).toEqual(RANGE)
    expect(examined({ passMark: '101' })).toEqual(RANGE)
    expect(examined({ fixedScore: undefined as never })).toEqual(['fixed-score-half'])
    const bonus = { id: 'bonus', title: { ko: '가점', en: 'Bonus' }, max: '2', bonus: true }
    expect(examined({ parts: [...table3.parts, bonus] })).toEqual([])
  })

  test('ties that the kind does not know, twice, or not ending in the lot', () => {
    expect(codes(aContest({ ties: ['ability', 'lot'] }))).toEqual(['rule-choice-unknown'])
    expect(codes(anExamination({ ties: ['ability', 'ability', 'lot'] }))).toEqual(['ties-repeated'])
    expect(codes(anExamination({ ties: ['ability'] }))).toEqual(['ties-must-end-in-lot'])
  })

  test('a specification that could not be scored or is graded, an auction without end, and picks in an auction', () => {
    const { items, tech } = aRule()
    const quality = {
      weights: { tech: 90 },
      items,
      maximum: '91',
      tech: { ...tech, graded: { gap: '3', base: 'full' as const } },
    }
    expect(codes(aContest({ kind: 'TWO_STAGE', quality, ties: ['tech', 'lot'] }))).toEqual([
      'graded-without-total',
      'items-do-not-sum',
    ])
    const auction = { start: '0', step: '-1', undercut: 'all' as 'own', rounds: 0, roundSeconds: 1 }
    expect(codes(aContest({ kind: 'AUCTION', planned: prelim, auction }))).toEqual([
      'auction-with-picks',
      'rule-amount-malformed',
      'rule-choice-unknown',
      'rule-figure-out-of-range',
    ])
  })

  test('a price formula with an amount of its own, without its parameters, or with parts that do not make the whole', () => {
    const rule = contestRule('comprehensive', { base: '100000000', budget: '110000000', currency: 'KRW' })
    const c = rule.comprehensive!
    const of = (change: Partial<typeof c>) => codes({ ...rule, comprehensive: { ...c, ...change } })
    expect(of({ price: { ...c.price, ceiling: '100' } })).toEqual(['comprehensive-price-not-planned'])
    expect(of({ price: { ...c.price, formula: 'BILINEAR' } })).toEqual(['price-parameter-missing'])
    expect(of({ pricePoints: 49 })).toEqual(['parts-do-not-sum'])
    expect(of({ pricePoints: 101 })).toEqual(RANGE)
    expect(of({})).toEqual([])
  })
})

describe('advice', () => {
  const advice = (rule: ContestRule) => contestWarnings(rule).map((r) => r.code)

  test('is given for what the law or a table would object to', () => {
    expect(advice(aContest({ leastBids: 2 }))).toEqual([])
    expect(advice(aContest())).toEqual(['one-bid-is-no-competition'])
    expect(advice(aContest({ leastBids: 2, planned: { ...prelim, draw: 3 } }))).toEqual(['prelim-unusual'])
    expect(advice(aContest({ leastBids: 2, floor: { rate: '0.59' } }))).toEqual(['floor-under-60-per-cent'])
    expect(advice(aContest({ leastBids: 2, floor: { rate: '0.6' } }))).toEqual([])
    const fixedCosts = Array.from({ length: 8 }, (_, n) => ({ item: `A${n}`, amount: '1' }))
    expect(advice(aContest({ leastBids: 2, floor: { rate: '0.8', fixedCosts } }))).toEqual([
      'more-than-seven-fixed-costs',
    ])
    expect(advice(anExamination({ leastBids: 2, floor: { rate: '0.87745' } }))).toEqual(['floor-differs-from-formula'])
    expect(advice(anExamination({ leastBids: 2, floor: { rate: '0.89745' } }))).toEqual([])
    const budget = aContest({ leastBids: 2, planned: { how: 'none', budget: '100' }, floor: { rate: '0.8' } })
    expect(advice(budget)).toEqual(['floor-of-a-budget'])
    const auction = { start: '100', step: '100', undercut: 'own' as const, rounds: 1, roundSeconds: 60 }
    const rule = aContest({ kind: 'AUCTION', leastBids: 2, planned: { how: 'none', budget: '100' }, auction })
    expect(advice(rule)).toEqual(['auction-step-too-large'])
    expect(anyWarnings(rule).map((r) => r.code)).toEqual(['auction-step-too-large'])
    expect(anyWarnings(aRule()).map((r) => r.code)).toEqual(['item-above-30-points', 'item-above-10-points-not-split'])
  })
})

describe('METHODS', () => {
  test('holds the methods by negotiation and by price, each with words in both languages and a source', () => {
    expect(METHOD_IDS.length).toBeGreaterThanOrEqual(35)
    for (const id of METHOD_IDS) {
      const { title, says, source } = METHODS[id]
      for (const text of [title.ko, title.en, says.ko, says.en, source]) expect(text.trim(), id).not.toBe('')
      expect(title.ko, id).toMatch(/[가-힣]/)
    }
    // Whoever chooses from a list must see which is which.
    for (const lang of ['ko', 'en'] as const)
      expect(new Set(METHOD_IDS.map((id) => METHODS[id].title[lang])).size).toBe(METHOD_IDS.length)
    expect(FORM_IDS).toContain('framework-quality')
    expect(FORM_IDS).toContain('negotiation-national-90-10')
  })

  test.each(CONTEST_IDS)('%s makes a rule that holds, is JSON, and brings no warning of its own', (id) => {
    const rule = contestRule(id, { base: '500000000', budget: '550000000', currency: 'KRW' })
    expect(checkAnyRule(rule, null)).toEqual({ ok: true })
    expect(JSON.parse(canonical(rule as unknown as Json))).toEqual(rule)
    expect(contestWarnings(rule)).toEqual([])
  })
})

describe('the examination tables', () => {
  test.each(EXAMINATION_IDS)(
    '%s: the floor is what the formula lets pass, and the fixed score what the formula gives there',
    (id) => {
      const row: ExaminationTable = EXAMINATIONS[id]
      const rule = contestRule(`qualification-${id}`, { base: '500000000', budget: '1', currency: 'KRW' })
      expect(passingShare(rule.examination!)).toBe(row.floorRate)
      // A bonus lifts nobody over the floor by itself.
      const bonus = { id: 'extra', title: { ko: '가점', en: 'Bonus' }, max: '3', bonus: true }
      const parts = [...rule.examination!.parts, bonus]
      expect(passingShare({ ...rule.examination!, parts })).toBe(row.floorRate)
      if (row.fixedRatio) {
        // On the far side of b by as much as passes on the near side.
        const [b, far, near] = [Number(row.best), Number(row.fixedRatio), Number(row.floorRate) + 0.00005]
        expect((far - b).toFixed(6)).toBe((b - near).toFixed(6))
        expect(Number(row.points) - Number(row.slope) * (far - b) * 100).toBeCloseTo(Number(row.fixedScore), 9)
      }
    },
  )

  test('are found by trade, amount and time, at the won and at the second', () => {
    const at = '2026-03-01T00:00:00Z'
    expect(tableFor('construction', 400_000_000n, at)).toBe('works-3-2026')
    expect(tableFor('installation', 400_000_000n, at)).toBe('works-2b-2026')
    expect(tableFor('construction', 299_999_999n, at)).toBe('works-4-2026')
    expect(tableFor('construction', 300_000_000n, at)).toBe('works-3-2026')
    expect(tableFor('construction', 199_999_999n, at)).toBe('works-5-2026')
    expect(tableFor('installation', 79_999_999n, at)).toBe('works-5-installation-2026')
    expect(tableFor('construction', 9_999_999_999n, at)).toBe('works-1-2026')
    expect(tableFor('construction', 10_000_000_000n, at)).toBeNull()
    expect(tableFor('construction', 400_000_000n, '2026-01-29T14:59:59Z')).toBe('works-3-before')
    expect(tableFor('construction', 400_000_000n, '2026-01-29T15:00:00Z')).toBe('works-3-2026')
    expect(tableFor('services', 100n, '2022-06-01T00:00:00Z')).toBe('services-2022')
    expect(tableFor('services', 100n, '2025-12-31T14:59:59Z')).toBe('services-2022')
    expect(tableFor('services', 100n, '2025-12-31T15:00:00Z')).toBeNull()
    expect(tableFor('services', 100n, at)).toBeNull()
    expect(tableFor('construction', 100n, '2019-12-31T23:59:59Z')).toBeNull()
  })

  test('leave no amount of works between two tables, and no amount in two', () => {
    for (const trade of ['construction', 'installation'] as const) {
      for (const amount of [
        1n,
        80_000_000n,
        200_000_000n,
        300_000_000n,
        1_000_000_000n,
        5_000_000_000n,
        9_999_999_999n,
      ]) {
        for (const at of ['2025-06-01T00:00:00Z', '2026-06-01T00:00:00Z']) {
          const fits = EXAMINATION_IDS.filter((id) => {
            const row: ExaminationTable = EXAMINATIONS[id]
            const valid = row.validFrom <= at && (row.validUntil === null || at < row.validUntil)
            const within =
              (row.from === null || amount >= BigInt(row.from)) && (row.below === null || amount < BigInt(row.below))
            return row.trades.includes(trade) && valid && within
          })
          expect([trade, amount, at, fits.length]).toEqual([trade, amount, at, 1])
        }
      }
    }
  })
})

describe('each reason about a rule by price says what is wrong, and where', () => {
  const said = (rule: ContestRule, evaluators: number | null = null) => {
    const verdict = checkContest(rule, evaluators)
    return verdict.ok ? [] : verdict.reasons
  }
  const title = { ko: '실적', en: 'Record' }
  const withPart = (change: object) =>
    said(anExamination({ examination: { ...table3, parts: [{ id: 'ability', title, max: '20', ...change }] } }))

  test('fixed costs that are no names', () => {
    for (const item of [5, null, undefined, true, ''])
      expect(said(aContest({ floor: { rate: '0.8', fixedCosts: [{ item: item as never, amount: '1' }] } }))).toEqual([
        { code: 'fixed-cost-unnamed', facts: {}, at: 'floor/fixedCosts/0' },
      ])
  })

  test('parts that are no names, and without a title in either language', () => {
    expect(withPart({})).toEqual([])
    for (const id of [true, null, 'a b'])
      expect(withPart({ id })).toEqual([
        { code: 'part-id-malformed', facts: { part: quote(id as never) }, at: 'examination/parts' },
      ])
    for (const untitled of [
      undefined,
      {},
      { ko: '실적' },
      { en: 'Record' },
      { ko: ' ', en: 'Record' },
      { ko: '실적', en: ' ' },
    ])
      expect(withPart({ title: untitled })).toEqual([
        { code: 'part-untitled', facts: { part: 'ability' }, at: 'examination/parts' },
      ])
  })

  test('a price among parts that measures by anything but the planned price of the rule', () => {
    const price = { ...aRule().price, reference: 'planned' as const, referenceAmount: null, ceiling: null }
    const of = (change: object) =>
      said(
        aContest({
          kind: 'COMPREHENSIVE',
          comprehensive: {
            parts: [{ id: 'ability', title, max: '20' }],
            partDp: 2,
            pricePoints: 80,
            price: { ...price, ...change },
            priceDp: 4,
            maximum: '100',
            passMark: '0',
          },
          ties: ['ability', 'price', 'lot'],
        }),
      )
    expect(of({})).toEqual([])
    const wrong = [{ code: 'comprehensive-price-not-planned', facts: {}, at: 'comprehensive/price' }]
    expect(of({ referenceAmount: '5' })).toEqual(wrong)
    expect(of({ ceiling: '5' })).toEqual(wrong)
    expect(of({ reference: 'estimated' })).toEqual(wrong)
  })

  test('a specification that only has to pass cannot give graded scores', () => {
    const { items, maximum, tech } = aRule()
    const quality = {
      weights: { tech: 90 },
      items,
      maximum,
      tech: { ...tech, graded: { gap: '1', base: 'full' as const } },
    }
    expect(said(aContest({ kind: 'TWO_STAGE', quality }))).toEqual([
      { code: 'graded-without-total', facts: {}, at: 'quality/tech/graded' },
    ])
  })
})

describe('each warning about a rule by price says what, and where', () => {
  const costs = (n: number) => Array.from({ length: n }, (_, i) => ({ item: `cost ${i}`, amount: '1' }))
  const floor = (rate: string, n = 0) => aContest({ leastBids: 2, floor: { rate, fixedCosts: costs(n) } })

  test('a floor under 60 per cent, and not one at 60', () => {
    expect(contestWarnings(floor('0.6'))).toEqual([])
    expect(contestWarnings(floor('0.59'))).toEqual([
      { code: 'floor-under-60-per-cent', facts: { rate: '0.59' }, at: 'floor/rate' },
    ])
  })

  test('more than seven fixed costs, and not seven', () => {
    expect(contestWarnings(floor('0.8', 7))).toEqual([])
    expect(contestWarnings(floor('0.8', 8))).toEqual([
      { code: 'more-than-seven-fixed-costs', facts: { items: 8 }, at: 'floor' },
    ])
  })

  test('a floor that is a share of the budget', () => {
    const rule = aContest({ leastBids: 2, planned: { how: 'none', budget: '500' }, floor: { rate: '0.8' } })
    expect(contestWarnings(rule)).toEqual([{ code: 'floor-of-a-budget', facts: { budget: '500' }, at: 'floor' }])
  })
})

describe('a rule made of a method and the amounts of a tender', () => {
  const amounts = { base: '500', budget: '550', currency: 'USD' }
  test.each(CONTEST_IDS)('%s measures by them as it makes its planned price', (id) => {
    const rule = contestRule(id, amounts)
    expect(rule.currency).toBe('USD')
    const { planned } = rule
    if (planned.how === 'prelim') expect(planned.base).toBe('500')
    else
      expect(planned).toEqual(planned.how === 'none' ? { how: 'none', budget: '550' } : { how: 'single', amount: null })
    expect(rule.auction?.start).toBe(rule.kind === 'AUCTION' ? '550' : undefined)
    expect('auction' in rule).toBe(rule.kind === 'AUCTION')
  })

  test('there are methods of each way to make a planned price', () => {
    const ways = CONTEST_IDS.map((id) => contestRule(id, amounts).planned.how)
    expect([...new Set(ways)].sort()).toEqual(['none', 'prelim', 'single'])
  })
})
