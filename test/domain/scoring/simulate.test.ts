// Does a rule run on other figures say what it would have said of a real tender with those figures?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideContest } from '../../../src/domain/scoring/contest.ts'
import { contestRule } from '../../../src/domain/scoring/contest-methods.ts'
import { winnersOf } from '../../../src/domain/scoring/decided.ts'
import { EXAMPLES } from '../../../src/domain/scoring/examples.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import type { PriceRule } from '../../../src/domain/scoring/rule.ts'
import {
  addedOffers,
  examinedOffers,
  offers,
  priceToWin,
  reweighted,
  sensitivity,
  shareOf,
  worthOfOnePercent,
} from '../../../src/domain/scoring/simulate.ts'
import { explainStep, reasonWords } from '../../../src/domain/scoring/words.ts'
import { anExamination } from './a-contest.ts'
import { aRule, aTender } from './a-tender.ts'

describe('a framework', () => {
  const facts = aTender(
    { A: ['88', '95000000'], B: ['87', '90000000'], C: ['86.5', '80000000'], D: ['70', '80000000'] },
    aRule({ winners: 2 }),
  )

  test('says for which weights the same bidders win, not only who is first', () => {
    const made = sensitivity(facts)
    if (!made.ok) throw new Error('refused')
    // 88 + 8.4211, 87 + 8.8889, 86.5 + 10: with ten points of price C and A win, with none A and B do.
    expect(made.value.holds.first).toEqual(['C', 'A'])
    expect(made.value.stretches[0]?.first).toEqual(['A', 'B'])
    for (const { from, to, first } of made.value.stretches) {
      for (const price of [from, to]) {
        const ranked = rank(reweighted(facts, price))
        expect(ranked.ok && winnersOf(ranked.value.order, 2)).toEqual(first)
      }
    }
  })

  test('says at which price a bidder would have been among the winners', () => {
    const found = priceToWin(facts, 'B')
    if (!found.ok || found.value === null) throw new Error('no price')
    const at = (amount: bigint) => {
      const bidders = facts.bidders.map((b) => (b.id === 'B' ? { ...b, amount: String(amount) } : b))
      const ranked = rank({ ...facts, bidders })
      return ranked.ok && winnersOf(ranked.value.order, 2).includes('B')
    }
    expect(at(BigInt(found.value))).toBe(true)
    expect(at(BigInt(found.value) + 1n)).toBe(false)
    expect(priceToWin(facts, 'A')).toEqual({ ok: true, value: '95000000' })
    expect(priceToWin(facts, 'D')).toEqual({ ok: true, value: null })
  })
})

describe('a framework whose last place is shared at some weights', () => {
  // Where price does not count all three are the same, and no two of them can be told from the third.
  const facts = aTender({ A: ['80', '80000000'], B: ['80', '90000000'], C: ['80', '99000000'] }, aRule({ winners: 2 }))

  test('has no winners there, and those of the lower prices from the first weight on that tells them apart', () => {
    const made = sensitivity(facts)
    expect(made.ok && made.value.stretches).toEqual([
      { from: 0, to: 0, first: [] },
      { from: 1, to: 50, first: ['A', 'B'] },
    ])
  })
})

describe('a supplier', () => {
  test('learns what shares of the planned price would get where parts are added up', () => {
    const rule = contestRule('comprehensive', { base: '100000000', budget: '1', currency: 'KRW' })
    // 50 × 80 ÷ 90, and all of it for the lowest.
    expect(addedOffers(rule, '100000000', '80', ['90', '80']).map((o) => o.price.value)).toEqual(['44.4444', '50'])
    expect(addedOffers(anExamination(), '100000000', '80', ['90'])).toEqual([])
  })

  test('learns what shares of the reference would get, beside a supposed lowest price', () => {
    const made = offers(aRule(), '100000000', '87', ['90', '80', '75'])
    // 10 × 87 ÷ 90; at 80 % the own price is the lowest; at 75 % the low branch: 10 × 75 ÷ 80 + 2 × 5 ÷ 20.
    expect(made.map((o) => [o.amount, o.price.value])).toEqual([
      ['90000000', '9.6667'],
      ['80000000', '10'],
      ['75000000', '9.875'],
    ])
  })

  test('gets the points that a real tender with these prices gives', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 100 }), fc.integer({ min: 50, max: 100 }), (own, other) => {
        const [offer] = offers(aRule(), '100000000', String(other), [String(own)])
        const ranked = rank(
          aTender({ A: ['80', shareOf('100000000', String(own))], B: ['80', shareOf('100000000', String(other))] }),
        )
        expect(ranked.ok && ranked.value.rows.find((r) => r.bidder === 'A')?.price).toBe(offer?.price.value)
      }),
      { numRuns: 50 },
    )
  })

  test('learns what prices under an examination would score', () => {
    expect(examinedOffers(anExamination(), '100000000', ['90', '88']).map((o) => o.price.value)).toEqual(['80', '40'])
    expect(examinedOffers(anExamination({ examination: undefined as never }), '100000000', ['90'])).toEqual([])
  })

  test('learns the highest price that would have come first, or that none would', () => {
    const facts = aTender({ A: ['85', '100000000'], B: ['84', '96000000'] })
    // A: 85 + 10 × m ÷ x against B: 84 + 10 × m ÷ 96,000,000, m being the lower of both.
    const ranked = rank(facts)
    expect(ranked.ok && ranked.value.order[0]).toEqual(['A'])
    const found = priceToWin(facts, 'B')
    const amount = found.ok ? found.value : null
    if (amount === null) throw new Error('B could have won')
    const firstAt = (b: string) => {
      const again = rank(aTender({ A: ['85', '100000000'], B: ['84', b] }))
      return again.ok && again.value.order[0]?.[0]
    }
    expect(firstAt(amount)).toBe('B')
    expect(firstAt(String(BigInt(amount) + 1n))).not.toBe('B')
    expect(priceToWin(facts, 'A')).toEqual({ ok: true, value: '100000000' })
    expect(priceToWin(aTender({ A: ['90', '90000000'], B: ['77', '90000000'] }), 'B')).toEqual({
      ok: true,
      value: null,
    })
    // Whoever is first keeps the own price, wherever in the list it stands.
    const second = aTender({ A: ['77', '70000000'], B: ['89', '90000000'] })
    expect(priceToWin(second, 'B')).toEqual({ ok: true, value: '90000000' })
    expect(priceToWin(facts, 'nobody')).toEqual({ ok: true, value: null })
    // Beside somebody of the same quality it has to be lower by what four decimals show, for a joint first place is none.
    const even = (b: string) => aTender({ A: ['80', '90000000'], B: ['80', b] })
    const least = priceToWin(even('95000000'), 'B')
    const won = least.ok ? least.value : null
    const orderAt = (b: string) => {
      const again = rank(even(b))
      return again.ok ? again.value.order[0] : null
    }
    expect(orderAt(won ?? '')).toEqual(['B'])
    expect(orderAt(String(BigInt(won ?? '0') + 1n))).toEqual(['A', 'B'])
    // Facts that cannot be ranked are refused with their reasons.
    expect(priceToWin({ ...facts, marks: [] }, 'B')).toMatchObject({
      ok: false,
      reasons: [{ code: 'mark-missing' }, {}],
    })
  })
})

describe('the highest price that would have won', () => {
  const table = [
    { upTo: '0.7', points: '10' },
    { upTo: '0.85', points: '9' },
    { upTo: '1', points: '7.5' },
  ]
  const local = { branch: '0.8', belowShare: '0.8', clampLowest: true }
  const FORMULAS: Partial<PriceRule>[] = [
    { formula: 'KR_NATIONAL' },
    { formula: 'KR_LOCAL_SW', ...local },
    { formula: 'KR_LOCAL_SW', ...local, clampLowest: false },
    { formula: 'KR_LOCAL', ...local, belowShare: '0.6', clamp: '0.6', lowBonus: '2' },
    { formula: 'RATIO' },
    { formula: 'LINEAR' },
    { formula: 'PROPORTIONAL' },
    { formula: 'BILINEAR', knee: '0.85' },
    { formula: 'LOOKUP', table },
  ]

  test.each(FORMULAS)('is what trying every price finds: $formula, lowest lifted: $clampLowest', (price) => {
    // Small enough to try them all: 240 is the reference and the ceiling.
    const amounts = { referenceAmount: '240', ceiling: '240' }
    for (const [quality, own] of [
      ['88', '230'],
      ['86.5', '240'],
      ['86', '150'],
      ['85', '100'],
      ['84', '235'],
      ['82', '190'],
    ] as const) {
      const facts = aTender(
        { A: ['87', '225'], B: [quality, own], C: ['85.5', '198'] },
        aRule({}, { ...price, ...amounts }),
      )
      const wins = (amount: number) => {
        const bidders = facts.bidders.map((b) => (b.id === 'B' ? { ...b, amount: String(amount) } : b))
        const ranked = rank({ ...facts, bidders })
        return ranked.ok && ranked.value.order[0]?.join() === 'B'
      }
      let highest: string | null = null
      for (let amount = 1; amount <= 240; amount++) if (wins(amount)) highest = String(amount)
      const value = wins(Number(own)) ? own : highest
      expect([quality, own, priceToWin(facts, 'B')]).toEqual([quality, own, { ok: true, value }])
    }
  })

  test('is found above a branch under which a price is worth less', () => {
    const price = { formula: 'KR_LOCAL_SW', ...local } as const
    const facts = aTender({ A: ['80', '95000000'], B: ['78.6', '97000000'] }, aRule({}, price))
    expect(priceToWin(facts, 'B')).toEqual({ ok: true, value: '81699524' })
    const below = aTender({ A: ['80', '95000000'], B: ['78.6', '79000000'] }, aRule({}, price))
    expect(priceToWin(below, 'B')).toEqual({ ok: true, value: '81699524' })
  })
})

describe('an officer', () => {
  test('learns what one per cent of price is worth', () => {
    const made = worthOfOnePercent(aRule(), '100000000', '87', ['90', '88', '81'])
    // 10 × 87 ÷ 89 − 10 × 87 ÷ 90; 10 − 10 × 87 ÷ 88; both the lowest: nothing.
    expect(made).toEqual([
      { at: '90', points: '0.1086' },
      { at: '88', points: '0.1136' },
      { at: '81', points: '0' },
    ])
  })
})

describe('an auditor', () => {
  // At 10 points of price A leads; the more the price weighs, the sooner cheap B does.
  const facts = aTender({ A: ['88', '99000000'], B: ['84', '81000000'] })

  test('learns for which weights of the price the first stays first', () => {
    const made = sensitivity(facts)
    if (!made.ok) throw new Error(JSON.stringify(made.reasons))
    const { holds, stretches } = made.value
    expect(holds.from).toBeLessThanOrEqual(10)
    expect(holds.to).toBeGreaterThanOrEqual(10)
    // Every stretch is what ranking with its ends gives, and one weight further it is another.
    for (const { from, to, first } of stretches) {
      for (const weight of [from, to]) {
        const again = rank(reweighted(facts, weight))
        expect(again.ok && again.value.order[0]).toEqual(first)
      }
    }
    expect(stretches.map((s) => s.first[0])).toEqual(['A', 'B'])
    expect(stretches[0]?.from).toBe(0)
    expect(stretches.at(-1)?.to).toBe(50)
  })

  test('is told the stretch of the own weight also where that is the last of it', () => {
    const made = sensitivity(facts)
    const stretches = made.ok ? made.value.stretches : []
    expect(stretches).toHaveLength(2)
    for (const stretch of stretches)
      for (const weight of [stretch.from, stretch.to]) {
        const again = sensitivity(reweighted(facts, weight))
        expect(again.ok && again.value.holds).toEqual(stretch)
      }
  })

  test('sees a joint first place as joint, and nobody where nobody is eligible', () => {
    const joint = sensitivity(aTender({ A: ['80', '90000000'], B: ['80', '90000000'] }))
    expect(joint.ok && joint.value.stretches).toEqual([{ from: 0, to: 50, first: ['A', 'B'] }])
    const nobody = sensitivity(aTender({ A: ['10', '90000000'] }))
    expect(nobody.ok && nobody.value.holds.first).toEqual([])
  })

  test('is refused a weight beyond those that are tried, by its name', () => {
    const beyond = { ...facts, rule: { ...facts.rule, weights: { tech: 40, price: 60 } } }
    expect(sensitivity(beyond)).toEqual({ ok: false, reasons: [{ code: 'weight-out-of-range', facts: { price: 60 } }] })
  })

  test('is refused for facts that cannot be ranked', () => {
    expect(sensitivity({ ...facts, marks: [] })).toMatchObject({
      ok: false,
      reasons: [{ code: 'mark-missing' }, { code: 'mark-missing' }],
    })
  })

  test('sees the points of a table grow with the weight', () => {
    const table = [{ upTo: '1', points: '10' }]
    const rule = aRule({}, { formula: 'LOOKUP', table })
    expect(reweighted(aTender({}, rule), 20).rule.price.table).toEqual([{ upTo: '1', points: '20' }])
    const none = aRule({ weights: { tech: 100, price: 0 } }, { formula: 'LOOKUP', table: [{ upTo: '1', points: '0' }] })
    expect(reweighted(aTender({}, none), 20).rule.price.table).toEqual([{ upTo: '1', points: '0' }])
  })
})

describe('the worked examples of the page', () => {
  test('come out as they are said to', () => {
    const made = EXAMPLES.map((e) => decideContest(e.facts))
    expect(made.map((m) => m.ok && [m.value.planned, m.value.floor, m.value.winners])).toEqual([
      ['404158750', '355659700', ['A']],
      ['542603425', '490471837', ['B']],
      ['10096225', '8858933', []],
    ])
    const [, second] = made
    expect(second?.ok && second.value.rows.find((r) => r.bidder === 'C')).toMatchObject({
      price: '74.8',
      total: '94.8',
    })
  })

  test('use no label or reason without words, in either language', () => {
    for (const example of EXAMPLES) {
      const made = decideContest(example.facts)
      if (!made.ok) throw new Error('refused')
      for (const step of [...made.value.steps, ...made.value.rows.flatMap((r) => r.steps)]) {
        const { is, rounded } = explainStep(step, example.facts.rule)
        expect(is.ko, step.label).toMatch(/[가-힣A]/)
        expect(is.en).not.toBe(step.label)
        expect(rounded.ko === '').toBe(rounded.en === '')
      }
      for (const code of made.value.rows.flatMap((r) => r.reasons)) expect(reasonWords(code).ko).toMatch(/[가-힣]/)
    }
  })
})
