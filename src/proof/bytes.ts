// How are bytes written as text, and compared? One strict spelling for each, so that equal bytes have equal texts.

/** Whatever a stranger sent is not in the format; the message says what. The only exception that the readers in this folder throw. */
export class FormatError extends Error {
  override name = 'FormatError'
}

const encoder = new TextEncoder()
// ignoreBOM: a byte order mark is three bytes like any others; dropping it would give two byte strings one text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The UTF-8 bytes of a text. A lone surrogate becomes U+FFFD, as everywhere on the web; `canonical` refuses such texts. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The text of UTF-8 bytes; throws {@link FormatError} when they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new FormatError('not UTF-8')
  }
}

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const URL_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const EQUALS = 61
/** In place of a value: the character is none of the alphabet. */
const OUTSIDE = 255

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(256).fill(OUTSIDE)
  for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i
  return values
}

const standardCodes = utf8(STANDARD)
const standardValues = valuesOf(STANDARD)
const urlCodes = utf8(URL_SAFE)
const urlValues = valuesOf(URL_SAFE)

function encode64(bytes: Uint8Array, codes: Uint8Array, padded: boolean): string {
  const rest = bytes.length % 3
  const whole = bytes.length - rest
  const out = new Uint8Array((whole / 3) * 4 + (rest === 0 ? 0 : padded ? 4 : rest + 1))
  let o = 0
  for (let i = 0; i < whole; i += 3) {
    const v = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!
    out[o++] = codes[v >> 18]!
    out[o++] = codes[(v >> 12) & 63]!
    out[o++] = codes[(v >> 6) & 63]!
    out[o++] = codes[v & 63]!
  }
  if (rest > 0) {
    const v = (bytes[whole]! << 16) | (rest === 2 ? bytes[whole + 1]! << 8 : 0)
    out[o++] = codes[v >> 18]!
    out[o++] = codes[(v >> 12) & 63]!
    if (rest === 2) out[o++] = codes[(v >> 6) & 63]!
    while (o < out.length) out[o++] = EQUALS
  }
  return decoder.decode(out)
}

function decode64(text: string, length: number, values: Uint8Array, name: string): Uint8Array {
  const rest = length % 4
  if (rest === 1) throw new FormatError(`not ${name}: ${length} characters cannot be`)
  const codes = utf8(length === text.length ? text : text.slice(0, length))
  const out = new Uint8Array(Math.floor((length * 3) / 4))
  const whole = length - rest
  // A character outside the alphabet leaves its high bits in here; looking once at the end is what makes this fast.
  let seen = 0
  let o = 0
  for (let i = 0; i < whole; i += 4) {
    const a = values[codes[i]!]!
    const b = values[codes[i + 1]!]!
    const c = values[codes[i + 2]!]!
    const d = values[codes[i + 3]!]!
    seen |= a | b | c | d
    const v = (a << 18) | (b << 12) | (c << 6) | d
    out[o++] = v >> 16
    out[o++] = v >> 8
    out[o++] = v
  }
  let unused = 0
  if (rest > 0) {
    const a = values[codes[whole]!]!
    const b = values[codes[whole + 1]!]!
    const c = rest === 3 ? values[codes[whole + 2]!]! : 0
    seen |= a | b | c
    const v = (a << 18) | (b << 12) | (c << 6)
    out[o++] = v >> 16
    if (rest === 3) out[o++] = v >> 8
    unused = v & (rest === 3 ? 0xff : 0xffff)
  }
  if (seen > 63) {
    const at = codes.findIndex((code) => values[code] === OUTSIDE)
    throw new FormatError(`not ${name}: a character outside the alphabet at ${at}`)
  }
  if (unused !== 0) throw new FormatError(`not ${name}: unused bits are not zero`)
  return out
}

/** base64url without padding (RFC 4648 section 5), the spelling of everything that is JSON here. */
export function b64u(bytes: Uint8Array): string {
  return encode64(bytes, urlCodes, false)
}

/** Bytes of canonical base64url without padding; any other spelling throws {@link FormatError}. */
export function fromB64u(text: string): Uint8Array {
  return decode64(text, text.length, urlValues, 'base64url')
}

const URL_SAFE_ONLY = /^[A-Za-z0-9_-]*$/

/**
 * How many bytes {@link fromB64u} would give, without making them: a regular expression walks kilobytes faster than they are decoded.
 * Throws what it would throw.
 *
 * @example lengthOfB64u('AAAA') // 3
 */
export function lengthOfB64u(text: string): number {
  const rest = text.length % 4
  if (rest === 1 || !URL_SAFE_ONLY.test(text)) return fromB64u(text).length
  const whole = text.length - rest
  // Unused bits can only be in the last few characters.
  return (whole / 4) * 3 + fromB64u(text.slice(whole)).length
}

/** Standard base64 with padding (RFC 4648 section 4), the spelling of signed notes and tree hashes. */
export function b64(bytes: Uint8Array): string {
  return encode64(bytes, standardCodes, true)
}

/** Bytes of canonical standard base64 with padding; any other spelling throws {@link FormatError}. */
export function fromB64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new FormatError('not base64: the padding is missing')
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return decode64(text, text.length - padding, standardValues, 'base64')
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let out = ''
  for (const byte of bytes) out += HEX[byte]
  return out
}

/** Bytes of lower-case hexadecimal; anything else, capitals too, throws {@link FormatError}. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new FormatError('not lower-case hexadecimal')
  const out = new Uint8Array(text.length / 2)
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return out
}

/** All parts, one after the other, in a new array. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Same length, same bytes? Not constant in time: nothing compared here is a secret that the other side may probe. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0
}

/** Order of byte strings as in a dictionary: negative, zero or positive. A prefix comes before what it begins. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** A whole number as `width` bytes, most significant first (width 2, 4 or 8; values up to 2^53 − 1). */
export function bigEndian(value: number, width: 2 | 4 | 8): Uint8Array {
  const out = new Uint8Array(width)
  const view = new DataView(out.buffer)
  if (width === 2) view.setUint16(0, value)
  else if (width === 4) view.setUint32(0, value)
  else view.setBigUint64(0, BigInt(value))
  return out
}
