// Do the words of a result say what its codes and its roundings are, in both languages?
import { describe, expect, test } from 'vitest'
import type { AnyRule, ContestRule } from '../../../src/domain/scoring/contest-rule.ts'
import {
  explainStep,
  OUTCOME_WORDS,
  REASON_WORDS,
  reasonWords,
  STEP_WORDS,
  type StepLabel,
} from '../../../src/domain/scoring/words.ts'
import { aContest, anExamination, prelim, table3 } from './a-contest.ts'
import { aRule } from './a-tender.ts'

const rounded = (label: StepLabel, rule: AnyRule) => {
  const { ko, en } = explainStep({ label, working: '', value: '' }, rule).rounded
  return [ko, en]
}
const EXACT = ['', '']
const twoStage = (dp: number): ContestRule => {
  const { items, maximum, tech } = aRule()
  return aContest({ kind: 'TWO_STAGE', quality: { weights: { tech: 100 }, items, maximum, tech: { ...tech, dp } } })
}
const comprehensive: ContestRule = aContest({
  kind: 'COMPREHENSIVE',
  comprehensive: {
    parts: table3.parts,
    partDp: 3,
    pricePoints: 80,
    price: aRule().price,
    priceDp: 5,
    maximum: '100',
    passMark: '0',
  },
  ties: ['ability', 'price', 'lot'],
})

describe('words', () => {
  test('are there in both languages, and an unknown code is shown as it is', () => {
    const tables = [STEP_WORDS, REASON_WORDS, OUTCOME_WORDS]
    for (const words of tables.flatMap((table) => Object.values(table))) {
      expect(words.ko).toMatch(/[가-힣A]/)
      expect(words.en.trim()).not.toBe('')
    }
    expect(reasonWords('constructor')).toEqual({ ko: 'constructor', en: 'constructor' })
    expect(explainStep({ label: 'toString', working: '', value: '' })).toEqual({
      is: { ko: 'toString', en: 'toString' },
      rounded: { ko: '', en: '' },
    })
  })

  test('say nothing of rounding where no rule is at hand', () => {
    expect(explainStep({ label: 'price', working: '', value: '' })).toEqual({
      is: { ko: '가격 점수', en: 'Price score' },
      rounded: { ko: '', en: '' },
    })
  })
})

describe('how a figure was rounded', () => {
  test('is said of each step of a rule by totals', () => {
    const rule = aRule({ dp: 2 })
    const four = ['소수점 다섯째 자리에서 반올림', 'half up, 4 decimals kept']
    expect(rounded('item-mean', rule)).toEqual(four)
    expect(rounded('trimmed-mean', rule)).toEqual(four)
    expect(rounded('groups', rule)).toEqual(four)
    expect(rounded('technical', rule)).toEqual(four)
    expect(rounded('technical', aRule({ tech: { ...rule.tech, dp: 10 } }))).toEqual([
      '소수점 열한째 자리에서 반올림',
      'half up, 10 decimals kept',
    ])
    expect(rounded('price', rule)).toEqual(['소수점 셋째 자리에서 반올림', 'half up, 2 decimals kept'])
    expect(rounded('price', aRule({ dp: 0 }))).toEqual(['소수점 이하 반올림', 'half up to whole units'])
    expect(rounded('price', aRule({ dp: 12 }))[0]).toBe('소수점 13째 자리에서 반올림')
    expect(rounded('rate', rule)).toEqual(['소수점 넷째 자리부터 절사', 'cut, 3 decimals kept'])
    for (const label of ['total', 'pass-mark', 'graded'] as const) expect(rounded(label, rule)).toEqual(EXACT)
    // Blocks that such a rule does not have.
    for (const label of ['planned', 'floor', 'net-cost', 'net-cost-line', 'ratio', 'ability'] as const)
      expect(rounded(label, rule)).toEqual(EXACT)
  })

  test('is said of the technical score only where a specification is scored', () => {
    expect(rounded('technical', twoStage(3))[1]).toBe('half up, 3 decimals kept')
    expect(rounded('technical', aContest())).toEqual(EXACT)
  })

  test('is said of the planned price where its draw rounds, up or cut', () => {
    const drawn = (rounding: 'ceil' | 'trunc', dp = 0) => aContest({ planned: { ...prelim, rounding }, dp })
    expect(rounded('planned', drawn('ceil'))).toEqual(['원 미만 올림', 'rounded up to whole units'])
    expect(rounded('planned', drawn('trunc'))).toEqual(['원 미만 절사', 'cut to whole units'])
    expect(rounded('planned', drawn('ceil', 2))).toEqual(['소수점 셋째 자리에서 올림', 'rounded up, 2 decimals kept'])
    expect(rounded('planned', drawn('trunc', 2))).toEqual(['소수점 셋째 자리부터 절사', 'cut, 2 decimals kept'])
    expect(rounded('planned', aContest())).toEqual(EXACT)
  })

  test('is said of the floor and of the lines of the net cost by the decimals of a price', () => {
    for (const label of ['floor', 'net-cost', 'net-cost-line'] as const) {
      expect(rounded(label, aContest())).toEqual(['원 미만 올림', 'rounded up to whole units'])
      expect(rounded(label, aContest({ dp: 2 }))[1]).toBe('rounded up, 2 decimals kept')
    }
  })

  test('is said of an examination and of parts added up by the figures of either', () => {
    const examined = anExamination({ examination: { ...table3, ratioDp: 6, partDp: 1 } })
    expect(rounded('ratio', examined)[1]).toBe('half up, 6 decimals kept')
    expect(rounded('ability', examined)).toEqual(['소수점 둘째 자리에서 올림', 'rounded up, 1 decimal kept'])
    expect(rounded('price', examined)).toEqual(EXACT)
    expect(rounded('ratio', comprehensive)).toEqual(EXACT)
    expect(rounded('ability', comprehensive)[1]).toBe('rounded up, 3 decimals kept')
    expect(rounded('price', comprehensive)[1]).toBe('half up, 5 decimals kept')
    expect(rounded('ability', aContest())).toEqual(EXACT)
  })
})
