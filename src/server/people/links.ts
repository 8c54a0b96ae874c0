// How does a link in a mail open one thing, once? Its token is random, and only its fingerprint is kept.
import { createHash, randomBytes } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { oneTimeLink } from '../../../db/schema/sign-in.ts'
import type { Work } from '../db.ts'
import { refuse } from '../problem.ts'

export type Link = typeof oneTimeLink.$inferSelect
type Facts = Link['facts']

const digest = (token: string): Uint8Array => new Uint8Array(createHash('sha256').update(token).digest())

/**
 * Makes a link's token: 32 bytes, base64url. Earlier ones of the same account (or, without one, the same address) for the same
 * purpose are used up by it.
 */
export async function makeLink(
  { tx, now }: Work,
  link: { purpose: string; account: string | null; email: string; hours: number; facts?: Facts },
): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const { purpose, account, email, hours, facts = {} } = link
  const same = account === null ? eq(oneTimeLink.email, email) : eq(oneTimeLink.account, account)
  await tx
    .update(oneTimeLink)
    .set({ usedAt: now.date })
    .where(and(same, eq(oneTimeLink.purpose, purpose), isNull(oneTimeLink.usedAt)))
  await tx.insert(oneTimeLink).values({
    hash: digest(token),
    purpose,
    account,
    email,
    facts,
    madeAt: now.date,
    expiresAt: new Date(now.date.getTime() + hours * 3_600_000),
  })
  return token
}

/** What a token opens, without using it up; refuses with `link-over`. */
export async function readLink({ tx, now }: Work, purpose: string, token: string): Promise<Link> {
  const rows = await tx
    .select()
    .from(oneTimeLink)
    .where(and(eq(oneTimeLink.hash, digest(token)), eq(oneTimeLink.purpose, purpose)))
    .for('update')
  const row = rows[0]
  if (!row || row.usedAt || row.expiresAt <= now.date) refuse('link-over')
  return row
}

/** Uses a token up. Of two that come with it at the same moment one is refused. */
export async function redeemLink(work: Work, purpose: string, token: string): Promise<Link> {
  const link = await readLink(work, purpose, token)
  await work.tx.update(oneTimeLink).set({ usedAt: work.now.date }).where(eq(oneTimeLink.hash, link.hash))
  return link
}

/** Whatever links an account still had open are closed: after a change of its password or address. */
export async function closeLinks({ tx, now }: Work, account: string, purpose: string): Promise<void> {
  await tx
    .update(oneTimeLink)
    .set({ usedAt: now.date })
    .where(and(eq(oneTimeLink.account, account), eq(oneTimeLink.purpose, purpose), isNull(oneTimeLink.usedAt)))
}
