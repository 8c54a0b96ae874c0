// Are members of a consortium taken from a bid as they were signed, and only where they hold and the rule asks?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memberReasons, membersOf, writtenMembers } from '../../../src/domain/bids/members.ts'
import { technicalScores } from '../../../src/domain/scoring/quality.ts'
import type { QualityRule } from '../../../src/domain/scoring/rule.ts'

const item = (members?: 'byShare') => ({
  id: 'record',
  title: { ko: '실적', en: 'Record' },
  max: '100',
  kind: 'quantitative' as const,
  ...(members && { members }),
})
const rule = (members?: 'byShare'): QualityRule => ({
  weights: { tech: 100 },
  items: [item(members)],
  maximum: '100',
  tech: { trim: { perEnd: 0, perEnd12plus: 0, mode: 'evaluator' }, dp: 4, passRatio: '0.85' },
})
const written = (...shares: string[]) => shares.map((share, n) => ({ name: `m${n}`, share }))
const codes = (members: Parameters<typeof memberReasons>[0]) => memberReasons(members).map((r) => r.code)

describe('members of a consortium', () => {
  test('are refused one alone, unnamed, twice, without a share, and with shares that are not one together', () => {
    expect(codes(written('1'))).toEqual(['members-too-few', 'member-share-wrong'])
    expect(codes([])).toEqual(['members-too-few'])
    expect(
      codes([
        { name: ' ', share: '0.5' },
        { name: 'b', share: '0.5' },
      ]),
    ).toEqual(['member-unnamed'])
    expect(
      codes([
        { name: 'a', share: '0.5' },
        { name: ' a ', share: '0.5' },
      ]),
    ).toEqual(['member-repeated'])
    expect(
      codes([
        { name: 'a', share: '0' },
        { name: 'b', share: '1' },
      ]),
    ).toEqual(['member-share-wrong', 'member-share-wrong'])
    expect(codes(written('0.5', '0.500001'))).toEqual(['member-shares-not-1'])
    expect(codes(written('0.1', '0.2', '0.7'))).toEqual([])
    expect(codes(Array.from({ length: 21 }, (_, n) => ({ name: `m${n}`, share: '0.04' })))).toEqual([
      'members-too-many',
    ])
    expect(
      codes([
        { name: 'a', number: 7 as never, share: '0.5' },
        { name: 'b', share: '0.5' },
      ]),
    ).toEqual(['member-unnamed'])
  })

  test('of whatever a stranger sealed are members that scoring takes, or none at all', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(writtenMembers({ members: anything })).toBeNull()
        expect(writtenMembers(anything)).toBeNull()
      }),
    )
    const parts = fc.array(fc.integer({ min: 1, max: 999_999 }), { minLength: 1, maxLength: 19 })
    fc.assert(
      fc.property(parts, (drawn) => {
        const sum = drawn.reduce((a, b) => a + b, 0)
        fc.pre(sum < 1_000_000)
        const shares = [...drawn, 1_000_000 - sum].map((n) => `0.${String(n).padStart(6, '0')}`)
        const members = membersOf(rule('byShare'), { members: written(...shares) })
        expect(members?.map((m) => m.share)).toEqual(shares)
        const scored = technicalScores({
          rule: rule('byShare'),
          evaluators: [],
          bidders: [{ id: 'A', technical: 'valid', ...(members && { members }) }],
          marks: [],
          quantitative: (members ?? []).map(({ member }) => ({ bidder: 'A', item: 'record', mark: '90', member })),
        })
        // Everybody has the same record, so whoever has which share, the score is that.
        expect(scored).toMatchObject({ ok: true, value: [{ technical: '90' }] })
      }),
    )
  })

  test('are nobody’s business where the rule puts no records together', () => {
    const body = { members: written('0.6', '0.4') }
    expect(membersOf(rule(), body)).toBeNull()
    expect(membersOf(rule('byShare'), body)).toEqual([
      { member: 'M1', share: '0.6' },
      { member: 'M2', share: '0.4' },
    ])
  })
})
