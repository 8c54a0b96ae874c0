// How many bids of this size could the database take, if that were all? By pgbench, or by our own loop where there is none.
import { execFile } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Sample } from './load-process.ts'
import { rounded } from './rounds.ts'

const run = promisify(execFile)

export type Inserted = { count: number; seconds: number; perSecond: number }

export type BareInsert = {
  /** What inserts, with its version. */
  by: string
  insert: (seconds: number) => Promise<Inserted>
  close: () => Promise<void>
}

const TABLE = `CREATE TABLE IF NOT EXISTS bare_insert (
  id bigserial PRIMARY KEY, technical bytea NOT NULL, price bytea NOT NULL, act text NOT NULL)`

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** pgbench on the PATH, else the newest under Debian's folder, else null. */
export function findPgbench(path: string = process.env.PATH ?? ''): string | null {
  const debian = '/usr/lib/postgresql'
  let versions: string[] = []
  try {
    versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a))
  } catch {
    // No Debian packages here.
  }
  const folders = [...path.split(delimiter).filter(Boolean), ...versions.map((version) => join(debian, version, 'bin'))]
  return folders.map((folder) => join(folder, 'pgbench')).find(runs) ?? null
}

/**
 * pgbench with one prepared statement that inserts a bid's bytes, each one a transaction. The bytes are a parameter, so that
 * they cross the wire every time, as a bid's do.
 */
async function byPgbench(
  program: string,
  url: URL,
  sample: Sample,
  clients: number,
  folder: string,
): Promise<BareInsert> {
  const script = join(folder, 'bare-insert.sql')
  await writeFile(script, 'INSERT INTO bare_insert (technical, price, act) VALUES (:technical, :price, :act);\n')
  const { stdout: version } = await run(program, ['--version'])
  const of = (name: 'technical' | 'price' | 'act') => ['-D', `${name}=${sample[name]}`]
  const fixed = [
    '-n',
    '-M',
    'prepared',
    '-f',
    script,
    '-c',
    String(clients),
    '-j',
    '1',
    ...of('technical'),
    ...of('price'),
    ...of('act'),
  ]
  const address = ['-h', url.hostname, '-p', url.port, '-U', decodeURIComponent(url.username), url.pathname.slice(1)]
  const env = { PATH: process.env.PATH, LC_ALL: 'C', PGPASSWORD: decodeURIComponent(url.password) }
  return {
    by: version.trim(),
    insert: async (seconds) => {
      const { stdout } = await run(program, [...fixed, '-T', String(seconds), ...address], { env })
      const figure = (match: RegExp) => Number(match.exec(stdout)?.[1] ?? Number.NaN)
      const count = figure(/transactions actually processed: ([0-9]+)/)
      const perSecond = figure(/^tps = ([0-9.]+)/m)
      if (!(count > 0 && perSecond > 0)) throw new Error(`pgbench said nothing readable:\n${stdout}`)
      return { count, seconds: rounded(count / perSecond), perSecond: rounded(perSecond) }
    },
    close: async () => {},
  }
}

/** The same by our own driver: a named statement on each connection. */
async function byOurselves(url: URL, sample: Sample, clients: number): Promise<BareInsert> {
  const connections = await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new pg.Client({ connectionString: url.href })
      await client.connect()
      return client
    }),
  )
  const text = 'INSERT INTO bare_insert (technical, price, act) VALUES ($1, $2, $3)'
  const values = [Buffer.from(sample.technical), Buffer.from(sample.price), sample.act]
  return {
    by: 'our own loop over pg',
    insert: async (seconds) => {
      let count = 0
      const began = performance.now()
      const end = began + seconds * 1000
      const loop = async (client: pg.Client) => {
        while (performance.now() < end) {
          await client.query({ name: 'insert', text, values })
          count++
        }
      }
      await Promise.all(connections.map(loop))
      const taken = (performance.now() - began) / 1000
      return { count, seconds: rounded(taken), perSecond: rounded(count / taken) }
    },
    close: async () => {
      await Promise.all(connections.map((client) => client.end()))
    },
  }
}

/** Makes the table and answers whoever can fill it. `folder` takes pgbench's script. */
export async function bareInsert(
  databaseUrl: string,
  sample: Sample,
  { clients, folder, pgbench = findPgbench() }: { clients: number; folder: string; pgbench?: string | null },
): Promise<BareInsert> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(TABLE)
  await client.end()
  const url = new URL(databaseUrl)
  return pgbench === null ? byOurselves(url, sample, clients) : byPgbench(pgbench, url, sample, clients, folder)
}
