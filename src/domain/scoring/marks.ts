// Is every mark there, once, and within its item's maximum? Marks are kept as whole numbers of 1/10,000 point.
import { compare } from '../kit/fraction.ts'
import { type Answer, answer, quote, type Reason, refuse } from '../kit/verdict.ts'
import { type OfficerMark, repeated, type TechnicalBidder, type TechnicalFacts } from './facts.ts'
import { gradePoints } from './grades.ts'
import { markedItems, type QualityRule, type ScoredItem } from './rule.ts'
import { checkQuality } from './rule-check.ts'

/** 1/10,000 point: marks have at most six digits and four decimals, so sums of thousands of them are exact whole numbers. */
export const UNITS = 10_000

/** Marks found by the places of bidder, item and evaluator in their lists. NaN: no mark is there. */
export interface MarkBook {
  items: ScoredItem[]
  /** In units of 1/10,000 point. `bidder` counts in facts.bidders, `item` in `items`, `evaluator` in facts.evaluators. */
  markOf(bidder: number, item: number, evaluator: number): number
  /** The officer's marks of an item of a consortium, member by member, with their shares. */
  membersOf(bidder: number, item: number): { member: string; share: string; units: number }[]
  /** The officer's mark of an item. */
  recordOf(bidder: number, item: number): number
}

// More cells than any tender has; a facts file of somebody who names a million evaluators ends here and not in the memory.
const MOST_CELLS = 60_000_000
const MOST_EVALUATORS = 10_000
const MOST_REASONS = 1000

const MARK = /^(0|[1-9]\d{0,5})(\.\d{1,4})?$/

/** "12.5" as 125000; the text must match MARK. */
function unitsOf(mark: string): number {
  const [whole, decimals = ''] = mark.split('.')
  return Number(whole) * UNITS + Number(decimals.padEnd(4, '0'))
}

/** 125000 as "12.5". */
export function unitsText(units: number): string {
  const whole = Math.trunc(units / UNITS)
  const rest = units % UNITS
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(4, '0').replace(/0+$/, '')}`
}

/** The points of each grade of an item, in units, by its name and by its points written out. */
function gradesOf(item: ScoredItem): ReadonlyMap<string, number> | null {
  const grades = gradePoints(item)
  if (!grades) return null
  return new Map(
    grades.flatMap(({ grade, points }) => [[points, unitsOf(points)] as const, [grade, unitsOf(points)] as const]),
  )
}

/** Reads the marks of one item; equal texts are read once, since a committee writes few different ones. */
function markReader(item: ScoredItem): (mark: string) => number | string {
  const grades = gradesOf(item)
  const max = unitsOf(item.max)
  const read = new Map<string, number | string>()
  const judge = (mark: string): number | string => {
    if (grades) return grades.get(mark) ?? 'mark-not-a-grade'
    if (mark.startsWith('-')) return 'mark-negative'
    if (/^\d{1,6}\.\d{5,}$/.test(mark)) return 'mark-too-fine'
    if (!MARK.test(mark)) return 'mark-malformed'
    const units = unitsOf(mark)
    return units > max ? 'mark-over-maximum' : units
  }
  return (mark) => {
    if (typeof mark !== 'string') return 'mark-malformed'
    const known = read.get(mark)
    // Stryker disable next-line ConditionalExpression: judged again it is the same
    if (known !== undefined) return known
    const made = judge(mark)
    // Stryker disable next-line all: what is kept saves time, and how much is kept bounds the memory
    if (mark.length < 64 && read.size < 10_000) read.set(mark, made)
    return made
  }
}

/** Each evaluator is in one group and each group is there; trimming leaves somebody in each. */
function groupReasons(rule: QualityRule, evaluators: readonly string[]): Reason[] {
  const { groups } = rule.tech
  if (!groups) return []
  const grouped = new Set(groups.flatMap((g) => g.evaluators))
  const present = new Set(evaluators)
  const loose = evaluators.filter((e) => !grouped.has(e))
  const absent = [...grouped].filter((e) => !present.has(e))
  return [
    ...loose.map((e) => ({ code: 'evaluator-without-group', facts: { evaluator: quote(e) } })),
    ...absent.map((e) => ({ code: 'evaluator-of-group-unknown', facts: { evaluator: quote(e) } })),
  ]
}

/** Members of a consortium: each once, shares above zero adding up to 1. */
function memberReasons(facts: TechnicalFacts): Reason[] {
  return facts.bidders.flatMap((b) => {
    if (!b.members) return []
    const said = { bidder: quote(b.id) }
    const reasons = repeated(
      b.members.map((m) => m.member),
      'member-repeated',
    )
    const good = b.members.every((m) => typeof m.share === 'string' && /^(0|1)(\.\d{1,6})?$/.test(m.share))
    const sum = good ? b.members.reduce((s, m) => s + Math.round(Number(m.share) * 1e6), 0) : 0
    if (!good || sum !== 1e6 || b.members.some((m) => compare(m.share, '0') <= 0)) {
      reasons.push({ code: 'member-shares-not-1', facts: said })
    }
    return reasons
  })
}

/**
 * Checks that the rule can score these facts and that every mark is there, once, between 0 and its item's maximum.
 *
 * Refuses with every reason (at most 1,000 missing marks are named): those of checkQuality; bidder-repeated, evaluator-repeated;
 * evaluator-without-group, evaluator-of-group-unknown; member-repeated, member-shares-not-1, mark-member-unknown; mark-bidder-unknown,
 * mark-evaluator-unknown, mark-item-unknown (also an item marked by the wrong hand, or a heading), mark-not-expected (the technical
 * envelope was malformed), mark-repeated, mark-malformed, mark-negative, mark-too-fine, mark-over-maximum, mark-not-a-grade,
 * mark-missing; facts-too-many.
 */
export function checkMarks(facts: TechnicalFacts): Answer<MarkBook> {
  const { rule, evaluators, bidders } = facts
  const verdict = checkQuality(rule, evaluators.length)
  if (verdict.length > 0) return refuse(verdict)
  const items = markedItems(rule)
  const width = evaluators.length + 1
  // Stryker disable next-line EqualityOperator: nobody has just as many
  if (bidders.length * items.length * width > MOST_CELLS || width > MOST_EVALUATORS) {
    const said = { bidders: bidders.length, items: items.length, evaluators: evaluators.length }
    return refuse([{ code: 'facts-too-many', facts: said }])
  }
  const reasons: Reason[] = [
    ...repeated(
      bidders.map((b) => b.id),
      'bidder-repeated',
    ),
    ...repeated(evaluators, 'evaluator-repeated'),
    ...groupReasons(rule, evaluators),
    ...memberReasons(facts),
  ]
  const placeOf = (ids: readonly string[]) => new Map(ids.map((id, n) => [id, n]))
  const bidderAt = placeOf(bidders.map((b) => b.id))
  const itemAt = placeOf(items.map((i) => i.id))
  const evaluatorAt = placeOf(evaluators)
  const readers = items.map(markReader)
  const isRecord = items.map((i) => i.kind === 'quantitative')
  const cells = new Float64Array(bidders.length * items.length * width).fill(Number.NaN)
  const members = new Map<string, number>()
  const valid = bidders.map((b) => b.technical === 'valid')
  /** Whose records are put together for this bidder and item; undefined where it is the bidder's own. */
  // Stryker disable next-line OptionalChaining: every place is one of the facts'
  const recordsOf = (b: number, i: number) => (items[i]?.members === undefined ? undefined : bidders[b]?.members)

  const enter = (m: OfficerMark, by: number, evaluator: string) => {
    const b = bidderAt.get(m.bidder)
    const i = itemAt.get(m.item)
    // Nearly every mark is in order, and nothing has to be said of it.
    const refuseIt = (code: string, more: Reason['facts'] = {}) => {
      const said: Reason['facts'] = { bidder: quote(m.bidder), item: quote(m.item) }
      if (evaluator) said.evaluator = quote(evaluator)
      if (m.member !== undefined) said.member = quote(m.member)
      reasons.push({ code, facts: { ...said, ...more } })
    }
    if (b === undefined) refuseIt('mark-bidder-unknown')
    else if (!valid[b]) refuseIt('mark-not-expected')
    // Stryker disable next-line ConditionalExpression: what is no item is of neither kind
    if (i === undefined || isRecord[i] !== (by === evaluators.length)) return refuseIt('mark-item-unknown')
    const item = items[i] as ScoredItem
    const made = (readers[i] as (mark: string) => number | string)(m.mark)
    if (typeof made === 'string') {
      const mark: Reason['facts'] = typeof m.mark === 'string' ? { mark: quote(m.mark) } : {}
      refuseIt(made, { ...mark, ...(made === 'mark-over-maximum' && { max: item.max }) })
    }
    if (b === undefined) return
    const units = typeof made === 'number' ? made : 0
    const known = recordsOf(b, i)
    if (m.member === undefined && !known) {
      const at = (b * items.length + i) * width + by
      if (!Number.isNaN(cells[at])) refuseIt('mark-repeated')
      cells[at] = units
      return
    }
    if (!known?.some((k) => k.member === m.member)) return refuseIt('mark-member-unknown')
    const key = JSON.stringify([b, i, m.member])
    if (members.has(key)) refuseIt('mark-repeated')
    members.set(key, units)
  }
  for (const m of facts.marks) {
    const by = evaluatorAt.get(m.evaluator)
    if (by === undefined) reasons.push({ code: 'mark-evaluator-unknown', facts: { evaluator: quote(m.evaluator) } })
    else enter({ bidder: m.bidder, item: m.item, mark: m.mark }, by, m.evaluator)
  }
  for (const m of facts.quantitative) enter(m, evaluators.length, '')

  const missing: Reason[] = []
  for (const [b, bidder] of bidders.entries()) {
    if (missing.length >= MOST_REASONS) break
    const miss = (item: ScoredItem, more: Reason['facts']) =>
      missing.push({ code: 'mark-missing', facts: { bidder: quote(bidder.id), item: item.id, ...more } })
    // Of an id that is there twice one place stays empty; that it is repeated has been said.
    if (bidder.technical !== 'valid' || bidderAt.get(bidder.id) !== b) continue
    for (const [i, item] of items.entries()) {
      const row = (b * items.length + i) * width
      if (item.kind === 'quantitative') {
        if (item.members && bidder.members) {
          for (const { member } of bidder.members) {
            if (!members.has(JSON.stringify([b, i, member]))) miss(item, { member: quote(member) })
          }
        } else if (Number.isNaN(cells[row + evaluators.length])) miss(item, {})
        continue
      }
      for (const [e, evaluator] of evaluators.entries()) {
        if (Number.isNaN(cells[row + e]) && evaluatorAt.get(evaluator) === e)
          miss(item, { evaluator: quote(evaluator) })
      }
    }
  }
  reasons.push(...missing)
  if (reasons.length > 0) return refuse(reasons)
  return answer({
    items,
    markOf: (b, i, e) => cells[(b * items.length + i) * width + e] as number,
    recordOf: (b, i) => cells[(b * items.length + i) * width + evaluators.length] as number,
    membersOf: (b, i) =>
      ((bidders[b] as TechnicalBidder).members ?? []).map(({ member, share }) => ({
        member,
        share,
        units: members.get(JSON.stringify([b, i, member])) as number,
      })),
  })
}
