// To whom is a bid sealed? The keyset: one fresh public key of each custodian, for one tender, lot and kind of envelope.
import { FormatError, utf8 } from './bytes.ts'
import { canonical, hasMembers, type Json } from './canonical.ts'
import { isInstant } from './instant.ts'
import { type Primitives, type PublicJwk, readPublicJwk, thumbprint } from './primitives.ts'

/** What an envelope holds: a half of a bid, a contribution to a draw, an old seed sealed again, or an exercise. */
export const ENVELOPE_KINDS = ['technical', 'price', 'draw', 'rekey', 'rehearsal'] as const
export type EnvelopeKind = (typeof ENVELOPE_KINDS)[number]

export type KeysetCustodian = {
  /** Number of its share, 1…n in the order of the list. */
  readonly x: number
  readonly id: string
  /** Thumbprint of `jwk`. */
  readonly kid: string
  readonly jwk: PublicJwk
}

export type Keyset = {
  readonly typ: 'keyset/1'
  readonly tender: string
  readonly lot: string
  readonly kind: EnvelopeKind
  /** How many custodians open, 2 ≤ t ≤ n. */
  readonly t: number
  /** How many there are, at most 16. */
  readonly n: number
  /** Custodians' own clocks must have passed it. */
  readonly open_after: string
  /** Types of entries that must be in the log before anything opens. */
  readonly requires: readonly string[]
  readonly custodians: readonly KeysetCustodian[]
}

/** Plaintexts are padded to a multiple of this, in bytes: lengths must not tell one bid from another. */
export function bucketOf(kind: EnvelopeKind): 4096 | 16384 {
  return kind === 'technical' ? 16384 : 4096
}

const MEMBERS = ['typ', 'tender', 'lot', 'kind', 't', 'n', 'open_after', 'requires', 'custodians']
const ENTRY_TYPE = /^[a-z0-9]+([.-][a-z0-9]+)*\/[1-9][0-9]*$/
/** Multiplying a point by one costs a little and tells whether it is on the curve. */
const ONE = Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 1 : 0))

function named(value: Json | undefined, what: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 200)
    throw new FormatError(`${what} is a text of 1 to 200 characters`)
  return value
}

function readCustodian(P: Primitives, value: Json, index: number): KeysetCustodian {
  if (!hasMembers(value, ['x', 'id', 'kid', 'jwk'])) throw new FormatError('a custodian has x, id, kid and jwk')
  if (value.x !== index + 1) throw new FormatError(`custodian ${index + 1} of the list has another number`)
  const jwk = Object.freeze(readPublicJwk(value.jwk))
  if (value.kid !== thumbprint(P, jwk)) throw new FormatError(`the kid of custodian ${value.x} is not that of its key`)
  if (P.p256Ecdh(ONE, jwk) === null) throw new FormatError(`the key of custodian ${value.x} is not on the curve`)
  return Object.freeze({ x: value.x, id: named(value.id, 'the id of a custodian'), kid: value.kid, jwk })
}

/**
 * Reads a keyset, for instance the payload of the JWS in the log. Throws {@link FormatError} with what is wrong.
 *
 * Whether the agency signed it, whether it is in the log and whether each key is one that its custodian published are the caller's
 * questions; this answers whether it is a keyset at all. The answer is frozen.
 */
export function readKeyset(P: Primitives, json: Json): Keyset {
  if (!hasMembers(json, MEMBERS)) throw new FormatError(`a keyset has exactly the members ${MEMBERS.join(', ')}`)
  const { typ, t, n, open_after, requires } = json
  const kind = ENVELOPE_KINDS.find((known) => known === json.kind)
  if (typ !== 'keyset/1') throw new FormatError('typ of a keyset is keyset/1')
  if (kind === undefined) throw new FormatError(`kind of a keyset is one of ${ENVELOPE_KINDS.join(', ')}`)
  if (typeof t !== 'number' || typeof n !== 'number' || t < 2 || t > n || n > 16)
    throw new FormatError('2 ≤ t ≤ n ≤ 16 does not hold')
  if (!isInstant(open_after)) throw new FormatError('open_after is a time in UTC')
  if (!Array.isArray(requires) || !requires.every((type) => typeof type === 'string' && ENTRY_TYPE.test(type))) {
    throw new FormatError('requires lists types of entries')
  }
  if (!Array.isArray(json.custodians) || json.custodians.length !== n) throw new FormatError('there are n custodians')
  const custodians = json.custodians.map((custodian, index) => readCustodian(P, custodian, index))
  for (const member of ['id', 'kid'] as const) {
    if (new Set(custodians.map((custodian) => custodian[member])).size !== n)
      throw new FormatError(`two custodians have the same ${member}`)
  }
  const keyset: Keyset = Object.freeze({
    typ,
    tender: named(json.tender, 'tender'),
    lot: named(json.lot, 'lot'),
    kind,
    t,
    n,
    open_after,
    requires: Object.freeze([...(requires as string[])]),
    custodians: Object.freeze(custodians),
  })
  ids.set(keyset, keysetId(P, keyset))
  return keyset
}

/** Ids of keysets that were read here: those are frozen, so their id cannot change behind it. */
const ids = new WeakMap<Keyset, Uint8Array>()

/** `ks`, 32 bytes: SHA-256 of the keyset's canonical text. It binds tender, lot, kind, keys, thresholds and conditions. */
export function keysetId(P: Primitives, keyset: Keyset): Uint8Array {
  return (ids.get(keyset) ?? P.sha256(utf8(canonical(keyset as unknown as Json)))).slice()
}
