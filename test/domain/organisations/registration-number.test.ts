// Are registration numbers taken as their registers give them, however they are written, and is a mistyped digit found?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  koreanCheckDigit,
  registrationNumber,
  SCHEME_IDS,
  SCHEMES,
  type SchemeId,
  writtenNumber,
} from '../../../src/domain/organisations/registration-number.ts'

const codes = (scheme: SchemeId, text: string) => {
  const found = registrationNumber(scheme, text)
  return found.ok ? found.value : found.reasons.map((reason) => reason.code)
}

/** A number that each register would give, and the same with one digit wrong where the scheme has a check of its own. */
const EXAMPLES: Record<SchemeId, [good: string, kept: string, bad: string | null]> = {
  'KR-BRN': ['123-45-67891', '1234567891', '123-45-67892'],
  'JP-CN': ['7-1234-5678-9012', '7123456789012', '6-1234-5678-9012'],
  'FR-SIREN': ['732 829 320', '732829320', '732 829 321'],
  'DE-VAT': ['DE 136 695 976', 'DE136695976', 'DE 136 695 977'],
  'VN-MST': ['0100109106', '0100109106', '0100109107'],
  'GB-CRN': ['sc123456', 'SC123456', null],
  'US-EIN': ['12-3456789', '123456789', null],
  LEI: ['5493001KJTIIGC8Y1R12', '5493001KJTIIGC8Y1R12', '5493001KJTIIGC8Y1R13'],
}

describe('a registration number', () => {
  test.each(SCHEME_IDS)(
    'of %s is kept in one form, and one wrong digit is found where the register gives a check',
    (id) => {
      const [good, kept, bad] = EXAMPLES[id]
      expect(codes(id, good)).toBe(kept)
      expect(codes(id, writtenNumber(id, kept))).toBe(kept)
      if (bad === null) expect(SCHEMES[id].check).toBeNull()
      else expect(codes(id, bad)).toEqual(['number-check-digit'])
    },
  )

  test('written with full-width digits, wide dashes or blanks is the same number', () => {
    for (const text of ['１２３-４５-６７８９１', '123–45–67891', '123−45−67891', ' 123 45 67891 ', '123.45.67891'])
      expect(codes('KR-BRN', text)).toBe('1234567891')
  })

  test('with signs that nobody sees, letters of other scripts or a digit too many is no number', () => {
    for (const text of ['123-45-6789\u200B1', '\u202E1234567891', '12345678O1', '١٢٣٤٥٦٧٨٩١', '12345678911', '', '-'])
      expect(codes('KR-BRN', text)).toEqual(['number-malformed'])
  })

  test('of Korea: the worked example, and every nine digits have exactly one check digit', () => {
    expect(koreanCheckDigit('123456789')).toBe(1)
    const nine = fc.stringMatching(/^\d{9}$/)
    fc.assert(
      fc.property(nine, (digits) => {
        const good = Array.from({ length: 10 }, (_, d) => `${digits}${d}`).filter(
          (n) => registrationNumber('KR-BRN', n).ok,
        )
        expect(good).toEqual([`${digits}${koreanCheckDigit(digits)}`])
      }),
    )
  })

  test('keeps to its form whatever a stranger sends', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SCHEME_IDS), fc.string(), (id, text) => {
        const found = registrationNumber(id, text)
        if (found.ok) expect(found.value).toMatch(SCHEMES[id].pattern)
        else expect(['number-malformed', 'number-check-digit']).toContain(found.reasons[0]?.code)
      }),
    )
  })
})
