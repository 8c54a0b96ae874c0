// Which figures does the qualification examination of a tender use? The published tables, each with its years and amounts.
import { compareTimes } from '../kit/time.ts'
import type { Bilingual } from './rule.ts'

/** What is built: general construction, or the trades with standards of their own (electrical, ICT, fire, heritage). */
export type Trade = 'construction' | 'installation' | 'services'

export interface ExaminationTable {
  title: Bilingual
  trades: readonly Trade[]
  /** Estimated price in won: from (inclusive) to below. Null: no limit. */
  from: string | null
  below: string | null
  /** First moment at which notices follow this table, and the first at which they no longer do. Null: no end yet. */
  validFrom: string
  validUntil: string | null
  source: string
  points: string
  slope: string
  best: string
  fixedRatio?: string
  fixedScore?: string
  least: string
  passMark: string
  /** The lowest share of P − A that still passes with full marks elsewhere; the floor of the notice. */
  floorRate: string
}

const WORKS_2026 =
  'Public Procurement Service, qualification standard for works (guideline 9269 of 1 December 2025), in force from 30 January 2026'
const WORKS_BEFORE =
  'The same standard before 30 January 2026: b was 0.88; the other figures follow from the floors then published (87.745, 86.745, 85.495 %)'

const [M80, M200, M300] = ['80000000', '200000000', '300000000']
const [BN1, BN5, BN10] = ['1000000000', '5000000000', '10000000000']

/** Estimated prices at which one table ends and the next begins, as people say them. */
const SAID: Readonly<Record<string, Bilingual>> = {
  [M80]: { ko: '8천만원', en: '80 million won' },
  [M200]: { ko: '2억원', en: '200 million won' },
  [M300]: { ko: '3억원', en: '300 million won' },
  [BN1]: { ko: '10억원', en: '1 billion won' },
  [BN5]: { ko: '50억원', en: '5 billion won' },
  [BN10]: { ko: '100억원', en: '10 billion won' },
}
const TRADES: Readonly<Partial<Record<Trade, Bilingual>>> = {
  construction: { ko: '건설', en: 'construction' },
  installation: { ko: '전기·통신·소방·국가유산', en: 'electrical, ICT, fire and heritage' },
}

/** Table 4 is two tables, of different trades and amounts: a title says whose it is. */
function worksTitle(row: string, trades: readonly Trade[], from: string | null, below: string | null): Bilingual {
  const [only, second] = trades
  const trade = (only && !second && TRADES[only]) || null
  const [low, high] = [from === null ? null : SAID[from], below === null ? null : SAID[below]]
  const ko = [trade?.ko, [low && `${low.ko} 이상`, high && `${high.ko} 미만`].filter(Boolean).join(' ')]
  const en = [trade?.en, [low && `from ${low.en}`, high && `below ${high.en}`].filter(Boolean).join(' to ')]
  return {
    ko: `공사 별표 ${row} (${ko.filter(Boolean).join(', ')})`,
    en: `works, table ${row} (${en.filter(Boolean).join(', ')})`,
  }
}

const works = (
  year: '2026' | 'before',
  row: string,
  trades: readonly Trade[],
  from: string | null,
  below: string | null,
  figures: Pick<ExaminationTable, 'points' | 'slope' | 'best' | 'fixedRatio' | 'fixedScore' | 'floorRate'>,
): ExaminationTable => ({
  title: worksTitle(row, trades, from, below),
  trades,
  from,
  below,
  // Midnight of 30 January in Seoul.
  validFrom: year === '2026' ? '2026-01-29T15:00:00Z' : '2020-01-01T00:00:00Z',
  validUntil: year === '2026' ? null : '2026-01-29T15:00:00Z',
  source: year === '2026' ? WORKS_2026 : WORKS_BEFORE,
  least: '2',
  passMark: '95',
  ...figures,
})

/** The tables by their stable id. A new year's table is a row here, with the old one's `validUntil` filled in. */
export const EXAMINATIONS = {
  'works-1-2026': works('2026', '1', ['construction', 'installation'], BN5, BN10, {
    points: '50',
    slope: '2',
    best: '0.9',
    fixedRatio: '0.925',
    fixedScore: '45',
    floorRate: '0.87495',
  }),
  'works-2a-2026': works('2026', '2-A', ['construction', 'installation'], BN1, BN5, {
    points: '70',
    slope: '4',
    best: '0.9',
    fixedRatio: '0.9125',
    fixedScore: '65',
    floorRate: '0.88745',
  }),
  'works-2b-2026': works('2026', '2-B', ['installation'], M300, BN1, {
    points: '70',
    slope: '20',
    best: '0.9',
    fixedRatio: '0.9025',
    fixedScore: '65',
    floorRate: '0.89745',
  }),
  'works-3-2026': works('2026', '3', ['construction'], M300, BN1, {
    points: '80',
    slope: '20',
    best: '0.9',
    fixedRatio: '0.9025',
    fixedScore: '75',
    floorRate: '0.89745',
  }),
  'works-4-2026': works('2026', '4', ['construction'], M200, M300, {
    points: '90',
    slope: '20',
    best: '0.9',
    fixedRatio: '0.9025',
    fixedScore: '85',
    floorRate: '0.89745',
  }),
  'works-4-installation-2026': works('2026', '4', ['installation'], M80, M300, {
    points: '90',
    slope: '20',
    best: '0.9',
    fixedRatio: '0.9025',
    fixedScore: '85',
    floorRate: '0.89745',
  }),
  'works-5-2026': works('2026', '5', ['construction'], null, M200, {
    points: '90',
    slope: '20',
    best: '0.9',
    fixedRatio: '0.9025',
    fixedScore: '85',
    floorRate: '0.89745',
  }),
  'works-5-installation-2026': works('2026', '5', ['installation'], null, M80, {
    points: '90',
    slope: '20',
    best: '0.9',
    fixedRatio: '0.9025',
    fixedScore: '85',
    floorRate: '0.89745',
  }),
  'works-1-before': works('before', '1', ['construction', 'installation'], BN5, BN10, {
    points: '50',
    slope: '2',
    best: '0.88',
    fixedRatio: '0.905',
    fixedScore: '45',
    floorRate: '0.85495',
  }),
  'works-2a-before': works('before', '2-A', ['construction', 'installation'], BN1, BN5, {
    points: '70',
    slope: '4',
    best: '0.88',
    fixedRatio: '0.8925',
    fixedScore: '65',
    floorRate: '0.86745',
  }),
  'works-2b-before': works('before', '2-B', ['installation'], M300, BN1, {
    points: '70',
    slope: '20',
    best: '0.88',
    fixedRatio: '0.8825',
    fixedScore: '65',
    floorRate: '0.87745',
  }),
  'works-3-before': works('before', '3', ['construction'], M300, BN1, {
    points: '80',
    slope: '20',
    best: '0.88',
    fixedRatio: '0.8825',
    fixedScore: '75',
    floorRate: '0.87745',
  }),
  'works-4-before': works('before', '4', ['construction'], M200, M300, {
    points: '90',
    slope: '20',
    best: '0.88',
    fixedRatio: '0.8825',
    fixedScore: '85',
    floorRate: '0.87745',
  }),
  'works-4-installation-before': works('before', '4', ['installation'], M80, M300, {
    points: '90',
    slope: '20',
    best: '0.88',
    fixedRatio: '0.8825',
    fixedScore: '85',
    floorRate: '0.87745',
  }),
  'works-5-before': works('before', '5', ['construction'], null, M200, {
    points: '90',
    slope: '20',
    best: '0.88',
    fixedRatio: '0.8825',
    fixedScore: '85',
    floorRate: '0.87745',
  }),
  'works-5-installation-before': works('before', '5', ['installation'], null, M80, {
    points: '90',
    slope: '20',
    best: '0.88',
    fixedRatio: '0.8825',
    fixedScore: '85',
    floorRate: '0.87745',
  }),
  'services-2022': {
    title: { ko: '일반용역 적격심사 (2022년 예)', en: 'Services (an example of 2022)' },
    trades: ['services'],
    from: null,
    below: null,
    validFrom: '2022-01-01T00:00:00Z',
    validUntil: '2025-12-31T15:00:00Z',
    source:
      'A services tender of 2022: 70 − 5 × |91 − q × 100|; its floor follows with a pass mark of 85 and full marks elsewhere',
    points: '70',
    slope: '5',
    best: '0.91',
    least: '0',
    passMark: '85',
    floorRate: '0.87995',
  },
} as const satisfies Record<string, ExaminationTable>

export type ExaminationId = keyof typeof EXAMINATIONS

export const EXAMINATION_IDS = Object.keys(EXAMINATIONS) as ExaminationId[]

/**
 * The table for works or services of this estimated price, noticed at this time. Null where none is published for it: works
 * from 10 billion won on are decided by comprehensive evaluation.
 * Example: construction, 400,000,000 won, 2026-03-01T00:00:00Z: "works-3-2026".
 */
export function tableFor(trade: Trade, estimated: bigint, at: string): ExaminationId | null {
  const holds = (id: ExaminationId) => {
    const row: ExaminationTable = EXAMINATIONS[id]
    const amount =
      (row.from === null || estimated >= BigInt(row.from)) && (row.below === null || estimated < BigInt(row.below))
    const time =
      compareTimes(row.validFrom, at) <= 0 && (row.validUntil === null || compareTimes(at, row.validUntil) < 0)
    return row.trades.includes(trade) && amount && time
  }
  return EXAMINATION_IDS.find(holds) ?? null
}
