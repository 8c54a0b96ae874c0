// Is a firm shut out of tenders at this moment, and may it be? Checked at the bid, at the opening and at the award.
import { parseTime } from '../kit/time.ts'
import type { Reason } from '../kit/verdict.ts'

/**
 * The longest that a firm may be shut out, in days: two years, the second of which may be a leap year. A parameter: the bound is that of
 * the Korean State Contracts Act, art. 27, as its text stood when this was written; whoever runs the service elsewhere, or after an
 * amendment, checks the law in force and sets another. What a list entry rests on is not derived from here: who declares an exclusion
 * states the provision in `basis`, in public.
 */
export const LONGEST_EXCLUSION_DAYS = 731
const LEAST_TEXT = 10

/** An exclusion as times go, in milliseconds; half-open: at its end it is over. */
export type Period = { from: number; until: number; liftedAt: number | null }

/** Does the exclusion hold at this moment? */
export const holdsAt = ({ from, until, liftedAt }: Period, at: number): boolean =>
  from <= at && at < until && (liftedAt === null || at < liftedAt)

/** Every reason against an exclusion as it was written. Times are texts like 2027-01-15T01:00:00Z; `now` in milliseconds. */
export function exclusionReasons(
  written: { from: string; until: string; basis: string; grounds: string },
  now: number,
): Reason[] {
  const [from, until] = [parseTime(written.from), parseTime(written.until)]
  const bad = (field: string): Reason => ({ code: 'exclusion-invalid', facts: { field }, at: `/${field}` })
  const reasons: Reason[] = []
  if (!from.ok) reasons.push(bad('from'))
  const begin = from.ok ? Math.max(from.value, now) : now
  if (!until.ok || until.value <= begin || until.value - begin > LONGEST_EXCLUSION_DAYS * 86_400_000)
    reasons.push(bad('until'))
  if (written.basis.trim().length < 3) reasons.push(bad('basis'))
  if (written.grounds.trim().length < LEAST_TEXT)
    reasons.push({ code: 'statement-missing', facts: { least: LEAST_TEXT }, at: '/grounds' })
  return reasons
}

/**
 * The bidders to whom a tender can be awarded: the first group of the ranking's order in which somebody is left when those who
 * are shut out are taken away. Ranks, prices and marks stay as the rule computed them.
 *
 * Example: of [[a], [b, c]] with a shut out, [b, c] are left, who share the first place.
 */
export function awardable(order: readonly (readonly string[])[], excluded: ReadonlySet<string>): string[] {
  for (const group of order) {
    const left = group.filter((bidder) => !excluded.has(bidder))
    if (left.length > 0) return left
  }
  return []
}

/** Who is awarded, in their order; `joint` when a place among them is still shared, so that nobody can be yet. */
export type Awardable = { winners: string[]; joint: boolean }

/**
 * The bidders with whom the agreement is made: the first `most` of the ranking's order without those who are shut out. Whether a shared
 * place is at the cut or before it, its lot comes first: the order is the order of the calls.
 *
 * Example: of [[a], [b, c], [d]] with one winner a; with two nobody yet, since b and c share the second place.
 */
export function awardedAmong(
  order: readonly (readonly string[])[],
  excluded: ReadonlySet<string>,
  most: number,
): Awardable {
  const winners: string[] = []
  for (const group of order) {
    const left = group.filter((bidder) => !excluded.has(bidder))
    if (left.length > 1) return { winners, joint: true }
    winners.push(...left)
    if (winners.length === most) break
  }
  return { winners, joint: false }
}
