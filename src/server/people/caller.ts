// Who is calling, with which roles, right now?
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import { TENANT } from '../../../db/rights.ts'
import { delegation } from '../../../db/schema/organisations.ts'
import { account, actorKey, organisation } from '../../../db/schema/people.ts'
import { signIn } from '../../../db/schema/sign-in.ts'
import type { Caller, Role, Standing } from '../../domain/powers.ts'
import type { Now, Work } from '../db.ts'
import { refuse } from '../problem.ts'

/** What an access token says: the account, and the sign-in it descends from. */
export type Claim = { account: string; family: string }

/** Own roles, and those that were delegated and are in force at this moment. */
export const rolesNow = sql<string[]>`${account.roles} || ARRAY(SELECT ${delegation.role} FROM ${delegation}
  WHERE ${delegation.toAccount} = ${account.id} AND ${delegation.endedAt} IS NULL
    AND ${delegation.startsAt} <= clock_timestamp() AND clock_timestamp() < ${delegation.endsAt})`

/** Tells the policies of row-level security, to the end of the transaction, who is calling: in the statement that finds out. */
const tells = {
  toldOrg: sql`set_config(${TENANT.org}, ${account.org}, true)`,
  toldRoles: sql`set_config(${TENANT.roles}, array_to_string(${rolesNow}, ' '), true)`,
}

const found = {
  id: account.id,
  org: account.org,
  roles: rolesNow,
  standing: organisation.standing,
  startedAt: signIn.startedAt,
  steppedAt: signIn.steppedAt,
}

type Found = {
  id: string
  org: string
  roles: string[]
  standing: string
  startedAt: Date
  steppedAt: Date | null
}

const callerFrom = (row: Found, session: string): NonNullable<Caller> => ({
  account: row.id,
  org: row.org,
  roles: row.roles as Role[],
  standing: row.standing as Standing,
  session,
  startedAt: row.startedAt,
  steppedUpAt: row.steppedAt,
})

/** Sign-ins that are not over, of accounts that have not left. */
const inSession = (now: Now) => and(isNull(signIn.endedAt), gt(signIn.expiresAt, now.date), isNull(account.leftAt))

/**
 * The caller as the database knows it in this transaction: a role taken away counts from the next request on, and a session
 * that was ended is over although its last token has minutes to live.
 */
export async function callerOf({ tx, now }: Work, claim: Claim | null): Promise<Caller> {
  if (!claim) return null
  const rows = await tx
    .select({ ...found, ...tells })
    .from(signIn)
    .innerJoin(account, eq(account.id, signIn.account))
    .innerJoin(organisation, eq(organisation.id, account.org))
    .where(and(eq(signIn.id, claim.family), eq(signIn.account, claim.account), inSession(now)))
  const row = rows[0]
  if (!row) refuse('bad-token')
  return callerFrom(row, claim.family)
}

/**
 * Several callers of one transaction, each as above, null where the session is over. Policies are told their organisations as the
 * bidders of this transaction: its rows of sealed acts are within reach, and nothing else of theirs.
 */
export async function callersOf({ tx, now }: Work, claims: readonly Claim[]): Promise<Caller[]> {
  const rows = await tx
    .select({
      ...found,
      session: signIn.id,
      told: sql`set_config(${TENANT.bidders}, string_agg(${account.org}, ' ') OVER (), true)`,
    })
    .from(signIn)
    .innerJoin(account, eq(account.id, signIn.account))
    .innerJoin(organisation, eq(organisation.id, account.org))
    .where(and(sql`${signIn.id} = ANY (${sql.param(claims.map((claim) => claim.family))}::text[])`, inSession(now)))
  const bySession = new Map(rows.map((row) => [row.session, row]))
  return claims.map(({ account: id, family }) => {
    const row = bySession.get(family)
    return row?.id === id ? callerFrom(row, family) : null
  })
}

/** An account as a caller, with the roles that it has in this transaction; null for nobody. */
export async function callerNow(work: Work, accountId: string): Promise<Caller> {
  const rows = await work.tx
    .select({ id: account.id, org: account.org, roles: rolesNow, standing: organisation.standing })
    .from(account)
    .innerJoin(organisation, eq(organisation.id, account.org))
    .where(and(eq(account.id, accountId), isNull(account.leftAt)))
  const row = rows[0]
  return row ? { account: row.id, org: row.org, roles: row.roles as Role[], standing: row.standing as Standing } : null
}

/** A caller that a power's row has let through; null here is a bug. */
export function known(caller: Caller): NonNullable<Caller> {
  if (!caller) throw new Error('an endpoint that needs a caller is open to the public')
  return caller
}

/** The session that the caller's token descends from. */
export function sessionOf(caller: Caller): { account: string; session: string } {
  const { account: id, session } = known(caller)
  if (session === undefined) throw new Error('a caller without a session')
  return { account: id, session }
}

/** The rows of keys in force: neither replaced nor reported. */
export const inForce = and(isNull(actorKey.replacedBy), isNull(actorKey.revokedAt))

/** The account's key in force: its kid, or null before enrolment. */
export async function keyInForce(
  work: Work,
  accountId: string,
): Promise<{ kid: string; jwk: typeof actorKey.$inferSelect.jwk } | null> {
  const rows = await work.tx
    .select({ kid: actorKey.kid, jwk: actorKey.jwk })
    .from(actorKey)
    .where(and(eq(actorKey.account, accountId), inForce))
  return rows[0] ?? null
}
