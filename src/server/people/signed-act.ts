// Did the caller sign for this act? The very payload that is to enter the log, with the key that is in force as long as the act lasts.
import { type SQL, sql } from 'drizzle-orm'
import { parseTime } from '../../domain/kit/time.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import type { Caller } from '../../domain/powers.ts'
import { FormatError, fromUtf8 } from '../../proof/bytes.ts'
import { canonical, type JsonObject } from '../../proof/canonical.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { insist, refuse } from '../problem.ts'
import { keyInForce, known } from './caller.ts'

/**
 * Name of the advisory lock on an organisation's keys. An act counts when its key is in force where it stands in the log: who
 * judges a signature holds this shared to the end of its transaction, so that a new key, and a report of a lost one, enters the
 * log after that act.
 */
export const keysLock = (org: string): string => `keys of ${org}`

/** The lock's number. */
export const keysOf = (org: string): SQL => sql`hashtextextended(${keysLock(org)}, 0)`

/** Keeps the keys of organisations as they are until the transaction ends: who enrols or reports one waits. */
export async function holdKeys(work: Work, orgs: readonly string[]): Promise<void> {
  for (const org of [...new Set(orgs)].sort()) {
    await work.tx.execute(sql`SELECT pg_advisory_xact_lock_shared(${keysOf(org)})`)
  }
}

/** Keeps everybody else from enrolling, reporting and signing for the organisation until the transaction ends. */
export async function takeKeys(work: Work, org: string): Promise<void> {
  await work.tx.execute(sql`SELECT pg_advisory_xact_lock(${keysOf(org)})`)
}

/**
 * Every reason against a signature over an act: no key in force, not that key's signature, or a payload that is not the one to be
 * logged. None: the JWS may enter the log as it stands, by `readJws(jws).header.kid`.
 */
export async function signatureReasons(
  P: Primitives,
  work: Work,
  caller: Caller,
  jws: string,
  payload: JsonObject & { typ: string },
  at = '/jws',
): Promise<Reason[]> {
  const { account, org } = known(caller)
  await holdKeys(work, [org])
  const own = await keyInForce(work, account)
  if (!own) return [{ code: 'no-key', facts: {} }]
  const bad: Reason[] = [{ code: 'bad-signature', facts: { what: payload.typ }, at }]
  try {
    const verified = await verifyJws(P, jws, own.jwk, payload.typ)
    if (!verified || verified.header.kid !== own.kid) return bad
    // Byte for byte: what was signed is what will be served, so it is canonical or refused.
    if (fromUtf8(readJws(jws).payloadBytes) === canonical(payload)) return []
    return [{ code: 'act-mismatch', facts: { what: payload.typ }, at }]
  } catch (err) {
    if (err instanceof FormatError) return bad
    throw err
  }
}

/** How far a time that a person signed may be from ours. */
export const SKEW_MS = 300_000

/** Judges that whoever has a key in force signed, and nobody else: `signature-missing`, or what is wrong with the signature. Answers the key's number, or the account. */
export async function insistSigned(
  P: Primitives,
  work: Work,
  act: { caller: Caller; payload: JsonObject & { typ: string }; jws: string | undefined; at?: string },
): Promise<string> {
  const { caller, payload, jws, at = '/jws' } = act
  const { account, org } = known(caller)
  await holdKeys(work, [org])
  const own = await keyInForce(work, account)
  if (own && jws === undefined) refuse('signature-missing', { what: payload.typ }, at)
  if (jws !== undefined) insist(await signatureReasons(P, work, caller, jws, payload, at))
  return own?.kid ?? account
}

/**
 * Logs what somebody did about people or organisations. Whoever has a key in force has signed the entry, and `jws` is it; of whoever has
 * none it is the service's word for the account. Refused: `signature-missing` where there is a key and no signature.
 */
export async function appendAct(
  P: Primitives,
  work: Work,
  act: { org: string; caller: Caller; payload: JsonObject & { typ: string }; jws: string | undefined; at?: string },
): Promise<void> {
  const { payload, jws } = act
  const by = await insistSigned(P, work, act)
  await append(P, work, { typ: payload.typ, org: act.org, ref: '-', by, payload: jws ?? payload })
}

/** A time that stands in a signed payload, near enough to now; refuses with `clock-skew`. Of what is no JWS the signature is refused later. */
export function timeSigned(work: Work, jws: string, member: string): string {
  const said = (() => {
    try {
      return readJws(jws).payload[member]
    } catch (err) {
      if (err instanceof FormatError) return undefined
      throw err
    }
  })()
  if (said === undefined) return ''
  const time = parseTime(said)
  if (!time.ok || Math.abs(time.value - work.now.date.getTime()) > SKEW_MS) refuse('clock-skew')
  return String(said)
}

/** Judges the first person's word for a proposal: signed now by whoever has a key in force, and by nobody else. */
export async function insistAsked(
  P: Primitives,
  work: Work,
  caller: Caller,
  jws: string | undefined,
  payloadOf: (made: string) => JsonObject & { typ: string },
): Promise<void> {
  const { account, org } = known(caller)
  await holdKeys(work, [org])
  if (jws !== undefined) {
    insist(await signatureReasons(P, work, caller, jws, payloadOf(timeSigned(work, jws, 'made'))))
  } else if (await keyInForce(work, account)) refuse('signature-missing', { what: payloadOf('').typ }, '/jws')
}

/**
 * Does the first person's word still hold where the entry will stand? The key that signed it is in force, or there was none and there
 * still is none. Refuses with `proposal-unsigned`: it must be proposed again.
 */
export async function insistStands(work: Work, proposer: Caller, jws: string | undefined): Promise<void> {
  const { account, org } = known(proposer)
  await holdKeys(work, [org])
  const own = await keyInForce(work, account)
  const kid = jws === undefined ? undefined : readJws(jws).header.kid
  if (own?.kid !== kid) refuse('proposal-unsigned')
}
