// What do the scoring rules get to compute with? The facts of a tender as the log alone gives them: marks, states, prices.

import type { Answer } from '../kit/verdict.ts'
import type { AwardFacts, Bidder, TechnicalFacts } from '../scoring/facts.ts'
import type { AwardRule } from '../scoring/rule.ts'
import { checkRule } from '../scoring/rule-check.ts'
import { amountIn, type Notice, type ResultRow, type ScoresLocked } from './payloads.ts'

/**
 * Runs a scoring rule on a stranger's figures. Whatever shape they have, the answer is a value: a rule object of a wrong shape is
 * refused with `record-not-computable`.
 */
export function guarded<T>(compute: () => Answer<T>): Answer<T> {
  try {
    return compute()
  } catch (e) {
    if (!(e instanceof TypeError || e instanceof RangeError)) throw e
    return { ok: false, reasons: [{ code: 'record-not-computable', facts: { says: e.message.slice(0, 200) } }] }
  }
}

/** The rule of a notice, if scoring can work with it and the committee that the notice names. */
export const ruleOf = (notice: Notice): Answer<AwardRule> =>
  guarded(() => {
    const rule = notice.rule as unknown as AwardRule
    const verdict = checkRule(rule, notice.evaluators.length)
    return verdict.ok ? { ok: true, value: rule } : verdict
  })

/** Facts for the technical scores that are locked: bidders by label, those with a valid technical envelope only. */
export const lockedFacts = (rule: AwardRule, notice: Notice, locked: ScoresLocked): TechnicalFacts => ({
  rule,
  evaluators: notice.evaluators,
  bidders: locked.labels.map((l) => ({ id: l.label, technical: 'valid' as const })),
  marks: locked.marks,
  quantitative: locked.quantitative,
})

/**
 * Facts for the ranking, bidders by organisation: every effective submission has a row, whatever became of its envelopes.
 * A price envelope that is not on the price list is 'unopened'; one that holds no amount in the rule's currency is 'malformed'.
 *
 * @param lot bidders in the order of the public draw, where a tie reached it
 */
export function awardFacts(
  rule: AwardRule,
  notice: Notice,
  locked: ScoresLocked,
  bidders: readonly string[],
  results: { technical: ReadonlyMap<string, ResultRow>; price: ReadonlyMap<string, ResultRow> },
  lot?: string[],
): AwardFacts {
  const orgOf = new Map(locked.labels.map((l) => [l.label, l.bidder]))
  const named = <M extends { bidder: string }>(marks: readonly M[]): M[] =>
    marks.map((m) => ({ ...m, bidder: orgOf.get(m.bidder) ?? m.bidder }))
  const rows = bidders.map((id): Bidder => {
    const technical = results.technical.get(id)?.state === 'valid' ? 'valid' : 'malformed'
    const price = results.price.get(id)
    if (!price) return { id, technical, price: 'unopened', amount: null }
    const amount = price.state === 'valid' ? amountIn(price.body, rule.currency) : null
    return { id, technical, price: amount === null ? 'malformed' : 'valid', amount }
  })
  return {
    rule,
    evaluators: notice.evaluators,
    bidders: rows,
    marks: named(locked.marks),
    quantitative: named(locked.quantitative),
    ...(lot && { lot }),
  }
}
