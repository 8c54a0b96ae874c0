// Is a draft fit to be drafted, and fit to be published? Every reason why not.

import { seatsOf } from '../evaluators/committee-draw.ts'
import { type PoolRule, poolRuleReasons } from '../evaluators/pool.ts'
import { parseTime } from '../kit/time.ts'
import type { Reason } from '../kit/verdict.ts'
import { NEGOTIATION_METHODS } from '../scoring/negotiation-methods.ts'
import type { AwardRule } from '../scoring/rule.ts'
import { checkRule } from '../scoring/rule-check.ts'

export type DraftFacts = {
  notice: { method: string; budget: { amount: string; currency: string } }
  rule: AwardRule
  deadline: string
  openAfter: string
  evaluators: readonly string[]
  /** How the committee is drawn; without it the evaluators are those named. */
  pool?: PoolRule | undefined
}

const lacks = (field: string, at: string): Reason => ({ code: 'draft-incomplete', facts: { field }, at })

/**
 * Reasons against a draft. A draft that passes can be published as far as its own content goes; `now` in milliseconds.
 * Reasons of the award rule are wrapped as `rule-invalid`, so that an officer reads them in one list.
 */
export function checkDraft(draft: DraftFacts, now: number): Reason[] {
  const reasons: Reason[] = []
  const deadline = parseTime(draft.deadline)
  const openAfter = parseTime(draft.openAfter)
  if (!deadline.ok) reasons.push(lacks('deadline', '/deadline'))
  if (!openAfter.ok) reasons.push(lacks('openAfter', '/openAfter'))
  if (deadline.ok && openAfter.ok && openAfter.value < deadline.value)
    reasons.push(lacks('openAfter ≥ deadline', '/openAfter'))
  if (deadline.ok && deadline.value <= now) reasons.push({ code: 'deadline-in-the-past', facts: {}, at: '/deadline' })
  if (!Object.hasOwn(NEGOTIATION_METHODS, draft.notice.method)) reasons.push(lacks('method', '/notice/method'))
  if (draft.notice.budget.currency !== draft.rule.currency) reasons.push(lacks('currency', '/rule/currency'))
  const named = draft.evaluators.length
  if (new Set(draft.evaluators).size !== named || named > 0 === (draft.pool !== undefined))
    reasons.push(lacks('evaluators', '/evaluators'))
  if (draft.pool) reasons.push(...poolRuleReasons(draft.pool))
  const verdict = checkRule(draft.rule, draft.pool ? seatsOf(draft.pool).length : named)
  if (!verdict.ok) {
    for (const reason of verdict.reasons) {
      const facts = Object.entries(reason.facts).map(([name, value]) => `${name} ${value}`)
      reasons.push({
        code: 'rule-invalid',
        facts: { why: [reason.code, ...facts].join(', ') },
        at: `/rule/${reason.at ?? ''}`,
      })
    }
  }
  return reasons
}
