// Does every public event say something to a citizen, in both languages, whatever stands in its payload?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVENTS, type EventType, leafType, sentenceOf, signedAs } from '../../src/domain/events.ts'

const types = Object.keys(EVENTS) as EventType[]

/** A payload of each type with the members that its sentence is made of, and what the sentence must then hold. */
const SAID: Record<EventType, [payload: Record<string, unknown>, ko: string[], en: string[]]> = {
  'actor.key/1': [{ org: 'firm-1' }, ['firm-1'], ['firm-1']],
  'actor.key.revoked/1': [{ org: 'firm-1', reason: 'left' }, ['firm-1', '떠남'], ['firm-1', 'left']],
  'custodian.identity/1': [{ id: 'timekeeper' }, ['timekeeper'], ['timekeeper']],
  'custodian.prekeys/1': [
    { custodian: 'timekeeper', keys: [1, 2, 3] },
    ['timekeeper', '3개'],
    ['timekeeper', '3 fresh'],
  ],
  'tender.notice/1': [{ deadline: '2027-01-15T01:00:00Z' }, ['2027-01-15T01:00:00Z'], ['2027-01-15T01:00:00Z']],
  'keyset/1': [{ kind: 'price', n: 3, t: 2 }, ['가격', '3개 중 2개'], ['price', '2 of 3']],
  'incident/1': [
    { reasons: ['clock-late'], newDeadline: '2027-01-15T03:00:00Z' },
    ['clock-late', '2027-01-15T03:00:00Z'],
    ['clock-late', '2027-01-15T03:00:00Z'],
  ],
  'organisation.standing/1': [
    { name: { ko: '가람', en: 'Garam' }, standing: 'verified' },
    ['가람', 'verified'],
    ['Garam', 'verified'],
  ],
  'role.changed/1': [{ account: 'p-1', roles: ['officer'] }, ['p-1', 'officer'], ['p-1', 'officer']],
  'role.delegated/1': [
    { from: 'p-1', to: 'p-2', role: 'approver', endsAt: '2027-01-15T01:00:00Z' },
    ['p-1', 'p-2', 'approver', '2027-01-15T01:00:00Z'],
    ['p-1', 'p-2', 'approver', '2027-01-15T01:00:00Z'],
  ],
  'people.exported/1': [{ people: 12 }, ['12명'], ['12 people']],
  'readings.reviewed/1': [{ month: '2026-10' }, ['2026-10'], ['2026-10']],
  'exclusion/1': [
    { org: 'firm-1', from: '2027-01-15T01:00:00Z', until: '2027-03-15T01:00:00Z', basis: '제27조' },
    ['firm-1', '2027-03-15T01:00:00Z', '제27조'],
    ['firm-1', '2027-03-15T01:00:00Z', '제27조'],
  ],
  'exclusion.lifted/1': [{ org: 'firm-1', statement: '법원 결정' }, ['firm-1', '법원 결정'], ['firm-1', '법원 결정']],
  'approval/1': [
    { act: 'award/1', proposedBy: 'p-1', approvedBy: 'p-2' },
    ['낙찰', 'p-1', 'p-2'],
    ['the award', 'p-1', 'p-2'],
  ],
  'eligibility/1': [{ excluded: [{ bidder: 'firm-1' }] }, ['firm-1'], ['firm-1']],
  'tender.amended/1': [
    { newDeadline: '2027-01-20T01:00:00Z', statement: '규격서 정정' },
    ['2027-01-20T01:00:00Z', '규격서 정정'],
    ['2027-01-20T01:00:00Z', '규격서 정정'],
  ],
  'clarification/1': [
    { question: { statement: '{}', salt: '' }, answer: '예, 포함됩니다.' },
    ['질문에 답했습니다', '예, 포함됩니다.'],
    ['A question was answered', '예, 포함됩니다.'],
  ],
  'complaint/1': [
    { bidder: 'firm-1', reasons: '배점 오류입니다.' },
    ['firm-1', '배점 오류입니다.'],
    ['firm-1', '배점 오류입니다.'],
  ],
  'complaint.decided/1': [
    { outcome: 'upheld', reasons: '신청이 이유 있습니다.' },
    ['인용', '신청이 이유 있습니다.'],
    ['upheld', '신청이 이유 있습니다.'],
  ],
  'planned.price/1': [
    { prices: ['1', '2', '3'], slots: [2, 3], amount: '404158750' },
    ['3개', '2, 3번', '404158750'],
    ['3 preliminary', '2, 3', '404158750'],
  ],
  'auction.begun/1': [
    { begins: '2027-01-15T01:10:00Z', seats: 3, lowest: '9500000' },
    ['3곳', '2027-01-15T01:10:00Z', '9500000'],
    ['3 bidders', '2027-01-15T01:10:00Z', '9500000'],
  ],
  'auction.bid/1': [
    { round: 2, seat: 3, amount: '9400000' },
    ['2회차', '참가자 3', '9400000'],
    ['round 2', 'participant 3', '9400000'],
  ],
  'auction.ended/1': [
    {
      seats: [
        { seat: 1, bidder: 'firm-2' },
        { seat: 2, bidder: 'firm-1' },
      ],
    },
    ['1 = firm-2', '2 = firm-1'],
    ['1 is firm-2', '2 is firm-1'],
  ],
  'examination/1': [
    { bidder: 'firm-2', scores: [{ score: '15' }, { score: '4.5' }] },
    ['firm-2', '15 + 4.5'],
    ['firm-2', '15 + 4.5'],
  ],
  'examination.result/1': [
    { bidder: 'firm-2', ranking: { rows: [{ bidder: 'firm-2', eligible: true, total: '96.5' }] } },
    ['firm-2', '96.5', '적격'],
    ['firm-2', '96.5', 'passed'],
  ],
  'pool.committed/1': [{ strata: [{ ids: ['a', 'b'] }, { ids: ['c'] }] }, ['2·1명'], ['2 and 1 people']],
  'draw.contribution/1': [{ custodian: 'timekeeper' }, ['timekeeper'], ['timekeeper']],
  'committee.called/1': [
    { calls: [{ evaluator: 'E2', because: 'conflict' }] },
    ['E2', '다음 차례'],
    ['E2', 'next ticket'],
  ],
  'committee.declared/1': [{ evaluator: 'E2', conflict: true }, ['E2', '이해충돌'], ['E2', 'a conflict']],
  'committee.named/1': [{ seats: [1, 2, 3] }, ['3명'], ['3 evaluators']],
  'late/1': [{}, ['거절'], ['refused']],
  'tender.closed/1': [{ count: 16 }, ['16건', '가림'], ['16', 'covers included']],
  'opening.reveal/1': [{}, ['이름'], ['named']],
  'opening.list/1': [{ eids: ['a', 'b'] }, ['2개'], ['2 envelopes']],
  'release/1': [{ x: 2 }, ['2번'], ['Key 2']],
  'rekey/1': [{ bidder: 'firm-1' }, ['firm-1'], ['firm-1']],
  'clearing/1': [{ x: 2, eids: ['a'] }, ['2번', '1개'], ['Custodian 2', '1 envelopes']],
  'opening.result/1': [
    { results: [{ bidder: 'firm-1', state: 'valid', body: { amount: '98000000', currency: 'KRW' } }] },
    ['firm-1', '98000000원'],
    ['firm-1', '98000000 KRW'],
  ],
  'scores.locked/1': [{}, ['확정'], ['locked']],
  'evaluation.result/1': [{}, ['순위'], ['ranking']],
  'draw.notice/1': [
    { ids: ['firm-1', 'firm-2'], drawAt: '2027-01-20T01:00:00Z' },
    ['firm-1, firm-2', '2027-01-20T01:00:00Z'],
    ['firm-1, firm-2', '2027-01-20T01:00:00Z'],
  ],
  'draw.result/1': [{ tickets: [{ id: 'firm-2' }, { id: 'firm-1' }] }, ['firm-2, firm-1'], ['firm-2, firm-1']],
  'award/1': [{ bidder: 'firm-1' }, ['firm-1'], ['firm-1']],
  'tender.failed/1': [
    { reasons: ['too-few-bids', 'a-new-one'] },
    ['유찰', '모자람', 'a-new-one'],
    ['failed', 'too few bids', 'a-new-one'],
  ],
  'tender.cancelled/1': [{ statement: '예산 삭감' }, ['취소', '예산 삭감'], ['Cancelled', '예산 삭감']],
}

describe('EVENTS', () => {
  test.each(types)('%s says what its payload holds, in both languages', (typ) => {
    const [payload, ko, en] = SAID[typ]
    const words = sentenceOf({ typ, ...payload })
    for (const part of ko) expect(words.ko).toContain(part)
    for (const part of en) expect(words.en).toContain(part)
    expect(words.ko).toMatch(/[가-힣]/)
  })

  test('an envelope that is not valid is said to be so, with the reason; one without a price is a technical one', () => {
    const said = (row: object) => sentenceOf({ typ: 'opening.result/1', results: [{ bidder: 'firm-1', ...row }] })
    expect(said({ state: 'malformed', reason: 'seal', body: null }).en).toBe('firm-1: not valid (seal).')
    expect(said({ state: 'malformed', reason: 'seal', body: null }).ko).toBe('firm-1: 무효 (seal)')
    expect(said({ state: 'valid', body: { approach: 'x' } }).en).toBe('firm-1: technical envelope opened.')
  })

  test('an event of a type that this version does not know is named, not hidden, whatever its name', () => {
    for (const typ of ['award/2', 'constructor', '__proto__', 'toString', ''])
      expect(sentenceOf({ typ })).toEqual({ ko: typ, en: typ })
  })

  test('no payload, however odd, makes a sentence break or show a machine’s words', () => {
    const payload = fc.dictionary(
      fc.constantFrom(
        'org',
        'id',
        'keys',
        'reasons',
        'results',
        'eids',
        'x',
        'n',
        't',
        'kind',
        'count',
        'bidder',
        'statement',
        'newDeadline',
        'deadline',
        'custodian',
      ),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(fc.constantFrom(...types), payload, (typ, members) => {
        const words = sentenceOf({ ...members, typ })
        for (const text of [words.ko, words.en]) {
          expect(typeof text).toBe('string')
          expect(text).not.toMatch(/undefined|\[object Object\]/)
        }
      }),
    )
  })

  test('the leaf’s type is the payload’s but for a keyset, and no two types share one', () => {
    for (const typ of types) expect(leafType(typ)).toBe(typ === 'keyset/1' ? 'tender.keyset/1' : typ)
    expect(new Set(types.map(leafType)).size).toBe(types.length)
  })

  test('a draw of evaluators is told apart from a tie by what is drawn, and names no number', () => {
    const p = { purpose: 'evaluators R26BK00000001/1/software', ids: ['a', 'b'], tickets: [{ id: 'a' }] }
    expect(sentenceOf({ typ: 'draw.notice/1', ...p }).en).toBe('Evaluators will be drawn in public from 2 people.')
    expect(sentenceOf({ typ: 'draw.result/1', ...p }).ko).toBe('평가위원 추첨표 1장이 공개 추첨되었습니다.')
  })

  test('what is of a tender is said to be, and open data has its tag for what changes a tender', () => {
    const notOfTender = types.filter((typ) => !EVENTS[typ].ofTender)
    expect(notOfTender.sort()).toEqual([
      'actor.key.revoked/1',
      'actor.key/1',
      'custodian.identity/1',
      'custodian.prekeys/1',
      'exclusion.lifted/1',
      'exclusion/1',
      'organisation.standing/1',
      'people.exported/1',
      'readings.reviewed/1',
      'role.changed/1',
      'role.delegated/1',
    ])
    const tags = ['planning', 'tender', 'tenderAmendment', 'tenderUpdate', 'tenderCancellation', 'award', null]
    for (const typ of types) expect(tags).toContain(EVENTS[typ].ocds)
    expect(EVENTS['tender.notice/1'].ocds).toBe('tender')
    expect(EVENTS['award/1'].ocds).toBe('award')
    for (const typ of notOfTender) expect(EVENTS[typ].ocds).toBeNull()
  })

  test('a key, a keyset and a release are signed by whom they name; the clock’s acts are the clock’s', () => {
    const of = (form: string) => types.filter((typ) => EVENTS[typ].form === form).sort()
    const keys = ['actor.key.revoked/1', 'actor.key/1', 'clearing/1', 'custodian.identity/1', 'custodian.prekeys/1']
    expect(of('jws')).toEqual([...keys, 'draw.contribution/1', 'keyset/1', 'release/1'])
    expect(of('person')).toEqual([
      'award/1',
      'clarification/1',
      'complaint.decided/1',
      'complaint/1',
      'examination/1',
      'rekey/1',
      'tender.amended/1',
      'tender.cancelled/1',
      'tender.notice/1',
    ])
    expect(of('either')).toEqual(['incident/1'])
  })

  test('what must be signed is read off the table: an incident is the clock’s when its leaf is by nobody', () => {
    expect(signedAs({ typ: 'tender.keyset/1', by: 'kid' })).toBe('keyset/1')
    expect(signedAs({ typ: 'award/1', by: '-' })).toBe('award/1')
    expect(signedAs({ typ: 'incident/1', by: '-' })).toBeNull()
    expect(signedAs({ typ: 'incident/1', by: 'kid' })).toBe('incident/1')
    // A key is named by 32 bytes, an account by less.
    expect(signedAs({ typ: 'approval/1', by: 'approver-1' })).toBeNull()
    expect(signedAs({ typ: 'approval/1', by: 'A'.repeat(43) })).toBe('approval/1')
    expect(signedAs({ typ: 'approval/1', by: 'A'.repeat(42) })).toBeNull()
    for (const typ of [
      'scores.locked/1',
      'tender.closed/1',
      'approval/1',
      'organisation.standing/1',
      'toString',
      'of-another-version/9',
    ]) {
      expect(signedAs({ typ, by: 'kid' })).toBeNull()
    }
  })
})
