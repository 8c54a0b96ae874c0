// Which names are taken, in which form, and which two can be taken for each other?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanName, LONGEST_NAME, mixesScripts, skeleton } from '../../../src/domain/organisations/names.ts'

const clean = (text: string) => {
  const found = cleanName(text, '/name')
  return found.ok ? found.value : found.reasons[0]?.code
}

describe('a name', () => {
  test('with marks that turn the direction, signs without width, controls or fillers is refused', () => {
    for (const sign of [
      '\u202E',
      '\u200F',
      '\u2066',
      '\u200B',
      '\u200D',
      '\u2060',
      '\uFEFF',
      '\u00AD',
      '\u0000',
      '\u3164',
      '\u2800',
    ])
      expect([sign.codePointAt(0), clean(`다솜${sign}소프트`)]).toEqual([sign.codePointAt(0), 'name-invisible'])
  })

  test('is kept composed, with plain blanks and no others', () => {
    expect(clean('  ㈜다솜　 소프트 ')).toBe('(주)다솜 소프트')
    expect(clean('다솜'.normalize('NFD'))).toBe('다솜')
    expect(clean('ＤＡＳＯＭ')).toBe('DASOM')
  })

  test('has a letter or digit, and a hundred characters at most', () => {
    for (const text of ['', '   ', '---', '☃☃']) expect(clean(text)).toBe('name-empty')
    expect(clean('가'.repeat(LONGEST_NAME))).toBe('가'.repeat(LONGEST_NAME))
    expect(clean('가'.repeat(LONGEST_NAME + 1))).toBe('name-too-long')
  })

  test('that was cleaned is cleaned: the second time changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = cleanName(text, '')
        if (once.ok) expect(cleanName(once.value, '')).toEqual(once)
      }),
    )
  })
})

describe('names that can be taken for each other', () => {
  test.each([
    ['(주)다솜 소프트', '다솜소프트 주식회사'],
    ['㈜ 다솜소프트', '다솜소프트'],
    ['PAYCO Inc.', 'РАУСО'],
    ['Garam Systems Co., Ltd.', 'garam-systems'],
    ['Google', 'G00gle'],
    ['Café', 'Cafe'],
  ])('%s and %s leave the same', (a, b) => {
    expect(skeleton(a)).toBe(skeleton(b))
    expect(skeleton(a)).not.toBe('')
  })

  test('control: other names leave other rests', () => {
    for (const [a, b] of [
      ['다솜소프트', '다솜소프트웨어'],
      ['Garam', 'Garan'],
    ] as const)
      expect(skeleton(a)).not.toBe(skeleton(b))
  })

  test('a word of two scripts that look alike is marked; Latin beside Hangul is not', () => {
    expect(mixesScripts('Nuri Sоft')).toBe(true)
    expect(mixesScripts('Nuri Soft')).toBe(false)
    expect(mixesScripts('LG전자')).toBe(false)
    expect(mixesScripts('Мадан Garam')).toBe(false)
  })
})
