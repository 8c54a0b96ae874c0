// What do the pages of officers, evaluators and suppliers read besides the public view, and to whom is each of it refused?
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { organisation } from '../../../db/schema/people.ts'
import type { Person } from '../../../scripts/person.ts'
import { listOwnBids } from '../../../src/api/bids.ts'
import { call } from '../../../src/api/client.ts'
import { listCustodians } from '../../../src/api/custodians.ts'
import { listEvaluators } from '../../../src/api/people.ts'
import { giveMarks, listAssignments, readDraft, readMarking } from '../../../src/api/tenders.ts'
import { makeWorld } from '../../support/world.ts'

const world = await makeWorld({ suppliers: 2 })
const { url } = world

const draftFor = (no: string, who?: Person) => call(url, readDraft, { params: { no }, token: who?.token ?? null })
const markingFor = (no: string, who?: Person) => call(url, readMarking, { params: { no }, token: who?.token ?? null })

/** The bodies that a notice of this world names. */
const OVERSEERS = { 'audit-office': { ko: 'audit-office (가상)', en: 'audit-office' } }

describe('a draft with its committee', () => {
  test('is refused to strangers, and a draft does not even exist for them', async () => {
    const no = await world.draft()
    expect(await draftFor(no)).toMatchObject({ status: 401, code: 'sign-in-first' })
    expect(await draftFor(no, world.supplier(1))).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await draftFor(no, world.stranger)).toMatchObject({ status: 404, code: 'not-found' })
    expect(await draftFor('R26BK99999999', world.officer)).toMatchObject({ status: 404, code: 'not-found' })
  })

  test('comes back to its own agency as it was written, also after publication, and to no other agency', async () => {
    const no = await world.publish()
    const own = await draftFor(no, world.officer)
    expect(own.ok && own.body.evaluators).toEqual(world.evaluators.map((e) => e.account.id))
    expect(own.ok && own.body).toEqual(expect.objectContaining({ rule: (await world.view(no)).rule }))
    expect(await draftFor(no, world.stranger)).toMatchObject({ status: 403, code: 'forbidden' })
  })

  test('is made with evaluators that officers may list and others may not', async () => {
    expect(await call(url, listEvaluators, {})).toMatchObject({ code: 'sign-in-first' })
    expect(await call(url, listEvaluators, { token: world.supplier(1).token })).toMatchObject({ code: 'forbidden' })
    const listed = await call(url, listEvaluators, { token: world.officer.token })
    expect(listed.ok && listed.body.evaluators.map((e) => e.account)).toEqual(
      world.evaluators.map((e) => e.account.id).sort(),
    )
  })
})

describe('own bids', () => {
  test('are those of the own organisation and nobody else’s, before and after a bid', async () => {
    expect(await call(url, listOwnBids, {})).toMatchObject({ code: 'sign-in-first' })
    expect(await call(url, listOwnBids, { token: world.officer.token })).toMatchObject({ code: 'forbidden' })
    const no = await world.publish()
    await world.bid(no, world.supplier(1))
    const mine = await call(url, listOwnBids, { token: world.supplier(1).token })
    expect(mine.ok && mine.body.bids).toMatchObject([{ tender: no, acts: 1, stands: 'submission' }])
    const others = await call(url, listOwnBids, { token: world.supplier(2).token })
    expect(others.ok && others.body.bids).toEqual([])
  })
})

describe('the custodians', () => {
  test('are called by the name of their organisation, and by their id where none is registered', async () => {
    const names = async () => {
      const listed = await call(url, listCustodians, {})
      return listed.ok ? Object.fromEntries(listed.body.custodians.map((c) => [c.id, c.name.en])) : {}
    }
    expect(await names()).toMatchObject({ 'custodian-1': 'custodian-1' })
    const no = await world.publish()
    await world.db.withTx(({ tx }) =>
      tx.insert(organisation).values({ id: 'custodian-1', nameKo: '시험감사원', nameEn: 'Test Audit Office' }),
    )
    expect(await names()).toMatchObject({ 'custodian-1': 'Test Audit Office', 'custodian-2': 'custodian-2' })
    // Who keeps the keys and who oversees is public from the notice on; who bids is not.
    expect((await world.view(no)).names).toEqual({
      ...OVERSEERS,
      'custodian-1': { ko: '시험감사원', en: 'Test Audit Office' },
    })
    await world.db.withTx(({ tx }) => tx.delete(organisation).where(eq(organisation.id, 'custodian-1')))
  })
})

describe('the marking', () => {
  test('shows names only when the opening does, and to the agency how many marks are missing but never a mark', async () => {
    const no = await world.publish()
    for (const n of [1, 2]) await world.bid(no, world.supplier(n))
    expect((await world.view(no)).names).toEqual(OVERSEERS)
    expect((await world.view(no, world.supplier(1))).names).toEqual(OVERSEERS)
    expect(await markingFor(no, world.officer)).toMatchObject({ status: 409, code: 'wrong-state' })
    await world.bring(no, 'evaluating')
    expect(Object.keys((await world.view(no)).names).sort()).toEqual(['audit-office', 'firm-1', 'firm-2'])

    expect(await markingFor(no)).toMatchObject({ code: 'sign-in-first' })
    expect(await markingFor(no, world.evaluators[0])).toMatchObject({ code: 'forbidden' })
    expect(await markingFor(no, world.stranger)).toMatchObject({ code: 'forbidden' })
    expect(await markingFor('R26BK99999999', world.officer)).toMatchObject({ code: 'not-found' })

    const evaluator = world.evaluators[0] as Person
    const mark = { bidder: 'A', item: 'quality', mark: '9.1234', comment: 'Only mine' }
    const given = await call(url, giveMarks, { token: evaluator.token, params: { no }, body: { marks: [mark] } })
    expect(given.ok).toBe(true)
    const marking = await markingFor(no, world.officer)
    const missing = marking.ok ? marking.body.missing : []
    expect(missing).toHaveLength(world.evaluators.length + 1)
    const owed = new Map(missing.map((row) => [row.evaluator, row.marks]))
    expect((owed.get('E2') ?? 0) - (owed.get('E1') ?? 0)).toBe(1)
    expect(marking.text).not.toContain('9.1234')
    expect(marking.text).not.toContain('Only mine')

    const mine = await call(url, listAssignments, { token: evaluator.token })
    const row = mine.ok ? mine.body.assignments.find((a) => a.tender.no === no) : undefined
    expect(row).toMatchObject({ evaluator: 'E1', missing: owed.get('E1') })
    expect(await call(url, listAssignments, {})).toMatchObject({ code: 'sign-in-first' })
    expect(await call(url, listAssignments, { token: world.officer.token })).toMatchObject({ code: 'forbidden' })

    const { body } = await call(url, listCustodians, {})
    const custodians = body.custodians as { releases: { tender: string; kind: string }[] }[]
    expect(custodians.every((c) => c.releases[0]?.tender === no && c.releases[0].kind === 'technical')).toBe(true)
  })

  test('is no assignment of an evaluator who does not sit on the committee, nor while the tender is a draft', async () => {
    const [other] = await world.add([{ id: 'evaluator-x', org: 'pool', role: 'evaluator' }])
    await world.draft({ evaluators: [...world.evaluators.slice(0, 6).map((e) => e.account.id), 'evaluator-x'] })
    const none = await call(url, listAssignments, { token: (other as Person).token })
    expect(none.ok && none.body.assignments).toEqual([])
  })
})
