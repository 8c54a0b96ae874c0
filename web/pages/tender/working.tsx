// How did this figure come about? The steps of a score, each with its working, as the scoring itself wrote them.
import { useTranslation } from 'react-i18next'
import type { Step } from '../../../src/domain/scoring/step.ts'

const KNOWN = new Set([
  'evaluator-totals',
  'item-marks',
  'item-mean',
  'trimmed-mean',
  'quantitative',
  'technical',
  'pass-mark',
  'graded',
  'rate',
  'price',
  'total',
  'tie',
])

/** `value` that only repeats what the working says, or is a code, is not shown twice. */
const shownValue = (step: Step): string =>
  ['item-marks', 'evaluator-totals', 'pass-mark'].includes(step.label) ? '' : step.value

export function Working({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation()
  return (
    <ol className="flex flex-col gap-2">
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one score do not move
        <li className="border-line border-s-2 ps-3" key={i}>
          <span className="font-semibold">{KNOWN.has(step.label) ? t(`tender.step.${step.label}`) : step.label}</span>
          {shownValue(step) && <span className="tnum"> = {shownValue(step)}</span>}
          <br />
          <code className="tnum text-muted">{step.working}</code>
        </li>
      ))}
    </ol>
  )
}
