// Which sealed entry shows that somebody of a pool had been confirmed for the field? The one before the pool was fixed.
import { and, eq, inArray, sql } from 'drizzle-orm'
import { fieldDecision, poolMember } from '../../../db/schema/evaluators.ts'
import { logEntry } from '../../../db/schema/log.ts'
import { tender } from '../../../db/schema/tenders.ts'
import type { OpenedPool } from '../../domain/audit/opened-pool.ts'
import { type Opening, openingOf } from '../../domain/evaluators/field-decision.ts'
import type { TenderState } from '../../domain/tenders/lifecycle.ts'
import { b64u } from '../../proof/bytes.ts'
import type { Work } from '../db.ts'

/**
 * What opens the confirmation of each person for each field, by `account field`: of several the last one below the tender's pool. Whoever
 * was confirmed before decisions were sealed has none.
 */
export async function confirmationsOf(
  work: Work,
  no: string,
  people: readonly { account: string; field: string }[],
): Promise<Map<string, Opening>> {
  if (people.length === 0) return new Map()
  const pool = work.tx
    .select({ idx: logEntry.idx })
    .from(logEntry)
    .where(and(eq(logEntry.ref, no), eq(logEntry.typ, 'pool.committed/1')))
  const rows = await work.tx
    .select()
    .from(fieldDecision)
    .where(
      and(
        inArray(fieldDecision.account, [...new Set(people.map((one) => one.account))]),
        eq(fieldDecision.verdict, 'confirmed'),
        sql`${fieldDecision.idx} < (${pool})`,
      ),
    )
    .orderBy(fieldDecision.idx)
  const found = new Map<string, Opening>()
  for (const row of rows)
    if (row.idx !== null) found.set(`${row.account} ${row.field}`, openingOf({ ...row, idx: row.idx }))
  return found
}

/** Until here somebody of the pool may still be called. */
const BEFORE_THE_LOCK: readonly TenderState[] = ['draft', 'published', 'closed', 'technical_opening', 'evaluating']

/**
 * Everybody of a tender's pool, opened for an auditor; or why not. Only the owner of the tables can read it. Before the lock it would tell
 * whom to approach.
 */
export async function openPool(work: Work, no: string): Promise<OpenedPool | string> {
  const [row] = await work.tx.select({ state: tender.state, pool: tender.pool }).from(tender).where(eq(tender.no, no))
  if (!row?.pool) return `${no} is no tender whose evaluators are drawn`
  if (BEFORE_THE_LOCK.includes(row.state as TenderState)) return `${no}: somebody of the pool may still be called`
  const members = await work.tx
    .select()
    .from(poolMember)
    .where(eq(poolMember.tender, no))
    .orderBy(poolMember.field, poolMember.id)
  const shown = await confirmationsOf(work, no, members)
  return {
    typ: 'pool.opened/1',
    tender: no,
    members: members.map(({ field, id, account, salt }) => ({
      field,
      id,
      account,
      salt: b64u(salt),
      confirmed: shown.get(`${account} ${field}`) ?? null,
    })),
  }
}
