// Until when could one bid, and was the tender closed then? Times that a custodian's own clock or the log's entries can bear out.
import { addSeconds, compareTimes } from '../kit/time.ts'

/** The closing entry must be seen, in a checkpoint, within this time after the deadline; 120 s, whatever a demo's accelerator says. */
export const CLOSING_WINDOW_SECONDS = 120

/** An incident, or an amendment by the agency, as far as times go. */
export interface TimedIncident {
  index: number
  newDeadline: string | null
  reasons: readonly string[]
}

/**
 * The deadline in force at a place in the log: the notice's, or the newest one that an incident or amendment below `index` set.
 * Incidents logged after the close move nothing, and none moves it earlier: who counted on the published time may not be shut out
 * by an entry. `index` is the closing entry's, or the log's size while the tender is open.
 */
export function currentDeadline(noticed: string, incidents: readonly TimedIncident[], index: number): string {
  return incidents.reduce(
    (now, i) =>
      i.index < index && i.newDeadline !== null && compareTimes(i.newDeadline, now) > 0 ? i.newDeadline : now,
    noticed,
  )
}

/** Reason of an overseer's incident that lets a closing outside the window stand. */
export const CLOSING_OVERRIDE = 'closing-time-override'

/** An overseer may let a closing outside the window stand, by an entry of its own. */
export const overridesClosingTime = (incidents: readonly TimedIncident[]): boolean =>
  incidents.some((i) => i.reasons.includes(CLOSING_OVERRIDE))

/**
 * Where a time at which the closing entry was seen lies: 'early' proves a close before the deadline; 'late' is beyond the window.
 * The window is closed at both ends: [deadline, deadline + 120 s].
 */
export function closingWindow(deadline: string, seen: string): 'early' | 'in time' | 'late' {
  if (compareTimes(seen, deadline) < 0) return 'early'
  return compareTimes(seen, addSeconds(deadline, CLOSING_WINDOW_SECONDS)) > 0 ? 'late' : 'in time'
}
