// Do the worked examples of awards by price come out to the last decimal, and the official sample answers with them?
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Contest, type ContestRow, decideContest } from '../../../src/domain/scoring/contest.ts'
import type { ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import type { PrelimRule } from '../../../src/domain/scoring/contest-rule.ts'
import { plannedPrice } from '../../../src/domain/scoring/planned-price.ts'

type Vector = {
  shows: string
  facts: ContestFacts
  expect: Partial<Omit<Contest, 'rows'>> & { rows: (Partial<ContestRow> & { bidder: string })[] }
}

const folder = new URL('../../vectors/contest/', import.meta.url)
const files = readdirSync(folder).filter((f) => f.endsWith('.json'))

describe('worked examples by price', () => {
  test('there are all of them', () => expect(files.length).toBeGreaterThanOrEqual(17))

  test.each(files)('%s comes out as written', (file) => {
    const vector = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Vector
    const decided = decideContest(vector.facts)
    if (!decided.ok) throw new Error(JSON.stringify(decided.reasons))
    const { rows, ...rest } = vector.expect
    expect(decided.value).toMatchObject(rest)
    for (const row of rows) expect(decided.value.rows.find((r) => r.bidder === row.bidder)).toMatchObject(row)
  })
})

type Official = {
  base: number
  planned: number
  prices: { no: number; price: number; drawn: boolean; picks: number }[]
}

const official = (no: string): Official =>
  JSON.parse(readFileSync(new URL(`../../vectors/koneps/official-api-prelim-${no}.json`, import.meta.url), 'utf8'))

const pps: PrelimRule = {
  how: 'prelim',
  base: '1',
  mode: 'PPS',
  unit: '100',
  picks: 2,
  draw: 4,
  tie: 'lowestNumber',
  picksOf: 'opened',
  rounding: 'ceil',
}

const drawn = (prices: Official['prices']) => {
  const picks = prices.flatMap((p) => Array.from({ length: p.picks }, () => [p.no]))
  const made = plannedPrice(pps, 0, { prices: prices.map((p) => String(p.price)) }, picks)
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value
}

describe('the official preliminary prices', () => {
  test.each(['R25BK00888538', 'R25BK00811340'])('%s: drawn numbers and planned price come out', (no) => {
    const sample = official(no)
    expect(sample.prices).toHaveLength(15)
    const { slots, amount } = drawn(sample.prices)
    expect([...slots].sort((a, b) => a - b)).toEqual(sample.prices.filter((p) => p.drawn).map((p) => p.no))
    expect(amount).toBe(String(sample.planned))
  })

  test('R25BK00845027: the fourth price, which the sample leaves out, follows, and the planned price with it', () => {
    const sample = official('R25BK00845027')
    const known = sample.prices.filter((p) => p.drawn)
    expect(known.map((p) => p.no)).toEqual([4, 5, 7])
    const fourth = 4 * sample.planned - known.reduce((sum, p) => sum + p.price, 0)
    expect(fourth % 100).toBe(0)
    expect(Math.abs(fourth / sample.base - 1)).toBeLessThanOrEqual(0.02)
    // Numbers 11 to 15 are not printed; one of them was picked once and drawn.
    const rest = [11, 12, 13, 14, 15].map((no) => ({ no, price: fourth, drawn: no === 11, picks: no === 11 ? 1 : 0 }))
    const { slots, amount } = drawn([...sample.prices, ...rest])
    expect(slots).toEqual([4, 5, 7, 11])
    expect(amount).toBe('270648500')
  })
})
