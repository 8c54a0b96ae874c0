// Which entries of the log are somebody's own: signed by their keys, done by their account, or with something of theirs inside?
import { b64u, FormatError, fromB64u, fromUtf8, hex } from '../../proof/bytes.ts'
import { readJws } from '../../proof/jws.ts'
import { type OpenLeaf, readLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { type FetchPayload, inParallel } from './entry.ts'

export interface Oneself {
  account: string
  org: string
  /** Every key that the person ever had. */
  kids: readonly string[]
  /** True for whoever acts for a custodian: what the institution's own keys signed is its people's to show. */
  custodian: boolean
  /** Tenders in which something of theirs may stand inside another's entry: those that they mark, and those that they bid in. */
  tenders: readonly string[]
  /** Receipt numbers: commitments of what was sealed, or handed in to an auction. */
  cs: readonly string[]
  /** Hashes of statements that they signed. */
  hs: readonly string[]
}

/** `whole`: the entry is the act itself. `inside`: it holds or names what they signed. `sealed`: it is blinded. */
export type OwnEntry = {
  index: number
  how: 'whole' | 'inside' | 'sealed'
  typ: string
  /** Tender number, or `-`; that of a sealed entry does not stand in the log. */
  ref: string
  /** As the leaf has it; a sealed one has none. */
  at: string | null
  /** What of `cs`, or of `hs`, it is the entry of; null where the leaf's key or account tells. */
  of: string | null
}

/** Entries in which others' signatures stand, or which name them by a hash. */
const HOLDERS_OF_TENDERS: ReadonlySet<string> = new Set([
  'scores.locked/1',
  'committee.declared/1',
  'auction.bid/1',
  'late/1',
])
const HOLDERS_OF_ORGANISATIONS: ReadonlySet<string> = new Set([
  'exclusion/1',
  'exclusion.lifted/1',
  'role.changed/1',
  'role.delegated/1',
  'people.exported/1',
  'organisation.standing/1',
])

const COMPACT = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}/g
const HASH = /"(?:h|c)":"([A-Za-z0-9_-]{43})"/g

function kidOf(jws: string): string | null {
  try {
    return readJws(jws).header.kid
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** What of somebody's stands in a payload: a hash of a statement, a receipt number, or a signature by one of their keys; null for nothing. */
function inside(P: Primitives, text: string, hashes: ReadonlySet<string>, kids: ReadonlySet<string>): string | null {
  for (const [, hash] of text.matchAll(HASH)) if (hash !== undefined && hashes.has(hash)) return hash
  for (const [jws] of text.matchAll(COMPACT)) {
    if (kids.has(kidOf(jws) ?? '')) return b64u(P.sha256(new TextEncoder().encode(jws)))
  }
  return null
}

/**
 * Finds somebody's own entries among those of a log that was followed, in the log's order. Payloads are fetched only of entries that
 * hold what several people signed, and only of the named tenders and the own organisation; one that is not what its entry names is passed
 * over, since it proves nothing.
 */
export async function ownEntries(
  P: Primitives,
  entries: readonly Uint8Array[],
  fetch: FetchPayload,
  who: Oneself,
): Promise<OwnEntry[]> {
  const [kids, tenders, cs, hs] = [who.kids, who.tenders, who.cs, who.hs].map((list) => new Set(list)) as [
    Set<string>,
    Set<string>,
    Set<string>,
    Set<string>,
  ]
  const hashes = new Set([...cs, ...hs])
  const found: OwnEntry[] = []
  const open: { index: number; leaf: OpenLeaf }[] = []
  for (const [index, bytes] of entries.entries()) {
    const leaf = readLeaf(bytes)
    if ('c' in leaf) {
      if (cs.has(leaf.c)) found.push({ index, how: 'sealed', typ: leaf.typ, ref: '-', at: null, of: leaf.c })
      continue
    }
    const { typ, ref, at, by, org, h } = leaf
    const institution =
      who.custodian && org === who.org && ref !== '-' ? /^(release|clearing|draw\.contribution)\//.test(typ) : false
    const stock = who.custodian && org === who.org && /^custodian\./.test(typ)
    if (kids.has(by) || by === who.account || institution || stock)
      found.push({ index, how: 'whole', typ, ref, at, of: hs.has(h) ? h : null })
    else if (HOLDERS_OF_TENDERS.has(typ) ? tenders.has(ref) : HOLDERS_OF_ORGANISATIONS.has(typ) && org === who.org)
      open.push({ index, leaf })
  }
  const held = await inParallel(open, 8, async ({ index, leaf }): Promise<OwnEntry | null> => {
    const { typ, ref, at, h } = leaf
    const bytes = await fetch(hex(fromB64u(h)))
    if (bytes === null || b64u(P.sha256(bytes)) !== h) return null
    const of = inside(P, fromUtf8(bytes), hashes, kids)
    return of === null ? null : { index, how: 'inside', typ, ref, at, of }
  })
  return [...found, ...held.filter((entry) => entry !== null)].sort((a, b) => a.index - b.index)
}
