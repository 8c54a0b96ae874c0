// How did this figure come about? The steps of a score, each with its working and rounding, as the scoring itself wrote them.
import { useTranslation } from 'react-i18next'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import { shownStep } from '../../../src/domain/scoring/shown-step.ts'
import type { Step } from '../../../src/domain/scoring/step.ts'

/** With the rule at hand each step also says where and how it was rounded. */
export function Working({ steps, rule }: { steps: readonly Step[]; rule?: AnyRule }) {
  const { i18n } = useTranslation()
  return (
    <ol className="flex flex-col gap-2">
      {steps.map((step, i) => {
        const { is, value, working, rounded } = shownStep(step, rule, i18n.language === 'en' ? 'en' : 'ko')
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps of one score do not move
          <li className="border-line border-s-2 ps-3" key={i}>
            <span className="font-semibold">{is}</span>
            {value && <span className="tnum"> = {value}</span>}
            <br />
            <code className="tnum break-words text-muted">{working}</code>
            {rounded && <span className="note"> ({rounded})</span>}
          </li>
        )
      })}
    </ol>
  )
}
