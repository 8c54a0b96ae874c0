// Does every watcher end with the log, each entry once and in order, whatever is cut, killed and restarted on the way?
import { describe, expect, onTestFinished, test } from 'vitest'
import { call } from '../../src/api/client.ts'
import { readEvents } from '../../src/api/tenders.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { append } from '../../src/server/log/append.ts'
import { freePort, type Program, runProgram } from '../support/processes.ts'
import { Watcher } from '../support/watcher.ts'
import { eventually, makeWorld } from '../support/world.ts'

const WATCHERS = 200
const EVENTS = 2000
const world = await makeWorld({ suppliers: 0, evaluators: 7 })

/** Appends so many public entries of the tender in one transaction, through the one door there is. */
async function appendSome(no: string, from: number, n: number): Promise<void> {
  await world.db.withTx(async (work) => {
    for (let i = from; i < from + n; i++) {
      const payload = { typ: 'incident/1', tender: no, lot: '1', reasons: [`test-${i}`], acts: [], newDeadline: null }
      await append(P, work, { typ: 'incident/1', org: '-', ref: no, by: '-', payload })
    }
  })
}

/** The tender's log as anybody can fetch it. */
async function theLog(no: string) {
  const events = []
  for (let after = -1; ; after = events.at(-1)?.index ?? -1) {
    const page = await call(world.url, readEvents, { params: { no }, query: { after, limit: 1000 } })
    if (!page.ok) throw new Error(page.text)
    if (page.body.events.length === 0) return events
    events.push(...page.body.events)
  }
}

const port = await freePort()
const apis: Program[] = []
/** An API in a process of its own, which can be killed. */
async function startProcess(): Promise<Program> {
  const env = {
    DATABASE_URL: world.database.url,
    MADANG_DATA: world.dataDir,
    MADANG_SIGNER: world.config.signerSocket,
    PORT: String(port),
  }
  const program = runProgram('scripts/serve.mjs', [], { env, limitMs: 170_000 })
  apis.push(program)
  await program.waitForLine(/^ready/, 60_000)
  return program
}

describe('RT-1 the live log', () => {
  test(`${WATCHERS} watchers end with exactly the log of ${EVENTS} entries after random cuts and two killed servers; without the rule they do not`, {
    timeout: 150_000,
  }, async () => {
    const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000)
    let state = seed
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state / 2_147_483_648
    }
    const no = await world.publish()
    let api = await startProcess()
    const url = `http://127.0.0.1:${port}`
    const watchers = Array.from({ length: WATCHERS }, () => new Watcher(url, no))
    let stop = async () => {}
    onTestFinished(async () => {
      for (const watcher of watchers) watcher.close()
      await stop()
      await api.kill()
    })
    await eventually('everybody has what is there', () => watchers.every((w) => w.last >= 0))
    stop = world.runs(0, 30)

    let appended = 0
    const kills = [EVENTS / 3, (2 * EVENTS) / 3]
    while (appended < EVENTS) {
      const n = Math.min(1 + Math.floor(random() * 100), EVENTS - appended)
      await appendSome(no, appended, n)
      appended += n
      for (const watcher of watchers) if (random() < 0.02) watcher.tear()
      if (kills[0] !== undefined && appended >= kills[0]) {
        kills.shift()
        await api.kill('SIGKILL')
        api = await startProcess()
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await eventually('everything is published', async () => {
      const { waiting, entries, size } = await world.published()
      return waiting === 0 && entries === size
    })
    await stop()
    const log = await theLog(no)
    // Notice and two keysets come before them.
    expect(log.length).toBe(EVENTS + 3)
    const end = log.at(-1)?.index ?? -1
    await eventually('everybody has the last entry', () => watchers.every((w) => w.last === end), 90_000)

    const right = JSON.stringify(log)
    const wrong = watchers.filter((w) => JSON.stringify(w.entries) !== right)
    expect(wrong.length, `seed ${seed}`).toBe(0)
    // The trouble was real: everybody was cut, and most of those who only listen would have missed something.
    expect(Math.min(...watchers.map((w) => w.cuts))).toBeGreaterThanOrEqual(2)
    const listeners = watchers.filter(
      (w) =>
        w.heard.join() ===
        log
          .slice(3)
          .map((e) => e.index)
          .join(),
    )
    expect(listeners.length).toBeLessThan(WATCHERS / 2)
  })

  test('who asks over the socket what came after an entry gets what is published of it, or nothing where that is too much', async () => {
    const no = await world.publish()
    await world.tick()
    await appendSome(no, 0, 3)
    await world.tick()
    const watcher = new Watcher(world.url, no)
    onTestFinished(() => watcher.close())
    const since = (after: number) => watcher.socket.timeout(5000).emitWithAck('since', { no, after })
    await eventually('the watcher has what is there', () => watcher.entries.length === 6)
    const log = await theLog(no)
    const index = log.at(-1)?.index ?? -1
    expect(await since(log[3]?.index ?? -1)).toEqual({ events: log.slice(4), index })
    expect(await since(index)).toEqual({ events: [], index })
    await appendSome(no, 3, 1)
    // What is not published is not there.
    expect(await since(index)).toEqual({ events: [], index })
    await appendSome(no, 4, 120)
    await world.tick()
    expect(await since(index)).toBeNull()
    await eventually('it came by other ways', () => watcher.entries.length === 127)
    expect(watcher.tails).toBeGreaterThan(0)
  })

  test('a watcher who comes before the first entry of a tender hears it as it is published', async () => {
    const no = await world.draft()
    const watcher = new Watcher(world.url, no)
    await eventually('the watcher is in the room', () => watcher.fetches > 0)
    await world.officer.publish(no)
    await world.tick()
    await eventually('the notice came', () => watcher.entries.length === 3)
    expect(watcher.entries).toEqual(await theLog(no))
    watcher.close()
  })

  test('an entry too large for everybody comes without its payload, and is fetched by those who watch', async () => {
    const no = await world.publish()
    const watcher = new Watcher(world.url, no)
    await eventually('the watcher has what is there', () => watcher.entries.length === 3)
    await world.db.withTx(async (work) => {
      const payload = {
        typ: 'incident/1',
        tender: no,
        lot: '1',
        reasons: ['x'.repeat(40_000)],
        acts: [],
        newDeadline: null,
      }
      await append(P, work, { typ: 'incident/1', org: '-', ref: no, by: '-', payload })
    })
    const bare = new Promise((resolve) => watcher.socket.once('entry', (e) => resolve(e.payload)))
    await world.tick()
    expect(await bare).toBeNull()
    await eventually('the entry is there', () => watcher.entries.length === 4)
    expect(watcher.entries).toEqual(await theLog(no))
    watcher.close()
  })

  test('a watcher hears nothing of a tender that it does not watch, and nothing after it has left', async () => {
    const [watched, other] = [await world.publish(), await world.publish()]
    const watcher = new Watcher(world.url, watched)
    await eventually('the watcher has what is there', () => watcher.entries.length === 3)
    await appendSome(other, 0, 3)
    await appendSome(watched, 0, 1)
    await world.tick()
    await eventually('its own entry came', () => watcher.heard.length > 0)
    expect(watcher.heard.length).toBe(1)
    const left = await watcher.socket.timeout(5000).emitWithAck('unwatch', watched)
    expect(left).toEqual({ ok: true })
    const log = new Promise<void>((resolve) => watcher.socket.once('checkpoint', () => resolve()))
    expect(await watcher.socket.timeout(5000).emitWithAck('watch-log')).toEqual({ ok: true })
    await appendSome(watched, 1, 1)
    await world.tick()
    await log
    expect(watcher.heard.length).toBe(1)
    watcher.close()
  })

  test('the checkpoint that is sent is the one that is served', async () => {
    const no = await world.publish()
    const watcher = new Watcher(world.url, no)
    await eventually('the watcher is in the room', () => watcher.fetches > 0)
    const came = new Promise<string>((resolve) => watcher.socket.once('checkpoint', (c) => resolve(c.note)))
    await watcher.socket.timeout(5000).emitWithAck('watch-log')
    await appendSome(no, 0, 1)
    await world.tick()
    expect(await came).toBe(await (await fetch(`${world.url}/log/checkpoint`)).text())
    watcher.close()
  })
})
