// How fast are bids sealed and opened, beside the one curve operation that no implementation gets around? In one thread.
import crypto from 'node:crypto'
import { sealBid } from '../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { utf8 } from '../src/proof/bytes.ts'
import { checkBid, decryptShare, openEnvelope } from '../src/proof/seal.ts'
import type { Share } from '../src/proof/shares.ts'
import { contentsOf, type Key, keysetFor, newKey } from './bids.ts'
import { type Result, ratio, resultOf } from './result.ts'
import { inTurns, median, rounded } from './rounds.ts'

export type OpeningOptions = { rounds: number; bids: number; say: (line: string) => void }

const BIDDER = 'bidder'
const KINDS = ['technical', 'price'] as const
/** Bids of one slice: short enough that the machine is the same for all four that are compared. */
const SLICE = 25

/** Both clocks of one piece of work. */
type Spent = { count: number; wallSeconds: number; cpuSeconds: number }

class Meter {
  count = 0
  wallSeconds = 0
  cpuSeconds = 0

  async measure<T>(count: number, work: () => T | Promise<T>): Promise<T> {
    const cpu = process.cpuUsage()
    const wall = performance.now()
    const answer = await work()
    this.wallSeconds += (performance.now() - wall) / 1000
    const { user, system } = process.cpuUsage(cpu)
    this.cpuSeconds += (user + system) / 1e6
    this.count += count
    return answer
  }

  get spent(): Spent {
    return { count: this.count, wallSeconds: rounded(this.wallSeconds), cpuSeconds: rounded(this.cpuSeconds) }
  }
}

/** Operations in a second of the processor: other people's load changes the wall clock, this one little. */
const rate = (spent: Spent) => spent.count / spent.cpuSeconds

/** The fastest P-256 agreement that node:crypto has: both keys imported beforehand. */
function rawEcdh(): (times: number) => void {
  const pair = () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [{ privateKey }, { publicKey }] = [pair(), pair()]
  return (times) => {
    for (let i = 0; i < times; i++) crypto.diffieHellman({ privateKey, publicKey })
  }
}

type World = { bidder: Key; custodians: Key[]; keysets: Record<(typeof KINDS)[number], ReturnType<typeof keysetFor>> }

function world(): World {
  const custodians = Array.from({ length: 3 }, () => newKey(P))
  const keysets = { technical: keysetFor(P, 'technical', custodians), price: keysetFor(P, 'price', custodians) }
  return { bidder: newKey(P), custodians, keysets }
}

async function sealSlice({ bidder, keysets }: World, from: number, to: number) {
  const sealed = []
  for (let i = from; i < to; i++) {
    const made = '2026-11-21T04:00:00Z'
    const bid = {
      tender: keysets.price.tender,
      bidder: BIDDER,
      seq: 1,
      replaces: null,
      made,
      keysets,
      ...contentsOf(i),
    }
    sealed.push((await sealBid(P, bidder, bid)).body)
  }
  return sealed.flatMap(({ envelopes }) => KINDS.map((kind) => ({ kind, bytes: utf8(envelopes[kind]) })))
}

type Sealed = Awaited<ReturnType<typeof sealSlice>>

/** Decrypts the shares of two custodians: each does this alone, on its own machine. */
async function shareSlice({ custodians, keysets }: World, sealed: Sealed): Promise<Share[][]> {
  const all: Share[][] = []
  for (const { kind, bytes } of sealed) {
    const shares: Share[] = []
    for (const x of [1, 3]) {
      const found = await decryptShare(P, keysets[kind], bytes, x, (custodians[x - 1] as Key).scalar)
      if ('refused' in found) throw new Error(`custodian ${x} could not open its share: ${found.refused}`)
      shares.push({ x, y: found.y })
    }
    all.push(shares)
  }
  return all
}

/** What the opening does with each envelope: combine, decrypt, seal again and compare, check the bid's signature. */
async function openSlice({ bidder, keysets }: World, sealed: Sealed, shares: Share[][]): Promise<void> {
  for (const [i, { kind, bytes }] of sealed.entries()) {
    const opened = await openEnvelope(P, keysets[kind], bytes, shares[i] as Share[])
    if (opened.state !== 'valid') throw new Error(`an envelope is ${opened.state}`)
    const { kc } = JSON.parse(new TextDecoder().decode(bytes)) as { kc: string }
    const checked = await checkBid(P, keysets[kind], opened.jws, { bidder: BIDDER, kc, bidderKey: bidder.jwk })
    if (!checked.ok) throw new Error(`a bid does not check: ${checked.reason}`)
  }
}

async function oneRound(of: World, bids: number, ecdh: (times: number) => void) {
  const meters = { ecdh: new Meter(), seal: new Meter(), share: new Meter(), open: new Meter() }
  const bytes = { technical: 0, price: 0 }
  for (let from = 0; from < bids; from += SLICE) {
    const to = Math.min(from + SLICE, bids)
    const envelopes = (to - from) * KINDS.length
    await meters.ecdh.measure(envelopes * 4, () => ecdh(envelopes * 4))
    const sealed = await meters.seal.measure(envelopes, () => sealSlice(of, from, to))
    for (const { kind, bytes: file } of sealed) bytes[kind] = file.length
    const shares = await meters.share.measure(envelopes * 2, () => shareSlice(of, sealed))
    await meters.ecdh.measure(envelopes * 4, () => ecdh(envelopes * 4))
    await meters.open.measure(envelopes, () => openSlice(of, sealed, shares))
  }
  const { ecdh: e, seal, share, open } = meters
  return { ecdh: e.spent, seal: seal.spent, share: share.spent, open: open.spent, bytes }
}

/** Seals and opens `bids` bids of two envelopes in every round, between slices of bare P-256 agreements. */
export async function measureOpening({ rounds, bids, say }: OpeningOptions): Promise<Result> {
  const of = world()
  const ecdh = rawEcdh()
  say('opening: warming up')
  await oneRound(of, Math.min(bids, 2 * SLICE), ecdh)
  const measured = (
    await inTurns(rounds, { all: () => oneRound(of, bids, ecdh) }, (round, { all }) => {
      if (all) say(`opening: round ${round + 1} of ${rounds}: ${Math.round(rate(all.open))} opened/s of processor`)
    })
  ).flatMap(({ all }) => (all ? [all] : []))
  const mid = (ask: (round: (typeof measured)[number]) => number) => median(measured.map(ask))
  const first = measured[0]
  return resultOf({
    benchmark: 'opening',
    versions: {},
    params: {
      bids,
      envelopes: bids * KINDS.length,
      custodians: 3,
      threshold: 2,
      technicalBytes: first?.bytes.technical ?? 0,
      priceBytes: first?.bytes.price ?? 0,
      seed: 'none: seal takes its seeds from the operating system alone',
    },
    rounds: measured,
    medians: {
      'ecdh per cpu-second': mid((r) => rate(r.ecdh)),
      'envelopes sealed per cpu-second': mid((r) => rate(r.seal)),
      'shares decrypted per cpu-second': mid((r) => rate(r.share)),
      'envelopes opened per cpu-second': mid((r) => rate(r.open)),
      'seconds to open them all': mid((r) => r.open.wallSeconds),
    },
    ratios: {
      'seal / ecdh': ratio(
        'sealing with its signatures',
        mid((r) => rate(r.seal) / rate(r.ecdh)),
        1 / 20,
      ),
      'open / ecdh': ratio(
        'opening, sealing again, signature',
        mid((r) => rate(r.open) / rate(r.ecdh)),
        1 / 30,
      ),
      'share / ecdh': ratio(
        'one custodian',
        mid((r) => rate(r.share) / rate(r.ecdh)),
        null,
      ),
    },
  })
}
