// Is a release the same bytes for ever: over refusals of the API, kills at every step, and lists that say otherwise?
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { WriteStep } from '../../src/node/atomic-file.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import { keysetId } from '../../src/proof/keyset.ts'
import { AGENCY, type Forge, forge, keyOf, TENDER } from '../support/forge.ts'
import {
  bench,
  custodianFolder,
  logAsIs,
  looking,
  ME,
  TO_PRICE_LIST,
  TO_TECHNICAL_LIST,
  upTo,
} from './custodian-bench.ts'

const STEPS: WriteStep[] = ['start', 'opened', 'half-written', 'written', 'synced', 'renamed', 'folder-synced']

const logRelease = async (forged: Forge, jws: string) => {
  logAsIs(forged, { typ: 'release/1', org: ME, by: keyOf(ME).signer.kid, ref: TENDER }, jws)
  await forged.publish()
}

/** Logs one more opening list over the technical keyset. */
const anotherList = async (forged: Forge, eids: string[]) => {
  const ks = b64u(keysetId(P, forged.keysets.technical))
  forged.logPlain('opening.list/1', AGENCY, '-', { tender: TENDER, lot: '1', ks, eids })
  await forged.publish()
}

describe('another list over released envelopes is refused', () => {
  test.each([
    ['fewer of them', (eids: string[]) => eids.slice(1)],
    ['one more', (eids: string[]) => [...eids, b64u(P.sha256(utf8('one more')))]],
    ['quite others over the same keyset', () => [b64u(P.sha256(utf8('other')))]],
  ])('when it names %s, and the first release stays what it was', async (_, change) => {
    const made = await looking(TO_TECHNICAL_LIST)
    const [first] = made.server.releases()
    await logRelease(made.forged, first!)
    await anotherList(made.forged, change(made.forged.lists.technical.eids))
    made.show(made.forged)
    await made.round()
    await made.restart()
    await made.round()
    expect(made.codes()).toEqual(['released-otherwise'])
    expect(new Set(made.server.releases())).toEqual(new Set([first]))
    expect(readdirSync(join(made.dir, 'releases'))).toHaveLength(1)
  })

  test('also when two lists were there before anything was released: neither is trusted', async () => {
    const made = await looking({
      ...TO_TECHNICAL_LIST,
      steps: (steps) => [...upTo('list technical')(steps), 'list technical'],
      payload: { 'opening.list/1': (list, { nth }) => void (nth === 1 && list.eids.pop()) },
    })
    expect(made.codes()).toEqual(['opening-list-wrong'])
    expect(made.server.releases()).toEqual([])
  })

  test('also when the folder was restored from before the release, which the log still shows', async () => {
    const made = await looking(TO_TECHNICAL_LIST)
    const [first] = made.server.releases()
    await logRelease(made.forged, first!)
    await anotherList(made.forged, made.forged.lists.technical.eids.slice(1))
    const restored = await bench(made.forged, { dir: custodianFolder(made.forged) })
    await restored.round()
    expect(restored.codes()).toEqual(['released-otherwise'])
    expect(restored.server.releases()).toEqual([])
  })

  test('and a release in its name that it did not sign binds it to nothing', async () => {
    const made = await bench(await forge(TO_TECHNICAL_LIST))
    const forged = await forge({
      steps: upTo('release technical'),
      signer: { 'release/1': () => keyOf('somebody').signer },
    })
    made.show(forged)
    await made.round()
    expect(made.server.releases()).toHaveLength(1)
  })
})

describe('the same bytes are sent', () => {
  test('again at every try until the log shows them, whatever the API answers, and never after', async () => {
    const made = await bench(await forge(TO_TECHNICAL_LIST))
    const forged = await forge(TO_TECHNICAL_LIST)
    made.show(forged)
    for (const answer of [503, 422, 409, 500, 201, 200] as const) {
      made.server.answer = answer
      await made.round()
    }
    expect(made.server.releases()).toHaveLength(6)
    expect(new Set(made.server.releases()).size).toBe(1)
    await logRelease(forged, made.server.releases()[0]!)
    made.show(forged)
    await made.round()
    await made.restart()
    await made.round()
    expect(made.server.releases()).toHaveLength(6)
    expect(made.custodian.status().released).toMatchObject([{ tender: TENDER, logged: true }])
  })

  test.each(STEPS)(
    'over a kill at "%s" of keeping them: nothing was sent before, one release is sent after',
    async (fatal) => {
      const made = await bench(await forge(TO_TECHNICAL_LIST))
      await made.restart((step) => {
        if (step === fatal) throw new Error('killed')
      })
      await expect(made.round()).rejects.toThrow('killed')
      expect(made.server.releases()).toEqual([])
      for (let life = 0; life < 3; life++) {
        await made.restart()
        await made.round()
      }
      expect(made.server.releases()).toHaveLength(3)
      expect(new Set(made.server.releases()).size).toBe(1)
    },
  )
})

describe('on disk', () => {
  test('a release is whole before it is sent: the list, the checkpoint’s note, the signed bytes', async () => {
    const made = await looking(TO_TECHNICAL_LIST)
    const [name] = readdirSync(join(made.dir, 'releases'))
    const kept = JSON.parse(readFileSync(join(made.dir, 'releases', name!), 'utf8'))
    expect(kept.jws).toBe(made.server.releases()[0])
    expect(kept.note).toBe(fromUtf8(made.forged.files.get('checkpoint')!))
    expect(kept.eids).toEqual(made.forged.lists.technical.eids)
    expect(statSync(join(made.dir, 'releases', name!)).mode & 0o077).toBe(0)
  })

  test('the opening key is destroyed once the award and the release are in the log, and only then', async () => {
    const made = await looking(TO_PRICE_LIST)
    const scalar = b64u(keyOf(`${ME} price`).scalar)
    const batch = () => readFileSync(join(made.dir, 'prekeys', 'batch-00001.json'), 'utf8')
    await logRelease(made.forged, made.server.releases()[0]!)
    made.show(made.forged)
    await made.round()
    expect(batch()).toContain(scalar)
    const amount = { amount: '98000000', currency: 'KRW' }
    await made.forged.logSigned('award/1', keyOf('officer'), AGENCY, {
      tender: TENDER,
      lot: '1',
      bidder: 'bidder-1',
      amount,
      reasons: [],
      standstillEnds: null,
    })
    await made.forged.publish()
    made.show(made.forged)
    await made.round()
    expect(batch()).not.toContain(scalar)
    expect(batch()).toContain(b64u(keyOf(`${ME} spare`).scalar))
  })
})
