// Does it take two persons to cancel a tender, from the publication to the award, and does everybody see it when it did not?
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { cancel, must } from '../../../scripts/person.ts'
import { call } from '../../../src/api/client.ts'
import { declineProposal } from '../../../src/api/proposals.ts'
import { readEvents } from '../../../src/api/tenders.ts'
import { makeBundle } from '../../../src/domain/audit/bundle.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { cancellation } from '../../../src/domain/tenders/signed-acts.ts'
import { httpLogSource } from '../../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { readJws } from '../../../src/proof/jws.ts'
import { append } from '../../../src/server/log/append.ts'
import { tempDir } from '../../support/processes.ts'
import { makeWorld } from '../../support/world.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const world = await makeWorld({ suppliers: 2, evaluators: 3 })
const { url, officer, approver, auditor, stranger } = world
const WHY = 'The building that this was for will not be built.'
const codes = (called: { ok: boolean }) =>
  called.ok ? [] : (called as unknown as { errors: { code: string }[] }).errors.map(({ code }) => code)
const typesOf = async (no: string) => {
  await world.tick()
  return must('events', await call(url, readEvents, { params: { no }, query: {} })).body.events.map(({ leaf }) =>
    String((JSON.parse(leaf) as { typ: string }).typ),
  )
}
const THERE = spawnSync('python3', ['-c', 'import cryptography']).status === 0

/** What our audit says of second persons; the second verifier, where it can run, agrees about the whole bundle. */
async function verdict(no: string) {
  await world.tick()
  const bundle = await makeBundle(P, await gather(httpLogSource(`${url}/log`), null), no)
  if (!bundle) throw new Error(`there is no tender ${no}`)
  const ours = bundle.checks.find((c) => c.check === 'second-person')
  if (THERE) {
    const file = join(tempDir('cancel'), 'bundle.zip')
    writeFileSync(file, bundle.bytes)
    const theirs = spawnSync('python3', ['test/second-verifier/verifier.py', 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([ours?.verdict === 'ok' ? 0 : 1, expect.any(String)])
  }
  return ours
}

describe('a cancellation', () => {
  test('is proposed by one person and done by the approval of another, whose word lies right below it in the log', async () => {
    const no = await world.publish()
    const { id } = must('proposal', await officer.cancel(no, WHY)).body
    expect((await world.view(no)).state).toBe('published')
    expect(await typesOf(no)).not.toContain('tender.cancelled/1')
    expect(codes(await officer.approve(id))).toEqual(['forbidden', 'second-person-same'])
    expect(codes(await auditor.approve(id))).toEqual(['not-found'])
    expect(codes(await stranger.approve(id))).toEqual(['not-found'])
    must('approval', await approver.approve(id))
    expect(await world.view(no)).toMatchObject({ state: 'cancelled', ended: { statement: WHY } })
    expect((await typesOf(no)).slice(-2)).toEqual(['approval/1', 'tender.cancelled/1'])
    expect((await verdict(no))?.verdict).toBe('ok')
  })

  test('can be declined or taken back, and the tender goes on', async () => {
    const no = await world.publish()
    const declined = must('proposal', await officer.cancel(no, WHY)).body.id
    const why = { statement: 'It will be built after all.' }
    must('declining', await approver.act(declineProposal, { params: { id: declined }, body: why }))
    must('proposal', await officer.cancel(no, WHY))
    await world.bid(no, world.supplier(1))
    expect((await world.view(no)).state).toBe('published')
    expect(await typesOf(no)).not.toContain('approval/1')
  })

  test('is approved in a later state than it was proposed in, but never after the award', async () => {
    const bids = async () => {
      await world.keysEnough()
      const no = await world.publish({ evaluators: world.evaluators.map(({ account }) => account.id) })
      for (const [n, supplier] of world.suppliers.entries())
        await world.bid(no, supplier, { price: { amount: `9${n}000000`, currency: 'KRW' } })
      return no
    }
    const [early, late] = [await bids(), await bids()]
    const proposals = await Promise.all([early, late].map((no) => officer.cancel(no, WHY)))
    const [first, second] = proposals.map((made) => must('proposal', made).body.id) as [string, string]
    await world.bring(early, 'ranked')
    must('approval', await approver.approve(first))
    expect((await world.view(early)).state).toBe('cancelled')
    expect((await verdict(early))?.verdict).toBe('ok')
    await world.bring(late, 'awarded')
    expect(codes(await approver.approve(second))).toEqual(['wrong-state'])
    expect((await world.view(late)).state).toBe('awarded')
  })

  test('by one person alone, let in against the rules, is found by everybody', async () => {
    const [no, right] = [await world.publish(), await world.publish()]
    const jws = await officer.signs(cancellation(no, WHY))
    const entry = { typ: 'tender.cancelled/1', org: 'gaon-city', ref: no, by: readJws(jws).header.kid, payload: jws }
    await world.db.withTx((work) => append(P, work, entry))
    await cancel(officer, approver, right, WHY)
    expect(await verdict(no)).toMatchObject({
      verdict: 'failed',
      says: { en: expect.stringContaining('no second person approved tender.cancelled/1') },
    })
    expect((await verdict(right))?.verdict).toBe('ok')
  })
})
