// How did this figure come about? The steps of a score, each with its working and rounding, as the scoring itself wrote them.
import { useTranslation } from 'react-i18next'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import type { Step } from '../../../src/domain/scoring/step.ts'
import { explainStep } from '../../../src/domain/scoring/words.ts'
import { inLanguage } from '../../i18n.ts'

/** `value` that only repeats what the working says, or is a code, is not shown twice. */
const shownValue = (step: Step): string =>
  ['item-marks', 'evaluator-totals', 'pass-mark', 'limits', 'picks', 'drawn'].includes(step.label) ? '' : step.value

/** With the rule at hand each step also says where and how it was rounded. */
export function Working({ steps, rule }: { steps: readonly Step[]; rule?: AnyRule }) {
  const { i18n } = useTranslation()
  return (
    <ol className="flex flex-col gap-2">
      {steps.map((step, i) => {
        const { is, rounded } = explainStep(step, rule)
        const how = inLanguage(rounded, i18n.language)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one score do not move
          <li className="border-line border-s-2 ps-3" key={i}>
            <span className="font-semibold">{inLanguage(is, i18n.language)}</span>
            {shownValue(step) && <span className="tnum"> = {shownValue(step)}</span>}
            <br />
            <code className="tnum break-words text-muted">{step.working}</code>
            {how && <span className="note"> ({how})</span>}
          </li>
        )
      })}
    </ol>
  )
}
