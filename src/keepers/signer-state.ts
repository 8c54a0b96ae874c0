// What does the log's signer keep on disk? Its key, and the size and root of the last tree that it agreed to sign.
import { join } from 'node:path'
import { readFileIfThere, type WriteStep, writeFileAtomic } from '../node/atomic-file.ts'
import { b64, b64u, FormatError, fromB64, fromB64u, fromUtf8 } from '../proof/bytes.ts'
import { canonical, hasMembers, parseJson } from '../proof/canonical.ts'
import type { Primitives } from '../proof/primitives.ts'
import { emptyRoot } from '../proof/tree.ts'
import { UnusableFolder } from './keeper-http.ts'

/** The last tree that was agreed to: number of entries and RFC 6962 root (32 bytes). Nothing inconsistent with it is ever signed. */
export type SignedTree = { size: number; root: Uint8Array }

const stateFile = (dir: string) => join(dir, 'state.json')
const keyFile = (dir: string) => join(dir, 'key.json')

function textAt(path: string): string | null {
  const bytes = readFileIfThere(path)
  return bytes && fromUtf8(bytes)
}

function readState(text: string, origin: string): SignedTree {
  const state = parseJson(text)
  if (!hasMembers(state, ['origin', 'root', 'size', 'typ']) || state.typ !== 'signer.state/1') {
    throw new FormatError('state.json has not the members that it should')
  }
  if (state.origin !== origin)
    throw new UnusableFolder(`this folder belongs to the log ${JSON.stringify(state.origin)}`)
  const { size, root } = state
  if (typeof size !== 'number' || size < 0 || typeof root !== 'string' || fromB64(root).length !== 32) {
    throw new FormatError('state.json holds no size and root')
  }
  return { size, root: fromB64(root) }
}

function readKey(text: string): Uint8Array {
  const key = parseJson(text)
  if (!hasMembers(key, ['seed', 'typ']) || key.typ !== 'signer.key/1' || typeof key.seed !== 'string') {
    throw new FormatError('key.json holds no seed')
  }
  const seed = fromB64u(key.seed)
  if (seed.length !== 32) throw new FormatError('the seed is not of 32 bytes')
  return seed
}

/** Writes the tree durably; when this returns, a kill or power cut cannot bring an older state back. */
export function saveTree(dir: string, origin: string, tree: SignedTree, step?: (step: WriteStep) => void): void {
  const text = canonical({ typ: 'signer.state/1', origin, size: tree.size, root: b64(tree.root) })
  writeFileAtomic(stateFile(dir), text, step ? { step } : {})
}

/** The tree on disk. Throws FormatError or UnusableFolder when there is none that can be trusted. */
export function loadTree(dir: string, origin: string): SignedTree {
  const text = textAt(stateFile(dir))
  if (text === null) throw new UnusableFolder('state.json is missing')
  return readState(text, origin)
}

/**
 * Reads the folder, or fills an empty one: state first, key second, so that a key without a state (somebody deleted the state, or
 * restored the key alone) is recognised and refused. A signer that forgot what it signed would sign a second history.
 */
export function openSignerFolder(P: Primitives, dir: string, origin: string): { seed: Uint8Array; tree: SignedTree } {
  const state = textAt(stateFile(dir))
  const key = textAt(keyFile(dir))
  if (key !== null && state === null) {
    throw new UnusableFolder(
      'there is a key but no state.json: what this key has signed is not known, so it must not sign again',
    )
  }
  if (state === null) saveTree(dir, origin, { size: 0, root: emptyRoot(P) })
  const tree = loadTree(dir, origin)
  if (key !== null) return { seed: readKey(key), tree }
  if (tree.size > 0) throw new UnusableFolder('state.json is of a log in use, but the key is missing')
  const seed = P.random(32)
  writeFileAtomic(keyFile(dir), canonical({ typ: 'signer.key/1', seed: b64u(seed) }))
  return { seed, tree }
}
