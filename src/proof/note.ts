// Who signed which state of the log, and when did witnesses see it? C2SP signed-note, tlog-checkpoint, tlog-cosignature/v1, tlog-witness.
import { sha256 } from '@noble/hashes/sha2.js'
import { b64, bigEndian, concat, equal, FormatError, fromB64, fromHex, hex, utf8 } from './bytes.ts'
import type { Primitives } from './primitives.ts'

/** Type byte of an Ed25519 key that signs notes: the log's. */
export const LOG_KEY = 1
/** Type byte of an Ed25519 key that cosigns checkpoints with a time: a witness's. */
export const WITNESS_KEY = 4

/** What a checkpoint says: the log named `origin` has `size` entries under `root` (32 bytes). */
export type Checkpoint = { origin: string; size: number; root: Uint8Array }

/** One signature line of a note. `keyId` is 8 hex digits, `sig` what follows the key id, `line` the whole line with its newline. */
export type NoteSignature = { name: string; keyId: string; sig: Uint8Array; line: string }

/** A verifier key: `name+keyid+base64(type‖key)`. */
export type Vkey = { name: string; keyId: string; type: number; pub: Uint8Array }

const MAX_NOTE = 1_000_000
const MAX_SIGNATURES = 100
// Names are free text but for what the lines around them need: no space of any kind, no plus.
const NAME = /^[^\s+\p{Cc}\p{Z}]+$/u
const SIZE = /^(0|[1-9][0-9]{0,15})$/

/** A whole number in decimal without leading zeros, as sizes, indexes and times are written; throws {@link FormatError} otherwise. */
export function readCount(text: string, what: string): number {
  const value = SIZE.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw new FormatError(`${what} is not a whole number in decimal`)
  return value
}

/** A tree hash in standard base64; throws {@link FormatError} unless it is 32 bytes. */
export function readHash(text: string): Uint8Array {
  const hash = fromB64(text)
  if (hash.length !== 32) throw new FormatError('a tree hash has 32 bytes')
  return hash
}

/** The text of a checkpoint: `origin\nsize\nbase64(root)\n`. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${b64(root)}\n`
  readCheckpoint(text)
  return text
}

/** Reads the text of a checkpoint: exactly three lines, as extension lines are neither used nor understood here. */
export function readCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n', 5)
  if (lines.length !== 4 || lines[3] !== '') throw new FormatError('a checkpoint has three lines')
  const [origin, size, root] = lines as [string, string, string, string]
  if (!NAME.test(origin)) throw new FormatError('the origin of a checkpoint is a name')
  return { origin, size: readCount(size, 'the size of a checkpoint'), root: readHash(root) }
}

// SHA-256 of public names, nothing to be fast about: so that a key can be read without primitives at hand.
function keyIdOf(name: string, type: number, pub: Uint8Array): Uint8Array {
  return sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), pub)).subarray(0, 4)
}

/** The verifier key of a public key (32 bytes): type 1 for a log, 4 for a witness. */
export function vkeyOf(_P: Primitives, name: string, pub: Uint8Array, type: number = LOG_KEY): string {
  if (!NAME.test(name)) throw new FormatError('the name of a key has no spaces and no plus')
  return `${name}+${hex(keyIdOf(name, type, pub))}+${b64(concat(Uint8Array.of(type), pub))}`
}

/** Reads a verifier key of type 1 or 4; throws {@link FormatError}, also when the key id is not that of name and key. */
export function readVkey(vkey: string): Vkey {
  // The base64 may hold a plus of its own, so only the first two divide.
  const first = vkey.indexOf('+')
  const second = vkey.indexOf('+', first + 1)
  if (first < 0 || second < 0) throw new FormatError('a verifier key is name+id+key')
  const name = vkey.slice(0, first)
  const keyId = vkey.slice(first + 1, second)
  const key = fromB64(vkey.slice(second + 1))
  const type = key[0]
  const pub = key.subarray(1)
  if (!NAME.test(name)) throw new FormatError('the name of a key has no spaces and no plus')
  if (type !== LOG_KEY && type !== WITNESS_KEY) throw new FormatError('the key is of a type not used here')
  if (pub.length !== 32) throw new FormatError('an Ed25519 key has 32 bytes')
  if (!equal(fromHex(keyId), keyIdOf(name, type, pub))) throw new FormatError('the key id is not that of name and key')
  return { name, keyId, type, pub }
}

const signatureLine = (name: string, keyId: Uint8Array, sig: Uint8Array) => `— ${name} ${b64(concat(keyId, sig))}\n`

/** Reads one signature line, which ends in a newline. */
export function readSignatureLine(line: string): NoteSignature {
  const parts = line.endsWith('\n') ? line.slice(0, -1).split(' ', 4) : []
  const [dash, name, blob] = parts
  if (parts.length !== 3 || dash !== '—' || !name || !NAME.test(name) || !blob)
    throw new FormatError('not a signature line')
  const bytes = fromB64(blob)
  if (bytes.length < 5) throw new FormatError('a signature line holds a key id and a signature')
  return { name, keyId: hex(bytes.subarray(0, 4)), sig: bytes.subarray(4), line }
}

/** Takes a signed note apart; throws {@link FormatError} unless it is a text, an empty line and 1 to 100 signature lines. */
export function readNote(note: string): { text: string; signatures: NoteSignature[] } {
  if (note.length > MAX_NOTE) throw new FormatError('the note is too long')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that a note must not hold
  if (/[\u0000-\u0009\u000b-\u001f]|\p{Surrogate}/u.test(note)) throw new FormatError('a control character in the note')
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw new FormatError('a note is a text, an empty line and signatures')
  const lines = note.slice(end + 2).split('\n', MAX_SIGNATURES + 2)
  lines.pop()
  if (lines.length === 0 || lines.length > MAX_SIGNATURES)
    throw new FormatError(`a note has 1 to ${MAX_SIGNATURES} signatures`)
  return { text: note.slice(0, end + 1), signatures: lines.map((line) => readSignatureLine(`${line}\n`)) }
}

/** The signed note of a text: the text, an empty line and the signature of the log whose name this is. */
export async function signNote(P: Primitives, name: string, seed: Uint8Array, text: string): Promise<string> {
  const keyId = keyIdOf(name, LOG_KEY, P.ed25519PublicKey(seed))
  const note = `${text}\n${signatureLine(name, keyId, await P.ed25519Sign(seed, utf8(text)))}`
  readNote(note)
  return note
}

function byKey(signatures: readonly NoteSignature[], { name, keyId }: Vkey): NoteSignature[] {
  return signatures.filter((signature) => signature.name === name && signature.keyId === keyId)
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/**
 * What the log says in this note, if the log signed it: `null` when the note or the key is in no format, the log's signature is missing,
 * or one in its name is false, or the origin is not the key's name.
 */
export async function verifyNote(P: Primitives, note: string, vkey: string): Promise<Checkpoint | null> {
  const read = orNull(() => {
    const key = readVkey(vkey)
    const { text, signatures } = readNote(note)
    return { key, text, signatures: byKey(signatures, key), checkpoint: readCheckpoint(text) }
  })
  if (read === null || read.key.type !== LOG_KEY || read.signatures.length === 0) return null
  for (const { sig } of read.signatures) if (!(await P.ed25519Verify(read.key.pub, utf8(read.text), sig))) return null
  return read.checkpoint.origin === read.key.name ? read.checkpoint : null
}

const cosigned = (text: string, time: number) => utf8(`cosignature/v1\ntime ${time}\n${text}`)

/** A witness's line under a checkpoint text: it saw this state, consistent with all before, at `time` (seconds since 1970). */
export async function cosign(
  P: Primitives,
  name: string,
  seed: Uint8Array,
  text: string,
  time: number,
): Promise<string> {
  if (!Number.isSafeInteger(time) || time < 0) throw new RangeError('a time is a whole number of seconds')
  const keyId = keyIdOf(name, WITNESS_KEY, P.ed25519PublicKey(seed))
  return signatureLine(name, keyId, concat(bigEndian(time, 8), await P.ed25519Sign(seed, cosigned(text, time))))
}

/**
 * When the witness saw this note's checkpoint: the earliest time of its lines. `null` when it has no line here, or a false one.
 * Says nothing of the log's own signature.
 */
export async function verifyCosignature(P: Primitives, note: string, vkey: string): Promise<{ time: number } | null> {
  const read = orNull(() => {
    const key = readVkey(vkey)
    const { text, signatures } = readNote(note)
    readCheckpoint(text)
    return { key, text, signatures: byKey(signatures, key) }
  })
  if (read === null || read.key.type !== WITNESS_KEY || read.signatures.length === 0) return null
  let earliest = Number.POSITIVE_INFINITY
  for (const { sig } of read.signatures) {
    if (sig.length !== 72) return null
    const time = Number(new DataView(sig.buffer, sig.byteOffset, 8).getBigUint64(0))
    if (!Number.isSafeInteger(time)) return null
    if (!(await P.ed25519Verify(read.key.pub, cosigned(read.text, time), sig.subarray(8)))) return null
    earliest = Math.min(earliest, time)
  }
  return { time: earliest }
}

/** What a log sends a witness to have a checkpoint cosigned: from `old` entries, which the witness has seen, `proof` leads to the checkpoint in `note`. */
export type AddCheckpoint = { old: number; proof: Uint8Array[]; note: string }

const MAX_PROOF = 63

/** The body: `old N`, the hashes of the consistency proof, an empty line, the signed note. */
export function writeAddCheckpoint({ old, proof, note }: AddCheckpoint): string {
  return `old ${old}\n${proof.map((hash) => `${b64(hash)}\n`).join('')}\n${note}`
}

/** Reads a body; throws {@link FormatError} when it is none. Proof and signature are still to be verified. */
export function readAddCheckpoint(text: string): AddCheckpoint {
  const end = text.indexOf('\n\n')
  if (end < 0 || end > 10_000) throw new FormatError('no empty line after the proof')
  const [first = '', ...lines] = text.slice(0, end).split('\n')
  if (!first.startsWith('old ')) throw new FormatError('the first line is not the old size')
  if (lines.length > MAX_PROOF) throw new FormatError(`a consistency proof has at most ${MAX_PROOF} hashes`)
  const old = readCount(first.slice(4), 'the old size')
  if (old === 0 && lines.length > 0) throw new FormatError('there is nothing to prove from size 0')
  const note = text.slice(end + 2)
  readNote(note)
  return { old, proof: lines.map(readHash), note }
}
