// How are marks given? By those on the committee, under labels, until the lock.
import { and, asc, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { attachment } from '../../../db/schema/files.ts'
import { openingEnvelope } from '../../../db/schema/tenders.ts'
import { giveMarks, giveQuantitative, readSheet, signSheet } from '../../api/tenders.ts'
import { savedName } from '../../domain/bids/files.ts'
import { compare } from '../../domain/kit/fraction.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { relates } from '../../domain/powers.ts'
import { gradePoints } from '../../domain/scoring/grades.ts'
import { markedItems } from '../../domain/scoring/rule.ts'
import { qualityOf } from '../../domain/tenders/procedure.ts'
import { sheetOf } from '../../domain/tenders/signed-acts.ts'
import { readJws } from '../../proof/jws.ts'
import type { Work } from '../db.ts'
import { declarationOf, isAsked } from '../evaluators/calls.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { sees } from '../tenders/present.ts'
import { findTender, lockTender, type TenderRow } from '../tenders/tender-store.ts'
import {
  consortiaOf,
  labelsOf,
  marksOf,
  missingMarks,
  OFFICER,
  saveMarks,
  saveSheet,
  standingSheets,
} from './mark-store.ts'

type Given = { bidder: string; item: string; member?: string | undefined; mark: string; comment: string }

/**
 * Reasons against marks: unknown labels and items, the other hand's items, marks over their maximum or of no grade, the same twice; a
 * member's record where the rule has none, or of somebody who is no member.
 */
async function judge(
  work: Work,
  row: TenderRow,
  kind: 'qualitative' | 'quantitative',
  given: Given[],
): Promise<Reason[]> {
  const labels = new Set((await labelsOf(work, row.no)).map((l) => l.label))
  const consortia = await consortiaOf(work, row)
  const quality = qualityOf(row.rule)
  const items = new Map((quality ? markedItems(quality) : []).map((item) => [item.id, item]))
  const seen = new Set<string>()
  return given.flatMap((m, i): Reason[] => {
    const say = (why: string): Reason => ({ code: 'mark-invalid', facts: { item: m.item, why }, at: `/marks/${i}` })
    const item = items.get(m.item)
    const twice = seen.size === seen.add(`${m.bidder} ${m.item} ${m.member ?? ''}`).size
    const members = item?.members === undefined ? undefined : consortia.get(m.bidder)
    const noMember = members ? !members.some(({ member }) => member === m.member) : m.member !== undefined
    const grades = item ? gradePoints(item) : null
    const noGrade = grades !== null && !grades.some(({ points }) => compare(points, m.mark) === 0)
    return [
      ...(labels.has(m.bidder) ? [] : [say('no such bidder')]),
      ...(item?.kind === kind ? [] : [say('no such item for you')]),
      ...(item && compare(m.mark, item.max) > 0 ? [say(`over ${item.max}`)] : []),
      ...(noGrade ? [say(`no grade: ${grades?.map(({ grade, points }) => `${grade} ${points}`).join(', ')}`)] : []),
      ...(noMember
        ? [say(members ? `a mark for each of ${members.map((one) => one.member).join(', ')}` : 'no member')]
        : []),
      ...(twice ? [say('twice')] : []),
    ]
  })
}

async function save(work: Work, row: TenderRow, evaluator: string, given: Given[]) {
  if (row.state !== 'evaluating') refuse('wrong-state', { state: row.state, from: 'evaluating' })
  insist(await judge(work, row, evaluator === OFFICER ? 'quantitative' : 'qualitative', given))
  await saveMarks(
    work,
    row.no,
    given.map((m) => ({ ...m, member: m.member ?? '', evaluator })),
  )
  const missing = (await missingMarks(work, row)).filter((reason) => reason.facts.evaluator === evaluator)
  return { given: given.length, missing: missing.length }
}

/** The label under which the caller sits on this committee. Whoever was drawn sits only after having declared no conflict of interest. */
async function seatOf(work: Work, row: TenderRow, account: string): Promise<string> {
  const seat = row.evaluators.find((e) => e.account === account)
  if (seat) return seat.label
  return refuse((await isAsked(work, row.no, account)) ? 'declaration-missing' : 'forbidden')
}

function withoutMembers(body: unknown): Record<string, unknown> {
  const { members: _, ...rest } = (body ?? {}) as Record<string, unknown>
  return rest
}

async function sheet({ deps, params, caller, ...work }: Context<typeof readSheet>) {
  const row = await findTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const evaluator = await seatOf(work, row, known(caller).account)
  if (row.state !== 'evaluating') refuse('wrong-state', { state: row.state, from: 'evaluating' })
  const labels = await labelsOf(work, row.no)
  const opened = await work.tx
    .select({ bidder: openingEnvelope.bidder, body: openingEnvelope.body })
    .from(openingEnvelope)
    .where(
      and(
        eq(openingEnvelope.tender, row.no),
        eq(openingEnvelope.kind, 'technical'),
        eq(openingEnvelope.state, 'valid'),
      ),
    )
  const bodies = new Map(opened.map((o) => [o.bidder, o.body]))
  const files = await work.tx
    .select({
      bidder: attachment.bidder,
      eid: attachment.eid,
      n: attachment.n,
      says: attachment.says,
      outcome: attachment.outcome,
    })
    .from(attachment)
    .where(and(eq(attachment.tender, row.no), eq(attachment.kind, 'technical')))
    .orderBy(asc(attachment.n))
  const filesOf = (bidder: string) =>
    files
      .filter((file) => file.bidder === bidder)
      .map(({ eid, n, says, outcome }) => ({ eid, n, saved: savedName(says.name), bytes: says.bytes, outcome }))
  const marks = await marksOf(work, row.no, evaluator)
  return {
    evaluator,
    signed: (await standingSheets(work, row)).has(evaluator),
    items: qualityOf(row.rule)?.items ?? [],
    // Who the members of a consortium are would say whose proposal it is; the officer marks their records.
    proposals: labels.map((l) => ({
      label: l.label,
      body: withoutMembers(bodies.get(l.bidder)),
      files: filesOf(l.bidder),
    })),
    marks: marks.map(({ evaluator: _, member: __, ...m }) => m),
    declared: await declarationOf(deps.P, work, row, evaluator),
  }
}

async function give({ params, body, caller, ...work }: Context<typeof giveMarks>) {
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  return save(work, row, await seatOf(work, row, known(caller).account), body.marks)
}

/** Takes the signature over the sheet as it stands. Until the lock only its hash is shown, and to the officer alone. */
async function sign({ deps, params, body, caller, ...work }: Context<typeof signSheet>) {
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const evaluator = await seatOf(work, row, known(caller).account)
  if (row.state !== 'evaluating') refuse('wrong-state', { state: row.state, from: 'evaluating' })
  insist((await missingMarks(work, row)).filter((reason) => reason.facts.evaluator === evaluator))
  const marks = await marksOf(work, row.no, evaluator)
  const declared = await declarationOf(deps.P, work, row, evaluator)
  insist(await signatureReasons(deps.P, work, caller, body.jws, sheetOf(row.no, evaluator, marks, declared)))
  await saveSheet(work, row.no, { evaluator, jws: body.jws, kid: readJws(body.jws).header.kid })
  return { signed: true }
}

async function giveAsOfficer({ params, body, caller, ...work }: Context<typeof giveQuantitative>) {
  const row = await lockTender(work, params.no)
  if (!row || !sees('notice', caller, row)) refuse('not-found')
  if (!relates(caller, 'scores.quantitative', { org: row.agency })) refuse('forbidden')
  return save(work, row, OFFICER, body.marks)
}

export function serveMarks(app: Express, deps: Deps): void {
  serve(app, deps, readSheet, sheet)
  serve(app, deps, giveMarks, give)
  serve(app, deps, signSheet, sign)
  serve(app, deps, giveQuantitative, giveAsOfficer)
}
