// Is there one text for each JSON value, and does no stranger's text crash, hang or deceive the reader?
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../src/proof/bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from '../../src/proof/canonical.ts'

const wellFormed = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/\p{Surrogate}/u.test(text))
const key = wellFormed.filter((text) => text !== '__proto__')
const { value: anyJson } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
    wellFormed,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

/** Milliseconds of the fastest of five tries: what else runs on the machine does not count. */
function fastest(read: () => unknown): number {
  const tries = Array.from({ length: 5 }, () => {
    const start = performance.now()
    expect(read).toThrow(FormatError)
    return performance.now() - start
  })
  return Math.min(...tries)
}

describe('texts that are refused', () => {
  test.each([
    ['a hundred thousand arrays in each other', '['.repeat(100_000)],
    ['a hundred thousand arrays, closed', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a hundred thousand objects in each other', '{"a":'.repeat(100_000)],
    ['a megabyte of quotes and backslashes', `"${'\\"'.repeat(500_000)}`],
    ['a megabyte of spaces', ' '.repeat(1_000_000)],
    ['a number of a million digits', '9'.repeat(1_000_000)],
  ])('refuses %s at once and without running out of stack', (_, text) => {
    // One walk takes some milliseconds, a walk for each character many minutes.
    expect(fastest(() => parseJson(text))).toBeLessThan(1000)
  })

  test.each([
    ['a second member of the same name', '{"a":1,"a":1}'],
    ['a second member whose name is spelled with an escape', '{"a":1,"\\u0061":2}'],
    ['a member named __proto__', '{"__proto__":{}}'],
    ['a member named __proto__ in an escape', '{"\\u005f_proto__":{}}'],
    ['infinity', '1e999'],
    ['an exponent', '1e3'],
    ['a fraction', '1.0'],
    ['minus zero', '-0'],
    ['a leading zero', '01'],
    ['a plus sign', '+1'],
    ['an integer that a double cannot hold', '9007199254740993'],
    ['a lone surrogate', '"\\ud800"'],
    ['a lone surrogate in a name', '{"\\udc00":1}'],
    ['a control character', '"\u0001"'],
    ['an unknown escape', '"\\x41"'],
    ['a comma at the end', '[1,]'],
    ['a comment', '/**/1'],
    ['single quotes', "'a'"],
    ['NaN', 'NaN'],
    ['something after the end', '1 2'],
    ['nothing', ''],
    ['an unfinished word', 'tru'],
    ['an unfinished escape', '"\\'],
    ['an unfinished object', '{"a"'],
    ['a byte order mark', '\ufeff1'],
    ['a space that JSON does not know', '\u00a01'],
  ])('refuses %s', (_, text) => {
    expect(() => parseJson(text)).toThrow(FormatError)
  })

  test('refuses a text over the limit, counted in bytes of UTF-8', () => {
    expect(parseJson('"가"', { bytes: 5 })).toBe('가')
    expect(() => parseJson('"가"', { bytes: 4 })).toThrow(FormatError)
  })

  test('reads to the depth asked for and no deeper, and never deeper than 32', () => {
    expect(parseJson('[[1]]', { depth: 2 })).toEqual([[1]])
    expect(() => parseJson('[[[1]]]', { depth: 2 })).toThrow(FormatError)
    expect(() => parseJson('['.repeat(33) + ']'.repeat(33), { depth: 1000 })).toThrow(FormatError)
  })

  test('never throws anything else, whatever is changed in a good text', () => {
    const good = '{"a":[1,-20,true,null,"x\\n\\u00e9"],"b":{"c":"가"}}'
    const piece = fc.constantFrom(
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '0',
      '-',
      'e',
      '.',
      ' ',
      '\u0000',
      '\ud800',
      '__proto__',
    )
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(3), piece, (at, cut, insert) => {
        try {
          canonical(parseJson(good.slice(0, at) + insert + good.slice(at + cut)))
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('values that are refused', () => {
  class Named {
    a = 1
  }
  test.each<[string, unknown]>([
    ['undefined members', { a: undefined }],
    ['fractions', 0.5],
    ['unsafe integers', 2 ** 53],
    ['NaN', Number.NaN],
    ['lone surrogates', '\ud800'],
    ['lone surrogates in names', { '\udc00': 1 }],
    ['bigints', 1n],
    ['functions', () => 1],
    ['dates', new Date(0)],
    ['bytes', new Uint8Array(1)],
    ['objects of a class', new Named()],
    ['holes in arrays', Array(1)],
    ['nesting deeper than 32', Array.from({ length: 33 }).reduce<unknown>((inner) => [inner], 1)],
  ])('refuses to write %s', (_, value) => {
    expect(() => canonical(value as Json)).toThrow(FormatError)
  })
})

describe('what is written and read', () => {
  test('writes as the reference implementation of RFC 8785 does', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonical(value)).toBe(canonicalize(value))
      }),
      { numRuns: 500 },
    )
  })

  test('reads what JSON.parse reads, and reads back what it wrote', () => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom(undefined, 1, '\t'), (value, spaces) => {
        expect(parseJson(JSON.stringify(value, null, spaces))).toEqual(value)
        expect(canonical(parseJson(canonical(value)))).toBe(canonical(value))
      }),
      { numRuns: 500 },
    )
  })

  test('sorts members by UTF-16 code units, as the example of RFC 8785 section 3.2.3', () => {
    const value = { '\u20ac': '', '\r': '', '\ufb33': '', '1': '', '\ud83d\ude00': '', '\u0080': '', '\u00f6': '' }
    expect(canonical(value)).toBe('{"\\r":"","1":"","\u0080":"","\u00f6":"","\u20ac":"","\ud83d\ude00":"","\ufb33":""}')
  })

  test('knows an object with exactly the named members', () => {
    expect(hasMembers({ a: 1, b: 2 }, ['a', 'b'])).toBe(true)
    expect(hasMembers({ a: 1, b: 2 }, ['a'])).toBe(false)
    expect(hasMembers({ a: 1 }, ['a', 'b'])).toBe(false)
    expect(hasMembers({ a: 1, b: 2 }, ['a'], ['b'])).toBe(true)
    expect(hasMembers([], [])).toBe(false)
    expect(hasMembers({}, ['toString'])).toBe(false)
  })
})
