// What is the code of this moment? Time-based one-time passwords (RFC 6238) over HMAC-SHA-1, six digits, thirty seconds: what every authenticator app does.
import { createHmac } from 'node:crypto'

export const STEP_SECONDS = 30
const DIGITS = 6
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The 30-second step of a moment in milliseconds since 1970: 59,999 → 1. */
export const stepAt = (ms: number): number => Math.floor(ms / 1000 / STEP_SECONDS)

/** HOTP (RFC 4226 5.3): the code of a counter. Step 1 of the secret `12345678901234567890` has 287082. */
export function codeOf(secret: Uint8Array, step: number, digits: number = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac[mac.length - 1] as number) & 15
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits
  return String(number).padStart(digits, '0')
}

/** RFC 4648 base32 without padding, as authenticator apps take a secret: the bytes of `foobar` → MZXW6YTBOI. */
export function base32(bytes: Uint8Array): string {
  let bits = 0
  let held = 0
  let text = ''
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      text += ALPHABET[(held >>> (bits - 5)) & 31]
      bits -= 5
    }
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31]
}

/** Reads base32, with spaces and in small letters as people write it down. Throws RangeError on anything else. */
export function fromBase32(text: string): Uint8Array {
  let bits = 0
  let held = 0
  const bytes: number[] = []
  for (const letter of text.replace(/[\s-]/g, '').replace(/=+$/, '').toUpperCase()) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) throw new RangeError('a secret has the letters A to Z and the digits 2 to 7')
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bytes.push((held >>> (bits - 8)) & 255)
      bits -= 8
    }
    held &= (1 << bits) - 1
  }
  return Uint8Array.from(bytes)
}
