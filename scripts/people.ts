// Makes the invented people and organisations of a demonstration, with passwords made for this world alone.
import { join } from 'node:path'
import { account, organisation } from '../db/schema/people.ts'
import { totp } from '../db/schema/sign-in.ts'
import { kindOfRole } from '../src/domain/organisations/kinds.ts'
import type { Role } from '../src/domain/powers.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { base32 } from '../src/node/totp.ts'
import { b64u } from '../src/proof/bytes.ts'
import { openDatabase } from '../src/server/db.ts'
import { factorKey } from '../src/server/keys.ts'
import { readyTotp } from '../src/server/people/codes.ts'
import { hashPassword } from '../src/server/people/passwords.ts'

export type Invented = { id: string; org: string; role: Role; name: string }
export type Organisation = { id: string; ko: string; en: string }
/** `totp` is the secret of the account's authenticator app, in base32. */
export type Account = Invented & { email: string; password: string; totp: string }

/** Invented organisations are verified from the start; what they are shows in the roles of their people. */
export function kindOf(org: string, people: readonly Pick<Invented, 'org' | 'role'>[]) {
  const role = people.find((person) => person.org === org && person.role !== 'administrator')?.role
  // Evaluators of agencies are beside officers; a body of nothing but evaluators provides them.
  const kind = role === undefined ? 'supplier' : role === 'evaluator' ? 'experts' : kindOfRole(role)
  return { kind, body: kind === 'oversight' ? 'audit-office' : null, standing: 'verified' }
}

/**
 * Inserts people who are not there yet, each with a password and an authenticator app, as people have who may do the acts that ask for
 * a second factor. Those who are there keep both, which are then unknown: '' is given for them.
 */
export async function makePeople(
  { databaseUrl, dataDir }: { databaseUrl: string; dataDir: string },
  organisations: Organisation[],
  people: Invented[],
): Promise<Account[]> {
  const made = await Promise.all(
    people.map(async (person) => {
      const password = b64u(P.random(12))
      const secret = P.random(20)
      const email = `${person.id}@${person.org}.example`
      return { ...person, email, password, secret, hash: await hashPassword(password) }
    }),
  )
  const key = await factorKey(P, join(dataDir, 'server'))
  const db = openDatabase({ url: databaseUrl, max: 2 })
  try {
    const fresh = await db.withTx(async ({ tx, now }) => {
      await tx
        .insert(organisation)
        .values(organisations.map((o) => ({ id: o.id, nameKo: o.ko, nameEn: o.en, ...kindOf(o.id, people) })))
        .onConflictDoNothing()
      const rows = await tx
        .insert(account)
        .values(
          made.map((p) => ({
            id: p.id,
            org: p.org,
            email: p.email,
            passwordHash: p.hash,
            name: p.name,
            roles: [p.role],
            emailVerifiedAt: now.date,
          })),
        )
        .onConflictDoNothing()
        .returning({ id: account.id })
      const ids = new Set(rows.map((row) => row.id))
      const factors = made.filter((p) => ids.has(p.id)).map((p) => readyTotp(key, p.id, p.secret, now.date))
      if (factors.length > 0) await tx.insert(totp).values(factors)
      return rows
    })
    const inserted = new Set(fresh.map((row) => row.id))
    return made.map(({ hash: _, secret, ...p }) =>
      inserted.has(p.id) ? { ...p, totp: base32(secret) } : { ...p, password: '', totp: '' },
    )
  } finally {
    await db.close()
  }
}
