// Too many custodians are gone: a bidder seals the seed of a bid to other ones. `rekey/1`: the seed decides all bytes, so nothing can change.
import { b64u, FormatError, fromB64u } from './bytes.ts'
import { type Jws, readJws, type Signer, signJws, verifyJws } from './jws.ts'
import type { Keyset } from './keyset.ts'
import { type Primitives, type PublicJwk, thumbprint } from './primitives.ts'
import { seal } from './seal.ts'

/** Seals the seed of an envelope (32 bytes) to a keyset of kind `rekey`, signed by its bidder. Nobody reads it before t of the new custodians release. */
export async function sealSeed(
  P: Primitives,
  keyset: Keyset,
  signer: Signer,
  seed: Uint8Array,
): Promise<{ bytes: Uint8Array; eid: string }> {
  if (keyset.kind !== 'rekey') throw new FormatError('a seed is sealed to a keyset of kind rekey')
  if (seed.length !== 32) throw new FormatError('a seed has 32 bytes')
  const { bytes, eid } = await seal(P, keyset, () => signJws(P, signer, { typ: 'rekey/1', seed: b64u(seed) }))
  return { bytes, eid }
}

/** The seed in what an envelope of kind `rekey` held, if this key signed it; null otherwise. `jws` is that of `openEnvelope`. */
export async function seedIn(P: Primitives, jws: string, key: PublicJwk): Promise<Uint8Array | null> {
  let read: Jws
  try {
    read = readJws(jws)
    if (read.header.kid !== thumbprint(P, key)) return null
    const { seed } = (await verifyJws(P, jws, key, 'rekey/1'))?.payload ?? {}
    const bytes = typeof seed === 'string' ? fromB64u(seed) : null
    return bytes?.length === 32 ? bytes : null
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}
