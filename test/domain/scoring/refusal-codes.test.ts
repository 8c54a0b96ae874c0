// Has every code that the source of the rules names words in both languages?
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { REFUSAL_WORDS } from '../../../src/domain/scoring/refusal-words.ts'

const SCORING = new URL('../../../src/domain/scoring/', import.meta.url)
/** How the rules name a code: in a reason, or as the first word of a function that makes one. */
const NAMED = [
  /code: '([a-z0-9-]+)'/g,
  /\b(?:say|warn|refuseIt|no)\(\s*'([a-z0-9-]+)'/g,
  /'((?:bidder|lot|evaluator|member)-repeated)'/g,
  /'(mark-[a-z-]+)'/g,
]

test('the words of a refusal are there for every code that the rules name, in both languages', () => {
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
