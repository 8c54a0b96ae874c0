// Does a monitor stay quiet over an honest log, name each contradiction, count what does not answer, and end with the right code?
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { Tally } from '../../src/cli/metrics-page.ts'
import { type MonitorState, monitorRound, type Round, readState, stateText } from '../../src/cli/monitor-round.ts'
import { openWitness } from '../../src/keepers/witness-core.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromUtf8, hex, utf8 } from '../../src/proof/bytes.ts'
import { canonical } from '../../src/proof/canonical.ts'
import { openLeaf } from '../../src/proof/leaf.ts'
import { checkpointText, cosign, signNote, vkeyOf, WITNESS_KEY, writeAddCheckpoint } from '../../src/proof/note.ts'
import { bundleOf, newTiles, tilePath } from '../../src/proof/tiles.ts'
import { leafHash, rootOf } from '../../src/proof/tree.ts'
import { runProgram, tempDir } from '../support/processes.ts'

const ORIGIN = 'monitored.example/log'
const SEED = P.sha256(utf8('monitored log'))
const WITNESS = P.sha256(utf8('monitored witness'))
const START = Date.parse('2026-11-01T00:00:00Z')
const FRESH: MonitorState = { follow: null, policy: null, release: null }

let closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing) close()
  closing = []
})

/** A service that serves a log of its own making, and whatever else it is told to. */
class Service {
  readonly files = new Map<string, Uint8Array>()
  readonly down = new Set<string>()
  entries: Uint8Array[] = []
  now = START
  url = ''
  seed = SEED
  readonly #server = createServer((req, res) => {
    const path = req.url ?? ''
    const bytes = this.files.get(path) ?? (/^\/(healthz|api|openapi|$)/.test(path) ? utf8('{}') : undefined)
    if (this.down.has(path)) return void res.writeHead(503).end()
    res.writeHead(bytes ? 200 : 404).end(bytes)
  })

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    closing.push(() => {
      this.#server.closeAllConnections()
      this.#server.close()
    })
    return this
  }

  get witnessKey(): string {
    return vkeyOf(P, 'w.example', P.ed25519PublicKey(WITNESS), WITNESS_KEY)
  }

  add(n: number, typ = 'late/1', payload: Uint8Array = utf8('{}')): void {
    const h = P.sha256(payload)
    this.files.set(`/log/payload/${hex(h)}`, payload)
    const at = new Date(this.now).toISOString().replace(/\.\d+/, '')
    for (let i = 0; i < n; i++)
      this.entries.push(openLeaf({ typ, at, org: '-', ref: '-', by: String(this.entries.length), h: b64u(h) }))
  }

  /** Signs and cosigns what there is, by the witness's clock. */
  async publish(policyLines?: string): Promise<void> {
    const hashes = this.entries.map((entry) => leafHash(P, entry))
    for (const t of await newTiles(P, 0, hashes, async () => new Uint8Array(0)))
      this.files.set(`/log/${tilePath(t.level, t.n, t.width)}`, t.data)
    for (let n = 0; n * 256 < this.entries.length; n++) {
      const some = this.entries.slice(n * 256, n * 256 + 256)
      this.files.set(`/log/${tilePath('entries', n, some.length)}`, bundleOf(some))
    }
    const text = checkpointText({ origin: ORIGIN, size: this.entries.length, root: rootOf(P, hashes) })
    const note = await signNote(P, ORIGIN, this.seed, text)
    const line = await cosign(P, 'w.example', WITNESS, text, Math.floor(this.now / 1000))
    this.files.set('/log/checkpoint', utf8(note + line))
    const lines = policyLines ?? `witness w ${this.witnessKey}\nquorum w\n`
    this.files.set('/log/policy', utf8(`log ${vkeyOf(P, ORIGIN, P.ed25519PublicKey(this.seed))}\n${lines}`))
  }

  look(before: MonitorState = FRESH): Promise<Round> {
    const source = httpLogSource(`${this.url}/log`, { patienceMs: 1 })
    const parts = { P, url: this.url, source, now: () => this.now, inclusionSeconds: 60, freshSeconds: 130 }
    return monitorRound(parts, before)
  }
}

async function grown(): Promise<{ service: Service; first: Round }> {
  const service = await new Service().start()
  service.add(300)
  await service.publish()
  return { service, first: await service.look() }
}

describe('a monitor', () => {
  test('says nothing of an honest log that grows, and measures how long its entries took', async () => {
    const { service, first } = await grown()
    expect([first.alarms, first.troubles, first.size, first.waits]).toEqual([[], [], 300, []])
    service.add(3)
    service.now += 2000
    await service.publish()
    const second = await service.look(readState(stateText(first.state)))
    expect([second.alarms, second.troubles, second.size, second.waits]).toEqual([[], [], 303, [2, 2, 2]])
    expect(second.headAge).toBe(0)
  })

  test('counts what does not answer, an old head and late entries as troubles that may pass', async () => {
    const { service, first } = await grown()
    service.down.add('/api/v1/tenders')
    service.add(1)
    service.now += 61_000
    await service.publish()
    const late = await service.look(first.state)
    expect(late.alarms).toEqual([])
    expect(late.troubles).toEqual(['/api/v1/tenders does not answer', '1 entries were under a head only after 61 s'])
    service.down.clear()
    service.now += 131_000
    expect((await service.look(late.state)).troubles).toEqual(['the newest head is 131 s old'])
    service.down.add('/log/checkpoint')
    expect((await service.look(late.state)).troubles.length).toBeGreaterThan(0)
  })

  test.each<[string, string, (service: Service) => Promise<void>]>([
    [
      'a rewritten entry',
      'fork',
      async (s) => {
        s.entries[5] = s.entries[6]!
        s.add(1)
        await s.publish()
      },
    ],
    [
      'fewer entries',
      'shrunk',
      async (s) => {
        s.entries = s.entries.slice(0, 200)
        await s.publish()
      },
    ],
    [
      'another key',
      'key',
      async (s) => {
        s.seed = P.sha256(utf8('another'))
        s.add(1)
        await s.publish()
      },
    ],
    [
      'another policy',
      'policy',
      async (s) => {
        s.add(1)
        await s.publish('quorum none\n')
      },
    ],
  ])('raises the alarm over %s', async (_, what, change) => {
    const { service, first } = await grown()
    await change(service)
    const round = await service.look(first.state)
    expect(round.alarms.map((alarm) => alarm.what)).toContain(what)
  })

  test('raises the alarm when a witness has been shown another log, and waits for one that is only ahead', async () => {
    const { service } = await grown()
    const dir = tempDir('monitored-witness')
    const vkeys = [vkeyOf(P, ORIGIN, P.ed25519PublicKey(SEED))]
    const witness = openWitness({ P, dir, name: 'v.example', logs: () => vkeys, now: () => Math.floor(START / 1000) })
    const server = createServer(async (_, res) => {
      const note = await witness.latest(hex(P.sha256(utf8(ORIGIN))))
      res.writeHead(note ? 200 : 404).end(note)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const lines = `witness v ${witness.vkey} http://127.0.0.1:${(server.address() as AddressInfo).port}\nquorum none\n`
    await service.publish(lines)
    expect((await service.look()).troubles).toEqual(['witness v: it answered 404'])
    const ask = async (entries: Uint8Array[]) => {
      const root = rootOf(
        P,
        entries.map((entry) => leafHash(P, entry)),
      )
      const note = await signNote(P, ORIGIN, SEED, checkpointText({ origin: ORIGIN, size: entries.length, root }))
      return witness.addCheckpoint(utf8(writeAddCheckpoint({ old: 0, proof: [], note })))
    }
    // What is shown to others: the same beginning, and another entry in the place of one that we know.
    const other = [...service.entries.slice(0, 100), service.entries[0]!, ...service.entries.slice(101, 200)]
    expect((await ask(other)).status).toBe(200)
    expect((await service.look()).alarms).toMatchObject([{ what: 'witness-view' }])
  })

  test('raises the alarm over code that is not the logged release, and over scripts that are in none', async () => {
    const { service, first } = await grown()
    const script = utf8('let honest = true')
    service.files.set('/assets/app.js', script)
    service.files.set('/', utf8('<script src="/assets/app.js"></script>'))
    const files = [{ path: '/assets/app.js', sha256: hex(P.sha256(script)) }]
    service.add(1, 'platform.release/1', utf8(canonical({ typ: 'platform.release/1', version: '1', files })))
    await service.publish()
    const fine = await service.look(first.state)
    expect(fine.alarms).toEqual([])
    service.files.set('/', utf8('<script src="/assets/app.js"></script><script src="/assets/evil.js"></script>'))
    expect((await service.look(fine.state)).alarms).toMatchObject([
      { what: 'code', says: expect.stringContaining('evil') },
    ])
    service.files.set('/', utf8(''))
    service.files.set('/assets/app.js', utf8('let honest = false'))
    expect((await service.look(fine.state)).alarms).toMatchObject([{ what: 'code' }])
  })
})

describe('the figures', () => {
  test('are in the form that collectors read, with an availability that counts each address', () => {
    const tally = new Tally()
    const asked = [
      { name: '/', ok: true, seconds: 0.5 },
      { name: '/log/checkpoint', ok: false, seconds: 1 },
    ]
    tally.take({ state: FRESH, alarms: [], troubles: ['x'], waits: [3, 7], headAge: 4, size: 12, asked })
    expect(tally.availability).toBe(0.5)
    const text = tally.text()
    expect(text).toContain('# TYPE madang_log_size gauge\nmadang_log_size 12\n')
    expect(text).toContain('madang_address_failures_total{path="/log/checkpoint"} 1')
    expect(text).toContain('madang_log_longest_wait_seconds 7')
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) madang_|madang_[a-z_]+(\{path="[^"]+"\})? \d)/)
  })
})

describe('the program', () => {
  test('ends with 0 over an honest log, 3 below the bar, 1 over a fork, 2 for what is no address', async () => {
    const { service } = await grown()
    service.now = Date.now()
    await service.publish()
    const kept = `${tempDir('monitor')}/state.json`
    const run = (...args: string[]) => runProgram('scripts/madang.mjs', ['monitor', ...args, '--every', '1', '--json'])
    const well = run(service.url, '--rounds', '2', '--state', kept, '--metrics', '19464')
    expect((await well.exit).code).toBe(0)
    expect(well.stdout()).toContain('"code":"well"')
    service.down.add('/api/v1/time')
    expect((await run(service.url, '--rounds', '1', '--state', kept).exit).code).toBe(3)
    service.entries[5] = service.entries[6]!
    service.add(1)
    await service.publish()
    const forked = run(service.url, '--rounds', '5', '--state', kept)
    expect((await forked.exit).code).toBe(1)
    expect(forked.stdout()).toContain('ALARM fork')
    expect((await run('nowhere').exit).code).toBe(2)
    expect(fromUtf8(service.files.get('/log/checkpoint')!)).toContain(ORIGIN)
  })
})
