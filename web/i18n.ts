// In which language is the page, and where do its words come from? One catalog a noun and language, loaded with the page.
import { josa } from 'es-hangul'
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from './snapshot.ts'

type Catalog = { [key: string]: string | Catalog }
type Particle = Parameters<typeof josa>[1]

const FILES = import.meta.glob<Catalog>('./locales/*/*.json', { import: 'default' })

export const LANGUAGES: readonly Language[] = ['ko', 'en']

const loaded = new Set<string>()
/** Nouns of the pages seen so far: they are needed again when the language changes. */
const nouns = new Set<string>()

async function load(language: Language, noun: string): Promise<void> {
  const file = `./locales/${language}/${noun}.json`
  const read = FILES[file]
  if (loaded.has(file) || !read) return
  const words = await read()
  loaded.add(file)
  i18next.addResourceBundle(language, 'translation', { [noun]: words }, true, true)
}

/** The language that the page is in now. */
export const language = (): Language => (i18next.language === 'en' ? 'en' : 'ko')

/** Gets the catalogs of these nouns for the present language; a page waits for them as it waits for its code. */
export async function needWords(wanted: readonly string[]): Promise<void> {
  for (const noun of wanted) nouns.add(noun)
  await Promise.all(wanted.map((noun) => load(language(), noun)))
}

/** Changes the language here and, by the cookie, of all pages to come. */
export async function speak(next: Language): Promise<void> {
  await Promise.all([...nouns].map((noun) => load(next, noun)))
  await i18next.changeLanguage(next)
  document.documentElement.lang = next
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  // biome-ignore lint/suspicious/noDocumentCookie: the server reads it to set the language of the page
  document.cookie = `lang=${next}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
}

/** Starts in the language in which the server wrote the page. Resolves when the words of every page are there. */
export async function startWords(always: readonly string[]): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: document.documentElement.lang === 'en' ? 'en' : 'ko',
    fallbackLng: false,
    resources: {},
    keySeparator: '.',
    nsSeparator: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: 'added' },
    // A word that is missing is a defect that the tests must see.
    saveMissing: true,
    missingKeyHandler: (languages, _, key) => console.error(`no words for ${key} in ${languages.join(', ')}`),
  })
  // Korean particles depend on the word before them: {{name, josa(p: 이/가)}} gives 서울이 or 부산시가.
  i18next.services.formatter?.add('josa', (value, _, options) => josa(String(value), options.p as Particle))
  await needWords(always)
}

/** Of words in both languages, those of the page. */
export const inLanguage = (words: { ko: string; en: string }, lang: string): string =>
  lang === 'en' ? words.en : words.ko
