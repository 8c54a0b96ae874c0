// Can all lots of a notice be extended together? One proposal, one approval, an entry for each lot in one transaction: all or none.
import { describe, expect, test, vi } from 'vitest'
import { approveAll, cancel, must } from '../../../scripts/person.ts'
import { call } from '../../../src/api/client.ts'
import { approveProposal, listProposals, proposeApproval, withdrawProposal } from '../../../src/api/proposals.ts'
import { addLot, extendTender, listTenders, readEvents } from '../../../src/api/tenders.ts'
import { secondsZ } from '../../../src/domain/kit/time.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { readJws, signJws } from '../../../src/proof/jws.ts'
import { compareActs } from '../../../src/server/log/compare-acts.ts'
import { failedAt } from '../../journeys/public-audit.ts'
import { makeWorld } from '../../support/world.ts'

vi.setConfig({ testTimeout: 120_000 })

const world = await makeWorld({ suppliers: 1 })
const { url, officer, approver } = world
const common = { title: { ko: '한 공고', en: 'One notice' }, summary: { ko: '로트', en: 'Lots' } }
const DAY = 86_400_000
const WHY = 'The specification was corrected'

/** Published lots of one notice, in their order. */
async function lots(count: number): Promise<string[]> {
  const numbers = [await world.draft({ seconds: 7200 })]
  for (let n = 1; n < count; n++) {
    const params = { no: numbers[0] as string }
    numbers.push(must('lot', await call(url, addLot, { token: officer.token, params, body: common })).body.no)
  }
  for (const no of numbers) {
    await world.keysEnough()
    await officer.publish(no)
  }
  await world.tick()
  return numbers
}

const deadlines = (numbers: readonly string[]) =>
  Promise.all(numbers.map(async (no) => (await world.view(no)).deadline))
const later = async (no: string, days: number) => secondsZ(Date.parse((await world.view(no)).deadline) + days * DAY)
const waiting = async (ref: string) =>
  must('proposals', await call(url, listProposals, { token: officer.token, query: { ref, waiting: 'yes' } })).body
    .proposals
const typesOf = async (no: string) =>
  must('events', await call(url, readEvents, { params: { no }, query: { limit: 1000 } })).body.events.map((e) => e.typ)
/** The reasons of a refusal, with the lot that each is of. */
const why = (reply: { ok: boolean }) =>
  (reply as { errors?: { code: string; at?: string }[] }).errors?.map(({ code, at }) => `${code} ${at?.split('/')[1]}`)

describe('the lots of a notice', () => {
  test('are extended together by two persons: each has its approval and its amendment in the log, and its own proposal on record', async () => {
    const numbers = await lots(3)
    const [first, second] = numbers as [string, string]
    const deadline = await later(first, 6)
    const { body: proposal } = must('extension', await officer.extendLots(numbers, deadline, WHY))
    expect(await deadlines(numbers)).not.toContain(deadline)
    // It waits on the page of every lot, and none of them is proposed a second time meanwhile.
    for (const no of numbers) expect((await waiting(no)).map((one) => one.id)).toEqual([proposal.id])
    expect(await officer.extend(second, deadline, WHY)).toMatchObject({ ok: false, code: 'proposal-open' })
    expect(why(await officer.extendLots([second, first, numbers[2] as string], deadline, WHY))).toEqual(
      numbers.map((no) => `proposal-open ${no}`),
    )
    const { body: asked } = must(
      'approval',
      await call(url, proposeApproval, { token: approver.token, params: { id: proposal.id } }),
    )
    expect(asked.lots?.map((lot) => [lot.no, lot.approval.tender])).toEqual(numbers.slice(1).map((no) => [no, no]))
    expect(await approveAll(approver, first)).toBe(1)
    await world.tick()
    expect(await deadlines(numbers)).toEqual(numbers.map(() => deadline))
    for (const no of numbers) {
      expect((await typesOf(no)).slice(-2)).toEqual(['approval/1', 'tender.amended/1'])
      expect(await failedAt(url, no)).toEqual([])
      expect(await waiting(no)).toEqual([])
      const past = { token: officer.token, query: { ref: no, waiting: 'no' } } as const
      expect(must('past', await call(url, listProposals, past)).body.proposals.map((one) => one.state)).toContain(
        'approved',
      )
    }
    expect(await world.db.withTx(({ tx }) => compareActs(P, tx))).toMatchObject({ differences: [] })
  })

  test('say every reason by its lot, and each must be named with what is signed for it', async () => {
    const numbers = await lots(3)
    const [first, second, third] = numbers as [string, string, string]
    // The second has got eight days more by itself.
    must('extension', await officer.extend(second, await later(second, 8), WHY))
    expect(await approveAll(approver, second)).toBe(1)
    await world.tick()
    expect(why(await officer.extendLots(numbers, await later(first, 1), WHY))).toEqual(
      numbers.map((no) => `extension-too-short ${no}`),
    )
    expect(why(await officer.extendLots(numbers, await later(first, 6), WHY))).toEqual([
      `extension-too-short ${second}`,
    ])
    const deadline = await later(second, 6)
    for (const some of [[first, second], [first], [first, second, second]])
      expect(await officer.extendLots(some, deadline, WHY)).toMatchObject({ ok: false, code: 'lots-not-all' })
    const alone = await world.publish({ seconds: 7200 })
    expect(await officer.extendLots([...numbers, alone], deadline, WHY)).toMatchObject({ code: 'lots-not-all' })
    expect(await officer.extendLots([alone], deadline, WHY)).toMatchObject({ code: 'lots-not-all' })
    // What is signed for one lot extends no other.
    const { body: good } = must('extension', await officer.extendLots(numbers, deadline, WHY))
    const { jws, lots: signed } = good.body as { jws: string; lots: { no: string; jws: string }[] }
    must('withdrawal', await call(url, withdrawProposal, { token: officer.token, params: { id: good.id } }))
    const [a, b] = signed as [{ no: string; jws: string }, { no: string; jws: string }]
    const body = { deadline, statement: WHY, jws, lots: [{ ...a, jws: b.jws }, b] }
    const swapped = await call(url, extendTender, { token: officer.token, params: { no: first }, body })
    expect(why(swapped)).toEqual([`act-mismatch ${second}`])
    expect(third).toBe(b.no)
    // Another agency's officer is told nothing but that.
    const strangers = { token: world.stranger.token, params: { no: first }, body: { ...body, lots: [a, b] } }
    expect(await call(url, extendTender, strangers)).toMatchObject({ ok: false, code: 'forbidden' })
  })

  test('stay all as they were where one of them cannot be extended any more, or is not approved', async () => {
    const numbers = await lots(3)
    const [first, second, third] = numbers as [string, string, string]
    const before = await deadlines(numbers)
    const deadline = await later(first, 6)
    const { body: proposal } = must('extension', await officer.extendLots(numbers, deadline, WHY))
    const params = { id: proposal.id }
    // An approver who signs for the first lot alone.
    const { body: asked } = must('asked', await call(url, proposeApproval, { token: approver.token, params }))
    if (!approver.signer) await approver.enrol()
    const jws = await signJws(P, approver.signer as never, asked.approval as never)
    const half = await call(url, approveProposal, { token: approver.token, params, body: { jws } })
    expect(half.ok).toBe(false)
    expect(why(half)?.map((one) => one.split(' ')[1])).toEqual([second, third])
    expect(readJws(jws).payload).toMatchObject({ tender: first })
    expect(await deadlines(numbers)).toEqual(before)

    await cancel(officer, world.approver, third, 'This lot is not needed any more')
    await world.tick()
    expect(why(await approver.approve(proposal.id))).toEqual([`wrong-state ${third}`])
    await world.tick()
    expect((await deadlines(numbers)).slice(0, 2)).toEqual(before.slice(0, 2))
    for (const no of [first, second]) expect(await typesOf(no)).not.toContain('tender.amended/1')
    must('withdrawal', await call(url, withdrawProposal, { token: officer.token, params }))
    // The others go on without it.
    must('extension', await officer.extendLots([second, first], deadline, WHY))
    expect(await approveAll(approver, second)).toBe(1)
    expect((await deadlines(numbers)).slice(0, 2)).toEqual([deadline, deadline])
  })

  test('are marked in the list of tenders, each with its place and its notice; a tender by itself is not', async () => {
    const [first, second] = (await lots(2)) as [string, string]
    const alone = await world.publish()
    const { body } = must('list', await call(url, listTenders, { query: { per: 100 } }))
    const lotOf = (no: string) => body.tenders.find((row) => row.no === no)?.lot
    expect(lotOf(first)).toEqual({ lot: 1, of: 2, title: common.title })
    expect(lotOf(second)).toEqual({ lot: 2, of: 2, title: common.title })
    expect(lotOf(alone)).toBeUndefined()
  })
})
