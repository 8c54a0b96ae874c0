// Is the log of today the one that was seen before, grown and otherwise unchanged? By a proof of a few hashes, not by reading all of it.
import { b64, FormatError, fromB64, fromUtf8 } from '../../proof/bytes.ts'
import { fetchPayload, type LogSource } from '../../proof/follow.ts'
import type { Checkpoint } from '../../proof/note.ts'
import { logKeys, type Policy, verifyCheckpoint } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { insistContinues, isClosed, nextLog, type Payload, shardFolder } from '../../proof/shards.ts'
import {
  consistencyFromTiles,
  inclusionFromTiles,
  type ReadTile,
  readBundle,
  TILE_WIDTH,
  tilePath,
} from '../../proof/tiles.ts'
import { leafHash, verifyConsistency, verifyInclusion } from '../../proof/tree.ts'
import type { Words } from '../events.ts'

/** A head that somebody keeps: which key signed it, how many entries its log had, and the root (standard base64). */
export type Head = { vkey: string; size: number; root: string }

type Why = 'signature' | 'key' | 'shrunk' | 'forked' | 'turn'

export type Growth =
  /** `grew` is how many entries were added since; null when nothing was seen before. `witnessed`: by when the quorum had seen it. */
  | { state: 'same log'; head: Head; grew: number | null; witnessed: number | null; note: string }
  /** Two heads that contradict each other, or a log that cannot show what it must. */
  | { state: 'broken'; why: Why; says: Words; note: string | null }

const broken = (why: Why, ko: string, en: string, note: string | null): Growth => ({
  state: 'broken',
  why,
  says: { ko, en },
  note,
})

/** Reads a tile where it is served: the partial one of the asked width, or the full one that has taken its place. */
const tilesOf =
  (source: LogSource, folder: string): ReadTile =>
  async (level, n, width) => {
    for (const path of [tilePath(level, n, width), tilePath(level, n)]) {
      const bytes = await source.get(folder + path)
      if (bytes !== null && bytes.length >= 32 * width) return bytes.subarray(0, 32 * width)
    }
    throw new FormatError(`${tilePath(level, n, width)} is not served`)
  }

/** One log of the chain as it is today. `short` is why it has not the quorum of its witnesses, which only the newest log must have. */
type Today = Checkpoint & {
  vkey: string
  folder: string
  before: number
  note: string
  witnessed: number | null
  short: string | null
}

async function logToday(
  P: Primitives,
  source: LogSource,
  policy: Policy,
  at: { folder: string; before: number },
): Promise<Today | { note: string | null; says: Words } | null> {
  const bytes = await source.get(`${at.folder}checkpoint`)
  if (bytes === null) return null
  let note: string | null = null
  try {
    note = fromUtf8(bytes)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { note: null, says: { ko: '로그의 머리를 읽을 수 없습니다.', en: 'The head of the log cannot be read.' } }
  }
  const whole = await verifyCheckpoint(P, policy, note)
  const signed =
    'refused' in whole && whole.refused === 'note.quorum'
      ? await verifyCheckpoint(P, { ...policy, quorum: 'none' }, note)
      : whole
  if ('refused' in signed) {
    const says = {
      ko: `로그의 머리가 맞지 않습니다: ${signed.says}.`,
      en: `The head of the log does not hold: ${signed.says}.`,
    }
    return { note, says }
  }
  const { origin, size, root } = signed
  const vkey = logKeys(P, policy, origin)[0] ?? ''
  const short = 'refused' in whole ? whole.says : null
  return { ...at, origin, size, root, vkey, note, witnessed: short === null ? signed.quorum.time : null, short }
}

/** An entry of a log, proven to be under its signed root; throws FormatError when it is not. */
async function provenEntry(P: Primitives, source: LogSource, log: Today, index: number): Promise<Uint8Array> {
  const n = Math.floor(index / TILE_WIDTH)
  const width = Math.min(log.size - n * TILE_WIDTH, TILE_WIDTH)
  for (const path of [tilePath('entries', n, width), tilePath('entries', n)]) {
    const bytes = await source.get(log.folder + path)
    const entry = bytes && readBundle(bytes)[index - n * TILE_WIDTH]
    if (!entry) continue
    const proof = await inclusionFromTiles(P, index, log.size, tilesOf(source, log.folder))
    if (verifyInclusion(P, { index, size: log.size, leafHash: leafHash(P, entry), root: log.root, proof })) return entry
    throw new FormatError(`entry ${index} of ${log.origin} is not under its root`)
  }
  throw new FormatError(`entry ${index} of ${log.origin} is not served`)
}

/** The log that goes on after this one, if this one has ended and the next is there. Throws FormatError when the two do not fit. */
async function after(
  P: Primitives,
  source: LogSource,
  policy: Policy,
  first: string,
  log: Today,
): Promise<Today | { note: string | null; says: Words } | null> {
  if (log.size === 0) return null
  const last = await provenEntry(P, source, log, log.size - 1)
  if (!isClosed(last)) return null
  const payload: Payload = (h) => fetchPayload(P, source, h)
  const origin = await nextLog(first, log.origin, last, payload)
  const at = { folder: shardFolder(first, origin), before: log.before + log.size }
  const next = await logToday(P, source, policy, at)
  if (next === null || 'says' in next) return next
  const { size, root, before } = log
  await insistContinues(
    origin,
    await provenEntry(P, source, next, 0),
    { origin: log.origin, size, root: b64(root), before },
    payload,
  )
  return next
}

/**
 * The logs of the chain from the first to the newest, each proven by a few hashes to go on where the one before ended. What does not
 * hold is in words; null when no log is shown.
 */
export async function chainToday(
  P: Primitives,
  source: LogSource,
  policy: Policy,
): Promise<Today[] | { why: Why; note: string | null; says: Words } | null> {
  const first = await logToday(P, source, policy, { folder: '', before: 0 })
  if (first === null) return null
  if ('says' in first) return { why: 'signature', ...first }
  const chain = [first]
  try {
    for (;;) {
      const next = await after(P, source, policy, first.origin, chain.at(-1) as Today)
      if (next === null) break
      if ('says' in next) return { why: 'signature', ...next }
      chain.push(next)
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    const says = {
      ko: `한 해의 로그와 다음 해의 로그가 이어지지 않습니다: ${error.message}.`,
      en: `The log of a year and that of the next do not fit: ${error.message}.`,
    }
    return { why: 'turn', note: (chain.at(-1) as Today).note, says }
  }
  const { short, note } = chain.at(-1) as Today
  if (short === null) return chain
  const says = { ko: `로그의 머리가 맞지 않습니다: ${short}.`, en: `The head of the log does not hold: ${short}.` }
  return { why: 'signature', note, says }
}

/**
 * Looks at the newest checkpoint and demands that it continues what was seen, over every turn of the year since. A log whose tiles do
 * not prove it counts as forked: what cannot be shown is not believed. Rejects when the log cannot be reached.
 */
export async function growthSince(
  P: Primitives,
  source: LogSource,
  policy: Policy,
  seen: Head | null,
): Promise<Growth> {
  const chain = await chainToday(P, source, policy)
  if (chain === null) return broken('signature', '로그가 머리를 보이지 않습니다.', 'The log shows no head.', null)
  if ('says' in chain) return { state: 'broken', ...chain }
  const newest = chain.at(-1) as Today
  const { vkey, size, root, note, witnessed } = newest
  const head: Head = { vkey, size, root: b64(root) }
  if (seen === null) return { state: 'same log', head, grew: null, witnessed, note }
  const then = chain.find((log) => log.vkey === seen.vkey)
  if (!then) {
    return broken(
      'key',
      '이 로그의 서명 열쇠가 전에 본 것과 다릅니다.',
      'This log is signed with another key than the one that was seen before.',
      note,
    )
  }
  if (then.size < seen.size) {
    return broken(
      'shrunk',
      `전에는 기록이 ${seen.size}건이었는데 지금은 ${then.size}건입니다.`,
      `The log had ${seen.size} entries before and shows ${then.size} now.`,
      note,
    )
  }
  try {
    const proof = await consistencyFromTiles(P, seen.size, then.size, tilesOf(source, then.folder))
    const root1 = fromB64(seen.root)
    if (verifyConsistency(P, { size1: seen.size, size2: then.size, root1, root2: then.root, proof })) {
      const grew = newest.before + size - (then.before + seen.size)
      return { state: 'same log', head, grew, witnessed, note }
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
  return broken(
    'forked',
    `전에 본 기록 ${seen.size}건이 지금의 로그에 그대로 있다는 증명이 없습니다.`,
    `Nothing proves that the ${seen.size} entries seen before are in the log of today as they were.`,
    note,
  )
}

/** Compares a head that somebody else saw (a signed note) with the log: the same checks, the other way round. */
export async function compareHead(P: Primitives, source: LogSource, policy: Policy, text: string): Promise<Growth> {
  const given = await verifyCheckpoint(P, policy, `${text.trim()}\n`)
  if ('refused' in given && given.refused !== 'note.quorum') {
    return broken(
      'signature',
      `이 머리는 이 로그의 것이 아닙니다: ${given.says}.`,
      `This head is not of this log: ${given.says}.`,
      null,
    )
  }
  if ('refused' in given) {
    return broken(
      'signature',
      '로그의 서명은 맞지만 증인의 서명이 모자랍니다.',
      'The log signed it, but the quorum of witnesses did not.',
      null,
    )
  }
  const vkey = logKeys(P, policy, given.origin)[0] ?? ''
  return growthSince(P, source, policy, { vkey, size: given.size, root: b64(given.root) })
}
