// Has every byte string one text and every text at most one byte string?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  b64,
  b64u,
  bigEndian,
  compareBytes,
  concat,
  equal,
  FormatError,
  fromB64,
  fromB64u,
  fromHex,
  fromUtf8,
  hex,
  lengthOfB64u,
  utf8,
} from '../../src/proof/bytes.ts'

const bytes = fc.uint8Array({ maxLength: 100 })

describe('texts that are refused', () => {
  test.each([
    ['padding', 'AAA='],
    ['the letters of standard base64', 'a+b/'],
    ['a length that no bytes have', 'AAAAA'],
    ['unused bits that are not zero, two letters', 'AB'],
    ['unused bits that are not zero, three letters', 'AAB'],
    ['a space', 'AA A'],
    ['a newline at the end', 'AAAA\n'],
    ['a letter far outside the alphabet', 'AAĀA'],
  ])('refuses base64url with %s', (_, text) => {
    expect(() => fromB64u(text)).toThrow(FormatError)
  })

  test.each([
    ['no padding', 'AAA'],
    ['too much padding', 'A==='],
    ['the letters of base64url', 'a-b_'],
    ['unused bits that are not zero', 'AB=='],
    ['padding in the middle', 'AA==AAAA'],
    ['only padding', '===='],
  ])('refuses base64 with %s', (_, text) => {
    expect(() => fromB64(text)).toThrow(FormatError)
  })

  test.each(['A', 'AB', 'a', 'zz', 'a b0'])('refuses %j as hexadecimal', (text) => {
    expect(() => fromHex(text)).toThrow(FormatError)
  })

  test.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xe2, 0x82]]])('refuses %j as UTF-8', (list) => {
    expect(() => fromUtf8(Uint8Array.from(list))).toThrow(FormatError)
  })
})

describe('texts and back', () => {
  test('spells bytes as Node does', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const buffer = Buffer.from(value)
        expect(b64u(value)).toBe(buffer.toString('base64url'))
        expect(b64(value)).toBe(buffer.toString('base64'))
        expect(hex(value)).toBe(buffer.toString('hex'))
      }),
    )
  })

  test('reads back what it wrote', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(fromB64u(b64u(value))).toEqual(value)
        expect(fromB64(b64(value))).toEqual(value)
        expect(fromHex(hex(value))).toEqual(value)
      }),
    )
  })

  test('writes back whatever text it read, so no two texts are one byte string', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'ABYZabyz0189-_+/='), maxLength: 12 })
    fc.assert(
      fc.property(letters, (text) => {
        for (const [read, write] of [
          [fromB64u, b64u],
          [fromB64, b64],
        ] as const) {
          let value: Uint8Array
          try {
            value = read(text)
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError)
            continue
          }
          expect(write(value)).toBe(text)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('counts the bytes of a base64url text as reading it does, and refuses it in the same words', () => {
    const outcome = (read: () => number) => {
      try {
        return read()
      } catch (error) {
        return (error as FormatError).message
      }
    }
    const letters = fc.string({ unit: fc.constantFrom(...'ABYZabyz0189-_+=\nĀ'), maxLength: 12 })
    fc.assert(
      fc.property(fc.oneof(bytes.map(b64u), letters), (text) => {
        expect(outcome(() => lengthOfB64u(text))).toBe(outcome(() => fromB64u(text).length))
      }),
      { numRuns: 2000 },
    )
  })

  test('keeps a byte order mark, which is three bytes like any others', () => {
    const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)
    expect(utf8(fromUtf8(marked))).toEqual(marked)
  })
})

describe('order and parts', () => {
  test('orders byte strings as Node does and calls equal only what is', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
        expect(equal(a, b)).toBe(Buffer.compare(a, b) === 0)
      }),
    )
  })

  test('joins parts in their order', () => {
    expect(concat(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3))
  })

  test('writes numbers with the greatest byte first', () => {
    expect(hex(bigEndian(258, 2))).toBe('0102')
    expect(hex(bigEndian(4096, 4))).toBe('00001000')
    expect(hex(bigEndian(Number.MAX_SAFE_INTEGER, 8))).toBe('001fffffffffffff')
  })
})
