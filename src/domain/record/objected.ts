// Who objected to the result, what did the overseers decide, and was nothing awarded over it?
import { b64u, FormatError, utf8 } from '../../proof/bytes.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { OBJECTION_OUTCOMES, type ObjectionOutcome } from '../tenders/objections.ts'
import type { Entry } from './entry.ts'
import { b32, type Obj, text } from './fields.ts'
import { type Finding, finding } from './finding.ts'
import type { Keyring } from './keyring.ts'
import { actFinding } from './signatures.ts'

/** `complaint/1`: a bidder objects to the result. */
export interface Complaint {
  tender: string
  lot: string
  bidder: string
  ground: string
  reasons: string
}
/** `complaint.decided/1`: an overseer decides about it, by the hash of what the bidder signed. */
export interface ComplaintDecided {
  tender: string
  lot: string
  complaint: string
  outcome: ObjectionOutcome
  reasons: string
}

export const readComplaint = (o: Obj): Complaint => ({
  tender: text(o, 'tender'),
  lot: text(o, 'lot'),
  bidder: text(o, 'bidder'),
  ground: text(o, 'ground'),
  reasons: text(o, 'reasons'),
})

export function readComplaintDecided(o: Obj): ComplaintDecided {
  const outcome = OBJECTION_OUTCOMES.find((one) => one === o.outcome)
  if (!outcome) throw new FormatError('outcome is no known one')
  return {
    tender: text(o, 'tender'),
    lot: text(o, 'lot'),
    complaint: b32(o, 'complaint'),
    outcome,
    reasons: text(o, 'reasons'),
  }
}

const wrong = (index: number, ko: string, en: string): Finding =>
  finding('complaints', `기록 ${index}번: ${ko}`, `Entry ${index}: ${en}`)

type Facts = {
  /** Index of the first ranking, from which on there is something to object to. */
  ranked: number
  bidders: ReadonlySet<string>
  overseers: readonly string[]
  award: Entry<object> | null
}

/** The number of an objection: SHA-256 over what its bidder signed, base64url. */
export const objectionNumber = (P: Primitives, jws: string): string => b64u(P.sha256(utf8(jws)))

/**
 * Findings of `complaints`: each objection is a bidder's own, signed, and lies above the ranking; each decision is signed by a body of
 * oversight that the notice names, about an objection below it, once; and no award lies above an objection that was not dismissed before.
 */
export async function complaintFindings(
  P: Primitives,
  ring: Keyring,
  said: { complaints: readonly Entry<Complaint>[]; decisions: readonly Entry<ComplaintDecided>[] },
  { ranked, bidders, overseers, award }: Facts,
): Promise<Finding[]> {
  const found: Finding[] = []
  const decided = new Map<string, Entry<ComplaintDecided>>()
  for (const e of said.decisions) {
    const unsigned = await actFinding(P, ring, e, (org) => overseers.includes(org))
    if (unsigned) {
      found.push({ ...unsigned, check: 'complaints' })
      continue
    }
    const { complaint } = e.payload
    if (!said.complaints.some((c) => c.leaf.h === complaint && c.index < e.index))
      found.push(wrong(e.index, '그런 이의신청이 없습니다.', 'it decides about no objection.'))
    else if (decided.has(complaint))
      found.push(wrong(e.index, '이미 결정된 이의신청입니다.', 'that objection was decided before.'))
    else decided.set(complaint, e)
  }
  for (const e of said.complaints) {
    const unsigned = await actFinding(P, ring, e, (org) => org === e.payload.bidder && bidders.has(org))
    if (unsigned) found.push({ ...unsigned, check: 'complaints' })
    if (e.index < ranked)
      found.push(wrong(e.index, '순위가 나오기 전의 이의신청입니다.', 'an objection from before there was a ranking.'))
    if (!award || award.index < e.index) continue
    const decision = decided.get(e.leaf.h)
    if (decision?.payload.outcome !== 'dismissed' || decision.index > award.index)
      found.push(
        wrong(
          award.index,
          `${e.index}번 이의신청이 기각되지 않았는데 낙찰했습니다.`,
          `awarded although the objection at entry ${e.index} had not been dismissed.`,
        ),
      )
  }
  return found
}
