// Does a bidder's own file prove that an act was dropped? Everything that it must hold, and every reason why it proves nothing.
import { b64u, FormatError, fromB64u, utf8 } from '../../proof/bytes.ts'
import { type Jws, readJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { compareTimes } from '../kit/time.ts'
import type { Reason } from '../kit/verdict.ts'
import { type BidAct, readBidAct } from '../record/payloads.ts'
import type { Confirmed } from '../record/put-back.ts'

/** What a bidder hands in: statement, salt, and the envelope files of a submission. */
export interface Claimed {
  jws: string
  salt: string
  envelopes: { technical?: string | undefined; price: string } | null
}

const invalid = (why: string): Reason => ({ code: 'receipt-invalid', facts: { why } })

/**
 * Reads a claim against what the server confirmed. That the statement's signature holds is for the caller to have checked, who has
 * the keys. Example: a claim whose statement and salt make the confirmed commitment, confirmed one second before the deadline,
 * with the two files that the statement names, has no reason against it.
 */
export function readClaim(
  P: Primitives,
  claim: Claimed,
  said: Confirmed,
  facts: { tender: string; bidder: string; deadline: string },
): { act: BidAct; kid: string } | { reasons: Reason[] } {
  const reasons: Reason[] = []
  let statement: Jws
  let act: BidAct
  try {
    statement = readJws(claim.jws)
    act = readBidAct(statement.payload)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { reasons: [invalid(error.message)] }
  }
  if (commitment(P, fromB64u(claim.salt), claim.jws) !== said.c)
    reasons.push(invalid('it is not of this statement and salt'))
  if (said.tender !== facts.tender || act.tender !== facts.tender) reasons.push(invalid('it is of another tender'))
  if (act.bidder !== facts.bidder) reasons.push(invalid('it is another bidder’s'))
  if (compareTimes(said.at, facts.deadline) >= 0) reasons.push(invalid('it is not from before the deadline'))
  if (act.act === 'submission') {
    for (const kind of ['technical', 'price'] as const) {
      const file = claim.envelopes?.[kind]
      // Where price alone is handed in, the statement names no technical envelope.
      if (file === undefined && act[kind] === '') continue
      if (file === undefined || b64u(P.sha256(utf8(file))) !== act[kind])
        reasons.push({ code: 'envelope-differs', facts: { kind }, at: `/envelopes/${kind}` })
    }
  }
  return reasons.length > 0 ? { reasons } : { act, kid: statement.header.kid }
}
