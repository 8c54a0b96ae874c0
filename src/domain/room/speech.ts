// What does a room say aloud, and when? One voice, at most one sentence every three seconds, and never stale ones in a row.

/** All envelopes, only the steps of the procedure, or nothing. A change of state is always said, unless the voice is off. */
export type SpeechMode = 'all' | 'summary' | 'off'

export const QUIET_MS = 3000

/** Something that could be said. Envelopes that pile up while another sentence is spoken are said as one. */
export type Utterance = { is: 'state'; text: string } | { is: 'envelope'; text: string }

export interface Speech {
  readonly pending: readonly Utterance[]
  /** When the last sentence was said, milliseconds; -Infinity before the first. */
  readonly lastAt: number
}

export const SILENCE: Speech = { pending: [], lastAt: Number.NEGATIVE_INFINITY }

export function hear(speech: Speech, mode: SpeechMode, utterance: Utterance): Speech {
  if (mode === 'off' || (mode === 'summary' && utterance.is === 'envelope')) return speech
  return { ...speech, pending: [...speech.pending, utterance] }
}

/**
 * Hears only the last of these that the mode lets through, and drops what waits: for whoever is shown everything at once, a
 * sentence every three seconds about what is long past would be wrong. Without any such utterance what waits stays.
 */
export function hearLast(speech: Speech, mode: SpeechMode, utterances: readonly Utterance[]): Speech {
  const last = utterances.filter((one) => hear(SILENCE, mode, one).pending.length > 0).at(-1)
  return last ? { ...speech, pending: [last] } : speech
}

/**
 * What is to be said at `now`, if anything. Waiting envelopes become one sentence: `merged` of how many and the newest one's text.
 * Changing the mode to off drops what waits.
 */
export function speak(
  speech: Speech,
  mode: SpeechMode,
  now: number,
  merged: (count: number, newest: string) => string,
): { speech: Speech; text: string | null } {
  if (mode === 'off') return { speech: { ...speech, pending: [] }, text: null }
  const [first] = speech.pending
  if (!first || now - speech.lastAt < QUIET_MS) return { speech, text: null }
  if (first.is === 'state') return { speech: { pending: speech.pending.slice(1), lastAt: now }, text: first.text }
  const next = speech.pending.findIndex((u) => u.is === 'state')
  const run = next < 0 ? speech.pending : speech.pending.slice(0, next)
  const newest = run.at(-1)?.text ?? first.text
  const text = run.length === 1 ? newest : merged(run.length, newest)
  return { speech: { pending: speech.pending.slice(run.length), lastAt: now }, text }
}
