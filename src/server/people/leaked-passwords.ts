// Was this password found in a breach? Asks a list that is kept here, so that no password, nor part of one, is ever sent anywhere.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { normalised } from '../../domain/people/password.ts'

/** Of each fingerprint so many bytes are kept: among 44,000 a password that is in no list is taken for one once in 25 million times. */
export const FINGERPRINT_BYTES = 5

/** Capitals do not make a leaked password another. */
export const fingerprint = (password: string): Uint8Array =>
  createHash('sha256').update(normalised(password).toLowerCase()).digest().subarray(0, FINGERPRINT_BYTES)

let list: Buffer | undefined

/**
 * The list: sorted fingerprints of all passwords of twelve characters and more among the million most frequent that were found in
 * breaches (the “10 million password list” of 2015, as SecLists keeps it under the MIT License: see leaked-passwords.NOTICE).
 * scripts/make-leaked-passwords.ts makes it from any list.
 */
function sorted(): Buffer {
  list ??= readFileSync(fileURLToPath(new URL('leaked-passwords.bin', import.meta.url)))
  return list
}

export function isLeaked(password: string): boolean {
  const wanted = fingerprint(password)
  const all = sorted()
  let low = 0
  let high = all.length / FINGERPRINT_BYTES
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = middle * FINGERPRINT_BYTES
    const order = all.compare(wanted, 0, FINGERPRINT_BYTES, at, at + FINGERPRINT_BYTES)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}
