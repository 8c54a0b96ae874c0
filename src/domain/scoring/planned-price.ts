// What is the planned price? The mean of those preliminary prices whose numbers were picked most often.

import { FormatError } from '../../proof/bytes.ts'
import { type Band, drawKey, priceBands, reservePrices, type Span } from '../../proof/draw.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { divide, total } from '../kit/fraction.ts'
import { ceil, plain, trunc } from '../kit/rounding.ts'
import { type Answer, answer, quote, type Reason, refuse } from '../kit/verdict.ts'
import type { PrelimMode, PrelimRule } from './contest-rule.ts'
import { grouped, type Step, step } from './step.ts'

/** A stretch around the base in thousandths. `ends` adds prices exactly at −2 %, 0 and +2 %, as defence agencies have them. */
type Shape = { spans: readonly Span[]; ends: boolean }

const span = (from: number, to: number, bands: number): Span => ({ from: BigInt(from), to: BigInt(to), bands })

/**
 * Bands of each mode, as official openings show them: the procurement service cuts ±2 % into 15 equal bands; local governments
 * have 8 in −3 … 0 % and 7 in 0 … +3 %; some ministries had 7 and 8 within ±2 % in 2022–24; at defence agencies the first,
 * eighth and last price sit at the ends and the middle (which lie between is not published: six bands each side, our definition).
 */
const MODES: Readonly<Record<Exclude<PrelimMode, 'OWN'>, Shape>> = {
  PPS: { spans: [span(-20, 20, 15)], ends: false },
  LOCAL: { spans: [span(-30, 0, 8), span(0, 30, 7)], ends: false },
  STATE_7_8: { spans: [span(-20, 0, 7), span(0, 20, 8)], ends: false },
  DEFENCE_STATE: { spans: [span(-20, 0, 6), span(0, 20, 6)], ends: true },
  DEFENCE_LOCAL: { spans: [span(-30, 0, 6), span(0, 30, 6)], ends: true },
}

export const PRELIM_MODES: readonly PrelimMode[] = [...(Object.keys(MODES) as PrelimMode[]), 'OWN']

const shapeOf = (rule: PrelimRule): Shape =>
  rule.mode === 'OWN'
    ? { spans: (rule.spans ?? []).map((s) => span(s.from, s.to, s.bands)), ends: false }
    : MODES[rule.mode]

/** How many preliminary prices a rule has: 15, or as many as its own bands. */
export const prelimCount = (rule: PrelimRule): number =>
  rule.mode === 'OWN' ? (rule.spans ?? []).reduce((n, s) => n + s.bands, 0) : 15

/** An amount as whole smallest units: "12.5" with two decimals is 1250n. */
const smallest = (amount: string, dp: number): bigint => {
  const [whole, decimals = ''] = amount.split('.')
  return BigInt(`${whole}${decimals.padEnd(dp, '0')}`)
}

const written = (units: bigint, dp: number): string => plain(divide(units, 10n ** BigInt(dp)))

/**
 * The bands from which one price each is drawn, in smallest units of `dp` decimals. Base 100,000,000 in mode PPS begins with the
 * prices 98,000,000 to 98,266,600 in hundreds.
 *
 * Refuses with prelim-bands-unusable when the base is too small for so many bands or the spans do not follow each other.
 */
export function bandsOf(rule: PrelimRule, dp: number): Answer<Band[]> {
  const base = smallest(rule.base, dp)
  const unit = smallest(rule.unit, dp)
  const { spans, ends } = shapeOf(rule)
  try {
    if (spans.length === 0) throw new FormatError('no bands')
    const bands = priceBands(base, unit, spans)
    if (!ends) return answer(bands)
    const [low, high] = [spans[0] as Span, spans.at(-1) as Span]
    const at = (thousandths: bigint, up: boolean) => {
      const [n, d] = [base * (1000n + thousandths), 1000n * unit]
      return { start: ((n + (up ? d - 1n : 0n)) / d) * unit, units: 1n }
    }
    return answer([
      at(low.from, true),
      ...bands.slice(0, low.bands),
      at(0n, true),
      ...bands.slice(low.bands),
      at(high.to, false),
    ])
  } catch (e) {
    // Stryker disable next-line ConditionalExpression: anything else is a defect of ours
    if (!(e instanceof FormatError)) throw e
    return refuse([{ code: 'prelim-bands-unusable', facts: { base: quote(rule.base), says: e.message } }])
  }
}

/** Prices by slot and, where the rule draws lots at the cut, the slots in the order of their tickets. */
export interface PrelimPrices {
  /** Price of number 1, 2 …: decimal strings. */
  prices: string[]
  /** Numbers in the order of the lot; needed where the rule's `tie` is "lot". */
  slotOrder?: number[]
}

/**
 * Makes the preliminary prices from the seed of a public draw. They exist only once the seed does, after the opening: nobody could
 * steal or swap them, and whoever forced picks did not know what they would hit.
 *
 * @param seed of drawSeed, 32 bytes
 * @param purpose "reserve T-1/1"
 */
export function drawPrelim(
  P: Primitives,
  rule: PrelimRule,
  dp: number,
  seed: Uint8Array,
  purpose: string,
): Answer<PrelimPrices> {
  const bands = bandsOf(rule, dp)
  if (!bands.ok) return bands
  const key = drawKey(P, seed, purpose)
  const made = reservePrices(
    P,
    key,
    { bands: bands.value, unit: smallest(rule.unit, dp), take: rule.draw, tie: rule.tie },
    [],
  )
  return answer({ prices: made.bySlot.map((price) => written(price, dp)), slotOrder: made.byTicket })
}

export interface PlannedPrice {
  amount: string
  /** How often each number was picked: number s at s − 1. */
  picked: number[]
  /** The numbers drawn, most picked first. */
  slots: number[]
  steps: Step[]
}

/** Are these picks as the rule asks: so many, whole, different, and each the number of a price? */
export function picksHold(rule: PrelimRule, picks: unknown): boolean {
  if (!Array.isArray(picks) || picks.length !== rule.picks || new Set(picks).size !== picks.length) return false
  const last = prelimCount(rule)
  return picks.every((n) => Number.isInteger(n) && n >= 1 && n <= last)
}

const PRICE = /^(0|[1-9]\d{0,17})(\.\d{1,2})?$/

function priceReasons(rule: PrelimRule, dp: number, made: PrelimPrices): Reason[] {
  const { prices, slotOrder } = made
  const needs = prelimCount(rule)
  const reasons: Reason[] = []
  if (prices.length !== needs) reasons.push({ code: 'prelim-prices-not-all', facts: { prices: prices.length, needs } })
  for (const [n, price] of prices.entries()) {
    const good = typeof price === 'string' && PRICE.test(price) && (price.split('.')[1] ?? '').length <= dp
    if (!good || /^0(\.0+)?$/.test(price)) {
      reasons.push({ code: 'prelim-price-malformed', facts: { number: n + 1, price: quote(price) } })
    }
  }
  if (rule.tie === 'lot') {
    const complete = slotOrder?.length === needs && slotOrder.every((s) => Number.isInteger(s) && s >= 1 && s <= needs)
    if (!complete || new Set(slotOrder).size !== needs) reasons.push({ code: 'prelim-lot-missing', facts: { needs } })
  }
  return reasons
}

/**
 * The planned price from preliminary prices and picks. The `draw` numbers picked most often count; at the cut the lower number
 * goes first, or the lot. With fewer distinct picks than that, numbers nobody picked fill up in the same order.
 *
 * Example: picks 8 three times, 12 twice, 4, 6, 10, 13, 15 once draw 8, 12, 4, 6; their mean 404,158,750 is the planned price.
 * Refuses with prelim-prices-not-all, prelim-price-malformed, prelim-lot-missing. `picks` must hold (picksHold).
 */
export function plannedPrice(
  rule: PrelimRule,
  dp: number,
  made: PrelimPrices,
  picks: readonly (readonly number[])[],
): Answer<PlannedPrice> {
  const reasons = priceReasons(rule, dp, made)
  if (reasons.length > 0) return refuse(reasons)
  const picked = made.prices.map(() => 0)
  for (const slot of picks.flat()) picked[slot - 1] = (picked[slot - 1] ?? 0) + 1
  const numbers = rule.tie === 'lot' ? [...(made.slotOrder as number[])] : made.prices.map((_, n) => n + 1)
  const of = (slot: number) => picked[slot - 1] as number
  const priceOf = (slot: number) => made.prices[slot - 1] as string
  // Sorting is stable: numbers picked equally often stay in the order of the tie rule.
  const slots = numbers.sort((a, b) => of(b) - of(a)).slice(0, rule.draw)
  const sum = total(slots.map(priceOf))
  const exact = divide(sum, slots.length)
  const round = rule.rounding === 'ceil' ? ceil : trunc
  const amount = round(sum, slots.length, dp)
  const formula = `(${slots.map((s) => grouped(priceOf(s))).join(' + ')}) ÷ ${slots.length}`
  return answer({
    amount,
    picked,
    slots,
    steps: [
      { label: 'picks', working: picked.map((n, i) => `${i + 1}: ${n}`).join('; '), value: String(picks.length) },
      { label: 'drawn', working: slots.map((s) => `${s}: ${grouped(priceOf(s))}`).join('; '), value: slots.join(' ') },
      step('planned', formula, exact, amount, dp),
    ],
  })
}
