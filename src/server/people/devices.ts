// Which browsers were signed in to an account before? Guessing from elsewhere does not hold them up.
import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { knownDevice } from '../../../db/schema/sign-in.ts'
import type { Work } from '../db.ts'

/** Browsers that are remembered of one account. */
const MOST = 20

/** Remembers the browser. Answers whether it is new to an account that has others: its owner is told of it. */
export async function rememberDevice({ tx, now }: Work, account: string, hash: Uint8Array): Promise<boolean> {
  const rows = await tx
    .insert(knownDevice)
    .values({ account, hash, seenAt: now.date })
    .onConflictDoUpdate({ target: [knownDevice.account, knownDevice.hash], set: { seenAt: now.date } })
    .returning({
      // A row that was there has been updated, by this transaction.
      fresh: sql<boolean>`xmax = 0`,
      // The statement sees the table as it was before it.
      others: sql<string>`(SELECT count(*) FROM ${knownDevice} AS before WHERE before.account = ${account})`,
    })
  const remembered = rows[0]
  if (!remembered?.fresh) return false
  const old = await tx
    .select({ hash: knownDevice.hash })
    .from(knownDevice)
    .where(eq(knownDevice.account, account))
    .orderBy(desc(knownDevice.seenAt))
    .offset(MOST)
  const hashes = old.map((row) => row.hash)
  if (hashes.length > 0)
    await tx.delete(knownDevice).where(and(eq(knownDevice.account, account), inArray(knownDevice.hash, hashes)))
  return Number(remembered.others) > 0
}

/** After a change of password every browser is a stranger again. */
export async function forgetDevices({ tx }: Work, account: string): Promise<void> {
  await tx.delete(knownDevice).where(eq(knownDevice.account, account))
}
