// Does the signer hold as a process: over its socket, killed at any moment, started twice, left by its parent?
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64 } from '../../src/proof/bytes.ts'
import { verifyNote } from '../../src/proof/note.ts'
import { rootOf } from '../../src/proof/tree.ts'
import { type Keeper, overSocket, startKeeper } from './keeper-process.ts'
import { ORIGIN, signBody, treeOf } from './signer-requests.ts'

let dir: string
let socket: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'madang-signer-'))
  socket = join(dir, 's.sock')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const flags = (...more: string[]) => ['--dir', join(dir, 'signer'), '--socket', socket, '--origin', ORIGIN, ...more]

async function start(...more: string[]): Promise<Keeper & { vkey: string }> {
  const keeper = startKeeper('signer', flags(...more))
  const vkey = (await keeper.line('ready ')).slice('ready '.length)
  return Object.assign(keeper, { vkey })
}

const ask = (body: Uint8Array) => overSocket(socket, 'POST', '/sign', body)
const tree = treeOf('honest', 300)

describe('the signer as a process', () => {
  test('refuses to start without its flags, with another origin, on a file that is no socket, on a path too long', async () => {
    expect((await startKeeper('signer', ['--dir', dir]).exit).code).toBe(1)
    await (await start()).kill('SIGTERM')
    const other = startKeeper('signer', ['--dir', join(dir, 'signer'), '--socket', socket, '--origin', 'else/log'])
    expect((await other.exit).code).toBe(1)
    expect(other.errors()).toContain('belongs to the log')
    writeFileSync(socket, 'precious')
    expect((await startKeeper('signer', flags()).exit).code).toBe(1)
    expect(readFileSync(socket, 'utf8')).toBe('precious')
    const long = join(dir, 'x'.repeat(120))
    expect((await startKeeper('signer', ['--dir', dir, '--socket', long, '--origin', ORIGIN]).exit).code).toBe(1)
  })

  test('refuses a second signer on the same folder and a second folder on the same socket while the first lives', async () => {
    const first = await start()
    const second = startKeeper('signer', flags())
    expect((await second.exit).code).toBe(1)
    expect(second.errors()).toContain('held by the live process')
    const thief = startKeeper('signer', ['--dir', join(dir, 'other'), '--socket', socket, '--origin', ORIGIN])
    expect((await thief.exit).code).toBe(1)
    expect(thief.errors()).toContain('somebody answers')
    expect((await overSocket(socket, 'GET', '/vkey')).body).toBe(`${first.vkey}\n`)
  })

  test('refuses bodies over 64 KB and other addresses, and goes on', async () => {
    await start()
    const large = new Uint8Array(64 * 1024 + 1).fill(65)
    // The connection may be cut before the whole body is taken; either way nothing is signed.
    const answer = await ask(large).catch(() => ({ status: 413 }))
    expect(answer.status).toBe(413)
    expect((await overSocket(socket, 'GET', '/sign')).status).toBe(404)
    expect((await overSocket(socket, 'POST', '/vkey')).status).toBe(404)
    expect((await ask(signBody(tree, 0, 7))).status).toBe(200)
  })

  test('signs over its socket, tells its state, and gives 409 with its size as C2SP says', async () => {
    const { vkey } = await start()
    const answer = await ask(signBody(tree, 0, 7))
    expect(answer.status).toBe(200)
    expect(await verifyNote(P, answer.body, vkey)).toEqual({
      origin: ORIGIN,
      size: 7,
      root: rootOf(P, tree.slice(0, 7)),
    })
    const state = await overSocket(socket, 'GET', '/state')
    expect(JSON.parse(state.body)).toEqual({ origin: ORIGIN, size: 7, root: b64(rootOf(P, tree.slice(0, 7))) })
    const conflict = await ask(signBody(tree, 3, 9))
    expect(conflict).toEqual({ status: 409, type: 'text/x.tlog.size', body: '7\n' })
    expect(statSync(socket).mode & 0o077).toBe(0)
  })

  test('takes its socket away at SIGTERM, and a stale one after kill -9', async () => {
    const first = await start()
    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(existsSync(socket)).toBe(false)
    const second = await start()
    await second.kill('SIGKILL')
    expect(existsSync(socket)).toBe(true)
    const third = await start()
    expect(third.vkey).toBe(first.vkey)
    expect((await ask(signBody(tree, 0, 1))).status).toBe(200)
  })

  test('ends when its standard input closes, if it watches its parent; goes on if it does not', async () => {
    const watching = await start('--parent-watch')
    watching.child.stdin.end()
    expect(await watching.exit).toEqual({ code: 0, signal: null })
    const standing = await start()
    standing.child.stdin.end()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await overSocket(socket, 'GET', '/state')).status).toBe(200)
  })

  test('killed at random moments while two histories ask for their growth, it never signs both', async () => {
    const fork = [...tree.slice(0, 3), ...treeOf('fork', 297)]
    const histories = [tree, fork]
    const signed = new Map<number, string>()
    let kills = 0
    // Six lives at least, and as many more as a busy machine takes to get past the common part: the test means nothing before.
    const pastCommon = () => Math.max(0, ...signed.keys()) > 4
    for (let life = 0; life < 6 || (life < 60 && !pastCommon()); life++) {
      const signer = await start()
      const wait = Math.random() * 120
      const killing = new Promise((resolve) => setTimeout(resolve, wait)).then(() => signer.kill('SIGKILL'))
      for (let i = 0; ; i++) {
        const state = await overSocket(socket, 'GET', '/state').catch(() => null)
        if (state === null) break
        const { size } = JSON.parse(state.body) as { size: number }
        const to = Math.min(300, size + 1 + (i % 2))
        // Either may come first; what the signer has agreed to before is to decide, not who is quicker.
        const order = Math.random() < 0.5 ? histories : [fork, tree]
        const both = await Promise.all(order.map((history) => ask(signBody(history, size, to)).catch(() => null)))
        for (const answer of both) {
          if (answer?.status !== 200) continue
          const note = await verifyNote(P, answer.body, signer.vkey)
          const root = b64(note!.root)
          expect(signed.get(note!.size) ?? root).toBe(root)
          signed.set(note!.size, root)
        }
      }
      await killing
      kills++
    }
    expect(kills).toBeGreaterThanOrEqual(6)
    expect(pastCommon()).toBe(true)
    const fits = histories.filter((history) =>
      [...signed].every(([size, root]) => b64(rootOf(P, history.slice(0, size))) === root),
    )
    expect(fits).toHaveLength(1)
  })
})
