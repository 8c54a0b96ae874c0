// How is a tender's row read, locked and written?
import { and, desc, eq, ilike, inArray, ne, or, sql } from 'drizzle-orm'
import { account, organisation, setting } from '../../../db/schema/people.ts'
import { tender } from '../../../db/schema/tenders.ts'
import type { Draft } from '../../api/tenders.ts'
import type { Words } from '../../domain/events.ts'
import { secondsZ } from '../../domain/kit/time.ts'
import type { Caller } from '../../domain/powers.ts'
import type { AwardRule } from '../../domain/scoring/rule.ts'
import { publicStatus, STATES, type TenderState } from '../../domain/tenders/lifecycle.ts'
import type { Work } from '../db.ts'

export type TenderRow = Omit<typeof tender.$inferSelect, 'state' | 'peak' | 'notice' | 'rule'> & {
  state: TenderState
  peak: TenderState
  notice: Draft['notice']
  rule: AwardRule
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

export type ListQuery = {
  status?: string | undefined
  agency?: string | undefined
  text?: string | undefined
  page: number
  per: number
}

/** A page of tenders: published ones for everybody, the own agency's drafts for its officers besides. */
export async function listTenderRows(
  work: Work,
  caller: Caller,
  query: ListQuery,
): Promise<{ rows: TenderRow[]; total: number }> {
  const own = caller?.roles.includes('officer') ? caller.org : null
  const statuses = STATES.filter((state) => query.status === undefined || publicStatus(state) === query.status)
  // The user's text is data in the pattern: its wildcards are escaped.
  const like = query.text ? `%${query.text.replace(/[\\%_]/g, '\\$&')}%` : null
  const where = and(
    own ? or(ne(tender.state, 'draft'), eq(tender.agency, own)) : ne(tender.state, 'draft'),
    inArray(tender.state, statuses),
    query.agency ? eq(tender.agency, query.agency) : undefined,
    like
      ? or(
          ilike(tender.no, like),
          ilike(sql`${tender.notice}->'title'->>'ko'`, like),
          ilike(sql`${tender.notice}->'title'->>'en'`, like),
        )
      : undefined,
  )
  const soon = sql`(${tender.state} = 'published') DESC, CASE WHEN ${tender.state} = 'published' THEN ${tender.deadline} END ASC`
  const rows = await work.tx
    .select()
    .from(tender)
    .where(where)
    .orderBy(soon, desc(tender.deadline), tender.no)
    .limit(query.per)
    .offset((query.page - 1) * query.per)
  const totals = await work.tx.select({ n: sql<string>`count(*)` }).from(tender).where(where)
  return { rows: rows.map(typed), total: Number(totals[0]?.n ?? 0) }
}

export const legal = (moment: Date): string => secondsZ(moment.getTime())
