// Which bids does no honest program make? Spoiled shares, somebody else's signed bid, a statement over any two envelopes.
import type { Person } from '../../scripts/person.ts'
import { type SealedBid, sealBid } from '../../src/domain/bids/prepare.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromB64u, utf8 } from '../../src/proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../src/proof/canonical.ts'
import { type Signer, signJws } from '../../src/proof/jws.ts'
import type { Keyset } from '../../src/proof/keyset.ts'
import { commitment } from '../../src/proof/leaf.ts'
import { seal } from '../../src/proof/seal.ts'

export type Envelopes = { technical: string; price: string }

export const OFFER = { amount: '90000000', currency: 'KRW' }

function signerOf(person: Person): Signer {
  if (!person.signer) throw new Error(`${person.account.id} has no key`)
  return person.signer
}

/** A statement that its bidder signs over these two files, whatever they are; the server can only see that they look right. */
export async function statementOver(
  by: Person,
  tender: string,
  envelopes: Envelopes,
  { seq = 1, replaces = null }: { seq?: number; replaces?: string | null } = {},
): Promise<Pick<SealedBid, 'body' | 'c' | 'eids'>> {
  const eidOf = (text: string) => b64u(P.sha256(utf8(text)))
  const eids = { technical: eidOf(envelopes.technical), price: eidOf(envelopes.price) }
  const jws = await signJws(P, signerOf(by), {
    typ: 'submission/1',
    tender,
    lot: '1',
    bidder: by.account.org,
    seq,
    envelopes: eids,
    blobs: [],
    replaces,
    made: secondsZ(Date.now()),
  })
  const salt = P.random(32)
  return { body: { jws, salt: b64u(salt), envelopes }, c: commitment(P, salt, jws), eids }
}

/** The file with one bit of custodian x's encrypted share turned: that share cannot be decrypted any more, and nothing else changes. */
export function spoilShare(envelope: string, x: number): string {
  const file = JSON.parse(envelope) as JsonObject & { shares: string[] }
  const parts = (file.shares[x - 1] as string).split('.')
  const ciphertext = fromB64u(parts[3] as string)
  ciphertext[0] = (ciphertext[0] as number) ^ 1
  parts[3] = b64u(ciphertext)
  file.shares[x - 1] = parts.join('.')
  return canonical(file as Json)
}

/** A good pair of envelopes of this bidder. */
export async function goodPair(
  by: Person,
  tender: string,
  keysets: { technical: Keyset; price: Keyset },
  technical: JsonObject = { approach: `Approach of ${by.account.org}`, summary: '요약' },
  price: JsonObject = OFFER,
): Promise<Envelopes> {
  const made = secondsZ(Date.now())
  const bidder = by.account.org
  const bid = { tender, bidder, seq: 1, replaces: null, made, keysets, technical, price }
  return (await sealBid(P, signerOf(by), bid)).body.envelopes
}

/** An envelope with a bid that `other` signed, for itself and for this very envelope: only the signature tells whose it is. */
export async function othersBid(keyset: Keyset, other: Person, body: JsonObject): Promise<string> {
  const { bytes } = await seal(P, keyset, ({ ks, kc }) =>
    signJws(P, signerOf(other), {
      typ: 'bid/1',
      tender: keyset.tender,
      lot: '1',
      kind: keyset.kind,
      bidder: other.account.org,
      ks,
      kc,
      seq: 1,
      body,
      rnd: b64u(P.random(32)),
      att: [],
    }),
  )
  return new TextDecoder().decode(bytes)
}
