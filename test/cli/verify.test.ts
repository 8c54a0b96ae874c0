// Does `madang verify` say what a citizen must know, as a real process: by its words and by its exit code?
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHECKS } from '../../src/domain/record/finding.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/proof/bytes.ts'
import { type Forge, forge, LOG_SEED, policyOf, TENDER } from '../support/forge.ts'
import { runProgram, tempDir } from '../support/processes.ts'

/** How many checks there are; without witnesses the closing time cannot be one that holds. */
const ALL = CHECKS.length

async function madang(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const program = runProgram('scripts/madang.mjs', args)
  const { code } = await program.exit
  return { code, out: program.stdout(), err: program.stderr() }
}

/** A log served at an address, with and without `/log` before its paths. */
async function served(log: Forge): Promise<{ url: string; asked: string[]; close(): void }> {
  const asked: string[] = []
  const server = createServer((req, res) => {
    const path = (req.url ?? '').replace(/^\/log\//, '')
    asked.push(path)
    const bytes = req.url?.startsWith('/log/') ? log.files.get(path) : undefined
    res.writeHead(bytes ? 200 : 404).end(bytes)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close: () => server.close() }
}

let honest: Forge
let forged: Forge
const folder = { honest: '', forged: '', bare: '' }
const policies = { own: '', other: '' }
let http: Awaited<ReturnType<typeof served>>

beforeAll(async () => {
  honest = await forge()
  forged = await forge({
    payload: {
      'award/1': (p) => {
        p.amount.amount = '109000000'
      },
    },
  })
  for (const name of ['honest', 'forged', 'bare'] as const) folder[name] = tempDir(name)
  honest.save(folder.honest)
  forged.save(folder.forged)
  honest.save(folder.bare, '')
  policies.own = join(folder.honest, 'own.policy')
  policies.other = join(folder.honest, 'other.policy')
  writeFileSync(policies.own, policyOf(LOG_SEED))
  writeFileSync(policies.other, policyOf(P.sha256(utf8('another'))))
  http = await served(honest)
})
afterAll(() => http.close())

describe('madang verify refuses with exit code 2 and names', () => {
  const nothing = 'no-such-folder'
  test.each([
    ['a folder that is not there', () => [nothing, TENDER], nothing],
    ['an address where nobody answers', () => ['http://127.0.0.1:9', TENDER], 'http://127.0.0.1:9'],
    ['an address that is none', () => ['http://', TENDER], 'http://'],
    ['a folder without a log', () => [tempDir('empty'), TENDER], 'there is no log'],
    ['a tender that the log does not know', () => [folder.honest, 'R26BK99999999'], 'R26BK99999999'],
    ['a policy file that is not there', () => [folder.honest, TENDER, '--policy', nothing], nothing],
    ['a language it does not speak', () => [folder.honest, TENDER, '--lang', 'fr'], 'fr'],
    ['a missing argument', () => [folder.honest], 'tender'],
    ['an option that there is not', () => [folder.honest, TENDER, '--trust-me'], '--trust-me'],
  ])('%s', async (_what, args, named) => {
    const { code, out, err } = await madang('verify', ...args())
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(named)
    expect(err).not.toContain('    at ')
  })
})

describe('madang verify', () => {
  test('fails with exit code 1 and names the check that an operator’s forgery breaks', async () => {
    const { code, out } = await madang('verify', folder.forged, TENDER, '--lang', 'en')
    expect(code).toBe(1)
    expect(out).toMatch(/^award +FAILED +The amount awarded is not the amount that was bid\.$/m)
    expect(out).toContain(`${ALL} checks, ${ALL - 2} ok, 1 failed, 1 not checkable`)
  })

  test('fails the checkpoint when the reader’s policy names another key', async () => {
    const { code, out } = await madang('verify', folder.honest, TENDER, '--policy', policies.other, '--lang', 'en')
    expect(code).toBe(1)
    expect(out.split('\n')[0]).toBe(`Root of trust: the policy file ${policies.other}`)
    expect(out).toMatch(/^checkpoint +FAILED/m)
    expect(out.match(/FAILED/g)).toHaveLength(1)
  })

  test('passes an honest log with exit code 0, and its first line says whose policy it believed', async () => {
    const { code, out } = await madang('verify', folder.honest, TENDER, '--lang', 'en')
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toContain('publishes itself')
    expect(out).toMatch(/^closing-time +not checkable +Not checkable without witnesses/m)
    expect(out).toContain(`${ALL} checks, ${ALL - 1} ok, 0 failed, 1 not checkable`)
  })

  test('takes a folder with the log right in it, a policy file, a number with its revision, and speaks Korean', async () => {
    const args = [folder.bare, `${TENDER}-000`, '--policy', policies.own, '--lang', 'ko']
    const { code, out } = await madang('verify', ...args)
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toBe(`신뢰의 근거: 주어진 정책 파일 ${policies.own}`)
    expect(out).toMatch(/^award +확인 +낙찰자\(bidder-1\)/m)
  })

  test('reads a log over HTTP, and reports as JSON', async () => {
    const { code, out } = await madang('verify', http.url, TENDER, '--json')
    expect(code).toBe(0)
    const report = JSON.parse(out) as {
      failed: number
      rootOfTrust: { given: boolean }
      checks: { check: string; verdict: string }[]
    }
    expect(report.failed).toBe(0)
    expect(report.rootOfTrust.given).toBe(false)
    expect(report.checks).toHaveLength(ALL)
    expect(http.asked).toContain('policy')
  })

  test('does not let a name in the record steer the terminal', async () => {
    const evil = await forge({
      payload: {
        'award/1': (p) => {
          p.bidder = '\u001b[2Jbidder-1\u202e'
        },
      },
    })
    const dir = tempDir('evil')
    evil.save(dir)
    const { code, out } = await madang('verify', dir, TENDER)
    expect(code).toBe(1)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is the one
    expect(out).not.toMatch(/[\u001b\u202e]/)
  })
})

describe('madang export', () => {
  test('refuses a folder that is not empty', async () => {
    const { code, err } = await madang('export', folder.honest, TENDER, folder.bare)
    expect(code).toBe(2)
    expect(err).toContain('is not empty')
  })

  test('saves a folder that verifies without the net, byte for byte what the log served, and nothing superfluous', async () => {
    const to = join(tempDir('export'), 'evidence')
    const saved = await madang('export', http.url, TENDER, to, '--lang', 'en')
    expect(saved).toMatchObject({ code: 0, err: '' })
    const { code, out } = await madang('verify', to, TENDER, '--policy', policies.own, '--lang', 'en')
    expect({ code, counted: /(\d+) ok, 0 failed/.exec(out)?.[1] }).toEqual({ code: 0, counted: String(ALL - 1) })
    const files = readdirSync(join(to, 'log'), { recursive: true, withFileTypes: true }).filter((f) => f.isFile())
    for (const file of files) {
      const path = join(file.parentPath, file.name)
      const key = path.slice(join(to, 'log').length + 1)
      expect(Buffer.compare(readFileSync(path), honest.files.get(key) ?? Buffer.from('not served'))).toBe(0)
    }
    // One payload less, and it is no longer whole.
    rmSync(join(to, 'log', honest.payloadPath(honest.indexesOf('release/1')[0]!)))
    expect((await madang('verify', to, TENDER)).code).toBe(1)
  })

  test('saves a record that fails, too, and says so with exit code 1', async () => {
    const to = join(tempDir('bad'), 'evidence')
    expect((await madang('export', folder.forged, TENDER, to)).code).toBe(1)
    expect((await madang('verify', to, TENDER)).code).toBe(1)
  })
})

describe('scripts/madang.mjs', () => {
  test('is the same program, from any folder', async () => {
    const script = fileURLToPath(new URL('../../scripts/madang.mjs', import.meta.url))
    const run = (...args: string[]) =>
      new Promise<{ code: number; out: string }>((done) => {
        execFile(process.execPath, [script, ...args], { cwd: folder.honest, timeout: 60_000 }, (e, out) =>
          done({ code: typeof e?.code === 'number' ? e.code : e ? -1 : 0, out }),
        )
      })
    const [good, bad, unusable] = await Promise.all([
      run('verify', '.', TENDER, '--lang', 'en'),
      run('verify', folder.forged, TENDER),
      run('verify', 'nowhere', TENDER),
    ])
    expect(good.out).toContain(`${ALL - 1} ok, 0 failed`)
    expect([good.code, bad.code, unusable.code]).toEqual([0, 1, 2])
  })
})
