// Does a sealed entry stand where it must once its tender is closed? Who holds a receipt can say more than the log shows.
import type { TenderRecord } from './read.ts'

/**
 * What an incident put back on a receipt stands on the record's list like any other.
 *
 * `open`: not closed yet, or the list is not served. `listed`: it stands on the closing list at its index. `dropped`: it is below
 * the closing entry and not on the list, which its receipt proves. `late`: it entered the log after the close.
 *
 * @param c commitment of the entry, base64url
 * @param index its index in the log, as its inclusion proof says
 */
export function standingOnList(
  record: Pick<TenderRecord, 'closed' | 'closingList'>,
  c: string,
  index: number,
): 'open' | 'listed' | 'dropped' | 'late' {
  const { closed, closingList } = record
  if (!closed || !closingList) return 'open'
  if (index > closed.index) return 'late'
  if (closingList.some(([at, commitment]) => at === index && commitment === c)) return 'listed'
  return 'dropped'
}
