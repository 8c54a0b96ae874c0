// How does an organisation register, with its first person? The same answer whether or not the address has an account.
import { sql } from 'drizzle-orm'
import type { Express } from 'express'
import { account, organisation } from '../../../db/schema/people.ts'
import { registerOrganisation } from '../../api/organisations.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { cleanName } from '../../domain/organisations/names.ts'
import { passwordFaults } from '../../domain/people/password.ts'
import { hex } from '../../proof/bytes.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { pagesAt, postMail } from '../mail/post-mail.ts'
import { addressOf, SERVICE } from '../people/account-store.ts'
import { refuseForeignOrigin } from '../people/cookies.ts'
import { isLeaked } from '../people/leaked-passwords.ts'
import { hashPassword } from '../people/passwords.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { cleanDetails } from './organisation-store.ts'
import { strangerLimits } from './stranger-limits.ts'

/** Ids that say nothing of a person or firm: they stand in the public log. */
export const freshId = (P: Primitives, letter: 'o' | 'p'): string => `${letter}-${hex(P.random(8))}`

/** Reasons against a new person: the name, and the password, which must not be made of what others know (`about`). */
export function newPerson(
  person: { name: string; password: string },
  about: readonly string[],
  at: string,
): { name: string; reasons: Reason[] } {
  const name = cleanName(person.name, `${at}/name`)
  const faults = passwordFaults(person.password, [person.name, ...about, ...SERVICE], isLeaked)
  return { name: name.ok ? name.value : '', reasons: [...(name.ok ? [] : name.reasons), ...faults] }
}

async function register({ deps, body, req }: Context<typeof registerOrganisation>) {
  refuseForeignOrigin(req)
  const { P, db } = deps
  const { name, reasons } = newPerson(body.person, [body.person.email, body.nameKo, body.nameEn], '/person')
  if ((body.kind === 'oversight') !== (body.body !== null))
    reasons.push({ code: 'body-missing', facts: {}, at: '/body' })
  const details = cleanDetails(body, reasons)
  // Hashed whether or not it will be kept: the time told would tell which addresses have accounts.
  const passwordHash = await hashPassword(body.person.password)
  const email = addressOf(body.person.email)
  const [org, id] = [freshId(P, 'o'), freshId(P, 'p')]
  await db.withTx(async (work) => {
    const { tx, now } = work
    const fresh = await unlessKnown(work, async () => {
      await tx
        .insert(organisation)
        .values({ id: org, ...details, kind: body.kind, body: body.body, standing: 'pending', registeredAt: now.date })
      const kept = await tx
        .insert(account)
        .values({ id, org, email, passwordHash, name, roles: ['administrator'] })
        .onConflictDoNothing()
        .returning({ id: account.id })
      return kept.length > 0
    })
    await welcome(work, { fresh, account: id, address: email, base: pagesAt(deps.config, req) })
  })
  return { accepted: true }
}

/**
 * Does the work, and takes it back where the address had an account. Either way the same statements run and the transaction commits, so
 * that its time tells nobody which addresses are known.
 */
export async function unlessKnown({ tx }: Work, makeAccount: () => Promise<boolean>): Promise<boolean> {
  await tx.execute(sql`SAVEPOINT unless_known`)
  const fresh = await makeAccount()
  await tx.execute(fresh ? sql`RELEASE SAVEPOINT unless_known` : sql`ROLLBACK TO SAVEPOINT unless_known`)
  return fresh
}

/** One mail to whoever owns the address: to confirm it, or that there is an account already. */
export function welcome(
  work: Work,
  { fresh, account, address, base }: { fresh: boolean; account: string; address: string; base: string },
): Promise<void> {
  const kind = fresh ? 'verify-address' : 'account-there'
  return postMail(work, { kind, account: fresh ? account : null, address, language: 'ko', base })
}

export function serveRegistration(app: Express, deps: Deps): void {
  serve(app, deps, registerOrganisation, register, { mode: 'own', before: strangerLimits() })
}
