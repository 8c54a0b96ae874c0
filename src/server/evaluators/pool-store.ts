// Who can be drawn, and how is the pool of a tender fixed? Numbers go into the log, people into a table that the API cannot read.
import { and, asc, eq, exists, inArray, isNotNull, sql } from 'drizzle-orm'
import { evaluatorField, poolMember } from '../../../db/schema/evaluators.ts'
import { account, actorKey, organisation } from '../../../db/schema/people.ts'
import {
  type Candidate,
  limitYear,
  memberId,
  type PoolRule,
  poolOf,
  poolReasons,
} from '../../domain/evaluators/pool.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { inForce } from '../people/caller.ts'
import type { Advancing } from '../tenders/advance.ts'
import type { TenderRow } from '../tenders/tender-store.ts'
import { appointmentsIn } from './calls.ts'

/**
 * Everybody who has a confirmed field and a signing key: who enrols one only after being called tells the log's readers who was. Or those of the accounts given, who were in a pool when it was fixed: what became of their
 * fields since takes no ticket from them.
 */
export async function candidates(work: Work, only?: readonly string[]): Promise<Candidate[]> {
  if (only?.length === 0) return []
  const keyOf = work.tx
    .select({ kid: actorKey.kid })
    .from(actorKey)
    .where(and(eq(actorKey.account, account.id), inForce))
  const confirmed = and(eq(evaluatorField.account, account.id), eq(evaluatorField.state, 'confirmed'))
  const rows = await work.tx
    .select({
      account: account.id,
      org: account.org,
      fields: sql<string[]>`array_remove(array_agg(${evaluatorField.field}), NULL)`,
      available: sql<boolean>`'evaluator' = ANY(${account.roles}) AND ${account.leftAt} IS NULL AND ${organisation.standing} = 'verified'`,
    })
    .from(account)
    .innerJoin(organisation, eq(organisation.id, account.org))
    .leftJoin(evaluatorField, confirmed)
    .where(only === undefined ? and(isNotNull(evaluatorField.field), exists(keyOf)) : inArray(account.id, [...only]))
    .groupBy(account.id, organisation.id)
    .orderBy(asc(account.id))
  const had = await appointmentsIn(work, limitYear(work.now.date.getTime()))
  return rows.map((row) => ({ ...row, appointments: had.get(row.account) ?? 0 }))
}

const poolNow = async (work: Work, row: TenderRow, rule: PoolRule) => poolOf(rule, await candidates(work), row.agency)

/** Reasons against publishing with the people that there are now. */
export async function poolSizeReasons({ work, row }: Advancing): Promise<Reason[]> {
  return row.pool ? poolReasons(row.pool, await poolNow(work, row, row.pool)) : []
}

/** Seats of a drawn committee in which nobody sits, one reason each. */
export const emptySeats = (row: TenderRow): Reason[] =>
  row.pool
    ? row.evaluators
        .filter((seat) => seat.account === '')
        .map((seat) => ({ code: 'seat-empty', facts: { evaluator: seat.label } }))
    : []

/** Fixes the pool with the publication, before anybody can know who bids: sorted numbers in the log, one salt a person. */
export async function commitPool({ P, work, row }: Advancing, rule: PoolRule): Promise<void> {
  const salts = new Map<string, Uint8Array>()
  const saltOf = (person: string): Uint8Array => {
    const salt = salts.get(person) ?? P.random(32)
    salts.set(person, salt)
    return salt
  }
  const strata = (await poolNow(work, row, rule)).map(({ field, accounts }) => ({
    field,
    members: accounts.map((person) => ({ person, id: memberId(P, saltOf(person), person) })),
  }))
  for (const { field, members } of strata) {
    await work.tx
      .insert(poolMember)
      .values(members.map(({ person, id }) => ({ tender: row.no, field, account: person, id, salt: saltOf(person) })))
  }
  const payload = {
    typ: 'pool.committed/1',
    tender: row.no,
    lot: '1',
    strata: strata.map(({ field, members }) => ({ field, ids: members.map((m) => m.id).sort() })),
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
}
