// Does a thread of its own come to the same verdicts on sealed acts, and what if it is lost?
import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, test } from 'vitest'
import { sealBid } from '../../../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { type Keyset, readKeyset } from '../../../src/proof/keyset.ts'
import { judgeSent, type SentAct } from '../../../src/server/bids/judge-sent.ts'
import { type Judging, startJudging } from '../../../src/server/bids/judging.ts'
import { randomScalar, scalarSigner } from '../../../src/server/keys.ts'
import { eventually } from '../../support/world.ts'

const NO = 'R26BK00000001'

function keysetFor(kind: 'technical' | 'price'): Keyset {
  const custodians = [1, 2, 3].map((x) => {
    const { kid, jwk } = scalarSigner(P, randomScalar(P))
    return { x, id: `custodian-${x}`, kid, jwk }
  })
  const requires = kind === 'price' ? ['scores.locked/1'] : []
  const set = { typ: 'keyset/1', tender: NO, lot: '1', kind, t: 2, n: 3, open_after: '2027-01-15T01:00:00Z', requires }
  return readKeyset(P, { ...set, custodians })
}

const keysets = { technical: keysetFor('technical'), price: keysetFor('price') }

async function act(bidder: string, spoil: (body: string) => string = (body) => body): Promise<SentAct> {
  const key = scalarSigner(P, randomScalar(P))
  const { body } = await sealBid(P, key, {
    tender: NO,
    bidder,
    seq: 1,
    replaces: null,
    made: '2026-11-21T04:00:00Z',
    keysets,
    technical: { approach: 'a', summary: 's' },
    price: { amount: '80000000', currency: 'KRW' },
  })
  const raw = Buffer.from(spoil(JSON.stringify(body)))
  const tender = { no: NO, state: 'published' as const, keysets, keysetsBy: null }
  const facts = { bidder, nextSeq: 1, current: null, stored: {} }
  return {
    kind: 'submission',
    raw,
    tender,
    bidder,
    account: `${bidder}-rep`,
    keys: new Map([[key.kid, key.jwk]]),
    facts,
  }
}

const acts = [
  await act('ann'),
  await act('ben', (body) => body.replace('"salt"', '"sault"')),
  { ...(await act('cho')), keys: new Map() },
  { ...(await act('dan')), bidder: 'eve', facts: { bidder: 'eve', nextSeq: 3, current: null, stored: {} } },
  { ...(await act('fay')), kind: 'withdrawal' as const },
  await act('gil', (body) => body.slice(1)),
]
const right = await judgeSent(P, acts)

/** Primitives of a program that must not judge itself. */
const idle = {
  ...P,
  es256Verify: () => {
    throw new Error('judged here')
  },
}

const opened: Judging[] = []
afterAll(async () => {
  for (const one of opened) await one.close()
})
const judging = (...args: Parameters<typeof startJudging>) => {
  const made = startJudging(...args)
  opened.push(made)
  return made
}

/** Until the thread is up, acts are judged here. */
const untilUp = (one: Judging) =>
  eventually('the thread', async () =>
    one.judge(acts).then(
      () => true,
      () => false,
    ),
  )

describe('a verdict on sealed acts', () => {
  test('is a bid with its envelopes, a refusal with its reasons, or nothing where the body breaks its contract', () => {
    const codes = right.map((ruling) => ruling?.judged.reasons.map(({ code }) => code))
    expect(codes).toEqual([[], undefined, ['no-key'], ['submission-mismatch', 'wrong-seq'], undefined, undefined])
    expect(right[0]?.judged.envelopes.map(({ kind }) => kind)).toEqual(['technical', 'price'])
    expect(right[0]?.fingerprint).toEqual(P.sha256(acts[0]?.raw as Uint8Array))
  })

  test('is the same from the thread, which judges what this program does not', async () => {
    const one = judging(idle)
    await untilUp(one)
    expect(await one.judge(acts)).toEqual(right)
    expect(await Promise.all([one.judge(acts), one.judge([...acts].reverse())])).toEqual([right, [...right].reverse()])
    // The control: without a thread this program would have had to.
    await expect(judging(idle).judge(acts)).rejects.toThrow('judged here')
  })

  test('of few acts is made here, and starts no thread', async () => {
    const one = judging(P, () => {
      throw new Error('a thread was started')
    })
    expect(await one.judge(acts.slice(0, 2))).toEqual(right.slice(0, 2))
    expect(() => one.judge(acts)).toThrow('a thread was started')
  })

  test('is made here when the thread dies over it, and by a new one after that', async () => {
    let started = 0
    const dying = () => {
      started++
      const text = `const { parentPort } = require('node:worker_threads')
        parentPort.on('message', () => process.exit(1)); parentPort.postMessage({ ready: true })`
      return new Worker(text, { eval: true })
    }
    const one = judging(P, dying)
    await eventually('a thread that died', async () => {
      expect(await one.judge(acts)).toEqual(right)
      return started > 1
    })
  })
})
