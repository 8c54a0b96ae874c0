// How does an opening get into a calendar? One event as an iCalendar file (RFC 5545).

const compact = (at: string): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')

/** Commas, semicolons, backslashes and line ends are escaped (RFC 5545 section 3.3.11). */
const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')

/** Lines longer than 75 octets are folded (section 3.1). */
function folded(line: string): string {
  const encoder = new TextEncoder()
  let out = ''
  let room = 75
  for (const letter of line) {
    const octets = encoder.encode(letter).length
    if (octets > room) {
      out += '\r\n '
      room = 74
    }
    out += letter
    room -= octets
  }
  return out
}

export function calendarEntry(of: { uid: string; at: string; title: string; url: string }): string {
  const start = compact(of.at)
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Madang//Opening//EN',
    'BEGIN:VEVENT',
    `UID:${escaped(of.uid)}`,
    `DTSTAMP:${start}`,
    `DTSTART:${start}`,
    'DURATION:PT1H',
    `SUMMARY:${escaped(of.title)}`,
    `URL:${of.url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}
