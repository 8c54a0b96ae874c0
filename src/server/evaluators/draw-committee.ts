// How does a drawn committee come to sit? Tickets once the contributions are open, calls in their order, the next one for who declines.
import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import { committeeCall, poolMember } from '../../../db/schema/evaluators.ts'
import { openingEnvelope } from '../../../db/schema/tenders.ts'
import {
  ANSWER_LEAST,
  ANSWER_SECONDS,
  drawStratum,
  nextCalls,
  seatsOf,
  type Vacancy,
} from '../../domain/evaluators/committee-draw.ts'
import { limitYear, type PoolRule, unfit } from '../../domain/evaluators/pool.ts'
import type { Json } from '../../proof/canonical.ts'
import type { Clockwork } from '../clockwork.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { closingRoot } from '../log/tiles.ts'
import { bidsThatCount } from '../openings/closing.ts'
import { lockTender, type TenderRow, updateTender } from '../tenders/tender-store.ts'
import { callsOf } from './calls.ts'
import { mailCalls, mailUnfilled } from './mail-calls.ts'
import { candidates } from './pool-store.ts'

/** `base` is the origin of the pages, for mails. */
type Committees = Clockwork & { base: string }
type Step = Pick<Committees, 'P' | 'tiles' | 'accelerator' | 'base'> & { work: Work; row: TenderRow; rule: PoolRule }
type Member = typeof poolMember.$inferSelect

const membersOf = (work: Work, no: string): Promise<Member[]> =>
  work.tx.select().from(poolMember).where(eq(poolMember.tender, no)).orderBy(asc(poolMember.place), asc(poolMember.id))

/** Draws every stratum once all listed contributions are open. False while that is not so. */
async function draw({ P, work, row, rule, tiles }: Step, members: Member[]): Promise<boolean> {
  const listed = await work.tx
    .select()
    .from(openingEnvelope)
    .where(and(eq(openingEnvelope.tender, row.no), eq(openingEnvelope.kind, 'draw')))
  const valid = listed.filter((e) => e.state === 'valid')
  // Without one contribution the operator alone would choose the root: then nothing is drawn.
  if (valid.length === 0 || listed.some((e) => e.state === null)) return false
  const root = await closingRoot(P, work.tx, tiles, row.closedIdx as number)
  const contributions = valid.map((e) => ({ eid: e.eid, rnd: e.rnd as string }))
  for (const { field } of rule.strata) {
    const ids = members.filter((m) => m.field === field).map((m) => m.id)
    const drawn = drawStratum(P, { root, contributions, tender: row.no, lot: '1' }, field, ids)
    const closing = row.closedIdx as number
    const payload = { typ: 'draw.result/1', tender: row.no, lot: '1', ...drawn, closing, ranking: null }
    await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
    for (const [place, { id, ticket }] of drawn.tickets.entries()) {
      await work.tx
        .update(poolMember)
        .set({ place, ticket })
        .where(and(eq(poolMember.tender, row.no), eq(poolMember.field, field), eq(poolMember.id, id)))
    }
  }
  return true
}

/** Calls the next tickets for vacancies, and says so. */
async function callFor(step: Step, vacancies: Vacancy[]): Promise<void> {
  const { P, work, row, rule, accelerator } = step
  const members = await membersOf(work, row.no)
  const order = new Map(
    rule.strata.map(({ field }) => [field, members.filter((m) => m.field === field).map((m) => m.id)]),
  )
  const people = new Map(
    (
      await candidates(
        work,
        members.map((m) => m.account),
      )
    ).map((c) => [c.account, c]),
  )
  const parties = new Set([row.agency, ...(await bidsThatCount(work, row)).map((bid) => bid.bidder)])
  const personOf = (id: string): Member => {
    const found = members.find((m) => m.id === id)
    if (!found) throw new Error(`nobody is behind ${id} in the pool of ${row.no}`)
    return found
  }
  const whyNot = (id: string, field: string): string | null => {
    const person = people.get(personOf(id).account)
    // A field given up after the pool was fixed is no ticket lost.
    const why = person ? unfit({ ...person, fields: [field] }, field, { parties, perYear: rule.perYear }) : 'away'
    return why
  }
  const used = new Set((await callsOf(work, row.no)).map((c) => c.id))
  const due = nextCalls(order, used, vacancies, whyNot)
  const seconds = Math.max(ANSWER_LEAST, Math.ceil(ANSWER_SECONDS / accelerator))
  const at = work.now.date
  const dueAt = new Date(at.getTime() + seconds * 1000)
  const common = (id: string) => {
    const { account, salt } = personOf(id)
    return { tender: row.no, id, account, salt, year: limitYear(at.getTime()), calledAt: at }
  }
  const rows = [
    ...due.calls.map(({ id, field, evaluator, because }) => ({
      ...common(id),
      field,
      evaluator,
      because,
      state: 'called',
      dueAt,
    })),
    ...due.passed.map(({ id, field, because }) => ({
      ...common(id),
      field,
      evaluator: null,
      because,
      state: 'passed',
      dueAt: at,
    })),
  ]
  if (rows.length > 0) await work.tx.insert(committeeCall).values(rows)
  const payload = { typ: 'committee.called/1', tender: row.no, lot: '1', ...due } as unknown as {
    typ: string
    [member: string]: Json
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  const called = due.calls.map((call) => ({ ...call, account: personOf(call.id).account, dueAt }))
  await mailCalls(step, called)
  await mailUnfilled(step, due.unfilled)
}

/** Who declared that there is no conflict sits from now on, and sees what is to be marked. */
async function seatCleared({ work, row }: Step): Promise<void> {
  const cleared = (await callsOf(work, row.no)).filter((c) => c.state === 'cleared')
  if (cleared.length === 0) return
  const evaluators = row.evaluators.map((seat) => {
    const call = cleared.find((c) => c.evaluator === seat.label)
    return call ? { label: seat.label, account: call.account } : seat
  })
  await updateTender(work, row.no, { evaluators })
  await work.tx
    .update(committeeCall)
    .set({ state: 'seated' })
    .where(and(eq(committeeCall.tender, row.no), eq(committeeCall.state, 'cleared')))
}

/** Calls the next ticket for who has a conflict, and for who did not answer in time. */
async function replace(step: Step): Promise<void> {
  const { work, row } = step
  const of = eq(committeeCall.tender, row.no)
  await work.tx
    .update(committeeCall)
    .set({ state: 'silent' })
    .where(and(of, eq(committeeCall.state, 'called'), lte(committeeCall.dueAt, work.now.date)))
  const gone = await work.tx
    .update(committeeCall)
    .set({ replacedAt: work.now.date })
    .where(and(of, inArray(committeeCall.state, ['conflict', 'silent']), isNull(committeeCall.replacedAt)))
    .returning()
  const vacancies = seatsOf(step.rule).flatMap((seat): Vacancy[] => {
    const call = gone.find((c) => c.evaluator === seat.evaluator)
    return call ? [{ ...seat, replaces: call.id, because: call.state === 'silent' ? 'no-answer' : 'conflict' }] : []
  })
  if (vacancies.length > 0) await callFor(step, vacancies)
}

async function moveOn({ P, db, tiles, accelerator, base }: Committees, no: string): Promise<void> {
  await db.withTx(async (work) => {
    const row = await lockTender(work, no, true)
    if (!row?.pool || (row.state !== 'technical_opening' && row.state !== 'evaluating')) return
    const step: Step = { P, tiles, accelerator, base, work, row, rule: row.pool }
    const members = await membersOf(work, no)
    if (members.every((m) => m.place === null)) {
      if (!(await draw(step, members))) return
      await callFor(
        step,
        seatsOf(row.pool).map((seat) => ({ ...seat, replaces: null, because: 'drawn' })),
      )
    }
    await seatCleared(step)
    await replace(step)
  })
}

/** One round over all tenders whose committee is being drawn. One that fails does not hold up the others. */
export async function committeeRound(clockwork: Committees): Promise<void> {
  const { rows } = await clockwork.db.withTx(({ tx }) =>
    tx.execute<{ no: string }>(sql`
      SELECT no FROM tender WHERE pool IS NOT NULL AND state IN ('technical_opening', 'evaluating') ORDER BY no LIMIT 200`),
  )
  for (const { no } of rows) {
    try {
      await moveOn(clockwork, no)
    } catch (err) {
      clockwork.onProblem(err instanceof Error ? err : new Error(String(err)))
    }
  }
}
