// Which marks are refused, for which reason, and what does each reason name?
import { describe, expect, test } from 'vitest'
import type { TechnicalFacts } from '../../../src/domain/scoring/facts.ts'
import { checkMarks, unitsText } from '../../../src/domain/scoring/marks.ts'
import type { ScoredItem } from '../../../src/domain/scoring/rule.ts'
import { aRule } from './a-tender.ts'

const item = (id: string, max: string, change: Partial<ScoredItem> = {}): ScoredItem => ({
  id,
  title: { ko: id, en: id },
  max,
  kind: 'qualitative',
  ...change,
})
const items = [item('idea', '80'), item('record', '10', { kind: 'quantitative', members: 'byShare' })]
const members = [
  { member: 'p', share: '0.6' },
  { member: 'q', share: '0.4' },
]
/** Two evaluators, a firm and a consortium; everything is in order. */
const good: TechnicalFacts = {
  rule: aRule({ items }),
  evaluators: ['E1', 'E2'],
  bidders: [
    { id: 'A', technical: 'valid' },
    { id: 'C', technical: 'valid', members },
  ],
  marks: ['A', 'C'].flatMap((bidder) =>
    ['E1', 'E2'].map((evaluator) => ({ evaluator, bidder, item: 'idea', mark: '70.5' })),
  ),
  quantitative: [
    { bidder: 'A', item: 'record', mark: '9' },
    { bidder: 'C', item: 'record', mark: '8', member: 'p' },
    { bidder: 'C', item: 'record', mark: '7.0001', member: 'q' },
  ],
}
const reasons = (change: Partial<TechnicalFacts>) => {
  const made = checkMarks({ ...good, ...change })
  return made.ok ? [] : made.reasons
}
const [first, ...others] = good.marks as [TechnicalFacts['marks'][number], ...TechnicalFacts['marks']]
/** The reasons when one evaluator writes this mark instead of 70.5. */
const written = (mark: unknown) => reasons({ marks: [{ ...first, mark: mark as string }, ...others] })

test('marks in order are read in ten-thousandths, and members each by their own', () => {
  const made = checkMarks(good)
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  expect(made.value.markOf(0, 0, 1)).toBe(705_000)
  expect(made.value.recordOf(0, 1)).toBe(90_000)
  expect(made.value.membersOf(1, 1)).toEqual([
    { member: 'p', share: '0.6', units: 80_000 },
    { member: 'q', share: '0.4', units: 70_001 },
  ])
  expect(made.value.membersOf(0, 1)).toEqual([])
  expect([unitsText(70_001), unitsText(705_000), unitsText(0)]).toEqual(['7.0001', '70.5', '0'])
})

describe('a mark', () => {
  const said = { bidder: 'A', item: 'idea', evaluator: 'E1' }
  test.each([
    ['80.0001', 'mark-over-maximum', { mark: '80.0001', max: '80' }],
    ['70.00001', 'mark-too-fine', { mark: '70.00001' }],
    ['a70.00001', 'mark-malformed', { mark: 'a70.00001' }],
    ['70.00001a', 'mark-malformed', { mark: '70.00001a' }],
    ['-1', 'mark-negative', { mark: '-1' }],
    ['', 'mark-malformed', { mark: '' }],
    [70, 'mark-malformed', {}],
    [null, 'mark-malformed', {}],
  ])('%j is refused as %s, and the reason names whose it is', (mark, code, more) => {
    expect(written(mark)).toEqual([{ code, facts: { ...said, ...more } }])
  })

  test('of the officer names no evaluator', () => {
    const quantitative = [{ bidder: 'A', item: 'record', mark: '11' }, ...good.quantitative.slice(1)]
    expect(reasons({ quantitative })).toEqual([
      { code: 'mark-over-maximum', facts: { bidder: 'A', item: 'record', mark: '11', max: '10' } },
    ])
  })

  test('twice is repeated, by an evaluator, the officer, and for a member', () => {
    expect(reasons({ marks: [...good.marks, first] })).toEqual([{ code: 'mark-repeated', facts: said }])
    for (const again of good.quantitative)
      expect(reasons({ quantitative: [...good.quantitative, again] })).toEqual([
        {
          code: 'mark-repeated',
          facts: { bidder: again.bidder, item: 'record', ...(again.member && { member: again.member }) },
        },
      ])
  })

  test('by the wrong hand, of a stranger, or for a stranger is named so', () => {
    const at = (change: object) =>
      reasons({ marks: [...good.marks, { ...first, ...change }] }).map((r) => [r.code, r.facts])
    expect(at({ item: 'record' })).toEqual([['mark-item-unknown', { ...said, item: 'record' }]])
    expect(at({ item: 'x' })).toEqual([['mark-item-unknown', { ...said, item: 'x' }]])
    expect(at({ bidder: 'X' })).toEqual([['mark-bidder-unknown', { ...said, bidder: 'X' }]])
    expect(at({ bidder: 'X', item: 'x' }).map(([code]) => code)).toEqual(['mark-bidder-unknown', 'mark-item-unknown'])
    expect(at({ evaluator: 'E9' })).toEqual([['mark-evaluator-unknown', { evaluator: 'E9' }]])
    const byOfficer = { bidder: 'A', item: 'idea', mark: '1' }
    expect(reasons({ quantitative: [...good.quantitative, byOfficer] })).toEqual([
      { code: 'mark-item-unknown', facts: { bidder: 'A', item: 'idea' } },
    ])
  })

  test('for an envelope that could not be read is not expected', () => {
    const bidders = [{ id: 'A', technical: 'malformed' as const }, ...good.bidders.slice(1)]
    expect([...new Set(reasons({ bidders }).map((r) => r.code))]).toEqual(['mark-not-expected'])
  })

  test('that is missing is named with its hand, once for each', () => {
    expect(reasons({ marks: others })).toEqual([{ code: 'mark-missing', facts: said }])
    expect(reasons({ quantitative: good.quantitative.slice(1) })).toEqual([
      { code: 'mark-missing', facts: { bidder: 'A', item: 'record' } },
    ])
    expect(reasons({ quantitative: good.quantitative.slice(0, 2) })).toEqual([
      { code: 'mark-missing', facts: { bidder: 'C', item: 'record', member: 'q' } },
    ])
  })

  test('of a member where there is none, or of all where there are members, is of nobody', () => {
    const instead = (n: number, change: object) =>
      reasons({ quantitative: good.quantitative.map((row, k) => (k === n ? { ...row, ...change } : row)) })
    expect(instead(0, { member: 'p' })[0]).toEqual({
      code: 'mark-member-unknown',
      facts: { bidder: 'A', item: 'record', member: 'p' },
    })
    expect(instead(1, { member: 'z' })[0]?.code).toBe('mark-member-unknown')
    expect(instead(1, { member: undefined })[0]).toEqual({
      code: 'mark-member-unknown',
      facts: { bidder: 'C', item: 'record' },
    })
  })
})

describe('shares of members', () => {
  const shares = (...list: unknown[]) => {
    const ids = ['p', 'q', 'r']
    const these = list.map((share, n) => ({ member: ids[n] as string, share: share as string }))
    const bidders = [
      good.bidders[0] as TechnicalFacts['bidders'][number],
      { id: 'C', technical: 'valid' as const, members: these },
    ]
    const quantitative = [
      ...good.quantitative.slice(0, 1),
      ...these.map(({ member }) => ({ bidder: 'C', item: 'record', mark: '5', member })),
    ]
    return reasons({ bidders, quantitative })
  }
  test('add up to one, with six decimals at most', () => {
    expect(shares('1')).toEqual([])
    expect(shares('0.333333', '0.333333', '0.333334')).toEqual([])
    expect(shares('0.25', '0.75')).toEqual([])
  })

  test.each([
    ['0.5', '0.4'],
    ['1', '0'],
    ['1.5', '-0.5'],
    ['0.5000001', '0.4999999'],
    ['00.5', '0.5'],
    ['0.5x', '0.5'],
    ['x0.5', '0.5'],
    [0.5, '0.5'],
    ['0.', '1'],
    ['', '1'],
    [undefined, '1'],
  ])('are refused as %j and %j, for that bidder', (a, b) => {
    expect(shares(a, b)).toEqual([{ code: 'member-shares-not-1', facts: { bidder: 'C' } }])
  })
})

describe('groups of evaluators', () => {
  const title = { ko: '평가위원', en: 'Evaluators' }
  const groups = [
    { id: 'common', title, evaluators: ['E1', 'E9'], share: '0.6' },
    { id: 'specialist', title, evaluators: ['E3'], share: '0.4' },
  ]
  test('name who is in none, and who is on no committee', () => {
    const made = reasons({ rule: aRule({ items, tech: { ...aRule().tech, groups } }) })
    expect(made).toEqual([
      { code: 'evaluator-without-group', facts: { evaluator: 'E2' } },
      { code: 'evaluator-of-group-unknown', facts: { evaluator: 'E9' } },
      { code: 'evaluator-of-group-unknown', facts: { evaluator: 'E3' } },
    ])
  })
})

describe('facts of somebody who names without end', () => {
  const many = (n: number, letter: string) => Array.from({ length: n }, (_, k) => `${letter}${k}`)
  const bidders = (n: number) => many(n, 'B').map((id) => ({ id, technical: 'valid' as const }))

  test('are refused before they are read, with their numbers', () => {
    const said = { bidders: 2, items: 2, evaluators: 10_000 }
    expect(reasons({ evaluators: many(10_000, 'E') })).toEqual([{ code: 'facts-too-many', facts: said }])
    expect(reasons({ bidders: bidders(4000), evaluators: many(9000, 'E') })).toEqual([
      { code: 'facts-too-many', facts: { bidders: 4000, items: 2, evaluators: 9000 } },
    ])
  })

  test('are read up to there, and of a thousand missing marks no more bidders are named', () => {
    const made = reasons({ bidders: bidders(600), evaluators: many(9, 'E'), marks: [], quantitative: [] })
    expect(new Set(made.map((r) => r.code))).toEqual(new Set(['mark-missing']))
    // Ten for each bidder: whoever crosses the thousand is told in full.
    expect(made).toHaveLength(1000)
  })
})
