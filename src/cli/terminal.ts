// How do words reach a terminal? Lined up, and with nothing in them that a stranger could steer the terminal with.

export type Lang = 'ko' | 'en'

/** Something the person typed cannot be used, or a place cannot be reached: the message names it. Exit code 2. */
export class Unusable extends Error {
  override name = 'Unusable'
}

export interface Terminal {
  out(line: string): void
  err(line: string): void
}

// Control characters, and those that turn the direction of the text around: names in a record are strangers' texts.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

export const safe = (text: string): string => text.replace(UNSAFE, '�')

/** Columns that a text takes: Hangul and other wide letters take two. */
export function columns(text: string): number {
  let width = 0
  for (const letter of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(letter) ? 2 : 1
  return width
}

/** Rows under each other; every column but the last is as wide as its widest cell. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, columns(safe(cell)))
  }
  return rows.map((row) =>
    row
      .map((cell, i) =>
        i === row.length - 1 ? safe(cell) : safe(cell) + ' '.repeat((widths[i] ?? 0) - columns(safe(cell))),
      )
      .join('  '),
  )
}

/** The person's language, unless told: Korean where the system is Korean. */
export const systemLang = (): Lang => (Intl.DateTimeFormat().resolvedOptions().locale.startsWith('ko') ? 'ko' : 'en')
