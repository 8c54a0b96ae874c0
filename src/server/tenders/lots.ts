// How does a notice get several lots? Drafts that name each other; all are locked together, in the order of their numbers.
import type { Express } from 'express'
import { addLot, type Draft, leaveLots, type TenderView } from '../../api/tenders.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { type Caller, relates } from '../../domain/powers.ts'
import { sameJson } from '../../domain/record/payloads.ts'
import { type Lots, MOST_LOTS } from '../../domain/tenders/lots.ts'
import type { Json } from '../../proof/canonical.ts'
import type { Work } from '../db.ts'
import { known } from '../people/caller.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { sees, viewOf } from './present.ts'
import {
  findTender,
  insertTender,
  legal,
  lockTender,
  nextNumber,
  type TenderRow,
  updateTender,
} from './tender-store.ts'

const numbersOf = (row: TenderRow): string[] => row.notice.lots?.tenders ?? [row.no]

/** All lots of the notice that the caller's own draft belongs to, locked; the draft alone where it has no others. */
export async function lockLots(work: Work, no: string): Promise<TenderRow[]> {
  const row = await findTender(work, no)
  const rows: TenderRow[] = []
  for (const one of row ? numbersOf(row).toSorted() : []) {
    const locked = await lockTender(work, one)
    if (locked) rows.push(locked)
  }
  // Somebody may have changed the list while the locks were waited for.
  const now = rows.find((one) => one.no === no)
  if (now && row && numbersOf(now).join() !== numbersOf(row).join()) return lockLots(work, no)
  return rows
}

const withLots = (row: TenderRow, lots: Lots | undefined): { notice: TenderRow['notice'] } => {
  const { lots: _, ...notice } = row.notice
  return { notice: lots ? { ...notice, lots } : notice }
}

async function ownDrafts(work: Work, caller: Caller, no: string): Promise<{ row: TenderRow; rows: TenderRow[] }> {
  const rows = await lockLots(work, no)
  const row = rows.find((one) => one.no === no)
  if (!row || !sees('notice', caller, row)) refuse('not-found')
  if (!relates(caller, 'tender.draft', { org: row.agency })) refuse('forbidden')
  const published = rows.find((one) => one.state !== 'draft')
  // Which lots there are is in the notice that was published: nobody adds to it or takes away.
  if (published) refuse('wrong-state', { state: published.state, from: 'draft' })
  return { row, rows }
}

/** Adds a lot that begins as this one stands, with the same deadline. */
async function add({ params, body, caller, ...work }: Context<typeof addLot>) {
  const { row, rows } = await ownDrafts(work, caller, params.no)
  const before = numbersOf(row)
  if (before.length >= MOST_LOTS) refuse('draft-incomplete', { field: `lots ≤ ${MOST_LOTS}` })
  const no = await nextNumber(work)
  const lots: Lots = { title: body.title, summary: body.summary, tenders: [...before, no] }
  for (const one of rows) await updateTender(work, one.no, withLots(one, lots))
  await insertTender(work, {
    no,
    agency: row.agency,
    state: 'draft',
    peak: 'draft',
    draftedBy: known(caller).account,
    createdAt: work.now.date,
    notice: { ...row.notice, lots },
    rule: row.rule,
    pool: row.pool,
    evaluators: row.evaluators,
    deadline: row.deadline,
    openAfter: row.openAfter,
  })
  return shown(work, caller, no)
}

/** Takes a draft out of its notice: it is a tender by itself again, and so is the last one left. */
async function leave({ params, caller, ...work }: Context<typeof leaveLots>) {
  const { row, rows } = await ownDrafts(work, caller, params.no)
  const { lots } = row.notice
  if (lots) {
    const left = lots.tenders.filter((one) => one !== row.no)
    const others = left.length > 1 ? { ...lots, tenders: left } : undefined
    for (const one of rows) await updateTender(work, one.no, withLots(one, one === row ? undefined : others))
  }
  return shown(work, caller, row.no)
}

async function shown(work: Work, caller: Caller, no: string): Promise<TenderView> {
  const row = await findTender(work, no)
  const view = row && (await viewOf(work, caller, row))
  if (!view) throw new Error(`${no} is not there`)
  return view
}

/**
 * What a draft may not change of its notice once another lot is published: the common words and times. As long as all are drafts, what
 * is written into one of them holds for all.
 */
export function commonReasons(row: TenderRow, rows: readonly TenderRow[], draft: Draft): Reason[] {
  const fixed = rows.find((one) => one.no !== row.no && one.state !== 'draft')
  if (!fixed) return []
  const lacks = (field: string, at: string): Reason => ({ code: 'draft-incomplete', facts: { field }, at })
  const { lots } = draft.notice
  const { title = null, summary = null } = fixed.notice.lots ?? {}
  const words = lots === undefined || sameJson({ title, summary } as unknown as Json, { ...lots } as unknown as Json)
  return [
    ...(draft.deadline === legal(row.deadline) ? [] : [lacks(`deadline ${legal(row.deadline)}`, '/deadline')]),
    ...(draft.openAfter === legal(row.openAfter) ? [] : [lacks(`openAfter ${legal(row.openAfter)}`, '/openAfter')]),
    ...(words ? [] : [lacks(`lots: ${fixed.no}`, '/notice/lots')]),
  ]
}

/** Writes a draft's common words and times into the other lots of its notice; answers with the notice of the draft itself. */
export async function spreadCommon(work: Work, row: TenderRow, rows: readonly TenderRow[], draft: Draft) {
  const { lots: common, ...notice } = draft.notice
  const { lots } = row.notice
  if (!lots) return notice
  const next: Lots = { ...lots, ...(common && { title: common.title, summary: common.summary }) }
  const times = { deadline: new Date(draft.deadline), openAfter: new Date(draft.openAfter) }
  for (const one of rows) {
    if (one.no === row.no || one.state !== 'draft') continue
    await updateTender(work, one.no, { ...withLots(one, next), ...times })
  }
  return { ...notice, lots: next }
}

export function serveLots(app: Express, deps: Deps): void {
  serve(app, deps, addLot, add)
  serve(app, deps, leaveLots, leave)
}
