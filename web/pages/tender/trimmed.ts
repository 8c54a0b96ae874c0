// Whose marks were left out? Read from the working of the score itself, so that the table shows what was computed.
import type { Step } from '../../../src/domain/scoring/step.ts'

export type Cut = {
  /** Evaluators whose whole sheet is left out for this bidder. */
  evaluators: ReadonlySet<string>
  /** Evaluators left out at one item: "item evaluator". */
  cells: ReadonlySet<string>
}

/** "E1 76.5; −E5 71" names E5: those with a minus before them. A group of evaluators stands before its own: "common: E1 76.5". */
const cutIn = (given: string): string[] =>
  given
    .slice(given.lastIndexOf(': ') + 1)
    .trimStart()
    .split('; ')
    .filter((part) => part.startsWith('−'))
    .map((part) => part.slice(1, part.lastIndexOf(' ')))

/** What was left out of one bidder's score. */
export function cutOf(steps: readonly Step[]): Cut {
  const whole = steps.filter((step) => step.label === 'evaluator-totals').flatMap((step) => cutIn(step.working))
  const cells = steps
    .filter((step) => step.label === 'item-marks')
    .flatMap((step) => {
      const before = step.working.slice(0, step.working.lastIndexOf(': '))
      const item = before.slice(before.lastIndexOf(': ') + 1).trimStart()
      return cutIn(step.working).map((by) => `${item} ${by}`)
    })
  return { evaluators: new Set(whole), cells: new Set(cells) }
}
