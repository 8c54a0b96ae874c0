// Which sealed entries did a bidder's receipt put back on the closing list, and which were dropped for good? Judged from the receipts that the incidents carry.
import { FormatError } from '../../proof/bytes.ts'
import { verifyJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { compareTimes } from '../kit/time.ts'
import { type ClosingRow, sealedAt } from './closing.ts'
import type { Entry } from './entry.ts'
import { brief, type Finding, finding } from './finding.ts'
import { type Keyring, receiptKeys } from './keyring.ts'
import type { Closed, Incident } from './payloads.ts'

/** Reason of an incident by which an entry that the closing list lacks counts again. */
export const PUT_BACK = 'leaf-put-back'
/** Reason of an incident that proves a drop when it was too late to put anything back, or when the entry was never made. */
export const DROPPED = 'bid-dropped'
/** Reason of an incident that tells of an envelope whose lost bytes its bidder brought back. */
export const RESTORED = 'envelope-restored'
/** Reason of an incident that tells of a sealed file of a bid that was brought back: its bytes are those that the bidder signed for. */
export const FILE_RESTORED = 'file-restored'

/** What a bidder's receipt says, once its signature holds: the commitment, the tender and when the server had it. */
export interface Confirmed {
  c: string
  tender: string
  at: string
}

/** Reads the server's `received/1`; null when none of the keys signed it or it lacks what a receipt has. */
export async function readConfirmed(
  P: Primitives,
  received: string,
  keys: readonly { jwk: Parameters<typeof verifyJws>[2] }[],
): Promise<Confirmed | null> {
  for (const { jwk } of keys) {
    try {
      const { c, tender, at } = (await verifyJws(P, received, jwk, 'received/1'))?.payload ?? {}
      if (typeof c === 'string' && typeof tender === 'string' && typeof at === 'string') return { c, tender, at }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
    }
  }
  return null
}

type Facts = {
  ring: Keyring
  tender: string
  /** In force at the close. */
  deadline: string
  closed: Entry<Closed>
  list: readonly ClosingRow[]
  entries: readonly Uint8Array[]
  /** Index of the reveal: what it did not name by then never counts. */
  reveal: number | undefined
}

/** The receipt in an incident, or why it proves nothing. */
async function proofIn(P: Primitives, { payload, index }: Entry<Incident>, facts: Facts): Promise<Confirmed | string> {
  const { c, received } = payload.facts
  if (typeof c !== 'string' || typeof received !== 'string') return 'it names no entry and no receipt'
  const said = await readConfirmed(P, received, receiptKeys(facts.ring, index))
  if (!said) return 'the receipt in it is not signed by the server'
  if (said.c !== c || said.tender !== facts.tender) return 'the receipt in it is of another entry'
  if (compareTimes(said.at, facts.deadline) >= 0) return 'its receipt is not from before the deadline'
  return said
}

/** Does the log hold an entry with this commitment below the close, at this place if one is named? */
function standsBelow(c: string, place: number | undefined, { entries, closed }: Facts): boolean {
  if (place !== undefined) return place < closed.index && sealedAt(entries, place) === c
  return entries.slice(0, closed.index).some((_, at) => sealedAt(entries, at) === c)
}

/**
 * Judges every incident about a dropped entry (deadline rule: what is below the close counts when it is on the list or was put
 * back on a receipt). `rows` are what counts beside the list. A row is put back by an incident after the close and before the
 * reveal, with the server's own receipt from before the deadline: so nobody can seal ten entries and choose later which to name.
 *
 * Findings of `closing-list`: an incident that puts back what it may not. Findings of `submissions`: a drop that is proven and
 * was not mended, and one that is claimed and not proven.
 */
export async function putBackFindings(
  P: Primitives,
  incidents: readonly Entry<Incident>[],
  facts: Facts,
): Promise<{ rows: ClosingRow[]; findings: Finding[] }> {
  const rows: ClosingRow[] = []
  const findings: Finding[] = []
  const listed = (c: string) => [...facts.list, ...rows].some(([, other]) => other === c)
  for (const incident of incidents) {
    const { index, payload } = incident
    if (payload.reasons.includes(PUT_BACK)) {
      const place = payload.acts[0]
      const said = await proofIn(P, incident, facts)
      const wrong =
        typeof said === 'string'
          ? said
          : payload.acts.length !== 1 || place === undefined || !standsBelow(said.c, place, facts)
            ? 'no such entry is below the close'
            : listed(said.c)
              ? 'the entry is on the list already'
              : index < facts.closed.index || index > (facts.reveal ?? Infinity)
                ? 'it came before the close or after the sealed entries were named'
                : null
      if (wrong === null && typeof said !== 'string' && place !== undefined) rows.push([place, said.c])
      else {
        findings.push(
          finding(
            'closing-list',
            `${index}번 사고 기록은 봉인 기록을 되돌릴 수 없습니다(${wrong}).`,
            `Entry ${index} cannot put a sealed entry back: ${wrong}.`,
          ),
        )
      }
    } else if (payload.reasons.includes(DROPPED)) {
      const said = await proofIn(P, incident, facts)
      const place = payload.acts[0]
      const wrong =
        typeof said === 'string'
          ? said
          : listed(said.c)
            ? 'the entry counts'
            : standsBelow(said.c, place, facts) !== (place !== undefined)
              ? 'the log does not say so'
              : null
      findings.push(
        wrong === null && typeof said !== 'string'
          ? finding(
              'submissions',
              `서버가 ${said.at}에 받은 입찰 행위(${brief(said.c)})가 마감 목록에서 빠졌고, 접수증이 이를 증명합니다(${index}번 기록).`,
              `An act that the server had received at ${said.at} (${brief(said.c)}) was dropped from the closing list; the receipt at entry ${index} proves it.`,
            )
          : finding(
              'submissions',
              `${index}번 사고 기록이 말하는 누락은 증명되지 않았습니다(${wrong}).`,
              `Entry ${index} claims a drop that it does not prove: ${wrong}.`,
            ),
      )
    }
  }
  return { rows, findings }
}

/** Envelopes whose lost bytes came back, as incidents tell; for the words of a report. */
export const restoredEids = (incidents: readonly Entry<Incident>[]): Set<string> =>
  new Set(
    incidents.flatMap(({ payload: { reasons, facts } }) =>
      reasons.includes(RESTORED) && typeof facts.eid === 'string' ? [facts.eid] : [],
    ),
  )
