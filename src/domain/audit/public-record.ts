// What did the log publish? Its policy, its newest checkpoint and every entry, fetched and not yet believed.
import { FormatError, fromUtf8 } from '../../proof/bytes.ts'
import { type LogSource, payloadPath } from '../../proof/follow.ts'
import { readLeaf } from '../../proof/leaf.ts'
import { readCheckpoint, readNote } from '../../proof/note.ts'
import { isClosed, nextLog, shardFolder } from '../../proof/shards.ts'
import { readBundle, TILE_WIDTH, tilePath } from '../../proof/tiles.ts'
import { coveringPath } from '../openings/first-sight.ts'
import { type FetchPayload, inParallel } from '../record/entry.ts'

/** Everything an audit looks at. Nothing in it is trusted but a policy that was given from outside. */
export interface PublicRecord {
  /** The root of trust: text of a policy, and whether the reader brought it or the log named itself. Null: there is none. */
  policy: { text: string; given: boolean } | null
  /** The signed note of the newest log, null when there is none. */
  note: string | null
  /** Logs of the years before, oldest first: each with the note that it shows and how many of `entries` are its own. */
  earlier: { note: string; size: number }[]
  /** Leaves of all logs, counted through from 0, as far as they are served. */
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
/** A log a year: more than these are no years. */
const MOST_LOGS = 1000

async function bundle(source: LogSource, folder: string, n: number, width: number): Promise<Uint8Array[]> {
  // A partial bundle may be gone once the full one is there.
  const paths =
    width === TILE_WIDTH ? [tilePath('entries', n)] : [tilePath('entries', n, width), tilePath('entries', n)]
  for (const path of paths) {
    const bytes = await source.get(folder + path)
    if (bytes === null) continue
    const entries = readBundle(bytes)
    if (entries.length < width) throw new FormatError(`${path} holds ${entries.length} entries, not ${width}`)
    return entries.slice(0, width)
  }
  throw new FormatError(`${paths[0]} is not there`)
}

function headOf(note: string | null): { origin: string; size: number } {
  try {
    if (note !== null) return readCheckpoint(readNote(note).text)
  } catch (e) {
    if (!(e instanceof FormatError)) throw e
  }
  return { origin: '', size: 0 }
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
  const entries: Uint8Array[] = []
  const earlier: PublicRecord['earlier'] = []
  let note = await textAt(source, 'checkpoint')
  const { origin: first } = headOf(note)
  let cut: string | null = null
  for (let folder = ''; ; ) {
    const { origin, size } = headOf(note)
    const from = entries.length
    cut = await readLog(source, folder, size, entries)
    const last = entries.at(-1)
    if (cut !== null || last === undefined || entries.length === from || !isClosed(last)) break
    const next = await nextNote(source, first, origin, last)
    if (next === null || earlier.length === MOST_LOGS) break
    earlier.push({ note: note as string, size })
    note = next.note
    folder = next.folder
  }
  return {
    policy: text === null ? null : { text, given: given !== null },
    note,
    earlier,
    entries,
    cut,
    payload: (hex) => source.get(`payload/${hex}`),
    covering: (index) => textAt(source, coveringPath(index)),
  }
}

/** Reads the entries of one log behind those that are there; answers why they end before its size, or null. */
async function readLog(source: LogSource, folder: string, size: number, entries: Uint8Array[]): Promise<string | null> {
  if (entries.length + size > MOST_ENTRIES) return `the checkpoint claims ${size} entries`
  const bundles = Array.from({ length: Math.ceil(size / TILE_WIDTH) }, (_, n) => n)
  // In rounds, so that a log that claims much and serves nothing is given up at once.
  for (let at = 0; at < bundles.length; at += LANES) {
    const round = await inParallel(bundles.slice(at, at + LANES), LANES, async (n) => {
      try {
        return await bundle(source, folder, n, Math.min(size - n * TILE_WIDTH, TILE_WIDTH))
      } catch (e) {
        if (e instanceof FormatError) return e.message
        throw e
      }
    })
    for (const read of round) {
      if (typeof read === 'string') return read
      for (const entry of read) entries.push(entry)
    }
  }
  return null
}

/** The note of the log that the last entry names, if it is there yet; whether the two fit is for the audit to say. */
async function nextNote(
  source: LogSource,
  first: string,
  origin: string,
  last: Uint8Array,
): Promise<{ note: string; folder: string } | null> {
  try {
    const next = await nextLog(first, origin, last, (h) => source.get(payloadPath(h)))
    const folder = shardFolder(first, next)
    const note = await textAt(source, `${folder}checkpoint`)
    return note === null ? null : { note, folder }
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

/** The name of each log of a record and the place of its first entry, oldest first. */
export function logsOf({
  note,
  earlier,
}: Pick<PublicRecord, 'note' | 'earlier'>): { origin: string; before: number }[] {
  let before = 0
  const logs = earlier.map((log) => {
    const at = before
    before += log.size
    return { origin: headOf(log.note).origin, before: at }
  })
  return note === null ? logs : [...logs, { origin: headOf(note).origin, before }]
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
