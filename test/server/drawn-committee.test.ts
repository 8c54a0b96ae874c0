// Is a committee drawn by what custodians had sealed, seated only after declarations, and provable by a stranger? With real custodians.
import { eq } from 'drizzle-orm'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { committeeCall, evaluatorField, fieldDecision, poolMember } from '../../db/schema/evaluators.ts'
import { actorKey } from '../../db/schema/people.ts'
import { ninetyTen } from '../../scripts/case.ts'
import { must, type Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { enrolCustodian } from '../../src/api/custodians.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import {
  contributeToDraw,
  decideField,
  declareInterests,
  listCalls,
  listStatedFields,
  readOwnFields,
  readPoolSizes,
  saveOwnFields,
} from '../../src/api/evaluators.ts'
import { editTender, readEvents, readSheet } from '../../src/api/tenders.ts'
import { audit } from '../../src/domain/audit/audit.ts'
import { judgePool, type OpenedPool } from '../../src/domain/audit/opened-pool.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import type { Field } from '../../src/domain/evaluators/fields.ts'
import { fieldDecision as decision } from '../../src/domain/organisations/register-acts.ts'
import { readRecord } from '../../src/domain/record/read.ts'
import { declaration } from '../../src/domain/tenders/signed-acts.ts'
import { Custodian } from '../../src/keepers/custodian-core.ts'
import { httpPost } from '../../src/keepers/post.ts'
import { folderLogSource, httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../src/proof/canonical.ts'
import { readJws, type Signer, signJws } from '../../src/proof/jws.ts'
import { readKeyset } from '../../src/proof/keyset.ts'
import { commitment, readLeaf } from '../../src/proof/leaf.ts'
import { openPool } from '../../src/server/evaluators/confirmations.ts'
import { compareLog } from '../../src/server/log/compare-log.ts'
import { fileRound } from '../../src/server/log/log-files.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { auditAt } from '../journeys/public-audit.ts'
import { OF_EVALUATORS, WHERE_DRAWN } from '../support/contract-parts.ts'
import { editEach, unnoticed } from '../support/every-edit.ts'
import { tempDir } from '../support/processes.ts'
import { Recorder } from '../support/recorder.ts'
import { NO_JWS } from '../support/requests.ts'
import { eventually, makeWorld } from '../support/world.ts'
import { TestCustodian } from '../support/world-keepers.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
afterAll(() => expect(recorder.faults).toEqual([]))
const world = await makeWorld({ suppliers: 2, evaluators: 9, custodians: 0 })
const { url } = world
const RULE = ninetyTen('100000000')
const pool = (software: number, security: number) => ({
  strata: [
    { field: 'software', seats: software },
    { field: 'security', seats: security },
  ],
  perYear: 6,
})
/** One of the buyer's own people, and one of a bidder's. */
const [own, partial] = (await world.add([
  { id: 'evaluator-own', org: 'gaon-city', role: 'evaluator' },
  { id: 'evaluator-partial', org: 'firm-1', role: 'evaluator' },
])) as [Person, Person]
const experts = world.evaluators.filter((p) => p !== own && p !== partial)

const fieldsOf = (person: Person, fields: Field[]) =>
  call(url, saveOwnFields, { token: person.token, body: { fields } })
const eventsOf = async (no: string) =>
  must('events', await call(url, readEvents, { params: { no }, query: { limit: 1000 } })).body.events
const sheetOf = (no: string, by: Person) => call(url, readSheet, { token: by.token, params: { no } })
const callsNow = (no: string) =>
  world.db.withTx(({ tx }) => tx.select().from(committeeCall).where(eq(committeeCall.tender, no)))

await world.fields([...experts, own, partial], ['software'])
await world.fields(experts.slice(0, 4), ['security', 'software'])

/** Three custodians as they are, each with a folder and a clock of its own. */
const keepers: Custodian[] = []
for (const id of ['audit-office', 'time-office', 'chamber']) {
  const custodian = await Custodian.open({
    P,
    dir: tempDir('keeper'),
    id,
    source: httpLogSource(`${url}/log`),
    post: httpPost(url),
    now: () => Date.now(),
    tell: () => {},
  })
  must(
    'custodian',
    await call(url, enrolCustodian, { token: world.operator.token, body: { jws: custodian.identity.jws } }),
  )
  keepers.push(custodian)
}

const stop = world.runs()
let polling = true
const polled = Promise.all(
  keepers.map(async (keeper) => {
    while (polling) {
      await keeper.round().catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }),
)
afterAll(async () => {
  polling = false
  await polled
  await stop()
})
await eventually('opening keys', async () => {
  const made = await world.db.withTx(({ tx }) => tx.execute('SELECT DISTINCT custodian FROM prekey'))
  return made.rows.length === 3
})

describe('a field that an evaluator states', () => {
  const decide = (account: string, verdict: 'confirmed' | 'refused', statement?: string) =>
    call(url, decideField, {
      token: world.operator.token,
      params: { account, field: 'culture' },
      body: { verdict, ...(statement !== undefined && { statement }) },
    })
  const culture = async () => {
    const { body } = must('sizes', await call(url, readPoolSizes, { token: world.officer.token, query: {} }))
    return body.fields.find((f) => f.field === 'culture')?.people
  }
  const waiting = async () => {
    const asked = { token: world.operator.token, query: {} }
    return must('list', await call(url, listStatedFields, asked)).body.fields.map((f) => [f.account, f.grounds])
  }

  test('counts only once somebody else has confirmed it, and a refusal has a reason that the evaluator reads', async () => {
    const [stranger, other] = [experts[7] as Person, experts[8] as Person]
    const id = stranger.account.id
    const state = (fields: Field[], grounds = 'Ten years at a museum') =>
      call(url, saveOwnFields, { token: stranger.token, body: { fields, grounds } })
    expect(await decide(id, 'confirmed')).toMatchObject({ code: 'not-found' })
    must('stated', await state(['software', 'culture']))
    must('stated', await call(url, saveOwnFields, { token: other.token, body: { fields: ['software', 'culture'] } }))
    expect([await culture(), await waiting()]).toEqual([
      0,
      [
        [id, 'Ten years at a museum'],
        [other.account.id, ''],
      ],
    ])
    expect(await decide(id, 'refused', 'no')).toMatchObject({ code: 'statement-missing' })
    must('refusal', await decide(id, 'refused', 'The museum does not know of it.'))
    expect(await decide(id, 'confirmed')).toMatchObject({ code: 'field-decided' })
    const own = async () => must('own', await call(url, readOwnFields, { token: stranger.token })).body
    expect((await own()).standing.find((f) => f.field === 'culture')).toMatchObject({
      state: 'refused',
      statement: 'The museum does not know of it.',
    })
    // Said again it stays refused; given up and stated anew it waits again.
    must('again', await state(['software', 'culture']))
    expect(await waiting()).toEqual([[other.account.id, '']])
    must('given up', await state(['software']))
    must('anew', await state(['software', 'culture'], 'With papers'))
    must('confirmation', await decide(id, 'confirmed'))
    expect(await culture()).toBe(1)
    must('confirmation', await decide(other.account.id, 'confirmed'))
    expect([await culture(), await waiting()]).toEqual([2, []])
    // A person without a key would enrol one when called, and so be known.
    const revoked = { revokedAt: new Date() }
    await world.db.withTx(({ tx }) => tx.update(actorKey).set(revoked).where(eq(actorKey.account, id)))
    expect([await culture(), (await own()).key]).toEqual([1, false])
    await stranger.enrol()
    expect([await culture(), (await own()).key]).toEqual([2, true])
    for (const person of [stranger, other]) must('given up', await fieldsOf(person, ['software']))
  })

  test('is confirmed by the operator alone, and never by the evaluator: the database says so, too', async () => {
    const one = experts[0] as Person
    const asked = {
      params: { account: one.account.id, field: 'software' as const },
      body: { verdict: 'confirmed' as const },
    }
    for (const by of [one, world.officer, world.auditor])
      expect(await call(url, decideField, { ...asked, token: by.token })).toMatchObject({ code: 'forbidden' })
    const alone = world.db.withTx(({ tx }) =>
      tx.update(evaluatorField).set({ decidedBy: one.account.id }).where(eq(evaluatorField.account, one.account.id)),
    )
    const said = await alone.then(
      () => 'taken',
      (err: Error & { cause?: unknown }) => `${err.message} ${String(err.cause)}`,
    )
    expect(said).toMatch(/nobody_confirms_an_own_field/)
  })
})

describe('a decision about a field', () => {
  const sealed = () => world.db.withTx(({ tx }) => tx.select().from(fieldDecision).orderBy(fieldDecision.at))
  const waitingRows = async () =>
    (await world.db.withTx(({ tx }) => tx.execute('SELECT count(*)::int AS n FROM log_outbox'))).rows[0]?.n

  test('is a sealed entry in the same transaction, signed by an operator with a key; nobody reads from the log whom it is about', async () => {
    const one = experts[6] as Person
    const { id } = one.account
    const [keyed] = (await world.add([{ id: 'operator-2', org: 'operator', role: 'operator' }])) as [Person]
    await keyed.enrol()
    must('stated', await fieldsOf(one, ['software', 'culture']))
    const payload = decision(id, 'culture', 'confirmed', 'operator-2')
    const sign = (said: JsonObject & { typ: string }) => signJws(P, keyed.signer as Signer, said)
    const decide = (by: Person, jws?: string) =>
      call(url, decideField, {
        token: by.token,
        params: { account: id, field: 'culture' },
        body: { verdict: 'confirmed', ...(jws !== undefined && { jws }) },
      })
    const before = (await sealed()).length
    for (const [code, by, jws] of [
      ['signature-missing', keyed, undefined],
      ['bad-signature', keyed, NO_JWS],
      ['act-mismatch', keyed, await sign({ ...payload, verdict: 'refused' })],
      ['no-key', world.operator, await sign(payload)],
    ] as const)
      expect(await decide(by, jws)).toMatchObject({ code })
    // What was refused has left neither row nor entry.
    await eventually('a quiet log', async () => (await waitingRows()) === 0)
    expect((await sealed()).length).toBe(before)
    must('confirmation', await decide(keyed, await sign(payload)))
    const row = await eventually('its index', async () =>
      (await sealed()).find((r) => r.account === id && r.field === 'culture' && r.idx !== null),
    )
    const standing = must('own', await call(url, readOwnFields, { token: one.token })).body.standing
    const opening = standing.find((f) => f.field === 'culture')?.sealed
    expect(opening).toEqual({ index: row.idx, salt: b64u(row.salt), text: row.text })
    expect(readJws(row.text).payload).toEqual(payload)
    // The entry, and everything else that is published, has the commitment and nothing of the person.
    const { rows } = await world.db.withTx(({ tx }) =>
      tx.execute<{ leaf: Buffer }>(`SELECT leaf FROM log_entry WHERE idx = ${row.idx}`),
    )
    const leaf = readLeaf(new Uint8Array(rows[0]?.leaf ?? []))
    expect(leaf).toEqual({ v: 1, typ: 'sealed/1', c: commitment(P, row.salt, row.text) })
    const published = await world.db.withTx(({ tx }) =>
      tx.execute<{ n: number }>(
        `SELECT count(*)::int AS n FROM log_payload WHERE position('evaluator.field/1'::bytea IN bytes) > 0`,
      ),
    )
    expect(published.rows[0]?.n).toBe(0)
    must('given up', await fieldsOf(one, ['software']))
  })

  test('cannot be made up in the row alone: the database wants its entry', async () => {
    must('stated', await fieldsOf(experts[6] as Person, ['software', 'culture']))
    const made = world.db.withTx(({ tx }) =>
      tx
        .update(evaluatorField)
        .set({ state: 'confirmed', decidedBy: world.operator.account.id, decision: null })
        .where(eq(evaluatorField.field, 'culture')),
    )
    const said = await made.then(
      () => 'taken',
      (err: Error & { cause?: unknown }) => `${err.message} ${String(err.cause)}`,
    )
    expect(said).toMatch(/a_field_that_counts_has_its_entry/)
    must('given up', await fieldsOf(experts[6] as Person, ['software']))
  })
})

describe('the pool', () => {
  test('is counted for a buyer without a name, and without the buyer’s own people', async () => {
    const { body } = must('sizes', await call(url, readPoolSizes, { token: world.officer.token, query: {} }))
    const people = Object.fromEntries(body.fields.map((f) => [f.field, f.people]))
    expect(people).toMatchObject({ software: 10, security: 4, construction: 0 })
    expect(JSON.stringify(body)).not.toMatch(/evaluator-/)
  })

  test('is refused with a draft that names evaluators besides, knows no field, or asks for more than there are', async () => {
    const draft = world.draftOf({ rule: RULE, evaluators: [], pool: pool(2, 1) })
    const refused = async (change: object) => {
      const made = await world.officer.draft({ ...draft, ...change }).then(
        () => 'taken',
        (err: Error) => err.message,
      )
      return made
    }
    expect(await refused({ evaluators: [experts[0]?.account.id] })).toMatch(/draft-incomplete/)
    expect(await refused({ pool: { strata: [{ field: 'astrology', seats: 3 }], perYear: 6 } })).toMatch(/pool-invalid/)
    const no = await world.officer.draft({ ...draft, pool: pool(2, 3) })
    const edited = { ...draft, pool: { strata: [{ field: 'astrology', seats: 3 }], perYear: 6 } }
    const asked = { token: world.officer.token, params: { no }, body: edited }
    expect(await call(url, editTender, asked)).toMatchObject({ code: 'pool-invalid' })
    await expect(world.officer.publish(no)).rejects.toThrow(/pool-too-small/)
  })
})

describe('a tender whose committee is drawn', () => {
  test('calls by ticket, seats who declares no conflict, replaces who does, and is proven by a stranger', async () => {
    const no = await world.officer.draft(world.draftOf({ rule: RULE, evaluators: [], pool: pool(2, 1), seconds: 20 }))
    await world.officer.publish(no)
    const typesNow = async () => (await eventsOf(no)).map((e) => e.typ)
    await eventually('three contributions', async () => {
      return (await typesNow()).filter((typ) => typ === 'draw.contribution/1').length === 3
    })
    // Fixed before the close, in the order of the numbers, and no number leads to a person.
    const committed = (await eventsOf(no)).find((e) => e.typ === 'pool.committed/1')?.payload ?? ''
    const strata = JSON.parse(committed).strata as { field: string; ids: string[] }[]
    expect(strata.map((s) => [s.field, s.ids.length])).toEqual([
      ['software', 10],
      ['security', 4],
    ])
    for (const { ids } of strata) expect(ids).toEqual([...ids].sort())
    expect(committed).not.toMatch(/evaluator-/)
    const wrong = { params: { no }, body: { jws: NO_JWS, envelope: '{}' } }
    expect(await call(url, contributeToDraw, wrong)).toMatchObject({ code: 'bad-signature' })
    // A custodian that the keyset does not name, and a tender that draws nobody.
    const fourth = new TestCustodian('fourth')
    await fourth.enrol(url, world.operator.token)
    const keyset = readKeyset(P, (await world.view(no)).keysets.find((k) => k.kind === 'draw')?.keyset as Json)
    expect(await fourth.contribute(url, no, keyset)).toMatchObject({ code: 'contribution-invalid' })
    expect(await fourth.contribute(url, 'R26BK99999999', keyset)).toMatchObject({ code: 'not-found' })
    for (const supplier of world.suppliers) await world.bid(no, supplier)

    await eventually('the draw', async () => (await typesNow()).includes('committee.called/1'))
    await eventually('the evaluation', async () => (await world.view(no)).state === 'evaluating')
    expect(await fourth.contribute(url, no, keyset)).toMatchObject({ code: 'wrong-state' })
    const called = (await callsNow(no)).filter((c) => c.state === 'called')
    expect(called.map((c) => c.evaluator).sort()).toEqual(['E1', 'E2', 'E3'])
    const people = new Set(called.map((c) => c.account))
    expect(people.has(own.account.id) || people.has(partial.account.id)).toBe(false)
    const drawn = world.db.withTx(({ tx }) => tx.select().from(poolMember).where(eq(poolMember.tender, no)))
    expect((await drawn).every((m) => m.ticket !== null && m.place !== null)).toBe(true)

    const first = world.person(called.find((c) => c.evaluator === 'E1')?.account ?? '')
    const idle = experts.find((p) => !people.has(p.account.id)) as Person
    // Drawn and not declared, or not drawn at all: neither sees a sheet.
    expect(await sheetOf(no, first)).toMatchObject({ ok: false, code: 'declaration-missing' })
    expect(await sheetOf(no, idle)).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await idle.declare(no)).toMatchObject({ ok: false, code: 'not-called' })
    expect(await world.officer.lock(no)).toMatchObject({ ok: false, code: 'seat-empty' })
    const asked = must('calls', await call(url, listCalls, { token: first.token })).body.calls
    expect(asked.map((c) => [c.tender, c.evaluator, c.state])).toEqual([[no, 'E1', 'called']])
    expect(asked[0]?.bidders.map((b) => b.id).sort()).toEqual(['firm-1', 'firm-2'])

    // What is declared is signed, whole, and by the one who was drawn.
    const say = (body: object, of = no) => {
      const whole = { conflict: false, grounds: null, statement: '', jws: NO_JWS, ...body }
      return call(url, declareInterests, { token: first.token, params: { no: of }, body: whole })
    }
    expect(await say({}, 'R26BK99999999')).toMatchObject({ code: 'not-found' })
    expect(await say({ conflict: true })).toMatchObject({ code: 'grounds-missing' })
    // Whose key was reported since.
    const keyless = { revokedAt: new Date() }
    await world.db.withTx(({ tx }) => tx.update(actorKey).set(keyless).where(eq(actorKey.account, first.account.id)))
    expect(await say({})).toMatchObject({ code: 'no-key' })
    await first.enrol()
    expect(await say({})).toMatchObject({ code: 'bad-signature' })
    const none = { conflict: false, grounds: null, statement: '' }
    const other = await signJws(
      P,
      first.signer as Signer,
      declaration(no, { evaluator: 'E2', number: asked[0]?.number ?? '' }, none),
    )
    expect(await say({ jws: other })).toMatchObject({ code: 'act-mismatch' })

    must('conflict', await first.declare(no, 'employment'))
    expect(await first.declare(no)).toMatchObject({ ok: false, code: 'not-called' })
    for (const c of called.filter((c) => c.evaluator !== 'E1')) must('clear', await world.person(c.account).declare(no))
    const next = await eventually('the next ticket', async () =>
      (await callsNow(no)).find((c) => c.evaluator === 'E1' && c.state === 'called'),
    )
    expect(next.account).not.toBe(first.account.id)
    must('clear', await world.person(next.account).declare(no))
    await eventually(
      'everybody sits',
      async () => (await callsNow(no)).filter((c) => c.state === 'seated').length === 3,
    )
    expect(await sheetOf(no, first)).toMatchObject({ ok: false, code: 'forbidden' })
    const sheet = must('sheet', await sheetOf(no, world.person(next.account))).body
    expect(sheet.proposals.map((p) => p.label)).toEqual(['A', 'B'])
    const mine = must('own', await call(url, readOwnFields, { token: world.person(next.account).token })).body
    expect(mine.appointments).toBe(1)

    await world.mark(no)
    // Before the lock somebody of the pool may still be called: not even an auditor is told who is in it.
    expect(await world.db.withTx((work) => openPool(work, no))).toMatch(/may still be called/)
    must('lock', await world.officer.lock(no))
    await eventually('the ranking', async () => (await world.view(no)).state === 'ranked')
    const checks = await auditAt(url, no)
    expect(checks.filter((c) => c.verdict === 'failed').map((c) => `${c.check}: ${c.says.en}`)).toEqual([])
    const committee = checks.find((c) => c.check === 'committee')
    expect(committee?.verdict).toBe('ok')
    expect(committee?.says.en).toMatch(/from what 3 custodians had sealed: 14 tickets .* 1 replaced by the next/)
    // A copy of the log's files proves as much, what was sealed for the draw among them.
    const dir = tempDir('files')
    const policy = async () => await (await fetch(`${url}/log/policy`)).text()
    await fileRound({ P, db: world.db, tiles: tileReader(), dir, policy })
    const copied = await audit(P, await gather(folderLogSource(dir), null), no)
    expect(copied.find((c) => c.check === 'committee')).toEqual(committee)
    // Those who sat are shown to have been confirmed, to everybody; everybody else of the pool to an auditor, who believes no row.
    const opened = (await world.db.withTx((work) => openPool(work, no))) as OpenedPool
    const source = await gather(folderLogSource(dir), null)
    const judged = async ({ members }: OpenedPool) => {
      const r = await readRecord(P, source.entries, source.payload, no)
      return (await judgePool(P, r, source.entries, members)).flatMap(({ wrong }) => wrong ?? [])
    }
    expect([opened.members.length, await judged(opened)]).toEqual([14, []])
    const somebody = opened.members[0]?.account ?? ''
    await world.db.withTx(({ tx }) =>
      tx
        .update(fieldDecision)
        .set({ text: canonical(decision(somebody, 'software', 'confirmed', 'operator-9')) })
        .where(eq(fieldDecision.account, somebody)),
    )
    const changed = (await world.db.withTx((work) => openPool(work, no))) as OpenedPool
    expect([...new Set(await judged(changed))]).toEqual(['not-sealed'])
    // What was declared stays with its tender: the log has whether, and not what.
    const told = JSON.stringify(await eventsOf(no))
    expect(told).not.toContain('employment')
  })
})

describe('the account of all that was met', () => {
  test('each endpoint about drawn committees did what it is for, and each of its refusals was met', () => {
    const done: readonly string[] = [...recorder.done]
    expect(OF_EVALUATORS.filter((id) => !done.includes(id))).toEqual([])
    const declared = (Object.values(ENDPOINTS) as Endpoint[])
      .filter((e) => OF_EVALUATORS.includes(e.id as EndpointId))
      .flatMap((e) => e.refusals.map((code) => `${e.id} ${code}`))
    expect([...declared, ...WHERE_DRAWN].filter((one) => !recorder.refused.has(one))).toEqual([])
  })
})
describe('a drawn committee in the database', () => {
  test('is what the log says of it, and every edit by the database’s owner is found', async () => {
    await stop()
    await world.tick()
    await world.deadlinesAsPublished()
    // Nothing but what was changed above by hand: keys that nobody reported, and a decision that somebody rewrote.
    const { differences } = await compareLog(P, world.db)
    const where = [...new Set(differences.map((one) => one.where.split(' ')[0]))].sort()
    expect(where).toEqual(['actor_key', 'evaluator_field', 'field_decision'])
    const tables = ['pool_member', 'draw_contribution', 'committee_call', 'evaluator_field', 'field_decision']
    const rows = { evaluator_field: 'decision IS NOT NULL', committee_call: 'jws IS NOT NULL' }
    expect(unnoticed(await editEach(world, tables, rows))).toEqual([])
  })
})
