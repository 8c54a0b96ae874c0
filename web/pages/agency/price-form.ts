// What does an officer type where price decides, and what rule does it make? The method gives the rest; and the way back.
import { plain } from '../../../src/domain/kit/rounding.ts'
import { CONTEST_METHODS, type ContestMethod, contestRule } from '../../../src/domain/scoring/contest-methods.ts'
import type {
  ComprehensiveRule,
  ContestRule,
  FloorRule,
  OfficerPart,
  PlannedRule,
  PrelimMode,
  PrelimRule,
} from '../../../src/domain/scoring/contest-rule.ts'
import { PRICE_FORM_IDS, type PriceFormId } from '../../../src/domain/scoring/methods.ts'
import type { QualityRule } from '../../../src/domain/scoring/rule.ts'
import { percentOf, shareOf } from '../../percent.ts'

/** `bonus`: beside the points that add up to the whole. */
export type PartRow = { id: string; ko: string; en: string; max: string; bonus: boolean }

/** A cost that nobody may save at (A값), in won. */
export type CostRow = { item: string; amount: string }

export type PriceForm = {
  /** Drawn from preliminary prices, or none: then the budget takes its place. */
  planned: 'prelim' | 'none'
  mode: PrelimMode
  /** Base amount in won. */
  base: string
  /** How the mean of the drawn prices becomes whole: agencies differ. */
  rounding: PrelimRule['rounding']
  /** Preliminary prices are multiples of this, in won. */
  unit: string
  tie: PrelimRule['tie']
  picksOf: PrelimRule['picksOf']
  /** Per cent of the planned price; '' where there is no floor. */
  floor: string
  costs: CostRow[]
  /** The net-cost line; '' in `amount` where there is none. `base` '' is the base amount; `below` '' has no limit. */
  net: { amount: string; base: string; share: string; below: string }
  /** What the officer examines beside the price. */
  parts: PartRow[]
  /** Where parts are added up: the points of the price, and the least total that can win. */
  pricePoints: string
  passMark: string
  formula: SimpleFormula
  /** Per cent of its points that a specification must reach; '' where there is none. */
  passRatio: string
  /** With how many the agreement is made; '' where the method has one. */
  winners: string
  /** Rounds after the opening; null where there are none. Step in won, times in seconds. */
  auction: AuctionForm | null
}

export type AuctionForm = { step: string; rounds: string; roundSeconds: string; extendSeconds: string }

const auctionFormOf = ({ auction: a }: ContestRule): AuctionForm | null =>
  a
    ? {
        step: a.step,
        rounds: String(a.rounds),
        roundSeconds: String(a.roundSeconds),
        extendSeconds: String(a.extendSeconds ?? 0),
      }
    : null

/** What is no whole number stays out of its bounds: the rule refuses it by its place. */
const count = (typed: string): number => (/^\d{1,6}$/.test(typed) ? Number(typed) : -1)

/** Modes that a form offers: those with bands of their own. */
export const FORM_MODES: readonly PrelimMode[] = ['PPS', 'LOCAL', 'STATE_7_8', 'DEFENCE_STATE', 'DEFENCE_LOCAL']

/** Formulas that need no parameter, as parts added up have them here. */
export const SIMPLE_FORMULAS = ['RATIO', 'LINEAR', 'PROPORTIONAL'] as const
export type SimpleFormula = (typeof SIMPLE_FORMULAS)[number]

export const isPriceForm = (method: string): method is PriceFormId =>
  (PRICE_FORM_IDS as readonly string[]).includes(method)

const rowOf = ({ id, title, max, bonus }: OfficerPart): PartRow => ({ id, ...title, max, bonus: bonus === true })
const partOf = ({ id, ko, en, max, bonus }: PartRow): OfficerPart => ({
  id,
  title: { ko, en },
  max,
  ...(bonus && { bonus }),
})

/** What the national system draws from, for methods whose own default is a single price. */
const shapeOf = (method: PriceFormId, base: string, budget: string): PrelimRule => {
  const amounts = { base, budget, currency: 'KRW' }
  const own = contestRule(method, amounts).planned
  return (own.how === 'prelim' ? own : contestRule('small-quotation', amounts).planned) as PrelimRule
}

export const freshPrice = (method: PriceFormId): PriceForm => {
  const rule = contestRule(method, { base: '', budget: '', currency: 'KRW' })
  return priceFormOf(rule.planned.how === 'single' ? { ...rule, planned: { how: 'none', budget: '' } } : rule)
}

function floorOf({ floor, costs, net, base }: PriceForm): FloorRule | undefined {
  if (floor.trim() === '') return undefined
  return {
    rate: shareOf(floor),
    ...(costs.length > 0 && { fixedCosts: costs.map(({ item, amount }) => ({ item, amount })) }),
    ...(net.amount !== '' && {
      netCost: {
        amount: net.amount,
        base: net.base === '' ? base : net.base,
        share: shareOf(net.share),
        plannedBelow: net.below === '' ? null : net.below,
      },
    }),
  }
}

const points = (typed: string): number => (/^\d{1,3}$/.test(typed) ? Number(typed) : -1)

function comprehensiveOf(given: ComprehensiveRule, form: PriceForm): ComprehensiveRule {
  const { pricePoints, passMark, formula } = form
  return {
    ...given,
    parts: form.parts.map(partOf),
    pricePoints: points(pricePoints),
    passMark: passMark === '' ? '0' : passMark,
    price: { ...given.price, formula },
  }
}

/** The rule of a method with what was typed, for a budget in won. */
export function priceRuleOf(
  method: PriceFormId,
  price: PriceForm,
  budget: string,
  minBids: string,
  marked: Pick<QualityRule, 'items' | 'maximum'>,
): ContestRule {
  const rule = contestRule(method, { base: price.base, budget, currency: 'KRW' })
  const { planned: _, floor: __, examination, comprehensive, quality, ...rest } = rule
  const { mode, rounding, unit, tie, picksOf } = price
  const planned: PlannedRule =
    price.planned === 'none'
      ? { how: 'none', budget }
      : { ...shapeOf(method, price.base, budget), mode, rounding, unit, tie, picksOf }
  const floor = floorOf(price)
  return {
    ...rest,
    planned,
    leastBids: Number(minBids),
    ...(price.winners !== '' && { winners: points(price.winners) }),
    ...(floor && { floor }),
    ...(examination && { examination: { ...examination, parts: price.parts.map(partOf) } }),
    ...(comprehensive && { comprehensive: comprehensiveOf(comprehensive, price) }),
    ...(rest.auction &&
      price.auction && {
        auction: {
          ...rest.auction,
          step: price.auction.step,
          rounds: count(price.auction.rounds),
          roundSeconds: count(price.auction.roundSeconds),
          extendSeconds: count(price.auction.extendSeconds),
        },
      }),
    ...(quality && {
      quality: { ...quality, ...marked, tech: { ...quality.tech, passRatio: shareOf(price.passRatio) } },
    }),
  }
}

export function priceFormOf(rule: ContestRule): PriceForm {
  const { planned, floor, examination, comprehensive, quality, winners } = rule
  const prelim = planned.how === 'prelim' ? planned : null
  const net = floor?.netCost
  const formula = comprehensive?.price.formula ?? 'RATIO'
  return {
    planned: prelim ? 'prelim' : 'none',
    mode: prelim?.mode ?? 'PPS',
    base: prelim?.base ?? '',
    rounding: prelim?.rounding ?? 'ceil',
    unit: prelim?.unit ?? '100',
    tie: prelim?.tie ?? 'lowestNumber',
    picksOf: prelim?.picksOf ?? 'opened',
    floor: floor ? percentOf(floor.rate) : '',
    costs: (floor?.fixedCosts ?? []).map(({ item, amount }) => ({ item, amount })),
    net: {
      amount: net?.amount ?? '',
      base: net && net.base !== prelim?.base ? net.base : '',
      share: net ? percentOf(net.share) : NET_SHARE,
      below: net ? (net.plannedBelow ?? '') : NET_BELOW,
    },
    parts: (examination?.parts ?? comprehensive?.parts ?? []).map(rowOf),
    pricePoints: comprehensive ? String(comprehensive.pricePoints) : '',
    passMark: comprehensive && comprehensive.passMark !== '0' ? comprehensive.passMark : '',
    formula: SIMPLE_FORMULAS.find((id) => id === formula) ?? 'RATIO',
    passRatio: quality ? percentOf(quality.tech.passRatio) : '',
    winners: winners > 1 ? String(winners) : '',
    auction: auctionFormOf(rule),
  }
}

/** What a method has marked before prices are opened; null where nothing is. */
export const specificationOf = (method: PriceFormId): QualityRule | null =>
  (CONTEST_METHODS[method] as ContestMethod).defaults.quality ?? null

/** Works under ten billion won: bids below 98 per cent of the net cost are excluded. */
export const NET_SHARE = '98'
export const NET_BELOW = '10000000000'

/** The points that parts must have together, bonuses left out: what the price leaves of the whole. */
export function partPoints(method: PriceFormId, { pricePoints }: PriceForm): string | null {
  const { defaults }: ContestMethod = CONTEST_METHODS[method]
  const { examination, comprehensive } = defaults
  if (comprehensive) return plain(Number(comprehensive.maximum) - Math.max(0, points(pricePoints)))
  return examination ? plain(100 - Number(examination.points)) : null
}

/** Does the method make its agreement with several? */
export const hasWinners = (method: PriceFormId): boolean =>
  (CONTEST_METHODS[method] as ContestMethod).defaults.winners > 1
