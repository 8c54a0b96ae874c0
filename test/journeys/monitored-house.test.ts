// Does a monitor of a house of real processes see every probe go in, and the house answer, while parts of it are killed; and does it say so when nothing is numbered any more?
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { startHouse } from '../../scripts/house.ts'
import { type Account, makePeople } from '../../scripts/people.ts'
import { Person } from '../../scripts/person.ts'
import { until } from '../../scripts/play.ts'
import { serveMetrics, Tally } from '../../src/cli/metrics-page.ts'
import { monitor } from '../../src/cli/monitor.ts'
import { type MonitorState, monitorRound, type Round } from '../../src/cli/monitor-round.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { testDatabase } from '../support/database.ts'
import { freePort, runProgram, tempDir } from '../support/processes.ts'
import { FAST } from './house-pace.ts'

// The front page is one of the addresses that are asked.
const { build } = (await import('../../scripts/build.mjs' as string)) as { build: () => Promise<string> }
await build()
const database = await testDatabase()
const house = await startHouse({ ...FAST, dataDir: tempDir('house'), databaseUrl: database.url, custodians: [] })
afterAll(() => house.stop())
const [account] = await makePeople(
  house,
  [{ id: 'probing-firm', ko: '탐침 (가상)', en: 'Probing Firm (invented)' }],
  [{ id: 'prober', org: 'probing-firm', role: 'supplier', name: 'Prober' }],
)
const prober = await new Person(house.url, account as Account).signIn()

const { url } = house
const parts = {
  P,
  url,
  source: httpLogSource(`${url}/log`),
  now: () => Date.now(),
  inclusionSeconds: 60,
  freshSeconds: 130,
}
let state: MonitorState = { follow: null, policy: null, release: null }
let tally = new Tally()

async function look(): Promise<Round> {
  const round = await monitorRound(parts, state)
  // The files of the release are compared in the round that meets it in the log, and not again in each of a hundred.
  state = { ...round.state, release: null }
  tally.take(round)
  return round
}
/** Looks until a round is as it should be, and answers it. */
const lookUntil = (what: string, good: (round: Round) => boolean): Promise<Round> =>
  until(what, async () => {
    const round = await look()
    return good(round) && round
  })

let probes = 0
/** An act that was acknowledged, which makes one entry: the prober changes the key for signing. */
async function probe(): Promise<void> {
  await prober.enrol()
  probes++
}

/** The program's own loop for one round, on a clock that is so much later; its exit code, and what it says. */
async function ends(later: number, kept: string): Promise<{ code: number; says: string }> {
  const said: string[] = []
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + later })
  try {
    const terminal = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) }
    const code = await monitor(url, { every: 1, rounds: 1, state: kept }, terminal)
    return { code, says: said.join('\n') }
  } finally {
    vi.useRealTimers()
  }
}

/** One kind of figure of a page, by address. */
const figures = (page: string, name: string): Map<string, number> =>
  new Map(
    [...page.matchAll(new RegExp(`^madang_${name}\\{path="([^"]+)"\\} (\\S+)$`, 'gm'))].map((m) => [
      m[1] as string,
      Number(m[2]),
    ]),
  )

describe('a monitor of a house of real processes', () => {
  test('sees every probe under a head within a minute, and each address answer 99 times of 100, though a witness and the API are killed and come back', {
    timeout: 240_000,
  }, async () => {
    await probe()
    await lookUntil('a log that holds the first probe', (round) => round.troubles.length === 0)
    await lookUntil('a round in which nothing is new', (round) => round.waits.length === 0)
    tally = new Tally()
    probes = 0

    // Two witnesses of three are enough: what is acknowledged without the third goes in as before.
    const witness = 'press-council'
    await house.kill(`witness-${witness}`)
    await probe()
    const without = await lookUntil('the probe under a head that the others have seen', () => tally.entries >= probes)
    expect(without.alarms).toEqual([])
    expect(without.troubles).toContainEqual(expect.stringContaining(`witness ${witness}: `))
    await house.start(`witness-${witness}`)
    await lookUntil('all three witnesses', (round) => round.troubles.length === 0)

    // The program itself looks on, at the quickest pace that it has.
    const kept = join(tempDir('monitor'), 'state.json')
    const run = (...args: string[]) =>
      runProgram('scripts/madang.mjs', ['monitor', url, '--every', '1', '--state', kept, '--json', ...args])
    const port = String(await freePort())
    const program = run('--rounds', '8', '--metrics', port)
    await program.waitForLine('"code":"well"')

    // Acknowledged, and the next moment there is no API.
    await probe()
    await house.kill('api')
    // At the pace of a monitor, a round every ten seconds or more, a start of a second or two meets one round. These rounds follow each
    // other without a pause, a hundred for a quarter of an hour, so that the outage is given its one round here.
    const dark = await look()
    expect(dark.alarms).toEqual([])
    expect(dark.asked.filter(({ ok }) => ok)).toEqual([])
    await program.waitForLine('/healthz does not answer')
    const seen = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(figures(seen, 'address_failures_total').get('/healthz')).toBeGreaterThan(0)
    await house.start('api')

    // A machine that is busy with other things adds a reply of 503 now and then, and gets more rounds to weigh it against.
    const below = () => [...tally.addresses.values()].some(({ tries, failures }) => failures / tries > 0.01)
    while (tally.rounds < 101 || (below() && tally.rounds < 401)) {
      if (tally.rounds % 25 === 0) await probe()
      const { alarms } = await look()
      expect(alarms).toEqual([])
    }
    await lookUntil('every probe and no trouble', ({ troubles }) => tally.entries >= probes && troubles.length === 0)
    expect([probes > 5, tally.entries, tally.alarms]).toEqual([true, probes, 0])

    const page = await serveMetrics(tally, 0)
    const text = await (await fetch(`http://127.0.0.1:${page.port}/metrics`)).text().finally(page.close)
    expect(Number(/^madang_log_longest_wait_seconds (\S+)$/m.exec(text)?.[1])).toBeLessThanOrEqual(60)
    const [requests, failures] = [figures(text, 'address_requests_total'), figures(text, 'address_failures_total')]
    expect(requests.size).toBe(7)
    for (const [path, asked] of requests) {
      expect([path, asked]).toEqual([path, tally.rounds])
      expect(failures.get(path)).toBeGreaterThan(0)
      expect([path, (failures.get(path) as number) / asked <= 0.01]).toEqual([path, true])
    }
    expect(tally.availability).toBeGreaterThanOrEqual(0.99)

    // Of the eight rounds of the program the same outage took more than a hundredth: it says so, and the next run is well.
    expect((await program.exit).code).toBe(3)
    expect(Number(/8 rounds, availability ([\d.]+) %/.exec(program.stdout())?.[1])).toBeLessThan(99)
    const well = await until('a run that ends with 0', async () => {
      const after = run('--rounds', '2')
      return (await after.exit).code === 0 && after.stdout()
    })
    expect(well).toContain('2 rounds, availability 100.00 %, 0 troubles')
  })

  test('ends with 3 while the worker stands still and nothing is numbered, and when what was done meanwhile goes in late', {
    timeout: 240_000,
  }, async () => {
    const kept = join(tempDir('monitor'), 'state.json')
    await until('a calm round', async () => (await ends(0, kept)).code === 0)
    await house.kill('worker')
    const { size } = await look()
    await probe()
    // A moment later there is nothing to be seen yet; two minutes later it is plain that no head was made.
    expect((await ends(0, kept)).says).not.toMatch(/head/)
    expect(await ends(131_000, kept)).toMatchObject({
      code: 3,
      says: expect.stringMatching(/the newest head is [1-9]\d\d s old/),
    })
    expect((await look()).size).toBe(size)

    await house.start('worker')
    await lookUntil('the probe', (round) => round.size > size)
    const [prompt, late] = [`${kept}.prompt`, `${kept}.late`]
    for (const copy of [prompt, late]) copyFileSync(kept, copy)
    expect((await ends(0, prompt)).says).not.toMatch(/head/)
    // To a monitor on whose clock the worker stood still for a minute longer, the same entry came late.
    expect(await ends(61_000, late)).toMatchObject({
      code: 3,
      says: expect.stringMatching(/1 entries were under a head only after (6[1-9]|[7-9]\d|1\d\d) s/),
    })
  })
})
