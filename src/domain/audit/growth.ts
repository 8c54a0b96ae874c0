// Is the log of today the one that was seen before, grown and otherwise unchanged? By a proof of a few hashes, not by reading all of it.
import { b64, FormatError, fromB64, fromUtf8 } from '../../proof/bytes.ts'
import type { LogSource } from '../../proof/follow.ts'
import { readVkey } from '../../proof/note.ts'
import { type Policy, verifyCheckpoint } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { consistencyFromTiles, type ReadTile, tilePath } from '../../proof/tiles.ts'
import { verifyConsistency } from '../../proof/tree.ts'
import type { Words } from '../events.ts'

/** A head that somebody keeps: which key signed it, how many entries, and the root (standard base64). */
export type Head = { vkey: string; size: number; root: string }

export type Growth =
  /** `grew` is how many entries were added since; null when nothing was seen before. `witnessed`: by when the quorum had seen it. */
  | { state: 'same log'; head: Head; grew: number | null; witnessed: number | null; note: string }
  /** Two heads that contradict each other, or a log that cannot show what it must. */
  | { state: 'broken'; why: 'signature' | 'key' | 'shrunk' | 'forked'; says: Words; note: string | null }

const broken = (
  why: 'signature' | 'key' | 'shrunk' | 'forked',
  ko: string,
  en: string,
  note: string | null,
): Growth => ({
  state: 'broken',
  why,
  says: { ko, en },
  note,
})

/** Reads a tile where it is served: the partial one of the asked width, or the full one that has taken its place. */
const tilesOf =
  (source: LogSource): ReadTile =>
  async (level, n, width) => {
    for (const path of [tilePath(level, n, width), tilePath(level, n)]) {
      const bytes = await source.get(path)
      if (bytes !== null && bytes.length >= 32 * width) return bytes.subarray(0, 32 * width)
    }
    throw new FormatError(`${tilePath(level, n, width)} is not served`)
  }

/**
 * Looks at the newest checkpoint and demands that it continues what was seen. A log whose tiles do not prove it counts as forked:
 * what cannot be shown is not believed. Rejects when the log cannot be reached.
 */
export async function growthSince(
  P: Primitives,
  source: LogSource,
  policy: Policy,
  seen: Head | null,
): Promise<Growth> {
  const bytes = await source.get('checkpoint')
  let note: string | null = null
  try {
    note = bytes && fromUtf8(bytes)
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
  if (note === null) return broken('signature', '로그가 머리를 보이지 않습니다.', 'The log shows no head.', null)
  const signed = await verifyCheckpoint(P, policy, note)
  if ('refused' in signed) {
    return broken(
      'signature',
      `로그의 머리가 맞지 않습니다: ${signed.says}.`,
      `The head of the log does not hold: ${signed.says}.`,
      note,
    )
  }
  const { origin, size, root, quorum } = signed
  const vkey = policy.logs.map((log) => log.vkey).find((key) => readVkey(key).name === origin) ?? ''
  const head: Head = { vkey, size, root: b64(root) }
  if (seen === null) return { state: 'same log', head, grew: null, witnessed: quorum.time, note }
  if (seen.vkey !== vkey) {
    return broken(
      'key',
      '이 로그의 서명 열쇠가 전에 본 것과 다릅니다.',
      'This log is signed with another key than the one that was seen before.',
      note,
    )
  }
  if (size < seen.size) {
    return broken(
      'shrunk',
      `전에는 기록이 ${seen.size}건이었는데 지금은 ${size}건입니다.`,
      `The log had ${seen.size} entries before and shows ${size} now.`,
      note,
    )
  }
  try {
    const proof = await consistencyFromTiles(P, seen.size, size, tilesOf(source))
    const root1 = fromB64(seen.root)
    if (verifyConsistency(P, { size1: seen.size, size2: size, root1, root2: root, proof }))
      return { state: 'same log', head, grew: size - seen.size, witnessed: quorum.time, note }
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
  const vkey = policy.logs.map((log) => log.vkey).find((key) => readVkey(key).name === given.origin) ?? ''
  return growthSince(P, source, policy, { vkey, size: given.size, root: b64(given.root) })
}
