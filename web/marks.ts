// What is a cell of a score sheet, and what is wrong with what stands in it?
import { compare } from '../src/domain/kit/fraction.ts'

export type Cells = ReadonlyMap<string, string>

export const cellOf = (label: string, item: string): string => `${label} ${item}`
export const cellId = (label: string, item: string): string => `mark-${label}-${item}`

/** What is wrong with what stands in a cell: nothing, a key of words. An empty cell is missing, not wrong. */
export function markFault(typed: string, max: string): 'malformed' | 'over' | null {
  if (typed === '') return null
  if (!/^(0|[1-9]\d{0,3})(\.\d{1,4})?$/.test(typed)) return 'malformed'
  return compare(typed, max) > 0 ? 'over' : null
}
