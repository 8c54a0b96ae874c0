// How are an organisation's people, invitations and delegations read and shown?
import { and, asc, desc, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { delegation, invitation } from '../../../db/schema/organisations.ts'
import { account, actorKey } from '../../../db/schema/people.ts'
import { proposal } from '../../../db/schema/proposals.ts'
import type { ReplyOf } from '../../api/endpoint.ts'
import type { listPeople } from '../../api/members.ts'
import { millisZ, secondsZ } from '../../domain/kit/time.ts'
import type { Member } from '../../domain/organisations/membership.ts'
import type { Role } from '../../domain/powers.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
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
    .where(and(inArray(actorKey.account, [...accounts]), isNull(actorKey.replacedBy)))
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

/**
 * Ends loans that are not over, and says so in the log: the same loan again, with its end. Answers those that it ended. Who
 * borrowed is locked first, so that the end stands in the log after whatever was approved by it.
 */
export async function endLoans(deps: Deps, work: Work, which: SQL | undefined, by: string): Promise<DelegationRow[]> {
  const running = and(which, isNull(delegation.endedAt))
  const borrowers = work.tx.select({ id: delegation.toAccount }).from(delegation).where(running)
  await work.tx
    .select({ id: account.id })
    .from(account)
    .where(inArray(account.id, borrowers))
    .orderBy(asc(account.id))
    .for('update')
  const ended = await work.tx.update(delegation).set({ endedAt: work.now.date }).where(running).returning()
  for (const row of ended) {
    if (row.endsAt <= work.now.date) continue
    await logLoan(deps, work, row, { endsAt: work.now.date, proposedBy: by, approvedBy: null })
  }
  return ended
}

/** Ends what somebody lent of a role, and with `all` also what was lent to the person. */
export async function endDelegations(
  deps: Deps,
  work: Work,
  who: { account: string; by: string },
  role: Role | 'all',
): Promise<void> {
  const whose =
    role === 'all'
      ? or(eq(delegation.fromAccount, who.account), eq(delegation.toAccount, who.account))
      : and(eq(delegation.fromAccount, who.account), eq(delegation.role, role))
  await endLoans(deps, work, whose, who.by)
}

/** Says in the log which role was lent to whom, from when until when, and who decided. */
export async function logLoan(
  deps: Deps,
  work: Work,
  row: DelegationRow,
  decided: { endsAt: Date; proposedBy: string; approvedBy: string | null },
): Promise<void> {
  const { endsAt, proposedBy, approvedBy } = decided
  const payload = {
    typ: 'role.delegated/1',
    from: row.fromAccount,
    to: row.toAccount,
    role: row.role,
    startsAt: millisZ(row.startsAt.getTime()),
    endsAt: millisZ(endsAt.getTime()),
    proposedBy,
    approvedBy,
  }
  await append(deps.P, work, { typ: payload.typ, org: row.org, ref: '-', by: approvedBy ?? proposedBy, payload })
}

/** Everything that the person did not do yet ends with the person: roles, delegations, sessions. */
export async function endMembership(deps: Deps, work: Work, accountId: string): Promise<void> {
  await work.tx.update(account).set({ roles: [], leftAt: work.now.date }).where(eq(account.id, accountId))
  await endDelegations(deps, work, { account: accountId, by: accountId }, 'all')
  await endSessionsOf(work, accountId, 'left')
}

/** Says in the log which roles somebody has from now on, and who decided. The account's id is random and says nothing of the person. */
export async function logRoles(
  deps: Deps,
  work: Work,
  who: { account: string; org: string; roles: readonly string[]; proposedBy: string; approvedBy: string | null },
): Promise<void> {
  const { org, approvedBy, ...rest } = who
  const payload = { typ: 'role.changed/1', ...rest, roles: [...rest.roles], approvedBy }
  await append(deps.P, work, { typ: payload.typ, org, ref: '-', by: approvedBy ?? rest.proposedBy, payload })
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
