// Who read whose personal data, when, from where, and what for? One row a person read, in the transaction that reads.
import type { Request } from 'express'
import { personalReading } from '../../../db/schema/privacy.ts'
import type { Work } from '../db.ts'

export type Reading = {
  /** Account that reads. */
  reader: string
  req: Request
  /** Accounts whose data is read; one's own is no reading. */
  whose: readonly string[]
  /** Columns of the inventory: `account.name`. */
  what: readonly string[]
  purpose: string
}

/**
 * Records readings. To be called where personal data of others is about to leave the server: without the row there is no reading,
 * since both are one transaction. The five items are those that the Korean safety standard for personal data asks for.
 */
export async function recordReadings(work: Work, { reader, req, whose, what, purpose }: Reading): Promise<void> {
  const others = [...new Set(whose)].filter((account) => account !== reader)
  if (others.length === 0) return
  const row = { at: work.now.date, reader, address: req.ip ?? '-', what: what.join(','), purpose }
  await work.tx.insert(personalReading).values(others.map((account) => ({ ...row, whose: account })))
}
