// Which methods of award by negotiation are there? One row a method: its words, its source, the parts it is made of, its defaults.
import type { AwardRule, Bilingual, Formula, PriceRule } from './rule.ts'

/** The parts of a score, in the order of their steps. */
export type Part =
  | 'groups'
  | 'trimmed-mean'
  | 'quantitative'
  | 'pass-mark'
  | 'graded'
  | 'price'
  | 'total'
  | 'ties'
  | 'lot'

/** What a method fills in; the notice adds its own items, amounts and changes. */
export type MethodDefaults = Pick<AwardRule, 'kind' | 'weights' | 'tech' | 'openPrices' | 'ties' | 'dp' | 'winners'> & {
  price: Omit<PriceRule, 'reference' | 'referenceAmount' | 'ceiling'>
}

export interface NegotiationMethod {
  title: Bilingual
  /** One sentence for the explanation page. */
  says: Bilingual
  source: string
  formula: Formula
  parts: readonly Part[]
  defaults: MethodDefaults
}

const PARTS: readonly Part[] = ['trimmed-mean', 'quantitative', 'pass-mark', 'price', 'total', 'ties', 'lot']

const NATIONAL: MethodDefaults['price'] = {
  formula: 'KR_NATIONAL',
  branch: '0.8',
  clamp: '0.6',
  lowBonus: '2',
  clampLowest: true,
  lowestAmong: 'valid',
  rounding: 'final4',
}

const anyFormula = (formula: Formula, parameters: Partial<PriceRule> = {}): MethodDefaults['price'] => ({
  formula,
  ...parameters,
  lowestAmong: 'valid',
  rounding: 'final4',
})

/** Weights and price formula differ from row to row; the committee's trimming and the 85 % mark are the national rule's. */
function defaults(
  tech: number,
  price: MethodDefaults['price'],
  ties: AwardRule['ties'] = ['tech', 'techItemsByPoints', 'lot'],
): MethodDefaults {
  return {
    kind: 'NEGOTIATION',
    weights: { tech, price: 100 - tech },
    tech: { trim: { perEnd: 1, perEnd12plus: 2, mode: 'evaluator' }, dp: 4, passRatio: '0.85' },
    price,
    openPrices: 'all',
    ties,
    dp: 4,
  }
}

const NATIONAL_SAYS: Bilingual = {
  ko: '최저 입찰가격을 해당 입찰가격으로 나눈 비율에 가격 배점을 곱합니다. 기준가격의 80% 미만은 완만하게 가산하므로 가장 낮은 가격도 만점이 아닐 수 있고, 60% 미만은 60%로 봅니다.',
  en: 'The lowest price divided by the price, times the price points; below 80 % of the reference little more is gained, so that even the lowest price may not get all of them, and below 60 % a price counts as 60 %.',
}
const NATIONAL_SOURCE =
  'State Contracts Act decree art. 43; national criteria for contracts by negotiation (협상에 의한 계약체결기준)'
const LOCAL_SOURCE =
  'Local Government Contracts Act decree art. 43; local criteria for deciding the successful bidder (낙찰자 결정기준)'

/** The methods by their stable id. A new method is a row here, at most one formula in price.ts, and vectors. */
export const NEGOTIATION_METHODS = {
  'negotiation-national-90-10': {
    title: { ko: '협상에 의한 계약 (기술 90 : 가격 10)', en: 'Negotiation, national rule, 90/10' },
    says: NATIONAL_SAYS,
    source: `${NATIONAL_SOURCE}; 90/10 for software and informatization`,
    formula: 'KR_NATIONAL',
    parts: PARTS,
    defaults: defaults(90, NATIONAL),
  },
  'negotiation-national-80-20': {
    title: { ko: '협상에 의한 계약 (기술 80 : 가격 20)', en: 'Negotiation, national rule, 80/20' },
    says: NATIONAL_SAYS,
    source: NATIONAL_SOURCE,
    formula: 'KR_NATIONAL',
    parts: PARTS,
    defaults: defaults(80, NATIONAL),
  },
  'negotiation-national-70-30': {
    title: { ko: '협상에 의한 계약 (기술 70 : 가격 30)', en: 'Negotiation, national rule, 70/30' },
    says: NATIONAL_SAYS,
    source: `${NATIONAL_SOURCE}; the general default, adjustable by 20 points`,
    formula: 'KR_NATIONAL',
    parts: PARTS,
    defaults: defaults(70, NATIONAL),
  },
  'negotiation-national-graded': {
    title: { ko: '협상에 의한 계약 (차등점수제)', en: 'Negotiation, national rule, graded scores' },
    says: {
      ko: '기술점수 1위에게 만점을 주고 순위마다 3점 또는 실제 점수 차이 중 큰 값을 뺍니다. 합격 기준은 원점수로 봅니다.',
      en: 'The best technical score gets all points and each next rank loses 3 or the real difference, whichever is more; the pass mark is held against the raw score.',
    },
    source: `${NATIONAL_SOURCE}; graded scores of the Public Procurement Service (차등점수제)`,
    formula: 'KR_NATIONAL',
    parts: ['trimmed-mean', 'quantitative', 'pass-mark', 'graded', 'price', 'total', 'ties', 'lot'],
    defaults: {
      ...defaults(90, NATIONAL),
      tech: {
        trim: { perEnd: 1, perEnd12plus: 2, mode: 'evaluator' },
        dp: 4,
        passRatio: '0.85',
        graded: { gap: '3', base: 'full' },
      },
    },
  },
  'negotiation-national-groups': {
    title: {
      ko: '협상에 의한 계약 (공통·전문 평가위원 60:40)',
      en: 'Negotiation, common and specialist evaluators 60/40',
    },
    says: {
      ko: '공통 평가위원과 전문 평가위원의 평균을 따로 내어 60%와 40%로 더합니다. 최고·최저 제외는 각 조 안에서 합니다.',
      en: 'The means of common and of specialist evaluators are taken apart and added as 60 % and 40 %; trimming is within each group.',
    },
    source: `${NATIONAL_SOURCE}; large software projects (from 4 billion won, maintenance from 10 billion) since September 2024`,
    formula: 'KR_NATIONAL',
    parts: ['groups', ...PARTS],
    defaults: {
      ...defaults(90, NATIONAL),
      tech: {
        trim: { perEnd: 1, perEnd12plus: 2, mode: 'evaluator' },
        dp: 4,
        passRatio: '0.85',
        groups: [
          { id: 'common', title: { ko: '공통', en: 'Common' }, share: '0.6', evaluators: ['E1', 'E2', 'E3', 'E4'] },
          { id: 'specialist', title: { ko: '전문', en: 'Specialist' }, share: '0.4', evaluators: ['E5', 'E6', 'E7'] },
        ],
      },
    },
  },
  'framework-quality': {
    title: { ko: '다수공급자계약 (기술·가격 종합)', en: 'Framework, best by quality and price' },
    says: {
      ko: '총점이 높은 순서로 정해진 수의 업체와 계약합니다.',
      en: 'The agreement is made with as many of the best totals as the rule says.',
    },
    source:
      'Government Procurement Act decree, contracts with several suppliers (다수공급자계약); the number is in the notice',
    formula: 'KR_NATIONAL',
    parts: PARTS,
    defaults: { ...defaults(80, NATIONAL), winners: 5 },
  },
  'negotiation-local-sw': {
    title: { ko: '협상에 의한 계약 (지방, 소프트웨어)', en: 'Negotiation, local rule for software' },
    says: {
      ko: '기준가격의 80% 이상은 최저가격 비율로, 80% 미만은 가격 배점의 80%로 고정합니다.',
      en: 'From 80 % of the reference up, the lowest price divided by the price; below it, a fixed 80 % of the price points.',
    },
    source: `${LOCAL_SOURCE}; software since 2015`,
    formula: 'KR_LOCAL_SW',
    parts: PARTS,
    defaults: defaults(90, anyFormula('KR_LOCAL_SW', { branch: '0.8', belowShare: '0.8', clampLowest: true }), [
      'tech',
      'lot',
    ]),
  },
  'negotiation-local': {
    title: { ko: '협상에 의한 계약 (지방, 일반)', en: 'Negotiation, local rule' },
    says: {
      ko: '80% 이상은 최저가격 비율, 60~80%는 완만한 가산, 60% 미만은 가격 배점의 60%로 고정합니다.',
      en: 'The ratio from 80 % up, little more between 60 and 80 %, and a fixed 60 % of the price points below.',
    },
    source: LOCAL_SOURCE,
    formula: 'KR_LOCAL',
    parts: PARTS,
    defaults: defaults(
      80,
      anyFormula('KR_LOCAL', { branch: '0.8', clamp: '0.6', lowBonus: '2', belowShare: '0.6', clampLowest: true }),
      ['tech', 'lot'],
    ),
  },
  'quality-price-ratio': {
    title: { ko: '종합평가 (최저가격 비율)', en: 'Quality and price, lowest-price ratio' },
    says: {
      ko: '최저가격을 해당 가격으로 나눈 비율에 가격 배점을 곱합니다.',
      en: 'The lowest price divided by the price, times the price points.',
    },
    source: 'Usual formula of quality- and cost-based selection',
    formula: 'RATIO',
    parts: PARTS,
    defaults: defaults(70, anyFormula('RATIO')),
  },
  'quality-price-linear': {
    title: { ko: '종합평가 (상한가 직선식)', en: 'Quality and price, linear to the ceiling' },
    says: {
      ko: '상한가격은 0점, 최저가격은 만점이며 그 사이는 직선으로 잇습니다.',
      en: 'No points at the ceiling, all at the lowest price, a straight line between.',
    },
    source: 'Usual formula; our definition where every price is the ceiling',
    formula: 'LINEAR',
    parts: PARTS,
    defaults: defaults(70, anyFormula('LINEAR')),
  },
  'quality-price-bilinear': {
    title: { ko: '종합평가 (평균 할인율 꺾은선식)', en: 'Quality and price, bilinear in the discount' },
    says: {
      ko: '평균 할인율까지는 가격 배점의 85%까지 오르고, 그 위로는 완만하게 만점까지 오릅니다.',
      en: 'Rises to 85 % of the price points at the mean discount, and more slowly from there to all of them.',
    },
    source: 'Bilinear formula with a knee of 0.80, 0.85 or 0.90, as in Italian procurement practice',
    formula: 'BILINEAR',
    parts: PARTS,
    defaults: defaults(70, anyFormula('BILINEAR', { knee: '0.85' })),
  },
  'quality-price-proportional': {
    title: { ko: '종합평가 (할인율 비례식)', en: 'Quality and price, proportional to the best discount' },
    says: {
      ko: '해당 할인율을 최고 할인율로 나눈 비율에 가격 배점을 곱합니다.',
      en: 'The discount divided by the best discount, times the price points.',
    },
    source: 'Usual formula',
    formula: 'PROPORTIONAL',
    parts: PARTS,
    defaults: defaults(70, anyFormula('PROPORTIONAL')),
  },
  'quality-price-lookup': {
    title: { ko: '종합평가 (구간표)', en: 'Quality and price, table of intervals' },
    says: {
      ko: '기준가격 대비 비율의 구간마다 정해진 점수를 줍니다.',
      en: 'Each interval of the price as a share of the reference has its points.',
    },
    source: 'Table in the notice; the default rows are an example to be replaced',
    formula: 'LOOKUP',
    parts: PARTS,
    defaults: defaults(
      70,
      anyFormula('LOOKUP', {
        table: [
          { upTo: '0.8', points: '30' },
          { upTo: '0.9', points: '24' },
          { upTo: '1', points: '18' },
        ],
      }),
    ),
  },
} as const satisfies Record<string, NegotiationMethod>

export type NegotiationId = keyof typeof NEGOTIATION_METHODS

export const NEGOTIATION_IDS = Object.keys(NEGOTIATION_METHODS) as NegotiationId[]

/** The row that explains a rule: same formula and grading, the same weights if such a row exists. Null: an unknown formula. */
export function methodOf(rule: AwardRule): NegotiationId | null {
  const row = (id: NegotiationId): NegotiationMethod => NEGOTIATION_METHODS[id]
  const fits = NEGOTIATION_IDS.filter((id) => {
    const { formula, parts, defaults } = row(id)
    return (
      formula === rule.price.formula &&
      parts.includes('graded') === (rule.tech.graded !== undefined) &&
      parts.includes('groups') === (rule.tech.groups !== undefined) &&
      (defaults.winners ?? 1) > 1 === (rule.winners ?? 1) > 1
    )
  })
  const sameWeights = fits.find((id) => row(id).defaults.weights.tech === rule.weights.tech)
  return sameWeights ?? fits[0] ?? NEGOTIATION_IDS.find((id) => row(id).formula === rule.price.formula) ?? null
}
