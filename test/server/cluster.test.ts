// Does the database outlive whoever started it, and is it refused when it could lose a bid?

import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { type Cluster, checkDurability, DurabilityError, findDatabase, startCluster } from '../../src/server/cluster.ts'
import { runProgram, tempDir } from '../support/processes.ts'

const started: Cluster[] = []
afterAll(async () => {
  await Promise.all(started.map((cluster) => cluster.stop()))
})

async function start(dataDir: string, say: (line: string) => void = () => {}): Promise<Cluster> {
  const cluster = await startCluster({ dataDir, say })
  started.push(cluster)
  return cluster
}

async function query<R extends pg.QueryResultRow>(url: string, ...statements: string[]): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    let rows: R[] = []
    for (const statement of statements) rows = (await client.query<R>(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

/** Starts the cluster in a process of its own, as the server would, and answers what that process was told. */
async function startElsewhere(dataDir: string) {
  const program = runProgram('test/support/start-cluster.ts', [dataDir])
  const line = await program.waitForLine(/^cluster /)
  return { program, ...(JSON.parse(line.slice(8)) as { pid: number; port: number; created: boolean; reused: boolean }) }
}

function listenOn(port: number): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(port, '127.0.0.1', () => done(server))
  })
}

describe('a cluster of our own', () => {
  test('keeps its password to itself, listens on loopback alone, and has checksums', async () => {
    const dir = tempDir('cluster')
    const cluster = await start(dir)
    expect(cluster).toMatchObject({ created: true, reused: false })
    expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600)
    expect(statSync(cluster.data).mode & 0o777).toBe(0o700)
    await expect(query(cluster.url('postgres').replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/)
    const settings = await query<{ name: string; setting: string }>(
      cluster.adminUrl('postgres'),
      `SELECT name, setting FROM pg_settings WHERE name IN ('listen_addresses', 'unix_socket_directories', 'data_checksums', 'password_encryption', 'fsync', 'server_encoding', 'log_error_verbosity') ORDER BY name COLLATE "C"`,
    )
    expect(settings.map((row) => `${row.name}=${row.setting}`)).toEqual([
      'data_checksums=on',
      'fsync=on',
      'listen_addresses=127.0.0.1',
      'log_error_verbosity=terse',
      'password_encryption=scram-sha-256',
      'server_encoding=UTF8',
      'unix_socket_directories=',
    ])
    expect(await query(cluster.url('postgres'), 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: false },
    ])
  })

  test('makes a database once, however often it is asked for, and refuses what is no name', async () => {
    const cluster = await start(tempDir('cluster'))
    await expect(cluster.ensureDatabase('x"; DROP DATABASE postgres')).rejects.toThrow(/no database name/)
    const urls = await Promise.all([1, 2, 3].map(() => cluster.ensureDatabase('madang')))
    expect(new Set(urls)).toEqual(new Set([cluster.url('madang')]))
    await query(cluster.url('madang'), 'CREATE TABLE t (n int)')
    await cluster.stop()
    await cluster.stop()
    expect(existsSync(join(cluster.data, 'postmaster.pid'))).toBe(false)
  })

  test('is found again, the same process with the same rows, after the process that started it was killed', async () => {
    const dir = tempDir('cluster')
    const first = await startElsewhere(dir)
    expect(first).toMatchObject({ created: true, reused: false })
    await first.program.kill('SIGKILL')

    const again = await start(dir)
    expect(again).toMatchObject({ pid: first.pid, port: first.port, created: false, reused: true })
    const url = await again.ensureDatabase('madang')
    await query(url, 'CREATE TABLE kept (n int)', 'INSERT INTO kept VALUES (7)')

    const third = await startElsewhere(dir)
    expect(third).toMatchObject({ pid: first.pid, created: false, reused: true })
    await third.program.kill('SIGKILL')
    expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
  })

  test('recovers what was committed when the postmaster itself was killed, with a session open', async () => {
    const dir = tempDir('cluster')
    const first = await start(dir)
    const url = await first.ensureDatabase('madang')
    await query(url, 'CREATE TABLE kept (n int)')
    const session = new pg.Client({ connectionString: url })
    session.on('error', () => {})
    await session.connect()
    await session.query('INSERT INTO kept SELECT generate_series(1, 1000)')
    process.kill(first.pid, 'SIGKILL')

    const again = await start(dir)
    expect(again).toMatchObject({ created: false, reused: false })
    expect(again.pid).not.toBe(first.pid)
    expect(await query(again.url('madang'), 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }])
  })

  test('moves to another port when somebody took the old one', async () => {
    const dir = tempDir('cluster')
    const first = await start(dir)
    await first.stop()
    const squatter = await listenOn(first.port)
    try {
      const again = await start(dir)
      expect(again.port).not.toBe(first.port)
      expect(await query(again.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    } finally {
      squatter.close()
    }
  })

  test('starts although the process number of a dead postmaster is somebody else’s by now', async () => {
    const dir = tempDir('cluster')
    const first = await start(dir)
    const lock = readFileSync(join(first.data, 'postmaster.pid'), 'utf8')
    await first.stop()
    const { uid, gid } = statSync(first.data)
    const somebody = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
    try {
      writeFileSync(join(first.data, 'postmaster.pid'), lock.replace(String(first.pid), String(somebody.pid)))
      const again = await start(dir)
      expect(again).toMatchObject({ reused: false, created: false })
      expect(again.pid).not.toBe(somebody.pid)
    } finally {
      somebody.kill('SIGKILL')
    }
  })

  test('is made once when several processes start at the same moment', async () => {
    const dir = tempDir('cluster')
    const all = await Promise.all([startElsewhere(dir), startElsewhere(dir), start(dir)])
    expect(new Set(all.map((cluster) => cluster.pid)).size).toBe(1)
    expect(all.filter((cluster) => cluster.created)).toHaveLength(1)
  })

  test('is made in full after a start that was killed while making it', async () => {
    const dir = tempDir('cluster')
    const program = runProgram('test/support/start-cluster.ts', [dir])
    for (let tries = 0; tries < 2000 && !readdirSync(dir).some((name) => name.startsWith('draft.')); tries++)
      await sleep(5)
    await sleep(100)
    expect(existsSync(join(dir, 'cluster'))).toBe(false)
    await program.kill('SIGKILL')
    const cluster = await start(dir)
    expect(cluster.created).toBe(true)
    expect(await query(cluster.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('is refused, not begun anew, when its password is lost', async () => {
    const dir = tempDir('cluster')
    await start(dir)
    writeFileSync(join(dir, 'password'), 'another\n')
    await expect(startCluster({ dataDir: dir, say: () => {} })).rejects.toThrow(/bring the password back/)
  })

  test('is not started when a database is given', async () => {
    const dir = join(tempDir('cluster'), 'untouched')
    const given = 'postgres://u:p@127.0.0.1:1/d'
    expect(await findDatabase({ databaseUrl: given, dataDir: dir })).toEqual({ url: given, cluster: null })
    expect(existsSync(dir)).toBe(false)
  })
})

describe.skipIf(process.getuid?.() !== 0)('a tree that the service user cannot reach', () => {
  test('has its database under /var/lib/madang, said once, found every time, and missed when it is gone', async () => {
    const closed = tempDir('closed')
    chmodSync(closed, 0o700)
    const dir = join(closed, 'postgres')
    const said: string[] = []
    const first = await start(dir, (line) => said.push(line))
    const home = join(first.data, '..')
    try {
      expect(home).toMatch(/^\/var\/lib\/madang\/[0-9a-f]{12}-[0-9a-f]{6}$/)
      expect(said).toEqual([expect.stringContaining(`keeping the database in ${home}`)])
      const again = await start(dir, (line) => said.push(line))
      expect(again).toMatchObject({ pid: first.pid, reused: true })
      expect(said).toHaveLength(1)
      // Reachable by now, but the database is where it is.
      chmodSync(closed, 0o711)
      expect(await start(dir)).toMatchObject({ pid: first.pid, reused: true })
      await first.stop()
      rmSync(home, { recursive: true })
      await expect(start(dir)).rejects.toThrow(/it is gone: bring it back, or remove/)
    } finally {
      await first.stop()
      rmSync(home, { recursive: true, force: true })
    }
  })

  test('is not left for an empty database when it was reachable once', async () => {
    const above = tempDir('closing')
    const dir = join(above, 'postgres')
    mkdirSync(dir)
    const first = await start(dir)
    await first.stop()
    chmodSync(above, 0o700)
    await expect(start(dir)).rejects.toThrow(/can no longer reach it/)
    chmodSync(above, 0o711)
    expect(await start(dir)).toMatchObject({ created: false })
  })
})

describe('DUR-3: a database that could lose what it acknowledged', () => {
  async function problemsWith(url: string, ...statements: string[]): Promise<string[]> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
      await checkDurability(client)
      return []
    } catch (error) {
      if (error instanceof DurabilityError) return error.problems
      throw error
    } finally {
      await client.end()
    }
  }

  test('is refused with every reason at once', async () => {
    const cluster = await start(tempDir('cluster'))
    const url = cluster.adminUrl('postgres')
    expect(await problemsWith(url)).toEqual([])

    await query(
      url,
      'ALTER SYSTEM SET fsync = off',
      'ALTER SYSTEM SET full_page_writes = off',
      'SELECT pg_reload_conf()',
    )
    for (let tries = 0; tries < 100 && (await problemsWith(url)).length < 2; tries++) await sleep(20)
    expect(await problemsWith(url, 'SET synchronous_commit = off')).toEqual([
      expect.stringMatching(/^fsync is off/),
      expect.stringMatching(/^full_page_writes is off/),
      expect.stringMatching(/^synchronous_commit is off/),
    ])
  })

  test.each(['on', 'local', 'remote_write', 'remote_apply'])(
    'is not one whose synchronous_commit is %s',
    async (value) => {
      const cluster = started[0] ?? (await start(tempDir('cluster')))
      expect(await problemsWith(cluster.adminUrl('postgres'), `SET synchronous_commit = ${value}`)).toEqual([])
    },
  )

  test('is refused when it is older than version 15', async () => {
    const old = { query: async () => ({ rows: [{ name: 'server_version_num', setting: '140011' }] }) }
    await expect(checkDurability(old)).rejects.toThrow(/PostgreSQL 14 is too old/)
  })
})
