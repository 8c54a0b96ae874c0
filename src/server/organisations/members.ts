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
import { millisZ, timeOf } from '../../domain/kit/time.ts'
import { KINDS } from '../../domain/organisations/kinds.ts'
import { delegationReasons, mayGo, mayHave } from '../../domain/organisations/membership.ts'
import {
  askingExport,
  askingLoan,
  askingRoles,
  exported,
  invited,
  rolesNow,
} from '../../domain/organisations/register-acts.ts'
import type { Role } from '../../domain/powers.ts'
import { stateNow } from '../../domain/second-person.ts'
import { b64u, hex } from '../../proof/bytes.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { pagesAt } from '../mail/post-mail.ts'
import { keyInForce, known } from '../people/caller.ts'
import { refuseForeignOrigin } from '../people/cookies.ts'
import { endKeyOf } from '../people/enrol-key.ts'
import { hashPassword } from '../people/passwords.ts'
import { rolesChanged } from '../people/session-store.ts'
import { appendAct, holdKeys, insistAsked, insistStands, takeKeys, timeSigned } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import type { Approved, ApprovedAct, Approving } from '../proposals/approved-acts.ts'
import { closeProposal, decidersOf, findProposal, proposed, proposedOf } from '../proposals/proposal-store.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import {
  cutShort,
  delegatedTo,
  delegationsOf,
  delegationView,
  endDelegations,
  endLoans,
  endMembership,
  invitationsOf,
  invitationView,
  invitationWaits,
  loanEntry,
  lockMember,
  lockOrganisation,
  logEnded,
  membersFor,
  memberViewOf,
  memberViews,
  setRoles,
} from './member-store.ts'
import { membersOf, ownOrganisation } from './organisation-store.ts'
import { freshId, newPerson, unlessKnown, welcome } from './register.ts'
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
  // Whoever signs the proposal names the invitation in it, and so gives it its number.
  const { jws } = body
  const id = body.invitation ?? hex(deps.P.random(10))
  await insistAsked(deps.P, work, caller, jws, (made) =>
    askingRoles(org, made, { account: invited(id), roles: body.roles }),
  )
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
    body: { what: 'invitation', invitation: id, roles: body.roles, ...(jws !== undefined && { jws }) },
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
    const id = freshId(P, 'p')
    const fresh = await unlessKnown(work, async () => {
      const made = await tx
        .insert(account)
        .values({ id, org, email: row.email, passwordHash, name, roles: row.roles })
        .onConflictDoNothing()
        .returning({ id: account.id })
      // The log named the invitation when two persons granted it; from here on it names the account, which accepts and has no key yet.
      const decided = row.proposal === null ? null : await decidersOf(work, row.proposal)
      if (decided) {
        const payload = rolesNow({ account: id, roles: row.roles }, { ...decided, invitation: invited(row.id) })
        await append(P, work, { typ: payload.typ, org, ref: '-', by: id, payload })
      }
      return made.length > 0
    })
    await welcome(work, { fresh, account: id, address: row.email, base: pagesAt(deps.config, req) })
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
  const { jws, roles } = body
  await insistAsked(deps.P, work, caller, jws, (made) => askingRoles(org, made, { account: member.account, roles }))
  // What the person has afterwards is what the second person is shown, and signs.
  const after = [...new Set([...member.roles, ...roles])]
  const asked = { what: 'roles', account: member.account, roles, after, ...(jws !== undefined && { jws }) }
  return proposed(deps.P, work, caller, { act: 'role.grant', org, ref: member.account, body: asked })
}

async function takeRole({ deps, params, body, caller, tx, now }: Context<typeof endRole>) {
  const work: Work = { tx, now }
  const { account: by, org } = known(caller)
  await holdKeys(work, [org])
  await lockOrganisation(work, org)
  const member = await lockMember(work, org, params.account)
  if (!member?.roles.includes(params.role)) refuse('not-found')
  if (params.role === 'administrator') insist(mayGo(membersFor(await membersOf(work, org)), member.account))
  const roles = member.roles.filter((role) => role !== params.role)
  await setRoles(work, member.account, roles)
  await rolesChanged(work, member.account)
  const ended = await endDelegations(work, member.account, params.role)
  const payload = rolesNow({ account: member.account, roles }, { proposedBy: by, approvedBy: null })
  await appendAct(deps.P, work, { org, caller, payload, jws: body.jws })
  await logEnded(deps, work, ended, by)
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
  await insistAsked(deps.P, work, caller, body.jws, (made) => askingLoan(org, made, body))
  const asked = { what: 'delegation', ...body }
  return proposed(deps.P, work, caller, { act: 'role.grant', org, ref: receiver.account, body: asked })
}

async function stopLending({ deps, params, body, caller, tx, now }: Context<typeof endDelegation>) {
  const work: Work = { tx, now }
  const { account: by, org } = known(caller)
  const { jws } = body
  await holdKeys(work, [org])
  const row = (await endLoans(work, and(eq(delegation.id, params.id), eq(delegation.org, org))))[0]
  if (!row) refuse('not-found')
  // Who signs says when; here it is over with this request.
  const endsAt = jws === undefined ? millisZ(now.date.getTime()) : timeSigned(work, jws, 'endsAt')
  if (row.endsAt > now.date) await appendAct(deps.P, work, { org, caller, payload: cutShort(row, endsAt, by), jws })
  return delegationView(row, now.date)
}

async function go({ deps, body, caller, tx, now }: Context<typeof leave>) {
  const work: Work = { tx, now }
  const { account: me, org } = known(caller)
  // The own key ends here: nobody signs for the organisation meanwhile.
  await takeKeys(work, org)
  // Two last administrators who leave at once: the second waits here, and then is the last.
  await lockOrganisation(work, org)
  insist(mayGo(membersFor(await membersOf(work, org)), me))
  const ended = await endMembership(work, me)
  const payload = rolesNow({ account: me, roles: [] }, { proposedBy: me, approvedBy: null })
  await appendAct(deps.P, work, { org, caller, payload, jws: body.jws })
  await logEnded(deps, work, ended, me)
  // Whose key it was acts for nobody any more.
  await endKeyOf(deps, work, { account: me, org }, 'left')
  return undefined
}

async function askExport({ deps, body, caller, tx, now }: Context<typeof exportPeople>) {
  stated(body.purpose, '/purpose')
  const { org } = known(caller)
  await insistAsked(deps.P, { tx, now }, caller, body.jws, (made) => askingExport(org, made))
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

/** What the first person signed stands inside the entry, beside both names. */
const decided = ({ row, persons }: Approving) => ({
  ...persons,
  ...(typeof row.body.jws === 'string' && { proposal: row.body.jws }),
})

/** The entry of a grant as it would stand in the log now. */
async function grantEntry(what: Approving) {
  const asked = what.row.body as Asked
  const by = decided(what)
  if (asked.what === 'invitation') return rolesNow({ account: invited(asked.invitation), roles: asked.roles }, by)
  if (asked.what === 'roles') {
    const member = await memberViewOf(what.work, what.row.org, asked.account)
    if (!member || member.leftAt !== null) refuse('not-found')
    return rolesNow({ account: member.account, roles: [...new Set([...member.roles, ...asked.roles])] }, by)
  }
  const { from: fromAccount, to: toAccount, role } = asked
  const [startsAt, endsAt] = [new Date(asked.startsAt), new Date(asked.endsAt)]
  return loanEntry({ fromAccount, toAccount, role, startsAt, endsAt }, by)
}

/** The entry of an export: of how many people, and who decided. The purpose is for the organisation. */
const exportEntry = async (what: Approving) =>
  exported((await membersOf(what.work, what.row.org)).length, decided(what))

/** Who has a key in force signs the entry; for who has none it is the service's word. */
const signs =
  (entryOf: (what: Approving) => ReturnType<typeof grantEntry>): ApprovedAct['toSign'] =>
  async (what) =>
    (await keyInForce(what.work, what.approver.account)) ? entryOf(what) : null

async function logDecided(what: Approved, payload: Awaited<ReturnType<typeof grantEntry>>): Promise<void> {
  const { deps, work, row, approver: caller, jws } = what
  await appendAct(deps.P, work, { org: row.org, caller, payload, jws })
}

/** Both persons' keys stay as they are; what the first one signed still stands. */
async function stands({ work, row, proposer, approver }: Approved): Promise<void> {
  await holdKeys(work, [known(proposer).org, approver.org])
  await insistStands(work, proposer, typeof row.body.jws === 'string' ? row.body.jws : undefined)
}

/** What the approval of a grant does: opens the invitation, gives the roles, or lends one. All is judged again: time has passed. */
async function granted(what: Approved): Promise<void> {
  const { deps, work, row } = what
  const asked = row.body as Asked
  const { org } = row
  await stands(what)
  // In the organisation's name, also where its operator approves.
  const { kind } = await ownOrganisation(work, org, true)
  if (asked.what === 'invitation') {
    const opened = await work.tx
      .update(invitation)
      .set({ state: 'open' })
      .where(and(eq(invitation.id, asked.invitation), eq(invitation.org, org), eq(invitation.state, 'proposed')))
      .returning({ id: invitation.id })
    if (opened.length === 0) refuse('invitation-invalid')
    return logDecided(what, await grantEntry(what))
  }
  const member = await lockMember(work, org, asked.what === 'roles' ? asked.account : asked.to)
  if (!member) refuse('not-found')
  const has = [...(member.roles as Role[]), ...(await delegatedTo(work, member.account))]
  if (asked.what === 'roles') {
    insist(mayHave(kind, has, asked.roles))
    const entry = await grantEntry(what)
    await setRoles(work, member.account, [...new Set([...member.roles, ...asked.roles])])
    await rolesChanged(work, member.account)
    return logDecided(what, entry)
  }
  const giver = await lockMember(work, org, asked.from)
  if (!giver?.roles.includes(asked.role)) refuse('delegation-self')
  const [starts, ends] = [timeOf(asked.startsAt), timeOf(asked.endsAt)]
  insist([...mayHave(kind, has, [asked.role]), ...delegationReasons(starts, ends, work.now.date.getTime())])
  await work.tx.insert(delegation).values({
    id: hex(deps.P.random(10)),
    org,
    fromAccount: asked.from,
    toAccount: asked.to,
    role: asked.role,
    startsAt: new Date(starts),
    endsAt: new Date(ends),
    statement: asked.statement,
  })
  return logDecided(what, await grantEntry(what))
}

/** The public record says that there was an export, by whom, and of how many. */
async function exportDone(what: Approved): Promise<void> {
  await stands(what)
  await logDecided(what, await exportEntry(what))
}

export const grantApproved: ApprovedAct = { toSign: signs(grantEntry), done: granted }
export const exportApproved: ApprovedAct = { toSign: signs(exportEntry), done: exportDone }

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
