// How is a step of a working shown? The same four texts on the result page, in the minutes and on the command line.
import type { AnyRule } from './contest-rule.ts'
import type { Step } from './step.ts'
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
  'limits',
  'picks',
  'drawn',
])

/**
 * A step in one language; with the rule at hand it also says where and how it was rounded.
 *
 * Example: the price step of 98,000,000 against 96,000,000 at ten points, in English: is "Price score", value "9.7959",
 * working "10 × 96,000,000 ÷ 98,000,000 = 9.795918", rounded "half up, 4 decimals kept".
 */
export function shownStep(step: Step, rule: AnyRule | undefined, lang: 'ko' | 'en'): ShownStep {
  const { is, rounded } = explainStep(step, rule)
  const value = REPEATED.has(step.label) ? '' : step.value
  return { is: is[lang], value, working: step.working, rounded: rounded[lang] }
}
