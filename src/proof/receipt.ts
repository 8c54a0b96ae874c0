// Is this entry in the log, and had witnesses seen it, by one file alone? The receipt of C2SP tlog-proof.
import { b64, FormatError, fromB64, fromB64u, fromUtf8, utf8 } from './bytes.ts'
import { canonical, hasMembers, parseJson } from './canonical.ts'
import { commitment, sealedLeaf } from './leaf.ts'
import { readCount, readHash, readNote } from './note.ts'
import { type Policy, type PolicyRefusal, type Quorum, verifyCheckpoint } from './policy.ts'
import type { Primitives } from './primitives.ts'
import { leafHash, verifyInclusion } from './tree.ts'

/** Entry `index` is under the checkpoint in `note` by `proof`, leaf to root; `extra` is whatever the receipt's holder needs besides. */
export type TlogProof = { extra?: Uint8Array; index: number; proof: Uint8Array[]; note: string }

const HEADER = 'c2sp.org/tlog-proof@v1'
const MAX_RECEIPT = 3_000_000
const MAX_PROOF = 63

/** The text of a receipt. */
export function writeTlogProof({ extra, index, proof, note }: TlogProof): string {
  const lines = [HEADER, ...(extra === undefined ? [] : [`extra ${b64(extra)}`]), `index ${index}`, ...proof.map(b64)]
  return `${lines.join('\n')}\n\n${note}`
}

/** Reads a receipt; throws {@link FormatError} when it is none. Nothing in it is verified yet. */
export function readTlogProof(text: string): TlogProof {
  if (text.length > MAX_RECEIPT) throw new FormatError('the receipt is too long')
  const end = text.indexOf('\n\n')
  if (end < 0) throw new FormatError('no empty line after the proof')
  const lines = text.slice(0, end).split('\n', MAX_PROOF + 4)
  if (lines.shift() !== HEADER) throw new FormatError(`the first line is not ${HEADER}`)
  const extra = lines[0]?.startsWith('extra ') ? fromB64(lines.shift()!.slice('extra '.length)) : undefined
  const index = lines.shift() ?? ''
  if (!index.startsWith('index ')) throw new FormatError('no line with the index')
  if (lines.length > MAX_PROOF) throw new FormatError(`an inclusion proof has at most ${MAX_PROOF} hashes`)
  const note = text.slice(end + 2)
  readNote(note)
  return {
    ...(extra === undefined ? {} : { extra }),
    index: readCount(index.slice('index '.length), 'the index'),
    proof: lines.map(readHash),
    note,
  }
}

export type VerifiedProof = {
  /** The log, and the entry's index in it. */
  origin: string
  index: number
  size: number
  root: Uint8Array
  quorum: Quorum
  extra: Uint8Array | null
  note: string
}
export type ProofRefusal = { refused: PolicyRefusal['refused'] | 'proof.format' | 'proof.inclusion'; says: string }

/**
 * Does this receipt prove that the entry is in a log of this policy? Verified are the log's signature, the witnesses' quorum and the
 * path from the entry to the signed root. `quorum.time` is when enough witnesses had seen it: at or before a deadline, it was in time.
 */
export async function verifyTlogProof(
  P: Primitives,
  text: string,
  leafBytes: Uint8Array,
  policy: Policy,
): Promise<VerifiedProof | ProofRefusal> {
  let read: TlogProof
  try {
    read = readTlogProof(text)
  } catch (error) {
    if (error instanceof FormatError) return { refused: 'proof.format', says: error.message }
    throw error
  }
  const { index, proof, note, extra } = read
  const checkpoint = await verifyCheckpoint(P, policy, note)
  if ('refused' in checkpoint) return checkpoint
  const { origin, size, root, quorum } = checkpoint
  if (!verifyInclusion(P, { index, size, leafHash: leafHash(P, leafBytes), root, proof })) {
    return {
      refused: 'proof.inclusion',
      says: `the proof does not lead from this entry at ${index} to the signed root`,
    }
  }
  return { origin, index, size, root, quorum, extra: extra ?? null, note }
}

/** What a bidder's receipt holds besides the proof: the salt and the JWS that make the sealed entry, the server's `received/1`. */
export type ReceiptExtra = { salt: string; jws: string; received: string }

/** The bytes of the extra line: canonical JSON. */
export function writeReceiptExtra({ salt, jws, received }: ReceiptExtra): Uint8Array {
  return utf8(canonical({ salt, jws, received }))
}

/** Reads them; throws {@link FormatError} when they are none. */
export function readReceiptExtra(extra: Uint8Array): ReceiptExtra {
  const text = fromUtf8(extra)
  const json = parseJson(text)
  if (!hasMembers(json, ['salt', 'jws', 'received']) || canonical(json) !== text) {
    throw new FormatError('the extra line of a receipt holds salt, jws and received')
  }
  const { salt, jws, received } = json
  if (typeof salt !== 'string' || typeof jws !== 'string' || typeof received !== 'string') {
    throw new FormatError('salt, jws and received of a receipt are texts')
  }
  return { salt, jws, received }
}

/** The entry that a receipt is for, made again from its salt and JWS: the holder needs nothing but the file. */
export function entryOfReceipt(P: Primitives, { salt, jws }: Pick<ReceiptExtra, 'salt' | 'jws'>): Uint8Array {
  return sealedLeaf(commitment(P, fromB64u(salt), jws))
}
