// Is what came out of this envelope a contribution to a draw, by the custodian who sealed it? `contribution/1`.
import { b64u, FormatError, fromB64u } from './bytes.ts'
import { type Jws, readJws, type Signer, signJws, verifyJws } from './jws.ts'
import type { Keyset } from './keyset.ts'
import { type Primitives, type PublicJwk, thumbprint } from './primitives.ts'
import { seal } from './seal.ts'

/** Seals 32 fresh random bytes to a keyset of kind `draw`, signed by who contributes. Nobody reads them before t custodians release. */
export async function sealContribution(
  P: Primitives,
  keyset: Keyset,
  signer: Signer,
): Promise<{ bytes: Uint8Array; eid: string }> {
  if (keyset.kind !== 'draw') throw new FormatError('a contribution is sealed to a keyset of kind draw')
  const r = b64u(P.random(32))
  const { bytes, eid } = await seal(P, keyset, () => signJws(P, signer, { typ: 'contribution/1', r }))
  return { bytes, eid }
}

/**
 * The 32 bytes (base64url) that a valid envelope of kind `draw` holds, if the custodian who handed it in signed them; else why not.
 *
 * @param jws the compact JWS of `openEnvelope`
 */
export async function checkContribution(
  P: Primitives,
  jws: string,
  key: PublicJwk,
): Promise<{ ok: true; r: string } | { ok: false; reason: string }> {
  const refuse = (reason: string) => ({ ok: false, reason }) as const
  let read: Jws
  try {
    read = readJws(jws)
  } catch (error) {
    if (error instanceof FormatError) return refuse(error.message)
    throw error
  }
  if (read.header.kid !== thumbprint(P, key)) return refuse('its kid names another key than the custodian’s')
  const signed = await verifyJws(P, jws, key, 'contribution/1')
  if (signed === null) return refuse('it is not signed as a contribution')
  const { r } = signed.payload
  try {
    if (typeof r === 'string' && fromB64u(r).length === 32) return { ok: true, r }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
  return refuse('r is not 32 bytes in base64url')
}
