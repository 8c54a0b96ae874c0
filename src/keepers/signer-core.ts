// May this checkpoint be signed? Only if its tree is proven to extend the last one signed; the answer is on disk before the signature exists.
import type { WriteStep } from '../node/atomic-file.ts'
import { equal, FormatError, fromUtf8 } from '../proof/bytes.ts'
import { checkpointText, readCheckpoint, readCount, readHash, signNote, vkeyOf } from '../proof/note.ts'
import type { Primitives } from '../proof/primitives.ts'
import { yearIn } from '../proof/shards.ts'
import { emptyRoot, verifyConsistency } from '../proof/tree.ts'
import { loadLogs, openSignerFolder, type SignedLog, type SignedTree, saveLogs } from './signer-state.ts'

/** An HTTP answer of the signer: 200 signed note; 409 body is its own size; 400, 404, 422 words. */
export type SignerAnswer = { status: 200 | 400 | 404 | 409 | 422; body: string }

export interface SignerCore {
  /** The key of the first log; that of a year is the same under the year's name. */
  readonly vkey: string
  /** The newest log's tree: the only one that may still grow. */
  tree(): SignedLog
  /** Answers one request body in the add-checkpoint form of C2SP tlog-witness, with an unsigned checkpoint in the note's place. */
  sign(body: Uint8Array): Promise<SignerAnswer>
}

type Request = { old: number; proof: Uint8Array[]; origin: string; size: number; root: Uint8Array }

/** Consistency proofs of trees of up to 2^63 entries have no more hashes. */
const MAX_PROOF = 63

/**
 * The head is that of C2SP tlog-witness (`old N`, proof lines, an empty line); under it stands the checkpoint's text alone, as its
 * signature is what is asked for. `readCheckpoint` takes one spelling only, so what is signed later is what was sent.
 */
function readRequest(body: Uint8Array): Request {
  const text = fromUtf8(body)
  const end = text.indexOf('\n\n')
  if (end < 0) throw new FormatError('no empty line after the proof')
  const [first = '', ...proof] = text.slice(0, end).split('\n')
  if (!first.startsWith('old ')) throw new FormatError('the first line is not the old size')
  if (proof.length > MAX_PROOF) throw new FormatError(`a consistency proof has at most ${MAX_PROOF} hashes`)
  const old = readCount(first.slice(4), 'the old size')
  return { old, proof: proof.map(readHash), ...readCheckpoint(text.slice(end + 2)) }
}

/** Why the new tree is not proven to extend the old one, or null when it is. */
function whyNotGrown(P: Primitives, have: SignedTree, { size, root, proof }: Request): string | null {
  if (size < have.size) return `a tree of ${size} entries is smaller than the ${have.size} that were signed`
  if (size === have.size) {
    if (proof.length > 0) return 'a tree of the same size needs no proof'
    return equal(root, have.root) ? null : 'another root for the size that was signed'
  }
  if (have.size === 0) return proof.length > 0 ? 'growth from the empty tree needs no proof' : null
  const holds = verifyConsistency(P, { size1: have.size, size2: size, root1: have.root, root2: root, proof })
  return holds ? null : 'the consistency proof does not lead from the signed root to the new one'
}

/**
 * Opens the folder (the caller holds it) and answers sign requests, for the log of this origin and for the logs of later years that
 * follow it. The first signature for a later year ends the log before: it never grows again. Requests may overlap: check and write
 * happen without a pause in between, so they are one after the other. `step` is for fault tests: it is called at each step of the
 * state's write.
 */
export function openSigner(P: Primitives, dir: string, origin: string, step?: (step: WriteStep) => void): SignerCore {
  const { seed, logs } = openSignerFolder(P, dir, origin)
  let have = logs
  if (have.some(({ size, root }) => size === 0 && !equal(root, emptyRoot(P))))
    throw new FormatError('state.json: the empty tree has another root')
  const newest = () => have.at(-1) as SignedLog

  /** After a failed write the file alone knows whether the old state or the new one is in force. */
  const save = (next: readonly SignedLog[]) => {
    try {
      saveLogs(dir, next, step)
      have = [...next]
    } catch (error) {
      have = loadLogs(dir, origin)
      throw error
    }
  }

  /** What is known of a log: its tree, an empty one for a year after the newest; null for a stranger's. */
  const known = (name: string): SignedLog | null => {
    const year = yearIn(origin, name)
    const after = year !== null && year > (yearIn(origin, newest().origin) ?? 0)
    return have.find((log) => log.origin === name) ?? (after ? { origin: name, size: 0, root: emptyRoot(P) } : null)
  }

  return {
    vkey: vkeyOf(P, origin, P.ed25519PublicKey(seed)),
    tree: newest,
    async sign(body) {
      let request: Request
      try {
        request = readRequest(body)
      } catch (error) {
        if (error instanceof FormatError) return { status: 400, body: `${error.message}\n` }
        throw error
      }
      const tree = known(request.origin)
      if (tree === null) return { status: 404, body: 'this is not the log that I sign for\n' }
      if (request.old !== tree.size) return { status: 409, body: `${tree.size}\n` }
      const no = whyNotGrown(P, tree, request)
      if (no !== null) return { status: 422, body: `${no}\n` }
      const { size, root } = request
      const log = { origin: request.origin, size, root }
      if (size !== tree.size) {
        const others = have.filter((one) => one.origin !== log.origin)
        if (others.length < have.length && newest().origin !== log.origin)
          return { status: 422, body: `${log.origin} has ended: ${newest().origin} follows it\n` }
        save([...others, log])
      }
      return { status: 200, body: await signNote(P, log.origin, seed, checkpointText(log)) }
    },
  }
}
