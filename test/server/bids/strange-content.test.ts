// Can a bidder stop an opening or a ranking by what it seals? Nobody sees it before the opening, so nobody can refuse it before.
import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/proof/canonical.ts'
import { makeWorld } from '../../support/world.ts'

const BODIES: { technical: JsonObject; price: JsonObject }[] = [
  // PostgreSQL's texts cannot hold U+0000.
  { technical: { approach: 'a\u0000b', '\u0000': '' }, price: { amount: '90000000\u0000', currency: 'KRW' } },
  { technical: {}, price: {} },
  { technical: { approach: ['x', { deep: [[[1]]] }] }, price: { amount: 90_000_000, currency: 'KRW' } },
  { technical: { constructor: { prototype: { polluted: 1 } } }, price: { amount: '1e999', currency: 'KRW' } },
  { technical: { approach: '\uffff\u202e' }, price: { amount: `9${'0'.repeat(1000)}`, currency: 'KRW' } },
  { technical: { approach: null }, price: { amount: '-1', currency: 'XXX' } },
  { technical: { approach: 'x' }, price: { amount: '0', currency: 'KRW' } },
]

const world = await makeWorld({ suppliers: BODIES.length + 1 })

test('a tender whose bidders sealed whatever they liked is opened, marked and ranked, and the sane bid is first', async () => {
  const no = await world.publish()
  for (const [i, bodies] of BODIES.entries()) await world.bid(no, world.supplier(i + 1), bodies)
  const sane = world.supplier(BODIES.length + 1)
  await world.bid(no, sane)
  await world.tick()
  await world.bring(no, 'ranked')
  const view = await world.view(no)
  expect(view.envelopes).toHaveLength(2 * (BODIES.length + 1))
  for (const [i, bodies] of BODIES.entries())
    for (const kind of ['technical', 'price'] as const) {
      const of = view.envelopes?.find((e) => e.kind === kind && e.bidder === world.supplier(i + 1).account.org)
      expect(of).toMatchObject({ state: 'valid', body: bodies[kind] })
    }
  expect((view.ranking as { order: string[][] }).order[0]).toEqual([sane.account.org])
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
}, 60_000)
