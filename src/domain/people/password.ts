// Is this a password that may be chosen? Long enough, known to no list, and not made of what everybody knows about its owner.
import type { Reason } from '../kit/verdict.ts'

/** Characters, not bytes: code points of the normalised text. Length is what makes a password hard to guess; nothing else is asked of it. */
export const LEAST = 12
export const MOST = 128
/** Of a password without the words that anybody could know about its owner, so much must be left. */
const LEFT = 8
/** Shorter words are found inside others by chance. */
const WORD = 4

/** One text, one password, however a keyboard composes it: Unicode normalisation form C (UAX #15). */
export const normalised = (password: string): string => password.normalize('NFC')

const KEYBOARD = [
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'abcdefghijklmnopqrstuvwxyz',
  'ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ',
]
const RUNS = KEYBOARD.flatMap((row) => {
  const twice = row + row
  return [twice, [...twice].reverse().join('')]
})

/** What is left when repetitions and runs along a keyboard or an alphabet count as one character each. */
function distinctSteps(points: readonly string[]): number {
  let steps = 0
  for (const [i, point] of points.entries()) {
    const before = points[i - 1] ?? ''
    const runs = before !== '' && RUNS.some((row) => row.includes(before + point))
    if (point !== before && !runs) steps++
  }
  return steps
}

/** The shortest block that, repeated, gives the whole: 3 for `abcabcabcabc`. */
function period(points: readonly string[]): number {
  const n = points.length
  for (let length = 1; length <= n / 2; length++)
    if (n % length === 0 && points.every((point, i) => point === points[i % length])) return length
  return n
}

/**
 * Every reason against a password: NIST SP 800-63B 5.1.1.2 and ASVS 5 V6.2 (length, any character, lists, context; no rules of
 * composition). `about` are words that others know: name, e-mail address, organisation, the service itself. `leaked` asks a list
 * of passwords that were found in breaches.
 * Example: `madang-madang-1` about 'madang' leaves `--1`, three of the eight that must be left: `password-context`.
 */
export function passwordFaults(
  password: string,
  about: readonly string[],
  leaked: (password: string) => boolean,
): Reason[] {
  const text = normalised(password)
  const points = [...text]
  const reasons: Reason[] = []
  const add = (code: string, facts: Reason['facts'] = {}) => reasons.push({ code, facts, at: '/password' })
  if (points.length < LEAST) add('password-too-short', { least: LEAST })
  if (points.length > MOST) add('password-too-long', { most: MOST })
  const small = text.toLowerCase()
  // A short one is told to be longer; that it is in a list as well helps nobody.
  if (points.length >= LEAST && leaked(text)) add('password-leaked')
  if (points.length >= LEAST && (period(points) <= 4 || distinctSteps([...small]) < 5)) add('password-simple')
  const words = about
    .flatMap((one) => [one, ...one.split(/[\s@.\-_()（）]+/)])
    .map((word) => word.normalize('NFC').toLowerCase())
    .filter((word) => [...word].length >= WORD)
    .sort((a, b) => b.length - a.length)
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), small)
  if (rest !== small && [...rest].length < LEFT) add('password-context')
  return reasons
}
