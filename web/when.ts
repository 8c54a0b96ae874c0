// How is a moment written for a person? Korean time, said so; the length of a wait in words.

const ZONE = 'Asia/Seoul'
const locale = (language: string) => (language === 'en' ? 'en-GB' : 'ko-KR')

const formats = new Map<string, Intl.DateTimeFormat>()
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options)
  const found = formats.get(key) ?? new Intl.DateTimeFormat(locale(language), { timeZone: ZONE, ...options })
  formats.set(key, found)
  return found
}

const DAY: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' }
/** In Korean the day of the week stands in brackets, whether there is a year or not: "2026년 11월 30일 (월)". */
const dayText = (language: string, options: Intl.DateTimeFormatOptions, date: Date): string =>
  format(language, options)
    .format(date)
    .replace(/ ([월화수목금토일])$/, ' ($1)')

const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }

export type TimeForm = 'long' | 'exact' | 'short' | 'clock' | 'day'

/**
 * A moment in Korean time. `long` "2026년 11월 30일 (월) 14:00 KST", `exact` the same to the second, `short` without year and
 * zone for cards, `clock` "14:00:05", `day` the date alone.
 */
export function timeText(at: string | number, language: string, form: TimeForm = 'long'): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return '–'
  const { year, ...monthDay } = DAY
  switch (form) {
    case 'day':
      return dayText(language, DAY, date)
    case 'clock':
      return format(language, { ...CLOCK, second: '2-digit' }).format(date)
    case 'short':
      return `${dayText(language, monthDay, date)} ${format(language, CLOCK).format(date)}`
    case 'exact':
      return `${dayText(language, DAY, date)} ${format(language, { ...CLOCK, second: '2-digit' }).format(date)} KST`
    default:
      return `${dayText(language, DAY, date)} ${format(language, CLOCK).format(date)} KST`
  }
}

/** The same moment in UTC, for the tooltip: "2026-11-30 05:00:00 UTC". */
export const utcText = (at: string | number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`

const words = (language: string, n: number, ko: string, en: string) =>
  language === 'en' ? `${n} ${en}${n === 1 ? '' : 's'}` : `${n}${ko}`

/**
 * A length of time in its two largest units; seconds only below ten minutes. 93784000 → "1일 2시간", "1 day 2 hours";
 * 65000 → "1분 5초"; 0 and below → "0초".
 */
export function spanText(ms: number, language: string): string {
  const all = Math.max(0, Math.floor(ms / 1000))
  const [days, hours, minutes, seconds] = [
    Math.floor(all / 86400),
    Math.floor(all / 3600) % 24,
    Math.floor(all / 60) % 60,
    all % 60,
  ]
  const d = words(language, days, '일', 'day')
  const h = words(language, hours, '시간', 'hour')
  const m = words(language, minutes, '분', 'minute')
  const s = words(language, seconds, '초', 'second')
  if (days > 0) return hours > 0 ? `${d} ${h}` : d
  if (hours > 0) return minutes > 0 ? `${h} ${m}` : h
  if (minutes >= 10) return m
  if (minutes > 0) return seconds > 0 ? `${m} ${s}` : m
  return s
}

/** The day in Korea, "2026-11-30", of a moment: for comparing days. */
export const koreanDay = (at: string | number): string =>
  new Date(new Date(at).getTime() + 9 * 3600_000).toISOString().slice(0, 10)
