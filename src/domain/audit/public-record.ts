// What did the log publish? Its policy, its newest checkpoint and every entry, fetched and not yet believed.
import { FormatError, fromUtf8 } from '../../proof/bytes.ts'
import type { LogSource } from '../../proof/follow.ts'
import { readLeaf } from '../../proof/leaf.ts'
import { readCheckpoint, readNote } from '../../proof/note.ts'
import { readBundle, TILE_WIDTH, tilePath } from '../../proof/tiles.ts'
import { coveringPath } from '../openings/first-sight.ts'
import { type FetchPayload, inParallel } from '../record/entry.ts'

/** Everything an audit looks at. Nothing in it is trusted but a policy that was given from outside. */
export interface PublicRecord {
  /** The root of trust: text of a policy, and whether the reader brought it or the log named itself. Null: there is none. */
  policy: { text: string; given: boolean } | null
  /** The signed note, null when the log serves none. */
  note: string | null
  /** Leaves from index 0, as far as they are served. */
  entries: Uint8Array[]
  /** Why `entries` end before the checkpoint's size; null when they do not. */
  cut: string | null
  payload: FetchPayload
  /** The first checkpoint that the log published over an entry, as it says; null when it serves none. */
  covering: (index: number) => Promise<string | null>
}

/** More leaves than a verifier holds in memory: about two hundred large systems' years. */
const MOST_ENTRIES = 16_000_000
const LANES = 8

async function bundle(source: LogSource, n: number, width: number): Promise<Uint8Array[]> {
  // A partial bundle may be gone once the full one is there.
  const paths =
    width === TILE_WIDTH ? [tilePath('entries', n)] : [tilePath('entries', n, width), tilePath('entries', n)]
  for (const path of paths) {
    const bytes = await source.get(path)
    if (bytes === null) continue
    const entries = readBundle(bytes)
    if (entries.length < width) throw new FormatError(`${path} holds ${entries.length} entries, not ${width}`)
    return entries.slice(0, width)
  }
  throw new FormatError(`${paths[0]} is not there`)
}

function sizeOf(note: string | null): number {
  if (note === null) return 0
  try {
    return readCheckpoint(readNote(note).text).size
  } catch (e) {
    if (e instanceof FormatError) return 0
    throw e
  }
}

async function textAt(source: LogSource, path: string): Promise<string | null> {
  const bytes = await source.get(path)
  if (bytes === null) return null
  try {
    return fromUtf8(bytes)
  } catch (e) {
    if (e instanceof FormatError) return ''
    throw e
  }
}

/**
 * Fetches a log's public record. Payloads are fetched when they are asked for.
 *
 * @param given text of a policy that the reader trusts; without one the log's own is taken, which proves only that it agrees with itself
 * @throws what the source throws when it cannot be reached; missing or malformed files are part of the record
 */
export async function gather(source: LogSource, given: string | null): Promise<PublicRecord> {
  const own = given === null ? await textAt(source, 'policy') : null
  const text = given ?? own
  const note = await textAt(source, 'checkpoint')
  const size = sizeOf(note)
  const entries: Uint8Array[] = []
  let cut: string | null = size > MOST_ENTRIES ? `the checkpoint claims ${size} entries` : null
  const bundles = cut === null ? Array.from({ length: Math.ceil(size / TILE_WIDTH) }, (_, n) => n) : []
  // In rounds, so that a log that claims much and serves nothing is given up at once.
  for (let at = 0; at < bundles.length && cut === null; at += LANES) {
    const round = await inParallel(bundles.slice(at, at + LANES), LANES, async (n) => {
      try {
        return await bundle(source, n, Math.min(size - n * TILE_WIDTH, TILE_WIDTH))
      } catch (e) {
        if (e instanceof FormatError) return e.message
        throw e
      }
    })
    for (const read of round) {
      if (typeof read === 'string') cut ??= read
      else if (cut === null) for (const entry of read) entries.push(entry)
    }
  }
  return {
    policy: text === null ? null : { text, given: given !== null },
    note,
    entries,
    cut,
    payload: (hex) => source.get(`payload/${hex}`),
    covering: (index) => textAt(source, coveringPath(index)),
  }
}

/** Tender numbers that the log has entries of, in the order of their first entry. */
export function tendersIn(entries: readonly Uint8Array[]): string[] {
  const found = new Set<string>()
  for (const bytes of entries) {
    try {
      const leaf = readLeaf(bytes)
      if (!('c' in leaf) && leaf.ref !== '-') found.add(leaf.ref)
    } catch (e) {
      if (!(e instanceof FormatError)) throw e
    }
  }
  return [...found]
}
