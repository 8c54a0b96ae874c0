// May somebody be called this, and whom could it be taken for? Names are normalised once; what deceives the eye is refused or marked.
import { type Answer, answer, refuse } from '../kit/verdict.ts'

export const LONGEST_NAME = 100

/** Controls, marks that turn the direction of writing, signs without width, private and unassigned code points, lone surrogates. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]|\u115F|\u1160|\u3164|\uFFA0|\u034F|\u17B4|\u17B5|\u2800/u

/** Letters that look like Latin ones, by the Latin letter: those of Cyrillic and Greek, and two digits. */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  һ: 'h',
  і: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  п: 'n',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  у: 'y',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  γ: 'y',
  ɑ: 'a',
  ı: 'i',
  ɡ: 'g',
  '0': 'o',
  '1': 'l',
}

/** Words that say what form a firm has, not which firm it is. */
const FORMS =
  /주식회사|유한회사|유한책임회사|합자회사|사단법인|재단법인|\(주\)|\(유\)|\b(inc|ltd|llc|co|corp|gmbh|corporation|limited|company)\b\.?/gu

/**
 * A name as it is kept: NFKC, blanks at the ends gone and runs of them one. Refuses `name-invisible` for signs that nobody sees,
 * `name-empty` for one without a letter or digit, `name-too-long` for more than 100 characters. @param at place in the caller's input
 */
export function cleanName(written: string, at: string): Answer<string> {
  if (INVISIBLE.test(written)) return refuse([{ code: 'name-invisible', facts: {}, at }])
  const name = written.normalize('NFKC').replace(/\s+/gu, ' ').trim()
  if (INVISIBLE.test(name)) return refuse([{ code: 'name-invisible', facts: {}, at }])
  if (!/[\p{L}\p{N}]/u.test(name)) return refuse([{ code: 'name-empty', facts: {}, at }])
  if ([...name].length > LONGEST_NAME) return refuse([{ code: 'name-too-long', facts: { most: LONGEST_NAME }, at }])
  return answer(name)
}

/**
 * What is left of a name when all that the eye overlooks is taken away; two names with the same rest can be taken for each other.
 * Example: "(주)다솜 소프트" and "다솜소프트 주식회사" both leave 다솜소프트; "PАYCO" with a Cyrillic А leaves payco like the Latin one.
 */
export function skeleton(name: string): string {
  const plain = name.normalize('NFKC').toLowerCase().replace(FORMS, '')
  // Hangul stays composed; accents of other letters go.
  const bare = plain
    .normalize('NFD')
    .replace(/[\u0300-\u036F]/gu, '')
    .normalize('NFC')
  return [...bare]
    .map((sign) => LOOKS_LIKE[sign] ?? sign)
    .filter((sign) => /[\p{L}\p{N}]/u.test(sign))
    .join('')
}

const SCRIPTS = { latin: /\p{Script=Latin}/u, cyrillic: /\p{Script=Cyrillic}/u, greek: /\p{Script=Greek}/u }

/** Does a word of the name mix scripts whose letters look alike? Latin beside Hangul is usual and mixes nothing. */
export const mixesScripts = (name: string): boolean =>
  name.split(/[^\p{L}\p{N}]+/u).some((word) => Object.values(SCRIPTS).filter((script) => script.test(word)).length > 1)
