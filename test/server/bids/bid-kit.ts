// What do the tests of bidding share? Bidders with keys and sessions by the hundred, exact bytes on the wire, and the check of a signed answer.
import { Agent, request } from 'node:http'
import { and, eq, isNotNull } from 'drizzle-orm'
import { expect } from 'vitest'
import { bidAct, bidRequest } from '../../../db/schema/bids.ts'
import { logEntry, logOutbox } from '../../../db/schema/log.ts'
import { account, actorKey, organisation } from '../../../db/schema/people.ts'
import { signIn } from '../../../db/schema/sign-in.ts'
import { Person } from '../../../scripts/person.ts'
import { type SealedBid, sealBid } from '../../../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u, fromB64u, utf8 } from '../../../src/proof/bytes.ts'
import type { JsonObject } from '../../../src/proof/canonical.ts'
import { verifyJws } from '../../../src/proof/jws.ts'
import type { Keyset } from '../../../src/proof/keyset.ts'
import { commitment, sealedLeaf } from '../../../src/proof/leaf.ts'
import { randomScalar, scalarSigner } from '../../../src/server/keys.ts'
import { makeAccessToken } from '../../../src/server/people/tokens.ts'
import { signedIn, type World } from '../../support/world.ts'

export type Bidder = Person & { signer: NonNullable<Person['signer']> }
export type Keysets = { technical: Keyset; price: Keyset }

export const newKey = (): string => b64u(P.random(18))
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

let made = 0

/** Bidders, each an organisation of its own, in four statements: what enrolment leaves behind, but for its log entry. */
export async function makeBidders(world: World, n: number, { keyed = true } = {}): Promise<Bidder[]> {
  const bidders = Array.from({ length: n }, () => {
    const id = `bidder-${++made}`
    const person = new Person(world.url, {
      id,
      org: `${id}-firm`,
      role: 'supplier',
      name: id,
      email: id,
      password: '',
      totp: '',
    })
    person.signer = scalarSigner(P, randomScalar(P))
    return person as Bidder
  })
  const family = new Map(bidders.map((b) => [b.account.id, b64u(P.random(16))]))
  await world.db.withTx(async ({ tx, now }) => {
    const of = bidders.map((b) => b.account)
    await tx
      .insert(organisation)
      .values(of.map(({ org }) => ({ id: org, nameKo: org, nameEn: org, standing: 'verified' })))
    await tx
      .insert(account)
      .values(
        of.map(({ id, org }) => ({ id, org, email: `${id}@example`, passwordHash: '', name: id, roles: ['supplier'] })),
      )
    await tx.insert(signIn).values(of.map(({ id }) => signedIn(id, family.get(id) as string, now.date)))
    if (keyed)
      await tx.insert(actorKey).values(
        bidders.map(({ signer, account: { id, org } }) => ({
          kid: signer.kid,
          account: id,
          org,
          jwk: signer.jwk,
          enrolledAt: now.date,
        })),
      )
    for (const b of bidders) {
      const claim = { account: b.account.id, family: family.get(b.account.id) as string }
      b.token = (await makeAccessToken(world.api.deps, claim, now.date)).token
    }
  })
  return bidders
}

/** Seals a bid; small, because what is in it is of no interest here. */
export function sealFor(bidder: Bidder, no: string, keysets: Keysets, seq = 1, replaces: string | null = null) {
  return sealBid(P, bidder.signer, {
    tender: no,
    bidder: bidder.account.org,
    seq,
    replaces,
    made: '2026-11-21T00:00:00Z',
    keysets,
    technical: { approach: 'as asked', summary: '요약' },
    price: { amount: '90000000', currency: 'KRW' },
  })
}

/** A chain of bids sealed ahead, each replacing the one before. */
export async function sealChain(bidder: Bidder, no: string, keysets: Keysets, length: number): Promise<SealedBid[]> {
  const chain: SealedBid[] = []
  for (let seq = 1; seq <= length; seq++) chain.push(await sealFor(bidder, no, keysets, seq, chain.at(-1)?.c ?? null))
  return chain
}

export type Sent = {
  url: string
  path: string
  token?: string | null
  key?: string | null
  body?: Uint8Array | string
  method?: string
  headers?: Record<string, string | string[]>
  /** Cuts the connection this many milliseconds after the last byte was handed over. */
  cutAfter?: number
}
export type Answer = { status: number; type: string; text: string; headers: Record<string, unknown> }

const agent = new Agent({ keepAlive: true, maxSockets: 200 })

/** Sends exactly these bytes, and answers exactly what came back. Throws when the connection breaks. */
export function send({ url, path, token, key, body, method = 'POST', headers = {}, cutAfter }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request(
      `${url}${path}`,
      {
        method,
        agent,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(body === undefined || headers['transfer-encoding'] ? {} : { 'content-length': Buffer.byteLength(body) }),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(key ? { 'idempotency-key': key } : {}),
          ...headers,
        },
      },
      (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('error', reject)
        res.on('end', () =>
          resolve({
            status: res.statusCode ?? 0,
            type: res.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString(),
            headers: res.headers,
          }),
        )
      },
    )
    req.on('error', reject)
    req.end(body === undefined ? undefined : Buffer.from(body as string))
    if (cutAfter !== undefined) setTimeout(() => req.destroy(new Error('cut by the test')), cutAfter)
  })
}

/** Hands in a body under a key. */
export const submit = (
  by: Bidder,
  no: string,
  body: Uint8Array | string | object,
  key: string | null = newKey(),
  more: Partial<Sent> = {},
): Promise<Answer> =>
  send({
    url: by.url,
    path: `/api/v1/tenders/${no}/bids`,
    token: by.token,
    key,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    ...more,
  })

export type Outcome = { outcome: string; status: number; reply: JsonObject | null }

/** Asks what became of a key until no request is in flight under it. */
export async function outcomeOf(by: Bidder, no: string, key: string, url = by.url): Promise<Outcome> {
  for (;;) {
    const path = `/api/v1/tenders/${no}/submissions/${key}`
    const answer = await send({ url, path, token: by.token, method: 'GET' })
    if (answer.status === 200) return JSON.parse(answer.text) as Outcome
    if (answer.status !== 409 && answer.status !== 503) throw new Error(`${answer.status} ${answer.text}`)
    await pause(10)
  }
}

type ProblemText = { type: string; errors: { code: string }[]; refused?: string; salt?: string; instance: string }

export const problemOf = (answer: Answer): ProblemText => JSON.parse(answer.text) as ProblemText
export const codesOf = (answer: Answer): string[] => problemOf(answer).errors.map((error) => error.code)

/** Is this a refusal under the server's signature, over the hash of exactly the bytes that were sent? Answers what was signed. */
export async function expectWord(
  world: World,
  no: string,
  sent: Uint8Array | string,
  answer: Answer,
  codes: string[],
): Promise<ReturnType<typeof problemOf>> {
  expect(answer.type).toBe('application/problem+json')
  const problem = problemOf(answer)
  expect(problem.errors.map((error) => error.code)).toEqual(codes)
  expect(problem.type).toBe(`/problems/${codes[0]}`)
  const { jwk } = world.api.deps.keys.receipts
  const signed = await verifyJws(P, problem.refused ?? '', jwk, 'refused/1')
  expect(signed?.payload).toEqual({
    typ: 'refused/1',
    tender: no,
    h: b64u(P.sha256(typeof sent === 'string' ? utf8(sent) : sent)),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    reasons: codes,
  })
  return problem
}

/**
 * Is this a refusal that the bidder can hold against the server? Signed by the receipt key over the hash of exactly the bytes
 * that were sent, with every reason. Answers the commitment under which it stands in the log while the tender is open.
 */
export async function expectSigned(
  world: World,
  no: string,
  sent: Uint8Array | string,
  answer: Answer,
  codes: string[],
): Promise<string> {
  const problem = await expectWord(world, no, sent, answer, codes)
  return commitment(P, fromB64u(problem.salt ?? ''), problem.refused ?? '')
}

/** Is this a receipt for the commitment, signed by the receipt key? Answers its time. */
export async function expectReceipt(world: World, no: string, answer: Answer, c: string): Promise<string> {
  expect(answer.text).toMatch(/^\{"receipt":"[^"]+"\}$/)
  expect(answer.status).toBe(201)
  const { receipt } = JSON.parse(answer.text) as { receipt: string }
  const signed = await verifyJws(P, receipt, world.api.deps.keys.receipts.jwk, 'received/1')
  expect(signed?.payload).toMatchObject({ typ: 'received/1', tender: no, c })
  return signed?.payload.at as string
}

/** What of a tender stands in the database: acts, blinded leaves with or without an index, answers under keys. */
export async function standing(world: World, no: string) {
  return world.db.withTx(async ({ tx }) => {
    const acts = await tx.select().from(bidAct).where(eq(bidAct.tender, no)).orderBy(bidAct.id)
    const waiting = await tx
      .select({ c: logOutbox.c })
      .from(logOutbox)
      .where(and(eq(logOutbox.tender, no), eq(logOutbox.kind, 'sealed')))
    const entries = await tx.select().from(logEntry).where(isNotNull(logEntry.c))
    const requests = await tx.select().from(bidRequest).where(eq(bidRequest.tender, no))
    return { acts, waiting: waiting.map((row) => row.c as string), entries, requests }
  })
}

/** Do these commitments stand in the log, each once, and can nothing but the commitment be read from the leaf? */
export async function expectBlinded(world: World, cs: string[]): Promise<void> {
  const entries = await world.db.withTx(({ tx }) => tx.select().from(logEntry).where(isNotNull(logEntry.c)))
  for (const c of cs) {
    const found = entries.filter((entry) => entry.c === c)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ typ: 'sealed/1', ref: null, payloadHash: null, leaf: sealedLeaf(c) })
  }
}
