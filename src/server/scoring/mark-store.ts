// How are marks kept, and which are missing?
import { and, asc, eq, sql } from 'drizzle-orm'
import { label, mark } from '../../../db/schema/tenders.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { markedItems } from '../../domain/scoring/rule.ts'
import type { Work } from '../db.ts'
import type { TenderRow } from '../tenders/tender-store.ts'

/** Under this name the officer's quantitative marks stand beside those of E1, E2, … */
export const OFFICER = 'officer'

export type MarkRow = { evaluator: string; bidder: string; item: string; mark: string; comment: string }

export async function labelsOf(work: Work, no: string): Promise<{ label: string; bidder: string }[]> {
  const rows = await work.tx
    .select({ label: label.label, bidder: label.bidder })
    .from(label)
    .where(eq(label.tender, no))
  // A … Z before AA: shorter first.
  return rows.sort((a, b) => a.label.length - b.label.length || (a.label < b.label ? -1 : 1))
}

export async function marksOf(work: Work, no: string, evaluator?: string): Promise<MarkRow[]> {
  return work.tx
    .select({
      evaluator: mark.evaluator,
      bidder: mark.bidder,
      item: mark.item,
      mark: sql<string>`trim_scale(${mark.mark})::text`,
      comment: mark.comment,
    })
    .from(mark)
    .where(and(eq(mark.tender, no), evaluator === undefined ? undefined : eq(mark.evaluator, evaluator)))
    .orderBy(asc(mark.evaluator), asc(mark.bidder), asc(mark.item))
}

/** Writes marks over those given before. */
export async function saveMarks(work: Work, no: string, rows: MarkRow[]): Promise<void> {
  await work.tx
    .insert(mark)
    .values(rows.map((row) => ({ ...row, tender: no, at: work.now.date })))
    .onConflictDoUpdate({
      target: [mark.tender, mark.evaluator, mark.bidder, mark.item],
      set: { mark: sql`excluded.mark`, comment: sql`excluded.comment`, at: sql`excluded.at` },
    })
}

/** One reason for each mark that the rule wants and nobody gave. */
export async function missingMarks(work: Work, row: TenderRow): Promise<Reason[]> {
  const given = new Set((await marksOf(work, row.no)).map((m) => `${m.evaluator} ${m.bidder} ${m.item}`))
  const labels = await labelsOf(work, row.no)
  const missing: Reason[] = []
  for (const item of markedItems(row.rule)) {
    const who = item.kind === 'qualitative' ? row.evaluators.map((e) => e.label) : [OFFICER]
    for (const evaluator of who) {
      for (const { label: bidder } of labels) {
        if (!given.has(`${evaluator} ${bidder} ${item.id}`)) {
          missing.push({ code: 'mark-missing', facts: { evaluator, bidder, item: item.id } })
        }
      }
    }
  }
  return missing
}
