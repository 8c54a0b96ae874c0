// How is a bid locked so that only t of n custodians together open it, and anyone can check afterwards that they did it right?
import { bech32 } from '@scure/base'
import { ageRecipientOf } from './age-recipient.ts'
import { b64u, compareBytes, equal, FormatError, fromB64u, fromUtf8, utf8 } from './bytes.ts'
import type { JsonObject } from './canonical.ts'
import {
  ageIdentityBytes,
  coefficients,
  contentIv,
  contentKey,
  deriver,
  ephemeralScalar,
  keyCommitment,
  shareIv,
  shareKey,
} from './derive.ts'
import {
  contentHeader,
  looseEnvelope,
  MAX_PLAINTEXT,
  readEnvelope,
  readJwe,
  readShareHeader,
  shareHeader,
  writeEnvelope,
  writeJwe,
} from './envelope.ts'
import { readJws } from './jws.ts'
import { bucketOf, type EnvelopeKind, type Keyset, keysetId } from './keyset.ts'
import type { Primitives } from './primitives.ts'
import { combine, type Share, splitSeed } from './shares.ts'

export { type Bid, checkBid } from './bid.ts'
export { type EnvelopeFault, readEnvelope } from './envelope.ts'

const SPACE = 0x20

/** A sealed envelope: its bytes, `eid` = their SHA-256 (base64url), and the seed and `kc`, which the bidder keeps with the receipt. */
export type SealedEnvelope = { bytes: Uint8Array; eid: string; seed: Uint8Array; kc: string }

/** An envelope whose seed is drawn, and which nothing is in yet. */
export type StartedEnvelope = {
  ks: string
  kc: string
  /** For whom its files are sealed (`sealFile`): public, and opened by nothing but the envelope's seed. */
  recipient: string
  /** Seals the bid that `makeBid` gives, once: a second call throws. */
  finish(makeBid: (ids: { ks: string; kc: string }) => Promise<string>): Promise<SealedEnvelope>
}

/**
 * Starts an envelope with a fresh seed, so that files can be sealed for it before the bid that names them is written. There is no
 * way to pass a seed in, and none gets out before the envelope is finished; one used twice would let two plaintexts share keys, so
 * each started envelope is finished once.
 */
export function startEnvelope(P: Primitives, keyset: Keyset): StartedEnvelope {
  const seed = P.random(32)
  const ksBytes = keysetId(P, keyset)
  const derive = deriver(P, ksBytes, seed)
  const ks = b64u(ksBytes)
  const kc = b64u(keyCommitment(derive))
  let used = false
  return {
    ks,
    kc,
    recipient: ageRecipientOf(ageIdentityBytes(derive)),
    async finish(makeBid) {
      if (used) throw new Error('this envelope is sealed already: another bid needs another one')
      used = true
      const bid = await makeBid({ ks, kc })
      readJws(bid)
      const bytes = await sealFromSeed(P, keyset, seed, padded(bid, keyset.kind))
      return { bytes, eid: b64u(P.sha256(bytes)), seed, kc }
    },
  }
}

/**
 * Seals a bid with a fresh seed. There is no way to pass a seed in: one used twice would let two plaintexts share keys.
 *
 * @param makeBid gives the signed bid (compact JWS); it is called once, with the `ks` and `kc` that the bid must name
 * @throws {@link FormatError} when the answer of `makeBid` is no compact JWS or longer than 1 MiB
 */
export const seal = (
  P: Primitives,
  keyset: Keyset,
  makeBid: (ids: { ks: string; kc: string }) => Promise<string>,
): Promise<SealedEnvelope> => startEnvelope(P, keyset).finish(makeBid)

/** The bid's text followed by spaces up to the next multiple of the kind's bucket. */
function padded(bid: string, kind: EnvelopeKind): Uint8Array {
  const text = utf8(bid)
  const bucket = bucketOf(kind)
  const length = Math.ceil(text.length / bucket) * bucket
  if (length > MAX_PLAINTEXT) throw new FormatError(`a bid is at most ${MAX_PLAINTEXT} bytes; attach what is larger`)
  const out = new Uint8Array(length).fill(SPACE)
  out.set(text)
  return out
}

/**
 * The one envelope of a seed and a padded plaintext. For vectors and re-sealing only: to seal a bid call `seal`.
 *
 * Every byte but the plaintext follows from the seed, so whoever has the seed repeats this and compares.
 */
export async function sealFromSeed(
  P: Primitives,
  keyset: Keyset,
  seed: Uint8Array,
  paddedPlaintext: Uint8Array,
): Promise<Uint8Array> {
  const ksBytes = keysetId(P, keyset)
  const ks = b64u(ksBytes)
  const derive = deriver(P, ksBytes, seed)
  const kc = b64u(keyCommitment(derive))

  const shares: string[] = []
  for (const { x, y } of splitSeed(seed, coefficients(derive, keyset.t), keyset.n)) {
    const custodian = keyset.custodians[x - 1]!
    const ephemeral = P.p256Ephemeral(ephemeralScalar(derive, x), custodian.jwk)
    if (ephemeral === null) throw new FormatError(`the key of custodian ${x} is not on the curve`)
    const head = b64u(utf8(shareHeader(ks, kc, custodian, ephemeral.epk)))
    const key = shareKey(P, ephemeral.z, ksBytes, utf8(custodian.id))
    const iv = shareIv(derive, x)
    shares.push(writeJwe(head, iv, await P.aesGcmEncrypt(key, iv, utf8(head), y)))
  }

  const head = b64u(utf8(contentHeader(ks, kc)))
  const iv = contentIv(P, derive, paddedPlaintext)
  const sealed = await P.aesGcmEncrypt(contentKey(derive), iv, utf8(head), paddedPlaintext)
  return writeEnvelope(ks, kc, shares, writeJwe(head, iv, sealed))
}

/**
 * A custodian's share of one envelope, decrypted after its header is checked: alg, enc, apu, apv, kid, x, ks and kc must be those of
 * this keyset, custodian and envelope. So a share copied out of another tender's envelope is refused before it is read.
 *
 * An envelope that is wrong elsewhere still gives its share: whether it is malformed is for everybody to see at the opening.
 *
 * @param x the custodian's number in the keyset
 * @param scalar its private key for this keyset
 */
export async function decryptShare(
  P: Primitives,
  keyset: Keyset,
  bytes: Uint8Array,
  x: number,
  scalar: Uint8Array,
): Promise<{ y: Uint8Array } | { refused: string }> {
  const custodian = keyset.custodians[x - 1]
  if (custodian === undefined) return { refused: `the keyset has no custodian ${x}` }
  try {
    const { v, ks, kc, shares } = looseEnvelope(bytes).envelope
    const ksBytes = keysetId(P, keyset)
    if (v !== 'seal/1' || ks !== b64u(ksBytes)) return { refused: 'the envelope is not sealed to this keyset' }
    const share = shares[x - 1]
    if (share === undefined) return { refused: `the envelope has no share ${x}` }
    const jwe = readJwe(share)
    const epk = readShareHeader(jwe, ks, kc, custodian)
    const z = P.p256Ecdh(scalar, epk)
    if (z === null) return { refused: 'the ephemeral key is not on the curve' }
    const key = shareKey(P, z, ksBytes, utf8(custodian.id))
    const y = await P.aesGcmDecrypt(key, jwe.iv, jwe.aad, jwe.ciphertextAndTag)
    if (y === null) return { refused: 'the share does not decrypt with this key' }
    return y.length === 32 ? { y } : { refused: 'the share is not of 32 bytes' }
  } catch (error) {
    if (error instanceof FormatError) return { refused: error.message }
    throw error
  }
}

/**
 * What an envelope turns out to be. `malformed` is its maker's fault and the same whichever custodians open it; `waiting` ends when
 * more shares come in. `convicted` are the custodians whose released share is not the one they were sent.
 */
export type Opened =
  | { state: 'valid'; jws: string; payload: JsonObject; seed: Uint8Array; convicted: number[] }
  | { state: 'malformed'; reason: string }
  | { state: 'waiting' }

/** Every choice of `t` of the shares, in order. */
function* choices(shares: readonly Share[], t: number, from = 0): Generator<Share[]> {
  if (t === 0) yield []
  else
    for (let i = from; i <= shares.length - t; i++)
      for (const rest of choices(shares, t - 1, i + 1)) yield [shares[i]!, ...rest]
}

function seedBehind(P: Primitives, keyset: Keyset, ks: Uint8Array, kc: Uint8Array, shares: readonly Share[]) {
  for (const chosen of choices(shares, keyset.t)) {
    const seed = combine(chosen)
    const derive = deriver(P, ks, seed)
    if (equal(keyCommitment(derive), kc)) return { seed, derive }
  }
  return null
}

/** The bid inside a plaintext: a compact JWS and then only spaces. Throws {@link FormatError} otherwise. */
function unpadded(plaintext: Uint8Array, kind: EnvelopeKind): { jws: string; payload: JsonObject } {
  const bucket = bucketOf(kind)
  if (plaintext.length % bucket !== 0) throw new FormatError(`${plaintext.length} is not a multiple of ${bucket}`)
  if (plaintext.length > MAX_PLAINTEXT) throw new FormatError(`${plaintext.length} is more than ${MAX_PLAINTEXT}`)
  let end = plaintext.length
  while (end > 0 && plaintext[end - 1] === SPACE) end--
  const jws = fromUtf8(plaintext.subarray(0, end))
  return { jws, payload: readJws(jws).payload }
}

/** Why an envelope is malformed that no custodians open: its maker's fault, or more than n − t of them lied. They can clear themselves. */
export const noShareFits = ({ t, n }: Pick<Keyset, 't' | 'n'>): string => `no ${t} of the ${n} shares give kc`

/** Which part of the file is not as re-sealing makes it, for people. */
function difference(bytes: Uint8Array, again: Uint8Array): string {
  const now = looseEnvelope(bytes).envelope
  const right = looseEnvelope(again).envelope
  const share = now.shares.findIndex((text, index) => text !== right.shares[index])
  if (share >= 0) return `re-sealing gives another share ${share + 1}`
  return now.content === right.content ? 're-sealing gives other bytes' : 're-sealing gives another content'
}

/**
 * Opens an envelope with released shares and verifies it: some t of them must give the committed seed, sealing again with that seed
 * must give the same file byte for byte, and the plaintext must be a padded JWS. `valid` says no more than that: whose bid it is,
 * and for what, `checkBid` answers.
 *
 * @param shares at most one of each custodian; throws {@link FormatError} for a number that the keyset has not, or one twice.
 * A released text that is not of 32 bytes is a false share like any other.
 * @param cleared how many custodians have released or cleared themselves; once it is n and no shares fit, the envelope is malformed
 */
export async function openEnvelope(
  P: Primitives,
  keyset: Keyset,
  bytes: Uint8Array,
  shares: readonly Share[],
  cleared: number = shares.length,
): Promise<Opened> {
  const numbers = new Set(shares.map(({ x }) => x))
  if (numbers.size !== shares.length) throw new FormatError('a custodian has released twice')
  for (const x of numbers)
    if (keyset.custodians[x - 1] === undefined) throw new FormatError(`the keyset has no custodian ${x}`)

  const envelope = readEnvelope(P, bytes, keyset)
  if ('refused' in envelope) return { state: 'malformed', reason: envelope.refused.map(({ says }) => says).join('; ') }

  const ks = keysetId(P, keyset)
  const usable = shares.filter(({ y }) => y.length === 32)
  const found = seedBehind(P, keyset, ks, fromB64u(envelope.kc), usable)
  if (found === null) {
    if (cleared < keyset.n) return { state: 'waiting' }
    return { state: 'malformed', reason: noShareFits(keyset) }
  }
  const { seed, derive } = found
  const inside = await insideOf(P, keyset, bytes, envelope.content, found)
  if ('reason' in inside) return { state: 'malformed', ...inside }
  // Only now is it known what each custodian was sent: in a malformed envelope its maker may have planted the difference.
  const sent = splitSeed(seed, coefficients(derive, keyset.t), keyset.n)
  const convicted = shares.filter(({ x, y }) => !equal(y, sent[x - 1]!.y)).map(({ x }) => x)
  return { state: 'valid', ...inside, seed, convicted }
}

/** Opens an envelope with its seed, which its bidder gave, and verifies it like `openEnvelope`. No custodian is judged by that. */
export async function openWithSeed(
  P: Primitives,
  keyset: Keyset,
  bytes: Uint8Array,
  seed: Uint8Array,
): Promise<Exclude<Opened, { state: 'waiting' }>> {
  const envelope = readEnvelope(P, bytes, keyset)
  if ('refused' in envelope) return { state: 'malformed', reason: envelope.refused.map(({ says }) => says).join('; ') }
  const derive = deriver(P, keysetId(P, keyset), seed)
  if (!equal(keyCommitment(derive), fromB64u(envelope.kc)))
    return { state: 'malformed', reason: 'the seed does not give kc' }
  const inside = await insideOf(P, keyset, bytes, envelope.content, { seed, derive })
  return 'reason' in inside ? { state: 'malformed', ...inside } : { state: 'valid', ...inside, seed, convicted: [] }
}

/** What is inside once the seed is known, if sealing again gives the same file; else why it is malformed. */
async function insideOf(
  P: Primitives,
  keyset: Keyset,
  bytes: Uint8Array,
  sealed: string,
  { seed, derive }: { seed: Uint8Array; derive: ReturnType<typeof deriver> },
): Promise<{ jws: string; payload: JsonObject } | { reason: string }> {
  const content = readJwe(sealed)
  const plaintext = await P.aesGcmDecrypt(contentKey(derive), content.iv, content.aad, content.ciphertextAndTag)
  if (plaintext === null) return { reason: 'the content does not decrypt' }
  const again = await sealFromSeed(P, keyset, seed, plaintext)
  if (compareBytes(again, bytes) !== 0) return { reason: difference(bytes, again) }
  try {
    return unpadded(plaintext, keyset.kind)
  } catch (error) {
    if (error instanceof FormatError) return { reason: `the plaintext is no padded bid: ${error.message}` }
    throw error
  }
}

/** The age identity (age-encryption.org/v1, X25519) that opens the attachments of an envelope; public once the envelope is open. */
export function ageIdentity(P: Primitives, keyset: Keyset, seed: Uint8Array): string {
  const bytes = ageIdentityBytes(deriver(P, keysetId(P, keyset), seed))
  return bech32.encode('age-secret-key-', bech32.toWords(bytes)).toUpperCase()
}
