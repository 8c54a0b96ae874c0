// Who is behind this number or address? Found by keyed hash, exactly or not at all, and recorded with what it is for.
import { eq } from 'drizzle-orm'
import type { Express } from 'express'
import { account } from '../../../db/schema/people.ts'
import { personDetail } from '../../../db/schema/privacy.ts'
import { findPerson } from '../../api/privacy.ts'
import { known } from '../people/caller.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { recordReadings } from './readings.ts'

async function find({ body, caller, req, ...work }: Context<typeof findPerson>) {
  const { by, value, purpose } = body
  const where = {
    phone: eq(personDetail.phoneKey, value),
    email: eq(account.email, value.trim().toLowerCase()),
    identityNumber: eq(personDetail.identityNumberKey, value),
  }[by]
  const people = await work.tx
    .select({
      account: account.id,
      org: account.org,
      name: account.name,
      email: account.email,
      phone: personDetail.phone,
    })
    .from(account)
    .leftJoin(personDetail, eq(personDetail.account, account.id))
    .where(where)
    .orderBy(account.id)
    .limit(20)
  const whose = people.map((person) => person.account)
  const what = ['account.name', 'account.email', 'person_detail.phone']
  await recordReadings(work, { reader: known(caller).account, req, whose, what, purpose })
  return { people }
}

export function servePersonSearch(app: Express, deps: Deps): void {
  serve(app, deps, findPerson, find)
}
