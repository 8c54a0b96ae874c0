// Which account is meant, and what is known about its owner? The one door to accounts by e-mail address.
import { and, eq, sql } from 'drizzle-orm'
import { account, organisation } from '../../../db/schema/people.ts'
import { knownDevice } from '../../../db/schema/sign-in.ts'
import type { Work } from '../db.ts'

export type Known = {
  id: string
  email: string
  name: string
  passwordHash: string | null
  language: 'ko' | 'en'
  emailVerifiedAt: Date | null
}

const COLUMNS = {
  id: account.id,
  email: account.email,
  name: account.name,
  passwordHash: account.passwordHash,
  language: account.language,
  emailVerifiedAt: account.emailVerifiedAt,
}

/** Addresses differ in small and capital letters for nobody. */
export const addressOf = (email: string): string => email.trim().toLowerCase()

export async function accountByEmail({ tx }: Work, email: string): Promise<Known | null> {
  const rows = await tx
    .select(COLUMNS)
    .from(account)
    .where(eq(account.email, addressOf(email)))
  return (rows[0] as Known | undefined) ?? null
}

export async function accountById({ tx }: Work, id: string): Promise<Known> {
  const rows = await tx.select(COLUMNS).from(account).where(eq(account.id, id))
  if (!rows[0]) throw new Error(`there is no account ${id}`)
  return rows[0] as Known
}

/**
 * The account of an address, and whether this browser was signed in to it before. An address that nobody has is asked about in the
 * same way, so that neither the answer nor its time tells.
 */
export async function accountAndDevice(
  { tx }: Work,
  email: string,
  device: Uint8Array | null,
): Promise<{ found: Known | null; familiar: boolean }> {
  const same = and(eq(knownDevice.account, account.id), eq(knownDevice.hash, device ?? new Uint8Array()))
  const rows = await tx
    .select({ ...COLUMNS, device: knownDevice.hash })
    .from(account)
    .leftJoin(knownDevice, same)
    .where(eq(account.email, email))
  if (!rows[0]) return { found: null, familiar: false }
  const { device: known, ...found } = rows[0]
  return { found: found as Known, familiar: known !== null }
}

/** Words about an account's owner that others know as well: a password made of them is no secret. */
export async function wordsAbout({ tx }: Work, id: string): Promise<string[]> {
  const rows = await tx
    .select({
      name: account.name,
      email: account.email,
      ko: organisation.nameKo,
      en: organisation.nameEn,
      org: account.org,
    })
    .from(account)
    .innerJoin(organisation, eq(organisation.id, account.org))
    .where(eq(account.id, id))
  const row = rows[0]
  return [...(row ? [row.name, row.email, row.ko, row.en, row.org, id] : []), ...SERVICE]
}

/** What everybody knows about everybody here. */
export const SERVICE = ['madang', '마당', 'procurement', 'tender', '나라장터', 'password', '비밀번호']

/** Gives an account a new password's hash. */
export async function savePassword({ tx }: Work, id: string, passwordHash: string): Promise<void> {
  await tx.update(account).set({ passwordHash }).where(eq(account.id, id))
}

export async function verifyAddress({ tx, now }: Work, id: string): Promise<void> {
  await tx
    .update(account)
    .set({ emailVerifiedAt: sql`coalesce(${account.emailVerifiedAt}, ${now.date.toISOString()}::timestamptz)` })
    .where(eq(account.id, id))
}
