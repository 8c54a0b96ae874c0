// Is this the password? Argon2id, two at a time, so that guessing cannot occupy the machine.
import { hash, verify } from '@node-rs/argon2'
import { normalised } from '../../domain/people/password.ts'
import { turnstile } from './turnstile.ts'

/** OWASP's first choice: 19 MiB, two passes, one lane; about a tenth of a second. Argon2id is the library's default. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const AT_ONCE = 2
/** Who would wait longer than some three seconds is told to come again. */
const MOST_WAITING = 60

const inTurn = turnstile(AT_ONCE, MOST_WAITING)

/** Throws TooManyWaiting when too many are being hashed. */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(normalised(password), COST))

/** Was it hashed with other parameters than those in force? It is then hashed anew when its owner next shows it. */
export const isOutdated = (kept: string): boolean =>
  !kept.startsWith(`$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`)

let nobody: Promise<string> | undefined

/** The hash that nothing matches; made outside the queue, once, as the first stranger must not wait longer than the second. */
export function prepareNobody(): Promise<string> {
  nobody ??= hash('a password that no account has', COST)
  return nobody
}

/**
 * Compares with the account's hash, or, when there is no such account, with one that nothing matches: the same time for both.
 * Throws TooManyWaiting when too many are being compared.
 */
export async function passwordMatches(kept: string | null, password: string): Promise<boolean> {
  const against = kept ?? (await prepareNobody())
  const matches = await inTurn(() => verify(against, normalised(password)))
  return kept !== null && matches
}
