// What does an entry of each kind hold? Invented payloads, from which the page of events makes its example sentences.
import type { EventPayload, EventType } from '../../../src/domain/events.ts'

const DEADLINE = '2026-11-30T05:00:00Z'
const EID = 'q1cPZ8dDkLqk0nJtJ9h3aG8bVtq5vWm7tJ4n8Zb1wxE'

export const EXAMPLES: Readonly<Record<EventType, EventPayload>> = {
  'actor.key/1': { typ: 'actor.key/1', org: 'dasom-soft' },
  'actor.key.revoked/1': { typ: 'actor.key.revoked/1', org: 'dasom-soft', reason: 'lost' },
  'custodian.identity/1': { typ: 'custodian.identity/1', id: 'audit-office' },
  'custodian.prekeys/1': { typ: 'custodian.prekeys/1', custodian: 'audit-office', keys: Array(20).fill({}) },
  'tender.notice/1': { typ: 'tender.notice/1', deadline: DEADLINE },
  'keyset/1': { typ: 'keyset/1', kind: 'technical', n: 3, t: 2 },
  'organisation.standing/1': {
    typ: 'organisation.standing/1',
    name: { ko: '가람시스템', en: 'Garam Systems' },
    standing: 'verified',
  },
  'role.changed/1': { typ: 'role.changed/1', account: 'p-0a1b2c3d', roles: ['officer'] },
  'role.delegated/1': {
    typ: 'role.delegated/1',
    from: 'p-0a1b2c3d',
    to: 'p-4e5f6a7b',
    role: 'approver',
    endsAt: '2026-12-31T15:00:00Z',
  },
  'people.exported/1': { typ: 'people.exported/1', people: 12 },
  'readings.reviewed/1': { typ: 'readings.reviewed/1', month: '2026-10' },
  'exclusion/1': {
    typ: 'exclusion/1',
    org: 'garam-systems',
    from: '2026-12-01T00:00:00Z',
    until: '2027-06-01T00:00:00Z',
    basis: '국가계약법 제27조',
  },
  'exclusion.lifted/1': { typ: 'exclusion.lifted/1', org: 'garam-systems', statement: '법원의 결정' },
  'approval/1': { typ: 'approval/1', act: 'award/1', proposedBy: 'p-0a1b2c3d', approvedBy: 'p-4e5f6a7b' },
  'eligibility/1': { typ: 'eligibility/1', excluded: [{ bidder: 'garam-systems' }] },
  'tender.amended/1': {
    typ: 'tender.amended/1',
    newDeadline: '2026-12-06T05:00:00Z',
    statement: '규격서를 바로잡습니다. The specification is corrected.',
  },
  'complaint/1': {
    typ: 'complaint/1',
    bidder: 'garam-systems',
    reasons: '실적 점수가 잘못되었습니다. The marks for our record are wrong.',
  },
  'complaint.decided/1': {
    typ: 'complaint.decided/1',
    outcome: 'dismissed',
    reasons: '기록을 확인했으며 점수가 맞습니다. The record was checked, and the marks are right.',
  },
  'clarification/1': {
    typ: 'clarification/1',
    question: { statement: '{…}', salt: EID },
    answer: '네, 제안서에 붙여 주세요. Yes, please enclose it.',
  },
  'incident/1': { typ: 'incident/1', reasons: ['clock-late'], newDeadline: '2026-12-01T05:00:00Z' },
  'pool.committed/1': { typ: 'pool.committed/1', strata: [{ field: 'software', ids: [EID, EID, EID, EID] }] },
  'draw.contribution/1': { typ: 'draw.contribution/1', custodian: 'board-of-audit' },
  'committee.called/1': { typ: 'committee.called/1', calls: [{ evaluator: 'E1', because: 'drawn' }] },
  'committee.declared/1': { typ: 'committee.declared/1', evaluator: 'E1', conflict: false },
  'committee.named/1': { typ: 'committee.named/1', seats: [EID, EID, EID] },
  'late/1': { typ: 'late/1' },
  'tender.closed/1': { typ: 'tender.closed/1', count: 9 },
  'opening.reveal/1': { typ: 'opening.reveal/1' },
  'opening.list/1': { typ: 'opening.list/1', eids: [EID, EID, EID, EID] },
  'release/1': { typ: 'release/1', x: 2 },
  'rekey/1': { typ: 'rekey/1', bidder: 'firm-1' },
  'clearing/1': { typ: 'clearing/1', x: 2, eids: ['…'] },
  'opening.result/1': {
    typ: 'opening.result/1',
    results: [{ eid: EID, bidder: 'dasom-soft', state: 'valid', body: { amount: '98000000', currency: 'KRW' } }],
  },
  'scores.locked/1': { typ: 'scores.locked/1' },
  'planned.price/1': {
    typ: 'planned.price/1',
    prices: Array.from({ length: 15 }, () => '1'),
    slots: [8, 12, 4, 6],
    amount: '404158750',
  },
  'auction.begun/1': { typ: 'auction.begun/1', begins: '2026-09-30T02:10:00Z', seats: 3, lowest: '9500000' },
  'auction.bid/1': { typ: 'auction.bid/1', n: 1, round: 1, seat: 2, amount: '9400000' },
  'auction.ended/1': {
    typ: 'auction.ended/1',
    seats: [
      { seat: 1, bidder: 'maru-data' },
      { seat: 2, bidder: 'dasom-soft' },
    ],
  },
  'examination/1': { typ: 'examination/1', bidder: 'dasom-soft', scores: [{ part: 'ability', score: '20' }] },
  'examination.result/1': {
    typ: 'examination.result/1',
    bidder: 'dasom-soft',
    ranking: { rows: [{ bidder: 'dasom-soft', eligible: true, total: '95' }] },
  },
  'evaluation.result/1': { typ: 'evaluation.result/1' },
  'draw.notice/1': {
    typ: 'draw.notice/1',
    ids: ['dasom-soft', 'haneul-data'],
    drawAt: '2026-12-04T02:01:00Z',
  },
  'draw.result/1': {
    typ: 'draw.result/1',
    tickets: [
      { id: 'haneul-data', ticket: EID },
      { id: 'dasom-soft', ticket: EID },
    ],
  },
  'award/1': { typ: 'award/1', bidder: 'dasom-soft' },
  'tender.failed/1': { typ: 'tender.failed/1', reasons: ['too-few-bids'] },
  'tender.cancelled/1': { typ: 'tender.cancelled/1', statement: '사업 계획이 바뀌었습니다.' },
}
