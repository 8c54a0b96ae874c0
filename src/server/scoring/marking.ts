// How far is the marking? To an evaluator: which sheets are theirs. To the agency: how many marks are missing, and none of them.
import type { Express } from 'express'
import { listAssignments, readMarking } from '../../api/tenders.ts'
import { relates } from '../../domain/powers.ts'
import type { Work } from '../db.ts'
import { known } from '../people/caller.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { sees, summaryOf } from '../tenders/present.ts'
import { findTender, type TenderRow, tendersToMark } from '../tenders/tender-store.ts'
import { asksSheets, labelsOf, marksOf, missingMarks, OFFICER, standingSheets, writtenConsortia } from './mark-store.ts'

/** How many marks each hand still owes; everybody who marks has a row. */
async function missingBy(work: Work, row: TenderRow): Promise<Map<string, number>> {
  const owed = new Map([...row.evaluators.map((e) => e.label), OFFICER].map((who) => [who, 0]))
  for (const { facts } of await missingMarks(work, row)) {
    const who = String(facts.evaluator)
    owed.set(who, (owed.get(who) ?? 0) + 1)
  }
  return owed
}

async function assignments({ caller, ...work }: Context<typeof listAssignments>) {
  const { account } = known(caller)
  const found = []
  for (const row of await tendersToMark(work, account)) {
    const evaluator = row.evaluators.find((e) => e.account === account)?.label ?? ''
    const missing = row.state === 'evaluating' ? ((await missingBy(work, row)).get(evaluator) ?? 0) : null
    const signed = row.state === 'evaluating' ? (await standingSheets(work, row)).has(evaluator) : null
    found.push({ tender: await summaryOf(work, row), evaluator, missing, signed })
  }
  return { assignments: found }
}

async function marking({ params, caller, ...work }: Context<typeof readMarking>) {
  const row = await findTender(work, params.no)
  if (!row || !sees('notice', caller, row)) refuse('not-found')
  if (!relates(caller, 'scores.quantitative', { org: row.agency })) refuse('forbidden')
  if (row.state !== 'evaluating') refuse('wrong-state', { state: row.state, from: 'evaluating' })
  const marks = await marksOf(work, row.no, OFFICER)
  const labels = await labelsOf(work, row.no)
  const sheets = await standingSheets(work, row)
  const missing = [...(await missingBy(work, row))].map(([evaluator, marks]) => ({
    evaluator,
    marks,
    signed: evaluator === OFFICER || !asksSheets(row, labels) ? null : sheets.has(evaluator),
  }))
  const consortia = await writtenConsortia(work, row)
  return {
    labels: labels.map((l) => {
      const members = consortia.get(l.label)
      return members ? { ...l, members } : l
    }),
    marks: marks.map(({ evaluator: _, member, ...mark }) => ({ ...mark, ...(member !== '' && { member }) })),
    missing,
  }
}

export function serveMarking(app: Express, deps: Deps): void {
  serve(app, deps, listAssignments, assignments)
  serve(app, deps, readMarking, marking)
}
