// Is a step shown in the reader's words? Titles in the place of ids, and no planned price where none is made.
import { describe, expect, test } from 'vitest'
import { decideContest } from '../../../src/domain/scoring/contest.ts'
import { technicalScores } from '../../../src/domain/scoring/quality.ts'
import type { AwardRule } from '../../../src/domain/scoring/rule.ts'
import { shownStep } from '../../../src/domain/scoring/shown-step.ts'
import { aContest, anExamination, bidding } from './a-contest.ts'
import { aRule } from './a-tender.ts'

const named = (ko: string, en: string) => ({ ko, en })
const base = aRule()
const rule: AwardRule = {
  ...base,
  items: [
    { id: 'plan', title: named('계획', 'Plan'), max: '80', kind: 'qualitative' },
    { id: 'credit', title: named('신용', 'Credit'), max: '5', kind: 'quantitative', members: 'byShare' },
    { id: 'record', title: named('실적', 'Record'), max: '5', kind: 'quantitative' },
  ],
  tech: {
    ...base.tech,
    groups: [
      { id: 'common', title: named('공통', 'Common'), share: '0.6', evaluators: ['E1'] },
      { id: 'specialist', title: named('전문', 'Specialist'), share: '0.4', evaluators: ['E2'] },
    ],
  },
}

/** What is shown of a consortium's working, label by label. */
function shownOf(mode: 'evaluator' | 'item', lang: 'ko' | 'en'): string[] {
  const own = { ...rule, tech: { ...rule.tech, trim: { ...rule.tech.trim, mode } } }
  const made = technicalScores({
    rule: own,
    evaluators: ['E1', 'E2'],
    bidders: [
      {
        id: 'A',
        technical: 'valid',
        members: [
          { member: 'M1', share: '0.6' },
          { member: 'M2', share: '0.4' },
        ],
      },
    ],
    marks: [
      { evaluator: 'E1', bidder: 'A', item: 'plan', mark: '70' },
      { evaluator: 'E2', bidder: 'A', item: 'plan', mark: '75' },
    ],
    quantitative: [
      { bidder: 'A', item: 'credit', mark: '5', member: 'M1' },
      { bidder: 'A', item: 'credit', mark: '4', member: 'M2' },
      { bidder: 'A', item: 'record', mark: '3' },
    ],
  })
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return (made.value[0]?.steps ?? []).map((step) => shownStep(step, own, lang).working)
}

describe('a working', () => {
  test('calls groups, items and records by their titles', () => {
    expect(shownOf('evaluator', 'ko').slice(0, 7)).toEqual([
      '공통: E1 70',
      '공통: (70) ÷ 1 = 70',
      '전문: E2 75',
      '전문: (75) ÷ 1 = 75',
      '0.6 × 70 + 0.4 × 75 = 72',
      '신용: M1, M2: 0.6 × 5 + 0.4 × 4 = 4.6',
      '신용 4.6 + 실적 3',
    ])
  })

  test('names the item after its group where marks are left out item by item', () => {
    expect(shownOf('item', 'en').slice(0, 3)).toEqual([
      'Common: Plan: E1 70',
      'Common: Plan: (70) ÷ 1 = 70',
      'Common: 70',
    ])
  })

  test('says between equal bidders in words what was looked at, and how the lot stands', () => {
    const shown = (working: string, lang: 'ko' | 'en') =>
      shownStep({ label: 'tie', working, value: '1' }, rule, lang).working
    expect(shown('tech 65; [plan] 17.5; [record] 3; lot pending', 'ko')).toBe(
      '기술 65; 계획 17.5; 실적 3; 공개 추첨 전',
    )
    expect(shown('ability 19.99; price 8860000; lot drawn', 'ko')).toBe(
      '심사 점수 19.99; 가격 8,860,000; 공개 추첨으로 정함',
    )
    expect(shown('tech 65; [plan] 17; lot pending', 'en')).toBe(
      'technology 65; Plan 17; the public lot is still to be drawn',
    )
    expect(shown('lot drawn', 'en')).toBe('settled by the public lot')
    // What is not a word alone, or a word and a figure, is shown as it is.
    for (const other of [
      '[gone] 17; constructor 1; something else',
      '1 tech',
      'tech 5 more',
      'x[plan] 1',
      '[plan] 1 or 2',
    ])
      expect(shown(other, 'en')).toBe(other)
  })

  test('groups the figures of amounts for reading, and those alone', () => {
    const shown = (label: string, working: string, value: string) => {
      const made = shownStep({ label, working, value }, undefined, 'en')
      return [made.working, made.value]
    }
    expect(shown('floor', '(542,603,425 − 34,250,535) × 0.89745 + 34,250,535 = 490471836.13…', '490471837')).toEqual([
      '(542,603,425 − 34,250,535) × 0.89745 + 34,250,535 = 490,471,836.13…',
      '490,471,837',
    ])
    expect(shown('planned', '(1,000.25 + 2,000) ÷ 2 = 1500.125', '1500.13')).toEqual([
      '(1,000.25 + 2,000) ÷ 2 = 1,500.125',
      '1,500.13',
    ])
    expect(shown('ratio', '1234 ÷ 5678 → 0.2173', '0.2173')).toEqual(['1234 ÷ 5678 → 0.2173', '0.2173'])
  })

  test('is as it was published where no rule is at hand, and where nothing in it has a title', () => {
    const step = { label: 'quantitative', working: 'credit 4.6 + gone 1', value: '5.6' }
    expect(shownStep(step, undefined, 'en').working).toBe('credit 4.6 + gone 1')
    expect(shownStep(step, rule, 'en').working).toBe('Credit 4.6 + gone 1')
    expect(shownStep({ label: 'tie', working: 'credit: A', value: '' }, rule, 'en').working).toBe('credit: A')
    expect(shownStep({ label: 'item-mean', working: 'gone: 4', value: '4' }, rule, 'en').working).toBe('gone: 4')
    // An id is a whole word: what only begins like one has no title, nor has what stands in another step.
    const shown = (label: string, working: string) => shownStep({ label, working, value: '' }, rule, 'en').working
    expect(shown('quantitative', 'creditor 1 + credit 2')).toBe('creditor 1 + Credit 2')
    expect(shown('item-mean', 'common: planned: 4')).toBe('Common: planned: 4')
    expect(shown('item-mean', 'common: plan: 4')).toBe('Common: Plan: 4')
    expect(shown('total', 'common: 3')).toBe('common: 3')
  })

  test('calls what the officer examined by the titles of its parts', () => {
    const step = { label: 'ability', working: 'ability 19.5', value: '19.5' }
    expect(shownStep(step, anExamination(), 'ko')).toMatchObject({
      is: '이행능력 등 심사 점수',
      working: '이행능력 19.5',
    })
  })
})

test('a budget that stands in the place of a planned price is called so', () => {
  const own = aContest({ planned: { how: 'none', budget: '50000000' } })
  const made = decideContest(bidding({ A: '45000000' }, own))
  if (!made.ok) throw new Error('refused')
  const [step] = made.value.steps
  if (!step) throw new Error('no step')
  expect(shownStep(step, own, 'en')).toEqual({
    is: 'Budget, in place of a planned price',
    value: '',
    working: '50,000,000',
    rounded: '',
  })
  expect(shownStep(step, own, 'ko').is).toBe('예정가격 대신 예산')
  const single = decideContest(bidding({ A: '45000000' }))
  const planned = single.ok ? single.value.steps[0] : undefined
  expect(planned && shownStep(planned, aContest(), 'en')).toMatchObject({ is: 'Planned price', value: '100,000,000' })
})

test('a value is left out where the working says it already, and a budget is one in its own step alone', () => {
  const value = (label: string) => shownStep({ label, working: '', value: '5' }, undefined, 'en').value
  for (const label of ['item-marks', 'evaluator-totals', 'pass-mark', 'total-mark', 'limits', 'picks', 'drawn'])
    expect([label, value(label)]).toEqual([label, ''])
  for (const label of ['technical', 'price', 'total', 'planned']) expect([label, value(label)]).toEqual([label, '5'])
  const own = aContest({ planned: { how: 'none', budget: '50000000' } })
  expect(shownStep({ label: 'total', working: 'budget 5', value: '5' }, own, 'en')).toMatchObject({
    is: 'Total',
    value: '5',
    working: 'budget 5',
  })
  expect(shownStep({ label: 'planned', working: 'the budget 5', value: '5' }, own, 'en').working).toBe('the budget 5')
})
