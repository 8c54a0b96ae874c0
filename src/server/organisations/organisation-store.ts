// How is an organisation read with all that belongs to its registration, and how is its history written?
import { and, asc, desc, eq, getTableColumns, isNull, ne, sql } from 'drizzle-orm'
import {
  factDecision,
  organisationDocument,
  organisationFact,
  organisationReview,
} from '../../../db/schema/organisations.ts'
import { account, organisation } from '../../../db/schema/people.ts'
import type { OrganisationView } from '../../api/organisations.ts'
import { openingOf } from '../../domain/evaluators/field-decision.ts'
import { millisZ } from '../../domain/kit/time.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import type { Body, Kind } from '../../domain/organisations/kinds.ts'
import { cleanName, skeleton } from '../../domain/organisations/names.ts'
import { holdsOn, koreanDay } from '../../domain/organisations/profile.ts'
import { registrationNumber, type SchemeId, writtenNumber } from '../../domain/organisations/registration-number.ts'
import type { Work } from '../db.ts'
import { insist } from '../problem.ts'

export type OrganisationRow = typeof organisation.$inferSelect & {
  kind: Kind
  body: Body | null
  scheme: SchemeId | null
}

export async function findOrganisation(work: Work, id: string, lock = false): Promise<OrganisationRow | null> {
  const query = work.tx.select().from(organisation).where(eq(organisation.id, id))
  const rows = await (lock ? query.for('update') : query)
  return (rows[0] as OrganisationRow | undefined) ?? null
}

/** The organisation of somebody who is signed in; that it is not there is a bug. */
export async function ownOrganisation(work: Work, id: string, lock = false): Promise<OrganisationRow> {
  const row = await findOrganisation(work, id, lock)
  if (!row) throw new Error(`the organisation ${id} of a caller is not there`)
  return row
}

type Details = { nameKo: string; nameEn: string; scheme: SchemeId; number: string }

/** Names and number as they are kept; refuses with every reason at once. */
export function cleanDetails(written: Details, more: Reason[] = []) {
  const ko = cleanName(written.nameKo, '/nameKo')
  const en = cleanName(written.nameEn, '/nameEn')
  const number = registrationNumber(written.scheme, written.number)
  insist([...[ko, en, number].flatMap((one) => (one.ok ? [] : one.reasons)), ...more])
  const [nameKo, nameEn] = [ko.ok ? ko.value : '', en.ok ? en.value : '']
  return {
    nameKo,
    nameEn,
    scheme: written.scheme,
    number: number.ok ? number.value : '',
    skeletons: [...new Set([skeleton(nameKo), skeleton(nameEn)])].filter((rest) => rest !== ''),
  }
}

export type ReviewAct = OrganisationView['history'][number]['act']

export async function writeReview(
  work: Work,
  row: {
    org: string
    act: ReviewAct
    by: string
    reasons?: string[]
    statement?: string
    snapshot?: object
    /** The sealed entry of a return. */
    decision?: string
  },
): Promise<void> {
  const { reasons = [], statement = '', snapshot = null, ...rest } = row
  await work.tx.insert(organisationReview).values({ ...rest, reasons, statement, snapshot, at: work.now.date })
}

const WITHOUT_BYTES = (() => {
  const { bytes: _, ...rest } = getTableColumns(organisationDocument)
  return rest
})()

type FactRow = typeof organisationFact.$inferSelect

/** @param sealed what was sealed of its decision */
export function factOf(
  row: FactRow,
  now: Date,
  sealed?: typeof factDecision.$inferSelect | null,
): OrganisationView['facts'][number] {
  const period = { from: row.validFrom, until: row.validUntil }
  return {
    id: row.id,
    kind: row.kind as OrganisationView['facts'][number]['kind'],
    value: row.value,
    ...period,
    state: row.state as OrganisationView['facts'][number]['state'],
    statement: row.statement,
    holds: row.state === 'verified' && holdsOn(period, koreanDay(now.getTime())),
    sealed: openingIfNumbered(sealed),
  }
}

/** What opens a sealed entry; null until the sequencer has numbered it, since nobody can look it up before. */
const openingIfNumbered = (sealed?: typeof factDecision.$inferSelect | null) =>
  sealed?.idx == null ? null : openingOf({ ...sealed, idx: sealed.idx })

/** Where the registration is, from the standing and the newest thing that happened. */
function stateOf(standing: string, newest: string | undefined): OrganisationView['state'] {
  if (standing !== 'pending') return standing as 'verified' | 'suspended'
  if (newest === 'submitted') return 'waiting'
  return newest === 'returned' ? 'returned' : 'open'
}

export async function newestReview(work: Work, org: string): Promise<string | undefined> {
  const rows = await work.tx
    .select({ act: organisationReview.act })
    .from(organisationReview)
    .where(eq(organisationReview.org, org))
    .orderBy(desc(organisationReview.id))
    .limit(1)
  return rows[0]?.act
}

/** May the registration be handed in, or decided, now? */
export async function registrationState(work: Work, row: OrganisationRow): Promise<OrganisationView['state']> {
  return stateOf(row.standing, await newestReview(work, row.id))
}

export async function organisationView(work: Work, row: OrganisationRow): Promise<OrganisationView> {
  const documents = await work.tx
    .select(WITHOUT_BYTES)
    .from(organisationDocument)
    .where(eq(organisationDocument.org, row.id))
    .orderBy(asc(organisationDocument.at), asc(organisationDocument.id))
  const facts = await work.tx
    .select({ fact: organisationFact, sealed: factDecision })
    .from(organisationFact)
    .leftJoin(factDecision, eq(factDecision.c, organisationFact.decision))
    .where(eq(organisationFact.org, row.id))
    .orderBy(asc(organisationFact.kind), desc(organisationFact.validFrom), asc(organisationFact.id))
  const history = await work.tx
    .select({ review: organisationReview, sealed: factDecision })
    .from(organisationReview)
    .leftJoin(factDecision, eq(factDecision.c, organisationReview.decision))
    .where(eq(organisationReview.org, row.id))
    .orderBy(asc(organisationReview.id))
  return {
    id: row.id,
    kind: row.kind,
    body: row.body,
    name: { ko: row.nameKo, en: row.nameEn },
    scheme: row.scheme,
    number: row.scheme === null || row.number === null ? null : writtenNumber(row.scheme, row.number),
    standing: row.standing as OrganisationView['standing'],
    state: stateOf(row.standing, history.at(-1)?.review.act),
    documents: documents.map(({ org: _, by: __, at, kind, ...rest }) => ({
      ...rest,
      kind: kind as OrganisationView['documents'][number]['kind'],
      at: millisZ(at.getTime()),
    })),
    facts: facts.map(({ fact, sealed }) => factOf(fact, work.now.date, sealed)),
    history: history.map(({ review: { act, at, reasons, statement }, sealed }) => ({
      act: act as ReviewAct,
      at: millisZ(at.getTime()),
      reasons,
      statement,
      sealed: openingIfNumbered(sealed),
    })),
  }
}

const named = { id: organisation.id, ko: organisation.nameKo, en: organisation.nameEn, standing: organisation.standing }
type Named = { id: string; ko: string; en: string; standing: string }
const withName = ({ id, ko, en, standing }: Named) => ({
  id,
  name: { ko, en },
  standing: standing as OrganisationView['standing'],
})

/** Other organisations for which this one could be taken, and those with the same number. */
export async function lookAlikes(work: Work, row: OrganisationRow) {
  const others = ne(organisation.id, row.id)
  const similar =
    row.skeletons.length === 0
      ? []
      : await work.tx
          .select(named)
          .from(organisation)
          .where(and(others, sql`${organisation.skeletons} && ${sql.param(row.skeletons)}::text[]`))
          .orderBy(asc(organisation.id))
          .limit(20)
  const sameNumber =
    row.scheme === null || row.number === null
      ? []
      : await work.tx
          .select(named)
          .from(organisation)
          .where(and(others, eq(organisation.scheme, row.scheme), eq(organisation.number, row.number)))
          .orderBy(asc(organisation.id))
          .limit(20)
  return { similar: similar.map(withName), sameNumber: sameNumber.map(withName) }
}

export type MemberRow = { account: string; name: string; email: string; roles: string[]; leftAt: Date | null }

/** What is read of a person as a member. */
export const MEMBER = {
  account: account.id,
  name: account.name,
  email: account.email,
  roles: account.roles,
  leftAt: account.leftAt,
}

/** Everybody who is or was of an organisation. */
export async function membersOf(work: Work, org: string): Promise<MemberRow[]> {
  return work.tx.select(MEMBER).from(account).where(eq(account.org, org)).orderBy(asc(account.name), asc(account.id))
}

/** The first person of an organisation: who registered it. */
export async function firstMember(work: Work, org: string): Promise<MemberRow | null> {
  const rows = await work.tx
    .select(MEMBER)
    .from(account)
    .where(and(eq(account.org, org), isNull(account.leftAt), sql`'administrator' = ANY (${account.roles})`))
    .orderBy(asc(account.id))
    .limit(1)
  return rows[0] ?? null
}
