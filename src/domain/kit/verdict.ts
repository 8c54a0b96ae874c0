// May it be done? Either yes, or no with every reason at once.

/**
 * One reason why something is refused. `code` is stable and has its words elsewhere; `facts` are the figures those words need;
 * `at` points into the caller's input ("items/quality/max") where one place is to blame.
 */
export type Reason = { code: string; facts: Record<string, string | number>; at?: string }

/** Characters that are seen: a text of blanks and marks of no width says nothing. */
const seen = (text: string): number => text.replace(/[\s\p{Cf}\p{Cc}]/gu, '').length

/** The reason why a text is too short, by characters that are seen, or too long; empty when it is neither. */
export const lengthReasons = (text: string, { least, most }: { least: number; most: number }, at: string): Reason[] =>
  seen(text) < least
    ? [{ code: 'text-short', facts: { least }, at }]
    : [...text].length > most
      ? [{ code: 'text-long', facts: { most }, at }]
      : []

/** The answer of a rule that only allows or refuses. */
export type Verdict = { ok: true } | { ok: false; reasons: Reason[] }

/** The answer of a function that computes something from facts which may be unusable. */
export type Answer<T> = { ok: true; value: T } | { ok: false; reasons: Reason[] }

export const allow = (): { ok: true } => ({ ok: true })

export const answer = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })

/** Refuses with the reasons given; a refusal without a reason is a bug in the caller and throws. */
export function refuse(reasons: Reason[]): { ok: false; reasons: Reason[] } {
  if (reasons.length === 0) throw new Error('a refusal needs a reason')
  return { ok: false, reasons }
}

/**
 * Collects every reason, so that somebody who misses three papers hears of three, once.
 * Write each check as `late && { code: … }` or a function that gives a reason or null.
 */
export function every(...checks: (Reason | null | false)[]): Verdict {
  const reasons = checks.filter((c): c is Reason => c !== null && c !== false)
  return reasons.length === 0 ? allow() : refuse(reasons)
}

/** What a stranger sent, cut short enough to be repeated in a reason. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
