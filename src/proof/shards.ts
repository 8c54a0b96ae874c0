// How does a log go on in the log of the next year? Its last entry names the new one, whose first entry names the old one's end.
import { b64u, equal, FormatError, fromB64, fromUtf8, utf8 } from './bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from './canonical.ts'
import { openLeaf, readLeaf } from './leaf.ts'
import { type Checkpoint, readCheckpoint, readNote, readVkey, vkeyOf } from './note.ts'
import type { Primitives } from './primitives.ts'

/** Type of the last entry of a log that is followed by another. */
export const LOG_CLOSED = 'log.closed/1'
/** Type of the first entry of a log that follows another. */
export const LOG_OPENED = 'log.opened/1'

/** What the last entry says: whose end it is, and the name of the log that goes on. */
export type LogClosed = { typ: typeof LOG_CLOSED; origin: string; next: string }

/** What the first entry says: the end of the log before, with the note that its witnesses signed, and how many entries all before had. */
export type LogOpened = {
  typ: typeof LOG_OPENED
  origin: string
  /** Entries of all earlier logs together: the place of entry 0 of this one. */
  before: number
  /** `root` in standard base64, as in the checkpoint. */
  previous: { origin: string; size: number; root: string; note: string }
}

/** A log of a chain that has ended: where it ended. `root` in standard base64. */
export type EndedLog = { origin: string; size: number; root: string }

const YEAR = /^[1-9][0-9]{3}$/

/** Two logs of a chain do not fit each other: what one's end and the other's beginning say. */
export class BrokenTurn extends FormatError {
  override name = 'BrokenTurn'
}

/** The name of the log of a year. @example yearly('madang.example/log', 2027) // 'madang.example/log/2027' */
export function yearly(first: string, year: number): string {
  if (!YEAR.test(String(year))) throw new RangeError('a year has four digits')
  return `${first}/${year}`
}

/** The year in the name of a log, if it is one of the yearly logs that follow `first`; null for `first` itself and for strangers. */
export function yearIn(first: string, origin: string): number | null {
  const rest = origin.startsWith(`${first}/`) ? origin.slice(first.length + 1) : ''
  return YEAR.test(rest) ? Number(rest) : null
}

/**
 * Where the files of a log of the chain lie below the address of the first: nowhere else for the first, `2027/` for that of a year.
 * Throws {@link FormatError} for a log that is none of the chain.
 */
export function shardFolder(first: string, origin: string): string {
  if (origin === first) return ''
  const year = yearIn(first, origin)
  if (year === null) throw new FormatError(`${origin} is no yearly log of ${first}`)
  return `${year}/`
}

/**
 * The key under which a log signs: whoever knows the key of the first knows those of its years, since they are the same key under
 * the name of the year. Null when `vkey` is neither this log's nor that of the first log before it.
 */
export function keyFor(P: Primitives, vkey: string, origin: string): string | null {
  const { name, pub, type } = readVkey(vkey)
  if (name === origin) return vkey
  return yearIn(name, origin) === null ? null : vkeyOf(P, origin, pub, type)
}

/** The keys of a policy that may sign for a log. */
export const keysFor = (P: Primitives, vkeys: readonly string[], origin: string): string[] => [
  ...new Set(vkeys.flatMap((vkey) => keyFor(P, vkey, origin) ?? [])),
]

// Leaves are canonical JSON, and `typ` and `v` are their last members.
const endOf = (typ: string): Uint8Array => utf8(`"typ":"${typ}","v":1}`)
const CLOSED_END = endOf(LOG_CLOSED)
const OPENED_END = endOf(LOG_OPENED)
const endsWith = (bytes: Uint8Array, end: Uint8Array): boolean =>
  bytes.length > end.length && equal(bytes.subarray(bytes.length - end.length), end)

/** Is this the entry that ends a log? */
export const isClosed = (leaf: Uint8Array): boolean => endsWith(leaf, CLOSED_END)
/** Is this the entry that begins a log which follows another? */
export const isOpened = (leaf: Uint8Array): boolean => endsWith(leaf, OPENED_END)

/**
 * The first entry of the log in which the entry at a place stands, where the places of all logs of the chain are counted through.
 * Whoever read the entries has checked that each log begins with the entry that says so, and that no other entry does.
 */
export function shardStart(entries: readonly Uint8Array[], place: number): number {
  for (let at = Math.min(place, entries.length - 1); at > 0; at--) if (isOpened(entries[at] as Uint8Array)) return at
  return 0
}

type Made = { leaf: Uint8Array; payload: Uint8Array; hash: Uint8Array }

function made(P: Primitives, at: string, content: LogClosed | LogOpened): Made {
  const payload = utf8(canonical(content))
  const hash = P.sha256(payload)
  return { payload, hash, leaf: openLeaf({ typ: content.typ, at, org: '-', ref: '-', by: '-', h: b64u(hash) }) }
}

/** The last entry of a log and its payload. @param at the time in the leaf, RFC 3339 UTC */
export const closedEntry = (P: Primitives, at: string, { origin, next }: Omit<LogClosed, 'typ'>): Made =>
  made(P, at, { typ: LOG_CLOSED, origin, next })

/** The first entry of the log that goes on, and its payload. */
export const openedEntry = (P: Primitives, at: string, { origin, before, previous }: Omit<LogOpened, 'typ'>): Made =>
  made(P, at, { typ: LOG_OPENED, origin, before, previous })

/** The hash of the payload that an entry names, base64url; throws {@link FormatError} for a sealed one. */
function hashIn(leaf: Uint8Array): string {
  const read = readLeaf(leaf)
  if ('c' in read) throw new FormatError('a sealed entry neither begins nor ends a log')
  return read.h
}

/** Asks for a payload by its hash (base64url) and gives only bytes that have it; null when they are not served. */
export type Payload = (h: string) => Promise<Uint8Array | null>

async function payloadIn(leaf: Uint8Array, payload: Payload): Promise<Json> {
  const bytes = await payload(hashIn(leaf))
  if (bytes === null) throw new FormatError('its content is not served')
  return parseJson(fromUtf8(bytes), { bytes: 2 * 1024 * 1024 })
}

/**
 * The log that goes on, as the last entry of one names it.
 *
 * @param first the first log of the chain
 * @throws FormatError when the entry does not name a later year of this chain
 */
export async function nextLog(first: string, origin: string, leaf: Uint8Array, payload: Payload): Promise<string> {
  const told = await payloadIn(leaf, payload)
  if (!hasMembers(told, ['typ', 'origin', 'next']) || told.typ !== LOG_CLOSED || told.origin !== origin)
    throw new BrokenTurn('the last entry is not of this log')
  const year = typeof told.next === 'string' ? yearIn(first, told.next) : null
  if (year === null || year <= (yearIn(first, origin) ?? 0))
    throw new BrokenTurn('the last entry names no later year of this log')
  return told.next as string
}

/** Does the first entry of `origin` say that it continues this end? Throws {@link FormatError} with what differs. */
export async function insistContinues(
  origin: string,
  leaf: Uint8Array,
  ended: EndedLog & { before: number },
  payload: Payload,
): Promise<void> {
  if (!isOpened(leaf)) throw new BrokenTurn(`the first entry of ${origin} does not name the log before`)
  const told = await payloadIn(leaf, payload)
  const fine =
    hasMembers(told, ['typ', 'origin', 'before', 'previous']) &&
    told.typ === LOG_OPENED &&
    told.origin === origin &&
    told.before === ended.before + ended.size &&
    hasMembers(told.previous, ['origin', 'size', 'root', 'note'])
  if (!fine) throw new BrokenTurn(`the first entry of ${origin} is not that of the log which follows ${ended.origin}`)
  const { previous } = told as unknown as LogOpened
  if (previous.origin !== ended.origin || previous.size !== ended.size || previous.root !== ended.root)
    throw new BrokenTurn(`the first entry of ${origin} names another end of ${ended.origin} than there is`)
  const noted: Checkpoint = readCheckpoint(readNote(previous.note).text)
  if (noted.origin !== ended.origin || noted.size !== ended.size || !equal(noted.root, fromB64(ended.root)))
    throw new BrokenTurn(`the note in the first entry of ${origin} is of another end of ${ended.origin}`)
}
