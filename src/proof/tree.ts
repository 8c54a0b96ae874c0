// Is this entry in the log, and does the log of today continue that of yesterday? The Merkle tree of RFC 6962.
import { b64, concat, equal, FormatError, fromB64 } from './bytes.ts'
import type { Primitives } from './primitives.ts'

const LEAF = Uint8Array.of(0)
const NODE = 1

/** SHA-256(0x00 ‖ entry), RFC 6962 section 2.1. */
export function leafHash(P: Primitives, entry: Uint8Array): Uint8Array {
  return P.sha256(concat(LEAF, entry))
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(P: Primitives, left: Uint8Array, right: Uint8Array): Uint8Array {
  // The inner loop of every proof: put together by hand, as joining a list of parts takes as long as the hash.
  const bytes = new Uint8Array(65)
  bytes[0] = NODE
  bytes.set(left, 1)
  bytes.set(right, 33)
  return P.sha256(bytes)
}

/** The root of a tree without entries: SHA-256 of nothing. */
export function emptyRoot(P: Primitives): Uint8Array {
  return P.sha256(new Uint8Array(0))
}

/** The largest power of two below n (n ≥ 2): where RFC 6962 splits a tree of n entries. */
export function splitAt(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

function rangeRoot(P: Primitives, hashes: readonly Uint8Array[], begin: number, end: number): Uint8Array {
  if (end - begin === 1) return hashes[begin]!
  const middle = begin + splitAt(end - begin)
  return nodeHash(P, rangeRoot(P, hashes, begin, middle), rangeRoot(P, hashes, middle, end))
}

/** The root over leaf hashes, in order. */
export function rootOf(P: Primitives, hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.length === 0 ? emptyRoot(P) : rangeRoot(P, hashes, 0, hashes.length)
}

/** The proof that entry `index` is under the root over these leaf hashes: sibling hashes from the leaf to the root. */
export function inclusionProof(P: Primitives, hashes: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= hashes.length) throw new RangeError('no such entry')
  const proof: Uint8Array[] = []
  let begin = 0
  let end = hashes.length
  while (end - begin > 1) {
    const middle = begin + splitAt(end - begin)
    if (index < middle) {
      proof.unshift(rangeRoot(P, hashes, middle, end))
      end = middle
    } else {
      proof.unshift(rangeRoot(P, hashes, begin, middle))
      begin = middle
    }
  }
  return proof
}

/** The proof that the tree over these leaf hashes continues the one over the first `old` of them; empty for 0 and for all. */
export function consistencyProof(P: Primitives, hashes: readonly Uint8Array[], old: number): Uint8Array[] {
  if (!Number.isInteger(old) || old < 0 || old > hashes.length) throw new RangeError('no such size')
  if (old === 0 || old === hashes.length) return []
  const proof: Uint8Array[] = []
  let begin = 0
  let end = hashes.length
  while (end !== old) {
    const middle = begin + splitAt(end - begin)
    if (old <= middle) {
      proof.unshift(rangeRoot(P, hashes, middle, end))
      end = middle
    } else {
      proof.unshift(rangeRoot(P, hashes, begin, middle))
      begin = middle
    }
  }
  if (begin > 0) proof.unshift(rangeRoot(P, hashes, begin, end))
  return proof
}

const isSize = (n: number) => Number.isSafeInteger(n) && n >= 0
const isHashes = (hashes: readonly Uint8Array[]) => hashes.every((hash) => hash.length === 32)
const half = (n: number) => Math.floor(n / 2)
const odd = (n: number) => n % 2 === 1

/** Does the proof lead from this leaf hash, at this index of a tree of this size, to this root? (RFC 9162 section 2.1.3.2) */
export function verifyInclusion(
  P: Primitives,
  claim: { index: number; size: number; leafHash: Uint8Array; root: Uint8Array; proof: readonly Uint8Array[] },
): boolean {
  const { index, size, proof } = claim
  if (!isSize(index) || !isSize(size) || index >= size || !isHashes([claim.leafHash, claim.root, ...proof]))
    return false
  let fn = index
  let sn = size - 1
  let hash = claim.leafHash
  for (const sibling of proof) {
    if (sn === 0) return false
    if (odd(fn) || fn === sn) {
      hash = nodeHash(P, sibling, hash)
      while (!odd(fn) && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else hash = nodeHash(P, hash, sibling)
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && equal(hash, claim.root)
}

/**
 * Does a tree of `size2` with `root2` continue the one of `size1` with `root1`, nothing changed or taken away?
 * (RFC 9162 section 2.1.4.2.) For equal sizes the proof is empty and the roots are the same; for `size1` = 0 it is empty.
 */
export function verifyConsistency(
  P: Primitives,
  claim: { size1: number; size2: number; root1: Uint8Array; root2: Uint8Array; proof: readonly Uint8Array[] },
): boolean {
  const { size1, size2, root1, root2, proof } = claim
  if (!isSize(size1) || !isSize(size2) || size1 > size2 || !isHashes([root1, root2, ...proof])) return false
  if (size1 === 0) return proof.length === 0 && equal(root1, emptyRoot(P)) && (size2 > 0 || equal(root1, root2))
  if (size1 === size2) return proof.length === 0 && equal(root1, root2)

  let fn = size1 - 1
  let sn = size2 - 1
  while (odd(fn)) {
    fn = half(fn)
    sn = half(sn)
  }
  // When the old tree is a whole subtree of the new one, its root is the start and is left out of the proof.
  const path = fn === 0 ? [root1, ...proof] : proof
  const [first, ...rest] = path
  if (first === undefined) return false
  let one = first
  let two = first
  for (const sibling of rest) {
    if (sn === 0) return false
    if (odd(fn) || fn === sn) {
      one = nodeHash(P, sibling, one)
      two = nodeHash(P, sibling, two)
      while (!odd(fn) && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else two = nodeHash(P, two, sibling)
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && equal(one, root1) && equal(two, root2)
}

/** What a follower keeps of a log of `size` entries: roots of its whole subtrees, largest first, standard base64. */
export type CompactState = { size: number; peaks: string[] }

/**
 * A log followed by appending: holds one hash for each bit of the size that is one, and knows the root at any moment.
 *
 * @example const log = new Compact(P); log.append(leafHash(P, entry)); log.root()
 */
export class Compact {
  private readonly P: Primitives
  private readonly peaks: Uint8Array[]
  private count: number

  /** Throws {@link FormatError} when the saved state is none. */
  constructor(P: Primitives, state: CompactState = { size: 0, peaks: [] }) {
    this.P = P
    if (!isSize(state.size)) throw new FormatError('a size is a whole number')
    let bits = 0
    for (let rest = state.size; rest > 0; rest = half(rest)) if (odd(rest)) bits++
    this.peaks = state.peaks.map(fromB64)
    this.count = state.size
    if (this.peaks.length !== bits || !isHashes(this.peaks)) throw new FormatError('the peaks do not fit the size')
  }

  get size(): number {
    return this.count
  }

  append(hash: Uint8Array): void {
    let node = hash
    for (let rest = this.count; odd(rest); rest = half(rest)) node = nodeHash(this.P, this.peaks.pop()!, node)
    this.peaks.push(node)
    this.count++
  }

  root(): Uint8Array {
    if (this.count === 0) return emptyRoot(this.P)
    return this.peaks.reduceRight((right, peak) => nodeHash(this.P, peak, right))
  }

  save(): CompactState {
    return { size: this.count, peaks: this.peaks.map(b64) }
  }
}
