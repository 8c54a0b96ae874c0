// What does a score show of its own making? A step: which part, the working, the value.
import { type Exact, fraction } from '../kit/fraction.ts'
import { plain, shown } from '../kit/rounding.ts'

/**
 * One step of a score. `label` is a stable code (its words are elsewhere), `working` a formula in no language,
 * `value` what came out: { label: "price", working: "10 × 96,000,000 ÷ 98,000,000 = 9.795918…", value: "9.7959" }.
 */
export interface Step {
  label: string
  working: string
  value: string
}

/** Thousands separated for reading: 96000000 is "96,000,000"; decimals stay as they are. */
export function grouped(x: Exact): string {
  // Stryker disable next-line StringLiteral: there is always something before the point
  const [whole = '', decimals] = plain(x).split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return decimals === undefined ? spaced : `${spaced}.${decimals}`
}

/** A step whose working ends in its exact value, two digits finer than the value kept, so that the rounding can be seen. */
export function step(label: string, formula: string, exact: Exact, value: string, dp: number): Step {
  const seen = shown(fraction(exact), dp + 2)
  return { label, working: formula === seen ? formula : `${formula} = ${seen}`, value }
}
