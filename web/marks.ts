// What is a cell of a score sheet, and what is wrong with what stands in it?
import { compare } from '../src/domain/kit/fraction.ts'
import { gradePoints } from '../src/domain/scoring/grades.ts'
import type { ScoredItem } from '../src/domain/scoring/rule.ts'

export type Cells = ReadonlyMap<string, string>

export const cellOf = (label: string, item: string): string => `${label} ${item}`
/** Under which name a member's records stand among the labels: "A/M1". */
export const memberLabel = (label: string, member: string): string => `${label}/${member}`

export const cellId = (label: string, item: string): string => `mark-${label}-${item}`

/** What is wrong with what stands in a cell: nothing, a key of words. An empty cell is missing, not wrong. */
export function markFault(
  typed: string,
  item: Pick<ScoredItem, 'max' | 'grades'>,
): 'malformed' | 'over' | 'grade' | null {
  if (typed === '') return null
  if (!/^(0|[1-9]\d{0,3})(\.\d{1,4})?$/.test(typed)) return 'malformed'
  if (compare(typed, item.max) > 0) return 'over'
  const grades = gradePoints(item)
  return grades && !grades.some(({ points }) => compare(points, typed) === 0) ? 'grade' : null
}
