// What does each method make of the same bids? One worked example for every row of METHODS, made from the row and computed by the real code.
import type { AnyFacts } from './award.ts'
import type { ContestBidder, ContestFacts } from './contest-facts.ts'
import { CONTEST_METHODS, type ContestMethodId, contestRule } from './contest-methods.ts'
import type { ContestRule } from './contest-rule.ts'
import type { AwardFacts } from './facts.ts'
import type { MethodId } from './methods.ts'
import { NEGOTIATION_METHODS, type NegotiationId, type NegotiationMethod } from './negotiation-methods.ts'
import type { AwardRule, ScoredItem } from './rule.ts'

/** What everybody measures by, in won: budget, estimated price and base amount are one figure, so that methods can be compared. */
const MEASURE = '100000000'

/** The same four prices for every method: one well below, two close together, one above the measure. */
const PRICES: Readonly<Record<string, string>> = { A: '90100000', B: '88200000', C: '89900000', D: '101000000' }
const BIDDERS = Object.keys(PRICES)

const item = (id: string, ko: string, en: string, max: string, kind: ScoredItem['kind']): ScoredItem => ({
  id,
  title: { ko, en },
  max,
  kind,
})
const ITEMS: readonly ScoredItem[] = [
  item('plan', '수행계획', 'Plan', '50', 'qualitative'),
  item('quality', '품질', 'Quality', '30', 'qualitative'),
  item('record', '실적', 'Record', '20', 'quantitative'),
]
const SEATS = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7']
/** Shares of an item's points in hundredths: how good each is, and how strict each evaluator. */
const GOOD: Readonly<Record<string, number>> = { A: 94, B: 88, C: 91, D: 96 }
const STRICT = [0, -2, 1, -4, 3, 0, -1]

/** Points in hundredths as a decimal: 45.5 of 4550. */
const points = (hundredths: number): string => {
  const text = String(hundredths).padStart(3, '0')
  return `${text.slice(0, -2)}.${text.slice(-2)}`.replace(/\.?0+$/, '')
}

function negotiation(id: NegotiationId): AwardFacts {
  const { defaults }: NegotiationMethod = NEGOTIATION_METHODS[id]
  const rule: AwardRule = {
    ...defaults,
    items: [...ITEMS],
    maximum: '100',
    price: { ...defaults.price, reference: 'estimated', referenceAmount: MEASURE, ceiling: MEASURE },
    currency: 'KRW',
  }
  const marked = ITEMS.filter(({ kind }) => kind === 'qualitative')
  return {
    rule,
    evaluators: SEATS,
    bidders: BIDDERS.map((bidder) => ({
      id: bidder,
      technical: 'valid',
      price: 'valid',
      amount: PRICES[bidder] ?? null,
    })),
    marks: BIDDERS.flatMap((bidder) =>
      SEATS.flatMap((evaluator, seat) =>
        marked.map(({ id: of, max }) => {
          const share = (GOOD[bidder] ?? 0) + (STRICT[seat] ?? 0)
          return { evaluator, bidder, item: of, mark: points(Number(max) * share) }
        }),
      ),
    ),
    quantitative: BIDDERS.map((bidder, n) => ({ bidder, item: 'record', mark: String(20 - n) })),
  }
}

/** Fifteen preliminary prices around the base amount, as they might have been drawn. */
const DRAWN = Array.from({ length: 15 }, (_, n) => String(98_100_000 + ((n * 7) % 15) * 270_000))
const PICKS: Readonly<Record<string, [number, number]>> = { A: [3, 9], B: [3, 12], C: [9, 12], D: [1, 3] }

function contest(id: ContestMethodId): ContestFacts {
  const made = contestRule(id, { base: MEASURE, budget: MEASURE, currency: 'KRW' })
  const rule: ContestRule = {
    ...made,
    ...(made.floor?.fixedCosts && {
      floor: { ...made.floor, fixedCosts: [{ item: 'A', amount: '3000000' }] },
    }),
  }
  const parts = rule.examination?.parts ?? rule.comprehensive?.parts ?? []
  const marked = (rule.quality?.items ?? []).filter(({ kind }) => kind === 'quantitative')
  // In two stages whoever fails the first one keeps a shut price.
  const opened = (bidder: string) => rule.kind !== 'TWO_STAGE' || bidder !== 'C'
  return {
    rule,
    bidders: BIDDERS.map((bidder): ContestBidder => {
      const picks = PICKS[bidder]
      return {
        id: bidder,
        price: opened(bidder) ? 'valid' : 'unopened',
        amount: opened(bidder) ? (PRICES[bidder] ?? null) : null,
        ...(rule.planned.how === 'prelim' && opened(bidder) && picks && { picks }),
        ...(rule.quality && { technical: 'valid' as const }),
      }
    }),
    ...(rule.planned.how === 'single' && { planned: MEASURE }),
    ...(rule.planned.how === 'prelim' && { prelim: { prices: DRAWN } }),
    ...(parts.length > 0 && {
      scores: BIDDERS.flatMap((bidder) =>
        parts.map((part) => ({ bidder, part: part.id, score: points(Number(part.max) * (bidder === 'B' ? 92 : 100)) })),
      ),
    }),
    ...(rule.quality && {
      evaluators: [],
      marks: [],
      quantitative: BIDDERS.flatMap((bidder) =>
        marked.map((of) => ({ bidder, item: of.id, mark: points(Number(of.max) * (bidder === 'C' ? 70 : 95)) })),
      ),
    }),
    ...(rule.auction && {
      auction: [
        { bidder: 'A', amount: '87000000', round: 1 },
        { bidder: 'C', amount: '86400000', round: 1 },
        { bidder: 'B', amount: '85000000', round: 2 },
      ],
    }),
  }
}

const isContest = (id: MethodId): id is ContestMethodId => Object.hasOwn(CONTEST_METHODS, id)

/**
 * The worked example of a method: four bidders with the same prices under every method, and what else the method asks about. Its
 * figures are made up; what comes of them is for `decide` to say.
 *
 * Example: under `negotiation-national-90-10` bidder A, who is better than B and dearer, comes first.
 */
export const exampleOf = (id: MethodId): AnyFacts => (isContest(id) ? contest(id) : negotiation(id as NegotiationId))
