// When had the witnesses first seen the close? What the first checkpoint over the closing entry says, if it is of this very log.
import { equal } from '../../proof/bytes.ts'
import { type Policy, verifyCheckpoint } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'

/** Where the first checkpoint over an entry is served, under the address of the log. */
export const coveringPath = (index: number): string => `covering/${index}`

/**
 * The time (seconds since 1970) by which the quorum had seen an entry, from a note that is said to cover it. The note must satisfy
 * the policy, be of a tree with more than `index` entries, and have the root that our own copy of the log has at that size; a note
 * that is not proves nothing, and why not is the answer.
 *
 * @param rootAt root of the first so many entries; null when we have not so many
 */
export async function sightIn(
  P: Primitives,
  policy: Policy,
  note: string,
  index: number,
  rootAt: (size: number) => Uint8Array | null,
): Promise<{ time: number } | { refused: string }> {
  const signed = await verifyCheckpoint(P, policy, note)
  if ('refused' in signed) return { refused: signed.says }
  const { size, root, quorum } = signed
  if (size <= index) return { refused: `it has ${size} entries and does not cover entry ${index}` }
  const ours = rootAt(size)
  if (ours === null) return { refused: `it has ${size} entries, more than are known here` }
  if (!equal(ours, root)) return { refused: `its root is not that of the first ${size} entries` }
  if (quorum.time === null) return { refused: 'it names no time' }
  return { time: quorum.time }
}
