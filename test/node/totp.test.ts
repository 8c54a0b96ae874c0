// Is the code of a moment the one of RFC 6238, and its secret written as RFC 4648 says?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base32, codeOf, fromBase32, stepAt } from '../../src/node/totp.ts'
import { utf8 } from '../../src/proof/bytes.ts'

const SECRET = utf8('12345678901234567890')

describe('codes', () => {
  // RFC 6238, Appendix B: seconds since 1970 and the code of eight digits, SHA-1.
  test.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('at %d seconds the code is %s', (seconds, code) => {
    expect(codeOf(SECRET, stepAt(seconds * 1000), 8)).toBe(code)
    expect(codeOf(SECRET, stepAt(seconds * 1000))).toBe(code.slice(2))
  })

  // RFC 4226, Appendix D.
  test('the first ten counters have the codes of the standard', () => {
    const codes = Array.from({ length: 10 }, (_, counter) => codeOf(SECRET, counter))
    expect(codes).toEqual('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' '))
  })

  test('a step is thirty seconds, to the millisecond', () => {
    expect([0, 29_999, 30_000, 59_999, 60_000].map(stepAt)).toEqual([0, 0, 1, 1, 2])
  })
})

describe('base32', () => {
  // RFC 4648, section 10.
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('%j is %j', (text, written) => {
    expect(base32(utf8(text))).toBe(written)
    expect(fromBase32(written)).toEqual(utf8(text))
  })

  test('whatever is written is read again, also as people write it down', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = base32(bytes)
        expect(fromBase32(text)).toEqual(bytes)
        expect(fromBase32(text.toLowerCase().replace(/(.{4})/g, '$1 '))).toEqual(bytes)
      }),
    )
  })

  test.each(['MZXW1', 'MZXW0', 'MZ!W', 'ＭＺＸＷ'])('refuses %j', (text) => {
    expect(() => fromBase32(text)).toThrow(RangeError)
  })
})
