// Do those who ask together share a read, and is nobody told anything older than the question?
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shareReads } from '../../src/server/shared-reads.ts'

/** A record that changes, and reads of it that look first and answer later. */
function record() {
  const state = { value: 0, reads: 0, underWay: 0, most: 0 }
  const read = async () => {
    state.reads++
    state.most = Math.max(state.most, ++state.underWay)
    const seen = state.value
    await pause(1)
    state.underWay--
    return seen
  }
  return { state, read }
}

describe('reads that are shared', () => {
  test('cost two for a thousand who ask at once: the one that was under way, and the one after it', async () => {
    const { state, read } = record()
    const ask = shareReads<number>()
    await Promise.all(Array.from({ length: 1000 }, () => ask('key', read)))
    expect(state.reads).toBe(2)
  })

  test('are not shared with those who ask about something else', async () => {
    const ask = shareReads<string>()
    const answers = await Promise.all(['a', 'b', 'a', 'b'].map((key) => ask(key, async () => key)))
    expect(answers).toEqual(['a', 'b', 'a', 'b'])
  })

  test('that fail fail for those who shared them, and for nobody after', async () => {
    const ask = shareReads<number>()
    let left = 2
    const read = async () => {
      await pause(1)
      if (left-- > 0) throw new Error('busy')
      return 7
    }
    const first = await Promise.allSettled([ask('key', read), ask('key', read), ask('key', read)])
    expect(first.map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await ask('key', read)).toBe(7)
  })

  test('never answer with less than was there when the question came, whenever it comes', async () => {
    const waits = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(waits, async (pauses) => {
        const { state, read } = record()
        const ask = shareReads<number>()
        const asked: Promise<boolean>[] = []
        for (const ms of pauses) {
          if (ms > 0) await pause(ms - 1)
          state.value++
          const atLeast = state.value
          asked.push(ask('key', read).then((answer) => answer >= atLeast))
        }
        expect(await Promise.all(asked)).not.toContain(false)
        expect(state.most).toBe(1)
      }),
      { numRuns: 30 },
    )
  })

  test('control: sharing the read that is under way would answer with less', async () => {
    const { state, read } = record()
    let running: Promise<number> | null = null
    const naive = () => {
      running ??= read().finally(() => {
        running = null
      })
      return running
    }
    const first = naive()
    state.value = 1
    expect(await naive()).toBe(0)
    await first
  })
})
