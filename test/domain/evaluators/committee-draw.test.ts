// Does the lot call evaluators in the order of the tickets, whoever wrote the list, and does one who declines move nobody else?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawStratum, nextCalls, seatsOf, type Vacancy } from '../../../src/domain/evaluators/committee-draw.ts'
import { committeePurpose, drawsEvaluators } from '../../../src/domain/evaluators/purpose.ts'
import { tieBreakPurpose } from '../../../src/domain/openings/labels.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, utf8 } from '../../../src/proof/bytes.ts'
import { drawKey, drawSeed, ticket } from '../../../src/proof/draw.ts'

const h = (text: string) => P.sha256(utf8(text))
/** The published vector of draw/1: root H("root"), eids H("eid" i), r H("r" i) for 1, 2, 3. */
const DRAW = {
  root: h('root'),
  contributions: ['1', '2', '3'].map((i) => ({ eid: b64u(h(`eid${i}`)), rnd: b64u(h(`r${i}`)) })),
  tender: 'T-1',
  lot: '1',
}
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 30 })
const seat = (n: number, field = 'software'): Vacancy => ({
  evaluator: `E${n}`,
  field,
  replaces: null,
  because: 'drawn',
})

describe('the tickets of a stratum', () => {
  test('come from the seed of the published vector, under the name of tender, lot and field', () => {
    const made = drawStratum(P, DRAW, 'software', ['A', 'B', 'C', 'D', 'E'])
    expect(Buffer.from(made.seed, 'base64url').toString('hex')).toBe(
      '3e0165b243df2388f59bbb0f0ab1bc2fa9ff4d7a98a25579599848efca65a8f8',
    )
    expect(made.purpose).toBe('evaluators T-1/1/software')
    const seed = drawSeed(
      P,
      DRAW.root,
      ['1', '2', '3'].map((i) => ({ eid: h(`eid${i}`), r: h(`r${i}`) })),
    )
    const key = drawKey(P, seed, committeePurpose('T-1', '1', 'software'))
    for (const one of made.tickets) expect(one.ticket).toBe(b64u(ticket(P, key, one.id)))
    expect(drawStratum(P, DRAW, 'security', ['A', 'B', 'C', 'D', 'E']).tickets).not.toEqual(made.tickets)
  })

  test('refuse an id that is there twice', () => {
    expect(() => drawStratum(P, DRAW, 'software', ['A', 'A'])).toThrow('twice')
  })

  test('are one for everybody of the pool and do not depend on the order of the list', () => {
    fc.assert(
      fc.property(ids, (list) => {
        const made = drawStratum(P, DRAW, 'software', list)
        expect(made.tickets.map((t) => t.id).sort()).toEqual([...list].sort())
        expect(drawStratum(P, DRAW, 'software', [...list].reverse())).toEqual(made)
      }),
    )
  })

  test('are told apart from the lot of a tie', () => {
    expect(drawsEvaluators(committeePurpose('T-1', '1', 'software'))).toBe(true)
    expect(drawsEvaluators(tieBreakPurpose('T-1', '1'))).toBe(false)
    expect(drawsEvaluators(undefined)).toBe(false)
  })
})

describe('the calls', () => {
  test('two seats of software and one of security are E1 and E2, and E3', () => {
    const strata = [
      { field: 'software', seats: 2 },
      { field: 'security', seats: 1 },
    ]
    expect(seatsOf({ strata }).map((s) => `${s.evaluator} ${s.field}`)).toEqual([
      'E1 software',
      'E2 software',
      'E3 security',
    ])
  })

  test('leave a seat empty when no ticket is left, and say so', () => {
    const due = nextCalls(new Map([['software', ['a']]]), new Set(), [seat(1), seat(2)], () => null)
    expect(due.calls.map((c) => c.id)).toEqual(['a'])
    expect(due.unfilled).toEqual(['E2'])
  })

  test('pass over who must not sit, with the reason, and go on with the next', () => {
    const order = new Map([['software', ['a', 'b', 'c']]])
    const due = nextCalls(order, new Set(), [seat(1)], (id) => (id === 'a' ? 'organisation' : null))
    expect(due.calls.map((c) => c.id)).toEqual(['b'])
    expect(due.passed).toEqual([{ field: 'software', id: 'a', because: 'organisation' }])
  })

  test('call nobody of two fields twice', () => {
    const order = new Map([
      ['software', ['a', 'b']],
      ['security', ['a', 'c']],
    ])
    const due = nextCalls(order, new Set(), [seat(1), seat(2, 'security')], () => null)
    expect(due.calls.map((c) => [c.evaluator, c.id])).toEqual([
      ['E1', 'a'],
      ['E2', 'c'],
    ])
  })

  test('whoever declines is followed by the next ticket, and nobody else moves', () => {
    fc.assert(
      fc.property(ids, fc.nat(), fc.nat(), (list, seats, who) => {
        const order = drawStratum(P, DRAW, 'software', list).tickets.map((t) => t.id)
        const n = (seats % list.length) + 1
        const vacancies = Array.from({ length: n }, (_, i) => seat(i + 1))
        const first = nextCalls(new Map([['software', order]]), new Set(), vacancies, () => null)
        expect(first.calls.map((c) => c.id)).toEqual(order.slice(0, n))
        const out = first.calls[who % n]!
        const again: Vacancy = { ...out, replaces: out.id, because: 'conflict' }
        const next = nextCalls(
          new Map([['software', order]]),
          new Set(first.calls.map((c) => c.id)),
          [again],
          () => null,
        )
        expect(next.calls.map((c) => [c.evaluator, c.id, c.replaces])).toEqual(
          n < order.length ? [[out.evaluator, order[n], out.id]] : [],
        )
        expect(next.unfilled).toEqual(n < order.length ? [] : [out.evaluator])
      }),
    )
  })
})
