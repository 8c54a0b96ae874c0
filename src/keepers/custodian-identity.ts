// Who is this custodian? Its long-lived signing key, made once in its own folder, and the public statement that names it.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { secondsZ } from '../domain/kit/time.ts'
import { readFileIfThere, writeFileAtomic } from '../node/atomic-file.ts'
import { b64u, equal, FormatError, fromB64u, fromUtf8, utf8 } from '../proof/bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from '../proof/canonical.ts'
import { readJws, type Signer, signJws } from '../proof/jws.ts'
import { isScalar, type Primitives, type PublicJwk, readPublicJwk, thumbprint } from '../proof/primitives.ts'

export type Identity = {
  readonly id: string
  readonly jwk: PublicJwk
  readonly kid: string
  readonly signer: Signer
  /** The `custodian.identity/1` that put this key into the log: signed by itself, or by the one before. Stands in `identity.jws`. */
  readonly jws: string
  /** Public halves of the keys before this one: what they signed in their time is this custodian's own. */
  readonly past: readonly PublicJwk[]
}

/** A key that is to take the place of the present one, and the statement that the present one has signed. */
export type Successor = { readonly kid: string; readonly jws: string; readonly scalar: Uint8Array }

/** Fresh 32-byte P-256 scalar: drawn again in the one case of 2³² in which it is no scalar. */
export function freshScalar(P: Primitives): Uint8Array {
  for (;;) {
    const scalar = P.random(32)
    if (isScalar(scalar)) return scalar
  }
}

function readKey(bytes: Uint8Array, id: string): Uint8Array {
  const key = parseJson(fromUtf8(bytes))
  if (!hasMembers(key, ['id', 'scalar', 'typ']) || key.typ !== 'custodian.key/1' || typeof key.scalar !== 'string') {
    throw new FormatError('identity.key is not a custodian key')
  }
  if (key.id !== id) throw new FormatError(`this folder belongs to the custodian ${JSON.stringify(key.id)}`)
  const scalar = fromB64u(key.scalar)
  if (!isScalar(scalar)) throw new FormatError('identity.key holds no P-256 scalar')
  return scalar
}

/**
 * Opens the identity in the folder, or makes it. The key is written before the statement: killed in between, the next start
 * writes a statement for the same key. Throws FormatError when the folder is another custodian's.
 *
 * @param now own clock, milliseconds; only the `from` of a new statement uses it
 */
export async function openIdentity(P: Primitives, dir: string, id: string, now: number): Promise<Identity> {
  const keyPath = join(dir, 'identity.key')
  const jwsPath = join(dir, 'identity.jws')
  const kept = readFileIfThere(keyPath)
  const next = successorIn(P, dir, id)
  // Killed while the new key was taking its place: it has, and only its statement was still to be written.
  if (kept && next && equal(readKey(kept, id), next.scalar)) finish(dir, next)
  const scalar = kept ? readKey(kept, id) : freshScalar(P)
  if (!kept) writeFileAtomic(keyPath, canonical({ typ: 'custodian.key/1', id, scalar: b64u(scalar) }))
  const jwk = P.p256PublicKey(scalar)
  const signer: Signer = { kid: thumbprint(P, jwk), sign: (data) => P.es256Sign(scalar, data) }
  const stated = readFileIfThere(jwsPath)
  if (stated) {
    const jws = fromUtf8(stated).trim()
    if (thumbprint(P, readPublicJwk(readJws(jws).payload.jwk)) !== signer.kid)
      throw new FormatError('identity.jws is of another key than identity.key')
    return { id, jwk, kid: signer.kid, signer, jws, past: pastIn(dir) }
  }
  const from = secondsZ(now)
  const jws = await signJws(P, signer, { typ: 'custodian.identity/1', id, org: id, jwk, from, replaces: null })
  writeFileAtomic(jwsPath, utf8(jws), { mode: 0o644 })
  return { id, jwk, kid: signer.kid, signer, jws, past: [] }
}

function pastIn(dir: string): PublicJwk[] {
  const bytes = readFileIfThere(join(dir, 'identity.past'))
  if (!bytes) return []
  const kept = parseJson(fromUtf8(bytes))
  if (!hasMembers(kept, ['keys', 'typ']) || kept.typ !== 'custodian.past/1' || !Array.isArray(kept.keys))
    throw new FormatError('identity.past holds no keys')
  return kept.keys.map(readPublicJwk)
}

/** The key in the folder that is to take the present one's place; null when none is. */
export function successorIn(P: Primitives, dir: string, id: string): Successor | null {
  const bytes = readFileIfThere(join(dir, 'identity.next'))
  if (!bytes) return null
  const kept = parseJson(fromUtf8(bytes))
  if (!hasMembers(kept, ['id', 'jws', 'scalar', 'typ']) || kept.typ !== 'custodian.next/1' || kept.id !== id)
    throw new FormatError('identity.next is not a key of this custodian')
  if (typeof kept.jws !== 'string' || typeof kept.scalar !== 'string') throw new FormatError('identity.next is no key')
  const scalar = fromB64u(kept.scalar)
  if (!isScalar(scalar)) throw new FormatError('identity.next holds no P-256 scalar')
  return { kid: thumbprint(P, P.p256PublicKey(scalar)), jws: kept.jws, scalar }
}

/**
 * Makes the key that is to take the present one's place, with the statement that the present one signs, and keeps both in the folder.
 * From then on the custodian hands the statement in until it stands in the log, and only then works with the new key. One that was made
 * before and is not in the log yet is answered again: there is one successor at a time.
 */
export async function prepareSuccessor(P: Primitives, dir: string, of: Identity, now: number): Promise<Successor> {
  const before = successorIn(P, dir, of.id)
  if (before) return before
  const scalar = freshScalar(P)
  const jwk = P.p256PublicKey(scalar)
  const { id, kid: replaces } = of
  const payload = { typ: 'custodian.identity/1', id, org: id, jwk, from: secondsZ(now), replaces }
  const jws = await signJws(P, of.signer, payload)
  writeFileAtomic(join(dir, 'identity.next'), canonical({ typ: 'custodian.next/1', id, scalar: b64u(scalar), jws }))
  return { kid: thumbprint(P, jwk), jws, scalar }
}

function finish(dir: string, next: Successor): void {
  writeFileAtomic(join(dir, 'identity.jws'), utf8(next.jws), { mode: 0o644 })
  rmSync(join(dir, 'identity.next'), { force: true })
}

/**
 * Makes a key for an institution that lost the one in the log, and its own word that this is to take the lost one's place. The word
 * counts for nothing until another custodian and a body of oversight stand for it. The same folder gives the same word again.
 *
 * @param lost number of the key in the log
 */
export async function askForRecovery(
  P: Primitives,
  dir: string,
  id: string,
  { lost, now }: { lost: string; now: number },
): Promise<Identity> {
  const keyPath = join(dir, 'identity.key')
  const kept = readFileIfThere(keyPath)
  if (kept && readFileIfThere(join(dir, 'identity.jws'))) {
    const identity = await openIdentity(P, dir, id, now)
    if (asksForRecovery(identity) && readJws(identity.jws).payload.replaces === lost) return identity
    throw new FormatError('this folder has an identity key: --rotate puts another in its place')
  }
  const scalar = kept ? readKey(kept, id) : freshScalar(P)
  if (!kept) writeFileAtomic(keyPath, canonical({ typ: 'custodian.key/1', id, scalar: b64u(scalar) }))
  const jwk = P.p256PublicKey(scalar)
  const signer: Signer = { kid: thumbprint(P, jwk), sign: (data) => P.es256Sign(scalar, data) }
  const from = secondsZ(now)
  const jws = await signJws(P, signer, { typ: 'custodian.identity/1', id, org: id, jwk, from, replaces: lost })
  writeFileAtomic(join(dir, 'identity.jws'), utf8(jws), { mode: 0o644 })
  return openIdentity(P, dir, id, now)
}

/** Does the key itself say that it replaces another? Then others must stand for it: the one before cannot. */
export function asksForRecovery({ jws, kid }: Identity): boolean {
  const { header, payload } = readJws(jws)
  return payload.replaces !== null && header.kid === kid
}

/** Keeps the public halves of keys that the log had under this id before, so that what they released is known as one's own. */
export async function rememberPast(P: Primitives, dir: string, of: Identity, past: PublicJwk[]): Promise<Identity> {
  const keys: Json[] = past.map((jwk) => ({ ...jwk }))
  writeFileAtomic(join(dir, 'identity.past'), canonical({ typ: 'custodian.past/1', keys }), { mode: 0o644 })
  return openIdentity(P, dir, of.id, 0)
}

/** Puts the successor in the present key's place, whose private half is gone with that. To be called once the log has the statement. */
export async function succeed(P: Primitives, dir: string, of: Identity, next: Successor): Promise<Identity> {
  const { id } = of
  const keys: Json[] = [...of.past, of.jwk].map((jwk) => ({ ...jwk }))
  writeFileAtomic(join(dir, 'identity.past'), canonical({ typ: 'custodian.past/1', keys }), { mode: 0o644 })
  writeFileAtomic(join(dir, 'identity.key'), canonical({ typ: 'custodian.key/1', id, scalar: b64u(next.scalar) }))
  finish(dir, next)
  return openIdentity(P, dir, id, 0)
}
