// What does one public entry of a tender say, as a feed brings it? Read by its outer form; nothing in it is believed yet.
import { FormatError, utf8 } from '../../proof/bytes.ts'
import { parseJson } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import { readLeaf } from '../../proof/leaf.ts'
import { signedAs } from '../events.ts'
import { type Obj, object } from '../record/fields.ts'

/** A log entry of a tender as the event list and the socket send it. */
export interface PublicEntry {
  index: number
  /** The tender's entry before this one; -1 for its first. */
  prev: number
  typ: string
  at: string
  /** The leaf's text: what the log's tree holds. */
  leaf: string
  /** The payload's text: what `leaf.h` is the hash of. */
  payload: string
}

/** An entry that could be read. Type, time and author are the leaf's, never those that the feed claims beside it. */
export interface Told {
  index: number
  typ: string
  at: string
  org: string
  by: string
  payload: Obj
}

/** An entry whose outer form is wrong: kept and shown as such, since nothing is ever hidden. */
export interface Untold {
  index: number
  typ: string
  at: string
  /** What is wrong with it, in English. */
  wrong: string
}

/** Reveals and releases of a large tender are a megabyte or so. */
const LARGEST = 64 * 1024 * 1024

/**
 * Reads an entry's outer form: a leaf of this tender, of the type and time that stand beside it, a payload of that type. Whether
 * the leaf is in the log and the payload is the one that it names is for {@link RoomChecker} to say.
 */
export function tellEntry(tender: string, entry: PublicEntry): Told | Untold {
  const no = (wrong: string): Untold => ({ index: entry.index, typ: String(entry.typ), at: String(entry.at), wrong })
  try {
    const leaf = readLeaf(utf8(entry.leaf))
    if ('c' in leaf) return no('a sealed entry says nothing in public')
    if (leaf.ref !== tender) return no('the entry is about another tender')
    if (leaf.typ !== entry.typ || leaf.at !== entry.at) return no('its type or time is not the one in the log')
    const signed = signedAs(leaf)
    const payload = signed ? readJws(entry.payload).payload : object(parseJson(entry.payload, { bytes: LARGEST }))
    if (payload.typ !== (signed ?? leaf.typ)) return no('payload and leaf are of different types')
    return { index: entry.index, typ: leaf.typ, at: leaf.at, org: leaf.org, by: leaf.by, payload }
  } catch (e) {
    if (e instanceof FormatError) return no(e.message)
    throw e
  }
}

export const isUntold = (e: Told | Untold): e is Untold => 'wrong' in e
