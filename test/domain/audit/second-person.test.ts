// Does the audit find an award or a later deadline that one person alone decided, although the notice says two must?
import { describe, expect, test } from 'vitest'
import { audit, type Check } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { AGENCY, APPROVER, type Edit, type Forge, forge, keyOf, TENDER } from '../../support/forge.ts'

const auditOf = async (edit: Edit): Promise<Check[]> =>
  audit(P, await gather((await forge(edit)).source(), null), TENDER)
const failed = (checks: Check[]): string[] => checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
const line = (checks: Check[]): Check => checks.find((c) => c.check === 'second-person') as Check

const NEW = '2026-03-10T06:00:00Z'
/** The deadline is moved by an hour, with the approval of a second person. */
const extended: Edit = {
  before: { closed: (f) => f.extend(NEW) },
  payload: {
    'tender.closed/1': (p) => {
      p.deadline = NEW
    },
  },
  closedAt: '2026-03-10T06:00:01Z',
}
const withApproval = (change: NonNullable<Edit['payload']>['approval/1'], edit: Edit = {}): Edit => ({
  ...edit,
  payload: { ...edit.payload, 'approval/1': change },
})
const approvalOf = (f: Forge, act: string): number => f.indexesOf(act)[0]! - 1
const loan = (from: string, startsAt: string, endsAt: string) => ({
  from,
  to: 'deputy',
  role: 'approver',
  startsAt,
  endsAt,
})
const byDeputy: Edit['payload'] = {
  'approval/1': (p) => {
    p.approvedBy = 'deputy'
  },
}

describe('an act that two persons must decide', () => {
  test.each<[string, string, RegExp, Edit]>([
    [
      'an award that nobody approved',
      'without its approval in the log',
      /Entry \d+: no second person approved award\/1/,
      { unsigned: (f) => void f.entries.splice(approvalOf(f, 'award/1'), 1) },
    ],
    [
      'an award that was approved only after it was made',
      'with the two entries changed over',
      /award\/1 was approved only afterwards/,
      {
        unsigned: (f) => {
          const [approval] = f.entries.splice(approvalOf(f, 'award/1'), 1)
          f.entries.push(approval!)
        },
      },
    ],
    [
      'an approval by whom the award is signed',
      'as the approver',
      /one person alone proposed and approved/,
      withApproval((p) => {
        p.approvedBy = 'officer'
      }),
    ],
    [
      'an approval that names another proposer, so that the signer can approve',
      'as the approver, somebody else as the proposer',
      /is said to have proposed what another person signed.*one person alone/,
      withApproval((p) => {
        p.proposedBy = 'colleague'
        p.approvedBy = 'officer'
      }),
    ],
    [
      'an approval by somebody who never had the power',
      'of nobody the log knows',
      /colleague had no power to approve then/,
      withApproval((p) => {
        p.approvedBy = 'colleague'
      }),
    ],
    [
      'an approval that nobody signed, although the notice asks for that',
      'by the service alone',
      /the approval is not signed by approver with a key that was in force then/,
      { approvals: 'unsigned' },
    ],
    [
      'an approval in the name of another than who signed it',
      'with the proposer’s own key',
      /the approval is not signed by approver/,
      { signer: { 'approval/1': () => keyOf('officer').signer } },
    ],
    [
      'an approval under a key of another agency',
      'with that key',
      /the approval is not signed by approver/,
      { signer: { 'approval/1': () => keyOf('other-officer').signer } },
    ],
    [
      'an approval under a key that was reported lost before',
      'after the report',
      /the approval is not signed by approver/,
      { before: { evaluation: (f) => f.revoke(APPROVER, AGENCY) } },
    ],
    [
      'an approval of which a byte was changed after it was signed',
      'with another signature',
      /the approval is not signed by approver/,
      {
        signer: {
          'approval/1': (own) => ({ ...own, sign: async (data) => (await own.sign(data)).map((b) => b ^ 1) }),
        },
      },
    ],
    [
      'an approval by whom the power was taken from before',
      'after the role was taken away',
      /approver had no power/,
      { before: { evaluation: (f) => f.register('role.changed/1', { account: APPROVER, roles: [] }) } },
    ],
    [
      'an approval under a loan that was over',
      'after the loan',
      /deputy had no power/,
      {
        before: {
          bids: (f) => f.register('role.delegated/1', loan(APPROVER, '2026-03-01T00:00:00Z', '2026-03-10T05:00:00Z')),
        },
        payload: byDeputy,
      },
    ],
    [
      'an approval under a loan that was taken back',
      'after the loan was cut short',
      /deputy had no power/,
      {
        before: {
          bids: (f) => f.register('role.delegated/1', loan(APPROVER, '2026-03-01T00:00:00Z', '2027-03-10T00:00:00Z')),
          closed: (f) => f.register('role.delegated/1', loan(APPROVER, '2026-03-01T00:00:00Z', '2026-03-03T00:00:00Z')),
        },
        payload: byDeputy,
      },
    ],
    [
      'an approval under a loan by somebody who has no such role',
      'lent by nobody',
      /deputy had no power/,
      {
        before: {
          bids: (f) =>
            f.register('role.delegated/1', loan('colleague', '2026-03-01T00:00:00Z', '2027-03-10T00:00:00Z')),
        },
        payload: byDeputy,
      },
    ],
    [
      'an approval of another award',
      'of other bytes',
      /no second person approved award\/1.*it approves what is not in the log/,
      withApproval((p) => {
        p.h = 'A'.repeat(43)
      }),
    ],
    [
      'a later deadline that nobody approved',
      'without its approval in the log',
      /no second person approved tender.amended\/1/,
      {
        ...extended,
        before: {
          closed: async (f) => {
            await f.extend(NEW)
            f.entries.splice(approvalOf(f, 'tender.amended/1'), 1)
          },
        },
      },
    ],
    [
      'a later deadline that one person approved for himself',
      'as the approver',
      /one person alone/,
      withApproval((p, { nth }) => {
        if (nth === 0) p.approvedBy = 'officer'
      }, extended),
    ],
  ])('is found out: %s (%s)', async (_, __, says, edit) => {
    const checks = await auditOf(edit)
    expect(failed(checks)).toEqual(['second-person'])
    expect(line(checks).says.en).toMatch(says)
  })

  test('stands without a signature under a notice from before approvals were signed, and is said not to be signed', async () => {
    const checks = await auditOf({ approvals: 'older' })
    expect(failed(checks)).toEqual([])
    expect(line(checks).says.en).toMatch(/1 of the approvals are not signed by the approver/)
    expect(line(await auditOf({})).says.en).toMatch(/Each approval is signed by the approver’s own key/)
  })

  test.each<[string, Edit]>([
    ['an award that the approver of the notice approved', {}],
    ['a later deadline and an award', extended],
    [
      'an approver who got the role after the notice',
      {
        before: { bids: (f) => f.register('role.changed/1', { account: 'deputy', roles: ['officer', 'approver'] }) },
        payload: byDeputy,
      },
    ],
    [
      'an approver to whom the role was lent for that time',
      {
        before: {
          bids: (f) => f.register('role.delegated/1', loan(APPROVER, '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')),
        },
        payload: byDeputy,
      },
    ],
    [
      'a role that was taken away only after the approval',
      { unsigned: (f) => f.register('role.changed/1', { account: APPROVER, roles: [] }) },
    ],
  ])('stands with its second person: %s', async (_, edit) => {
    const checks = await auditOf(edit)
    expect(failed(checks)).toEqual([])
    expect(line(checks).verdict).toBe('ok')
    expect(line(checks).says.en).toMatch(/^Each of [12] acts/)
  })

  test('is no business of a notice that does not say so: what was logged before stays valid, with and without approvals', async () => {
    const checks = await auditOf({ onePerson: true })
    expect(failed(checks)).toEqual([])
    expect(line(checks).says.en).toBe('The notice does not ask that two persons decide anything.')
  })

  test('an approval that stands last, its act being the next entry, is not held against anybody yet', async () => {
    const cut: Edit = { unsigned: (f) => void f.entries.splice(f.indexesOf('award/1')[0]!, 1) }
    expect(failed(await auditOf(cut))).toEqual([])
  })

  test('is named by the signature alone where nobody of the buyer signed it', async () => {
    const other = await auditOf({ signer: { 'award/1': () => keyOf('other-officer').signer } })
    expect(failed(other)).toEqual(['signatures'])
    expect(line(other).verdict).toBe('not checkable')
  })
})

/** The award goes to the second rank, since the first is shut out. */
const passedOver = (shut: (f: Forge) => Promise<unknown>, more: Edit = {}): Edit => ({
  ...more,
  before: { award: shut },
  payload: {
    'award/1': (p, { forge: f }) => {
      const { order, rows } = f.ranking()
      const bidder = order[1]![0]!
      Object.assign(p, {
        bidder,
        amount: { amount: rows.find((row) => row.bidder === bidder)!.amount!, currency: 'KRW' },
      })
    },
  },
})
const firstOf = (f: Forge): string => f.ranking().order[0]![0]!
const unsigned = { proposal: undefined, approval: undefined } as unknown as Record<string, string>

describe('an exclusion on which an award rests', () => {
  test.each<[string, RegExp, Edit]>([
    ['that the service wrote alone', /nobody signed exclusion\/1/, passedOver((f) => f.shutOut(firstOf(f), unsigned))],
    [
      'that one person signed twice',
      /is not signed by two persons of agency-2/,
      passedOver((f) => f.shutOut(firstOf(f), {}, { second: keyOf('other-officer') })),
    ],
    [
      'that a stranger to that body signed',
      /is not signed by two persons of agency-2/,
      passedOver((f) => f.shutOut(firstOf(f), {}, { first: keyOf('officer') })),
    ],
    [
      'that names another firm than was signed for',
      /is not what the two persons signed/,
      passedOver(async (f) => f.shutOut('a-firm', { org: firstOf(f) })),
    ],
    [
      'that lasts longer than was signed for',
      /is not what the two persons signed/,
      passedOver(async (f) => f.shutOut(firstOf(f), { until: '2028-03-01T00:00:00Z' })),
    ],
    [
      'that began before it was in the log',
      /is not what the two persons signed/,
      passedOver(async (f) => f.shutOut(firstOf(f), { from: '2026-02-01T00:00:00Z' })),
    ],
  ])('is found out when it is one %s', async (_, says, edit) => {
    const checks = await auditOf(edit)
    expect(failed(checks)).toEqual(['second-person'])
    expect(line(checks).says.en).toMatch(says)
  })

  test('is not there again when somebody enters its signatures once more after it was lifted', async () => {
    const again: Edit = {
      before: {
        award: async (f) => {
          const [firm, from] = [firstOf(f), f.entries.length]
          await f.letIn(await f.shutOut(firm), firm)
          // The same entry once more: the same payload, a second later.
          f.entries.push(f.entries[from]!)
        },
      },
    }
    // The award goes to the first rank all the same: the number that was lifted is lifted.
    const checks = await auditOf(again)
    expect(checks.find((c) => c.check === 'award')?.verdict).toBe('ok')
  })

  test('is found out under a number of its own', async () => {
    const checks = await auditOf(passedOver((f) => f.shutOut(firstOf(f), { id: 'another' })))
    expect(failed(checks)).toEqual(['second-person'])
    expect(line(checks).says.en).toMatch(/does not follow from what was signed/)
  })

  test('stands when two persons of the body signed it', async () => {
    expect(failed(await auditOf(passedOver((f) => f.shutOut(firstOf(f)))))).toEqual([])
  })

  test('stands unsigned under a notice from before approvals were signed', async () => {
    const edit = passedOver((f) => f.shutOut(firstOf(f), unsigned), { approvals: 'older' })
    expect(failed(await auditOf(edit))).toEqual([])
  })

  test('ends by two signatures as well, and by none it does not go unseen', async () => {
    const ended = (said: Record<string, string> = {}): Edit => ({
      before: { award: async (f) => f.letIn(await f.shutOut(firstOf(f)), firstOf(f), said) },
    })
    expect(failed(await auditOf(ended()))).toEqual([])
    expect(line(await auditOf(ended(unsigned))).says.en).toMatch(/nobody signed exclusion.lifted\/1/)
    expect(line(await auditOf(ended({ statement: 'No reason.' }))).says.en).toMatch(
      /is not what the two persons signed/,
    )
  })
})
