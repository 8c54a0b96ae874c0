// Does the ranking that the public sees equal the official figures? One row a bidder, and every difference by name.
import type { Case } from './case.ts'

export type ResultRow = {
  bidder: string
  amount: string | null
  technical: string | null
  price: string | null
  total: string | null
  rank: number | null
  eligible: boolean
}

type View = { ranking: { rows: Omit<ResultRow, never>[]; passMark: string } | null }

/** Share of the technical points that the national rule asks for, in per cent. */
const PASS_PERCENT = 85n

const tenThousandths = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'))
}

/** The eligible of a case: at least 85 per cent of the 90 technical points, and within the budget. */
const eligibleIn = (of: Case, bidder: Case['bidders'][number]): boolean =>
  tenThousandths(bidder.techScore) * 100n >= 90n * 10_000n * PASS_PERCENT && bidder.amount <= of.impliedBudgetKRW

export function findTender(
  view: unknown,
  played: Case,
  expected: Case,
): { ranking: ResultRow[]; differences: string[] } {
  const rows = (view as View).ranking?.rows ?? []
  const names = new Map(played.bidders.map((b) => [b.bidder.toLowerCase(), b.bidder]))
  const ranking = rows
    .map((row) => ({
      bidder: names.get(row.bidder) ?? row.bidder,
      amount: row.amount,
      technical: row.technical,
      price: row.price,
      total: row.total,
      rank: row.rank,
      eligible: row.eligible,
    }))
    .sort((a, b) => (a.rank ?? 1e9) - (b.rank ?? 1e9) || (a.bidder < b.bidder ? -1 : 1))
  const differences: string[] = []
  for (const want of expected.bidders) {
    const got = ranking.find((row) => row.bidder === want.bidder)
    const wanted = {
      amount: String(want.amount),
      technical: want.techScore,
      price: want.priceScore,
      total: want.total,
      rank: want.rank,
      eligible: eligibleIn(expected, want),
    }
    for (const [name, value] of Object.entries(wanted)) {
      const is = got?.[name as keyof typeof wanted] ?? null
      if (is !== value) differences.push(`${want.bidder} ${name}: ${is} here, ${value} there`)
    }
  }
  if (ranking.length !== expected.bidders.length)
    differences.push(`${ranking.length} bidders here, ${expected.bidders.length} there`)
  return { ranking, differences }
}
