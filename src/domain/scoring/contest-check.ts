// Can this rule by price be published? Every reason why not; and what a procuring authority would frown upon.
import { add, compare, subtract, total } from '../kit/fraction.ts'
import { knowsCurrency } from '../kit/money.ts'
import { plain } from '../kit/rounding.ts'
import { allow, quote, type Reason, refuse, type Verdict } from '../kit/verdict.ts'
import { readPrice } from './contest-facts.ts'
import {
  type AnyRule,
  BLOCKS,
  type ContestRule,
  fixedCostsOf,
  isContest,
  KINDS,
  type OfficerPart,
  type PrelimRule,
} from './contest-rule.ts'
import { passingShare } from './examination.ts'
import { bandsOf, PRELIM_MODES, prelimCount } from './planned-price.ts'
import { checkPriceSide, checkQuality, checkRule, oneOf, outside, warnings, wholeNumber } from './rule-check.ts'

const amountReasons = (amount: unknown, dp: number, at: string): Reason[] =>
  readPrice(amount, dp) === null ? [{ code: 'rule-amount-malformed', facts: { amount: quote(amount) }, at }] : []

function prelimReasons(rule: PrelimRule, dp: number): Reason[] {
  const reasons = [
    ...amountReasons(rule.base, dp, 'planned/base'),
    ...amountReasons(rule.unit, dp, 'planned/unit'),
    ...oneOf(rule.mode, PRELIM_MODES, 'planned/mode'),
    ...oneOf(rule.tie, ['lowestNumber', 'lot'], 'planned/tie'),
    ...oneOf(rule.picksOf, ['opened', 'valid'], 'planned/picksOf'),
    ...oneOf(rule.rounding, ['ceil', 'trunc'], 'planned/rounding'),
  ]
  const spans = rule.spans ?? []
  if ((rule.mode === 'OWN') !== spans.length > 0) {
    reasons.push({ code: 'prelim-spans', facts: { mode: quote(rule.mode), spans: spans.length }, at: 'planned/spans' })
  }
  for (const s of spans) {
    reasons.push(...wholeNumber(s.from, -500, 499, 'planned/spans'), ...wholeNumber(s.to, -499, 500, 'planned/spans'))
    reasons.push(...wholeNumber(s.bands, 1, 100, 'planned/spans'))
  }
  if (reasons.length > 0) return reasons
  const count = prelimCount(rule)
  reasons.push(
    ...wholeNumber(rule.draw, 1, count, 'planned/draw'),
    ...wholeNumber(rule.picks, 1, count, 'planned/picks'),
  )
  const bands = bandsOf(rule, dp)
  if (!bands.ok) reasons.push(...bands.reasons.map((r) => ({ ...r, at: 'planned' })))
  return reasons
}

function plannedReasons({ planned, dp }: ContestRule): Reason[] {
  if (planned.how === 'prelim') return prelimReasons(planned, dp)
  if (planned.how === 'none') return amountReasons(planned.budget, dp, 'planned/budget')
  if (planned.how === 'single')
    return planned.amount === null ? [] : amountReasons(planned.amount, dp, 'planned/amount')
  return oneOf((planned as { how: unknown }).how, ['prelim', 'single', 'none'], 'planned/how')
}

function floorReasons({ floor, dp }: ContestRule): Reason[] {
  if (!floor) return []
  const reasons = outside(floor.rate, '0', '1', 'floor/rate', true)
  for (const [n, cost] of (floor.fixedCosts ?? []).entries()) {
    const at = `floor/fixedCosts/${n}`
    if (typeof cost.item !== 'string' || cost.item.trim() === '')
      reasons.push({ code: 'fixed-cost-unnamed', facts: {}, at })
    if (cost.amount !== '0') reasons.push(...amountReasons(cost.amount, dp, at))
  }
  if (floor.netCost) {
    const { amount, base, share, plannedBelow } = floor.netCost
    reasons.push(...amountReasons(amount, dp, 'floor/netCost'), ...amountReasons(base, dp, 'floor/netCost'))
    reasons.push(...outside(share, '0', '1', 'floor/netCost', true))
    if (plannedBelow !== null) reasons.push(...amountReasons(plannedBelow, dp, 'floor/netCost'))
  }
  return reasons
}

/** Parts named once, with points, and together with the price making the whole. */
function partReasons(parts: readonly OfficerPart[], pricePoints: string, whole: string, at: string): Reason[] {
  const reasons = parts.flatMap((part) => {
    const facts = { part: quote(part.id) }
    const own = outside(part.max, '0', '1000', `${at}/${quote(part.id)}`, true)
    if (typeof part.id !== 'string' || !/^[\w.:-]{1,64}$/.test(part.id))
      own.push({ code: 'part-id-malformed', facts, at })
    if (parts.filter((p) => p.id === part.id).length > 1) own.push({ code: 'part-repeated', facts, at })
    if (!part.title?.ko?.trim() || !part.title?.en?.trim()) own.push({ code: 'part-untitled', facts, at })
    return own
  })
  if (reasons.length > 0) return reasons
  const sum = add(total(parts.filter((p) => !p.bonus).map((p) => p.max)), pricePoints)
  if (compare(sum, whole) !== 0)
    reasons.push({ code: 'parts-do-not-sum', facts: { sum: plain(sum), whole: quote(whole) }, at })
  return reasons
}

function examinationReasons({ examination: e }: ContestRule): Reason[] {
  if (!e) return []
  const at = 'examination'
  const reasons = [
    ...outside(e.points, '0', '100', `${at}/points`, true),
    ...outside(e.slope, '0', '1000', `${at}/slope`, true),
    ...outside(e.best, '0', '1', `${at}/best`, true),
    ...outside(e.least, '0', '100', `${at}/least`),
    ...wholeNumber(e.ratioDp, 1, 10, `${at}/ratioDp`),
    ...wholeNumber(e.partDp, 0, 6, `${at}/partDp`),
    ...outside(e.passMark, '0', '100', `${at}/passMark`, true),
  ]
  if ((e.fixedRatio === undefined) !== (e.fixedScore === undefined))
    reasons.push({ code: 'fixed-score-half', facts: {}, at })
  if (e.fixedRatio !== undefined) reasons.push(...outside(e.fixedRatio, '0', '1', `${at}/fixedRatio`, true))
  if (e.fixedScore !== undefined) reasons.push(...outside(e.fixedScore, '0', '100', `${at}/fixedScore`))
  if (reasons.length > 0) return reasons
  return partReasons(e.parts, e.points, '100', `${at}/parts`)
}

function comprehensiveReasons(rule: ContestRule): Reason[] {
  const c = rule.comprehensive
  if (!c) return []
  const at = 'comprehensive'
  const reasons = [
    ...wholeNumber(c.pricePoints, 0, 100, `${at}/pricePoints`),
    ...wholeNumber(c.priceDp, 0, 10, `${at}/priceDp`),
    ...wholeNumber(c.partDp, 0, 6, `${at}/partDp`),
    ...outside(c.passMark, '0', '1000', `${at}/passMark`),
    ...outside(c.maximum, '0', '1000', `${at}/maximum`, true),
  ]
  if (c.price.reference !== 'planned' || c.price.referenceAmount !== null || c.price.ceiling !== null) {
    // The planned price of the rule itself is the measure; a second one would contradict it.
    reasons.push({ code: 'comprehensive-price-not-planned', facts: {}, at: `${at}/price` })
  }
  if (reasons.length > 0) return reasons
  reasons.push(...checkPriceSide({ price: c.price, weights: { price: c.pricePoints }, currency: rule.currency }))
  return [...reasons, ...partReasons(c.parts, String(c.pricePoints), c.maximum, `${at}/parts`)]
}

function auctionReasons({ auction: a, dp, planned }: ContestRule): Reason[] {
  if (!a) return []
  const at = 'auction'
  const reasons = [
    ...amountReasons(a.start, dp, `${at}/start`),
    ...amountReasons(a.step, dp, `${at}/step`),
    ...oneOf(a.undercut, ['lowest', 'own'], `${at}/undercut`),
    ...wholeNumber(a.rounds, 1, 100, `${at}/rounds`),
    ...wholeNumber(a.roundSeconds, 10, 86_400, `${at}/roundSeconds`),
    ...(a.extendSeconds === undefined ? [] : wholeNumber(a.extendSeconds, 0, 3600, `${at}/extendSeconds`)),
  ]
  if (planned.how === 'prelim') reasons.push({ code: 'auction-with-picks', facts: {}, at: 'planned' })
  return reasons
}

/**
 * Whether this rule by price can decide a tender. `evaluators` is the size of the committee where there is one, null while it
 * is not known. Refuses with every reason; `at` is the path inside the rule. Expects the shape of ContestRule (zod at the edge).
 */
export function checkContest(rule: ContestRule, evaluators: number | null): Verdict {
  const reasons: Reason[] = oneOf(rule.kind, Object.keys(KINDS), 'kind')
  if (rule.version !== 1)
    reasons.push({ code: 'rule-version-unknown', facts: { version: String(rule.version) }, at: 'version' })
  if (!knowsCurrency(rule.currency)) {
    reasons.push({ code: 'currency-unknown', facts: { currency: quote(rule.currency) }, at: 'currency' })
  }
  reasons.push(...wholeNumber(rule.dp, 0, 2, 'dp'))
  reasons.push(...wholeNumber(rule.leastBids, 1, 100, 'leastBids'), ...wholeNumber(rule.winners, 1, 1000, 'winners'))
  if (reasons.length > 0) return refuse(reasons)

  const kind = KINDS[rule.kind]
  for (const block of BLOCKS) {
    const facts = { block, kind: rule.kind }
    const there = rule[block] !== undefined
    if (!there && kind.needs.includes(block)) reasons.push({ code: 'rule-block-missing', facts, at: block })
    // A block that nothing reads would be published, hashed and believed.
    if (there && !kind.needs.includes(block) && !kind.may.includes(block)) {
      reasons.push({ code: 'rule-block-unused', facts, at: block })
    }
  }
  reasons.push(...plannedReasons(rule), ...floorReasons(rule), ...examinationReasons(rule))
  reasons.push(...comprehensiveReasons(rule), ...auctionReasons(rule))
  if (rule.quality) {
    // Stryker disable next-line StringLiteral: each of these reasons has a place
    reasons.push(...checkQuality(rule.quality, evaluators).map((r) => ({ ...r, at: `quality/${r.at ?? ''}` })))
    if (rule.quality.tech.graded) reasons.push({ code: 'graded-without-total', facts: {}, at: 'quality/tech/graded' })
  }
  for (const tie of rule.ties) reasons.push(...oneOf(tie, kind.ties, 'ties'))
  if (new Set(rule.ties).size !== rule.ties.length) reasons.push({ code: 'ties-repeated', facts: {}, at: 'ties' })
  if (rule.ties.at(-1) !== 'lot') reasons.push({ code: 'ties-must-end-in-lot', facts: {}, at: 'ties' })
  return reasons.length === 0 ? allow() : refuse(reasons)
}

/** What the law or an authority's table would object to, for a rule that checkContest allows. Advice, not refusal. */
export function contestWarnings(rule: ContestRule): Reason[] {
  const found: Reason[] = []
  const warn = (code: string, facts: Reason['facts'], at: string) => found.push({ code, facts, at })
  if (rule.leastBids < 2) warn('one-bid-is-no-competition', { least: rule.leastBids }, 'leastBids')
  if (rule.planned.how === 'prelim' && rule.planned.mode !== 'OWN') {
    if (rule.planned.picks !== 2 || rule.planned.draw !== 4) {
      warn('prelim-unusual', { picks: rule.planned.picks, draw: rule.planned.draw }, 'planned')
    }
  }
  const { floor, examination } = rule
  if (floor && compare(floor.rate, '0.6') < 0) warn('floor-under-60-per-cent', { rate: floor.rate }, 'floor/rate')
  if (floor && fixedCostsOf(rule).length > 7)
    warn('more-than-seven-fixed-costs', { items: fixedCostsOf(rule).length }, 'floor')
  if (floor && examination) {
    const share = passingShare(examination)
    // Floor and price formula are the same thing said twice: where they differ, bids pass one and fail the other.
    if (compare(share, floor.rate) !== 0)
      warn('floor-differs-from-formula', { rate: floor.rate, formula: share }, 'floor/rate')
  }
  if (rule.planned.how === 'none' && floor) warn('floor-of-a-budget', { budget: rule.planned.budget }, 'floor')
  if (rule.auction && compare(subtract(rule.auction.start, rule.auction.step), 0) <= 0) {
    warn('auction-step-too-large', { step: rule.auction.step }, 'auction/step')
  }
  return found
}

/** checkRule and checkContest behind one door: whether any rule can be published. */
export const checkAnyRule = (rule: AnyRule, evaluators: number | null): Verdict =>
  isContest(rule) ? checkContest(rule, evaluators) : checkRule(rule, evaluators)

/** Advice on any rule that checkAnyRule allows. */
export const anyWarnings = (rule: AnyRule): Reason[] => (isContest(rule) ? contestWarnings(rule) : warnings(rule))
