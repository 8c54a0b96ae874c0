// May this custodian turn its key for an opening list? Every reason why not, from the log, from its own clock and from its own keys.
import { compareTimes, millisZ, timeOf } from '../domain/kit/time.ts'
import { closingWindow, overridesClosingTime } from '../domain/openings/closing-time.ts'
import { releaseBlockers } from '../domain/record/blockers.ts'
import type { CheckName, OpenedKind } from '../domain/record/finding.ts'
import { movesOf, openingOf, type TenderRecord } from '../domain/record/read.ts'
import type { ClosingSeen } from './followed-log.ts'
import { because, type Refusal, type RefusalCode } from './refusals.ts'

/** What a custodian brings to the question beside the public record. */
export type OwnFacts = {
  /** The custodian's id. */
  id: string
  /** Own clock, milliseconds. */
  now: number
  /** Is the private half of this opening key in the folder? */
  holds: (kid: string) => boolean
  /** When the closing entry was first seen under a checkpoint; null when it was not. */
  seen: ClosingSeen | null
  /** Does the policy ask for no witnesses? Then our own first sight of the close is its time, else the quorum's. */
  quorumNone: boolean
}

const CODE: Partial<Record<CheckName, RefusalCode>> = {
  keysets: 'keyset-wrong',
  'closing-list': 'closing-list-wrong',
  reveal: 'reveal-wrong',
  scores: 'scores-incomplete',
  sheets: 'scores-incomplete',
  committee: 'committee-wrong',
  signatures: 'act-unsigned',
}

/** (a) The share in the keyset that is ours must be of a key that we made and have not destroyed. */
function keyReasons(record: TenderRecord, kind: OpenedKind, own: OwnFacts): Refusal[] {
  const mine = openingOf(record, kind).keyset?.keyset.custodians.find((custodian) => custodian.id === own.id)
  if (!mine) return [because('keyset-not-mine', `the ${kind} keyset does not name ${own.id}`)]
  if (own.holds(mine.kid)) return []
  return [
    because('keyset-not-mine', `the ${kind} keyset names a key of ${own.id} that is not in this folder: ${mine.kid}`),
  ]
}

/** (b) Our own clock must have passed the keyset's time, and the deadline if an incident or the agency moved it further. */
function clockReasons(record: TenderRecord, kind: OpenedKind, own: OwnFacts): Refusal[] {
  const times = [openingOf(record, kind).keyset?.keyset.open_after, record.deadline].filter(
    (time) => typeof time === 'string',
  )
  const early = times.filter((time) => own.now < timeOf(time))
  return early.map((time) => because('opening-not-due', `our clock shows ${millisZ(own.now)}, before ${time}`))
}

/** (c) What the log serves of this tender must be complete: a hidden incident or key could change every other answer. */
function unreadableReasons(record: TenderRecord): Refusal[] {
  return record.unreadable
    .filter(({ why, typ }) => why !== 'format' || typ === 'incident/1' || typ === 'tender.amended/1')
    .map(({ index, typ, says }) => because('record-unreadable', `entry ${index} (${typ}): ${says}`))
}

/**
 * Every deadline that stood, one after the other, as the log moved it. An incident or amendment may postpone; one that brings the deadline
 * forward would close the tender early under cover of a rule.
 */
function broughtForward(record: TenderRecord): Refusal[] {
  const reasons: Refusal[] = []
  let stands = record.notice?.payload.deadline
  for (const { index, newDeadline } of movesOf(record)) {
    if (stands === undefined || newDeadline === null || index >= (record.closed?.index ?? record.size)) continue
    if (compareTimes(newDeadline, stands) < 0) {
      reasons.push(
        because('closing-entry-wrong', `entry ${index} moves the deadline from ${stands} back to ${newDeadline}`),
      )
    }
    stands = newDeadline
  }
  return reasons
}

/** (d) The close must name the deadline in force and have been seen in [deadline, deadline + 120 s], or a person overrode it. */
function closingReasons(record: TenderRecord, own: OwnFacts): Refusal[] {
  const { closed, deadline } = record
  if (!closed || deadline === null) return []
  const reasons = broughtForward(record)
  if (closed.payload.deadline !== deadline) {
    reasons.push(
      because('closing-entry-wrong', `the closing entry says ${closed.payload.deadline}, the deadline was ${deadline}`),
    )
  }
  // The clock writes incidents too, with nobody's name; an override of the closing time is somebody's act.
  const byPersons = record.incidents.filter(({ leaf }) => leaf.by !== '-')
  if (overridesClosingTime(byPersons.map(({ index, payload }) => ({ index, ...payload })))) return reasons
  if (own.seen === null) return [...reasons, because('closed-late', 'the close was never seen under a checkpoint')]
  const seen = own.quorumNone ? own.seen.own : own.seen.quorum === null ? null : own.seen.quorum * 1000
  if (seen === null) return [...reasons, because('quorum-missing', 'no time of the witnesses is known for the close')]
  const whose = own.quorumNone ? 'first seen by our clock' : 'seen by the quorum'
  const window = closingWindow(deadline, millisZ(seen))
  if (window === 'early') {
    reasons.push(because('closed-early', `the close was ${whose} at ${millisZ(seen)}, before the deadline ${deadline}`))
  }
  if (window === 'late') {
    reasons.push(
      because('closed-late', `the close was ${whose} at ${millisZ(seen)}, more than 120 s after ${deadline}`),
    )
  }
  return reasons
}

/** (a) keyset, (c) requirements and (e) reveal and list, as everybody reads them from the record. */
function recordReasons(record: TenderRecord, kind: OpenedKind): Refusal[] {
  const inRecord = new Set(record.findings)
  return releaseBlockers(record, kind).map((finding) => {
    const wrong =
      CODE[finding.check] ?? (finding.check.startsWith('opening-list') ? 'opening-list-wrong' : 'record-unreadable')
    return because(inRecord.has(finding) ? wrong : 'requirement-missing', finding.says.en)
  })
}

/**
 * Every reason against releasing shares for the first opening list of this kind, all at once; empty when the key may turn. Not asked
 * here: what was released before (the store knows), and the envelopes themselves (`sharesFor`).
 */
export function releaseReasons(record: TenderRecord, kind: OpenedKind, own: OwnFacts): Refusal[] {
  return [
    ...keyReasons(record, kind, own),
    ...clockReasons(record, kind, own),
    ...unreadableReasons(record),
    ...recordReasons(record, kind),
    ...closingReasons(record, own),
  ]
}
