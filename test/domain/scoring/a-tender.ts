// Builders: a rule and facts that are in order, so that a test says only what is wrong or special about its own.
import type { AwardFacts, Bidder } from '../../../src/domain/scoring/facts.ts'
import type { AwardRule, PriceRule } from '../../../src/domain/scoring/rule.ts'

/** The national formula with its usual figures. */
export const national: Partial<PriceRule> = { branch: '0.8', clamp: '0.6', lowBonus: '2', clampLowest: true }

/** A 90/10 rule with one item that every evaluator marks out of 90; E and C are 100 million won. */
export function aRule(change: Partial<AwardRule> = {}, price: Partial<PriceRule> = {}): AwardRule {
  const formula = price.formula ?? 'KR_NATIONAL'
  return {
    kind: 'NEGOTIATION',
    weights: { tech: 90, price: 10 },
    items: [{ id: 'tech', title: { ko: '기술', en: 'Technology' }, max: '90', kind: 'qualitative' }],
    maximum: '90',
    tech: { trim: { perEnd: 0, perEnd12plus: 0, mode: 'evaluator' }, dp: 4, passRatio: '0.85' },
    price: {
      reference: 'estimated',
      referenceAmount: '100000000',
      ceiling: '100000000',
      formula,
      lowestAmong: 'valid',
      rounding: 'final4',
      ...(formula === 'KR_NATIONAL' ? national : {}),
      ...price,
    },
    openPrices: 'all',
    ties: ['tech', 'techItemsByPoints', 'lot'],
    dp: 4,
    currency: 'KRW',
    ...change,
  }
}

/** One evaluator, and bidders by id: technical points and price. */
export function aTender(
  bids: Record<string, [mark: string, amount: string]>,
  rule: AwardRule = aRule(),
): AwardFacts & { bidders: Bidder[] } {
  return {
    rule,
    evaluators: ['E1'],
    bidders: Object.entries(bids).map(([id, [, amount]]) => ({ id, technical: 'valid', price: 'valid', amount })),
    marks: Object.entries(bids).map(([bidder, [mark]]) => ({ evaluator: 'E1', bidder, item: 'tech', mark })),
    quantitative: [],
  }
}

/** The codes of a refusal, each once, in order of the alphabet; [] when allowed. */
export function codesOf(outcome: { ok: true } | { ok: false; reasons: { code: string }[] }): string[] {
  return outcome.ok ? [] : [...new Set(outcome.reasons.map((r) => r.code))].sort()
}
