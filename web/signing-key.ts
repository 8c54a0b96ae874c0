// With which key does this person sign in this browser? A P-256 key whose private half never leaves it. Pages and workers ask.
import type { Signer } from '../src/proof/jws.ts'
import type { PublicJwk } from '../src/proof/primitives.ts'
import { keptAll } from './browser-store.ts'

export type StoredKey = { kid: string; account: string; org: string; jwk: PublicJwk; privateKey: CryptoKey }

/** Browsers sign on https and on localhost only. */
export const canSign = (): boolean => typeof crypto !== 'undefined' && crypto.subtle !== undefined

/** The key with this kid, if this browser has it for the account. */
export async function storedKey(account: string, kid: string | null): Promise<StoredKey | null> {
  if (kid === null) return null
  const keys = await keptAll<StoredKey>('keys')
  return keys.find((key) => key.account === account && key.kid === kid) ?? null
}

export const signerOf = (key: StoredKey): Signer => ({
  kid: key.kid,
  // WebCrypto's ES256 signature is r‖s already, as JOSE wants it.
  sign: async (data) =>
    new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.privateKey, new Uint8Array(data))),
})
