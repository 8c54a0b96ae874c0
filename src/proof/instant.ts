// Is this text a moment in UTC, spelled in the one way used here?

const SPELLING = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z$/

/** Seconds, or thousandths where a receipt needs them, RFC 3339 with `Z`; a date of the calendar, so no 30th of February. */
export function isInstant(text: unknown): text is string {
  if (typeof text !== 'string' || !SPELLING.test(text)) return false
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === text.slice(0, 19)
}
