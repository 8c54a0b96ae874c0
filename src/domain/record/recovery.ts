// A custodian lost its identity key and cannot sign for the next one: do another custodian and a body of oversight stand for it?
import { b64u, FormatError, utf8 } from '../../proof/bytes.ts'
import { canonical, type JsonObject } from '../../proof/canonical.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { type Primitives, thumbprint } from '../../proof/primitives.ts'
import type { Entry } from './entry.ts'
import { type Obj, object, text } from './fields.ts'
import type { LoggedKey } from './keyring.ts'
import { type KeyPayload, readKeyPayload } from './payloads.ts'

/** What stands in a `custodian.identity/1` that the key before could not sign. */
export interface Recovery {
  /** The institution's own word: the same `custodian.identity/1` without this member, signed by the new key. */
  request: string
  /** Another custodian's word for that request: a `custodian.vouched/1` by its identity key. */
  vouched: string
  /** Why the auditor, who signs the entry, lets the key be changed. */
  statement: string
}

/** `custodian.vouched/1`: another custodian has made sure that the institution itself asks for this key. */
export interface Vouched {
  /** Who vouches. */
  custodian: string
  /** Whose key it is. */
  id: string
  replaces: string
  /** SHA-256 of the request, base64url. */
  request: string
}

/** The recovery in the payload of a `custodian.identity/1`; null where the key before signed. Throws FormatError. */
export function readRecovery(o: Obj): Recovery | null {
  if (o.recovery === undefined) return null
  const r = object(o.recovery, 'recovery')
  return { request: text(r, 'request'), vouched: text(r, 'vouched'), statement: text(r, 'statement') }
}

/** Reads the payload of a `custodian.vouched/1`. Throws FormatError. */
export const readVouched = (o: Obj): Vouched => ({
  custodian: text(o, 'custodian'),
  id: text(o, 'id'),
  replaces: text(o, 'replaces'),
  request: text(o, 'request'),
})

/** What another custodian signs for a request. Throws FormatError when the request asks for no change of a key. */
export function vouchFor(P: Primitives, custodian: string, request: string): JsonObject & { typ: string } {
  const { id, replaces } = readKeyPayload(readJws(request).payload)
  if (replaces === null) throw new FormatError('it replaces no key')
  return { typ: 'custodian.vouched/1', custodian, id, replaces, request: b64u(P.sha256(utf8(request))) }
}

/** The entry that an auditor signs: what the institution asks for, with everybody's word. Throws FormatError. */
export function recoveredIdentity(recovery: Recovery): JsonObject & { typ: string } {
  const { payload } = readJws(recovery.request)
  const { id, org, from, replaces } = readKeyPayload(payload)
  const { request, vouched, statement } = recovery
  return {
    typ: 'custodian.identity/1',
    id,
    org,
    jwk: payload.jwk ?? null,
    from,
    replaces,
    recovery: { request, vouched, statement },
  }
}

/** Whom one has to know to judge an entry with a recovery: the custodian that vouches, by its own word. Null when it names nobody. */
export function voucherIn(payload: Obj): string | null {
  try {
    const recovery = readRecovery(payload)
    return recovery && readVouched(readJws(recovery.vouched).payload).custodian
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** How far the log knows an organisation that orders such a change: an oversight body that is no custodian itself, and verified. */
export const overseesBy = (standing: Obj): boolean =>
  standing.kind === 'oversight' &&
  standing.body !== 'custodian-institution' &&
  (standing.standing === 'verified' || standing.standing === 'restored')

type Wrong = { ko: string; en: string }

/** Who can be asked for a key, and for a body's standing, at the entry that is judged. */
export type KnownBelow = {
  /** The identity in force of this custodian with this kid. */
  identity: (id: string, kid: string) => LoggedKey | null
  /** The person's key in force with this kid, whosever it is. */
  person: (kid: string) => LoggedKey | null
  /** Is this a verified body of oversight, by the log's last word below the entry? */
  oversees: (org: string) => boolean
}

/**
 * What is wrong with a custodian's new identity that the key before did not sign; null when it holds. It takes three signatures of three
 * organisations: the institution's own, by the new key; another custodian's, by its identity key in force; and, over the whole entry, an
 * auditor's of a verified body of oversight, by a key in force. Specification: section 4.8, rotation of identity keys.
 */
export async function recoveryWrong(
  P: Primitives,
  e: Entry<Obj>,
  p: KeyPayload,
  known: KnownBelow,
): Promise<Wrong | null> {
  const recovery = readRecovery(e.payload)
  if (!recovery) return { ko: '회복의 근거가 없습니다.', en: 'nobody stands for the new key.' }
  const own = await verifyJws(P, recovery.request, p.jwk, 'custodian.identity/1')
  const asked = own && own.header.kid === thumbprint(P, p.jwk) && canonical(own.payload)
  const { recovery: _, ...said } = e.payload
  if (!asked || asked !== canonical(said)) {
    return {
      ko: '새 열쇠를 청한 기관의, 그 열쇠로 된 서명이 없습니다.',
      en: 'the institution did not ask for just this with the new key.',
    }
  }
  const vouched = readJws(recovery.vouched)
  const by = readVouched(vouched.payload).custodian
  const voucher = by === p.id ? null : known.identity(by, vouched.header.kid)
  const due = voucher && canonical(vouchFor(P, voucher.id, recovery.request))
  const word = voucher && (await verifyJws(P, recovery.vouched, voucher.jwk, 'custodian.vouched/1'))
  if (!word || canonical(word.payload) !== due) {
    return {
      ko: '다른 보관 기관이 이 열쇠를 보증하지 않았습니다.',
      en: 'no other custodian whose identity key was in force vouches for it.',
    }
  }
  const auditor = known.person(e.kid)
  const third = auditor !== null && auditor.org !== p.id && auditor.org !== voucher?.id && known.oversees(auditor.org)
  if (!third || !(await verifyJws(P, e.jws, auditor.jwk, 'custodian.identity/1'))) {
    return {
      ko: '두 기관이 아닌, 확인된 감독 기관의 그때 효력이 있던 서명이 없습니다.',
      en: 'it is not signed by an auditor of a third organisation that was a verified body of oversight.',
    }
  }
  return null
}
