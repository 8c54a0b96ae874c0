// How do people come to an organisation, get and lose roles, lend them, leave, and how is their data exported?
import { createHash } from 'node:crypto'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { TENANT } from '../../../db/rights.ts'
import { delegation, invitation } from '../../../db/schema/organisations.ts'
import { account } from '../../../db/schema/people.ts'
import {
  acceptInvitation,
  delegate,
  endDelegation,
  endRole,
  exportPeople,
  grantRoles,
  invite,
  leave,
  listPeople,
  readPeopleExport,
  withdrawInvitation,
} from '../../api/members.ts'
import { timeOf } from '../../domain/kit/time.ts'
import { KINDS } from '../../domain/organisations/kinds.ts'
import { delegationReasons, mayGo, mayHave } from '../../domain/organisations/membership.ts'
import type { Role } from '../../domain/powers.ts'
import { stateNow } from '../../domain/second-person.ts'
import { b64u, hex } from '../../proof/bytes.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { known } from '../people/caller.ts'
import { refuseForeignOrigin } from '../people/cookies.ts'
import { endKeyOf } from '../people/enrol-key.ts'
import { hashPassword } from '../people/passwords.ts'
import { rolesChanged } from '../people/session-store.ts'
import { insist, refuse } from '../problem.ts'
import type { Approved } from '../proposals/approved-acts.ts'
import { closeProposal, decidersOf, findProposal, proposed, proposedOf } from '../proposals/proposal-store.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import {
  delegatedTo,
  delegationsOf,
  delegationView,
  endDelegations,
  endLoans,
  endMembership,
  invitationsOf,
  invitationView,
  invitationWaits,
  lockMember,
  lockOrganisation,
  logLoan,
  logRoles,
  membersFor,
  memberViewOf,
  memberViews,
  setRoles,
} from './member-store.ts'
import { membersOf, ownOrganisation } from './organisation-store.ts'
import { freshId, newPerson } from './register.ts'
import { strangerLimits } from './stranger-limits.ts'

const LEAST = 10
const INVITATION_DAYS = 14
const EXPORT_MS = 86_400_000

const digest = (token: string): Uint8Array => new Uint8Array(createHash('sha256').update(token).digest())
const stated = (text: string, at: string): void => {
  if (text.trim().length < LEAST) refuse('statement-missing', { least: LEAST }, at)
}

async function people({ caller, ...work }: Context<typeof listPeople>) {
  const { org } = known(caller)
  const { kind } = await ownOrganisation(work, org)
  const now = work.now.date
  return {
    people: await memberViews(work, org),
    invitations: (await invitationsOf(work, org)).map((row) => invitationView(row, now)),
    delegations: (await delegationsOf(work, org)).map((row) => delegationView(row, now)),
    possible: [...KINDS[kind].roles],
  }
}

async function inviteSomebody({ deps, body, caller, tx, now }: Context<typeof invite>) {
  const work: Work = { tx, now }
  const { account: by, org } = known(caller)
  const { kind } = await ownOrganisation(work, org)
  insist(mayHave(kind, [], body.roles))
  const id = hex(deps.P.random(10))
  // The organisation's id is in the link: whoever brings it is asked about that organisation's invitations alone.
  const token = `${org}.${b64u(deps.P.random(32))}`
  const email = body.email.toLowerCase()
  // Two who invite the same address at once: the second waits here, and then finds the first one's proposal.
  await lockOrganisation(work, org)
  if (await invitationWaits(work, org, email)) refuse('proposal-open')
  const asked = {
    act: 'role.grant',
    org,
    // The address stays in the encrypted column of the invitation.
    ref: id,
    body: { what: 'invitation', invitation: id, roles: body.roles },
  } as const
  const proposal = await proposed(deps.P, work, caller, asked)
  const row = {
    id,
    org,
    email,
    roles: [...new Set(body.roles)],
    tokenHash: digest(token),
    invitedBy: by,
    at: now.date,
    expiresAt: new Date(now.date.getTime() + INVITATION_DAYS * 86_400_000),
    state: 'proposed',
    proposal: proposal.id,
  }
  await tx.insert(invitation).values(row)
  return { invitation: invitationView(row, now.date), link: `/invitation#${token}`, proposal }
}

async function takeBack({ params, caller, ...work }: Context<typeof withdrawInvitation>) {
  const rows = await work.tx
    .update(invitation)
    .set({ state: 'withdrawn' })
    .where(
      and(
        eq(invitation.id, params.id),
        eq(invitation.org, known(caller).org),
        inArray(invitation.state, ['proposed', 'open']),
      ),
    )
    .returning()
  const row = rows[0]
  if (!row) refuse('not-found')
  // Nobody is asked to approve what is taken back.
  const waits = row.proposal === null ? null : await findProposal(work, known(caller), row.proposal, true)
  if (waits && stateNow(proposedOf(waits), work.now.date.getTime()) === 'open')
    await closeProposal(work, waits.id, { state: 'withdrawn', decidedBy: known(caller).account, statement: '' })
  return invitationView(row, work.now.date)
}

async function accept({ deps, body, req }: Context<typeof acceptInvitation>) {
  refuseForeignOrigin(req)
  const { P, db } = deps
  const { name, reasons } = newPerson(body, [], '')
  insist(reasons)
  // Hashed before it is known whether the link is good: a guess costs as much as an acceptance, and tells nothing by its time.
  const passwordHash = await hashPassword(body.password)
  const org = body.token.split('.')[0] ?? ''
  await db.withTx(async (work) => {
    const { tx, now } = work
    await tx.execute(sql`SELECT set_config(${TENANT.org}, ${org}, true)`)
    const rows = await tx
      .select()
      .from(invitation)
      .where(and(eq(invitation.tokenHash, digest(body.token)), eq(invitation.org, org), eq(invitation.state, 'open')))
      .for('update')
    const row = rows[0]
    if (!row || row.expiresAt <= now.date) refuse('invitation-invalid')
    await tx.update(invitation).set({ state: 'accepted' }).where(eq(invitation.id, row.id))
    const made = await tx
      .insert(account)
      .values({ id: freshId(P, 'p'), org, email: row.email, passwordHash, name, roles: row.roles })
      .onConflictDoNothing()
      .returning({ id: account.id })
    // The log named the invitation when two persons granted it; from here on it names the account.
    const decided = row.proposal === null ? null : await decidersOf(work, row.proposal)
    if (decided)
      for (const { id } of made) await logRoles(deps, work, { account: id, org, roles: row.roles, ...decided })
  })
  return { accepted: true }
}

async function grant({ deps, params, body, caller, tx, now }: Context<typeof grantRoles>) {
  const work: Work = { tx, now }
  const { org } = known(caller)
  const { kind } = await ownOrganisation(work, org)
  const member = await memberViewOf(work, org, params.account)
  if (!member || member.leftAt !== null) refuse('not-found')
  insist(mayHave(kind, [...member.roles, ...(await delegatedTo(work, member.account))], body.roles))
  const asked = { what: 'roles', account: member.account, roles: body.roles }
  return proposed(deps.P, work, caller, { act: 'role.grant', org, ref: member.account, body: asked })
}

async function takeRole({ deps, params, caller, tx, now }: Context<typeof endRole>) {
  const work: Work = { tx, now }
  const { account: by, org } = known(caller)
  await lockOrganisation(work, org)
  const member = await lockMember(work, org, params.account)
  if (!member?.roles.includes(params.role)) refuse('not-found')
  if (params.role === 'administrator') insist(mayGo(membersFor(await membersOf(work, org)), member.account))
  const roles = member.roles.filter((role) => role !== params.role)
  await setRoles(work, member.account, roles)
  await rolesChanged(work, member.account)
  await endDelegations(deps, work, { account: member.account, by }, params.role)
  await logRoles(deps, work, { account: member.account, org, roles, proposedBy: by, approvedBy: null })
  return memberViewOf(work, org, member.account)
}

async function lend({ deps, body, caller, tx, now }: Context<typeof delegate>) {
  const work: Work = { tx, now }
  const { org } = known(caller)
  const { kind } = await ownOrganisation(work, org)
  const [giver, receiver] = [await memberViewOf(work, org, body.from), await memberViewOf(work, org, body.to)]
  if (!giver || !receiver || giver.leftAt !== null || receiver.leftAt !== null) refuse('not-found')
  if (giver.account === receiver.account || !giver.roles.includes(body.role)) refuse('delegation-self')
  const starts = timeOf(body.startsAt)
  insist([
    ...mayHave(kind, [...receiver.roles, ...(await delegatedTo(work, receiver.account))], [body.role]),
    ...delegationReasons(starts, timeOf(body.endsAt), now.date.getTime()),
  ])
  stated(body.statement, '/statement')
  const asked = { what: 'delegation', ...body }
  return proposed(deps.P, work, caller, { act: 'role.grant', org, ref: receiver.account, body: asked })
}

async function stopLending({ deps, params, caller, tx, now }: Context<typeof endDelegation>) {
  const work: Work = { tx, now }
  const { account: by, org } = known(caller)
  const which = and(eq(delegation.id, params.id), eq(delegation.org, org))
  const row = (await endLoans(deps, work, which, by))[0]
  if (!row) refuse('not-found')
  return delegationView(row, now.date)
}

async function go({ deps, caller, tx, now }: Context<typeof leave>) {
  const work: Work = { tx, now }
  const { account: me, org } = known(caller)
  // Two last administrators who leave at once: the second waits here, and then is the last.
  await lockOrganisation(work, org)
  insist(mayGo(membersFor(await membersOf(work, org)), me))
  // Whose key it was acts for nobody any more.
  await endKeyOf(deps, work, { account: me, org }, 'left')
  await endMembership(deps, work, me)
  await logRoles(deps, work, { account: me, org, roles: [], proposedBy: me, approvedBy: null })
  return undefined
}

async function askExport({ deps, body, caller, tx, now }: Context<typeof exportPeople>) {
  stated(body.purpose, '/purpose')
  const { org } = known(caller)
  return proposed(deps.P, { tx, now }, caller, { act: 'people.export', org, ref: org, body: { ...body } })
}

async function fetchExport({ params, caller, ...work }: Context<typeof readPeopleExport>) {
  const who = known(caller)
  const row = await findProposal(work, who, params.id)
  // Somebody else's approval is nobody's export.
  if (row?.act !== 'people.export' || row.proposedBy !== who.account || row.org !== who.org) refuse('not-found')
  const since = row.decidedAt === null ? Number.POSITIVE_INFINITY : work.now.date.getTime() - row.decidedAt.getTime()
  if (row.state !== 'approved' || since >= EXPORT_MS) refuse('export-over')
  return { purpose: String(row.body.purpose ?? ''), people: await memberViews(work, who.org) }
}

type Asked =
  | { what: 'invitation'; invitation: string; roles: Role[] }
  | { what: 'roles'; account: string; roles: Role[] }
  | { what: 'delegation'; from: string; to: string; role: Role; startsAt: string; endsAt: string; statement: string }

/** What the approval of a grant does: opens the invitation, gives the roles, or lends one. All is judged again: time has passed. */
export async function grantApproved({ deps, work, row, persons }: Approved): Promise<void> {
  const asked = row.body as Asked
  const { org } = row
  // In the organisation's name, also where its operator approves.
  const { kind } = await ownOrganisation(work, org, true)
  if (asked.what === 'invitation') {
    const opened = await work.tx
      .update(invitation)
      .set({ state: 'open' })
      .where(and(eq(invitation.id, asked.invitation), eq(invitation.org, org), eq(invitation.state, 'proposed')))
      .returning({ id: invitation.id })
    if (opened.length === 0) refuse('invitation-invalid')
    await logRoles(deps, work, { account: `invitation-${asked.invitation}`, org, roles: asked.roles, ...persons })
    return
  }
  const member = await lockMember(work, org, asked.what === 'roles' ? asked.account : asked.to)
  if (!member) refuse('not-found')
  const has = [...(member.roles as Role[]), ...(await delegatedTo(work, member.account))]
  if (asked.what === 'roles') {
    insist(mayHave(kind, has, asked.roles))
    const roles = [...new Set([...member.roles, ...asked.roles])]
    await setRoles(work, member.account, roles)
    await rolesChanged(work, member.account)
    await logRoles(deps, work, { account: member.account, org, roles, ...persons })
    return
  }
  const giver = await lockMember(work, org, asked.from)
  if (!giver?.roles.includes(asked.role)) refuse('delegation-self')
  const [starts, ends] = [timeOf(asked.startsAt), timeOf(asked.endsAt)]
  insist([...mayHave(kind, has, [asked.role]), ...delegationReasons(starts, ends, work.now.date.getTime())])
  const lent = await work.tx
    .insert(delegation)
    .values({
      id: hex(deps.P.random(10)),
      org,
      fromAccount: asked.from,
      toAccount: asked.to,
      role: asked.role,
      startsAt: new Date(starts),
      endsAt: new Date(ends),
      statement: asked.statement,
    })
    .returning()
  for (const loan of lent) await logLoan(deps, work, loan, { endsAt: loan.endsAt, ...persons })
}

/** The purpose is for the organisation; the public record says that there was an export, by whom, and of how many. */
export async function exportApproved({ deps, work, row, persons }: Approved): Promise<void> {
  const n = (await membersOf(work, row.org)).length
  const payload = { typ: 'people.exported/1', people: n, ...persons }
  await append(deps.P, work, { typ: payload.typ, org: row.org, ref: '-', by: persons.approvedBy, payload })
}

export function serveMembers(app: Express, deps: Deps): void {
  serve(app, deps, listPeople, people)
  serve(app, deps, invite, inviteSomebody)
  serve(app, deps, withdrawInvitation, takeBack)
  serve(app, deps, acceptInvitation, accept, { mode: 'own', before: strangerLimits() })
  serve(app, deps, grantRoles, grant)
  serve(app, deps, endRole, takeRole)
  serve(app, deps, delegate, lend)
  serve(app, deps, endDelegation, stopLending)
  serve(app, deps, leave, go)
  serve(app, deps, exportPeople, askExport)
  serve(app, deps, readPeopleExport, fetchExport)
}
