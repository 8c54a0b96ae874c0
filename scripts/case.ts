// What does an official negotiation case demand of a play: prices, technical scores, and marks that average to them after trimming?
import { readFileSync } from 'node:fs'
import type { AwardRule } from '../src/domain/scoring/rule.ts'

export type CaseBidder = {
  bidder: string
  rank: number
  amount: number
  priceScore: string
  techScore: string
  total: string
}
export type Case = { noticeNo: string; impliedBudgetKRW: number; bidders: CaseBidder[] }

const OFFICIAL = new URL('../test/vectors/koneps/official-api-negotiation-R25BK01027145.json', import.meta.url)

export class BadCase extends Error {}

/** Reads a case file, or the official one. Throws BadCase with what is wrong. */
export function readCase(file: string | URL = OFFICIAL): Case {
  let read: Case
  try {
    read = JSON.parse(readFileSync(file, 'utf8')) as Case
  } catch (err) {
    throw new BadCase(`the case cannot be read: ${(err as Error).message}`)
  }
  const bidders = Array.isArray(read?.bidders) ? read.bidders : []
  const whole = (n: unknown) => Number.isSafeInteger(n) && (n as number) > 0
  const good = bidders.every(
    (b) =>
      typeof b?.bidder === 'string' &&
      /^[A-Za-z][A-Za-z0-9]{0,20}$/.test(b.bidder) &&
      whole(b.amount) &&
      whole(b.rank) &&
      [b.techScore, b.priceScore, b.total].every((s) => typeof s === 'string' && /^\d{1,3}(\.\d{1,4})?$/.test(s)),
  )
  const distinct = new Set(bidders.map((b) => String(b?.bidder).toLowerCase())).size === bidders.length
  const named = typeof read?.noticeNo === 'string' && /^[\w-]{1,40}$/.test(read.noticeNo)
  if (!named || !whole(read.impliedBudgetKRW) || bidders.length < 2 || !good || !distinct) {
    throw new BadCase(
      'a case has noticeNo, impliedBudgetKRW and two or more bidders with bidder, rank, amount, techScore, priceScore and total',
    )
  }
  // Marks that no committee could give are found now, not in the middle of the play.
  for (const [place, b] of bidders.entries()) marksFor(ninetyTen(String(read.impliedBudgetKRW)), b.techScore, place)
  return read
}

/** The figures that a play of the case must end with: those of the official record where its notice is named, else the file's own. */
export function expectedOf(played: Case): Case {
  const official = readCase()
  return played.noticeNo === official.noticeNo ? official : played
}

const UNIT = 10_000n
const units = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole) * UNIT + BigInt(fraction.padEnd(4, '0'))
}
const written = (value: bigint): string => {
  const fraction = String(value % UNIT)
    .padStart(4, '0')
    .replace(/0+$/, '')
  return fraction === '' ? String(value / UNIT) : `${value / UNIT}.${fraction}`
}

/** Spreads a total over items without passing a maximum: in proportion, the rest where there is room. */
function spread(total: bigint, items: { id: string; max: string }[]): Map<string, string> {
  const maxima = items.map((item) => units(item.max))
  const all = maxima.reduce((sum, max) => sum + max, 0n)
  if (total < 0n || total > all)
    throw new BadCase(`a total of ${written(total)} does not fit into ${written(all)} points`)
  const marks = maxima.map((max) => (total * max) / all)
  let left = total - marks.reduce((sum, mark) => sum + mark, 0n)
  for (let i = 0; left > 0n; i = (i + 1) % marks.length) {
    if ((marks[i] as bigint) < (maxima[i] as bigint)) {
      marks[i] = (marks[i] as bigint) + 1n
      left -= 1n
    }
  }
  return new Map(items.map((item, i) => [item.id, written(marks[i] as bigint)]))
}

/** How far each evaluator's total lies from the mean of those who are kept; the first is cut as lowest, the last as highest. */
const OFFSETS = [-33_000n, -12_000n, -5_000n, 1_000n, 4_000n, 12_000n, 24_000n]
/** What the officer gives each bidder from records, in turn. */
const RECORDS = ['8', '7.5', '8.5', '7']

export type Marks = {
  evaluators: { item: string; mark: string }[][]
  quantitative: { item: string; mark: string }[]
}

/**
 * Marks of seven evaluators and the officer for one bidder whose technical score is `target`: no two evaluators' totals are
 * equal, the five in the middle average to the target, all seven do not.
 */
export function marksFor(rule: AwardRule, target: string, place: number): Marks {
  const headings = new Set(rule.items.map((item) => item.parent))
  const leaves = rule.items.filter((item) => !headings.has(item.id))
  const qualitative = leaves.filter((item) => item.kind === 'qualitative')
  const records = leaves.filter((item) => item.kind === 'quantitative')
  const given = units(RECORDS[place % RECORDS.length] as string)
  const mean = units(target) - given
  return {
    evaluators: OFFSETS.map((_, i) => {
      const offset = OFFSETS[(i + place) % OFFSETS.length] as bigint
      return [...spread(mean + offset, qualitative)].map(([item, mark]) => ({ item, mark }))
    }),
    quantitative: [...spread(given, records)].map(([item, mark]) => ({ item, mark })),
  }
}

const title = (ko: string, en: string) => ({ ko, en })
const item = (id: string, ko: string, en: string, max: string, parent?: string) => ({
  id,
  title: title(ko, en),
  max,
  kind: 'qualitative' as const,
  ...(parent ? { parent } : {}),
})

/** The 90/10 rule of a software service contract, for a budget in won. */
export function ninetyTen(budget: string): AwardRule {
  const records = { kind: 'quantitative' as const, parent: 'company' }
  return {
    kind: 'NEGOTIATION',
    weights: { tech: 90, price: 10 },
    items: [
      item('strategy', '전략 및 방법론', 'Strategy and method', '20'),
      item('strategy-understanding', '사업 이해도', 'Understanding of the task', '10', 'strategy'),
      item('strategy-method', '추진 전략', 'Approach', '10', 'strategy'),
      item('function', '기술 및 기능', 'Technology and functions', '30'),
      item('function-system', '시스템 요구사항', 'System requirements', '18', 'function'),
      item('function-data', '데이터와 보안', 'Data and security', '12', 'function'),
      item('quality', '성능 및 품질', 'Performance and quality', '10'),
      item('management', '프로젝트 관리', 'Project management', '10'),
      item('support', '프로젝트 지원', 'Project support', '10'),
      { id: 'company', title: title('경영상태 및 수행실적', 'Finances and record'), max: '10', kind: 'quantitative' },
      { id: 'company-credit', title: title('신용평가등급', 'Credit rating'), max: '5', ...records },
      { id: 'company-record', title: title('유사사업 수행실적', 'Record of similar projects'), max: '5', ...records },
    ],
    maximum: '90',
    tech: { trim: { perEnd: 1, perEnd12plus: 2, mode: 'evaluator' }, dp: 4, passRatio: '0.85' },
    price: {
      reference: 'budget',
      referenceAmount: budget,
      ceiling: budget,
      formula: 'KR_NATIONAL',
      lowestAmong: 'valid',
      rounding: 'final4',
      branch: '0.8',
      clamp: '0.6',
      lowBonus: '2',
      clampLowest: true,
    },
    openPrices: 'all',
    ties: ['tech', 'techItemsByPoints', 'lot'],
    dp: 4,
    currency: 'KRW',
  }
}
