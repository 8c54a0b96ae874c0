// Is a draft fit to be drafted, and fit to be published? Every reason why not.

import { seatsOf } from '../evaluators/committee-draw.ts'
import { type PoolRule, poolRuleReasons } from '../evaluators/pool.ts'
import { parseTime } from '../kit/time.ts'
import type { Reason } from '../kit/verdict.ts'
import { anyWarnings, checkAnyRule } from '../scoring/contest-check.ts'
import { type AnyRule, isContest } from '../scoring/contest-rule.ts'
import { METHODS, type Method, type MethodId } from '../scoring/methods.ts'
import type { QualityRule } from '../scoring/rule.ts'
import { qualityOf } from './procedure.ts'
import { standstillReasons } from './standstill.ts'

export type DraftFacts = {
  notice: {
    method: string
    minBids: number
    budget: { amount: string; currency: string }
    standstillHours?: number | undefined
  }
  rule: AnyRule
  deadline: string
  openAfter: string
  evaluators: readonly string[]
  /** How the committee is drawn; without it the evaluators are those named. */
  pool?: PoolRule | undefined
}

const lacks = (field: string, at: string): Reason => ({ code: 'draft-incomplete', facts: { field }, at })

/** What a rule by price must be besides so that a tender can be run by it here: every reason. */
function contestReasons(rule: AnyRule, minBids: number): Reason[] {
  if (!isContest(rule)) return []
  const reasons: Reason[] = []
  // Opened prices bear names: who may undercut its own only would be known by what it bids.
  if (rule.auction && rule.auction.undercut !== 'lowest')
    reasons.push(lacks('undercut = lowest', '/rule/auction/undercut'))
  // What nobody may know before the opening would have to be sealed, and the officer is no bidder.
  if (rule.planned.how === 'single' && rule.planned.amount === null)
    reasons.push(lacks('planned price', '/rule/planned/amount'))
  // A sealed price holds two numbers.
  if (rule.planned.how === 'prelim' && rule.planned.picks !== 2) reasons.push(lacks('picks = 2', '/rule/planned/picks'))
  if (rule.dp !== 0) reasons.push(lacks('dp = 0', '/rule/dp'))
  if (rule.leastBids > minBids) reasons.push(lacks(`minBids ≥ ${rule.leastBids}`, '/notice/minBids'))
  return reasons
}

/** Every seat is in one group of the rule, and no group has a seat that is not there: else nobody could add up the marks. */
function groupSeatReasons(quality: QualityRule | null, seats: number): Reason[] {
  const groups = quality?.tech.groups
  if (!groups) return []
  const grouped = groups.flatMap((group) => group.evaluators)
  const all = Array.from({ length: seats }, (_, n) => `E${n + 1}`)
  return [...all].sort().join() === [...grouped].sort().join() ? [] : [lacks('groups', '/rule/tech/groups')]
}

/** Who marks: exactly where there is something to mark, either named or drawn. */
function committeeReasons({ rule, evaluators, pool }: DraftFacts): Reason[] {
  const named = evaluators.length
  const marked = qualityOf(rule)?.items.some((item) => item.kind === 'qualitative') ?? false
  const wrong = marked
    ? named > 0 === (pool !== undefined)
    : pool !== undefined || (qualityOf(rule) === null && named > 0)
  const reasons = new Set(evaluators).size !== named || wrong ? [lacks('evaluators', '/evaluators')] : []
  reasons.push(...groupSeatReasons(qualityOf(rule), pool ? seatsOf(pool).length : named))
  return pool ? [...reasons, ...poolRuleReasons(pool)] : reasons
}

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
  const { rule } = draft
  const { method, minBids } = draft.notice
  const row = Object.hasOwn(METHODS, method) ? METHODS[method as MethodId] : null
  if (row?.defaults.kind !== rule.kind) reasons.push(lacks('method', '/notice/method'))
  if (draft.notice.budget.currency !== draft.rule.currency) reasons.push(lacks('currency', '/rule/currency'))
  reasons.push(...standstillReasons(draft.notice.standstillHours))
  reasons.push(...committeeReasons(draft), ...contestReasons(rule, minBids))
  const seats = draft.pool ? seatsOf(draft.pool).length : draft.evaluators.length
  const verdict = checkAnyRule(rule, qualityOf(rule) ? seats : null)
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

/**
 * Advice on a rule that holds: what authorities' item rules object to, and weights that are not those that the method's row is known by.
 * Example: 85/15 under the row of 90/10 is allowed, and said.
 */
export function draftAdvice(method: string, rule: AnyRule): Reason[] {
  const row: Method | null = Object.hasOwn(METHODS, method) ? METHODS[method as MethodId] : null
  const usual = row && 'weights' in row.defaults ? row.defaults.weights : null
  const found = anyWarnings(rule)
  if (isContest(rule) || usual === null || usual.tech === rule.weights.tech) return found
  const { tech, price } = rule.weights
  const facts = { tech, price, usualTech: usual.tech, usualPrice: usual.price }
  return [{ code: 'weights-differ-from-method', facts, at: 'weights' }, ...found]
}
