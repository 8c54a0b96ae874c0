// Is this a code of the account's authenticator, or one of its recovery codes, and the first time that it is shown?
import { randomBytes } from 'node:crypto'
import { and, count, eq, isNull, lt } from 'drizzle-orm'
import { recoveryCode, totp } from '../../../db/schema/sign-in.ts'
import { base32, codeOf, stepAt } from '../../node/totp.ts'
import type { Work } from '../db.ts'
import { fingerprintOf, openSecret, sealSecret } from './factor-key.ts'

/** RFC 4226 R6: 160 bits. */
const SECRET_BYTES = 20
/** Steps before and after the present one whose codes are taken too: clocks of phones differ by less. */
const WINDOW = 1
const RECOVERY_CODES = 10

const about = (account: string): string => `totp ${account}`

export async function totpOf({ tx }: Work, account: string) {
  const rows = await tx.select().from(totp).where(eq(totp.account, account))
  return rows[0] ?? null
}

/** A new secret, in place of one that was never confirmed. Answers it in base32. */
export async function newTotp({ tx, now }: Work, key: Uint8Array, account: string): Promise<string> {
  const secret = new Uint8Array(randomBytes(SECRET_BYTES))
  await tx.delete(totp).where(and(eq(totp.account, account), isNull(totp.confirmedAt)))
  await tx.insert(totp).values({ account, secret: sealSecret(key, about(account), secret), madeAt: now.date })
  return base32(secret)
}

/** A row with a secret that is confirmed already, for the invented people of a demonstration. */
export const readyTotp = (key: Uint8Array, account: string, secret: Uint8Array, now: Date) => ({
  account,
  secret: sealSecret(key, about(account), secret),
  madeAt: now,
  confirmedAt: now,
})

/**
 * Takes a code of the step of `now`, the one before or the one after, once: a step whose code was taken, and every step before
 * it, is used up (RFC 6238 5.2). `confirming` is for a secret that has not been confirmed yet.
 */
export async function takeTotp(
  { tx, now }: Work,
  key: Uint8Array,
  account: string,
  code: string,
  confirming = false,
): Promise<boolean> {
  const rows = await tx.select().from(totp).where(eq(totp.account, account)).for('update')
  const row = rows[0]
  if (!row || (row.confirmedAt === null) !== confirming) return false
  const secret = openSecret(key, about(account), row.secret)
  const present = stepAt(now.date.getTime())
  const steps = Array.from({ length: 2 * WINDOW + 1 }, (_, i) => present - WINDOW + i)
  const step = steps.find((one) => one > row.lastStep && codeOf(secret, one) === code)
  if (step === undefined) return false
  await tx
    .update(totp)
    .set({ lastStep: step, confirmedAt: row.confirmedAt ?? now.date })
    .where(and(eq(totp.account, account), lt(totp.lastStep, step)))
  return true
}

export async function removeTotpOf({ tx }: Work, account: string): Promise<boolean> {
  return (await tx.delete(totp).where(eq(totp.account, account)).returning({ account: totp.account })).length > 0
}

const bare = (code: string): string => code.toUpperCase().replace(/[^A-Z2-7]/g, '')

/** New recovery codes in place of all earlier ones: 80 random bits each, in four groups. Only their fingerprints are kept. */
export async function newRecoveryCodes({ tx }: Work, key: Uint8Array, account: string): Promise<string[]> {
  await tx.delete(recoveryCode).where(eq(recoveryCode.account, account))
  const codes = Array.from({ length: RECOVERY_CODES }, () => base32(new Uint8Array(randomBytes(10))).toLowerCase())
  await tx
    .insert(recoveryCode)
    .values(codes.map((code) => ({ hash: fingerprintOf(key, `recovery ${account}`, bare(code)), account })))
  return codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-'))
}

/** Takes a recovery code, once. */
export async function takeRecoveryCode(
  { tx, now }: Work,
  key: Uint8Array,
  account: string,
  code: string,
): Promise<boolean> {
  const hash = fingerprintOf(key, `recovery ${account}`, bare(code))
  const taken = await tx
    .update(recoveryCode)
    .set({ usedAt: now.date })
    .where(and(eq(recoveryCode.hash, hash), eq(recoveryCode.account, account), isNull(recoveryCode.usedAt)))
    .returning({ account: recoveryCode.account })
  return taken.length > 0
}

export async function recoveryCodesLeft({ tx }: Work, account: string): Promise<number> {
  const rows = await tx
    .select({ n: count() })
    .from(recoveryCode)
    .where(and(eq(recoveryCode.account, account), isNull(recoveryCode.usedAt)))
  return rows[0]?.n ?? 0
}

export async function removeRecoveryCodes({ tx }: Work, account: string): Promise<void> {
  await tx.delete(recoveryCode).where(eq(recoveryCode.account, account))
}
