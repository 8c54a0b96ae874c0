// Is this envelope what the log says came out of it? Opened again from the released shares, by whoever watches.
import { b64u, FormatError, fromB64u, hex } from '../../proof/bytes.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { readLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { compare, type Found, judge, judgeAgain, sharesIn } from '../audit/envelopes.ts'
import type { Words } from '../events.ts'
import { secondsZ, timeOf } from '../kit/time.ts'
import { closingWindow, overridesClosingTime } from '../openings/closing-time.ts'
import type { FetchPayload } from '../record/entry.ts'
import type { Kind } from '../record/finding.ts'
import type { ResultRow } from '../record/payloads.ts'
import type { TenderRecord } from '../record/read.ts'
import type { Act } from '../record/reveal.ts'

/** `none`: there was nothing to check, because an earlier check had already failed or the envelope is malformed. */
export type Mark = 'ok' | 'failed' | 'none'

/** The three checks that a room shows, in the order in which they tick. */
export interface Marks {
  /** The file is the one committed to before the close, and sealing what came out of it gives the same bytes again. */
  commitment: Mark
  /** The bidder signed the submission and the bid, with a key in force. */
  signature: Mark
  /** Its entry lies before the closing entry, which was made in time. */
  time: Mark
}

/** What an envelope held, as this machine found it: never copied from what the server said. */
export type Content = { state: 'valid'; body: JsonObject } | { state: 'malformed'; reason: string }

export interface EnvelopeVerdict {
  /** Index of the result's entry. */
  index: number
  eid: string
  kind: Kind
  bidder: string
  /** The record is right about this envelope. False shows FAILED, and no content. */
  ok: boolean
  marks: Marks
  /** What is wrong; null when nothing is. */
  says: Words | null
  /** Null when it is not ok. */
  content: Content | null
  /** So many files the bid in it names; absent where it names none. */
  files?: number
}

export type CheckedEnvelope = { verdict: EnvelopeVerdict; found: Found | null }

type ResultAt = ResultRow & { index: number }

const words = (ko: string, en: string): Words => ({ ko, en })
const NONE: Marks = { commitment: 'none', signature: 'none', time: 'none' }

/** A verdict of failure that needs no look at the envelope, such as a result entry that is not in the log. */
export const failedVerdict = (
  kind: Kind,
  row: { index: number; eid: string; bidder: string },
  says: Words,
  marks: Partial<Marks> = {},
): EnvelopeVerdict => {
  const { index, eid, bidder } = row
  return { index, eid, kind, bidder, ok: false, marks: { ...NONE, ...marks }, says, content: null }
}

/** The sealed entry at the submission's index holds its commitment. */
function isSealedThere(entries: readonly Uint8Array[], act: Act): boolean {
  const bytes = entries[act.index]
  try {
    const leaf = bytes && readLeaf(bytes)
    return leaf !== undefined && 'c' in leaf && leaf.c === act.c
  } catch (e) {
    if (e instanceof FormatError) return false
    throw e
  }
}

/** Why the submission cannot be believed to have come in time; null when it can. */
function lateness(r: TenderRecord, act: Act): Words | null {
  if (!r.closed || r.deadline === null) return words('마감 기록이 없습니다.', 'The log has no closing entry.')
  if (act.index >= r.closed.index)
    return words('봉인된 기록이 마감 기록 뒤에 있습니다.', 'Its sealed entry stands behind the closing entry.')
  const when = closingWindow(secondsZ(timeOf(r.deadline)), r.closed.leaf.at)
  if (when !== 'late' || overridesClosingTime(r.incidents.map((i) => ({ index: i.index, ...i.payload })))) return null
  return words(
    '허용된 시간보다 늦게 마감되어, 제때 왔는지 알 수 없습니다.',
    'The tender was closed later than allowed, so nobody can tell whether this came in time.',
  )
}

/** Why nobody's counting bid names this envelope, as far as the record tells. */
function strayReason(r: TenderRecord): Words {
  const cause = r.findings.find((f) => f.check === 'closing-list' || f.check === 'reveal' || f.check === 'submissions')
  return (
    cause?.says ??
    words('마감 목록의 어떤 유효한 입찰도 이 봉투를 가리키지 않습니다.', 'No bid that counts names this envelope.')
  )
}

/**
 * Checks one row of a result entry against the record: commitment on the closing list, signatures, time, and that the envelope,
 * opened with the released shares and sealed again, is the file that was committed to and holds what the row says.
 *
 * @param entries the log's leaves from 0
 * @param fetch throws when the place cannot be reached; null means that nothing is published there
 */
export async function checkEnvelope(
  P: Primitives,
  r: TenderRecord,
  entries: readonly Uint8Array[],
  kind: Kind,
  row: ResultAt,
  fetch: FetchPayload,
): Promise<CheckedEnvelope> {
  const no = (says: Words, marks: Partial<Marks>): CheckedEnvelope => ({
    verdict: failedVerdict(kind, row, says, marks),
    found: null,
  })
  const owner = r.submissions.find((a) => a[kind] === row.eid)
  if (!owner) return no(strayReason(r), { commitment: 'failed' })
  if (!isSealedThere(entries, owner)) {
    const says = words(
      `${owner.index}번 기록은 이 입찰을 봉인한 것이 아닙니다.`,
      `Entry ${owner.index} of the log does not seal this bid.`,
    )
    return no(says, { commitment: 'failed' })
  }
  const late = lateness(r, owner)
  if (late) return no(late, { commitment: 'none', time: 'failed' })
  const { keyset, list, good } = r.openings[kind]
  if (!keyset || !list?.payload.eids.includes(row.eid)) {
    const says = words('이 봉투는 개봉 목록에 없습니다.', 'The envelope is not on the opening list.')
    return no(says, { commitment: 'failed', time: 'ok' })
  }
  const bytes = await fetch(hex(fromB64u(row.eid)))
  if (bytes === null || b64u(P.sha256(bytes)) !== row.eid) {
    const says =
      bytes === null
        ? words('봉투 파일이 공개되어 있지 않습니다.', 'The envelope is not published.')
        : words('봉투 파일이 봉인된 것과 다릅니다.', 'The envelope is not the file that was sealed.')
    return no(says, { commitment: 'failed', time: 'ok' })
  }
  const found = r.rekeys[kind]
    ? await judgeAgain(P, r, kind, owner, bytes, fetch)
    : (await judge(P, r, kind, owner, bytes, sharesIn(good, row.eid))).found
  const wrong: Words[] = []
  compare(found, row, (ko, en) => wrong.push({ ko, en }))
  const marks = marksOf(found)
  if (wrong[0]) return { verdict: failedVerdict(kind, row, wrong[0], { ...marks, commitment: 'failed' }), found }
  if (found.state === 'waiting') throw new Error('an envelope that waits agrees with no result')
  const content: Content =
    found.state === 'valid'
      ? { state: 'valid', body: found.body }
      : { state: 'malformed', reason: row.reason ?? found.reason }
  const { index, eid, bidder } = row
  const named = found.state === 'valid' && found.files ? { files: found.files.att.length } : {}
  return { verdict: { index, eid, kind, bidder, ok: true, marks, says: null, content, ...named }, found }
}

/** A malformed envelope is what was committed to, in time; whose signature it would have held nobody will know. */
const marksOf = (found: Found): Marks => ({
  commitment: found.state === 'waiting' ? 'failed' : 'ok',
  signature: found.state === 'valid' ? 'ok' : 'none',
  time: 'ok',
})
