// How are technical scores locked, and how do opened prices become a ranking? The domain computes; this gathers and logs.
import { and, eq } from 'drizzle-orm'
import { openingEnvelope, type tender } from '../../../db/schema/tenders.ts'
import type { Notice, ResultRow, ScoresLocked } from '../../domain/record/payloads.ts'
import { awardFacts, lockedFacts } from '../../domain/record/scored.ts'
import { behaviourOf } from '../../domain/scoring/behaviour.ts'
import type { AwardFacts } from '../../domain/scoring/facts.ts'
import { type TechnicalScore, technicalScores } from '../../domain/scoring/quality.ts'
import { type Ranking, rank } from '../../domain/scoring/ranking.ts'
import { lockOrder } from '../../domain/tenders/signed-acts.ts'
import type { Json, JsonObject } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { nameCommittee } from '../evaluators/name-committee.ts'
import { append } from '../log/append.ts'
import { bidsThatCount } from '../openings/closing.ts'
import type { Advancing } from '../tenders/advance.ts'
import type { TenderRow } from '../tenders/tender-store.ts'
import { VERSION } from '../version.ts'
import { announceLot } from './announce-lot.ts'
import { labelsOf, marksOf, OFFICER, signedSheets } from './mark-store.ts'

type Set = Partial<typeof tender.$inferInsert>

/** Marks and labels as scores.locked/1 has them. */
async function gathered({
  work,
  row,
}: Pick<Advancing, 'work' | 'row'>): Promise<Pick<ScoresLocked, 'marks' | 'quantitative' | 'labels'>> {
  const all = await marksOf(work, row.no)
  return {
    marks: all.filter((m) => m.evaluator !== OFFICER),
    quantitative: all.filter((m) => m.evaluator === OFFICER).map(({ bidder, item, mark }) => ({ bidder, item, mark })),
    labels: await labelsOf(work, row.no),
  }
}

const noticeOf = ({ row }: Advancing): Notice =>
  ({ evaluators: row.evaluators.map((e) => e.label) }) as unknown as Notice

function scoresOf(step: Advancing, locked: Pick<ScoresLocked, 'marks' | 'quantitative' | 'labels'>): TechnicalScore[] {
  const scores = technicalScores(lockedFacts(step.row.rule, noticeOf(step), locked as ScoresLocked))
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
  return new Map(rows.map((e) => [e.bidder, e as unknown as ResultRow]))
}

/** The ranking from what the log holds, with the facts it was made from; `lot` is the order of the public draw, where one has run. */
async function computed(step: Advancing, lot?: string[]): Promise<{ ranking: Ranking; facts: AwardFacts }> {
  const { work, row } = step
  const bids = await bidsThatCount(work, row)
  const facts = awardFacts(
    row.rule,
    noticeOf(step),
    (await gathered(step)) as ScoresLocked,
    bids.map((bid) => bid.bidder),
    { technical: await resultsOf(step, 'technical'), price: await resultsOf(step, 'price') },
    lot,
  )
  const ranked = rank(facts)
  if (!ranked.ok) throw new Error(`ranking of ${row.no}: ${JSON.stringify(ranked.reasons)}`)
  return { ranking: ranked.value, facts }
}

export const rankingOf = async (step: Advancing, lot: string[]): Promise<Ranking> => (await computed(step, lot)).ranking

/** Publishes the ranking with all its working, and announces the public lot where ranks are joint. */
export async function rankBids(step: Advancing): Promise<Set> {
  const { P, work, row } = step
  const { ranking, facts } = await computed(step)
  const payload = {
    typ: 'evaluation.result/1',
    tender: row.no,
    lot: '1',
    ruleHash: row.ruleHash as string,
    ranking: ranking as unknown as Json,
    behaviour: behaviourOf(facts, ranking) as unknown as Json,
    codeVersion: VERSION,
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  await announceLot(step, ranking)
  return { ranking }
}
