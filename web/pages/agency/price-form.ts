// What does an officer type where price decides, and what rule does it make? The method gives the rest; and the way back.
import { plain } from '../../../src/domain/kit/rounding.ts'
import { CONTEST_METHODS, contestRule } from '../../../src/domain/scoring/contest-methods.ts'
import type { ContestRule, FloorRule, PlannedRule, PrelimMode } from '../../../src/domain/scoring/contest-rule.ts'
import { PRICE_FORM_IDS, type PriceFormId } from '../../../src/domain/scoring/methods.ts'
import { percentOf, shareOf } from '../../percent.ts'

export type PartRow = { id: string; ko: string; en: string; max: string }

export type PriceForm = {
  /** Drawn from preliminary prices, or none: then the budget takes its place. */
  planned: 'prelim' | 'none'
  mode: PrelimMode
  /** Base amount in won. */
  base: string
  /** Per cent of the planned price; '' where there is no floor. */
  floor: string
  /** Sum of the costs that nobody may save at, in won; '' where there are none. */
  fixedCosts: string
  /** What the officer examines beside the price. */
  parts: PartRow[]
}

/** Modes that a form offers: those with bands of their own. */
export const FORM_MODES: readonly PrelimMode[] = ['PPS', 'LOCAL', 'STATE_7_8', 'DEFENCE_STATE', 'DEFENCE_LOCAL']

export const isPriceForm = (method: string): method is PriceFormId =>
  (PRICE_FORM_IDS as readonly string[]).includes(method)

export function freshPrice(method: PriceFormId): PriceForm {
  const { planned, floor, examination } = contestRule(method, { base: '', budget: '', currency: 'KRW' })
  return {
    planned: planned.how === 'prelim' ? 'prelim' : 'none',
    mode: planned.how === 'prelim' ? planned.mode : 'PPS',
    base: '',
    floor: floor ? percentOf(floor.rate) : '',
    fixedCosts: '',
    parts: (examination?.parts ?? []).map(({ id, title, max }) => ({ id, ...title, max })),
  }
}

function floorOf({ floor, fixedCosts }: PriceForm): FloorRule | undefined {
  if (floor.trim() === '') return undefined
  const costs = fixedCosts.trim() === '' ? {} : { fixedCosts: [{ item: 'A', amount: fixedCosts }] }
  return { rate: shareOf(floor), ...costs }
}

/** The rule of a method with what was typed, for a budget in won. */
export function priceRuleOf(method: PriceFormId, price: PriceForm, budget: string, minBids: string): ContestRule {
  const {
    planned: drawn,
    floor: _,
    examination,
    ...rest
  } = contestRule(method, { base: price.base, budget, currency: 'KRW' })
  const shape =
    drawn.how === 'prelim'
      ? drawn
      : contestRule('small-quotation', { base: price.base, budget, currency: 'KRW' }).planned
  const planned: PlannedRule =
    price.planned === 'none' || shape.how !== 'prelim' ? { how: 'none', budget } : { ...shape, mode: price.mode }
  const floor = floorOf(price)
  const parts = price.parts.map(({ id, ko, en, max }) => ({ id, title: { ko, en }, max }))
  return {
    ...rest,
    planned,
    leastBids: Number(minBids),
    ...(floor && { floor }),
    ...(examination && { examination: { ...examination, parts } }),
  }
}

export function priceFormOf({ planned, floor, examination }: ContestRule): PriceForm {
  return {
    planned: planned.how === 'prelim' ? 'prelim' : 'none',
    mode: planned.how === 'prelim' ? planned.mode : 'PPS',
    base: planned.how === 'prelim' ? planned.base : '',
    floor: floor ? percentOf(floor.rate) : '',
    fixedCosts: floor?.fixedCosts?.[0]?.amount ?? '',
    parts: (examination?.parts ?? []).map(({ id, title, max }) => ({ id, ...title, max })),
  }
}

/** The points that parts must have together: what the price leaves of a hundred. */
export const partPoints = (method: PriceFormId): string | null => {
  const { defaults } = CONTEST_METHODS[method]
  return 'examination' in defaults && defaults.examination
    ? plain(defaults.examination.parts.reduce((sum, part) => sum + Number(part.max), 0))
    : null
}
