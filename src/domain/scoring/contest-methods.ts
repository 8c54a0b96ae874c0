// Which methods of award by price are there? One row a method: its words, its source, its defaults.
import type { ContestRule, ExaminationRule, OfficerPart, PlannedRule, PrelimRule } from './contest-rule.ts'
import { EXAMINATION_IDS, EXAMINATIONS, type ExaminationId, type ExaminationTable } from './examination-tables.ts'
import type { Bilingual } from './rule.ts'

/** What a method fills in; the notice adds base amount or budget, its own costs, items and limits. */
export interface ContestDefaults extends Omit<ContestRule, 'planned' | 'currency'> {
  planned: Omit<PrelimRule, 'base'> | { how: 'single' } | { how: 'none' }
}

export interface ContestMethod {
  title: Bilingual
  /** One sentence for the explanation page. */
  says: Bilingual
  source: string
  defaults: ContestDefaults
}

/** The national system's way to a planned price: 15 prices in hundreds, two picks, four drawn, lowest number at the cut, rounded up. */
const PPS: Omit<PrelimRule, 'base'> = {
  how: 'prelim',
  mode: 'PPS',
  unit: '100',
  picks: 2,
  draw: 4,
  tie: 'lowestNumber',
  picksOf: 'opened',
  rounding: 'ceil',
}

const shared = { version: 1, dp: 0, leastBids: 2, winners: 1 } as const

const part = (id: string, ko: string, en: string, max: string, bonus = false): OfficerPart => ({
  id,
  title: { ko, en },
  max,
  ...(bonus && { bonus }),
})

/** One part for all that the officer examines beside the price; a notice splits it as its table does. */
const examinationOf = (id: ExaminationId): ExaminationRule => {
  const row: ExaminationTable = EXAMINATIONS[id]
  return {
    table: id,
    points: row.points,
    slope: row.slope,
    best: row.best,
    least: row.least,
    ...(row.fixedRatio && row.fixedScore && { fixedRatio: row.fixedRatio, fixedScore: row.fixedScore }),
    ratioDp: 4,
    parts: [part('ability', '이행능력', 'Ability to perform', String(100 - Number(row.points)))],
    partDp: 2,
    passMark: row.passMark,
  }
}

const qualification = (id: ExaminationId): ContestMethod => {
  const row: ExaminationTable = EXAMINATIONS[id]
  const works = !row.trades.includes('services')
  return {
    title: {
      ko: `적격심사 · ${row.title.ko}${id.endsWith('before') ? ' (2026.1.29.까지)' : ''}`,
      en: `Qualification examination, ${row.title.en}${id.endsWith('before') ? ' (until 29 January 2026)' : ''}`,
    },
    says: {
      ko: `최저가부터 심사합니다. 가격점수는 ${row.points} − ${row.slope} × |${Number(row.best) * 100} − 투찰비율|이고 합계 ${row.passMark}점이면 통과합니다.`,
      en: `Examined from the lowest price up: ${row.points} − ${row.slope} × |${Number(row.best) * 100} − ratio| for the price, ${row.passMark} points in all to pass.`,
    },
    source: row.source,
    defaults: {
      ...shared,
      kind: 'QUALIFICATION',
      planned: PPS,
      floor: { rate: row.floorRate, ...(works && { fixedCosts: [] }) },
      examination: examinationOf(id),
      ties: ['ability', 'lot'],
    },
  }
}

type QualificationId = `qualification-${ExaminationId}`

const QUALIFICATIONS = Object.fromEntries(
  EXAMINATION_IDS.map((id) => [`qualification-${id}`, qualification(id)]),
) as Record<QualificationId, ContestMethod>

const SPECIFICATION = {
  weights: { tech: 100 },
  items: [{ id: 'specification', title: { ko: '규격', en: 'Specification' }, max: '100', kind: 'quantitative' }],
  maximum: '100',
  tech: { trim: { perEnd: 0, perEnd12plus: 0, mode: 'evaluator' }, dp: 4, passRatio: '0.85' },
} as const

/** The methods by their stable id. */
export const CONTEST_METHODS = {
  'lowest-price': {
    title: { ko: '최저가낙찰', en: 'Lowest price' },
    says: {
      ko: '예정가격 이하로 가장 낮은 가격을 쓴 자가 낙찰됩니다.',
      en: 'The lowest price not above the planned price wins.',
    },
    source: 'State Contracts Act art. 10; decree art. 42',
    defaults: { ...shared, kind: 'LOWEST', planned: { how: 'single' }, ties: ['lot'] },
  },
  'lowest-price-with-floor': {
    title: { ko: '최저가낙찰 (낙찰하한율)', en: 'Lowest price above a floor' },
    says: {
      ko: '낙찰하한가 이상, 예정가격 이하의 가장 낮은 가격이 낙찰됩니다.',
      en: 'The lowest price between the floor and the planned price wins.',
    },
    source: 'Decree art. 42; the floor rate is the notice’s (80.495 % is one of those in use)',
    defaults: { ...shared, kind: 'LOWEST', planned: PPS, floor: { rate: '0.80495' }, ties: ['lot'] },
  },
  'small-quotation': {
    title: { ko: '소액수의 견적', en: 'Small quotations' },
    says: {
      ko: '전자로 받은 견적 가운데 예정가격의 88% 이상으로 가장 낮은 것을 고릅니다.',
      en: 'Of the quotations received, the lowest at or over 88 % of the planned price.',
    },
    source: 'State Contracts Act decree art. 30; 88 and 90 % are the rates in use, the notice says which',
    defaults: { ...shared, kind: 'LOWEST', planned: PPS, floor: { rate: '0.88' }, ties: ['lot'] },
  },
  ...QUALIFICATIONS,
  'two-stage': {
    title: { ko: '2단계 입찰', en: 'Two stages' },
    says: {
      ko: '규격을 먼저 심사하고, 적격자만 가격을 열어 최저가로 정합니다.',
      en: 'Specifications first; of those that pass, prices are opened and the lowest wins.',
    },
    source:
      'State Contracts Act decree art. 18(1); the scoring table is the notice’s, the pass mark of 85 % our default',
    defaults: {
      ...shared,
      kind: 'TWO_STAGE',
      planned: { how: 'single' },
      quality: SPECIFICATION as never,
      ties: ['lot'],
    },
  },
  'specification-and-price': {
    title: { ko: '규격·가격 동시입찰', en: 'Specification and price at once' },
    says: {
      ko: '규격과 가격을 함께 내고, 규격 적격자의 가격만 열어 최저가로 정합니다.',
      en: 'Both are handed in together; only prices of passing specifications are opened, and the lowest wins.',
    },
    source:
      'State Contracts Act decree art. 18(3); the scoring table is the notice’s, the pass mark of 85 % our default',
    defaults: { ...shared, kind: 'TWO_STAGE', planned: PPS, quality: SPECIFICATION as never, ties: ['lot'] },
  },
  comprehensive: {
    title: { ko: '종합심사낙찰제', en: 'Comprehensive evaluation' },
    says: {
      ko: '수행능력, 사회적 책임, 가격 점수를 더해 가장 높은 자가 낙찰됩니다. 배점과 산식은 공고가 정합니다.',
      en: 'Ability, social responsibility and price are added up; the highest total wins. Points and formula are the notice’s.',
    },
    source:
      'State Contracts Act decree art. 42(4); no public scoring table is known to us: points and formula are defaults to be replaced',
    defaults: {
      ...shared,
      kind: 'COMPREHENSIVE',
      planned: PPS,
      comprehensive: {
        parts: [
          part('performance', '공사수행능력', 'Ability to perform', '50'),
          part('social', '사회적 책임', 'Social responsibility', '2', true),
        ],
        partDp: 2,
        pricePoints: 50,
        price: {
          reference: 'planned',
          referenceAmount: null,
          ceiling: null,
          formula: 'RATIO',
          lowestAmong: 'valid',
          rounding: 'final4',
        },
        priceDp: 4,
        maximum: '100',
        passMark: '0',
      },
      ties: ['ability', 'price', 'lot'],
    },
  },
  'reverse-auction': {
    title: { ko: '역경매', en: 'Reverse auction' },
    says: {
      ko: '정해진 회차 동안 현재 최저가보다 낮게만 쓸 수 있고, 끝의 최저가가 낙찰됩니다. 끝날 때까지 누구인지 가립니다.',
      en: 'In rounds, each bid must undercut the lowest; the last lowest wins. Who bids is masked until the end.',
    },
    source: 'State Contracts Act decree art. 18 and the notice; rounds, step and extension are our defaults',
    defaults: {
      ...shared,
      kind: 'AUCTION',
      planned: { how: 'none' },
      auction: {
        start: '100000000',
        step: '100000',
        undercut: 'lowest',
        rounds: 3,
        roundSeconds: 300,
        extendSeconds: 60,
      },
      ties: ['lot'],
    },
  },
  'framework-lowest': {
    title: { ko: '다수공급자계약 (가격 순)', en: 'Framework, lowest prices' },
    says: {
      ko: '예정가격 이하에서 낮은 가격 순서로 정해진 수의 업체와 계약합니다.',
      en: 'The agreement is made with as many of the lowest prices as the rule says.',
    },
    source:
      'Government Procurement Act decree, contracts with several suppliers (다수공급자계약); the number is in the notice',
    defaults: { ...shared, kind: 'LOWEST', planned: { how: 'single' }, winners: 5, ties: ['lot'] },
  },
} as const satisfies Record<string, ContestMethod>

export type ContestMethodId = keyof typeof CONTEST_METHODS

export const CONTEST_IDS = Object.keys(CONTEST_METHODS) as ContestMethodId[]

/**
 * A rule of a method with the figures of a tender: the base amount where preliminary prices are drawn, the budget where none are
 * made. A single planned price stays sealed until the opening.
 */
export function contestRule(
  id: ContestMethodId,
  amounts: { base: string; budget: string; currency: string },
): ContestRule {
  const { defaults }: ContestMethod = CONTEST_METHODS[id]
  const { planned, ...rest } = defaults
  const made: PlannedRule =
    planned.how === 'prelim'
      ? { ...planned, base: amounts.base }
      : planned.how === 'none'
        ? { how: 'none', budget: amounts.budget }
        : { how: 'single', amount: null }
  return {
    ...rest,
    planned: made,
    currency: amounts.currency,
    ...(rest.auction && { auction: { ...rest.auction, start: amounts.budget } }),
  }
}
