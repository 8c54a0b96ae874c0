// Who may decide a proposal? Another person, of those whom the row of the act names, in time, once.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PROBLEMS } from '../../src/api/problems.ts'
import {
  type Caller,
  isSecond,
  POWERS,
  powerRow,
  ROLES,
  type Role,
  type TwoPersonAct,
} from '../../src/domain/powers.ts'
import { mayDecide, mayWithdraw, PROPOSAL_STATES, type Proposed, stateNow } from '../../src/domain/second-person.ts'

const NOW = 1_000_000
const acts = (Object.keys(POWERS) as TwoPersonAct[]).filter((act) => powerRow(act).second)
const person = (account: string, role: Role, org = 'agency-a'): Caller => ({ account, org, roles: [role] })
const proposal = (change: Partial<Proposed> = {}): Proposed => ({
  act: 'tender.award',
  org: 'agency-a',
  proposedBy: 'officer-1',
  expiresAt: NOW + 1,
  state: 'open',
  ...change,
})
const codes = (change: Partial<Proposed>, caller: Caller, now = NOW) =>
  mayDecide(proposal(change), caller, now).map((reason) => reason.code)

describe('deciding a proposal', () => {
  test('is for an approver of the same agency, and for nobody else whatever the role', () => {
    for (const role of ROLES) {
      expect([role, codes({}, person('x', role))]).toEqual([role, role === 'approver' ? [] : ['forbidden']])
      expect([role, codes({}, person('x', role, 'agency-b'))]).toEqual([role, ['forbidden']])
    }
    expect(codes({}, null)).toEqual(['forbidden'])
  })

  test('AUT-8 is never for the person who proposed it, even with the role of an approver', () => {
    expect(codes({}, person('officer-1', 'approver'))).toEqual(['second-person-same'])
    expect(codes({}, { account: 'officer-1', org: 'agency-a', roles: ROLES })).toEqual(['second-person-same'])
  })

  test('is not for a member of an organisation that is not verified or is suspended', () => {
    for (const standing of ['pending', 'suspended'] as const)
      expect(codes({}, { account: 'x', org: 'agency-a', roles: ['approver'], standing })).toEqual(['forbidden'])
  })

  test('is possible until the last millisecond before the end, and once', () => {
    const approver = person('approver-1', 'approver')
    expect(codes({ expiresAt: NOW + 1 }, approver)).toEqual([])
    expect(codes({ expiresAt: NOW }, approver)).toEqual(['proposal-expired'])
    for (const state of PROPOSAL_STATES.filter((one) => one !== 'open'))
      expect(codes({ state }, approver)).toEqual([state === 'expired' ? 'proposal-expired' : 'proposal-decided'])
  })

  test('is refused with every reason at once', () => {
    expect(codes({ expiresAt: NOW }, person('officer-1', 'officer'))).toEqual([
      'proposal-expired',
      'forbidden',
      'second-person-same',
    ])
  })

  test('taking it back is for who proposed it alone', () => {
    const may = (caller: Caller, change = {}) => mayWithdraw(proposal(change), caller, NOW).map(({ code }) => code)
    expect(may(person('officer-1', 'officer'))).toEqual([])
    expect(may(person('approver-1', 'approver'))).toEqual(['forbidden'])
    expect(may(null)).toEqual(['forbidden'])
    expect(may(person('officer-1', 'officer'), { state: 'approved' })).toEqual(['proposal-decided'])
  })

  test('no state of the world lets one person alone do an act that needs two', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...acts),
        fc.constantFrom('agency-a', 'agency-b'),
        fc.uniqueArray(fc.constantFrom(...ROLES)),
        fc.constantFrom(...PROPOSAL_STATES),
        fc.integer({ min: NOW - 5, max: NOW + 5 }),
        (act, org, roles, state, expiresAt) => {
          const caller = { account: 'p', org, roles }
          expect(mayDecide(proposal({ act, state, expiresAt, proposedBy: 'p' }), caller, NOW)).not.toEqual([])
        },
      ),
    )
  })

  test('every reason has its words', () => {
    for (const code of [
      'proposal-decided',
      'proposal-expired',
      'second-person-same',
      'second-person-needed',
      'forbidden',
    ])
      expect(Object.keys(PROBLEMS)).toContain(code)
  })

  test('the state told is expired from the end on, and what was decided stays so', () => {
    expect(stateNow({ state: 'open', expiresAt: NOW + 1 }, NOW)).toBe('open')
    expect(stateNow({ state: 'open', expiresAt: NOW }, NOW)).toBe('expired')
    expect(stateNow({ state: 'approved', expiresAt: NOW }, NOW)).toBe('approved')
  })
})

describe('the rows that need a second person', () => {
  test('award and deadline are among them, and somebody can approve each', () => {
    expect(acts).toEqual(expect.arrayContaining(['tender.award', 'tender.extend']))
    for (const act of acts) {
      const approvers = ROLES.filter((role) => isSecond(person('x', role), act, 'agency-a'))
      expect([act, approvers.length > 0]).toEqual([act, true])
    }
  })
})
