// Plays an official negotiation case in a fresh world with real processes, and has a stranger verify it: npm run demo -- [--json] [--case FILE]
import { spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { FolderHeld, holdFolder } from '../src/node/atomic-file.ts'
import { BadCase, expectedOf, readCase } from './case.ts'
import { findTender } from './demo-result.ts'
import { type House, startHouse } from './house.ts'
import { enrolCustodians, makeCast, playCase } from './play.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const say = (line: string) => process.stderr.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    case: { type: 'string' },
    data: { type: 'string', default: join(ROOT, '.data', 'demo') },
    port: { type: 'string', default: '0' },
    debug: { type: 'boolean', default: false },
  },
})

type Check = { check: string; verdict: string; says: string }

/** The verifier is a process of its own that sees nothing but the public address. */
async function verify(url: string, no: string): Promise<{ code: number | null; checks: Check[] }> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/madang.mjs'), 'verify', url, no, '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const code = await new Promise<number | null>((done) => child.once('exit', done))
  try {
    const checks = (JSON.parse(text) as { checks: Check[] }).checks
    return { code, checks }
  } catch {
    return {
      code,
      checks: [
        { check: 'verify', verdict: 'failed', says: `the verifier said nothing readable: ${text.slice(0, 200)}` },
      ],
    }
  }
}

/** Worlds of demonstrations that were killed are swept away: their databases here, their folders by the caller. */
async function sweep(databaseUrl: string, keep: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'demo\\_%'`,
  )
  for (const { datname } of rows) {
    if (datname !== keep && /^demo_\d+$/.test(datname)) await client.query(`DROP DATABASE "${datname}" WITH (FORCE)`)
  }
  await client.end()
}

async function main(): Promise<number> {
  const began = Date.now()
  const played = readCase(values.case === undefined ? undefined : resolve(values.case))
  const expected = expectedOf(played)
  const data = resolve(values.data)
  await mkdir(data, { recursive: true })
  const hold = holdFolder(join(data, 'held'))
  const world = `demo_${Date.now()}`
  // Keys and state of a killed demonstration are of no use to this one: its world is fresh.
  for (const part of ['server', 'signer', 'custodians', 'witnesses'])
    await rm(join(data, part), { recursive: true, force: true })
  let house: House | null = null
  const stop = async () => {
    const running = house
    house = null
    await running?.stop()
    hold.release()
  }
  const interrupted = () => void stop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    say('Madang: one official case from notice to award, in a fresh world of real processes')
    house = await startHouse({
      dataDir: data,
      database: world,
      port: Number(values.port),
      demo: true,
      accelerator: 60,
      tickMs: 200,
      pollMs: 250,
      say,
      ...(values.debug ? { onComplaint: (who: string, line: string) => say(`[${who}] ${line}`) } : {}),
    })
    if (house.cluster) await sweep(house.cluster.url('postgres'), world)
    const { cast } = await makeCast(
      house,
      played.bidders.map((b) => b.bidder),
    )
    await cast.operator.signIn()
    await enrolCustodians(house, cast.operator, say)
    const { no } = await playCase(house, cast, played, say)
    await new Promise((r) => setTimeout(r, 1000))
    const { code, checks } = await verify(house.url, no)
    say(
      `verify: a stranger’s program recomputed the tender from public data alone: ${code === 0 ? 'everything agrees' : 'something does not agree'}`,
    )
    const { ranking, differences } = findTender(
      await (await fetch(`${house.url}/api/v1/tenders/${no}`)).json(),
      played,
      expected,
    )
    for (const line of differences) say(`differs from the case: ${line}`)
    const good = code === 0 && differences.length === 0
    if (!values.json)
      for (const row of ranking)
        say(
          `${row.rank}. ${row.bidder}  ${row.technical} + ${row.price} = ${row.total}${row.eligible ? '' : '  (not eligible)'}`,
        )
    say(
      `${good ? 'Every figure equals the case’s.' : 'The figures do not all equal the case’s.'} ${((Date.now() - began) / 1000).toFixed(1)} s`,
    )
    const result = JSON.stringify({ tender: no, ranking, checks })
    await stop()
    process.stdout.write(`${result}\n`)
    return good ? 0 : 1
  } finally {
    await stop()
  }
}

try {
  process.exitCode = await main()
} catch (err) {
  const expected = err instanceof BadCase || err instanceof FolderHeld
  say(expected ? (err as Error).message : String((err as Error).stack ?? err))
  process.exitCode = expected ? 2 : 1
}
// Standard streams are flushed; what might still keep the loop alive is no reason to stay.
setTimeout(() => process.exit(), 500).unref()
