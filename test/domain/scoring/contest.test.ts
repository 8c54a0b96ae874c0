// Does price decide as the rule says: limits, examination, ties, winners; and is everything else refused or a named outcome?
import { describe, expect, test } from 'vitest'
import { type Contest, decideContest } from '../../../src/domain/scoring/contest.ts'
import type { ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import type { AuctionRule, ContestRule } from '../../../src/domain/scoring/contest-rule.ts'
import { aContest, anExamination, bidding, prelim, table3 } from './a-contest.ts'
import { aRule, codesOf } from './a-tender.ts'

function decided(facts: ContestFacts): Contest {
  const made = decideContest(facts)
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value
}
const codes = (facts: ContestFacts) => codesOf(decideContest(facts))
const rowOf = (facts: ContestFacts, bidder: string) => {
  const row = decided(facts).rows.find((r) => r.bidder === bidder)
  if (!row) throw new Error(`no row of ${bidder}`)
  return row
}
const fifteen = Array.from({ length: 15 }, (_, n) => String(98_000_100 + n * 250_000))

describe('decideContest refuses', () => {
  test('a rule that could not be published', () => {
    expect(codes(bidding({ A: '1' }, aContest({ ties: [] })))).toEqual(['ties-must-end-in-lot'])
  })

  test('the same bidder twice, and a draw that names strangers, somebody twice, or half of a tie', () => {
    const twice = {
      ...bidding({ A: '90' }),
      bidders: [...bidding({ A: '90' }).bidders, ...bidding({ A: '91' }).bidders],
    }
    expect(codes(twice)).toEqual(['bidder-repeated'])
    expect(codes(bidding({ A: '90' }, aContest(), { lot: ['A', 'A', 'Z'] }))).toEqual([
      'lot-bidder-unknown',
      'lot-repeated',
    ])
    expect(codes(bidding({ A: '90', B: '90' }, aContest(), { lot: ['B'] }))).toEqual(['lot-incomplete'])
  })

  test('an amount that is missing or should not be there', () => {
    const bidders = [
      { id: 'A', price: 'valid' as const, amount: null },
      { id: 'B', price: 'unopened' as const, amount: '90' },
    ]
    expect(codes({ rule: aContest(), bidders })).toEqual(['amount-missing', 'amount-not-expected'])
  })

  test('a planned price that is missing, malformed or not expected', () => {
    const open = aContest({ planned: { how: 'single', amount: null } })
    expect(codes(bidding({ A: '90' }, open))).toEqual(['planned-price-missing'])
    for (const planned of ['0', '-5', '1e9', '12.5', '9'.repeat(1_000_000)]) {
      expect(codes(bidding({ A: '90' }, open, { planned }))).toEqual(['planned-price-malformed'])
    }
    expect(codes(bidding({ A: '90' }, aContest(), { planned: '100' }))).toEqual(['planned-price-not-expected'])
    expect(decided(bidding({ A: '90' }, open, { planned: '100' })).planned).toBe('100')
  })

  test('preliminary prices that are missing, not all, malformed or not expected', () => {
    const rule = aContest({ planned: prelim })
    expect(codes(bidding({ A: '90' }, rule))).toEqual(['prelim-prices-missing'])
    expect(codes(bidding({ A: '90' }, rule, { prelim: { prices: ['98000000'] } }))).toEqual(['prelim-prices-not-all'])
    for (const bad of ['0', '-1', '1e8', '98000000.5', '9'.repeat(1_000_000)]) {
      expect(codes(bidding({ A: '90' }, rule, { prelim: { prices: [bad, ...fifteen.slice(1)] } }))).toEqual([
        'prelim-price-malformed',
      ])
    }
    expect(codes(bidding({ A: '90' }, aContest(), { prelim: { prices: fifteen } }))).toEqual([
      'prelim-prices-not-expected',
    ])
    const byLot = aContest({ planned: { ...prelim, tie: 'lot' } })
    expect(codes(bidding({ A: '90' }, byLot, { prelim: { prices: fifteen } }))).toEqual(['prelim-lot-missing'])
    const slotOrder = [1, 1, ...Array.from({ length: 13 }, (_, n) => n + 3)]
    expect(codes(bidding({ A: '90' }, byLot, { prelim: { prices: fifteen, slotOrder } }))).toEqual([
      'prelim-lot-missing',
    ])
  })

  test('scores of strangers, of unknown parts, twice, over their maximum, malformed, and some of a bidder’s but not all', () => {
    const two = {
      ...table3,
      parts: [
        { ...table3.parts[0]!, max: '15' },
        { id: 'record', title: { ko: '실적', en: 'Record' }, max: '5' },
      ],
    }
    const rule = anExamination({ examination: two })
    const scores = [
      { bidder: 'Z', part: 'ability', score: '10' },
      { bidder: 'A', part: 'looks', score: '10' },
      { bidder: 'A', part: 'ability', score: '15.1' },
      { bidder: 'A', part: 'ability', score: '1e1' },
    ]
    expect(codes(bidding({ A: '90' }, rule, { scores }))).toEqual([
      'score-bidder-unknown',
      'score-malformed',
      'score-missing',
      'score-over-maximum',
      'score-part-unknown',
      'score-repeated',
    ])
  })

  test('marks and auction bids where the method has none', () => {
    expect(
      codes(
        bidding({ A: '90' }, aContest(), {
          marks: [{ evaluator: 'E', bidder: 'A', item: 'i', mark: '1' }],
          auction: [],
        }),
      ),
    ).toEqual(['auction-not-expected', 'marks-not-expected'])
  })

  test('a price opened although its specification did not pass', () => {
    const { items, maximum, tech } = aRule()
    const rule = aContest({
      kind: 'TWO_STAGE',
      quality: { weights: { tech: 90 }, items, maximum, tech },
      ties: ['tech', 'lot'],
    })
    const marks = [{ evaluator: 'E1', bidder: 'A', item: 'tech', mark: '76.4999' }]
    const facts = bidding({ A: '90' }, rule, { evaluators: ['E1'], marks })
    expect(codes(facts)).toEqual(['price-opened-against-rule'])
    expect(codes({ ...facts, marks: [] })).toEqual(['mark-missing'])
    expect(decided({ ...facts, marks: [{ ...marks[0]!, mark: '76.5' }] }).winners).toEqual(['A'])
  })
})

describe('outcomes with names', () => {
  test('no bidder', () => {
    expect(decided({ rule: aContest({ planned: prelim }), bidders: [] })).toMatchObject({
      outcome: 'no-bidder',
      rows: [],
      planned: null,
    })
  })

  test('one bidder where two are needed, even if its price is good; two where one cannot be read', () => {
    const rule = aContest({ leastBids: 2 })
    expect(decided(bidding({ A: '90' }, rule))).toMatchObject({
      outcome: 'too-few-bidders',
      winners: [],
      order: [['A']],
    })
    expect(decided(bidding({ A: '90', B: '0' }, rule)).outcome).toBe('too-few-bidders')
    expect(decided(bidding({ A: '90', B: '91' }, rule))).toMatchObject({ outcome: 'ranked', winners: ['A'] })
    // A bid over the planned price is competition, too.
    expect(decided(bidding({ A: '90', B: '100000001' }, rule)).outcome).toBe('ranked')
  })

  test.each(['0', '-5', '1e7', '90,000', '9.5', '', '0'.repeat(1_000_000), '9'.repeat(19)])(
    'a price that is none (%#)',
    (amount) => {
      const row = rowOf(bidding({ A: amount, B: '90' }), 'A')
      expect(row).toMatchObject({ amount: null, rate: null, rank: null, eligible: false, reasons: ['price-malformed'] })
    },
  )

  test('a price that stayed shut', () => {
    const facts = bidding({ B: '90' })
    facts.bidders.push({ id: 'A', price: 'unopened', amount: null }, { id: 'C', price: 'malformed', amount: null })
    expect(rowOf(facts, 'A').reasons).toEqual(['price-not-opened'])
    expect(rowOf(facts, 'C').reasons).toEqual(['price-malformed'])
  })

  test('mixed causes have no single name', () => {
    const rule = aContest({ floor: { rate: '0.88' } })
    expect(decided(bidding({ A: '87999999', B: '100000001' }, rule))).toMatchObject({
      outcome: 'no-eligible-bidder',
      cause: null,
    })
  })

  test('a cause is named only where nobody is eligible', () => {
    const pending = bidding({ A: '90000000', B: '91000000' }, anExamination(), { scores: [] })
    expect(decided(pending)).toMatchObject({ outcome: 'examination-pending', cause: null })
    expect(decided(pending).rows.map((r) => r.reasons)).toEqual([['not-examined'], ['not-examined']])
    expect(decided(bidding({ A: '100000001' }))).toMatchObject({ cause: 'over-planned-price' })
  })

  test('exactly at the floor and exactly at the planned price are within', () => {
    const rule = aContest({ floor: { rate: '0.88' } })
    const at = (amount: string) => rowOf(bidding({ A: amount }, rule), 'A').reasons
    expect([at('87999999'), at('88000000'), at('100000000'), at('100000001')]).toEqual([
      ['below-floor'],
      [],
      [],
      ['over-planned-price'],
    ])
  })
})

describe('picks', () => {
  const rule = aContest({ planned: prelim })
  const facts = (picks: unknown): ContestFacts => ({
    rule,
    bidders: [
      { id: 'A', price: 'valid', amount: '98000000', picks: [1, 2] },
      { id: 'B', price: 'valid', amount: '97000000', picks: picks as number[] },
    ],
    prelim: { prices: fifteen },
  })

  test.each([[[3]], [[3, 3]], [[0, 3]], [[3, 16]], [[1.5, 3]], [[3, 4, 5]], [undefined], ['34'], [['3', '4']]])(
    'that are not two different numbers leave the bid out and count for nothing (%#)',
    (picks) => {
      const made = decided(facts(picks))
      expect(made.rows.find((r) => r.bidder === 'B')).toMatchObject({ reasons: ['picks-malformed'], rank: null })
      expect(made.winners).toEqual(['A'])
      expect(made.steps.find((s) => s.label === 'drawn')?.value).toBe('1 2 3 4')
      expect(made.steps.find((s) => s.label === 'picks')?.value).toBe('1')
    },
  )

  test('of the last number count', () => {
    expect(decided(facts([14, 15])).steps.find((s) => s.label === 'drawn')?.value).toBe('1 2 14 15')
  })

  test('of a bid below the floor count, since the floor is known only afterwards', () => {
    const low = { ...facts([14, 15]), rule: aContest({ planned: prelim, floor: { rate: '0.98' } }) }
    low.bidders[1] = { ...low.bidders[1]!, amount: '5000000' }
    const made = decided(low)
    expect(made.rows.find((r) => r.bidder === 'B')?.reasons).toEqual(['below-floor'])
    expect(made.steps.find((s) => s.label === 'drawn')?.value).toBe('1 2 14 15')
  })

  test('of a bid whose amount cannot be read count where every opened bid does, and not where only valid ones do', () => {
    const drawnBy = (picksOf: 'opened' | 'valid') => {
      const made = { ...facts([14, 15]), rule: aContest({ planned: { ...prelim, picksOf } }) }
      made.bidders[1] = { ...made.bidders[1]!, amount: '0' }
      return decided(made).steps.find((s) => s.label === 'drawn')?.value
    }
    expect(drawnBy('opened')).toBe('1 2 14 15')
    expect(drawnBy('valid')).toBe('1 2 3 4')
  })
})

describe('the examination', () => {
  const full = (...bidders: string[]) => bidders.map((bidder) => ({ bidder, part: 'ability', score: '20' }))

  test('waits for the lowest price that was not examined, and for one beside it', () => {
    const bids = { A: '90000000', B: '89900000', C: '90000000' }
    const rule = anExamination()
    expect(decided(bidding(bids, rule))).toMatchObject({ outcome: 'examination-pending', next: 'B', winners: [] })
    expect(decided(bidding(bids, rule, { scores: full('A') }))).toMatchObject({
      outcome: 'examination-pending',
      next: 'B',
      order: [['A']],
    })
    expect(decided(bidding(bids, rule, { scores: full('B') }))).toMatchObject({
      outcome: 'ranked',
      next: null,
      winners: ['B'],
    })
    // B fails; of the two at the next price one is examined, the other could still be better.
    const failed = [{ bidder: 'B', part: 'ability', score: '10' }, ...full('A')]
    expect(decided(bidding(bids, rule, { scores: failed }))).toMatchObject({
      outcome: 'examination-pending',
      next: 'C',
      winners: [],
    })
  })

  test('gives two at one price to the better ability, and leaves equal ones to the lot', () => {
    const score = (bidder: string, points: string) => ({ bidder, part: 'ability', score: points })
    const at = (a: string, b: string) =>
      decided(bidding({ A: '90000000', B: '90000000' }, anExamination(), { scores: [score('A', a), score('B', b)] }))
    expect(at('19', '20').order).toEqual([['B'], ['A']])
    expect(at('19', '20').rows[0]?.steps.at(-1)).toEqual({ label: 'tie', working: 'ability 20', value: '1' })
    expect(at('20', '20')).toMatchObject({ order: [['A', 'B']], winners: [] })
    expect(at('20', '20').rows[0]?.steps.at(-1)?.working).toBe('ability 20; lot pending')
  })

  test('rounds each part up and keeps who fails it on the list with a rank', () => {
    const scores = [{ bidder: 'A', part: 'ability', score: '14.990001' }]
    const row = rowOf(bidding({ A: '90000000' }, anExamination(), { scores }), 'A')
    expect(row).toMatchObject({ ability: '15', total: '95', eligible: true, rank: 1 })
    const less = [{ bidder: 'A', part: 'ability', score: '14.99' }]
    const failed = rowOf(bidding({ A: '90000000' }, anExamination(), { scores: less }), 'A')
    expect(failed).toMatchObject({
      ability: '14.99',
      total: '94.99',
      eligible: false,
      rank: 1,
      reasons: ['examination-failed'],
    })
  })
})

describe('a reverse auction', () => {
  const auction: AuctionRule = { start: '1000', step: '10', undercut: 'lowest', rounds: 2, roundSeconds: 60 }
  const rule = (change: Partial<AuctionRule> = {}): ContestRule =>
    aContest({ kind: 'AUCTION', planned: { how: 'none', budget: '1000' }, auction: { ...auction, ...change } })
  const run = (bids: [string, string, number][], change: Partial<AuctionRule> = {}) =>
    decided({
      rule: rule(change),
      bidders: ['A', 'B'].map((id) => ({ id, price: 'valid', amount: null })),
      auction: bids.map(([bidder, amount, round]) => ({ bidder, amount, round })),
    })

  test('counts bids from the start price down, each a step below the lowest', () => {
    expect(
      run([
        ['A', '1000', 1],
        ['B', '990', 1],
        ['A', '981', 1],
        ['A', '980', 2],
      ]),
    ).toMatchObject({
      winners: ['A'],
      refused: [{ bid: 2, reasons: ['auction-not-low-enough'] }],
    })
    expect(run([['A', '1001', 1]]).refused).toEqual([{ bid: 0, reasons: ['auction-not-low-enough'] }])
  })

  test('lets a bidder undercut its own last price where the rule says so, and leaves equal prices to the lot', () => {
    expect(
      run(
        [
          ['A', '900', 1],
          ['B', '900', 1],
          ['B', '895', 1],
        ],
        { undercut: 'own' },
      ),
    ).toMatchObject({
      order: [['A', 'B']],
      winners: [],
      refused: [{ bid: 2, reasons: ['auction-not-low-enough'] }],
    })
  })

  test('refuses rounds that are over or never come, strangers, and prices that are none', () => {
    const made = run([
      ['A', '900', 2],
      ['A', '800', 1],
      ['A', '800', 3],
      ['Z', '800', 2],
      ['B', '0', 2],
      ['B', '1e2', 2],
    ])
    expect(made.refused.map((r) => r.reasons)).toEqual([
      ['auction-round-over'],
      ['auction-round-over'],
      ['auction-bidder-unknown'],
      ['auction-bid-malformed'],
      ['auction-bid-malformed'],
    ])
    expect(made.rows.map((r) => [r.bidder, r.amount])).toEqual([
      ['A', '900'],
      ['B', null],
    ])
  })

  test('ends when nothing is low enough any more', () => {
    expect(
      run([
        ['A', '10', 1],
        ['B', '1', 1],
      ]).refused,
    ).toEqual([{ bid: 1, reasons: ['auction-not-low-enough'] }])
  })
})

describe('several winners', () => {
  test('are whole places of the order: a joint place that is too much waits for the lot', () => {
    const rule = aContest({ winners: 2 })
    const bids = { A: '90', B: '91', C: '91' }
    expect(decided(bidding(bids, rule)).winners).toEqual(['A'])
    expect(decided(bidding(bids, rule, { lot: ['C', 'B'] })).winners).toEqual(['A', 'C'])
    expect(decided(bidding({ A: '91', B: '91', C: '92' }, rule)).winners).toEqual(['A', 'B'])
  })
})

describe('unit prices', () => {
  test('have two decimals, and floors are rounded up to the third', () => {
    const rule = aContest({ dp: 2, planned: { how: 'single', amount: '12.35' }, floor: { rate: '0.87745' } })
    const made = decided(bidding({ A: '10.84', B: '10.83', C: '10.845' }, rule))
    expect(made.floor).toBe('10.84')
    expect(made.rows.map((r) => [r.bidder, r.reasons])).toEqual([
      ['A', []],
      ['B', ['below-floor']],
      ['C', ['price-malformed']],
    ])
  })
})
