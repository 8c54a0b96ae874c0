// How many points is each grade of an item worth? A sheet offers these, and takes nothing else.
import { multiply } from '../kit/fraction.ts'
import { plain } from '../kit/rounding.ts'
import type { ScoredItem } from './rule.ts'

/**
 * The grades of an item with their points written out, best first; null where any points may be given.
 * Example: { grade: "B", share: "0.9" } of an item of 5 points is { grade: "B", points: "4.5" }.
 */
export const gradePoints = (item: Pick<ScoredItem, 'grades' | 'max'>): { grade: string; points: string }[] | null =>
  item.grades?.map(({ grade, share }) => ({ grade, points: plain(multiply(share, item.max)) })) ?? null
