// Does a witness refuse every checkpoint that does not continue what it cosigned, with the answers of C2SP tlog-witness?
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWitness, readLogKeys } from '../../src/keepers/witness-core.ts'
import type { WriteStep } from '../../src/node/atomic-file.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, hex, utf8 } from '../../src/proof/bytes.ts'
import {
  checkpointText,
  signNote,
  verifyCosignature,
  verifyNote,
  vkeyOf,
  writeAddCheckpoint,
} from '../../src/proof/note.ts'
import { consistencyProof, emptyRoot, rootOf } from '../../src/proof/tree.ts'
import { ORIGIN, treeOf } from './signer-requests.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'madang-witness-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Begins again in an empty folder. */
const empty = () => {
  rmSync(dir, { recursive: true })
  mkdirSync(dir)
}

const SEED = P.sha256(utf8('the log of these tests'))
const VKEY = vkeyOf(P, ORIGIN, P.ed25519PublicKey(SEED))
const NAME = 'witness.example'
const ORIGIN_HASH = hex(P.sha256(utf8(ORIGIN)))
const state = () => readFileSync(join(dir, 'state.json'))
const honest = treeOf('honest', 12)

type Change = { proof?: Uint8Array[]; origin?: string; seed?: Uint8Array; root?: Uint8Array }

/** The body that asks to cosign the first `to` leaves for a witness believed to have `old`. */
async function asking(leaves: readonly Uint8Array[], old: number, to: number, change: Change = {}) {
  const at = leaves.slice(0, to)
  const origin = change.origin ?? ORIGIN
  const root = change.root ?? rootOf(P, at)
  const note = await signNote(P, origin, change.seed ?? SEED, checkpointText({ origin, size: to, root }))
  const proof = change.proof ?? (old <= to ? consistencyProof(P, at, old) : [])
  return utf8(writeAddCheckpoint({ old, proof, note }))
}

let clock = 1_800_000_000
const open = (step?: (step: WriteStep) => void) =>
  openWitness({ P, dir, name: NAME, logs: () => [VKEY], now: () => clock, ...(step ? { step } : {}) })

/** A witness that has cosigned the first five entries. */
async function atFive() {
  const witness = open()
  expect((await witness.addCheckpoint(await asking(honest, 0, 5))).status).toBe(200)
  return witness
}

/** Asks; demands the status, no signature in the answer, the state byte for byte as it was, and that the right growth is taken after it. */
async function refused(body: Uint8Array, status: number) {
  const witness = await atFive()
  const before = state()
  const answer = await witness.addCheckpoint(body)
  expect(answer.status).toBe(status)
  expect(answer.body).not.toContain('—')
  expect(state().equals(before)).toBe(true)
  expect((await witness.addCheckpoint(await asking(honest, 5, 7))).status).toBe(200)
  return answer
}

describe('a witness refuses, and its state stays byte for byte as it was,', () => {
  test('400: bytes that are no request, and a tree smaller than the old one', async () => {
    await refused(utf8('old five\n\n'), 400)
    empty()
    await refused(Uint8Array.of(0xff, 0xfe), 400)
    empty()
    await refused(await asking(honest, 5, 3, { proof: [] }), 400)
    empty()
    await refused(await asking(honest, 0, 5, { proof: [honest[0]!] }), 400)
  })

  test('403: a checkpoint that the log did not sign', async () => {
    await refused(await asking(honest, 5, 9, { seed: P.sha256(utf8('somebody')) }), 403)
  })

  test('404: a log that it does not know', async () => {
    await refused(await asking(honest, 5, 9, { origin: 'elsewhere/log' }), 404)
  })

  test('the log of a year: another key under its name, or none of the logs that it knows', async () => {
    const body = (change: Change) => asking(treeOf('year', 3), 0, 3, change)
    await refused(await body({ origin: `${ORIGIN}/2027`, seed: P.sha256(utf8('somebody')) }), 403)
    empty()
    await refused(await body({ origin: 'elsewhere/log/2027' }), 404)
    empty()
    const witness = await atFive()
    expect((await witness.addCheckpoint(await body({ origin: `${ORIGIN}/2027` }))).status).toBe(200)
    expect(await witness.addCheckpoint(await body({ origin: `${ORIGIN}/2027` }))).toEqual({ status: 409, body: '3\n' })
  })

  test('409 with its own size: an old size that is not what it has', async () => {
    expect(await refused(await asking(honest, 3, 9), 409)).toEqual({ status: 409, body: '5\n' })
    empty()
    expect(await refused(await asking(honest, 0, 9), 409)).toEqual({ status: 409, body: '5\n' })
  })

  test('409: the same size with another root, and keeps both notes as evidence', async () => {
    const told: string[] = []
    const witness = openWitness({
      P,
      dir,
      name: NAME,
      logs: () => [VKEY],
      now: () => clock,
      tell: (line) => told.push(line),
    })
    await witness.addCheckpoint(await asking(honest, 0, 5))
    const fork = await asking(treeOf('fork', 5), 5, 5)
    expect(await witness.addCheckpoint(fork)).toEqual({ status: 409, body: '5\n' })
    expect(await witness.addCheckpoint(fork)).toEqual({ status: 409, body: '5\n' })
    const kept = readdirSync(join(dir, 'evidence'))
    expect(kept).toHaveLength(1)
    const text = readFileSync(join(dir, 'evidence', kept[0]!), 'utf8')
    for (const leaves of [honest, treeOf('fork', 5)]) expect(text).toContain(b64(rootOf(P, leaves.slice(0, 5))))
    expect(told.length).toBe(2)
  })

  test('422: a proof that does not lead there, a rewritten tree, an empty tree with a root', async () => {
    const proof = consistencyProof(P, honest.slice(0, 9), 5)
    proof[0] = P.sha256(utf8('not this one'))
    await refused(await asking(honest, 5, 9, { proof }), 422)
    empty()
    const changed = [...honest.slice(0, 2), ...treeOf('rewritten', 1), ...honest.slice(3)]
    await refused(await asking(changed, 5, 9), 422)
    empty()
    const hollow = await asking([], 0, 0, { root: P.sha256(utf8('x')) })
    expect((await open().addCheckpoint(hollow)).status).toBe(422)
    expect((await open().addCheckpoint(await asking([], 0, 0, { root: emptyRoot(P) }))).status).toBe(200)
  })

  test('503: while its clock is behind its last cosignature', async () => {
    const witness = await atFive()
    clock -= 6
    expect((await witness.addCheckpoint(await asking(honest, 5, 7))).status).toBe(503)
    clock += 3
    const answer = await witness.addCheckpoint(await asking(honest, 5, 7))
    expect(answer.status).toBe(200)
    clock += 3
    const note = await signNote(
      P,
      ORIGIN,
      SEED,
      checkpointText({ origin: ORIGIN, size: 7, root: rootOf(P, honest.slice(0, 7)) }),
    )
    // Three seconds behind: not earlier than the cosignature before.
    expect(await verifyCosignature(P, note + answer.body, witness.vkey)).toEqual({ time: clock })
  })

  test('any mutation of a right request that is not itself right (property)', async () => {
    const witness = await atFive()
    const before = state()
    const right = await asking(honest, 5, 9)
    await fc.assert(
      fc.asyncProperty(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const wrong = Uint8Array.from(right)
        wrong[at]! ^= flip
        const answer = await witness.addCheckpoint(wrong)
        expect([400, 403, 404, 409, 422]).toContain(answer.status)
        expect(state().equals(before)).toBe(true)
      }),
      { numRuns: 500 },
    )
    expect((await witness.addCheckpoint(right)).status).toBe(200)
  })
})

describe('a witness cosigns', () => {
  test('growth, with its time, and says the same checkpoint to monitors with the log’s signature and its own', async () => {
    const witness = await atFive()
    clock += 60
    const body = await asking(honest, 5, 9)
    const answer = await witness.addCheckpoint(body)
    expect(answer.body).toMatch(new RegExp(`^— ${NAME} [A-Za-z0-9+/=]+\\n$`))
    const latest = (await witness.latest(ORIGIN_HASH))!
    expect(latest.endsWith(answer.body)).toBe(true)
    expect(await verifyCosignature(P, latest, witness.vkey)).toEqual({ time: clock })
    expect(await verifyNote(P, latest, VKEY)).toMatchObject({ size: 9 })
    expect(await witness.latest(hex(P.sha256(utf8('elsewhere'))))).toBeNull()
    // The same again at a later time, as an idle log asks for.
    clock += 60
    const again = await witness.addCheckpoint(await asking(honest, 9, 9))
    expect(again.status).toBe(200)
    expect(again.body).not.toBe(answer.body)
  })

  test('goes on after a restart from what it had, under the same key', async () => {
    const first = await atFive()
    const latest = await first.latest(ORIGIN_HASH)
    const second = open()
    expect(second.vkey).toBe(first.vkey)
    expect(await second.latest(ORIGIN_HASH)).toBe(latest)
    expect(await second.addCheckpoint(await asking(honest, 0, 5))).toEqual({ status: 409, body: '5\n' })
  })

  test('only one of two histories that ask at once', async () => {
    const witness = open()
    const [one, two] = await Promise.all([
      witness.addCheckpoint(await asking(honest, 0, 6)),
      witness.addCheckpoint(await asking(treeOf('fork', 6), 0, 6)),
    ])
    expect([one.status, two.status].sort()).toEqual([200, 409])
  })

  test('nothing that it could not keep first, at whatever step the write fails', async () => {
    const steps: WriteStep[] = ['start', 'opened', 'half-written', 'written', 'synced', 'renamed', 'folder-synced']
    let fail: WriteStep | null = null
    const witness = open((step) => {
      if (step === fail) throw new Error('disk full')
    })
    let have = 0
    for (const step of steps) {
      fail = step
      await expect(witness.addCheckpoint(await asking(honest, have, have + 1))).rejects.toThrow('disk full')
      fail = null
      // After a failed write the disk decides: a witness that read it anew says the same.
      const asked = await asking(treeOf('fork', 12), 11, 12)
      const size = Number((await witness.addCheckpoint(asked)).body)
      expect(Number((await open().addCheckpoint(asked)).body)).toBe(size)
      have = size
    }
    expect(have).toBe(2)
    expect((await witness.addCheckpoint(await asking(honest, 2, 3))).status).toBe(200)
  })
})

describe('the folder of a witness', () => {
  test('is refused with a key but no state, with a state in use but no key, and with a damaged state', async () => {
    await atFive()
    const kept = state()
    unlinkSync(join(dir, 'state.json'))
    expect(() => open()).toThrow('must not cosign again')
    writeFileSync(join(dir, 'state.json'), kept.toString().replace('"size":5', '"size":4'))
    expect(() => open()).toThrow('another tree')
    writeFileSync(join(dir, 'state.json'), kept)
    unlinkSync(join(dir, 'key.json'))
    expect(() => open()).toThrow('the key is missing')
  })
})

describe('the published vectors', () => {
  const vector = (path: string) => readFileSync(new URL(`../vectors/log/${path}`, import.meta.url))
  const log = JSON.parse(vector('log.json').toString()) as {
    add_checkpoint: { file: string; replies: { witness: string; time: number; line: string }[] }[]
  }
  const keys = JSON.parse(vector('keys.json').toString()) as {
    witnesses:
      | Record<string, { name: string; jwk: { d: string } }>
      | { id?: string; name: string; jwk: { d: string } }[]
  }

  test('each witness replies to each request the line that is printed there', async () => {
    let replies = 0
    for (const [id, key] of Object.entries(keys.witnesses)) {
      const folder = mkdtempSync(join(tmpdir(), 'madang-witness-'))
      const { name, jwk } = key as { name: string; jwk: { d: string } }
      writeFileSync(join(folder, 'state.json'), '{"logs":{},"typ":"witness.state/1"}')
      writeFileSync(join(folder, 'key.json'), `{"seed":"${jwk.d}","typ":"witness.key/1"}`)
      const vkeys = readLogKeys(vector('log.vkey').toString())
      let time = 0
      const witness = openWitness({ P, dir: folder, name, logs: () => vkeys, now: () => time })
      for (const { file, replies: all } of log.add_checkpoint) {
        const reply = all.find((r) => name.includes(`.${r.witness}.`) || r.witness === id)
        if (!reply) continue
        time = reply.time
        expect(await witness.addCheckpoint(vector(file))).toEqual({ status: 200, body: reply.line })
        replies++
      }
      rmSync(folder, { recursive: true })
    }
    expect(replies).toBe(6)
  })
})
