// How is a person forgotten? What is personal goes, in one transaction; numbers in the public log stay and lead to nobody.
import { and, eq, getTableColumns, inArray, notInArray, or, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Express } from 'express'
import { INVENTORY } from '../../../db/inventory.ts'
import { account } from '../../../db/schema/people.ts'
import { tender } from '../../../db/schema/tenders.ts'
import { eraseMyData } from '../../api/privacy.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { mayGo } from '../../domain/organisations/membership.ts'
import { rolesNow } from '../../domain/organisations/register-acts.ts'
import type { TenderState } from '../../domain/tenders/lifecycle.ts'
import type { Work } from '../db.ts'
import { endDelegations, lockOrganisation, logEnded, membersFor } from '../organisations/member-store.ts'
import { membersOf } from '../organisations/organisation-store.ts'
import { known } from '../people/caller.ts'
import { endKeyOf } from '../people/enrol-key.ts'
import { appendAct, takeKeys } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'

/** Once a tender is here, nobody who had a hand in it is needed any more. */
const OVER: TenderState[] = ['draft', 'awarded', 'failed', 'cancelled']
/** Until here an evaluator may still have to mark. */
const MARKING: TenderState[] = ['published', 'closed', 'technical_opening', 'evaluating']

/** One reason for each tender that still needs the person. */
async function needed(work: Work, id: string): Promise<Reason[]> {
  const seat = sql`${tender.evaluators} @> ${JSON.stringify([{ account: id }])}::jsonb`
  const rows = await work.tx
    .select({ no: tender.no })
    .from(tender)
    .where(or(and(eq(tender.draftedBy, id), notInArray(tender.state, OVER)), and(seat, inArray(tender.state, MARKING))))
    .orderBy(tender.no)
    .limit(20)
  return rows.map(({ no }) => ({ code: 'erasure-blocked', facts: { tender: no } }))
}

/** What stands in the place of a name and an address. The number is in public entries already and says nothing. */
export const forgotten = (id: string) => ({
  name: '–',
  email: `${id}@erased.invalid`,
  passwordHash: null,
  emailVerifiedAt: null,
  roles: [],
})

async function erase({ deps, body, caller, ...work }: Context<typeof eraseMyData>) {
  const { account: id, org } = known(caller)
  // Said once more, since nothing brings it back.
  if (body.account !== id) refuse('key-mismatch', { field: 'account' })
  // The own key ends here: nobody signs for the organisation meanwhile.
  await takeKeys(work, org)
  await lockOrganisation(work, org)
  insist([...(await needed(work, id)), ...mayGo(membersFor(await membersOf(work, org)), id)])
  const [before] = await work.tx
    .select({ email: account.email, roles: account.roles })
    .from(account)
    .where(eq(account.id, id))
    .for('update')
  const ended = await endDelegations(work, id, 'all')
  if (before && before.roles.length > 0) {
    const payload = rolesNow({ account: id, roles: [] }, { proposedBy: id, approvedBy: null })
    await appendAct(deps.P, work, { org, caller, payload, jws: body.jws })
  }
  await logEnded(deps, work, ended, id)
  await endKeyOf(deps, work, { account: id, org }, 'left')
  const email = before?.email ?? ''
  for (const row of INVENTORY.filter((r) => r.erase === 'delete' && r.whose !== null)) {
    const column = getTableColumns(row.table) as Record<string, PgColumn>
    const byAddress = row.address === undefined ? undefined : eq(column[row.address] as PgColumn, email)
    await work.tx.delete(row.table).where(or(eq(column[row.whose as string] as PgColumn, id), byAddress))
  }
  await work.tx.update(account).set(forgotten(id)).where(eq(account.id, id))
  return { erased: true }
}

export function serveErasure(app: Express, deps: Deps): void {
  // The sessions that it ends may be refreshed at that moment: of two that lock the same rows the database ends one.
  serve(app, deps, eraseMyData, erase, { again: true })
}
