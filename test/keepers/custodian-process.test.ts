// Does a custodian hold as a process: made, started, killed at any moment, before an API that is down, hangs or comes back?
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { readJws, verifyJws } from '../../src/proof/jws.ts'
import { readPublicJwk } from '../../src/proof/primitives.ts'
import { type Edit, type Forge, forge } from '../support/forge.ts'
import { custodianFolder, ME, tempFolder, upTo } from './custodian-bench.ts'
import { type Keeper, startKeeper } from './keeper-process.ts'
import { type LyingServer, lyingServer } from './lying-server.ts'

/** The processes' clocks are real and far from the forged deadline: a regulator let the close stand. */
const OVERRIDDEN: Edit = {
  steps: upTo('list technical'),
  before: {
    'list technical': (f: Forge) => f.override(),
  },
}

const start = (dir: string, server: LyingServer, ...more: string[]): Keeper =>
  startKeeper('custodian', ['--dir', dir, '--id', ME, '--url', server.url, '--poll-ms', '50', ...more])

async function until(holds: () => boolean, ms = 15_000): Promise<void> {
  const end = Date.now() + ms
  while (!holds()) {
    if (Date.now() > end) throw new Error('it never came to be')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('the custodian as a process', () => {
  test('refuses to start with wrong flags, on another custodian’s folder, and on a folder that is in use', async () => {
    const dir = tempFolder()
    const init = (id: string, ...more: string[]) => startKeeper('custodian', ['--dir', dir, '--id', id, ...more])
    expect((await init('bank', '--init').exit).code).toBe(0)
    const wrong = [
      init('bank'),
      init('Bank!', '--init'),
      init('bank', '--url', 'file:///etc'),
      init('bank', '--url', 'http://127.0.0.1:1', '--poll-ms', '0'),
      init('bank', '--url', 'http://127.0.0.1:1', '--policy', join(dir, 'nothing')),
      init('bank', '--unknown'),
    ]
    for (const keeper of wrong) expect(await keeper.exit).toEqual({ code: 1, signal: null })
    const thief = init('thief', '--init')
    expect((await thief.exit).code).toBe(1)
    expect(thief.errors()).toContain('belongs to the custodian')
    const first = init('bank', '--url', 'http://127.0.0.1:1')
    await first.line('ready bank ')
    const second = init('bank', '--url', 'http://127.0.0.1:1')
    expect((await second.exit).code).toBe(1)
    expect(second.errors()).toContain('held by the live process')
  })

  test('makes its identity with --init: one key, stated in identity.jws by itself, the same at the next start', async () => {
    const dir = tempFolder()
    const init = () => startKeeper('custodian', ['--dir', dir, '--id', 'bank', '--init'])
    const made = init()
    expect((await made.exit).code).toBe(0)
    const jws = readFileSync(join(dir, 'identity.jws'), 'utf8')
    const { payload } = readJws(jws)
    expect(payload).toMatchObject({ typ: 'custodian.identity/1', id: 'bank', org: 'bank', replaces: null })
    expect(await verifyJws(P, jws, readPublicJwk(payload.jwk), 'custodian.identity/1')).not.toBeNull()
    expect((await init().exit).code).toBe(0)
    expect(readFileSync(join(dir, 'identity.jws'), 'utf8')).toBe(jws)
    expect(existsSync(join(dir, 'state.json'))).toBe(false)
  })

  test('looks once with --once and says by its exit code whether all was well', async () => {
    const forged = await forge(OVERRIDDEN)
    const server = await lyingServer(forged.files)
    const dir = custodianFolder(forged)
    expect((await start(dir, server, '--once').exit).code).toBe(0)
    expect(server.releases()).toHaveLength(1)
    server.files = (await forge(OVERRIDDEN)).files
    const again = start(dir, server, '--once')
    expect((await again.exit).code).toBe(1)
    expect(again.errors()).toContain('log-forked')
    expect(JSON.parse(readFileSync(join(dir, 'status.json'), 'utf8'))).toMatchObject({ id: ME, enrolled: 'yes' })
  })

  test('killed between keeping a release and the API’s answer, it sends the same bytes after its restart', async () => {
    const forged = await forge(OVERRIDDEN)
    const server = await lyingServer(forged.files)
    const dir = custodianFolder(forged)
    server.answer = 'hang'
    const first = start(dir, server)
    await until(() => server.releases().length > 0)
    expect(readdirSync(join(dir, 'releases'))).toHaveLength(1)
    await first.kill('SIGKILL')
    server.answer = 201
    const second = start(dir, server)
    await until(() => server.releases().length > 1)
    expect(new Set(server.releases()).size).toBe(1)
    expect(await second.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  })

  test('killed at random moments from its first look on, it never sends two releases over one keyset', async () => {
    const forged = await forge(OVERRIDDEN)
    const server = await lyingServer(forged.files)
    const dir = custodianFolder(forged)
    for (let life = 0; life < 8; life++) {
      const keeper = start(dir, server)
      await keeper.line('ready ')
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 150))
      await keeper.kill('SIGKILL')
    }
    const last = start(dir, server)
    const before = server.releases().length
    await until(() => server.releases().length > before)
    await last.kill('SIGKILL')
    expect(new Set(server.releases()).size).toBe(1)
    expect(readdirSync(join(dir, 'releases')).filter((name) => name.endsWith('.json'))).toHaveLength(1)
  })

  test('lives through an API that is down at first, breaks off and comes back, and tells of it once', async () => {
    const forged = await forge(OVERRIDDEN)
    const server = await lyingServer(forged.files)
    const dir = custodianFolder(forged)
    server.down = true
    const keeper = start(dir, server)
    await keeper.line('ready ')
    await until(() => keeper.errors().includes('api-unreachable'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(keeper.errors().match(/api-unreachable/g)).toHaveLength(1)
    server.down = false
    await until(() => server.releases().length > 0)
    expect(keeper.child.exitCode).toBeNull()
  })

  test('ends when its standard input closes, if it watches its parent', async () => {
    const forged = await forge(OVERRIDDEN)
    const server = await lyingServer(forged.files)
    const keeper = start(custodianFolder(forged), server, '--parent-watch')
    await keeper.line('ready ')
    keeper.child.stdin.end()
    expect(await keeper.exit).toEqual({ code: 0, signal: null })
  })
})
