// What is one entry of the log, once its payload was fetched, hashed and read?
import { b64u, FormatError, fromB64u, fromUtf8, hex } from '../../proof/bytes.ts'
import { parseJson } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import type { OpenLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { signedAs } from '../events.ts'
import { type Obj, object } from './fields.ts'

/** Fetches what is published under a hash (lower-case hex of SHA-256); null when nothing is there. */
export type FetchPayload = (hex: string) => Promise<Uint8Array | null>

/** An entry whose payload was read. `jws` and `kid` stand only when a person or custodian signed it. */
export interface Entry<T> {
  index: number
  leaf: OpenLeaf
  /** The payload as served: what `leaf.h` is the hash of. */
  bytes: Uint8Array
  jws: string
  kid: string
  payload: T
}

/** Why an entry could not be read: nothing served, other bytes served, or bytes that are not in the format. */
export interface Unreadable {
  index: number
  typ: string
  org: string
  why: 'missing' | 'other bytes' | 'format'
  says: string
}

/** Reveals of large tenders hold every bidder's signature: 1,000 bids make about a megabyte. */
const LARGEST = 64 * 1024 * 1024

/**
 * Reads the payload of an open leaf as far as its outer form goes: bytes hash to the leaf, JSON or JWS, `typ` as the leaf says,
 * and for signed ones the leaf names the key of the header. Does not verify signatures.
 */
export async function readEntry(
  P: Primitives,
  at: { index: number; leaf: OpenLeaf },
  fetch: FetchPayload,
): Promise<Entry<Obj> | Unreadable> {
  const { index, leaf } = at
  const no = (why: Unreadable['why'], says: string): Unreadable => ({ index, typ: leaf.typ, org: leaf.org, why, says })
  try {
    const bytes = await fetch(hex(fromB64u(leaf.h)))
    if (bytes === null) return no('missing', 'nothing is published under its hash')
    if (b64u(P.sha256(bytes)) !== leaf.h) return no('other bytes', 'what is published has another hash')
    const text = fromUtf8(bytes)
    const signed = signedAs(leaf)
    if (signed === null) {
      const payload = object(parseJson(text, { bytes: LARGEST }))
      if (payload.typ !== leaf.typ) return no('format', 'payload and leaf are of different types')
      return { index, leaf, bytes, jws: '', kid: '', payload }
    }
    const { header, payload } = readJws(text)
    if (payload.typ !== signed) return no('format', 'payload and leaf are of different types')
    if (header.kid !== leaf.by) return no('format', 'the leaf names another key than the signature')
    return { index, leaf, bytes, jws: text, kid: header.kid, payload }
  } catch (e) {
    if (e instanceof FormatError) return no('format', e.message)
    throw e
  }
}

export const isUnreadable = (e: Entry<Obj> | Unreadable): e is Unreadable => 'why' in e

/** Applies `work` to every element, at most `width` at a time; answers in order. */
export async function inParallel<A, B>(list: readonly A[], width: number, work: (a: A) => Promise<B>): Promise<B[]> {
  const out: B[] = new Array(list.length)
  let next = 0
  const lane = async () => {
    for (let i = next++; i < list.length; i = next++) out[i] = await work(list[i] as A)
  }
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, lane))
  return out
}
