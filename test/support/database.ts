// How does a test file get a database of its own, with all tables and no rows?

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll } from 'vitest'
import type { Cluster } from '../../src/server/cluster.ts'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/server/db.ts'
import { migrate } from '../../src/server/first-start.ts'
import { testCluster } from './cluster.ts'

const TEMPLATE = 'madang_template'
const TEMPLATE_LOCK = 7_201_101

export interface TestDatabase {
  readonly name: string
  /** As the server connects: the role `madang`. */
  readonly url: string
  /** As a superuser, to kill backends and change settings. */
  readonly adminUrl: string
  /** Opens pools on it, closed after the file. */
  open(options?: Partial<DatabaseOptions>): Database
  /** One connection on it, closed after the file; `adminUrl` unless told. */
  client(url?: string): Promise<pg.Client>
}

async function connected<T>(url: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}

/** Migrates the template once a run. It is made under another name and renamed, so that nobody clones a half-made one. */
async function ensureTemplate(cluster: Cluster): Promise<void> {
  await connected(cluster.url('postgres'), async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE])
    if (rowCount !== 0) return
    const draft = `${TEMPLATE}_draft`
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${draft}`)
    await migrate(cluster.url(draft))
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${TEMPLATE}`)
  })
}

/**
 * A new database, cloned from the migrated template (or with no tables at all), dropped after the test file.
 * To be called at the top level of a test file: `const database = await testDatabase()`.
 */
export async function testDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const cluster = await testCluster()
  if (!empty) await ensureTemplate(cluster)
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = empty ? 'template1' : TEMPLATE
  await connected(cluster.url('postgres'), (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))

  const closers: (() => Promise<void>)[] = []
  afterAll(async () => {
    await Promise.all(closers.map((close) => close()))
    await connected(cluster.adminUrl('postgres'), (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`))
  })
  return {
    name,
    url: cluster.url(name),
    adminUrl: cluster.adminUrl(name),
    open(options = {}) {
      const database = openDatabase({ url: cluster.url(name), ...options })
      closers.push(() => database.close())
      return database
    },
    async client(url = cluster.adminUrl(name)) {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => {})
      await client.connect()
      closers.push(() => client.end().catch(() => {}))
      return client
    },
  }
}
