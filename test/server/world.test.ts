// Does the world that the server's tests stand on work? One tender from draft to award by the steps that it offers.
import { expect, test } from 'vitest'
import { makeWorld } from '../support/world.ts'

const world = await makeWorld()

test('a tender can be brought from its draft to its award step by step', async () => {
  const no = await world.publish()
  const [first, second] = world.suppliers
  if (!first || !second) throw new Error('nobody bids')
  await world.bid(no, first)
  await world.bid(no, second, { price: { amount: '95000000', currency: 'KRW' } })
  await world.tick()
  for (const state of [
    'closed',
    'technical_opening',
    'evaluating',
    'scores_locked',
    'price_opening',
    'ranked',
  ] as const) {
    await world.bring(no, state)
    expect((await world.view(no)).state).toBe(state)
  }
  await world.bring(no, 'awarded')
  expect((await world.view(no)).award).toMatchObject({ bidder: first.account.org })
})

test('a tick can be made to carry covers', async () => {
  await world.publish()
  const { size } = await world.published()
  await world.tick(true)
  expect((await world.published()).size - size).toBe(8)
})
