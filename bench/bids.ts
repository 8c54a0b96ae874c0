// Which bids are measured? Invented ones of the real sizes: 16 KiB of technical plaintext, 4 KiB of price.

import type { JsonObject } from '../src/proof/canonical.ts'
import type { Signer } from '../src/proof/jws.ts'
import { type EnvelopeKind, type Keyset, readKeyset } from '../src/proof/keyset.ts'
import type { Primitives, PublicJwk } from '../src/proof/primitives.ts'
import { randomScalar, scalarSigner } from '../src/server/keys.ts'

export type Key = Signer & { jwk: PublicJwk; scalar: Uint8Array }

export const newKey = (P: Primitives): Key => scalarSigner(P, randomScalar(P))

/** About nine KiB of proposal, which the envelope pads to sixteen. */
const APPROACH = '사업 이해도와 추진 전략. The approach, in the words of the bidder. '.repeat(110)

/** The contents of bid number `i`, the same in every run. */
export function contentsOf(i: number): { technical: JsonObject; price: JsonObject } {
  return {
    technical: { approach: APPROACH, summary: `제안 요약 ${i}` },
    price: { amount: String(90_000_000 + i), currency: 'KRW' },
  }
}

/** A keyset of three custodians of which two open, with their keys. */
export function keysetFor(P: Primitives, kind: EnvelopeKind, custodians: readonly Key[]): Keyset {
  const price = kind === 'price' ? ['scores.locked/1'] : []
  return readKeyset(P, {
    typ: 'keyset/1',
    tender: 'R26BK00000001',
    lot: '1',
    kind,
    t: 2,
    n: custodians.length,
    open_after: '2026-11-21T05:00:00Z',
    requires: ['tender.closed/1', ...price],
    custodians: custodians.map((key, i) => ({ x: i + 1, id: `custodian-${i + 1}`, kid: key.kid, jwk: key.jwk })),
  })
}
