// Is nobody awarded before the standstill that the notice promised is over, by the database's clock, whoever asks and whatever is signed?
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { must, Person } from '../../../scripts/person.ts'
import { call } from '../../../src/api/client.ts'
import { approveProposal, proposeApproval } from '../../../src/api/proposals.ts'
import { awardTender, createTender, readEvents } from '../../../src/api/tenders.ts'
import { makeBundle } from '../../../src/domain/audit/bundle.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { addSeconds, secondsZ, timeOf } from '../../../src/domain/kit/time.ts'
import { contestRule } from '../../../src/domain/scoring/contest-methods.ts'
import { awarding } from '../../../src/domain/tenders/signed-acts.ts'
import { httpLogSource } from '../../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import type { JsonObject } from '../../../src/proof/canonical.ts'
import { readJws } from '../../../src/proof/jws.ts'
import { makeLogger, startApi } from '../../../src/server/api.ts'
import { compareLog } from '../../../src/server/log/compare-log.ts'
import { WHERE_STANDING } from '../../support/contract-parts.ts'
import { tempDir } from '../../support/processes.ts'
import { Recorder } from '../../support/recorder.ts'
import { eventually, makeWorld } from '../../support/world.ts'
import { makePinnedClock, microsAfter } from '../bids/pinned-clock.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 })

const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
const world = await makeWorld({ suppliers: 3, evaluators: 3 })
await world.approver.enrol()
const clock = await makePinnedClock(world.database)
/** An API of the same database that reads the pinned clock. */
const api = await startApi({ ...world.config, port: 0 }, clock.url, makeLogger({ write: () => {} }))
afterAll(async () => {
  await api.close()
  expect(recorder.faults).toEqual([])
})

/** The same person with the same session and key, asking the API whose clock is pinned. */
function later(of: Person): Person {
  const person = new Person(`http://127.0.0.1:${api.port}`, of.account)
  Object.assign(person, { token: of.token, signer: of.signer })
  return person
}
const [one, two, three] = world.suppliers as [Person, Person, Person]
const [officer, approver] = [later(world.officer), later(world.approver)]
/** Pins the clock so many microseconds after a second. */
const pin = (at: string, micros = 0) => clock.pin(microsAfter(`${at.slice(0, 19)}.000000Z`, micros))

const price = (amount: string) => ({ price: { amount, currency: 'KRW' } })
const notice = (hours?: number) => ({
  ...world.draftOf().notice,
  ...(hours !== undefined && { standstillHours: hours }),
})
const codes = (called: { ok: boolean }) =>
  called.ok ? [] : (called as unknown as { errors: { code: string }[] }).errors.map(({ code }) => code)
const reasons = (called: { ok: boolean }) =>
  called.ok ? [] : (called as unknown as { errors: { code: string; facts: object }[] }).errors

/** A tender that is ranked, with bids at these prices and the same marks for all. */
async function ranked(hours: number | undefined, prices = ['91000000', '92000000']): Promise<string> {
  const evaluators = world.evaluators.map(({ account }) => account.id)
  const no = await world.publish({ notice: notice(hours), evaluators })
  for (const [n, amount] of prices.entries()) await world.bid(no, [one, two, three][n] as Person, price(amount))
  await world.bring(no, 'ranked')
  return no
}

const entries = async (no: string) =>
  must('events', await call(world.url, readEvents, { params: { no }, query: { limit: 1000 } })).body.events
const lastAt = async (no: string, typ: string) =>
  (await entries(no)).findLast((event) => event.typ === typ)?.at ?? `no ${typ}`

/** What our audit says of the award; the second verifier, where it can run, says the same of a bundle. */
const THERE = spawnSync('python3', ['-c', 'import cryptography']).status === 0
async function verdict(no: string) {
  await world.tick()
  const bundle = await makeBundle(P, await gather(httpLogSource(`${world.url}/log`), null), no)
  const ours = bundle?.checks.find((check) => check.check === 'award')
  if (THERE && bundle) {
    const file = join(tempDir('standstill'), 'bundle.zip')
    writeFileSync(file, bundle.bytes)
    const theirs = spawnSync('python3', ['test/second-verifier/verifier.py', 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([ours?.verdict === 'ok' ? 0 : 1, expect.any(String)])
  }
  return ours
}

describe('a standstill that the notice promises', () => {
  test('runs from the ranking, holds proposal and approval up to the very second, and is named by the award', async () => {
    const no = await ranked(240)
    const ends = addSeconds(await lastAt(no, 'evaluation.result/1'), 240 * 3600)
    expect(await world.view(no)).toMatchObject({ standstillHours: 240, standstillEnds: ends })
    expect(reasons(await world.officer.award(no, 'firm-1'))).toMatchObject([
      { code: 'standstill-runs', facts: { at: new Date(timeOf(ends)).toISOString() } },
    ])
    await pin(ends, -1)
    expect(codes(await officer.award(no, 'firm-1'))).toEqual(['standstill-runs'])
    await pin(ends)
    const { id } = must('proposal', await officer.award(no, 'firm-1')).body
    // What was proposed in time is approved in time, too, even by a signature that is ready.
    const asked = must('approval', await call(approver.url, proposeApproval, { token: approver.token, params: { id } }))
    const jws = await approver.signs(asked.body.approval as JsonObject & { typ: string })
    await pin(ends, -1)
    expect(codes(await approver.approve(id))).toEqual(['standstill-runs'])
    const body = { statement: '', jws }
    const sent = () => call(approver.url, approveProposal, { token: approver.token, params: { id }, body })
    expect(codes(await sent())).toEqual(['standstill-runs'])
    expect((await world.view(no)).state).toBe('ranked')
    await pin(ends)
    expect(codes(await sent())).toEqual([])
    const found = await verdict(no)
    expect([found?.verdict, found?.says.en]).toEqual(['ok', expect.stringContaining(`was over at ${ends}`)])
    const award = (await entries(no)).find((event) => event.typ === 'award/1')
    expect([award?.at, readJws(award?.payload ?? '').payload.standstillEnds]).toEqual([ends, ends])
    expect(await world.view(no)).toMatchObject({ state: 'awarded', standstillEnds: ends })
  })

  test('is not there where the notice promises none: the award is made at once, and names none', async () => {
    for (const hours of [undefined, 0]) {
      const no = await ranked(hours)
      expect(await world.view(no)).toMatchObject({ standstillHours: 0, standstillEnds: null })
      await world.bring(no, 'awarded')
      expect((await verdict(no))?.verdict).toBe('ok')
      const award = (await entries(no)).find((event) => event.typ === 'award/1')
      expect(readJws(award?.payload ?? '').payload.standstillEnds).toBeNull()
    }
  })

  test('ends when the record says, whatever end the officer signs', async () => {
    const no = await ranked(24)
    const { standstillEnds } = await world.view(no)
    const ends = standstillEnds as string
    const says = async (end: string | null) => {
      const jws = await officer.signs(awarding(no, 'firm-1', price('91000000').price, end))
      return codes(
        await call(officer.url, awardTender, { token: officer.token, params: { no }, body: { bidder: 'firm-1', jws } }),
      )
    }
    await pin(addSeconds(ends, -86_000))
    for (const end of [null, addSeconds(ends, -86_400)]) expect(await says(end)).toEqual(['standstill-runs'])
    await pin(addSeconds(ends, 60))
    for (const end of [null, addSeconds(ends, -1), ends.replace('Z', '.000Z')])
      expect(await says(end)).toEqual(['act-mismatch'])
    expect(await says(ends)).toEqual([])
  })

  test('does not run while its ranking has no place in the log yet', async () => {
    const evaluators = world.evaluators.map(({ account }) => account.id)
    const no = await world.publish({ notice: notice(1), evaluators })
    await world.bid(no, one, price('91000000'))
    await world.bring(no, 'price_opening')
    await world.release(no, 'price')
    await world.open()
    await world.clock()
    expect(await world.view(no)).toMatchObject({ state: 'ranked', standstillEnds: null })
    await pin(secondsZ(Date.now() + 30 * 86_400_000))
    expect(reasons(await officer.award(no, 'firm-1'))).toMatchObject([{ code: 'standstill-runs', facts: { at: '-' } }])
    await world.tick()
    expect(codes(await officer.award(no, 'firm-1'))).toEqual([])
  })

  test('begins anew with the lot that settles a joint rank', async () => {
    Object.assign(world.config, { accelerator: 60 })
    const no = await ranked(1, ['91000000', '91000000', '99000000'])
    Object.assign(world.config, { accelerator: 1 })
    const first = addSeconds(await lastAt(no, 'evaluation.result/1'), 3600)
    const winner = await eventually('the lot', async () => {
      await world.clock()
      const { order } = (await world.view(no)).ranking as { order: string[][] }
      return order[0]?.length === 1 && (order[0][0] as string)
    })
    // The lot waits for its number: the time of the ranking before it, which is over, counts for nothing.
    await pin(addSeconds(first, 600))
    expect((await world.view(no)).standstillEnds).toBeNull()
    expect(reasons(await officer.award(no, winner))).toMatchObject([{ code: 'standstill-runs', facts: { at: '-' } }])
    await world.tick()
    const ends = addSeconds(await lastAt(no, 'draw.result/1'), 3600)
    expect((await world.view(no)).standstillEnds).toBe(ends)
    expect(timeOf(ends)).toBeGreaterThan(timeOf(first))
    await pin(ends, -1)
    expect(codes(await officer.award(no, winner))).toEqual(['standstill-runs'])
    await pin(ends)
    must('approval', await approver.approve(must('proposal', await officer.award(no, winner)).body.id))
    expect(await verdict(no)).toMatchObject({ verdict: 'ok' })
  })

  test('begins anew with an examination', async () => {
    const rule = contestRule('qualification-works-3-2026', { base: '1', budget: '1', currency: 'KRW' })
    const no = await world.publish({
      notice: { ...notice(2), method: 'qualification-works-3-2026', minBids: 2 },
      rule: { ...rule, planned: { how: 'none', budget: '100000000' } },
      evaluators: [],
    })
    for (const [n, who] of [one, two].entries()) {
      const sealed = await who.sealPrice(no, price(`9${n}000000`))
      must('bid', await who.send(no, sealed.body))
    }
    await world.tick()
    await world.bring(no, 'ranked')
    const first = (await world.view(no)).standstillEnds as string
    expect(first).toBe(addSeconds(await lastAt(no, 'evaluation.result/1'), 7200))
    // Nobody can be awarded before the examination, so the time of the first ranking ends for nothing.
    await pin(addSeconds(first, 100))
    expect(codes(await officer.award(no, 'firm-1'))).toContain('examination-pending')
    must('examination', await officer.examine(no, 'firm-1', [{ part: 'ability', score: '20' }]))
    await world.tick()
    const examined = addSeconds(first, 100 + 7200)
    expect((await world.view(no)).standstillEnds).toBe(examined)
    await pin(examined, -1)
    expect(codes(await officer.award(no, 'firm-1'))).toEqual(['standstill-runs'])
    await pin(examined)
    must('approval', await approver.approve(must('proposal', await officer.award(no, 'firm-1')).body.id))
    expect(await verdict(no)).toMatchObject({ verdict: 'ok' })
  })
})

describe('who is shut out while it runs', () => {
  test('is passed over when it is over, and makes it no longer', async () => {
    const no = await ranked(72)
    const ends = (await world.view(no)).standstillEnds as string
    const [shutting, second] = [world.stranger, world.person('approver-2')]
    const from = secondsZ(Date.now())
    const asked = {
      org: 'firm-1',
      from,
      until: addSeconds(from, 300 * 86_400),
      basis: '제27조',
      grounds: 'It did not deliver.',
    }
    must('exclusion', await second.approve(must('proposal', await shutting.proposeExclusion(asked)).body.id))
    await world.tick()
    expect((await world.view(no)).standstillEnds).toBe(ends)
    await pin(ends, -1)
    expect(codes(await officer.award(no, 'firm-2'))).toEqual(['standstill-runs'])
    await pin(ends)
    expect(codes(await officer.award(no, 'firm-1'))).toEqual(['award-not-first'])
    must('approval', await approver.approve(must('proposal', await officer.award(no, 'firm-2')).body.id))
    expect(await verdict(no)).toMatchObject({ verdict: 'ok' })
  })
})

describe('the hours of a standstill', () => {
  const draft = (hours: unknown) => {
    const body = { ...world.draftOf(), notice: { ...notice(), standstillHours: hours } }
    return call(world.url, createTender, { token: world.officer.token, body: body as never })
  }

  test('are whole ones, sixty days at most', async () => {
    for (const wrong of [-1, 1441, '24', null]) expect(codes(await draft(wrong))).toEqual(['bad-field'])
    for (const good of [0, 1, 1440]) expect((await draft(good)).ok).toBe(true)
  })

  test('are in the database what the log says of them', async () => {
    await world.tick()
    await world.deadlinesAsPublished()
    expect((await compareLog(P, world.db)).differences).toEqual([])
  })
})

test('each refusal that a standstill adds was met', () => {
  expect(WHERE_STANDING.filter((met) => !recorder.refused.has(met))).toEqual([])
})
