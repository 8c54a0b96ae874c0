// Is this opened bid the one that this bidder signed for this envelope?
import { b64u, FormatError, fromB64u } from './bytes.ts'
import { hasMembers, type Json, type JsonObject } from './canonical.ts'
import { type Jws, readJws, verifyJws } from './jws.ts'
import { type EnvelopeKind, type Keyset, keysetId } from './keyset.ts'
import { type Primitives, type PublicJwk, thumbprint } from './primitives.ts'

/** One attached file, an age file of its own; `bytes` counts the plaintext. */
export type BidAttachment = { name: string; type: string; bytes: number; sha256: string; ct: string }

export type Bid = {
  typ: 'bid/1'
  tender: string
  lot: string
  kind: EnvelopeKind
  bidder: string
  ks: string
  kc: string
  /** 1 for the first bid, one more for each replacement. */
  seq: number
  /** The form's data; amounts are decimal strings. */
  body: JsonObject
  /** Two different slot numbers, where reserve prices are drawn. */
  picks?: [number, number]
  /** 32 bytes, base64url: contribution to the draw. */
  rnd: string
  att: BidAttachment[]
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== ''
const isCount = (value: Json | undefined): value is number => typeof value === 'number' && value >= 0

function isHash(value: Json | undefined): value is string {
  if (typeof value !== 'string') return false
  try {
    return fromB64u(value).length === 32
  } catch {
    return false
  }
}

function isAttachment(value: Json): boolean {
  if (!hasMembers(value, ['name', 'type', 'bytes', 'sha256', 'ct'])) return false
  return isText(value.name) && isText(value.type) && isCount(value.bytes) && isHash(value.sha256) && isHash(value.ct)
}

function isPicks(value: Json | undefined): boolean {
  if (value === undefined) return true
  if (!Array.isArray(value) || value.length !== 2 || value[0] === value[1]) return false
  return value.every((slot) => typeof slot === 'number' && slot >= 1)
}

/** The first member that is not as a bid has it, or nothing. */
function wrongMember(payload: JsonObject): string | undefined {
  const { seq, body, picks, rnd, att } = payload
  if (typeof seq !== 'number' || seq < 1) return 'seq'
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'body'
  if (!isPicks(picks)) return 'picks'
  if (!isHash(rnd)) return 'rnd'
  return Array.isArray(att) && att.every(isAttachment) ? undefined : 'att'
}

/**
 * Checks a bid that came out of a valid envelope: signed by the bidder's key, as a bid, for this tender, lot, kind, bidder and
 * envelope. A bid moved or copied into another envelope names the wrong `ks` or `kc` here.
 *
 * @param jws the compact JWS of `openEnvelope`
 * @param expected `kc` of the envelope, the bidder whose submission named it, and the key that signed that submission
 */
export async function checkBid(
  P: Primitives,
  keyset: Keyset,
  jws: string,
  expected: { bidder: string; kc: string; bidderKey: PublicJwk },
): Promise<{ ok: true; bid: Bid } | { ok: false; reason: string }> {
  const refuse = (reason: string) => ({ ok: false, reason }) as const
  let read: Jws
  try {
    read = readJws(jws)
  } catch (error) {
    if (error instanceof FormatError) return refuse(error.message)
    throw error
  }
  if (read.header.typ !== 'bid+jws' || read.payload.typ !== 'bid/1') return refuse('it is signed, but not as a bid')
  if (read.header.kid !== thumbprint(P, expected.bidderKey))
    return refuse('its kid names another key than the bidder’s')
  const signed = await verifyJws(P, jws, expected.bidderKey, 'bid/1')
  if (signed === null) return refuse('the signature is wrong')

  const { payload } = signed
  const right = {
    tender: keyset.tender,
    lot: keyset.lot,
    kind: keyset.kind,
    bidder: expected.bidder,
    ks: b64u(keysetId(P, keyset)),
    kc: expected.kc,
  }
  const differ = Object.entries(right).filter(([name, value]) => payload[name] !== value)
  if (differ.length > 0) return refuse(`it is signed for another ${differ.map(([name]) => name).join(', ')}`)
  const wrong = wrongMember(payload)
  return wrong === undefined ? { ok: true, bid: payload as unknown as Bid } : refuse(`${wrong} is not as a bid has it`)
}
