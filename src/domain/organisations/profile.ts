// What does a supplier say of itself, from when until when, and does it hold on a day? One row a kind of qualification.
import type { Words } from '../events.ts'
import { parseTime } from '../kit/time.ts'
import type { Reason } from '../kit/verdict.ts'

export const SIZE_CLASSES = ['micro', 'small', 'medium', 'large'] as const

/** ISO 3166-2 codes of Korea's provinces and metropolitan cities. */
export const REGIONS: Readonly<Record<string, Words>> = {
  'KR-11': { ko: '서울특별시', en: 'Seoul' },
  'KR-26': { ko: '부산광역시', en: 'Busan' },
  'KR-27': { ko: '대구광역시', en: 'Daegu' },
  'KR-28': { ko: '인천광역시', en: 'Incheon' },
  'KR-29': { ko: '광주광역시', en: 'Gwangju' },
  'KR-30': { ko: '대전광역시', en: 'Daejeon' },
  'KR-31': { ko: '울산광역시', en: 'Ulsan' },
  'KR-41': { ko: '경기도', en: 'Gyeonggi' },
  'KR-42': { ko: '강원특별자치도', en: 'Gangwon' },
  'KR-43': { ko: '충청북도', en: 'North Chungcheong' },
  'KR-44': { ko: '충청남도', en: 'South Chungcheong' },
  'KR-45': { ko: '전북특별자치도', en: 'Jeonbuk' },
  'KR-46': { ko: '전라남도', en: 'South Jeolla' },
  'KR-47': { ko: '경상북도', en: 'North Gyeongsang' },
  'KR-48': { ko: '경상남도', en: 'South Gyeongsang' },
  'KR-49': { ko: '제주특별자치도', en: 'Jeju' },
  'KR-50': { ko: '세종특별자치시', en: 'Sejong' },
}

/** Corporate credit grades from best to worst. */
export const CREDIT_GRADES = [
  'AAA',
  'AA+',
  'AA0',
  'AA-',
  'A+',
  'A0',
  'A-',
  'BBB+',
  'BBB0',
  'BBB-',
  'BB+',
  'BB0',
  'BB-',
  'B+',
  'B0',
  'B-',
  'CCC+',
  'CCC0',
  'CCC-',
  'CC',
  'C',
  'D',
] as const

type FactRow = {
  says: Words
  /** Members of the value, in the order of a form; each is a text. */
  members: readonly string[]
  /** Must it end? A grade or licence without an end would be believed for ever. */
  ends: boolean
  /** The longest that it is believed, in days; a size class is confirmed for a year and a quarter at most. */
  longestDays: number
}

export const FACTS = {
  licence: {
    says: { ko: '면허·등록', en: 'Licence' },
    members: ['code', 'name', 'number'],
    ends: false,
    longestDays: 36_525,
  },
  region: { says: { ko: '소재 지역', en: 'Region' }, members: ['code'], ends: false, longestDays: 36_525 },
  size: { says: { ko: '기업 규모', en: 'Size class' }, members: ['class'], ends: true, longestDays: 460 },
  record: {
    says: { ko: '이행 실적', en: 'Track record' },
    members: ['title', 'client', 'amount'],
    ends: false,
    longestDays: 36_525,
  },
  credit: {
    says: { ko: '신용평가등급', en: 'Credit grade' },
    members: ['agency', 'grade'],
    ends: true,
    longestDays: 731,
  },
} as const satisfies Record<string, FactRow>

export type FactKind = keyof typeof FACTS
export const FACT_KINDS = Object.keys(FACTS) as [FactKind, ...FactKind[]]

export type Fact = {
  kind: FactKind
  value: Readonly<Record<string, string>>
  /** First and last day on which it holds, "2027-01-31" in Korean time; null: until it is ended. */
  from: string
  until: string | null
}

const DAY_MS = 86_400_000
/** Noon of the day in UTC: the same day in every zone that matters here. Null for what is no day. */
function dayOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const at = parseTime(`${text}T12:00:00Z`)
  return at.ok ? at.value : null
}

const bad = (field: string): Reason => ({ code: 'fact-invalid', facts: { field }, at: `/${field}` })

/** Values that a member may have; members without a row are free texts. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  'region code': Object.keys(REGIONS),
  'size class': SIZE_CLASSES,
  'credit grade': CREDIT_GRADES,
}

/** Every reason against a qualification as it was written; whether it is true is for the operator to verify. */
export function factReasons({ kind, value, from, until }: Fact): Reason[] {
  const row: FactRow = FACTS[kind]
  const reasons: Reason[] = []
  for (const member of Object.keys(value)) if (!row.members.includes(member)) reasons.push(bad(`value/${member}`))
  for (const member of row.members) {
    const text = value[member]?.trim() ?? ''
    const choices = CHOICES[`${kind} ${member}`]
    const wrong = choices ? !choices.includes(text) : text === '' || text.length > 200
    if (wrong || (kind === 'record' && member === 'amount' && !/^(0|[1-9]\d{0,17})$/.test(text)))
      reasons.push(bad(`value/${member}`))
  }
  const [begin, end] = [dayOf(from), until === null ? null : dayOf(until)]
  if (begin === null) reasons.push(bad('from'))
  if (until !== null && end === null) reasons.push(bad('until'))
  if (until === null && row.ends) reasons.push(bad('until'))
  if (begin !== null && end !== null && (end < begin || end - begin > row.longestDays * DAY_MS))
    reasons.push(bad('until'))
  return reasons
}

/** Does it hold on this day? Both ends count. Example: until 2027-01-31 holds on that day and not on the next. */
export const holdsOn = ({ from, until }: Pick<Fact, 'from' | 'until'>, day: string): boolean =>
  from <= day && (until === null || day <= until)

/** The day in Korea at an instant in milliseconds. Example: 2027-01-30T15:00:00Z is 2027-01-31. */
export const koreanDay = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(0, 10)
