// What is kept of me, who has read it, and may I take it along?
import { and, count, desc, eq, getTableColumns, getTableName, lt, or, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Express } from 'express'
import { INVENTORY, type InventoryRow, readable } from '../../../db/inventory.ts'
import { account } from '../../../db/schema/people.ts'
import { personalReading, personDetail } from '../../../db/schema/privacy.ts'
import { changeMyData, exportMyData, listReadings, readMyData } from '../../api/privacy.ts'
import { millisZ } from '../../domain/kit/time.ts'
import type { Work } from '../db.ts'
import { known } from '../people/caller.ts'
import { type Context, type Deps, serve } from '../serve.ts'

const NOTHING = { phone: null, bankAccount: null, identityNumber: null }

async function detailOf({ tx }: Work, id: string) {
  const { phone, bankAccount, identityNumber } = personDetail
  const rows = await tx
    .select({ phone, bankAccount, identityNumber })
    .from(personDetail)
    .where(eq(personDetail.account, id))
  return rows[0] ?? NOTHING
}

async function whoIs({ tx }: Work, id: string): Promise<{ id: string; email: string }> {
  const [row] = await tx.select({ id: account.id, email: account.email }).from(account).where(eq(account.id, id))
  if (!row) throw new Error(`no account ${id}`)
  return row
}

/** Rows of a table that are about the person: their own, those at their address, and those of committees on which they sit. */
function ownRows({ table, whose, address, columns }: InventoryRow, { id, email }: { id: string; email: string }) {
  const column = getTableColumns(table) as Record<string, PgColumn>
  const seats = Object.hasOwn(columns, 'evaluators') ? column.evaluators : undefined
  return or(
    whose === null ? undefined : eq(column[whose] as PgColumn, id),
    address === undefined ? undefined : eq(column[address] as PgColumn, email),
    seats && sql`${seats} @> ${JSON.stringify([{ account: id }])}::jsonb`,
  )
}

async function mine({ caller, ...work }: Context<typeof readMyData>) {
  const id = known(caller).account
  const person = await whoIs(work, id)
  const inventory = []
  for (const row of INVENTORY.filter((r) => r.whose !== null)) {
    const [found] = await work.tx.select({ n: count() }).from(row.table).where(ownRows(row, person))
    inventory.push({
      table: getTableName(row.table),
      columns: Object.entries(row.columns)
        .filter(([, tag]) => tag !== '-')
        .map(([column, tag]) => ({ column, tag, encrypted: row.encrypted?.includes(column) ?? false })),
      rows: found?.n ?? 0,
      erase: row.erase,
      retentionDays: row.retention?.days ?? null,
    })
  }
  return { detail: await detailOf(work, id), inventory }
}

async function change({ body, caller, ...work }: Context<typeof changeMyData>) {
  const set = {
    ...body,
    phoneKey: body.phone,
    identityNumberKey: body.identityNumber,
    changedAt: work.now.date,
  }
  await work.tx
    .insert(personDetail)
    .values({ account: known(caller).account, ...set })
    .onConflictDoUpdate({ target: personDetail.account, set })
  return body
}

async function readings({ query, caller, tx }: Context<typeof listReadings>) {
  const rows = await tx
    .select({ reading: personalReading, org: account.org })
    .from(personalReading)
    .leftJoin(account, eq(account.id, personalReading.reader))
    .where(
      and(
        eq(personalReading.whose, known(caller).account),
        query.before === undefined ? undefined : lt(personalReading.id, query.before),
      ),
    )
    .orderBy(desc(personalReading.id))
    .limit(query.limit)
  return {
    readings: rows.map(({ reading, org }) => ({
      id: reading.id,
      at: millisZ(reading.at.getTime()),
      reader: reading.reader,
      org,
      what: reading.what.split(','),
      purpose: reading.purpose,
    })),
  }
}

/** A value as JSON has it. Of a committee only the own seat: who else sits there is not one's own. */
function plain(value: unknown, id: string): unknown {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64url')
  if (Array.isArray(value)) return value.filter((v) => typeof v !== 'object' || v === null || v.account === id)
  return value
}

/** Every column of the inventory that says something of the person and can be read back. */
export async function exportOf(work: Work, id: string): Promise<Record<string, Record<string, unknown>[]>> {
  const person = await whoIs(work, id)
  const tables: Record<string, Record<string, unknown>[]> = {}
  for (const row of INVENTORY.filter((r) => r.whose !== null)) {
    const column = getTableColumns(row.table) as Record<string, PgColumn>
    const wanted = Object.fromEntries(readable(row).map((name) => [name, column[name] as PgColumn]))
    const rows = await work.tx.select(wanted).from(row.table).where(ownRows(row, person))
    tables[getTableName(row.table)] = rows.map((one) =>
      Object.fromEntries(Object.entries(one).map(([name, value]) => [name, plain(value, id)])),
    )
  }
  return tables
}

export function serveOwnData(app: Express, deps: Deps): void {
  serve(app, deps, readMyData, mine)
  serve(app, deps, changeMyData, change)
  serve(app, deps, listReadings, readings)
  serve(app, deps, exportMyData, async ({ caller, ...work }) => {
    const id = known(caller).account
    return { account: id, at: millisZ(work.now.date.getTime()), tables: await exportOf(work, id) }
  })
}
