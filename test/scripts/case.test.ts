// Do the marks of a play add up to the case's scores, and is a case that cannot be played refused before it begins?
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BadCase, type Case, expectedOf, marksFor, ninetyTen, readCase } from '../../scripts/case.ts'
import { findTender } from '../../scripts/demo-result.ts'
import { technicalScores } from '../../src/domain/scoring/quality.ts'
import { checkRule } from '../../src/domain/scoring/rule-check.ts'
import { tempDir } from '../support/processes.ts'

const dir = tempDir('case')
const official = readCase()
const fileOf = (value: unknown): string => {
  const file = join(dir, `${Math.random().toString(36).slice(2)}.json`)
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  return file
}
const withFirst = (change: object): object => ({
  ...official,
  bidders: official.bidders.map((b, i) => (i === 0 ? { ...b, ...change } : b)),
})

describe('a case file', () => {
  test.each<[string, unknown]>([
    ['nothing', ''],
    ['half a file', '{"noticeNo": "R25'],
    ['null', 'null'],
    ['a list', []],
    ['no notice number', { ...official, noticeNo: undefined }],
    ['a notice number that is a page', { ...official, noticeNo: '<b>' }],
    ['no budget', { ...official, impliedBudgetKRW: null }],
    ['a budget with decimals', { ...official, impliedBudgetKRW: 1.5 }],
    ['bidders that are no list', { ...official, bidders: { length: 2 } }],
    ['nobody', { ...official, bidders: [null, null] }],
    ['one bidder', { ...official, bidders: official.bidders.slice(0, 1) }],
    ['a bidder twice', { ...official, bidders: [official.bidders[0], { ...official.bidders[0], bidder: 'b1' }] }],
    ['a bidder without a name', withFirst({ bidder: '' })],
    ['a price as text', withFirst({ amount: '98000000' })],
    ['a price of nothing', withFirst({ amount: 0 })],
    ['a score as a number', withFirst({ techScore: 81.5 })],
    ['a score that no committee could give', withFirst({ techScore: '90' })],
    ['a score too low to spread', withFirst({ techScore: '0' })],
  ])('is refused when it is %s, with one line of words', (_, value) => {
    const read = () => readCase(fileOf(value))
    expect(read).toThrow(BadCase)
    expect(read).toThrow(/^[^\n]{10,200}$/)
  })

  test('is refused when it is not there', () => {
    expect(() => readCase(join(dir, 'not-there.json'))).toThrow(BadCase)
  })

  test('is expected to end with the official figures under the official number, else with its own', () => {
    const other = readCase(fileOf(withFirst({ amount: 1 })))
    expect(expectedOf(other)).toEqual(official)
    const own = { ...other, noticeNo: 'OTHER-1' }
    expect(expectedOf(own)).toBe(own)
  })
})

describe('the marks of a play', () => {
  const rule = ninetyTen('110000000')
  const evaluators = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7']

  test('fit a rule that can be published', () => {
    expect(checkRule(rule, evaluators.length)).toMatchObject({ ok: true })
  })

  test('give exactly the technical score that was asked for, by a committee of whom no two agree', () => {
    // Tenths of a thousandth, from what is left after the officer's part to where the highest offset still fits.
    const tech = fc
      .integer({ min: 130_000, max: 845_000 })
      .map((n) => `${Math.floor(n / 10_000)}.${String(n % 10_000).padStart(4, '0')}`)
    fc.assert(
      fc.property(tech, fc.nat(50), (target, place) => {
        const made = marksFor(rule, target, place)
        const marks = made.evaluators.flatMap((sheet, i) =>
          sheet.map((m) => ({ ...m, evaluator: evaluators[i] as string, bidder: 'A', comment: '' })),
        )
        const quantitative = made.quantitative.map((m) => ({ ...m, bidder: 'A' }))
        const bidders = [{ id: 'A', technical: 'valid' as const }]
        const scores = technicalScores({ rule, evaluators, bidders, marks, quantitative })
        expect(scores).toMatchObject({ ok: true })
        expect(Number(scores.ok && scores.value[0]?.raw)).toBe(Number(target))
        const totals = made.evaluators.map((sheet) =>
          sheet.reduce((sum, m) => sum + Math.round(Number(m.mark) * 10_000), 0),
        )
        expect(new Set(totals).size).toBe(7)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the comparison with the case', () => {
  const rows = official.bidders.map((b) => ({
    bidder: b.bidder.toLowerCase(),
    amount: String(b.amount),
    technical: b.techScore,
    price: b.priceScore,
    total: b.total,
    rank: b.rank,
    eligible: b.rank <= 4,
  }))
  const compare = (changed: object[], expected: Case = official) =>
    findTender({ ranking: { rows: changed } }, official, expected).differences

  test('finds nothing where everything is equal', () => {
    expect(compare(rows)).toEqual([])
  })

  test.each(['amount', 'technical', 'price', 'total', 'rank', 'eligible'])('names a difference in %s', (name) => {
    const changed = rows.map((row, i) => (i === 2 ? { ...row, [name]: name === 'eligible' ? false : '1' } : row))
    expect(compare(changed)).toEqual([expect.stringMatching(new RegExp(`^B3 ${name}: (1|false) here`))])
  })

  test('names a bidder that is missing, one too many, and a tender without a ranking', () => {
    expect(compare(rows.slice(1)).some((d) => d.includes('5 bidders here, 6 there'))).toBe(true)
    expect(compare([...rows, { ...rows[0], bidder: 'b7' }])).toEqual(['7 bidders here, 6 there'])
    expect(findTender({ ranking: null }, official, official).differences.length).toBeGreaterThan(6)
  })
})
