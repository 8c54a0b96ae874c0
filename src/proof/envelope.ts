// How is an envelope file laid out, and what can be checked of it without any key?
import { b64u, FormatError, fromB64u, fromUtf8, lengthOfB64u, utf8 } from './bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from './canonical.ts'
import { bucketOf, type Keyset, type KeysetCustodian, keysetId } from './keyset.ts'
import { type Primitives, type PublicJwk, readPublicJwk } from './primitives.ts'

/** Longest padded plaintext, in bytes; larger things are attachments. */
export const MAX_PLAINTEXT = 1024 * 1024
/** Longest file: that plaintext in base64 and sixteen shares. */
const MAX_FILE = 1_500_000
const TAG = 16

/** The parts of a compact JWE (RFC 7516) as used here: the encrypted key is always empty. */
export type Jwe = { header: string; aad: Uint8Array; iv: Uint8Array; ciphertextAndTag: Uint8Array }

/** The protected header of the share for one custodian, canonical. Everything but `epk` is known before the bid is. */
export function shareHeader(ks: string, kc: string, custodian: KeysetCustodian, epk: PublicJwk): string {
  return canonical({
    alg: 'ECDH-ES',
    enc: 'A256GCM',
    apu: ks,
    apv: b64u(utf8(custodian.id)),
    epk,
    kc,
    ks,
    kid: custodian.kid,
    x: custodian.x,
  })
}

/** The protected header of the content, canonical; the same for every kind of envelope. */
export function contentHeader(ks: string, kc: string): string {
  return canonical({ alg: 'dir', enc: 'A256GCM', kc, ks, typ: 'bid+jws' })
}

/** Compact form; `protectedHeader` is the header already in base64url, the additional data of the encryption. */
export function writeJwe(protectedHeader: string, iv: Uint8Array, ciphertextAndTag: Uint8Array): string {
  const end = ciphertextAndTag.length - TAG
  return `${protectedHeader}..${b64u(iv)}.${b64u(ciphertextAndTag.subarray(0, end))}.${b64u(ciphertextAndTag.subarray(end))}`
}

function partsOf(compact: string) {
  const parts = compact.split('.', 6)
  const [head, key, iv64, ciphertext, tag64] = parts
  if (parts.length !== 5 || !head || key !== '' || !iv64 || !ciphertext || !tag64) {
    throw new FormatError('not a compact JWE with an empty encrypted key')
  }
  const iv = fromB64u(iv64)
  const tag = fromB64u(tag64)
  if (iv.length !== 12 || tag.length !== TAG) throw new FormatError('the IV has 12 bytes and the tag 16')
  return { head, iv, ciphertext, tag }
}

/** Takes a compact JWE apart; throws {@link FormatError} unless it is five canonical parts with an empty key, IV of 12 and tag of 16 bytes. */
export function readJwe(compact: string): Jwe {
  const { head, iv, ciphertext: ciphertext64, tag } = partsOf(compact)
  const ciphertext = fromB64u(ciphertext64)
  const ciphertextAndTag = new Uint8Array(ciphertext.length + TAG)
  ciphertextAndTag.set(ciphertext)
  ciphertextAndTag.set(tag, ciphertext.length)
  return { header: fromUtf8(fromB64u(head)), aad: utf8(head), iv, ciphertextAndTag }
}

/** The header of a compact JWE and the bytes of its ciphertext, which are counted and not made; throws as {@link readJwe} does. */
function measureJwe(compact: string): { header: string; length: number } {
  const { head, ciphertext } = partsOf(compact)
  const length = lengthOfB64u(ciphertext)
  return { header: fromUtf8(fromB64u(head)), length }
}

/** The file: `{"content","kc","ks","shares","v"}` in canonical JSON. */
export function writeEnvelope(ks: string, kc: string, shares: string[], content: string): Uint8Array {
  return utf8(canonical({ v: 'seal/1', ks, kc, shares, content }))
}

export type LooseEnvelope = { v: string; ks: string; kc: string; shares: string[]; content: string }

/** The members of a file whatever their order and spacing; throws {@link FormatError} when they are not there. */
export function looseEnvelope(bytes: Uint8Array): { envelope: LooseEnvelope; text: string; json: Json } {
  if (bytes.length > MAX_FILE) throw new FormatError(`an envelope is at most ${MAX_FILE} bytes`)
  const text = fromUtf8(bytes)
  const json = parseJson(text, { bytes: MAX_FILE, depth: 3 })
  if (!hasMembers(json, ['v', 'ks', 'kc', 'shares', 'content'])) {
    throw new FormatError('an envelope has exactly v, ks, kc, shares and content')
  }
  const { v, ks, kc, shares, content } = json
  const texts = [v, ks, kc, content].every((value) => typeof value === 'string')
  if (!texts || !Array.isArray(shares) || !shares.every((share) => typeof share === 'string')) {
    throw new FormatError('v, ks, kc and content are texts, shares a list of texts')
  }
  return { envelope: { v, ks, kc, shares, content } as LooseEnvelope, text, json }
}

/**
 * Is the text the canonical one of these members? It is when they stand in it as they are, in their order: a text that needs an
 * escape does not. Anything else is written again and compared.
 */
function isCanonical({
  envelope: { v, ks, kc, shares, content },
  text,
  json,
}: ReturnType<typeof looseEnvelope>): boolean {
  const list = shares.map((share) => `"${share}"`).join(',')
  return (
    text === `{"content":"${content}","kc":"${kc}","ks":"${ks}","shares":[${list}],"v":"${v}"}` ||
    text === canonical(json)
  )
}

/** Why an envelope is refused at the door; `says` is for people. */
export type EnvelopeFault = {
  code:
    | 'envelope.unreadable'
    | 'envelope.not-canonical'
    | 'envelope.version'
    | 'envelope.keyset'
    | 'envelope.commitment'
    | 'envelope.custodians'
    | 'envelope.share'
    | 'envelope.content'
    | 'envelope.size'
  says: string
}

/** Reads the share header and compares it with the one that belongs there; answers its ephemeral key. */
export function readShareHeader(jwe: Jwe, ks: string, kc: string, custodian: KeysetCustodian): PublicJwk {
  const header = parseJson(jwe.header, { bytes: 4096, depth: 2 })
  const names = ['alg', 'enc', 'apu', 'apv', 'epk', 'kc', 'ks', 'kid', 'x']
  if (!hasMembers(header, names)) throw new FormatError(`its header has not exactly the members ${names.join(', ')}`)
  const epk = readPublicJwk(header.epk)
  const expected = shareHeader(ks, kc, custodian, epk)
  if (jwe.header === expected) return epk
  const right = parseJson(expected) as typeof header
  const differ = names.filter((name) => name !== 'epk' && header[name] !== right[name])
  throw new FormatError(
    differ.length > 0 ? `its header has another ${differ.join(', ')}` : 'its header is not canonical',
  )
}

const sayer = (error: unknown): string => {
  if (error instanceof FormatError) return error.message
  throw error
}

/**
 * What a server can check of an envelope at the door, without keys: canonical shape, keyset, commitment's form, one share for each
 * custodian with the right header, sizes. Answers its parts, or every reason for which it is refused.
 *
 * `epks` are the x-coordinates of the ephemeral keys in the order of the shares: x alone decides the Diffie-Hellman secret, so a
 * point and its negative count as the same when a server looks for repetitions. That shares and content decrypt, and to what,
 * nobody can see before the opening; what passes here may still turn out malformed, what is refused here always would.
 */
export function readEnvelope(
  P: Primitives,
  bytes: Uint8Array,
  keyset: Keyset,
): { kc: string; epks: string[]; shares: string[]; content: string } | { refused: EnvelopeFault[] } {
  let loose: ReturnType<typeof looseEnvelope>
  try {
    loose = looseEnvelope(bytes)
  } catch (error) {
    return { refused: [{ code: 'envelope.unreadable', says: sayer(error) }] }
  }
  const { v, ks, kc, shares, content } = loose.envelope
  const refused: EnvelopeFault[] = []
  const fault = (code: EnvelopeFault['code'], says: string) => refused.push({ code, says })

  if (!isCanonical(loose)) fault('envelope.not-canonical', 'the bytes are not the canonical ones of this object')
  if (v !== 'seal/1') fault('envelope.version', 'v is not seal/1')
  const rightKs = b64u(keysetId(P, keyset))
  if (ks !== rightKs) fault('envelope.keyset', 'it is sealed to another keyset')
  try {
    if (fromB64u(kc).length !== 32) fault('envelope.commitment', 'kc is not of 32 bytes')
  } catch (error) {
    fault('envelope.commitment', `kc: ${sayer(error)}`)
  }
  if (shares.length !== keyset.n)
    fault('envelope.custodians', `there are ${shares.length} shares for ${keyset.n} custodians`)

  const epks: string[] = []
  for (const [index, share] of shares.slice(0, keyset.n).entries()) {
    const custodian = keyset.custodians[index]!
    try {
      const jwe = readJwe(share)
      epks.push(readShareHeader(jwe, rightKs, kc, custodian).x)
      if (jwe.ciphertextAndTag.length !== 32 + TAG)
        fault('envelope.share', `share ${custodian.x}: it is not of 32 bytes`)
    } catch (error) {
      fault('envelope.share', `share ${custodian.x}: ${sayer(error)}`)
    }
  }
  try {
    const { header, length } = measureJwe(content)
    const bucket = bucketOf(keyset.kind)
    if (header !== contentHeader(rightKs, kc))
      fault('envelope.content', 'content: its header is not the one that belongs here')
    if (length % bucket !== 0) fault('envelope.size', `${length} bytes of content are not a multiple of ${bucket}`)
    if (length > MAX_PLAINTEXT) fault('envelope.size', `${length} bytes of content are more than ${MAX_PLAINTEXT}`)
  } catch (error) {
    fault('envelope.content', `content: ${sayer(error)}`)
  }
  return refused.length > 0 ? { refused } : { kc, epks, shares, content }
}
