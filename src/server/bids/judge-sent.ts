// What do these bodies ask, and what speaks against each? Reading and judging in one, for whichever thread has the time.
import { submitBid, withdrawBid } from '../../api/bids.ts'
import type { BidderFacts } from '../../domain/bids/submission.ts'
import type { Primitives, PublicJwk } from '../../proof/primitives.ts'
import { readBody } from '../read-body.ts'
import type { BidTender } from './bid-store.ts'
import { type Judged, judgeAct, type Parsed } from './judge-act.ts'

/** A sealed act as it was sent, and all that it is judged by. It can be cloned into another thread. */
export type SentAct = {
  kind: 'submission' | 'withdrawal'
  /** The body as it came, byte for byte. */
  raw: Uint8Array
  tender: BidTender
  bidder: string
  account: string
  keys: Map<string, PublicJwk>
  facts: BidderFacts
}

/** The verdict, and the SHA-256 of the body; null when the body breaks its contract. */
export type Ruling = { judged: Judged; fingerprint: Uint8Array } | null

const CONTRACTS = { submission: submitBid, withdrawal: withdrawBid }

async function rulingOn(P: Primitives, { kind, raw, ...act }: SentAct): Promise<Ruling> {
  const body = readBody(CONTRACTS[kind], raw)
  if ('broken' in body) return null
  return { judged: await judgeAct(P, act.tender, act, act, body.value as Parsed), fingerprint: P.sha256(raw) }
}

/** Reads and judges each, in the order given. */
export const judgeSent = (P: Primitives, acts: readonly SentAct[]): Promise<Ruling[]> =>
  Promise.all(acts.map((act) => rulingOn(P, act)))
