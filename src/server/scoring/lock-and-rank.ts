// How are technical scores locked, and how do opened prices become a ranking? The domain computes; this gathers and logs.
import { and, eq } from 'drizzle-orm'
import { openingEnvelope, type tender } from '../../../db/schema/tenders.ts'
import type { Answer } from '../../domain/kit/verdict.ts'
import { drawPlanned, type PlannedDraw } from '../../domain/openings/planned-draw.ts'
import type { Notice, ResultRow, ScoresLocked } from '../../domain/record/payloads.ts'
import { awardFacts, contestFacts, lockedFacts } from '../../domain/record/scored.ts'
import { type Behaviour, behaviourOf, behaviourOfContest } from '../../domain/scoring/behaviour.ts'
import { decideContest } from '../../domain/scoring/contest.ts'
import type { ContestFacts } from '../../domain/scoring/contest-facts.ts'
import { type ContestRule, isContest } from '../../domain/scoring/contest-rule.ts'
import type { Decided } from '../../domain/scoring/decided.ts'
import { type TechnicalScore, technicalScores } from '../../domain/scoring/quality.ts'
import { rank } from '../../domain/scoring/ranking.ts'
import { prelimOf, qualityOf } from '../../domain/tenders/procedure.ts'
import { lockOrder } from '../../domain/tenders/signed-acts.ts'
import type { Json, JsonObject } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { nameCommittee } from '../evaluators/name-committee.ts'
import { append } from '../log/append.ts'
import { closingRoot } from '../log/tiles.ts'
import { bidsThatCount } from '../openings/closing.ts'
import type { Advancing } from '../tenders/advance.ts'
import type { TenderRow } from '../tenders/tender-store.ts'
import { VERSION } from '../version.ts'
import { announceLot, contributionsOf } from './announce-lot.ts'
import { namedBids, revealAuction } from './auction-store.ts'
import { scoresGiven } from './examine.ts'
import { consortiaOf, labelsOf, marksOf, OFFICER, saveMarks, signedSheets } from './mark-store.ts'

type Set = Partial<typeof tender.$inferInsert>

/** Marks and labels as scores.locked/1 has them. */
async function gathered({
  work,
  row,
}: Pick<Advancing, 'work' | 'row'>): Promise<Pick<ScoresLocked, 'marks' | 'quantitative' | 'labels'>> {
  const all = await marksOf(work, row.no)
  const consortia = await consortiaOf(work, row)
  return {
    marks: all.filter((m) => m.evaluator !== OFFICER).map(({ member: _, ...m }) => m),
    quantitative: all
      .filter((m) => m.evaluator === OFFICER)
      .map(({ bidder, item, mark, member }) => ({ bidder, item, mark, ...(member !== '' && { member }) })),
    labels: (await labelsOf(work, row.no)).map((row) => {
      const members = consortia.get(row.label)
      return members ? { ...row, members } : row
    }),
  }
}

const noticeOf = ({ row }: Advancing): Notice =>
  ({ evaluators: row.evaluators.map((e) => e.label) }) as unknown as Notice

function scoresOf(step: Advancing, locked: Pick<ScoresLocked, 'marks' | 'quantitative' | 'labels'>): TechnicalScore[] {
  const quality = qualityOf(step.row.rule)
  if (!quality) throw new Error(`nothing is marked in ${step.row.no}`)
  const scores = technicalScores(lockedFacts(quality, noticeOf(step), locked as ScoresLocked))
  // Marks were judged one by one as they came, and the lock asked for every one of them.
  if (!scores.ok) throw new Error(`technical scores of ${step.row.no}: ${JSON.stringify(scores.reasons)}`)
  return scores.value
}

/** Technical scores by bidder, from the marks that were locked. */
export async function lockedTechnical(step: Advancing): Promise<TechnicalScore[]> {
  const locked = await gathered(step)
  const bidders = new Map(locked.labels.map((l) => [l.label, l.bidder]))
  return scoresOf(step, locked).map((score) => ({ ...score, bidder: bidders.get(score.bidder) as string }))
}

/** The order that the officer signs: the sheets as the evaluators signed them, by hash, and the officer's own marks. */
export async function orderToLock(P: Primitives, work: Work, row: TenderRow): Promise<JsonObject & { typ: string }> {
  const { quantitative } = await gathered({ work, row })
  return lockOrder(P, row.no, await signedSheets(work, row), quantitative)
}

/** Publishes all marks with the scores that follow from them. From here no mark can change. */
export async function lockScores(step: Advancing): Promise<Set> {
  const { P, work, row, input } = step
  const lock = input.jws ?? ''
  const locked = await gathered(step)
  const payload = {
    typ: 'scores.locked/1',
    tender: row.no,
    lot: '1',
    ...locked,
    scores: scoresOf(step, locked),
    sheets: (await signedSheets(work, row)).map(({ evaluator, jws }) => ({ evaluator, jws })),
    lock,
  } as unknown as { typ: string; [member: string]: Json }
  await nameCommittee(step)
  await append(P, work, { typ: 'scores.locked/1', org: row.agency, ref: row.no, by: readJws(lock).header.kid, payload })
  return {}
}

async function resultsOf({ work, row }: Advancing, kind: 'technical' | 'price'): Promise<Map<string, ResultRow>> {
  const rows = await work.tx
    .select()
    .from(openingEnvelope)
    .where(and(eq(openingEnvelope.tender, row.no), eq(openingEnvelope.kind, kind)))
  return new Map(rows.map((e) => [e.bidder, { ...e, picks: e.picks ?? undefined } as unknown as ResultRow]))
}

type Computed = { ranking: Decided; behaviour: Behaviour | null; planned: PlannedDraw | null }

/** A refusal where everything was judged as it came is a bug. */
function right<T>(answer: Answer<T>, of: string): T {
  if (!answer.ok) throw new Error(`${of}: ${JSON.stringify(answer.reasons)}`)
  return answer.value
}

/** What an award by price is decided with, all but the prices that are drawn. */
async function priceFacts(step: Advancing, rule: ContestRule, lot?: string[]): Promise<ContestFacts> {
  const { work, row } = step
  const bids = await bidsThatCount(work, row)
  const results = { technical: await resultsOf(step, 'technical'), price: await resultsOf(step, 'price') }
  const locked = rule.quality ? ((await gathered(step)) as ScoresLocked) : null
  const bidders = bids.map((bid) => bid.bidder)
  const auction = rule.auction ? await namedBids(step) : []
  return contestFacts(rule, noticeOf(step), bidders, results, { locked, scores: await scoresGiven(step), lot, auction })
}

/** The planned price as it is drawn: from the root at the close, what custodians sealed, and what every valid price holds. */
async function plannedFor(step: Advancing, facts: ContestFacts): Promise<PlannedDraw> {
  const { P, work, row, tiles } = step
  const root = await closingRoot(P, work.tx, tiles, row.closedIdx as number)
  const contributions = [...(await contributionsOf(step, 'draw')), ...(await contributionsOf(step, 'price'))]
  return right(drawPlanned(P, { root, contributions, tender: row.no, lot: '1' }, facts), `planned price of ${row.no}`)
}

/** What was decided from what the log holds; `lot` is the order of the public draw, where one has run. */
async function computed(step: Advancing, lot?: string[]): Promise<Computed> {
  const { work, row } = step
  const { rule } = row
  if (isContest(rule)) {
    const facts = await priceFacts(step, rule, lot)
    const planned = prelimOf(rule) ? await plannedFor(step, facts) : null
    const decided = decideContest({ ...facts, ...(planned && { prelim: planned }) })
    return { ranking: right(decided, `contest of ${row.no}`), behaviour: behaviourOfContest(facts), planned }
  }
  const bids = await bidsThatCount(work, row)
  const facts = awardFacts(
    rule,
    noticeOf(step),
    (await gathered(step)) as ScoresLocked,
    bids.map((bid) => bid.bidder),
    { technical: await resultsOf(step, 'technical'), price: await resultsOf(step, 'price') },
    lot,
  )
  const ranking = right(rank(facts), `ranking of ${row.no}`)
  return { ranking, behaviour: behaviourOf(facts, ranking), planned: null }
}

export const rankingOf = async (step: Advancing, lot: string[]): Promise<Decided> => (await computed(step, lot)).ranking

/**
 * Publishes the ranking with all its working, before it the planned price where one is drawn, and announces the public lot where ranks
 * are joint.
 */
export async function rankBids(step: Advancing): Promise<Set> {
  const { P, work, row } = step
  if (row.auction) await revealAuction(step)
  const { ranking, behaviour, planned } = await computed(step)
  const own = { tender: row.no, lot: '1' }
  if (planned) {
    const drawn = { typ: 'planned.price/1', ...own, closing: row.closedIdx as number, ...planned }
    const payload = drawn as unknown as JsonObject & { typ: string }
    await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  }
  const payload = {
    typ: 'evaluation.result/1',
    ...own,
    ruleHash: row.ruleHash as string,
    ranking: ranking as unknown as Json,
    ...(behaviour && { behaviour: behaviour as unknown as Json }),
    codeVersion: VERSION,
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  await announceLot(step, ranking)
  return { ranking }
}

/** Keeps what the officer examined, and publishes the contest as it stands after it. */
export async function afterExamination(step: Advancing): Promise<Set> {
  const { P, work, row, input } = step
  const { bidder = '', scores = [] } = input
  const given = scores.map(({ part, score }) => ({
    evaluator: OFFICER,
    bidder,
    item: part,
    member: '',
    mark: score,
    comment: '',
  }))
  await saveMarks(work, row.no, given)
  const { ranking } = await computed(step)
  const payload = {
    typ: 'examination.result/1',
    tender: row.no,
    lot: '1',
    bidder,
    ranking: ranking as unknown as Json,
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  await announceLot(step, ranking)
  return { ranking }
}
