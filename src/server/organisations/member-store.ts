// How are an organisation's people, invitations and delegations read and shown?
import { and, asc, desc, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { delegation, invitation } from '../../../db/schema/organisations.ts'
import { account, actorKey } from '../../../db/schema/people.ts'
import { proposal } from '../../../db/schema/proposals.ts'
import type { ReplyOf } from '../../api/endpoint.ts'
import type { listPeople } from '../../api/members.ts'
import { millisZ, secondsZ } from '../../domain/kit/time.ts'
import type { Member } from '../../domain/organisations/membership.ts'
import { lent } from '../../domain/organisations/register-acts.ts'
import type { Role } from '../../domain/powers.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { inForce } from '../people/caller.ts'
import { endSessionsOf } from '../people/session-store.ts'
import type { Deps } from '../serve.ts'
import { MEMBER, type MemberRow, membersOf } from './organisation-store.ts'

type People = ReplyOf<typeof listPeople>
export type MemberView = People['people'][number]
export type InvitationRow = typeof invitation.$inferSelect
export type DelegationRow = typeof delegation.$inferSelect

async function withKeys(work: Work, accounts: readonly string[]): Promise<Set<string>> {
  if (accounts.length === 0) return new Set()
  const rows = await work.tx
    .select({ account: actorKey.account })
    .from(actorKey)
    .where(and(inArray(actorKey.account, [...accounts]), inForce))
  return new Set(rows.map((row) => row.account))
}

const viewOf = (row: MemberRow, keys: Set<string>): MemberView => ({
  account: row.account,
  name: row.name,
  email: row.email,
  roles: row.roles as Role[],
  key: keys.has(row.account),
  leftAt: row.leftAt === null ? null : millisZ(row.leftAt.getTime()),
})

export async function memberViews(work: Work, org: string): Promise<MemberView[]> {
  const rows = await membersOf(work, org)
  const keys = await withKeys(
    work,
    rows.map((row) => row.account),
  )
  return rows.map((row) => viewOf(row, keys))
}

/** Members as the rules of membership ask about them. */
export const membersFor = (rows: readonly MemberRow[]): Member[] =>
  rows.map((row) => ({ account: row.account, roles: row.roles as Role[], left: row.leftAt !== null }))

export function invitationView(row: InvitationRow, now: Date): People['invitations'][number] {
  const over = (row.state === 'proposed' || row.state === 'open') && row.expiresAt <= now
  return {
    id: row.id,
    email: row.email,
    roles: row.roles as Role[],
    state: over ? 'expired' : (row.state as 'proposed'),
    expiresAt: millisZ(row.expiresAt.getTime()),
  }
}

export async function invitationsOf(work: Work, org: string): Promise<InvitationRow[]> {
  return work.tx.select().from(invitation).where(eq(invitation.org, org)).orderBy(desc(invitation.at)).limit(100)
}

/** Does an invitation to this address wait for its second person? The proposal names the invitation alone, so its own index cannot tell. */
export async function invitationWaits(work: Work, org: string, email: string): Promise<boolean> {
  const rows = await work.tx
    .select({ id: invitation.id })
    .from(invitation)
    .innerJoin(proposal, eq(proposal.id, invitation.proposal))
    .where(
      and(
        eq(invitation.org, org),
        eq(invitation.email, email),
        eq(invitation.state, 'proposed'),
        eq(proposal.state, 'open'),
        gt(proposal.expiresAt, work.now.date),
      ),
    )
    .limit(1)
  return rows.length > 0
}

export const delegationView = (row: DelegationRow, now: Date): People['delegations'][number] => ({
  id: row.id,
  from: row.fromAccount,
  to: row.toAccount,
  role: row.role as Role,
  startsAt: secondsZ(row.startsAt.getTime()),
  endsAt: secondsZ(row.endsAt.getTime()),
  statement: row.statement,
  inForce: row.endedAt === null && row.startsAt <= now && now < row.endsAt,
  ended: row.endedAt !== null || row.endsAt <= now,
})

export async function delegationsOf(work: Work, org: string): Promise<DelegationRow[]> {
  return work.tx.select().from(delegation).where(eq(delegation.org, org)).orderBy(desc(delegation.startsAt)).limit(200)
}

/** Roles that somebody has or is going to have by delegations that are not over. */
export async function delegatedTo(work: Work, accountId: string): Promise<Role[]> {
  const rows = await work.tx
    .select({ role: delegation.role })
    .from(delegation)
    .where(and(eq(delegation.toAccount, accountId), isNull(delegation.endedAt), gt(delegation.endsAt, work.now.date)))
  return rows.map((row) => row.role as Role)
}

/** A loan's times as the log has them. */
const loanOf = (row: Pick<DelegationRow, 'fromAccount' | 'toAccount' | 'role' | 'startsAt'>, endsAt: string) => ({
  from: row.fromAccount,
  to: row.toAccount,
  role: row.role,
  startsAt: millisZ(row.startsAt.getTime()),
  endsAt,
})

/** The entry of a loan as it was decided. */
export const loanEntry = (row: Parameters<typeof loanOf>[0] & { endsAt: Date }, by: Parameters<typeof lent>[1]) =>
  lent(loanOf(row, millisZ(row.endsAt.getTime())), by)

/** The entry of a loan that one person cuts short; `endsAt` as that person says it. */
export const cutShort = (row: DelegationRow, endsAt: string, by: string) =>
  lent(loanOf(row, endsAt), { proposedBy: by, approvedBy: null })

/**
 * Ends loans that are not over. Answers all that it marked; those whose time had not come belong into the log, cut short. Who borrowed
 * is locked first, so that the end stands in the log after whatever was approved by it.
 */
export async function endLoans(work: Work, which: SQL | undefined): Promise<DelegationRow[]> {
  const running = and(which, isNull(delegation.endedAt))
  const borrowers = work.tx.select({ id: delegation.toAccount }).from(delegation).where(running)
  await work.tx
    .select({ id: account.id })
    .from(account)
    .where(inArray(account.id, borrowers))
    .orderBy(asc(account.id))
    .for('update')
  return work.tx.update(delegation).set({ endedAt: work.now.date }).where(running).returning()
}

/** Ends what somebody lent of a role, and with `all` also what was lent to the person. To be said by `logEnded` after the entry it follows from. */
export function endDelegations(work: Work, accountId: string, role: Role | 'all'): Promise<DelegationRow[]> {
  const lender = eq(delegation.fromAccount, accountId)
  return endLoans(
    work,
    role === 'all' ? or(lender, eq(delegation.toAccount, accountId)) : and(lender, eq(delegation.role, role)),
  )
}

/** Says in the log which loans ended with a role or a person: it follows from the entry above, so nobody signs it. */
export async function logEnded(deps: Deps, work: Work, rows: readonly DelegationRow[], by: string): Promise<void> {
  for (const row of rows.filter(({ endsAt }) => endsAt > work.now.date)) {
    const payload = cutShort(row, millisZ(work.now.date.getTime()), by)
    await append(deps.P, work, { typ: payload.typ, org: row.org, ref: '-', by: '-', payload })
  }
}

/** Everything that the person did not do yet ends with the person: roles, delegations, sessions. Answers the loans that ended. */
export async function endMembership(work: Work, accountId: string): Promise<DelegationRow[]> {
  await work.tx.update(account).set({ roles: [], leftAt: work.now.date }).where(eq(account.id, accountId))
  const ended = await endDelegations(work, accountId, 'all')
  await endSessionsOf(work, accountId, 'left')
  return ended
}

/** Keeps an account's roles as they are until the transaction ends; others may do the same meanwhile. */
export async function holdMember(work: Work, accountId: string): Promise<void> {
  await work.tx.select({ id: account.id }).from(account).where(eq(account.id, accountId)).for('share')
}

/** Locks an account's row: roles are changed one after the other. */
export async function lockMember(work: Work, org: string, accountId: string): Promise<MemberRow | null> {
  const rows = await work.tx
    .select(MEMBER)
    .from(account)
    .where(and(eq(account.id, accountId), eq(account.org, org), isNull(account.leftAt)))
    .for('update')
  return rows[0] ?? null
}

export async function setRoles(work: Work, accountId: string, roles: readonly string[]): Promise<void> {
  await work.tx
    .update(account)
    .set({ roles: [...roles] })
    .where(eq(account.id, accountId))
}

export async function memberViewOf(work: Work, org: string, accountId: string): Promise<MemberView | null> {
  const all = await memberViews(work, org)
  return all.find((member) => member.account === accountId) ?? null
}

export const lockOrganisation = (work: Work, org: string) =>
  work.tx.execute(sql`SELECT 1 FROM organisation WHERE id = ${org} FOR UPDATE`)
