// How are tenders found? Words, filters, order, one page at a time, and how many there would be under each other filter.
import { and, asc, desc, eq, gte, inArray, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { organisation } from '../../../db/schema/people.ts'
import { tender } from '../../../db/schema/tenders.ts'
import { listTenders } from '../../api/tenders.ts'
import type { Caller } from '../../domain/powers.ts'
import { type PublicStatus, publicStatus, STATES, type TenderState } from '../../domain/tenders/lifecycle.ts'
import type { Work } from '../db.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { summariesOf } from './present.ts'
import type { TenderRow } from './tender-store.ts'

type Query = Context<typeof listTenders>['query']
type Filter = 'status' | 'agency' | 'method'

/** Words beyond these do not narrow a search any more. */
const MOST_WORDS = 8

/**
 * Where a word may be: number, titles, name of the agency; without spaces, since Korean compounds are written with and
 * without them. 도로포장 finds "도로 포장 공사".
 */
const haystack = sql`replace(concat_ws(' ', ${tender.no}, ${tender.notice}->'title'->>'ko', ${tender.notice}->'title'->>'en',
  ${organisation.nameKo}, ${organisation.nameEn}), ' ', '')`

/** Every word must be there; a notice number may come with its revision. The visitor's wildcards are only characters. */
function textCondition(text: string): SQL | undefined {
  const words = text
    .normalize('NFC')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
  return and(
    ...words.map((word) => {
      const bare = /^R\d{2}[A-Z]{2}\d{8}-\d{3}$/i.test(word) ? word.slice(0, -4) : word
      return sql`${haystack} ILIKE ${`%${bare.replace(/[\\%_]/g, '\\$&')}%`}`
    }),
  )
}

/** Published tenders for everybody, and the drafts of the own agency for its officers; then the filters but one. */
function conditions(caller: Caller, query: Query, without?: Filter): SQL | undefined {
  const own = caller?.roles.includes('officer') ? caller.org : null
  const { status } = query
  return and(
    own === null ? ne(tender.state, 'draft') : or(ne(tender.state, 'draft'), eq(tender.agency, own)),
    status && without !== 'status'
      ? inArray(
          tender.state,
          STATES.filter((state) => publicStatus(state) === status),
        )
      : undefined,
    query.agency && without !== 'agency' ? eq(tender.agency, query.agency) : undefined,
    query.method && without !== 'method' ? sql`${tender.notice}->>'method' = ${query.method}` : undefined,
    query.opensFrom ? gte(tender.openAfter, new Date(query.opensFrom)) : undefined,
    query.opensBefore ? lt(tender.openAfter, new Date(query.opensBefore)) : undefined,
    query.text ? textCondition(query.text) : undefined,
  )
}

const isOpen = sql`(${tender.state} = 'published')`
const ORDERS: Record<Query['sort'], SQL[]> = {
  // Those that still take bids first, the soonest on top; then those that closed last.
  closing: [sql`${isOpen} DESC`, sql`CASE WHEN ${isOpen} THEN ${tender.deadline} END ASC`, desc(tender.deadline)],
  newest: [sql`${tender.publishedAt} DESC NULLS FIRST`],
  opening: [asc(tender.openAfter)],
  budget: [sql`(${tender.notice}->'budget'->>'amount')::numeric DESC`],
}

async function page({ tx }: Work, caller: Caller, query: Query): Promise<{ rows: TenderRow[]; total: number }> {
  const where = conditions(caller, query)
  const found = await tx
    .select({ row: tender })
    .from(tender)
    .innerJoin(organisation, eq(organisation.id, tender.agency))
    .where(where)
    .orderBy(...ORDERS[query.sort], asc(tender.no))
    .limit(query.per)
    .offset((query.page - 1) * query.per)
  const totals = await tx
    .select({ n: sql<string>`count(*)` })
    .from(tender)
    .innerJoin(organisation, eq(organisation.id, tender.agency))
    .where(where)
  return { rows: found.map(({ row }) => row as unknown as TenderRow), total: Number(totals[0]?.n ?? 0) }
}

/** How many tenders each value of a filter would leave, under the words and the other filters of the query. */
async function countsBy<T extends string>({ tx }: Work, caller: Caller, query: Query, filter: Filter, by: SQL<T>) {
  const rows = await tx
    .select({
      id: by,
      n: sql<string>`count(*)`,
      ko: sql<string>`min(${organisation.nameKo})`,
      en: sql<string>`min(${organisation.nameEn})`,
    })
    .from(tender)
    .innerJoin(organisation, eq(organisation.id, tender.agency))
    .where(conditions(caller, query, filter))
    .groupBy(sql`1`)
    .orderBy(sql`2 DESC, 1`)
    .limit(100)
  return rows.map(({ id, n, ko, en }) => ({ id, n: Number(n), name: { ko, en } }))
}

async function facets(work: Work, caller: Caller, query: Query) {
  const states = await countsBy(work, caller, query, 'status', sql<TenderState>`${tender.state}`)
  const agencies = await countsBy(work, caller, query, 'agency', sql<string>`${tender.agency}`)
  const methods = await countsBy(work, caller, query, 'method', sql<string>`${tender.notice}->>'method'`)
  const statuses = new Map<PublicStatus, number>()
  for (const state of STATES) {
    const n = states.find(({ id }) => id === state)?.n ?? 0
    const status = publicStatus(state)
    if (n > 0) statuses.set(status, (statuses.get(status) ?? 0) + n)
  }
  return {
    status: [...statuses].map(([id, n]) => ({ id, n })),
    agency: agencies,
    method: methods.map(({ id, n }) => ({ id, n })),
  }
}

async function list({ query, caller, ...work }: Context<typeof listTenders>) {
  const { rows, total } = await page(work, caller, query)
  const tenders = await summariesOf(work, rows)
  return { tenders, total, page: query.page, per: query.per, facets: await facets(work, caller, query) }
}

export function serveSearch(app: Express, deps: Deps): void {
  serve(app, deps, listTenders, list)
}
