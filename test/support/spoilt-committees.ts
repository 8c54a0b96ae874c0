// What could be written otherwise about a drawn committee, one thing at a time? Every verifier has to find each of these.
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, utf8 } from '../../src/proof/bytes.ts'
import { type Edit, keyOf } from './forge.ts'
import type { Drawing } from './forge-committee.ts'

/** Seven seats of two fields, two of whom declare a conflict and are replaced. */
export const COMMITTEE: Drawing = {
  rule: {
    strata: [
      { field: 'software', seats: 4 },
      { field: 'security', seats: 3 },
    ],
    perYear: 6,
  },
  people: 9,
  conflicts: ['E2', 'E6'],
}

const other = b64u(P.sha256(utf8('another')))

/** The first two change places. */
function swapIds(rows: { id: string }[]): void {
  const [a, b] = [rows[0]!.id, rows[1]!.id]
  rows[0]!.id = b
  rows[1]!.id = a
}

/** What is wrong, what our audit says of it, and how it is written. */
export const SPOILT_COMMITTEES: [string, RegExp, Edit][] = [
  [
    'one ticket with other bytes',
    /tickets drawn again/,
    { payload: { 'draw.result/1': (p, { nth }) => nth === 0 && Object.assign(p.tickets[3]!, { ticket: other }) } },
  ],
  [
    'two tickets in the other order',
    /tickets drawn again/,
    {
      payload: {
        'draw.result/1': (p, { nth }) => nth === 1 && void p.tickets.splice(0, 2, p.tickets[1]!, p.tickets[0]!),
      },
    },
  ],
  [
    'somebody of the pool left out of the draw',
    /tickets drawn again/,
    { payload: { 'draw.result/1': (p, { nth }) => nth === 0 && void p.tickets.pop() } },
  ],
  [
    'somebody dropped from the announcement',
    /announced among others than the pool/,
    { payload: { 'draw.notice/1': (p, { nth }) => nth === 0 && void p.ids.shift() } },
  ],
  [
    'somebody who sat without having been confirmed',
    /E1: no sealed entry shows that the field was confirmed/,
    { payload: { 'committee.named/1': (p) => void delete p.seats[0]!.confirmed } },
  ],
  [
    'a confirmation that was made up afterwards',
    /no sealed entry shows/,
    {
      payload: {
        'committee.named/1': (p) => {
          const seat = p.seats.find(({ evaluator }) => evaluator === 'E7')!
          seat.confirmed!.text = seat.confirmed!.text.replace('operator-9', 'operator-8')
        },
      },
    },
  ],
  [
    'a confirmation of somebody else',
    /no sealed entry shows/,
    {
      payload: {
        'committee.named/1': (p) => {
          const [a, b] = [p.seats[0]!, p.seats[1]!]
          a.confirmed = b.confirmed!
        },
      },
    },
  ],
  [
    'a field that was refused',
    /no sealed entry shows/,
    {
      before: {
        award: () => {},
        keysets: async (f) => {
          const decides = f.committee!.decides.bind(f.committee)
          f.committee!.decides = (person) => decides(person, 'refused')
        },
      },
    },
  ],
  [
    'a confirmation that entered the log after the pool',
    /no sealed entry shows/,
    { before: { closed: (f) => Promise.all(f.committee!.people.map((person) => f.committee!.decides(person))) } },
  ],
  [
    'somebody who sat without a declaration to be seen',
    /E1: the declaration that there is no conflict is not signed by the person/,
    { payload: { 'committee.named/1': (p) => void delete p.seats[0]!.declared } },
  ],
  [
    'a declaration by another than the one who sat',
    /E1: the declaration that there is no conflict is not signed by the person/,
    { signer: { 'declaration/1': (s, { nth }) => (nth === 0 ? keyOf('evaluator E1').signer : s) } },
  ],
  [
    'a declaration that is not the one of which the log has the hash',
    /E1: the declaration that there is no conflict is not signed by the person/,
    { payload: { 'committee.declared/1': (p, { nth }) => nth === 0 && Object.assign(p, { h: other }) } },
  ],
  [
    'a declaration for another seat',
    /E1: the declaration that there is no conflict is not signed by the person/,
    { payload: { 'declaration/1': (p, { nth }) => nth === 0 && Object.assign(p, { evaluator: 'E3' }) } },
  ],
  [
    'a seat whose holder signed that there is a conflict',
    /E1: the declaration that there is no conflict is not signed by the person/,
    {
      payload: {
        'declaration/1': (p, { nth }) => nth === 0 && Object.assign(p, { conflict: true, grounds: 'family' }),
      },
    },
  ],
  [
    'a sheet that names no declaration, and may have been signed before it',
    /E1: the sheet does not show that it was signed after the declaration/,
    { payload: { 'marks/1': (p, { nth }) => void (nth === 0 && delete p.declared) } },
  ],
  ['a pool in no order', /not sorted/, { payload: { 'pool.committed/1': (p) => void p.strata[0]!.ids.reverse() } }],
  [
    'a pool that is hardly larger than the committee',
    /only 7 people/,
    { payload: { 'pool.committed/1': (p) => void p.strata[0]!.ids.splice(0, 2) } },
  ],
  [
    'a contribution left off the list',
    /not those that custodians sealed/,
    { payload: { 'opening.list/1': (p, { nth }) => nth === 0 && void p.eids.pop() } },
  ],
  [
    'a contribution that its custodian did not sign for',
    /not those that custodians sealed/,
    { signer: { 'draw.contribution/1': (s, { nth }) => (nth === 1 ? keyOf('officer').signer : s) } },
  ],
  [
    'a draw from another root',
    /tickets drawn again/,
    { payload: { 'draw.result/1': (p, { nth }) => nth === 0 && void p.closing-- } },
  ],
  [
    'somebody called out of turn',
    /not the next tickets/,
    {
      payload: {
        'committee.called/1': (p, { nth }) => nth === 0 && swapIds(p.calls),
      },
    },
  ],
  [
    'an evaluator without a conflict replaced',
    /declared no conflict of interest/,
    { payload: { 'committee.declared/1': (p, { nth }) => nth === 1 && Object.assign(p, { conflict: false }) } },
  ],
  [
    'a person named who is not behind the number',
    /not the one behind the number/,
    { payload: { 'committee.named/1': (p) => void Object.assign(p.seats[0]!, { person: 'a friend' }) } },
  ],
  [
    'a seat that is not named',
    /seats that were named/,
    { payload: { 'committee.named/1': (p) => void p.seats.pop() } },
  ],
  [
    'a sheet signed by somebody who was not drawn',
    /signed by somebody else/,
    { signer: { 'marks/1': (s, { nth }) => (nth === 0 ? keyOf('evaluator E1').signer : s) } },
  ],
  [
    'fewer seats in the notice than its strata have',
    /seats of the notice/,
    { payload: { 'tender.notice/1': (p) => void Object.assign(p.pool!.strata[0]!, { seats: 3 }) } },
  ],
]
