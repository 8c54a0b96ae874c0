// What is kept of a session: its beginning, its refresh tokens, its end?
import { createHash } from 'node:crypto'
import { and, asc, desc, eq, gt, inArray, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { session } from '../../../db/schema/people.ts'
import { signIn } from '../../../db/schema/sign-in.ts'
import { IDLE_DAYS, LONGEST_DAYS, MOST_SESSIONS } from '../../domain/people/session-times.ts'
import { b64u } from '../../proof/bytes.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'

const DAY_MS = 86_400_000
/** Channel on which live connections hear of ended sessions: a session's id, or `account <id>`. */
export const SESSIONS_CHANNEL = 'madang_sessions'

const digest = (token: string): Uint8Array => new Uint8Array(createHash('sha256').update(token).digest())
const later = (from: Date, days: number): Date => new Date(from.getTime() + days * DAY_MS)

export type Begun = { account: string; family: string; token: string; seconds: number; steppedAt: Date | null }

export type ToBegin = {
  account: string
  /** As in the table: 'password', 'passkey', 'link', 'oidc <provider>'. */
  method: string
  agent: string
  /** With which second factor it began, if with one: that counts as shown. */
  steppedBy: string | null
}

const open = (account: string) => and(eq(signIn.account, account), isNull(signIn.endedAt))

async function refreshToken(P: Primitives, { tx, now }: Work, family: string, account: string, ends: Date) {
  const token = b64u(P.random(32))
  const idle = later(now.date, IDLE_DAYS)
  const expiresAt = idle < ends ? idle : ends
  await tx.insert(session).values({ refreshHash: digest(token), family, account, startedAt: now.date, expiresAt })
  return { token, seconds: Math.floor((expiresAt.getTime() - now.date.getTime()) / 1000) }
}

/** Begins a session. Where an account has as many as it may, the one unused for longest ends. */
export async function beginSession(P: Primitives, work: Work, begin: ToBegin): Promise<Begun> {
  const { tx, now } = work
  const { account, method, agent, steppedBy } = begin
  // Two who sign in to one account at the same moment are counted one after the other.
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`sessions of ${account}`}, 0))`)
  const tooMany = tx
    .select({ id: signIn.id })
    .from(signIn)
    .where(and(open(account), gt(signIn.expiresAt, now.date)))
    .orderBy(desc(signIn.seenAt))
    .offset(MOST_SESSIONS - 1)
  await endSessionsWhere(work, inArray(signIn.id, tooMany), 'too many')
  const family = b64u(P.random(16))
  const ends = later(now.date, LONGEST_DAYS)
  const steppedAt = steppedBy === null ? null : now.date
  await tx.insert(signIn).values({
    id: family,
    account,
    method,
    agent: agent.slice(0, 200),
    startedAt: now.date,
    seenAt: now.date,
    expiresAt: ends,
    steppedAt,
    steppedBy,
  })
  return { account, family, steppedAt, ...(await refreshToken(P, work, family, account, ends)) }
}

/**
 * Another refresh token in place of this one; null when it opens nothing. A token that comes a second time has two holders, one of
 * whom stole it: the whole session ends.
 */
export async function refreshSessionOf(P: Primitives, work: Work, token: string): Promise<Begun | null> {
  const { tx, now } = work
  const rows = await tx
    .select()
    .from(session)
    .innerJoin(signIn, eq(signIn.id, session.family))
    .where(eq(session.refreshHash, digest(token)))
    .for('update')
  const row = rows[0]
  if (!row || row.sign_in.endedAt || row.sign_in.expiresAt <= now.date || row.session.expiresAt <= now.date) return null
  const { id: family, account, expiresAt, steppedAt } = row.sign_in
  if (row.session.usedAt) {
    await endSessionsWhere(work, eq(signIn.id, family), 'refresh token used twice')
    return null
  }
  await tx.update(session).set({ usedAt: now.date }).where(eq(session.refreshHash, row.session.refreshHash))
  await tx.update(signIn).set({ seenAt: now.date }).where(eq(signIn.id, family))
  return { account, family, steppedAt, ...(await refreshToken(P, work, family, account, expiresAt)) }
}

/** The session of a refresh token, whatever its state; null for nobody's. */
export async function familyOfToken({ tx }: Work, token: string): Promise<string | null> {
  const rows = await tx
    .select({ family: session.family })
    .from(session)
    .where(eq(session.refreshHash, digest(token)))
  return rows[0]?.family ?? null
}

/** Ends the sessions of a condition. Their tokens open nothing from this commit on; live connections are cut a moment later. */
async function endSessionsWhere({ tx, now }: Work, where: SQL | undefined, why: string): Promise<number> {
  const ended = await tx
    .update(signIn)
    .set({ endedAt: now.date, endedWhy: why })
    .where(and(isNull(signIn.endedAt), where))
    // Told in the statement that ends them, and heard once it is committed.
    .returning({ told: sql`pg_notify(${SESSIONS_CHANNEL}, ${signIn.id})::text` })
  return ended.length
}

/** Ends one session of an account; false when it has no such session. */
export async function endSessionOf(work: Work, account: string, id: string, why: string): Promise<boolean> {
  return (await endSessionsWhere(work, and(eq(signIn.account, account), eq(signIn.id, id)), why)) > 0
}

export async function endFamily(work: Work, id: string, why: string): Promise<void> {
  await endSessionsWhere(work, eq(signIn.id, id), why)
}

/**
 * Ends all sessions of an account but the one that is kept; answers how many. For whoever leaves, is suspended, or changes a
 * password.
 */
export async function endSessionsOf(work: Work, account: string, why: string, keep?: string): Promise<number> {
  const others = keep === undefined ? undefined : ne(signIn.id, keep)
  return endSessionsWhere(work, and(eq(signIn.account, account), others), why)
}

/** Roles of an account have changed: its live connections are cut and come back with what holds now. */
export async function rolesChanged({ tx }: Work, account: string): Promise<void> {
  await tx.execute(sql`SELECT pg_notify(${SESSIONS_CHANNEL}, ${`account ${account}`})`)
}

export async function sessionsOf({ tx, now }: Work, account: string) {
  return tx
    .select()
    .from(signIn)
    .where(and(open(account), gt(signIn.expiresAt, now.date)))
    .orderBy(desc(signIn.seenAt), asc(signIn.id))
}

/** A second factor was shown in a session. */
export async function markStepUp({ tx, now }: Work, id: string, by: string): Promise<void> {
  await tx.update(signIn).set({ steppedAt: now.date, steppedBy: by }).where(eq(signIn.id, id))
}
