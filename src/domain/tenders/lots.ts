// Which tenders are the lots of one notice? Each is a tender of its own; all their signed notices name the same ones in the same order.
import type { Bilingual } from '../scoring/rule.ts'

/**
 * What the lots of one notice have in common. It stands in the notice of each, so that nobody can add or take away a lot once one of them
 * is published. The deadline is common too, when they are published; an amendment moves that of one lot.
 */
export interface Lots {
  title: Bilingual
  summary: Bilingual
  /** Numbers of the tenders: lot 1, lot 2 … */
  tenders: string[]
}

export const MOST_LOTS = 20

/** Which lot a tender is: 2 of the second in the list; 0 of one that is not in it. */
export const lotOf = (lots: Pick<Lots, 'tenders'>, no: string): number => lots.tenders.indexOf(no) + 1

const words = (value: unknown): value is Bilingual => {
  const { ko, en } = (value ?? {}) as Partial<Bilingual>
  return typeof ko === 'string' && typeof en === 'string'
}

/** What a notice says of its lots; null where it says nothing, 'malformed' where nobody can read it. */
export function readLots(notice: Readonly<Record<string, unknown>>): Lots | null | 'malformed' {
  if (notice.lots === undefined) return null
  const { title, summary, tenders } = (notice.lots ?? {}) as Partial<Lots>
  if (!words(title) || !words(summary) || !Array.isArray(tenders)) return 'malformed'
  const good = tenders.every((no) => typeof no === 'string') && new Set(tenders).size === tenders.length
  return good && tenders.length >= 2 && tenders.length <= MOST_LOTS ? { title, summary, tenders } : 'malformed'
}
