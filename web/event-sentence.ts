// What does the timeline say of an entry, in the reader's language, with times as all pages show them?
import { type EventPayload, sentenceOf } from '../src/domain/events.ts'
import { timeText } from './when.ts'

/** The whole of a member is a time of the record: what people wrote is left as it is. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/

/**
 * The sentence of an entry. Example: of a notice with the deadline 2026-11-30T05:00:00Z "The tender was published. Deadline Mon 30
 * November 2026 at 14:00:00 KST.".
 */
export function eventSentence(payload: EventPayload, language: string): string {
  const shown = Object.entries(payload).map(([name, value]) => [
    name,
    typeof value === 'string' && TIME.test(value) ? timeText(value, language, 'exact') : value,
  ])
  return sentenceOf(Object.fromEntries(shown) as EventPayload)[language === 'en' ? 'en' : 'ko']
}
