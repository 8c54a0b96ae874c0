// How many points is a technical proposal worth? The trimmed mean of the evaluators, the officer's part, the pass mark.
import { compare, divide, type Fraction, fraction, multiply, subtract, total } from '../kit/fraction.ts'
import { byText } from '../kit/order.ts'
import { halfUp, plain, shown } from '../kit/rounding.ts'
import { type Answer, answer } from '../kit/verdict.ts'
import type { TechnicalFacts } from './facts.ts'
import { checkMarks, type MarkBook, UNITS, unitsText } from './marks.ts'
import { type QualityRule, trimmedPerEnd } from './rule.ts'
import { type Step, step } from './step.ts'

export interface TechnicalScore {
  bidder: string
  /** The score that counts in the total: the raw score, or the graded one where the rule grades. Null: malformed envelope. */
  technical: string | null
  /** The score before grading, rounded; the pass mark is held against this. */
  raw: string | null
  qualified: boolean
  /** 'technical-malformed', 'below-pass-mark' */
  reasons: string[]
  /** Points of every marked item, for ties: the mean over the evaluators kept for this bidder, four decimals. */
  items: { item: string; score: string }[]
  steps: Step[]
}

/** Who gave how many points, in units of 1/10,000. */
type Given = { by: string; units: number }
/** `given` by id, `kept` from the lowest up. */
type Trimmed = { given: Given[]; kept: Given[]; keeps: ReadonlySet<string> }

/**
 * Leaves out the `perEnd` lowest and as many highest. Where several share the extreme just one of them goes: at the bottom the
 * first by id, at the top the last, so that the outcome does not hang on the order of the list.
 */
function trimmed(given: Given[], perEnd: number): Trimmed {
  // `given` comes by id and sorting is stable: equal ones stay in that order.
  const sorted = [...given].sort((a, b) => a.units - b.units)
  const kept = sorted.slice(perEnd, sorted.length - perEnd)
  return { given, kept, keeps: new Set(kept.map((g) => g.by)) }
}

const sumOf = (list: readonly Given[]): number => list.reduce((sum, g) => sum + g.units, 0)
const points = (units: number): Fraction => divide(units, UNITS)
const meanOf = (list: readonly Given[]): Fraction => divide(sumOf(list), UNITS * list.length)
const meanText = (list: readonly Given[]): string =>
  `(${list.map((g) => unitsText(g.units)).join(' + ')}) ÷ ${list.length}`

/** "E1 76.5; E2 78; −E5 71": who gave what, a minus before those left out. */
function givenText({ given, keeps }: Trimmed): string {
  return given.map((g) => `${keeps.has(g.by) ? '' : '−'}${g.by} ${unitsText(g.units)}`).join('; ')
}

type Part = { exact: Fraction; items: { item: string; score: string }[]; steps: Step[] }

/** Evaluators who are averaged together, by their places in the facts; `prefix` stands before their workings. */
type Panel = { prefix: string; share: string; members: { place: number; by: string }[]; perEnd: number }

/** What is the same for every bidder. */
interface Marking {
  rule: QualityRule
  book: MarkBook
  panels: Panel[]
  qualitative: { place: number; id: string }[]
  quantitative: { place: number; id: string; max: string; members: 'byShare' | 'sum' | undefined }[]
  /** Items of both parts, one after the other, by id: the places of `items` in the order in which they are published. */
  byId: number[]
  converts: boolean
  pass: string
}

function markingOf({ rule, evaluators }: TechnicalFacts, book: MarkBook): Marking {
  const members = evaluators.map((by, place) => ({ place, by })).sort((a, b) => byText(a.by, b.by))
  const { groups } = rule.tech
  const panel = (list: typeof members, prefix: string, share: string): Panel => ({
    prefix,
    share,
    members: list,
    perEnd: trimmedPerEnd(rule, list.length),
  })
  const kinds = ['qualitative', 'quantitative']
  const both = kinds.flatMap((kind) => book.items.filter((i) => i.kind === kind).map((i) => i.id))
  const numbered = book.items.map((i, place) => ({ place, id: i.id, max: i.max, members: i.members, kind: i.kind }))
  return {
    rule,
    book,
    panels: groups
      ? groups.map((g) =>
          panel(
            members.filter((m) => g.evaluators.includes(m.by)),
            `${g.id}: `,
            g.share,
          ),
        )
      : // Stryker disable next-line StringLiteral: one panel alone is not weighed
        [panel(members, '', '1')],
    qualitative: numbered.filter((i) => i.kind === 'qualitative'),
    quantitative: numbered.filter((i) => i.kind === 'quantitative'),
    byId: both
      .map((id, place) => ({ id, place }))
      .sort((a, b) => byText(a.id, b.id))
      .map(({ place }) => place),
    converts: compare(rule.maximum, rule.weights.tech) !== 0,
    pass: passMarkOf(rule),
  }
}

const prefixed = (prefix: string, step: Step): Step => ({ ...step, working: `${prefix}${step.working}` })

/** One panel's part: trimmed by evaluators' totals, or item by item where the notice says so. */
function panelPart(m: Marking, panel: Panel, bidder: number): Part & { means: Fraction[] } {
  const { book } = m
  const given = (item: number): Given[] =>
    panel.members.map(({ place, by }) => ({ by, units: book.markOf(bidder, item, place) }))
  const { prefix } = panel

  if (m.rule.tech.trim.mode === 'item') {
    const parts = m.qualitative.map(({ id, place }) => ({ id, ...trimmed(given(place), panel.perEnd) }))
    const means = parts.map((p) => meanOf(p.kept))
    const exact = total(means)
    return {
      exact,
      means,
      items: parts.map((p, n) => ({ item: p.id, score: halfUp(means[n] ?? 0, 1, 4) })),
      steps: [
        ...parts.map((p) => ({ label: 'item-marks', working: `${prefix}${p.id}: ${givenText(p)}`, value: p.id })),
        ...parts.map((p, n) => {
          const made = step('item-mean', meanText(p.kept), means[n] ?? 0, halfUp(means[n] ?? 0, 1, 4), 4)
          return prefixed(`${prefix}${p.id}: `, made)
        }),
        prefixed(
          prefix,
          step('trimmed-mean', means.map((x) => shown(x, 6)).join(' + '), exact, halfUp(exact, 1, 4), 4),
        ),
      ],
    }
  }
  const totals = panel.members.map(({ place, by }) => {
    let units = 0
    for (const item of m.qualitative) units += book.markOf(bidder, item.place, place)
    return { by, units }
  })
  const trim = trimmed(totals, panel.perEnd)
  const kept = panel.members.filter((e) => trim.keeps.has(e.by))
  const exact = meanOf(trim.kept)
  const sums = m.qualitative.map(({ place }) => kept.reduce((sum, e) => sum + book.markOf(bidder, place, e.place), 0))
  return {
    exact,
    // Stryker disable next-line ConditionalExpression,ArrayDeclaration: nobody weighs the means of one panel alone
    means: m.panels.length === 1 ? [] : sums.map((sum) => divide(sum, UNITS * kept.length)),
    // Halves up in whole numbers, as halfUp does with fractions.
    items: m.qualitative.map(({ id }, n) => {
      const rounded = Math.floor((2 * (sums[n] ?? 0) + kept.length) / (2 * kept.length))
      return { item: id, score: unitsText(rounded) }
    }),
    steps: [
      { label: 'evaluator-totals', working: `${prefix}${givenText(trim)}`, value: String(trim.kept.length) },
      prefixed(prefix, step('trimmed-mean', meanText(trim.kept), exact, halfUp(exact, 1, 4), 4)),
    ],
  }
}

/** The evaluators' part: one committee, or groups put together by their shares. */
function qualitative(m: Marking, bidder: number): Part {
  if (m.qualitative.length === 0) return { exact: fraction(0), items: [], steps: [] }
  const parts = m.panels.map((panel) => ({ ...panelPart(m, panel, bidder), share: panel.share }))
  const [only] = parts
  if (parts.length === 1 && only) return only
  const weighed = (of: (p: (typeof parts)[number]) => Fraction) => total(parts.map((p) => multiply(p.share, of(p))))
  const exact = weighed((p) => p.exact)
  const formula = parts.map((p) => `${plain(p.share)} × ${shown(p.exact, 6)}`).join(' + ')
  return {
    exact,
    items: m.qualitative.map(({ id }, n) => ({
      item: id,
      score: halfUp(
        weighed((p) => p.means[n] ?? fraction(0)),
        1,
        4,
      ),
    })),
    steps: [...parts.flatMap((p) => p.steps), step('groups', formula, exact, halfUp(exact, 1, 4), 4)],
  }
}

/** A record put together from the members of a consortium: by their shares of the work, or added up to the item's maximum. */
function ofMembers(m: Marking, bidder: number, item: Marking['quantitative'][number]): { exact: Fraction; step: Step } {
  const records = m.book.membersOf(bidder, item.place)
  const byShare = item.members === 'byShare'
  const terms = records.map((r) => (byShare ? `${plain(r.share)} × ${unitsText(r.units)}` : unitsText(r.units)))
  const sum = total(records.map((r) => (byShare ? multiply(r.share, points(r.units)) : points(r.units))))
  const over = compare(sum, item.max) > 0
  const exact = over ? fraction(item.max) : sum
  const formula = over ? `min(${plain(item.max)}, ${terms.join(' + ')})` : terms.join(' + ')
  const working = `${item.id}: ${records.map((r) => r.member).join(', ')}: ${formula} = ${plain(exact)}`
  return { exact, step: { label: 'members', working, value: plain(exact) } }
}

/** The officer's part: taken as it is, not averaged. */
function quantitative(m: Marking, facts: TechnicalFacts, bidder: number): Part {
  const steps: Step[] = []
  const marks = m.quantitative.map((item) => {
    // Stryker disable next-line OptionalChaining: every place is a bidder's
    if (item.members === undefined || facts.bidders[bidder]?.members === undefined) {
      const units = m.book.recordOf(bidder, item.place)
      return { item: item.id, score: unitsText(units), exact: points(units) }
    }
    const made = ofMembers(m, bidder, item)
    steps.push(made.step)
    return { item: item.id, score: made.step.value, exact: made.exact }
  })
  const exact = total(marks.map((x) => x.exact))
  const working = marks.map((x) => `${x.item} ${x.score}`).join(' + ')
  if (marks.length > 0) steps.push({ label: 'quantitative', working, value: plain(exact) })
  return { exact, items: marks.map(({ item, score }) => ({ item, score })), steps }
}

/** The points that pass: 0.85 × 90 is "76.5". */
export const passMarkOf = (rule: QualityRule): string => plain(multiply(rule.tech.passRatio, rule.weights.tech))

function scoreOf(m: Marking, facts: TechnicalFacts, place: number, bidder: string): TechnicalScore {
  const { rule, converts, pass } = m
  const { dp, passRatio } = rule.tech
  const weight = rule.weights.tech
  const parts = [qualitative(m, place), quantitative(m, facts, place)]
  const items = parts.flatMap((p) => p.items)
  const sum = total(parts.map((p) => p.exact))
  const exact = converts ? divide(multiply(sum, weight), rule.maximum) : sum
  // Rounded once, after adding and converting: the sources do not say, and a second rounding could only lose.
  const raw = halfUp(exact, 1, dp)
  const addends = parts
    .filter((p) => p.steps.length > 0)
    .map((p) => shown(p.exact, 6))
    .join(' + ')
  const formula = converts ? `(${addends}) × ${weight} ÷ ${plain(rule.maximum)}` : addends
  const qualified = compare(raw, pass) >= 0
  return {
    bidder,
    technical: raw,
    raw,
    qualified,
    reasons: qualified ? [] : ['below-pass-mark'],
    items: m.byId.flatMap((n) => items[n] ?? []),
    steps: [
      ...parts.flatMap((p) => p.steps),
      step('technical', formula, exact, raw, dp),
      {
        label: 'pass-mark',
        working: `${raw} ${qualified ? '≥' : '<'} ${plain(passRatio)} × ${weight} = ${pass}`,
        value: qualified ? 'passed' : 'failed',
      },
    ],
  }
}

/**
 * Graded scores (차등점수제): the best raw score gets all technical points, each next one falls by the gap or by the raw
 * difference, whichever is more. Equal raw scores get the same; the next lower one continues from there. Never below zero.
 */
function graded(rule: QualityRule, scores: TechnicalScore[]): TechnicalScore[] {
  const gap = rule.tech.graded?.gap
  if (gap === undefined) return scores
  const levels = [...new Set(scores.flatMap((s) => (s.raw === null ? [] : [s.raw])))].sort((a, b) => compare(b, a))
  const stepOf = new Map<string | null, Step>()
  let points = fraction(rule.weights.tech)
  for (const [n, raw] of levels.entries()) {
    const before = levels[n - 1]
    let working = plain(points)
    if (before !== undefined) {
      const difference = subtract(before, raw)
      working = `${plain(points)} − max(${plain(gap)}, ${before} − ${raw})`
      // Stryker disable next-line EqualityOperator: where both are the same, either may be taken off
      points = subtract(points, compare(difference, gap) > 0 ? difference : gap)
      if (points.n < 0n) [points, working] = [fraction(0), `max(0, ${working})`]
    }
    stepOf.set(raw, { label: 'graded', working: `${working} = ${plain(points)}`, value: plain(points) })
  }
  return scores.map((s) => {
    const made = stepOf.get(s.raw)
    return made ? { ...s, technical: made.value, steps: [...s.steps, made] } : s
  })
}

/**
 * Technical scores from the marks alone, before any price is known: this is what is locked. One row a bidder, by bidder id;
 * a malformed technical envelope has a row without a score.
 *
 * Example: seven totals 76.5, 78, 80.25, 80.25, 71, 79.5, 74.75 with one left out at each end give "77.8".
 * Refuses with every reason of checkMarks.
 */
export function technicalScores(facts: TechnicalFacts): Answer<TechnicalScore[]> {
  const book = checkMarks(facts)
  if (!book.ok) return book
  const marking = markingOf(facts, book.value)
  const scores = facts.bidders.map((b, place): TechnicalScore => {
    if (b.technical === 'valid') return scoreOf(marking, facts, place, b.id)
    const reasons = ['technical-malformed']
    return { bidder: b.id, technical: null, raw: null, qualified: false, reasons, items: [], steps: [] }
  })
  return answer(graded(facts.rule, scores).sort((a, b) => byText(a.bidder, b.bidder)))
}
