// What is said of the evaluators: of whom, in which order, with what left out, and when nothing at all?
import { describe, expect, test } from 'vitest'
import { fraction } from '../../../src/domain/kit/fraction.ts'
import { type Behaviour, behaviourOf, behaviourOfContest, root4 } from '../../../src/domain/scoring/behaviour.ts'
import type { ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import type { AwardFacts } from '../../../src/domain/scoring/facts.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import type { AwardRule, ScoredItem } from '../../../src/domain/scoring/rule.ts'
import { aContest } from './a-contest.ts'
import { aRule } from './a-tender.ts'

const named = (text: string) => ({ ko: text, en: text })
const item = (id: string, max: string, kind: ScoredItem['kind'] = 'qualitative'): ScoredItem => ({
  id,
  title: named(id),
  max,
  kind,
})

/** Marks of the item 'tech': a row a bidder, a column an evaluator. Prices are 90, 91, 92 … million by the order of the rows. */
function judged(rows: Record<string, string[]>, rule: AwardRule = aRule(), change: Partial<AwardFacts> = {}) {
  const evaluators = Array.from({ length: Object.values(rows)[0]?.length ?? 0 }, (_, n) => `E${n + 1}`)
  const facts: AwardFacts = {
    rule,
    evaluators,
    bidders: Object.keys(rows).map((id, n) => ({ id, technical: 'valid', price: 'valid', amount: `${90 + n}000000` })),
    marks: Object.entries(rows).flatMap(([bidder, marks]) =>
      marks.map((mark, n) => ({ evaluator: `E${n + 1}`, bidder, item: 'tech', mark })),
    ),
    quantitative: [],
    ...change,
  }
  return facts
}

function toldOf(facts: AwardFacts): Behaviour | null {
  const ranking = rank(facts)
  if (!ranking.ok) throw new Error(JSON.stringify(ranking.reasons))
  return behaviourOf(facts, ranking.value)
}

describe('evaluators', () => {
  test('and bidders stand in the order of their ids, whatever the order of the facts', () => {
    const facts = judged({ C: ['80', '81'], A: ['82', '83'], B: ['84', '85'] })
    facts.evaluators.reverse()
    const told = toldOf(facts)
    expect(told?.spread.map((s) => s.bidder)).toEqual(['A', 'B', 'C'])
    expect(told?.evaluators).toEqual([
      { evaluator: 'E1', mean: '82', range: '4', outliers: 0 },
      { evaluator: 'E2', mean: '83', range: '4', outliers: 0 },
    ])
  })

  test('far from the others are listed one after another, each with the bidders in their order', () => {
    const told = toldOf(judged({ B: ['50', '80', '80', '90'], A: ['50', '80', '80', '90'] }))
    expect(told?.outliers.map((o) => `${o.evaluator} ${o.bidder} ${o.percent}`)).toEqual([
      'E1 A -33.3333',
      'E1 B -33.3333',
      'E4 A 20',
      'E4 B 20',
    ])
    expect(told?.limit).toBe('10')
  })

  test('are not far from a bidder to whom everybody gave nothing', () => {
    const told = toldOf(judged({ A: ['0', '0'], B: ['80', '82'] }))
    expect(told?.outliers).toEqual([])
    expect(told?.spread[0]).toEqual({ bidder: 'A', lowest: '0', highest: '0', mean: '0', deviation: '0' })
  })

  test('gave a range, from the lowest total to the highest, in whatever order they marked', () => {
    expect(toldOf(judged({ A: ['90'], B: ['81'], C: ['85.5'] }))?.evaluators).toEqual([
      { evaluator: 'E1', mean: '85.5', range: '9', outliers: 0 },
    ])
  })
})

describe('a bidder', () => {
  test('whose technical envelope could not be read is in no list', () => {
    const facts = judged({ A: ['80'], B: ['81'], C: ['82'] })
    facts.bidders[1] = { id: 'B', technical: 'malformed', price: 'malformed', amount: null }
    facts.marks = facts.marks.filter((m) => m.bidder !== 'B')
    const told = toldOf(facts)
    expect(told?.spread.map((s) => s.bidder)).toEqual(['A', 'C'])
    expect(told?.untrimmed).toEqual(['C', 'A'])
    expect(told?.trimmed).toEqual(['C', 'A'])
  })

  test('stands in both orders with the officer’s part, which nobody trims', () => {
    const rule = aRule({ items: [item('tech', '80'), item('record', '10', 'quantitative')] })
    const facts = judged({ A: ['70'], B: ['72'] }, rule, {
      quantitative: [
        { bidder: 'A', item: 'record', mark: '10' },
        { bidder: 'B', item: 'record', mark: '4' },
      ],
    })
    expect(toldOf(facts)).toMatchObject({ untrimmed: ['A', 'B'], trimmed: ['A', 'B'] })
  })

  test('is weighed by the shares of the groups before trimming as after it', () => {
    const group = (id: string, share: string, evaluators: string[]) => ({ id, title: named(id), share, evaluators })
    const rule = aRule()
    const grouped = {
      ...rule,
      tech: {
        ...rule.tech,
        groups: [group('common', '0.6', ['E1']), group('specialist', '0.4', ['E2', 'E3', 'E4'])],
      },
    }
    // Everybody's mean: A 75, B 83.25. By shares: A 0.6 × 90 + 0.4 × 70 = 82, B 0.6 × 75 + 0.4 × 86 = 79.4.
    const rows = { A: ['90', '70', '70', '70'], B: ['75', '86', '86', '86'] }
    expect(toldOf(judged(rows, grouped))?.untrimmed).toEqual(['A', 'B'])
    expect(toldOf(judged(rows, rule))?.untrimmed).toEqual(['B', 'A'])
  })

  test('whose price could not be read has none to go with its marks', () => {
    const facts = judged({ A: ['80'], B: ['81'], C: ['82'], D: ['80.5'] })
    expect(toldOf(facts)?.correlation).toMatch(/^0\./)
    facts.bidders = facts.bidders.map((b) => (b.id > 'B' ? { ...b, price: 'malformed', amount: null } : b))
    expect(toldOf(facts)?.correlation).toBeNull()
  })
})

describe('the correlation of marks and prices', () => {
  test('that rounds to nothing is nothing, and not less than nothing', () => {
    const facts = judged({ A: ['79'], B: ['80'], C: ['81'] })
    // The last price is one won below the first: less than a ten-thousandth, and downwards.
    for (const [n, amount] of ['70000001', '90000000', '70000000'].entries()) {
      const b = facts.bidders[n]
      if (b) facts.bidders[n] = { ...b, amount }
    }
    expect(toldOf(facts)?.correlation).toBe('0')
    for (const [n, amount] of ['80000000', '70000000', '90000000'].entries()) {
      const b = facts.bidders[n]
      if (b) facts.bidders[n] = { ...b, amount }
    }
    expect(toldOf(facts)?.correlation).toBe('0.5')
  })

  test('of marks that differ and one price for all is none', () => {
    const facts = judged({ A: ['79'], B: ['80'], C: ['81'] })
    facts.bidders = facts.bidders.map((b) => ({ ...b, amount: '90000000' }))
    expect(toldOf(facts)?.correlation).toBeNull()
  })
})

describe('nothing is said', () => {
  const staged = (change: Partial<ContestFacts> = {}): ContestFacts => {
    const { items, maximum, weights, tech } = aRule()
    const from = judged({ A: ['80'], B: ['81'], C: ['85'] })
    const rule = aContest({
      kind: 'TWO_STAGE',
      quality: { weights: { tech: weights.tech }, items, maximum, tech },
      ties: ['tech', 'lot'],
    })
    return { ...from, rule, ...change } as ContestFacts
  }

  test('where a mark is missing', () => {
    const facts = staged()
    expect(behaviourOfContest(facts)?.spread).toHaveLength(3)
    expect(behaviourOfContest({ ...facts, marks: facts.marks?.slice(1) ?? [] })).toBeNull()
    const negotiated = judged({ A: ['80'], B: ['81'] })
    const ranking = rank(negotiated)
    if (!ranking.ok) throw new Error('refused')
    expect(behaviourOf({ ...negotiated, marks: negotiated.marks.slice(1) }, ranking.value)).toBeNull()
  })

  test('of a price whose envelope did not hold, though something stands in it', () => {
    const { bidders } = staged()
    const held = bidders.map((b) => (b.id === 'A' ? { ...b, price: 'malformed' as const } : b))
    expect(behaviourOfContest(staged())?.correlation).toMatch(/^[01]/)
    expect(behaviourOfContest(staged({ bidders: held }))?.correlation).toBeNull()
  })

  test('where a committee sits and the officer alone has something to mark', () => {
    const rule = aRule({ items: [item('record', '90', 'quantitative')] })
    const facts = judged({ A: [] }, rule, {
      evaluators: ['E1'],
      marks: [],
      quantitative: [{ bidder: 'A', item: 'record', mark: '80' }],
    })
    const ranking = rank(facts)
    if (!ranking.ok) throw new Error(JSON.stringify(ranking.reasons))
    expect(behaviourOf(facts, ranking.value)).toBeNull()
  })

  test('where no technical envelope could be read', () => {
    const facts = judged({ A: ['80'] })
    facts.bidders = [{ id: 'A', technical: 'malformed', price: 'malformed', amount: null }]
    facts.marks = []
    expect(toldOf(facts)).toBeNull()
  })
})

test('roots of whole squares and of what lies just beside them are cut as they must be', () => {
  expect(
    ['0', '3', '4', '15241578.75019052100140', '0.00000000249', '0.0000000025'].map((x) => root4(fraction(x))),
  ).toEqual(['0', '1.7321', '2', '3904.0465', '0', '0.0001'])
})
