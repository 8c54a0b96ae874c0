// How does a seed become n shares of which any t give it back? Shamir's scheme, byte by byte, in GF(2^8) mod x^8+x^4+x^3+x+1.
import { FormatError } from './bytes.ts'

/** The share of custodian `x` (1…n): the values of the 32 polynomials at x. */
export type Share = { x: number; y: Uint8Array }

const LENGTH = 32

// Logarithms to the generator 3. Tables are not constant in time; the devices that split and combine are their owner's.
const EXP = new Uint8Array(510)
const LOG = new Uint8Array(256)
for (let i = 0, v = 1; i < 255; i++) {
  EXP[i] = v
  EXP[i + 255] = v
  LOG[v] = i
  const doubled = (v << 1) ^ (v & 0x80 ? 0x11b : 0)
  v ^= doubled
}

const times = (a: number, b: number) => (a === 0 || b === 0 ? 0 : EXP[LOG[a]! + LOG[b]!]!)
const divided = (a: number, b: number) => (a === 0 ? 0 : EXP[LOG[a]! + 255 - LOG[b]!]!)

/**
 * The shares 1…n of a seed: y[i] = seed[i] ⊕ coefs[0][i]·x ⊕ coefs[1][i]·x² ⊕ …
 *
 * @param seed 32 bytes
 * @param coefs t − 1 arrays of 32 bytes; they must be unpredictable to whoever holds fewer than t shares
 * @param n how many shares, at most 255
 */
export function splitSeed(seed: Uint8Array, coefs: Uint8Array[], n: number): Share[] {
  if (![seed, ...coefs].every((part) => part.length === LENGTH))
    throw new FormatError('seed and coefficients have 32 bytes')
  if (!Number.isInteger(n) || n < 1 || n > 255) throw new FormatError('there are 1 to 255 shares')
  return Array.from({ length: n }, (_, index) => {
    const x = index + 1
    const y = new Uint8Array(LENGTH)
    for (let i = 0; i < LENGTH; i++) {
      let value = 0
      for (let j = coefs.length - 1; j >= 0; j--) value = times(value ^ coefs[j]![i]!, x)
      y[i] = value ^ seed[i]!
    }
    return { x, y }
  })
}

/**
 * The seed from shares: interpolation at 0. Any t true shares give it; with a false one, or fewer than t, the answer is some other
 * 32 bytes, so always compare with a commitment.
 *
 * Throws {@link FormatError} for x = 0 (whoever holds that "share" would choose the result), an x twice, or a y not of 32 bytes.
 */
export function combine(shares: readonly Share[]): Uint8Array {
  const seen = new Set<number>()
  for (const { x, y } of shares) {
    if (!Number.isInteger(x) || x < 1 || x > 255) throw new FormatError('the number of a share is 1 to 255')
    if (seen.has(x)) throw new FormatError(`share ${x} is there twice`)
    if (y.length !== LENGTH) throw new FormatError(`share ${x} is not of 32 bytes`)
    seen.add(x)
  }
  if (shares.length === 0) throw new FormatError('no shares')
  const out = new Uint8Array(LENGTH)
  for (const { x, y } of shares) {
    let weight = 1
    for (const other of seen) if (other !== x) weight = times(weight, divided(other, other ^ x))
    for (let i = 0; i < LENGTH; i++) out[i] = out[i]! ^ times(weight, y[i]!)
  }
  return out
}
