// Can this rule be published? Every reason why not; and what an authority would frown upon.
import { compare, divide, type Fraction, fraction, multiply, subtract, total } from '../kit/fraction.ts'
import { knowsCurrency, parseMoney } from '../kit/money.ts'
import { plain } from '../kit/rounding.ts'
import { allow, quote, type Reason, refuse, type Verdict } from '../kit/verdict.ts'
import {
  ALL_PARAMETERS,
  type AwardRule,
  type EvaluatorGroup,
  markedItems,
  PARAMETERS,
  type PriceInterval,
  type PriceSide,
  type QualityRule,
  type ScoredItem,
  trimmedPerEnd,
} from './rule.ts'

const SHARE = /^(0|[1-9]\d{0,5})(\.\d{1,10})?$/
const TIE_BREAKS = ['tech', 'techItemsByPoints', 'price', 'lot']

/** A decimal of a rule as an exact number; null when the text is none (sign, exponent, more than 6 + 10 digits). */
export const decimal = (text: unknown): Fraction | null =>
  typeof text === 'string' && SHARE.test(text) ? fraction(text) : null

/** A reason unless the text is a decimal from `low` to `high`; `open` leaves out the lower end. */
export function outside(text: unknown, low: string, high: string, at: string, open = false): Reason[] {
  const x = decimal(text)
  const fits = x !== null && compare(x, low) >= (open ? 1 : 0) && compare(x, high) <= 0
  return fits ? [] : [{ code: 'rule-figure-out-of-range', facts: { figure: quote(text), low, high }, at }]
}

export const wholeNumber = (n: unknown, low: number, high: number, at: string): Reason[] =>
  Number.isInteger(n) && (n as number) >= low && (n as number) <= high
    ? []
    : [{ code: 'rule-figure-out-of-range', facts: { figure: String(n).slice(0, 40), low, high }, at }]

export const oneOf = (value: unknown, choices: readonly string[], at: string): Reason[] =>
  choices.includes(value as string)
    ? []
    : [{ code: 'rule-choice-unknown', facts: { choice: quote(value), choices: choices.join(' ') }, at }]

/** Grades are named once, the best is all the points, each next one less, and no grade needs a finer mark than marks have. */
function gradeReasons(item: ScoredItem): Reason[] {
  if (item.grades === undefined) return []
  const at = `items/${quote(item.id)}/grades`
  const facts = { item: quote(item.id) }
  if (item.grades.length < 2) return [{ code: 'grades-too-few', facts, at }]
  const reasons = item.grades.flatMap((g) => outside(g.share, '0', '1', at))
  if (reasons.length > 0) return reasons
  const max = decimal(item.max)
  for (const [n, { grade, share }] of item.grades.entries()) {
    const said = { ...facts, grade: quote(grade) }
    // A name that reads as a number could be taken for points.
    if (typeof grade !== 'string' || !/^[^\d\s][^\s]{0,19}$/.test(grade))
      reasons.push({ code: 'grade-malformed', facts: said, at })
    if (item.grades.findIndex((g) => g.grade === grade) < n) reasons.push({ code: 'grade-repeated', facts: said, at })
    const before = item.grades[n - 1]?.share
    if (before !== undefined && compare(share, before) >= 0)
      reasons.push({ code: 'grades-not-falling', facts: said, at })
    const fine = max && multiply(multiply(max, share), 10_000)
    if (fine && fine.d !== 1n) reasons.push({ code: 'grade-too-fine', facts: said, at })
  }
  return reasons
}

/** Only records of members can be put together: an evaluator marks the proposal as a whole. */
function memberRuleReasons(item: ScoredItem): Reason[] {
  if (item.members === undefined) return []
  const at = `items/${quote(item.id)}/members`
  const reasons = oneOf(item.members, ['byShare', 'sum'], at)
  if (item.kind !== 'quantitative')
    reasons.push({ code: 'members-of-qualitative-item', facts: { item: quote(item.id) }, at })
  return reasons
}

/** Shares of the groups add up to 1, every evaluator is in one, and trimming leaves somebody in each. */
function groupRuleReasons(rule: QualityRule, groups: readonly EvaluatorGroup[]): Reason[] {
  const at = 'tech/groups'
  const reasons = groups.flatMap((g) => outside(g.share, '0', '1', at, true))
  if (reasons.length > 0) return reasons
  if (groups.length < 2) reasons.push({ code: 'groups-too-few', facts: {}, at })
  const sum = plain(total(groups.map((g) => g.share)))
  if (sum !== '1') reasons.push({ code: 'group-shares-not-1', facts: { sum }, at })
  const seen = new Set<string>()
  for (const group of groups) {
    const said = { group: quote(group.id) }
    if (typeof group.id !== 'string' || !/^[\w.:-]{1,64}$/.test(group.id))
      reasons.push({ code: 'group-id-malformed', facts: said, at })
    if (groups.filter((g) => g.id === group.id).length > 1) reasons.push({ code: 'group-repeated', facts: said, at })
    if (!group.title?.ko?.trim() || !group.title?.en?.trim()) reasons.push({ code: 'group-untitled', facts: said, at })
    for (const evaluator of group.evaluators) {
      if (seen.has(evaluator))
        reasons.push({ code: 'evaluator-in-two-groups', facts: { evaluator: quote(evaluator) }, at })
      seen.add(evaluator)
    }
    reasons.push(...tooFewToTrim(rule, group.evaluators.length, { group: quote(group.id) }))
  }
  return reasons
}

function tooFewToTrim(rule: QualityRule, evaluators: number, facts: Reason['facts'] = {}): Reason[] {
  const needs = 2 * trimmedPerEnd(rule, evaluators) + 1
  if (evaluators >= needs) return []
  return [{ code: 'too-few-evaluators-to-trim', facts: { ...facts, evaluators, needs }, at: 'tech/trim' }]
}

function itemReasons(rule: QualityRule): Reason[] {
  const reasons: Reason[] = []
  const say = (code: string, item: ScoredItem, facts: Reason['facts'] = {}) =>
    reasons.push({ code, facts: { item: quote(item.id), ...facts }, at: `items/${quote(item.id)}` })
  const byId = new Map<string, ScoredItem>()
  for (const item of rule.items) {
    if (typeof item.id !== 'string' || !/^[\w.:-]{1,64}$/.test(item.id)) say('item-id-malformed', item)
    if (byId.has(item.id)) say('item-id-repeated', item)
    byId.set(item.id, item)
    if (!item.title?.ko?.trim() || !item.title?.en?.trim()) say('item-untitled', item)
    const max = decimal(item.max)
    // Four decimals are what a mark may have; a finer maximum could never be reached.
    if (max === null || max.n === 0n || !/^\d+(\.\d{1,4})?$/.test(item.max)) {
      say('item-maximum-malformed', item, { max: quote(item.max) })
    }
    reasons.push(...oneOf(item.kind, ['qualitative', 'quantitative'], `items/${quote(item.id)}/kind`))
    reasons.push(...gradeReasons(item), ...memberRuleReasons(item))
  }
  const headings = new Map<string, ScoredItem[]>()
  for (const item of rule.items) {
    if (item.parent === undefined) continue
    const parent = byId.get(item.parent)
    if (!parent || parent === item) say('item-parent-unknown', item, { parent: quote(item.parent) })
    else if (parent.parent !== undefined) say('item-nested-too-deep', item, { parent: parent.id })
    else if (parent.kind !== item.kind) say('item-kind-differs-from-parent', item, { parent: parent.id })
    headings.set(item.parent, [...(headings.get(item.parent) ?? []), item])
  }
  const sumOf = (items: ScoredItem[]) => total(items.map((i) => decimal(i.max) ?? '0'))
  for (const [id, parts] of headings) {
    const heading = byId.get(id)
    const max = heading && decimal(heading.max)
    const sum = sumOf(parts)
    if (heading && max && compare(sum, max) !== 0) {
      say('sub-items-do-not-sum', heading, { sum: plain(sum), max: heading.max })
    }
  }
  const sum = plain(sumOf(rule.items.filter((i) => i.parent === undefined)))
  const maximum = decimal(rule.maximum)
  if (rule.items.length === 0) reasons.push({ code: 'rule-without-items', facts: {}, at: 'items' })
  else if (maximum === null || compare(sum, maximum) !== 0) {
    reasons.push({ code: 'items-do-not-sum', facts: { sum, maximum: quote(rule.maximum) }, at: 'items' })
  }
  return reasons
}

function technicalReasons(rule: QualityRule, evaluators: number | null): Reason[] {
  const { tech } = rule
  const { trim, dp, passRatio, graded } = tech
  const reasons = [
    ...wholeNumber(trim.perEnd, 0, 10, 'tech/trim/perEnd'),
    ...wholeNumber(trim.perEnd12plus, 0, 10, 'tech/trim/perEnd12plus'),
    ...oneOf(trim.mode, ['evaluator', 'item'], 'tech/trim/mode'),
    ...wholeNumber(dp, 0, 10, 'tech/dp'),
    ...outside(passRatio, '0', '1', 'tech/passRatio'),
  ]
  if (graded !== undefined) {
    reasons.push(...outside(graded.gap, '0', String(rule.weights.tech), 'tech/graded/gap', true))
    reasons.push(...oneOf(graded.base, ['full'], 'tech/graded/base'))
  }
  const marks = markedItems(rule).some((i) => i.kind === 'qualitative')
  if (tech.groups !== undefined) reasons.push(...groupRuleReasons(rule, tech.groups))
  else if (evaluators !== null && marks) reasons.push(...tooFewToTrim(rule, evaluators))
  return reasons
}

/** Whether the technical side can score proposals; every reason why not. `evaluators` is null while the committee is not known. */
export const checkQuality = (rule: QualityRule, evaluators: number | null): Reason[] => [
  ...itemReasons(rule),
  ...technicalReasons(rule, evaluators),
]

function tableReasons(rule: PriceSide, rows: readonly PriceInterval[]): Reason[] {
  if (rows.length === 0) return [{ code: 'price-table-empty', facts: {}, at: 'price/table' }]
  return rows.flatMap((row, i) => {
    const at = `price/table/${i}`
    const before = rows[i - 1]?.upTo ?? '0'
    const reasons = [
      ...outside(row.upTo, '0', '10', at, true),
      ...outside(row.points, '0', String(rule.weights.price), at),
    ]
    const [low, high] = [decimal(before), decimal(row.upTo)]
    if (low && high && compare(high, low) <= 0) reasons.push({ code: 'price-table-not-rising', facts: { row: i }, at })
    return reasons
  })
}

/** Whether the price side can score prices; every reason why not. */
export function checkPriceSide(rule: PriceSide): Reason[] {
  const { price } = rule
  const reasons = [
    ...oneOf(price.reference, ['planned', 'estimated', 'budget'], 'price/reference'),
    ...oneOf(price.lowestAmong, ['valid', 'eligible'], 'price/lowestAmong'),
    ...oneOf(price.rounding, ['final4', 'ratio4'], 'price/rounding'),
    ...oneOf(price.formula, Object.keys(PARAMETERS), 'price/formula'),
  ]
  for (const name of ['referenceAmount', 'ceiling'] as const) {
    const at = `price/${name}`
    if (price[name] === null) {
      // Only a planned price may still be unknown when the notice is published.
      if (price.reference !== 'planned') reasons.push({ code: 'rule-amount-missing', facts: { amount: name }, at })
      continue
    }
    if (!knowsCurrency(rule.currency)) continue
    const read = parseMoney(price[name], rule.currency)
    if (!read.ok) reasons.push(...read.reasons.map((r) => ({ ...r, at })))
    else if (read.value.amount === '0') reasons.push({ code: 'amount-not-positive', facts: { amount: '0' }, at })
  }
  if (!Object.hasOwn(PARAMETERS, price.formula)) return reasons
  const reads = PARAMETERS[price.formula]
  for (const name of ALL_PARAMETERS) {
    const at = `price/${name}`
    const facts = { parameter: name, formula: price.formula }
    if (reads.includes(name) && price[name] === undefined) reasons.push({ code: 'price-parameter-missing', facts, at })
    // A parameter that nothing reads would be published, hashed and believed.
    if (!reads.includes(name) && price[name] !== undefined) reasons.push({ code: 'price-parameter-unused', facts, at })
  }
  const has = (name: (typeof ALL_PARAMETERS)[number]) => reads.includes(name) && price[name] !== undefined
  if (has('branch')) reasons.push(...outside(price.branch, '0', '1', 'price/branch', true))
  if (has('clamp')) reasons.push(...outside(price.clamp, '0', '1', 'price/clamp', true))
  if (has('lowBonus')) reasons.push(...outside(price.lowBonus, '0', '50', 'price/lowBonus'))
  if (has('belowShare')) reasons.push(...outside(price.belowShare, '0', '1', 'price/belowShare'))
  if (has('knee')) reasons.push(...outside(price.knee, '0', '1', 'price/knee', true))
  if (has('clampLowest') && typeof price.clampLowest !== 'boolean') {
    reasons.push(...oneOf(price.clampLowest, ['true', 'false'], 'price/clampLowest'))
  }
  if (reads.includes('table') && price.table) reasons.push(...tableReasons(rule, price.table))
  const [branch, clamp] = [decimal(price.branch), decimal(price.clamp)]
  if (has('branch') && has('clamp') && branch && clamp && compare(clamp, branch) >= 0) {
    reasons.push({ code: 'clamp-not-below-branch', facts: { clamp: plain(clamp), branch: plain(branch) }, at: 'price' })
  }
  return reasons
}

/**
 * Whether this rule can score a tender. `evaluators` is the size of the committee, null while it is not known.
 * Refuses with every reason; `at` is the path inside the rule.
 */
export function checkRule(rule: AwardRule, evaluators: number | null): Verdict {
  const { tech, price } = rule.weights
  const reasons: Reason[] = oneOf(rule.kind, ['NEGOTIATION'], 'kind')
  if (![tech, price].every(Number.isInteger) || tech + price !== 100) {
    reasons.push({ code: 'weights-not-100', facts: { tech: String(tech), price: String(price) }, at: 'weights' })
  }
  reasons.push(...wholeNumber(tech, 50, 100, 'weights/tech'))
  reasons.push(...checkQuality(rule, evaluators))
  if (rule.winners !== undefined) reasons.push(...wholeNumber(rule.winners, 2, 1000, 'winners'))
  if (rule.totalPassMark !== undefined) reasons.push(...outside(rule.totalPassMark, '0', '100', 'totalPassMark', true))
  if (!knowsCurrency(rule.currency)) {
    reasons.push({ code: 'currency-unknown', facts: { currency: quote(rule.currency) }, at: 'currency' })
  }
  reasons.push(...checkPriceSide(rule), ...oneOf(rule.openPrices, ['all', 'qualified'], 'openPrices'))
  if (rule.openPrices === 'qualified' && rule.price.lowestAmong === 'valid') {
    // Prices that stay sealed cannot be the lowest.
    reasons.push({ code: 'qualified-needs-lowest-among-eligible', facts: {}, at: 'price/lowestAmong' })
  }
  for (const tie of rule.ties) reasons.push(...oneOf(tie, TIE_BREAKS, 'ties'))
  if (new Set(rule.ties).size !== rule.ties.length) reasons.push({ code: 'ties-repeated', facts: {}, at: 'ties' })
  // Whatever comes before, two bidders can be equal in it: only the lot always ends.
  if (rule.ties.at(-1) !== 'lot') {
    reasons.push({ code: 'ties-must-end-in-lot', facts: {}, at: 'ties' })
  }
  reasons.push(...wholeNumber(rule.dp, 0, 10, 'dp'))
  return reasons.length === 0 ? allow() : refuse(reasons)
}

/**
 * What the national rule of weights (50/50 to 90/10) and the Public Procurement Service's item rules would object to, for a rule that
 * checkRule allows: technology above 90 points, an item above 30 points,
 * an item above 10 points that is not split in two or more, more than five grades, best and worst grade more than 30 % of an item
 * apart, more than 20 quantitative points, a gap of graded scores above 3. Advice, not refusals: other bodies set other limits. Points are compared on the scale of weights.tech.
 */
export function warnings(rule: AwardRule): Reason[] {
  const parts = (item: ScoredItem) => rule.items.filter((i) => i.parent === item.id).length
  const points = (max: string) => divide(multiply(max, rule.weights.tech), rule.maximum)
  const found: Reason[] = []
  const warn = (code: string, limit: number, facts: Reason['facts'], at: string) =>
    found.push({ code, facts: { limit, ...facts }, at })
  if (rule.weights.tech > 90) warn('technology-above-90-points', 90, { tech: rule.weights.tech }, 'weights')
  for (const item of rule.items.filter((i) => i.parent === undefined)) {
    const facts = { item: item.id, max: item.max }
    if (compare(points(item.max), 30) > 0) warn('item-above-30-points', 30, facts, `items/${item.id}`)
    if (compare(points(item.max), 10) > 0 && parts(item) < 2) {
      warn('item-above-10-points-not-split', 10, facts, `items/${item.id}`)
    }
  }
  for (const { id, grades = [] } of rule.items) {
    const [best, worst] = [grades[0], grades.at(-1)]
    if (!best || !worst) continue
    const at = `items/${id}/grades`
    if (grades.length > 5) warn('more-than-five-grades', 5, { item: id, grades: grades.length }, at)
    const spread = multiply(subtract(best.share, worst.share), 100)
    if (compare(spread, 30) > 0) warn('grades-spread-above-30-per-cent', 30, { item: id, spread: plain(spread) }, at)
  }
  const quantitative = total(
    markedItems(rule)
      .filter((i) => i.kind === 'quantitative')
      .map((i) => i.max),
  )
  const sum = plain(quantitative)
  if (compare(points(sum), 20) > 0) warn('quantitative-above-20-points', 20, { sum }, 'items')
  const gap = rule.tech.graded?.gap
  if (gap !== undefined && compare(gap, 3) > 0) warn('graded-gap-above-3-points', 3, { gap }, 'tech/graded/gap')
  return found
}
