// PRV-1: is every column of every table in the inventory of personal data, and does the inventory name none that is not there?
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { getTableColumns, getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { describe, expect, test } from 'vitest'
import { INVENTORY, readable } from '../../db/inventory.ts'
import { tender } from '../../db/schema/tenders.ts'
import { testDatabase } from '../support/database.ts'

const SCHEMA = fileURLToPath(new URL('../../db/schema', import.meta.url))
const modules = await Promise.all(readdirSync(SCHEMA).map((file) => import(`../../db/schema/${file}`)))
const tables = [...new Set(modules.flatMap((module) => Object.values(module)).filter((value) => is(value, PgTable)))]
const database = await testDatabase()

describe('PRV-1 the inventory of personal data', () => {
  test('has a row for each table, and one only', () => {
    expect(tables.length).toBeGreaterThan(20)
    expect(INVENTORY.map((row) => getTableName(row.table)).sort()).toEqual(tables.map(getTableName).sort())
  })

  test('tags each column of the schema, and none that is not there', () => {
    const differ = INVENTORY.flatMap(({ table, columns }) => {
      const there = Object.keys(getTableColumns(table)).sort().join()
      return there === Object.keys(columns).sort().join() ? [] : [`${getTableName(table)}: ${there}`]
    })
    expect(differ).toEqual([])
  })

  test('knows each column that the database itself has', async () => {
    const client = await database.client()
    const { rows } = await client.query<{ at: string }>(
      `SELECT table_name || '.' || column_name AS at FROM information_schema.columns WHERE table_schema = 'public'`,
    )
    const tagged = INVENTORY.flatMap(({ table, columns }) => {
      const own = getTableColumns(table) as Record<string, { name: string }>
      return Object.keys(columns).map((name) => `${getTableName(table)}.${own[name]?.name}`)
    })
    expect(rows.map((row) => row.at).sort()).toEqual(tagged.sort())
  })

  test('has words in both languages for each column that says something of somebody', () => {
    for (const language of ['ko', 'en']) {
      const file = new URL(`../../web/locales/${language}/privacy.json`, import.meta.url)
      const words = JSON.parse(readFileSync(file, 'utf8')) as Record<'tables' | 'columns', Record<string, string>>
      const told = INVENTORY.filter((row) => row.whose !== null || row.table === tender)
      const columns = told.flatMap(({ columns }) =>
        Object.entries(columns).flatMap(([name, tag]) => (tag === '-' ? [] : [name])),
      )
      expect(told.map((row) => getTableName(row.table)).filter((name) => !words.tables[name])).toEqual([])
      expect(columns.filter((name) => !words.columns[name])).toEqual([])
      // And none that nobody shows.
      expect(Object.keys(words.columns).filter((name) => !columns.includes(name))).toEqual([])
    }
  })

  test('says whose a row is, and why what stays may stay', () => {
    for (const row of INVENTORY) {
      const names = Object.keys(row.columns)
      expect(row.why.length, getTableName(row.table)).toBeGreaterThan(5)
      if (row.whose !== null) expect(names).toContain(row.whose)
      for (const name of row.encrypted ?? []) expect(names).toContain(name)
      if (row.retention) expect(names).toContain(row.retention.time)
      // What names or reaches somebody goes or is overwritten when that person is erased.
      const tags = Object.values(row.columns)
      if (['name', 'contact', 'number', 'bank'].some((tag) => tags.includes(tag as never))) {
        expect(row.erase, getTableName(row.table)).not.toBe('keep')
        expect(row.whose, getTableName(row.table)).not.toBeNull()
      }
    }
  })

  test('has addresses, telephone, bank account and identity number encrypted', () => {
    for (const { table, columns, encrypted = [] } of INVENTORY) {
      for (const [name, tag] of Object.entries(columns)) {
        const column = `${getTableName(table)}.${name}`
        if (['number', 'bank', 'contact'].includes(tag)) expect(encrypted, column).toContain(name)
      }
    }
  })

  test('control: a column that nobody tagged is found', () => {
    const [row] = INVENTORY.filter((r) => getTableName(r.table) === 'account')
    const { name: _, ...rest } = row?.columns ?? {}
    expect(Object.keys(rest)).not.toEqual(Object.keys(getTableColumns(row!.table)))
    expect(readable(row!)).toContain('name')
    expect(readable(row!)).not.toContain('passwordHash')
  })
})
