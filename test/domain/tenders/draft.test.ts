// When is a draft fit to be published? Each thing that is wrong with it alone, and all at once.
import { describe, expect, test } from 'vitest'
import { ninetyTen } from '../../../scripts/case.ts'
import { checkDraft, type DraftFacts } from '../../../src/domain/tenders/draft.ts'

const NOW = Date.parse('2027-01-10T00:00:00Z')
const RULE = ninetyTen('100000000')
const GOOD: DraftFacts = {
  notice: { method: 'negotiation-national-90-10', minBids: 2, budget: { amount: '100000000', currency: 'KRW' } },
  rule: RULE,
  deadline: '2027-01-15T01:00:00Z',
  openAfter: '2027-01-15T02:00:00Z',
  evaluators: ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7'],
}
const said = (change: Partial<DraftFacts>, now = NOW) =>
  checkDraft({ ...GOOD, ...change }, now).map(({ code, at }) => `${code} ${at}`)

describe('a draft', () => {
  test('is refused for a deadline that has passed, and for one that is this very moment', () => {
    const deadline = Date.parse(GOOD.deadline)
    expect(said({}, deadline)).toEqual(['deadline-in-the-past /deadline'])
    expect(said({}, deadline + 1)).toEqual(['deadline-in-the-past /deadline'])
    expect(said({}, deadline - 1)).toEqual([])
  })

  test('is refused for an opening before the deadline, and for times that are none', () => {
    expect(said({ openAfter: '2027-01-15T00:59:59Z' })).toEqual(['draft-incomplete /openAfter'])
    expect(said({ openAfter: GOOD.deadline })).toEqual([])
    expect(said({ deadline: '2027-02-30T01:00:00Z' })).toEqual(['draft-incomplete /deadline'])
    expect(said({ deadline: 'soon', openAfter: 'later' })).toEqual([
      'draft-incomplete /deadline',
      'draft-incomplete /openAfter',
    ])
  })

  test('is refused for a method that is none, even one with the name of an object’s own member', () => {
    for (const method of ['lottery', '', 'constructor', '__proto__', 'toString'])
      expect(said({ notice: { ...GOOD.notice, method } })).toEqual(['draft-incomplete /notice/method'])
  })

  test('is refused for two currencies, and for an evaluator who sits twice', () => {
    expect(said({ notice: { ...GOOD.notice, budget: { amount: '1', currency: 'USD' } } })).toEqual([
      'draft-incomplete /rule/currency',
    ])
    expect(said({ evaluators: ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e1'] })).toEqual(['draft-incomplete /evaluators'])
  })

  test('is refused for a rule that does not hold, with the place in the rule', () => {
    const reasons = checkDraft({ ...GOOD, rule: { ...RULE, weights: { tech: 90, price: 20 } } }, NOW)
    expect(reasons.length).toBeGreaterThan(0)
    for (const reason of reasons) {
      expect(reason.code).toBe('rule-invalid')
      expect(reason.at).toMatch(/^\/rule\//)
      expect(String(reason.facts.why)).not.toBe('')
    }
  })

  test('is refused with every reason at once', () => {
    const bad = said({
      deadline: '2020-01-01T00:00:00Z',
      openAfter: '2019-01-01T00:00:00Z',
      notice: { ...GOOD.notice, method: 'x' },
      evaluators: ['a', 'a'],
    })
    for (const place of ['/openAfter', '/deadline', '/notice/method', '/evaluators'])
      expect(bad.join('\n')).toContain(place)
  })

  test('is fit when nothing is against it', () => {
    expect(said({})).toEqual([])
  })
})
