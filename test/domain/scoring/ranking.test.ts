// Who is ranked, who is eligible, and what happens with bad facts, missing prices and ties?
import { describe, expect, test } from 'vitest'
import type { AwardFacts } from '../../../src/domain/scoring/facts.ts'
import { type Ranking, rank, runs } from '../../../src/domain/scoring/ranking.ts'
import type { AwardRule } from '../../../src/domain/scoring/rule.ts'
import { aRule, aTender, codesOf } from './a-tender.ts'

function ranked(facts: AwardFacts): Ranking {
  const outcome = rank(facts)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reasons))
  return outcome.value
}

const row = (ranking: Ranking, id: string) => ranking.rows.find((r) => r.bidder === id)

/** The facts with one bidder's envelope otherwise. */
function withBidder(facts: AwardFacts, id: string, change: Partial<AwardFacts['bidders'][number]>): AwardFacts {
  return { ...facts, bidders: facts.bidders.map((b) => (b.id === id ? { ...b, ...change } : b)) }
}

const three = aTender({ A: ['85', '90000000'], B: ['80', '82000000'], C: ['70', '80000000'] })

describe('rank refuses', () => {
  test('marks and a rule that technical scores refuse', () => {
    expect(codesOf(rank({ ...three, marks: [] }))).toEqual(['mark-missing'])
    expect(codesOf(rank({ ...three, rule: aRule({ ties: [] }) }))).toEqual(['ties-must-end-in-lot'])
  })

  test('an opened price without its amount, and an amount of an envelope that is not valid', () => {
    expect(codesOf(rank(withBidder(three, 'A', { amount: null })))).toEqual(['amount-missing'])
    expect(codesOf(rank(withBidder(three, 'A', { price: 'unopened' })))).toEqual(['amount-not-expected'])
    expect(codesOf(rank(withBidder(three, 'A', { price: 'malformed' })))).toEqual(['amount-not-expected'])
  })

  test('a planned price that is missing, unwanted or no money', () => {
    const rule = aRule({}, { reference: 'planned', referenceAmount: null, ceiling: null })
    expect(codesOf(rank({ ...three, rule }))).toEqual(['planned-price-missing'])
    expect(rank({ ...three, rule, planned: '0' })).toEqual({
      ok: false,
      reasons: [{ code: 'planned-price-malformed', facts: { amount: '0' } }],
    })
    expect(codesOf(rank({ ...three, planned: '100000000' }))).toEqual(['planned-price-not-expected'])
    expect(ranked({ ...three, rule, planned: '100000000' })).toEqual(ranked(three))
  })

  test('a price that was opened although its bidder had not qualified', () => {
    const rule = aRule({ openPrices: 'qualified' }, { lowestAmong: 'eligible' })
    const outcome = rank({ ...three, rule })
    expect(outcome).toEqual({ ok: false, reasons: [{ code: 'price-opened-against-rule', facts: { bidder: 'C' } }] })
  })

  test('a draw with strangers, with somebody twice, or with some of the joint bidders only', () => {
    const joint = aTender({ A: ['80', '90000000'], B: ['80', '90000000'], C: ['80', '90000000'] })
    expect(codesOf(rank({ ...joint, lot: ['A', 'B', 'X'] }))).toContain('lot-bidder-unknown')
    expect(codesOf(rank({ ...joint, lot: ['A', 'B', 'C', 'A'] }))).toEqual(['lot-repeated'])
    expect(rank({ ...joint, lot: ['B', 'A'] })).toEqual({
      ok: false,
      reasons: [{ code: 'lot-incomplete', facts: { bidder: 'C' } }],
    })
  })
})

describe('rank', () => {
  test('names the outcome when nobody bid', () => {
    const nobody = ranked({ ...three, bidders: [], marks: [] })
    expect(nobody).toMatchObject({ outcome: 'no-bidder', rows: [], lowest: null, order: [] })
  })

  test('ranks a single bidder first with the full price points', () => {
    const single = ranked(aTender({ A: ['80', '95000000'] }))
    expect(single).toMatchObject({ outcome: 'ranked', lowest: '95000000', order: [['A']] })
    expect(row(single, 'A')).toMatchObject({ price: '10', total: '90', rank: 1, eligible: true })
  })

  test('gives a rank below the pass mark without eligibility, and measures by that price all the same', () => {
    const ranking = ranked(three)
    expect(ranking.lowest).toBe('80000000')
    expect(row(ranking, 'C')).toMatchObject({ rank: 3, eligible: false, reasons: ['below-pass-mark'] })
    expect(ranking.order).toEqual([['A'], ['B']])
  })

  test('does not let a price over the ceiling be eligible or, under another measure, the lowest', () => {
    const over = ranked(withBidder(three, 'A', { amount: '100000001' }))
    expect(row(over, 'A')).toMatchObject({ rank: 1, eligible: false, reasons: ['over-ceiling'], rate: '100' })
    const rule = aRule({}, { ceiling: '81000000' })
    expect(ranked({ ...three, rule })).toMatchObject({ lowest: '80000000', outcome: 'no-eligible-bidder', order: [] })
    const low = ranked({ ...withBidder(three, 'C', { amount: '81000001' }), rule })
    expect(low).toMatchObject({ lowest: null, outcome: 'no-eligible-bidder' })
    expect(row(low, 'A')).toMatchObject({ price: null, total: null, rank: null, rate: '90' })
    expect(row(low, 'A')?.reasons).toEqual(['over-ceiling', 'no-lowest-price'])
  })

  test('leaves who is below the mark of the total its rank, and negotiates with those at it or above', () => {
    // A: 85 + 10 × 90 ÷ 90 = 95; B: 80 + 10 × 90 ÷ 100 = 89; C: 79.9 + 9 = 88.9.
    const bids = { A: ['85', '90000000'], B: ['80', '100000000'], C: ['79.9', '100000000'] } as const
    const tender = (change: Partial<AwardRule>) =>
      aTender({ A: [...bids.A], B: [...bids.B], C: [...bids.C] }, aRule(change))
    const marked = ranked(tender({ totalPassMark: '89.00' }))
    expect(marked.order).toEqual([['A'], ['B']])
    expect(row(marked, 'C')).toMatchObject({ rank: 3, eligible: false, reasons: ['below-total-mark'] })
    expect(row(marked, 'C')?.steps.at(-1)).toEqual({ label: 'total-mark', working: '88.9 < 89', value: 'failed' })
    expect(row(marked, 'B')?.steps.at(-1)).toEqual({ label: 'total-mark', working: '89 ≥ 89', value: 'passed' })
    const unmarked = ranked(tender({}))
    expect(unmarked.order).toEqual([['A'], ['B'], ['C']])
    expect(row(unmarked, 'C')?.steps.at(-1)?.label).toBe('total')
    expect(codesOf(rank(tender({ totalPassMark: '100.1' })))).toEqual(['rule-figure-out-of-range'])
    expect(codesOf(rank(tender({ totalPassMark: '0' })))).toEqual(['rule-figure-out-of-range'])
  })

  test('measures by a price at exactly the ceiling, and by none above', () => {
    const edge = aTender({ A: ['85', '100000001'], B: ['85', '100000000'] })
    expect(ranked(edge).lowest).toBe('100000000')
  })

  test('accepts a price at exactly the ceiling', () => {
    expect(row(ranked(withBidder(three, 'A', { amount: '100000000' })), 'A')).toMatchObject({ eligible: true })
  })

  test.each(['0', '-5', '1e6', '90000000.5', '', '007', '9'.repeat(19), '9'.repeat(1_000_000)])(
    'keeps ranking the others when one bidder sealed a price that is none (%#)',
    (amount) => {
      const ranking = ranked(withBidder(three, 'A', { amount }))
      expect(row(ranking, 'A')).toMatchObject({
        amount: null,
        price: null,
        rate: null,
        technical: '85',
        rank: null,
        eligible: false,
        reasons: ['price-malformed'],
      })
      expect(ranking.order).toEqual([['B']])
      expect(ranking.rows.at(-1)?.bidder).toBe('A')
    },
  )

  test('leaves envelopes that were malformed or not opened without a rank, and never measures by them', () => {
    const price = ranked(withBidder(three, 'C', { price: 'malformed', amount: null }))
    expect(row(price, 'C')).toMatchObject({ rank: null, reasons: ['below-pass-mark', 'price-malformed'] })
    expect(price.lowest).toBe('82000000')

    const unopened = ranked(withBidder(three, 'A', { price: 'unopened', amount: null }))
    expect(row(unopened, 'A')).toMatchObject({ rank: null, eligible: false, reasons: ['price-not-opened'] })

    const marks = three.marks.filter((m) => m.bidder !== 'C')
    const technical = ranked({ ...withBidder(three, 'C', { technical: 'malformed' }), marks })
    expect(row(technical, 'C')).toMatchObject({ rank: null, rate: '80', reasons: ['technical-malformed'] })
    expect(technical.lowest).toBe('82000000')
  })

  test('scores only the opened prices where only qualified ones are opened', () => {
    const rule = aRule({ openPrices: 'qualified' }, { lowestAmong: 'eligible' })
    const ranking = ranked({ ...withBidder(three, 'C', { price: 'unopened', amount: null }), rule })
    expect(ranking).toMatchObject({ lowest: '82000000', order: [['A'], ['B']] })
    expect(row(ranking, 'C')).toMatchObject({ rank: null, reasons: ['below-pass-mark', 'price-not-opened'] })
  })

  test('ranks by technology alone at 100/0', () => {
    const rule = aRule({ weights: { tech: 100, price: 0 }, maximum: '90' })
    const ranking = ranked({ ...three, rule })
    expect(ranking.rows.map((r) => [r.bidder, r.price])).toEqual([
      ['A', '0'],
      ['B', '0'],
      ['C', '0'],
    ])
  })
})

describe('ties', () => {
  // 82 ÷ 90 of 10 points is 9.1111, so 80.8889 and 80 make the same total, 90.
  const equalTotals = aTender({ A: ['80', '82000000'], B: ['80.8889', '90000000'], C: ['77', '90000000'] })
  const joint = aTender({ A: ['80', '90000000'], B: ['80', '90000000'], C: ['85', '90000000'], D: ['77', '90000000'] })

  test('puts the higher technical score first, not the lower price', () => {
    const ranking = ranked(equalTotals)
    expect(ranking.rows.map((r) => [r.bidder, r.total, r.rank])).toEqual([
      ['B', '90', 1],
      ['A', '90', 2],
      ['C', '86.1111', 3],
    ])
    expect(row(ranking, 'A')?.steps.at(-1)).toEqual({ label: 'tie', working: 'tech 80', value: '2' })
    expect(row(ranking, 'C')?.steps.at(-1)?.label).toBe('total')
  })

  test('puts the lower price first where the rule asks for the price', () => {
    const ranking = ranked({ ...equalTotals, rule: aRule({ ties: ['price', 'lot'] }) })
    expect(ranking.rows.map((r) => r.bidder)).toEqual(['A', 'B', 'C'])
    // The same with the names changed about, so that it is not the alphabet that decides.
    const renamed = aTender({ Z: ['80', '82000000'], B: ['80.8889', '90000000'] }, aRule({ ties: ['price', 'lot'] }))
    expect(ranked(renamed).rows.map((r) => [r.bidder, r.rank])).toEqual([
      ['Z', 1],
      ['B', 2],
    ])
    expect(row(ranked(renamed), 'Z')?.steps.at(-1)).toEqual({ label: 'tie', working: 'price 82000000', value: '1' })
  })

  test('stays joint when it reaches the lot, and skips the next rank', () => {
    const ranking = ranked(joint)
    expect(ranking.rows.map((r) => [r.bidder, r.rank, r.tie])).toEqual([
      ['C', 1, undefined],
      ['A', 2, 'lot pending'],
      ['B', 2, 'lot pending'],
      ['D', 4, undefined],
    ])
    expect(ranking.order).toEqual([['C'], ['A', 'B'], ['D']])
    expect(row(ranking, 'A')?.steps.at(-1)?.working).toBe('tech 80; [tech] 80; lot pending')
  })

  test('follows the public draw once it has run, and only among those who were joint', () => {
    const ranking = ranked({ ...joint, lot: ['D', 'B', 'A'] })
    expect(ranking.rows.map((r) => [r.bidder, r.rank, r.tie])).toEqual([
      ['C', 1, undefined],
      ['B', 2, undefined],
      ['A', 3, undefined],
      ['D', 4, undefined],
    ])
    expect(row(ranking, 'B')?.steps.at(-1)?.working).toBe('tech 80; [tech] 80; lot drawn')
  })

  test('follows the draw of three in each of its orders', () => {
    const three = aTender({ A: ['80', '90000000'], B: ['80', '90000000'], C: ['80', '90000000'] })
    for (const lot of ['ABC', 'ACB', 'BAC', 'BCA', 'CAB', 'CBA'].map((ids) => ids.split('')))
      expect(ranked({ ...three, lot }).order).toEqual(lot.map((id) => [id]))
  })

  test('looks at items from the most points down, and at equal ones in the order of the notice', () => {
    const title = { ko: '항목', en: 'Item' }
    const items = ['10', '40', '40'].map((max, n) => ({ id: `i${n}`, title, max, kind: 'qualitative' as const }))
    const marks = Object.entries({ A: ['9', '36', '35'], B: ['10', '35', '35'], C: ['10', '36', '34'] })
    const facts: AwardFacts = {
      ...aTender({ A: ['0', '90000000'], B: ['0', '90000000'], C: ['0', '90000000'] }, aRule({ items })),
      marks: marks.flatMap(([bidder, list]) =>
        list.map((mark, n) => ({ evaluator: 'E1', bidder, item: `i${n}`, mark })),
      ),
    }
    expect(ranked(facts).rows.map((r) => r.bidder)).toEqual(['A', 'C', 'B'])
    expect(row(ranked(facts), 'A')?.steps.at(-1)?.working).toBe('tech 80; [i1] 36; [i2] 35')
  })
})

describe('the order of what is told', () => {
  test('is that of the alphabet, whatever the order of the facts', () => {
    // Nobody has a rank: malformed prices, in the wrong order.
    const shut = (['C', 'A', 'B'] as const).reduce(
      (facts, id) => withBidder(facts, id, { price: 'malformed', amount: null }),
      aTender({ C: ['80', '0'], A: ['80', '0'], B: ['80', '0'] }),
    )
    expect(ranked(shut).rows.map((r) => [r.bidder, r.rank])).toEqual([
      ['A', null],
      ['B', null],
      ['C', null],
    ])
    const low = aTender({ C: ['10', '90000000'], A: ['10', '90000000'], B: ['10', '90000000'] })
    const rule = aRule({ openPrices: 'qualified' }, { lowestAmong: 'eligible' })
    const refused = rank({ ...low, rule })
    expect(refused.ok ? [] : refused.reasons.map((reason) => reason.facts.bidder)).toEqual(['A', 'B', 'C'])
  })

  test('keeps neighbours together that belong together, and only those', () => {
    expect(runs([1, 1, 2, 1], (a, b) => a === b)).toEqual([[1, 1], [2], [1]])
    expect(runs([], () => true)).toEqual([])
    // The last one of a group is what the next one is held against.
    expect(runs([1, 2, 3, 5], (a, b) => b - a === 1)).toEqual([[1, 2, 3], [5]])
  })
})
