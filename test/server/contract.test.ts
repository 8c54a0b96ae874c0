// Does the running server keep its contract? Each endpoint is served as declared and nothing else is, each declared refusal is met, and
// every reply on the way, whatever its status, has the form and the headers that all have.
import { connect } from 'node:net'
import { eq } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import { tender } from '../../db/schema/tenders.ts'
import { approveAll, must, type Person } from '../../scripts/person.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import { type Code, PROBLEMS } from '../../src/api/problems.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { lookedThrough } from '../../src/domain/organisations/register-acts.ts'
import { monthOf } from '../../src/domain/people/looking-through.ts'
import { contestRule } from '../../src/domain/scoring/contest-methods.ts'
import { MOST_LOTS } from '../../src/domain/tenders/lots.ts'
import {
  awarding,
  cancellation,
  examining,
  extension,
  override,
  sheetOf,
} from '../../src/domain/tenders/signed-acts.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { type Signer, signJws } from '../../src/proof/jws.ts'
import { makeLogger, startApi } from '../../src/server/api.ts'
import { makeApp } from '../../src/server/app.ts'
import { randomScalar, scalarSigner } from '../../src/server/keys.ts'
import {
  OF_AUCTIONS,
  OF_COMPLAINTS,
  OF_DISPUTES,
  OF_EVALUATORS,
  OF_FILES,
  OF_ORGANISATIONS,
  OF_QUESTIONS,
  OF_YEARS,
  WHERE_DRAWN,
  WHERE_KEYED,
  WHERE_OBJECTED,
  WHERE_REPLACED,
  WHERE_STANDING,
} from '../support/contract-parts.ts'
import { testDatabase } from '../support/database.ts'
import { oidcHouse } from '../support/oidc-house.ts'
import { tempDir } from '../support/processes.ts'
import { Recorder } from '../support/recorder.ts'
import { ABOUT, type About, type Asked, addressFor, ask, NO_JWS, REQUESTS, send } from '../support/requests.ts'
import { makeWorld, PASSWORD } from '../support/world.ts'
import { TestCustodian } from '../support/world-keepers.ts'
import { withLength } from './bids/forged-envelope.ts'
import { walkPeople } from './contract-people.ts'

/** What other files account for. */
const ELSEWHERE = [
  ...OF_COMPLAINTS,
  ...OF_QUESTIONS,
  ...OF_ORGANISATIONS,
  ...OF_EVALUATORS,
  ...OF_DISPUTES,
  ...OF_FILES,
  ...OF_YEARS,
  ...OF_AUCTIONS,
]
const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
const oidc = await oidcHouse()
const other = await oidcHouse({ name: 'narae', beside: oidc })
const world = await makeWorld({ suppliers: 5, evaluators: 8, env: { MADANG_OIDC: other.file } })
const nothing = await testDatabase()
const { url, officer, stranger, auditor, operator } = world
const [bidder, rival, keyless] = world.suppliers as [Person, Person, Person]
afterAll(() => {
  expect(recorder.faults).toEqual([])
})

const key = () => b64u(P.random(18))
/** Asks in the way of the table of requests but for what is given; answers status and codes, the first of which decides. */
async function met(id: EndpointId, person: Person | null, change: Asked & Partial<About> = {}) {
  const {
    no = 'R26BK99999999',
    c = ABOUT.c,
    hash = ABOUT.hash,
    key: asked = key(),
    id: of = ABOUT.id,
    ...rest
  } = change
  const reply = await ask(world, id, { no, c, hash, key: asked, id: of }, person?.token, rest)
  const body = reply.text.startsWith('{') ? JSON.parse(reply.text) : {}
  return { ...reply, body, codes: ((body.errors ?? []) as { code: Code }[]).map((error) => error.code) }
}
async function refuses(code: Code, id: EndpointId, person: Person | null, change: Asked & Partial<About> = {}) {
  const { status, codes, text } = await met(id, person, change)
  expect(codes, `${id}: ${status} ${text.slice(0, 300)}`).toContain(code)
}

describe('addresses', () => {
  test('the router has a route for each endpoint, and no other', () => {
    type Layer = { route?: { path: string; stack: { method?: string }[] } }
    const app = makeApp(world.api.deps) as unknown as { router: { stack: Layer[] } }
    const routes = app.router.stack.flatMap(({ route }) => {
      const methods = [...new Set(route?.stack.map((layer) => layer.method))]
      return methods.map((method) => `${method} ${route?.path}`)
    })
    const declared = (Object.values(ENDPOINTS) as Endpoint[]).map((e) => `${e.method} ${e.path}`)
    expect(routes.sort()).toEqual(declared.sort())
  })

  test('another method at an address of ours is a 405 that says which there are', async () => {
    for (const e of Object.values(ENDPOINTS) as Endpoint[]) {
      const path = addressFor(e, REQUESTS[e.id as EndpointId]({ ...ABOUT, no: 'R26BK00000001' }, world))
      const methods = (Object.values(ENDPOINTS) as Endpoint[]).filter((o) => o.path === e.path).map((o) => o.method)
      for (const method of ['get', 'post', 'put', 'delete', 'patch', 'options'].filter(
        (m) => !methods.includes(m as 'get'),
      )) {
        const reply = await send(url, method, path.split('?')[0] as string)
        expect([method, path, reply.status]).toEqual([method, path, 405])
        expect(reply.headers.get('allow')?.toLowerCase().split(', ')).toEqual(expect.arrayContaining(methods))
      }
    }
  })

  test.each([
    '/nothing',
    '/api',
    '/api/v1',
    '/api/v1/time/',
    '/API/v1/time',
    '/api/v1/Time',
    '/api//v1/time',
    '/api/v1/tenders/%ff',
    '/api/v1/tenders/%00',
    '/api/v1/tenders/R26BK00000001%2Fevents',
    '/logs',
    '/log/tile/0/1000',
    '/log/tile/0/000.p/999',
    '/log/tile/9/000',
    '/log/payload/zz',
    '/problems/__proto__',
    '/problems/no-such-problem',
    '/.git/config',
    '/package.json',
  ])('there is nothing at %s', async (path) => {
    expect((await send(url, 'GET', path)).status).toBe(404)
  })

  test('HEAD answers like GET, without the body', async () => {
    for (const path of ['/api/v1/time', '/api/v1/tenders', '/log/checkpoint', '/openapi.json', '/nothing']) {
      const [head, get] = [await send(url, 'HEAD', path), await send(url, 'GET', path)]
      expect([path, head.status, head.bytes.length]).toEqual([path, get.status, 0])
    }
  })

  test('each problem has a page with its words in both languages', async () => {
    for (const [code, row] of Object.entries(PROBLEMS)) {
      const page = await met('readProblem', null, { params: { code } })
      expect([code, page.status]).toEqual([code, 200])
      for (const words of [code, row.title.ko, row.title.en].map((w) =>
        w.replace(/&/g, '&#38;').replace(/'/g, '&#39;'),
      ))
        expect(page.text).toContain(words)
    }
  })

  test('the description is served as it was made', async () => {
    const { openApiDocument } = await import('../../src/api/openapi.ts')
    const served = (await met('readOpenApi', null)).body
    expect(served).toEqual(JSON.parse(JSON.stringify(openApiDocument(served.info.version))))
  })
})

describe('what every request can meet', () => {
  const bodied = (Object.values(ENDPOINTS) as Endpoint[]).filter((e) => e.body)

  test('a body that is no JSON, of another type, too large, or with one member too many is refused before anything is done', async () => {
    const [administrator] = await world.add([{ id: 'administrator-1', org: 'firm-1', role: 'administrator' }])
    for (const e of bodied) {
      const id = e.id as EndpointId
      const { power } = e
      const by =
        {
          'tender.draft': officer,
          'custodian.enrol': operator,
          'incident.declare': auditor,
          'rekey.order': auditor,
          'custodian.recover': auditor,
          'complaint.decide': auditor,
          'complaint.lodge': bidder,
          'question.ask': bidder,
          'auction.bid': bidder,
          'data.read': operator,
          'readings.review': operator,
          'organisation.edit': administrator,
          'organisation.verify': operator,
          'organisation.suspend': operator,
          'role.grant': administrator,
          'people.export': administrator,
          'people.end': administrator,
          'evaluator.fields': world.evaluators[0] as Person,
          'evaluator.confirm': operator,
          'evaluator.declare': world.evaluators[0] as Person,
        }[power as string] ??
        (power.startsWith('bid.') ? bidder : power === 'scores.mark' ? (world.evaluators[0] as Person) : officer)
      const asked = REQUESTS[id]({ ...ABOUT, no: 'R26BK99999999', key: key() }, world)
      // Bids are judged whole: what is wrong with a body is said in a signed refusal, once there is a tender to refuse for.
      if (power === 'bid.submit') continue
      await refuses('bad-json', id, by, { body: '{"a":1,"a":2}' })
      await refuses('bad-json', id, by, { body: '{"a":' })
      await refuses('bad-field', id, by, { body: { ...(asked.body as object), extra: 1 } })
      await refuses('media-type', id, by, { headers: { ...asked.headers, 'content-type': 'text/plain' } })
      await refuses('body-too-large', id, by, { body: ' '.repeat((e.bodyLimit ?? 65_536) + 1) })
    }
    // An organisation is not left without anybody who looks after its people.
    await refuses('last-administrator', 'eraseMyData', administrator as Person, {
      body: { account: 'administrator-1' },
    })
  })

  test('words that no query has are refused', async () => {
    await refuses('bad-field', 'listTenders', null, { query: { page: 0 } })
    await refuses('bad-field', 'listTenders', null, { query: { colour: 'red' } })
    await refuses('bad-field', 'readEvents', null, { query: { after: 'x' } })
  })

  test('a refusal is in Korean for those who ask in Korean, and has both languages for whoever shows it', async () => {
    const reply = await met('readMe', null, { headers: { 'accept-language': 'ko-KR,ko;q=0.9' } })
    expect(reply.body).toMatchObject({
      title: PROBLEMS['sign-in-first'].title.ko,
      errors: [{ says: PROBLEMS['sign-in-first'].title }],
    })
  })

  test('a database without a free connection is a 503 that says when to come again', async () => {
    const pools = world.api.deps.db
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const held = Array.from({ length: 10 }, () => pools.withTx(() => gate))
    await refuses('busy', 'readHealth', null)
    release()
    await Promise.all(held)
    expect((await met('readHealth', null)).status).toBe(200)
  })
})

describe('a request that cannot be read', () => {
  /** Sends bytes as they are; answers all that comes back, as a reply. */
  async function bytes(text: string): Promise<{ status: number; headers: Headers; body: string }> {
    const socket = connect(world.config.port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.write(text)
    await new Promise((resolve) => socket.once('close', resolve))
    const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
    const [first = '', ...lines] = head.split('\r\n')
    const headers = new Headers(
      lines.map((line): [string, string] => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
    )
    return { status: Number(first.split(' ')[1]), headers, body }
  }

  test.each([
    ['no HTTP', 'hello\r\n\r\n', 'bad-request'],
    ['a method that is none', 'STEAL /api/v1/time HTTP/1.1\r\nHost: x\r\n\r\n', 'bad-request'],
    [
      'two lengths',
      'POST /api/v1/keys HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      'bad-request',
    ],
    [
      'a length and chunks',
      'POST /api/v1/keys HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'bad-request',
    ],
    ['a control character in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX: \x01\r\n\r\n', 'bad-request'],
    [
      'headers of 20,000 bytes',
      `GET /api/v1/time HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
      'headers-too-large',
    ],
    ['an address of 20,000 bytes', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 'headers-too-large'],
  ])('is refused as a problem with the headers of every reply: %s', async (_, text, code) => {
    const { status, headers, body } = await bytes(text)
    expect([status, JSON.parse(body).errors[0].code]).toEqual([PROBLEMS[code as Code].status, code])
    const one = new Recorder()
    one.look('GET', '/nothing', new Response(null, { status, headers }), body)
    expect(one.faults).toEqual([])
  })
})

walkPeople({ world, oidc, other, met, refuses })

describe('people and keys', () => {
  test('sign-in, refresh and sign-out refuse what they declare', async () => {
    const foreign = { headers: { origin: 'http://evil.example' } }
    for (const id of ['signIn', 'refreshSession', 'signOut'] as const)
      await refuses('foreign-origin', id, null, foreign)
    await refuses('bad-refresh', 'refreshSession', null)
    const body = { email: officer.account.email, password: 'wrong' }
    for (let i = 0; i < 5; i++) await refuses('bad-credentials', 'signIn', null, { body })
    await refuses('rate-limited', 'signIn', null, { body })
  })

  test('a session starts, goes on and ends', async () => {
    const { email } = operator.account
    const began = await met('signIn', null, { body: { email, password: PASSWORD } })
    expect(began.status).toBe(201)
    const cookie =
      began.headers
        .getSetCookie()
        .find((one) => one.startsWith('madang_refresh='))
        ?.split(';')[0] ?? ''
    expect((await met('refreshSession', null, { headers: { cookie } })).status).toBe(200)
    expect((await met('signOut', null)).status).toBe(204)
    expect((await met('readMe', operator)).status).toBe(200)
  })

  /** An actor.key/1 as its owner would sign it, but for what is given. */
  async function entry(
    by: Person,
    change: JsonObject = {},
    signer = scalarSigner(P, randomScalar(P)),
  ): Promise<string> {
    const { kid } = (await met('readMe', by)).body
    const payload = {
      typ: 'actor.key/1',
      id: by.account.id,
      org: by.account.org,
      jwk: signer.jwk,
      from: secondsZ(Date.now()),
      replaces: kid,
    }
    return signJws(P, signer, { ...payload, ...change } as JsonObject & { typ: string })
  }

  test('a key is enrolled only as it declares', async () => {
    await refuses('bad-signature', 'enrolKey', keyless, { body: { jws: NO_JWS } })
    await refuses('key-mismatch', 'enrolKey', keyless, { body: { jws: await entry(keyless, { org: 'another' }) } })
    await refuses('clock-skew', 'enrolKey', keyless, {
      body: { jws: await entry(keyless, { from: '2020-01-01T00:00:00Z' }) },
    })
    const signer = scalarSigner(P, randomScalar(P))
    expect((await met('enrolKey', keyless, { body: { jws: await entry(keyless, {}, signer) } })).status).toBe(201)
    await refuses('key-in-use', 'enrolKey', keyless, { body: { jws: await entry(keyless, {}, signer) } })
    keyless.signer = signer
  })

  test('a custodian is enrolled, and offers keys, only as it declares', async () => {
    const other = new TestCustodian('custodian-x')
    await refuses('bad-signature', 'enrolCustodian', operator, { body: { jws: NO_JWS } })
    const known = world.custodians[0] as TestCustodian
    await refuses('key-in-use', 'enrolCustodian', operator, { body: { jws: await known.identity() } })
    const strange = await signJws(P, other.signer, {
      typ: 'custodian.identity/1',
      id: 'a',
      org: 'b',
      jwk: other.signer.jwk,
      from: secondsZ(Date.now()),
      replaces: null,
    })
    await refuses('key-mismatch', 'enrolCustodian', operator, { body: { jws: strange } })

    const to = (id: string, jws: string) => ({ params: { id }, body: { jws } })
    await refuses('custodian-unknown', 'offerPrekeys', null, to('nobody', NO_JWS))
    await refuses('bad-signature', 'offerPrekeys', null, to(known.id, await other.prekeys(1)))
    const misnamed = await signJws(P, known.signer, { typ: 'custodian.prekeys/1', custodian: 'custodian-2', keys: [] })
    await refuses('key-mismatch', 'offerPrekeys', null, to(known.id, misnamed))
    const offer = JSON.parse(Buffer.from((await known.prekeys(2)).split('.')[1] as string, 'base64url').toString())
    const half = await signJws(P, known.signer, { ...offer, keys: offer.keys.slice(0, 1) })
    expect((await met('offerPrekeys', null, to(known.id, half))).status).toBe(201)
    await refuses('key-in-use', 'offerPrekeys', null, to(known.id, await signJws(P, known.signer, offer)))
  })
})

const past = (): string => secondsZ(Date.now() - 60_000)
const evaluator = world.evaluators[0] as Person
const outsider = world.evaluators[7] as Person

describe('tenders', () => {
  test('a draft is refused for each thing that is wrong with it', async () => {
    const no = await world.draft()
    const draft = world.draftOf()
    const wrong: [Code, object][] = [
      ['rule-invalid', { ...draft, rule: { ...draft.rule, weights: { tech: 90, price: 20 } } }],
      ['evaluator-unknown', { ...draft, evaluators: [...draft.evaluators.slice(0, 6), 'supplier-1'] }],
      ['draft-incomplete', { ...draft, notice: { ...draft.notice, method: 'no-such-method' } }],
      ['deadline-in-the-past', { ...draft, deadline: past() }],
    ]
    for (const [code, body] of wrong) {
      await refuses(code, 'createTender', officer, { body })
      await refuses(code, 'editTender', officer, { no, params: { no }, body })
    }
    expect((await met('editTender', officer, { no })).status).toBe(200)
    expect((await met('readDraft', officer, { no })).status).toBe(200)
  })

  test('a lot is added and taken away among drafts alone, and not without end', async () => {
    const no = await world.draft()
    for (let lots = 2; lots <= MOST_LOTS; lots++) expect((await met('addLot', officer, { no })).status).toBe(201)
    await refuses('draft-incomplete', 'addLot', officer, { no })
    expect((await met('leaveLots', officer, { no })).status).toBe(200)
    const published = await world.publish()
    for (const id of ['addLot', 'leaveLots'] as const) await refuses('wrong-state', id, officer, { no: published })
  })

  test('who is not of the agency is refused, and what is not there is not found', async () => {
    const no = await world.publish()
    const forbidden: EndpointId[] = [
      'editTender',
      'addLot',
      'leaveLots',
      'readDraft',
      'proposeKeysets',
      'publishTender',
      'cancelTender',
      'proposeLock',
      'lockScores',
      'awardTender',
      'examineBidder',
      'extendTender',
      'giveQuantitative',
      'readMarking',
    ]
    for (const id of forbidden) {
      await refuses('forbidden', id, stranger, { no })
      await refuses('not-found', id, officer)
    }
    for (const id of ['readSheet', 'giveMarks', 'signSheet'] as const) {
      await refuses('forbidden', id, outsider, { no })
      await refuses('not-found', id, evaluator)
    }
    await refuses('not-found', 'declareIncident', auditor)
    await refuses('not-found', 'releaseShares', null, { body: { jws: await release({}) } })
    for (const id of ['readTender', 'readEvents', 'readPayload', 'readProof'] as const)
      await refuses('not-found', id, null)
    for (const id of ['readOutcome', 'readOwnBids', 'submitBid', 'withdrawBid'] as const)
      await refuses('not-found', id, bidder)
  })

  test('personal data is read, changed, taken along and found; erasure is refused to whom a tender needs', async () => {
    const body = { phone: '+82 2 700 0000', bankAccount: null, identityNumber: null }
    expect((await met('changeMyData', bidder, { body })).body).toEqual(body)
    expect((await met('readMyData', bidder)).body.detail).toEqual(body)
    expect((await met('exportMyData', bidder)).body.account).toBe(bidder.account.id)
    expect((await met('findPerson', operator)).status).toBe(200)
    expect((await met('listReadings', bidder)).status).toBe(200)
    // A month of readings, looked through once it is over, by an operator who signs.
    const month = '2026-01'
    await world.db.withTx(({ tx }) =>
      tx.execute(`INSERT INTO personal_reading (at, reader, address, whose, what, purpose)
                  VALUES ('${month}-05T15:00:00Z', 'operator-1', '192.0.2.7', 'officer-1', 'account.name', 'a call about papers')`),
    )
    const [keyed, other] = (await world.add([
      { id: 'operator-8', org: 'operator', role: 'operator' },
      { id: 'operator-7', org: 'operator', role: 'operator' },
    ])) as [Person, Person]
    await keyed.enrol()
    const of = (change: object = {}, statement = 'Nothing stood out.') => ({
      params: { month },
      body: { statement, ...change },
    })
    const signs = (payload: Parameters<typeof signJws>[2]) => signJws(P, keyed.signer as Signer, payload)
    const now = { ...of(), params: { month: monthOf(Date.now()) } }
    await refuses('month-not-over', 'signOffReadings', operator, now)
    await refuses('not-found', 'signOffReadings', operator, { ...of(), params: { month: '2020-01' } })
    await refuses('statement-missing', 'signOffReadings', operator, of({}, 'fine'))
    await refuses('signature-missing', 'signOffReadings', keyed, of())
    await refuses('bad-signature', 'signOffReadings', keyed, of({ jws: NO_JWS }))
    await refuses('act-mismatch', 'signOffReadings', keyed, of({ jws: await signs(lookedThrough('2026-02')) }))
    await refuses('own-readings', 'signOffReadings', operator, of())
    await refuses('no-key', 'signOffReadings', other, of({ jws: await signs(lookedThrough(month)) }))
    expect((await met('readReadingMonth', operator, { params: { month } })).body).toMatchObject({ lookedThrough: null })
    expect((await met('signOffReadings', keyed, of({ jws: await signs(lookedThrough(month)) }))).status).toBe(201)
    await refuses('month-done', 'signOffReadings', keyed, of({ jws: await signs(lookedThrough(month)) }))
    expect((await met('listReadingMonths', operator)).status).toBe(200)
    await refuses('key-mismatch', 'eraseMyData', bidder)
    await world.publish()
    await refuses('erasure-blocked', 'eraseMyData', officer, { body: { account: officer.account.id } })
    const [leaving] = await world.add([{ id: 'officer-9', org: 'gaon-city', role: 'officer' }])
    expect((await met('eraseMyData', leaving as Person, { body: { account: 'officer-9' } })).status).toBe(200)
  })

  test('a state in which an act cannot be done is named', async () => {
    const published = await world.publish()
    for (const id of [
      'editTender',
      'proposeKeysets',
      'publishTender',
      'proposeLock',
      'lockScores',
      'awardTender',
      'examineBidder',
      'giveQuantitative',
      'readMarking',
    ] as const)
      await refuses('wrong-state', id, officer, { no: published })
    for (const id of ['readSheet', 'giveMarks', 'signSheet'] as const)
      await refuses('wrong-state', id, evaluator, { no: published })
    await refuses('wrong-state', 'declareIncident', auditor, { no: published })
    await refuses('wrong-state', 'cancelTender', officer, {
      no: await world.draft(),
      body: { statement: 'A reason that is long enough', jws: NO_JWS },
    })
    await refuses('statement-missing', 'cancelTender', officer, { no: published })
    const statement = 'A reason that is long enough'
    const cancel = async (change: object = {}, by: Signer = officer.signer as Signer) => ({
      no: published,
      params: { no: published },
      body: { statement, jws: await signJws(P, by, { ...cancellation(published, statement), ...change }) },
    })
    const [keyless] = await world.add([{ id: 'officer-4', org: 'gaon-city', role: 'officer' }])
    await refuses('no-key', 'cancelTender', keyless as Person, await cancel())
    await refuses('bad-signature', 'cancelTender', officer, await cancel({}, scalarSigner(P, randomScalar(P))))
    await refuses('act-mismatch', 'cancelTender', officer, await cancel({ statement: 'Quite another reason' }))
    expect((await met('cancelTender', officer, await cancel())).status).toBe(202)
    await refuses('proposal-open', 'cancelTender', officer, await cancel())
    expect(await approveAll(world.approver, published)).toBe(1)
    await refuses('wrong-state', 'extendTender', officer, {
      no: published,
      body: { deadline: world.draftOf({ seconds: 9 * 86_400 }).deadline, statement, jws: NO_JWS },
    })
    await refuses('not-open', 'submitBid', bidder, { no: published })
    await refuses('not-open', 'withdrawBid', bidder, { no: published })
  })

  test('a publication is refused for each thing that is wrong with it', async () => {
    const no = await world.draft()
    const { notice, technical, price } = (await met('proposeKeysets', officer, { no })).body
    const signed = async (by: Signer, change: object = {}, noticed: object = {}) => ({
      notice: await signJws(P, by, { ...notice, ...noticed }),
      keysets: {
        technical: await signJws(P, by, { ...technical, ...change }),
        price: await signJws(P, by, price),
      },
    })
    const own = officer.signer as Signer
    const to = (body: unknown) => ({ no, params: { no }, body })
    await refuses(
      'keyset-mismatch',
      'publishTender',
      officer,
      to(await signed(own, { open_after: '2030-01-01T00:00:00Z' })),
    )
    await refuses('bad-signature', 'publishTender', officer, to(await signed(scalarSigner(P, randomScalar(P)))))
    const [colleague] = await world.add([{ id: 'officer-3', org: 'gaon-city', role: 'officer' }])
    await refuses('no-key', 'publishTender', colleague as Person, to(await signed(own)))
    // The rule and the deadline were fine when the draft was made; they are asked again.
    const change = (set: Partial<typeof tender.$inferInsert>) =>
      world.db.withTx(({ tx }) => tx.update(tender).set(set).where(eq(tender.no, no)))
    const { rule } = world.draftOf()
    await change({ rule: { ...rule, weights: { tech: 50, price: 10 } } })
    await refuses('rule-invalid', 'publishTender', officer, to(await signed(own)))
    await change({ rule, deadline: new Date(past()) })
    await refuses('deadline-in-the-past', 'publishTender', officer, to(await signed(own)))
    await change({ deadline: new Date(technical.open_after), openAfter: new Date(technical.open_after) })
    await refuses('act-mismatch', 'publishTender', officer, to(await signed(own, {}, { revision: '001' })))
    expect((await met('publishTender', officer, to(await signed(own)))).status).toBe(201)
  })

  test('keysets are not proposed while a custodian has no key left', async () => {
    const custodian = new TestCustodian('custodian-0')
    await custodian.enrol(url, operator.token)
    await refuses('prekeys-missing', 'proposeKeysets', officer, { no: await world.draft() })
    await custodian.offer(url, 40)
    world.custodians.unshift(custodian)
  })
})

/** A release/1 that a custodian signs, whatever is in it. */
const release = (payload: JsonObject, by: Signer = (world.custodians[0] as TestCustodian).signer): Promise<string> =>
  signJws(P, by, { typ: 'release/1', ks: 'x', x: 1, list: '', checkpoint: '', shares: [], ...payload })

describe('bids', () => {
  /** The body of a bid with the signed statement changed, signed by the bidder or whom it is given. */
  async function changed(no: string, by: Person, change: JsonObject, signer: Signer = by.signer as Signer) {
    const { body } = await by.seal(no, { technical: { approach: 'x' }, price: { amount: '1', currency: 'KRW' } })
    const payload = JSON.parse(Buffer.from(body.jws.split('.')[1] as string, 'base64url').toString())
    return { ...body, jws: await signJws(P, signer, { ...payload, ...change }) }
  }
  async function withdrawal(no: string, by: Person, change: JsonObject, signer: Signer = by.signer as Signer) {
    const made = secondsZ(Date.now())
    const payload = {
      typ: 'withdrawal/1',
      tender: no,
      lot: '1',
      bidder: by.account.org,
      seq: 1,
      withdraws: ABOUT.c,
      made,
    }
    return { jws: await signJws(P, signer, { ...payload, ...change }), salt: b64u(P.random(32)) }
  }

  test('a submission and a withdrawal are refused for each thing that is wrong with them', async () => {
    const [no, other] = [await world.publish(), await world.publish()]
    const to = (body: unknown, change: Asked = {}): Asked & Partial<About> => ({
      no,
      params: { no },
      headers: { 'idempotency-key': key() },
      body,
      ...change,
    })
    const nobody = scalarSigner(P, randomScalar(P))
    const statements = { submitBid: changed, withdrawBid: withdrawal }
    for (const [id, make] of Object.entries(statements) as ['submitBid' | 'withdrawBid', typeof withdrawal][]) {
      await refuses('idempotency-key-missing', id, bidder, to(await make(no, bidder, {}), { headers: {} }))
      await refuses('bad-signature', id, bidder, to(await make(no, bidder, {}, nobody)))
      await refuses('submission-mismatch', id, bidder, to(await make(no, bidder, { tender: other })))
      await refuses('wrong-seq', id, bidder, to(await make(no, bidder, { seq: 7 })))
      await refuses('bad-json', id, bidder, to('{"jws":'))
      await refuses('bad-field', id, bidder, to({ ...(await make(no, bidder, {})), extra: 1 }))
      await refuses(
        'media-type',
        id,
        bidder,
        to('x', { headers: { 'idempotency-key': key(), 'content-type': 'text/plain' } }),
      )
      await refuses('body-too-large', id, bidder, to(' '.repeat(4_200_000)))
      const used = { 'idempotency-key': key() }
      await met(id, bidder, to(await make(no, bidder, {}, nobody), { headers: used }))
      await refuses('idempotency-key-reused', id, bidder, to(await make(no, bidder, {}), { headers: used }))
      const asked = key()
      expect((await met('readOutcome', bidder, { no, key: asked })).body).toMatchObject({ outcome: 'not received' })
      await refuses(
        'idempotency-key-void',
        id,
        bidder,
        to(await make(no, bidder, {}), { headers: { 'idempotency-key': asked } }),
      )
    }
    await refuses('nothing-to-withdraw', 'withdrawBid', bidder, to(await withdrawal(no, bidder, {})))
    const own = await changed(no, bidder, {})
    const foreign = await changed(other, bidder, {})
    await refuses('wrong-keyset', 'submitBid', bidder, to({ ...own, envelopes: foreign.envelopes }))
    await refuses('envelope-invalid', 'submitBid', bidder, to({ ...own, envelopes: { technical: '{}', price: '{}' } }))
    const bent = { ...own.envelopes, price: withLength(own.envelopes.price, 5000) }
    await refuses('wrong-size', 'submitBid', bidder, to({ ...own, envelopes: bent }))
    const [fresh] = await world.add([{ id: 'supplier-9', org: 'firm-9', role: 'supplier' }])
    await refuses('no-key', 'submitBid', fresh as Person, to(own))
    await refuses('no-key', 'withdrawBid', fresh as Person, to(await withdrawal(no, bidder, {})))
  })

  test('a bid is received, repeated, replaced, withdrawn, and its outcome told', async () => {
    const no = await world.publish()
    const first = await world.bid(no, bidder)
    expect((await met('readOutcome', bidder, { no, key: first.key })).body).toMatchObject({
      outcome: 'receipt',
      status: 201,
    })
    await refuses('commitment-repeated', 'submitBid', bidder, {
      no,
      params: { no },
      headers: { 'idempotency-key': key() },
      body: first.body,
    })
    const body = await withdrawal(no, bidder, { seq: 2, withdraws: first.c })
    expect(
      (await met('withdrawBid', bidder, { no, params: { no }, headers: { 'idempotency-key': key() }, body })).status,
    ).toBe(201)
    await refuses('commitment-repeated', 'withdrawBid', bidder, {
      no,
      params: { no },
      headers: { 'idempotency-key': key() },
      body,
    })
    await world.tick()
    expect((await met('readOwnBids', bidder, { no })).body.acts.length).toBe(2)
    expect((await met('listOwnBids', bidder)).body.bids).toEqual(
      expect.arrayContaining([expect.objectContaining({ tender: no })]),
    )
    // With what was refused above, which has a receipt as well.
    const receipts = (await met('listReceipts', bidder)).body.acts
    expect(receipts).toEqual(expect.arrayContaining([expect.objectContaining({ tender: no, seq: 1, c: first.c })]))
    expect(receipts.map((act: { kind: string }) => act.kind)).toContain('refusal')
    expect((await met('readProof', bidder, { c: first.c })).status).toBe(200)
  })

  test('a request that is still being worked on keeps another with its key waiting outside', async () => {
    const no = await world.publish()
    const held = key()
    // Another transaction has the key, as a request in flight would.
    const client = await world.database.client(world.database.url)
    await client.query('BEGIN')
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `request ${bidder.account.org} ${held}`,
    ])
    const headers = { 'idempotency-key': held }
    await refuses('idempotency-key-in-flight', 'submitBid', bidder, {
      no,
      params: { no },
      headers,
      body: await changed(no, bidder, {}),
    })
    await refuses('idempotency-key-in-flight', 'withdrawBid', bidder, {
      no,
      params: { no },
      headers,
      body: await withdrawal(no, bidder, {}),
    })
    await refuses('idempotency-key-in-flight', 'readOutcome', bidder, { no, key: held })
    await client.query('ROLLBACK')
  })

  test('what comes after the deadline is late', async () => {
    const no = await world.publish()
    const [late, gone] = [await changed(no, bidder, {}), await withdrawal(no, bidder, {})]
    await world.passDeadline(no, 3600)
    const to = (body: unknown) => ({ no, params: { no }, headers: { 'idempotency-key': key() }, body })
    await refuses('late', 'submitBid', bidder, to(late))
    await refuses('late', 'withdrawBid', bidder, to(gone))
  })
})

describe('from the close to the award', () => {
  test('releases, marks, the lock and the award refuse what they declare, and do it when nothing is wrong', async () => {
    const no = await world.publish()
    await world.bid(no, bidder)
    await world.bid(no, rival)
    await world.tick()
    await world.bring(no, 'closed')
    await refuses('statement-missing', 'declareIncident', auditor, { no })
    const reasons = ['closing-time-override']
    const statement = 'The clock was seen late by all'
    const declared = (jws: string) => ({ no, params: { no }, body: { reasons, statement, jws } })
    await refuses('no-key', 'declareIncident', auditor, declared(NO_JWS))
    await auditor.enrol()
    const over = (payload: JsonObject) => signJws(P, auditor.signer as Signer, { typ: 'incident/1', ...payload })
    await refuses('bad-signature', 'declareIncident', auditor, declared(NO_JWS))
    await refuses('act-mismatch', 'declareIncident', auditor, declared(await over({ reasons })))
    const overriding = declared(await over(override(no, reasons, statement)))
    expect((await met('declareIncident', auditor, overriding)).status).toBe(201)

    // The list is made, and not yet in the log.
    await world.passDeadline(no)
    await world.clock()
    const keysets = (await world.view(no)).keysets
    const ks = keysets.find((k) => k.kind === 'technical')?.ks ?? ''
    const custodian = world.custodians[0] as TestCustodian
    const post = (jws: string) => ({ no, params: { no }, body: { jws } })
    await refuses('wrong-state', 'releaseShares', null, post(await release({ ks, x: 1 })))
    await world.tick()
    const { keyset, payload } = await world.listOf(no, 'technical')
    const good = await custodian.release(url, keyset, ks, payload)
    await refuses('bad-signature', 'releaseShares', null, post(NO_JWS))
    await refuses('release-invalid', 'releaseShares', null, post(await release({ ks, x: 1, list: 'x' })))
    expect((await met('releaseShares', null, post(good))).status).toBe(201)
    const once = JSON.parse(Buffer.from(good.split('.')[1] as string, 'base64url').toString())
    const twice = await signJws(P, custodian.signer, { ...once, checkpoint: ABOUT.c })
    await refuses('release-differs', 'releaseShares', null, post(twice))

    await world.release(no, 'technical', world.custodians.slice(1))
    await world.open()
    await world.clock()
    await world.tick()
    expect((await met('readSheet', evaluator, { no })).status).toBe(200)
    expect((await met('listAssignments', evaluator)).body.assignments.length).toBeGreaterThan(0)
    const tooMuch = { marks: [{ bidder: 'A', item: 'strategy-method', mark: '999', comment: '' }] }
    await refuses('mark-invalid', 'giveMarks', evaluator, { no, params: { no }, body: tooMuch })
    await refuses('mark-invalid', 'giveQuantitative', officer, { no, params: { no }, body: tooMuch })
    await refuses('mark-missing', 'lockScores', officer, { no })
    await refuses('mark-missing', 'signSheet', evaluator, { no })
    await world.mark(no)
    const sheet = (await met('readSheet', evaluator, { no })).body
    expect(sheet.signed).toBe(true)
    // A mark given again takes the signature off the sheet.
    const again = { marks: sheet.marks.slice(0, 1) }
    expect((await met('giveMarks', evaluator, { no, params: { no }, body: again })).status).toBe(200)
    await refuses('sheet-unsigned', 'lockScores', officer, { no })
    await refuses('bad-signature', 'signSheet', evaluator, { no })
    const ofAnother = sheetOf(no, 'E2', sheet.marks, null)
    const put = async (payload: JsonObject & { typ: string }, by = evaluator) => ({
      no,
      params: { no },
      body: { jws: await signJws(P, by.signer as Signer, payload) },
    })
    await refuses('act-mismatch', 'signSheet', evaluator, await put(ofAnother))
    const own = await put(sheetOf(no, sheet.evaluator, sheet.marks, null))
    expect((await met('signSheet', evaluator, own)).status).toBe(200)
    // Whoever changes the key signs the sheet again, or the lock would stand on a key that is not in force.
    const kid = (await met('readMe', evaluator)).body.kid
    const report = { params: { kid }, body: { reason: 'lost' } }
    expect((await met('revokeKey', evaluator, report)).status).toBe(201)
    await refuses('key-not-in-force', 'revokeKey', evaluator, report)
    await refuses('not-found', 'revokeKey', officer, report)
    await refuses('no-key', 'signSheet', evaluator, own)
    await refuses('sheet-unsigned', 'lockScores', officer, { no })
    await evaluator.enrol()
    expect((await met('listKeys', evaluator)).body.keys.map((k: { state: string }) => k.state)).toEqual(
      expect.arrayContaining(['in-force', 'revoked']),
    )
    expect((await evaluator.signSheet(no)).ok).toBe(true)
    expect((await met('readMarking', officer, { no })).status).toBe(200)
    const [unsigned] = await world.add([{ id: 'officer-6', org: 'gaon-city', role: 'officer' }])
    await refuses('no-key', 'lockScores', unsigned as Person, { no })
    const { order } = (await met('proposeLock', officer, { no })).body
    await refuses('bad-signature', 'lockScores', officer, { no })
    await refuses('act-mismatch', 'lockScores', officer, await put({ ...order, sheets: [] }, officer))
    expect((await met('lockScores', officer, await put(order, officer))).status).toBe(201)
    await world.tick()
    await world.bring(no, 'ranked')
    // Both have the same marks and the same price: a lot is to be drawn.
    await refuses('lot-pending', 'awardTender', officer, {
      no,
      params: { no },
      body: { bidder: bidder.account.org, jws: NO_JWS },
    })
  })

  test('an act that needs two is proposed, read, declined, withdrawn and approved', async () => {
    const { approver } = world
    const no = await world.publish()
    const late = world.draftOf({ seconds: 9 * 86_400 }).deadline
    const body = { deadline: late, statement: 'The specification is corrected' }
    const propose = async (of = no, change = {}, by: Person = officer) => {
      const asked = { ...body, ...change }
      const payload = extension(of, await world.view(of), asked.deadline, asked.statement)
      const jws = await signJws(P, officer.signer as Signer, payload)
      return met('extendTender', by, { no: of, params: { no: of }, body: { jws, ...asked } })
    }
    const other = await world.publish()
    for (const [change, code] of [
      [{ deadline: '2020-01-01T00:00:00Z' }, 'extension-too-short'],
      [{ lots: [{ no: other, jws: NO_JWS }] }, 'lots-not-all'],
      [{ deadline: '2099-01-01T00:00:00Z' }, 'extension-too-long'],
      [{ statement: 'short' }, 'statement-missing'],
      [{ jws: NO_JWS }, 'bad-signature'],
      [
        {
          jws: await signJws(
            P,
            officer.signer as Signer,
            extension(other, await world.view(other), late, 'Something else'),
          ),
        },
        'act-mismatch',
      ],
    ] as const)
      expect([code, (await propose(other, change)).codes]).toEqual([code, [code]])
    const [unsigned] = await world.add([{ id: 'officer-7', org: 'gaon-city', role: 'officer' }])
    expect((await propose(other, {}, unsigned)).codes).toEqual(['no-key'])
    const first = await propose()
    expect(first.status).toBe(202)
    expect((await propose()).codes).toEqual(['proposal-open'])
    const ofFirst = { id: first.body.id as string }
    expect((await met('listProposals', officer)).status).toBe(200)
    expect((await met('readProposal', approver, ofFirst)).status).toBe(200)
    await refuses('not-found', 'readProposal', stranger, ofFirst)
    const APPROVING = ['proposeApproval', 'approveProposal'] as const
    for (const id of [...APPROVING, 'declineProposal'] as const)
      await refuses('second-person-same', id, officer, ofFirst)
    await refuses('forbidden', 'withdrawProposal', approver, ofFirst)
    await refuses('statement-missing', 'declineProposal', approver, ofFirst)
    for (const id of [...APPROVING, 'declineProposal', 'withdrawProposal'] as const)
      await refuses('not-found', id, approver)
    // The deadline of this tender passes while its proposal waits.
    await world.passDeadline(no, 3600)
    for (const id of APPROVING) await refuses('deadline-passed', id, approver, ofFirst)
    await refuses('deadline-passed', 'extendTender', officer, { no, params: { no }, body: { ...body, jws: NO_JWS } })
    await world.clock()
    for (const id of APPROVING) await refuses('wrong-state', id, approver, ofFirst)
    const declined = { params: ofFirst, body: { statement: 'It comes too late by now' } }
    expect((await met('declineProposal', approver, { ...ofFirst, ...declined })).status).toBe(200)
    for (const id of [...APPROVING, 'declineProposal'] as const)
      await refuses('proposal-decided', id, approver, ofFirst)
    await refuses('proposal-decided', 'withdrawProposal', officer, ofFirst)

    const second = { id: (await propose(other)).body.id as string }
    expect((await met('withdrawProposal', officer, second)).status).toBe(200)
    const third = { id: (await propose(other)).body.id as string }
    const roles = (text: string) =>
      world.db.withTx(({ tx }) => tx.execute(`UPDATE account SET roles = '${text}' WHERE id = 'officer-1'`))
    await roles('{}')
    for (const id of APPROVING) await refuses('proposer-lost-power', id, approver, third)
    await roles('{officer}')
    const asked = await met('proposeApproval', approver, third)
    const approval = asked.body.approval as JsonObject & { typ: string }
    expect(approval).toMatchObject({ act: 'tender.amended/1', proposedBy: 'officer-1', approvedBy: 'approver-1' })
    const approve = (by: Person, jws?: string) => met('approveProposal', by, { ...third, params: third, body: { jws } })
    const [keyless] = await world.add([{ id: 'approver-7', org: 'gaon-city', role: 'approver' }])
    expect((await approve(keyless as Person, NO_JWS)).codes).toEqual(['no-key'])
    const by = (await approver.enrol()).signer as Signer
    for (const wrong of [undefined, NO_JWS, await signJws(P, officer.signer as Signer, approval)])
      expect((await approve(approver, wrong)).codes).toEqual(['bad-signature'])
    const another = await signJws(P, by, { ...approval, approvedBy: 'approver-7' })
    expect((await approve(approver, another)).codes).toEqual(['act-mismatch'])
    expect((await approve(approver, await signJws(P, by, approval))).status).toBe(200)
    const old = {
      id: (await propose(other, { deadline: world.draftOf({ seconds: 19 * 86_400 }).deadline })).body.id as string,
    }
    await world.db.withTx(({ tx }) =>
      tx.execute(`UPDATE proposal SET expires_at = clock_timestamp() WHERE id = '${old.id}'`),
    )
    for (const id of [...APPROVING, 'declineProposal'] as const) await refuses('proposal-expired', id, approver, old)
    await refuses('proposal-expired', 'withdrawProposal', officer, old)
  })

  test('an examination is of the bidder whose turn it is, within the points of the rule, and signed', async () => {
    const { notice } = world.draftOf()
    const rule = contestRule('qualification-works-3-2026', { base: '1', budget: '1', currency: 'KRW' })
    const no = await world.publish({
      notice: { ...notice, method: 'qualification-works-3-2026', minBids: 2 },
      rule: { ...rule, planned: { how: 'none', budget: '100000000' } },
      evaluators: [],
    })
    for (const [who, amount] of [
      [bidder, '90000000'],
      [rival, '95000000'],
    ] as const) {
      const sealed = await who.sealPrice(no, { price: { amount, currency: 'KRW' } })
      expect((await who.send(no, sealed.body)).ok).toBe(true)
    }
    await world.tick()
    await world.bring(no, 'ranked')
    const own = bidder.account.org
    const body = async (change: object = {}, by: Person = officer) => {
      const asked = { bidder: own, scores: [{ part: 'ability', score: '20' }], statement: '', ...change }
      const payload = examining(no, asked.bidder, asked.scores, asked.statement)
      return { no, params: { no }, body: { ...asked, jws: await signJws(P, by.signer as Signer, payload) } }
    }
    const award = { no, params: { no }, body: { bidder: own, jws: NO_JWS } }
    await refuses('examination-pending', 'awardTender', officer, award)
    await refuses('examination-not-next', 'examineBidder', officer, await body({ bidder: rival.account.org }))
    for (const scores of [
      [{ part: 'ability', score: '20.5' }],
      [{ part: 'beauty', score: '1' }],
      [
        { part: 'ability', score: '1' },
        { part: 'ability', score: '2' },
      ],
    ])
      await refuses('examination-invalid', 'examineBidder', officer, await body({ scores }))
    const good = await body()
    await refuses('bad-signature', 'examineBidder', officer, { ...good, body: { ...good.body, jws: NO_JWS } })
    const other = (await body({ statement: 'Something else' })).body.jws
    await refuses('act-mismatch', 'examineBidder', officer, { ...good, body: { ...good.body, jws: other } })
    const [unsigned] = await world.add([{ id: 'officer-99', org: 'gaon-city', role: 'officer' }])
    await refuses('no-key', 'examineBidder', unsigned as Person, good)
    expect((await met('examineBidder', officer, good)).status).toBe(201)
    await refuses('nobody-to-examine', 'examineBidder', officer, good)
  })

  test('an award goes to the first rank', async () => {
    const no = await world.publish()
    await world.bid(no, bidder)
    await world.bid(no, rival, { price: { amount: '95000000', currency: 'KRW' } })
    await world.tick()
    await world.bring(no, 'ranked')
    await refuses('award-not-first', 'awardTender', officer, { no })
    const first = { no, params: { no }, body: { bidder: bidder.account.org, jws: NO_JWS } }
    await refuses('bad-signature', 'awardTender', officer, first)
    const cheaper = awarding(no, bidder.account.org, { amount: '1', currency: 'KRW' }, null)
    const jws = await signJws(P, officer.signer as Signer, cheaper)
    await refuses('act-mismatch', 'awardTender', officer, { ...first, body: { ...first.body, jws } })
    const [keyless] = await world.add([{ id: 'officer-5', org: 'gaon-city', role: 'officer' }])
    await refuses('no-key', 'awardTender', keyless as Person, first)
    const good = awarding(no, bidder.account.org, { amount: '90000000', currency: 'KRW' }, null)
    const body = { ...first.body, jws: await signJws(P, officer.signer as Signer, good) }
    const proposed = await met('awardTender', officer, { ...first, body })
    await refuses('proposal-open', 'awardTender', officer, { ...first, body })
    must('approval', await world.approver.approve(proposed.body.id as string))
  })
})

describe('the log', () => {
  test('before the first checkpoint there is none', async () => {
    const empty = await startApi(
      { ...world.config, port: 0, dataDir: tempDir('empty') },
      nothing.url,
      makeLogger({ write: () => {} }),
    )
    expect((await send(`http://127.0.0.1:${empty.port}`, 'GET', '/log/checkpoint')).status).toBe(404)
    await empty.close()
  })

  test('all of it is served', async () => {
    const { size } = await world.published()
    expect(size).toBeGreaterThan(0)
    const hash = Buffer.from(P.sha256(Buffer.from('nothing'))).toString('hex')
    await refuses('not-found', 'readPayload', null, { hash })
    await refuses('not-found', 'readTile', null, { params: { level: '7', n: '000' } })
    await refuses('not-found', 'readEntryProof', null, { params: { index: String(size + 1000) } })
    await refuses('not-found', 'readCovering', null, { params: { index: String(size + 1000) } })
    for (const id of [
      'readCheckpoint',
      'readPolicyFile',
      'readCovering',
      'readEntryProof',
      'listHeads',
      'readTile',
      'readTime',
      'listTenders',
      'listCustodians',
      'readTender',
    ] as const) {
      const no = (await met('listTenders', null, { query: {} })).body.tenders[0].no
      expect([id, (await met(id, null, { no })).status]).toEqual([id, 200])
    }
    expect((await met('listEvaluators', officer)).status).toBe(200)
    const [event] = (
      await met('readEvents', null, { no: (await met('listTenders', null, { query: {} })).body.tenders[0].no })
    ).body.events
    const h = JSON.parse(event.leaf).h as string
    expect((await met('readPayload', null, { hash: Buffer.from(h, 'base64url').toString('hex') })).status).toBe(200)
  })
})

describe('the account of all that was met', () => {
  test('each endpoint has done what it is for', () => {
    const own = Object.keys(ENDPOINTS).filter((id) => !ELSEWHERE.includes(id as EndpointId))
    expect([...recorder.done].filter((id) => own.includes(id)).sort()).toEqual(own.sort())
  })

  test('each declared refusal of each endpoint was met', () => {
    const declared = (Object.values(ENDPOINTS) as Endpoint[])
      .filter((e) => !ELSEWHERE.includes(e.id as EndpointId))
      .flatMap((e) => e.refusals.map((code) => `${e.id} ${code}`))
    const elsewhere = [
      'submitBid excluded',
      'submitBid file-missing',
      ...WHERE_DRAWN,
      ...WHERE_KEYED,
      ...WHERE_OBJECTED,
      ...WHERE_REPLACED,
      ...WHERE_STANDING,
    ]
    const here = declared.filter((one) => !elsewhere.includes(one))
    expect(here.filter((one) => !recorder.refused.has(one))).toEqual([])
  })

  test('no reply broke the contract', () => {
    expect(recorder.replies).toBeGreaterThan(500)
    expect(recorder.faults).toEqual([])
  })

  test('control: a member too many, a missing header, an undeclared refusal and an undeclared address are found', async () => {
    const good = await fetch(`${url}/api/v1/time`)
    const body = await good.text()
    const faults = (path: string, res: Response, text: string) => {
      const one = new Recorder()
      one.look('GET', path, res, text)
      return one.faults
    }
    expect(faults('/api/v1/time', good, body)).toEqual([])
    expect(faults('/api/v1/time', good, body.replace('}', ',"bids":5}'))).not.toEqual([])
    expect(faults('/api/v1/bids', good, body)).not.toEqual([])
    const bare = new Headers(good.headers)
    bare.delete('x-content-type-options')
    expect(faults('/api/v1/time', new Response(null, { headers: bare }), body)).not.toEqual([])
    const refusal = await fetch(`${url}/api/v1/tenders/R26BK99999999`)
    const text = await refusal.text()
    expect(faults('/api/v1/tenders/R26BK99999999', refusal, text)).toEqual([])
    expect(faults('/api/v1/time', refusal, text)).not.toEqual([])
  })
})
