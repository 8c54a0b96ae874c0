// Is the closing list the one that the closing entry fixed, and does it list sealed entries of the log and nothing else?
import { b64u, FormatError, fromUtf8, utf8 } from '../../proof/bytes.ts'
import { canonical, parseJson } from '../../proof/canonical.ts'
import { readLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { type Finding, finding } from './finding.ts'
import { type Closed, readClosingList } from './payloads.ts'

/** Row of a closing list: the leaf's index in the log and its blinded commitment. */
export type ClosingRow = [index: number, c: string]

const LARGEST = 64 * 1024 * 1024

/**
 * Reads and checks a closing list. `list` is null when the bytes are not the list that the entry fixed: then nothing that rests
 * on it can be checked. A list that is the fixed one but wrong in itself is returned with its findings.
 *
 * @param bytes what is served under `closed.leaves`, null when nothing is
 * @param index of the closing entry: everything listed lies below it
 * @param entries the log's leaves from 0
 */
export function closingListFindings(
  P: Primitives,
  closed: Closed,
  bytes: Uint8Array | null,
  index: number,
  entries: readonly Uint8Array[],
): { list: ClosingRow[] | null; findings: Finding[] } {
  const findings: Finding[] = []
  const say = (ko: string, en: string) => findings.push(finding('closing-list', ko, en))
  if (bytes === null) {
    say('마감 목록이 공개되어 있지 않습니다.', 'The closing list is not published.')
    return { list: null, findings }
  }
  if (b64u(P.sha256(bytes)) !== closed.leaves) {
    say(
      '공개된 마감 목록이 마감 기록에 적힌 것과 다릅니다.',
      'The published closing list is not the one that the closing entry fixed.',
    )
    return { list: null, findings }
  }
  let list: ClosingRow[]
  try {
    const text = fromUtf8(bytes)
    list = readClosingList(parseJson(text, { bytes: LARGEST }))
    if (canonical(list) !== text) throw new FormatError('not canonical JSON')
  } catch (e) {
    if (!(e instanceof FormatError)) throw e
    say(`마감 목록을 읽을 수 없습니다(${e.message}).`, `The closing list cannot be read: ${e.message}.`)
    return { list: null, findings }
  }
  if (closed.count !== list.length) {
    say(
      `마감 기록은 ${closed.count}건이라 하지만 목록은 ${list.length}건입니다.`,
      `The closing entry says ${closed.count}, the list has ${list.length} rows.`,
    )
  }
  let before = -1
  for (const [at, c] of list) {
    if (at <= before) say(`목록의 순서가 틀립니다(${at}번).`, `The list is not in order at entry ${at}.`)
    before = Math.max(before, at)
    if (at >= index) {
      say(`${at}번은 마감 기록 뒤에 있습니다.`, `Entry ${at} on the list came after the close.`)
      continue
    }
    if (sealedAt(entries, at) !== c) {
      say(
        `${at}번은 목록에 적힌 봉인 기록이 아닙니다.`,
        `Entry ${at} of the log is not the sealed entry that the list says.`,
      )
    }
  }
  return { list, findings }
}

/** The commitment of the sealed leaf at an index, null when there is none. */
export function sealedAt(entries: readonly Uint8Array[], index: number): string | null {
  const bytes = entries[index]
  if (!bytes) return null
  try {
    const leaf = readLeaf(bytes)
    return 'c' in leaf ? leaf.c : null
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

/** The bytes of a closing list, for whoever writes one: JCS of the pairs, by index. Its SHA-256 is `leaves`. */
export const closingListBytes = (list: readonly ClosingRow[]): Uint8Array =>
  utf8(canonical([...list].sort((a, b) => a[0] - b[0])))
