// Does the signer refuse every tree that does not extend the one it signed last, whatever happens to it in between?
import { mkdtempSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSigner } from '../../src/keepers/signer-core.ts'
import type { WriteStep } from '../../src/node/atomic-file.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, utf8 } from '../../src/proof/bytes.ts'
import { checkpointText, verifyNote } from '../../src/proof/note.ts'
import { keyFor } from '../../src/proof/shards.ts'
import { consistencyProof, rootOf } from '../../src/proof/tree.ts'
import { ORIGIN, signBody, treeOf } from './signer-requests.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'madang-signer-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const state = () => readFileSync(join(dir, 'state.json'))
const honest = treeOf('honest', 12)

/** A signer that has signed the first five entries. */
async function atFive() {
  const signer = openSigner(P, dir, ORIGIN)
  expect((await signer.sign(signBody(honest, 0, 5))).status).toBe(200)
  return signer
}

/** Asks; demands the status, no note in the answer, and a state file that is the same byte for byte. */
async function refused(body: Uint8Array, status: number) {
  const signer = await atFive()
  const before = state()
  const answer = await signer.sign(body)
  expect(answer.status).toBe(status)
  expect(answer.body).not.toContain('—')
  expect(state().equals(before)).toBe(true)
  expect(signer.tree().size).toBe(5)
  expect((await signer.sign(signBody(honest, 5, 7))).status).toBe(200)
  return answer
}

describe('the signer refuses, and its state file stays byte for byte as it was,', () => {
  test('a smaller tree', async () => {
    await refused(signBody(honest, 5, 3, { proof: [] }), 422)
  })

  test('an empty tree', async () => {
    await refused(signBody(honest, 5, 0, { proof: [] }), 422)
  })

  test('a tree in which an old leaf was changed, with the proof that fits the changed tree', async () => {
    const changed = [...honest.slice(0, 2), ...treeOf('rewritten', 1), ...honest.slice(3)]
    await refused(signBody(changed, 5, 9), 422)
  })

  test('a wrong proof for a right tree', () => {
    const proof = consistencyProof(P, honest.slice(0, 9), 5)
    proof[0] = P.sha256(utf8('not this one'))
    return refused(signBody(honest, 5, 9, { proof }), 422)
  })

  test('a proof with a hash too many', async () => {
    const proof = [...consistencyProof(P, honest.slice(0, 9), 5), P.sha256(utf8('more'))]
    await refused(signBody(honest, 5, 9, { proof }), 422)
  })

  test('growth without a proof', async () => {
    await refused(signBody(honest, 5, 9, { proof: [] }), 422)
  })

  test('another root for the size that it signed', async () => {
    await refused(signBody(treeOf('other', 5), 5, 5), 422)
  })

  test('the same size with a proof', async () => {
    await refused(signBody(honest, 5, 5, { proof: [P.sha256(utf8('x'))] }), 422)
  })

  test('an old size below its own, and says what its own is', async () => {
    expect((await refused(signBody(honest, 3, 9), 409)).body).toBe('5\n')
  })

  test('an old size above its own, and says what its own is', async () => {
    expect((await refused(signBody(honest, 7, 9), 409)).body).toBe('5\n')
  })

  test('a start from nothing, as after a lost database', async () => {
    expect((await refused(signBody(honest, 0, 9), 409)).body).toBe('5\n')
  })

  test('another origin', async () => {
    await refused(signBody(honest, 5, 9, { origin: 'elsewhere/log' }), 404)
  })

  test.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['bytes that are not UTF-8', Uint8Array.of(0xff, 0xfe, 0x00)],
    ['a size with a leading zero', `old 5\n\n${ORIGIN}\n05\n${b64(rootOf(P, honest.slice(0, 5)))}\n`],
    ['an old size with a sign', `old +5\n\n${ORIGIN}\n5\n${b64(rootOf(P, honest.slice(0, 5)))}\n`],
    ['a negative size', `old 5\n\n${ORIGIN}\n-1\n${b64(rootOf(P, honest.slice(0, 5)))}\n`],
    ['a size above what is exact', `old 5\n\n${ORIGIN}\n9007199254740993\n${b64(rootOf(P, honest.slice(0, 5)))}\n`],
    ['a root of 31 bytes', `old 5\n\n${ORIGIN}\n9\n${b64(new Uint8Array(31))}\n`],
    ['an extension line', `old 5\n\n${ORIGIN}\n5\n${b64(rootOf(P, honest.slice(0, 5)))}\ntime 7\n`],
    ['no newline at the end', `old 5\n\n${ORIGIN}\n5\n${b64(rootOf(P, honest.slice(0, 5)))}`],
    ['Windows line ends', `old 5\r\n\r\n${ORIGIN}\r\n5\r\n${b64(rootOf(P, honest.slice(0, 5)))}\r\n`],
    [
      '64 proof lines',
      `old 5\n${`${b64(new Uint8Array(32))}\n`.repeat(64)}\n${ORIGIN}\n9\n${b64(new Uint8Array(32))}\n`,
    ],
  ])('garbage: %s', async (_, body) => {
    await refused(typeof body === 'string' ? utf8(body) : body, 400)
  })

  test('any mutation of a right request that is not itself right (property)', async () => {
    const signer = await atFive()
    const before = state()
    const right = signBody(honest, 5, 9)
    await fc.assert(
      fc.asyncProperty(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const wrong = Uint8Array.from(right)
        wrong[at]! ^= flip
        const answer = await signer.sign(wrong)
        expect([400, 404, 409, 422]).toContain(answer.status)
        expect(state().equals(before)).toBe(true)
      }),
      { numRuns: 500 },
    )
    expect((await signer.sign(right)).status).toBe(200)
  })
})

describe('the folder', () => {
  test('is refused for another origin than its own', async () => {
    await atFive()
    expect(() => openSigner(P, dir, 'elsewhere/log')).toThrow('belongs to the log')
  })

  test('is refused with a key but no state: what was signed would be forgotten', async () => {
    await atFive()
    unlinkSync(join(dir, 'state.json'))
    expect(() => openSigner(P, dir, ORIGIN)).toThrow('must not sign again')
  })

  test('is refused with a state in use but no key', async () => {
    await atFive()
    unlinkSync(join(dir, 'key.json'))
    expect(() => openSigner(P, dir, ORIGIN)).toThrow('the key is missing')
  })

  test('is refused with a damaged state', async () => {
    await atFive()
    writeFileSync(join(dir, 'state.json'), state().subarray(0, 40))
    expect(() => openSigner(P, dir, ORIGIN)).toThrow()
  })

  test('keeps key and state for their owner only', async () => {
    await atFive()
    for (const name of ['key.json', 'state.json']) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
  })

  test('keeps the key over a restart', async () => {
    const { vkey } = await atFive()
    expect(openSigner(P, dir, ORIGIN).vkey).toBe(vkey)
  })
})

describe('the signer signs', () => {
  test('a tree that extends its own, with a note that its vkey verifies', async () => {
    const signer = await atFive()
    const { status, body } = await signer.sign(signBody(honest, 5, 12))
    expect(status).toBe(200)
    expect(await verifyNote(P, body, signer.vkey)).toEqual({ origin: ORIGIN, size: 12, root: rootOf(P, honest) })
    expect(body.startsWith(checkpointText({ origin: ORIGIN, size: 12, root: rootOf(P, honest) }))).toBe(true)
  })

  test('the empty tree at first, and then the first entry', async () => {
    const signer = openSigner(P, dir, ORIGIN)
    expect((await signer.sign(signBody(honest, 0, 0))).status).toBe(200)
    expect((await signer.sign(signBody(honest, 0, 1))).status).toBe(200)
  })

  test('the same tree again with the same bytes, without touching its state file', async () => {
    const signer = await atFive()
    const before = statSync(join(dir, 'state.json'))
    const one = await signer.sign(signBody(honest, 5, 5))
    const two = await signer.sign(signBody(honest, 5, 5))
    expect(one.status).toBe(200)
    expect(two).toEqual(one)
    expect(statSync(join(dir, 'state.json')).ino).toBe(before.ino)
  })

  test('one of two trees asked for at once, when they are forks of each other', async () => {
    const signer = await atFive()
    const fork = [...honest.slice(0, 5), ...treeOf('fork', 7)]
    const answers = await Promise.all([signer.sign(signBody(honest, 5, 9)), signer.sign(signBody(fork, 5, 9))])
    expect(answers.map((answer) => answer.status)).toEqual([200, 409])
  })
})

const STEPS: WriteStep[] = ['start', 'opened', 'half-written', 'written', 'synced', 'renamed', 'folder-synced']

describe('killed at any step and started again', () => {
  test.each(STEPS)('at "%s": nothing was signed, and of two forks at most one is ever signed', async (fatal) => {
    await atFive()
    const fork = [...honest.slice(0, 5), ...treeOf('fork', 7)]
    const killed = openSigner(P, dir, ORIGIN, (step) => {
      if (step === fatal) throw new Error('killed')
    })
    await expect(killed.sign(signBody(honest, 5, 9))).rejects.toThrow('killed')
    const again = openSigner(P, dir, ORIGIN)
    const other = await again.sign(signBody(fork, again.tree().size, 9))
    const reached = STEPS.indexOf(fatal) >= STEPS.indexOf('renamed')
    // Before the rename the old state stands and either fork may be first; from the rename on, only the one that was written.
    expect(other.status).toBe(reached ? 422 : 200)
    const first = await again.sign(signBody(honest, again.tree().size, 9))
    expect(first.status).toBe(reached ? 200 : 422)
  })

  test('at random steps, under two histories that each ask for their own growth, it only ever signs one history (property)', async () => {
    const script = fc.array(
      fc.record({
        history: fc.constantFrom(0, 1),
        to: fc.integer({ min: 0, max: 24 }),
        fatal: fc.option(fc.constantFrom(...STEPS), { freq: 2 }),
      }),
      { minLength: 1, maxLength: 25 },
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 10 }), script, async (common, requests) => {
        const own = mkdtempSync(join(dir, 'run-'))
        const left = treeOf('left', 24)
        const histories = [left, [...left.slice(0, common), ...treeOf('right', 24 - common)]]
        const signed = new Map<number, string>()
        let largest = 0
        for (const { history, to, fatal } of requests) {
          let armed = false
          const signer = openSigner(P, own, ORIGIN, (step) => {
            if (armed && step === fatal) throw new Error('killed')
          })
          armed = true
          const answer = await signer.sign(signBody(histories[history]!, signer.tree().size, to)).catch(() => null)
          if (answer?.status !== 200) continue
          const note = await verifyNote(P, answer.body, signer.vkey)
          expect(note).not.toBeNull()
          const root = b64(note!.root)
          expect(signed.get(note!.size) ?? root).toBe(root)
          signed.set(note!.size, root)
          expect(note!.size).toBeGreaterThanOrEqual(largest)
          largest = note!.size
        }
        const fits = (history: Uint8Array[]) =>
          [...signed].every(([size, root]) => b64(rootOf(P, history.slice(0, size))) === root)
        expect(histories.some(fits)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

describe('the log of a year', () => {
  const year = treeOf('year', 6)
  const of = (name: number) => ({ origin: `${ORIGIN}/${name}` })

  test('is signed under the same key and its own name, and ends the log before for good', async () => {
    const signer = await atFive()
    const begun = await signer.sign(signBody(year, 0, 2, of(2027)))
    expect(begun.status).toBe(200)
    const vkey = keyFor(P, signer.vkey, `${ORIGIN}/2027`)
    expect(await verifyNote(P, begun.body, vkey as string)).toMatchObject({ size: 2 })
    expect(await verifyNote(P, begun.body, signer.vkey)).toBeNull()
    const before = state()
    expect((await signer.sign(signBody(honest, 5, 7))).status).toBe(422)
    expect((await signer.sign(signBody(honest, 5, 5))).status).toBe(200)
    expect(state().equals(before)).toBe(true)
    expect((await signer.sign(signBody(year, 2, 4, of(2027)))).status).toBe(200)
    expect(signer.tree()).toMatchObject({ origin: `${ORIGIN}/2027`, size: 4 })
  })

  test('is kept with the others over a restart, so that neither can be begun anew', async () => {
    await (await atFive()).sign(signBody(year, 0, 2, of(2027)))
    const signer = openSigner(P, dir, ORIGIN)
    expect(await signer.sign(signBody(treeOf('other', 3), 0, 3, of(2027)))).toMatchObject({ status: 409, body: '2\n' })
    expect(await signer.sign(signBody(treeOf('other', 7), 0, 7))).toMatchObject({ status: 409, body: '5\n' })
    expect((await signer.sign(signBody(honest, 5, 7))).status).toBe(422)
  })

  test.each([
    ['an earlier year than the newest', `${ORIGIN}/2026`],
    ['a name that is no year', `${ORIGIN}/27`],
    ['a year of a year', `${ORIGIN}/2027/2028`],
    ['a year of another log', 'elsewhere/log/2028'],
  ])('is not signed for %s', async (_, origin) => {
    const signer = await atFive()
    await signer.sign(signBody(year, 0, 2, of(2027)))
    const before = state()
    expect((await signer.sign(signBody(year, 0, 2, { origin }))).status).toBe(404)
    expect(state().equals(before)).toBe(true)
  })
})
