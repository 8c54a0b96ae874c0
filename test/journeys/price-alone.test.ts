// Can an agency buy by price, from notice to award, and can a stranger recompute it? Six methods at once, real processes.
import { expect, onTestFailed, test } from 'vitest'
import { ask, award, must, type Person, patiently } from '../../scripts/person.ts'
import { until, untilState, viewOf } from '../../scripts/play.ts'
import { type Draft, giveQuantitative, readEvents, readMarking } from '../../src/api/tenders.ts'
import { openContributions } from '../../src/domain/audit/committee.ts'
import { openAgain } from '../../src/domain/audit/envelopes.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import {
  awardFindings,
  closingRoot,
  plannedFindings,
  rankAgain,
  rankingFindings,
} from '../../src/domain/audit/recompute.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { readRecord, type TenderRecord } from '../../src/domain/record/read.ts'
import type { Contest } from '../../src/domain/scoring/contest.ts'
import { type ContestMethodId, contestRule } from '../../src/domain/scoring/contest-methods.ts'
import type { ContestRule } from '../../src/domain/scoring/contest-rule.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { testHouse, verified } from './test-house.ts'

const NAMES = ['B1', 'B2', 'B3', 'B4']
const { house, cast, complaints, differences, soon } = await testHouse(['agency', 'audit-office'], NAMES)
const [b1, b2, b3, b4] = cast.suppliers as [Person, Person, Person, Person]

const BASE = '100000000'
const AMOUNTS = { base: BASE, budget: '110000000', currency: 'KRW' }

const draftOf = (method: ContestMethodId, rule: ContestRule, deadline: Date): Draft => ({
  notice: {
    title: { ko: `가격만으로 정하는 구매 (${method})`, en: `A purchase by price alone (${method})` },
    summary: { ko: '기관과 업체는 가상입니다.', en: 'Bodies and firms are invented.' },
    budget: { amount: AMOUNTS.budget, currency: 'KRW' },
    method,
    minBids: 2,
  },
  rule,
  deadline: secondsZ(deadline.getTime()),
  openAfter: secondsZ(deadline.getTime()),
  evaluators: [],
})

async function published(method: ContestMethodId, rule: ContestRule, deadline: Date): Promise<string> {
  const no = await cast.officer.draft(draftOf(method, rule, deadline))
  await cast.officer.publish(no)
  return no
}

async function bid(who: Person, no: string, amount: string, picks?: [number, number]): Promise<void> {
  const sealed = await who.sealPrice(no, { price: { amount, currency: 'KRW' }, ...(picks && { picks }) })
  expect(Object.keys(sealed.body.envelopes)).toEqual(['price'])
  const key = crypto.randomUUID()
  must('bid', await patiently(() => who.send(no, sealed.body, key)))
}

async function bidBoth(who: Person, no: string, amount: string, picks: [number, number]): Promise<void> {
  const technical = { summary: '규격서', approach: 'The specification' }
  const sealed = await who.seal(no, { technical, price: { amount, currency: 'KRW' }, picks })
  const key = crypto.randomUUID()
  must('bid', await patiently(() => who.send(no, sealed.body, key)))
}

/** The officer marks each specification from records, under the letters that were drawn. */
async function marked(no: string, marks: Record<string, string>): Promise<void> {
  await untilState(house, no, ['evaluating'], 60)
  const { token } = cast.officer
  const { body } = must('marking', await ask(house.url, readMarking, { token, params: { no } }))
  const rows = body.labels.map(({ label, bidder }) => ({
    bidder: label,
    item: 'specification',
    mark: marks[bidder] ?? '0',
    comment: '',
  }))
  must('marks', await ask(house.url, giveQuantitative, { token, params: { no }, body: { marks: rows } }))
}

const contestOf = async (no: string): Promise<Contest> => (await viewOf(house, no)).ranking as unknown as Contest

async function events(no: string): Promise<{ typ: string; payload: JsonObject }[]> {
  const { body } = must('events', await ask(house.url, readEvents, { params: { no }, query: { limit: 1000 } }))
  return body.events
    .filter((e) => e.payload.startsWith('{'))
    .map(({ typ, payload }) => ({ typ, payload: JSON.parse(payload) as JsonObject }))
}

/** The tenders that the first test ran, for the second to look at. */
const ran: { drawn?: string; examined?: string; framework?: string } = {}

/** A tender as the log tells it, with everything in it opened again. */
async function recordOf(no: string) {
  const source = await gather(httpLogSource(`${house.url}/log`), null)
  const r = await readRecord(P, source.entries, source.payload, no)
  const price = (await openAgain(P, r, 'price', source.payload)).found
  const { contributions, findings } = await openContributions(P, r, source.payload)
  const root = closingRoot(P, source.entries, r.closed?.index ?? 0)
  const again = (record: TenderRecord, drawn = contributions) =>
    rankAgain(P, record, root, { technical: [], price }, drawn)
  return { r, again, contributions, findings }
}

/** A stranger's program finds nothing wrong, and says of what is not there that it is not there. */
async function proves(no: string): Promise<void> {
  const { failed, code, checks } = await verified(house.url, no)
  expect(failed).toEqual([])
  expect(code).toBe(0)
  const verdicts = Object.fromEntries(checks.map((c) => [c.check, c.verdict]))
  for (const check of ['envelopes-technical', 'scores', 'planned-price', 'envelopes-price', 'ranking', 'award'])
    expect([check, verdicts[check]]).toEqual([check, 'ok'])
}

test('price decides: with a floor, with a planned price that is drawn, with an examination of the lowest, after a specification that has to pass, for a framework with several, and among parts added up', {
  timeout: 200_000,
}, async () => {
  onTestFailed(() => console.error(complaints.slice(-40).join('\n')))
  const deadline = soon(14)
  const floor = await published(
    'lowest-price-with-floor',
    { ...contestRule('lowest-price-with-floor', AMOUNTS), planned: { how: 'none', budget: BASE } },
    deadline,
  )
  const drawn = await published('small-quotation', contestRule('small-quotation', AMOUNTS), deadline)
  const examined = await published(
    'qualification-works-3-2026',
    { ...contestRule('qualification-works-3-2026', AMOUNTS), planned: { how: 'none', budget: BASE } },
    deadline,
  )

  const specified = await published(
    'specification-and-price',
    contestRule('specification-and-price', AMOUNTS),
    deadline,
  )

  const none = { planned: { how: 'none', budget: BASE } } as const
  const framework = await published(
    'framework-lowest',
    { ...contestRule('framework-lowest', AMOUNTS), ...none, winners: 2 },
    deadline,
  )
  const comprehensive = await published(
    'comprehensive',
    { ...contestRule('comprehensive', AMOUNTS), ...none },
    deadline,
  )

  // Who bids without the two numbers is out of the draw, and an envelope that the tender has not is refused at the door.
  const wrong = await b1.sealPrice(drawn, { price: { amount: '96000000', currency: 'KRW' } })
  const two = { ...wrong.body, envelopes: { technical: wrong.body.envelopes.price, ...wrong.body.envelopes } }
  const refused = await patiently(() => b1.send(drawn, two))
  expect(refused).toMatchObject({ ok: false, code: 'submission-mismatch' })

  await Promise.all([
    bid(b1, floor, '80495000'),
    bid(b2, floor, '80494999'),
    bid(b3, floor, '90000000'),
    bid(b4, floor, '100000001'),
    bid(b1, drawn, '96000000', [3, 9]),
    bid(b2, drawn, '97000000', [9, 12]),
    bid(b3, drawn, '80000000', [9, 3]),
    bid(b4, drawn, '103000000', [12, 15]),
    bid(b1, examined, '90000000'),
    bid(b2, examined, '90500000'),
    bid(b3, examined, '95000000'),
    // Two share the second place of a framework with two.
    bid(b1, framework, '91000000'),
    bid(b2, framework, '90000000'),
    bid(b3, framework, '91000000'),
    bid(b4, framework, '95000000'),
    bid(b1, comprehensive, '80000000'),
    bid(b2, comprehensive, '90000000'),
    ...(
      [
        [b1, '95000000'],
        [b2, '90000000'],
        [b3, '97000000'],
      ] as const
    ).map(([who, amount]) => bidBoth(who, specified, amount, [4, 11])),
  ])
  const view = await untilState(house, floor, ['ranked'], 120)
  expect(view.envelopes?.every((e) => e.kind === 'price')).toBe(true)
  const first = await contestOf(floor)
  expect(first).toMatchObject({ outcome: 'ranked', planned: BASE, floor: '80495000', order: [['b1'], ['b3']] })
  expect(first.rows.find((r) => r.bidder === 'b2')?.reasons).toEqual(['below-floor'])
  expect(first.rows.find((r) => r.bidder === 'b4')?.reasons).toEqual(['over-planned-price'])

  await untilState(house, drawn, ['ranked'], 60)
  const second = await contestOf(drawn)
  const isPlanned = (e: { typ: string }) => e.typ === 'planned.price/1'
  // The state is there before the checkpoint over its entries.
  const entries = await until('the planned price', async () => {
    const found = await events(drawn)
    return found.some(isPlanned) && found
  })
  const planned = entries.find(isPlanned)?.payload
  // Number 9 was picked three times, 3 and 12 twice, 15 once.
  expect(planned).toMatchObject({ slots: [9, 3, 12, 15], amount: second.planned })
  expect(planned?.contributions).toHaveLength(2 + 4)
  expect(second.order).toEqual([['b1'], ['b2']])
  // The announcement stands before any key turned, the prices after every envelope.
  const at = (typ: string) => entries.findIndex((e) => e.typ === typ)
  expect(at('draw.notice/1')).toBeLessThan(entries.findLastIndex((e) => e.typ === 'opening.list/1'))
  expect(at('planned.price/1')).toBeGreaterThan(entries.findLastIndex((e) => e.typ === 'opening.result/1'))

  await untilState(house, examined, ['ranked'], 60)
  expect(await contestOf(examined)).toMatchObject({ outcome: 'examination-pending', next: 'b1' })
  const early = await cast.officer.award(examined, 'b1')
  expect(early).toMatchObject({ ok: false, code: 'examination-pending' })
  const other = await cast.officer.examine(examined, 'b2', [{ part: 'ability', score: '20' }])
  expect(other).toMatchObject({ ok: false, code: 'examination-not-next' })
  const over = await cast.officer.examine(examined, 'b1', [{ part: 'ability', score: '20.5' }])
  expect(over).toMatchObject({ ok: false, code: 'examination-invalid' })
  must('examination', await cast.officer.examine(examined, 'b1', [{ part: 'ability', score: '12.5' }]))
  expect(await contestOf(examined)).toMatchObject({ outcome: 'examination-pending', next: 'b2' })
  must('examination', await cast.officer.examine(examined, 'b2', [{ part: 'ability', score: '20' }]))
  expect(await contestOf(examined)).toMatchObject({ outcome: 'ranked', order: [['b2']] })

  // The specification of the lowest does not pass: its price stays shut for good, and its numbers count for nothing.
  await marked(specified, { b1: '90', b2: '84.9', b3: '85' })
  must('lock', await cast.officer.lock(specified))
  const last = await untilState(house, specified, ['ranked'], 60)
  expect(
    last.envelopes
      ?.filter((e) => e.kind === 'price')
      .map((e) => e.bidder)
      .sort(),
  ).toEqual(['b1', 'b3'])
  const fourth = await contestOf(specified)
  expect(fourth.rows.find((row) => row.bidder === 'b2')?.reasons).toEqual(['below-pass-mark', 'price-not-opened'])
  expect(fourth.steps.find((step) => step.label === 'picks')?.value).toBe('2')
  expect(fourth.order).toEqual([['b1'], ['b3']])
  await award(cast.officer, cast.approver, specified, 'b1')

  await untilState(house, framework, ['ranked'], 60)
  const joint = await contestOf(framework)
  expect(joint.order[0]).toEqual(['b2'])
  if (joint.order[1]?.length === 2) {
    const tooEarly = await cast.officer.awardSeveral(framework, ['b2', 'b1'])
    expect([tooEarly.ok, !tooEarly.ok && tooEarly.code]).toEqual([false, 'lot-pending'])
  }
  const settled = await until('the lot at the cut', async () => {
    const now = await contestOf(framework)
    return now.order.every((place) => place.length === 1) && now
  })
  const [, second2 = '', third = ''] = settled.order.flat()
  expect(settled.winners).toEqual(['b2', second2])
  for (const named of [['b2', third], ['b2'], [second2, 'b2'], ['b2', second2, third]])
    expect(await cast.officer.awardSeveral(framework, named)).toMatchObject({ ok: false, code: 'award-not-first' })
  expect(await cast.officer.award(framework, 'b2')).toMatchObject({ ok: false, code: 'award-not-first' })
  const { body: proposed } = must('award', await cast.officer.awardSeveral(framework, ['b2', second2]))
  must('approval', await cast.approver.approve(proposed.id))

  // 50 × 80 ÷ 90 → 44.4444 and 45 + 1 of a bonus are more than 50 and 40.
  await untilState(house, comprehensive, ['ranked'], 60)
  const scored = (performance: string, social: string) => [
    { part: 'performance', score: performance },
    { part: 'social', score: social },
  ]
  must('examination', await cast.officer.examine(comprehensive, 'b1', scored('39', '0')))
  must('examination', await cast.officer.examine(comprehensive, 'b2', scored('45', '1')))
  const sixth = await contestOf(comprehensive)
  expect(sixth.rows.map((row) => [row.bidder, row.price, row.ability, row.total])).toEqual([
    ['b2', '44.4444', '46', '90.4444'],
    ['b1', '50', '39', '89'],
  ])
  await award(cast.officer, cast.approver, comprehensive, 'b2')

  await award(cast.officer, cast.approver, floor, 'b1')
  await award(cast.officer, cast.approver, drawn, 'b1')
  await award(cast.officer, cast.approver, examined, 'b2')
  for (const no of [floor, drawn, examined, specified, framework, comprehensive]) await proves(no)
  expect(await differences()).toEqual([])
  Object.assign(ran, { drawn, examined, framework })
})

test('a planned price that was not drawn so is found, whichever part of it was changed', async () => {
  const { r, again, contributions, findings } = await recordOf(ran.drawn ?? '')
  expect(findings).toEqual([])
  expect(contributions).toHaveLength(2)
  expect(plannedFindings(r, again(r))).toEqual([])
  const entry = r.planned as NonNullable<typeof r.planned>
  const whole = entry.payload.whole
  const changed = (member: string, value: unknown): TenderRecord => {
    const payload = { ...entry.payload, whole: { ...whole, [member]: value as never } }
    return { ...r, planned: { ...entry, payload } }
  }
  const prices = [...(whole.prices as string[])]
  for (const [member, value] of [
    ['amount', String(BigInt(String(whole.amount)) + 1n)],
    ['slots', [1, 2, 3, 4]],
    ['prices', prices.toReversed()],
    ['picks', (whole.picks as unknown[]).slice(1)],
    ['seed', 'A'.repeat(43)],
    ['closing', Number(whole.closing) + 1],
    ['contributions', (whole.contributions as unknown[]).slice(1)],
  ] as const) {
    const record = changed(member, value)
    expect([member, plannedFindings(record, again(record)).map((f) => f.check)]).toEqual([member, ['planned-price']])
  }
  // Without one custodian's random value other prices come out; without the entry its absence is the finding.
  const short = again(r, contributions.slice(1))
  expect(plannedFindings(r, short)).toHaveLength(1)
  expect(rankingFindings(r, short)).toHaveLength(1)
  expect(plannedFindings({ ...r, planned: null }, again(r))).toHaveLength(1)
})

test('a framework that was given to others than the first, to more or fewer of them, or at other prices, is found', async () => {
  const { r, again } = await recordOf(ran.framework ?? '')
  const entry = r.award as NonNullable<typeof r.award>
  const winners = entry.payload.winners as NonNullable<typeof entry.payload.winners>
  expect(winners).toHaveLength(2)
  const checks = (change: object) => {
    const record = { ...r, award: { ...entry, payload: { ...entry.payload, ...change } } }
    return awardFindings(record as TenderRecord, again(r)).map((f) => f.check)
  }
  const [first, second] = winners as [(typeof winners)[0], (typeof winners)[0]]
  expect(checks({})).toEqual([])
  const others = ['b1', 'b3', 'b4'].filter((id) => id !== second.bidder)
  for (const [says, change] of [
    ['the lot lost', { winners: [first, { ...second, bidder: others[0] }] }],
    ['turned round', { winners: [second, first] }],
    ['one of two', { winners: [first] }],
    ['three', { winners: [first, second, { ...second, bidder: others[1] }] }],
    ['twice', { winners: [first, first] }],
    ['none', { winners: [] }],
    ['as if there were one', { winners: undefined }],
    ['another head', { bidder: second.bidder }],
    ['another price', { winners: [first, { ...second, amount: { ...second.amount, amount: '91000001' } }] }],
    ['another currency', { winners: [first, { ...second, amount: { ...second.amount, currency: 'USD' } }] }],
  ] as const)
    expect([says, checks(change)]).toEqual([says, ['award']])
})

test('an examination out of turn, or an outcome that does not follow from it, is found', async () => {
  const { r, again } = await recordOf(ran.examined ?? '')
  const checks = (record: TenderRecord) => rankingFindings(record, again(record)).map((f) => f.check)
  expect(checks(r)).toEqual([])
  const [first, second] = r.examinations as [(typeof r.examinations)[0], (typeof r.examinations)[0]]
  expect(checks({ ...r, examinations: [second, first] })).toContain('ranking')
  expect(checks({ ...r, examinations: [first] })).toEqual(['ranking'])
  const bettered = { ...first, payload: { ...first.payload, scores: [{ part: 'ability', score: '20' }] } }
  expect(checks({ ...r, examinations: [bettered, second] })).toContain('ranking')
  const [outcome, other] = r.examined as [(typeof r.examined)[0], (typeof r.examined)[0]]
  expect(checks({ ...r, examined: [other, outcome] })).toContain('ranking')
  expect(checks({ ...r, examined: [outcome] })).toEqual(['ranking'])
  // A score over what its part has is no score: nothing can be computed from it.
  const over = { ...first, payload: { ...first.payload, scores: [{ part: 'ability', score: '21' }] } }
  expect(again({ ...r, examinations: [over, second] })).toMatchObject({ ok: false })
})
