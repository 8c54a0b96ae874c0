// Makes the invented people and organisations of a demonstration, with passwords made for this world alone.
import { account, organisation } from '../db/schema/people.ts'
import type { Role } from '../src/domain/powers.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { b64u } from '../src/proof/bytes.ts'
import { openDatabase } from '../src/server/db.ts'
import { hashPassword } from '../src/server/people/passwords.ts'

export type Invented = { id: string; org: string; role: Role; name: string }
export type Organisation = { id: string; ko: string; en: string }
export type Account = Invented & { email: string; password: string }

/** Inserts people who are not there yet. Those who are keep their password, which is then unknown: '' is given for it. */
export async function makePeople(
  databaseUrl: string,
  organisations: Organisation[],
  people: Invented[],
): Promise<Account[]> {
  const made = await Promise.all(
    people.map(async (person) => {
      const password = b64u(P.random(12))
      return { ...person, email: `${person.id}@${person.org}.example`, password, hash: await hashPassword(password) }
    }),
  )
  const db = openDatabase({ url: databaseUrl, max: 2 })
  try {
    const fresh = await db.withTx(async ({ tx }) => {
      await tx
        .insert(organisation)
        .values(organisations.map((o) => ({ id: o.id, nameKo: o.ko, nameEn: o.en })))
        .onConflictDoNothing()
      return tx
        .insert(account)
        .values(
          made.map((p) => ({
            id: p.id,
            org: p.org,
            email: p.email,
            passwordHash: p.hash,
            name: p.name,
            roles: [p.role],
          })),
        )
        .onConflictDoNothing()
        .returning({ id: account.id })
    })
    const inserted = new Set(fresh.map((row) => row.id))
    return made.map(({ hash: _, ...p }) => ({ ...p, password: inserted.has(p.id) ? p.password : '' }))
  } finally {
    await db.close()
  }
}
