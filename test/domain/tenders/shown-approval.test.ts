// Does a page or program refuse to sign an approval of anything but the proposal that it shows?
import { describe, expect, test } from 'vitest'
import { approvesShown, type ShownProposal, signedProposal } from '../../../src/domain/tenders/shown-approval.ts'
import { approving, awarding, extension } from '../../../src/domain/tenders/signed-acts.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { signJws } from '../../../src/proof/jws.ts'
import { keyOf } from '../../support/forge.ts'

const NO = 'R26BK00012345'
const { signer } = keyOf('officer')
const price = { amount: '90000000', currency: 'KRW' }
const jws = await signJws(P, signer, awarding(NO, 'firm-1', price, null))
const again = await signJws(P, keyOf('deputy').signer, awarding(NO, 'firm-1', price, null))
const moved = extension(
  NO,
  { deadline: '2027-01-10T01:00:00Z', openAfter: '2027-01-10T01:00:00Z', revision: '000' },
  '2027-01-20T01:00:00Z',
  'The specification was corrected.',
)
const award: ShownProposal = {
  act: 'tender.award',
  ref: NO,
  body: { bidder: 'firm-1', jws },
  proposedBy: 'officer-1',
}
const later: ShownProposal = {
  ...award,
  act: 'tender.extend',
  body: {
    newDeadline: '2027-01-20T01:00:00Z',
    statement: 'The specification was corrected.',
    jws: await signJws(P, signer, moved),
  },
}
const persons = { proposedBy: 'officer-1', approvedBy: 'approver-1' }
const approval = approving(P, NO, { act: 'award/1', jws, excluded: [{ bidder: 'firm-9', exclusion: 'x1' }] }, persons)

describe('an approval', () => {
  test.each<[string, Partial<ShownProposal>]>([
    ['of another tender', { ref: 'R26BK00000001' }],
    ['of another kind of act', { act: 'tender.extend' }],
    ['of an act that nobody signs', { act: 'role.grant' }],
    ['proposed by somebody else', { proposedBy: 'officer-2' }],
    ['to another bidder than what was signed says', { body: { bidder: 'firm-2', jws } }],
    ['without a signature of the first person', { body: { bidder: 'firm-1' } }],
    ['with something that is no signature', { body: { bidder: 'firm-1', jws: 'x.y' } }],
    ['with other signed bytes that say the same', { body: { bidder: 'firm-1', jws: again } }],
  ])('is not signed where the proposal shown is one %s', (_, change) => {
    expect(approvesShown(P, { ...award, ...change }, 'approver-1', approval)).toBe(false)
  })

  test('is not signed in the name of another, nor with a word more or less than it has', () => {
    expect(approvesShown(P, award, 'approver-2', approval)).toBe(false)
    const { h: _, ...less } = approval
    for (const other of [less, { ...approval, lot: '2' }, { ...approval, more: 'x' }, { ...approval, excluded: 'all' }])
      expect(approvesShown(P, award, 'approver-1', other)).toBe(false)
  })

  test('is signed where it approves just what is shown, whoever is shut out at the moment', () => {
    expect(approvesShown(P, award, 'approver-1', approval)).toBe(true)
    const extends_ = approving(P, NO, { act: 'tender.amended/1', jws: String(later.body.jws) }, persons)
    expect(approvesShown(P, later, 'approver-1', extends_)).toBe(true)
    expect(approvesShown(P, { ...later, body: { ...later.body, statement: 'Why not' } }, 'approver-1', extends_)).toBe(
      false,
    )
  })

  test('shows the price that the first person signed for', () => {
    expect(signedProposal(award)).toMatchObject({ bidder: 'firm-1', amount: price })
    expect(signedProposal({ ...award, body: {} })).toBeNull()
  })
})
