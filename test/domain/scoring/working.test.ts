// Is every line of a working as it is printed, to the last character? The worked examples whole, and both sides of every edge.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decideContest } from '../../../src/domain/scoring/contest.ts'
import type { ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import type { ContestRule, ExaminationRule } from '../../../src/domain/scoring/contest-rule.ts'
import type { AwardFacts } from '../../../src/domain/scoring/facts.ts'
import { priceScore } from '../../../src/domain/scoring/price.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import type { Formula, PriceRule } from '../../../src/domain/scoring/rule.ts'
import { aContest, anExamination, bidding, prelim, table3 } from './a-contest.ts'
import { aRule, national } from './a-tender.ts'

const vectors = new URL('../../vectors/', import.meta.url)
const filesOf = (kind: string) => readdirSync(new URL(`${kind}/`, vectors)).filter((f) => f.endsWith('.json'))
const factsIn = <T>(kind: string, file: string) =>
  (JSON.parse(readFileSync(new URL(`${kind}/${file}`, vectors), 'utf8')) as { facts: T }).facts

/** Kept as text, a line a member: whoever changes a word of a working sees it in the difference. */
const kept = (name: string) => new URL(`working/${name}.json`, vectors).pathname
const asText = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`

const parameters: Record<Formula, Partial<PriceRule>> = {
  KR_NATIONAL: national,
  KR_LOCAL_SW: { branch: '0.8', belowShare: '0.8', clampLowest: true },
  KR_LOCAL: { branch: '0.8', clamp: '0.6', lowBonus: '2', belowShare: '0.6', clampLowest: true },
  RATIO: {},
  LINEAR: {},
  BILINEAR: { knee: '0.85' },
  PROPORTIONAL: {},
  LOOKUP: {
    table: [
      { upTo: '0.70', points: '20.0' },
      { upTo: '0.95', points: '13.5' },
    ],
  },
}
/** At what the formulas compare with, one won below and one above. */
const EDGES = [60, 70, 80, 95, 100].flatMap((million) => [-1, 0, 1].map((won) => String(million * 1_000_000 + won)))
const MARKETS: Record<string, string[]> = {
  'one price': ['80000000'],
  'prices far apart': ['55000000', '80000000', '95000000'],
  'prices at the reference': ['100000000', '100000000'],
}

const costs = [
  { item: 'pension', amount: '1000000' },
  { item: 'safety', amount: '2000000' },
]
const netCost = { amount: '88000000', base: '99000000', share: '0.98', plannedBelow: '100000000' }
const floor = { rate: '0.87745', fixedCosts: costs, netCost }
const ofPlanned = (amount: string, change: Partial<ContestRule>) =>
  aContest({ planned: { how: 'single', amount }, ...change })

/** Bidders named by the order of their prices, each with the same points beside them. */
function examined(amounts: readonly string[], score: string, change: Partial<ContestRule> = {}): ContestFacts {
  const names = amounts.map((amount, n): [string, string] => [`B${String(n + 1).padStart(2, '0')}`, amount])
  return {
    ...bidding(Object.fromEntries(names), anExamination(change)),
    scores: names.map(([bidder]) => ({ bidder, part: 'ability', score })),
  }
}
const RATIOS = [
  '90250000',
  '90245000',
  '90244999',
  '90000000',
  '89995000',
  '89750000',
  '86100000',
  '86095000',
  '86000000',
]
const withoutFixed = (): ExaminationRule => {
  const { fixedRatio: _, fixedScore: __, ...rest } = table3
  return rest
}

const CONTESTS: Record<string, ContestFacts> = {
  'floor-at-the-limit-of-net-cost': bidding({ A: '85113350', B: '85113349', C: '100000000' }, aContest({ floor })),
  'floor-below-the-limit-of-net-cost': bidding(
    { A: '85368887', B: '85368888', C: '85368889', D: '97999999', E: '98000000' },
    ofPlanned('97999999', { floor }),
  ),
  'net-cost-without-a-limit': bidding(
    { A: '85368887', B: '100000000' },
    aContest({ floor: { ...floor, netCost: { ...netCost, plannedBelow: null } } }),
  ),
  'fixed-costs-as-large-as-the-planned-price': bidding({ A: '3000000', B: '2999999' }, ofPlanned('3000000', { floor })),
  'fixed-costs-larger-than-the-planned-price': bidding({ A: '2999999' }, ofPlanned('2999999', { floor })),
  'floor-without-fixed-costs': bidding({ A: '88000000', B: '87999999' }, aContest({ floor: { rate: '0.880' } })),
  'unit-prices': bidding({ A: '10.05', B: '10.1', C: '10.04' }, ofPlanned('10.1', { dp: 2, floor: { rate: '0.995' } })),
  'examined-at-the-edges': examined([...RATIOS, '100000000', '100000001'], '20'),
  'examined-without-a-fixed-score': examined(RATIOS, '20', { examination: withoutFixed() }),
  'examined-with-fixed-costs': examined(['90000000', '89000000'], '14.981', {
    floor: { rate: '0.5', fixedCosts: costs },
  }),
  'examined-where-all-is-fixed-costs': examined(['100000000'], '20', {
    floor: { rate: '1', fixedCosts: [{ item: 'A', amount: '100000000' }] },
  }),
  'preliminary-prices': {
    rule: aContest({ planned: prelim }),
    bidders: [
      { id: 'A', price: 'valid', amount: '99000000', picks: [3, 9] },
      { id: 'B', price: 'valid', amount: '98000000', picks: [9, 12] },
      { id: 'C', price: 'valid', amount: '97000000', picks: [9, 9] },
    ],
    prelim: { prices: Array.from({ length: 15 }, (_, n) => String(98_000_000 + n * 266_700)) },
  },
}

describe('the working of', () => {
  test.each(filesOf('award'))('the worked example %s', async (file) => {
    await expect(asText(rank(factsIn<AwardFacts>('award', file)))).toMatchFileSnapshot(
      kept(`award-${file.slice(0, -5)}`),
    )
  })

  test.each(filesOf('contest'))('the worked example by price %s', async (file) => {
    const made = decideContest(factsIn<ContestFacts>('contest', file))
    await expect(asText(made)).toMatchFileSnapshot(kept(`contest-${file.slice(0, -5)}`))
  })

  test.each(Object.keys(parameters) as Formula[])('prices by %s, on both sides of every edge', async (formula) => {
    const made = Object.entries(MARKETS).flatMap(([market, counted]) =>
      (['final4', 'ratio4'] as const).flatMap((rounding) => {
        const rule = aRule({ weights: { tech: 80, price: 20 } }, { formula, ...parameters[formula], rounding })
        const held = { reference: '100000000', ceiling: '100000000', counted }
        return EDGES.map((amount) => {
          const { working, value } = priceScore(rule, held, amount)
          return [market, rounding, amount, working, value].join(' | ')
        })
      }),
    )
    await expect(asText(made)).toMatchFileSnapshot(kept(`price-${formula}`))
  })

  test.each(Object.keys(CONTESTS))('%s', async (name) => {
    await expect(asText(decideContest(CONTESTS[name] as ContestFacts))).toMatchFileSnapshot(kept(`edge-${name}`))
  })

  test('all of these, and nothing that is no longer computed', () => {
    const names = [
      ...filesOf('award').map((f) => `award-${f}`),
      ...filesOf('contest').map((f) => `contest-${f}`),
      ...Object.keys(parameters).map((f) => `price-${f}.json`),
      ...Object.keys(CONTESTS).map((f) => `edge-${f}.json`),
    ]
    expect(filesOf('working').sort()).toEqual(names.sort())
  })
})
