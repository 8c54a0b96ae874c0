// Which private keys does the API itself hold? One that signs receipts, one that signs access tokens. Never one that opens a bid.
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { es256Signer } from '../node/primitives.ts'
import { b64u, fromB64u } from '../proof/bytes.ts'
import type { Signer } from '../proof/jws.ts'
import { type Primitives, type PublicJwk, thumbprint } from '../proof/primitives.ts'

export type ServerKeys = {
  receipts: Signer & { jwk: PublicJwk; scalar: Uint8Array }
  /** Ed25519 seed and public key of access tokens. */
  tokens: { kid: string; seed: Uint8Array; publicKey: Uint8Array }
  /** AES-256 key of the secrets of second factors. */
  factors: Uint8Array
}

/** A P-256 signer over a raw scalar. */
export function scalarSigner(P: Primitives, scalar: Uint8Array): Signer & { jwk: PublicJwk; scalar: Uint8Array } {
  const jwk = P.p256PublicKey(scalar)
  return { kid: thumbprint(P, jwk), jwk, scalar, sign: (data) => P.es256Sign(scalar, data) }
}

/** A random P-256 scalar: 32 random bytes are outside 1…n−1 with a probability of 2^-32, and are then drawn again. */
export function randomScalar(P: Primitives): Uint8Array {
  for (;;) {
    const scalar = P.random(32)
    try {
      P.p256PublicKey(scalar)
      return scalar
    } catch {
      // Out of range: draw again.
    }
  }
}

/** Makes a file whole or not at all, and never over another: the first of two processes wins. */
export async function makeOnce(file: string, text: string, unique: string): Promise<void> {
  const own = `${file}.${unique}`
  const handle = await open(own, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(own, file)
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err
  } finally {
    await unlink(own)
  }
}

/** The key of second factors, in a file of its own: it outlives the key of tokens. Made by whichever program comes first. */
export async function factorKey(P: Primitives, dir: string): Promise<Uint8Array> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, 'factors.json')
  await makeOnce(file, `${JSON.stringify({ factors: b64u(P.random(32)) })}\n`, b64u(P.random(9)))
  return fromB64u((JSON.parse(await readFile(file, 'utf8')) as { factors: string }).factors)
}

/** Reads the server's keys from its folder, making them at the first start. Two processes that start at once get the same. */
export async function serverKeys(P: Primitives, dir: string): Promise<ServerKeys> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, 'keys.json')
  const fresh = { receipts: b64u(randomScalar(P)), tokens: b64u(P.random(32)) }
  await makeOnce(file, `${JSON.stringify(fresh)}\n`, b64u(P.random(9)))
  const kept = JSON.parse(await readFile(file, 'utf8')) as typeof fresh
  const seed = fromB64u(kept.tokens)
  const publicKey = P.ed25519PublicKey(seed)
  const receipts = scalarSigner(P, fromB64u(kept.receipts))
  return {
    receipts: { ...receipts, sign: es256Signer(receipts.scalar) },
    tokens: { kid: b64u(P.sha256(publicKey)).slice(0, 16), seed, publicKey },
    factors: await factorKey(P, dir),
  }
}
