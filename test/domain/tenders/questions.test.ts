// What may be asked and answered, and what does a sealed question open to?
import { describe, expect, test } from 'vitest'
import {
  ANSWER,
  askerOf,
  QUESTION,
  questionStatement,
  readQuestion,
  reasonsAgainstAnswering,
  reasonsAgainstAsking,
  WAITING_AT_MOST,
} from '../../../src/domain/tenders/questions.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u } from '../../../src/proof/bytes.ts'
import { commitment } from '../../../src/proof/leaf.ts'

const NO = 'R26BK00000001'
const TEXT = 'Is a test report to be enclosed?'
const open = { state: 'published', deadline: 1_000 } as const
const codes = (reasons: readonly { code: string }[]) => reasons.map(({ code }) => code)
const asks = (text: string, waiting: readonly string[] = [], now = 999) =>
  codes(reasonsAgainstAsking(open, { text, waiting }, now))

describe('a sealed question', () => {
  const salt = P.random(32)
  const statement = questionStatement(NO, askerOf(P, P.random(32), 'firm-1'), TEXT)

  test('opens to its words and its commitment, by salt and statement', () => {
    expect(readQuestion(P, NO, { statement, salt: b64u(salt) })).toEqual({
      c: commitment(P, salt, statement),
      text: TEXT,
    })
  })

  test('stands for another asker with another salt or another firm', () => {
    const one = P.random(32)
    expect(askerOf(P, one, 'firm-1')).toBe(askerOf(P, one, 'firm-1'))
    expect(
      new Set([askerOf(P, one, 'firm-1'), askerOf(P, one, 'firm-2'), askerOf(P, P.random(32), 'firm-1')]).size,
    ).toBe(3)
  })

  test.each([
    ['of another tender', questionStatement('R26BK00000002', 'A'.repeat(43), TEXT)],
    ['of another type', statement.replace('question/1', 'question/2')],
    ['with a member too many', statement.replace('{', '{"a":1,')],
    ['with a member too few', statement.replace('"lot":"1",', '')],
    ['that is not canonical', statement.replace('","', '", "')],
    ['that is no JSON', 'Is this JSON?'],
    ['whose words are none', statement.replace(JSON.stringify(TEXT), '7')],
  ])('is none %s', (_, other) => {
    expect(readQuestion(P, NO, { statement: other, salt: b64u(salt) })).toBeNull()
  })

  test('is none with a salt that is none', () => {
    for (const other of ['', 'AAAA', '!'.repeat(43)]) expect(readQuestion(P, NO, { statement, salt: other })).toBeNull()
  })
})

describe('asking', () => {
  test('is possible until the last millisecond before the deadline', () => {
    expect(asks(TEXT)).toEqual([])
    expect(asks(TEXT, [], 1_000)).toEqual(['questions-closed'])
    expect(codes(reasonsAgainstAsking({ ...open, state: 'closed' }, { text: TEXT, waiting: [] }, 0))).toEqual([
      'wrong-state',
    ])
  })

  test('takes as many characters as it says, counted as people see them', () => {
    expect(asks('x'.repeat(QUESTION.least - 1))).toEqual(['text-short'])
    expect(asks('x'.repeat(QUESTION.least))).toEqual([])
    expect(asks(`${'\u200b '.repeat(QUESTION.least)}x`)).toEqual(['text-short'])
    expect(asks('😀'.repeat(QUESTION.most))).toEqual([])
    expect(asks('😀'.repeat(QUESTION.most + 1))).toEqual(['text-long'])
  })

  test('ends at so many that wait, and at the same question again', () => {
    const others = Array.from({ length: WAITING_AT_MOST }, (_, i) => `${TEXT} ${i}`)
    expect(asks(TEXT, others.slice(1))).toEqual([])
    expect(asks(TEXT, others)).toEqual(['questions-waiting'])
    expect(asks(TEXT, [TEXT])).toEqual(['question-asked'])
    expect(asks('short', [...others, 'short'], 1_000)).toEqual([
      'questions-closed',
      'text-short',
      'questions-waiting',
      'question-asked',
    ])
  })
})

test('answering is possible as long as asking is, in two characters or more', () => {
  const answers = (answer: string, now = 999) => codes(reasonsAgainstAnswering(open, answer, now))
  expect(answers('네.')).toEqual([])
  expect(answers('.')).toEqual(['text-short'])
  expect(answers('x'.repeat(ANSWER.most + 1))).toEqual(['text-long'])
  expect(answers('네.', 1_000)).toEqual(['questions-closed'])
})
