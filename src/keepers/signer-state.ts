// What does the log's signer keep on disk? Its key, and the size and root of the last tree that it agreed to sign.
import { join } from 'node:path'
import { readFileIfThere, type WriteStep, writeFileAtomic } from '../node/atomic-file.ts'
import { b64, b64u, FormatError, fromB64, fromB64u, fromUtf8 } from '../proof/bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from '../proof/canonical.ts'
import type { Primitives } from '../proof/primitives.ts'
import { emptyRoot } from '../proof/tree.ts'
import { UnusableFolder } from './keeper-http.ts'

/** The last tree that was agreed to: number of entries and RFC 6962 root (32 bytes). Nothing inconsistent with it is ever signed. */
export type SignedTree = { size: number; root: Uint8Array }
/** The logs of a chain, a year each, oldest first. Only the last may still grow: where another has begun, the one before is at its end. */
export type SignedLog = SignedTree & { origin: string }

const stateFile = (dir: string) => join(dir, 'state.json')
const keyFile = (dir: string) => join(dir, 'key.json')

function textAt(path: string): string | null {
  const bytes = readFileIfThere(path)
  return bytes && fromUtf8(bytes)
}

function readLog(log: Json | undefined): SignedLog {
  if (!hasMembers(log, ['origin', 'root', 'size']))
    throw new FormatError('state.json has not the members that it should')
  const { origin, size, root } = log
  if (
    typeof origin !== 'string' ||
    typeof size !== 'number' ||
    size < 0 ||
    typeof root !== 'string' ||
    fromB64(root).length !== 32
  )
    throw new FormatError('state.json holds no size and root')
  return { origin, size, root: fromB64(root) }
}

/** Reads what a log alone left (`signer.state/1`), and what a chain of them did. */
function readState(text: string, origin: string): SignedLog[] {
  const state = parseJson(text)
  if (!hasMembers(state, ['typ'], ['logs', 'origin', 'root', 'size'])) throw new FormatError('state.json has no type')
  const { typ, ...rest } = state
  const many = typ === 'signer.state/2' && hasMembers(rest, ['logs']) ? rest.logs : null
  if (many === null && typ !== 'signer.state/1') throw new FormatError('state.json has not the members that it should')
  const logs = Array.isArray(many) ? many.map(readLog) : [readLog(rest)]
  const first = logs[0]
  if (!first) throw new FormatError('state.json holds no log')
  if (first.origin !== origin)
    throw new UnusableFolder(`this folder belongs to the log ${JSON.stringify(first.origin)}`)
  return logs
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

/** Writes the trees durably; when this returns, a kill or power cut cannot bring an older state back. */
export function saveLogs(dir: string, logs: readonly SignedLog[], step?: (step: WriteStep) => void): void {
  const told = logs.map(({ origin, size, root }) => ({ origin, size, root: b64(root) }))
  const [only] = told
  const state: Json =
    told.length === 1 && only ? { typ: 'signer.state/1', ...only } : { typ: 'signer.state/2', logs: told }
  writeFileAtomic(stateFile(dir), canonical(state), step ? { step } : {})
}

/** The trees on disk. Throws FormatError or UnusableFolder when there are none that can be trusted. */
export function loadLogs(dir: string, origin: string): SignedLog[] {
  const text = textAt(stateFile(dir))
  if (text === null) throw new UnusableFolder('state.json is missing')
  return readState(text, origin)
}

/**
 * Reads the folder, or fills an empty one: state first, key second, so that a key without a state (somebody deleted the state, or
 * restored the key alone) is recognised and refused. A signer that forgot what it signed would sign a second history.
 */
export function openSignerFolder(P: Primitives, dir: string, origin: string): { seed: Uint8Array; logs: SignedLog[] } {
  const state = textAt(stateFile(dir))
  const key = textAt(keyFile(dir))
  if (key !== null && state === null) {
    throw new UnusableFolder(
      'there is a key but no state.json: what this key has signed is not known, so it must not sign again',
    )
  }
  if (state === null) saveLogs(dir, [{ origin, size: 0, root: emptyRoot(P) }])
  const logs = loadLogs(dir, origin)
  if (key !== null) return { seed: readKey(key), logs }
  if (logs.some(({ size }) => size > 0))
    throw new UnusableFolder('state.json is of a log in use, but the key is missing')
  const seed = P.random(32)
  writeFileAtomic(keyFile(dir), canonical({ typ: 'signer.key/1', seed: b64u(seed) }))
  return { seed, logs }
}
