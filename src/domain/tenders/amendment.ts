// May the rule of a published tender be changed so? Every reason why not, beside those against the later deadline that it brings.
import { canonical, type Json } from '../../proof/canonical.ts'
import type { Reason } from '../kit/verdict.ts'
import type { AnyRule } from '../scoring/contest-rule.ts'
import { checkDraft, type DraftFacts } from './draft.ts'
import { keysetsOf, requiresOf } from './procedure.ts'

/** What an amendment puts in the place of what decides a published tender. */
export type Amending = { rule: AnyRule; method: string; budget: DraftFacts['notice']['budget'] }

const same = (a: unknown, b: unknown): boolean => canonical(a as Json) === canonical(b as Json)

/** Which envelopes there are, and what must come before each is opened. */
const pathOf = (tender: Pick<DraftFacts, 'rule' | 'pool'>): string =>
  keysetsOf(tender)
    .map((kind) => [kind, ...requiresOf(kind, tender)].join(' '))
    .join(', ')

/**
 * Reasons against changing the rule of a published tender, with its method and budget; `now` in milliseconds. What was published as to
 * envelopes and committee stays: who changes those cancels and publishes anew. The rule must hold as one that is published must, and its
 * reasons come all at once.
 *
 * Example: 90/10 becomes 80/20 with the items made to fit: none. The same rule again: `amendment-changes-nothing`. Lowest price in the
 * place of a negotiation: `amendment-other-envelopes`.
 *
 * @param tender as it is published, with the times that it would have
 */
export function mayAmendRule(tender: DraftFacts, asked: Amending, now: number): Reason[] {
  const { method, budget } = tender.notice
  if (same(tender.rule, asked.rule) && method === asked.method && same(budget, asked.budget))
    return [{ code: 'amendment-changes-nothing', facts: {}, at: '/rule' }]
  const amended: DraftFacts = {
    ...tender,
    rule: asked.rule,
    notice: { ...tender.notice, method: asked.method, budget: asked.budget },
  }
  const reasons = checkDraft(amended, now).filter((reason) => reason.code !== 'deadline-in-the-past')
  const [before, after] = [pathOf(tender), pathOf(amended)]
  if (before !== after) reasons.push({ code: 'amendment-other-envelopes', facts: { before, after }, at: '/rule' })
  return reasons
}
