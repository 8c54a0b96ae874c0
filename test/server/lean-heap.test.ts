// Does the heap grow by less while a crowd comes, and as ever before and after?
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { leanWhileManyCome } from '../../src/server/lean-heap.ts'
import { eventually } from '../support/world.ts'

const LESS = '--heap-growing-percent=33'
const AS_EVER = '--heap-growing-percent=0'

test('two hundred at once make it lean, once, and it is as ever when they have come', { timeout: 60_000 }, async () => {
  const set: string[] = []
  const came = leanWhileManyCome((option) => set.push(option))
  for (let i = 0; i < 199; i++) came()
  expect(set).toEqual([])
  for (let i = 0; i < 500; i++) came()
  expect(set).toEqual([LESS])
  await eventually('the crowd has come', () => set.length === 2, 30_000)
  expect(set).toEqual([LESS, AS_EVER])
})

test('few who come one after the other change nothing', { timeout: 60_000 }, async () => {
  const set: string[] = []
  const came = leanWhileManyCome((option) => set.push(option))
  for (let turn = 0; turn < 2; turn++) {
    for (let i = 0; i < 100; i++) came()
    await sleep(2500)
  }
  expect(set).toEqual([])
})

test('the engine knows both options', () => {
  const came = leanWhileManyCome()
  for (let i = 0; i < 200; i++) came()
})
