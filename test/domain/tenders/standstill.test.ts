// When is a standstill over? Counted from the last entry that published a ranking, to the second, and from nothing else.
import { describe, expect, test } from 'vitest'
import { amendedBy, type Notice } from '../../../src/domain/record/payloads.ts'
import { rankedAt, STANDSTILL, standstillEnd, standstillReasons } from '../../../src/domain/tenders/standstill.ts'

const at = (typ: string, time: string) => ({ typ, at: `2026-03-${time}:00Z` })
const RANKED = at('evaluation.result/1', '10T05:00')

describe('the end of a standstill', () => {
  test.each<[string, number, { typ: string; at: string }[], string | null]>([
    ['the ranking', 240, [RANKED], '2026-03-20T05:00:00Z'],
    ['the ranking, whatever comes after it', 1, [RANKED, at('complaint/1', '10T05:30')], '2026-03-10T06:00:00Z'],
    [
      'the last examination',
      120,
      [
        RANKED,
        at('examination/1', '11T05:00'),
        at('examination.result/1', '11T05:00'),
        at('examination/1', '12T07:00'),
        at('examination.result/1', '12T07:00'),
      ],
      '2026-03-17T07:00:00Z',
    ],
    [
      'the lot that settles a joint rank',
      24,
      [RANKED, at('draw.notice/1', '10T05:00'), at('draw.result/1', '10T05:01')],
      '2026-03-11T05:01:00Z',
    ],
    [
      'the lot after an examination',
      24,
      [RANKED, at('examination.result/1', '12T07:00'), at('draw.result/1', '12T07:01')],
      '2026-03-13T07:01:00Z',
    ],
    [
      'the ranking and not the evaluators’ draw before it',
      24,
      [at('draw.result/1', '09T05:00'), RANKED, at('exclusion/1', '10T09:00')],
      '2026-03-11T05:00:00Z',
    ],
    ['nothing where there is no ranking', 24, [at('tender.closed/1', '10T05:00')], null],
    ['nothing where none is promised', 0, [RANKED], null],
    ['a leap day', 24, [{ typ: 'evaluation.result/1', at: '2028-02-28T23:59:59Z' }], '2028-02-29T23:59:59Z'],
    ['the longest', 1440, [RANKED], '2026-05-09T05:00:00Z'],
  ])('is counted from %s', (_, hours, entries, end) => {
    expect(standstillEnd(hours, rankedAt(entries))).toBe(end)
  })

  test('is none for a time that is none, or later than records write', () => {
    expect(standstillEnd(undefined, RANKED.at)).toBeNull()
    for (const wrong of ['soon', '2026-02-30T00:00:00Z', '9999-12-31T23:00:00Z'])
      expect(standstillEnd(1, wrong)).toBeNull()
    expect(standstillEnd(1, '9999-12-31T22:59:59Z')).toBe('9999-12-31T23:59:59Z')
  })
})

test('an amendment of the rule changes nothing of it', () => {
  const budget = { amount: '1', currency: 'KRW' }
  const said = { agency: { id: 'a' }, budget, method: 'one', minBids: 2, standstillHours: 240 }
  const notice = { notice: said, rule: {}, ruleHash: '' } as unknown as Notice
  const change = { rule: { kind: 'x' }, ruleHash: 'h', oldRuleHash: '', method: 'two', budget }
  expect(amendedBy(notice, { change }).notice).toEqual({ ...said, method: 'two' })
})

test('a draft promises a whole number of hours, sixty days at most, or nothing', () => {
  for (const good of [undefined, 0, 1, 240, STANDSTILL.most]) expect(standstillReasons(good)).toEqual([])
  for (const wrong of [-1, 1.5, STANDSTILL.most + 1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(standstillReasons(wrong).map(({ code, at: place }) => `${code} ${place}`)).toEqual([
      'draft-incomplete /notice/standstillHours',
    ])
})
