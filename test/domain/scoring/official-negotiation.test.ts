// Does a real result of the national e-procurement system come out of our functions, all six rows, to the last decimal?
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import { aRule, aTender } from './a-tender.ts'

type Official = {
  impliedBudgetKRW: number
  bidders: {
    bidder: string
    rank: number
    amount: number
    ratePct: string
    priceScore: string
    techScore: string
    total: string
  }[]
}

const file = new URL('../../vectors/koneps/official-api-negotiation-R25BK01027145.json', import.meta.url)
const official = JSON.parse(readFileSync(file, 'utf8')) as Official

function ranked(changed: Record<string, string> = {}) {
  const budget = String(official.impliedBudgetKRW)
  const rule = aRule({}, { reference: 'budget', referenceAmount: budget, ceiling: budget })
  const bids = official.bidders.map(
    (b) => [b.bidder, [b.techScore, changed[b.bidder] ?? String(b.amount)]] as [string, [string, string]],
  )
  const answer = rank(aTender(Object.fromEntries(bids), rule))
  if (!answer.ok) throw new Error(JSON.stringify(answer.reasons))
  return answer.value
}

const published = official.bidders.map((b) => ({
  bidder: b.bidder,
  rank: b.rank,
  amount: String(b.amount),
  rate: b.ratePct,
  price: b.priceScore,
  technical: b.techScore,
  total: b.total,
}))

const figures = (changed?: Record<string, string>) =>
  ranked(changed).rows.map(({ bidder, rank, amount, rate, price, technical, total }) => {
    return { bidder, rank, amount, rate, price, technical, total }
  })

describe('the official negotiation result', () => {
  test('has six rows, and all six come out exactly', () => {
    expect(published).toHaveLength(6)
    expect(figures()).toEqual(published)
  })

  test('ranks B5 and B6, who are below the pass mark, without making them eligible', () => {
    const notEligible = ranked().rows.filter((r) => !r.eligible)
    expect(notEligible.map((r) => [r.bidder, r.rank, r.reasons])).toEqual([
      ['B5', 5, ['below-pass-mark']],
      ['B6', 6, ['below-pass-mark']],
    ])
    expect(ranked().order).toEqual([['B1'], ['B2'], ['B3'], ['B4']])
  })

  test('differs in points and total when one price is one won higher, at the edge of a rounding', () => {
    // 960,000,000 ÷ 9.58935 = 100,111,060.7: the won after it is the first that rounds down to 9.5893.
    const b1 = (amount: string) => figures({ B1: amount }).find((r) => r.bidder === 'B1')
    expect(b1('100111060')).toMatchObject({ price: '9.5894', total: '91.0894' })
    expect(b1('100111061')).toMatchObject({ price: '9.5893', total: '91.0893' })
  })

  test('differs for the others when the lowest price, of a bidder who is not eligible, is one won higher', () => {
    // 9.59995 × 10,000,000 = 95,999,500: from there on B3 and B4 have 9.6, one won below 9.5999.
    const pointsOf = (lowest: string) => figures({ B5: lowest }).map((r) => `${r.bidder} ${r.price}`)
    expect(pointsOf('95999500')).toContain('B3 9.6')
    expect(pointsOf('95999499')).toContain('B3 9.5999')
    expect(pointsOf('95999499')).toContain('B4 9.5999')
  })

  test('cuts the rate instead of rounding it: one won below 89.09 % is 89.089 %', () => {
    const rateOf = (amount: string) => figures({ B2: amount }).find((r) => r.bidder === 'B2')?.rate
    expect(rateOf('97999000')).toBe('89.09')
    expect(rateOf('97998999')).toBe('89.089')
  })

  test('shows the working of every figure', () => {
    const b2 = ranked().rows.find((r) => r.bidder === 'B2')
    expect(b2?.steps.find((s) => s.label === 'price')).toEqual({
      label: 'price',
      working: '10 × 96,000,000 ÷ 98,000,000 = 9.795918…',
      value: '9.7959',
    })
    expect(b2?.steps.find((s) => s.label === 'total')?.working).toBe('80.3 + 9.7959 = 90.0959')
    expect(b2?.steps.find((s) => s.label === 'rate')?.working).toBe('98,000,000 ÷ 110,000,000 × 100 = 89.09090…')
  })
})
