// Does the witness hold as a process: over HTTP, killed at any moment, started twice, taught a log while it runs?
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, hex, utf8 } from '../../src/proof/bytes.ts'
import {
  checkpointText,
  readVkey,
  signNote,
  verifyCosignature,
  verifyNote,
  vkeyOf,
  writeAddCheckpoint,
} from '../../src/proof/note.ts'
import { consistencyProof, rootOf } from '../../src/proof/tree.ts'
import { type Keeper, startKeeper } from './keeper-process.ts'
import { ORIGIN, treeOf } from './signer-requests.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'madang-witness-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const SEED = P.sha256(utf8('the log of these tests'))
const VKEY = vkeyOf(P, ORIGIN, P.ed25519PublicKey(SEED))
const flags = (...more: string[]) => [
  '--dir',
  join(dir, 'w'),
  '--name',
  'w.example',
  '--logs',
  join(dir, 'logs'),
  ...more,
]

async function start(...more: string[]): Promise<Keeper & { vkey: string; url: string }> {
  const keeper = startKeeper('witness', flags(...more))
  const [, vkey = '', url = ''] = (await keeper.line('ready ')).split(' ')
  return Object.assign(keeper, { vkey, url })
}

async function noteOf(leaves: readonly Uint8Array[], size: number) {
  const root = rootOf(P, leaves.slice(0, size))
  return signNote(P, ORIGIN, SEED, checkpointText({ origin: ORIGIN, size, root }))
}
async function body(leaves: readonly Uint8Array[], old: number, size: number) {
  const proof = consistencyProof(P, leaves.slice(0, size), old)
  return writeAddCheckpoint({ old, proof, note: await noteOf(leaves, size) })
}
const post = (url: string, text: string | Uint8Array) =>
  fetch(`${url}/add-checkpoint`, { method: 'POST', body: text as string })

describe('a witness as a process', () => {
  test('refuses to start without its flags, on a taken port, on a held folder, with words in place of an address', async () => {
    expect((await startKeeper('witness', ['--dir', dir]).exit).code).toBe(1)
    const first = await start()
    const second = startKeeper('witness', flags())
    expect((await second.exit).code).toBe(1)
    expect(second.errors()).toContain('held by the live process')
    const port = new URL(first.url).port
    const thief = startKeeper('witness', [...flags('--listen', `127.0.0.1:${port}`).slice(2), '--dir', join(dir, 'x')])
    expect((await thief.exit).code).toBe(1)
    expect(thief.errors()).toContain('EADDRINUSE')
    expect((await startKeeper('witness', flags('--listen', 'here')).exit).code).toBe(1)
  })

  test('learns of a log while it runs, answers as C2SP says, and shows monitors what it cosigned', async () => {
    const tree = treeOf('honest', 20)
    const { url, vkey } = await start()
    const latest = `${url}/${hex(P.sha256(utf8(ORIGIN)))}/checkpoint`
    expect(readVkey(vkey)).toMatchObject({ name: 'w.example', type: 4 })
    expect((await post(url, await body(tree, 0, 5))).status).toBe(404)
    writeFileSync(join(dir, 'logs'), `# the log of these tests\n${VKEY}\n`)
    expect((await fetch(latest)).status).toBe(404)
    const answer = await post(url, await body(tree, 0, 5))
    expect(answer.status).toBe(200)
    const line = await answer.text()
    expect(await verifyCosignature(P, (await noteOf(tree, 5)) + line, vkey)).not.toBeNull()
    const conflict = await post(url, await body(tree, 3, 9))
    expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([
      409,
      'text/x.tlog.size',
      '5\n',
    ])
    const shown = await (await fetch(latest)).text()
    expect(shown.endsWith(line)).toBe(true)
    expect(await verifyNote(P, shown, VKEY)).toMatchObject({ size: 5 })
    expect((await post(url, 'x'.repeat(64 * 1024 + 1)).catch(() => ({ status: 413 }))).status).toBe(413)
    expect((await fetch(`${url}/add-checkpoint`)).status).toBe(404)
    expect((await post(url, await body(tree, 5, 20))).status).toBe(200)
  })

  test('killed at random moments while two histories ask for their growth, it never cosigns both', async () => {
    writeFileSync(join(dir, 'logs'), `${VKEY}\n`)
    const tree = treeOf('honest', 200)
    const fork = [...tree.slice(0, 3), ...treeOf('fork', 197)]
    const cosigned = new Map<number, string>()
    let have = 0
    for (let life = 0; life < 5; life++) {
      const witness = await start()
      const killing = new Promise((resolve) => setTimeout(resolve, Math.random() * 150)).then(() =>
        witness.kill('SIGKILL'),
      )
      for (let alive = true; alive; ) {
        const to = Math.min(200, have + 1 + Math.floor(Math.random() * 2))
        const histories = Math.random() < 0.5 ? [tree, fork] : [fork, tree]
        const answers = await Promise.all(
          histories.map(async (history) => {
            const answer = await post(witness.url, await body(history, have, to)).catch(() => null)
            return { history, answer, text: answer && (await answer.text().catch(() => null)) }
          }),
        )
        for (const { history, answer, text } of answers) {
          if (answer === null || text === null) alive = false
          else if (answer.status === 200) {
            const root = b64(rootOf(P, history.slice(0, to)))
            expect(cosigned.get(to) ?? root).toBe(root)
            cosigned.set(to, root)
            have = to
          } else if (answer.status === 409) have = Math.max(have, Number(text))
        }
        if (have === 200) break
      }
      await killing
    }
    // The test means nothing if it never got past the common part.
    expect(Math.max(...cosigned.keys())).toBeGreaterThan(4)
    const fits = [tree, fork].filter((history) =>
      [...cosigned].every(([size, root]) => b64(rootOf(P, history.slice(0, size))) === root),
    )
    expect(fits).toHaveLength(1)
  })
})
