// AUT-10: which passwords may be chosen? Twelve characters of any kind that are in no list and say nothing that everybody knows.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LEAST, MOST, normalised, passwordFaults } from '../../../src/domain/people/password.ts'

const ABOUT = ['madang', '마당', '김가온', 'gaon.kim@dasom.example', '다솜소프트 (가상)', 'dasom', '가람시스템']
const nothing = () => false
const faults = (password: string, leaked: (p: string) => boolean = nothing) =>
  passwordFaults(password, ABOUT, leaked).map((reason) => reason.code)

describe('AUT-10 a password', () => {
  test.each([
    ['eleven characters', 'x7 Qm2 pL9v', ['password-too-short']],
    ['a hundred and twenty-nine', 'ab cd ef '.repeat(14).concat('xyz'), ['password-too-long']],
    ['one character, twelve times', 'aaaaaaaaaaaa', ['password-simple']],
    ['a block of four, repeated', '가나다라가나다라가나다라', ['password-simple']],
    ['a run along the keyboard', 'qwertyuiopasdf', ['password-simple']],
    ['digits in a row', '123456789012', ['password-simple']],
    ['digits in a row, backwards', '210987654321', ['password-simple']],
    ['the service twice', 'madang-madang', ['password-context']],
    ['the address', 'gaon.kim@dasom.example', ['password-context']],
    ['the organisation in capitals with a year', 'DASOM DASOM 2026', ['password-context']],
    ['its Korean name with a year', '다솜소프트다솜소프트2026', ['password-context']],
    ['short and of the service', 'madang', ['password-too-short', 'password-context']],
  ])('is refused: %s', (_, password, codes) => {
    expect(faults(password)).toEqual(codes)
  })

  test.each([
    ['twelve characters', 'x7 Qm2 pL9vT'],
    [
      'a hundred and twenty-eight',
      Array.from({ length: 128 }, (_, i) => String.fromCodePoint(0xac00 + i * 31)).join(''),
    ],
    ['a sentence', 'three custodians and a tree of hashes'],
    ['Korean words', '가을 들녘에 부는 바람 소리'],
    ['emoji, each one character', '🐯🦁🐮🐷🐸🐵🐔🐧🐦🦆🦅🦉'],
    ['a name inside of much else', 'dasom is where the river turns north'],
    ['letters of one case alone', 'wherefore art thou'],
    ['spaces at both ends', '  lantern under bridge  '],
  ])('is taken: %s', (_, password) => {
    expect(faults(password)).toEqual([])
  })

  test('hears every reason at once', () => {
    expect(faults('madangmadang', () => true)).toEqual(['password-leaked', 'password-context'])
  })

  test('is counted in characters, not in bytes or halves of characters', () => {
    const tiger = (n: number) => Array.from({ length: n }, (_, i) => String.fromCodePoint(0x1f400 + i)).join('')
    expect(faults(tiger(LEAST - 1))).toEqual(['password-too-short'])
    expect(faults(tiger(LEAST))).toEqual([])
    expect(faults(tiger(MOST))).toEqual([])
    expect(faults(tiger(MOST + 1))).toEqual(['password-too-long'])
  })

  test('is one, however a keyboard composes it, and other in everything else', () => {
    const composed = 'é가 한글 café naïve'
    expect(normalised(composed.normalize('NFD'))).toBe(normalised(composed))
    expect(normalised('Ａbc')).not.toBe(normalised('Abc'))
    expect(normalised(' abc')).not.toBe(normalised('abc'))
  })

  test('no text makes the rule fail, and a long enough one with twelve different letters passes it', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => Array.isArray(faults(text))))
    fc.assert(
      fc.property(fc.shuffledSubarray([...'bgjkqvwxzBGJKQVWXZ'], { minLength: 14 }), (letters) => {
        const text = letters.join(' ')
        expect(faults(text)).toEqual([])
      }),
    )
  })
})
