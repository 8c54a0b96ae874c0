// When is a month of readings of personal data to be looked through, and what is looked for?

/** A look that shows so many people at once is listed among the large ones. */
export const MANY_PEOPLE = 50
/** In Korea, readings before seven, from nine in the evening, and at weekends are at odd hours. */
export const DAY_BEGINS = 7
export const DAY_ENDS = 21
/** What is to be said of a month: at least so many characters. */
export const LEAST_SAID = 10

const KOREA_MS = 9 * 3_600_000

/** The calendar month in Korea: 2026-10-31T15:00:00Z is in 2026-11. */
export const monthOf = (ms: number): string => new Date(ms + KOREA_MS).toISOString().slice(0, 7)

/** Is the month over, so that nothing more is read in it? `2026-10` is from 2026-10-31T15:00:00Z on. */
export const isOver = (month: string, ms: number): boolean => month < monthOf(ms)
