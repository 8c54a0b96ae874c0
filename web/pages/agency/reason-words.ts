// What does a reason against a draft or its rule say to an officer?
import { useTranslation } from 'react-i18next'
import { PROBLEMS, wordsOf } from '../../../src/api/problems.ts'
import type { Reason } from '../../../src/domain/kit/verdict.ts'
import { REFUSAL_WORDS, refusalWords } from '../../../src/domain/scoring/refusal-words.ts'
import { STANDSTILL } from '../../../src/domain/tenders/standstill.ts'
import { inLanguage } from '../../i18n.ts'
import type { ItemRow } from './draft-form.ts'

/** Reasons of the scoring rules that have words of their own; amounts share one. */
const KNOWN = new Set([
  'text-missing',
  'rule-without-items',
  'item-untitled',
  'item-maximum-malformed',
  'item-kind-differs-from-parent',
  'too-few-evaluators-to-trim',
  'rule-figure-out-of-range',
  'amount-not-positive',
  'draft-incomplete',
  'item-above-30-points',
  'item-above-10-points-not-split',
  'quantitative-above-20-points',
  'graded-gap-above-3-points',
  'grades-too-few',
  'grade-malformed',
  'grade-repeated',
  'grades-not-falling',
  'grade-too-fine',
  'group-shares-not-1',
  'members-of-qualitative-item',
  'weights-not-100',
  'technology-above-90-points',
  'weights-differ-from-method',
  'parts-do-not-sum',
  'part-untitled',
  'fixed-cost-unnamed',
  'rule-amount-malformed',
  'one-bid-is-no-competition',
  'floor-under-60-per-cent',
  'more-than-seven-fixed-costs',
  'floor-differs-from-formula',
  'floor-of-a-budget',
])

/** `items` are called by their titles. */
export function useReasonWords(items: readonly Pick<ItemRow, 'id' | 'ko' | 'en'>[]): (reason: Reason) => string {
  const { t, i18n } = useTranslation()
  return ({ code, facts: said, at }) => {
    const titled = items.find((item) => item.id === said.item)
    const facts = titled
      ? { ...said, item: inLanguage({ ko: titled.ko, en: titled.en }, i18n.language) || titled.id }
      : said
    if (code === 'rule-figure-out-of-range' && at?.endsWith('/grades')) return t('agency.why.grade-share')
    if (at === '/notice/standstillHours') return t('agency.why.standstill', STANDSTILL)
    if (code === 'text-missing') return t(`agency.why.text.${String(facts.field)}`)
    if (code.startsWith('amount-')) return t('agency.why.amount')
    if (KNOWN.has(code)) return t(`agency.why.${code}`, facts)
    if (code in REFUSAL_WORDS) return inLanguage(refusalWords({ code, facts }), i18n.language)
    return code in PROBLEMS ? inLanguage(wordsOf(code, facts), i18n.language) : t('agency.why.other', { code })
  }
}
