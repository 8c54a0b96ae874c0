// How is a file of a bid locked so that it opens with its envelope and not before, and is it the file that the bid names?
import { sha256 } from '@noble/hashes/sha2.js'
import { Decrypter, Encrypter } from 'age-encryption'
import type { BidAttachment } from './bid.ts'
import { b64u, FormatError } from './bytes.ts'

/** A SHA-256 that is fed piece by piece. */
export type RunningHash = { update(data: Uint8Array): unknown; digest(): Uint8Array }
const pureHash = (): RunningHash => sha256.create()

type Bytes = ReadableStream<Uint8Array>
/** Takes the next piece; the next one comes when it has answered. */
export type Sink = (piece: Uint8Array) => Promise<void> | void

/** What an age file of one X25519 recipient has more than its plaintext: header, nonce, and a tag for each 64 KiB chunk. */
const HEADER_BYTES = 168
const CHUNK = 65_536
const TAG = 16
const NONCE = 16

/**
 * Bytes of the sealed file, from those of the plain one.
 *
 * Example: a file of 200 bytes is sealed to 168 + 16 + 200 + 16 = 400 bytes; an empty one has a chunk, too.
 */
export const sealedBytes = (plain: number): number =>
  HEADER_BYTES + NONCE + plain + TAG * Math.max(1, Math.ceil(plain / CHUNK))

/** Only the plain X25519 form: what else begins with `age1` (post-quantum, hardware), not every age program reads. */
const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/
const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/

/** The stream, counted and hashed as it goes by. */
function watched(source: Bytes, newHash: () => RunningHash) {
  const hash = newHash()
  const reader = source.getReader()
  const seen = { bytes: 0 }
  const next = async (): Promise<Uint8Array | null> => {
    const { done, value } = await reader.read()
    if (done) return null
    hash.update(value)
    seen.bytes += value.length
    return value
  }
  const stream: Bytes = new ReadableStream(
    {
      async pull(controller) {
        const piece = await next()
        if (piece === null) controller.close()
        else controller.enqueue(piece)
      },
    },
    // Nothing is read ahead: a file of any length needs the memory of a chunk.
    { highWaterMark: 0 },
  )
  return { stream, seen, next, digest: () => b64u(hash.digest()) }
}

export type SealedFile = Pick<BidAttachment, 'bytes' | 'sha256' | 'ct'> & { sealedBytes: number }

/**
 * Seals a file as one age file (age-encryption.org/v1, 64 KiB STREAM chunks) for one recipient, piece by piece, and hashes both
 * sides as they go by. The file's own key is drawn by the age library from the platform's randomness: sealed again, the same file
 * gives other bytes, and whoever compares two of them learns nothing.
 *
 * @param recipient of `startEnvelope`: what is sealed for it opens with the envelope
 * @param write takes the ciphertext in order
 * @returns both lengths and both SHA-256, base64url
 * @throws {@link FormatError} for anything but a plain X25519 recipient
 */
export async function sealFile(
  recipient: string,
  source: Bytes,
  write: Sink,
  newHash: () => RunningHash = pureHash,
): Promise<SealedFile> {
  if (!RECIPIENT.test(recipient)) throw new FormatError('not an X25519 recipient of age')
  const age = new Encrypter()
  age.addRecipient(recipient)
  const plain = watched(source, newHash)
  const sealed = watched(await age.encrypt(plain.stream), newHash)
  for (let piece = await sealed.next(); piece !== null; piece = await sealed.next()) await write(piece)
  return { bytes: plain.seen.bytes, sha256: plain.digest(), ct: sealed.digest(), sealedBytes: sealed.seen.bytes }
}

/**
 * What a sealed file turns out to be, each with whose risk it is. `agrees`: both hashes and the length are those of the bid.
 * `changed`: not the ciphertext that the bid names, so whoever kept it has another file. `does not open`: it is that ciphertext,
 * but no age file for this envelope; `differs`: it opens to another file than the bid says. These two are its maker's.
 */
export type FileOutcome = 'agrees' | 'changed' | 'does not open' | 'differs'

/**
 * Checks a sealed file against the bid that names it, once its envelope is open: the ciphertext's hash, then the plaintext's.
 *
 * The ciphertext is hashed to its end also where it does not open, so that `changed` and `does not open` are never mixed up. What
 * was written before the verdict is not to be used unless it is `agrees`.
 *
 * @param identity of `ageIdentity`
 * @param write takes the plaintext in order; nothing is written beyond the length that the bid names
 */
export async function checkFile(
  wanted: Pick<BidAttachment, 'bytes' | 'sha256' | 'ct'>,
  identity: string,
  source: Bytes,
  write: Sink = () => {},
  newHash: () => RunningHash = pureHash,
): Promise<FileOutcome> {
  if (!IDENTITY.test(identity)) throw new FormatError('not an X25519 identity of age')
  const sealed = watched(source, newHash)
  const age = new Decrypter()
  age.addIdentity(identity)
  let opened: 'whole' | 'broken' | 'too long' = 'broken'
  let digest = ''
  let bytes = 0
  // What the file's own store or the sink cannot do is no verdict about the file.
  let trouble: { error: unknown } | null = null
  try {
    const plain = watched(await age.decrypt(sealed.stream), newHash)
    opened = 'whole'
    for (;;) {
      const piece = await plain.next().catch(() => {
        opened = 'broken'
        return null
      })
      if (piece === null) break
      if (plain.seen.bytes > wanted.bytes) {
        opened = 'too long'
        break
      }
      try {
        await write(piece)
      } catch (error) {
        trouble = { error }
        break
      }
    }
    bytes = plain.seen.bytes
    digest = plain.digest()
  } catch {
    opened = 'broken'
  }
  if (trouble) throw trouble.error
  while ((await sealed.next()) !== null);
  if (sealed.digest() !== wanted.ct) return 'changed'
  if (opened === 'broken') return 'does not open'
  return opened === 'whole' && bytes === wanted.bytes && digest === wanted.sha256 ? 'agrees' : 'differs'
}
