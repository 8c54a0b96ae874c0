// Who is this custodian? Its long-lived signing key, made once in its own folder, and the public statement that names it.
import { join } from 'node:path'
import { secondsZ } from '../domain/kit/time.ts'
import { readFileIfThere, writeFileAtomic } from '../node/atomic-file.ts'
import { b64u, FormatError, fromB64u, fromUtf8, utf8 } from '../proof/bytes.ts'
import { canonical, hasMembers, parseJson } from '../proof/canonical.ts'
import { readJws, type Signer, signJws } from '../proof/jws.ts'
import { isScalar, type Primitives, type PublicJwk, thumbprint } from '../proof/primitives.ts'

export type Identity = {
  readonly id: string
  readonly jwk: PublicJwk
  readonly kid: string
  readonly signer: Signer
  /** The `custodian.identity/1` for enrolment, signed by the key itself; the same text stands in `identity.jws`. */
  readonly jws: string
}

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
  const scalar = kept ? readKey(kept, id) : freshScalar(P)
  if (!kept) writeFileAtomic(keyPath, canonical({ typ: 'custodian.key/1', id, scalar: b64u(scalar) }))
  const jwk = P.p256PublicKey(scalar)
  const signer: Signer = { kid: thumbprint(P, jwk), sign: (data) => P.es256Sign(scalar, data) }
  const stated = readFileIfThere(jwsPath)
  if (stated) {
    const jws = fromUtf8(stated).trim()
    if (readJws(jws).header.kid !== signer.kid)
      throw new FormatError('identity.jws is of another key than identity.key')
    return { id, jwk, kid: signer.kid, signer, jws }
  }
  const from = secondsZ(now)
  const jws = await signJws(P, signer, { typ: 'custodian.identity/1', id, org: id, jwk, from, replaces: null })
  writeFileAtomic(jwsPath, utf8(jws), { mode: 0o644 })
  return { id, jwk, kid: signer.kid, signer, jws }
}
