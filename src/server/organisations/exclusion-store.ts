// Which firms are shut out, and how is that kept? Whoever acts on it holds the firm's lock to the end of the transaction.
import { and, asc, desc, eq, gt, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm'
import { exclusion } from '../../../db/schema/organisations.ts'
import { organisation } from '../../../db/schema/people.ts'
import { secondsZ } from '../../domain/kit/time.ts'
import type { Work } from '../db.ts'

/**
 * Name of the advisory lock on a firm's exclusions. Who judges by them holds it shared, who enters or lifts one alone: an
 * exclusion enters the log before or after an act, and the act was judged accordingly.
 */
export const exclusionsLock = (org: string): string => `exclusions of ${org}`

/** The lock's number. */
export const exclusionsOf = (org: string): SQL => sql`hashtextextended(${exclusionsLock(org)}, 0)`

/** Of the bidders given, those shut out at the transaction's time, with the exclusion's id. The opening and the award ask. */
export async function excludedAmong(work: Work, bidders: readonly string[]): Promise<Map<string, string>> {
  if (bidders.length === 0) return new Map()
  // In one order for everybody, so that two who ask for several do not wait for each other.
  for (const org of [...new Set(bidders)].sort())
    await work.tx.execute(sql`SELECT pg_advisory_xact_lock_shared(${exclusionsOf(org)})`)
  const rows = await work.tx
    .select({ id: exclusion.id, org: exclusion.org })
    .from(exclusion)
    .where(
      and(
        inArray(exclusion.org, [...bidders]),
        isNull(exclusion.liftedAt),
        lte(exclusion.startsAt, work.now.date),
        gt(exclusion.endsAt, work.now.date),
      ),
    )
    .orderBy(asc(exclusion.id))
  return new Map(rows.map((row) => [row.org, row.id]))
}

export async function findExclusion(work: Work, id: string, lock = false) {
  const query = work.tx.select().from(exclusion).where(eq(exclusion.id, id))
  const rows = await (lock ? query.for('update') : query)
  return rows[0] ?? null
}

/** The public list, those in force first. */
export async function listedExclusions(work: Work, { page, per }: { page: number; per: number }) {
  const names = sql<{
    ko: string
    en: string
  }>`json_build_object('ko', ${organisation.nameKo}, 'en', ${organisation.nameEn})`
  const inForce = sql<boolean>`${exclusion.liftedAt} IS NULL AND ${exclusion.startsAt} <= ${work.now.date} AND ${work.now.date} < ${exclusion.endsAt}`
  const rows = await work.tx
    .select({ row: exclusion, names, inForce, total: sql<string>`count(*) OVER ()` })
    .from(exclusion)
    .innerJoin(organisation, eq(organisation.id, exclusion.org))
    .orderBy(desc(inForce), desc(exclusion.startsAt), exclusion.id)
    .limit(per)
    .offset((page - 1) * per)
  return {
    exclusions: rows.map(({ row, names: name, inForce: now }) => ({
      id: row.id,
      org: row.org,
      name,
      declaredFor: row.declaredFor,
      from: secondsZ(row.startsAt.getTime()),
      until: secondsZ(row.endsAt.getTime()),
      basis: row.basis,
      grounds: row.grounds,
      liftedAt: row.liftedAt === null ? null : secondsZ(row.liftedAt.getTime()),
      liftedWhy: row.liftedWhy,
      inForce: now,
    })),
    total: Number(rows[0]?.total ?? 0),
    page,
    per,
  }
}
