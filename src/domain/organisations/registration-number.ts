// Is this a registration number, and how is it written once? One row a scheme: pattern and check digit are the register's own.
import type { Words } from '../events.ts'
import { type Answer, answer, quote, refuse } from '../kit/verdict.ts'

type Scheme = {
  /** ISO 3166-1 code of the country; ZZ for none. */
  country: string
  says: Words
  /** The number as it is kept. */
  pattern: RegExp
  /** Does the number's own check hold? Null where the register gives none. */
  check: ((number: string) => boolean) | null
  /** How people write it; groups of the kept number, joined by a hyphen. */
  groups: readonly number[]
}

const digitsOf = (text: string): number[] => [...text].map(Number)
const weighted = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * (digits[i] ?? 0), 0)

/**
 * The check digit of a Korean business registration number: weights 1 3 7 1 3 7 1 3 5, and the tens of the ninth product count once
 * more. Example: 123-45-6789x: 1+6+21+4+15+42+7+24+45 = 165, and the tens of 45 are 4: 169, so x = (10 − 9) = 1.
 */
export function koreanCheckDigit(nine: string): number {
  const digits = digitsOf(nine)
  const sum = weighted(digits, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor(((digits[8] ?? 0) * 5) / 10)
  return (10 - (sum % 10)) % 10
}

/** ISO 7064 MOD 11,10, as in German VAT numbers. */
function mod1110(digits: readonly number[]): number {
  let product = 10
  for (const digit of digits) {
    const sum = (digit + product) % 10 || 10
    product = (2 * sum) % 11
  }
  return (11 - product) % 10
}

/** Luhn's check, as in French SIREN numbers: every second digit from the right doubled, a sum that ten divides. */
const luhn = (text: string): boolean =>
  digitsOf(text)
    .reverse()
    .reduce((sum, digit, i) => sum + (i % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2), 0) %
    10 ===
  0

/** ISO 7064 MOD 97,10, as in legal entity identifiers: letters count as 10 to 35, and the rest is 1. */
const mod97 = (text: string): boolean => {
  let rest = 0
  for (const sign of text) {
    const value = Number.parseInt(sign, 36)
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97
  }
  return rest === 1
}

export const SCHEMES = {
  'KR-BRN': {
    country: 'KR',
    says: { ko: '사업자등록번호', en: 'Business registration number (Korea)' },
    pattern: /^\d{10}$/,
    check: (n) => koreanCheckDigit(n.slice(0, 9)) === Number(n[9]),
    groups: [3, 2, 5],
  },
  'JP-CN': {
    country: 'JP',
    says: { ko: '법인번호(일본)', en: 'Corporate number (Japan)' },
    pattern: /^[1-9]\d{12}$/,
    // From the right the weights are 1 2 1 2 …; the check digit stands first.
    check: (n) => {
      const digits = digitsOf(n.slice(1)).reverse()
      return 9 - (digits.reduce((sum, digit, i) => sum + digit * (i % 2 === 0 ? 1 : 2), 0) % 9) === Number(n[0])
    },
    groups: [1, 4, 4, 4],
  },
  'FR-SIREN': {
    country: 'FR',
    says: { ko: 'SIREN 번호(프랑스)', en: 'SIREN (France)' },
    pattern: /^\d{9}$/,
    check: luhn,
    groups: [3, 3, 3],
  },
  'DE-VAT': {
    country: 'DE',
    says: { ko: '부가가치세 번호(독일)', en: 'VAT number (Germany)' },
    pattern: /^DE[1-9]\d{8}$/,
    check: (n) => mod1110(digitsOf(n.slice(2, 10))) === Number(n[10]),
    groups: [11],
  },
  'VN-MST': {
    country: 'VN',
    says: { ko: '납세자번호(베트남)', en: 'Tax code (Viet Nam)' },
    pattern: /^\d{10}$/,
    check: (n) => (10 - (weighted(digitsOf(n), [31, 29, 23, 19, 17, 13, 7, 5, 3]) % 11)) % 10 === Number(n[9]),
    groups: [10],
  },
  'GB-CRN': {
    country: 'GB',
    says: { ko: '회사번호(영국)', en: 'Company number (United Kingdom)' },
    pattern: /^(\d{8}|[A-Z]{2}\d{6})$/,
    check: null,
    groups: [8],
  },
  'US-EIN': {
    country: 'US',
    says: { ko: '고용주번호(미국)', en: 'Employer identification number (United States)' },
    pattern: /^\d{9}$/,
    check: null,
    groups: [2, 7],
  },
  LEI: {
    country: 'ZZ',
    says: { ko: '법인식별기호(LEI)', en: 'Legal entity identifier (LEI)' },
    pattern: /^[A-Z0-9]{18}\d{2}$/,
    check: mod97,
    groups: [20],
  },
} as const satisfies Record<string, Scheme>

export type SchemeId = keyof typeof SCHEMES
export const SCHEME_IDS = Object.keys(SCHEMES) as [SchemeId, ...SchemeId[]]

/** Dashes of every width, dots and blanks: what people put between the groups. */
const BETWEEN = /[\p{Pd}\u2212.\s]/gu

/**
 * A number as it is kept: NFKC (full-width digits become plain ones), without what stands between the groups, in capitals.
 * Refuses `number-malformed` for what is not in the scheme's form, letters of other scripts and invisible signs among it, and
 * `number-check-digit` where the form is right and the register would never have given it.
 *
 * Example: `registrationNumber('KR-BRN', '１２３-45-67891')` is 1234567891.
 */
export function registrationNumber(scheme: SchemeId, written: string): Answer<string> {
  const row: Scheme = SCHEMES[scheme]
  const number = written.normalize('NFKC').replace(BETWEEN, '').toUpperCase()
  const facts = { scheme, number: quote(written) }
  if (!row.pattern.test(number)) return refuse([{ code: 'number-malformed', facts, at: '/number' }])
  if (row.check && !row.check(number)) return refuse([{ code: 'number-check-digit', facts, at: '/number' }])
  return answer(number)
}

/** A kept number as people write it: 1234567891 is 123-45-67891. */
export function writtenNumber(scheme: SchemeId, number: string): string {
  const { groups } = SCHEMES[scheme] as Scheme
  let at = 0
  const parts = groups.map((length) => {
    at += length
    return number.slice(at - length, at)
  })
  return parts.filter((part) => part !== '').join('-')
}
