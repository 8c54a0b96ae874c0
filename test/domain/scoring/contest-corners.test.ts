// What of an award by price did no other test notice when it was changed? Each here is a corner that somebody could stand in.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Contest, decideContest, joinsAuction, picksThatCount } from '../../../src/domain/scoring/contest.ts'
import type { ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import type { AuctionRule, ComprehensiveRule, ContestRule } from '../../../src/domain/scoring/contest-rule.ts'
import { aContest, anExamination, bidding, prelim, table3 } from './a-contest.ts'
import { aRule } from './a-tender.ts'

function decided(facts: ContestFacts): Contest {
  const made = decideContest(facts)
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value
}
const rowOf = (facts: ContestFacts, bidder: string) => decided(facts).rows.find((r) => r.bidder === bidder)
const title = { ko: '능력', en: 'Ability' }

describe('picks that count', () => {
  const rule = aContest({ planned: prelim })
  const bidders: ContestFacts['bidders'] = [
    { id: 'C', price: 'valid', amount: '99000000', picks: [5, 6] },
    { id: 'A', price: 'valid', amount: '98000000', picks: [1, 2] },
    { id: 'B', price: 'malformed', amount: null, picks: [3, 4] },
    { id: 'D', price: 'unopened', amount: null, picks: [7, 8] },
    { id: 'E', price: 'valid', amount: 'no money', picks: [9, 10] },
    { id: 'F', price: 'valid', amount: '97000000', picks: [9] },
  ]

  test('are those of opened prices, by bidder, or of prices in order alone', () => {
    const opened = picksThatCount({ rule, bidders })
    expect(opened).toEqual([
      { bidder: 'A', picks: [1, 2] },
      { bidder: 'C', picks: [5, 6] },
      { bidder: 'E', picks: [9, 10] },
    ])
    const valid = picksThatCount({ rule: aContest({ planned: { ...prelim, picksOf: 'valid' } }), bidders })
    expect(valid.map((one) => one.bidder)).toEqual(['A', 'C'])
  })

  test('are none where no price is drawn', () => {
    expect(picksThatCount({ rule: aContest(), bidders })).toEqual([])
    expect(picksThatCount({ rule: aContest({ planned: { how: 'none', budget: '100' } }), bidders })).toEqual([])
  })
})

describe('an auction', () => {
  const auction: AuctionRule = { start: '1000', step: '10', undercut: 'lowest', rounds: 2, roundSeconds: 60 }
  const rule = aContest({ kind: 'AUCTION', planned: { how: 'none', budget: '1000' }, auction })

  test('is joined with a price that can be read, or where none was asked for', () => {
    expect(joinsAuction(rule, { id: 'A', price: 'valid', amount: '990' })).toBe(true)
    expect(joinsAuction(rule, { id: 'A', price: 'unopened', amount: null })).toBe(true)
    expect(joinsAuction(rule, { id: 'A', price: 'valid', amount: '9.5' })).toBe(false)
    expect(joinsAuction(rule, { id: 'A', price: 'malformed', amount: null })).toBe(false)
  })

  test('in which nobody bid a second time is decided by the opened prices', () => {
    const made = decided({
      rule,
      bidders: [
        { id: 'A', price: 'valid', amount: '990' },
        { id: 'B', price: 'malformed', amount: null },
      ],
    })
    expect(made.refused).toEqual([])
    expect(made.winners).toEqual(['A'])
    expect(made.rows.map((r) => [r.bidder, r.reasons])).toEqual([
      ['A', []],
      ['B', ['price-malformed']],
    ])
  })
})

describe('two stages', () => {
  const { tech } = aRule()
  const items = [
    { id: 'tech', title, max: '80', kind: 'qualitative' as const },
    { id: 'record', title, max: '10', kind: 'quantitative' as const, members: 'byShare' as const },
  ]
  const rule = aContest({
    kind: 'TWO_STAGE',
    quality: { weights: { tech: 90 }, items, maximum: '90', tech },
    ties: ['tech', 'lot'],
  })
  const marks = { A: '70', Z: '72' }
  const facts = (amounts: Record<string, string>): ContestFacts => ({
    ...bidding(amounts, rule, { evaluators: ['E1'] }),
    marks: Object.entries(marks).map(([bidder, mark]) => ({ evaluator: 'E1', bidder, item: 'tech', mark })),
    quantitative: [
      { bidder: 'A', item: 'record', mark: '10', member: 'p' },
      { bidder: 'A', item: 'record', mark: '5', member: 'q' },
      { bidder: 'Z', item: 'record', mark: '9' },
    ],
  })
  const members = [
    { member: 'p', share: '0.6' },
    { member: 'q', share: '0.4' },
  ]
  const withConsortium = (made: ContestFacts): ContestFacts => ({
    ...made,
    bidders: made.bidders.map((b) => (b.id === 'A' ? { ...b, members } : b)),
  })

  test('put the records of a consortium together by shares: 0.6 × 10 + 0.4 × 5', () => {
    expect(rowOf(withConsortium(facts({ A: '90', Z: '91' })), 'A')?.technical).toBe('78')
  })

  test('give two at one price to the better specification, whatever they are called', () => {
    const made = decided(withConsortium(facts({ A: '90', Z: '90' })))
    expect(made.order).toEqual([['Z'], ['A']])
    expect(made.rows[0]?.steps.at(-1)).toEqual({ label: 'tie', working: 'tech 81', value: '1' })
  })

  test('name everybody whose price was opened although the specification failed, by bidder', () => {
    const low = withConsortium(facts({ Z: '90', A: '91' }))
    const failed = { ...low, marks: low.marks?.map((mark) => ({ ...mark, mark: '1' })) ?? [] }
    const made = decideContest(failed)
    expect(made.ok ? [] : made.reasons.map((reason) => reason.facts.bidder)).toEqual(['A', 'Z'])
  })
})

describe('parts added up', () => {
  const vector = new URL('../../vectors/contest/comprehensive.json', import.meta.url)
  const { facts } = JSON.parse(readFileSync(vector, 'utf8')) as { facts: ContestFacts }
  const whole = facts.rule.comprehensive as ComprehensiveRule
  const rule = (change: Partial<ComprehensiveRule> = {}): ContestRule => ({
    ...facts.rule,
    comprehensive: { ...whole, ...change },
  })
  const score = (bidder: string, performance: string, social = '0') => [
    { bidder, part: 'performance', score: performance },
    { bidder, part: 'social', score: social },
  ]

  test('wait for everybody who is not examined, also where somebody cheaper is', () => {
    const one = { ...facts, scores: score('B', '47') }
    const made = decided(one)
    expect(made).toMatchObject({ outcome: 'examination-pending', next: 'A', winners: [] })
    expect(made.rows.map((r) => [r.bidder, r.rank, r.reasons])).toEqual([
      ['B', 1, []],
      ['A', null, ['not-examined']],
    ])
  })

  test('have no measure where all prices are over the planned one', () => {
    const over = { ...facts, bidders: facts.bidders.map((b) => ({ ...b, amount: `1${b.amount}` })) }
    expect(decided(over)).toMatchObject({ outcome: 'no-eligible-bidder', cause: 'over-planned-price' })
    expect(decided(over).rows[0]).toMatchObject({ price: null, reasons: ['over-planned-price', 'no-lowest-price'] })
    // Prices by interval need no measure.
    const table = [{ upTo: '2', points: '10' }]
    const { clampLowest: _, ...price } = { ...whole.price, formula: 'LOOKUP' as const, table }
    const looked = { ...over, rule: rule({ price }) }
    expect(decided(looked).rows[0]).toMatchObject({ price: '10', reasons: ['over-planned-price'] })
  })

  test('break a tie by what comes first in the rule, and show no more than that', () => {
    // 45 + 50 × 90 ÷ 100 = 90 and 40 + 50: the better ability is first, though its name is last.
    const bidders = [
      { id: 'A', price: 'valid' as const, amount: '90' },
      { id: 'Z', price: 'valid' as const, amount: '100' },
    ]
    const made = decided({ ...facts, bidders, scores: [...score('A', '40'), ...score('Z', '45')] })
    expect(made.rows.map((r) => [r.bidder, r.total, r.steps.at(-1)?.working])).toEqual([
      ['Z', '90', 'ability 45'],
      ['A', '90', 'ability 40'],
    ])
  })
})

describe('an examination', () => {
  test('is not asked of who is out already', () => {
    const facts = bidding({ A: '90000000', B: '100000001' }, anExamination())
    expect(rowOf(facts, 'B')?.reasons).toEqual(['over-planned-price'])
    expect(rowOf(facts, 'A')?.reasons).toEqual(['not-examined'])
  })

  test('of the price alone is made without an officer', () => {
    const { fixedRatio: _, fixedScore: __, ...figures } = table3
    const rule = anExamination({ examination: { ...figures, points: '100', parts: [] } })
    expect(rowOf(bidding({ A: '90000000' }, rule), 'A')).toMatchObject({ ability: '0', total: '100', rank: 1 })
  })
})

describe('what is shown', () => {
  const steps = (change: Partial<ContestRule>) =>
    decided(bidding({ A: '90000000' }, anExamination(change))).steps.map((step) => step.label)

  test('of the limits is what the rule has: none, the floor, fixed costs, both', () => {
    const fixedCosts = [{ item: 'insurance', amount: '1000000' }]
    expect(steps({})).toEqual(['planned'])
    expect(steps({ floor: { rate: '0.8' } })).toEqual(['planned', 'floor'])
    expect(steps({ floor: { rate: '0.8', fixedCosts } })).toEqual(['planned', 'fixed-costs', 'floor'])
  })

  test('of three at one price follows the draw, in each of its orders', () => {
    for (const lot of ['ABC', 'ACB', 'BAC', 'BCA', 'CAB', 'CBA'].map((ids) => ids.split('')))
      expect(decided(bidding({ A: '90', B: '90', C: '90' }, aContest(), { lot })).order).toEqual(lot.map((id) => [id]))
  })
})
