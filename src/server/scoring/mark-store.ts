// How are marks kept, and which are missing?
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { account, actorKey } from '../../../db/schema/people.ts'
import { label, mark, openingEnvelope, signedSheet } from '../../../db/schema/tenders.ts'
import { asksMembers, type Member, membersOf, writtenMembers } from '../../domain/bids/members.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { markedItems, type ScoredItem } from '../../domain/scoring/rule.ts'
import { qualityOf } from '../../domain/tenders/procedure.ts'
import type { Work } from '../db.ts'
import { inForce } from '../people/caller.ts'
import { holdKeys } from '../people/signed-act.ts'
import type { TenderRow } from '../tenders/tender-store.ts'

/** Under this name the officer's quantitative marks stand beside those of E1, E2, … */
export const OFFICER = 'officer'

/** What is marked of this tender's proposals; nothing where price alone is handed in. */
function itemsOf(row: TenderRow): ScoredItem[] {
  const quality = qualityOf(row.rule)
  return quality ? markedItems(quality) : []
}

/** `member` is empty but for the record of one member of a consortium. */
export type MarkRow = {
  evaluator: string
  bidder: string
  item: string
  member: string
  mark: string
  comment: string
}

export async function labelsOf(work: Work, no: string): Promise<{ label: string; bidder: string }[]> {
  const rows = await work.tx
    .select({ label: label.label, bidder: label.bidder })
    .from(label)
    .where(eq(label.tender, no))
  // A … Z before AA: shorter first.
  return rows.sort((a, b) => a.label.length - b.label.length || (a.label < b.label ? -1 : 1))
}

/** The members of each consortium by its label, as its signed bid names them; empty where the rule does not ask for members. */
export async function writtenConsortia(
  work: Work,
  row: TenderRow,
): Promise<ReadonlyMap<string, { member: string; name: string; share: string }[]>> {
  const quality = qualityOf(row.rule)
  if (!quality || !asksMembers(quality)) return new Map()
  const bodies = await work.tx
    .select({ label: label.label, body: openingEnvelope.body })
    .from(label)
    .innerJoin(openingEnvelope, and(eq(openingEnvelope.tender, label.tender), eq(openingEnvelope.bidder, label.bidder)))
    .where(and(eq(label.tender, row.no), eq(openingEnvelope.kind, 'technical'), eq(openingEnvelope.state, 'valid')))
  return new Map(
    bodies.flatMap(({ label: of, body }) => {
      const written = writtenMembers(body)
      const members = membersOf(quality, body)?.map((m, n) => ({ ...m, name: written?.[n]?.name ?? m.member }))
      return members ? [[of, members] as const] : []
    }),
  )
}

/** The same without names: what scores are computed from, and what the lock says. */
export async function consortiaOf(work: Work, row: TenderRow): Promise<ReadonlyMap<string, Member[]>> {
  const written = await writtenConsortia(work, row)
  return new Map([...written].map(([of, members]) => [of, members.map(({ member, share }) => ({ member, share }))]))
}

export async function marksOf(work: Work, no: string, evaluator?: string): Promise<MarkRow[]> {
  return work.tx
    .select({
      evaluator: mark.evaluator,
      bidder: mark.bidder,
      item: mark.item,
      member: mark.member,
      mark: sql<string>`trim_scale(${mark.mark})::text`,
      comment: mark.comment,
    })
    .from(mark)
    .where(and(eq(mark.tender, no), evaluator === undefined ? undefined : eq(mark.evaluator, evaluator)))
    .orderBy(asc(mark.evaluator), asc(mark.bidder), asc(mark.item), asc(mark.member))
}

/** Writes marks over those given before. */
export async function saveMarks(work: Work, no: string, rows: MarkRow[]): Promise<void> {
  // A signature is over the sheet as it was.
  for (const evaluator of new Set(rows.map((row) => row.evaluator))) {
    await work.tx.delete(signedSheet).where(and(eq(signedSheet.tender, no), eq(signedSheet.evaluator, evaluator)))
  }
  await work.tx
    .insert(mark)
    .values(rows.map((row) => ({ ...row, tender: no, at: work.now.date })))
    .onConflictDoUpdate({
      target: [mark.tender, mark.evaluator, mark.bidder, mark.item, mark.member],
      set: { mark: sql`excluded.mark`, comment: sql`excluded.comment`, at: sql`excluded.at` },
    })
}

/** The sheets as they were signed and not touched since, by seat. */
export async function signedSheets(
  work: Work,
  row: TenderRow,
): Promise<{ evaluator: string; jws: string; kid: string }[]> {
  const rows = await work.tx.select().from(signedSheet).where(eq(signedSheet.tender, row.no))
  return row.evaluators.flatMap(({ label: evaluator }) => {
    const sheet = rows.find((r) => r.evaluator === evaluator)
    return sheet ? [{ evaluator, jws: sheet.jws, kid: sheet.kid }] : []
  })
}

export async function saveSheet(
  work: Work,
  no: string,
  sheet: { evaluator: string; jws: string; kid: string },
): Promise<void> {
  const set = { ...sheet, at: work.now.date }
  await work.tx
    .insert(signedSheet)
    .values({ tender: no, ...set })
    .onConflictDoUpdate({ target: [signedSheet.tender, signedSheet.evaluator], set })
}

/** Must evaluators sign? Not where the rule leaves nothing to their judgement, and not when nobody is to be judged. */
export const asksSheets = (row: TenderRow, labels: readonly unknown[]): boolean =>
  labels.length > 0 && itemsOf(row).some((item) => item.kind === 'qualitative')

/** The evaluators whose sheet stands: signed, and with the key that is in force for them. Who has changed keys signs anew. */
export async function standingSheets(work: Work, row: TenderRow): Promise<ReadonlySet<string>> {
  const accounts = row.evaluators.map((e) => e.account)
  const keys = await work.tx
    .select({ account: actorKey.account, kid: actorKey.kid })
    .from(actorKey)
    .where(and(inArray(actorKey.account, accounts), inForce))
  const sheets = await signedSheets(work, row)
  const stands = row.evaluators.filter((seat) => {
    const kid = sheets.find((s) => s.evaluator === seat.label)?.kid
    return keys.some((key) => key.account === seat.account && key.kid === kid)
  })
  return new Set(stands.map((seat) => seat.label))
}

/**
 * One reason for each evaluator whose sheet is not signed with a key in force. The keys stay as they are until the transaction ends:
 * what is locked must be signed with keys that are in force where the lock stands in the log.
 */
export async function unsignedSheets(work: Work, row: TenderRow): Promise<Reason[]> {
  if (!asksSheets(row, await labelsOf(work, row.no))) return []
  const accounts = row.evaluators.map((e) => e.account)
  const orgs = await work.tx.select({ org: account.org }).from(account).where(inArray(account.id, accounts))
  await holdKeys(
    work,
    orgs.map((o) => o.org),
  )
  const stands = await standingSheets(work, row)
  return row.evaluators
    .filter((seat) => !stands.has(seat.label))
    .map((seat) => ({ code: 'sheet-unsigned', facts: { evaluator: seat.label } }))
}

/** One reason for each mark that the rule wants and nobody gave. */
export async function missingMarks(work: Work, row: TenderRow): Promise<Reason[]> {
  const given = new Set((await marksOf(work, row.no)).map((m) => `${m.evaluator} ${m.bidder} ${m.item} ${m.member}`))
  const labels = await labelsOf(work, row.no)
  const consortia = await consortiaOf(work, row)
  const missing: Reason[] = []
  for (const item of itemsOf(row)) {
    const who = item.kind === 'qualitative' ? row.evaluators.map((e) => e.label) : [OFFICER]
    for (const evaluator of who) {
      for (const { label: bidder } of labels) {
        const members = item.members === undefined ? undefined : consortia.get(bidder)
        for (const member of members?.map((m) => m.member) ?? ['']) {
          if (given.has(`${evaluator} ${bidder} ${item.id} ${member}`)) continue
          const facts = { evaluator, bidder, item: item.id, ...(member !== '' && { member }) }
          missing.push({ code: 'mark-missing', facts })
        }
      }
    }
  }
  return missing
}
