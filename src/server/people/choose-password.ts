// May this password be chosen, and what is kept of it?
import { passwordFaults } from '../../domain/people/password.ts'
import type { Database } from '../db.ts'
import { insist } from '../problem.ts'
import { SERVICE, wordsAbout } from './account-store.ts'
import { isLeaked } from './leaked-passwords.ts'
import { hashPassword } from './passwords.ts'

/**
 * The hash of a password that may be chosen. Refuses with every reason against it. Not to be called inside a transaction: hashing
 * takes a tenth of a second. `about` are words that others know, from `wordsAbout` or, for somebody who has no account yet, their own.
 */
export async function hashOfChosen(password: string, about: readonly string[]): Promise<string> {
  insist(passwordFaults(password, [...about, ...SERVICE], isLeaked))
  return hashPassword(password)
}

/** As `hashOfChosen`, for the owner of an account. */
export const hashFor = async (db: Database, account: string, password: string): Promise<string> =>
  hashOfChosen(password, await db.withTx((work) => wordsAbout(work, account)))
