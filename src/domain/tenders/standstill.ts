// How long must a ranking lie open before anybody is awarded, and when is that over? Counted from the log, so that everybody comes to the same.
import { parseTime, secondsZ } from '../kit/time.ts'
import type { Reason } from '../kit/verdict.ts'

/**
 * Whole hours that a notice may promise; none unless it does. The Korean acts know no standstill. Elsewhere ten days are usual, 240 hours,
 * for a notice that bidders get at once: Directive 2007/66/EC, art. 2a, and the WTO's Agreement on Government Procurement, art. XVIII,
 * which asks for ten days in which a bidder can bring a complaint.
 */
export const STANDSTILL = { most: 1440 } as const

/**
 * Entries that publish a ranking. The last of them says who comes first, so the time is counted from it: each examination and the lot
 * begin it anew. Who is shut out meanwhile is passed over by the ranking that stands, and begins nothing.
 */
export const RANKINGS: readonly string[] = ['evaluation.result/1', 'examination.result/1', 'draw.result/1']

/** What is wrong with the hours of a draft; nothing where there are none. */
export const standstillReasons = (hours: number | undefined): Reason[] =>
  hours === undefined || (Number.isSafeInteger(hours) && hours >= 0 && hours <= STANDSTILL.most)
    ? []
    : [
        {
          code: 'draft-incomplete',
          facts: { field: `standstillHours 0–${STANDSTILL.most}` },
          at: '/notice/standstillHours',
        },
      ]

/** Time of the last of these entries of a tender, in log order, that publishes a ranking; null before the first. */
export const rankedAt = (entries: readonly { typ: string; at: string }[]): string | null =>
  entries.findLast(({ typ }) => RANKINGS.includes(typ))?.at ?? null

/** The end of year 9999: later than that no record writes a time. */
const LAST = Date.parse('9999-12-31T23:59:59Z')

/**
 * When the standstill of a ranking is over, as `award/1` names it; null where none was promised, or nothing was ranked at a time that is
 * one. From that second on an award may be made. Example: 240 hours from "2026-03-10T05:00:07Z" end at "2026-03-20T05:00:07Z".
 *
 * @param ranked time of the entry that published the ranking, as its leaf has it
 */
export function standstillEnd(hours: number | undefined, ranked: string | null): string | null {
  if (hours === undefined || hours === 0 || ranked === null) return null
  const from = parseTime(ranked)
  const ends = from.ok ? from.value + hours * 3_600_000 : Number.NaN
  return ends <= LAST ? secondsZ(ends) : null
}
