// How fast is an award computed exactly and with full working, beside the same sums in plain floats? In one thread.
import { decideContest } from '../src/domain/scoring/contest.ts'
import type { ContestFacts } from '../src/domain/scoring/contest-facts.ts'
import { contestRule } from '../src/domain/scoring/contest-methods.ts'
import type { PrelimRule } from '../src/domain/scoring/contest-rule.ts'
import type { AwardFacts, Mark } from '../src/domain/scoring/facts.ts'
import { NEGOTIATION_METHODS } from '../src/domain/scoring/negotiation-methods.ts'
import { drawPrelim } from '../src/domain/scoring/planned-price.ts'
import { rank } from '../src/domain/scoring/ranking.ts'
import type { AwardRule } from '../src/domain/scoring/rule.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { utf8 } from '../src/proof/bytes.ts'
import { drawSeed } from '../src/proof/draw.ts'
import { type Result, ratio, resultOf } from './result.ts'
import { median } from './rounds.ts'

const EVALUATORS = 12
const ITEMS = 20
const WORKS_BIDS = 600

/** Figures without chance: the same tender in every run, spread like real ones. */
function figures(seed: number): () => number {
  let x = seed
  return () => {
    x = (x * 1_103_515_245 + 12_345) % 2_147_483_648
    return x / 2_147_483_648
  }
}

export function negotiation(bids: number): AwardFacts {
  const next = figures(7)
  const items = Array.from({ length: ITEMS }, (_, n) => ({
    id: `item-${n}`,
    title: { ko: `항목 ${n}`, en: `Item ${n}` },
    max: '4.5',
    kind: 'qualitative' as const,
  }))
  const { price, ...rest } = NEGOTIATION_METHODS['negotiation-national-90-10'].defaults
  const budget = '1000000000'
  const rule = {
    ...rest,
    items,
    maximum: '90',
    currency: 'KRW',
    price: { ...price, reference: 'budget', referenceAmount: budget, ceiling: budget },
  } as AwardRule
  const evaluators = Array.from({ length: EVALUATORS }, (_, n) => `E${n + 1}`)
  const bidders = Array.from({ length: bids }, (_, n) => ({
    id: `firm-${n}`,
    technical: 'valid' as const,
    price: 'valid' as const,
    amount: String(Math.round(750_000_000 + next() * 250_000_000)),
  }))
  const marks: Mark[] = bidders.flatMap(({ id }) =>
    evaluators.flatMap((evaluator) =>
      items.map((item) => ({
        evaluator,
        bidder: id,
        item: item.id,
        mark: (3 + Math.round(next() * 15) / 10).toFixed(1),
      })),
    ),
  )
  return { rule, evaluators, bidders, marks, quantitative: [] }
}

/** The same sums as somebody writes them who trusts binary fractions: no checks, no working, no exactness. */
function negotiationInFloats(facts: AwardFacts): { id: string; total: number }[] {
  const of = new Map(facts.bidders.map((b) => [b.id, new Map<string, number>()]))
  for (const m of facts.marks) {
    const own = of.get(m.bidder) as Map<string, number>
    own.set(m.evaluator, (own.get(m.evaluator) ?? 0) + Number(m.mark))
  }
  const lowest = Math.min(...facts.bidders.map((b) => Number(b.amount)))
  const E = Number(facts.rule.price.referenceAmount)
  return facts.bidders
    .map((b) => {
      const totals = [...(of.get(b.id) as Map<string, number>).values()].sort((x, y) => x - y).slice(2, -2)
      const technical = Math.round((totals.reduce((s, x) => s + x, 0) / totals.length) * 10_000) / 10_000
      const x = Math.max(Number(b.amount), 0.6 * E)
      const price = x >= 0.8 * E ? (10 * lowest) / x : (10 * lowest) / (0.8 * E) + (2 * (0.8 * E - x)) / (0.2 * E)
      return { id: b.id, total: technical + Math.round(price * 10_000) / 10_000 }
    })
    .sort((a, b) => b.total - a.total)
}

const SEED = drawSeed(P, P.sha256(utf8('bench root')), [{ eid: P.sha256(utf8('eid')), r: P.sha256(utf8('r')) }])

function works(bids: number): Omit<ContestFacts, 'prelim'> {
  const next = figures(11)
  const rule = contestRule('qualification-works-1-2026', { base: '8000000000', budget: '9000000000', currency: 'KRW' })
  const floor = { rate: '0.87495', fixedCosts: [{ item: 'A', amount: '400000000' }] }
  const netCost = { amount: '7400000000', base: '8000000000', share: '0.98', plannedBelow: '10000000000' }
  const bidders = Array.from({ length: bids }, (_, n) => {
    const first = 1 + Math.floor(next() * 15)
    const second = 1 + ((first + Math.floor(next() * 14)) % 15)
    const amount = String(Math.round(6_900_000_000 + next() * 600_000_000))
    return { id: `firm-${n}`, price: 'valid' as const, amount, picks: [first, second] }
  })
  const scores = bidders.map((b) => ({ bidder: b.id, part: 'ability', score: '49.5' }))
  return { rule: { ...rule, floor: { ...floor, netCost } }, bidders, scores }
}

/** Draw, floor, exclusion, examination and order of one works opening. */
function openWorks(facts: Omit<ContestFacts, 'prelim'>): number {
  const { rule } = facts
  const prelim = drawPrelim(P, rule.planned as PrelimRule, rule.dp, SEED, 'reserve bench/1')
  if (!prelim.ok) throw new Error('the bench’s own base is too small')
  const made = decideContest({ ...facts, prelim: prelim.value })
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value.rows.length
}

function openWorksInFloats(facts: Omit<ContestFacts, 'prelim'>): number {
  const counts = Array.from({ length: 15 }, () => 0)
  for (const b of facts.bidders) for (const p of b.picks ?? []) counts[p - 1] = (counts[p - 1] as number) + 1
  const prices = counts.map((_, n) => 7_840_000_000 + n * 21_333_333)
  const drawn = counts
    .map((c, n) => ({ c, n }))
    .sort((a, b) => b.c - a.c || a.n - b.n)
    .slice(0, 4)
  const P0 = drawn.reduce((s, d) => s + (prices[d.n] as number), 0) / 4
  const A = 400_000_000
  const F = Math.ceil((P0 - A) * 0.87495 + A)
  const L = Math.ceil(Math.ceil((7_400_000_000 * P0) / 8_000_000_000) * 0.98)
  return facts.bidders
    .map((b) => Number(b.amount))
    .filter((x) => x <= P0 && x >= F && x >= L)
    .map((x) => ({ x, score: 50 - 2 * Math.abs(90 - Math.round(((x - A) / (P0 - A)) * 10_000) / 100) }))
    .sort((a, b) => a.x - b.x).length
}

/** Seconds of the processor that one run takes: other people's load changes the wall clock, this one little. */
function cpuSeconds(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

export type RankingOptions = { rounds: number; bids: number; say: (line: string) => void }

type Spent = Record<'exact' | 'floats' | 'works' | 'worksFloats', number[]>

/** What one core may take: for the negotiation with 10,000 bids, and for the works opening. */
const BAR = { bids: 10_000, seconds: 2, worksSeconds: 0.2 }

function rankingResult(spent: Spent, { rounds, bids }: { rounds: number; bids: number }): Result {
  const [exact, floats] = [median(spent.exact), median(spent.floats)]
  const [worksExact, worksFloats] = [median(spent.works), median(spent.worksFloats)]
  return resultOf({
    benchmark: 'ranking',
    versions: {},
    params: { bids, evaluators: EVALUATORS, items: ITEMS, marks: bids * EVALUATORS * ITEMS, worksBids: WORKS_BIDS },
    rounds: spent.exact.map((_, n) => ({
      exact: spent.exact[n],
      floats: spent.floats[n],
      works: spent.works[n],
      worksFloats: spent.worksFloats[n],
    })),
    medians: {
      'cpu-seconds to rank, exact with working': exact,
      'cpu-seconds to rank, floats': floats,
      'cpu-milliseconds to open works, exact': worksExact * 1000,
      'cpu-milliseconds to open works, floats': worksFloats * 1000,
      rounds,
    },
    ratios: {
      'floats / exact': ratio('speed of the exact ranking beside plain floats', floats / exact, null),
      'works floats / exact': ratio('speed of the exact opening beside plain floats', worksFloats / worksExact, null),
      '2 s / exact': ratio(
        `how often a ranking of ${BAR.bids} bids fits into two seconds of a core`,
        BAR.seconds / exact,
        bids >= BAR.bids ? 1 : null,
      ),
      '200 ms / works': ratio('how often a works opening fits into 200 ms of a core', BAR.worksSeconds / worksExact, 1),
    },
  })
}

/** Both awards, exact and in floats by turns; `bids` bids for the negotiation (10,000 in the bar). */
export async function measureRanking({ rounds, bids, say }: RankingOptions): Promise<Result> {
  const facts = negotiation(bids)
  const opening = works(WORKS_BIDS)
  const spent: Spent = { exact: [], floats: [], works: [], worksFloats: [] }
  for (let round = -1; round < rounds; round++) {
    const made = {
      exact: cpuSeconds(() => {
        const ranked = rank(facts)
        if (!ranked.ok || ranked.value.rows.length !== bids) throw new Error('the ranking was refused')
      }),
      floats: cpuSeconds(() => negotiationInFloats(facts)),
      works: cpuSeconds(() => openWorks(opening)),
      worksFloats: cpuSeconds(() => openWorksInFloats(opening)),
    }
    // The first round warms up.
    if (round < 0) continue
    for (const name of Object.keys(spent) as (keyof Spent)[]) spent[name].push(made[name])
    say(
      `round ${round + 1}: ${bids} bids ${made.exact.toFixed(2)} s, ${WORKS_BIDS}-bid works ${(made.works * 1000).toFixed(0)} ms`,
    )
  }
  return rankingResult(spent, { rounds, bids })
}
