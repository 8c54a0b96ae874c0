// What was somebody asked, who has minutes to answer, once? A ticket is the random value that the browser holds; it is a passkey's challenge as well.
import { createHash, randomBytes } from 'node:crypto'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { challenge } from '../../../db/schema/sign-in.ts'
import type { Work } from '../db.ts'

export type Ticket = typeof challenge.$inferSelect
export type Purpose = 'second-step' | 'passkey' | 'step-up' | 'new-passkey' | 'provider'

const MINUTES = 5
/** Wrong answers to one ticket. */
const MOST_TRIES = 5

const digest = (ticket: string): Uint8Array => new Uint8Array(createHash('sha256').update(ticket).digest())

export const randomTicket = (): string => randomBytes(32).toString('base64url')

export async function giveTicket(
  { tx, now }: Work,
  given: { purpose: Purpose; account: string | null; facts?: Ticket['facts']; ticket?: string; minutes?: number },
): Promise<string> {
  const { purpose, account, facts = {}, ticket = randomTicket(), minutes = MINUTES } = given
  const expiresAt = new Date(now.date.getTime() + minutes * 60_000)
  await tx.insert(challenge).values({ hash: digest(ticket), purpose, account, facts, expiresAt })
  return ticket
}

/** The ticket, locked until the transaction ends, or null when it is none, over, or answered wrongly too often. */
export async function readTicket({ tx, now }: Work, ticket: string, purposes: Purpose[]): Promise<Ticket | null> {
  const rows = await tx
    .select()
    .from(challenge)
    .where(and(eq(challenge.hash, digest(ticket)), inArray(challenge.purpose, purposes)))
    .for('update')
  const row = rows[0]
  return row && row.expiresAt > now.date && row.tries < MOST_TRIES ? row : null
}

export async function answeredRight({ tx }: Work, { hash }: Ticket): Promise<void> {
  await tx.delete(challenge).where(eq(challenge.hash, hash))
}

export async function answeredWrong({ tx }: Work, { hash }: Ticket): Promise<void> {
  await tx
    .update(challenge)
    .set({ tries: sql`${challenge.tries} + 1` })
    .where(eq(challenge.hash, hash))
}
