// Does a custodian follow one history only, whatever it is shown later, and keep what it saw over every kill?
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/proof/bytes.ts'
import { vkeyOf } from '../../src/proof/note.ts'
import { type Forge, forge, ORIGIN, policyOf } from '../support/forge.ts'
import { type Bench, bench, pastDeadline, prefix, TO_TECHNICAL_LIST, upTo } from './custodian-bench.ts'

/** A custodian that has seen the close in time; nothing was asked of it yet. */
async function atClose(): Promise<Bench & { forged: Forge }> {
  const forged = await forge(TO_TECHNICAL_LIST)
  const made = await bench(forged)
  made.server.files = await prefix(forged, forged.closing + 1)
  await made.round()
  expect(made.codes()).toEqual([])
  return Object.assign(made, { forged })
}

/** Shows a log, looks, and demands the refusal, with nothing released and the state on disk as it was. */
async function refuses(made: Bench, files: ReadonlyMap<string, Uint8Array>, code: string) {
  const before = readFileSync(join(made.dir, 'state.json'))
  made.server.files = new Map(files)
  expect(await made.round()).toBe(false)
  expect(made.codes()).toEqual([code])
  expect(made.server.releases()).toEqual([])
  expect(readFileSync(join(made.dir, 'state.json')).equals(before)).toBe(true)
}

async function releases(made: Bench & { forged: Forge }) {
  made.show(made.forged)
  await made.round()
  expect(made.codes()).toEqual([])
  expect(made.server.releases()).toHaveLength(1)
}

describe('a custodian refuses', () => {
  test('a log whose past was rewritten while it grew, and releases when the true one is shown again', async () => {
    const made = await atClose()
    // Every forge makes its own salts and bids: the same tender, another history, signed by the same log key.
    await refuses(made, (await forge(TO_TECHNICAL_LIST)).files, 'log-forked')
    await releases(made)
  })

  test('for ever, once the log’s key has signed two roots for one size', async () => {
    const made = await atClose()
    const other = await forge({ steps: upTo('closed') })
    expect(other.entries.length).toBe(made.forged.closing + 1)
    await refuses(made, other.files, 'log-forked')
    expect(existsSync(join(made.dir, 'evidence', 'fork.note'))).toBe(true)
    await refuses(made, made.forged.files, 'log-forked')
    await made.restart()
    await refuses(made, made.forged.files, 'log-forked')
  })

  test('for ever, once the log’s key has signed another root for a size that it had passed', async () => {
    const made = await atClose()
    await refuses(made, await prefix(await forge({ steps: upTo('bids') }), 20), 'log-shrunk')
    await refuses(made, made.forged.files, 'log-forked')
  })

  test('a log that is smaller than it was, until it has its size again', async () => {
    const made = await atClose()
    await refuses(made, await prefix(made.forged, 20), 'log-shrunk')
    expect(existsSync(join(made.dir, 'evidence', 'fork.note'))).toBe(false)
    await releases(made)
  })

  test('a log under another key', async () => {
    const made = await atClose()
    const other = await forge(TO_TECHNICAL_LIST)
    await other.publish(P.sha256(utf8('another key')))
    await refuses(made, other.files, 'log-key-changed')
    await releases(made)
  })

  test('entries that are not those under the checkpoint', async () => {
    const made = await atClose()
    const files = new Map(made.forged.files)
    const [path, bundle] = [...files].find(([name]) => name.startsWith('tile/entries/'))!
    const wrong = Uint8Array.from(bundle)
    const at = Buffer.from(wrong).lastIndexOf('"h":"') + 5
    wrong[at] = wrong[at] === 65 ? 66 : 65
    files.set(path, wrong)
    await refuses(made, files, 'log-forked')
    expect(existsSync(join(made.dir, 'evidence', 'fork.note'))).toBe(false)
    await releases(made)
  })

  test('another policy than the pinned one, if it names another log key', async () => {
    const made = await atClose()
    const other = `log ${vkeyOf(P, ORIGIN, P.ed25519PublicKey(P.sha256(utf8('other'))))}\nquorum none\n`
    await expect(bench(made.forged, { dir: made.dir, policy: other })).rejects.toThrow('another log')
    expect(readFileSync(join(made.dir, 'policy'), 'utf8')).toBe(policyOf(P.sha256(utf8('forge log'))))
  })

  test('to look at all while the log serves no policy, and keeps the first one that it is served', async () => {
    const forged = await forge(TO_TECHNICAL_LIST)
    const made = await bench(forged)
    const files = new Map(forged.files)
    files.delete('policy')
    made.server.files = files
    expect(await made.round()).toBe(false)
    expect(made.codes()).toEqual(['log-refused'])
    await releases(Object.assign(made, { forged }))
  })
})

describe('the folder of a custodian', () => {
  test('drops entries that a kill left beyond its state, and fetches them again', async () => {
    const made = await atClose()
    appendFileSync(join(made.dir, 'entries.bin'), Buffer.from('00ff cut short'))
    await made.restart()
    await releases(made)
    await made.restart()
    expect(made.custodian.status().size).toBe(made.forged.entries.length)
  })

  test.each([
    ['entries that are fewer than its state says', (dir: string) => truncateSync(join(dir, 'entries.bin'), 100)],
    [
      'an entry that was changed',
      (dir: string) => {
        const file = join(dir, 'entries.bin')
        writeFileSync(file, readFileSync(file, 'latin1').replace('agency-1', 'agency-7'), 'latin1')
      },
    ],
    ['a state cut short', (dir: string) => truncateSync(join(dir, 'state.json'), 50)],
    ['a state that is another’s', (dir: string) => writeFileSync(join(dir, 'state.json'), '{"typ":"other/1"}')],
    [
      'an identity of another custodian',
      (dir: string) => {
        const file = join(dir, 'identity.key')
        writeFileSync(file, readFileSync(file, 'utf8').replace('board-of-audit', 'time-office'))
      },
    ],
  ])('is not opened with %s', async (_, damage) => {
    const made = await atClose()
    damage(made.dir)
    await expect(made.restart()).rejects.toThrow()
  })

  test('keeps the time at which a close was first seen, over restarts and later looks', async () => {
    const made = await atClose()
    for (const seconds of [100, 500, 5000]) {
      await made.restart()
      made.clock = pastDeadline(seconds)
      await made.round()
    }
    await releases(made)
  })

  test('tells each refusal once on standard error and in refusals.jsonl, however often it is asked', async () => {
    const made = await bench(await forge(TO_TECHNICAL_LIST), { clock: pastDeadline(500) })
    for (let i = 0; i < 4; i++) await made.round()
    const told = made.lines.filter((line) => line.includes('closed-late'))
    expect(told).toHaveLength(1)
    const kept = readFileSync(join(made.dir, 'refusals.jsonl'), 'utf8').split('\n').filter(Boolean)
    expect(kept).toEqual(told)
    expect(JSON.parse(kept[0]!)).toMatchObject({ check: 'd', code: 'closed-late', about: 'R26BK00012345' })
  })
})
