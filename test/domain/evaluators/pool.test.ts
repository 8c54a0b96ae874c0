// Who may be drawn, under which number, and in which year does it count?
import { describe, expect, test } from 'vitest'
import {
  type Candidate,
  limitYear,
  memberId,
  PER_YEAR,
  type PoolRule,
  poolOf,
  poolReasons,
  poolRuleReasons,
  unfit,
} from '../../../src/domain/evaluators/pool.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'

const RULE: PoolRule = {
  strata: [
    { field: 'software', seats: 2 },
    { field: 'security', seats: 1 },
  ],
  perYear: PER_YEAR,
}
const somebody = (account: string, more: Partial<Candidate> = {}): Candidate => ({
  account,
  org: 'experts',
  fields: ['software'],
  appointments: 0,
  available: true,
  ...more,
})
const codes = (reasons: { code: string; facts: object }[]) => reasons.map((r) => [r.code, r.facts])

describe('the pool of a notice', () => {
  test('refuses no field, an unknown one, one twice, no seat, too many seats and a limit of none', () => {
    const why = (rule: PoolRule) => poolRuleReasons(rule).map((r) => r.facts.why)
    expect(why({ strata: [], perYear: 1 })).toEqual(['no field'])
    expect(why({ strata: [{ field: 'astrology', seats: 1 }], perYear: 1 })).toEqual(['field astrology'])
    expect(why({ strata: [RULE.strata[0]!, RULE.strata[0]!], perYear: 1 })).toEqual(['a field twice'])
    expect(why({ strata: [{ field: 'software', seats: 0 }], perYear: 1 })).toEqual(['seats'])
    expect(why({ strata: [{ field: 'software', seats: 31 }], perYear: 0 })).toEqual(['seats', 'perYear'])
    expect(why(RULE)).toEqual([])
  })

  test('passes over who left, is of another field, of a party, or has sat as often as the year allows', () => {
    const tender = { parties: new Set(['buyer', 'bidder-1']), perYear: 6 }
    expect(unfit(somebody('a', { available: false }), 'software', tender)).toBe('away')
    expect(unfit(somebody('a'), 'security', tender)).toBe('field')
    expect(unfit(somebody('a', { org: 'buyer' }), 'software', tender)).toBe('organisation')
    expect(unfit(somebody('a', { org: 'bidder-1' }), 'software', tender)).toBe('organisation')
    expect(unfit(somebody('a', { appointments: 6 }), 'software', tender)).toBe('limit')
    expect(unfit(somebody('a', { appointments: 5 }), 'software', tender)).toBeNull()
  })

  test('refuses fewer than two people a seat, in a field or among all together', () => {
    const of = (n: number, field: string) => ({ field, accounts: Array.from({ length: n }, (_, i) => `${field}-${i}`) })
    expect(codes(poolReasons(RULE, [of(3, 'software'), of(2, 'security')]))).toEqual([
      ['pool-too-small', { field: 'software', found: 3, needed: 4 }],
    ])
    const both = { field: 'security', accounts: ['software-0', 'software-1'] }
    expect(codes(poolReasons(RULE, [of(4, 'software'), both]))).toEqual([
      ['pool-too-small', { field: '*', found: 4, needed: 6 }],
    ])
    expect(poolReasons(RULE, [of(4, 'software'), of(2, 'security')])).toEqual([])
  })

  test('holds everybody who is fit in each of their fields, whatever the order in which they came', () => {
    const people = [somebody('c', { fields: ['security', 'software'] }), somebody('a'), somebody('b', { org: 'buyer' })]
    const expected = [
      { field: 'software', accounts: ['a', 'c'] },
      { field: 'security', accounts: ['c'] },
    ]
    expect(poolOf(RULE, people, 'buyer')).toEqual(expected)
    expect(poolOf(RULE, [...people].reverse(), 'buyer')).toEqual(expected)
  })
})

describe('a number in the pool', () => {
  test('is the hash of salt and account: SHA-256 of 32 zero bytes and "p-1"', () => {
    // (head -c 32 /dev/zero; printf p-1) | openssl dgst -sha256 -binary | base64 | tr '+/' '-_'
    expect(memberId(P, new Uint8Array(32), 'p-1')).toBe('BfqYRK1Gv698txgyvqpmy8H6AwPweffIdiyj_W5a68Y')
  })

  test('counts in the year that it is in Korea', () => {
    expect(limitYear(Date.parse('2026-12-31T14:59:59Z'))).toBe(2026)
    expect(limitYear(Date.parse('2026-12-31T15:00:00Z'))).toBe(2027)
  })
})
