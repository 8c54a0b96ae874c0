// WEB-2: does a text that a stranger wrote stay a text, in every field that takes one, on every page, for everybody?
import { eq } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { account, organisation } from '../../db/schema/people.ts'
import { passkey } from '../../db/schema/sign-in.ts'
import { cancel, must, type Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS } from '../../src/api/endpoints.ts'
import { PAGES } from '../../src/api/pages.ts'
import { findPerson, signOffReadings } from '../../src/api/privacy.ts'
import { listQuestions } from '../../src/api/questions.ts'
import { giveMarks } from '../../src/api/tenders.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { contestRule } from '../../src/domain/scoring/contest-methods.ts'
import type { AwardRule } from '../../src/domain/scoring/rule.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { ATTACK_TEXT, HOSTILE, WATCH } from './fixtures/hostile-texts.ts'
import { chromium, drawn, openWeb, type PageOptions } from './harness.ts'

const web = await openWeb({ suppliers: 2, env: { MADANG_DEMO: '1' } })
const { world } = web
const words = { ko: ATTACK_TEXT, en: ATTACK_TEXT }

/** Where a request takes a text of any form, and how the attack gets there in this test; '-' and why, where it cannot be shown. */
const FIELDS: Record<string, string> = {
  'createTender notice.title.ko': 'draft',
  'createTender notice.title.en': 'draft',
  'createTender notice.summary.ko': 'draft',
  'createTender notice.summary.en': 'draft',
  'createTender notice.lots.title.ko': 'as the title of the notice, by the same parts of the pages',
  'createTender notice.lots.title.en': 'as the title of the notice, by the same parts of the pages',
  'createTender notice.lots.summary.ko': 'as the title of the notice, by the same parts of the pages',
  'createTender notice.lots.summary.en': 'as the title of the notice, by the same parts of the pages',
  'editTender notice.lots.title.ko': 'as the title of the notice, by the same parts of the pages',
  'editTender notice.lots.title.en': 'as the title of the notice, by the same parts of the pages',
  'editTender notice.lots.summary.ko': 'as the title of the notice, by the same parts of the pages',
  'editTender notice.lots.summary.en': 'as the title of the notice, by the same parts of the pages',
  'addLot title.ko': 'as the title of the notice, by the same parts of the pages',
  'addLot title.en': 'as the title of the notice, by the same parts of the pages',
  'addLot summary.ko': 'as the title of the notice, by the same parts of the pages',
  'addLot summary.en': 'as the title of the notice, by the same parts of the pages',
  'createTender rule.items[].title.ko': 'draft',
  'createTender rule.items[].title.en': 'draft',
  'createTender rule.items[].grades[].grade': '-: twenty signs without a space, shown as the titles of items',
  'createTender rule.quality.items[].grades[].grade': '-: as those of a contract by negotiation',
  'editTender rule.items[].grades[].grade': 'as createTender',
  'editTender rule.quality.items[].grades[].grade': 'as createTender',
  'createTender rule.tech.groups[].title.ko': 'as the items of the rule, by the same part of the page',
  'createTender rule.tech.groups[].title.en': 'as the items of the rule, by the same part of the page',
  'createTender rule.floor.fixedCosts[].item': 'a tender by price',
  'createTender rule.examination.parts[].title.ko': 'a tender by price',
  'createTender rule.examination.parts[].title.en': 'a tender by price',
  'createTender rule.quality.items[].title.ko':
    'as the items of a contract by negotiation, by the same parts of the page',
  'createTender rule.quality.items[].title.en':
    'as the items of a contract by negotiation, by the same parts of the page',
  'createTender rule.quality.tech.groups[].title.ko': '-: as those of a contract by negotiation',
  'createTender rule.quality.tech.groups[].title.en': '-: as those of a contract by negotiation',
  'createTender rule.comprehensive.parts[].title.ko': '-: shown nowhere but inside the raw rule, as everything of it',
  'createTender rule.comprehensive.parts[].title.en': '-: shown nowhere but inside the raw rule, as everything of it',
  'editTender rule.tech.groups[].title.ko': 'as createTender',
  'editTender rule.tech.groups[].title.en': 'as createTender',
  'editTender rule.floor.fixedCosts[].item': 'as createTender',
  'editTender rule.examination.parts[].title.ko': 'as createTender',
  'editTender rule.examination.parts[].title.en': 'as createTender',
  'editTender rule.quality.items[].title.ko': 'as createTender',
  'editTender rule.quality.items[].title.en': 'as createTender',
  'editTender rule.quality.tech.groups[].title.ko': 'as createTender',
  'editTender rule.quality.tech.groups[].title.en': 'as createTender',
  'editTender rule.comprehensive.parts[].title.ko': 'as createTender',
  'editTender rule.comprehensive.parts[].title.en': 'as createTender',
  'examineBidder statement': '-: shown nowhere but inside the raw entry of the log, as every payload is',
  'editTender notice.title.ko': 'as createTender',
  'editTender notice.title.en': 'as createTender',
  'editTender notice.summary.ko': 'as createTender',
  'editTender notice.summary.en': 'as createTender',
  'editTender rule.items[].title.ko': 'as createTender',
  'editTender rule.items[].title.en': 'as createTender',
  'cancelTender statement': 'cancelled',
  'lodgeComplaint reasons': 'awarded',
  'decideComplaint reasons': 'awarded',
  'askQuestion text': 'open, and answered there',
  'answerQuestion answer': 'open',
  'giveMarks marks[].comment': 'awarded',
  'giveQuantitative marks[].comment': 'as giveMarks: in the same column of the same table',
  'findPerson purpose': 'the own data of the first supplier',
  'signOffReadings statement': 'the operator’s months of readings',
  'addPasskey name': 'the security page of everybody',
  'submitBid envelopes.technical': 'both envelopes, with the attack inside',
  'submitBid envelopes.price': 'both envelopes, with the attack inside',
  'extendTender statement': 'open',
  'amendTender rule.items[].grades[].grade': 'as createTender',
  'amendTender rule.quality.items[].grades[].grade': 'as createTender',
  'amendTender statement': 'the tender whose rule is changed',
  'amendTender rule.tech.groups[].title.ko': 'as createTender',
  'amendTender rule.tech.groups[].title.en': 'as createTender',
  'amendTender rule.floor.fixedCosts[].item': 'as createTender',
  'amendTender rule.examination.parts[].title.ko': 'as createTender',
  'amendTender rule.examination.parts[].title.en': 'as createTender',
  'amendTender rule.quality.items[].title.ko': 'as createTender',
  'amendTender rule.quality.items[].title.en': 'as createTender',
  'amendTender rule.quality.tech.groups[].title.ko': 'as createTender',
  'amendTender rule.quality.tech.groups[].title.en': 'as createTender',
  'amendTender rule.comprehensive.parts[].title.ko': 'as createTender',
  'amendTender rule.comprehensive.parts[].title.en': 'as createTender',
  'amendTender rule.items[].title.ko': 'the tender whose rule is changed, beside what it was',
  'amendTender rule.items[].title.en': 'the tender whose rule is changed, beside what it was',
  'declineProposal statement': 'the approvals of the officer’s agency',
  'approveProposal statement': 'the approvals of the officer’s agency',
  'registerOrganisation nameKo': 'every organisation: put into the rows, as a name is a hundred signs at most',
  'registerOrganisation nameEn': 'as nameKo',
  'registerOrganisation person.name': 'everybody: put into the rows, as names of organisations',
  'submitRegistration nameKo': 'as registerOrganisation',
  'submitRegistration nameEn': 'as registerOrganisation',
  'acceptInvitation name': 'as registerOrganisation person.name: in the same column',
  'addDocument name': 'the first firm’s own pages, and the operator’s',
  'declareFact value{}': 'the first firm’s own pages, and the operator’s',
  'decideFact statement': 'the first firm’s own pages, and the operator’s',
  'decideRegistration statement': 'a firm whose registration was returned',
  'suspendOrganisation statement': 'the history of the first firm',
  'restoreOrganisation statement': 'the history of the first firm',
  'delegate statement': 'the people of the officer’s agency',
  'exportPeople purpose': 'the approvals of the officer’s agency',
  'declareExclusion basis': 'the list of exclusions',
  'declareExclusion grounds': 'the list of exclusions',
  'liftExclusion statement': 'the approvals of the officer’s agency',
  'registerOrganisation number': '-: only digits and letters of the scheme are kept',
  'submitRegistration number': '-: as registerOrganisation',
  'registerOrganisation person.password': '-: a secret',
  'acceptInvitation password': '-: a secret',
  'acceptInvitation token': '-: looked up, never shown',
  'addDocument bytes': '-: saved as a file, never shown; other bytes than those of its kind are refused',
  'declareIncident statement': '-: the room shows an incident by its code; attacked in room-edges',
  'releaseShares jws': '-: a signature',
  'recoverCustodian statement': '-: shown nowhere but inside the raw entry of the log, as every payload is',
  'orderRekey statement': '-: as declareIncident; shown on the bidder’s page as text',
  'answerRekey envelopes.technical': '-: of a protocol',
  'answerRekey envelopes.price': '-: of a protocol',
  'clearCustodian jws': '-: a signature',
  'proveDrop envelopes.technical': '-: only bytes of a known hash are kept',
  'proveDrop envelopes.price': '-: only bytes of a known hash are kept',
  'restoreEnvelope envelope': '-: only bytes of a known hash are kept',
  'saveOwnFields grounds': 'the operator’s list of evaluators’ fields',
  'decideField statement': 'the operator’s list, and the evaluator’s own page',
  'declareInterests statement': '-: signed, kept for audits, shown on no page',
  'contributeToDraw envelope': '-: of a protocol',
  'signIn email': '-: looked up, never shown',
  'signIn password': '-: a secret',
  'finishSignIn code': '-: a secret',
  'finishSignIn passkey.response.userHandle': '-: of a protocol',
  'finishSignIn passkey.authenticatorAttachment': '-: of a protocol',
  'stepUp code': '-: a secret',
  'stepUp passkey.response.userHandle': '-: of a protocol',
  'stepUp passkey.authenticatorAttachment': '-: of a protocol',
  'confirmTotp code': '-: a secret',
  'addPasskey passkey.response.transports[]': '-: of a protocol',
  'addPasskey passkey.authenticatorAttachment': '-: of a protocol',
  'changePassword current': '-: a secret',
  'changePassword password': '-: a secret',
  'requestReset email': '-: looked up, never shown',
  'resetPassword password': '-: a secret',
  'finishProvider query': '-: handed on to the provider’s library',
  'linkProvider query': '-: handed on to the provider’s library',
  'findPerson value': '-: looked up, never shown',
}

type Def = { type: string; [part: string]: unknown }
type Schema = { _zod: { def: Def } }

/** The paths of all texts in a shape that no pattern narrows. */
function freeTexts(schema: Schema, path = ''): string[] {
  const { def } = schema._zod
  const inner = (part: string) => freeTexts(def[part] as Schema, path)
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape as Record<string, Schema>).flatMap(([name, of]) =>
        freeTexts(of, path === '' ? name : `${path}.${name}`),
      )
    case 'array':
      return freeTexts(def.element as Schema, `${path}[]`)
    case 'tuple':
      return (def.items as Schema[]).flatMap((item) => freeTexts(item, `${path}[]`))
    case 'union':
      return (def.options as Schema[]).flatMap((option) => freeTexts(option, path))
    case 'record':
      return freeTexts(def.valueType as Schema, `${path}{}`)
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
      return inner('innerType')
    case 'pipe':
      return inner('in')
    case 'lazy':
      return []
    case 'string': {
      const checks = (def.checks ?? []) as Schema[]
      return checks.some((check) => (check._zod.def as { check?: string }).check === 'string_format') ? [] : [path]
    }
    default:
      return []
  }
}

/** What organisations and their people write, by the API that takes it. */
async function organisationsAttacked(open: string): Promise<void> {
  const does = async <E extends Endpoint>(e: E, by: Person, options: object) =>
    must(e.id, await call(world.url, e, { ...options, token: by.token } as never)).body as Record<string, never>
  const idOf = (body: Record<string, unknown>) => ({ id: String(body.id) })
  const { officer, approver, operator } = world
  const approves = async (proposed: Record<string, unknown>, statement = '') =>
    must('approval', await approver.approve(idOf(proposed).id, statement))
  const [administrator, ofAgency, newcomer] = [
    world.person('administrator-1'),
    world.person('administrator-2'),
    world.person('administrator-3'),
  ]
  const bytes = Buffer.from('%PDF-1.7').toString('base64')
  const name = HOSTILE[1] as string
  for (const by of [administrator, newcomer])
    await does(ENDPOINTS.addDocument, by, { body: { kind: 'registration', name, bytes } })
  const value = { code: HOSTILE[0], name: HOSTILE[2], number: HOSTILE[4] }
  const fact = await does(ENDPOINTS.declareFact, administrator, {
    body: { kind: 'licence', value, from: '2026-01-01', until: null },
  })
  const [statement, params] = [ATTACK_TEXT, { org: 'firm-1' }]
  const refused = { verdict: 'refused', statement }
  await does(ENDPOINTS.decideFact, operator, { params: { ...params, ...idOf(fact) }, body: refused })
  await does(ENDPOINTS.suspendOrganisation, operator, { params, body: { statement } })
  await does(ENDPOINTS.restoreOrganisation, operator, { params, body: { statement } })
  await world.db.withTx(({ tx }) =>
    tx.update(organisation).set({ standing: 'pending' }).where(eq(organisation.id, 'firm-new')),
  )
  const details = { nameKo: '새 업체', nameEn: 'New', scheme: 'KR-BRN', number: '123-45-67891' }
  await does(ENDPOINTS.submitRegistration, newcomer, { body: details })
  await does(ENDPOINTS.decideRegistration, operator, {
    params: { org: 'firm-new' },
    body: { verdict: 'returned', reasons: ['other'], statement },
  })
  const evaluator = world.evaluators[0] as Person
  const fields = { fields: ['software', 'security'], grounds: statement.slice(0, 1000) }
  await does(ENDPOINTS.saveOwnFields, evaluator, { body: fields })
  const refusedField = {
    params: { account: evaluator.account.id, field: 'software' },
    body: { verdict: 'refused', statement: statement.slice(0, 2000) },
  }
  await does(ENDPOINTS.decideField, operator, refusedField)
  const deadline = world.draftOf({ seconds: 9 * 86_400 }).deadline
  await approves(must('extension', await officer.extend(open, deadline, statement)).body, statement)
  const { rule: written, method, budget } = await world.view(open)
  const items = (written.items as AwardRule['items']).map((item) => ({
    ...item,
    title: { ko: item.title.ko.slice(0, -1), en: item.title.en.slice(0, -1) },
  }))
  const asked = { rule: { ...written, items } as unknown as JsonObject, method, budget, statement }
  const custodians = world.custodians.map((one) => one.id).sort()
  const later = world.draftOf({ seconds: 20 * 86_400 }).deadline
  await world.keysEnough()
  await approves(must('amendment', await officer.amend(open, custodians, later, asked)).body, statement)
  const lent = { from: 'administrator-2', to: 'officer-1', role: 'administrator', statement }
  const [startsAt, endsAt] = [secondsZ(Date.now()), secondsZ(Date.now() + 86_400_000)]
  const lending = await does(ENDPOINTS.delegate, ofAgency, { body: { ...lent, startsAt, endsAt } })
  await does(ENDPOINTS.approveProposal, operator, { params: idOf(lending), body: {} })
  await does(ENDPOINTS.exportPeople, ofAgency, { body: { purpose: statement } })
  const shut = { org: 'firm-shut', from: startsAt, until: endsAt, basis: ATTACK_TEXT.slice(0, 500), grounds: statement }
  await approves(must('exclusion', await officer.proposeExclusion(shut)).body, statement)
  const { exclusions } = must('exclusions', await call(world.url, ENDPOINTS.listExclusions, {})).body
  const { id, org } = exclusions[0] ?? { id: '', org: '' }
  const lifting = must('lifting', await officer.proposeLifting(id, org, statement)).body
  await does(ENDPOINTS.declineProposal, approver, { params: idOf(lifting), body: { statement } })
}

/** One question that was answered, and one that waits. */
async function questionsAttacked(open: string): Promise<void> {
  const text = ATTACK_TEXT.slice(0, 1900)
  must('question', await world.supplier(1).ask(open, text))
  must('another', await world.supplier(1).ask(open, `${text} once more`))
  await world.tick()
  const { token } = world.officer
  const asked = must('inbox', await call(world.url, listQuestions, { token, params: { no: open } })).body.questions
  must('answer', await world.officer.answer(open, asked[0] ?? null, ATTACK_TEXT.slice(0, 3900)))
  must('explanation', await world.officer.answer(open, null, text))
  await world.tick()
}

async function attacked() {
  await world.add([
    { id: 'administrator-1', org: 'firm-1', role: 'administrator' },
    { id: 'administrator-2', org: 'gaon-city', role: 'administrator' },
    { id: 'administrator-3', org: 'firm-new', role: 'administrator' },
    { id: 'administrator-4', org: 'firm-shut', role: 'administrator' },
  ])
  const draftOf = world.draftOf()
  const rule = draftOf.rule as AwardRule
  const notice = { ...draftOf.notice, title: words, summary: words }
  const change = { notice, rule: { ...rule, items: rule.items.map((item) => ({ ...item, title: words })) } }
  const bodies = {
    technical: { approach: ATTACK_TEXT, summary: ATTACK_TEXT, [HOSTILE[1] as string]: ATTACK_TEXT },
    price: { amount: '90000000', currency: 'KRW', note: ATTACK_TEXT },
  }
  await world.db.withTx(async ({ tx }) => {
    await tx.update(organisation).set({ nameKo: ATTACK_TEXT, nameEn: ATTACK_TEXT })
    await tx.update(account).set({ name: ATTACK_TEXT })
  })
  const first = world.supplier(1).account
  const purpose = ATTACK_TEXT.slice(0, 500)
  const body = { by: 'email', value: first.email, purpose } as const
  must('search', await call(world.url, findPerson, { token: world.operator.token, body }))
  await world.db.withTx(({ tx }) =>
    tx.execute(`INSERT INTO personal_reading (at, reader, address, whose, what, purpose)
                VALUES ('2026-01-05T03:00:00Z', 'officer-1', '-', 'x', 'account.name', '-')`),
  )
  const month = { token: world.operator.token, params: { month: '2026-01' }, body: { statement: ATTACK_TEXT } }
  must('month', await call(world.url, signOffReadings, month))
  const draft = await world.draft(change)
  const open = await world.publish(change)
  await organisationsAttacked(open)
  await questionsAttacked(open)
  const cancelled = await world.publish(change)
  await cancel(world.officer, world.approver, cancelled, ATTACK_TEXT)
  const evaluating = await world.publish(change)
  const awarded = await world.publish(change)
  for (const no of [evaluating, awarded]) {
    for (const [i, supplier] of world.suppliers.entries()) {
      await world.bid(no, supplier, {
        ...bodies,
        price: { ...bodies.price, amount: String(90_000_000 + i * 1_000_000) },
      })
    }
  }
  await world.tick()
  await world.bring(evaluating, 'evaluating')
  await world.bring(awarded, 'evaluating')
  for (const no of [evaluating, awarded]) {
    await world.mark(no)
    const item = rule.items.find((one) => one.kind === 'qualitative' && !rule.items.some((o) => o.parent === one.id))
    const marks = ['A', 'B'].map((bidder) => ({ bidder, item: item?.id ?? '', mark: '1', comment: ATTACK_TEXT }))
    const evaluator = world.evaluators[0] as Person
    must('marks', await call(world.url, giveMarks, { token: evaluator.token, params: { no }, body: { marks } }))
    must('signed sheet', await evaluator.signSheet(no))
  }
  must('lock', await world.officer.lock(awarded))
  await world.tick()
  await world.clock()
  await world.tick()
  await world.bring(awarded, 'ranked')
  const { c } = must('objection', await world.supplier(1).object(awarded, 'other', ATTACK_TEXT.slice(0, 3900))).body
  must('decision', await world.auditor.decideObjection(awarded, c, 'dismissed', ATTACK_TEXT))
  await world.bring(awarded, 'awarded')
  // The page of a tender by price has parts of its own.
  const contest = contestRule('qualification-works-3-2026', { base: '90000000', budget: '100000000', currency: 'KRW' })
  const { examination } = contest
  const priced = await world.publish({
    notice: {
      ...notice,
      method: 'qualification-works-3-2026',
      minBids: 2,
      budget: { amount: '100000000', currency: 'KRW' },
    },
    rule: {
      ...contest,
      floor: { rate: '0.89745', fixedCosts: [{ item: ATTACK_TEXT.slice(0, 200), amount: '1000000' }] },
      ...(examination && {
        examination: { ...examination, parts: examination.parts.map((p) => ({ ...p, title: words })) },
      }),
    },
    evaluators: [],
  })
  return { draft, open, cancelled, evaluating, awarded, priced }
}

const tenders = await attacked()

/**
 * A page as somebody who is signed in, and whose passkey bears the attack as its name. The passkey comes after the sign-in, which
 * would ask for it.
 */
async function pageOf(as: Person | undefined, options: PageOptions): Promise<Page> {
  if (!as) return web.newPage(options)
  const { id } = as.account
  await world.db.withTx(({ tx }) => tx.delete(passkey).where(eq(passkey.account, id)))
  const page = await web.newPage({ ...options, as })
  await world.db.withTx(({ tx, now }) =>
    tx.insert(passkey).values({
      id: b64u(P.random(32)),
      account: id,
      publicKey: P.random(77),
      counter: 0,
      transports: [],
      name: ATTACK_TEXT,
      backedUp: false,
      madeAt: now.date,
    }),
  )
  return page
}
const TABS = ['rule', 'documents', 'opening', 'evaluation', 'award', 'objections', 'log']

/** Every page with every tender that it could be of; a search for the attack; the parts of a tender's page. */
function addresses(of: readonly string[]): string[] {
  const search = encodeURIComponent(ATTACK_TEXT.slice(0, 190))
  return [
    ...PAGES.flatMap(({ path }) =>
      path.includes(':no')
        ? of.map((no) => path.replace(':no', no))
        : [path.replace(':name', 'none').replace(':org', 'firm-1')],
    ),
    ...TABS.map((tab) => `/tenders/${tenders.awarded}?tab=${tab}`),
    `/tenders/${tenders.priced}?tab=rule`,
    `/tenders/${tenders.open}?tab=questions`,
    '/x/readings?month=2026-01',
    `/tenders?text=${search}`,
    `/sign-in?to=${encodeURIComponent("javascript:alert('to')")}`,
    `/tenders/${search.slice(0, 60)}`,
  ]
}

type Watched = { page: Page; dialogs: string[] }

async function watched(page: Page): Promise<Watched> {
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    // Being asked whether to leave a form that was written in is no execution.
    if (dialog.type() !== 'beforeunload') dialogs.push(dialog.message())
    void dialog.dismiss().catch(() => {})
  })
  await page.addInitScript(WATCH)
  return { page, dialogs }
}

/** What of the attack came to life on this page. */
async function alive({ page, dialogs }: Watched): Promise<string[]> {
  const [blocked, planted] = (await page.evaluate('[globalThis.blocked, globalThis.planted]')) as [string[], string[]]
  return [...dialogs, ...blocked, ...planted]
}

async function visitAll(one: Watched, paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    await one.page.goto(path)
    await drawn(one.page)
    // What is folded away is unfolded, so that it is there as well.
    await one.page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    await one.page.evaluate(
      "document.querySelectorAll('main [data-row][aria-expanded=false]').forEach((row) => row.click())",
    )
    await drawn(one.page)
    found.push(...(await alive(one)).map((what) => `${path}: ${what}`))
  }
  return found
}

describe('the fields', () => {
  test('that take a text of any form are those that this test attacks', () => {
    const found = (Object.values(ENDPOINTS) as (Endpoint & { body?: Schema })[]).flatMap((e) =>
      e.body ? freeTexts(e.body).map((path) => `${e.id} ${path}`) : [],
    )
    const told = Object.keys(FIELDS)
    expect(found.filter((field) => !told.includes(field))).toEqual([])
    expect(told.filter((field) => !found.includes(field))).toEqual([])
  })
})

/** Pages on which organisations, their people and their proposals are. Whoever has only these goes to no others. */
const OF_ORGANISATIONS = ['/o', '/o/people', '/approvals', '/exclusions']

/** Pages on which one person acts, by the first part of their address. */
const ACTING = /^\/(a|s|e|x|v|k|oversight)(\/|$)/

/** Name, person, states of tenders to visit, where the person acts (to all others these pages say so alike), and only pages. */
const ROLES: readonly [string, () => Person | undefined, readonly string[], string, (readonly string[])?][] = [
  ['a visitor', () => undefined, ['open', 'cancelled', 'evaluating', 'awarded'], ''],
  ['the officer', () => world.officer, ['draft', 'open', 'cancelled', 'evaluating', 'awarded'], 'a'],
  ['an officer of elsewhere', () => world.stranger, ['evaluating'], 'a'],
  ['a supplier', () => world.supplier(1), ['open', 'awarded'], 's'],
  ['an evaluator', () => world.evaluators[0], ['evaluating', 'awarded'], 'e'],
  ['an auditor', () => world.auditor, ['awarded'], 'oversight k'],
  ['an operator', () => world.operator, ['open'], 'x v k oversight'],
  ['an approver', () => world.approver, [], '', OF_ORGANISATIONS],
  ['an administrator of the agency', () => world.person('administrator-2'), [], '', OF_ORGANISATIONS],
  ['an administrator of a firm', () => world.person('administrator-1'), [], '', OF_ORGANISATIONS],
  ['an administrator of a firm that is not verified', () => world.person('administrator-3'), [], '', OF_ORGANISATIONS],
]

describe.skipIf(chromium === null)('a text that attacks', () => {
  test.each(ROLES)('comes to life on no page for %s', { timeout: 300_000 }, async (name, who, states, acts, only) => {
    const as = who()
    // Pages of others and addresses of nothing answer 403 and 404: that is noise here.
    const page = await pageOf(as, { lang: 'en', allow: [/status of [45]\d\d/] })
    const one = await watched(page)
    const paths = only ?? addresses(states.map((state) => tenders[state as keyof typeof tenders]))
    // These pages say the same to everybody, and the visitor sees them all.
    const told = (path: string) => /^\/(how|verify|log|who-may|sign-in|forgot|reset|register|invitation)/.test(path)
    // And so do the parts of a tender to whoever has nothing to do with it.
    const aloof = /elsewhere|auditor|operator/.test(name)
    const apart = (path: string) => aloof && /\?(tab|text)=/.test(path)
    const acting = (path: string) => ACTING.exec(path)?.[1]
    const others = (path: string) => acting(path) !== undefined && !acts.split(' ').includes(acting(path) as string)
    // To a visitor every page on which somebody acts says that one must sign in: one of each kind is enough.
    const first = (path: string) => paths.find((one) => acting(one) === acting(path)) === path
    const own = as
      ? paths.filter((path) => !told(path) && !apart(path) && !others(path))
      : paths.filter((path) => !others(path) || first(path))
    expect(await visitAll(one, own)).toEqual([])
  })

  test('is there to be read: the visits above did meet it', async () => {
    const [visitor, supplier] = [
      await pageOf(undefined, { lang: 'en' }),
      await pageOf(world.supplier(1), { lang: 'en' }),
    ]
    const as = (id: string) => pageOf(world.person(id), { lang: 'en' })
    const [firm, newcomer, agency] = [
      await as('administrator-1'),
      await as('administrator-3'),
      await as('administrator-2'),
    ]
    const [approver, operator] = [await as('approver-1'), await as('operator-1')]
    for (const [page, path, what] of [
      [supplier, '/my-data', HOSTILE[0]],
      [supplier, '/security', HOSTILE[1]],
      [visitor, `/tenders/${tenders.open}`, HOSTILE[0]],
      [visitor, `/tenders/${tenders.open}?tab=questions`, HOSTILE[3]],
      [visitor, `/tenders/${tenders.awarded}?tab=objections`, HOSTILE[4]],
      [visitor, '/exclusions', HOSTILE[3]],
      [firm, '/o', `${HOSTILE[0]}, ${HOSTILE[2]}, ${HOSTILE[4]}`],
      [newcomer, '/o', HOSTILE[5]],
      [agency, '/o/people', HOSTILE[6]],
      [agency, '/approvals', HOSTILE[7]],
      [approver, '/approvals', HOSTILE[8]],
      [operator, '/v/firm-1', HOSTILE[9]],
      [visitor, `/tenders/${tenders.cancelled}`, HOSTILE[1]],
      [visitor, `/tenders/${tenders.awarded}?tab=rule`, HOSTILE[2]],
      [visitor, `/tenders/${tenders.priced}?tab=rule`, HOSTILE[2]],
      [visitor, `/tenders/${tenders.awarded}?tab=evaluation`, '$t(parts.service) {{name}} $& $1 %s'],
      [visitor, `/tenders/${tenders.awarded}/opening`, HOSTILE[0]],
    ] as const) {
      await page.goto(path)
      await drawn(page)
      await page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
      await expect.poll(() => page.locator('main').textContent(), { message: path }).toContain(what)
    }
  })

  test('is seen when it does come to life, in a page of ours and in one without any policy', async () => {
    const page = await web.newPage({ allow: [/Content Security Policy|Failed to load|elsewhere|404/] })
    const one = await watched(page)
    await page.goto('/')
    await drawn(page)
    expect(await alive(one)).toEqual([])
    await page.evaluate(`document.querySelector('main').innerHTML = ${JSON.stringify(HOSTILE.slice(0, 3).join(' '))}`)
    await expect.poll(async () => (await alive(one)).join('\n')).toMatch(/script-src/)
    expect((await alive(one)).join('\n')).toMatch(/class="planted"/)
    // The policy is what kept it from running: no dialog came.
    expect(one.dialogs).toEqual([])
    const bare = await watched(await web.newPage({ allow: [/.*/] }))
    await bare.page.goto('about:blank')
    await bare.page.setContent(HOSTILE[1] as string)
    await expect.poll(() => bare.dialogs).toEqual(['img'])
  })
})
