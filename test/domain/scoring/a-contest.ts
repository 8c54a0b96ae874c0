// Builders: a rule by price and facts that are in order, so that a test says only what is wrong or special about its own.
import type { ContestBidder, ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import type { ContestRule, ExaminationRule, PrelimRule } from '../../../src/domain/scoring/contest-rule.ts'

export const prelim: PrelimRule = {
  how: 'prelim',
  base: '100000000',
  mode: 'PPS',
  unit: '100',
  picks: 2,
  draw: 4,
  tie: 'lowestNumber',
  picksOf: 'opened',
  rounding: 'ceil',
}

export const table3: ExaminationRule = {
  table: 'works-3-2026',
  points: '80',
  slope: '20',
  best: '0.9',
  least: '2',
  fixedRatio: '0.9025',
  fixedScore: '75',
  ratioDp: 4,
  parts: [{ id: 'ability', title: { ko: '이행능력', en: 'Ability' }, max: '20' }],
  partDp: 2,
  passMark: '95',
}

/** Lowest price against a single planned price of 100 million; one bid is enough. */
export function aContest(change: Partial<ContestRule> = {}): ContestRule {
  return {
    kind: 'LOWEST',
    version: 1,
    currency: 'KRW',
    dp: 0,
    planned: { how: 'single', amount: '100000000' },
    leastBids: 1,
    winners: 1,
    ties: ['lot'],
    ...change,
  }
}

export const anExamination = (change: Partial<ContestRule> = {}): ContestRule =>
  aContest({ kind: 'QUALIFICATION', examination: table3, ties: ['ability', 'lot'], ...change })

/** Bidders by id with their prices. */
export const bidding = (
  bids: Record<string, string>,
  rule: ContestRule = aContest(),
  more: Partial<ContestFacts> = {},
): ContestFacts => ({
  rule,
  bidders: Object.entries(bids).map(([id, amount]): ContestBidder => ({ id, price: 'valid', amount })),
  ...more,
})
