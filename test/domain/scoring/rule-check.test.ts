// Is a rule refused with every reason before it is published, and does each method's row make a rule that holds?
import { describe, expect, test } from 'vitest'
import { quote } from '../../../src/domain/kit/verdict.ts'
import {
  methodOf,
  NEGOTIATION_IDS,
  NEGOTIATION_METHODS,
  type NegotiationMethod,
} from '../../../src/domain/scoring/negotiation-methods.ts'
import {
  type AwardRule,
  type EvaluatorGroup,
  PARAMETERS,
  type PriceRule,
  type ScoredItem,
} from '../../../src/domain/scoring/rule.ts'
import { checkRule, warnings } from '../../../src/domain/scoring/rule-check.ts'
import { canonical, type Json } from '../../../src/proof/canonical.ts'
import { aRule, codesOf, national } from './a-tender.ts'

const item = (id: string, max: string, change: Partial<ScoredItem> = {}): ScoredItem => {
  return { id, title: { ko: id, en: id }, max, kind: 'qualitative', ...change }
}
const codes = (rule: AwardRule, evaluators: number | null = 7) => codesOf(checkRule(rule, evaluators))
const trim = (perEnd: number, perEnd12plus = 2) => ({
  tech: { ...aRule().tech, trim: { perEnd, perEnd12plus, mode: 'evaluator' as const } },
})
const price = (change: Partial<PriceRule>) => codes(aRule({}, change))
const items = (list: ScoredItem[]) => codes(aRule({ items: list }))

describe('checkRule refuses', () => {
  test('weights that do not add up to 100, are not whole, or give price more than half', () => {
    expect(codes(aRule({ weights: { tech: 90, price: 20 } }))).toEqual(['weights-not-100'])
    expect(codes(aRule({ weights: { tech: 89.5, price: 10.5 } }))).toContain('weights-not-100')
    expect(codes(aRule({ weights: { tech: 49, price: 51 } }))).toEqual(['rule-figure-out-of-range'])
    expect(codes(aRule({ weights: { tech: 101, price: -1 } }))).toContain('rule-figure-out-of-range')
    expect(codes(aRule({ weights: { tech: Number.NaN, price: Number.NaN } }))).toContain('weights-not-100')
  })

  test('too few evaluators to leave any out', () => {
    expect(codes(aRule(trim(1)), 2)).toEqual(['too-few-evaluators-to-trim'])
    expect(codes(aRule(trim(1)), 3)).toEqual([])
    expect(codes(aRule(trim(0)), 0)).toEqual(['too-few-evaluators-to-trim'])
    expect(codes(aRule(trim(1, 6)), 12)).toEqual(['too-few-evaluators-to-trim'])
    expect(codes(aRule(trim(1, 6)), 11)).toEqual([])
    expect(codes(aRule(trim(1, 6)), 13)).toEqual([])
    expect(codes(aRule(trim(1)), Number.NaN)).toEqual(['too-few-evaluators-to-trim'])
    expect(codes(aRule(trim(1)), null)).toEqual([])
    expect(codes(aRule(trim(0.5)))).toContain('rule-figure-out-of-range')
    expect(codes(aRule(trim(-1)))).toContain('rule-figure-out-of-range')
  })

  test('items that do not add up, and sub-items that do not add up to their heading', () => {
    expect(items([item('a', '50'), item('b', '39')])).toEqual(['items-do-not-sum'])
    expect(items([])).toEqual(['rule-without-items'])
    const parts = (second: string) => [
      item('a', '90'),
      item('a1', '60', { parent: 'a' }),
      item('a2', second, { parent: 'a' }),
    ]
    expect(items(parts('29.9999'))).toEqual(['sub-items-do-not-sum'])
    expect(items(parts('30'))).toEqual([])
  })

  test('items without a usable id, title, maximum, kind or parent', () => {
    expect(items([item('a', '45'), item('a', '45')])).toEqual(['item-id-repeated'])
    expect(items([item('a b', '90')])).toEqual(['item-id-malformed'])
    expect(items([item('a', '90', { title: { ko: ' ', en: 'a' } })])).toEqual(['item-untitled'])
    for (const max of ['-90', '9e1', '0', '', '9'.repeat(1_000_000), '90.00001']) {
      expect(items([item('a', max)]), max.slice(0, 9)).toContain('item-maximum-malformed')
    }
    expect(items([item('a', '90', { kind: 'other' as 'qualitative' })])).toEqual(['rule-choice-unknown'])
    expect(items([item('a', '90'), item('b', '1', { parent: 'c' })])).toContain('item-parent-unknown')
    expect(items([item('a', '90', { parent: 'a' })])).toContain('item-parent-unknown')
    const nested = [item('a', '90'), item('b', '90', { parent: 'a' }), item('c', '90', { parent: 'b' })]
    expect(items(nested)).toEqual(['item-nested-too-deep'])
    expect(items([item('a', '90', { parent: 'b' }), item('b', '90', { parent: 'a' })])).toContain(
      'item-nested-too-deep',
    )
    const mixed = [item('a', '90'), item('b', '90', { parent: 'a', kind: 'quantitative' })]
    expect(items(mixed)).toEqual(['item-kind-differs-from-parent'])
  })

  test('shares outside 0 to 1 and figures that are not plain decimals', () => {
    for (const passRatio of ['1.0001', '-0.1', '85%', '8.5e-1', '', '0.'.padEnd(1_000_000, '1')]) {
      const rule = aRule({ tech: { ...aRule().tech, passRatio } })
      expect(codes(rule), passRatio.slice(0, 9)).toEqual(['rule-figure-out-of-range'])
    }
    expect(codes(aRule({ dp: 11 }))).toEqual(['rule-figure-out-of-range'])
    expect(codes(aRule({ tech: { ...aRule().tech, dp: 1.5 } }))).toEqual(['rule-figure-out-of-range'])
    for (const gap of ['0', '91', '-3']) {
      const rule = aRule({ tech: { ...aRule().tech, graded: { gap, base: 'full' } } })
      expect(codes(rule), gap).toEqual(['rule-figure-out-of-range'])
    }
    expect(price({ branch: '1.1' })).toEqual(['rule-figure-out-of-range'])
    expect(price({ clamp: '0' })).toEqual(['rule-figure-out-of-range'])
    expect(price({ lowBonus: '51' })).toEqual(['rule-figure-out-of-range'])
    expect(price({ clamp: '0.8' })).toEqual(['clamp-not-below-branch'])
    expect(price({ formula: 'BILINEAR', knee: '1.2' })).toEqual(['rule-figure-out-of-range'])
    expect(price({ clampLowest: 'yes' as unknown as boolean })).toEqual(['rule-choice-unknown'])
  })

  test('a formula without its parameters, and parameters that the formula does not read', () => {
    for (const formula of Object.keys(PARAMETERS) as (keyof typeof PARAMETERS)[]) {
      const bare = { ...aRule().price, formula }
      for (const name of Object.keys(national)) delete bare[name as 'branch']
      const found = codes(aRule({ price: bare }))
      expect(found, formula).toEqual(PARAMETERS[formula].length > 0 ? ['price-parameter-missing'] : [])
    }
    expect(price({ formula: 'RATIO', knee: '0.8' })).toEqual(['price-parameter-unused'])
    expect(price({ formula: 'CHEAPEST' as 'RATIO' })).toEqual(['rule-choice-unknown'])
    expect(price({ formula: 'toString' as 'RATIO' })).toEqual(['rule-choice-unknown'])
  })

  test('a price table that is empty, does not rise, or gives more than the price points', () => {
    const table = (...rows: [string, string][]) =>
      price({ formula: 'LOOKUP', table: rows.map(([upTo, points]) => ({ upTo, points })) })
    expect(table()).toEqual(['price-table-empty'])
    expect(table(['0.9', '10'], ['0.9', '8'])).toEqual(['price-table-not-rising'])
    expect(table(['0.9', '10.1'])).toEqual(['rule-figure-out-of-range'])
    // The first row rises from nothing.
    expect(table(['0', '10'])).toEqual(['price-table-not-rising', 'rule-figure-out-of-range'])
    expect(table(['0.9', '10'], ['1', '8'])).toEqual([])
  })

  test('amounts that are missing or no money, unless the planned price is made at the opening', () => {
    expect(price({ referenceAmount: null })).toEqual(['rule-amount-missing'])
    expect(price({ ceiling: null })).toEqual(['rule-amount-missing'])
    expect(price({ reference: 'planned', referenceAmount: null, ceiling: null })).toEqual([])
    expect(price({ ceiling: '0' })).toEqual(['amount-not-positive'])
    expect(price({ ceiling: '1e9' })).toEqual(['amount-exponent'])
    expect(price({ referenceAmount: '-5' })).toEqual(['amount-signed'])
    expect(codes(aRule({ currency: 'WON' }))).toEqual(['currency-unknown'])
  })

  test('opening only qualified prices while measuring by all valid ones', () => {
    expect(codes(aRule({ openPrices: 'qualified' }))).toEqual(['qualified-needs-lowest-among-eligible'])
    expect(codes(aRule({ openPrices: 'qualified' }, { lowestAmong: 'eligible' }))).toEqual([])
  })

  test('a chain of ties that need not end', () => {
    expect(codes(aRule({ ties: [] }))).toEqual(['ties-must-end-in-lot'])
    expect(codes(aRule({ ties: ['lot', 'tech'] }))).toEqual(['ties-must-end-in-lot'])
    expect(codes(aRule({ ties: ['lot', 'tech', 'lot'] }))).toEqual(['ties-repeated'])
    expect(codes(aRule({ ties: ['coin' as 'lot', 'lot'] }))).toEqual(['rule-choice-unknown'])
    expect(codes(aRule({ ties: ['lot'] }))).toEqual([])
  })

  test('a low branch and its clamp against each other only where the formula reads both', () => {
    expect(price({ branch: '0.6', clamp: '0.6' })).toEqual(['clamp-not-below-branch'])
    // Local software has a branch and no clamp: one that is there is one too many, and nothing else.
    const local = { formula: 'KR_LOCAL_SW', branch: '0.8', belowShare: '0.8', clampLowest: true } as const
    expect(price(local)).toEqual([])
    expect(price({ ...local, clamp: '0.9' })).toEqual(['price-parameter-unused'])
    expect(price({ clampLowest: 'true' as never })).toEqual([])
    expect(price({ clampLowest: 'yes' as never })).toEqual(['rule-choice-unknown'])
  })

  test('groups without a name of their own, and grades that cannot be written on a sheet', () => {
    const group = (id: unknown, title: unknown = { ko: '조', en: 'Group' }, evaluators = ['E1', 'E2', 'E3']) =>
      ({ id, title, share: '0.5', evaluators }) as never
    const groups = (one: never) =>
      codes(aRule({ tech: { ...aRule().tech, groups: [one, group('other', undefined, ['E4', 'E5', 'E6'])] } }), 6)
    expect(groups(group('common'))).toEqual([])
    for (const id of [7, ' common', 'common ', 'a b', '', 'x'.repeat(65)])
      expect([id, groups(group(id))]).toEqual([id, ['group-id-malformed']])
    for (const title of [null, {}, { ko: ' ', en: 'Group' }, { ko: '조', en: ' ' }, { ko: '조' }, { en: 'Group' }])
      expect([title, groups(group('common', title))]).toEqual([title, ['group-untitled']])
    const grades = (grade: unknown) =>
      items([
        item('tech', '90', {
          grades: [
            { grade: grade as string, share: '1' },
            { grade: 'B', share: '0.9' },
          ],
        }),
      ])
    expect(grades('A')).toEqual([])
    for (const grade of [7, '', '1st', 'A plus', 'A'.repeat(21)])
      expect([grade, grades(grade)]).toEqual([grade, ['grade-malformed']])
    for (const title of [null, {}, { ko: ' ', en: 'x' }, { ko: '가', en: ' ' }, { ko: '가' }, { en: 'x' }])
      expect([title, items([item('tech', '90', { title: title as never })])]).toEqual([title, ['item-untitled']])
    expect(items([item(7 as never, '90', { title: { ko: '가', en: 'x' } })])).toEqual(['item-id-malformed'])
  })

  test('a rule with several faults for all of them, each with its place', () => {
    const verdict = checkRule(aRule({ weights: { tech: 90, price: 20 }, ties: [], currency: 'WON', ...trim(4) }), 7)
    if (verdict.ok) throw new Error('allowed')
    expect(verdict.reasons).toEqual([
      { code: 'weights-not-100', facts: { tech: '90', price: '20' }, at: 'weights' },
      { code: 'too-few-evaluators-to-trim', facts: { evaluators: 7, needs: 9 }, at: 'tech/trim' },
      { code: 'currency-unknown', facts: { currency: 'WON' }, at: 'currency' },
      { code: 'ties-must-end-in-lot', facts: {}, at: 'ties' },
    ])
  })
})

describe('warnings', () => {
  test('give each objection with its limit, what was found, and where', () => {
    const graded = { gap: '3.5', base: 'full' as const }
    const list = [item('a', '30'), ...['b', 'c', 'd'].map((id) => item(id, '20', { kind: 'quantitative' }))]
    const rule = aRule({ weights: { tech: 95, price: 5 }, items: list, tech: { ...aRule().tech, graded } })
    const found = warnings(rule).filter((w) => !w.code.startsWith('item-'))
    expect(found).toEqual([
      { code: 'technology-above-90-points', facts: { limit: 90, tech: 95 }, at: 'weights' },
      { code: 'quantitative-above-20-points', facts: { limit: 20, sum: '60' }, at: 'items' },
      { code: 'graded-gap-above-3-points', facts: { limit: 3, gap: '3.5' }, at: 'tech/graded/gap' },
    ])
  })

  const warned = (change: Partial<AwardRule>) =>
    warnings(aRule(change)).map((w) => `${w.code} ${w.facts.item ?? ''}`.trim())

  test('names items above 30 points, items above 10 that are not split, many quantitative points and a wide gap', () => {
    expect(warned({})).toEqual(['item-above-30-points tech', 'item-above-10-points-not-split tech'])
    const list = [
      item('a', '30'),
      item('a1', '15', { parent: 'a' }),
      item('a2', '15', { parent: 'a' }),
      item('b', '29'),
      item('b1', '29', { parent: 'b' }),
      ...['c', 'd', 'e'].map((id) => item(id, id === 'e' ? '11' : '10', { kind: 'quantitative' })),
    ]
    expect(checkRule(aRule({ items: list }), 7).ok).toBe(true)
    // One part alone is no split.
    expect(warned({ items: list })).toEqual([
      'item-above-10-points-not-split b',
      'item-above-10-points-not-split e',
      'quantitative-above-20-points',
    ])
    const graded = { gap: '3.5', base: 'full' as const }
    expect(warned({ tech: { ...aRule().tech, graded } })).toContain('graded-gap-above-3-points')
  })

  test('names more than five grades, and grades more than 30 % of an item apart', () => {
    const graded = (...shares: string[]) => {
      const grades = shares.map((share, n) => ({ grade: 'ABCDEF'[n] as string, share }))
      const items = [item('a', '30', { grades }), ...['b', 'c'].map((id) => item(id, '30'))]
      expect(checkRule(aRule({ items }), 7).ok).toBe(true)
      return warnings(aRule({ items })).filter((one) => one.code.includes('grades'))
    }
    expect(graded('1', '0.925', '0.85', '0.775', '0.7')).toEqual([])
    expect(graded('1', '0.699')).toEqual([
      {
        code: 'grades-spread-above-30-per-cent',
        facts: { limit: 30, item: 'a', spread: '30.1' },
        at: 'items/a/grades',
      },
    ])
    expect(graded('1', '0.95', '0.9', '0.85', '0.8', '0.75')).toEqual([
      { code: 'more-than-five-grades', facts: { limit: 5, item: 'a', grades: 6 }, at: 'items/a/grades' },
    ])
  })

  test('compares on the scale of the technical points: 12 of 100 are 10.8 of 90, 11 of 100 are 9.9', () => {
    const of100 = ['12', '11', ...Array.from({ length: 7 }, () => '11')].map((max, n) => item(`i${n}`, max))
    expect(warned({ maximum: '100', items: of100 })).toEqual(['item-above-10-points-not-split i0'])
  })
})

describe('NEGOTIATION_METHODS', () => {
  const ruleOf = (id: keyof typeof NEGOTIATION_METHODS): AwardRule => {
    const { price, ...rest }: NegotiationMethod['defaults'] = NEGOTIATION_METHODS[id].defaults
    const max = String(rest.weights.tech)
    return {
      ...rest,
      items: [item('all', max)],
      maximum: max,
      currency: 'KRW',
      price: { ...price, reference: 'budget', referenceAmount: '110000000', ceiling: '110000000' },
    }
  }

  test.each(NEGOTIATION_IDS)('%s makes a rule that holds, is JSON, and is explained by its own row', (id) => {
    const rule = ruleOf(id)
    expect(checkRule(rule, 7)).toEqual({ ok: true })
    expect(JSON.parse(canonical(rule as unknown as Json))).toEqual(rule)
    expect(methodOf(rule)).toBe(id)
    expect(NEGOTIATION_METHODS[id].formula).toBe(rule.price.formula)
  })

  test('finds the row for other weights, and none for an unknown formula', () => {
    const rule = { ...ruleOf('negotiation-local'), weights: { tech: 60, price: 40 } }
    expect(methodOf(rule)).toBe('negotiation-local')
    expect(methodOf(aRule({}, { formula: 'CHEAPEST' as 'RATIO' }))).toBeNull()
    // Graded scores by the local formula have no row of their own: the formula is explained all the same.
    const graded = { ...rule, tech: { ...rule.tech, graded: { gap: '1', base: 'full' as const } } }
    expect(methodOf(graded)).toBe('negotiation-local')
  })
})

describe('each reason says what is wrong, and where in the rule', () => {
  const said = (rule: AwardRule, evaluators: number | null = 7) => {
    const verdict = checkRule(rule, evaluators)
    return verdict.ok ? [] : verdict.reasons
  }
  const itemsSaid = (list: ScoredItem[]) => said(aRule({ items: list }))
  const groupsSaid = (groups: EvaluatorGroup[]) => said(aRule({ tech: { ...aRule().tech, groups } }))
  const title = { ko: '공통', en: 'Common' }

  test('a figure or a choice that it cannot be, cut where it is endless', () => {
    const dp = Number('1e300')
    expect(said(aRule({ dp }))).toEqual([
      { code: 'rule-figure-out-of-range', facts: { figure: '1e+300', low: 0, high: 10 }, at: 'dp' },
    ])
    const long = '9'.repeat(50)
    expect(said(aRule({ dp: long as never }))[0]?.facts).toMatchObject({ figure: '9'.repeat(40) })
    expect(said(aRule({ kind: 'LOTTERY' as never }))).toEqual([
      { code: 'rule-choice-unknown', facts: { choice: 'LOTTERY', choices: 'NEGOTIATION' }, at: 'kind' },
    ])
    // A decimal is a text: a number would not be the same in every program.
    expect(said(aRule({ tech: { ...aRule().tech, passRatio: 0.85 as never } }))).toMatchObject([
      { at: 'tech/passRatio' },
    ])
  })

  test('weights, when either of them is not whole', () => {
    for (const weights of [
      { tech: 90.5, price: 9.5 },
      { tech: 90, price: '10' as never },
      { tech: '90' as never, price: 10 },
    ])
      expect(said(aRule({ weights }))).toContainEqual({
        code: 'weights-not-100',
        facts: { tech: String(weights.tech), price: String(weights.price) },
        at: 'weights',
      })
  })

  test('a grade that is no name, of which item', () => {
    const graded = (grade: unknown) =>
      itemsSaid([
        item('a', '90', {
          grades: [
            { grade: grade as string, share: '1' },
            { grade: 'low', share: '0.5' },
          ],
        }),
      ])
    expect(graded('top')).toEqual([])
    for (const grade of [true, 5, null, '1st', ''])
      expect(graded(grade)).toEqual([
        { code: 'grade-malformed', facts: { item: 'a', grade: quote(grade as string) }, at: 'items/a/grades' },
      ])
  })

  test('groups without a title in either language, and an evaluator in two', () => {
    const [one, two] = [
      { id: 'common', title, share: '0.6', evaluators: ['E1', 'E2', 'E3'] },
      { id: 'special', title, share: '0.4', evaluators: ['E4', 'E5', 'E6'] },
    ]
    expect(groupsSaid([one, two])).toEqual([])
    for (const untitled of [undefined, {}, { ko: '공통' }, { en: 'Common' }, { ko: ' ', en: 'Common' }])
      expect(groupsSaid([{ ...one, title: untitled as never }, two])).toEqual([
        { code: 'group-untitled', facts: { group: 'common' }, at: 'tech/groups' },
      ])
    expect(groupsSaid([one, { ...two, evaluators: ['E4', 'E5', 'E1'] }])).toEqual([
      { code: 'evaluator-in-two-groups', facts: { evaluator: 'E1' }, at: 'tech/groups' },
    ])
  })

  test('items without a title in either language, and with a heading that cannot be one', () => {
    for (const untitled of [undefined, {}, { ko: '가' }, { en: 'A' }, { ko: '가', en: ' ' }])
      expect(itemsSaid([item('a', '90', { title: untitled as never })])).toEqual([
        { code: 'item-untitled', facts: { item: 'a' }, at: 'items/a' },
      ])
    const record = { kind: 'quantitative' } as const
    expect(itemsSaid([item('a', '90'), item('b', '90', { parent: 'a', ...record })])).toEqual([
      { code: 'item-kind-differs-from-parent', facts: { item: 'b', parent: 'a' }, at: 'items/b' },
    ])
    const nested = [item('a', '90'), item('b', '90', { parent: 'a' }), item('c', '90', { parent: 'b' })]
    expect(itemsSaid(nested)).toEqual([
      { code: 'item-nested-too-deep', facts: { item: 'c', parent: 'b' }, at: 'items/c' },
    ])
  })

  test('a sum of sub-items is of all of them, the first one too', () => {
    const parts = [item('a', '90'), item('a1', '50', { parent: 'a' }), item('a2', '30', { parent: 'a' })]
    expect(itemsSaid(parts)).toEqual([
      { code: 'sub-items-do-not-sum', facts: { item: 'a', sum: '80', max: '90' }, at: 'items/a' },
    ])
  })

  test('figures of the price side', () => {
    const of = (change: Partial<PriceRule>) => said(aRule({}, change))
    expect(of({ formula: 'LOOKUP', table: [] })).toEqual([{ code: 'price-table-empty', facts: {}, at: 'price/table' }])
    expect(of({ referenceAmount: null })).toEqual([
      { code: 'rule-amount-missing', facts: { amount: 'referenceAmount' }, at: 'price/referenceAmount' },
    ])
    expect(of({ clampLowest: 1 as never })).toEqual([
      {
        code: 'rule-choice-unknown',
        facts: { choice: quote(1 as never), choices: 'true false' },
        at: 'price/clampLowest',
      },
    ])
    expect(of({ knee: '0.5' })).toEqual([
      { code: 'price-parameter-unused', facts: { parameter: 'knee', formula: 'KR_NATIONAL' }, at: 'price/knee' },
    ])
    expect(said(aRule({ openPrices: 'qualified' }))).toEqual([
      { code: 'qualified-needs-lowest-among-eligible', facts: {}, at: 'price/lowestAmong' },
    ])
  })
})
