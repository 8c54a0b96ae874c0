// Are both languages complete, and is every word that a page asks for there?
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { PAGES } from '../../src/api/pages.ts'

const WEB = fileURLToPath(new URL('../../web', import.meta.url))
const LANGUAGES = ['ko', 'en'] as const
type Language = (typeof LANGUAGES)[number]

/** Keys with dots between their parts, each with its words. */
function flat(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value as object).flatMap(([key, inner]) => flat(inner, `${path}.${key}`))
}

const nounsOf = (language: Language) =>
  readdirSync(join(WEB, 'locales', language)).map((file) => file.replace(/\.json$/, ''))

function catalog(language: Language): Map<string, string> {
  return new Map(
    nounsOf(language).flatMap((noun) =>
      flat(JSON.parse(readFileSync(join(WEB, 'locales', language, `${noun}.json`), 'utf8')), noun),
    ),
  )
}

const CATALOGS = { ko: catalog('ko'), en: catalog('en') }

const PLURAL = /_(zero|one|two|few|many|other)$/
/** A key as code asks for it, without the plural form that the number chooses. */
const asked = (key: string) => key.replace(PLURAL, '')
const KEYS = { ko: new Set([...CATALOGS.ko.keys()].map(asked)), en: new Set([...CATALOGS.en.keys()].map(asked)) }

function codeFiles(dir = WEB): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name)
    return entry.isDirectory() ? codeFiles(path) : /\.(ts|tsx)$/.test(entry.name) ? [path] : []
  })
}

const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')
const CODE = codeFiles().map((path) => ({
  path: path.slice(WEB.length + 1),
  code: withoutComments(readFileSync(path, 'utf8')),
}))

type Asked = { path: string; key: string; pattern: RegExp }

/** Every text in the code that has the form of a key of one of the nouns; `${…}` in a template stands for one part or more. */
const NOUNS = `(?:${[...new Set(LANGUAGES.flatMap(nounsOf))].join('|')})`
const LITERAL = new RegExp(`(['"])(${NOUNS}\\.[\\w.-]+)\\1|\`(${NOUNS}\\.(?:\\$\\{[^}]*\\}|[\\w.-])+)\``, 'g')
const ASKED: Asked[] = CODE.flatMap(({ path, code }) =>
  [...code.matchAll(LITERAL)].map((match) => {
    const key = (match[2] ?? match[3]) as string
    const pattern = key
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replaceAll('.', '\\.'))
      .join('.+')
    return { path, key, pattern: new RegExp(`^${pattern}$`) }
  }),
).filter(({ key }) => !/\.tsx?$/.test(key))

/** Two particles at once, one in brackets: the writer did not know the word before them. */
const BOTH = /[은는이가을를와과]\s*\([은는이가을를와과]\)|\(이\)|\(으\)/

/** The facts that a text wants filled in. */
const holders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1]).sort()

describe('the catalogs', () => {
  test('have the same nouns, and those that the pages name', () => {
    expect(nounsOf('ko')).toEqual(nounsOf('en'))
    const named = PAGES.flatMap((page) => page.words)
    expect(named.filter((noun) => !nounsOf('ko').includes(noun))).toEqual([])
  })

  test('have the same keys in both languages', () => {
    expect([...KEYS.ko].filter((key) => !KEYS.en.has(key))).toEqual([])
    expect([...KEYS.en].filter((key) => !KEYS.ko.has(key))).toEqual([])
  })

  test.each(LANGUAGES)('have every plural form that %s needs', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const plurals = new Set([...CATALOGS[language].keys()].filter((key) => PLURAL.test(key)).map(asked))
    const missing = [...plurals]
      .flatMap((key) => forms.map((form) => `${key}_${form}`))
      .filter((key) => !CATALOGS[language].has(key))
    expect(missing).toEqual([])
  })

  test('have no empty words', () => {
    const empty = LANGUAGES.flatMap((language) => [...CATALOGS[language]].filter(([, words]) => words.trim() === ''))
    expect(empty).toEqual([])
  })

  test('fill in the same facts in both languages', () => {
    const differ = [...CATALOGS.en].flatMap(([key, words]) => {
      const ko = CATALOGS.ko.get(key) ?? CATALOGS.ko.get(`${asked(key)}_other`) ?? ''
      const [a, b] = [new Set(holders(ko)), new Set(holders(words))]
      // "1 tender" need not repeat the number that its form already is.
      const same = [...a].every((name) => b.has(name) || PLURAL.test(key)) && [...b].every((name) => a.has(name))
      return same ? [] : [`${key}: ${ko} | ${words}`]
    })
    expect(differ).toEqual([])
  })

  test('choose Korean particles by the word before them, never both at once', () => {
    expect([...CATALOGS.ko].filter(([, words]) => BOTH.test(words))).toEqual([])
  })
})

describe('the sentences of rules, refusals and the log', () => {
  test('put no word before a particle that would have to fit it', () => {
    const src = fileURLToPath(new URL('../../src', import.meta.url))
    const found = codeFiles(src).flatMap((path) =>
      withoutComments(readFileSync(path, 'utf8'))
        .split('\n')
        .filter((line) => BOTH.test(line))
        .map((line) => `${path.slice(src.length + 1)}: ${line.trim()}`),
    )
    expect(found).toEqual([])
  })

  test('would be seen to', () => {
    expect(['기록이(가) 없습니다.', '보관 기관 X은(는)', 'b(으)로'].every((text) => BOTH.test(text))).toBe(true)
    expect(['보관 기관(X)이 없습니다.', '이름(가상)', '1순위(X)가'].some((text) => BOTH.test(text))).toBe(false)
  })
})

describe('the code', () => {
  test('asks only for words that are there', () => {
    expect(ASKED.length).toBeGreaterThan(100)
    const missing = ASKED.filter(({ pattern }) => ![...KEYS.ko].some((key) => pattern.test(key)))
    expect(missing.map(({ path, key }) => `${path}: ${key}`)).toEqual([])
  })

  test('leaves no words that nobody asks for', () => {
    const unused = [...KEYS.ko].filter((key) => !ASKED.some(({ pattern }) => pattern.test(key)))
    expect(unused).toEqual([])
  })

  test('has no Korean words in what it draws but the name of the service, of the language and of numbers', () => {
    const own = ['parts/header.tsx', 'parts/language-switch.tsx', 'parts/money.tsx']
    // Words in both languages at once, as in the tables of the domain, are no text of one page.
    const drawn = CODE.map(({ path, code }) => ({ path, code: code.replace(/\bko: (['"`]).*?\1/g, '') }))
    const found = drawn.filter(
      ({ path, code }) => path.endsWith('.tsx') && !own.includes(path) && /[가-힣]{2,}/.test(code),
    )
    expect(found.map(({ path, code }) => `${path}: ${/.*[가-힣]{2,}.*/.exec(code)?.[0].trim()}`)).toEqual([])
  })

  test('is seen to ask: a key that is not there is found missing', () => {
    const planted = /^tenders\.no-such-words$/
    expect([...KEYS.ko].some((key) => planted.test(key))).toBe(false)
  })
})
