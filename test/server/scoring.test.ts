// Who may be awarded? Marks under labels until the lock, a ranking that follows from them, and the first eligible bidder or nobody.
import { and, eq } from 'drizzle-orm'
import { describe, expect, test, vi } from 'vitest'
import { mark } from '../../db/schema/tenders.ts'
import { ninetyTen } from '../../scripts/case.ts'
import { award, must, type Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import {
  addLot,
  createTender,
  type Draft,
  editTender,
  giveMarks,
  giveQuantitative,
  leaveLots,
  readDraft,
  readEvents,
  readMarking,
  readSheet,
  readTender,
} from '../../src/api/tenders.ts'
import { openAgain } from '../../src/domain/audit/envelopes.ts'
import { siblingFindings } from '../../src/domain/audit/lots.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { closingRoot, labelFindings } from '../../src/domain/audit/recompute.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { releaseBlockers } from '../../src/domain/record/blockers.ts'
import type { ScoresLocked } from '../../src/domain/record/payloads.ts'
import { readRecord } from '../../src/domain/record/read.ts'
import { lockedScoresFindings } from '../../src/domain/record/requires.ts'
import { contestRule } from '../../src/domain/scoring/contest-methods.ts'
import type { ContestRule } from '../../src/domain/scoring/contest-rule.ts'
import { NEGOTIATION_METHODS } from '../../src/domain/scoring/negotiation-methods.ts'
import { type AwardRule, type EvaluatorGroup, markedItems } from '../../src/domain/scoring/rule.ts'
import type { Step } from '../../src/domain/scoring/step.ts'
import type { Lots } from '../../src/domain/tenders/lots.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { goodPair, spoilShare, statementOver } from '../journeys/odd-bids.ts'
import { failedAt } from '../journeys/public-audit.ts'
import { eventually, makeWorld } from '../support/world.ts'

// For a machine that is busy with other things.
vi.setConfig({ testTimeout: 120_000 })

const world = await makeWorld({ suppliers: 3 })
const { url, db } = world
const [one, two, three] = world.suppliers as [Person, Person, Person]
const [chair, member] = world.evaluators as [Person, Person]
const RULE = ninetyTen('100000000')
const QUALIFIED: AwardRule = { ...RULE, openPrices: 'qualified', price: { ...RULE.price, lowestAmong: 'eligible' } }

/** What an audit finds wrong, but for the deadline, which this world moves behind the record's back. */
const wrongAt = async (no: string) => (await failedAt(url, no)).filter((says) => !says.startsWith('closing-time'))
const won = (amount: string) => ({ price: { amount, currency: 'KRW' } })

/** A tender under evaluation with bids at these prices, by supplier in turn. */
async function evaluating(
  prices: string[],
  rule: AwardRule = RULE,
  more?: (no: string) => Promise<void>,
): Promise<string> {
  const no = await world.publish({ rule })
  for (const [i, amount] of prices.entries()) await world.bid(no, world.suppliers[i] as Person, won(amount))
  await more?.(no)
  await world.tick()
  await world.bring(no, 'evaluating')
  return no
}

/** Label → bidder, as the sheet's texts tell it to whoever knows who wrote them. */
async function labelsOf(no: string): Promise<Map<string, string>> {
  const { body } = must('sheet', await call(url, readSheet, { token: chair.token, params: { no } }))
  return new Map(body.proposals.map((p) => [p.label, String(p.body.approach).replace('Approach of ', '')]))
}

/** Everybody gives each bidder this share of every maximum (tenths), and locks. */
async function lockWith(no: string, tenths: Record<string, number>): Promise<void> {
  const labels = [...(await labelsOf(no))]
  const marks = (kind: string) =>
    labels.flatMap(([bidder, org]) =>
      markedItems(RULE)
        .filter((item) => item.kind === kind)
        .map((item) => ({ bidder, item: item.id, mark: String((Number(item.max) * (tenths[org] ?? 9)) / 10) })),
    )
  for (const evaluator of world.evaluators) {
    const { token } = evaluator
    must('marks', await call(url, giveMarks, { token, params: { no }, body: { marks: marks('qualitative') } }))
    must('signed sheet', await evaluator.signSheet(no))
  }
  const { token } = world.officer
  must('records', await call(url, giveQuantitative, { token, params: { no }, body: { marks: marks('quantitative') } }))
  must('lock', await world.officer.lock(no))
  await world.tick()
  await world.clock()
  await world.tick()
}

/** From the lock to the ranking. */
async function rankNow(no: string): Promise<void> {
  await world.release(no, 'price')
  await world.open()
  await world.clock()
  await world.tick()
}

const drawsOf = async (no: string) =>
  must('events', await call(url, readEvents, { params: { no }, query: {} }))
    .body.events.map((event) => event.typ)
    .filter((typ) => typ.startsWith('draw.'))

const propose = (no: string, bidder: string, by = world.officer) => by.award(no, bidder)
const listed = async (no: string) =>
  ((await world.view(no)).envelopes ?? [])
    .filter((e) => e.kind === 'price')
    .map((e) => e.bidder)
    .sort()

describe('marks', () => {
  test('are refused to strangers, for other hands’ items, over the maximum, twice, for unknown proposals, and as a whole', async () => {
    const no = await evaluating(['90000000', '80000000'])
    const good = { bidder: 'A', item: 'strategy-method', mark: '9' }
    const give = (marks: object[], by = chair) =>
      call(url, giveMarks, { token: by.token, params: { no }, body: { marks } as never })
    for (const wrong of [
      { ...good, item: 'company-credit' },
      { ...good, item: 'strategy' },
      { ...good, item: 'nothing' },
      { ...good, mark: '10.0001' },
      { ...good, bidder: 'C' },
    ]) {
      expect(await give([{ ...good, bidder: 'B' }, wrong])).toMatchObject({ ok: false, code: 'mark-invalid' })
    }
    expect(await give([good, { ...good, mark: '8' }])).toMatchObject({ ok: false, code: 'mark-invalid' })
    expect(await give([{ ...good, mark: '-1' }])).toMatchObject({ ok: false, code: 'bad-field' })
    expect(await give([{ ...good, mark: '9.00001' }])).toMatchObject({ ok: false })
    expect(await give([good], one)).toMatchObject({ ok: false, code: 'forbidden' })
    const marks = [{ bidder: 'A', item: 'company-credit', mark: '4' }]
    const quantity = (by: Person) =>
      call(url, giveQuantitative, { token: by.token, params: { no }, body: { marks } as never })
    expect(await quantity(chair)).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await quantity(world.stranger)).toMatchObject({ ok: false })
    // All or none: nothing of what was refused was taken.
    const kept = () => db.withTx(({ tx }) => tx.select().from(mark).where(eq(mark.tender, no)))
    expect(await kept()).toEqual([])
    expect(await give([good])).toMatchObject({ ok: true, body: { given: 1 } })
    expect(await give([{ ...good, mark: '9.5' }])).toMatchObject({ ok: true })
    expect(await give([{ ...good, mark: '7' }], member)).toMatchObject({ ok: true })
    expect((await kept()).map((m) => [m.evaluator, m.mark]).sort()).toEqual([
      ['E1', '9.5'],
      ['E2', '7'],
    ])
  })

  test('cannot be locked while one is missing, nor changed once they are locked, and the record shows the locked ones', async () => {
    const no = await evaluating(['90000000', '80000000'])
    const lock = (by = world.officer) => by.lock(no)
    const missing = await lock()
    expect(missing).toMatchObject({ ok: false, code: 'mark-missing' })
    expect(await lock(world.stranger)).toMatchObject({ ok: false, code: 'forbidden' })
    await world.mark(no)
    await db.withTx(({ tx }) =>
      tx.delete(mark).where(and(eq(mark.tender, no), eq(mark.evaluator, 'E7'), eq(mark.bidder, 'B'))),
    )
    const some = await lock()
    expect(some).toMatchObject({ ok: false, code: 'mark-missing' })
    expect((some as { errors: { facts: object }[] }).errors.every((e) => 'evaluator' in e.facts)).toBe(true)
    await world.mark(no)
    // A sheet that was signed with a key of before does not stand: officer and evaluator are told, and the lock waits.
    await chair.enrol()
    const officers = must('marking', await call(url, readMarking, { token: world.officer.token, params: { no } }))
    expect(officers.body.missing.filter((row) => row.signed === false).map((row) => row.evaluator)).toEqual(['E1'])
    const own = must('sheet', await call(url, readSheet, { token: chair.token, params: { no } }))
    expect(own.body.signed).toBe(false)
    expect(await lock()).toMatchObject({ ok: false, code: 'sheet-unsigned', errors: [{ facts: { evaluator: 'E1' } }] })
    must('sheet', await chair.signSheet(no))
    // Two clicks at once lock once.
    const both = await Promise.all([lock(), lock()])
    expect(both.map((reply) => reply.ok).sort()).toEqual([false, true])
    const changed = await call(url, giveMarks, {
      token: chair.token,
      params: { no },
      body: { marks: [{ bidder: 'A', item: 'quality', mark: '1' }] } as never,
    })
    expect(changed).toMatchObject({ ok: false, code: 'wrong-state' })
    expect(await lock()).toMatchObject({ code: 'wrong-state' })
    await world.tick()
    expect(await wrongAt(no)).toEqual([])
  })
})

describe('the award', () => {
  test('goes to the first eligible bidder and to nobody else, once', async () => {
    const no = await evaluating(['90000000', '80000000', '70000000'])
    await lockWith(no, { 'firm-1': 10, 'firm-2': 9, 'firm-3': 8 })
    expect(await propose(no, 'firm-1')).toMatchObject({ ok: false, code: 'wrong-state' })
    await rankNow(no)
    // The third is first by price and far below the pass mark; the stranger's agency has no say.
    for (const [bidder, by, code] of [
      ['firm-2', world.officer, 'award-not-first'],
      ['firm-3', world.officer, 'award-not-first'],
      ['nobody', world.officer, 'award-not-first'],
      ['firm-1', world.stranger, 'forbidden'],
      ['firm-1', one, 'forbidden'],
    ] as const)
      expect([bidder, await propose(no, bidder, by)]).toMatchObject([bidder, { ok: false, code }])
    expect((await world.view(no)).state).toBe('ranked')
    const proposed = await Promise.all([propose(no, 'firm-1'), propose(no, 'firm-1')])
    expect(proposed.map((reply) => reply.ok).sort()).toEqual([false, true])
    const found = proposed.find((reply) => reply.ok)
    const params = { id: found?.ok ? found.body.id : '' }
    const approve = () => world.approver.approve(params.id)
    const both = await Promise.all([approve(), approve()])
    expect(both.map((reply) => reply.ok).sort()).toEqual([false, true])
    await world.tick()
    expect(await world.view(no)).toMatchObject({
      state: 'awarded',
      award: { bidder: 'firm-1', amount: { amount: '90000000', currency: 'KRW' } },
    })
    expect(await wrongAt(no)).toEqual([])
  })

  test('waits while the first rank is shared, until a lot is drawn in public', async () => {
    const no = await evaluating(['90000000', '90000000', '95000000'])
    await lockWith(no, { 'firm-1': 9.5, 'firm-2': 9.5, 'firm-3': 9 })
    await rankNow(no)
    const { order } = (await world.view(no)).ranking as { order: string[][] }
    expect(order[0]).toEqual(['firm-1', 'firm-2'])
    for (const bidder of ['firm-1', 'firm-2', 'firm-3'])
      expect([bidder, await propose(no, bidder)]).toMatchObject([bidder, { ok: false, code: 'lot-pending' }])
    // The lot was announced with the ranking and is not due yet.
    await world.clock()
    await world.tick()
    expect((await world.view(no)).state).toBe('ranked')
    expect(await drawsOf(no)).toEqual(['draw.notice/1'])
    expect(await wrongAt(no)).toEqual([])
  })

  test('goes to whom the public lot drew, and a stranger draws the same', async () => {
    // A minute's wait becomes the least that there is.
    Object.assign(world.config, { accelerator: 60 })
    const no = await evaluating(['90000000', '90000000', '95000000'])
    await lockWith(no, { 'firm-1': 9.5, 'firm-2': 9.5, 'firm-3': 9 })
    await rankNow(no)
    Object.assign(world.config, { accelerator: 1 })
    const drawn = await eventually('the lot', async () => {
      await world.clock()
      await world.tick()
      const { order } = (await world.view(no)).ranking as { order: string[][] }
      return order[0]?.length === 1 && order
    })
    const [first, second] = drawn.flat() as [string, string]
    expect([first, second].sort()).toEqual(['firm-1', 'firm-2'])
    expect(await drawsOf(no)).toEqual(['draw.notice/1', 'draw.result/1'])
    expect(await propose(no, second)).toMatchObject({ ok: false, code: 'award-not-first' })
    await award(world.officer, world.approver, no, first)
    await world.tick()
    // Drawn once: nothing is left that the clock could draw.
    await world.clock()
    await world.tick()
    expect(await drawsOf(no)).toEqual(['draw.notice/1', 'draw.result/1'])
    expect(await wrongAt(no)).toEqual([])
  })
})

describe('grades, groups of evaluators and consortia', () => {
  const METHOD = NEGOTIATION_METHODS['negotiation-national-groups'].defaults
  const TOGETHER: AwardRule = {
    ...RULE,
    tech: METHOD.tech as unknown as AwardRule['tech'],
    items: RULE.items.map((item) =>
      item.id === 'company-credit'
        ? {
            ...item,
            grades: [
              { grade: 'A', share: '1' },
              { grade: 'B', share: '0.9' },
              { grade: 'C', share: '0.7' },
            ],
          }
        : item.id === 'company-record'
          ? { ...item, members: 'byShare' as const }
          : item,
    ),
  }
  const members = (...shares: string[]) => shares.map((share, n) => ({ name: `Member ${n + 1} GmbH`, share }))

  test('a draft whose groups leave out a seat, or name one that is not there, is refused', async () => {
    const draft = (evaluators: string[]) => {
      const [common, specialist] = TOGETHER.tech.groups as [EvaluatorGroup, EvaluatorGroup]
      const groups = [common, { ...specialist, evaluators }]
      const rule = { ...TOGETHER, tech: { ...TOGETHER.tech, groups } }
      const body = world.draftOf({ rule })
      return call(url, createTender, { token: world.officer.token, body })
    }
    for (const seats of [
      ['E5', 'E6', 'E8'],
      ['E5', 'E6', 'E7', 'E8'],
    ])
      expect(await draft(seats)).toMatchObject({ ok: false, errors: [{ at: '/rule/tech/groups' }] })
    expect(await draft(['E5', 'E6', 'E7'])).toMatchObject({ ok: true })
  })

  test('are scored from marks by grade and member, stand in the log with the shares of the signed bid, and are computed again', async () => {
    const no = await world.publish({ rule: TOGETHER })
    const bids = [
      [one, '90000000', members('0.6', '0.4')],
      [two, '95000000', undefined],
      // Shares that do not add up: the bidder counts as one, and nobody else is held up.
      [three, '99000000', members('0.6', '0.5')],
    ] as const
    for (const [who, amount, list] of bids) {
      const technical = { approach: `Approach of ${who.account.org}`, summary: '-', ...(list && { members: list }) }
      await world.bid(no, who, { technical, ...won(amount) })
    }
    await world.tick()
    await world.bring(no, 'evaluating')
    const labels = await labelsOf(no)
    const of = (org: string) => [...labels].find(([, is]) => is === org)?.[0] ?? ''
    const sheet = must('sheet', await call(url, readSheet, { token: chair.token, params: { no } })).body
    expect(JSON.stringify(sheet.proposals)).not.toContain('Member 1')
    for (const [n, evaluator] of world.evaluators.slice(0, 7).entries()) {
      const marks = [...labels.keys()].flatMap((bidder) =>
        markedItems(TOGETHER)
          .filter((item) => item.kind === 'qualitative')
          .map((item) => ({ bidder, item: item.id, mark: String(Number(item.max) * (n < 4 ? 0.9 : 1)) })),
      )
      must('marks', await call(url, giveMarks, { token: evaluator.token, params: { no }, body: { marks } }))
      must('signed sheet', await evaluator.signSheet(no))
    }
    const give = (marks: object[]) =>
      call(url, giveQuantitative, { token: world.officer.token, params: { no }, body: { marks } as never })
    const credit = (org: string, mark: string) => ({ bidder: of(org), item: 'company-credit', mark })
    const record = (org: string, mark: string, member?: string) => ({
      bidder: of(org),
      item: 'company-record',
      mark,
      ...(member && { member }),
    })
    for (const wrong of [
      credit('firm-1', '4.6'),
      credit('firm-1', '0'),
      record('firm-1', '5'),
      record('firm-1', '5', 'M3'),
      record('firm-2', '5', 'M1'),
      record('firm-3', '5', 'M1'),
      { ...credit('firm-1', '5'), member: 'M1' },
    ])
      expect([wrong, await give([wrong])]).toMatchObject([wrong, { ok: false, code: 'mark-invalid' }])
    must('marks', await give([credit('firm-1', '5'), credit('firm-2', '4.5'), credit('firm-3', '3.50')]))
    must('marks', await give([record('firm-1', '5', 'M1'), record('firm-2', '3'), record('firm-3', '5')]))
    expect(await world.officer.lock(no)).toMatchObject({ ok: false, errors: [{ facts: { member: 'M2' } }] })
    must('marks', await give([record('firm-1', '2.5', 'M2')]))
    const { body } = must('marking', await call(url, readMarking, { token: world.officer.token, params: { no } }))
    expect(body.labels.find((l) => l.bidder === 'firm-1')?.members).toEqual([
      { member: 'M1', name: 'Member 1 GmbH', share: '0.6' },
      { member: 'M2', name: 'Member 2 GmbH', share: '0.4' },
    ])
    must('lock', await world.officer.lock(no))
    await world.tick()
    await world.clock()
    await world.tick()
    await rankNow(no)
    const { rows } = (await world.view(no)).ranking as { rows: { bidder: string; technical: string; steps: Step[] }[] }
    // 0.6 × 72 + 0.4 × 80 = 75.2; records 5 + (0.6 × 5 + 0.4 × 2.5), 4.5 + 3, 3.5 + 5.
    expect(Object.fromEntries(rows.map((r) => [r.bidder, r.technical]))).toEqual({
      'firm-1': '84.2',
      'firm-2': '82.7',
      'firm-3': '83.7',
    })
    const steps = rows.find((r) => r.bidder === 'firm-1')?.steps ?? []
    expect(steps.find((s) => s.label === 'groups')?.working).toBe('0.6 × 72 + 0.4 × 80 = 75.2')
    expect(steps.find((s) => s.label === 'members')?.working).toBe('company-record: M1, M2: 0.6 × 5 + 0.4 × 2.5 = 4')
    await award(world.officer, world.approver, no, 'firm-1')
    await world.tick()
    expect(await wrongAt(no)).toEqual([])

    // The same record with another share, or without the members, is not what was signed.
    const source = await gather(httpLogSource(`${url}/log`), null)
    const r = await readRecord(P, source.entries, source.payload, no)
    const technical = (await openAgain(P, r, 'technical', source.payload)).found
    const root = closingRoot(P, source.entries, r.closed?.index ?? 0)
    const locked = r.locked as NonNullable<typeof r.locked>
    const labelled = (change: (row: ScoresLocked['labels'][number]) => object) => {
      const changed = locked.payload.labels.map((row) => change(row)) as ScoresLocked['labels']
      const record = { ...r, locked: { ...locked, payload: { ...locked.payload, labels: changed } } }
      return labelFindings(P, record, root, technical).map((f) => f.check)
    }
    expect(labelled((row) => row)).toEqual([])
    expect(labelled(({ label, bidder }) => ({ label, bidder }))).toEqual(['labels'])
    const other = [
      { member: 'M1', share: '0.7' },
      { member: 'M2', share: '0.3' },
    ]
    expect(labelled((row) => (row.members ? { ...row, members: other } : row))).toEqual(['labels'])
    expect(labelled((row) => (row.bidder === 'firm-3' ? { ...row, members: other } : row))).toEqual(['labels'])
  })
})

describe('a notice of two lots', () => {
  const QUOTED: ContestRule = {
    ...contestRule('small-quotation', { base: '1', budget: '50000000', currency: 'KRW' }),
    planned: { how: 'none', budget: '50000000' },
    leastBids: 1,
  }
  const common = { title: { ko: '한 공고', en: 'One notice' }, summary: { ko: '로트 둘', en: 'Two lots' } }
  const token = () => world.officer.token
  const add = (no: string) => call(url, addLot, { token: token(), params: { no }, body: common })
  const draftIn = async (no: string) =>
    must('draft', await call(url, readDraft, { token: token(), params: { no } })).body
  const edit = (no: string, body: Draft) => call(url, editTender, { token: token(), params: { no }, body })

  test('has common words and times while all are drafts, whichever is written; one that leaves is by itself', async () => {
    const first = await world.draft()
    const { no: second, lots } = must('lot', await add(first)).body
    expect(lots).toMatchObject({ ...common, lot: 2, tenders: [{ no: first }, { no: second }] })
    const before = await draftIn(second)
    const deadline = secondsZ(Date.parse(before.deadline) + 60_000)
    const title = { ko: '다른 제목', en: 'Another title' }
    const notice = { ...before.notice, lots: { ...common, title } }
    must('edit', await edit(second, { ...before, notice, deadline, openAfter: deadline }))
    expect(await draftIn(first)).toMatchObject({ deadline, openAfter: deadline, notice: { lots: { title } } })
    // A draft that begins as a copy of a lot is none.
    const { body: copy } = must('copy', await call(url, createTender, { token: token(), body: await draftIn(first) }))
    expect(copy.lots).toBeUndefined()
    const leave = (no: string) => call(url, leaveLots, { token: token(), params: { no } })
    must('leave', await leave(first))
    expect((await draftIn(first)).notice.lots).toBeUndefined()
    expect((await draftIn(second)).notice.lots).toBeUndefined()
    expect((await world.view(second, world.officer)).lots).toBeUndefined()
  })

  test('each with its own rule, opening and award; what is not published is nobody’s business, and nobody changes the lots afterwards', async () => {
    const first = await world.draft()
    const { no: second } = must('lot', await add(first)).body
    const own = await draftIn(second)
    const quoted = { ...own.notice, method: 'small-quotation', title: { ko: '의자', en: 'Chairs' } }
    must('edit', await edit(second, { ...own, notice: quoted, rule: QUOTED, evaluators: [] }))
    await world.keysEnough()
    await world.officer.publish(first)
    await world.tick()
    const shown = (await world.view(first)).lots
    expect(shown).toMatchObject({
      ...common,
      lot: 1,
      tenders: [{ tender: { no: first } }, { no: second, tender: null }],
    })
    expect(JSON.stringify(shown)).not.toContain('Chairs')
    expect(await call(url, readTender, { params: { no: second }, token: null })).toMatchObject({ code: 'not-found' })
    const held = await draftIn(second)
    for (const wrong of [
      { ...held, deadline: secondsZ(Date.parse(held.deadline) + 60_000), openAfter: held.openAfter },
      { ...held, notice: { ...held.notice, lots: { ...common, title: { ko: '셋', en: 'Three' } } } },
    ])
      expect(await edit(second, wrong)).toMatchObject({ ok: false, code: 'draft-incomplete' })
    must('edit', await edit(second, { ...held, notice: { ...held.notice, title: { ko: '책상', en: 'Desks' } } }))
    for (const no of [first, second]) expect(await add(no)).toMatchObject({ ok: false, code: 'wrong-state' })
    await world.officer.publish(second)
    await world.tick()
    expect((await world.view(second)).lots).toMatchObject({
      lot: 2,
      tenders: [{ no: first }, { tender: { no: second } }],
    })

    // One firm bids for both, another for the second alone.
    await world.bid(first, one, won('90000000'))
    for (const [who, amount] of [
      [one, '48000000'],
      [two, '47000000'],
    ] as const) {
      const sealed = await who.sealPrice(second, won(amount))
      must('bid', await who.send(second, sealed.body))
    }
    await world.tick()
    await world.bring(first, 'evaluating')
    await lockWith(first, { 'firm-1': 9 })
    await rankNow(first)
    await world.bring(second, 'price_opening')
    await rankNow(second)
    await award(world.officer, world.approver, first, 'firm-1')
    await award(world.officer, world.approver, second, 'firm-2')
    await world.tick()
    for (const no of [first, second]) expect(await wrongAt(no)).toEqual([])

    const source = await gather(httpLogSource(`${url}/log`), null)
    const r = await readRecord(P, source.entries, source.payload, first)
    const entry = r.notice as NonNullable<typeof r.notice>
    const found = async (change: object, more: object = {}) => {
      const notice = {
        ...entry,
        payload: { ...entry.payload, ...more, notice: { ...entry.payload.notice, ...change } },
      }
      return (await siblingFindings(P, source, { tender: first, notice })).map((f) => f.check)
    }
    const lots = entry.payload.notice.lots as unknown as Lots
    expect(await found({})).toEqual([])
    expect(await found({ lots: undefined })).toEqual([])
    for (const [says, change, more] of [
      ['a lot more', { lots: { ...lots, tenders: [...lots.tenders, 'R26BK99999999'] } }],
      ['another order', { lots: { ...lots, tenders: lots.tenders.toReversed() } }],
      ['other words', { lots: { ...lots, title: { ko: 'x', en: 'x' } } }],
      ['not among its own lots', { lots: { ...lots, tenders: [second, 'R26BK99999999'] } }],
      ['twice the same', { lots: { ...lots, tenders: [first, first] } }],
      ['no list', { lots: 7 }],
      ['another agency', { agency: { id: 'another' } }],
      ['another deadline', {}, { deadline: '2030-01-01T00:00:00Z' }],
    ] as const)
      expect([says, await found(change, more)]).toEqual([says, ['notice']])
  })
})

describe('who is eligible', () => {
  test('a tender in which everybody is below the pass mark or above the ceiling fails, with all prices open', async () => {
    const no = await evaluating(['90000000', '100000001'])
    await lockWith(no, { 'firm-1': 8, 'firm-2': 10 })
    expect(await listed(no)).toEqual(['firm-1', 'firm-2'])
    await rankNow(no)
    expect(await world.view(no)).toMatchObject({ state: 'failed', ended: { reasons: ['nobody-eligible'] } })
    expect(await propose(no, 'firm-1')).toMatchObject({ ok: false, code: 'wrong-state' })
    expect(await wrongAt(no)).toEqual([])
  })

  test('a rule that opens the prices of the qualified opens no others, and custodians are asked for no others', async () => {
    const no = await evaluating(['90000000', '60000000', '95000000'], QUALIFIED)
    await lockWith(no, { 'firm-1': 9.5, 'firm-2': 8, 'firm-3': 9 })
    expect(await listed(no)).toEqual(['firm-1', 'firm-3'])
    await rankNow(no)
    const { rows } = (await world.view(no)).ranking as {
      rows: { bidder: string; amount: string | null; reasons: string[] }[]
    }
    expect(rows.find((r) => r.bidder === 'firm-2')).toMatchObject({
      amount: null,
      eligible: false,
      reasons: ['below-pass-mark', 'price-not-opened'],
    })
    await award(world.officer, world.approver, no, 'firm-1')
    await world.tick()
    expect(await wrongAt(no)).toEqual([])
  })

  test('where nobody qualified, no price is opened at all and the tender fails', async () => {
    const no = await evaluating(['90000000', '60000000'], QUALIFIED)
    await lockWith(no, { 'firm-1': 8, 'firm-2': 7 })
    await world.clock()
    await world.tick()
    expect(await listed(no)).toEqual([])
    expect(await world.view(no)).toMatchObject({ state: 'failed', ended: { reasons: ['nobody-eligible'] } })
    expect(await wrongAt(no)).toEqual([])
  })

  test('a price that is no amount and a spoiled price envelope cost their bidders the tender, and nobody else anything', async () => {
    const no = await evaluating(['90000000'], RULE, async (tender) => {
      await world.bid(tender, two, { price: { amount: 'ninety million', currency: 'KRW' } })
      const pair = await goodPair(three, tender, await three.keysets(tender))
      const { body } = await statementOver(three, tender, { ...pair, price: spoilShare(pair.price, 1) })
      must('bid', await three.send(tender, body))
    })
    await lockWith(no, { 'firm-1': 9, 'firm-2': 10, 'firm-3': 10 })
    await rankNow(no)
    const view = await world.view(no)
    const { rows } = view.ranking as { rows: { bidder: string; reasons: string[]; rank: number | null }[] }
    expect(rows.map((r) => [r.bidder, r.rank, r.reasons])).toEqual([
      ['firm-1', 1, []],
      ['firm-2', null, ['price-malformed']],
      ['firm-3', null, ['price-malformed']],
    ])
    await award(world.officer, world.approver, no, 'firm-1')
    await world.tick()
    expect(await wrongAt(no)).toEqual([])
  })
})

describe('two stages', () => {
  test('the proposals first, then the prices of those alone who passed: the lowest of them is awarded, and how they were marked is published', async () => {
    const { items, maximum, tech, weights } = RULE
    const rule: ContestRule = {
      ...contestRule('two-stage', { base: '1', budget: '100000000', currency: 'KRW' }),
      planned: { how: 'none', budget: '100000000' },
      quality: { weights: { tech: weights.tech }, items, maximum, tech },
    }
    const { notice } = world.draftOf()
    const no = await world.publish({ notice: { ...notice, method: 'two-stage', minBids: rule.leastBids }, rule })
    for (const [i, amount] of ['93000000', '91000000', '70000000'].entries())
      await world.bid(no, world.suppliers[i] as Person, won(amount))
    await world.tick()
    await world.bring(no, 'evaluating')
    // The third is by far the lowest, and below the pass mark.
    await lockWith(no, { 'firm-1': 9, 'firm-2': 9.5, 'firm-3': 6 })
    expect((await world.view(no)).state).toBe('price_opening')
    // Custodians, who follow the log and nothing else, find every sheet signed and every mark there.
    const record = await gather(httpLogSource(`${url}/log`), null)
    const read = await readRecord(P, record.entries, record.payload, no)
    expect(releaseBlockers(read, 'price').map(({ says }) => says.en)).toEqual([])
    if (!read.locked) throw new Error('the scores are not locked')
    const locked = read.locked.payload as ScoresLocked
    const short = { ...locked, marks: locked.marks.slice(1) }
    expect(locked.sheets.length).toBe(7)
    const passed = new Set(['firm-1', 'firm-2', 'firm-3'])
    expect(lockedScoresFindings(short, read.notice?.payload as never, passed)).toHaveLength(1)
    await rankNow(no)
    const view = await world.view(no)
    expect(view.state).toBe('ranked')
    const opened = (view.envelopes ?? []).filter(({ kind }) => kind === 'price').map(({ bidder }) => bidder)
    expect(opened.sort()).toEqual(['firm-1', 'firm-2'])
    const { rows, winners } = view.ranking as { rows: { bidder: string; reasons: string[] }[]; winners: string[] }
    expect(winners).toEqual(['firm-2'])
    expect(rows.find(({ bidder }) => bidder === 'firm-3')?.reasons).toEqual(
      expect.arrayContaining(['below-pass-mark', 'price-not-opened']),
    )
    const { events } = must('events', await call(url, readEvents, { params: { no }, query: {} })).body
    const told = events.find(({ typ }) => typ === 'evaluation.result/1')?.payload ?? '{}'
    expect(JSON.parse(told).behaviour).toMatchObject({ limit: '10', correlation: null, spread: { length: 3 } })
    await award(world.officer, world.approver, no, 'firm-2')
    await world.tick()
    expect((await world.view(no)).state).toBe('awarded')
    expect(await wrongAt(no)).toEqual([])
  })
})
