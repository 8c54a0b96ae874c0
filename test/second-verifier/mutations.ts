// Which proofs, notes, policies and tiles do two verifiers have to agree on? The published vectors, changed in every way that we could think of.
import { readFileSync } from 'node:fs'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { concat, equal, FormatError, fromB64, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import { readPolicy, verifyCheckpoint } from '../../src/proof/policy.ts'
import { verifyTlogProof } from '../../src/proof/receipt.ts'
import { readBundle } from '../../src/proof/tiles.ts'
import { leafHash, rootOf, verifyConsistency } from '../../src/proof/tree.ts'

export type Case = {
  kind: 'proof' | 'checkpoint' | 'consistency' | 'tiles' | 'entries'
  bytes: Record<string, Uint8Array>
  size?: number
  size1?: number
  size2?: number
}
/** What is compared: whether it holds, and if so for which index, size and time. */
export type Verdict = { ok: boolean; index?: number; size?: number; time?: number | null }

const vector = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../vectors/log/${path}`, import.meta.url)))

type LogJson = {
  consistency: { old: number; size: number; proof: string[] }[]
  checkpoints: { size: number; root: string }[]
}
const LOG = JSON.parse(fromUtf8(vector('log.json'))) as LogJson
const rootAt = (size: number) => fromB64(LOG.checkpoints.find((c) => c.size === size)!.root)

/** The right ones, from the published vectors. */
export function originals(): Case[] {
  const policy = vector('policy')
  const sizes = [1, 5, 7, 9, 10, 256, 257, 300]
  return [
    ...[5, 10].map((n): Case => {
      const bytes = { policy, proof: vector(`receipts/4-at-${n}.tlog-proof`), leaf: vector('leaves/4.json') }
      return { kind: 'proof', bytes }
    }),
    ...sizes.map((n): Case => ({ kind: 'checkpoint', bytes: { policy, note: vector(`checkpoints/${n}`) } })),
    ...LOG.consistency.map(({ old, size, proof }): Case => {
      const bytes = { root1: rootAt(old), root2: rootAt(size), proof: concat(...proof.map(fromB64)) }
      return { kind: 'consistency', size1: old, size2: size, bytes }
    }),
    { kind: 'tiles', size: 256, bytes: { tiles: vector('tile/0/000'), root: rootAt(256) } },
    { kind: 'tiles', size: 9, bytes: { tiles: vector('tile/0/000').subarray(0, 288), root: rootAt(9) } },
    { kind: 'entries', size: 256, bytes: { bundle: vector('tile/entries/000'), root: rootAt(256) } },
  ]
}

/** Numbers from a seed, so that a disagreement can be made again. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    // xorshift32
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

type Dice = (below: number) => number
const STRANGE = [
  '\u0000',
  '\t',
  '\r',
  '\u00a0',
  '\u2003',
  '\ufeff',
  '\u2014',
  '+',
  '=',
  'é',
  '\u0085',
  ' ',
  '\n',
  '-',
  '０',
]

/** One change to a text made of lines. */
const LINES: ((lines: string[], dice: Dice) => string[])[] = [
  (l, d) => l.toSpliced(d(l.length), 1),
  (l, d) => l.toSpliced(d(l.length), 0, l[d(l.length)]!),
  (l, d) => {
    const [a, b] = [d(l.length), d(l.length)]
    return l.with(a, l[b]!).with(b, l[a]!)
  },
  (l, d) => l.toSpliced(d(l.length), 0, ''),
  (l, d) => {
    const at = d(l.length)
    return l.with(
      at,
      l[at]!.replace(/\d+/, (n) => String(Number(n) + [1, -1, 256, 2 ** 53][d(4)]!)),
    )
  },
  (l, d) => {
    const at = d(l.length)
    const line = l[at]!
    const place = d(line.length + 1)
    return l.with(at, line.slice(0, place) + STRANGE[d(STRANGE.length)] + line.slice(place))
  },
  (l, d) => {
    const at = d(l.length)
    return l.with(at, l[at]!.replace(/(\d+)/, '0$1'))
  },
  (l, d) => {
    const at = d(l.length)
    return l.with(at, l[at]!.split(' ').reverse().join(' '))
  },
  (l, d) => {
    const at = d(l.length)
    return l.with(at, [`${l[at]} `, ` ${l[at]}`, l[at]!.toUpperCase(), l[at]!.replace(/=+$/, '')][d(4)]!)
  },
  (l, d) => l.map((line) => line.replace(/^(group \S+) \d/, `$1 ${['any', 'all', '1', '3', '4', '0', '02'][d(7)]}`)),
  (l, d) => l.map((line) => line.replace(/^quorum .*/, `quorum ${['none', 'press', 'nobody', ''][d(4)]}`)),
]

/** One change to any bytes. */
const BYTES: ((bytes: Uint8Array, dice: Dice) => Uint8Array)[] = [
  (b, d) => {
    const out = Uint8Array.from(b)
    if (out.length > 0) out[d(out.length)]! ^= 1 << d(8)
    return out
  },
  (b, d) => b.subarray(0, d(b.length + 1)),
  (b, d) => b.subarray(d(b.length + 1)),
  (b, d) => {
    const at = d(b.length + 1)
    return concat(b.subarray(0, at), Uint8Array.of(d(256)), b.subarray(at))
  },
  (b, d) => {
    const at = 32 * d(Math.floor(b.length / 32) + 1)
    return concat(b.subarray(0, at), b.subarray(at + 32))
  },
  (b, d) => {
    const at = 32 * d(Math.floor(b.length / 32) + 1)
    return concat(b.subarray(0, at), b.subarray(0, 32), b.subarray(at))
  },
]

/** The `n`-th case: every tenth is an original, the others are changed once or twice. */
export function mutated(all: readonly Case[], n: number, dice: Dice): Case {
  const from = all[dice(all.length)]!
  if (n % 10 === 0) return from
  const made: Case = { ...from, bytes: { ...from.bytes } }
  for (let times = 1 + dice(2); times > 0; times--) {
    const names = Object.keys(made.bytes)
    const name = names[dice(names.length)]!
    const bytes = made.bytes[name]!
    const isText = ['policy', 'proof', 'note'].includes(name) && made.kind !== 'consistency'
    if (dice(12) === 0 && made.size !== undefined) made.size = Math.max(0, made.size + dice(3) - 1)
    else if (dice(6) === 0 && made.size1 !== undefined) made.size1 = Math.max(0, made.size1 + dice(5) - 2)
    else if (dice(6) === 0 && made.size2 !== undefined) made.size2 = Math.max(0, made.size2 + dice(5) - 2)
    else if (isText && dice(3) > 0) {
      let lines: string[]
      try {
        lines = fromUtf8(bytes).split('\n')
      } catch {
        lines = ['']
      }
      made.bytes[name] = utf8(LINES[dice(LINES.length)]!(lines, dice).join('\n'))
    } else made.bytes[name] = BYTES[dice(BYTES.length)]!(bytes, dice)
  }
  return made
}

/** What our own verifier says. */
export async function ours({ kind, bytes, size = 0, size1 = 0, size2 = 0 }: Case): Promise<Verdict> {
  const of = (name: string) => bytes[name] as Uint8Array
  try {
    if (kind === 'proof') {
      const held = await verifyTlogProof(P, fromUtf8(of('proof')), of('leaf'), readPolicy(fromUtf8(of('policy'))))
      return 'refused' in held
        ? { ok: false }
        : { ok: true, index: held.index, size: held.size, time: held.quorum.time }
    }
    if (kind === 'checkpoint') {
      const held = await verifyCheckpoint(P, readPolicy(fromUtf8(of('policy'))), fromUtf8(of('note')))
      return 'refused' in held ? { ok: false } : { ok: true, size: held.size, time: held.quorum.time }
    }
    if (kind === 'consistency') {
      const proof = thirtyTwos(of('proof'))
      return { ok: verifyConsistency(P, { size1, size2, root1: of('root1'), root2: of('root2'), proof }) }
    }
    const hashes = kind === 'tiles' ? thirtyTwos(of('tiles')) : readBundle(of('bundle')).map((e) => leafHash(P, e))
    return {
      ok: hashes.length === size && hashes.every((h) => h.length === 32) && equal(rootOf(P, hashes), of('root')),
    }
  } catch (error) {
    if (error instanceof FormatError) return { ok: false }
    throw error
  }
}

const thirtyTwos = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / 32) }, (_, i) => bytes.subarray(32 * i, 32 * (i + 1)))

/** A case as one line for another program: JSON, its bytes in standard base64. */
export const lineOf = ({ bytes, ...rest }: Case): string =>
  JSON.stringify({
    ...rest,
    bytes: Object.fromEntries(Object.entries(bytes).map(([name, b]) => [name, Buffer.from(b).toString('base64')])),
  })
