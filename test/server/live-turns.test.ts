// Does a crowd that watches keep a request waiting? An entry is written to a part of the crowd at a time, and requests are answered in between.
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { LiveLimits } from '../../src/server/live-readers.ts'
import { append } from '../../src/server/log/append.ts'
import { runProgram, tempDir } from '../support/processes.ts'
import { RawReader } from '../support/raw-reader.ts'
import { eventually, makeWorld } from '../support/world.ts'

const WATCHERS = 500
/** Entries after which no answer in between was only bad luck. */
const ENTRIES = 25
const ASKING = 4

const world = await makeWorld({ suppliers: 0 })

const readers: RawReader[] = []
afterEach(() => {
  for (const reader of readers.splice(0)) reader.end()
})

/**
 * One entry after the other to a crowd, while others ask all the time to how many it has been written. Answers how many entries
 * were told, and how many answers came when some of the crowd had the entry and some had not; it ends with the first of those.
 */
async function answersInBetween(limits: Partial<LiveLimits>): Promise<{ entries: number; between: number }> {
  const no = await world.publish()
  const path = join(tempDir('live'), 'live.sock')
  // A ping that is on its way holds an entry back by itself.
  const quiet = { pingMs: 120_000, pongMs: 120_000, ...limits }
  const program = runProgram('test/server/live-alone.ts', [path, world.database.url, JSON.stringify(quiet)], {
    limitMs: 90_000,
  })
  const url = `http://127.0.0.1:${(await program.waitForLine(/^ready/)).split(' ')[1]}`
  for (let i = 0; i < WATCHERS; i++) readers.push(new RawReader({ path }))
  await Promise.all(readers.map((reader) => reader.watch(no)))
  const ask = async (what: 'mark' | 'told') =>
    (await (await fetch(`${url}/${what}`)).json()) as { told: number; of: number }

  let between = 0
  let entries = 0
  while (entries < ENTRIES && between === 0) {
    expect(await ask('mark')).toEqual({ told: 0, of: WATCHERS })
    let all = false
    const asking = Array.from({ length: ASKING }, async () => {
      while (!all) {
        const { told } = await ask('told')
        if (told > 0 && told < WATCHERS) between++
        all = told === WATCHERS
      }
    })
    await world.db.withTx(async (work) => {
      const reasons = [`test-${entries}`, 'x'.repeat(900)]
      const payload = { typ: 'incident/1', tender: no, lot: '1', reasons, acts: [], newDeadline: null }
      await append(P, work, { typ: 'incident/1', org: '-', ref: no, by: '-', payload })
    })
    await world.tick()
    await Promise.all(asking)
    entries++
    await eventually('everybody has it', () => readers.every((r) => r.got.includes(`test-${entries - 1}`)))
  }
  return { entries, between }
}

describe('RT-2 a crowd that watches', () => {
  test(`of ${WATCHERS} is told in parts, and requests are answered in between`, { timeout: 90_000 }, async () => {
    const { between } = await answersInBetween({ turnSockets: 20 })
    expect(between).toBeGreaterThan(0)
  })

  test('control: told in one go, nobody is answered before the last one has been told', {
    timeout: 90_000,
  }, async () => {
    const { entries, between } = await answersInBetween({ turnSockets: WATCHERS })
    expect(entries).toBe(ENTRIES)
    expect(between).toBe(0)
  })
})
