// Everything is killed at once in the middle of an opening: does a start on the same data end the tender, with nothing lost and nothing twice?
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCase } from '../../scripts/case.ts'
import { type House, startHouse, WITNESSES } from '../../scripts/house.ts'
import type { Account } from '../../scripts/people.ts'
import { ask, award, must, Person } from '../../scripts/person.ts'
import { type Cast, CUSTODIANS, markAll, until, untilState, viewOf } from '../../scripts/play.ts'
import { readEvents } from '../../src/api/tenders.ts'
import { testDatabase } from '../support/database.ts'
import { runProgram, tempDir } from '../support/processes.ts'
import { FAST } from './house-pace.ts'
import { bidOf, published, soonAt, verified } from './test-house.ts'

const played = readCase()

/** The cast at an address, with the sessions and keys that it had. */
function castAt(url: string, accounts: Account[], before?: Cast): Cast {
  const all = before
    ? [before.operator, before.officer, before.approver, before.auditor, ...before.evaluators, ...before.suppliers]
    : []
  const people = accounts.map((account) => {
    const person = new Person(url, account)
    const known = all.find((p) => p.account.id === account.id)
    return known ? Object.assign(person, { token: known.token, signer: known.signer }) : person
  })
  const of = (role: string) => people.filter((p) => p.account.role === role)
  const one = (role: string) => of(role)[0] as Person
  return {
    operator: one('operator'),
    officer: one('officer'),
    approver: one('approver'),
    auditor: one('auditor'),
    evaluators: of('evaluator'),
    suppliers: of('supplier'),
  }
}

test('a house that was killed whole goes on from its disk and ends the tender', {
  timeout: 300_000,
}, async () => {
  const database = await testDatabase()
  const dataDir = tempDir('house')
  const first = runProgram('test/journeys/house-process.ts', [dataDir, database.url], { limitMs: 200_000 })
  const line = await first.waitForLine(/^house /, 90_000)
  const { url, accounts, pids } = JSON.parse(line.slice(6)) as {
    url: string
    accounts: Account[]
    pids: Record<string, number>
  }
  expect(Object.keys(pids).sort()).toEqual(
    ['api', 'signer', 'worker', ...CUSTODIANS, ...WITNESSES.map((id) => `witness-${id}`)].sort(),
  )
  const cast = castAt(url, accounts)
  const began = performance.now()
  await Promise.all([cast.officer, cast.approver, ...cast.evaluators, ...cast.suppliers].map((p) => p.signIn()))
  await Promise.all([cast.officer, ...cast.suppliers].map((p) => p.enrol()))
  const no = await published(cast, played, soonAt((performance.now() - began) / 1000)(8))
  for (const [i, { bidder }] of played.bidders.entries()) await bidOf(cast.suppliers[i] as Person, no, played, bidder)
  await untilState({ url }, no, ['technical_opening'])
  for (const pid of [first.pid, ...Object.values(pids)]) process.kill(pid, 'SIGKILL')
  await first.exit
  await expect(fetch(`${url}/api/v1/time`)).rejects.toThrow()

  const complaints: string[] = []
  const onComplaint = (who: string, text: string) => void complaints.push(`[${who}] ${text}`)
  const logFiles = join(tempDir('log-files'), 'log')
  const options = { ...FAST, dataDir, databaseUrl: database.url, onComplaint, env: { MADANG_LOG_FILES: logFiles } }
  const house: House = await startHouse(options)
  try {
    await house.startCustodians()
    await untilState(house, no, ['evaluating'])
    const again = castAt(house.url, accounts, cast)
    await markAll(house, again, no, played)
    must('lock', await again.officer.lock(no))
    await untilState(house, no, ['ranked'])
    await award(again.officer, again.approver, no, 'b1')
    await until('the award in the log', async () => (await viewOf(house, no)).award)

    const events = async () =>
      must('events', await ask(house.url, readEvents, { params: { no }, query: { limit: 1000 } })).body.events
    const found = await until('every event', async () => {
      const all = await events()
      return all.some((e) => e.typ === 'award/1') && all.filter((e) => e.typ === 'release/1').length === 6 && all
    })
    const count = (typ: string) => found.filter((e) => e.typ === typ).length
    for (const typ of [
      'tender.notice/1',
      'tender.closed/1',
      'opening.reveal/1',
      'scores.locked/1',
      'evaluation.result/1',
      'award/1',
    ])
      expect([typ, count(typ)]).toEqual([typ, 1])
    expect([count('opening.list/1'), count('opening.result/1'), count('incident/1')]).toEqual([2, 12, 0])
    for (const [i, event] of found.entries()) expect(event.prev).toBe(found[i - 1]?.index ?? -1)
    const { rows } = (await viewOf(house, no)).ranking as { rows: { bidder: string; total: string }[] }
    expect(rows.map((r) => [r.bidder, r.total])).toEqual(played.bidders.map((b) => [b.bidder.toLowerCase(), b.total]))
    expect(await verified(house.url, no)).toMatchObject({ code: 0, failed: [] })
    // What the worker wrote beside it, from the first entry on, says the same without any server.
    const last = found.find((e) => e.typ === 'award/1')?.index as number
    await until('the award among the files', async () => existsSync(join(logFiles, 'covering', String(last))))
    await until(
      'its checkpoint',
      async () => Number(readFileSync(join(logFiles, 'checkpoint'), 'utf8').split('\n')[1]) > last,
    )
    expect(await verified(logFiles, no)).toMatchObject({ code: 0, failed: [] })
    expect(complaints.filter((text) => /fatal|unhandled/.test(text))).toEqual([])
  } finally {
    await house.stop()
  }
})
