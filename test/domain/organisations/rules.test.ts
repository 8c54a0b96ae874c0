// Roles of kinds, qualifications with their days, exclusions with their times, and who may go: every refusal, and the edges of time.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PROBLEMS } from '../../../src/api/problems.ts'
import { awardable, awardedAmong, exclusionReasons, holdsAt } from '../../../src/domain/organisations/exclusion.ts'
import {
  APART,
  BODY_IDS,
  firstRoles,
  KIND_IDS,
  KINDS,
  kindOfRole,
  rolesReasons,
} from '../../../src/domain/organisations/kinds.ts'
import { delegationReasons, type Member, mayGo, mayHave } from '../../../src/domain/organisations/membership.ts'
import { type Fact, factReasons, holdsOn, koreanDay } from '../../../src/domain/organisations/profile.ts'
import { ROLES, type Role } from '../../../src/domain/powers.ts'

const codesOf = (reasons: { code: string }[]) => reasons.map((reason) => reason.code)
const DAY = 86_400_000

describe('roles', () => {
  test('of a kind are those of its row, and every role is of some kind', () => {
    for (const kind of KIND_IDS)
      for (const role of ROLES) {
        const own = (KINDS[kind].roles as readonly Role[]).includes(role)
        expect([kind, role, codesOf(rolesReasons(kind, [role]))]).toEqual([kind, role, own ? [] : ['role-not-of-kind']])
      }
    for (const role of ROLES) expect((KINDS[kindOfRole(role)].roles as readonly Role[]).includes(role)).toBe(true)
  })

  test('that are apart are never of one person, in whatever order they come', () => {
    for (const [a, b] of APART) {
      const kind = KIND_IDS.find((id) => [a, b].every((role) => (KINDS[id].roles as readonly Role[]).includes(role)))
      if (kind) {
        expect(codesOf(rolesReasons(kind, [a, b]))).toEqual(['roles-apart'])
        expect(codesOf(mayHave(kind, [b], [a]))).toEqual(['roles-apart'])
      }
    }
  })

  test('that somebody has by registering break no rule', () => {
    for (const kind of KIND_IDS)
      for (const body of kind === 'oversight' ? BODY_IDS : [null])
        expect(rolesReasons(kind, firstRoles(kind, body))).toEqual([])
  })

  test('are given only if there are any, and not twice', () => {
    expect(codesOf(mayHave('agency', [], []))).toEqual(['roles-missing'])
    expect(codesOf(mayHave('agency', ['officer'], ['officer']))).toEqual(['role-had'])
    expect(codesOf(mayHave('agency', ['administrator'], ['officer']))).toEqual([])
  })
})

describe('leaving', () => {
  const member = (account: string, roles: Role[], left = false): Member => ({ account, roles, left })

  test('is for everybody but the last administrator', () => {
    const all = [member('a', ['administrator']), member('b', ['officer']), member('c', ['administrator'], true)]
    expect(codesOf(mayGo(all, 'a'))).toEqual(['last-administrator'])
    expect(mayGo(all, 'b')).toEqual([])
    expect(mayGo([...all, member('d', ['administrator'])], 'a')).toEqual([])
  })

  test('one after the other always leaves an administrator where there was one', () => {
    const members = fc.array(fc.uniqueArray(fc.constantFrom<Role>('administrator', 'officer')), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(members, (roles) => {
        const all = roles.map((of, i) => member(`m${i}`, of))
        const had = all.some((one) => one.roles.includes('administrator'))
        for (const one of all) if (mayGo(all, one.account).length === 0) one.left = true
        expect(all.some((one) => !one.left && one.roles.includes('administrator'))).toBe(had)
      }),
    )
  })
})

describe('delegations', () => {
  test('end after they begin and after now, within a year and a day', () => {
    expect(codesOf(delegationReasons(0, 0, 0))).toEqual(['delegation-invalid'])
    expect(codesOf(delegationReasons(0, 10, 10))).toEqual(['delegation-invalid'])
    expect(delegationReasons(0, 11, 10)).toEqual([])
    expect(delegationReasons(0, 366 * DAY, 0)).toEqual([])
    expect(codesOf(delegationReasons(0, 366 * DAY + 1, 0))).toEqual(['delegation-invalid'])
  })
})

describe('qualifications', () => {
  const size: Fact = { kind: 'size', value: { class: 'small' }, from: '2027-01-01', until: '2027-12-31' }
  const fields = (change: Partial<Fact>) => factReasons({ ...size, ...change }).map((reason) => reason.facts.field)

  test('are refused for what they lack, every member at once', () => {
    expect(fields({})).toEqual([])
    expect(fields({ value: { class: 'tiny', colour: 'red' } })).toEqual(['value/colour', 'value/class'])
    expect(fields({ kind: 'licence', value: {} })).toEqual(['value/code', 'value/name', 'value/number'])
    expect(fields({ kind: 'record', value: { title: 'x', client: 'y', amount: '1.5' } })).toEqual(['value/amount'])
    expect(fields({ kind: 'credit', value: { agency: 'x', grade: 'A' } })).toEqual(['value/grade'])
    expect(fields({ kind: 'region', value: { code: 'KR-99' } })).toEqual(['value/code'])
  })

  test('have days that exist, in their order, and an end where one is needed', () => {
    expect(fields({ from: '2027-02-30' })).toEqual(['from'])
    expect(fields({ until: '2026-12-31' })).toEqual(['until'])
    expect(fields({ until: null })).toEqual(['until'])
    expect(fields({ until: '2029-01-01' })).toEqual(['until'])
    expect(factReasons({ kind: 'region', value: { code: 'KR-11' }, from: '2027-01-01', until: null })).toEqual([])
  })

  test('hold on both of their last days, as Korea counts days', () => {
    for (const [day, holds] of [
      ['2026-12-31', false],
      ['2027-01-01', true],
      ['2027-12-31', true],
      ['2028-01-01', false],
    ] as const)
      expect([day, holdsOn(size, day)]).toEqual([day, holds])
    expect(holdsOn({ from: '2027-01-01', until: null }, '2099-01-01')).toBe(true)
    expect(koreanDay(Date.parse('2027-01-30T14:59:59Z'))).toBe('2027-01-30')
    expect(koreanDay(Date.parse('2027-01-30T15:00:00Z'))).toBe('2027-01-31')
  })
})

describe('exclusions', () => {
  const now = Date.parse('2027-01-01T00:00:00Z')
  const written = {
    from: '2027-01-02T00:00:00Z',
    until: '2027-07-02T00:00:00Z',
    basis: 'art. 27',
    grounds: 'a contract was not fulfilled',
  }
  const fields = (change: object) =>
    exclusionReasons({ ...written, ...change }, now).map((r) => r.facts.field ?? r.code)

  test('have dates, a basis and grounds, two years at most, and end ahead', () => {
    expect(fields({})).toEqual([])
    expect(fields({ from: 'tomorrow', until: 'later', basis: ' ', grounds: 'short' })).toEqual([
      'from',
      'until',
      'basis',
      'statement-missing',
    ])
    expect(fields({ until: written.from })).toEqual(['until'])
    expect(fields({ from: '2020-01-01T00:00:00Z', until: '2026-12-31T00:00:00Z' })).toEqual(['until'])
    expect(fields({ until: '2029-01-03T00:00:01Z' })).toEqual(['until'])
  })

  test('hold from their first moment to the one before their last, and not once they are lifted', () => {
    const period = { from: 10, until: 20, liftedAt: null }
    expect([9, 10, 19, 20].map((at) => holdsAt(period, at))).toEqual([false, true, true, false])
    expect([14, 15].map((at) => holdsAt({ ...period, liftedAt: 15 }, at))).toEqual([true, false])
  })

  test('pass over who is shut out at the award, and nobody else', () => {
    const order = [['a'], ['b', 'c'], ['d']]
    expect(awardable(order, new Set())).toEqual(['a'])
    expect(awardable(order, new Set(['a']))).toEqual(['b', 'c'])
    expect(awardable(order, new Set(['a', 'b']))).toEqual(['c'])
    expect(awardable(order, new Set(['a', 'b', 'c', 'd']))).toEqual([])
    expect(awardable([], new Set(['a']))).toEqual([])
  })

  test('leaves a framework to the first of those who are left, and to nobody while a place among them is shared', () => {
    const order = [['a'], ['b', 'c'], ['d'], ['e']]
    const among = (most: number, ...excluded: string[]) => awardedAmong(order, new Set(excluded), most)
    expect(among(1)).toEqual({ winners: ['a'], joint: false })
    expect(among(2)).toEqual({ winners: ['a'], joint: true })
    expect(among(3)).toEqual({ winners: ['a'], joint: true })
    expect(among(2, 'b')).toEqual({ winners: ['a', 'c'], joint: false })
    expect(among(3, 'a', 'c')).toEqual({ winners: ['b', 'd', 'e'], joint: false })
    expect(among(9, 'b', 'c')).toEqual({ winners: ['a', 'd', 'e'], joint: false })
    expect(among(1, 'a')).toEqual({ winners: [], joint: true })
    expect(awardedAmong([], new Set(), 3)).toEqual({ winners: [], joint: false })
  })
})

test('every refusal of these rules has its words', () => {
  for (const code of [
    'role-not-of-kind',
    'roles-apart',
    'roles-missing',
    'role-had',
    'last-administrator',
    'delegation-invalid',
    'fact-invalid',
    'exclusion-invalid',
    'statement-missing',
    'name-invisible',
    'name-empty',
    'name-too-long',
    'number-malformed',
    'number-check-digit',
  ])
    expect(Object.keys(PROBLEMS)).toContain(code)
})
