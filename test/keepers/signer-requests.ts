// What does a sequencer send to the signer? Small trees and the requests for them.
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/proof/bytes.ts'
import { checkpointText, writeAddCheckpoint } from '../../src/proof/note.ts'
import { consistencyProof, leafHash, rootOf } from '../../src/proof/tree.ts'

export const ORIGIN = 'localhost/log'

/** Leaf hashes of `n` entries whose bytes depend on `name`. */
export const treeOf = (name: string, n: number): Uint8Array[] =>
  Array.from({ length: n }, (_, i) => leafHash(P, utf8(`${name} ${i}`)))

/** The request to sign the first `to` leaves when the signer is believed to have `old`; the proof is the right one unless given. */
export function signBody(
  leaves: readonly Uint8Array[],
  old: number,
  to: number,
  change: { proof?: Uint8Array[]; origin?: string } = {},
): Uint8Array {
  const at = leaves.slice(0, to)
  const proof = change.proof ?? (old <= to ? consistencyProof(P, at, old) : [])
  const note = checkpointText({ origin: change.origin ?? ORIGIN, size: to, root: rootOf(P, at) })
  return utf8(writeAddCheckpoint({ old, proof, note }))
}
