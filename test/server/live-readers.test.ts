// What do readers cost who do not read? They are cut, the others hear everything in time, and the server's memory does not grow.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { LiveLimits } from '../../src/server/live-readers.ts'
import { append } from '../../src/server/log/append.ts'
import { type Program, runProgram, tempDir } from '../support/processes.ts'
import { RawReader } from '../support/raw-reader.ts'
import { Watcher } from '../support/watcher.ts'
import { eventually, makeWorld } from '../support/world.ts'

const STALLED = 450
const CRAWLING = 50
const SILENT = 50
const HALF_OPEN = 50
const HONEST = 20
const EVENTS = 2000
const MB = 1024 * 1024

const world = await makeWorld({ suppliers: 0 })

const rss = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

type Alone = { program: Program; path: string; url: string }

async function startAlone(limits: Partial<LiveLimits>): Promise<Alone> {
  const path = join(tempDir('live'), 'live.sock')
  const quick = { pingMs: 1000, pongMs: 1500, connectMs: 1500, ...limits }
  const program = runProgram('test/server/live-alone.ts', [path, world.database.url, JSON.stringify(quick)], {
    limitMs: 90_000,
  })
  const line = await program.waitForLine(/^ready/)
  return { program, path, url: `http://127.0.0.1:${line.split(' ')[1]}` }
}

async function appendAll(no: string, from: number, n: number): Promise<void> {
  await world.db.withTx(async (work) => {
    for (let i = from; i < from + n; i++) {
      const reasons = [`test-${i}`, 'x'.repeat(900)]
      const payload = { typ: 'incident/1', tender: no, lot: '1', reasons, acts: [], newDeadline: null }
      await append(P, work, { typ: 'incident/1', org: '-', ref: no, by: '-', payload })
    }
  })
}

const open: { end?: () => void; close?: () => void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) {
    one.end?.()
    one.close?.()
  }
})

const many = <T extends { end?: () => void; close?: () => void }>(n: number, make: () => T): T[] =>
  Array.from({ length: n }, () => {
    const one = make()
    open.push(one)
    return one
  })

/** The same crowd and the same events, with the limits given. Answers what the server's memory grew by, and who is left. */
async function crowd(limits: Partial<LiveLimits>) {
  const no = await world.publish()
  const server = await startAlone(limits)
  const where = { path: server.path }
  const honest = many(HONEST, () => new Watcher(server.url, no, world.url))
  await eventually('the honest have what is there', () => honest.every((w) => w.last >= 0))
  // The same events without the crowd: nothing is measured that only a first time costs.
  const round = async (from: number) => {
    await appendAll(no, from, EVENTS)
    await world.tick()
    const published = performance.now()
    await eventually(
      'the honest have everything',
      () => honest.every((w) => w.entries.length === 3 + from + EVENTS),
      30_000,
    )
    const last = honest[0]?.last ?? -1
    return Math.max(...honest.map((w) => w.at.get(last) ?? Number.POSITIVE_INFINITY)) - published
  }
  await round(0)
  const stalled = many(STALLED, () => new RawReader(where))
  const crawling = many(CRAWLING, () => new RawReader(where))
  await Promise.all([...stalled, ...crawling].map((reader) => reader.watch(no)))
  const before = rss(server.program.pid)
  for (const reader of stalled) reader.stall()
  for (const reader of crawling) reader.crawl(1024)

  let most = 0
  const look = setInterval(() => {
    most = Math.max(most, rss(server.program.pid))
  }, 20)
  const crowded = await round(EVENTS)
  clearInterval(look)
  most = Math.max(most, rss(server.program.pid))
  return { ...server, no, honest, stalled, crawling, grown: most - before, crowded }
}

describe('RT-3 readers who do not read', () => {
  test(`${STALLED} stalled and ${CRAWLING} crawling readers are cut, the honest are not late, and memory grows by less than 64 MB`, {
    timeout: 80_000,
  }, async () => {
    // Bytes alone decide: a machine that is busy for three seconds makes an honest reader answer a ping too late.
    const patient = { pingMs: 60_000, pongMs: 60_000 }
    const { grown, honest, stalled, crawling, crowded, no, url } = await crowd(patient)
    expect(grown).toBeLessThan(64 * MB)
    // Five hundred more are written to, in turns; who waited for those that do not read would wait for their time-outs.
    expect(crowded).toBeLessThan(patient.pongMs / 2)
    // A stalled reader sees its end when it reads again.
    for (const reader of [...stalled, ...crawling]) reader.socket.resume()
    await eventually('all of them are cut', () => [...stalled, ...crawling].every((r) => r.closed))
    // Cut in the middle: nobody got everything.
    expect(Math.max(...stalled.map((r) => r.bytes))).toBeLessThan(2 * EVENTS * 1000)
    // The honest were spared.
    expect(honest.map((w) => w.cuts).filter((n) => n > 0)).toEqual([])
    const back = many(5, () => new Watcher(url, no, world.url))
    await eventually('who comes back has everything', () => back.every((w) => w.entries.length === 2 * EVENTS + 3))
    expect(back[0]?.entries).toEqual(honest[0]?.entries)
  })

  test('control: where nobody is cut, the same readers make the memory grow by more than that', {
    timeout: 80_000,
  }, async () => {
    const { grown, stalled } = await crowd({ waitingBytes: 1e12, pingMs: 60_000, pongMs: 60_000, sliceMs: 0 })
    expect(grown).toBeGreaterThan(64 * MB)
    expect(stalled.some((r) => r.closed)).toBe(false)
  })

  test(`${HALF_OPEN} half-open and ${SILENT} silent connections are ended`, async () => {
    const { path } = await startAlone({})
    const no = await world.publish()
    const where = { path }
    const halfOpen = many(HALF_OPEN, () => new RawReader(where))
    for (const reader of halfOpen) reader.upgrade()
    const silent = many(SILENT, () => new RawReader(where))
    await Promise.all(silent.map((reader) => reader.watch(no)))
    // The first never join anything, the others never answer a ping.
    await eventually('all are ended', () => [...halfOpen, ...silent].every((r) => r.closed), 15_000)
  })
})
