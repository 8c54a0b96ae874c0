// How is a step of a working shown? The same four texts on the result page, in the minutes and on the command line.
import { type AnyRule, isContest } from './contest-rule.ts'
import type { Bilingual } from './rule.ts'
import { grouped, type Step } from './step.ts'
import { explainStep } from './words.ts'

export interface ShownStep {
  /** What the step is. */
  is: string
  /** What came out; empty where the working says it already, or it is a code. */
  value: string
  working: string
  /** Which rounding the rule asks for; empty where the step is exact. */
  rounded: string
}

/** Steps whose value only repeats what the working says. */
const REPEATED: ReadonlySet<string> = new Set([
  'item-marks',
  'evaluator-totals',
  'pass-mark',
  'total-mark',
  'limits',
  'picks',
  'drawn',
])

type Titled = { id: string; title: Bilingual }

/** Steps of amounts: their figures are grouped for reading, "404,158,750", wherever the published working has them in one piece. */
const AMOUNTS: ReadonlySet<string> = new Set(['planned', 'fixed-costs', 'floor', 'net-cost', 'net-cost-line', 'tie'])
const inGroups = (text: string): string => text.replace(/(?<![\d.,])\d{4,}/g, (whole) => grouped(whole))

/** What a rule gives titles to: groups of evaluators, items, and parts that the officer scores. */
function titledIn(rule: AnyRule): { before: readonly Titled[]; added: readonly Titled[] } {
  const quality = isContest(rule) ? rule.quality : rule
  const parts = isContest(rule) ? (rule.examination ?? rule.comprehensive)?.parts : undefined
  const items = quality?.items ?? []
  return { before: [...(quality?.tech.groups ?? []), ...items], added: [...items, ...(parts ?? [])] }
}

/** Steps whose working begins with a group or an item, "common: (76 + 80) ÷ 2", and those that add up named points, "record 5 + credit 4". */
const BEFORE: ReadonlySet<string> = new Set(['evaluator-totals', 'item-marks', 'item-mean', 'trimmed-mean', 'members'])
const ADDED: ReadonlySet<string> = new Set(['quantitative', 'ability'])

/** What was looked at between equal bidders is published by a word for each: "tech 65; [plan] 18; lot pending". */
const LOOKED_AT: ReadonlyMap<string, Bilingual> = new Map([
  ['tech', { ko: '기술', en: 'technology' }],
  ['ability', { ko: '심사 점수', en: 'examined parts' }],
  ['price', { ko: '가격', en: 'price' }],
  ['lot drawn', { ko: '공개 추첨으로 정함', en: 'settled by the public lot' }],
  ['lot pending', { ko: '공개 추첨 전', en: 'the public lot is still to be drawn' }],
])

function tieInWords(working: string, items: readonly Titled[], lang: 'ko' | 'en'): string {
  const inWords = (looked: string): string => {
    // Stryker disable next-line ArrayDeclaration: of what does not match nothing is read
    const [, id, word, figure = ''] = /^(?:\[([^\]]+)\]|([a-z][a-z ]*[a-z]))( \d[\d.]*)?$/.exec(looked) ?? []
    const words = id === undefined ? LOOKED_AT.get(String(word)) : items.find((item) => item.id === id)?.title
    return words ? `${words[lang]}${figure}` : looked
  }
  return working.split('; ').map(inWords).join('; ')
}

/** A working with titles in the place of ids: the published one is in no language. */
function inTitles({ label, working }: Step, rule: AnyRule, lang: 'ko' | 'en'): string {
  const { before, added } = titledIn(rule)
  if (label === 'tie') return tieInWords(working, before, lang)
  const titled = (text: string, among: readonly Titled[], mark: string): string => {
    const found = among.find(({ id }) => text.startsWith(`${id}${mark}`))
    return found ? `${found.title[lang]}${text.slice(found.id.length)}` : text
  }
  if (ADDED.has(label))
    return working
      .split(' + ')
      .map((term) => titled(term, added, ' '))
      .join(' + ')
  if (!BEFORE.has(label)) return working
  // A group stands before its items.
  const group = before.find(({ id }) => working.startsWith(`${id}: `))
  if (!group) return working
  const rest = working.slice(group.id.length + 2)
  return `${group.title[lang]}: ${titled(rest, before, ': ')}`
}

const NO_PLANNED = { ko: '예정가격 대신 예산', en: 'Budget, in place of a planned price' }

/**
 * A step in one language; with the rule at hand it also says where and how it was rounded, and calls items, groups and parts by their titles.
 *
 * Example: the price step of 98,000,000 against 96,000,000 at ten points, in English: is "Price score", value "9.7959",
 * working "10 × 96,000,000 ÷ 98,000,000 = 9.795918", rounded "half up, 4 decimals kept".
 */
export function shownStep(step: Step, rule: AnyRule | undefined, lang: 'ko' | 'en'): ShownStep {
  const { is, rounded } = explainStep(step, rule)
  const readable = (text: string) => (AMOUNTS.has(step.label) ? inGroups(text) : text)
  // Where no planned price is made (비예가) the step says so, and which amount stands in its place.
  const budget = step.label === 'planned' && rule && isContest(rule) && rule.planned.how === 'none'
  if (budget) return { is: NO_PLANNED[lang], value: '', working: step.working.replace(/^budget /, ''), rounded: '' }
  const value = REPEATED.has(step.label) ? '' : readable(step.value)
  const working = readable(rule ? inTitles(step, rule, lang) : step.working)
  return { is: is[lang], value, working, rounded: rounded[lang] }
}
