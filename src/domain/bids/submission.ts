// May this bidder hand in this sealed act now? Every reason why not, at once.
import type { JsonObject } from '../../proof/canonical.ts'
import type { EnvelopeFault } from '../../proof/envelope.ts'
import type { Reason } from '../kit/verdict.ts'
import { blobsOf } from './files.ts'

/** An envelope as the door sees it: read without keys, or refused with every fault. */
export type SeenEnvelope = { eid: string } & ({ kc: string; epks: string[] } | { refused: EnvelopeFault[] })

export type BidderFacts = {
  /** Organisation that bids. */
  bidder: string
  /** Number that the bidder's next act must carry. */
  nextSeq: number
  /** Commitment of the submission that stands now; null when there is none or it was withdrawn. */
  current: string | null
  /** Sealed files of the bidder for this tender that are wholly there: bytes by hash of the ciphertext. */
  stored: Readonly<Record<string, number>>
}

/** Members that a signed submission has, and no others. */
const SUBMISSION = ['blobs', 'bidder', 'envelopes', 'lot', 'made', 'replaces', 'seq', 'tender', 'typ']
const WITHDRAWAL = ['bidder', 'lot', 'made', 'seq', 'tender', 'typ', 'withdraws']

/** A stranger writes the names of members: so many of them are said, and so much of each. */
const MOST_NAMED = 20
const LONGEST_NAME = 100

const mismatch = (field: string): Reason => ({
  code: 'submission-mismatch',
  facts: { field: field.slice(0, LONGEST_NAME) },
  at: '/jws',
})

/** A member that is missing is also not as it must be: said once. */
const once = (reasons: Reason[]): Reason[] =>
  reasons.filter((reason, i) => {
    const same = (other: Reason) => other.code === 'submission-mismatch' && other.facts.field === reason.facts.field
    return reason.code !== 'submission-mismatch' || reasons.findIndex(same) === i
  })

function sameMembers(payload: JsonObject, names: readonly string[]): Reason[] {
  const strange = Object.keys(payload).filter((name) => !names.includes(name))
  const missing = names.filter((name) => !Object.hasOwn(payload, name))
  return [...strange.slice(0, MOST_NAMED), ...missing].map(mismatch)
}

function common(payload: JsonObject, no: string, facts: BidderFacts): Reason[] {
  const reasons: Reason[] = []
  if (payload.tender !== no) reasons.push(mismatch('tender'))
  if (payload.lot !== '1') reasons.push(mismatch('lot'))
  if (payload.bidder !== facts.bidder) reasons.push(mismatch('bidder'))
  if (typeof payload.made !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(payload.made))
    reasons.push(mismatch('made'))
  if (payload.seq !== facts.nextSeq) reasons.push({ code: 'wrong-seq', facts: { next: facts.nextSeq }, at: '/jws' })
  return reasons
}

/** Faults of an envelope under the codes of refusals; the words are those of whoever read it. */
function envelopeReasons(kind: string, envelope: SeenEnvelope): Reason[] {
  if (!('refused' in envelope)) return []
  return envelope.refused.map((fault) => ({
    code:
      fault.code === 'envelope.keyset'
        ? 'wrong-keyset'
        : fault.code === 'envelope.size'
          ? 'wrong-size'
          : 'envelope-invalid',
    facts: { kind, why: fault.says },
    at: `/envelopes/${kind}`,
  }))
}

/** Whoever gives a receipt for a bid answers for the files that it names: so they must be there first. */
function filesMissing(payload: JsonObject, { stored }: BidderFacts): Reason[] {
  const blobs = blobsOf(payload)
  if (!blobs) return [mismatch('blobs')]
  return blobs
    .filter(({ ct, bytes }) => !Object.hasOwn(stored, ct) || stored[ct] !== bytes)
    .map(({ ct }): Reason => ({ code: 'file-missing', facts: { ct: ct.slice(0, 12) }, at: '/jws' }))
}

/**
 * Reasons against a submission or replacement whose signature has verified. The deadline is not among them: the statement
 * that saves the bid decides it, by the database's clock.
 *
 * Example: a second bid numbered 3 that names another keyset is refused with `wrong-seq` (next is 2) and `wrong-keyset`.
 */
export function maySubmitBid(
  payload: JsonObject,
  envelopes: { technical?: SeenEnvelope; price: SeenEnvelope },
  no: string,
  facts: BidderFacts,
): Reason[] {
  const reasons = [...sameMembers(payload, SUBMISSION), ...common(payload, no, facts)]
  const named = (payload.envelopes ?? {}) as JsonObject
  const kinds = (['technical', 'price'] as const).filter((kind) => envelopes[kind])
  if (typeof named !== 'object' || Object.keys(named).sort().join() !== [...kinds].sort().join())
    reasons.push(mismatch('envelopes'))
  for (const kind of kinds) {
    const envelope = envelopes[kind] as SeenEnvelope
    if (named[kind] !== envelope.eid) reasons.push(mismatch(`envelopes.${kind}`))
    reasons.push(...envelopeReasons(kind, envelope))
  }
  reasons.push(...filesMissing(payload, facts))
  if ((payload.replaces ?? null) !== facts.current) reasons.push(mismatch('replaces'))
  return once(reasons)
}

/** Reasons against a withdrawal whose signature has verified. */
export function mayWithdrawBid(payload: JsonObject, no: string, facts: BidderFacts): Reason[] {
  const reasons = [...sameMembers(payload, WITHDRAWAL), ...common(payload, no, facts)]
  if (facts.current === null) reasons.push({ code: 'nothing-to-withdraw', facts: {} })
  else if (payload.withdraws !== facts.current) reasons.push(mismatch('withdraws'))
  return once(reasons)
}
