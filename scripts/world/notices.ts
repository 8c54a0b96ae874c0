// Which invented tenders does the demonstration world show? Bodies and firms do not exist; the notices read like real ones.

import type { PriceFormId } from '../../src/domain/scoring/methods.ts'
import type { NegotiationId } from '../../src/domain/scoring/negotiation-methods.ts'
import type { ObjectionGround } from '../../src/domain/tenders/objections.ts'
import type { Organisation } from '../people.ts'

export const AGENCIES: Organisation[] = [
  { id: 'gaon-city', ko: '가온시청 (가상)', en: 'Gaon City Hall (invented)' },
  { id: 'narae-health', ko: '나래보건원 (가상)', en: 'Narae Health Agency (invented)' },
  { id: 'haneul-rail', ko: '하늘철도공단 (가상)', en: 'Haneul Rail Authority (invented)' },
  { id: 'bada-port', ko: '바다항만공사 (가상)', en: 'Bada Port Corporation (invented)' },
]

export const FIRMS: Organisation[] = [
  { id: 'dasom-soft', ko: '다솜소프트 (가상)', en: 'Dasom Soft (invented)' },
  { id: 'garam-systems', ko: '가람시스템 (가상)', en: 'Garam Systems (invented)' },
  { id: 'narae-info', ko: '나래정보 (가상)', en: 'Narae Information (invented)' },
  { id: 'mir-tech', ko: '미르테크 (가상)', en: 'Mir Tech (invented)' },
  { id: 'saesol-data', ko: '새솔데이터 (가상)', en: 'Saesol Data (invented)' },
  { id: 'hanbit-net', ko: '한빛네트웍스 (가상)', en: 'Hanbit Networks (invented)' },
  { id: 'onnuri-ict', ko: '온누리아이씨티 (가상)', en: 'Onnuri ICT (invented)' },
]

/** What the firms propose, in their order. No proposal says whose it is: evaluators are not to know. */
export const PROPOSALS: readonly { ko: string; en: string }[] = [
  {
    ko: '3단계로 나누어 옮기고 단계마다 되돌릴 수 있게 하며, 품질 지표를 매주 공개합니다.',
    en: 'three stages, each of which can be undone, and weekly public quality figures.',
  },
  {
    ko: '기존 자료를 먼저 정비하고 두 달 동안 새 체계와 함께 돌려 차이를 모두 밝힙니다.',
    en: 'data put in order first, then two months side by side with every difference explained.',
  },
  {
    ko: '자동 시험으로 요구사항을 모두 덮고, 장애는 30분 안에 대응하는 상주 조를 둡니다.',
    en: 'every requirement under automatic tests, and a team on site that answers within half an hour.',
  },
  {
    ko: '공개 표준과 공개 소프트웨어만 써서 다른 업체가 언제든 이어받을 수 있게 합니다.',
    en: 'open standards and open software only, so that anybody can take over at any time.',
  },
  {
    ko: '이용자 서른 명과 두 주마다 써 보며 고치고, 접근성 진단을 세 차례 받습니다.',
    en: 'thirty users try it every two weeks, and three audits of its accessibility.',
  },
  {
    ko: '보안 점검을 설계부터 넣고 모의 침투를 분기마다 하며 결과를 발주 기관에 엽니다.',
    en: 'security from the design on, with a test attack each quarter open to the agency.',
  },
  {
    ko: '시범 부서 한 곳에서 시작해 배운 것을 적용하며 여섯 달에 걸쳐 넓힙니다.',
    en: 'begins with one department, learns from it, and widens over six months.',
  },
]

/** How far the world’s own people take a tender: the rest is left for whoever tries the demonstration. */
export type Plan = 'award' | 'until-marks' | 'until-award' | 'stay-open' | 'draft' | 'cancel' | 'no-bids'

export type Notice = {
  agency: string
  ko: string
  en: string
  says: { ko: string; en: string }
  budget: string
  method: NegotiationId | PriceFormId
  plan: Plan
  /** Hours until the deadline of those that stay open. */
  hours?: number
  bidders?: number
  /** What firms ask while bids are taken; without an answer it waits for the agency. */
  asked?: { text: string; answer?: string }[]
  /** Whoever comes second objects to the result, and an overseer dismisses that before the award. */
  objection?: { ground: ObjectionGround; reasons: string; decision: string }
}

export const NOTICES: Notice[] = [
  {
    agency: 'gaon-city',
    ko: '2027년 행정정보시스템 통합유지보수 용역',
    en: 'Integrated maintenance of administrative information systems, 2027',
    says: {
      ko: '민원, 세정, 재난안전 등 14개 시스템의 1년 통합유지보수. 상주 인력 9명, 장애 복구 2시간 이내.',
      en: 'One year of maintenance for 14 systems (civil affairs, tax, disaster safety); nine people on site, faults mended within two hours.',
    },
    budget: '1840000000',
    method: 'negotiation-national-90-10',
    plan: 'award',
    bidders: 6,
  },
  {
    agency: 'narae-health',
    ko: '감염병 조기경보 데이터 분석 플랫폼 구축',
    en: 'Data platform for early warning of infectious disease',
    says: {
      ko: '의료기관 신고 자료와 하수 감시 자료를 모아 주간 위험 지도를 만드는 플랫폼의 설계와 구축.',
      en: 'Design and building of a platform that joins reports of clinics and waste-water data into a weekly risk map.',
    },
    budget: '2650000000',
    method: 'negotiation-national-90-10',
    plan: 'award',
    bidders: 4,
    objection: {
      ground: 'marks',
      reasons:
        '제안서 12쪽에 적은 하수 감시 실적 두 건이 평가에 빠진 것 같습니다. Two references for waste-water monitoring on page 12 of our proposal seem to have been left out of the marks.',
      decision:
        '평가표를 확인했습니다. 두 실적 모두 세 위원이 점수에 넣었고, 계산은 공고한 규칙과 같습니다. The sheets were looked at: three evaluators counted both references, and the arithmetic is that of the published rule.',
    },
  },
  {
    agency: 'haneul-rail',
    ko: '승강장 안전문 제어 소프트웨어 고도화',
    en: 'Upgrade of platform screen door control software',
    says: {
      ko: '42개 역 승강장 안전문의 제어 소프트웨어 개선, 시험과 이중화 포함.',
      en: 'Improvement, testing and redundancy of the control software for the screen doors of 42 stations.',
    },
    budget: '980000000',
    method: 'negotiation-national-80-20',
    plan: 'award',
    bidders: 5,
  },
  {
    agency: 'bada-port',
    ko: '항만 출입 관리 시스템 클라우드 전환',
    en: 'Moving the port’s access control system to the cloud',
    says: {
      ko: '출입 관리와 차량 예약을 클라우드로 옮기고 모바일 출입증을 도입.',
      en: 'Access control and lorry booking move to the cloud; mobile passes are introduced.',
    },
    budget: '1120000000',
    method: 'negotiation-local-sw',
    plan: 'until-award',
    bidders: 4,
  },
  {
    agency: 'gaon-city',
    ko: '공공도서관 통합 대출 서비스 개선',
    en: 'One lending service for all public libraries',
    says: {
      ko: '11개 도서관의 회원과 장서를 합치고 상호대차를 하나의 화면으로.',
      en: 'Members and holdings of eleven libraries become one, with inter-library loans on one page.',
    },
    budget: '460000000',
    method: 'negotiation-national-80-20',
    plan: 'until-marks',
    bidders: 3,
  },
  {
    agency: 'narae-health',
    ko: '예방접종 기록 연계 시험 용역',
    en: 'Trial of linking vaccination records',
    says: {
      ko: '지자체 두 곳과의 시험 연계와 보안 점검.',
      en: 'A trial link with two municipalities, and its security review.',
    },
    budget: '140000000',
    method: 'negotiation-national-70-30',
    plan: 'no-bids',
  },
  {
    agency: 'haneul-rail',
    ko: '차세대 예매 시스템 정보화전략계획',
    en: 'Strategy for the next booking system',
    says: { ko: '현황 분석, 목표 모델, 이행 계획.', en: 'Analysis of today, target model, plan of the way there.' },
    budget: '390000000',
    method: 'negotiation-national-90-10',
    plan: 'cancel',
  },
  {
    agency: 'haneul-rail',
    ko: '역무실 사무용 책상과 의자 구매',
    en: 'Desks and chairs for station offices',
    says: {
      ko: '42개 역 역무실의 책상 120개와 의자 240개, 설치와 폐가구 수거 포함.',
      en: '120 desks and 240 chairs for the offices of 42 stations, set up, the old ones taken away.',
    },
    budget: '86000000',
    method: 'small-quotation',
    plan: 'award',
    bidders: 6,
  },
  {
    agency: 'bada-port',
    ko: '부두 조명 교체 공사',
    en: 'New lighting for the quays',
    says: {
      ko: '부두 3곳의 조명탑 18기를 절전형으로 교체.',
      en: 'Eighteen lighting towers on three quays are replaced by economical ones.',
    },
    budget: '270000000',
    method: 'qualification-works-4-2026',
    plan: 'until-award',
    bidders: 5,
  },
  {
    agency: 'bada-port',
    ko: '선박 대기 시간 예측 모형 개발',
    en: 'A model that predicts ships’ waiting times',
    says: {
      ko: '3년치 입출항 자료로 예측 모형을 만들고 운영 화면에 연결.',
      en: 'A model from three years of port calls, shown on the operators’ screens.',
    },
    budget: '720000000',
    method: 'negotiation-national-90-10',
    plan: 'stay-open',
    hours: 5,
  },
  {
    agency: 'gaon-city',
    ko: '버스 도착 안내 단말 관제 용역',
    en: 'Monitoring of bus arrival displays',
    says: {
      ko: '정류장 단말 1,300대의 관제와 현장 조치.',
      en: 'Monitoring and field service for 1,300 displays at stops.',
    },
    budget: '610000000',
    method: 'negotiation-national-80-20',
    plan: 'stay-open',
    hours: 26,
    asked: [
      {
        text: '현장 조치 시간은 신고부터입니까, 출동부터입니까? Does the time for field service run from the report or from the departure?',
        answer: '신고를 접수한 때부터입니다. It runs from the moment the report is received.',
      },
      { text: '단말 예비품은 기관이 제공합니까? Are spare displays provided by the agency?' },
    ],
  },
  {
    agency: 'narae-health',
    ko: '보건 통계 공개 누리집 개편',
    en: 'New site for open health statistics',
    says: {
      ko: '접근성 기준을 지키는 통계 누리집과 공개 API.',
      en: 'An accessible site for statistics, with an open API.',
    },
    budget: '330000000',
    method: 'negotiation-national-graded',
    plan: 'stay-open',
    hours: 74,
  },
  {
    agency: 'haneul-rail',
    ko: '선로 점검 영상 판독 시범 사업',
    en: 'Trial of reading track inspection video',
    says: {
      ko: '점검 열차 영상에서 결함을 찾는 판독 시스템의 시범 운영.',
      en: 'Trial of a system that finds faults in the video of inspection trains.',
    },
    budget: '1580000000',
    method: 'negotiation-national-90-10',
    plan: 'stay-open',
    hours: 170,
  },
  {
    agency: 'bada-port',
    ko: '항만 기록관 자료 디지털화',
    en: 'Digitisation of the port archive',
    says: {
      ko: '도면과 사진 8만 점의 디지털화와 목록 작성.',
      en: 'Scanning and cataloguing of 80,000 drawings and photographs.',
    },
    budget: '270000000',
    method: 'negotiation-national-70-30',
    plan: 'draft',
    hours: 200,
  },
]

/** The tenders that open live, one after the other, for as long as the demonstration runs. */
export const LIVE: Notice[] = [
  {
    agency: 'gaon-city',
    ko: '재난 문자 통합 발송 시스템 구축',
    en: 'One system for sending disaster alerts',
    says: {
      ko: '재난 유형별 발송 절차를 하나로 묶고 예비 회선을 두는 시스템의 구축.',
      en: 'One procedure for all kinds of alerts, with a reserve line.',
    },
    budget: '1310000000',
    method: 'negotiation-national-90-10',
    plan: 'award',
    bidders: 6,
  },
  {
    agency: 'haneul-rail',
    ko: '역사 에너지 관리 시스템 구축',
    en: 'Energy management for stations',
    says: {
      ko: '30개 역의 전력과 냉난방을 모아 보고 줄이는 시스템.',
      en: 'A system that shows and reduces power and heating of 30 stations.',
    },
    budget: '890000000',
    method: 'negotiation-national-80-20',
    plan: 'award',
    bidders: 5,
  },
  {
    agency: 'narae-health',
    ko: '응급의료 정보 교환 서비스 구축',
    en: 'Exchange of emergency medical information',
    says: {
      ko: '구급차와 병원 사이의 정보 교환 서비스의 구축.',
      en: 'A service that passes information between ambulances and hospitals.',
    },
    budget: '2040000000',
    method: 'negotiation-national-90-10',
    plan: 'award',
    bidders: 7,
  },
]
