// Who is calling, with which roles, right now?
import { and, eq, gt, isNull } from 'drizzle-orm'
import { account, actorKey } from '../../../db/schema/people.ts'
import { signIn } from '../../../db/schema/sign-in.ts'
import type { Caller, Role } from '../../domain/powers.ts'
import type { Work } from '../db.ts'
import { refuse } from '../problem.ts'

/** What an access token says: the account, and the sign-in it descends from. */
export type Claim = { account: string; family: string }

/**
 * The caller as the database knows it in this transaction: a role taken away counts from the next request on, and a session
 * that was ended is over although its last token has minutes to live.
 */
export async function callerOf({ tx, now }: Work, claim: Claim | null): Promise<Caller> {
  if (!claim) return null
  const rows = await tx
    .select({
      id: account.id,
      org: account.org,
      roles: account.roles,
      startedAt: signIn.startedAt,
      steppedAt: signIn.steppedAt,
    })
    .from(signIn)
    .innerJoin(account, eq(account.id, signIn.account))
    .where(
      and(
        eq(signIn.id, claim.family),
        eq(signIn.account, claim.account),
        isNull(signIn.endedAt),
        gt(signIn.expiresAt, now.date),
      ),
    )
  const row = rows[0]
  if (!row) refuse('bad-token')
  return {
    account: row.id,
    org: row.org,
    roles: row.roles as Role[],
    session: claim.family,
    startedAt: row.startedAt,
    steppedUpAt: row.steppedAt,
  }
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
