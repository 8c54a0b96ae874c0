// Can a price be guessed from anything of a sealed bid that others see? A distinguisher learns on bids whose price it is told, then guesses.
import { describe, expect, test } from 'vitest'
import { sealBid } from '../../../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, fromB64u, fromUtf8, utf8 } from '../../../src/proof/bytes.ts'
import { keysetId } from '../../../src/proof/keyset.ts'
import { commitment, sealedLeaf } from '../../../src/proof/leaf.ts'
import { sealFromSeed } from '../../../src/proof/seal.ts'
import { bidder, drill, signBid } from '../../proof/seal-kit.ts'

/** Two prices that look as different as prices can. */
const PRICES = ['7', '999999999999999999'] as const
const TRAINING = 200
const TRIALS = 2000
const BAR = 0.52
/**
 * A fair coin is above the bar in 3.7 % of rounds of 2,000 trials (1.79 standard deviations). A round above it is played again with fresh
 * bids; a fair coin is above it in six rounds one after the other less than once in 10⁸ times, and who knows anything always is.
 */
const ROUNDS = 6

const { keyset } = drill(P, 3, 2)
const scalar = P.sha256(utf8('a bidder'))
const signer = { kid: 'A'.repeat(43), sign: (data: Uint8Array) => P.es256Sign(scalar, data) }

/** What others see of a bid: the message on its way, the envelope as the operator keeps it, the entry in the log. */
type Seen = { message: string; envelope: string; leaf: Uint8Array; c: Uint8Array; eid: Uint8Array }

async function sealed(price: string): Promise<Seen> {
  const { body, c, eids } = await sealBid(P, signer, {
    tender: keyset.tender,
    bidder: 'firm-1',
    seq: 1,
    replaces: null,
    made: '2026-11-21T00:00:00Z',
    keysets: { price: keyset },
    price: { amount: price, currency: 'KRW' },
  })
  const envelope = body.envelopes.price
  return { message: JSON.stringify(body), envelope, leaf: sealedLeaf(c), c: fromB64u(c), eid: fromB64u(eids.price) }
}

const mean = (numbers: Iterable<number>): number => {
  let [n, sum] = [0, 0]
  for (const one of numbers) {
    n++
    sum += one
  }
  return sum / n
}
const ones = (bytes: Uint8Array) => mean([...bytes].map((byte) => byte.toString(2).replaceAll('0', '').length))

/** Numbers that may tell something: lengths, first and last bytes, how bytes and characters are spread, where parts begin. */
const STATISTICS: Readonly<Record<string, (seen: Seen) => number>> = {
  'length of the message': ({ message }) => message.length,
  'length of the envelope': ({ envelope }) => envelope.length,
  'length of the entry': ({ leaf }) => leaf.length,
  'first byte of the commitment': ({ c }) => c[0] ?? 0,
  'last byte of the commitment': ({ c }) => c[31] ?? 0,
  'bits of the commitment': ({ c }) => ones(c),
  'first byte of the hash': ({ eid }) => eid[0] ?? 0,
  'bits of the hash': ({ eid }) => ones(eid),
  'mean character': ({ envelope }) => mean(utf8(envelope.slice(0, 2000))),
  'end of the content': ({ envelope }) => envelope.charCodeAt(envelope.indexOf('"kc"') - 4),
  'where the key commitment begins': ({ envelope }) => envelope.indexOf('"kc"'),
  'where the shares begin': ({ envelope }) => envelope.indexOf('"shares"'),
}

type Guess = (seen: Seen) => 0 | 1

/** The statistic and the threshold that told most of the bids apart whose price was known. */
function learn(known: readonly { of: 0 | 1; seen: Seen }[]): { says: string; guess: Guess } {
  let best = { says: '', right: -1, guess: (() => 0) as Guess }
  for (const [says, statistic] of Object.entries(STATISTICS)) {
    const of = (price: 0 | 1) => mean(known.filter((one) => one.of === price).map(({ seen }) => statistic(seen)))
    const [low, high] = [of(0), of(1)]
    const guess: Guess = (seen) => (statistic(seen) > (low + high) / 2 === high > low ? 1 : 0)
    const right = known.filter(({ of, seen }) => guess(seen) === of).length
    if (right > best.right) best = { says, right, guess }
  }
  return best
}

async function bids(n: number, make: (price: string) => Promise<Seen>): Promise<{ of: 0 | 1; seen: Seen }[]> {
  const coins = P.random(n)
  return Promise.all(
    [...coins].map(async (coin) => {
      const of = (coin & 1) as 0 | 1
      return { of, seen: await make(PRICES[of]) }
    }),
  )
}

async function accuracy(trials: number, make: (price: string) => Promise<Seen>, training = TRAINING) {
  const { says, guess } = learn(await bids(training, make))
  const asked = await bids(trials, make)
  return { says, right: asked.filter(({ of, seen }) => guess(seen) === of).length / trials }
}

/** Sealed alike, but for the text of the bid, which is not filled up. */
async function unpadded(price: string): Promise<Seen> {
  const seen = await sealed(PRICES[0])
  const ids = { ks: b64u(keysetId(P, keyset)), kc: b64u(P.random(32)) }
  const bid = await signBid(P, keyset, bidder(P, 'firm-1'), ids, { body: { amount: price, currency: 'KRW' } })
  return { ...seen, envelope: fromUtf8(await sealFromSeed(P, keyset, P.random(32), utf8(bid))) }
}

describe('what is seen of a sealed bid', () => {
  test('tells a price of one digit from one of eighteen no better than a coin, over 2,000 trials', async () => {
    const rounds: number[] = []
    do rounds.push((await accuracy(TRIALS, sealed)).right)
    while ((rounds.at(-1) ?? 1) > BAR && rounds.length < ROUNDS)
    expect(Math.min(...rounds), `accuracy of ${rounds.length} rounds`).toBeLessThanOrEqual(BAR)
  }, 120_000)

  test('would tell them apart every time if texts were not filled up (negative control)', async () => {
    const { says, right } = await accuracy(100, unpadded, 40)
    expect([says, right]).toEqual(['length of the envelope', 1])
  }, 60_000)

  test('is a commitment that whoever knows both statements cannot tell apart for the salt, and could without one', () => {
    const texts = ['statement over 7', 'statement over 999999999999999999'] as const
    const none = new Uint8Array(32)
    // Whoever guesses tries each statement with a salt of its own choosing.
    const guess = (c: string): 0 | 1 | null => {
      const found = texts.findIndex((text) => commitment(P, none, text) === c)
      return found < 0 ? null : (found as 0 | 1)
    }
    const rightOf = (salt: () => Uint8Array) =>
      [...P.random(TRIALS)].filter((coin) => guess(commitment(P, salt(), texts[coin & 1] as string)) === (coin & 1))
        .length
    expect(rightOf(() => P.random(32))).toBe(0)
    expect(rightOf(() => none)).toBe(TRIALS)
  })
})
