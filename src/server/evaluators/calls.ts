// Who was called for a seat of a drawn committee, and what became of it?
import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import { committeeCall } from '../../../db/schema/evaluators.ts'
import { signedHash } from '../../domain/tenders/signed-acts.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import type { TenderRow } from '../tenders/tender-store.ts'

export type CallRow = typeof committeeCall.$inferSelect

/** Every ticket of a tender whose turn came. */
export const callsOf = (work: Work, no: string): Promise<CallRow[]> =>
  work.tx.select().from(committeeCall).where(eq(committeeCall.tender, no)).orderBy(asc(committeeCall.id))

/** The calls of a person, the newest first; tickets that were passed over are not told. */
export const callsFor = (work: Work, account: string): Promise<CallRow[]> =>
  work.tx
    .select()
    .from(committeeCall)
    .where(and(eq(committeeCall.account, account), ne(committeeCall.state, 'passed')))
    .orderBy(sql`${committeeCall.calledAt} DESC`, asc(committeeCall.tender))

/** Was the account drawn for this committee and does it not sit yet? */
export async function isAsked(work: Work, no: string, account: string): Promise<boolean> {
  const rows = await work.tx
    .select({ id: committeeCall.id })
    .from(committeeCall)
    .where(
      and(
        eq(committeeCall.tender, no),
        eq(committeeCall.account, account),
        inArray(committeeCall.state, ['called', 'cleared']),
      ),
    )
  return rows.length > 0
}

/** What names the declaration that whoever holds a seat by lot signed; null where the buyer named the evaluators. */
export async function declarationOf(
  P: Primitives,
  work: Work,
  row: TenderRow,
  evaluator: string,
): Promise<string | null> {
  if (!row.pool) return null
  const rows = await work.tx
    .select({ jws: committeeCall.jws })
    .from(committeeCall)
    .where(
      and(
        eq(committeeCall.tender, row.no),
        eq(committeeCall.evaluator, evaluator),
        inArray(committeeCall.state, ['cleared', 'seated']),
      ),
    )
  const jws = rows[0]?.jws
  return jws ? signedHash(P, jws) : null
}

/** Seats by lot that each person has, or is being asked for, in a calendar year; who has none is not in the answer. */
export async function appointmentsIn(work: Work, year: number, account?: string): Promise<Map<string, number>> {
  const rows = await work.tx
    .select({ account: committeeCall.account, n: sql<string>`count(*)` })
    .from(committeeCall)
    .where(
      and(
        eq(committeeCall.year, year),
        inArray(committeeCall.state, ['called', 'cleared', 'seated']),
        account === undefined ? undefined : eq(committeeCall.account, account),
      ),
    )
    .groupBy(committeeCall.account)
  return new Map(rows.map((row) => [row.account, Number(row.n)]))
}
