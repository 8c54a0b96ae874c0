// How does a custodian clear itself? An envelope that no shares opened throws doubt on all: it proves what it was sent, once, and keeps its key.
import { b64u, fromB64u, hex } from '../proof/bytes.ts'
import { proveShares } from '../proof/clearing.ts'
import type { LogSource } from '../proof/follow.ts'
import { signJws } from '../proof/jws.ts'
import { type Keyset, keysetId } from '../proof/keyset.ts'
import type { Primitives } from '../proof/primitives.ts'
import type { Identity } from './custodian-identity.ts'

/** The signed clearing/1 for these envelopes; null when one of them is not served as it was sealed. */
export async function signClearing(
  P: Primitives,
  source: LogSource,
  identity: Identity,
  keyset: Keyset,
  eids: readonly string[],
  own: { x: number; scalar: Uint8Array },
): Promise<string | null> {
  const files = await Promise.all(eids.map((eid) => source.get(`payload/${hex(fromB64u(eid))}`)))
  if (files.some((file, i) => file === null || b64u(P.sha256(file)) !== eids[i])) return null
  const proof = proveShares(P, keyset, own.x, own.scalar, files as Uint8Array[])
  const { tender, lot } = keyset
  const ks = b64u(keysetId(P, keyset))
  return signJws(P, identity.signer, { typ: 'clearing/1', tender, lot, ks, x: own.x, eids: [...eids], ...proof })
}
