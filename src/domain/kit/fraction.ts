// How do we compute without ever losing a digit? With whole numerators over whole denominators.
import type { Decimal } from './money.ts'

/** An exact rational number in lowest terms, `d` above zero. */
export type Fraction = { readonly n: bigint; readonly d: bigint }

/** Whatever names an exact number: never a binary fraction such as 0.1, which is not exactly a tenth. */
export type Exact = Fraction | Decimal | bigint | string | number

// Every figure of a tender has at most 18 + 10 digits; a sum or product of a few stays far below this. Longer is a bug upstream.
const LONGEST = 400

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

function make(n: bigint, d: bigint): Fraction {
  if (d === 0n) throw new RangeError('division by zero')
  const g = gcd(n, d < 0n ? -d : d)
  return d < 0n ? { n: -n / g, d: -d / g } : { n: n / g, d: d / g }
}

function fromText(text: string): Fraction {
  if (text.length > LONGEST) throw new RangeError('number too long')
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!parts) throw new RangeError('not a plain decimal number')
  const [, sign = '', whole = '', decimals = ''] = parts
  return make(BigInt(`${sign}${whole}${decimals}`), 10n ** BigInt(decimals.length))
}

/**
 * Reads an exact number: "12.50", 12n, 12, a Decimal or a fraction. Throws RangeError for exponents, NaN, infinities, binary
 * fractions and numbers of more than 400 characters: what strangers send is checked before it comes here.
 */
export function fraction(x: Exact): Fraction {
  if (typeof x === 'string') return fromText(x)
  if (typeof x === 'bigint') return { n: x, d: 1n }
  if (typeof x === 'number') {
    if (!Number.isSafeInteger(x)) throw new RangeError('only safe whole numbers are exact')
    return { n: BigInt(x), d: 1n }
  }
  if ('toFixed' in x) {
    // toFixed writes exponents out in full: look at the size before asking for a billion zeros.
    if (!x.isFinite() || Math.abs(x.e) > LONGEST) throw new RangeError('number too long')
    return fromText(x.toFixed())
  }
  return x
}

export function add(a: Exact, b: Exact): Fraction {
  const [x, y] = [fraction(a), fraction(b)]
  return make(x.n * y.d + y.n * x.d, x.d * y.d)
}

export function subtract(a: Exact, b: Exact): Fraction {
  const [x, y] = [fraction(a), fraction(b)]
  return make(x.n * y.d - y.n * x.d, x.d * y.d)
}

export function multiply(a: Exact, b: Exact): Fraction {
  const [x, y] = [fraction(a), fraction(b)]
  return make(x.n * y.n, x.d * y.d)
}

/** Throws RangeError when `b` is zero: what 0 ÷ 0 means is a rule's business, not arithmetic's. */
export function divide(a: Exact, b: Exact): Fraction {
  const [x, y] = [fraction(a), fraction(b)]
  return make(x.n * y.d, x.d * y.n)
}

export function total(list: readonly Exact[]): Fraction {
  return list.reduce<Fraction>((sum, x) => add(sum, x), { n: 0n, d: 1n })
}

/** Below zero when a < b, zero when equal, above zero when a > b. */
export function compare(a: Exact, b: Exact): -1 | 0 | 1 {
  const [x, y] = [fraction(a), fraction(b)]
  const [left, right] = [x.n * y.d, y.n * x.d]
  return left < right ? -1 : left > right ? 1 : 0
}

export const larger = (a: Exact, b: Exact): Fraction => fraction(compare(a, b) >= 0 ? a : b)
export const smaller = (a: Exact, b: Exact): Fraction => fraction(compare(a, b) <= 0 ? a : b)
