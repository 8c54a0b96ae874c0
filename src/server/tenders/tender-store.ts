// How is a tender's row read, locked and written?
import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm'
import { account, organisation, setting } from '../../../db/schema/people.ts'
import { tender } from '../../../db/schema/tenders.ts'
import type { Draft } from '../../api/tenders.ts'
import type { Words } from '../../domain/events.ts'
import { secondsZ } from '../../domain/kit/time.ts'
import type { AnyRule } from '../../domain/scoring/contest-rule.ts'
import type { Decided } from '../../domain/scoring/decided.ts'
import type { TenderState } from '../../domain/tenders/lifecycle.ts'
import type { Lots } from '../../domain/tenders/lots.ts'
import type { Work } from '../db.ts'

export type TenderRow = Omit<typeof tender.$inferSelect, 'state' | 'peak' | 'notice' | 'rule' | 'ranking'> & {
  state: TenderState
  peak: TenderState
  notice: Omit<Draft['notice'], 'lots'> & { lots?: Lots }
  rule: AnyRule
  /** What was decided last, as the log has it. */
  ranking: Decided | null
}

const typed = (row: typeof tender.$inferSelect): TenderRow => row as unknown as TenderRow

/** The tender, or null. */
export async function findTender(work: Work, no: string): Promise<TenderRow | null> {
  const rows = await work.tx.select().from(tender).where(eq(tender.no, no))
  return rows[0] ? typed(rows[0]) : null
}

/** The tender with its row locked to the end of the transaction: whoever changes its state holds this. */
export async function lockTender(work: Work, no: string, skipLocked = false): Promise<TenderRow | null> {
  const query = work.tx.select().from(tender).where(eq(tender.no, no))
  const rows = await (skipLocked ? query.for('update', { skipLocked: true }) : query.for('update'))
  return rows[0] ? typed(rows[0]) : null
}

/** The clock after a lock was waited for: what the deadline was then decides, not when the request began. */
export async function clockNow({ tx, now }: Work): Promise<Work> {
  const { rows } = await tx.execute<{ at: string }>(sql`SELECT clock_timestamp() AS at`)
  return { tx, now: { ...now, date: new Date(rows[0]?.at ?? Number.NaN) } }
}

/** The next notice number: R, year, BK for a tender notice, serial. */
export async function nextNumber(work: Work): Promise<string> {
  const year = String(work.now.date.getUTCFullYear()).slice(2)
  const rows = await work.tx
    .insert(setting)
    .values({ name: `serial ${year}`, value: '1' })
    .onConflictDoUpdate({ target: setting.name, set: { value: sql`((${setting.value})::integer + 1)::text` } })
    .returning({ value: setting.value })
  return `R${year}BK${String(rows[0]?.value).padStart(8, '0')}`
}

export async function insertTender(work: Work, row: typeof tender.$inferInsert): Promise<void> {
  await work.tx.insert(tender).values(row)
}

export async function updateTender(work: Work, no: string, set: Partial<typeof tender.$inferInsert>): Promise<void> {
  await work.tx.update(tender).set(set).where(eq(tender.no, no))
}

export async function organisationName(work: Work, id: string): Promise<Words> {
  const rows = await work.tx.select().from(organisation).where(eq(organisation.id, id))
  return { ko: rows[0]?.nameKo ?? id, en: rows[0]?.nameEn ?? id }
}

/** Names by organisation. */
export async function organisationNames(work: Work, ids: string[]): Promise<Record<string, Words>> {
  if (ids.length === 0) return {}
  const rows = await work.tx.select().from(organisation).where(inArray(organisation.id, ids))
  return Object.fromEntries(rows.map((row) => [row.id, { ko: row.nameKo, en: row.nameEn }]))
}

/** The committee as a draft has it: drawn by a pool, or named. */
export const committeeOf = (row: TenderRow): Pick<Draft, 'evaluators' | 'pool'> =>
  row.pool ? { evaluators: [], pool: row.pool } : { evaluators: row.evaluators.map((e) => e.account) }

/** Of the accounts given, those that may sit on a committee. */
export async function evaluatorsAmong(work: Work, ids: string[]): Promise<Set<string>> {
  const rows = await work.tx
    .select({ id: account.id })
    .from(account)
    .where(and(inArray(account.id, ids), sql`'evaluator' = ANY(${account.roles})`))
  return new Set(rows.map((row) => row.id))
}

/** The tenders, drafts left out, on whose committee an account sits; the newest deadline first. */
export async function tendersToMark(work: Work, accountId: string): Promise<TenderRow[]> {
  const rows = await work.tx
    .select()
    .from(tender)
    .where(
      and(ne(tender.peak, 'draft'), sql`${tender.evaluators} @> ${JSON.stringify([{ account: accountId }])}::jsonb`),
    )
    .orderBy(desc(tender.deadline), tender.no)
  return rows.map(typed)
}

/** The revision of a notice as people write it: `000` as published, `001` after the first amendment. */
export const revisionOf = ({ revision }: { revision: number }): string => String(revision).padStart(3, '0')

export const legal = (moment: Date): string => secondsZ(moment.getTime())
