// Which envelopes does a result entry speak of? Asked before the entry is believed, to wait for the checks of just these.
import type { PublicEvent } from '../../../src/api/live.ts'
import type { Kind } from '../../../src/domain/record/finding.ts'
import { readOpeningResult } from '../../../src/domain/record/payloads.ts'
import { isUntold, tellEntry } from '../../../src/domain/room/entry.ts'
import { FormatError } from '../../../src/proof/bytes.ts'

const read = new WeakMap<PublicEvent, { kind: Kind; eids: string[] } | null>()

function from(entry: PublicEvent): { kind: Kind; eids: string[] } | null {
  try {
    const { ref } = JSON.parse(entry.leaf) as { ref: string }
    const told = tellEntry(ref, entry)
    if (isUntold(told)) return null
    const { kind, results } = readOpeningResult(told.payload)
    return kind === 'technical' || kind === 'price' ? { kind, eids: results.map((r) => r.eid) } : null
  } catch (e) {
    if (e instanceof FormatError || e instanceof SyntaxError || e instanceof TypeError) return null
    throw e
  }
}

/** Null when the entry is no result, or cannot be read as one. */
export function eidsIn(entry: PublicEvent): { kind: Kind; eids: string[] } | null {
  if (entry.typ !== 'opening.result/1') return null
  const known = read.get(entry)
  if (known !== undefined) return known
  const made = from(entry)
  read.set(entry, made)
  return made
}
