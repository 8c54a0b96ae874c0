// Which public events exist, what each says to a citizen, and what it is called in open data?
// One row an event. The log, the socket, a tender's timeline and the OCDS releases are all derived from this table.

import { drawsEvaluators } from './evaluators/purpose.ts'
import { drawsReserve } from './openings/reserve-purpose.ts'

/** A sentence in both languages of the service. */
export type Words = { ko: string; en: string }

/** Payload members as they stand in the log; the exact shapes are fixed by the record (see src/domain/record). */
export type EventPayload = { typ: string; [member: string]: unknown }

type EventRow = {
  /**
   * `person`: a JWS by the person who acts, under a key of the acting organisation that is in force where the entry stands.
   * `jws`: a JWS whose signer the type itself names (new keys, custodians, the operator). `clock`: canonical JSON, signed by nobody.
   * `either`: the clock's when the leaf is by '-', else a person's.
   * `account`: canonical JSON of the service for an account that the leaf names; what its persons signed stands inside.
   * `signed-since`: a person's where the leaf names a key. Else the service's for an account without one, which is also what logs held
   * before such acts were signed, or, by '-', what follows from another entry.
   */
  form: 'person' | 'jws' | 'clock' | 'either' | 'account' | 'signed-since'
  /** True when the leaf's `ref` is a tender. */
  ofTender: boolean
  /** What the timeline says; filled with members of the payload. */
  says: (payload: EventPayload) => Words
  /** The OCDS release tag that this event produces (OCDS 1.1 release tags), or null when open data has no place for it. */
  ocds: 'planning' | 'tender' | 'tenderAmendment' | 'tenderUpdate' | 'tenderCancellation' | 'award' | null
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
/** What a second person approves, by the type of the first one's act; others are called by that. */
const APPROVED: Readonly<Record<string, { ko: string; en: string }>> = {
  'award/1': { ko: '낙찰', en: 'the award' },
  'tender.amended/1': { ko: '공고 정정', en: 'the amendment of the notice' },
  'tender.cancelled/1': { ko: '취소', en: 'the cancellation' },
}
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const first = (value: unknown): Record<string, unknown> => (list(value)[0] ?? {}) as Record<string, unknown>

/** Why a tender fails, in words. The code of a later version is said as it is. */
const FAILED: Readonly<Record<string, Words>> = {
  'too-few-bids': { ko: '유효한 입찰이 모자람', en: 'too few bids' },
  'no-valid-technical-envelope': { ko: '유효한 기술 봉투가 없음', en: 'no valid technical envelope' },
  'nobody-eligible': { ko: '적격자가 없음', en: 'nobody eligible' },
}
const failedFor = (reasons: unknown, language: keyof Words): string =>
  list(reasons)
    .map(text)
    .map((code) => (Object.hasOwn(FAILED, code) ? FAILED[code]?.[language] : code))
    .join(', ')

/** What an incident was, in words. The code of a later version is said as it is. */
const INCIDENTS: Readonly<Record<string, Words>> = {
  'clock-late': { ko: '장애로 마감이 늦음(clock-late)', en: 'an outage held up the close (clock-late)' },
  'custodian-convicted': { ko: '보관 기관의 거짓 열쇠 조각', en: 'a custodian released a false share' },
  'closing-time-override': { ko: '늦은 마감을 감독 기관이 인정', en: 'an overseer let a late close stand' },
  'leaf-put-back': { ko: '빠진 입찰을 접수증으로 되돌림', en: 'a dropped bid was put back on its receipt' },
  'bid-dropped': { ko: '입찰 누락이 접수증으로 증명됨', en: 'a receipt proves that a bid was dropped' },
  'custodians-lost': {
    ko: '열쇠 보관 기관이 모자라 입찰자들이 다시 봉인함',
    en: 'too few custodians are left: bidders seal again to others',
  },
  'file-restored': { ko: '잃은 첨부 파일을 되살림', en: 'a lost file of a bid was brought back' },
  'envelope-restored': { ko: '잃은 봉투 파일을 되살림', en: 'the lost file of an envelope was brought back' },
}
const incidentsOf = (reasons: unknown, language: keyof Words): string =>
  list(reasons)
    .map(text)
    .map((code) => (Object.hasOwn(INCIDENTS, code) ? INCIDENTS[code]?.[language] : code))
    .join(', ')

export const EVENTS = {
  'actor.key/1': {
    form: 'jws',
    ofTender: false,
    says: (p) => ({
      ko: `${text(p.org)}의 서명 열쇠가 등록되었습니다.`,
      en: `A signing key of ${text(p.org)} was enrolled.`,
    }),
    ocds: null,
  },
  'actor.key.revoked/1': {
    form: 'jws',
    ofTender: false,
    says: (p) => ({
      ko: `${text(p.org)}의 서명 열쇠가 효력을 잃었습니다(${p.reason === 'lost' ? '분실' : p.reason === 'left' ? '떠남' : '유출 의심'}).`,
      en: `A signing key of ${text(p.org)} is no longer in force: ${p.reason === 'lost' ? 'it was lost' : p.reason === 'left' ? 'its holder left' : 'somebody else may have it'}.`,
    }),
    ocds: null,
  },
  'custodian.identity/1': {
    form: 'jws',
    ofTender: false,
    says: (p) =>
      typeof p.replaces === 'string'
        ? {
            ko: `열쇠 보관 기관(${text(p.id)})이 신원 열쇠를 바꾸었습니다.`,
            en: `Key custodian ${text(p.id)} changed its identity key.`,
          }
        : {
            ko: `열쇠 보관 기관(${text(p.id)})이 등록되었습니다.`,
            en: `Key custodian ${text(p.id)} was enrolled.`,
          },
    ocds: null,
  },
  'custodian.prekeys/1': {
    form: 'jws',
    ofTender: false,
    says: (p) => ({
      ko: `${text(p.custodian)}: 새 개봉 열쇠 ${list(p.keys).length}개`,
      en: `${text(p.custodian)} offered ${list(p.keys).length} fresh opening keys.`,
    }),
    ocds: null,
  },
  'organisation.standing/1': {
    form: 'signed-since',
    ofTender: false,
    says: (p) => ({
      ko: `${text((p.name as { ko?: unknown } | null)?.ko)}: ${text(p.standing)}`,
      en: `${text((p.name as { en?: unknown } | null)?.en)}: ${text(p.standing)}.`,
    }),
    ocds: null,
  },
  'role.changed/1': {
    form: 'signed-since',
    ofTender: false,
    says: (p) => ({
      ko: `${text(p.account)}의 역할: ${list(p.roles).map(text).join(', ') || '없음'}`,
      en: `Roles of ${text(p.account)}: ${list(p.roles).map(text).join(', ') || 'none'}.`,
    }),
    ocds: null,
  },
  'role.delegated/1': {
    form: 'signed-since',
    ofTender: false,
    says: (p) => ({
      ko: `${text(p.from)}의 ${text(p.role)} 역할을 ${text(p.endsAt)}까지 ${text(p.to)}에게 위임`,
      en: `The role ${text(p.role)} of ${text(p.from)} was delegated to ${text(p.to)} until ${text(p.endsAt)}.`,
    }),
    ocds: null,
  },
  'people.exported/1': {
    form: 'signed-since',
    ofTender: false,
    says: (p) => ({
      ko: `개인정보 ${text(p.people)}명분을 내보냄 (두 사람이 결정)`,
      en: `Personal data of ${text(p.people)} people were exported. Two persons decided.`,
    }),
    ocds: null,
  },
  'readings.reviewed/1': {
    form: 'signed-since',
    ofTender: false,
    says: (p) => ({
      ko: `운영자가 ${text(p.month)}의 개인정보 접근 기록을 살펴보았습니다.`,
      en: `The operator looked through who had read personal data in ${text(p.month)}.`,
    }),
    ocds: null,
  },
  'exclusion/1': {
    form: 'account',
    ofTender: false,
    says: (p) => ({
      ko: `${text(p.org)}: ${text(p.from)}부터 ${text(p.until)}까지 입찰 참가 제한 (${text(p.basis)})`,
      en: `${text(p.org)} is shut out of tenders from ${text(p.from)} until ${text(p.until)} (${text(p.basis)}).`,
    }),
    ocds: null,
  },
  'exclusion.lifted/1': {
    form: 'account',
    ofTender: false,
    says: (p) => ({
      ko: `${text(p.org)}의 입찰 참가 제한을 해제: ${text(p.statement)}`,
      en: `The exclusion of ${text(p.org)} was lifted: ${text(p.statement)}`,
    }),
    ocds: null,
  },
  'approval/1': {
    form: 'signed-since',
    ofTender: true,
    says: (p) => {
      const act = Object.hasOwn(APPROVED, text(p.act)) ? APPROVED[text(p.act)] : undefined
      const { ko, en } = act ?? { ko: text(p.act), en: text(p.act) }
      return {
        ko: `다른 사람이 승인했습니다(${ko}): 제안 ${text(p.proposedBy)}, 승인 ${text(p.approvedBy)}`,
        en: `A second person approved ${en}: proposed by ${text(p.proposedBy)}, approved by ${text(p.approvedBy)}.`,
      }
    },
    ocds: null,
  },
  'eligibility/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `개봉 때 참가가 제한된 입찰자: ${list(p.excluded)
        .map((e) => text((e as { bidder?: unknown } | null)?.bidder))
        .join(', ')}`,
      en: `Bidders shut out at the opening: ${list(p.excluded)
        .map((e) => text((e as { bidder?: unknown } | null)?.bidder))
        .join(', ')}.`,
    }),
    ocds: null,
  },
  'tender.notice/1': {
    form: 'person',
    ofTender: true,
    says: (p) => ({
      ko: `공고되었습니다. 마감 ${text(p.deadline)}`,
      en: `The tender was published. Deadline ${text(p.deadline)}.`,
    }),
    ocds: 'tender',
  },
  'keyset/1': {
    form: 'jws',
    ofTender: true,
    says: (p) => ({
      ko: `${p.kind === 'price' ? '가격' : '기술'} 봉투의 열쇠 ${text(p.n)}개 중 ${text(p.t)}개로 열 수 있습니다.`,
      en: `Keys of the ${text(p.kind)} envelope: any ${text(p.t)} of ${text(p.n)} open it.`,
    }),
    ocds: null,
  },
  'tender.amended/1': {
    form: 'person',
    ofTender: true,
    says: (p) =>
      p.rule
        ? {
            ko: `평가 규칙 정정. 이제까지 봉인한 입찰은 모두 무효이고 열지 않습니다. 새 마감 ${text(p.newDeadline)}: ${text(p.statement)}`,
            en: `Another rule decides from now on. Bids that were sealed before are void and stay shut. New deadline ${text(p.newDeadline)}: ${text(p.statement)}`,
          }
        : p.keysets
          ? {
              ko: `열쇠 보관 기관 교체와 마감 연장. 이제까지 봉인한 입찰은 세지 않습니다. 새 마감 ${text(p.newDeadline)}: ${text(p.statement)}`,
              en: `Bids are sealed to other custodians from now on, and those sealed before count no more. New deadline ${text(p.newDeadline)}: ${text(p.statement)}`,
            }
          : {
              ko: `마감 연장. 새 마감 ${text(p.newDeadline)}: ${text(p.statement)}`,
              en: `The deadline was extended to ${text(p.newDeadline)}: ${text(p.statement)}`,
            },
    ocds: 'tenderAmendment',
  },
  'clarification/1': {
    form: 'person',
    ofTender: true,
    says: (p) =>
      p.question
        ? { ko: `질문에 답했습니다: ${text(p.answer)}`, en: `A question was answered: ${text(p.answer)}` }
        : { ko: `발주 기관의 설명: ${text(p.answer)}`, en: `The agency explains: ${text(p.answer)}` },
    ocds: 'tenderUpdate',
  },
  'complaint/1': {
    form: 'person',
    ofTender: true,
    says: (p) => ({
      ko: `${text(p.bidder)}의 이의신청: ${text(p.reasons)}`,
      en: `${text(p.bidder)} objected to the result: ${text(p.reasons)}`,
    }),
    ocds: null,
  },
  'complaint.decided/1': {
    form: 'person',
    ofTender: true,
    says: (p) => ({
      ko: `이의신청 ${p.outcome === 'upheld' ? '인용' : '기각'}: ${text(p.reasons)}`,
      en: `An objection was ${p.outcome === 'upheld' ? 'upheld' : 'dismissed'}: ${text(p.reasons)}`,
    }),
    ocds: null,
  },
  'incident/1': {
    form: 'either',
    ofTender: true,
    says: (p) => ({
      ko: `사고 기록: ${incidentsOf(p.reasons, 'ko')}${p.newDeadline ? `, 새 마감 ${text(p.newDeadline)}` : ''}`,
      en: `Incident: ${incidentsOf(p.reasons, 'en')}${p.newDeadline ? `, new deadline ${text(p.newDeadline)}` : ''}.`,
    }),
    ocds: 'tenderAmendment',
  },
  'late/1': {
    form: 'clock',
    ofTender: true,
    says: () => ({ ko: '마감 뒤에 온 입찰이 거절되었습니다.', en: 'A bid that came after the deadline was refused.' }),
    ocds: null,
  },
  'tender.closed/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `마감되었습니다. 봉인된 기록 ${text(p.count)}건(가림 기록 포함).`,
      en: `Closed. ${text(p.count)} sealed entries are on the closing list (covers included).`,
    }),
    ocds: 'tenderUpdate',
  },
  'opening.reveal/1': {
    form: 'clock',
    ofTender: true,
    says: () => ({
      ko: '마감 목록의 모든 기록에 이름이 붙었습니다.',
      en: 'Every entry on the closing list was named.',
    }),
    ocds: null,
  },
  'opening.list/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `열 봉투 ${list(p.eids).length}개가 정해졌습니다.`,
      en: `${list(p.eids).length} envelopes are to be opened.`,
    }),
    ocds: null,
  },
  'release/1': {
    form: 'jws',
    ofTender: true,
    says: (p) => ({ ko: `열쇠 ${text(p.x)}번이 돌아갔습니다.`, en: `Key ${text(p.x)} turned.` }),
    ocds: null,
  },
  'rekey/1': {
    form: 'person',
    ofTender: true,
    says: (p) => ({
      ko: `${text(p.bidder)}: 입찰을 다른 보관 기관의 열쇠로 다시 봉인했습니다.`,
      en: `${text(p.bidder)} sealed its bid again, to other custodians.`,
    }),
    ocds: null,
  },
  'clearing/1': {
    form: 'jws',
    ofTender: true,
    says: (p) => ({
      ko: `보관 기관 ${text(p.x)}번이 열리지 않은 봉투 ${list(p.eids).length}개에서 받은 조각을 증명했습니다.`,
      en: `Custodian ${text(p.x)} proved what it had been sent in ${list(p.eids).length} envelopes that did not open.`,
    }),
    ocds: null,
  },
  'opening.result/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => {
      const r = first(p.results)
      const price = text((r.body as { amount?: unknown } | null)?.amount)
      const valid = r.state === 'valid'
      return {
        ko: `${text(r.bidder)}: ${valid ? (price ? `${price}원` : '기술 봉투가 열렸습니다') : `무효 (${text(r.reason)})`}`,
        en: `${text(r.bidder)}: ${valid ? (price ? `${price} KRW` : 'technical envelope opened') : `not valid (${text(r.reason)})`}.`,
      }
    },
    ocds: 'tenderUpdate',
  },
  'scores.locked/1': {
    // The officer's order to lock and every evaluator's sheet are signed; they stand in the payload beside what follows from them.
    form: 'clock',
    ofTender: true,
    says: () => ({ ko: '기술 점수가 확정되었습니다.', en: 'The technical scores were locked.' }),
    ocds: 'tenderUpdate',
  },
  'evaluation.result/1': {
    form: 'clock',
    ofTender: true,
    says: () => ({ ko: '순위가 계산되었습니다.', en: 'The ranking was computed.' }),
    ocds: 'tenderUpdate',
  },
  'planned.price/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `예비가격 ${list(p.prices).length}개 추첨, ${list(p.slots).map(text).join(', ')}번의 평균으로 예정가격 ${text(p.amount)}`,
      en: `${list(p.prices).length} preliminary prices were drawn; the mean of numbers ${list(p.slots).map(text).join(', ')} is the planned price ${text(p.amount)}.`,
    }),
    ocds: 'tenderUpdate',
  },
  'auction.begun/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `역경매 예고: ${text(p.seats)}곳이 ${text(p.begins)}부터, 현재 최저가 ${text(p.lowest)}`,
      en: `An auction of ${text(p.seats)} bidders begins at ${text(p.begins)}; the lowest price so far is ${text(p.lowest)}.`,
    }),
    ocds: 'tenderUpdate',
  },
  'auction.bid/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `역경매 ${text(p.round)}회차, 참가자 ${text(p.seat)}: ${text(p.amount)}`,
      en: `Auction, round ${text(p.round)}: participant ${text(p.seat)} bids ${text(p.amount)}.`,
    }),
    ocds: null,
  },
  'auction.ended/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `역경매가 끝나 자리의 주인이 밝혀졌습니다: ${list(p.seats)
        .map((s) => s as { seat?: unknown; bidder?: unknown } | null)
        .map((s) => `${text(s?.seat)} = ${text(s?.bidder)}`)
        .join(', ')}`,
      en: `The auction is over, and who was behind each number is known: ${list(p.seats)
        .map((s) => s as { seat?: unknown; bidder?: unknown } | null)
        .map((s) => `${text(s?.seat)} is ${text(s?.bidder)}`)
        .join(', ')}.`,
    }),
    ocds: 'tenderUpdate',
  },
  'examination/1': {
    form: 'person',
    ofTender: true,
    says: (p) => ({
      ko: `적격심사: ${text(p.bidder)} ${list(p.scores)
        .map((s) => text((s as { score?: unknown } | null)?.score))
        .join(' + ')}점`,
      en: `Examination of ${text(p.bidder)}: ${list(p.scores)
        .map((s) => text((s as { score?: unknown } | null)?.score))
        .join(' + ')} points.`,
    }),
    ocds: 'tenderUpdate',
  },
  'examination.result/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => {
      const row = list((p.ranking as { rows?: unknown } | null)?.rows).find(
        (r) => (r as { bidder?: unknown } | null)?.bidder === p.bidder,
      ) as { eligible?: unknown; total?: unknown } | undefined
      const passed = row?.eligible === true
      return {
        ko: `${text(p.bidder)}: 종합 ${text(row?.total)}점, ${passed ? '적격' : '부적격'}`,
        en: `${text(p.bidder)}: ${text(row?.total)} points in all, ${passed ? 'passed' : 'not passed'}.`,
      }
    },
    ocds: 'tenderUpdate',
  },
  'pool.committed/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => {
      const sizes = list(p.strata).map((s) => list((s as { ids?: unknown } | null)?.ids).length)
      return {
        ko: `평가위원 후보 명단이 번호로 확정되었습니다(${sizes.join('·')}명).`,
        en: `The pool of evaluators was fixed, as salted numbers: ${sizes.join(' and ')} people.`,
      }
    },
    ocds: null,
  },
  'draw.contribution/1': {
    form: 'jws',
    ofTender: true,
    says: (p) => ({
      ko: `${text(p.custodian)}: 추첨에 쓸 난수를 봉인해 냈습니다.`,
      en: `${text(p.custodian)} sealed a contribution to the draw.`,
    }),
    ocds: null,
  },
  'draw.notice/1': {
    form: 'clock',
    ofTender: true,
    says: (p) =>
      drawsEvaluators(p.purpose)
        ? {
            ko: `평가위원 추첨 예고: 후보 ${list(p.ids).length}명`,
            en: `Evaluators will be drawn in public from ${list(p.ids).length} people.`,
          }
        : drawsReserve(p.purpose)
          ? {
              ko: `복수예비가격 ${list(p.ids).length}개의 추첨 예고`,
              en: `${list(p.ids).length} preliminary prices will be drawn in public once everything is open.`,
            }
          : {
              ko: `동점 추첨 예고: ${list(p.ids).map(text).join(', ')} (${text(p.drawAt)})`,
              en: `A public lot between ${list(p.ids).map(text).join(', ')} will be drawn at ${text(p.drawAt)}.`,
            },
    ocds: 'tenderUpdate',
  },
  'draw.result/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => {
      const order = list(p.tickets).map((t) => text((t as { id?: unknown } | null)?.id))
      return drawsEvaluators(p.purpose)
        ? {
            ko: `평가위원 추첨표 ${order.length}장이 공개 추첨되었습니다.`,
            en: `${order.length} tickets of evaluators were drawn in public.`,
          }
        : { ko: `공개 추첨 결과: ${order.join(', ')}`, en: `The public lot drew ${order.join(', ')}.` }
    },
    ocds: 'tenderUpdate',
  },
  'committee.called/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => {
      const calls = list(p.calls) as { evaluator?: unknown; because?: unknown }[]
      const seats = calls.map((call) => text(call?.evaluator)).join(', ')
      const again = calls.some((call) => call?.because !== 'drawn')
      return {
        ko: again ? `다음 차례의 평가위원을 불렀습니다: ${seats}` : `추첨된 평가위원을 불렀습니다: ${seats}`,
        en: again ? `The next ticket was called for ${seats}.` : `The drawn evaluators were called: ${seats}.`,
      }
    },
    ocds: null,
  },
  'committee.declared/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `${text(p.evaluator)}: ${p.conflict ? '이해충돌을 신고했습니다.' : '이해충돌이 없다고 신고했습니다.'}`,
      en: `${text(p.evaluator)} declared ${p.conflict ? 'a conflict of interest' : 'no conflict of interest'}.`,
    }),
    ocds: null,
  },
  'committee.named/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `평가위원 ${list(p.seats).length}명이 추첨된 사람임이 밝혀졌습니다.`,
      en: `The ${list(p.seats).length} evaluators were shown to be those who were drawn.`,
    }),
    ocds: null,
  },
  'award/1': {
    form: 'person',
    ofTender: true,
    says: (p) => {
      const others = list(p.winners).length - 1
      return others > 0
        ? {
            ko: `낙찰자: ${text(p.bidder)} 외 ${others}개 업체`,
            en: `Awarded to ${text(p.bidder)} and ${others} more.`,
          }
        : { ko: `낙찰자: ${text(p.bidder)}`, en: `Awarded to ${text(p.bidder)}.` }
    },
    ocds: 'award',
  },
  'tender.failed/1': {
    form: 'clock',
    ofTender: true,
    says: (p) => ({
      ko: `유찰: ${failedFor(p.reasons, 'ko')}`,
      en: `The tender failed: ${failedFor(p.reasons, 'en')}.`,
    }),
    ocds: 'tenderUpdate',
  },
  'tender.cancelled/1': {
    form: 'person',
    ofTender: true,
    says: (p) => ({ ko: `취소: ${text(p.statement)}`, en: `Cancelled: ${text(p.statement)}` }),
    ocds: 'tenderCancellation',
  },
} satisfies Record<string, EventRow>

/** Payload type of every public event. */
export type EventType = keyof typeof EVENTS

/**
 * The type that stands in the leaf for a payload type. They are the same but for a keyset, whose signed payload is the
 * keyset itself (`keyset/1`) while its log entry is `tender.keyset/1`.
 */
export const leafType = (payload: EventType): string => (payload === 'keyset/1' ? 'tender.keyset/1' : payload)

/** Is it a key that a leaf names, by its thumbprint (RFC 7638: 32 bytes in base64url), and not an account? Accounts have shorter ids. */
export const isKeyId = (by: string): boolean => /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(by)

/**
 * The payload type that must be signed in an entry of this leaf type; null when its payload is canonical JSON. A leaf that is by '-'
 * is the clock's; what an account did, the service writes. Example: `signedAs({ typ: 'tender.keyset/1', by: kid })` is `keyset/1`.
 */
export function signedAs(leaf: { typ: string; by: string }): EventType | null {
  const payload = leaf.typ === 'tender.keyset/1' ? 'keyset/1' : leaf.typ
  if (!Object.hasOwn(EVENTS, payload)) return null
  const { form } = EVENTS[payload as EventType] as EventRow
  const unsigned =
    form === 'clock' ||
    form === 'account' ||
    (form === 'either' && leaf.by === '-') ||
    (form === 'signed-since' && !isKeyId(leaf.by))
  return unsigned ? null : (payload as EventType)
}

/** What the timeline says of a payload; a payload of a type that this version does not know is named, not hidden. */
export function sentenceOf(payload: EventPayload): Words {
  const row = Object.hasOwn(EVENTS, payload.typ) ? (EVENTS[payload.typ as EventType] as EventRow) : undefined
  return row ? row.says(payload) : { ko: payload.typ, en: payload.typ }
}
