// How does an opening get into somebody's calendar? As an iCalendar file (RFC 5545) with times in UTC.

export type CalendarEvent = {
  /** Stays the same when the event is loaded again. */
  uid: string
  /** RFC 3339. */
  at: string
  minutes: number
  title: string
  text: string
  address: string
}

/** "2026-11-30T05:00:00Z" → "20261130T050000Z". */
const stamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

/** Text values escape backslash, semicolon, comma and line break (section 3.3.11). */
const escaped = (text: string): string => text.replace(/[\\;,]/g, (c) => `\\${c}`).replace(/\r?\n/g, '\\n')

/** A line has at most 75 bytes; the next one begins with a space (section 3.1). A letter of several bytes is not cut. */
function folded(line: string): string {
  const encoder = new TextEncoder()
  const lines: string[] = []
  let current = ''
  let bytes = 0
  for (const letter of line) {
    const size = encoder.encode(letter).length
    if (bytes + size > 75) {
      lines.push(current)
      current = ' '
      bytes = 1
    }
    current += letter
    bytes += size
  }
  return [...lines, current].join('\r\n')
}

/** The file's text; `now` is when it was made, in milliseconds. */
export function calendarOf(events: readonly CalendarEvent[], now: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Madang//openings//KO',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...events.flatMap(({ uid, at, minutes, title, text, address }) => [
      'BEGIN:VEVENT',
      `UID:${escaped(uid)}`,
      `DTSTAMP:${stamp(now)}`,
      `DTSTART:${stamp(Date.parse(at))}`,
      `DTEND:${stamp(Date.parse(at) + minutes * 60_000)}`,
      `SUMMARY:${escaped(title)}`,
      `DESCRIPTION:${escaped(text)}`,
      `URL:${address}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}
