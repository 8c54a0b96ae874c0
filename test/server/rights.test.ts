// Is the database a second wall? What the API's own role may do with each table, and whose rows it sees, asked of the database itself.
import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { API_ROLE, RIGHTS, type Right, TENANT } from '../../db/rights.ts'
import type { Person } from '../../scripts/person.ts'
import { applyRights } from '../../src/server/rights.ts'
import { makeWorld } from '../support/world.ts'

const world = await makeWorld({ suppliers: 2 })
const [one, two] = world.suppliers as [Person, Person]
const no = await world.publish()
const draft = await world.draft()
await world.bid(no, one)
await world.bid(no, two)
await world.tick()

/** A connection in the API's role, as a tenant; `roles` as the caller's statement would tell them. */
async function asTenant<T>(org: string | null, run: (client: pg.Client) => Promise<T>, roles = ''): Promise<T> {
  const client = new pg.Client({ connectionString: world.database.url })
  await client.connect()
  try {
    await client.query(`BEGIN; SET LOCAL ROLE ${API_ROLE}`)
    if (org !== null)
      await client.query('SELECT set_config($1, $2, true), set_config($3, $4, true)', [
        TENANT.org,
        org,
        TENANT.roles,
        roles,
      ])
    return await run(client)
  } finally {
    await client.end()
  }
}
const count = async (client: pg.Client, table: string, where = 'true') =>
  Number((await client.query(`SELECT count(*) AS n FROM ${table} WHERE ${where}`)).rows[0].n)
const codeOf = (client: pg.Client, text: string): Promise<string> =>
  client.query(text).then(
    () => 'done',
    (error: { code: string }) => error.code,
  )
const NOT_ALLOWED = '42501'

const tables = await (async () => {
  const admin = await world.database.client(world.database.url)
  const { rows } = await admin.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  )
  return rows.map((row) => row.name)
})()

describe('AUT-9 rights of the API’s role', () => {
  test('each table has a row, and no row is of a table that is not there', () => {
    expect(Object.keys(RIGHTS).sort()).toEqual(tables)
  })

  test.each(tables)('%s: exactly what its row says, by the catalogue', async (table) => {
    const client = await world.database.client()
    const all: Right[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
    for (const right of all) {
      const { rows } = await client.query<{ may: boolean; some: boolean }>(
        `SELECT has_table_privilege($1, $2, $3) AS may, ${right === 'DELETE' ? 'false' : 'has_any_column_privilege($1, $2, $3)'} AS some`,
        [API_ROLE, `public.${table}`, right],
      )
      const may = RIGHTS[table]?.may.includes(right) ?? false
      expect([right, rows[0]?.may]).toEqual([right, may])
      if (!may) expect([right, rows[0]?.some]).toEqual([right, false])
    }
    const { rows } = await client.query<{ on: boolean; own: boolean; rest: boolean }>(
      `SELECT relrowsecurity AS on, pg_get_userbyid(relowner) = $2 AS own, has_table_privilege($2, $1::regclass, 'TRUNCATE, TRIGGER') AS rest
       FROM pg_class WHERE oid = $1::regclass`,
      [`public.${table}`, API_ROLE],
    )
    expect(rows[0]).toEqual({ on: RIGHTS[table]?.tenants === true, own: false, rest: false })
  })

  test('log, bids and receipts are neither changed nor deleted by it, whoever calls', async () => {
    for (const table of [
      'log_entry',
      'log_outbox',
      'log_payload',
      'log_tile',
      'log_checkpoint',
      'bid_act',
      'bid_receipt',
      'bid_request',
      'envelope',
    ]) {
      expect([table, RIGHTS[table]?.may.some((right) => right === 'UPDATE' || right === 'DELETE')]).toEqual([
        table,
        false,
      ])
      const { rows } = await (await world.database.client()).query<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped LIMIT 1`,
        [`public.${table}`],
      )
      const column = pg.escapeIdentifier(rows[0]?.name ?? '')
      for (const text of [`DELETE FROM ${table}`, `UPDATE ${table} SET ${column} = ${column}`, `TRUNCATE ${table}`])
        expect([text, await asTenant('firm-1', (client) => codeOf(client, text))]).toEqual([text, NOT_ALLOWED])
    }
  })

  test('control: the owner of the tables may, so it is the role that refuses', async () => {
    const owner = await world.database.client(world.database.url)
    await owner.query('BEGIN')
    const { rowCount } = await owner.query('UPDATE bid_act SET jws = jws')
    expect(rowCount).toBe(2)
    await owner.query('ROLLBACK')
  })

  test('it is no superuser, makes nothing, cannot sign in, and gives itself nothing back', async () => {
    const client = await world.database.client()
    const { rows } = await client.query(
      'SELECT rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = $1',
      [API_ROLE],
    )
    expect(Object.values(rows[0])).toEqual([false, false, false, false, false, false])
    for (const text of [
      'CREATE TABLE mine (x int)',
      'ALTER TABLE bid_act DISABLE ROW LEVEL SECURITY',
      'DROP POLICY acts_are_added_by_their_bidder ON bid_act',
      `GRANT DELETE ON bid_act TO ${API_ROLE}`,
    ]) {
      const code = await asTenant('firm-1', (c) => codeOf(c, text))
      // A grant of what one does not have is a warning in PostgreSQL; that it gave nothing is asked below.
      expect([text, code === NOT_ALLOWED || text.startsWith('GRANT')]).toEqual([text, true])
    }
    const after = await client.query(`SELECT has_table_privilege($1, 'bid_act', 'DELETE') AS may`, [API_ROLE])
    expect(after.rows[0].may).toBe(false)
  })

  test('work in the API’s transactions cannot leave the role', async () => {
    for (const text of [
      'RESET ROLE',
      'SET ROLE madang',
      ' set local role none',
      'SET SESSION AUTHORIZATION madang',
      'RESET ALL',
    ])
      await expect(world.api.deps.db.withTx(({ tx }) => tx.execute(text))).rejects.toThrow('its role is given')
    const { rows } = await world.api.deps.db.withTx(({ tx }) => tx.execute<{ me: string }>('SELECT current_user AS me'))
    expect(rows[0]?.me).toBe(API_ROLE)
  })

  test('a right that somebody added is taken away at the next start', async () => {
    const owner = await world.database.client(world.database.url)
    await owner.query(`GRANT DELETE ON bid_act TO ${API_ROLE}`)
    await applyRights(owner as pg.Client)
    const { rows } = await owner.query(`SELECT has_table_privilege($1, 'bid_act', 'DELETE') AS may`, [API_ROLE])
    expect(rows[0].may).toBe(false)
  })
})

describe('AUT-9 rows of other tenants', () => {
  test('a bidder finds its own acts, receipts, envelopes and answers, and nobody else’s', async () => {
    for (const table of ['bid_act', 'envelope', 'bid_request']) {
      expect([table, await asTenant('firm-1', (c) => count(c, table))]).toEqual([table, table === 'envelope' ? 2 : 1])
      expect([table, await asTenant('firm-1', (c) => count(c, table, `bidder <> 'firm-1'`))]).toEqual([table, 0])
    }
    expect(await asTenant('firm-1', (c) => count(c, 'bid_receipt'))).toBe(1)
  })

  test.each([null, '', 'gaon-city', 'audit-office', 'operator', 'firm-9'])(
    'as %s nothing of the bids is found',
    async (org) => {
      for (const table of ['bid_act', 'bid_receipt', 'envelope', 'bid_request'])
        expect([table, await asTenant(org, (c) => count(c, table), 'operator auditor officer')]).toEqual([table, 0])
    },
  )

  test('bidders whose acts are taken together are within reach, with their acts alone, and no third', async () => {
    const together = <T>(run: (client: pg.Client) => Promise<T>) =>
      asTenant(null, async (client) => {
        await client.query('SELECT set_config($1, $2, true)', [TENANT.bidders, 'firm-2 firm-9'])
        return run(client)
      })
    for (const table of ['bid_act', 'envelope', 'bid_request'])
      expect([table, await together((c) => count(c, table, `bidder <> 'firm-2'`))]).toEqual([table, 0])
    expect(await together((c) => count(c, 'bid_act'))).toBe(1)
    const text = `INSERT INTO bid_act (tender, bidder, account, kind, seq, jws, salt, c, at)
                  VALUES ('${no}', 'firm-1', 'x', 'withdrawal', 2, 'x', 'x', 'y', clock_timestamp())`
    expect(await together((c) => codeOf(c, text))).toBe(NOT_ALLOWED)
    for (const table of ['organisation_document', 'invitation', 'proposal'])
      expect([table, await together((c) => count(c, table))]).toEqual([table, 0])
  })

  test('an act in another bidder’s name cannot be added', async () => {
    const text = `INSERT INTO bid_act (tender, bidder, account, kind, seq, jws, salt, c, at)
                  VALUES ('${no}', 'firm-2', 'x', 'withdrawal', 2, 'x', 'x', 'x', clock_timestamp())`
    expect(await asTenant('firm-1', (c) => codeOf(c, text))).toBe(NOT_ALLOWED)
    expect(await asTenant('firm-2', (c) => codeOf(c, text))).toBe('done')
  })

  test('whether something was used before is answered across bidders, and nothing else is', async () => {
    const owner = await world.database.client(world.database.url)
    const { rows } = await owner.query<{ c: string }>(`SELECT c FROM bid_act WHERE bidder = 'firm-2'`)
    const used = (c: string) =>
      asTenant(
        'firm-1',
        async (client) => (await client.query(`SELECT already_used($1, '{}', '{}', '{}') AS used`, [c])).rows[0].used,
      )
    expect(await used(rows[0]?.c ?? '')).toBe(true)
    expect(await used('nothing')).toBe(false)
    expect(await asTenant('firm-1', (c) => codeOf(c, 'SELECT * FROM envelope_epk'))).toBe(NOT_ALLOWED)
    expect(await asTenant('firm-1', (c) => codeOf(c, 'SELECT * FROM log_outbox'))).toBe(NOT_ALLOWED)
    expect(await asTenant('firm-1', (c) => codeOf(c, 'SELECT * FROM log_cover'))).toBe(NOT_ALLOWED)
  })

  test('a draft is its agency’s; a published tender is everybody’s to see and its agency’s to change', async () => {
    const drafts = (org: string | null) => asTenant(org, (c) => count(c, 'tender', `no = '${draft}'`))
    expect([
      await drafts('gaon-city'),
      await drafts('narae-county'),
      await drafts('firm-1'),
      await drafts(null),
    ]).toEqual([1, 0, 0, 0])
    expect(await asTenant('firm-1', (c) => count(c, 'tender', `no = '${no}'`))).toBe(1)
    const change = `UPDATE tender SET deadline = deadline + interval '1 day', open_after = open_after + interval '1 day' WHERE no = '${no}'`
    expect(await asTenant('narae-county', (c) => codeOf(c, change))).toBe(NOT_ALLOWED)
    expect(await asTenant('gaon-city', (c) => codeOf(c, change))).toBe('done')
  })

  test('after the opening everybody finds who bid', async () => {
    await world.bring(no, 'technical_opening')
    expect(await asTenant(null, (c) => count(c, 'bid_act', `tender = '${no}'`))).toBeGreaterThanOrEqual(2)
    expect(await asTenant(null, (c) => count(c, 'bid_request'))).toBe(0)
  })

  test('control: without the role the same questions find everything', async () => {
    const owner = await world.database.client(world.database.url)
    expect(Number((await owner.query('SELECT count(*) AS n FROM bid_request')).rows[0].n)).toBe(2)
  })
})

describe('what a bid costs', () => {
  /** Statements of the connection that served the bid, from its BEGIN to its COMMIT. */
  let texts: string[] = []
  beforeAll(async () => {
    const open = await world.publish()
    // The first bid of a tender reads its keysets, which are remembered from then on.
    await world.bid(open, two)
    const query = pg.Client.prototype.query
    const said = new Map<pg.Client, string[]>()
    pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
      const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string }).text
      said.set(this, [...(said.get(this) ?? []), text ?? ''])
      return (query as (...all: unknown[]) => unknown).apply(this, args)
    } as typeof query
    try {
      await world.bid(open, one)
    } finally {
      pg.Client.prototype.query = query
    }
    const own = [...said.values()].find((all) => all.some((text) => text.includes('INSERT INTO bid_act'))) ?? []
    const at = own.findIndex((text) => text.includes('INSERT INTO bid_act'))
    const from = own.findLastIndex((text, i) => i < at && text.startsWith('BEGIN'))
    texts = own.slice(from, own.indexOf('COMMIT', from) + 1)
  })

  test('role and tenant cost no round trip: begin, caller, turn, standing, save, complete, commit', () => {
    expect(texts[0]).toMatch(/^BEGIN .*; SET LOCAL ROLE "madang_api"; SELECT/)
    expect(texts.filter((text) => text.includes('set_config')).length).toBe(1)
    expect(texts.map((text) => text.slice(0, 40)).join('\n')).toContain('COMMIT')
    expect(texts.length).toBeLessThanOrEqual(7)
  })
})
