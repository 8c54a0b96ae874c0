// What of a tender does this caller get to see? VISIBILITY decides part by part; nothing else is shown.
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { keyset, openingEnvelope, release, tender } from '../../../db/schema/tenders.ts'
import type { TenderView } from '../../api/tenders.ts'
import { millisZ } from '../../domain/kit/time.ts'
import type { Caller } from '../../domain/powers.ts'
import { personActs, publicStatus } from '../../domain/tenders/lifecycle.ts'
import { lotOf } from '../../domain/tenders/lots.ts'
import { maySee, type Part } from '../../domain/visibility.ts'
import type { Work } from '../db.ts'
import { lastIndexOf } from '../log/read-log.ts'
import { standstillOf } from './standstill.ts'
import { legal, organisationNames, revisionOf, type TenderRow } from './tender-store.ts'

type Json = Record<string, unknown>

export const sees = (part: Part, caller: Caller, row: TenderRow): boolean =>
  maySee(part, caller, {
    state: row.state,
    peak: row.peak,
    agency: row.agency,
    evaluators: row.evaluators.map((e) => e.account),
  })

/** The short form of each tender, in the order given; agencies' names are asked for once. */
export async function summariesOf(work: Work, rows: readonly TenderRow[]) {
  const names = await organisationNames(work, [...new Set(rows.map((row) => row.agency))])
  return rows.map((row) => ({
    no: row.no,
    revision: revisionOf(row),
    title: row.notice.title,
    agency: { id: row.agency, name: names[row.agency] ?? { ko: row.agency, en: row.agency } },
    budget: row.notice.budget,
    method: row.notice.method,
    state: row.state,
    status: publicStatus(row.state),
    deadline: legal(row.deadline),
    openAfter: legal(row.openAfter),
    ...lotIn(row),
  }))
}

/** Which lot of which notice a tender is; nothing where the notice has no others. */
function lotIn({ no, notice: { lots } }: TenderRow) {
  return lots ? { lot: { lot: lotOf(lots, no), of: lots.tenders.length, title: lots.title } } : {}
}

type Summary = Awaited<ReturnType<typeof summariesOf>>[number]

/** The short form of one tender. */
export const summaryOf = async (work: Work, row: TenderRow): Promise<Summary> =>
  (await summariesOf(work, [row]))[0] as Summary

async function envelopesOf(work: Work, caller: Caller, row: TenderRow): Promise<TenderView['envelopes']> {
  const kinds = [
    ...(sees('technical', caller, row) ? ['technical'] : []),
    ...(sees('prices', caller, row) ? ['price'] : []),
  ]
  if (kinds.length === 0) return null
  const rows = await work.tx
    .select()
    .from(openingEnvelope)
    .where(eq(openingEnvelope.tender, row.no))
    .orderBy(asc(openingEnvelope.kind), asc(openingEnvelope.position))
  return rows
    .filter((e) => kinds.includes(e.kind))
    .map((e) => ({
      eid: e.eid,
      kind: e.kind as 'technical' | 'price',
      bidder: e.bidder,
      state: (e.state ?? 'sealed') as 'sealed' | 'valid' | 'malformed',
      reason: e.reason,
      body: (e.body ?? null) as Json | null,
    }))
}

/** Ids of those who keep the keys of a keyset. */
const custodiansOf = (body: unknown): string[] =>
  ((body as { custodians?: { id: string }[] }).custodians ?? []).map((custodian) => custodian.id)

/** The lots of a tender's notice as far as the caller may see each: those that are not published are their agency's. */
async function lotsShown(work: Work, caller: Caller, row: TenderRow): Promise<TenderView['lots']> {
  const { lots } = row.notice
  if (!lots) return undefined
  const found = (await work.tx.select().from(tender).where(inArray(tender.no, lots.tenders))) as unknown as TenderRow[]
  const visible = found.filter((one) => sees('notice', caller, one))
  const summaries = new Map((await summariesOf(work, visible)).map((one) => [one.no, one]))
  const tenders = lots.tenders.map((no) => ({ no, tender: summaries.get(no) ?? null }))
  return { title: lots.title, summary: lots.summary, lot: lotOf(lots, row.no), tenders }
}

/** The whole view of one tender for one caller, or null when the caller may not know of it. */
export async function viewOf(work: Work, caller: Caller, row: TenderRow): Promise<TenderView | null> {
  if (!sees('notice', caller, row)) return null
  const { tx, now } = work
  const keysets = await tx
    .select()
    .from(keyset)
    .where(and(eq(keyset.tender, row.no), isNull(keyset.replacedAt)))
    .orderBy(asc(keyset.kind))
  const kinds = [
    ...(sees('technical', caller, row) ? ['technical'] : []),
    ...(sees('prices', caller, row) ? ['price'] : []),
  ]
  const releases =
    kinds.length === 0
      ? null
      : await tx
          .select({ kind: release.kind, x: release.x, custodian: release.custodian, tender: release.tender })
          .from(release)
          .where(inArray(release.tender, [row.no]))
          .orderBy(asc(release.kind), asc(release.x))
  const { index } = await lastIndexOf(tx, row.no)
  const envelopes = await envelopesOf(work, caller, row)
  const lots = await lotsShown(work, caller, row)
  return {
    ...(await summaryOf(work, row)),
    ...(lots && { lots }),
    summary: row.notice.summary,
    minBids: row.notice.minBids,
    standstillHours: row.notice.standstillHours ?? 0,
    standstillEnds: sees('ranking', caller, row) ? await standstillOf(work, row) : null,
    rule: row.rule as unknown as Json,
    ruleHash: row.ruleHash,
    evaluators: row.evaluators.map((e) => e.label),
    ...(row.pool && { pool: row.pool }),
    overseers: row.overseers,
    // What is sealed again is for those who seal it, and for the log to tell.
    keysets: keysets
      .filter((k) => !k.kind.startsWith('rekey-'))
      .map((k) => ({ kind: k.kind, ks: k.ks, keyset: k.body as Json })),
    closing: sees('closingList', caller, row) && row.closedIdx !== null ? { index: row.closedIdx } : null,
    envelopes,
    // Whoever is ranked or awarded had an envelope opened; who keeps the keys and who oversees is public from the notice on.
    names: await organisationNames(work, [
      ...new Set([
        ...(envelopes ?? []).map((e) => e.bidder),
        ...keysets.flatMap((k) => custodiansOf(k.body)),
        ...row.overseers,
      ]),
    ]),
    releases:
      releases?.filter((r) => kinds.includes(r.kind)).map(({ kind, x, custodian }) => ({ kind, x, custodian })) ?? null,
    ranking: sees('ranking', caller, row) ? ((row.ranking ?? null) as Json | null) : null,
    award: sees('award', caller, row) ? ((row.award ?? null) as Json | null) : null,
    ended: (row.ended ?? null) as Json | null,
    acts: personActs(row.state),
    index,
    serverTime: millisZ(now.date.getTime()),
  }
}
