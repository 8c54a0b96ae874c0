// What can be wrong with the register of a buyer whose administrators have keys, and what is right? For every verifier.
import {
  askingExport,
  askingLoan,
  askingRoles,
  exported,
  lent,
  rolesNow,
  standingNow,
} from '../../src/domain/organisations/register-acts.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { signJws } from '../../src/proof/jws.ts'
import { AGENCY, type Edit, type Forge, KEYED, keyOf } from './forge.ts'

const [ONE, TWO] = KEYED
const MADE = '2026-03-02T01:00:00.123Z'
const LOAN = {
  from: 'deputy',
  to: 'colleague',
  role: 'approver',
  startsAt: '2026-03-03T00:00:00Z',
  endsAt: '2026-04-03T00:00:00Z',
}
const EXACT = { ...LOAN, startsAt: '2026-03-03T00:00:00.000Z', endsAt: '2026-04-03T00:00:00.000Z' }
const who = { account: 'newcomer', roles: ['officer'] }
const persons: { proposedBy: string; approvedBy: string } = { proposedBy: ONE, approvedBy: TWO }
const own = (payload: JsonObject & { typ: string }, by: string = ONE) => signJws(P, keyOf(by).signer, payload)
const asked = (by: string = ONE, roles: string[] = who.roles) => own(askingRoles(AGENCY, MADE, { ...who, roles }), by)
const during = (write: (f: Forge) => Promise<void> | void): Edit => ({ before: { bids: write } })
/** A role given by two persons with keys, otherwise than it ought to be. */
const given = (
  change: { proposal?: () => Promise<string>; by?: string; who?: typeof who; persons?: typeof persons } = {},
): Edit =>
  during(async (f) => {
    const proposal = await (change.proposal ?? asked)()
    const entry = rolesNow(change.who ?? who, { ...(change.persons ?? persons), proposal })
    await f.signedRecord(entry, keyOf(change.by ?? TWO))
  })
const agency = { id: AGENCY, kind: 'agency', body: null, name: { ko: '기관', en: 'Agency' } }
const invitation = async (f: Forge) => {
  const invite = { account: 'invitation-0a', roles: ['approver'] }
  const proposal = await own(askingRoles(AGENCY, MADE, invite))
  await f.signedRecord(rolesNow(invite, { ...persons, proposal }), keyOf(TWO))
}
const accepts = (f: Forge, account: string, roles = ['approver']) =>
  f.recorded('role.changed/1', rolesNow({ account, roles }, { ...persons, invitation: 'invitation-0a' }), account)
const lends = async (f: Forge) => {
  const proposal = await own(askingLoan(AGENCY, MADE, LOAN))
  await f.signedRecord(lent(EXACT, { ...persons, proposal }), keyOf(TWO))
}
const ends = (endsAt: string, proposedBy: string = ONE) => lent({ ...EXACT, endsAt }, { proposedBy, approvedBy: null })

/** Of accounts that have no keys. */
const plain = { proposedBy: 'chief', approvedBy: 'deputy-chief' }
const alone = { proposedBy: 'chief', approvedBy: null }

export const GOOD_REGISTERS: [string, Edit][] = [
  ['a role that two persons gave and signed for', given()],
  [
    'roles given and taken by accounts that have no keys',
    during((f) => {
      f.register('role.changed/1', who)
      f.recorded(
        'role.changed/1',
        rolesNow({ ...who, roles: [] }, { proposedBy: 'administrator', approvedBy: null }),
        'administrator',
      )
    }),
  ],
  [
    'an invitation that was granted, and taken up by an account',
    during(async (f) => {
      await invitation(f)
      accepts(f, 'newcomer')
    }),
  ],
  [
    'a loan, and its end with the role of who lent it',
    during(async (f) => {
      await lends(f)
      const gone = rolesNow({ account: 'deputy', roles: ['officer'] }, { proposedBy: ONE, approvedBy: null })
      await f.signedRecord(gone, keyOf(ONE))
      f.recorded('role.delegated/1', ends('2026-03-04T00:00:00.000Z'), '-')
    }),
  ],
  [
    'a loan that one person cut short, and signed for',
    during(async (f) => {
      await lends(f)
      await f.signedRecord(ends('2026-03-04T00:00:00.000Z'), keyOf(ONE))
    }),
  ],
  [
    'an export by two persons, a suspension and its end by the operator',
    during(async (f) => {
      const proposal = await own(askingExport(AGENCY, MADE))
      await f.signedRecord(exported(12, { ...persons, proposal }), keyOf(TWO))
      for (const standing of ['suspended', 'restored'] as const)
        await f.signedRecord(standingNow(agency, standing, 'The papers were false.'), keyOf('operator-1'))
    }),
  ],
  [
    'a bidder, an overseer and a custodian whose standing the operator signed, and an auditor whose role two persons gave',
    during(async (f) => {
      for (const id of ['bidder-2', 'audit-office', 'time-office'])
        for (const standing of ['suspended', 'restored'] as const)
          await f.signedRecord(
            standingNow({ ...agency, id }, standing, 'The papers were false.'),
            keyOf('operator-1'),
            id,
          )
      f.recorded('role.changed/1', rolesNow(who, plain), plain.approvedBy, 'audit-office')
    }),
  ],
  [
    'roles within a bidding firm, which are its own business',
    during((f) => f.recorded('role.changed/1', rolesNow(who, alone), alone.proposedBy, 'bidder-2')),
  ],
  [
    'the standing of a firm that the tender does not meet',
    during((f) =>
      f.recorded(
        'organisation.standing/1',
        standingNow({ ...agency, id: 'stranger' }, 'suspended', 'x'),
        'operator-1',
        'stranger',
      ),
    ),
  ],
  [
    'somebody who leaves',
    during((f) =>
      f.signedRecord(
        rolesNow({ account: 'deputy', roles: [] }, { proposedBy: 'deputy', approvedBy: null }),
        keyOf('deputy'),
      ),
    ),
  ],
]

/** Named, with what the audit says, and how it is written. */
export const SPOILT_REGISTERS: [string, RegExp, Edit][] = [
  [
    'a role that the service wrote for somebody who has a key',
    /keyed-2 had a key in force and did not sign it/,
    during(async (f) => f.recorded('role.changed/1', rolesNow(who, { ...persons, proposal: await asked() }), TWO)),
  ],
  [
    'a proposal that nobody signed, although its maker has a key',
    /keyed-1 had a key and did not sign the proposal/,
    during((f) => f.signedRecord(rolesNow(who, persons), keyOf(TWO))),
  ],
  ['a role signed by another person than it names', /not signed by keyed-2/, given({ by: 'colleague' })],
  ['a role signed by a stranger to the buyer', /not signed by keyed-2/, given({ by: 'other-officer' })],
  [
    "a role signed by the service's own key",
    /not signed by receipts/,
    given({ by: 'receipts', persons: { proposedBy: ONE, approvedBy: 'receipts' } }),
  ],
  [
    'a proposal that another person signed',
    /keyed-1 did not sign a proposal of this/,
    given({ proposal: () => asked('colleague') }),
  ],
  [
    'roles that were not asked for',
    /did not sign a proposal of this/,
    during(async (f) => {
      f.register('role.changed/1', { ...who, roles: ['evaluator'] })
      const more = { ...who, roles: ['evaluator', 'officer', 'approver'] }
      await f.signedRecord(rolesNow(more, { ...persons, proposal: await asked() }), keyOf(TWO))
    }),
  ],
  [
    'a proposal that is used a second time, after the role was taken away',
    /did not sign a proposal of this/,
    during(async (f) => {
      const proposal = await asked()
      await f.signedRecord(rolesNow(who, { ...persons, proposal }), keyOf(TWO))
      await f.signedRecord(rolesNow({ ...who, roles: [] }, { proposedBy: ONE, approvedBy: null }), keyOf(ONE))
      await f.signedRecord(rolesNow(who, { ...persons, proposal }), keyOf(TWO))
    }),
  ],
  [
    'a role that one person proposed and gave',
    /one person alone/,
    given({ by: ONE, persons: { proposedBy: ONE, approvedBy: ONE } }),
  ],
  [
    'a role that one person gave without asking anybody',
    /one person alone/,
    during(async (f) => {
      f.register('role.changed/1', { ...who, roles: [] })
      await f.signedRecord(rolesNow(who, { proposedBy: ONE, approvedBy: null }), keyOf(ONE))
    }),
  ],
  [
    'a role given by somebody who does not look after people',
    /colleague had no power to do it then/,
    during(async (f) => {
      f.register('role.changed/1', { account: 'colleague', roles: ['officer'] })
      await f.signedRecord(rolesNow(who, { proposedBy: 'administrator', approvedBy: 'colleague' }), keyOf('colleague'))
    }),
  ],
  [
    'an invitation that gave other roles when it was taken up',
    /an invitation that was not granted so/,
    during(async (f) => {
      await invitation(f)
      accepts(f, 'newcomer', ['approver', 'administrator'])
    }),
  ],
  [
    'an invitation that was taken up twice',
    /an invitation that was not granted so, or twice/,
    during(async (f) => {
      await invitation(f)
      accepts(f, 'newcomer')
      accepts(f, 'other')
    }),
  ],
  ['an invitation that nobody granted', /an invitation that was not granted so/, during((f) => accepts(f, 'newcomer'))],
  [
    'a loan of other times than were asked for',
    /did not sign a proposal of this/,
    during(async (f) => {
      const proposal = await own(askingLoan(AGENCY, MADE, LOAN))
      await f.signedRecord(lent({ ...EXACT, endsAt: '2027-04-03T00:00:00.000Z' }, { ...persons, proposal }), keyOf(TWO))
    }),
  ],
  [
    'a loan that one person made longer',
    /one person alone/,
    during(async (f) => {
      await lends(f)
      await f.signedRecord(ends('2027-04-03T00:00:00.000Z'), keyOf(ONE))
    }),
  ],
  [
    'a loan that ended of itself, while who lent the role had it',
    /nobody did it/,
    during(async (f) => {
      await lends(f)
      f.recorded('role.delegated/1', ends('2026-03-04T00:00:00.000Z'), '-')
    }),
  ],
  [
    'an export that one person decided',
    /one person alone/,
    during((f) => f.signedRecord(exported(3, { proposedBy: ONE, approvedBy: null }), keyOf(ONE))),
  ],
  [
    'a suspension that the buyer signed itself',
    /not signed by the operator/,
    during((f) => f.signedRecord(standingNow(agency, 'suspended', 'The papers were false.'), keyOf(ONE))),
  ],
  [
    'a suspension that the service wrote for an operator who has a key',
    /operator-1 had a key in force and did not sign it/,
    during((f) =>
      f.recorded('organisation.standing/1', standingNow(agency, 'suspended', 'The papers were false.'), 'operator-1'),
    ),
  ],
  ...['bidder-2', 'audit-office', 'time-office'].map((id): [string, RegExp, Edit] => [
    `a suspension of ${id}, whom the tender meets, that the service wrote for an operator who has a key`,
    /operator-1 had a key in force and did not sign it/,
    during((f) =>
      f.recorded(
        'organisation.standing/1',
        standingNow({ ...agency, id }, 'suspended', 'They were.'),
        'operator-1',
        id,
      ),
    ),
  ]),
  ...['audit-office', 'operator'].map((org): [string, RegExp, Edit] => [
    `a role of ${org} that one person gave`,
    /one person alone/,
    during((f) => {
      f.recorded('role.changed/1', rolesNow({ ...who, roles: [] }, plain), plain.approvedBy, org)
      f.recorded('role.changed/1', rolesNow(who, alone), alone.proposedBy, org)
    }),
  ]),
  [
    'a role of a body that shut a firm out, given by one person',
    /one person alone/,
    {
      before: {
        bids: (f) => {
          f.recorded('role.changed/1', rolesNow({ ...who, roles: [] }, plain), plain.approvedBy, 'agency-2')
          f.recorded('role.changed/1', rolesNow(who, alone), alone.proposedBy, 'agency-2')
        },
        award: async (f) => void (await f.shutOut('bidder-6')),
      },
    },
  ],
  [
    'a role whose entry cannot be read',
    /cannot be read/,
    during((f) => f.recorded('role.changed/1', { roles: 'officer' }, 'administrator')),
  ],
]
