// How many points is a technical proposal worth? The trimmed mean of the evaluators, the officer's part, the pass mark.
import { compare, divide, type Fraction, fraction, multiply, subtract, total } from '../kit/fraction.ts'
import { halfUp, plain, shown } from '../kit/rounding.ts'
import { type Answer, answer } from '../kit/verdict.ts'
import { checkMarks, type MarkBook, type TechnicalFacts } from './facts.ts'
import { type AwardRule, markedItems, trimmedPerEnd } from './rule.ts'
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

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

type Given = { by: string; points: Fraction }
type Trimmed = { kept: Given[]; dropped: Given[] }

/**
 * Leaves out the `perEnd` lowest and as many highest. Where several share the extreme just one of them goes: at the bottom the
 * first by id, at the top the last, so that the outcome does not hang on the order of the list.
 */
function trimmed(given: Given[], perEnd: number): Trimmed {
  const sorted = [...given].sort((a, b) => compare(a.points, b.points) || byText(a.by, b.by))
  const end = sorted.length - perEnd
  return { kept: sorted.slice(perEnd, end), dropped: [...sorted.slice(0, perEnd), ...sorted.slice(end)] }
}

const meanOf = (list: readonly Given[]): Fraction => divide(total(list.map((g) => g.points)), list.length)
const meanText = (list: readonly Given[]): string =>
  `(${list.map((g) => plain(g.points)).join(' + ')}) ÷ ${list.length}`

/** "E1 76.5; E2 78; −E5 71": who gave what, a minus before those left out. */
function givenText({ kept, dropped }: Trimmed): string {
  const said = [...kept.map((g) => ({ ...g, sign: '' })), ...dropped.map((g) => ({ ...g, sign: '−' }))]
  said.sort((a, b) => byText(a.by, b.by))
  return said.map((g) => `${g.sign}${g.by} ${plain(g.points)}`).join('; ')
}

type Part = { exact: Fraction; items: { item: string; score: string }[]; steps: Step[] }

/** The evaluators' part: trimmed by evaluators' totals, or item by item where the notice says so. */
function qualitative(rule: AwardRule, evaluators: string[], bidder: string, book: MarkBook): Part {
  const items = markedItems(rule).filter((i) => i.kind === 'qualitative')
  if (items.length === 0) return { exact: fraction(0), items: [], steps: [] }
  const perEnd = trimmedPerEnd(rule, evaluators.length)
  const given = (item: string): Given[] =>
    evaluators.map((by) => ({ by, points: fraction(book.markOf(bidder, item, by)) }))

  if (rule.tech.trim.mode === 'item') {
    const parts = items.map(({ id }) => ({ id, ...trimmed(given(id), perEnd) }))
    const means = parts.map((p) => meanOf(p.kept))
    const exact = total(means)
    return {
      exact,
      items: parts.map((p, n) => ({ item: p.id, score: halfUp(means[n] ?? 0, 1, 4) })),
      steps: [
        ...parts.map((p) => ({ label: 'item-marks', working: `${p.id}: ${givenText(p)}`, value: p.id })),
        ...parts.map((p, n) => {
          const made = step('item-mean', meanText(p.kept), means[n] ?? 0, halfUp(means[n] ?? 0, 1, 4), 4)
          return { ...made, working: `${p.id}: ${made.working}` }
        }),
        step('trimmed-mean', means.map((m) => shown(m, 6)).join(' + '), exact, halfUp(exact, 1, 4), 4),
      ],
    }
  }
  const totals = evaluators.map((by) => ({ by, points: total(items.map((i) => book.markOf(bidder, i.id, by))) }))
  const trim = trimmed(totals, perEnd)
  const keeps = new Set(trim.kept.map((g) => g.by))
  const exact = meanOf(trim.kept)
  return {
    exact,
    items: items.map(({ id }) => ({ item: id, score: halfUp(meanOf(given(id).filter((g) => keeps.has(g.by))), 1, 4) })),
    steps: [
      { label: 'evaluator-totals', working: givenText(trim), value: String(trim.kept.length) },
      step('trimmed-mean', meanText(trim.kept), exact, halfUp(exact, 1, 4), 4),
    ],
  }
}

/** The officer's part: taken as it is, not averaged. */
function quantitative(rule: AwardRule, bidder: string, book: MarkBook): Part {
  const items = markedItems(rule).filter((i) => i.kind === 'quantitative')
  const marks = items.map(({ id }) => ({ item: id, score: plain(book.markOf(bidder, id, '')) }))
  const exact = total(marks.map((m) => m.score))
  const working = marks.map((m) => `${m.item} ${m.score}`).join(' + ')
  return {
    exact,
    items: marks,
    steps: items.length === 0 ? [] : [{ label: 'quantitative', working, value: plain(exact) }],
  }
}

/** The points that pass: 0.85 × 90 is "76.5". */
export const passMarkOf = (rule: AwardRule): string => plain(multiply(rule.tech.passRatio, rule.weights.tech))

function scoreOf(facts: TechnicalFacts, bidder: string, book: MarkBook): TechnicalScore {
  const { rule } = facts
  const { dp, passRatio } = rule.tech
  const weight = rule.weights.tech
  const parts = [qualitative(rule, facts.evaluators, bidder, book), quantitative(rule, bidder, book)]
  const sum = total(parts.map((p) => p.exact))
  const converts = compare(rule.maximum, weight) !== 0
  const exact = converts ? divide(multiply(sum, weight), rule.maximum) : sum
  // Rounded once, after adding and converting: the sources do not say, and a second rounding could only lose.
  const raw = halfUp(exact, 1, dp)
  const addends = parts
    .filter((p) => p.steps.length > 0)
    .map((p) => shown(p.exact, 6))
    .join(' + ')
  const formula = converts ? `(${addends}) × ${weight} ÷ ${plain(rule.maximum)}` : addends
  const pass = passMarkOf(rule)
  const qualified = compare(raw, pass) >= 0
  return {
    bidder,
    technical: raw,
    raw,
    qualified,
    reasons: qualified ? [] : ['below-pass-mark'],
    items: parts.flatMap((p) => p.items).sort((a, b) => byText(a.item, b.item)),
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
function graded(rule: AwardRule, scores: TechnicalScore[]): TechnicalScore[] {
  const gap = rule.tech.graded?.gap
  if (gap === undefined) return scores
  const levels = [...new Set(scores.flatMap((s) => (s.raw === null ? [] : [s.raw])))].sort((a, b) => compare(b, a))
  const stepOf = new Map<string, Step>()
  let points = fraction(rule.weights.tech)
  for (const [n, raw] of levels.entries()) {
    const before = levels[n - 1]
    let working = plain(points)
    if (before !== undefined) {
      const difference = subtract(before, raw)
      working = `${plain(points)} − max(${plain(gap)}, ${before} − ${raw})`
      points = subtract(points, compare(difference, gap) > 0 ? difference : gap)
      if (points.n < 0n) [points, working] = [fraction(0), `max(0, ${working})`]
    }
    stepOf.set(raw, { label: 'graded', working: `${working} = ${plain(points)}`, value: plain(points) })
  }
  return scores.map((s) => {
    const made = s.raw === null ? undefined : stepOf.get(s.raw)
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
  const scores = facts.bidders.map((b): TechnicalScore => {
    if (b.technical === 'valid') return scoreOf(facts, b.id, book.value)
    const reasons = ['technical-malformed']
    return { bidder: b.id, technical: null, raw: null, qualified: false, reasons, items: [], steps: [] }
  })
  return answer(graded(facts.rule, scores).sort((a, b) => byText(a.bidder, b.bidder)))
}
