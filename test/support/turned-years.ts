// Which turns of the year are right, and how could each be written otherwise by an operator with the log's own key?

import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64 } from '../../src/proof/bytes.ts'
import { closedEntry, openedEntry } from '../../src/proof/shards.ts'
import { DEADLINE, type Edit, type Forge } from './forge.ts'

const ROOT = b64(P.sha256(new Uint8Array(1)))
const turning = (year: number, change?: Parameters<Forge['turn']>[1]): Edit => ({
  before: { closed: (f) => f.turn(year, change) },
})
const opened = (change: NonNullable<NonNullable<Parameters<Forge['turn']>[1]>['opened']>) =>
  turning(2027, { opened: change })

export const GOOD_YEARS: [string, number, Edit][] = [
  ['a tender over the turn of one year', 2, turning(2027)],
  [
    'a tender over two turns, one of them before the marks are locked',
    3,
    { before: { bids: (f) => f.turn(2027), locked: (f) => f.turn(2029) } },
  ],
]

export const SPOILT_YEARS: [string, Edit][] = [
  [
    'a new log that names another root of the old one',
    opened((p) => {
      p.previous.root = ROOT
    }),
  ],
  [
    'a new log that names another size of the old one',
    opened((p) => {
      p.previous.size -= 1
    }),
  ],
  [
    'a new log that follows another',
    opened((p) => {
      p.previous.origin = 'other.example/log'
    }),
  ],
  [
    'a new log that counts from another place',
    opened((p) => {
      p.before += 1
    }),
  ],
  [
    'a new log with the note of another end',
    opened((p) => {
      p.previous.note = p.previous.note.replace('\n', 'x\n')
    }),
  ],
  [
    'a new log of another name',
    opened((p) => {
      p.origin = p.origin.replace('2027', '2028')
    }),
  ],
  [
    'an old log that names a stranger as the next',
    turning(2027, {
      closed: (p) => {
        p.next = 'other.example/log/2027'
      },
    }),
  ],
  [
    'an old log that ends another',
    turning(2027, {
      closed: (p) => {
        p.origin = 'other.example/log'
      },
    }),
  ],
  ['a year that follows a later one', { before: { bids: (f) => f.turn(2029), closed: (f) => f.turn(2027) } }],
  [
    'an old log that goes on after its end',
    {
      ...turning(2027),
      unsigned: (f) => void f.entries.splice(f.indexesOf('log.opened/1')[0]!, 0, f.entries[0]!),
    },
  ],
  [
    'a log that says in its midst that another begins, to choose what is drawn from',
    {
      before: {
        closed: (f) => {
          const previous = { origin: 'other.example/log', size: 1, root: ROOT, note: '' }
          const { leaf, payload } = openedEntry(P, DEADLINE, { origin: 'other.example/log/2027', before: 1, previous })
          f.put(payload)
          f.entries.push(leaf)
        },
      },
    },
  ],
  [
    'a log that ends in its midst',
    {
      before: {
        closed: (f) => {
          const { leaf, payload } = closedEntry(P, DEADLINE, {
            origin: 'other.example/log',
            next: 'other.example/log/2027',
          })
          f.put(payload)
          f.entries.push(leaf)
        },
      },
    },
  ],
]
