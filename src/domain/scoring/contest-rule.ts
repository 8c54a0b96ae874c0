// Which figures decide an award where price decides: alone, after an examination, after a specification passed, or among parts?
import type { AwardRule, Bilingual, PriceRule, QualityRule } from './rule.ts'

/** How price decides; see KINDS. */
export type ContestKind = 'LOWEST' | 'QUALIFICATION' | 'TWO_STAGE' | 'COMPREHENSIVE' | 'AUCTION'

/** Where the preliminary prices lie around the base amount (기초금액); see planned-price.ts. */
export type PrelimMode = 'PPS' | 'LOCAL' | 'STATE_7_8' | 'DEFENCE_STATE' | 'DEFENCE_LOCAL' | 'OWN'

/** Preliminary prices (복수예비가격) of which the bidders' picks draw some: their mean is the planned price. */
export interface PrelimRule {
  how: 'prelim'
  /** The base amount B, published with the notice. */
  base: string
  mode: PrelimMode
  /** Own bands, in thousandths of the base: { from: -20, to: 20, bands: 15 }. Mode OWN only. */
  spans?: { from: number; to: number; bands: number }[]
  /** Prices are multiples of this: "100" in the national system, "1" elsewhere. */
  unit: string
  /** Different numbers that each bidder picks: 2. */
  picks: number
  /** How many prices are drawn: 4. */
  draw: number
  /** At the cut, of numbers picked equally often: the lowest number (seen in official results), or the lot. */
  tie: 'lowestNumber' | 'lot'
  /** Whose picks count: of every bid opened (the floor is not known yet), or only of bids that are in order themselves. */
  picksOf: 'opened' | 'valid'
  /** Of the mean: up in the national system, cut at some agencies. */
  rounding: 'ceil' | 'trunc'
}

/** What the planned price P is (예정가격). */
export type PlannedRule =
  | PrelimRule
  /** One amount that the officer sealed. Null in the rule: it comes with the facts of the opening. */
  | { how: 'single'; amount: string | null }
  /** None is made (비예가): the budget takes its place. */
  | { how: 'none'; budget: string }

/** Below this a bid does not count (낙찰하한가). */
export interface FloorRule {
  /** Share of the planned price: "0.89745". */
  rate: string
  /** Costs that nobody may save at (A값), each by its name; they are left out of the share. */
  fixedCosts?: { item: string; amount: string }[]
  /** The net-cost line (순공사원가): bids below `share` of the net cost are excluded while P is below `plannedBelow`. */
  netCost?: { amount: string; base: string; share: string; plannedBelow: string | null }
}

/** A part of a score that the officer gives from records. */
export interface OfficerPart {
  id: string
  title: Bilingual
  max: string
  /** Beside the points that add up to the whole: 사회적 책임 가점. */
  bonus?: boolean
}

/** The examination of the lowest bidders, one after another (적격심사). */
export interface ExaminationRule {
  /** The row of EXAMINATIONS that the figures were taken from, or "own". */
  table: string
  /** Price score: max(least, points − slope × |best × 100 − q × 100|), or fixedScore from fixedRatio up to P. */
  points: string
  slope: string
  best: string
  least: string
  fixedRatio?: string
  fixedScore?: string
  /** Decimals that the ratio q keeps, half up. */
  ratioDp: number
  parts: OfficerPart[]
  /** Decimals that each part keeps, rounded up. */
  partDp: number
  passMark: string
}

/** Parts added up (종합심사낙찰제): what the officer scored and what a price formula gives. */
export interface ComprehensiveRule {
  parts: OfficerPart[]
  partDp: number
  /** Points of the price; with the parts, bonuses left out, they make `maximum`. */
  pricePoints: number
  price: PriceRule
  /** Decimals the price score keeps, half up. */
  priceDp: number
  maximum: string
  /** Least total that can win; "0" for none. */
  passMark: string
}

/** Rounds in which everybody sees the lowest price but not whose it is (역경매). */
export interface AuctionRule {
  /** No bid may be above. */
  start: string
  /** A bid is at least this much lower. */
  step: string
  /** Lower than what: the lowest of all, or the bidder's own last one. */
  undercut: 'lowest' | 'own'
  /** How many there are at most: one in which nobody bids is the last. */
  rounds: number
  roundSeconds: number
  /** A bid in the last so many seconds of a round moves its end until so many seconds after the bid; 0 or absent: never. */
  extendSeconds?: number
}

export type ContestTie = 'tech' | 'ability' | 'price' | 'lot'

/** Rule object of every award in which price decides. JSON of strings, whole numbers, booleans, arrays and objects only. */
export interface ContestRule {
  kind: ContestKind
  /** Of this shape of rules. */
  version: 1
  /** ISO 4217. */
  currency: string
  /** Decimals of a price: 0, or 2 in unit-price contracts. */
  dp: number
  planned: PlannedRule
  floor?: FloorRule
  examination?: ExaminationRule
  /** TWO_STAGE: the specification, which only has to pass. */
  quality?: QualityRule
  comprehensive?: ComprehensiveRule
  auction?: AuctionRule
  /** Fewer readable bids than this: no award (유찰). */
  leastBids: number
  /** 1; more in a framework (다수공급자계약). */
  winners: number
  ties: ContestTie[]
}

/** Every rule that a tender here can have. */
export type AnyRule = AwardRule | ContestRule

export type Block = 'floor' | 'examination' | 'quality' | 'comprehensive' | 'auction'

export const BLOCKS: readonly Block[] = ['floor', 'examination', 'quality', 'comprehensive', 'auction']

/** What each kind is made of: blocks that must be there, those that may, the ties it knows, and what orders the bids. */
export const KINDS: Readonly<
  Record<
    ContestKind,
    { needs: readonly Block[]; may: readonly Block[]; ties: readonly ContestTie[]; order: 'price' | 'total' }
  >
> = {
  LOWEST: { needs: [], may: ['floor'], ties: ['lot'], order: 'price' },
  QUALIFICATION: { needs: ['examination'], may: ['floor'], ties: ['ability', 'lot'], order: 'price' },
  TWO_STAGE: { needs: ['quality'], may: ['floor'], ties: ['tech', 'lot'], order: 'price' },
  COMPREHENSIVE: { needs: ['comprehensive'], may: ['floor'], ties: ['ability', 'price', 'lot'], order: 'total' },
  AUCTION: { needs: ['auction'], may: [], ties: ['lot'], order: 'price' },
}

export const isContest = (rule: AnyRule): rule is ContestRule => rule.kind !== 'NEGOTIATION'

/** A, the costs nobody may save at, as one sum of texts. */
export const fixedCostsOf = (rule: ContestRule): string[] => (rule.floor?.fixedCosts ?? []).map((c) => c.amount)
