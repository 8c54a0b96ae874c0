// Who verifies the first organisation? An operator whom nobody could invite: made once, by whoever runs the service, with a link for a password.
import { and, eq, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { account, organisation } from '../../../db/schema/people.ts'
import { passkey } from '../../../db/schema/sign-in.ts'
import { KINDS } from '../../domain/organisations/kinds.ts'
import { cleanName } from '../../domain/organisations/names.ts'
import { rolesNow } from '../../domain/organisations/register-acts.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Database } from '../db.ts'
import { OPERATOR } from '../first-start.ts'
import { append } from '../log/append.ts'
import { addressOf } from '../people/account-store.ts'
import { makeLink } from '../people/links.ts'
import { freshId } from './register.ts'

/** Its link works once, for a day. */
export const LINK_HOURS = 24
const LOCK = 0x6d61_6f70

export type FirstOperator = { account: string; token: string } | { refused: 'there' | 'address' | 'name' }

/**
 * Makes the organisation of the operator and its first person, and answers the token of a link by which that person chooses a password.
 * Refused as soon as any operator can come in: from then on operators are invited, by two persons. Asked again before that, it answers
 * another link to the same person, and the one before opens nothing any more.
 */
export async function firstOperator(
  P: Primitives,
  db: Database,
  { email, name }: { email: string; name: string },
): Promise<FirstOperator> {
  const address = addressOf(email)
  const clean = cleanName(name, '/name')
  if (!clean.ok) return { refused: 'name' }
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) return { refused: 'address' }
  return db.withTx(async (work) => {
    const { tx, now } = work
    // Two who ask at once must not make two.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${LOCK})`)
    const operators = and(
      eq(account.org, OPERATOR),
      sql`${account.roles} && ARRAY['operator', 'administrator']`,
      isNull(account.leftAt),
    )
    const there = await tx
      .select({ id: account.id })
      .from(account)
      .leftJoin(passkey, eq(passkey.account, account.id))
      .where(and(operators, or(isNotNull(account.passwordHash), isNotNull(passkey.id))))
      .limit(1)
    if (there.length > 0) return { refused: 'there' }
    const [waiting] = await tx.select({ id: account.id, email: account.email }).from(account).where(operators).limit(1)
    if (waiting) {
      if (waiting.email !== address) return { refused: 'address' }
      const token = await makeLink(work, {
        purpose: 'reset-password',
        account: waiting.id,
        email: address,
        hours: LINK_HOURS,
      })
      return { account: waiting.id, token }
    }
    await tx
      .insert(organisation)
      .values({
        id: OPERATOR,
        nameKo: '운영자',
        nameEn: 'Operator',
        kind: 'operator',
        standing: 'verified',
        registeredAt: now.date,
      })
      .onConflictDoNothing()
    const id = freshId(P, 'p')
    const roles = [...KINDS.operator.first]
    const made = await tx
      .insert(account)
      .values({ id, org: OPERATOR, email: address, name: clean.value, roles })
      .onConflictDoNothing()
      .returning({ id: account.id })
    if (made.length === 0) return { refused: 'address' }
    const payload = rolesNow({ account: id, roles }, { proposedBy: id, approvedBy: null })
    await append(P, work, { typ: payload.typ, org: OPERATOR, ref: '-', by: id, payload })
    return {
      account: id,
      token: await makeLink(work, { purpose: 'reset-password', account: id, email: address, hours: LINK_HOURS }),
    }
  })
}
