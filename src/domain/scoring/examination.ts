// How many points does a price get in a qualification examination, and does the bidder pass with what the officer examined?
import { compare, divide, larger, multiply, subtract, total } from '../kit/fraction.ts'
import { ceil, halfUp, plain } from '../kit/rounding.ts'
import type { ExaminationRule, OfficerPart } from './contest-rule.ts'
import { grouped, type Step } from './step.ts'

/**
 * The price score: q = halfUp((x − A) ÷ (P − A), ratioDp), then max(least, M − c × |b × 100 − q × 100|); from fixedRatio up to P
 * the fixed score. Two steps: the ratio and the points.
 *
 * Example, works table 3: x 490,471,837, P 542,603,425, A 34,250,535 give q 0.8975 and "75"; one won less "74.8".
 * A planned price that is all fixed costs leaves nothing to compare: q is 1 there.
 */
export function examinedPrice(
  rule: ExaminationRule,
  planned: string,
  fixedCosts: string,
  amount: string,
): [Step, Step] {
  const width = subtract(planned, fixedCosts)
  const isFlat = width.n <= 0n
  const q = isFlat ? '1' : halfUp(subtract(amount, fixedCosts), width, rule.ratioDp)
  const quotient =
    fixedCosts === '0'
      ? `${grouped(amount)} ÷ ${grouped(planned)}`
      : `(${grouped(amount)} − ${grouped(fixedCosts)}) ÷ (${grouped(planned)} − ${grouped(fixedCosts)})`
  const ratio: Step = { label: 'ratio', working: isFlat ? '1' : `${quotient} → ${q}`, value: q }
  const { fixedRatio, fixedScore } = rule
  // Stryker disable next-line LogicalOperator,ConditionalExpression: a rule has both or none, or it is refused (fixed-score-half)
  if (fixedRatio !== undefined && fixedScore !== undefined && compare(q, fixedRatio) >= 0) {
    if (compare(amount, planned) <= 0) {
      return [
        ratio,
        { label: 'price', working: `${q} ≥ ${plain(fixedRatio)}: ${plain(fixedScore)}`, value: plain(fixedScore) },
      ]
    }
  }
  const [best, own] = [multiply(rule.best, 100), multiply(q, 100)]
  // Stryker disable next-line EqualityOperator: where they are equal the distance is 0 both ways
  const distance = compare(best, own) >= 0 ? subtract(best, own) : subtract(own, best)
  const points = subtract(rule.points, multiply(rule.slope, distance))
  const value = plain(larger(points, rule.least))
  const formula = `${plain(rule.points)} − ${plain(rule.slope)} × |${plain(best)} − ${plain(own)}|`
  const working = compare(points, rule.least) < 0 ? `max(${plain(rule.least)}, ${formula})` : formula
  return [ratio, { label: 'price', working: `${working} = ${value}`, value }]
}

/** The officer's parts, each rounded up to `dp` decimals, and their sum: 14.981 and 5 with two decimals are "19.99". */
export function partsScore(
  parts: readonly OfficerPart[],
  dp: number,
  scoreOf: (part: string) => string,
): { value: string; step: Step } {
  const made = parts.map(({ id }) => {
    const [given, kept] = [plain(scoreOf(id)), ceil(scoreOf(id), 1, dp)]
    return { kept, text: given === kept ? `${id} ${kept}` : `${id} ${given} → ${kept}` }
  })
  const value = plain(total(made.map((m) => m.kept)))
  return { value, step: { label: 'ability', working: made.map((m) => m.text).join(' + '), value } }
}

/** The lowest share of P − A that still passes when everything else is full: with t, bids from t − half a last digit of q on. */
export function passingShare(rule: ExaminationRule): string {
  const others = total(rule.parts.filter((p) => !p.bonus).map((p) => p.max))
  const missing = subtract(rule.points, subtract(rule.passMark, others))
  const t = subtract(rule.best, divide(missing, multiply(rule.slope, 100)))
  return plain(subtract(t, divide(1, 2n * 10n ** BigInt(rule.ratioDp))))
}
