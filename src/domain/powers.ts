// Who may do which act? One row a power; a caller who has no row is refused.
import type { Words } from './events.ts'
import { steppedUp } from './people/session-times.ts'

export type Role = 'officer' | 'evaluator' | 'supplier' | 'auditor' | 'operator'
export const ROLES: readonly Role[] = ['officer', 'evaluator', 'supplier', 'auditor', 'operator']

/** How the caller stands to the thing acted on. `own`: the same organisation; `assigned`: named on the committee; `any`: no matter. */
export type Relation = 'any' | 'own' | 'assigned'

export type Caller = {
  account: string
  org: string
  roles: readonly Role[]
  /** The sign-in that the caller's token descends from. */
  session?: string
  startedAt?: Date
  /** When the second factor was last shown in this session. */
  steppedUpAt?: Date | null
} | null

type PowerRow = {
  /** Roles that hold the power; 'public' is everybody, signed in or not; 'signature' means that a signed body is the authority. */
  who: readonly Role[] | 'public' | 'signedIn' | 'signature'
  relation: Relation
  /** A second factor must have been shown within the last five minutes (ASVS 5 V7.5, RFC 9470). */
  stepUp?: true
  says: Words
}

export const POWERS = {
  'read.public': { who: 'public', relation: 'any', says: { ko: '공개된 것을 봄', en: 'See what is public' } },
  'session.start': { who: 'public', relation: 'any', says: { ko: '로그인', en: 'Sign in' } },
  'session.self': { who: 'signedIn', relation: 'any', says: { ko: '내 계정을 봄', en: 'See one’s own account' } },
  'session.secure': {
    who: 'signedIn',
    relation: 'own',
    says: { ko: '내 로그인 수단과 세션 관리', en: 'Manage one’s own ways of signing in and sessions' },
  },
  'outbox.read': {
    who: ['operator'],
    relation: 'any',
    says: { ko: '보내지 못한 메일 보기', en: 'Read mails that were not sent for want of a mail server' },
  },
  'key.enrol': { who: 'signedIn', relation: 'own', says: { ko: '서명 열쇠 등록', en: 'Enrol a signing key' } },
  'key.revoke': {
    who: 'signedIn',
    relation: 'own',
    says: { ko: '서명 열쇠 분실 신고', en: 'Report a lost signing key' },
  },
  'data.own': {
    who: 'signedIn',
    relation: 'own',
    stepUp: true,
    says: { ko: '내 정보를 받거나 지움', en: 'Take along or erase one’s own data' },
  },
  'data.read': {
    who: ['operator'],
    relation: 'any',
    stepUp: true,
    says: { ko: '목적을 남기고 개인정보를 찾아봄', en: 'Look up a person, for a purpose that is recorded' },
  },
  'custodian.enrol': {
    who: ['operator'],
    relation: 'any',
    says: { ko: '열쇠 보관 기관 등록', en: 'Enrol a key custodian' },
  },
  'custodian.prekeys': { who: 'signature', relation: 'own', says: { ko: '개봉 열쇠 제공', en: 'Offer opening keys' } },
  'custodian.release': { who: 'signature', relation: 'own', says: { ko: '열쇠 조각 공개', en: 'Release key shares' } },
  'tender.draft': { who: ['officer'], relation: 'own', says: { ko: '공고 초안 작성', en: 'Draft a tender' } },
  'tender.publish': { who: ['officer'], relation: 'own', stepUp: true, says: { ko: '공고', en: 'Publish a tender' } },
  'tender.cancel': { who: ['officer'], relation: 'own', says: { ko: '공고 취소', en: 'Cancel a tender' } },
  'tender.award': { who: ['officer'], relation: 'own', stepUp: true, says: { ko: '낙찰 결정', en: 'Award a tender' } },
  'scores.quantitative': {
    who: ['officer'],
    relation: 'own',
    says: { ko: '정량 점수 입력', en: 'Enter the quantitative marks' },
  },
  'scores.lock': {
    who: ['officer'],
    relation: 'own',
    stepUp: true,
    says: { ko: '기술 점수 확정', en: 'Lock the technical scores' },
  },
  'scores.mark': {
    who: ['evaluator'],
    relation: 'assigned',
    says: { ko: '기술 점수 매김', en: 'Mark technical proposals' },
  },
  'bid.submit': {
    who: ['supplier'],
    relation: 'any',
    stepUp: true,
    says: { ko: '입찰서 제출', en: 'Submit a sealed bid' },
  },
  'bid.own': { who: ['supplier'], relation: 'own', says: { ko: '내 입찰을 봄', en: 'See one’s own bids' } },
  'incident.declare': { who: ['auditor'], relation: 'any', says: { ko: '사고 선언', en: 'Declare an incident' } },
} as const satisfies Record<string, PowerRow>

export type Power = keyof typeof POWERS

/**
 * Does the caller hold the power, as far as the role goes? The relation to the object is asked by `relates`.
 * Answers 'sign-in' when signing in could help, 'forbidden' when it could not, null when the role suffices.
 */
export function lacksPower(caller: Caller, power: Power): 'sign-in' | 'forbidden' | null {
  const { who } = POWERS[power] as PowerRow
  if (who === 'public' || who === 'signature') return null
  if (!caller) return 'sign-in'
  if (who === 'signedIn') return null
  return who.some((role) => caller.roles.includes(role)) ? null : 'forbidden'
}

/** Must the caller show the second factor (again) before an act of this power? */
export function lacksStepUp(caller: Caller, power: Power, now: Date): boolean {
  const { stepUp } = POWERS[power] as PowerRow
  return stepUp === true && !steppedUp(caller?.steppedUpAt, now)
}

/** Does the caller stand to the object as the power's row demands? */
export function relates(caller: Caller, power: Power, object: { org?: string; assigned?: readonly string[] }): boolean {
  const { relation } = POWERS[power] as PowerRow
  if (relation === 'any') return true
  if (!caller) return false
  if (relation === 'own') return object.org !== undefined && object.org === caller.org
  return object.assigned?.includes(caller.account) ?? false
}
