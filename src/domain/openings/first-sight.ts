// When had the witnesses first seen the close? What the first checkpoint over the closing entry says, if it is of this very log.
import { equal } from '../../proof/bytes.ts'
import { type Policy, verifyCheckpoint } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { Compact, leafHash } from '../../proof/tree.ts'

/** Where the first checkpoint over an entry is served, under the address of the log. */
export const coveringPath = (index: number): string => `covering/${index}`

/** What our own copy says of a log of the chain: where it begins, and its root at a size. */
export type RootIn = (origin: string, size: number) => { before: number; root: Uint8Array | null } | null

/**
 * The time (seconds since 1970) by which the quorum had seen an entry, from a note that is said to cover it. The note must satisfy
 * the policy, cover the entry's place, and have the root that our own copy of that log has at that size; a note that is not proves
 * nothing, and why not is the answer.
 *
 * @param rootIn of the log of this name: the root of its first so many entries, null when we have not so many, and the place of its
 *   first entry; null for a log that is not of ours
 */
export async function sightIn(
  P: Primitives,
  policy: Policy,
  note: string,
  index: number,
  rootIn: RootIn,
): Promise<{ time: number } | { refused: string }> {
  const signed = await verifyCheckpoint(P, policy, note)
  if ('refused' in signed) return { refused: signed.says }
  const { origin, size, root, quorum } = signed
  const here = rootIn(origin, size)
  if (here === null) return { refused: `it is of ${origin}, which is no log of this chain` }
  const { before, root: ours } = here
  if (index < before || before + size <= index)
    return { refused: `it has ${size} entries and does not cover entry ${index}` }
  if (ours === null) return { refused: `it has ${size} entries, more than are known here` }
  if (!equal(ours, root)) return { refused: `its root is not that of the first ${size} entries` }
  if (quorum.time === null) return { refused: 'it names no time' }
  return { time: quorum.time }
}

/** Answers for a chain of which all entries are here. @param logs each log's name and the place of its first entry, oldest first */
export const rootsOf =
  (P: Primitives, entries: readonly Uint8Array[], logs: readonly { origin: string; before: number }[]): RootIn =>
  (origin, size) => {
    const at = logs.findIndex((log) => log.origin === origin)
    const log = logs[at]
    if (!log) return null
    const { before } = log
    if (before + size > (logs[at + 1]?.before ?? entries.length)) return { before, root: null }
    const tree = new Compact(P)
    for (const entry of entries.slice(before, before + size)) tree.append(leafHash(P, entry))
    return { before, root: tree.root() }
  }
