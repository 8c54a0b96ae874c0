// How does a bidder seal a whole bid? Both envelopes, the signed statement, and the salt of its leaf: in browser, CLI and tests alike.
import type { BidAttachment } from '../../proof/bid.ts'
import { b64u, fromB64u } from '../../proof/bytes.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { type Signer, signJws } from '../../proof/jws.ts'
import { type Keyset, keysetId } from '../../proof/keyset.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { sealSeed } from '../../proof/rekey.ts'
import { type StartedEnvelope, startEnvelope } from '../../proof/seal.ts'
import type { Blob } from './files.ts'

export type BidToSeal = {
  tender: string
  bidder: string
  /** 1 for the first act, one more for each replacement. */
  seq: number
  /** Commitment of the submission that this one replaces, or null. */
  replaces: string | null
  /** When it was made, by the bidder's own clock: `…SSZ`. */
  made: string
  /** Those of the tender's envelopes: where price alone is handed in, only that one's. */
  keysets: ByKind<Keyset>
  technical?: JsonObject
  /** `{ amount: "98000000", currency: "KRW" }` */
  price: JsonObject
  /** Two different numbers of preliminary prices, where they are drawn. */
  picks?: [number, number]
  /** Envelopes that were started before, because files were sealed for them; the others are started here. */
  started?: Partial<Record<BidKind, StartedEnvelope>>
  /** Files that were sealed for the started envelopes. */
  files?: Partial<Record<BidKind, readonly SealedAttachment[]>>
}

/** A sealed file of a bid: what the envelope says of it, and the length of its ciphertext, which the statement outside says. */
export type SealedAttachment = BidAttachment & { sealedBytes: number }

/** Something of each envelope of a bid; the technical one is absent where price alone is handed in. */
export type ByKind<T> = { technical?: T; price: T }
/** The same where there are two. */
export type Both<T> = { technical: T; price: T }

/** A bid that is ready to be sent; `E` says of which envelopes. */
export type SealedBid<E extends ByKind<string> = Both<string>> = {
  /** Body of the request. */
  body: { jws: string; salt: string; envelopes: E }
  /** Commitment under which the bid stands in the log. */
  c: string
  eids: E
  /** The bidder's own secrets, base64url: they open the envelopes and serve the fallback. Never sent. */
  seeds: E
}

const KINDS = ['technical', 'price'] as const
export type BidKind = (typeof KINDS)[number]

/**
 * Seals the bid's envelopes with fresh seeds and signs the submission over their hashes. Nothing of it reveals the content until
 * custodians release; the caller keeps `seeds` and the body. The sealed files are handed in before the body: the statement names
 * their ciphertexts, and is refused when one of them is not there.
 */
export function sealBid(P: Primitives, signer: Signer, bid: BidToSeal & { keysets: Both<Keyset> }): Promise<SealedBid>
export function sealBid(P: Primitives, signer: Signer, bid: BidToSeal): Promise<SealedBid<ByKind<string>>>
export async function sealBid(P: Primitives, signer: Signer, bid: BidToSeal): Promise<SealedBid<ByKind<string>>> {
  const made: { kind: (typeof KINDS)[number]; sealed: string; eid: string; seed: string }[] = []
  for (const kind of KINDS) {
    const keyset = bid.keysets[kind]
    if (!keyset) continue
    const files = bid.files?.[kind] ?? []
    const started = bid.started?.[kind] ?? startEnvelope(P, keyset)
    if (started.ks !== b64u(keysetId(P, keyset)))
      throw new Error(`files were sealed for another ${kind} keyset than the one in force`)
    if (files.length > 0 && !bid.started?.[kind]) throw new Error('files were sealed for no envelope')
    const envelope = await started.finish(({ ks, kc }) =>
      signJws(P, signer, {
        typ: 'bid/1',
        tender: bid.tender,
        lot: '1',
        kind,
        bidder: bid.bidder,
        ks,
        kc,
        seq: bid.seq,
        body: bid[kind] ?? {},
        ...(kind === 'price' && bid.picks && { picks: bid.picks }),
        rnd: b64u(P.random(32)),
        att: files.map(({ name, type, bytes, sha256, ct }) => ({ name, type, bytes, sha256, ct })),
      }),
    )
    const sealed = new TextDecoder().decode(envelope.bytes)
    made.push({ kind, sealed, eid: envelope.eid, seed: b64u(envelope.seed) })
  }
  const byKind = (of: 'sealed' | 'eid' | 'seed') =>
    Object.fromEntries(made.map((envelope) => [envelope.kind, envelope[of]])) as ByKind<string>
  const eids = byKind('eid')
  const jws = await signJws(P, signer, {
    typ: 'submission/1',
    tender: bid.tender,
    lot: '1',
    bidder: bid.bidder,
    seq: bid.seq,
    envelopes: eids,
    // In the order of their hashes: which of them are of the price stays inside its envelope.
    blobs: KINDS.flatMap((kind) => bid.files?.[kind] ?? [])
      .map(({ ct, sealedBytes }): Blob => ({ ct, bytes: sealedBytes }))
      .sort((a, b) => (a.ct < b.ct ? -1 : 1)),
    replaces: bid.replaces,
    made: bid.made,
  })
  const salt = P.random(32)
  const body = { jws, salt: b64u(salt), envelopes: byKind('sealed') }
  return { body, c: commitment(P, salt, jws), eids, seeds: byKind('seed') }
}

/**
 * Seals the seeds of a bid again, to the keysets that an overseer named, and signs the answer over what was sealed. The seeds decide
 * every byte of the bid's own envelopes, so neither content nor price can change by it.
 */
export async function sealAgain(
  P: Primitives,
  signer: Signer,
  bid: {
    tender: string
    bidder: string
    keysets: { technical?: Keyset; price?: Keyset }
    seeds: ByKind<string>
  },
): Promise<{ jws: string; envelopes: { technical?: string; price?: string } }> {
  const envelopes: { technical?: string; price?: string } = {}
  const eids: { technical?: string; price?: string } = {}
  for (const kind of KINDS) {
    const [keyset, seed] = [bid.keysets[kind], bid.seeds[kind]]
    if (!keyset || seed === undefined) continue
    const made = await sealSeed(P, keyset, signer, fromB64u(seed))
    envelopes[kind] = new TextDecoder().decode(made.bytes)
    eids[kind] = made.eid
  }
  const { tender, bidder } = bid
  const jws = await signJws(P, signer, { typ: 'rekey/1', tender, lot: '1', bidder, envelopes: eids })
  return { jws, envelopes }
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
