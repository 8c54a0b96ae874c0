// Has every reason against a rule or its facts words in both languages, filled with what it is about?
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { REFUSAL_WORDS, refusalWords } from '../../../src/domain/scoring/refusal-words.ts'

const SCORING = new URL('../../../src/domain/scoring/', import.meta.url)
/** How the rules name a code: in a reason, or as the first word of a function that makes one. */
const NAMED = [
  /code: '([a-z0-9-]+)'/g,
  /\b(?:say|warn|refuseIt|no)\(\s*'([a-z0-9-]+)'/g,
  /'((?:bidder|lot|evaluator|member)-repeated)'/g,
  /'(mark-[a-z-]+)'/g,
]

describe('the words of a refusal', () => {
  test('are there for every code that the rules name, in both languages', () => {
    const files = readdirSync(SCORING).filter((name) => name.endsWith('.ts') && !/words|auction/.test(name))
    const sources = [
      ...files.map((name) => readFileSync(new URL(name, SCORING), 'utf8')),
      readFileSync(new URL('../kit/money.ts', SCORING), 'utf8'),
    ].join('\n')
    const codes = new Set(NAMED.flatMap((pattern) => [...sources.matchAll(pattern)].map((found) => found[1] ?? '')))
    expect(codes.size).toBeGreaterThan(100)
    expect([...codes].filter((code) => !Object.hasOwn(REFUSAL_WORDS, code))).toEqual([])
    // And none is explained that nothing says.
    expect(Object.keys(REFUSAL_WORDS).filter((code) => !codes.has(code))).toEqual([])
    for (const [code, { ko, en }] of Object.entries(REFUSAL_WORDS)) {
      expect([code, ko]).toEqual([code, expect.stringMatching(/[가-힣]/)])
      expect([code, en]).toEqual([code, expect.not.stringMatching(/[가-힣]/)])
      // Both say the same facts.
      const named = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
      expect([code, named(ko)]).toEqual([code, named(en)])
    }
  })

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
