// Who may object, who may decide, and what does an objection hold up?
import { describe, expect, test } from 'vitest'
import { STATES } from '../../../src/domain/tenders/lifecycle.ts'
import {
  DECISION,
  OBJECTION,
  objectionsAgainstAward,
  reasonsAgainstDeciding,
  reasonsAgainstObjecting,
  type StandingObjection,
} from '../../../src/domain/tenders/objections.ts'

const codes = (reasons: readonly { code: string }[]) => reasons.map(({ code }) => code)
const WHY = 'The marks leave out two projects.'
const ranked = { state: 'ranked', overseers: ['audit-office'], bidders: ['firm-1', 'firm-2'] } as const
const one = (outcome: StandingObjection['outcome'], org = 'firm-1'): StandingObjection => ({ c: 'c', org, outcome })
const objects = (change: object = {}, said: object = {}) =>
  codes(reasonsAgainstObjecting({ ...ranked, ...change }, { org: 'firm-1', reasons: WHY, standing: [], ...said }))

describe('objecting', () => {
  test('is possible while a ranking stands, and in no other state', () => {
    for (const state of STATES)
      expect([state, objects({ state })]).toEqual([state, state === 'ranked' ? [] : ['wrong-state']])
  })

  test('is for those who bid, where somebody can decide, once at a time', () => {
    expect(objects({ bidders: ['firm-2'] })).toEqual(['not-a-bidder'])
    expect(objects({ overseers: [] })).toEqual(['no-overseer'])
    expect(objects({}, { standing: [one(null)] })).toEqual(['objection-lodged'])
    expect(objects({}, { standing: [one(null, 'firm-2'), one('dismissed')] })).toEqual([])
  })

  test('takes reasons of as many characters as it says, and names every reason against it', () => {
    expect(objects({}, { reasons: 'x'.repeat(OBJECTION.least - 1) })).toEqual(['text-short'])
    expect(objects({}, { reasons: 'x'.repeat(OBJECTION.least) })).toEqual([])
    expect(objects({}, { reasons: 'x'.repeat(OBJECTION.most + 1) })).toEqual(['text-long'])
    expect(objects({ state: 'awarded', overseers: [], bidders: [] }, { reasons: '', standing: [one(null)] })).toEqual([
      'wrong-state',
      'no-overseer',
      'not-a-bidder',
      'objection-lodged',
      'text-short',
    ])
  })
})

test('a decision is made once, while the ranking stands, with reasons', () => {
  const decides = (state: 'ranked' | 'awarded', objection: StandingObjection, reasons = WHY) =>
    codes(reasonsAgainstDeciding(state, { reasons, objection }))
  expect(decides('ranked', one(null))).toEqual([])
  expect(decides('awarded', one('upheld'), 'no')).toEqual(['wrong-state', 'objection-decided', 'text-short'])
  expect(decides('ranked', one(null), 'x'.repeat(DECISION.most + 1))).toEqual(['text-long'])
})

test('an award waits for every decision, and never comes over one that was upheld', () => {
  const against = (...standing: StandingObjection[]) => objectionsAgainstAward(standing)
  expect(against()).toEqual([])
  expect(against(one('dismissed'), one('dismissed', 'firm-2'))).toEqual([])
  expect(against(one(null), one(null, 'firm-2'), one('dismissed'))).toEqual([
    { code: 'objections-open', facts: { count: 2 } },
  ])
  expect(codes(against(one('upheld'), one('dismissed')))).toEqual(['objection-upheld'])
  expect(codes(against(one('upheld'), one(null)))).toEqual(['objections-open', 'objection-upheld'])
})
