// Has somebody shown the second factor that a ticket asks for? A code, a recovery code or a passkey, counted before it is judged.
import { sql } from 'drizzle-orm'
import type { Request, Response } from 'express'
import { passkey, recoveryCode, totp } from '../../../db/schema/sign-in.ts'
import type { Work } from '../db.ts'
import { refuse } from '../problem.ts'
import type { Deps } from '../serve.ts'
import { takeRecoveryCode, takeTotp } from './codes.ts'
import { countGuess, type Limit, wasRight } from './guesses.ts'
import { askOptions, findPasskey, passkeysOf, siteOf, takePasskey } from './passkeys.ts'
import { answeredRight, answeredWrong, giveTicket, type Purpose, readTicket, type Ticket } from './tickets.ts'

export type Factor = 'totp' | 'passkey' | 'recovery'
/** What an endpoint's body gives: the ticket, and one of two answers to it. */
export type Answer = { ticket: string } & ({ code: string } | { passkey: { id: string } & Record<string, unknown> })

/** Wrong codes of one account. A rival has to know the password to use them up. */
const CODES: Limit = { name: 'code', most: 10, seconds: 900 }

export async function factorsOf(work: Work, account: string): Promise<Factor[]> {
  const { rows } = await work.tx.execute<{ app: boolean; keys: boolean; codes: boolean }>(sql`
    SELECT EXISTS (SELECT FROM ${totp} WHERE ${totp.account} = ${account} AND ${totp.confirmedAt} IS NOT NULL) AS app,
           EXISTS (SELECT FROM ${passkey} WHERE ${passkey.account} = ${account}) AS keys,
           EXISTS (SELECT FROM ${recoveryCode} WHERE ${recoveryCode.account} = ${account} AND ${recoveryCode.usedAt} IS NULL) AS codes`)
  const has = rows[0]
  const factors: Factor[] = [...(has?.app ? ['totp' as const] : []), ...(has?.keys ? ['passkey' as const] : [])]
  // A recovery code stands in for a factor; alone it is none.
  return has?.codes && factors.length > 0 ? [...factors, 'recovery'] : factors
}

/** A ticket for the second factor of an account, with what its browser needs for a passkey. */
export async function askForFactor(
  deps: Deps,
  work: Work,
  req: Request,
  given: { purpose: Purpose; account: string; methods: Factor[]; facts?: Ticket['facts'] },
) {
  const { purpose, account, methods, facts = {} } = given
  const ticket = await giveTicket(work, { purpose, account, facts })
  const keys = methods.includes('passkey') ? await passkeysOf(work, account) : []
  const passkey = keys.length > 0 ? await askOptions(siteOf(deps.config, req), ticket, keys) : null
  return { ticket, methods, passkey }
}

type Judged = { account: string; by: Factor } | null

async function judge(deps: Deps, work: Work, req: Request, ticket: Ticket, answer: Answer): Promise<Judged> {
  const key = deps.keys.factors
  if ('passkey' in answer) {
    const found = await findPasskey(work, answer.passkey.id)
    if (!found || (ticket.account !== null && found.account !== ticket.account)) return null
    const right = await takePasskey(work, siteOf(deps.config, req), answer.ticket, found, answer.passkey)
    return right ? { account: found.account, by: 'passkey' } : null
  }
  const { account } = ticket
  if (account === null) return null
  const digits = answer.code.replace(/\s/g, '')
  if (/^\d{6}$/.test(digits)) return (await takeTotp(work, key, account, digits)) ? { account, by: 'totp' } : null
  return (await takeRecoveryCode(work, key, account, answer.code)) ? { account, by: 'recovery' } : null
}

/**
 * Judges an answer to a ticket of one of these purposes, and does what follows from a right one in the same transaction. Refuses
 * with `challenge-over`, `bad-code`, `bad-passkey`, `rate-limited`. A wrong answer is counted although it is refused.
 * Not to be called inside a transaction.
 */
export async function withFactor<T>(
  deps: Deps,
  { req, res }: { req: Request; res: Response },
  purposes: Purpose[],
  answer: Answer,
  belongs: (ticket: Ticket) => boolean,
  then: (work: Work, shown: { account: string; by: Factor; ticket: Ticket }) => Promise<T>,
): Promise<T> {
  const asked = await deps.db.withTx((work) => readTicket(work, answer.ticket, purposes))
  if (!asked || !belongs(asked)) refuse('challenge-over')
  // A passkey's signature cannot be guessed, so nobody can be locked out of it.
  const guessed = 'code' in answer ? asked.account : null
  if (guessed !== null) await countGuess(deps.db, res, CODES, guessed)
  const outcome = await deps.db.withTx(async (work) => {
    const ticket = await readTicket(work, answer.ticket, purposes)
    if (!ticket || !belongs(ticket)) return 'over' as const
    const shown = await judge(deps, work, req, ticket, answer)
    if (!shown) {
      await answeredWrong(work, ticket)
      return 'wrong' as const
    }
    await answeredRight(work, ticket)
    if (guessed !== null) await wasRight(work, CODES, guessed)
    return { value: await then(work, { ...shown, ticket }) }
  })
  if (outcome === 'over') refuse('challenge-over')
  if (outcome === 'wrong') refuse('code' in answer ? 'bad-code' : 'bad-passkey')
  return outcome.value
}
