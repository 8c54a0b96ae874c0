// Does a tender go on over the turn of a year: bids before and after it, receipts, opening, award, and everything that strangers check?
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { readProof } from '../../src/api/bids.ts'
import { call } from '../../src/api/client.ts'
import { readEntryProof, readYearCheckpoint, readYearPolicy, readYearTile } from '../../src/api/log.ts'
import { monitorRound } from '../../src/cli/monitor-round.ts'
import { audit } from '../../src/domain/audit/audit.ts'
import { makeBundle } from '../../src/domain/audit/bundle.ts'
import { gather, logsOf } from '../../src/domain/audit/public-record.ts'
import { judgeReceiptFile } from '../../src/domain/audit/receipt-report.ts'
import { FollowedLog } from '../../src/keepers/followed-log.ts'
import { folderLogSource, httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { fromUtf8 } from '../../src/proof/bytes.ts'
import { readPolicy } from '../../src/proof/policy.ts'
import { verifyTlogProof } from '../../src/proof/receipt.ts'
import { compareLog } from '../../src/server/log/compare-log.ts'
import { fileRound } from '../../src/server/log/log-files.ts'
import { planShard, shards } from '../../src/server/log/shards.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { LogFollower } from '../../web/log/follower.ts'
import { OF_YEARS } from '../support/contract-parts.ts'
import { tempDir } from '../support/processes.ts'
import { Recorder } from '../support/recorder.ts'
import { eventually, makeWorld } from '../support/world.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
// The monitor asks for the page at the root, which is in no contract.
afterAll(() => expect(recorder.faults.filter((fault) => !fault.startsWith('GET / '))).toEqual([]))
const world = await makeWorld({ suppliers: 2 })
const { url, db } = world
const YEAR = new Date().getUTCFullYear() + 1
const source = httpLogSource(`${url}/log`)
const policyOf = async () => readPolicy(fromUtf8((await source.get('policy')) as Uint8Array))

/** The newest log ends and that of the next year begins, as an operator orders it; the sequencer does it. */
async function turn(): Promise<number> {
  await db.withTx((work) => planShard(work, YEAR))
  const stop = world.runs()
  try {
    return await eventually('the log of the next year', async () => {
      const { first } = (await db.withTx(({ tx }) => shards(tx)))[1] ?? {}
      return first !== undefined && (await world.published()).size > first && first
    })
  } finally {
    await stop()
  }
}

const without = (checks: { check: string; verdict: string }[]) =>
  checks.filter((c) => c.verdict === 'failed' && c.check !== 'closing-time').map((c) => c.check)

test('a tender over the turn of a year is bid for, opened, awarded and verified wholly by everybody', async () => {
  const no = await world.publish()
  const custodian = () => new FollowedLog(P, dir)
  const dir = tempDir('custodian')
  const policy = await policyOf()
  const before = await world.bid(no, world.supplier(1), { price: { amount: '91000000', currency: 'KRW' } })
  await world.tick()
  const away = custodian()
  expect(await away.look(source, policy, Date.now)).toBeNull()
  const browser = new LogFollower(P, source, null)
  expect(await browser.catchUp()).toBeNull()
  const parts = { P, url, source, now: Date.now, inclusionSeconds: 600, freshSeconds: 600 }
  const watched = await monitorRound(parts, { follow: null, policy: null, release: null })

  const first = await turn()
  const after = await world.bid(no, world.supplier(2), { price: { amount: '92000000', currency: 'KRW' } })
  await world.tick()
  // Each bidder's receipt is of the log in which the bid stands, and says so.
  for (const [bid, old] of [
    [before, true],
    [after, false],
  ] as const) {
    const { text } = await call(url, readProof, {
      token: bid === before ? world.supplier(1).token : world.supplier(2).token,
      params: { c: bid.c },
    })
    const record = await gather(source, null)
    const { steps } = await judgeReceiptFile(P, text, policy, { ...record, logs: logsOf(record) })
    expect(steps.filter((s) => s.verdict === 'failed')).toEqual([])
    expect(text.includes(`/${YEAR}\n`)).toBe(!old)
  }
  await world.bring(no, 'awarded')

  const record = await gather(source, null)
  expect(record.earlier).toHaveLength(1)
  const checks = await audit(P, record, no)
  expect(without(checks)).toEqual([])
  expect(checks.find((c) => c.check === 'award')?.verdict).toBe('ok')
  expect(checks.find((c) => c.check === 'closing-list')?.verdict).toBe('ok')

  // Who was away comes back to the same log, and goes on; so does who begins anew from its own disk.
  expect(await away.look(source, policy, Date.now)).toBeNull()
  expect(away.size).toBe(record.entries.length)
  expect(
    custodian()
      .entries()
      .map((e) => fromUtf8(e)),
  ).toEqual(record.entries.map((e) => fromUtf8(e)))
  expect(await browser.catchUp()).toBeNull()
  expect(browser.entries).toHaveLength(record.entries.length)
  const reopened = new LogFollower(P, source, { ...(browser.seen as NonNullable<typeof browser.seen>) })
  expect(await reopened.catchUp()).toBeNull()
  expect((await monitorRound(parts, watched.state)).alarms).toEqual([])

  // The files of a plain web server, and the tables beside the entries.
  const files = tempDir('files')
  const policyText = async () => fromUtf8((await source.get('policy')) as Uint8Array)
  const size = await fileRound({ P, db, tiles: tileReader(), dir: files, policy: policyText })
  expect(size).toBe(record.entries.length)
  expect(without(await audit(P, await gather(folderLogSource(files), null), no))).toEqual([])
  await world.deadlinesAsPublished()
  expect((await compareLog(P, db)).differences).toEqual([])

  // The bundle is the same bytes from the service and from its files, and another program finds it whole.
  const bundle = await makeBundle(P, record, no)
  const again = await makeBundle(P, await gather(folderLogSource(files), null), no)
  expect(Buffer.from(again!.bytes).equals(Buffer.from(bundle!.bytes))).toBe(true)
  const file = join(files, 'bundle.zip')
  writeFileSync(file, bundle!.bytes)
  if (spawnSync('python3', ['-c', 'import cryptography']).status === 0) {
    const theirs = spawnSync('python3', ['test/second-verifier/verifier.py', 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([0, expect.stringContaining("'logs': 2")])
  }

  // The year's own addresses, for tools that know no years.
  const params = { year: String(YEAR), level: 'entries', n: '000.p/1' }
  const yearPolicy = readPolicy((await call(url, readYearPolicy, { params })).text)
  const entry = record.entries[first] as Uint8Array
  const proof = (await call(url, readEntryProof, { params: { index: String(first) } })).text
  expect(await verifyTlogProof(P, proof, entry, yearPolicy)).toMatchObject({
    index: 0,
    origin: `localhost/log/${YEAR}`,
  })
  expect(await verifyTlogProof(P, proof, record.entries[first - 1] as Uint8Array, yearPolicy)).toMatchObject({
    refused: 'proof.inclusion',
  })
  expect((await call(url, readYearCheckpoint, { params })).text).toBe(record.note)
  const tile = await fetch(`${url}/log/${YEAR}/tile/entries/000.p/1`)
  expect(
    Buffer.from(await tile.arrayBuffer())
      .subarray(2)
      .equals(entry),
  ).toBe(true)
})

test('the address of the first log shows its end for ever, and a false one of a later log is found', async () => {
  const { earlier, entries } = await gather(source, null)
  expect(fromUtf8((await source.get('checkpoint')) as Uint8Array)).toBe(earlier[0]?.note)
  const lying = {
    get: async (path: string) => (path === `${YEAR}/checkpoint` ? source.get('checkpoint') : source.get(path)),
  }
  const failed = await audit(P, await gather(lying, null), 'R26BK00000001')
  expect(without(failed).slice(0, 2)).toEqual(['tree'])
  expect(entries.length).toBeGreaterThan(earlier[0]?.size ?? 0)
})

test('each address of a year was met, and refuses a year that there is not', async () => {
  const params = { year: String(YEAR + 1), level: 'entries', n: '000' }
  for (const endpoint of [readYearCheckpoint, readYearPolicy, readYearTile])
    expect(await call(url, endpoint as never, { params } as never)).toMatchObject({ ok: false, code: 'not-found' })
  const [done, refused]: string[][] = [[...recorder.done], [...recorder.refused]]
  expect(OF_YEARS.filter((id) => !done?.includes(id) || !refused?.includes(`${id} not-found`))).toEqual([])
})
