// How fast does a room show what the log already holds? The server logs as fast as keys turn; people read at their own pace.
import type { PublicEntry } from './entry.ts'

/** Time between two envelopes, and how many are shown at once. */
export interface Pace {
  everyMs: number
  batch: number
}

/** 3 s each up to 20 bids, 1 s up to 60, batches of ten above. */
export function paceOf(bids: number): Pace {
  if (bids <= 20) return { everyMs: 3000, batch: 1 }
  return bids <= 60 ? { everyMs: 1000, batch: 1 } : { everyMs: 1000, batch: 10 }
}

/** How long an entry that opens no envelope stands before the next one is shown, milliseconds. */
const DWELL: Readonly<Record<string, number>> = {
  'tender.closed/1': 2000,
  'opening.reveal/1': 1200,
  'opening.list/1': 1200,
  'release/1': 1500,
  'scores.locked/1': 2500,
  'evaluation.result/1': 3000,
  'draw.notice/1': 2500,
  'draw.result/1': 3000,
  'award/1': 1500,
}
const OTHER_DWELL = 400

/** Entries to show in one beat, from `from` up to but without `to`, and how long to rest after it. */
export interface Beat {
  to: number
  restMs: number
  /** True when envelopes open in this beat. */
  opens: boolean
}

const isResult = (entry: Pick<PublicEntry, 'typ'> | undefined): boolean => entry?.typ === 'opening.result/1'

/**
 * The next beat over a list of entries, of which `from` are shown. Null when all are. `factor` divides every rest: 4 is four times
 * as fast, Infinity shows all that is there at once.
 */
export function nextBeat(
  entries: readonly Pick<PublicEntry, 'typ'>[],
  from: number,
  bids: number,
  factor: number,
): Beat | null {
  if (from >= entries.length) return null
  if (factor === Number.POSITIVE_INFINITY) {
    return { to: entries.length, restMs: 0, opens: entries.slice(from).some(isResult) }
  }
  if (!isResult(entries[from])) {
    const rest = DWELL[entries[from]?.typ ?? ''] ?? OTHER_DWELL
    return { to: from + 1, restMs: rest / factor, opens: false }
  }
  const { everyMs, batch } = paceOf(bids)
  let to = from + 1
  while (to - from < batch && isResult(entries[to])) to++
  return { to, restMs: everyMs / factor, opens: true }
}
