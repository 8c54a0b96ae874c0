// What is read of prices and scores by price, and which facts are refused before anything is computed?
import { describe, expect, test } from 'vitest'
import { checkContestFacts, partsOf, readPrice } from '../../../src/domain/scoring/contest-facts.ts'
import type { ComprehensiveRule } from '../../../src/domain/scoring/contest-rule.ts'
import { aContest, anExamination, bidding, prelim, table3 } from './a-contest.ts'

describe('a price', () => {
  test.each([
    ['90', 0, '90'],
    ['90.50', 2, '90.5'],
    ['0.01', 2, '0.01'],
    ['999999999999999999', 0, '999999999999999999'],
    // Twenty-four characters are read, twenty-five are not.
    [`123456789012345678.${'0'.repeat(5)}`, 5, '123456789012345678'],
    [`123456789012345678.${'0'.repeat(6)}`, 6, null],
    ['90.505', 2, null],
    ['0', 0, null],
    ['0.00', 2, null],
    ['01', 0, null],
    ['-1', 0, null],
    ['1e3', 0, null],
    ['', 0, null],
    [90, 0, null],
    [null, 0, null],
    [['90'], 0, null],
  ] as const)('%j with %d decimals is read as %j', (amount, dp, read) => {
    expect(readPrice(amount, dp)).toBe(read)
  })
})

describe('the parts of an officer', () => {
  test('are those of the examination or of the parts added up, with the decimals of each; else none', () => {
    const examined = anExamination({ examination: { ...table3, partDp: 0 } })
    expect(partsOf(examined)).toEqual({ parts: table3.parts, dp: 0 })
    const comprehensive = { parts: table3.parts, partDp: 4 } as unknown as ComprehensiveRule
    expect(partsOf(aContest({ comprehensive }))).toEqual({ parts: table3.parts, dp: 4 })
    expect(partsOf(aContest()).parts).toEqual([])
  })
})

describe('facts are refused', () => {
  const examined = anExamination()
  const scored = (score: unknown) =>
    checkContestFacts(
      bidding({ A: '90' }, examined, { scores: [{ bidder: 'A', part: 'ability', score: score as string }] }),
    )

  test('for a score that is none or too high, which is named', () => {
    const said = { bidder: 'A', part: 'ability' }
    expect(scored('20')).toEqual([])
    expect(scored('20.000001')).toEqual([
      { code: 'score-over-maximum', facts: { ...said, score: '20.000001', max: '20' } },
    ])
    for (const wrong of [20, null, '', '-1', '020', '1.0000001'])
      expect(scored(wrong)).toMatchObject([{ code: 'score-malformed', facts: said }])
  })

  test('for figures that the rule does not know or does not have yet, and not where nobody bid', () => {
    const open = aContest({ planned: { how: 'single', amount: null } })
    const codes = (facts: Parameters<typeof checkContestFacts>[0]) => checkContestFacts(facts).map(({ code }) => code)
    expect(codes(bidding({}, open))).toEqual([])
    expect(codes(bidding({ A: '90' }, open))).toEqual(['planned-price-missing'])
    const drawn = aContest({ planned: prelim })
    expect(codes(bidding({}, drawn))).toEqual([])
    expect(codes(bidding({ A: '90' }, drawn))).toEqual(['prelim-prices-missing'])
    // A planned price beside preliminary ones, or beside a budget, is not expected.
    const prices = Array.from({ length: 15 }, () => '100')
    expect(codes(bidding({ A: '90' }, drawn, { prelim: { prices }, planned: '100' }))).toEqual([
      'planned-price-not-expected',
    ])
    const budget = aContest({ planned: { how: 'none', budget: '100' } })
    expect(codes(bidding({ A: '90' }, budget, { planned: '100' }))).toEqual(['planned-price-not-expected'])
  })

  test('for marks of evaluators, of the officer, and for as many of each, where nobody marks', () => {
    const mark = { evaluator: 'E1', bidder: 'A', item: 'i', mark: '1' }
    const record = { bidder: 'A', item: 'i', mark: '1' }
    for (const more of [{ marks: [mark] }, { quantitative: [record] }, { marks: [mark], quantitative: [record] }])
      expect(checkContestFacts(bidding({ A: '90' }, aContest(), more)).map(({ code }) => code)).toEqual([
        'marks-not-expected',
      ])
  })
})
