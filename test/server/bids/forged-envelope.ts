// Which envelopes would a hostile bidder make? Well-formed ones with one part taken from elsewhere: no key is needed to write them.
import { p256 } from '@noble/curves/nist.js'
import type { SealedBid } from '../../../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, fromB64u, fromUtf8, utf8 } from '../../../src/proof/bytes.ts'
import { canonical, type JsonObject, parseJson } from '../../../src/proof/canonical.ts'
import { signJws } from '../../../src/proof/jws.ts'
import { commitment } from '../../../src/proof/leaf.ts'
import type { PublicJwk } from '../../../src/proof/primitives.ts'
import type { Bidder } from './bid-kit.ts'

type Envelope = { v: string; ks: string; kc: string; shares: string[]; content: string } & JsonObject
type Header = JsonObject & { epk: PublicJwk }

const readEnvelopeText = (text: string): Envelope => parseJson(text) as Envelope

/** The protected header of a share or of the content. */
export const headerOf = (jwe: string): Header => parseJson(fromUtf8(fromB64u(jwe.split('.')[0] as string))) as Header

function withHeader(jwe: string, change: JsonObject): string {
  const parts = jwe.split('.')
  parts[0] = b64u(utf8(canonical({ ...headerOf(jwe), ...change })))
  return parts.join('.')
}

/** The ephemeral key of the nth share, from 0. */
export const epkOf = (text: string, n: number): PublicJwk => headerOf(readEnvelopeText(text).shares[n] as string).epk
export const kcOf = (text: string): string => readEnvelopeText(text).kc

/** The envelope with another key commitment wherever it names it. */
export function withKc(text: string, kc: string): string {
  const envelope = readEnvelopeText(text)
  return canonical({
    ...envelope,
    kc,
    shares: envelope.shares.map((share) => withHeader(share, { kc })),
    content: withHeader(envelope.content, { kc }),
  })
}

/** The envelope with another ephemeral key in its nth share. */
export function withEpk(text: string, n: number, epk: PublicJwk): string {
  const envelope = readEnvelopeText(text)
  return canonical({
    ...envelope,
    shares: envelope.shares.map((share, i) => (i === n ? withHeader(share, { epk }) : share)),
  })
}

/** The same x-coordinate with the other y: another point, the same Diffie-Hellman secret. */
export function negated(epk: PublicJwk): PublicJwk {
  const point = p256.Point.fromHex(Buffer.concat([Buffer.of(4), fromB64u(epk.x), fromB64u(epk.y)]).toString('hex'))
  const { x, y } = point.negate().toAffine()
  const field = (n: bigint) => b64u(Buffer.from(n.toString(16).padStart(64, '0'), 'hex'))
  return { crv: 'P-256', kty: 'EC', x: field(x), y: field(y) }
}

/** The envelope with content of another length, in bytes. */
export function withLength(text: string, length: number): string {
  const envelope = readEnvelopeText(text)
  const parts = envelope.content.split('.')
  parts[3] = b64u(new Uint8Array(length))
  return canonical({ ...envelope, content: parts.join('.') })
}

/** The envelope with a member that does not belong there. */
export const withMember = (text: string): string => canonical({ ...readEnvelopeText(text), x: 'y' })

export type Change = {
  technical?: (text: string) => string
  price?: (text: string) => string
  /** Changes the signed statement after the hashes of the envelopes were put in. */
  statement?: (payload: JsonObject) => JsonObject
  by?: Bidder['signer']
  typ?: string
}

/** A sealed bid with changed parts, its statement signed anew over them. */
export async function changed(by: Bidder, bid: SealedBid, change: Change): Promise<SealedBid> {
  const { envelopes, salt } = bid.body
  const technical = change.technical?.(envelopes.technical) ?? envelopes.technical
  const price = change.price?.(envelopes.price) ?? envelopes.price
  const eids = { technical: b64u(P.sha256(utf8(technical))), price: b64u(P.sha256(utf8(price))) }
  const payload = parseJson(fromUtf8(fromB64u(bid.body.jws.split('.')[1] as string))) as JsonObject & { typ: string }
  const named = { ...payload, envelopes: eids }
  const stated = { ...(change.statement?.(named) ?? named), typ: change.typ ?? 'submission/1' }
  const jws = await signJws(P, change.by ?? by.signer, stated)
  const c = commitment(P, fromB64u(salt), jws)
  return { ...bid, body: { jws, salt, envelopes: { technical, price } }, c, eids }
}
