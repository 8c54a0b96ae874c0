// Does a reason against a rule or its facts say what it is about, in both languages?
import { describe, expect, test } from 'vitest'
import { refusalWords } from '../../../src/domain/scoring/refusal-words.ts'

describe('the words of a refusal', () => {
  test('say what it is about, and a code that is not known as it is', () => {
    const facts = { bidder: 'A', item: 'plan', mark: '31', max: '30' }
    expect(refusalWords({ code: 'mark-over-maximum', facts })).toEqual({
      ko: 'A의 항목 plan: 점수 31점이 배점 30점을 넘습니다.',
      en: 'Item plan of A: the mark 31 is over the maximum of 30.',
    })
    expect(refusalWords({ code: 'mark-missing', facts: { bidder: 'A', item: 'record' } }).en).toBe(
      'Item record of A: a mark is missing.',
    )
    expect(refusalWords({ code: 'toString', facts: {} })).toEqual({ ko: 'toString', en: 'toString' })
  })
})
