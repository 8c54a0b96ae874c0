// How is a tender drafted, and how is it read?
import type { Express } from 'express'
import { createTender, type Draft, editTender, readDraft, readEvents, readTender } from '../../api/tenders.ts'
import { seatsOf } from '../../domain/evaluators/committee-draw.ts'
import { relates } from '../../domain/powers.ts'
import { checkDraft } from '../../domain/tenders/draft.ts'
import type { Work } from '../db.ts'
import { eventsAfter, lastIndexOf } from '../log/read-log.ts'
import { known } from '../people/caller.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { commonReasons, lockLots, spreadCommon } from './lots.ts'
import { sees, viewOf } from './present.ts'
import {
  committeeOf,
  evaluatorsAmong,
  findTender,
  insertTender,
  legal,
  nextNumber,
  type TenderRow,
  updateTender,
} from './tender-store.ts'

async function judge(work: Work, draft: Draft): Promise<void> {
  const among = await evaluatorsAmong(work, draft.evaluators)
  const strangers = draft.evaluators.filter((id) => !among.has(id))
  insist([
    ...checkDraft(draft, work.now.date.getTime()),
    ...strangers.map((id) => ({ code: 'evaluator-unknown', facts: { account: id }, at: '/evaluators' })),
  ])
}

const columns = (draft: Draft, notice: TenderRow['notice']) => ({
  notice,
  rule: draft.rule,
  pool: draft.pool ?? null,
  evaluators: draft.pool
    ? seatsOf(draft.pool).map(({ evaluator }) => ({ label: evaluator, account: '' }))
    : draft.evaluators.map((account, i) => ({ label: `E${i + 1}`, account })),
  deadline: new Date(draft.deadline),
  openAfter: new Date(draft.openAfter),
})

const alone = ({ lots: _, ...notice }: Draft['notice']): TenderRow['notice'] => notice

async function create({ body, caller, ...work }: Context<typeof createTender>) {
  const { account, org } = known(caller)
  await judge(work, body)
  const no = await nextNumber(work)
  await insertTender(work, {
    no,
    agency: org,
    state: 'draft',
    peak: 'draft',
    draftedBy: account,
    createdAt: work.now.date,
    // A new tender is no lot of another's notice, whatever it was copied from.
    ...columns(body, alone(body.notice)),
  })
  const row = await findTender(work, no)
  if (!row) throw new Error('the draft is not there')
  return viewOf(work, caller, row)
}

async function edit({ body, params, caller, ...work }: Context<typeof editTender>) {
  const rows = await lockLots(work, params.no)
  const row = rows.find((one) => one.no === params.no)
  if (!row || !sees('notice', caller, row)) refuse('not-found')
  if (!relates(caller, 'tender.draft', { org: row.agency })) refuse('forbidden')
  if (row.state !== 'draft') refuse('wrong-state', { state: row.state, from: 'draft' })
  await judge(work, body)
  insist(commonReasons(row, rows, body))
  await updateTender(work, params.no, columns(body, await spreadCommon(work, row, rows, body)))
  const edited = await findTender(work, params.no)
  return edited && viewOf(work, caller, edited)
}

async function draftOf({ params, caller, ...work }: Context<typeof readDraft>) {
  const row = await findTender(work, params.no)
  if (!row || !sees('notice', caller, row)) refuse('not-found')
  if (!relates(caller, 'tender.draft', { org: row.agency })) refuse('forbidden')
  const { lots, ...notice } = row.notice
  return {
    notice: { ...notice, ...(lots && { lots: { title: lots.title, summary: lots.summary } }) },
    rule: row.rule,
    deadline: legal(row.deadline),
    openAfter: legal(row.openAfter),
    ...committeeOf(row),
  }
}

async function read({ params, caller, ...work }: Context<typeof readTender>) {
  const row = await findTender(work, params.no)
  const view = row && (await viewOf(work, caller, row))
  if (!view) refuse('not-found')
  return view
}

async function events({ params, query, ...work }: Context<typeof readEvents>) {
  const row = await findTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const { events: found, size } = await eventsAfter(work.tx, query.after, query.limit, { of: params.no })
  const { index } = await lastIndexOf(work.tx, params.no)
  return { events: found.map(({ ref: _, ...event }) => event), index, size }
}

export function serveTenders(app: Express, deps: Deps): void {
  serve(app, deps, createTender, create)
  serve(app, deps, editTender, edit)
  serve(app, deps, readDraft, draftOf)
  serve(app, deps, readTender, read, { shared: true })
  serve(app, deps, readEvents, events, { shared: true })
}
