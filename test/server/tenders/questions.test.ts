// Is a question sealed until it is answered, its asker for ever, and does everybody see that the answer is to what was asked?
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { question } from '../../../db/schema/questions.ts'
import { tender } from '../../../db/schema/tenders.ts'
import { cancel, must, type Person } from '../../../scripts/person.ts'
import { listReceipts, readProof } from '../../../src/api/bids.ts'
import { call } from '../../../src/api/client.ts'
import type { Endpoint } from '../../../src/api/endpoint.ts'
import { ENDPOINTS } from '../../../src/api/endpoints.ts'
import { answerQuestion, askQuestion, listOwnQuestions, listQuestions } from '../../../src/api/questions.ts'
import { readEvents } from '../../../src/api/tenders.ts'
import { makeBundle } from '../../../src/domain/audit/bundle.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { judgeReceiptFile } from '../../../src/domain/audit/receipt-report.ts'
import { askerOf, questionStatement, WAITING_AT_MOST } from '../../../src/domain/tenders/questions.ts'
import { clarifying } from '../../../src/domain/tenders/signed-acts.ts'
import { httpLogSource } from '../../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, fromB64u } from '../../../src/proof/bytes.ts'
import { signJws } from '../../../src/proof/jws.ts'
import { commitment } from '../../../src/proof/leaf.ts'
import { readPolicy } from '../../../src/proof/policy.ts'
import { randomScalar, scalarSigner } from '../../../src/server/keys.ts'
import { append } from '../../../src/server/log/append.ts'
import { compareLog } from '../../../src/server/log/compare-log.ts'
import { OF_QUESTIONS } from '../../support/contract-parts.ts'
import { editEach, unnoticed } from '../../support/every-edit.ts'
import { tempDir } from '../../support/processes.ts'
import { Recorder } from '../../support/recorder.ts'
import { makeWorld } from '../../support/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
const world = await makeWorld({ suppliers: 3 })
const { url, officer, stranger } = world
const [one, two, three] = world.suppliers as [Person, Person, Person]
const [keyless] = await world.add([{ id: 'officer-3', org: 'gaon-city', role: 'officer' }])
afterAll(() => {
  expect(recorder.faults).toEqual([])
})

const TEXT = '제안서에 시험 성적서를 붙여야 합니까? Is a test report to be enclosed?'
const of = (person: Person | null, no: string) => ({ token: person?.token ?? null, params: { no } })
const inbox = async (no: string, waiting: 'yes' | 'no' = 'yes') =>
  must('the questions', await call(url, listQuestions, { ...of(officer, no), query: { waiting } })).body
const own = async (no: string, person: Person) =>
  must('own questions', await call(url, listOwnQuestions, of(person, no))).body.questions
const codes = (called: { ok: boolean }) =>
  called.ok ? [] : (called as unknown as { errors: { code: string }[] }).errors.map(({ code }) => code)
/** Public entries of the tender as everybody gets them. */
const eventsOf = async (no: string) =>
  must('events', await call(url, readEvents, { ...of(null, no), query: { limit: 1000 } })).body.events
const THERE = spawnSync('python3', ['-c', 'import cryptography']).status === 0
/** What our audit says of the answers; the second verifier, where it can run, says the same of a bundle. */
async function verdict(no: string) {
  const bundle = await makeBundle(P, await gather(httpLogSource(`${url}/log`), null), no)
  if (!bundle) throw new Error(`there is no tender ${no}`)
  const ours = bundle.checks.find((c) => c.check === 'clarifications')
  if (THERE) {
    const file = join(tempDir('answers'), 'bundle.zip')
    writeFileSync(file, bundle.bytes)
    const theirs = spawnSync('python3', ['test/second-verifier/verifier.py', 'bundle', file])
    expect([theirs.status, theirs.stdout.toString()]).toEqual([ours?.verdict === 'ok' ? 0 : 1, expect.any(String)])
  }
  return ours
}

describe('a question', () => {
  test('is sealed in the log at once, and nobody but its firm and the agency reads it; the agency not by whom', async () => {
    const no = await world.publish()
    await world.tick()
    const before = await eventsOf(no)
    const { body: asked } = must('question', await one.ask(no, TEXT))
    expect(asked).toMatchObject({ text: TEXT, answered: false, opening: null })
    await world.tick()
    const [mine] = await own(no, one)
    expect(commitment(P, fromB64u(mine?.opening?.salt ?? ''), mine?.opening?.text ?? '')).toBe(asked.c)
    expect(mine?.opening?.text).toBe(questionStatement(no, askerOf(P, fromB64u(asked.askerSalt), 'firm-1'), TEXT))
    const receipts = must('receipts', await call(url, listReceipts, { token: one.token })).body.acts
    expect(receipts).toContainEqual(expect.objectContaining({ kind: 'question', tender: no, c: asked.c }))
    const receipt = async ({ token }: { token: string | null }) =>
      must('receipt', await call(url, readProof, { token, params: { c: asked.c } })).text
    const policy = readPolicy(await (await fetch(`${url}/log/policy`)).text())
    const { steps } = await judgeReceiptFile(P, await receipt(one), policy, null)
    expect(steps.filter(({ verdict }) => verdict === 'failed')).toEqual([])
    expect(steps.map(({ step }) => step)).toContain('inclusion')
    for (const other of [two, { token: null }]) expect(await receipt(other)).not.toMatch(/^extra/m)

    expect(await own(no, two)).toEqual([])
    const got = await inbox(no)
    expect(got).toMatchObject({ total: 1, questions: [{ c: asked.c, text: TEXT, answered: false }] })
    expect(JSON.stringify(got)).not.toMatch(/firm-1|supplier-1|askerSalt/)
    expect(await eventsOf(no)).toEqual(before)
    for (const person of [stranger, two, null])
      expect(['forbidden', 'sign-in-first']).toContain(codes(await call(url, listQuestions, of(person, no)))[0])
    const mails = await world.mailsTo(officer.account.email)
    expect(mails.map(({ kind }) => kind)).toContain('question-asked')
    expect(mails.map(({ body }) => body).join()).not.toMatch(/firm-1|시험 성적서/)
  })

  test('can be withheld by nobody: without its row the log has an entry that nothing opens', async () => {
    const no = await world.publish()
    const { body } = must('question', await one.ask(no, TEXT))
    await world.tick()
    expect((await compareLog(P, world.db)).differences).toEqual([])
    const row = await world.db.withTx(async ({ tx }) => tx.delete(question).where(eq(question.c, body.c)).returning())
    const { differences } = await compareLog(P, world.db)
    expect(differences.map(({ says }) => says).join()).toContain(body.c)
    await world.db.withTx(({ tx }) => tx.insert(question).values(row))
  })

  test('is refused too short, too long, twice, too often, and where nothing is published', async () => {
    const no = await world.publish()
    expect(codes(await one.ask(no, '  짧다 \u200b \u200b \u200b \u200b \u200b '))).toEqual(['text-short'])
    expect(codes(await one.ask(no, 'x'.repeat(2001)))).toEqual(['text-long'])
    must('question', await one.ask(no, TEXT))
    expect(codes(await one.ask(no, TEXT))).toEqual(['question-asked'])
    const at = await Promise.all([two.ask(no, TEXT), two.ask(no, TEXT)])
    expect(at.map(({ ok }) => ok).sort()).toEqual([false, true])
    for (let i = 1; i < WAITING_AT_MOST; i++) must('question', await one.ask(no, `${TEXT} ${i}`))
    expect(codes(await one.ask(no, `${TEXT} again`))).toEqual(['questions-waiting'])
    expect((await inbox(no)).total).toBe(WAITING_AT_MOST + 1)
    const draft = await world.draft()
    expect(codes(await one.ask(draft, TEXT))).toEqual(['not-found'])
    expect(codes(await call(url, listOwnQuestions, of(one, draft)))).toEqual(['not-found'])
    expect(codes(await call(url, listQuestions, of(officer, 'R26BK99999999')))).toEqual(['not-found'])
    await cancel(officer, world.approver, no, 'no longer needed by anybody')
    expect(codes(await two.ask(no, `${TEXT} late`))).toEqual(['wrong-state'])
  })

  test('is taken until the deadline by the database’s clock, and no longer', async () => {
    const no = await world.publish()
    must('question', await one.ask(no, TEXT))
    await world.tick()
    const [asked] = (await inbox(no)).questions
    await world.db.withTx(({ tx, now }) =>
      tx
        .update(tender)
        .set({ deadline: new Date(now.date.getTime() - 1) })
        .where(eq(tender.no, no)),
    )
    expect(codes(await one.ask(no, `${TEXT} late`))).toEqual(['questions-closed'])
    expect(codes(await officer.answer(no, asked ?? null, 'Yes.'))).toEqual(['questions-closed'])
  })
})

describe('an answer', () => {
  test('shows the question word for word, and never who asked; a second one stands beside it', async () => {
    const no = await world.publish()
    must('question', await one.ask(no, TEXT))
    await world.tick()
    const [asked] = (await inbox(no)).questions
    must('answer', await officer.answer(no, asked ?? null, 'No. It is asked of the winner.'))
    must('correction', await officer.answer(no, asked ?? null, 'Yes, please.'))
    must('explanation', await officer.answer(no, null, 'The visit is on Monday.'))
    await world.tick()
    expect((await inbox(no)).questions).toEqual([])
    expect((await inbox(no, 'no')).questions).toMatchObject([{ c: asked?.c, answered: true }])
    expect(await own(no, one)).toMatchObject([{ answered: true }])
    const answers = (await eventsOf(no)).filter(({ typ }) => typ === 'clarification/1')
    expect(answers).toHaveLength(3)
    expect(JSON.stringify(answers)).not.toContain('firm-1')
    expect(await verdict(no)).toMatchObject({ verdict: 'ok', says: { en: expect.stringContaining('2 answers') } })
    const mails = await world.mailsTo(one.account.email)
    expect(mails.filter(({ kind }) => kind === 'question-answered')).toHaveLength(2)
    expect((await world.mailsTo(two.account.email)).map(({ kind }) => kind)).not.toContain('question-answered')
  })

  test('is told to those whose bid is in, and to nobody else; the list of mails does not say how many those are', async () => {
    const no = await world.publish()
    await world.bid(no, two)
    const gone = await world.bid(no, one)
    await world.tick()
    must('withdrawal', await one.withdraw(no, 2, gone.c))
    must('explanation', await officer.answer(no, null, 'The visit is on Monday.'))
    const told = async (who: Person) =>
      (await world.mailsTo(who.account.email)).filter(
        ({ kind, body }) => kind === 'notice-explained' && body.includes(no),
      ).length
    // One after the other: the job that writes the mails is done by whoever runs the jobs first.
    expect([await told(one), await told(two), await told(three)]).toEqual([0, 1, 0])
    const { mails } = must('mails', await call(url, ENDPOINTS.readOutbox, { token: world.operator.token })).body
    expect(mails.map(({ kind }) => kind)).not.toContain('notice-explained')
  })

  test('is refused to whoever is not of the agency, has no key, signs something else, or answers what nobody asked', async () => {
    const no = await world.publish()
    must('question', await one.ask(no, TEXT))
    const waiting = (await inbox(no)).questions[0] ?? null
    // What has no place in the log yet is not answered.
    const early = await officer.answer(no, waiting, 'Yes, please.')
    await world.tick()
    if (!early.ok) expect(codes(early)).toEqual(['not-found'])
    const answer = 'Yes, please.'
    const jws = await officer.signs(clarifying(no, waiting, answer))
    const body = { question: waiting?.c ?? null, answer, jws }
    const says = async (change: object, by = officer) =>
      codes(await call(url, answerQuestion, { ...of(by, no), body: { ...body, ...change } }))
    expect(await says({ answer: '-' })).toEqual(['text-short'])
    expect(await says({ answer: 'x'.repeat(4001) })).toEqual(['text-long'])
    expect(await says({ answer: 'No, thank you.' })).toEqual(['act-mismatch'])
    expect(await says({ question: null })).toEqual(['act-mismatch'])
    expect(await says({ question: b64u(P.random(32)) })).toEqual(['not-found'])
    expect(await says({}, stranger)).toEqual(['forbidden'])
    expect(await says({}, keyless as Person)).toEqual(['no-key'])
    const foreign = await signJws(P, scalarSigner(P, randomScalar(P)), clarifying(no, waiting, answer))
    expect(await says({ jws: foreign })).toEqual(['bad-signature'])
    expect(await says({})).toEqual([])
    const other = await world.publish()
    expect(codes(await officer.answer(other, waiting, answer))).toEqual(['not-found'])
    await cancel(officer, world.approver, no, 'no longer needed by anybody')
    expect(await says({})).toEqual(['wrong-state'])
  })

  test.each([
    ['a question that was never asked', 'no such question had been sealed'],
    ['a question about another tender', 'no question about this tender'],
    ['an officer of another agency', 'not signed'],
    ['a time after the close', 'after the close'],
  ])('that the service let in against the rules is found by everybody: %s', async (what, says) => {
    const no = await world.publish()
    must('question', await one.ask(no, TEXT))
    await world.tick()
    const [asked] = (await inbox(no)).questions
    must('answer', await officer.answer(no, asked ?? null, 'Yes, please.'))
    await world.tick()
    expect((await verdict(no))?.verdict).toBe('ok')
    const elsewhere = await world.publish()
    const invented = {
      statement: questionStatement(what.includes('another tender') ? elsewhere : no, b64u(P.random(32)), TEXT),
      salt: b64u(P.random(32)),
    }
    if (what.includes('close')) {
      await world.passDeadline(no)
      await world.clock()
      await world.tick()
    }
    if (what.includes('agency')) await stranger.enrol()
    const by = what.includes('agency') ? stranger : officer
    const jws = await by.signs(clarifying(no, /never|another tender/.test(what) ? invented : null, 'Yes, please.'))
    const { kid } = by.signer ?? { kid: '' }
    await world.db.withTx((work) =>
      append(P, work, { typ: 'clarification/1', org: 'gaon-city', ref: no, by: kid, payload: jws }),
    )
    await world.tick()
    const found = await verdict(no)
    expect([found?.verdict, found?.says.en]).toEqual(['failed', expect.stringContaining(says)])
  })
})

describe('what the database holds of questions', () => {
  test('is what the log says of it, and every edit by the database’s owner is found', async () => {
    const no = await world.publish()
    must('question', await one.ask(no, TEXT))
    await world.tick()
    const [asked] = (await inbox(no)).questions
    must('answer', await officer.answer(no, asked ?? null, 'Yes, please.'))
    await world.tick()
    await world.deadlinesAsPublished()
    const tables = ['question']
    expect(unnoticed(await editEach(world, tables, { question: 'answer IS NOT NULL' }))).toEqual([])
  })
})

describe('the contract of these endpoints', () => {
  test('each was done, and each refusal that it declares was met', () => {
    const mine = (Object.values(ENDPOINTS) as Endpoint[]).filter((e) => OF_QUESTIONS.includes(e.id as never))
    expect(mine.map((e) => e.id).filter((id) => !recorder.done.has(id as never))).toEqual([])
    const declared = mine.flatMap((e) => e.refusals.map((code) => `${e.id} ${code}`))
    expect(declared.filter((one) => !recorder.refused.has(one))).toEqual([])
    expect([askQuestion, answerQuestion].map(({ power }) => power)).toEqual(['question.ask', 'question.answer'])
  })
})
