// How does a bidder seal a whole bid? Both envelopes, the signed statement, and the salt of its leaf: in browser, CLI and tests alike.
import { b64u } from '../../proof/bytes.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { type Signer, signJws } from '../../proof/jws.ts'
import type { Keyset } from '../../proof/keyset.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { seal } from '../../proof/seal.ts'

export type BidToSeal = {
  tender: string
  bidder: string
  /** 1 for the first act, one more for each replacement. */
  seq: number
  /** Commitment of the submission that this one replaces, or null. */
  replaces: string | null
  /** When it was made, by the bidder's own clock: `…SSZ`. */
  made: string
  keysets: { technical: Keyset; price: Keyset }
  technical: JsonObject
  /** `{ amount: "98000000", currency: "KRW" }` */
  price: JsonObject
}

export type SealedBid = {
  /** Body of the request. */
  body: { jws: string; salt: string; envelopes: { technical: string; price: string } }
  /** Commitment under which the bid stands in the log. */
  c: string
  eids: { technical: string; price: string }
  /** The bidder's own secrets, base64url: they open the envelopes and serve the fallback. Never sent. */
  seeds: { technical: string; price: string }
}

const KINDS = ['technical', 'price'] as const

/**
 * Seals both envelopes with fresh seeds and signs the submission over their hashes. Nothing of it reveals the content until
 * custodians release; the caller keeps `seeds` and the body.
 */
export async function sealBid(P: Primitives, signer: Signer, bid: BidToSeal): Promise<SealedBid> {
  const sealed = { technical: '', price: '' }
  const eids = { technical: '', price: '' }
  const seeds = { technical: '', price: '' }
  for (const kind of KINDS) {
    const made = await seal(P, bid.keysets[kind], ({ ks, kc }) =>
      signJws(P, signer, {
        typ: 'bid/1',
        tender: bid.tender,
        lot: '1',
        kind,
        bidder: bid.bidder,
        ks,
        kc,
        seq: bid.seq,
        body: bid[kind],
        rnd: b64u(P.random(32)),
        att: [],
      }),
    )
    sealed[kind] = new TextDecoder().decode(made.bytes)
    eids[kind] = made.eid
    seeds[kind] = b64u(made.seed)
  }
  const jws = await signJws(P, signer, {
    typ: 'submission/1',
    tender: bid.tender,
    lot: '1',
    bidder: bid.bidder,
    seq: bid.seq,
    envelopes: eids,
    blobs: [],
    replaces: bid.replaces,
    made: bid.made,
  })
  const salt = P.random(32)
  return { body: { jws, salt: b64u(salt), envelopes: sealed }, c: commitment(P, salt, jws), eids, seeds }
}

/** Signs the withdrawal of the submission with commitment `withdraws`. */
export async function signWithdrawal(
  P: Primitives,
  signer: Signer,
  act: { tender: string; bidder: string; seq: number; withdraws: string; made: string },
): Promise<{ body: { jws: string; salt: string }; c: string }> {
  const jws = await signJws(P, signer, { typ: 'withdrawal/1', lot: '1', ...act })
  const salt = P.random(32)
  return { body: { jws, salt: b64u(salt) }, c: commitment(P, salt, jws) }
}
