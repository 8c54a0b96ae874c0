// What does a witness keep on disk? Its key, and for each log the last tree that it cosigned.
import { join } from 'node:path'
import { readFileIfThere, type WriteStep, writeFileAtomic } from '../node/atomic-file.ts'
import { b64, b64u, FormatError, fromB64u, fromUtf8 } from '../proof/bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from '../proof/canonical.ts'
import { readCheckpoint, readHash, readNote } from '../proof/note.ts'
import type { Primitives } from '../proof/primitives.ts'
import { UnusableFolder } from './keeper-http.ts'

/** The last tree of a log that was cosigned: its size and root, the time of the cosignature (seconds), and the log's own note. */
export type SeenTree = { size: number; root: Uint8Array; time: number; note: string }

/** By origin. */
export type SeenTrees = ReadonlyMap<string, SeenTree>

const stateFile = (dir: string) => join(dir, 'state.json')
const keyFile = (dir: string) => join(dir, 'key.json')

function textAt(path: string): string | null {
  const bytes = readFileIfThere(path)
  return bytes && fromUtf8(bytes)
}

function readTree(origin: string, tree: Json | undefined): SeenTree {
  if (tree === undefined || !hasMembers(tree, ['note', 'root', 'size', 'time'])) {
    throw new FormatError(`state.json: ${origin} has not the members that it should`)
  }
  const { note, root, size, time } = tree
  if (typeof note !== 'string' || typeof root !== 'string' || typeof size !== 'number' || typeof time !== 'number') {
    throw new FormatError(`state.json: ${origin} is no tree`)
  }
  const noted = readCheckpoint(readNote(note).text)
  if (noted.origin !== origin || noted.size !== size || b64(noted.root) !== root) {
    throw new FormatError(`state.json: the note of ${origin} is of another tree`)
  }
  return { note, root: readHash(root), size, time }
}

/** The trees on disk. Throws FormatError or UnusableFolder when there is no state that can be trusted. */
export function loadTrees(dir: string): Map<string, SeenTree> {
  const text = textAt(stateFile(dir))
  if (text === null) throw new UnusableFolder('state.json is missing')
  const state = parseJson(text)
  if (!hasMembers(state, ['logs', 'typ']) || state.typ !== 'witness.state/1' || !isObject(state.logs)) {
    throw new FormatError('state.json is not the state of a witness')
  }
  return new Map(Object.entries(state.logs).map(([origin, tree]) => [origin, readTree(origin, tree)]))
}

const isObject = (json: Json | undefined): json is { [member: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Writes the trees durably; when this returns, a kill or power cut cannot bring an older state back. */
export function saveTrees(dir: string, trees: SeenTrees, step?: (step: WriteStep) => void): void {
  const logs = Object.fromEntries(
    [...trees].map(([origin, { size, root, time, note }]) => [origin, { size, root: b64(root), time, note }]),
  )
  writeFileAtomic(stateFile(dir), canonical({ typ: 'witness.state/1', logs }), step ? { step } : {})
}

function readKey(text: string): Uint8Array {
  const key = parseJson(text)
  if (!hasMembers(key, ['seed', 'typ']) || key.typ !== 'witness.key/1' || typeof key.seed !== 'string') {
    throw new FormatError('key.json holds no seed')
  }
  const seed = fromB64u(key.seed)
  if (seed.length !== 32) throw new FormatError('the seed is not of 32 bytes')
  return seed
}

/**
 * Reads the folder, or fills an empty one: state first, key second. A key without a state is refused: a witness that forgot what
 * it cosigned would cosign a second history.
 */
export function openWitnessFolder(P: Primitives, dir: string): { seed: Uint8Array; trees: Map<string, SeenTree> } {
  const state = textAt(stateFile(dir))
  const key = textAt(keyFile(dir))
  if (key !== null && state === null) {
    throw new UnusableFolder(
      'there is a key but no state.json: what this key has cosigned is not known, so it must not cosign again',
    )
  }
  if (state === null) saveTrees(dir, new Map())
  const trees = loadTrees(dir)
  if (key !== null) return { seed: readKey(key), trees }
  if (trees.size > 0) throw new UnusableFolder('state.json is of a witness in use, but the key is missing')
  const seed = P.random(32)
  writeFileAtomic(keyFile(dir), canonical({ typ: 'witness.key/1', seed: b64u(seed) }))
  return { seed, trees }
}
