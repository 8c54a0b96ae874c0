// What does the opening room show after these log entries? A fold over the tender's public entries, and nothing else goes in.
import { FormatError } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { effectiveSubmissions } from '../bids/effective.ts'
import { drawsEvaluators } from '../evaluators/purpose.ts'
import { currentDeadline, type TimedIncident } from '../openings/closing-time.ts'
import { list, type Obj, object, text, whole } from '../record/fields.ts'
import type { Kind } from '../record/finding.ts'
import * as payloads from '../record/payloads.ts'
import { hasTechnical } from '../tenders/procedure.ts'
import { isUntold, type PublicEntry, type Told, tellEntry } from './entry.ts'
import { type RoomRanking, readRanking } from './read-ranking.ts'

/** Who holds the keys of an envelope kind, as its keyset in the log says. */
export interface RoomKeyset {
  index: number
  t: number
  n: number
  openAfter: string
  custodians: { x: number; id: string }[]
}

/** A bid that counts, as the reveal names it. `no` counts from 1 in log order: the number on the envelope. */
export interface RoomBid {
  no: number
  bidder: string
  /** Index of the sealed entry; -1 when only a result speaks of it. */
  index: number
  seq: number
  eids: Record<Kind, string>
}

export interface RoomRelease {
  index: number
  at: string
  x: number
  custodian: string
}

export type RoomResult = payloads.ResultRow & { index: number; at: string }

/** One opening session: its list, the keys that turned for it, what came out. */
export interface Session {
  ks: string | null
  list: { index: number; at: string; eids: readonly string[] } | null
  releases: readonly RoomRelease[]
  results: readonly RoomResult[]
}

/** What was behind the sealed entries of the closing list. */
export interface RevealCounts {
  index: number
  at: string
  acts: number
  refusals: number
  covers: number
  /** Entries whose text is none of these. */
  unclear: number
  withdrawn: number
  replaced: number
}

/** A line of the event log. `payload` is null when the entry could not be read, and `wrong` says why. */
export interface RoomLine {
  index: number
  at: string
  typ: string
  org: string
  payload: Obj | null
  wrong: string | null
}

export interface Room {
  tender: string
  /** The last entry that this includes; -1 before the first. */
  index: number
  lines: readonly RoomLine[]
  notice: payloads.Notice | null
  /** The deadline in force. */
  deadline: string | null
  keysets: Record<Kind, RoomKeyset | null>
  incidents: readonly (TimedIncident & { at: string; facts: Obj })[]
  /** Extensions by the agency. */
  amendments: readonly (TimedIncident & { at: string; statement: string; replaces: boolean })[]
  late: number
  closed: { index: number; at: string; count: number; leaves: string } | null
  reveal: RevealCounts | null
  bids: readonly RoomBid[]
  sessions: Record<Kind, Session>
  locked: { index: number; at: string; payload: payloads.ScoresLocked } | null
  /** Preliminary prices as they were drawn, with the planned price that they gave. */
  planned: { index: number; at: string; payload: payloads.PlannedPriceMade } | null
  evaluation: { index: number; at: string; ranking: RoomRanking | null } | null
  /** `bidder` is of the first rank; `winners` are all, where the agreement is made with several. */
  award: {
    index: number
    at: string
    bidder: string
    amount: payloads.Amount
    winners: { bidder: string; amount: payloads.Amount }[]
    reasons: string[]
  } | null
  ended: { is: 'failed' | 'cancelled'; index: number; at: string; reasons: string[]; statement: string } | null
}

const NO_SESSION: Session = { ks: null, list: null, releases: [], results: [] }

export const emptyRoom = (tender: string): Room => ({
  tender,
  index: -1,
  lines: [],
  notice: null,
  deadline: null,
  keysets: { technical: null, price: null },
  incidents: [],
  amendments: [],
  late: 0,
  closed: null,
  reveal: null,
  bids: [],
  sessions: { technical: NO_SESSION, price: NO_SESSION },
  locked: null,
  planned: null,
  evaluation: null,
  award: null,
  ended: null,
})

/**
 * The room after one more entry. An entry at or below the room's index changes nothing. Whatever strangers wrote, this answers:
 * an entry that cannot be read becomes a line of the event log that says so.
 */
export function applyEntry(room: Room, entry: PublicEntry): Room {
  if (entry.index <= room.index) return room
  const told = tellEntry(room.tender, entry)
  const line = (payload: Obj | null, wrong: string | null): RoomLine => {
    const { index, typ, at } = told
    return { index, typ, at, org: 'org' in told ? told.org : '-', payload, wrong }
  }
  const grown = (next: Room, last: RoomLine): Room => ({ ...next, index: entry.index, lines: [...room.lines, last] })
  if (isUntold(told)) return grown(room, line(null, told.wrong))
  try {
    return grown({ ...room, ...change(room, told) }, line(told.payload, null))
  } catch (e) {
    if (!(e instanceof FormatError)) throw e
    return grown(room, line(null, e.message))
  }
}

/** The room after all of these, in the order of their indexes. */
export const roomOf = (tender: string, entries: readonly PublicEntry[]): Room =>
  entries.reduce(applyEntry, emptyRoom(tender))

function change(room: Room, told: Told): Partial<Room> {
  const { index, at, payload } = told
  switch (told.typ) {
    case 'tender.notice/1': {
      if (room.notice) return {}
      const notice = payloads.readNotice(payload)
      return { notice, deadline: notice.deadline }
    }
    case 'tender.keyset/1':
      return withKeyset(room, index, payload)
    case 'incident/1': {
      const incident = { index, at, ...payloads.readIncident(payload) }
      const incidents = [...room.incidents, incident]
      return { incidents, deadline: deadlineOf(room, [...incidents, ...room.amendments], index) }
    }
    case 'tender.amended/1': {
      const amendment = payloads.readAmendment(payload)
      const { newDeadline, reasons, statement, keysets } = amendment
      const replaces = keysets !== undefined
      const amendments = [...room.amendments, { index, at, newDeadline, reasons, statement, replaces }]
      const notice = room.notice && !room.closed ? payloads.amendedBy(room.notice, amendment) : room.notice
      return { notice, amendments, deadline: deadlineOf(room, [...room.incidents, ...amendments], index) }
    }
    case 'late/1':
      return { late: room.late + 1 }
    case 'tender.closed/1': {
      if (room.closed) return {}
      const { count, leaves } = payloads.readClosed(payload)
      return { closed: { index, at, count, leaves } }
    }
    case 'opening.reveal/1':
      return room.reveal ? {} : withReveal(room, told)
    case 'opening.list/1':
      // What custodians put into the draw of evaluators is no bid, nor is the seed of one that was sealed again.
      return payload.kind === 'draw' || payload.kind === 'rekey' ? {} : withList(room, told)
    case 'release/1':
      return withRelease(room, told)
    case 'opening.result/1':
      return withResults(room, told)
    case 'scores.locked/1':
      return room.locked ? {} : { locked: { index, at, payload: payloads.readScoresLocked(payload) } }
    case 'planned.price/1':
      return room.planned ? {} : { planned: { index, at, payload: payloads.readPlannedPrice(payload) } }
    case 'examination.result/1':
      // Each examination gives the contest anew.
      return room.evaluation && !room.award
        ? { evaluation: { index, at, ranking: readRanking(payloads.readExamined(payload).ranking) } }
        : {}
    case 'evaluation.result/1':
      return room.evaluation
        ? {}
        : { evaluation: { index, at, ranking: readRanking(payloads.readEvaluation(payload).ranking) } }
    case 'draw.result/1': {
      // The ranking that the lot settled takes the place of the joint one.
      if (!room.evaluation || room.award || drawsEvaluators(payload.purpose)) return {}
      return { evaluation: { index, at, ranking: readRanking(payloads.readDrawResult(payload).ranking) } }
    }
    case 'award/1': {
      if (room.award) return {}
      const award = payloads.readAward(payload)
      const { bidder, amount, reasons } = award
      return { award: { index, at, bidder, amount, winners: payloads.winnersOfAward(award), reasons } }
    }
    case 'tender.failed/1':
    case 'tender.cancelled/1': {
      if (room.ended) return {}
      const { reasons } = payloads.readEnded(payload)
      const is = told.typ === 'tender.failed/1' ? 'failed' : 'cancelled'
      const statement = typeof payload.statement === 'string' ? payload.statement : ''
      return { ended: { is, index, at, reasons, statement } }
    }
    default:
      // A type of a later version: its line stands in the event log, and that is all we can do.
      return {}
  }
}

/** Is nothing but a price handed in? */
export const isPriceAlone = (room: Room): boolean => room.notice !== null && !hasTechnical(room.notice.rule)

/** The deadline in force after the entry at `index`. */
function deadlineOf(room: Room, moves: readonly TimedIncident[], index: number): string | null {
  if (!room.notice) return null
  const inOrder = [...moves].sort((a, b) => a.index - b.index)
  return currentDeadline(room.notice.deadline, inOrder, room.closed?.index ?? index + 1)
}

/** Index of the last amendment that put other keysets in the place of those before; -1 where none did. */
const replacedAt = (room: Room): number => room.amendments.findLast(({ replaces }) => replaces)?.index ?? -1

function withKeyset(room: Room, index: number, o: Obj): Partial<Room> {
  const kind = text(o, 'kind')
  if (kind !== 'technical' && kind !== 'price') return {}
  const before = room.keysets[kind]
  if (before && (room.closed || before.index > replacedAt(room))) return {}
  const custodians = list(o, 'custodians', (value: Json, name) => {
    const c = object(value, name)
    return { x: whole(c, 'x'), id: text(c, 'id') }
  })
  const keyset = { index, t: whole(o, 't'), n: whole(o, 'n'), openAfter: text(o, 'open_after'), custodians }
  return { keysets: { ...room.keysets, [kind]: keyset } }
}

/** Names the bids. Signatures are not looked at here; the checker finds a reveal that says what nobody signed. */
function withReveal(room: Room, { index, at, payload }: Told): Partial<Room> {
  const { acts } = payloads.readReveal(payload)
  const counts: RevealCounts = { index, at, acts: 0, refusals: 0, covers: 0, unclear: 0, withdrawn: 0, replaced: 0 }
  const read = acts.flatMap(({ index: leaf, jws }) => {
    if (jws === 'cover') {
      counts.covers++
      return []
    }
    try {
      const o = object(payloads.unverifiedPayload(jws))
      if (o.typ === 'refused/1') {
        counts.refusals++
        return []
      }
      const act = payloads.readBidAct(o)
      if (act.tender !== room.tender) throw new FormatError('for another tender')
      counts.acts++
      return [{ index: leaf, ...act }]
    } catch (e) {
      if (!(e instanceof FormatError)) throw e
      counts.unclear++
      return []
    }
  })
  const counting = effectiveSubmissions(read, room.closed?.index ?? index, replacedAt(room))
  counts.withdrawn = new Set(read.map((a) => a.bidder)).size - counting.length
  const submitted = read.filter((a) => a.act === 'submission')
  counts.replaced = submitted.length - new Set(submitted.map((a) => a.bidder)).size
  const bids = counting.map(({ index: leaf, bidder, seq, technical, price }, i): RoomBid => {
    return { no: i + 1, bidder, index: leaf, seq, eids: { technical, price } }
  })
  return { reveal: counts, bids }
}

/** Lists and releases name their keyset by its hash alone; technical envelopes, where there are any, are the first to be listed. */
function kindOf(room: Room, ks: string): Kind | null {
  if (room.sessions.technical.ks === ks) return 'technical'
  return room.sessions.price.ks === ks ? 'price' : null
}

const withSession = (room: Room, kind: Kind, session: Partial<Session>): Pick<Room, 'sessions'> => ({
  sessions: { ...room.sessions, [kind]: { ...room.sessions[kind], ...session } },
})

function withList(room: Room, { index, at, payload }: Told): Partial<Room> {
  const { ks, eids } = payloads.readOpeningList(payload)
  const kind = room.sessions.technical.list || isPriceAlone(room) ? 'price' : 'technical'
  if (kindOf(room, ks) !== null || room.sessions[kind].list) return {}
  return withSession(room, kind, { ks, list: { index, at, eids } })
}

function withRelease(room: Room, { index, at, org, payload }: Told): Partial<Room> {
  const { ks, x } = payloads.readRelease(payload)
  const kind = kindOf(room, ks)
  if (kind === null) return {}
  const { releases } = room.sessions[kind]
  if (releases.some((r) => r.x === x)) return {}
  return withSession(room, kind, { releases: [...releases, { index, at, x, custodian: org }] })
}

function withResults(room: Room, { index, at, payload }: Told): Partial<Room> {
  const { kind, results } = payloads.readOpeningResult(payload)
  if (kind !== 'technical' && kind !== 'price')
    throw new FormatError('a result of neither technical nor price envelopes')
  const known = room.sessions[kind].results
  const fresh = results.filter((r) => !known.some((k) => k.eid === r.eid)).map((r) => ({ ...r, index, at }))
  // A result of an envelope that no bid names is shown all the same, in a row of its own.
  const strays = fresh
    .filter((r) => !room.bids.some((b) => b.eids[kind] === r.eid))
    .map((r, i): RoomBid => {
      const eids = { technical: '', price: '', [kind]: r.eid }
      return { no: room.bids.length + i + 1, bidder: r.bidder, index: -1, seq: 0, eids }
    })
  return {
    ...withSession(room, kind, { results: [...known, ...fresh] }),
    ...(strays.length > 0 && { bids: [...room.bids, ...strays] }),
  }
}
