// What do a tender's public log entries say, entry by entry? Read for showing: what is not in its format is left out, not guessed.
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { drawsEvaluators } from '../../../src/domain/evaluators/purpose.ts'
import type { EventPayload } from '../../../src/domain/events.ts'
import { type Clarification, readClarification } from '../../../src/domain/record/clarified.ts'
import type { Obj } from '../../../src/domain/record/fields.ts'
import {
  type Complaint,
  type ComplaintDecided,
  readComplaint,
  readComplaintDecided,
} from '../../../src/domain/record/objected.ts'
import {
  type Amendment,
  type Award,
  amendedBy,
  type Closed,
  type CommitteeCalled,
  type CommitteeDeclared,
  type DrawContribution,
  type DrawResult,
  type Ended,
  type Evaluation,
  type Examination,
  type Examined,
  type Incident,
  type Notice,
  type OpeningList,
  type PlannedPriceMade,
  type PoolCommitted,
  type ResultRow,
  readAmendment,
  readAward,
  readClosed,
  readCommitteeCalled,
  readCommitteeDeclared,
  readDrawContribution,
  readDrawResult,
  readEnded,
  readEvaluation,
  readExamination,
  readExamined,
  readIncident,
  readNotice,
  readOpeningList,
  readOpeningResult,
  readPlannedPrice,
  readPoolCommitted,
  readScoresLocked,
  type ScoresLocked,
} from '../../../src/domain/record/payloads.ts'
import { rankedAt, standstillEnd } from '../../../src/domain/tenders/standstill.ts'
import { FormatError } from '../../../src/proof/bytes.ts'
import { parseJson } from '../../../src/proof/canonical.ts'
import { readJws } from '../../../src/proof/jws.ts'
import type { ENDPOINTS } from '../../call.ts'

export type LogEvent = ReplyOf<(typeof ENDPOINTS)['readEvents']>['events'][number]
type Read<T> = { event: LogEvent; payload: T } | null

export type TenderFacts = {
  /** With the rule in force, where an amendment put another in the place of the published one. */
  notice: Read<Notice>
  /** The notice as it was published, and after each amendment that changed the rule, with the entry that says so. */
  rules: NonNullable<Read<Notice>>[]
  incidents: NonNullable<Read<Incident>>[]
  amendments: NonNullable<Read<Amendment>>[]
  /** What the agency answered or explained in public. */
  clarifications: NonNullable<Read<Clarification>>[]
  complaints: NonNullable<Read<Complaint>>[]
  complaintsDecided: NonNullable<Read<ComplaintDecided>>[]
  closed: Read<Closed>
  /** The lists with which openings began. */
  lists: NonNullable<Read<OpeningList>>[]
  results: { technical: ResultRow[]; price: ResultRow[] }
  locked: Read<ScoresLocked>
  evaluation: Read<Evaluation>
  /** The preliminary prices that were drawn, with the planned price that they gave. */
  planned: Read<PlannedPriceMade>
  /** What officers found of the bidders in rank order, and the contest after each. */
  examinations: NonNullable<Read<Examination>>[]
  examined: NonNullable<Read<Examined>>[]
  /** The public lot, where ranks were joint. */
  draw: Read<DrawResult>
  /** How the evaluators were drawn; empty where the buyer named them. */
  committee: {
    pool: Read<PoolCommitted>
    contributions: NonNullable<Read<DrawContribution>>[]
    draws: NonNullable<Read<DrawResult>>[]
    called: NonNullable<Read<CommitteeCalled>>[]
    declared: NonNullable<Read<CommitteeDeclared>>[]
  }
  award: Read<Award>
  failed: Read<Ended>
  cancelled: Read<Ended & { statement: string }>
}

/** The standstill that the notice promised, and when it is over, counted from the last ranking of the log; null before there is one. */
export function standstillIn({ notice, evaluation, examined, draw }: TenderFacts): {
  hours: number
  ends: string | null
} {
  const hours = notice?.payload.notice.standstillHours ?? 0
  const ranked = [evaluation, ...examined, draw].flatMap((read) => (read ? [read.event] : []))
  return { hours, ends: standstillEnd(hours, rankedAt(ranked.sort((a, b) => a.index - b.index))) }
}

/** A payload as served: canonical JSON, or a signed compact JWS. Null when it is neither. */
export function readPayload(text: string): { payload: EventPayload & Obj; signedBy: string | null } | null {
  try {
    const jws = text.startsWith('{') ? null : readJws(text)
    const payload = jws ? jws.payload : parseJson(text, { bytes: 16 * 1024 * 1024 })
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
    return { payload: payload as EventPayload & Obj, signedBy: jws?.header.kid ?? null }
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

function all<T>(events: readonly LogEvent[], typ: string, read: (o: Obj) => T): NonNullable<Read<T>>[] {
  return events
    .filter((event) => event.typ === typ)
    .flatMap((event) => {
      const found = readPayload(event.payload)
      try {
        return found ? [{ event, payload: read(found.payload) }] : []
      } catch (error) {
        if (error instanceof FormatError) return []
        throw error
      }
    })
}

/** The hash of the payload that a leaf names: the number of what was signed; '' where the leaf is none. */
export function hashIn(leaf: string): string {
  try {
    return String((JSON.parse(leaf) as { h?: unknown } | null)?.h ?? '')
  } catch {
    return ''
  }
}

/** Example: the facts of a tender that is still open hold its notice and nothing else. */
export function factsOf(events: readonly LogEvent[]): TenderFacts {
  const first = <T>(typ: string, read: (o: Obj) => T): Read<T> => all(events, typ, read)[0] ?? null
  const opened = all(events, 'opening.result/1', readOpeningResult).map((one) => one.payload)
  const of = (kind: string) => opened.filter((one) => one.kind === kind).flatMap((one) => one.results)
  const closed = first('tender.closed/1', readClosed)
  const amendments = all(events, 'tender.amended/1', readAmendment)
  const published = first('tender.notice/1', readNotice)
  const rules = published ? [published] : []
  for (const { event, payload } of amendments) {
    const before = rules.at(-1)
    if (before && payload.change && event.index < (closed?.event.index ?? Number.POSITIVE_INFINITY))
      rules.push({ event, payload: amendedBy(before.payload, payload) })
  }
  const stands = rules.at(-1)
  return {
    notice: published && stands ? { event: published.event, payload: stands.payload } : null,
    rules,
    incidents: all(events, 'incident/1', readIncident),
    amendments,
    clarifications: all(events, 'clarification/1', readClarification),
    complaints: all(events, 'complaint/1', readComplaint),
    complaintsDecided: all(events, 'complaint.decided/1', readComplaintDecided),
    closed,
    lists: all(events, 'opening.list/1', readOpeningList),
    results: { technical: of('technical'), price: of('price') },
    locked: first('scores.locked/1', readScoresLocked),
    evaluation: first('evaluation.result/1', readEvaluation),
    planned: first('planned.price/1', readPlannedPrice),
    examinations: all(events, 'examination/1', readExamination),
    examined: all(events, 'examination.result/1', readExamined),
    draw: all(events, 'draw.result/1', readDrawResult).find((e) => !drawsEvaluators(e.payload.purpose)) ?? null,
    committee: {
      pool: first('pool.committed/1', readPoolCommitted),
      contributions: all(events, 'draw.contribution/1', readDrawContribution),
      draws: all(events, 'draw.result/1', readDrawResult).filter((e) => drawsEvaluators(e.payload.purpose)),
      called: all(events, 'committee.called/1', readCommitteeCalled),
      declared: all(events, 'committee.declared/1', readCommitteeDeclared),
    },
    award: first('award/1', readAward),
    failed: first('tender.failed/1', readEnded),
    cancelled: first('tender.cancelled/1', (o) => ({ ...readEnded(o), statement: String(o.statement ?? '') })),
  }
}
