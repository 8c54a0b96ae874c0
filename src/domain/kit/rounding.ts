// How is a quotient rounded? Once, from the exact fraction, by one of three verbs of the procurement rules.
import { divide, type Exact, type Fraction, fraction, multiply } from './fraction.ts'

/** A whole number of units of 10^-dp, written as a decimal without trailing zeros. */
function written(units: bigint, dp: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(dp + 1, '0')
  const whole = digits.slice(0, digits.length - dp)
  const decimals = digits.slice(digits.length - dp).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`
}

function scaled(numerator: Exact, denominator: Exact, dp: number): Fraction {
  if (!Number.isInteger(dp) || dp < 0 || dp > 60) throw new RangeError('decimals must be a whole number from 0 to 60')
  return multiply(divide(numerator, denominator), 10n ** BigInt(dp))
}

/**
 * numerator ÷ denominator to `dp` decimals, halves away from zero. "Rounded at the fifth decimal place" (소수점 다섯째자리에서
 * 반올림) keeps four: `halfUp('960000000', '98000000', 4)` is "9.7959".
 */
export function halfUp(numerator: Exact, denominator: Exact, dp: number): string {
  const { n, d } = scaled(numerator, denominator, dp)
  const size = ((n < 0n ? -n : n) * 2n + d) / (2n * d)
  return written(n < 0n ? -size : size, dp)
}

/** Cut (절사): digits beyond `dp` are dropped. `trunc('9600000000', '110000000', 3)` is "87.272". */
export function trunc(numerator: Exact, denominator: Exact, dp: number): string {
  const { n, d } = scaled(numerator, denominator, dp)
  return written(n / d, dp)
}

/** Rounded up (올림, 절상) towards the larger number. `ceil('10', '3', 0)` is "4". */
export function ceil(numerator: Exact, denominator: Exact, dp: number): string {
  const { n, d } = scaled(numerator, denominator, dp)
  const cut = n / d
  return written(n > 0n && n % d !== 0n ? cut + 1n : cut, dp)
}

/** The decimal without trailing zeros: "87.9000" is "87.9". Throws RangeError for a fraction without an end, such as 1/3. */
export function plain(x: Exact): string {
  const { n, d } = fraction(x)
  let [rest, twos, fives] = [d, 0, 0]
  for (; rest % 2n === 0n; rest /= 2n) twos++
  for (; rest % 5n === 0n; rest /= 5n) fives++
  if (rest !== 1n) throw new RangeError('this fraction has no last decimal: round it first')
  const dp = Math.max(twos, fives)
  return written((n * 10n ** BigInt(dp)) / d, dp)
}

/** For people's eyes in a working: `dp` decimals cut, "…" behind when digits were left off. 10/3 to 4 is "3.3333…", 2 is "2". */
export function shown(x: Exact, dp: number): string {
  const cut = trunc(x, 1n, dp)
  const { n, d } = fraction(x)
  const kept = fraction(cut)
  if (kept.n * d === n * kept.d) return cut
  // Zeros before the dots are digits that were seen: 89.0909090… keeps them.
  const [whole, decimals = ''] = cut.split('.')
  return dp === 0 ? `${whole}…` : `${whole}.${decimals.padEnd(dp, '0')}…`
}
