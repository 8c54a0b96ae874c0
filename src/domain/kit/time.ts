// Which instant does a text name, and how is an instant written? RFC 3339 in UTC with "Z", to the second or the millisecond.
import { type Answer, answer, quote, refuse } from './verdict.ts'

const SHAPE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/

/**
 * Milliseconds since 1970 of "2026-03-02T05:00:00Z" or "2026-03-02T05:00:00.123Z". Refuses with `time-malformed` every other
 * spelling of RFC 3339 (offsets, lower case, other fractions) and dates that do not exist (30 February, hour 24, second 60):
 * one instant, one text, so that signed records compare byte for byte.
 */
export function parseTime(text: unknown): Answer<number> {
  const no = () => refuse([{ code: 'time-malformed', facts: { time: quote(text) } }])
  if (typeof text !== 'string' || !SHAPE.test(text)) return no()
  const ms = Date.parse(text)
  // Some engines roll 30 February over into March: what was read must be what was written.
  if (!Number.isFinite(ms) || millisZ(ms) !== (text.length === 20 ? `${text.slice(0, 19)}.000Z` : text)) return no()
  return answer(ms)
}

/** parseTime for texts that were checked before; throws RangeError otherwise. */
export function timeOf(text: string): number {
  const parsed = parseTime(text)
  if (!parsed.ok) throw new RangeError(`not a UTC time: ${quote(text)}`)
  return parsed.value
}

/** "2026-03-02T05:00:00.123Z". Throws RangeError outside the years 0000 to 9999. */
export function millisZ(ms: number): string {
  const text = new Date(ms).toISOString()
  if (text.length !== 24) throw new RangeError('year outside 0000 to 9999')
  return text
}

/** The second in which the instant lies, "2026-03-02T05:00:00Z": a fraction is cut, never rounded up into the future. */
export function secondsZ(ms: number): string {
  return `${millisZ(ms).slice(0, 19)}Z`
}

/** The time so many whole seconds later (or earlier, when negative), written as finely as it came. */
export function addSeconds(text: string, seconds: number): string {
  if (!Number.isSafeInteger(seconds)) throw new RangeError('seconds must be a whole number')
  const ms = timeOf(text) + seconds * 1000
  return text.length === 20 ? secondsZ(ms) : millisZ(ms)
}

/** Below zero when a is earlier, zero for the same instant, above zero when later. Texts of both lengths compare rightly. */
export const compareTimes = (a: string, b: string): number => timeOf(a) - timeOf(b)
