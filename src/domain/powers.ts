// Who may do which act? One row a power; a caller who has no row is refused.
import type { Words } from './events.ts'
import { steppedUp } from './people/session-times.ts'
import type { TenderState } from './tenders/lifecycle.ts'

/**
 * `officer` contracts for an agency and `approver` confirms the officer's dangerous acts; `supplier` is a firm's representative and
 * `staff` its staff; `custodian` acts for an institution that keeps opening keys; `administrator` looks after the people of one organisation.
 */
export type Role =
  | 'officer'
  | 'approver'
  | 'evaluator'
  | 'custodian'
  | 'supplier'
  | 'staff'
  | 'auditor'
  | 'operator'
  | 'administrator'
export const ROLES: readonly Role[] = [
  'officer',
  'approver',
  'evaluator',
  'custodian',
  'supplier',
  'staff',
  'auditor',
  'operator',
  'administrator',
]

/** How the caller stands to the thing acted on. `own`: the same organisation; `assigned`: named on the committee; `any`: no matter. */
export type Relation = 'any' | 'own' | 'assigned'

/** How an organisation stands with the operator: not verified yet, verified, or shut out for the time being. */
export type Standing = 'pending' | 'verified' | 'suspended'

/** Roles count the delegations in force. Without a standing the organisation is a verified one. */
export type Caller = {
  account: string
  org: string
  roles: readonly Role[]
  standing?: Standing
  /** The sign-in that the caller's token descends from. */
  session?: string
  startedAt?: Date
  /** When the second factor was last shown in this session. */
  steppedUpAt?: Date | null
} | null

/** Who confirms an act that one person alone may not do. `own`: of the organisation for which it was proposed. */
export type Second = { who: readonly Role[]; relation: 'own' | 'any' }

type PowerRow = {
  /** Roles that hold the power; 'public' is everybody, signed in or not; 'signature' means that a signed body is the authority. */
  who: readonly Role[] | 'public' | 'signedIn' | 'signature'
  relation: Relation
  /** A second factor must have been shown within the last five minutes (ASVS 5 V7.5, RFC 9470). */
  stepUp?: true
  /** States of the tender in which the act can succeed; without them it concerns no tender, or a tender in any state. */
  states?: readonly TenderState[]
  /** The act needs another person, of these. It is proposed by one and done by the other's approval. */
  second?: readonly Second[]
  /** Held also while the own organisation is not verified. */
  pending?: true
  says: Words
}

const ADMINISTRATORS: readonly Second[] = [
  { who: ['administrator'], relation: 'own' },
  // A firm of one person has nobody else: the operator confirms.
  { who: ['operator'], relation: 'any' },
]

export const POWERS = {
  'read.public': { who: 'public', relation: 'any', says: { ko: '공개된 것을 봄', en: 'See what is public' } },
  'session.start': { who: 'public', relation: 'any', says: { ko: '로그인', en: 'Sign in' } },
  'session.self': {
    who: 'signedIn',
    relation: 'any',
    pending: true,
    says: { ko: '내 계정을 봄', en: 'See one’s own account' },
  },
  'session.secure': {
    who: 'signedIn',
    relation: 'own',
    pending: true,
    says: { ko: '내 로그인 수단과 세션 관리', en: 'Manage one’s own ways of signing in and sessions' },
  },
  'outbox.read': {
    who: ['operator'],
    relation: 'any',
    says: { ko: '보내지 못한 메일 보기', en: 'Read mails that were not sent for want of a mail server' },
  },
  // Whoever found a browser open would sign in its owner's name from then on. To report a lost key asks for nothing: it only takes away.
  'key.enrol': {
    who: 'signedIn',
    relation: 'own',
    stepUp: true,
    says: { ko: '서명 열쇠 등록', en: 'Enrol a signing key' },
  },
  'key.revoke': {
    who: 'signedIn',
    relation: 'own',
    says: { ko: '서명 열쇠 분실 신고', en: 'Report a lost signing key' },
  },
  'data.own': {
    who: 'signedIn',
    relation: 'own',
    stepUp: true,
    pending: true,
    says: { ko: '내 정보를 받거나 지움', en: 'Take along or erase one’s own data' },
  },
  'data.read': {
    who: ['operator'],
    relation: 'any',
    stepUp: true,
    says: { ko: '목적을 남기고 개인정보를 찾아봄', en: 'Look up a person, for a purpose that is recorded' },
  },
  'readings.review': {
    who: ['operator'],
    relation: 'any',
    says: {
      ko: '개인정보 접근 기록을 달마다 살펴봄',
      en: 'Look through the record of who read personal data, month by month',
    },
  },
  'organisation.register': {
    who: 'public',
    relation: 'any',
    says: { ko: '기관·업체 등록 신청', en: 'Register an organisation' },
  },
  'organisation.own': {
    who: 'signedIn',
    relation: 'own',
    pending: true,
    says: { ko: '소속 기관의 등록 내용을 봄', en: 'See the registration of one’s organisation' },
  },
  'organisation.edit': {
    who: ['administrator'],
    relation: 'own',
    pending: true,
    says: { ko: '등록 내용·서류·자격 제출', en: 'Hand in registration, documents and qualifications' },
  },
  'organisation.verify': {
    who: ['operator'],
    relation: 'any',
    says: { ko: '등록·자격 확인', en: 'Verify registrations and qualifications' },
  },
  'organisation.suspend': {
    who: ['operator'],
    relation: 'any',
    says: { ko: '기관·업체 이용 정지와 해제', en: 'Suspend an organisation, and end that' },
  },
  'organisation.leave': {
    who: 'signedIn',
    relation: 'own',
    pending: true,
    says: { ko: '소속 기관에서 나감', en: 'Leave one’s organisation' },
  },
  'invitation.accept': { who: 'public', relation: 'any', says: { ko: '초대 수락', en: 'Accept an invitation' } },
  'people.read': {
    who: ['administrator'],
    relation: 'own',
    says: { ko: '소속 사람 목록을 봄', en: 'See the people of one’s organisation' },
  },
  'people.end': {
    who: ['administrator'],
    relation: 'own',
    says: { ko: '초대·위임·역할을 거둠', en: 'Withdraw invitations, delegations and roles' },
  },
  'role.grant': {
    who: ['administrator'],
    relation: 'own',
    stepUp: true,
    second: ADMINISTRATORS,
    says: { ko: '초대, 역할 부여, 기간을 정한 위임', en: 'Invite, grant a role, delegate one for a time' },
  },
  'people.export': {
    who: ['administrator'],
    relation: 'own',
    stepUp: true,
    second: ADMINISTRATORS,
    says: { ko: '개인정보 내보내기', en: 'Export personal data' },
  },
  'proposal.own': {
    who: 'signedIn',
    relation: 'own',
    says: { ko: '두 사람이 필요한 일의 제안을 보고 거둠', en: 'See and withdraw proposals of acts that need two' },
  },
  'proposal.decide': {
    who: 'signedIn',
    relation: 'own',
    stepUp: true,
    says: { ko: '다른 사람의 제안을 승인하거나 거절', en: 'Approve or decline another person’s proposal' },
  },
  'exclusion.declare': {
    who: ['officer', 'auditor'],
    relation: 'any',
    second: [{ who: ['approver', 'auditor'], relation: 'own' }],
    says: { ko: '부정당업자 제재 등록', en: 'Enter a firm in the exclusion list' },
  },
  'exclusion.lift': {
    who: ['officer', 'auditor'],
    relation: 'own',
    second: [{ who: ['approver', 'auditor'], relation: 'own' }],
    says: { ko: '부정당업자 제재 해제', en: 'Lift an exclusion' },
  },
  'custodian.enrol': {
    who: ['operator'],
    relation: 'any',
    says: { ko: '열쇠 보관 기관 등록', en: 'Enrol a key custodian' },
  },
  'custodian.rotate': {
    who: 'signature',
    relation: 'own',
    says: { ko: '보관 기관의 신원 열쇠 교체', en: 'Change a custodian’s identity key' },
  },
  'custodian.recover': {
    who: ['auditor'],
    relation: 'any',
    stepUp: true,
    says: { ko: '보관 기관이 잃은 신원 열쇠를 새 열쇠로 바꿈', en: 'Have a custodian’s lost identity key replaced' },
  },
  'custodian.prekeys': { who: 'signature', relation: 'own', says: { ko: '개봉 열쇠 제공', en: 'Offer opening keys' } },
  'custodian.release': {
    who: 'signature',
    relation: 'own',
    says: { ko: '열쇠 조각 공개', en: 'Release key shares' },
  },
  'custodian.contribute': {
    who: 'signature',
    relation: 'own',
    says: { ko: '평가위원 추첨에 쓸 난수 봉인', en: 'Seal a contribution to a draw of evaluators' },
  },
  'evaluator.fields': {
    who: ['evaluator'],
    relation: 'own',
    says: { ko: '내 평가 분야 등록', en: 'Say in which fields one judges' },
  },
  'evaluator.confirm': {
    who: ['operator'],
    relation: 'any',
    says: { ko: '평가위원이 밝힌 분야 확인', en: 'Confirm the fields that evaluators state' },
  },
  'evaluator.declare': {
    who: ['evaluator'],
    relation: 'own',
    says: { ko: '이해충돌 신고', en: 'Declare conflicts of interest' },
  },
  'tender.draft': { who: ['officer'], relation: 'own', says: { ko: '공고 초안 작성', en: 'Draft a tender' } },
  'tender.publish': {
    who: ['officer'],
    relation: 'own',
    stepUp: true,
    states: ['draft'],
    says: { ko: '공고', en: 'Publish a tender' },
  },
  'tender.extend': {
    who: ['officer'],
    relation: 'own',
    stepUp: true,
    states: ['published'],
    second: [{ who: ['approver'], relation: 'own' }],
    says: { ko: '마감 연장', en: 'Extend a deadline' },
  },
  'tender.amend': {
    who: ['officer'],
    relation: 'own',
    stepUp: true,
    states: ['published'],
    second: [{ who: ['approver'], relation: 'own' }],
    says: { ko: '공고한 평가 규칙 정정', en: 'Change the rule of a published tender' },
  },
  'tender.cancel': {
    who: ['officer'],
    relation: 'own',
    stepUp: true,
    states: ['published', 'closed', 'technical_opening', 'evaluating', 'scores_locked', 'price_opening', 'ranked'],
    second: [{ who: ['approver'], relation: 'own' }],
    says: { ko: '공고 취소', en: 'Cancel a tender' },
  },
  'question.ask': {
    who: ['supplier', 'staff'],
    relation: 'any',
    states: ['published'],
    says: { ko: '공고에 대해 질문', en: 'Ask about a published tender' },
  },
  'question.own': {
    who: ['supplier', 'staff'],
    relation: 'own',
    says: { ko: '소속 업체가 한 질문을 봄', en: 'See the questions of one’s firm' },
  },
  'question.read': {
    who: ['officer'],
    relation: 'own',
    says: {
      ko: '받은 질문을 봄 (누가 물었는지는 보이지 않음)',
      en: 'Read the questions that came in; who asked is not shown',
    },
  },
  'question.answer': {
    who: ['officer'],
    relation: 'own',
    states: ['published'],
    says: { ko: '질문에 공개로 답변', en: 'Answer a question in public' },
  },
  'tender.award': {
    who: ['officer'],
    relation: 'own',
    stepUp: true,
    states: ['ranked'],
    second: [{ who: ['approver'], relation: 'own' }],
    says: { ko: '낙찰 결정', en: 'Award a tender' },
  },
  'complaint.lodge': {
    who: ['supplier'],
    relation: 'any',
    stepUp: true,
    states: ['ranked'],
    says: { ko: '결과에 이의신청', en: 'Object to the result of a tender' },
  },
  'complaint.decide': {
    who: ['auditor'],
    relation: 'any',
    stepUp: true,
    states: ['ranked'],
    says: {
      ko: '이의신청을 결정 (공고가 정한 감독 기관)',
      en: 'Decide about an objection, as an overseer that the notice names',
    },
  },
  'bidder.examine': {
    who: ['officer'],
    relation: 'own',
    stepUp: true,
    states: ['ranked'],
    says: { ko: '적격심사', en: 'Examine the bidder whose turn it is' },
  },
  'scores.quantitative': {
    who: ['officer'],
    relation: 'own',
    states: ['evaluating'],
    says: { ko: '정량 점수 입력', en: 'Enter the quantitative marks' },
  },
  'scores.lock': {
    who: ['officer'],
    relation: 'own',
    stepUp: true,
    states: ['evaluating'],
    says: { ko: '기술 점수 확정', en: 'Lock the technical scores' },
  },
  'scores.mark': {
    who: ['evaluator'],
    relation: 'assigned',
    states: ['evaluating'],
    says: { ko: '기술 점수 매김', en: 'Mark technical proposals' },
  },
  'bid.submit': {
    who: ['supplier'],
    relation: 'any',
    stepUp: true,
    states: ['published'],
    says: { ko: '입찰서 제출', en: 'Submit a sealed bid' },
  },
  'bid.attach': {
    who: ['supplier'],
    relation: 'own',
    states: ['published'],
    says: { ko: '봉인한 첨부 파일 올리기', en: 'Hand in sealed files for one’s bid' },
  },
  'bid.own': { who: ['supplier', 'staff'], relation: 'own', says: { ko: '내 입찰을 봄', en: 'See one’s own bids' } },
  // Every bid is signed by the bidder's own key; asking for the factor again would take the seconds that a round has.
  'auction.own': {
    who: ['supplier', 'staff'],
    relation: 'own',
    says: { ko: '내가 참가한 역경매를 봄', en: 'Follow an auction that one bids in' },
  },
  'auction.bid': {
    who: ['supplier'],
    relation: 'own',
    states: ['price_opening'],
    says: { ko: '역경매에 응찰', en: 'Bid in an auction' },
  },
  'bid.rekey': {
    who: ['supplier'],
    relation: 'own',
    stepUp: true,
    states: ['technical_opening', 'evaluating', 'scores_locked', 'price_opening'],
    says: { ko: '다른 보관 기관에 다시 봉인', en: 'Seal one’s bid again, to other custodians' },
  },
  'rekey.order': {
    who: ['auditor'],
    relation: 'any',
    states: ['technical_opening', 'price_opening'],
    says: { ko: '모두에게 다시 봉인하게 함', en: 'Have all bidders seal again, to other custodians' },
  },
  'bid.prove': {
    who: ['supplier', 'staff'],
    relation: 'own',
    says: { ko: '누락된 입찰을 접수증으로 되돌림', en: 'Prove by a receipt that one’s bid was dropped' },
  },
  // Its hash is the authority: whoever has the file may bring it back.
  'envelope.restore': {
    who: 'public',
    relation: 'any',
    says: { ko: '잃은 봉투 파일을 되살림', en: 'Bring back the lost file of an envelope' },
  },
  'incident.declare': { who: ['auditor'], relation: 'any', says: { ko: '사고 선언', en: 'Declare an incident' } },
} as const satisfies Record<string, PowerRow>

export type Power = keyof typeof POWERS

/** Acts that one person proposes and another one does by approving. */
export type TwoPersonAct = { [P in Power]: (typeof POWERS)[P] extends { second: unknown } ? P : never }[Power]

/** What each role is called. */
export const ROLE_WORDS: Record<Role, Words> = {
  officer: { ko: '계약담당', en: 'Agency officer' },
  approver: { ko: '승인자', en: 'Agency approver' },
  evaluator: { ko: '평가위원', en: 'Evaluator' },
  custodian: { ko: '열쇠 보관 담당', en: 'Custodian' },
  supplier: { ko: '입찰 대표자', en: 'Supplier representative' },
  staff: { ko: '업체 직원', en: 'Supplier staff' },
  auditor: { ko: '감사관', en: 'Auditor' },
  operator: { ko: '운영자', en: 'Operator' },
  administrator: { ko: '관리자', en: 'Administrator' },
}

/** The row of a power, with every member that a row can have. */
export const powerRow = (power: Power): PowerRow => POWERS[power]

/**
 * Does the caller hold the power, as far as the role goes? The relation to the object is asked by `relates`.
 * Answers 'sign-in' when signing in could help, 'forbidden' when it could not, null when the role suffices.
 */
export function lacksPower(caller: Caller, power: Power): 'sign-in' | 'forbidden' | null {
  const { who, pending } = powerRow(power)
  if (who === 'public' || who === 'signature') return null
  if (!caller) return 'sign-in'
  if ((caller.standing ?? 'verified') !== 'verified' && !pending) return 'forbidden'
  if (who === 'signedIn') return null
  return who.some((role) => caller.roles.includes(role)) ? null : 'forbidden'
}

/** Must the caller show the second factor (again) before an act of this power? */
export function lacksStepUp(caller: Caller, power: Power, now: Date): boolean {
  const { stepUp } = powerRow(power)
  return stepUp === true && !steppedUp(caller?.steppedUpAt, now)
}

/** Does the caller stand to the object as the power's row demands? */
export function relates(caller: Caller, power: Power, object: { org?: string; assigned?: readonly string[] }): boolean {
  const { relation } = powerRow(power)
  if (relation === 'any') return true
  if (!caller) return false
  if (relation === 'own') return object.org !== undefined && object.org === caller.org
  return object.assigned?.includes(caller.account) ?? false
}

/** May the caller be the second person of an act that was proposed for an organisation? Who proposed it is asked by `mayDecide`. */
export function isSecond(caller: Caller, power: Power, org: string): boolean {
  if (!caller || (caller.standing ?? 'verified') !== 'verified') return false
  return (powerRow(power).second ?? []).some(
    ({ who, relation }) =>
      (relation === 'any' || caller.org === org) && who.some((role) => caller.roles.includes(role)),
  )
}
