// Who may be drawn for a committee, and under which public number? By field, by yearly limit, and never somebody of a party's own.
import { b64u, concat, utf8 } from '../../proof/bytes.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Reason } from '../kit/verdict.ts'
import { FIELD_IDS } from './fields.ts'

/** So many seats for evaluators of one field. */
export interface Stratum {
  field: string
  seats: number
}

/** What the notice says of a committee that is drawn. Seats are named E1, E2, … in the order of the strata. */
export interface PoolRule {
  strata: Stratum[]
  /** How often a person may sit on drawn committees within a calendar year, whatever the agency. */
  perYear: number
  /** Everybody in the pool had been confirmed below it by a sealed entry, shown for those who sat; absent in notices from before that. */
  confirmed?: boolean
  /** Whoever sat is shown, with the lock, to have signed a declaration of no conflict before the sheet; absent in notices from before that. */
  declared?: boolean
}

/** Unless the notice says otherwise, a person sits on six drawn committees a year at most: nobody becomes known as the one to ask. */
export const PER_YEAR = 6
/** For each seat there are at least so many people in the stratum's pool: whoever is drawn first must not be known from the pool. */
export const PEOPLE_PER_SEAT = 2
export const MOST_SEATS = 30

/** What must be known of a person who holds the role of an evaluator. */
export interface Candidate {
  account: string
  org: string
  fields: readonly string[]
  /** Seats taken on drawn committees in the calendar year of the question. */
  appointments: number
  /** Still has the role, and an organisation in good standing. */
  available: boolean
}

/** Why a person is not drawn, or is passed over although a ticket was. */
export type Unfit = 'field' | 'organisation' | 'limit' | 'away'

/** Everything wrong with the pool that a draft asks for. */
export function poolRuleReasons({ strata, perYear }: PoolRule): Reason[] {
  const bad = (why: string): Reason => ({ code: 'pool-invalid', facts: { why }, at: '/pool' })
  const seats = strata.reduce((sum, s) => sum + s.seats, 0)
  const known = new Set<string>(FIELD_IDS)
  return [
    ...(strata.length === 0 ? [bad('no field')] : []),
    ...strata.filter((s) => !known.has(s.field)).map((s) => bad(`field ${s.field}`)),
    ...(new Set(strata.map((s) => s.field)).size < strata.length ? [bad('a field twice')] : []),
    ...(strata.some((s) => !Number.isInteger(s.seats) || s.seats < 1) || seats > MOST_SEATS ? [bad('seats')] : []),
    ...(!Number.isInteger(perYear) || perYear < 1 || perYear > 365 ? [bad('perYear')] : []),
  ]
}

/**
 * Why this person may not sit in a seat of the field; null when nothing is against it. People of the buyer and of a bidder are of a
 * party's own organisation.
 */
export function unfit(
  person: Candidate,
  field: string,
  tender: { parties: ReadonlySet<string>; perYear: number },
): Unfit | null {
  if (!person.available) return 'away'
  if (!person.fields.includes(field)) return 'field'
  if (tender.parties.has(person.org)) return 'organisation'
  return person.appointments >= tender.perYear ? 'limit' : null
}

/** The people of each stratum, by account. One who is of several fields is in the pool of each, and sits in one seat at most. */
export function poolOf(
  rule: PoolRule,
  candidates: readonly Candidate[],
  agency: string,
): { field: string; accounts: string[] }[] {
  const tender = { parties: new Set([agency]), perYear: rule.perYear }
  return rule.strata.map(({ field }) => ({
    field,
    accounts: candidates
      .filter((person) => unfit(person, field, tender) === null)
      .map((person) => person.account)
      .sort(),
  }))
}

/**
 * Reasons against drawing from this pool: fewer than {@link PEOPLE_PER_SEAT} people a seat, in a stratum or among all people together.
 * Example: three seats of software with five people refuses with `pool-too-small { field: 'software', found: 5, needed: 6 }`.
 */
export function poolReasons(rule: PoolRule, pool: readonly { field: string; accounts: readonly string[] }[]): Reason[] {
  const small = (field: string, found: number, seats: number): Reason[] =>
    found < seats * PEOPLE_PER_SEAT
      ? [{ code: 'pool-too-small', facts: { field, found, needed: seats * PEOPLE_PER_SEAT }, at: '/pool' }]
      : []
  const inStrata = rule.strata.flatMap(({ field, seats }) =>
    small(field, pool.find((p) => p.field === field)?.accounts.length ?? 0, seats),
  )
  if (inStrata.length > 0) return inStrata
  const everybody = new Set(pool.flatMap((p) => p.accounts))
  return small(
    '*',
    everybody.size,
    rule.strata.reduce((sum, s) => sum + s.seats, 0),
  )
}

/**
 * The number under which a person is in the pool: base64url of SHA-256(salt ‖ account id, UTF-8). The salt (32 random bytes, one a
 * person and tender) stays secret until the scores are locked; then those who sat are named with it, and nobody else.
 */
export const memberId = (P: Primitives, salt: Uint8Array, account: string): string =>
  b64u(P.sha256(concat(salt, utf8(account))))

/** The calendar year, in Korea, in which yearly limits count. `at` in milliseconds. */
export const limitYear = (at: number): number => new Date(at + 9 * 3_600_000).getUTCFullYear()

/** What may be against sitting on a committee, as the person declares it. */
export const GROUNDS = {
  family: { ko: '친족 관계', en: 'Family' },
  employment: { ko: '최근 3년 안의 근무·자문', en: 'Work or advice within three years' },
  money: { ko: '지분·용역·금전 관계', en: 'Shares, contracts or money' },
  dispute: { ko: '분쟁', en: 'A dispute' },
  other: { ko: '그 밖의 사유', en: 'Something else' },
} as const
export type Grounds = keyof typeof GROUNDS
export const GROUND_IDS = Object.keys(GROUNDS) as [Grounds, ...Grounds[]]
