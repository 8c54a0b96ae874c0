// Do the files of the log hold what its address serves, and is every edit of what is kept beside the entries found?
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../src/domain/audit/audit.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { folderLogSource, httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { LogSource } from '../../src/proof/follow.ts'
import { compareLog } from '../../src/server/log/compare-log.ts'
import { fileRound, OtherFiles } from '../../src/server/log/log-files.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { tempDir } from '../support/processes.ts'
import { smallDisk } from '../support/small-disk.ts'
import { makeWorld, type World } from '../support/world.ts'

let world: World
let awarded: string
const dir = join(tempDir('log-files'), 'log')
const disk = smallDisk(64)

const policy = async () => (await fetch(`${world.url}/log/policy`)).text()
const round = (into = dir) => fileRound({ P, db: world.db, tiles: tileReader(), dir: into, policy })

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(folder, path))
    .sort()

async function judged(source: LogSource) {
  const checks = await audit(P, await gather(source, null), awarded)
  return checks.map(({ check, verdict }) => `${check}: ${verdict}`)
}

beforeAll(async () => {
  world = await makeWorld({ suppliers: 2 })
  awarded = await world.publish()
  for (const n of [1, 2])
    await world.bid(awarded, world.supplier(n), { price: { amount: `9${n}000000`, currency: 'KRW' } })
  await world.tick()
})

describe('the files of the log', () => {
  test('are brought up to each checkpoint, and are byte for byte what the log’s address serves', async () => {
    expect(await round()).toBeGreaterThan(10)
    const before = filesOf(dir)
    await world.bring(awarded, 'awarded')
    expect(await round()).toBe(Number(readFileSync(join(dir, 'checkpoint'), 'utf8').split('\n')[1]))
    const after = filesOf(dir)
    expect(after.length).toBeGreaterThan(before.length)
    expect(after.filter((path) => path.endsWith('.tmp'))).toEqual([])
    for (const path of after) {
      const served = await fetch(`${world.url}/log/${path}`)
      expect([path, served.status]).toEqual([path, 200])
      expect([path, Buffer.compare(readFileSync(join(dir, path)), Buffer.from(await served.arrayBuffer()))]).toEqual([
        path,
        0,
      ])
      // Readable by a web server of another user.
      expect(statSync(join(dir, path)).mode & 0o777).toBe(0o644)
    }
  })

  test('give an audit all that it asks for, with the verdicts that the log’s address gives', async () => {
    const here = await judged(folderLogSource(dir))
    expect(here).toEqual(await judged(httpLogSource(`${world.url}/log`)))
    expect(here).toContain('ranking: ok')
    expect(here).toContain('second-person: ok')
  })

  test('stay as they are when nothing has come since, and hold nothing before it is published', async () => {
    const times = () => filesOf(dir).map((path) => [path, statSync(join(dir, path)).mtimeMs])
    const before = times()
    await round()
    expect(times()).toEqual(before)
    const names = filesOf(dir).filter((path) => path.startsWith('payload/'))
    const { rows } = await world.db.withTx(({ tx }) =>
      tx.execute<{ n: number }>(sql`SELECT count(*)::int AS n FROM log_payload WHERE idx IS NOT NULL`),
    )
    const opened = await world.db.withTx(({ tx }) =>
      tx.execute<{ n: number }>(sql`SELECT count(*)::int AS n FROM envelope`),
    )
    expect(names).toHaveLength((rows[0]?.n ?? 0) + (opened.rows[0]?.n ?? 0))
  })

  test('that cannot be written leave the old checkpoint, and come when they can be', async () => {
    const old = readFileSync(join(dir, 'checkpoint'), 'utf8')
    await world.publish()
    await world.tick()
    const { size, partial } = await (async () => {
      const size = Number((await (await fetch(`${world.url}/log/checkpoint`)).text()).split('\n')[1])
      return { size, partial: join(dir, `tile/0/000.p/${size}`) }
    })()
    // A folder where a file belongs.
    mkdirSync(partial)
    await expect(round()).rejects.toThrow()
    expect(readFileSync(join(dir, 'checkpoint'), 'utf8')).toBe(old)
    expect(await judged(folderLogSource(dir))).toContain('ranking: ok')
    rmdirSync(partial)
    expect(await round()).toBe(size)
  })

  test.skipIf(disk === null)('come as far as a disk has room, and go on when it has more', async () => {
    if (disk === null) return
    const into = join(disk.dir, 'log')
    await expect(round(into)).rejects.toThrow(/ENOSPC/)
    expect(filesOf(disk.dir).length).toBeGreaterThan(0)
    expect(existsSync(join(into, 'checkpoint'))).toBe(false)
    disk.grow(8192)
    expect(await round(into)).toBe(await round())
    expect(filesOf(into).filter((path) => !filesOf(dir).includes(path))).toEqual([])
    expect(await judged(folderLogSource(into))).toContain('ranking: ok')
  })

  test('of another log, or with other bytes, are not written over', async () => {
    const [payload] = filesOf(dir).filter((path) => path.startsWith('payload/'))
    const file = join(dir, payload as string)
    const bytes = readFileSync(file)
    writeFileSync(file, 'other')
    const again = tempDir('log-again')
    const copy = readFileSync(join(dir, 'checkpoint'), 'utf8')
    writeFileSync(join(dir, 'checkpoint'), copy.replace(/^[^\n]+/, 'other.example/log'))
    await expect(round()).rejects.toThrow(OtherFiles)
    writeFileSync(join(dir, 'checkpoint'), copy.replace(/^([^\n]+\n)\d+/, '$1999999'))
    await expect(round()).rejects.toThrow(/999999 entries/)
    writeFileSync(join(dir, 'checkpoint'), copy.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${'A'.repeat(43)}=\n`))
    await expect(round()).rejects.toThrow(/another history/)
    writeFileSync(join(dir, 'checkpoint'), copy)
    // Begun anew beside the changed file: it is looked at again, and found.
    mkdirSync(join(again, 'payload'), { recursive: true })
    writeFileSync(join(again, payload as string), 'other')
    await expect(round(again)).rejects.toThrow(/has other bytes/)
    writeFileSync(file, bytes)
  })
})

describe('the comparison', () => {
  const run = (rebuild = false) => compareLog(P, world.db, { rebuild })
  let admin: pg.Client
  beforeAll(async () => {
    admin = await world.database.client()
    await world.deadlinesAsPublished()
  })
  const edit = (text: string) => admin.query(text)

  test('finds nothing in a log that nobody touched', async () => {
    const { entries, tiles, payloads, differences } = await run()
    expect(differences).toEqual([])
    expect([entries, tiles, payloads].every((n) => n > 5)).toBe(true)
  })

  const flip = (column: string) => `set_byte(${column}, 0, get_byte(${column}, 0) # 1)`
  test.each([
    [
      'a bit of a tile',
      `UPDATE log_tile SET data = ${flip('data')} WHERE width = (SELECT min(width) FROM log_tile)`,
      'tile/0/000.p/',
      true,
    ],
    [
      'a tile that is gone',
      `DELETE FROM log_tile WHERE width = (SELECT max(width) FROM log_tile)`,
      'tile/0/000.p/',
      true,
    ],
    ['the type of an entry', `UPDATE log_entry SET typ = 'award/1' WHERE idx = 1`, 'entry 1', true],
    [
      'the tender of an entry',
      `UPDATE log_entry SET ref = 'R26BK00000099' WHERE idx = (SELECT min(idx) FROM log_entry WHERE ref IS NOT NULL)`,
      'entry ',
      true,
    ],
    [
      'the chain of a tender',
      `UPDATE log_entry SET prev = 0 WHERE idx = (SELECT max(idx) FROM log_entry WHERE prev > 0)`,
      'entry ',
      true,
    ],
  ])('finds %s and writes it anew', async (_, statement, where, mended) => {
    await edit(statement)
    const { differences } = await run()
    expect(differences.map((one) => [one.where.startsWith(where), one.rebuilt])).toEqual([[true, false]])
    expect((await run(true)).differences.map((one) => one.rebuilt)).toEqual([mended])
    expect((await run()).differences).toEqual([])
  })

  test.each([
    [
      'a bit of an entry',
      'log_entry',
      `UPDATE log_entry SET leaf = ${flip('leaf')} WHERE idx = 2`,
      ['entry 2', 'tile/0/000', 'checkpoint '],
    ],
    ['an entry that is gone', 'log_entry', 'DELETE FROM log_entry WHERE idx = 3', ['entries', 'checkpoint ']],
    ['a payload', 'log_payload', `UPDATE log_payload SET bytes = ${flip('bytes')} WHERE idx = 1`, ['payload ']],
    ['a payload that is gone', 'log_payload', 'DELETE FROM log_payload WHERE idx = 1', ['payload ']],
    [
      'the root of a checkpoint',
      'log_checkpoint',
      `UPDATE log_checkpoint SET root = ${flip('root')} WHERE size = (SELECT max(size) FROM log_checkpoint)`,
      ['checkpoint '],
    ],
    ['the place of a bid', 'bid_act', 'UPDATE bid_act SET idx = 0', ['bid_act ']],
    ['the place of a cover', 'log_cover', `UPDATE log_cover SET c = 'x' || c`, ['log_cover ']],
  ])('finds %s, and writes nothing over it', async (_, table, statement, wheres) => {
    await edit(`DROP TABLE IF EXISTS kept; CREATE TEMP TABLE kept AS SELECT * FROM ${table}`)
    await edit(statement)
    const { differences } = await run(true)
    for (const where of wheres)
      expect(
        differences.some((one) => one.where.startsWith(where)),
        where,
      ).toBe(true)
    expect(differences.filter((one) => one.rebuilt)).toEqual([])
    await edit(
      `SET session_replication_role = replica; DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept; SET session_replication_role = origin; DROP TABLE kept`,
    )
    expect((await run()).differences).toEqual([])
  })
})
