// Is our PostgreSQL running, and if not, can it be started?

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { API_ROLE } from '../../db/rights.ts'
import { FolderHeld, holdFolder, writeFileAtomic } from '../node/atomic-file.ts'
import { ClusterError, type ClusterPlace, clusterMade, clusterPlace, openToAll } from './cluster-place.ts'

export { ClusterError } from './cluster-place.ts'
export { checkDurability, DurabilityError } from './durability.ts'

/** A running PostgreSQL of our own. It outlives the process that started it; only `stop()` ends it. */
export interface Cluster {
  /** Process number of the postmaster. */
  readonly pid: number
  /** Its port on 127.0.0.1, the only address it listens on. */
  readonly port: number
  /** The data directory. */
  readonly data: string
  /** This call made the data directory. */
  readonly created: boolean
  /** This call found the postmaster running, for example after its parent was killed. */
  readonly reused: boolean
  /** Address for the application's role `madang`, which is no superuser. */
  url(database: string): string
  /** Address for the superuser `postgres`: for tests and repair, not for serving. */
  adminUrl(database: string): string
  /** Makes the database (owner `madang`) unless it exists; answers its `url`. */
  ensureDatabase(name: string): Promise<string>
  /** Fast shutdown: sessions are ended, everything is written. Stopping twice is fine. */
  stop(): Promise<void>
}

const START_MS = 60_000
const STARTUP_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // No DETAIL lines: they quote rows, and a sealed thing must not reach a log.
  log_error_verbosity: 'terse',
}

interface Done {
  code: number | null
  output: string
}

/** Runs one of PostgreSQL's programs as the place's user, with none of our environment (PGDATA and the like would speak for us). */
function run(place: ClusterPlace, program: string, args: string[]): Promise<Done> {
  return new Promise((done, fail) => {
    const child = spawn(join(place.bin, program), args, {
      cwd: '/',
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: START_MS + 30_000,
      ...(place.as ? { uid: place.as.uid, gid: place.as.gid } : {}),
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-20_000)
      })
    child.on('error', fail)
    child.on('close', (code) => done({ code, output }))
  })
}

function secret(file: string): string {
  if (!existsSync(file)) writeFileAtomic(file, `${randomBytes(32).toString('base64url')}\n`)
  return readFileSync(file, 'utf8').trim()
}

function syncFolder(dir: string): void {
  const fd = openSync(dir, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/** Makes the data directory beside its final name, then renames: a kill in the middle leaves no half-made cluster. */
async function initialise(place: ClusterPlace, password: string): Promise<void> {
  // A start that was killed may have left an initdb behind that still writes: files come while they are removed.
  const gone = { recursive: true, force: true, maxRetries: 50, retryDelay: 20 }
  for (const name of readdirSync(place.home)) if (name.startsWith('draft.')) await rm(join(place.home, name), gone)
  const draft = join(place.home, `draft.${process.pid}`)
  const passwordFile = `${draft}.password`
  mkdirSync(draft, { mode: 0o700 })
  writeFileAtomic(passwordFile, password)
  if (place.as) for (const path of [draft, passwordFile]) chownSync(path, place.as.uid, place.as.gid)
  const made = await run(place, 'initdb', [
    `--pgdata=${draft}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ])
  unlinkSync(passwordFile)
  if (made.code !== 0) {
    rmSync(draft, { recursive: true, force: true })
    throw new ClusterError(`initdb failed:\n${made.output.trim()}`)
  }
  renameSync(draft, place.data)
  syncFolder(place.home)
}

/** The postmaster that the lock file names: its process number and port, whether or not it still lives. */
function lockFile(data: string): { pid: number; port: number } | null {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const [pid, port] = [Number(lines[0]), Number(lines[3])]
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, port: port || 0 } : null
  } catch {
    return null
  }
}

/** Processes that have the data directory as their working folder, as the postmaster and all its children do; null where /proc is missing. */
function processesIn(data: string): number[] | null {
  let names: string[]
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return null
  }
  if (names.length === 0) return null
  const folder = realpathSync(data)
  return names.map(Number).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder
    } catch {
      return false
    }
  })
}

/**
 * The living postmaster of this data directory. After a restart of the machine or container its old process number may be
 * somebody else's, and then PostgreSQL itself would refuse to start: such a lock is taken away once nobody is left in the directory.
 */
async function livingPostmaster(place: ClusterPlace): Promise<{ pid: number; port: number } | null> {
  for (const end = Date.now() + 10_000; ; ) {
    const lock = lockFile(place.data)
    if (!lock || (await run(place, 'pg_ctl', ['status', '-D', place.data])).code !== 0) return null
    const inside = processesIn(place.data)
    if (inside === null || inside.includes(lock.pid)) return lock
    if (inside.length === 0) {
      unlinkSync(join(place.data, 'postmaster.pid'))
      return null
    }
    if (Date.now() > end)
      throw new ClusterError(`Processes ${inside.join(', ')} of a dead PostgreSQL still use ${place.data}: end them.`)
    await sleep(100)
  }
}

function address(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`
}

async function withClient<T>(url: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/** Is the server behind this port ours? Also makes the application's role, which a kill right after initdb may have left out. */
async function greet(port: number, password: string, data: string): Promise<'ours' | 'not yet' | 'not ours'> {
  if (port === 0) return 'not yet'
  try {
    return await withClient(address('postgres', password, port, 'postgres'), async (client) => {
      const { rows } = await client.query<{ dir: string; role: boolean; api: boolean }>(
        `SELECT current_setting('data_directory') AS dir, EXISTS (SELECT FROM pg_roles WHERE rolname = 'madang') AS role,
                EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS api`,
        [API_ROLE],
      )
      if (!rows[0] || !existsSync(rows[0].dir) || realpathSync(rows[0].dir) !== realpathSync(data)) return 'not ours'
      if (!rows[0].role)
        await client.query(`CREATE ROLE madang LOGIN CREATEDB PASSWORD ${client.escapeLiteral(password)}`)
      // The application makes no roles; the one that its API takes on is made for it.
      if (!rows[0].api) await client.query(`CREATE ROLE ${API_ROLE} NOLOGIN; GRANT ${API_ROLE} TO madang`)
      return 'ours'
    })
  } catch (error) {
    // 28P01: wrong password, so another cluster took our old port. Anything else (refused, starting up) can pass.
    return (error as { code?: string }).code === '28P01' ? 'not ours' : 'not yet'
  }
}

/** A free port of 127.0.0.1, the wished one if it is. Somebody may take it before we do: the caller tries again. */
export function freeLoopbackPort(wish = 0): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (wish !== 0 && error.code === 'EADDRINUSE') freeLoopbackPort().then(done, fail)
      else fail(error)
    })
    server.listen(wish, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
}

/** The end of PostgreSQL's own log from `offset` on: why it did not start. */
function logSince(file: string, offset: number): string {
  try {
    return readFileSync(file, 'utf8').slice(offset).trim().slice(-4000)
  } catch {
    return ''
  }
}

async function start(place: ClusterPlace, portFile: string): Promise<void> {
  const log = join(place.data, 'server.log')
  const wish = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) || 0 : 0
  for (let attempt = 1; ; attempt++) {
    const port = await freeLoopbackPort(attempt === 1 ? wish : 0)
    const options = Object.entries({ ...STARTUP_SETTINGS, port }).map(([name, value]) => `-c ${name}=${value}`)
    const offset = existsSync(log) ? statSync(log).size : 0
    const args = ['start', '-D', place.data, '-l', log, '-w', '-t', String(START_MS / 1000), '-o', options.join(' ')]
    const { code, output } = await run(place, 'pg_ctl', args)
    if (code === 0) return writeFileAtomic(portFile, `${port}\n`)
    const why = logSince(log, offset)
    // Passing troubles: somebody took the port meanwhile; children of a killed postmaster are still on their way out.
    const passing = /could not bind|Address already in use|shared memory block|still in use/.test(why)
    if (!passing || attempt === 20)
      throw new ClusterError(`PostgreSQL did not start in ${place.data}:\n${why || output.trim()}`)
    await sleep(250)
  }
}

/** One starter at a time for a data directory; the others wait, then find what it started. */
async function alone<T>(dataDir: string, fn: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 2 * START_MS; ; ) {
    let held: { release(): void }
    try {
      held = holdFolder(join(dataDir, 'starting'))
    } catch (error) {
      if (!(error instanceof FolderHeld) || Date.now() > end) throw error
      await sleep(100)
      continue
    }
    try {
      return await fn()
    } finally {
      held.release()
    }
  }
}

/**
 * The cluster that keeps its data in `dataDir`: found when it runs (also as an orphan of a killed process), else started, after
 * a crash with PostgreSQL's own recovery, else made. Safe to call from several processes at once.
 * @param options.dataDir the cluster's own folder
 * @param options.say hears the few things a person should know, one line each
 * @throws ClusterError, NoServiceUser
 */
export async function startCluster(options: { dataDir: string; say?: (line: string) => void }): Promise<Cluster> {
  const dataDir = resolve(options.dataDir)
  const say = options.say ?? ((line: string) => console.error(line))
  openToAll(dataDir, 0o711)
  return alone(dataDir, async () => {
    const place = clusterPlace(dataDir, say)
    const password = secret(join(dataDir, 'password'))
    const created = !existsSync(place.data)
    if (created) {
      await initialise(place, password)
      clusterMade(dataDir, place)
    }
    let reused = true
    for (const end = Date.now() + START_MS; ; ) {
      const living = await livingPostmaster(place)
      if (!living) {
        reused = false
        await start(place, join(dataDir, 'port'))
        continue
      }
      const answer = await greet(living.port, password, place.data)
      if (answer === 'ours') return describe(place, password, { ...living, created, reused })
      if (answer === 'not ours' || Date.now() > end)
        throw new ClusterError(
          `Process ${living.pid} runs PostgreSQL in ${place.data}, but on port ${living.port} it does not answer with ` +
            `that folder and the password of ${join(dataDir, 'password')}: stop it, or bring the password back.`,
        )
      await sleep(100)
    }
  })
}

function describe(
  place: ClusterPlace,
  password: string,
  found: { pid: number; port: number; created: boolean; reused: boolean },
): Cluster {
  const url = (database: string) => address('madang', password, found.port, database)
  return {
    ...found,
    data: place.data,
    url,
    adminUrl: (database) => address('postgres', password, found.port, database),
    async ensureDatabase(name) {
      if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new ClusterError(`${JSON.stringify(name)} is no database name`)
      await withClient(url('postgres'), async (client) => {
        const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
        if (rowCount !== 0) return
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`).catch((error: { code?: string }) => {
          // 42P04, 23505: another process made it at the same moment.
          if (error.code !== '42P04' && error.code !== '23505') throw error
        })
      })
      return url(name)
    },
    async stop() {
      const { code, output } = await run(place, 'pg_ctl', ['stop', '-D', place.data, '-m', 'fast', '-w', '-t', '60'])
      if (code === 0 || !existsSync(place.data)) return
      const { code: status } = await run(place, 'pg_ctl', ['status', '-D', place.data])
      if (status === 0) throw new ClusterError(`PostgreSQL in ${place.data} did not stop:\n${output.trim()}`)
    },
  }
}

/**
 * The address of the application's database: the one that is set, or one in our own cluster.
 * @param options.dataDir the cluster's own folder; not touched when `databaseUrl` is given
 */
export async function findDatabase(options: {
  databaseUrl: string | null
  dataDir: string
  database?: string
  say?: (line: string) => void
}): Promise<{ url: string; cluster: Cluster | null }> {
  if (options.databaseUrl !== null) return { url: options.databaseUrl, cluster: null }
  const cluster = await startCluster(options)
  return { url: await cluster.ensureDatabase(options.database ?? 'madang'), cluster }
}
