// How are proposals kept, found and shown?
import { aliasedTable, and, count, desc, eq, gt, inArray, lte, or, type SQL, sql } from 'drizzle-orm'
import { invitation } from '../../../db/schema/organisations.ts'
import { account } from '../../../db/schema/people.ts'
import { proposal } from '../../../db/schema/proposals.ts'
import type { ProposalView } from '../../api/proposals.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { type Caller, isSecond, POWERS, powerRow, type TwoPersonAct } from '../../domain/powers.ts'
import {
  mayDecide,
  mayWithdraw,
  type Persons,
  PROPOSAL_DAYS,
  type ProposalState,
  stateNow,
} from '../../domain/second-person.ts'
import { hex } from '../../proof/bytes.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { organisationNames } from '../tenders/tender-store.ts'

const proposer = aliasedTable(account, 'proposer')
const decider = aliasedTable(account, 'decider')

type Row = Omit<typeof proposal.$inferSelect, 'act' | 'state' | 'body'> & {
  act: TwoPersonAct
  state: ProposalState
  body: Record<string, unknown>
}
type Names = ProposalView['names']
export type ProposalRow = Row & {
  proposerName: string
  deciderName: string | null
  invited: string | null
  /** Of the organisations, which are public; and of the people that it names, by their accounts. */
  names: { organisations: Names; people: Names }
}

/** What deciding a proposal asks about. */
export const proposedOf = (row: Row) => ({
  act: row.act,
  org: row.org,
  proposedBy: row.proposedBy,
  expiresAt: row.expiresAt.getTime(),
  state: row.state,
})

const found = (work: Work, where: SQL | undefined) =>
  work.tx
    .select({
      row: proposal,
      proposerName: proposer.name,
      deciderName: decider.name,
      invited: invitation.email,
    })
    .from(proposal)
    .innerJoin(proposer, eq(proposer.id, proposal.proposedBy))
    .leftJoin(decider, eq(decider.id, proposal.decidedBy))
    .leftJoin(invitation, eq(invitation.proposal, proposal.id))
    .where(where)

type Found = Awaited<ReturnType<typeof found>>[number]
const typed = ({ row, proposerName, deciderName, invited }: Found): Omit<ProposalRow, 'names'> => ({
  ...(row as Row),
  proposerName,
  deciderName,
  invited,
})

/** The rows with the names of whom and what they are about: two statements, however many rows. */
async function named(work: Work, found: readonly Found[]): Promise<ProposalRow[]> {
  const rows = found.map(typed)
  if (rows.length === 0) return []
  const peopleOf = ({ act, ref, body }: Row) =>
    act === 'role.grant' ? [ref, ...(typeof body.from === 'string' ? [body.from] : [])] : []
  const accounts = await work.tx
    .select({ id: account.id, name: account.name })
    .from(account)
    .where(inArray(account.id, [...new Set(rows.flatMap(peopleOf))]))
  // Who is to be awarded has been named in public since the opening.
  const bodiesOf = ({ org, ref, body }: Row) => [org, ref, ...(typeof body.bidder === 'string' ? [body.bidder] : [])]
  const bodies = await organisationNames(work, [...new Set(rows.flatMap(bodiesOf))])
  const pick = (names: Names, ids: string[]): Names =>
    Object.fromEntries(ids.flatMap((id) => (Object.hasOwn(names, id) ? [[id, names[id] as Names[string]]] : [])))
  // The name of an account that was erased is gone.
  const people: Names = Object.fromEntries(
    accounts.filter(({ name }) => name !== '').map(({ id, name }) => [id, { ko: name, en: name }]),
  )
  return rows.map((row) => ({
    ...row,
    names: { organisations: pick(bodies, bodiesOf(row)), people: pick(people, peopleOf(row)) },
  }))
}

/** Acts of any organisation in which the caller can be the second person by its role alone. */
function decidableAnywhere(caller: NonNullable<Caller>): TwoPersonAct[] {
  return (Object.keys(POWERS) as TwoPersonAct[]).filter((act) =>
    (powerRow(act).second ?? []).some(
      ({ who, relation }) => relation === 'any' && who.some((role) => caller.roles.includes(role)),
    ),
  )
}

/** What a caller may know of: proposals of the own organisation, and of others those that it may decide. */
function visible(caller: NonNullable<Caller>): SQL | undefined {
  const anywhere = decidableAnywhere(caller)
  return or(eq(proposal.org, caller.org), anywhere.length > 0 ? inArray(proposal.act, anywhere) : undefined)
}

/** A proposal that the caller may know of, or null. Its row is locked to the end of the transaction when it is to be decided. */
export async function findProposal(
  work: Work,
  caller: NonNullable<Caller>,
  id: string,
  lock = false,
): Promise<ProposalRow | null> {
  const query = found(work, and(eq(proposal.id, id), visible(caller)))
  const rows = await (lock ? query.for('update', { of: proposal }) : query)
  return (await named(work, rows.slice(0, 1)))[0] ?? null
}

/** About this, or about several lots of which it is one. */
const about = (ref: string): SQL | undefined =>
  or(eq(proposal.ref, ref), sql`${proposal.body} -> 'lots' @> ${JSON.stringify([{ no: ref }])}::jsonb`)

/** One page of proposals, the newest first, and how many there are. */
export async function listedProposals(
  work: Work,
  caller: NonNullable<Caller>,
  { waiting, ref, page, per }: { waiting: 'yes' | 'no'; ref?: string | undefined; page: number; per: number },
): Promise<{ rows: ProposalRow[]; total: number }> {
  const over = or(
    inArray(proposal.state, ['approved', 'declined', 'withdrawn', 'expired']),
    lte(proposal.expiresAt, work.now.date),
  )
  const open = and(eq(proposal.state, 'open'), gt(proposal.expiresAt, work.now.date))
  const where = and(visible(caller), waiting === 'yes' ? open : over, ref === undefined ? undefined : about(ref))
  const rows = await found(work, where)
    .orderBy(desc(proposal.place))
    .limit(per)
    .offset((page - 1) * per)
  const total = await work.tx.select({ n: count() }).from(proposal).where(where)
  return { rows: await named(work, rows), total: total[0]?.n ?? 0 }
}

/**
 * Keeps a proposal for its second person. One that nobody decided in time makes room for the new one; one that still waits is
 * `proposal-open`, by the index that says so.
 */
export async function keepProposal(
  P: Primitives,
  work: Work,
  caller: NonNullable<Caller>,
  what: { act: TwoPersonAct; org: string; ref: string; body: Record<string, unknown> },
): Promise<string> {
  await work.tx
    .update(proposal)
    .set({ state: 'expired' })
    .where(
      and(
        eq(proposal.act, what.act),
        eq(proposal.ref, what.ref),
        eq(proposal.state, 'open'),
        lte(proposal.expiresAt, work.now.date),
      ),
    )
  const id = hex(P.random(10))
  const expiresAt = new Date(work.now.date.getTime() + PROPOSAL_DAYS * 86_400_000)
  await work.tx
    .insert(proposal)
    .values({ id, ...what, proposedBy: caller.account, proposedAt: work.now.date, expiresAt })
  return id
}

/** Does a proposal of this act about this wait for its second person? */
export async function waitsFor(work: Work, act: TwoPersonAct, ref: string): Promise<boolean> {
  const open = and(eq(proposal.state, 'open'), gt(proposal.expiresAt, work.now.date))
  const where = and(eq(proposal.act, act), about(ref), open)
  return (await work.tx.select({ id: proposal.id }).from(proposal).where(where).limit(1)).length > 0
}

/** Keeps a proposal and answers it as its proposer is shown it. */
export async function proposed(
  P: Primitives,
  work: Work,
  caller: Caller,
  what: Parameters<typeof keepProposal>[3],
): Promise<ProposalView> {
  if (!caller) throw new Error('nobody proposed it')
  const kept = await findProposal(work, caller, await keepProposal(P, work, caller, what))
  if (!kept) throw new Error('the proposal is not there')
  return proposalOf(kept, caller, work.now.date)
}

/** Both persons of a proposal that was approved; null for any other. */
export async function decidersOf(work: Work, id: string): Promise<Persons | null> {
  const rows = await work.tx
    .select({ proposedBy: proposal.proposedBy, approvedBy: proposal.decidedBy })
    .from(proposal)
    .where(and(eq(proposal.id, id), eq(proposal.state, 'approved')))
  const { proposedBy, approvedBy } = rows[0] ?? {}
  return proposedBy !== undefined && approvedBy ? { proposedBy, approvedBy } : null
}

/** Says of each other lot of an approved proposal what was approved for it: by itself, as the log has it. */
export async function keepForLots(
  P: Primitives,
  work: Work,
  row: ProposalRow,
  decidedBy: string,
  lots: readonly { no: string; jws: string }[],
): Promise<void> {
  const { act, org, proposedBy, proposedAt, expiresAt, statement } = row
  const { lots: _, ...body } = row.body
  const shared = { act, org, proposedBy, proposedAt, expiresAt, statement, decidedBy, decidedAt: work.now.date }
  await work.tx.insert(proposal).values(
    lots.map(({ no, jws }) => ({
      ...shared,
      id: hex(P.random(10)),
      ref: no,
      body: { ...body, jws, with: row.ref },
      state: 'approved' as const,
    })),
  )
}

/** Writes how a proposal ended. The caller of this holds its lock. */
export async function closeProposal(
  work: Work,
  id: string,
  end: { state: 'approved' | 'declined' | 'withdrawn'; decidedBy: string; statement: string },
): Promise<void> {
  await work.tx
    .update(proposal)
    .set({ ...end, decidedAt: work.now.date })
    .where(eq(proposal.id, id))
}

/** Who asked and those who may confirm it are told more than all who see the proposal: whom it is about, by name and address. */
const isConcerned = (row: ProposalRow, caller: Caller): boolean =>
  row.proposedBy === caller?.account || isSecond(caller, row.act, row.org)

/** A proposal as the caller is shown it. */
export function proposalOf(row: ProposalRow, caller: Caller, now: Date): ProposalView {
  const at = now.getTime()
  const concerned = isConcerned(row, caller)
  return {
    id: row.id,
    act: row.act,
    org: row.org,
    ref: row.ref,
    body: row.invited !== null && concerned ? { ...row.body, email: row.invited } : row.body,
    names: { ...row.names.organisations, ...(concerned ? row.names.people : {}) },
    proposedBy: { account: row.proposedBy, name: row.proposerName },
    proposedAt: millisZ(row.proposedAt.getTime()),
    expiresAt: millisZ(row.expiresAt.getTime()),
    state: stateNow(proposedOf(row), at),
    decidedBy: row.decidedBy === null ? null : { account: row.decidedBy, name: row.deciderName ?? '' },
    decidedAt: row.decidedAt === null ? null : millisZ(row.decidedAt.getTime()),
    statement: row.statement,
    decidable: mayDecide(proposedOf(row), caller, at).length === 0,
    withdrawable: mayWithdraw(proposedOf(row), caller, at).length === 0,
  }
}
