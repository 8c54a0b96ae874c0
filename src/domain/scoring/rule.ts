// Which figures decide an award by negotiation? Frozen with the notice: the hash of this object is published before any bid.

/** The formulas that turn a price into points; see price.ts. */
export type Formula =
  | 'KR_NATIONAL'
  | 'KR_LOCAL_SW'
  | 'KR_LOCAL'
  | 'RATIO'
  | 'LINEAR'
  | 'BILINEAR'
  | 'PROPORTIONAL'
  | 'LOOKUP'

/** What decides between equal totals, in the order of the rule's list. */
export type TieBreak = 'tech' | 'techItemsByPoints' | 'price' | 'lot'

/** A text in both languages of the notice. */
export interface Bilingual {
  ko: string
  en: string
}

/**
 * A thing that is marked. An item whose id is the `parent` of others is a heading: only its sub-items are marked, and their
 * maxima add up to its own.
 */
export interface ScoredItem {
  id: string
  title: Bilingual
  /** Points, a decimal string: "15". */
  max: string
  /** qualitative: every evaluator marks it; quantitative: the officer does, once, from records. */
  kind: 'qualitative' | 'quantitative'
  parent?: string
  /** Marked by grades (등급): a mark is the name of a grade, or the points of one. Absent: any points up to the maximum. */
  grades?: ItemGrade[]
  /**
   * How members of a consortium (공동수급체) are put together: by their shares of the work, or added up as far as the maximum.
   * Absent: the bidder has one mark. Quantitative items only.
   */
  members?: 'byShare' | 'sum'
}

/** A grade of an item: this share of its points. { grade: 'A', share: '0.9' } of 5 points is 4.5. */
export interface ItemGrade {
  grade: string
  share: string
}

/** Evaluators whose mean is taken apart and counts for a share: common ones 0.6, specialists 0.4. */
export interface EvaluatorGroup {
  id: string
  title: Bilingual
  share: string
  /** Labels of the evaluators, "E1"; each evaluator is in one group. */
  evaluators: string[]
}

export interface TechnicalRule {
  /** How many of the highest and as many of the lowest are left out: `perEnd` below 12 evaluators, `perEnd12plus` from 12 on. */
  trim: { perEnd: number; perEnd12plus: number; mode: 'evaluator' | 'item' }
  /** Decimals the technical score keeps, half up. */
  dp: number
  /** Share of the technical points that a bidder must reach with the raw score: "0.85". */
  passRatio: string
  /** Scores by rank (차등점수제): the best gets all points, each next one at least `gap` less. */
  graded?: { gap: string; base: 'full' }
  /** Groups of evaluators with shares adding up to 1; trimming is within each group. Absent: one committee. */
  groups?: EvaluatorGroup[]
}

/** A row of a price table: prices up to this share of the reference (inclusive) get these points. */
export interface PriceInterval {
  upTo: string
  points: string
}

export interface PriceRule {
  /** What E is: the planned price (예정가격), the estimated price (추정가격) or the budget with tax. */
  reference: 'planned' | 'estimated' | 'budget'
  /** E. Null only for a planned price that is made at the opening and comes with the facts. */
  referenceAmount: string | null
  /** Above this a bid is not eligible. Null: the planned price made at the opening. */
  ceiling: string | null
  formula: Formula
  /** Whose lowest price is the measure: every valid bid's, or only of those above the pass mark. Never a bid over the ceiling. */
  lowestAmong: 'valid' | 'eligible'
  /** final4: the score is rounded; ratio4: the quotient in the formula is rounded to four decimals first (a reading seen in 2004). */
  rounding: 'final4' | 'ratio4'
  /** Share of E below which the low branch begins: "0.8". */
  branch?: string
  /** Share of E that a lower price counts as: "0.6". */
  clamp?: string
  /** Points over the whole width of the low branch: "2". */
  lowBonus?: string
  /** Whether the lowest price, too, counts as at least the clamp (local software: the branch). */
  clampLowest?: boolean
  /** Share of the price points that a price below the floor gets: "0.8". */
  belowShare?: string
  /** Share of the points at the mean discount: "0.85". */
  knee?: string
  /** Rows by rising `upTo`; above the last one a price gets 0. */
  table?: PriceInterval[]
}

/** The technical side of a rule, whatever decides the award afterwards. */
export interface QualityRule {
  /** Technical points; 100 where technology only has to pass. */
  weights: { tech: number }
  items: ScoredItem[]
  /** What the items add up to. Where it is not weights.tech, technical scores are converted. */
  maximum: string
  tech: TechnicalRule
}

/** The price side of a rule: what a formula reads. */
export interface PriceSide {
  weights: { price: number }
  price: PriceRule
  currency: string
}

/**
 * The rule object of a contract by negotiation (협상에 의한 계약). JSON of strings, whole numbers, arrays and objects only: a
 * number with decimals is a string, so that its hash and its arithmetic are the same everywhere.
 */
export interface AwardRule extends QualityRule {
  kind: 'NEGOTIATION'
  /** Whole points, together 100, technology 50 to 100. */
  weights: { tech: number; price: number }
  price: PriceRule
  /** Whose price envelopes are opened: everybody's, or only of those who reach the pass mark. */
  openPrices: 'all' | 'qualified'
  ties: TieBreak[]
  /** Decimals the price score keeps, half up. */
  dp: number
  /** ISO 4217. */
  currency: string
  /** A framework (다수공급자계약): the agreement is made with as many of the best. Absent: one winner. */
  winners?: number
  /** Points of 100 that technology and price must reach together, as some bodies ask besides: "70". Absent: none. */
  totalPassMark?: string
}

export type Parameter = 'branch' | 'clamp' | 'lowBonus' | 'clampLowest' | 'belowShare' | 'knee' | 'table'

/** The parameters that each formula reads: all of them must be in the rule, and no others. */
export const PARAMETERS: Readonly<Record<Formula, readonly Parameter[]>> = {
  KR_NATIONAL: ['branch', 'clamp', 'lowBonus', 'clampLowest'],
  KR_LOCAL_SW: ['branch', 'belowShare', 'clampLowest'],
  KR_LOCAL: ['branch', 'clamp', 'lowBonus', 'belowShare', 'clampLowest'],
  RATIO: [],
  LINEAR: [],
  BILINEAR: ['knee'],
  PROPORTIONAL: [],
  LOOKUP: ['table'],
}

export const ALL_PARAMETERS: readonly Parameter[] = [
  'branch',
  'clamp',
  'lowBonus',
  'clampLowest',
  'belowShare',
  'knee',
  'table',
]

/** The items that are marked: all but the headings. */
export function markedItems(rule: QualityRule): ScoredItem[] {
  const headings = new Set(rule.items.map((i) => i.parent))
  return rule.items.filter((i) => !headings.has(i.id))
}

/** How many evaluators' marks are left out at each end, of a committee or of one group of it. */
export function trimmedPerEnd(rule: QualityRule, evaluators: number): number {
  return evaluators >= 12 ? rule.tech.trim.perEnd12plus : rule.tech.trim.perEnd
}
