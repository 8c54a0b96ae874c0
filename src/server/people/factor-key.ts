// How are secrets of second factors kept? Under a key that is a file of the server's and not in the database: a copy of the database has none of them.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { utf8 } from '../../proof/bytes.ts'

/** nonce (12) ‖ ciphertext ‖ tag (16); AES-256-GCM, bound to what it is for. */
export function sealSecret(key: Uint8Array, about: string, secret: Uint8Array): Uint8Array {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(utf8(about))
  return new Uint8Array(Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]))
}

/** Throws when it was sealed for something else, under another key, or changed. */
export function openSecret(key: Uint8Array, about: string, sealed: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(utf8(about))
  decipher.setAuthTag(sealed.subarray(-16))
  return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]))
}

/** The keyed fingerprint of a code that was drawn at random. */
export const fingerprintOf = (key: Uint8Array, about: string, code: string): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(`${about} ${code}`).digest())
