// Is the record of who read personal data looked through each month? What stands out in it, and a word for each month that is over.
import { desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { readingsLookedThrough } from '../../../db/schema/privacy.ts'
import { listReadingMonths, readReadingMonth, signOffReadings } from '../../api/privacy.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { lookedThrough } from '../../domain/organisations/register-acts.ts'
import { DAY_BEGINS, DAY_ENDS, isOver, LEAST_SAID, MANY_PEOPLE } from '../../domain/people/looking-through.ts'
import type { Work } from '../db.ts'
import { OPERATOR } from '../first-start.ts'
import { known } from '../people/caller.ts'
import { appendAct } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'

/** Months that are shown, and of which one that waits is told. Records are kept for two years. */
const MONTHS = 24
/** Readers that are shown, those who read most first. */
const READERS = 20
/** Purposes that the service writes itself: whoever reads there says nothing of the own accord. */
const ROUTINE = ['choosing a committee', 'confirming the fields of evaluators']

const KOREAN = sql`(at AT TIME ZONE 'Asia/Seoul')`
const ODD = sql`(extract(hour FROM ${KOREAN}) < ${DAY_BEGINS} OR extract(hour FROM ${KOREAN}) >= ${DAY_ENDS}
  OR extract(isodow FROM ${KOREAN}) > 5)`

type Row = typeof readingsLookedThrough.$inferSelect
const shown = (row: Row | undefined) =>
  row ? { by: row.by, at: millisZ(row.at.getTime()), statement: row.statement } : null

/** Readings of a calendar month in Korea. */
function inMonth(month: string): SQL {
  const first = sql`${`${month}-01 00:00`}::timestamp`
  return sql`at >= (${first} AT TIME ZONE 'Asia/Seoul') AND at < ((${first} + interval '1 month') AT TIME ZONE 'Asia/Seoul')`
}

/** Months of readings, the newest first, and how many of them are over and wait. */
export async function monthsOfReadings(work: Work) {
  const { rows } = await work.tx.execute<{ month: string; n: number }>(sql`
    SELECT to_char(${KOREAN}, 'YYYY-MM') AS month, count(*)::int AS n FROM personal_reading
    WHERE at >= ${work.now.date}::timestamptz - make_interval(months => ${MONTHS}) GROUP BY 1 ORDER BY 1 DESC LIMIT ${MONTHS}`)
  const done = await work.tx
    .select()
    .from(readingsLookedThrough)
    .orderBy(desc(readingsLookedThrough.month))
    .limit(MONTHS)
  const ms = work.now.date.getTime()
  const all = rows.map(({ month, n }) => ({
    month,
    readings: n,
    running: !isOver(month, ms),
    lookedThrough: shown(done.find((row) => row.month === month)),
  }))
  return { months: all, waiting: all.filter((row) => !row.running && row.lookedThrough === null).length }
}

type Reader = { reader: string; org: string | null; looks: number; people: number; odd: number }
type Look = {
  at: string
  reader: string
  org: string | null
  address: string
  people: number
  what: string
  purpose: string
  odd: boolean
  total: number
}

async function month({ params, query, tx }: Context<typeof readReadingMonth>) {
  const { only, page, per } = query
  const within = inMonth(params.month)
  // One look is one moment of one reader, however many people it showed.
  const looks = sql`SELECT at, reader, address, what, purpose, ${ODD} AS odd, count(DISTINCT whose)::int AS people
    FROM personal_reading WHERE ${within} GROUP BY at, reader, address, what, purpose`
  const readers = await tx.execute<Reader>(sql`
    WITH looks AS (${looks}),
         seen AS (SELECT reader, count(DISTINCT whose)::int AS people FROM personal_reading WHERE ${within} GROUP BY reader)
    SELECT looks.reader, account.org, count(*)::int AS looks, seen.people, (count(*) FILTER (WHERE odd))::int AS odd
    FROM looks JOIN seen USING (reader) LEFT JOIN account ON account.id = looks.reader
    GROUP BY looks.reader, account.org, seen.people ORDER BY looks DESC, looks.reader LIMIT ${READERS}`)
  const which: Record<typeof only, SQL> = {
    all: sql`true`,
    odd: sql`odd`,
    many: sql`people >= ${MANY_PEOPLE}`,
    stated: sql`purpose <> ALL(${sql.param(ROUTINE)}::text[])`,
  }
  const found = await tx.execute<Look>(sql`
    WITH looks AS (${looks})
    SELECT looks.*, account.org, count(*) OVER ()::int AS total FROM looks LEFT JOIN account ON account.id = looks.reader
    WHERE ${which[only]} ORDER BY people DESC, at DESC, looks.reader LIMIT ${per} OFFSET ${(page - 1) * per}`)
  const done = await tx.select().from(readingsLookedThrough).where(eq(readingsLookedThrough.month, params.month))
  return {
    readers: readers.rows,
    looks: found.rows.map(({ total: _, at, what, ...row }) => ({
      ...row,
      at: millisZ(new Date(at).getTime()),
      what: what.split(','),
    })),
    total: found.rows[0]?.total ?? 0,
    page,
    per,
    lookedThrough: shown(done[0]),
  }
}

/** Has this person read in that month, while there is an operator who has not and could look it through instead? */
async function ownReadings({ tx }: Work, month: string, by: string): Promise<boolean> {
  const readers = sql`SELECT reader FROM personal_reading WHERE ${inMonth(month)}`
  const { rows } = await tx.execute<{ own: boolean }>(sql`
    SELECT ${by} IN (${readers}) AND EXISTS (
      SELECT FROM account WHERE org = ${OPERATOR} AND left_at IS NULL AND 'operator' = ANY (roles) AND id NOT IN (${readers})
    ) AS own`)
  return rows[0]?.own ?? false
}

async function signOff({ deps, params, body, caller, tx, now }: Context<typeof signOffReadings>) {
  const work: Work = { tx, now }
  const { account: by, org } = known(caller)
  if (!isOver(params.month, now.date.getTime())) refuse('month-not-over')
  const some = await tx.execute(sql`SELECT 1 FROM personal_reading WHERE ${inMonth(params.month)} LIMIT 1`)
  if (some.rows.length === 0) refuse('not-found')
  if (body.statement.trim().length < LEAST_SAID) refuse('statement-missing', { least: LEAST_SAID }, '/statement')
  if (await ownReadings(work, params.month, by)) refuse('own-readings')
  const [row] = await tx
    .insert(readingsLookedThrough)
    .values({ month: params.month, by, at: now.date, statement: body.statement })
    .onConflictDoNothing()
    .returning()
  if (!row) refuse('month-done')
  await appendAct(deps.P, work, { org, caller, payload: lookedThrough(params.month), jws: body.jws })
  return { lookedThrough: shown(row) }
}

export function serveReadingMonths(app: Express, deps: Deps): void {
  serve(app, deps, listReadingMonths, (work) => monthsOfReadings(work))
  serve(app, deps, readReadingMonth, month)
  serve(app, deps, signOffReadings, signOff)
}
