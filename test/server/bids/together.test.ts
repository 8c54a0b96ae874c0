// Does what comes at the same moment share its work, and does each get an answer of its own?
import { describe, expect, test } from 'vitest'
import { together } from '../../../src/server/bids/together.ts'
import { PoolBusy } from '../../../src/server/db.ts'

const rest = { patienceMs: 60_000, groupOf: () => '' }

/** Work that ends when it is told to. */
function held() {
  const batches: { asks: readonly number[]; end: (answers?: readonly string[]) => void; fail: (e: Error) => void }[] =
    []
  const work = (asks: readonly number[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      batches.push({ asks, end: (answers = asks.map(String)) => resolve(answers), fail: reject })
    })
  return { work, batches, asked: () => batches.map(({ asks }) => asks) }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('what comes together', () => {
  test('is served at once when nothing is under way, and otherwise with what came meanwhile, in order', async () => {
    const { work, batches, asked } = held()
    const ask = together(work, { most: 3, atOnce: 1, ...rest })
    const answers = [1, 2, 3, 4, 5].map((n) => ask(n))
    expect(asked()).toEqual([[1]])
    batches[0]?.end()
    await settled()
    expect(asked()).toEqual([[1], [2, 3, 4]])
    batches[1]?.end()
    await settled()
    expect(asked()).toEqual([[1], [2, 3, 4], [5]])
    batches[2]?.end()
    expect(await Promise.all(answers)).toEqual(['1', '2', '3', '4', '5'])
  })

  test('has no more batches under way than it may', async () => {
    const { work, batches, asked } = held()
    const ask = together(work, { most: 1, atOnce: 2, ...rest })
    const answers = [1, 2, 3].map((n) => ask(n))
    expect(asked()).toEqual([[1], [2]])
    batches[1]?.end()
    await settled()
    expect(asked()).toEqual([[1], [2], [3]])
    batches[0]?.end()
    batches[2]?.end()
    expect(await Promise.all(answers)).toEqual(['1', '2', '3'])
  })

  test('fails together, and what comes after is served all the same', async () => {
    const { work, batches } = held()
    const ask = together(work, { most: 2, atOnce: 1, ...rest })
    const answers = [1, 2, 3, 4].map((n) => ask(n).catch((error: Error) => error.message))
    batches[0]?.end()
    await settled()
    batches[1]?.fail(new Error('gone'))
    await settled()
    batches[2]?.end()
    expect(await Promise.all(answers)).toEqual(['1', 'gone', 'gone', '4'])
  })

  test('is told that the house is busy when its turn does not come in time, and is not begun', async () => {
    const { work, batches, asked } = held()
    const ask = together(work, { most: 2, atOnce: 1, ...rest, patienceMs: 5 })
    const first = ask(1)
    const outcomes = await Promise.allSettled([ask(2), ask(3)])
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(PoolBusy) })
    batches[0]?.end()
    expect(await first).toBe('1')
    const later = ask(4)
    await settled()
    expect(asked().flat()).toEqual([1, 4])
    batches.at(-1)?.end()
    expect(await later).toBe('4')
  })

  test('of different groups waits for nothing of each other', async () => {
    const { work, batches, asked } = held()
    const ask = together(work, { most: 2, atOnce: 1, ...rest, groupOf: (n) => (n > 9 ? 'large' : 'small') })
    const answers = [1, 2, 10, 3, 11].map((n) => ask(n))
    expect(asked()).toEqual([[1], [10]])
    batches[1]?.end()
    await settled()
    expect(asked()).toEqual([[1], [10], [11]])
    batches[0]?.end()
    await settled()
    expect(asked()).toEqual([[1], [10], [11], [2, 3]])
    for (const { end } of batches) end()
    expect(await Promise.all(answers)).toEqual(['1', '2', '10', '3', '11'])
  })

  test('is a bug when there are fewer answers than were asked for: nobody gets another’s', async () => {
    const { work, batches } = held()
    const answer = together(work, { most: 2, atOnce: 1, ...rest })(1)
    batches[0]?.end([])
    await expect(answer).rejects.toThrow('0 answers for 1 asked')
  })
})
