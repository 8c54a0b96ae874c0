// Is every entry in its one canonical form, and does a sealed one say nothing?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, FormatError, fromUtf8, utf8 } from '../../src/proof/bytes.ts'
import { isInstant } from '../../src/proof/instant.ts'
import { commitment, openLeaf, readLeaf, sealedLeaf } from '../../src/proof/leaf.ts'

const hash = b64u(new Uint8Array(32).fill(3))
const fields = {
  typ: 'tender.notice/1',
  at: '2027-01-04T00:00:00Z',
  org: 'agency.example',
  ref: 'R27BK99990001',
  by: '-',
  h: hash,
}

describe('entries that are refused', () => {
  test.each([
    ['a type without a version', { typ: 'tender.notice' }],
    ['the type of a sealed entry', { typ: 'sealed/1' }],
    ['a type in capitals', { typ: 'Tender/1' }],
    ['a time with an offset', { at: '2027-01-04T09:00:00+09:00' }],
    ['a 30th of February', { at: '2027-02-30T00:00:00Z' }],
    ['a 25th hour', { at: '2027-01-04T25:00:00Z' }],
    ['an empty organisation', { org: '' }],
    ['a hash of another length', { h: b64u(new Uint8Array(20)) }],
    ['a hash in hexadecimal', { h: '00'.repeat(32) }],
    ['more than a bundle can hold', { ref: 'x'.repeat(65_536) }],
  ])('refuses to write %s', (_, change) => {
    expect(() => openLeaf({ ...fields, ...change })).toThrow(FormatError)
  })

  test.each([
    ['another order', JSON.stringify({ v: 1, ...fields })],
    ['spaces', fromUtf8(openLeaf(fields)).replace(':', ': ')],
    ['a newline at the end', `${fromUtf8(openLeaf(fields))}\n`],
    ['another version', fromUtf8(openLeaf(fields)).replace('"v":1', '"v":2')],
    ['a member too many', `${fromUtf8(openLeaf(fields)).slice(0, -1)},"w":1}`],
    ['a sealed entry of another type', fromUtf8(sealedLeaf(hash)).replace('sealed/1', 'sealed/2')],
    ['a sealed entry that says more', `{"at":"2027-01-04T00:00:00Z",${fromUtf8(sealedLeaf(hash)).slice(1)}`],
    ['nothing', ''],
    ['a number', '1'],
  ])('refuses to read %s', (_, text) => {
    expect(() => readLeaf(utf8(text))).toThrow(FormatError)
  })

  test('refuses a commitment or salt of another length', () => {
    expect(() => sealedLeaf(b64u(new Uint8Array(31)))).toThrow(FormatError)
    expect(() => commitment(P, new Uint8Array(16), 'cover')).toThrow(FormatError)
  })

  test('throws nothing but FormatError, whatever is changed in an entry', () => {
    const good = openLeaf(fields)
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const changed = good.slice()
        changed[at] = byte
        try {
          expect(openLeaf(readLeaf(changed) as typeof fields)).toEqual(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('entries that are written', () => {
  test('are read back as they were', () => {
    expect(readLeaf(openLeaf(fields))).toEqual({ v: 1, ...fields })
    expect(readLeaf(sealedLeaf(hash))).toEqual({ v: 1, typ: 'sealed/1', c: hash })
  })

  test('a sealed entry has the same length for every act, and another commitment for every salt', () => {
    const acts = ['cover', 'eyJ.eyJ.sig', 'x'.repeat(5000)]
    const leaves = acts.map((act) => sealedLeaf(commitment(P, P.random(32), act)))
    expect(new Set(leaves.map(({ length }) => length)).size).toBe(1)
    expect(commitment(P, P.random(32), 'cover')).not.toBe(commitment(P, P.random(32), 'cover'))
  })

  test('know seconds and thousandths of the calendar in UTC', () => {
    for (const good of ['2028-02-29T23:59:59Z', '2027-01-04T00:00:00.123Z']) expect(isInstant(good)).toBe(true)
    for (const bad of [
      '2027-02-29T00:00:00Z',
      '2027-01-04T00:00:00.1Z',
      '2027-01-04 00:00:00Z',
      '2027-01-04T00:00:60Z',
      5,
      null,
      '2027-01-04T24:00:00Z',
    ]) {
      expect(isInstant(bad)).toBe(false)
    }
  })
})
