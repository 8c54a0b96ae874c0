// Was this browser signed in to this account before? If so, guessing from elsewhere does not hold it up.
import { and, count, desc, eq, inArray } from 'drizzle-orm'
import { knownDevice } from '../../../db/schema/sign-in.ts'
import type { Work } from '../db.ts'

/** Browsers that are remembered of one account. */
const MOST = 20

export async function isKnownDevice({ tx }: Work, account: string, hash: Uint8Array): Promise<boolean> {
  const rows = await tx
    .select({ seenAt: knownDevice.seenAt })
    .from(knownDevice)
    .where(and(eq(knownDevice.account, account), eq(knownDevice.hash, hash)))
  return rows.length > 0
}

/** Remembers the browser. Answers whether it is new to an account that has others: its owner is told of it. */
export async function rememberDevice({ tx, now }: Work, account: string, hash: Uint8Array): Promise<boolean> {
  const before = await tx.select({ n: count() }).from(knownDevice).where(eq(knownDevice.account, account))
  const inserted = await tx
    .insert(knownDevice)
    .values({ account, hash, seenAt: now.date })
    .onConflictDoNothing()
    .returning({ hash: knownDevice.hash })
  if (inserted.length === 0) {
    const same = and(eq(knownDevice.account, account), eq(knownDevice.hash, hash))
    await tx.update(knownDevice).set({ seenAt: now.date }).where(same)
    return false
  }
  const old = await tx
    .select({ hash: knownDevice.hash })
    .from(knownDevice)
    .where(eq(knownDevice.account, account))
    .orderBy(desc(knownDevice.seenAt))
    .offset(MOST)
  const hashes = old.map((row) => row.hash)
  if (hashes.length > 0)
    await tx.delete(knownDevice).where(and(eq(knownDevice.account, account), inArray(knownDevice.hash, hashes)))
  return (before[0]?.n ?? 0) > 0
}

/** After a change of password every browser is a stranger again. */
export async function forgetDevices({ tx }: Work, account: string): Promise<void> {
  await tx.delete(knownDevice).where(eq(knownDevice.account, account))
}
