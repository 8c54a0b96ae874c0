// Until the scores are locked, who can learn which people were drawn as evaluators? They themselves, one by one, and nobody else: not
// from a reply, the log, the outbox, nor from what the API writes. And what becomes of who does not answer, and of a seat without tickets.
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { committeeCall, poolMember } from '../../db/schema/evaluators.ts'
import { mail } from '../../db/schema/sign-in.ts'
import { ninetyTen } from '../../scripts/case.ts'
import { must, type Person } from '../../scripts/person.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { fromB64u, hex } from '../../src/proof/bytes.ts'
import { Canaries } from '../support/canaries.ts'
import { ABOUT, ask, send } from '../support/requests.ts'
import { makeWorld } from '../support/world.ts'

const random = () => hex(P.random(6))
const world = await makeWorld({ suppliers: 2, evaluators: 0 })
const { url } = world
/** Ids that are hit by no chance. Six for three seats, so that three are drawn and three are left. */
const people = await world.add(
  Array.from({ length: 6 }, () => ({ id: `ev-${random()}`, org: 'pool', role: 'evaluator' as const })),
)
await world.fields(people, ['software'])
await world.tick()

const no = await world.officer.draft(
  world.draftOf({
    rule: ninetyTen('100000000'),
    evaluators: [],
    pool: { strata: [{ field: 'software', seats: 3 }], perYear: 6 },
    seconds: 86_400,
  }),
)
await world.officer.publish(no)
await world.tick()
await world.contribute(no)
for (const supplier of world.suppliers) await world.bid(no, supplier)
await world.tick()

const roles: Record<string, Person | null> = {
  anonymous: null,
  'a bidder': world.supplier(1),
  'the officer': world.officer,
  'the approver': world.approver,
  'an officer of another agency': world.stranger,
  'the operator': world.operator,
  'the auditor': world.auditor,
}
const callsNow = () => world.db.withTx(({ tx }) => tx.select().from(committeeCall).where(eq(committeeCall.tender, no)))
const byState = async (state: string) => (await callsNow()).filter((c) => c.state === state)

/** Who of the pool is named in a text. Everybody, as in a list of all evaluators, tells nothing of a draw; some and not others does. */
function singledOut(text: string, except: Person | null): string[] {
  const others = people.filter((p) => p !== except)
  const named = others.filter(({ account: { id, email } }) => text.includes(id) || text.includes(email))
  return named.length === others.length ? [] : named.map((p) => p.account.id)
}

const secrets = async () => {
  const canaries = new Canaries()
  const rows = await world.db.withTx(({ tx }) => tx.select().from(poolMember).where(eq(poolMember.tender, no)))
  for (const { account, salt } of rows) canaries.add(`salt of ${account}`, salt)
  return canaries
}

async function sweep(person: Person | null): Promise<string[]> {
  const leaks: string[] = []
  const salts = await secrets()
  for (const id of Object.keys(ENDPOINTS) as EndpointId[]) {
    const reply = await ask(world, id, { ...ABOUT, no }, person?.token)
    const found = [
      ...singledOut(`${reply.text} ${JSON.stringify([...reply.headers])}`, person),
      ...salts.in(reply.bytes),
    ]
    if (found.length > 0) leaks.push(`${id}: ${found.join(', ')}`)
  }
  return leaks
}

/** What the log says of the tender, payloads and leaves, and of everybody's keys since the pool was fixed. */
async function searchLog(): Promise<string[]> {
  const { entries } = await world.published()
  const reply = await send(url, 'GET', `/api/v1/tenders/${no}/events?limit=1000`)
  const { events } = JSON.parse(reply.text) as { events: { index: number; leaf: string; payload: string }[] }
  const fixed = events.find((e) => e.leaf.includes('pool.committed/1'))?.index ?? Number.POSITIVE_INFINITY
  const leaks = events.flatMap((e) => singledOut(`${e.leaf} ${e.payload}`, null))
  // A key that is enrolled between the pool and the lock would name its owner.
  const { rows } = await world.db.withTx(({ tx }) =>
    tx.execute<{ bytes: Buffer }>(
      `SELECT p.bytes FROM log_entry e JOIN log_payload p ON p.hash = e.payload_hash WHERE e.typ = 'actor.key/1' AND e.idx > ${fixed} AND e.idx < ${entries}`,
    ),
  )
  const payload = (jws: string) => Buffer.from(fromB64u(jws.split('.')[1] ?? '')).toString('utf8')
  return [...leaks, ...rows.flatMap(({ bytes }) => singledOut(payload(bytes.toString('utf8')), null))]
}

async function nobodyKnows(except: readonly Person[]): Promise<void> {
  for (const [name, person] of Object.entries(roles)) expect([name, await sweep(person)]).toEqual([name, []])
  for (const person of except) expect([person.account.id, await sweep(person)]).toEqual([person.account.id, []])
  expect(await searchLog()).toEqual([])
  expect(singledOut(world.lines.join(''), null)).toEqual([])
}

const mailsOf = async (person: Person, kind = 'committee-called') =>
  (await world.mailsTo(person.account.email)).filter((m) => m.kind === kind)
const personOf = (account: string) => people.find((p) => p.account.id === account) as Person
/** The time to answer is over for who was called. */
const late = (evaluator: string) =>
  world.db.withTx(({ tx }) =>
    tx.execute(
      `UPDATE committee_call SET due_at = now() - interval '1 second' WHERE tender = '${no}' AND state = 'called' AND evaluator = '${evaluator}'`,
    ),
  )
const again = async () => {
  await world.committees()
  await world.tick()
}

describe('a committee that is drawn', { timeout: 120_000 }, () => {
  test('is known to nobody, but to each who was called for himself alone', async () => {
    await world.passDeadline(no)
    for (let i = 0; i < 2; i++) {
      await world.clock()
      await world.tick()
    }
    for (const kind of ['technical', 'draw'] as const) await world.release(no, kind)
    await world.open()
    await world.clock()
    await again()
    expect((await byState('called')).map((c) => c.evaluator).sort()).toEqual(['E1', 'E2', 'E3'])
    const called = (await byState('called')).map((c) => c.account)
    await nobodyKnows([personOf(called[0] ?? ''), people.find((p) => !called.includes(p.account.id)) as Person])
  })

  test('tells by mail those who were called, in confidence: the outbox does not say to whom', async () => {
    const called = await byState('called')
    for (const { account, evaluator } of called) {
      const [told] = await mailsOf(personOf(account))
      expect(told?.body).toContain(`평가위원(${evaluator})`)
      expect(told?.body).toContain(no)
      expect(told?.body).toContain('/e\n')
      expect(told?.body).not.toContain('앞 순서')
    }
    const idle = people.filter((p) => !called.some((c) => c.account === p.account.id))
    for (const person of idle) expect(await mailsOf(person)).toEqual([])
    const outbox = await ask(world, 'readOutbox', { ...ABOUT, no }, world.operator.token)
    const { mails } = JSON.parse(outbox.text) as { mails: { kind: string; to: string | null }[] }
    expect(mails.filter((m) => m.kind === 'committee-called').map((m) => m.to)).toEqual([null, null, null])
  })

  test('calls the next ticket for who does not answer in time, who then can answer no more', async () => {
    const [silent] = (await byState('called')).filter((c) => c.evaluator === 'E1')
    await again()
    expect((await byState('called')).map((c) => c.account)).toContain(silent?.account)
    await late('E1')
    await again()
    expect((await byState('silent')).map((c) => c.account)).toEqual([silent?.account])
    const [next] = (await byState('called')).filter((c) => c.evaluator === 'E1')
    expect(next).toMatchObject({ because: 'no-answer' })
    expect(next?.account).not.toBe(silent?.account)
    expect(await personOf(silent?.account ?? '').declare(no)).toMatchObject({ ok: false, code: 'not-called' })
    const [told] = await mailsOf(personOf(next?.account ?? ''))
    expect(told?.body).toContain('앞 순서의 사람을 대신하여')
    const reply = await send(url, 'GET', `/api/v1/tenders/${no}/events?limit=1000`)
    const { events } = JSON.parse(reply.text) as { events: { typ: string; payload: string }[] }
    const said = events.filter((e) => e.typ === 'committee.called/1').map((e) => JSON.parse(e.payload))
    expect(said.at(-1).calls).toMatchObject([{ evaluator: 'E1', replaces: silent?.id, because: 'no-answer' }])
  })

  test('tells the officer when nobody is left for a seat, and nobody else', async () => {
    const others = (await byState('called')).filter((c) => c.evaluator !== 'E1')
    for (const { account } of others) must('cleared', await personOf(account).declare(no))
    for (let left = 2; left > 0; left--) {
      await late('E1')
      await again()
      expect(await mailsOf(world.officer, 'committee-unfilled')).toEqual([])
    }
    await late('E1')
    await again()
    expect(await byState('called')).toEqual([])
    const told = await mailsOf(world.officer, 'committee-unfilled')
    expect(told).toHaveLength(1)
    expect(told[0]?.body).toMatch(/: E1\./)
    expect(told[0]?.body).toContain(`/a/${no}`)
    expect(singledOut(told[0]?.body ?? '', null)).toEqual([])
    // Once: the next round finds nothing new.
    await again()
    const rows = await world.db.withTx(({ tx }) => tx.select().from(mail).where(eq(mail.kind, 'committee-unfilled')))
    expect(rows).toHaveLength(1)
    const seated = (await byState('seated')).map((c) => c.account)
    expect(seated.sort()).toEqual(others.map((c) => c.account).sort())
    // Also now that nearly all were called: the officer who has to act.
    expect(await sweep(world.officer)).toEqual([])
    expect(await searchLog()).toEqual([])
  })

  test('control: who was called is singled out by the same look, in the rows and in that person’s own calls', async () => {
    const [seated] = await byState('seated')
    const rows = JSON.stringify(await callsNow())
    expect(singledOut(JSON.stringify(seated), null)).toEqual([seated?.account])
    // All were called in the end, so all the rows together name everybody.
    expect(singledOut(rows, null)).toEqual([])
    expect((await secrets()).in(seated?.salt ?? '')).not.toEqual([])
    const own = await ask(world, 'listCalls', { ...ABOUT, no }, personOf(seated?.account ?? '').token)
    expect(own.text).toContain(no)
  })
})
