// Who may do what? The table against what is expected of it, role by role, and whatever has no row is refused.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ENDPOINTS } from '../../src/api/endpoints.ts'
import { type Caller, lacksPower, POWERS, type Power, ROLES, type Role, relates } from '../../src/domain/powers.ts'

const powers = Object.keys(POWERS) as Power[]
const caller = (roles: readonly Role[], org = 'org-a'): Caller => ({ account: 'a-1', org, roles })

/** Written out: which roles hold a power; `everybody` without signing in, `anybody` who is signed in. */
const HOLDERS: Record<Power, Role[] | 'everybody' | 'anybody'> = {
  'read.public': 'everybody',
  'session.start': 'everybody',
  'session.self': 'anybody',
  'session.secure': 'anybody',
  'outbox.read': ['operator'],
  'key.enrol': 'anybody',
  'key.revoke': 'anybody',
  'data.own': 'anybody',
  'data.read': ['operator'],
  'readings.review': ['operator'],
  'organisation.register': 'everybody',
  'organisation.own': 'anybody',
  'organisation.edit': ['administrator'],
  'organisation.verify': ['operator'],
  'organisation.suspend': ['operator'],
  'organisation.leave': 'anybody',
  'invitation.accept': 'everybody',
  'people.read': ['administrator'],
  'people.end': ['administrator'],
  'role.grant': ['administrator'],
  'people.export': ['administrator'],
  'exclusion.declare': ['officer', 'auditor'],
  'exclusion.lift': ['officer', 'auditor'],
  'custodian.enrol': ['operator'],
  'custodian.rotate': 'everybody',
  'custodian.recover': ['auditor'],
  'custodian.prekeys': 'everybody',
  'custodian.release': 'everybody',
  'custodian.contribute': 'everybody',
  'evaluator.fields': ['evaluator'],
  'evaluator.confirm': ['operator'],
  'evaluator.declare': ['evaluator'],
  'tender.draft': ['officer'],
  'tender.publish': ['officer'],
  'tender.cancel': ['officer'],
  'question.ask': ['supplier', 'staff'],
  'question.own': ['supplier', 'staff'],
  'question.read': ['officer'],
  'question.answer': ['officer'],
  'complaint.lodge': ['supplier'],
  'complaint.decide': ['auditor'],
  'tender.award': ['officer'],
  'tender.extend': ['officer'],
  'tender.amend': ['officer'],
  'proposal.own': 'anybody',
  'proposal.decide': 'anybody',
  'bidder.examine': ['officer'],
  'scores.quantitative': ['officer'],
  'scores.lock': ['officer'],
  'scores.mark': ['evaluator'],
  'bid.submit': ['supplier'],
  'bid.attach': ['supplier'],
  'bid.own': ['supplier', 'staff'],
  'bid.prove': ['supplier', 'staff'],
  'auction.own': ['supplier', 'staff'],
  'auction.bid': ['supplier'],
  'bid.rekey': ['supplier'],
  'rekey.order': ['auditor'],
  'envelope.restore': 'everybody',
  'incident.declare': ['auditor'],
}

describe('POWERS', () => {
  test.each(powers.flatMap((power) => ROLES.map((role): [Power, Role] => [power, role])))('%s by %s', (power, role) => {
    const holders = HOLDERS[power]
    const may = holders === 'everybody' || holders === 'anybody' || holders.includes(role)
    expect(lacksPower(caller([role]), power)).toBe(may ? null : 'forbidden')
  })

  test.each(powers)('%s by somebody who is not signed in, and by somebody without a role', (power) => {
    const holders = HOLDERS[power]
    expect(lacksPower(null, power)).toBe(holders === 'everybody' ? null : 'sign-in')
    expect(lacksPower(caller([]), power)).toBe(Array.isArray(holders) ? 'forbidden' : null)
  })

  test('a role that nobody knows gives nothing', () => {
    for (const power of powers) {
      const before = lacksPower(caller([]), power)
      expect(lacksPower(caller(['admin', 'root', '*'] as unknown as Role[]), power)).toBe(before)
    }
  })

  test('more roles never take a power away', () => {
    const roles = fc.uniqueArray(fc.constantFrom(...ROLES))
    fc.assert(
      fc.property(fc.constantFrom(...powers), roles, roles, (power, some, more) => {
        if (lacksPower(caller(some), power) === null) expect(lacksPower(caller([...some, ...more]), power)).toBeNull()
      }),
    )
  })

  test('nobody both gives marks and awards, or bids and opens', () => {
    const holders = (power: Power) =>
      HOLDERS[power] === 'everybody' || HOLDERS[power] === 'anybody' ? [] : HOLDERS[power]
    const apart: [Power, Power][] = [
      ['scores.mark', 'tender.award'],
      ['scores.mark', 'scores.lock'],
      ['bid.submit', 'scores.mark'],
      ['bid.submit', 'tender.award'],
      ['custodian.enrol', 'tender.publish'],
    ]
    for (const [a, b] of apart) for (const role of holders(a)) expect(holders(b)).not.toContain(role)
  })

  test('every power is some endpoint’s, or is the public’s', () => {
    const used = new Set<string>(Object.values(ENDPOINTS).map((e) => e.power))
    expect(powers.filter((power) => !used.has(power))).toEqual([])
  })

  test('each has its words in both languages', () => {
    for (const power of powers) {
      expect(POWERS[power].says.ko).toMatch(/[가-힣]/)
      expect(POWERS[power].says.en).toMatch(/[A-Za-z]{2}/)
    }
  })
})

describe('how a caller stands to a thing', () => {
  const RELATION: Record<Power, 'any' | 'own' | 'assigned'> = {
    'read.public': 'any',
    'session.start': 'any',
    'session.self': 'any',
    'session.secure': 'own',
    'outbox.read': 'any',
    'key.enrol': 'own',
    'key.revoke': 'own',
    'data.own': 'own',
    'data.read': 'any',
    'readings.review': 'any',
    'organisation.register': 'any',
    'organisation.own': 'own',
    'organisation.edit': 'own',
    'organisation.verify': 'any',
    'organisation.suspend': 'any',
    'organisation.leave': 'own',
    'invitation.accept': 'any',
    'custodian.contribute': 'own',
    'evaluator.fields': 'own',
    'evaluator.confirm': 'any',
    'evaluator.declare': 'own',
    'people.read': 'own',
    'people.end': 'own',
    'role.grant': 'own',
    'people.export': 'own',
    'exclusion.declare': 'any',
    'exclusion.lift': 'own',
    'custodian.enrol': 'any',
    'custodian.rotate': 'own',
    'custodian.recover': 'any',
    'custodian.prekeys': 'own',
    'custodian.release': 'own',
    'tender.draft': 'own',
    'tender.publish': 'own',
    'tender.cancel': 'own',
    'question.ask': 'any',
    'question.own': 'own',
    'question.read': 'own',
    'question.answer': 'own',
    'complaint.lodge': 'any',
    'complaint.decide': 'any',
    'tender.award': 'own',
    'tender.extend': 'own',
    'tender.amend': 'own',
    'proposal.own': 'own',
    'proposal.decide': 'own',
    'bidder.examine': 'own',
    'scores.quantitative': 'own',
    'scores.lock': 'own',
    'scores.mark': 'assigned',
    'bid.submit': 'any',
    'bid.attach': 'own',
    'bid.own': 'own',
    'bid.prove': 'own',
    'auction.own': 'own',
    'auction.bid': 'own',
    'bid.rekey': 'own',
    'rekey.order': 'any',
    'envelope.restore': 'any',
    'incident.declare': 'any',
  }

  test.each(powers)('%s', (power) => {
    const me = caller(['officer'])
    const relation = RELATION[power]
    expect(relates(me, power, { org: 'org-a' })).toBe(relation !== 'assigned')
    expect(relates(me, power, { org: 'org-b' })).toBe(relation === 'any')
    expect(relates(me, power, {})).toBe(relation === 'any')
    expect(relates(me, power, { org: 'org-a', assigned: ['a-2'] })).toBe(relation !== 'assigned')
    expect(relates(me, power, { org: 'org-b', assigned: ['a-1'] })).toBe(relation !== 'own')
    expect(relates(null, power, { org: 'org-a', assigned: ['a-1'] })).toBe(relation === 'any')
  })
})
