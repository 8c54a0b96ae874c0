// What are the bytes of an entry of the public log?
import { b64u, concat, FormatError, fromB64u, fromUtf8, utf8 } from './bytes.ts'
import { canonical, hasMembers, parseJson } from './canonical.ts'
import { isInstant } from './instant.ts'
import type { Primitives } from './primitives.ts'

/** An act that everyone may see: what, when, by whom, and the hash of its payload, which is served beside the log. */
export type OpenLeaf = {
  v: 1
  /** Type with version, e.g. `tender.notice/1`. */
  typ: string
  /** UTC, RFC 3339. */
  at: string
  /** Organisation, or `-`. */
  org: string
  /** Tender number without its revision, or `-`. */
  ref: string
  /** Key or account that acted, or `-`. */
  by: string
  /** SHA-256 of the payload's bytes, base64url. */
  h: string
}

/** An act that is not to be seen yet; submissions, replacements, withdrawals and covers look the same. */
export type SealedLeaf = { v: 1; typ: 'sealed/1'; c: string }

/** A bundle gives an entry's length two bytes (C2SP tlog-tiles). */
const MAX_ENTRY = 65_535
const ENTRY_TYPE = /^[a-z0-9]+([.-][a-z0-9]+)*\/[1-9][0-9]*$/

function insistHash(text: unknown, name: string): void {
  if (typeof text !== 'string' || fromB64u(text).length !== 32)
    throw new FormatError(`${name} of an entry is 32 bytes in base64url`)
}

function insistOpen(leaf: Record<string, unknown>): asserts leaf is OpenLeaf {
  const { typ, at, org, ref, by, h } = leaf
  if (typeof typ !== 'string' || !ENTRY_TYPE.test(typ) || typ === 'sealed/1')
    throw new FormatError('typ of an entry is a name with a version')
  if (!isInstant(at)) throw new FormatError('at of an entry is a time in UTC')
  for (const [name, value] of Object.entries({ org, ref, by })) {
    if (typeof value !== 'string' || value === '') throw new FormatError(`${name} of an entry is a text or "-"`)
  }
  insistHash(h, 'h')
}

function bytesOf(leaf: OpenLeaf | SealedLeaf): Uint8Array {
  const bytes = utf8(canonical(leaf))
  if (bytes.length > MAX_ENTRY) throw new FormatError(`an entry is at most ${MAX_ENTRY} bytes`)
  return bytes
}

/** The bytes of an open entry, canonical JSON; throws {@link FormatError} when a field is not as {@link OpenLeaf} says. */
export function openLeaf({ typ, at, org, ref, by, h }: Omit<OpenLeaf, 'v'>): Uint8Array {
  const leaf = { v: 1, typ, at, org, ref, by, h } as const
  insistOpen(leaf)
  return bytesOf(leaf)
}

/** The bytes of a sealed entry. @param c the commitment, base64url */
export function sealedLeaf(c: string): Uint8Array {
  insistHash(c, 'c')
  return bytesOf({ v: 1, typ: 'sealed/1', c })
}

/**
 * The commitment of a sealed entry: SHA-256(`sealed/1\n` ‖ salt ‖ ASCII of the JWS), base64url. The salt hides which act it is even
 * from someone who can guess the act.
 *
 * @param salt 32 random bytes, chosen by whoever acts
 * @param jws the signed act, or the word `cover` for an entry that hides how many acts there are
 */
export function commitment(P: Primitives, salt: Uint8Array, jws: string): string {
  if (salt.length !== 32) throw new FormatError('a salt has 32 bytes')
  return b64u(P.sha256(concat(utf8('sealed/1\n'), salt, utf8(jws))))
}

/** Reads an entry; throws {@link FormatError} unless its bytes are the canonical ones of an open or a sealed leaf. */
export function readLeaf(bytes: Uint8Array): OpenLeaf | SealedLeaf {
  if (bytes.length > MAX_ENTRY) throw new FormatError(`an entry is at most ${MAX_ENTRY} bytes`)
  const text = fromUtf8(bytes)
  const leaf = parseJson(text)
  if (canonical(leaf) !== text) throw new FormatError('the bytes of an entry are not canonical')
  if (hasMembers(leaf, ['c', 'typ', 'v'])) {
    if (leaf.v !== 1 || leaf.typ !== 'sealed/1') throw new FormatError('an entry with c is of type sealed/1')
    insistHash(leaf.c, 'c')
    return { v: 1, typ: 'sealed/1', c: leaf.c as string }
  }
  if (!hasMembers(leaf, ['at', 'by', 'h', 'org', 'ref', 'typ', 'v'])) throw new FormatError('not an entry of this log')
  if (leaf.v !== 1) throw new FormatError('v of an entry is 1')
  insistOpen(leaf)
  return leaf
}
