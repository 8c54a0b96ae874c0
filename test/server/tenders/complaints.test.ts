// Does an objection hold up the award until an overseer has decided, in public and signed, and is nothing ever awarded over one?
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { tender } from '../../../db/schema/tenders.ts'
import { cancel, must, type Person } from '../../../scripts/person.ts'
import { call } from '../../../src/api/client.ts'
import { decideComplaint, lodgeComplaint } from '../../../src/api/complaints.ts'
import type { Endpoint } from '../../../src/api/endpoint.ts'
import { ENDPOINTS } from '../../../src/api/endpoints.ts'
import { makeBundle } from '../../../src/domain/audit/bundle.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { decidingObjection, objecting } from '../../../src/domain/tenders/signed-acts.ts'
import { httpLogSource } from '../../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u } from '../../../src/proof/bytes.ts'
import type { JsonObject } from '../../../src/proof/canonical.ts'
import { signJws } from '../../../src/proof/jws.ts'
import { randomScalar, scalarSigner } from '../../../src/server/keys.ts'
import { append } from '../../../src/server/log/append.ts'
import { OF_COMPLAINTS, WHERE_OBJECTED } from '../../support/contract-parts.ts'
import { editEach, unnoticed } from '../../support/every-edit.ts'
import { tempDir } from '../../support/processes.ts'
import { Recorder } from '../../support/recorder.ts'
import { makeWorld } from '../../support/world.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
const world = await makeWorld({ suppliers: 3, evaluators: 3 })
const { url, officer, auditor } = world
const [one, two, three] = world.suppliers as [Person, Person, Person]
const [keyless] = await world.add([{ id: 'auditor-2', org: 'audit-office', role: 'auditor' }])
afterAll(() => {
  expect(recorder.faults).toEqual([])
})

const WHY = 'The marks for our record leave out two projects that we enclosed.'
const DECIDED = 'Both projects were looked at; neither is of the size that the notice asks for.'
const codes = (called: { ok: boolean }) =>
  called.ok ? [] : (called as unknown as { errors: { code: string }[] }).errors.map(({ code }) => code)
const price = (amount: string) => ({ price: { amount, currency: 'KRW' } })

/** A tender that is ranked, with two bidders. */
async function ranked(): Promise<string> {
  await world.keysEnough()
  const no = await world.publish({ evaluators: world.evaluators.map(({ account }) => account.id) })
  await world.bid(no, one, price('91000000'))
  await world.bid(no, two, price('92000000'))
  await world.bring(no, 'ranked')
  return no
}
const lodged = async (no: string, by = two) => must('objection', await by.object(no, 'marks', WHY)).body.c
const THERE = spawnSync('python3', ['-c', 'import cryptography']).status === 0

/** What our audit says of objections; the second verifier, where it can run, says the same of a bundle. */
async function verdict(no: string) {
  await world.tick()
  const bundle = await makeBundle(P, await gather(httpLogSource(`${url}/log`), null), no)
  if (!bundle) throw new Error(`there is no tender ${no}`)
  const ours = bundle.checks.find((c) => c.check === 'complaints')
  if (THERE) {
    const file = join(tempDir('complaints'), 'bundle.zip')
    writeFileSync(file, bundle.bytes)
    const theirs = spawnSync('python3', ['test/second-verifier/verifier.py', 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([ours?.verdict === 'ok' ? 0 : 1, expect.any(String)])
  }
  return ours
}

let offices = 0
/** An auditor of a body that no notice names which was published before. */
async function lateAuditor(): Promise<Person> {
  const n = ++offices
  const [late] = await world.add([{ id: `auditor-late-${n}`, org: `late-office-${n}`, role: 'auditor' }])
  return late as Person
}

describe('an objection', () => {
  test('holds up the award until an overseer has dismissed it', async () => {
    const no = await ranked()
    expect((await verdict(no))?.says.en).toBe('No bidder has objected to the result.')
    const c = await lodged(no)
    expect(await verdict(no)).toMatchObject({ verdict: 'ok', says: { en: expect.stringContaining('open: 1') } })
    const first = (await world.view(no, officer)).ranking
    expect(first).toBeTruthy()
    await expect(world.bring(no, 'awarded')).rejects.toThrow(/objections-open/)
    must('decision', await auditor.decideObjection(no, c, 'dismissed', DECIDED))
    await world.bring(no, 'awarded')
    expect(await verdict(no)).toMatchObject({ verdict: 'ok', says: { en: expect.stringContaining('open: 0') } })
    const kinds = async (of: Person) => (await world.mailsTo(of.account.email)).map(({ kind }) => kind)
    expect(await kinds(auditor)).toContain('objection-lodged')
    expect(await kinds(officer)).toEqual(expect.arrayContaining(['objection-lodged', 'objection-decided']))
    expect(await kinds(two)).toContain('objection-decided')
    expect(codes(await one.object(no, 'other', WHY))).toEqual(['wrong-state'])
  })

  test('that is upheld ends the result: it is never awarded, and the agency can cancel', async () => {
    const no = await ranked()
    const c = await lodged(no)
    must('decision', await auditor.decideObjection(no, c, 'upheld', DECIDED))
    await expect(world.bring(no, 'awarded')).rejects.toThrow(/objection-upheld/)
    await cancel(officer, world.approver, no, 'an objection was upheld')
    expect(await verdict(no)).toMatchObject({ verdict: 'ok', says: { en: expect.stringContaining('upheld: 1') } })
  })

  test('and an award at the same moment: one of them sees the other', async () => {
    for (let i = 0; i < 3; i++) {
      const no = await ranked()
      const [objection] = await Promise.all([
        two.object(no, 'marks', WHY),
        world.bring(no, 'awarded').catch(() => null),
      ])
      const { state } = await world.view(no, officer)
      expect([state, codes(objection)]).toEqual(state === 'awarded' ? ['awarded', ['wrong-state']] : ['ranked', []])
      expect((await verdict(no))?.verdict).toBe('ok')
    }
  })

  test('that comes between the proposal and the approval of an award stops it', async () => {
    const no = await ranked()
    const { order } = (await world.view(no)).ranking as { order: string[][] }
    const { id } = must('proposal', await officer.award(no, order[0]?.[0] ?? '')).body
    const c = await lodged(no)
    expect(codes(await world.approver.approve(id))).toContain('objections-open')
    must('decision', await auditor.decideObjection(no, c, 'upheld', DECIDED))
    expect(codes(await world.approver.approve(id))).toContain('objection-upheld')
    expect((await world.view(no)).state).toBe('ranked')
  })

  test('is a bidder’s own, once at a time, with reasons, signed, and where somebody can decide', async () => {
    const no = await ranked()
    expect(codes(await three.object(no, 'other', WHY))).toEqual(['not-a-bidder'])
    expect(codes(await two.object(no, 'other', 'too short'))).toEqual(['text-short'])
    expect(codes(await two.object(no, 'other', 'x'.repeat(4001)))).toEqual(['text-long'])
    const says = async (signed: Promise<string>, by = two) => {
      const body = { ground: 'marks' as const, reasons: WHY, jws: await signed }
      return codes(await call(url, lodgeComplaint, { token: by.token, params: { no }, body }))
    }
    expect(await says(two.signs(objecting(no, 'firm-2', 'marks', `${WHY}!`)))).toEqual(['act-mismatch'])
    const stranger = scalarSigner(P, randomScalar(P))
    expect(await says(signJws(P, stranger, objecting(no, 'firm-2', 'marks', WHY)))).toEqual(['bad-signature'])
    await world.db.withTx(({ tx }) => tx.update(tender).set({ overseers: [] }).where(eq(tender.no, no)))
    expect(codes(await two.object(no, 'other', WHY))).toEqual(['no-overseer'])
    await world.db.withTx(({ tx }) =>
      tx
        .update(tender)
        .set({ overseers: ['audit-office'] })
        .where(eq(tender.no, no)),
    )
    await lodged(no)
    expect(codes(await two.object(no, 'other', WHY))).toEqual(['objection-lodged'])
    await lodged(no, one)
    expect(codes(await two.object('R26BK99999999', 'other', WHY))).toEqual(['not-found'])
    const open = await world.publish({ evaluators: world.evaluators.map(({ account }) => account.id) })
    expect(codes(await two.object(open, 'other', WHY))).toEqual(['wrong-state'])
    const [nobody] = await world.add([{ id: 'supplier-keyless', org: 'firm-2', role: 'supplier' }])
    const later = await ranked()
    const body = {
      ground: 'marks' as const,
      reasons: WHY,
      jws: await two.signs(objecting(later, 'firm-2', 'marks', WHY)),
    }
    const asked = { token: (nobody as Person).token, params: { no: later }, body }
    expect(codes(await call(url, lodgeComplaint, asked))).toEqual(['no-key'])
  })
})

describe('a decision', () => {
  test('is an overseer’s whom the notice names, once, with reasons, signed', async () => {
    const no = await ranked()
    const c = await lodged(no)
    expect(codes(await auditor.decideObjection(no, c, 'dismissed', 'no'))).toEqual(['text-short'])
    expect(codes(await auditor.decideObjection(no, c, 'dismissed', 'x'.repeat(8001)))).toEqual(['text-long'])
    expect(codes(await auditor.decideObjection(no, b64u(P.random(32)), 'dismissed', DECIDED))).toEqual([
      'objection-unknown',
    ])
    expect(codes(await auditor.decideObjection('R26BK99999999', c, 'dismissed', DECIDED))).toEqual(['not-found'])
    const other = await lateAuditor()
    expect(codes(await other.decideObjection(no, c, 'dismissed', DECIDED))).toEqual(['forbidden'])
    expect(codes(await officer.decideObjection(no, c, 'dismissed', DECIDED))).toEqual(['forbidden'])
    const jws = await auditor.signs(decidingObjection(no, c, 'dismissed', DECIDED))
    const says = async (change: object, by = auditor) => {
      const body = { outcome: 'dismissed' as const, reasons: DECIDED, jws, ...change }
      return codes(await call(url, decideComplaint, { token: by.token, params: { no, c }, body }))
    }
    expect(await says({ outcome: 'upheld' })).toEqual(['act-mismatch'])
    expect(await says({}, keyless as Person)).toEqual(['no-key'])
    const stranger = await signJws(P, scalarSigner(P, randomScalar(P)), decidingObjection(no, c, 'dismissed', DECIDED))
    expect(await says({ jws: stranger })).toEqual(['bad-signature'])
    expect(await says({})).toEqual([])
    expect(await says({})).toEqual(['objection-decided'])
    await cancel(officer, world.approver, no, 'no longer needed by anybody')
    expect(await says({})).toContain('wrong-state')
  })
})

describe('what the service let in against the rules is found by everybody', () => {
  const logs = async (no: string, by: Person, payload: JsonObject & { typ: string }) => {
    const jws = await by.signs(payload)
    const entry = { typ: payload.typ, org: by.account.org, ref: no, by: by.signer?.kid ?? '', payload: jws }
    await world.db.withTx((work) => append(P, work, entry))
  }

  test.each<[string, string, (no: string, c: string) => Promise<unknown>]>([
    [
      'an objection of a firm that did not bid',
      'may not do this',
      (no) => logs(no, three, objecting(no, 'firm-3', 'other', WHY)),
    ],
    [
      'a decision by nobody whom the notice names',
      'may not do this',
      async (no, c) => {
        const other = await lateAuditor()
        await other.enrol()
        await logs(no, other, decidingObjection(no, c, 'dismissed', DECIDED))
      },
    ],
    [
      'a decision about no objection',
      'decides about no objection',
      (no) => logs(no, auditor, decidingObjection(no, b64u(P.random(32)), 'dismissed', DECIDED)),
    ],
    [
      'a second decision',
      'was decided before',
      async (no, c) => {
        await logs(no, auditor, decidingObjection(no, c, 'upheld', DECIDED))
        await logs(no, auditor, decidingObjection(no, c, 'dismissed', DECIDED))
      },
    ],
    [
      'an award over an objection that was never decided',
      'had not been dismissed',
      async (no, c) => {
        await world.db.withTx(({ tx }) => tx.execute(`DELETE FROM complaint WHERE c = '${c}'`))
        await world.bring(no, 'awarded')
      },
    ],
  ])('%s', async (_, says, spoil) => {
    const no = await ranked()
    const c = await lodged(no)
    expect((await verdict(no))?.verdict).toBe('ok')
    await spoil(no, c)
    const found = await verdict(no)
    expect([found?.verdict, found?.says.en]).toEqual(['failed', expect.stringContaining(says)])
  })
})

describe('what the database holds of objections', () => {
  test('is what the log says of them, and every edit by the database’s owner is found', async () => {
    const no = await ranked()
    must('decision', await auditor.decideObjection(no, await lodged(no), 'dismissed', DECIDED))
    await world.tick()
    await world.deadlinesAsPublished()
    const tables = ['complaint']
    expect(unnoticed(await editEach(world, tables, { complaint: `tender = '${no}'` }))).toEqual([])
  })
})

describe('the contract of these endpoints', () => {
  test('each was done, and each refusal that it declares was met', () => {
    const mine = (Object.values(ENDPOINTS) as Endpoint[]).filter((e) => OF_COMPLAINTS.includes(e.id as never))
    expect(mine.map((e) => e.id).filter((id) => !recorder.done.has(id as never))).toEqual([])
    const declared = mine.flatMap((e) => e.refusals.map((code) => `${e.id} ${code}`))
    expect([...declared, ...WHERE_OBJECTED].filter((met) => !recorder.refused.has(met))).toEqual([])
  })
})
