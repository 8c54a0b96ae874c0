// What is an amount of money, and which texts are one?
import { Decimal as DecimalJs } from 'decimal.js'
import { type Answer, answer, quote, refuse } from './verdict.ts'

/** decimal.js with 60 digits, on a clone of our own: nobody else's settings can change our sums. */
export const Decimal = DecimalJs.clone({ precision: 60, rounding: DecimalJs.ROUND_HALF_UP })
export type Decimal = DecimalJs

/** An amount in whole units of the currency: { amount: "96000000", currency: "KRW" } is 96 million won. Never a JSON number. */
export type Money = { amount: string; currency: string }

/** Decimals that a currency has (ISO 4217, minor units). A currency that is not here is refused, not guessed. */
export const MINOR_UNITS: Readonly<Record<string, number>> = {
  AUD: 2,
  CAD: 2,
  CHF: 2,
  CNY: 2,
  EUR: 2,
  GBP: 2,
  IDR: 2,
  INR: 2,
  JPY: 0,
  KRW: 0,
  PLN: 2,
  SGD: 2,
  UAH: 2,
  USD: 2,
  VND: 0,
}

export const knowsCurrency = (currency: string): boolean => Object.hasOwn(MINOR_UNITS, currency)

/**
 * Reads an amount that somebody wrote: digits, at most 18 before the point, no sign, no exponent, no separators, no leading
 * zero; won are whole. Gives it back without trailing zeros. Zero is an amount (whether it is a price is for the caller to say).
 *
 * Refuses with: currency-unknown, amount-not-text, amount-signed, amount-exponent, amount-malformed, amount-too-long,
 * amount-too-fine (more decimals than the currency has).
 */
export function parseMoney(amount: unknown, currency: string): Answer<Money> {
  if (!knowsCurrency(currency)) return refuse([{ code: 'currency-unknown', facts: { currency: quote(currency) } }])
  const no = (code: string) => refuse([{ code, facts: { amount: quote(amount), currency } }])
  if (typeof amount !== 'string') return no('amount-not-text')
  if (amount.length > 64) return no('amount-too-long')
  if (/^[+-]/.test(amount)) return no('amount-signed')
  if (/^[\d.]+e[+-]?\d+$/i.test(amount)) return no('amount-exponent')
  const parts = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(amount)
  if (!parts) return no('amount-malformed')
  const [, whole = '', decimals = ''] = parts
  if (whole.length > 18) return no('amount-too-long')
  if (decimals.length > (MINOR_UNITS[currency] ?? 0)) return no('amount-too-fine')
  return answer({ amount: new Decimal(amount).toFixed(), currency })
}

function sameCurrency(list: readonly Money[]): void {
  if (new Set(list.map((m) => m.currency)).size > 1) throw new RangeError('amounts of different currencies do not mix')
}

/** The exact sum. Throws RangeError when currencies are mixed: that is a bug, not a refusal. */
export function addMoney(first: Money, ...more: Money[]): Money {
  sameCurrency([first, ...more])
  const sum = more.reduce((s, m) => s.plus(m.amount), new Decimal(first.amount))
  return { amount: sum.toFixed(), currency: first.currency }
}

/** Below zero when a is less, zero when equal, above zero when a is more. Throws RangeError when currencies are mixed. */
export function compareMoney(a: Money, b: Money): number {
  sameCurrency([a, b])
  return new Decimal(a.amount).comparedTo(b.amount)
}
