// What do the tests of sealing share? Custodians with keys, a bidder, and bids sealed for them.
import { b64u } from '../../src/proof/bytes.ts'
import type { Json } from '../../src/proof/canonical.ts'
import { signJws } from '../../src/proof/jws.ts'
import { type EnvelopeKind, type Keyset, readKeyset } from '../../src/proof/keyset.ts'
import { type Primitives, thumbprint } from '../../src/proof/primitives.ts'
import { decryptShare, seal } from '../../src/proof/seal.ts'
import type { Share } from '../../src/proof/shares.ts'

/** A scalar that is the same in every run. */
export const scalarOf = (P: Primitives, name: string) => P.sha256(new TextEncoder().encode(name))

export type Drill = { keyset: Keyset; scalars: Uint8Array[] }

/** A keyset of n custodians with known private keys; `name` keeps the keys of two keysets apart. */
export function drill(P: Primitives, n: number, t: number, kind: EnvelopeKind = 'price', name = 'T-1'): Drill {
  const scalars = Array.from({ length: n }, (_, i) => scalarOf(P, `${name} ${kind} custodian ${i + 1}`))
  const custodians = scalars.map((scalar, i) => {
    const jwk = P.p256PublicKey(scalar)
    return { x: i + 1, id: `custodian-${i + 1}.example`, kid: thumbprint(P, jwk), jwk }
  })
  const json: Json = {
    typ: 'keyset/1',
    tender: name,
    lot: '1',
    kind,
    t,
    n,
    open_after: '2027-01-15T01:00:00Z',
    requires: ['tender.closed/1'],
    custodians,
  }
  return { keyset: readKeyset(P, json), scalars }
}

export type Bidder = { id: string; scalar: Uint8Array }
export const bidder = (P: Primitives, id: string): Bidder => ({ id, scalar: scalarOf(P, `bidder ${id}`) })
export const keyOf = (P: Primitives, { scalar }: Bidder) => P.p256PublicKey(scalar)

/** The bid that a bidder signs for an envelope; `changes` makes it a wrong one. */
export function signBid(
  P: Primitives,
  keyset: Keyset,
  { id, scalar }: Bidder,
  ids: { ks: string; kc: string },
  changes: { [key: string]: Json } = {},
): Promise<string> {
  const payload = {
    typ: 'bid/1',
    tender: keyset.tender,
    lot: keyset.lot,
    kind: keyset.kind,
    bidder: id,
    ...ids,
    seq: 1,
    body: { amount: '1000', currency: 'KRW' },
    rnd: b64u(new Uint8Array(32).fill(1)),
    att: [],
    ...changes,
  }
  const kid = thumbprint(P, P.p256PublicKey(scalar))
  return signJws(P, { kid, sign: (data) => P.es256Sign(scalar, data) }, payload)
}

/** A bid sealed as its bidder does it. */
export const sealBid = (P: Primitives, { keyset }: Drill, by: Bidder) =>
  seal(P, keyset, (ids) => signBid(P, keyset, by, ids))

/** Every custodian's share of an envelope, or of those named. */
export async function release(
  P: Primitives,
  { keyset, scalars }: Drill,
  bytes: Uint8Array,
  of = scalars.map((_, i) => i + 1),
): Promise<Share[]> {
  const shares: Share[] = []
  for (const x of of) {
    const share = await decryptShare(P, keyset, bytes, x, scalars[x - 1]!)
    if ('refused' in share) throw new Error(`custodian ${x}: ${share.refused}`)
    shares.push({ x, y: share.y })
  }
  return shares
}

/** Every choice of `size` of these items. */
export function choicesOf<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return items.flatMap((item, i) => choicesOf(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]))
}
