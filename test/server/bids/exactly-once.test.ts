// Is a bid taken once, whatever a client repeats, crosses, cuts or asks? A model says what every answer must be, over two API nodes.
import { and, asc, eq, inArray, ne } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { bidAct, bidRequest, envelope } from '../../../db/schema/bids.ts'
import { logOutbox } from '../../../db/schema/log.ts'
import { signWithdrawal } from '../../../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { makeLogger, startApi } from '../../../src/server/api.ts'
import { eventually, makeWorld } from '../../support/world.ts'
import {
  type Answer,
  type Bidder,
  codesOf,
  expectReceipt,
  expectSigned,
  makeBidders,
  newKey,
  outcomeOf,
  problemOf,
  sealFor,
  send,
  standing,
  submit,
} from './bid-kit.ts'

const world = await makeWorld()
const second = await startApi({ ...world.config, port: 0 }, world.database.url, makeLogger({ write: () => {} }))
afterAll(() => second.close())
const urls = [world.url, `http://127.0.0.1:${second.port}`] as const
const no = await world.publish()
const keysets = await world.officer.keysets(no)
const BIDS = `/api/v1/tenders/${no}/bids`
const WITHDRAWALS = `/api/v1/tenders/${no}/withdrawals`

const one = async () => (await makeBidders(world, 1))[0] as Bidder

/** What was answered under a key: nothing for ever, or these bytes to this body. */
type Kept = 'void' | { path: string; body: string; status: number; text: string }

const COMMANDS = ['submit', 'stale', 'withdraw', 'retry', 'reuse', 'ask', 'twice', 'rivals', 'askWhile', 'cut'] as const
type Command = { what: (typeof COMMANDS)[number]; node: number; pick: number }

/** One bidder, as it should be. */
class Model {
  readonly by: Bidder
  readonly keys = new Map<string, Kept>()
  readonly acts: { seq: number; kind: string; c: string }[] = []
  refusals = 0
  constructor(by: Bidder) {
    this.by = by
  }

  get next(): number {
    return this.acts.length + 1
  }

  get current(): string | null {
    const last = this.acts.at(-1)
    return last?.kind === 'submission' ? last.c : null
  }

  async bid(seq = this.next): Promise<{ body: string; c: string }> {
    const { body, c } = await sealFor(this.by, no, keysets, seq, this.current)
    return { body: JSON.stringify(body), c }
  }

  send(node: number, key: string, body: string, path = BIDS, more: { cutAfter?: number } = {}): Promise<Answer> {
    return submit(this.by, no, body, key, { url: urls[node % 2] as string, path, ...more })
  }

  ask(node: number, key: string) {
    return outcomeOf(this.by, no, key, urls[node % 2])
  }

  async accepted(answer: Answer, key: string, body: string, c: string, kind = 'submission', path = BIDS) {
    await expectReceipt(world, no, answer, c)
    this.acts.push({ seq: this.next, kind, c })
    this.keys.set(key, { path, body, status: answer.status, text: answer.text })
  }

  async refused(answer: Answer, key: string, body: string, codes: string[], path = BIDS) {
    await expectSigned(world, no, body, answer, codes)
    this.refusals++
    this.keys.set(key, { path, body, status: answer.status, text: answer.text })
  }

  expectVoid(answer: Answer) {
    expect([answer.status, codesOf(answer)]).toEqual([409, ['idempotency-key-void']])
  }

  some(pick: number): [string, Kept] | undefined {
    return [...this.keys][pick % Math.max(1, this.keys.size)]
  }

  async expectOutcome(node: number, key: string) {
    const kept = this.keys.get(key)
    const answer = await this.ask(node, key)
    if (kept === undefined || kept === 'void') {
      expect(answer).toEqual({ outcome: 'not received', status: 404, reply: null })
      this.keys.set(key, 'void')
    } else {
      const { status, text } = kept
      expect(answer).toEqual({ outcome: status === 201 ? 'receipt' : 'refused', status, reply: JSON.parse(text) })
    }
  }
}

type Step = (model: Model, command: Command) => Promise<void>

const STEPS: Record<Command['what'], Step> = {
  submit: async (m, { node }) => {
    const [key, { body, c }] = [newKey(), await m.bid()]
    await m.accepted(await m.send(node, key, body), key, body, c)
  },
  stale: async (m, { node }) => {
    const [key, { body }] = [newKey(), await m.bid(m.next + 1)]
    await m.refused(await m.send(node, key, body), key, body, ['wrong-seq'])
  },
  withdraw: async (m, { node }) => {
    const withdraws = m.current ?? 'nothing'
    const act = { tender: no, bidder: m.by.account.org, seq: m.next, withdraws, made: '2026-11-21T00:00:00Z' }
    const { body, c } = await signWithdrawal(P, m.by.signer, act)
    const [key, text, standing] = [newKey(), JSON.stringify(body), m.current]
    const answer = await m.send(node, key, text, WITHDRAWALS)
    if (standing === null) await m.refused(answer, key, text, ['nothing-to-withdraw'], WITHDRAWALS)
    else await m.accepted(answer, key, text, c, 'withdrawal', WITHDRAWALS)
  },
  retry: async (m, { node, pick }) => {
    const [key, kept] = m.some(pick) ?? []
    if (!key || !kept) return
    if (kept === 'void') return m.expectVoid(await m.send(node, key, (await m.bid()).body))
    const answer = await m.send(node, key, kept.body, kept.path)
    expect([answer.status, answer.text]).toEqual([kept.status, kept.text])
  },
  reuse: async (m, { node, pick }) => {
    const [key, kept] = m.some(pick) ?? []
    if (!key || !kept) return
    const answer = await m.send(node, key, (await m.bid()).body)
    if (kept === 'void') return m.expectVoid(answer)
    expect([answer.status, codesOf(answer)]).toEqual([422, ['idempotency-key-reused']])
  },
  ask: async (m, { node, pick }) => {
    await m.expectOutcome(node, pick % 3 === 0 ? newKey() : (m.some(pick)?.[0] ?? newKey()))
  },
  twice: async (m) => {
    const [key, { body, c }] = [newKey(), await m.bid()]
    const answers = await Promise.all([m.send(0, key, body), m.send(1, key, body)])
    const taken = answers.find((answer) => answer.status === 201)
    for (const answer of answers) {
      if (answer.status === 409) expect(codesOf(answer)).toEqual(['idempotency-key-in-flight'])
      else expect(answer.text).toBe(taken?.text)
    }
    await m.accepted(taken as Answer, key, body, c)
  },
  rivals: async (m) => {
    const bids = [await m.bid(), await m.bid()] as const
    const keys = [newKey(), newKey()] as const
    const answers = await Promise.all([m.send(0, keys[0], bids[0].body), m.send(1, keys[1], bids[1].body)])
    const [won, lost] = answers[0].status === 201 ? ([0, 1] as const) : ([1, 0] as const)
    await m.accepted(answers[won], keys[won], bids[won].body, bids[won].c)
    await m.refused(answers[lost], keys[lost], bids[lost].body, ['wrong-seq', 'submission-mismatch'])
  },
  askWhile: async (m, { node }) => {
    const [key, { body, c }] = [newKey(), await m.bid()]
    const [answer, asked] = await Promise.all([m.send(node, key, body), m.ask(node + 1, key)])
    if (asked.outcome === 'receipt') await m.accepted(answer, key, body, c)
    else {
      expect(asked.outcome).toBe('not received')
      m.keys.set(key, 'void')
      // The request may have met the question itself, which holds the key for a moment.
      expect(answer.status).toBe(409)
      expect(['idempotency-key-void', 'idempotency-key-in-flight']).toContain(codesOf(answer)[0])
    }
    await m.expectOutcome(node, key)
  },
  cut: async (m, { node, pick }) => {
    const [key, { body, c }] = [newKey(), await m.bid()]
    const answer = await m.send(node, key, body, BIDS, { cutAfter: pick % 25 }).catch(() => null)
    const asked = await m.ask(node + 1, key)
    if (asked.outcome === 'receipt') {
      const text = JSON.stringify(asked.reply)
      if (answer) expect(answer.text).toBe(text)
      await m.accepted({ status: asked.status, text, type: '', headers: {} }, key, body, c)
    } else {
      expect([asked.outcome, answer]).toEqual(['not received', null])
      m.keys.set(key, 'void')
    }
    await STEPS.retry(m, { what: 'retry', node, pick: [...m.keys.keys()].indexOf(key) })
  },
}

/** Does the database hold exactly what the model holds? */
async function expectSame({ by, acts, keys, refusals }: Model): Promise<void> {
  const bidder = by.account.org
  await world.db.withTx(async ({ tx }) => {
    const rows = await tx.select().from(bidAct).where(eq(bidAct.bidder, bidder)).orderBy(asc(bidAct.id))
    const taken = rows.filter((row) => row.kind !== 'refusal')
    expect(taken.map(({ seq, kind, c }) => ({ seq, kind, c }))).toEqual(acts)
    expect(rows.length - taken.length).toBe(refusals)
    const requests = await tx.select().from(bidRequest).where(eq(bidRequest.bidder, bidder))
    const answered = new Map(
      requests.map((r): [string, unknown] => [r.key, r.outcome === 'not received' ? 'void' : [r.status, r.reply]]),
    )
    const expected = [...keys].map(([key, k]): [string, unknown] => [key, k === 'void' ? k : [k.status, k.text]])
    expect(answered).toEqual(new Map(expected))
    const cs = rows.map((row) => row.c)
    const leaves = cs.length ? await tx.select({ c: logOutbox.c }).from(logOutbox).where(inArray(logOutbox.c, cs)) : []
    expect(leaves.map((leaf) => leaf.c).sort()).toEqual(cs.sort())
    const kept = await tx.select({ eid: envelope.eid }).from(envelope).where(eq(envelope.bidder, bidder))
    expect(kept).toHaveLength(2 * acts.filter((act) => act.kind === 'submission').length)
  })
}

describe('DUR-5', () => {
  test('200 random interleavings over two nodes: every answer and the database equal the model', async () => {
    const command = fc.record({ what: fc.constantFrom(...COMMANDS), node: fc.nat(1), pick: fc.nat(99) })
    const bidders = await makeBidders(world, 220)
    let sequences = 0
    const lane = () =>
      fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 3, maxLength: 9 }), async (commands) => {
          const model = new Model(bidders.pop() ?? (await one()))
          for (const command of commands) await STEPS[command.what](model, command)
          await expectSame(model)
          sequences++
        }),
        // Bounded in time, for a machine that is busy with other things.
        { numRuns: 50, interruptAfterTimeLimit: 150_000, markInterruptAsFailure: false },
      )
    await Promise.all([lane(), lane(), lane(), lane()])
    expect(sequences).toBeGreaterThan(40)
    expect((await standing(world, no)).acts.length).toBeGreaterThan(2 * sequences)
  }, 300_000)
})

describe('the Idempotency-Key', () => {
  test.each([
    ['missing', null, {}],
    ['too short', 'a'.repeat(15), {}],
    ['too long', 'a'.repeat(65), {}],
    ['of other characters', 'aaaaaaaa aaaaaaaa', {}],
    ['in quotes', `"${'a'.repeat(20)}"`, {}],
    ['given twice', null, { 'idempotency-key': ['a'.repeat(20), 'b'.repeat(20)] }],
  ])('is refused with 400 when it is %s, and nothing is done', async (_, key, headers) => {
    const by = await one()
    const { body, c } = await sealFor(by, no, keysets)
    const answer = await submit(by, no, body, key, { headers })
    expect([answer.status, codesOf(answer)]).toEqual([400, ['idempotency-key-missing']])
    expect(problemOf(answer).refused).toBeUndefined()
    await expectReceipt(world, no, await submit(by, no, body), c)
  })

  test('with another body is refused with 422, even of another form or for another tender', async () => {
    const by = await one()
    const other = await world.publish()
    const { body } = await sealFor(by, no, keysets)
    const key = newKey()
    const first = await submit(by, no, body, key)
    expect(first.status).toBe(201)
    const text = JSON.stringify(body)
    for (const [tender, bytes] of [
      [no, (await sealFor(by, no, keysets)).body],
      [no, `${text} `],
      [no, '{}'],
      [other, text],
    ] as const) {
      const answer = await submit(by, tender, bytes, key)
      expect([answer.status, codesOf(answer)]).toEqual([422, ['idempotency-key-reused']])
    }
    expect((await submit(by, no, text, key)).text).toBe(first.text)
    expect((await standing(world, other)).requests).toEqual([])
  })

  test('in flight is refused with 409, to a repetition and to a question; then both get the one answer', async () => {
    const by = await one()
    const { body, c } = await sealFor(by, no, keysets)
    const key = newKey()
    const holder = await world.database.client(world.database.url)
    await holder.query('BEGIN')
    await holder.query('SELECT FROM tender WHERE no = $1 FOR UPDATE', [no])
    const first = submit(by, no, body, key)
    const watcher = await world.database.client()
    await eventually('the first request waits', async () => {
      const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      return ((await watcher.query(waits)).rowCount ?? 0) > 0
    })
    for (const url of urls) {
      const again = await submit(by, no, body, key, { url })
      expect([again.status, codesOf(again)]).toEqual([409, ['idempotency-key-in-flight']])
      const path = `/api/v1/tenders/${no}/submissions/${key}`
      const asked = await send({ url, path, token: by.token, method: 'GET' })
      expect([asked.status, codesOf(asked)]).toEqual([409, ['idempotency-key-in-flight']])
    }
    await holder.query('ROLLBACK')
    await expectReceipt(world, no, await first, c)
    for (const url of urls) expect((await submit(by, no, body, key, { url })).text).toBe((await first).text)
    expect((await outcomeOf(by, no, key)).reply).toEqual(JSON.parse((await first).text))
  })

  test('is the bidder’s own: another bidder may use the same, and cannot learn what was answered', async () => {
    const [a, b] = (await makeBidders(world, 2)) as [Bidder, Bidder]
    const key = newKey()
    const bids = [await sealFor(a, no, keysets), await sealFor(b, no, keysets)] as const
    await expectReceipt(world, no, await submit(a, no, bids[0].body, key), bids[0].c)
    expect((await outcomeOf(b, no, key)).outcome).toBe('not received')
    expect((await outcomeOf(a, no, key)).outcome).toBe('receipt')
    const [c] = (await makeBidders(world, 1)) as [Bidder]
    const third = await sealFor(c, no, keysets)
    await expectReceipt(world, no, await submit(c, no, third.body, key), third.c)
  })

  test('answers a repetition byte for byte after the deadline, and after a restart', async () => {
    const tender = await world.publish()
    const sets = await world.officer.keysets(tender)
    const by = await one()
    const [bid, stale] = [await sealFor(by, tender, sets), await sealFor(by, tender, sets, 5)]
    const keys = [newKey(), newKey()] as const
    const answers = [
      await submit(by, tender, bid.body, keys[0]),
      await submit(by, tender, stale.body, keys[1]),
    ] as const
    expect(answers.map((answer) => answer.status)).toEqual([201, 409])
    await world.passDeadline(tender, 3600)
    const restarted = await startApi({ ...world.config, port: 0 }, world.database.url, makeLogger({ write: () => {} }))
    const url = `http://127.0.0.1:${restarted.port}`
    try {
      for (const [i, body] of [bid.body, stale.body].entries()) {
        const again = await submit(by, tender, body, keys[i] as string, { url })
        expect([again.status, again.text, again.type]).toEqual([answers[i]?.status, answers[i]?.text, answers[i]?.type])
      }
    } finally {
      await restarted.close()
    }
    const rows = await world.db.withTx(({ tx }) =>
      tx
        .select()
        .from(bidAct)
        .where(and(eq(bidAct.tender, tender), ne(bidAct.kind, 'refusal'))),
    )
    expect(rows).toHaveLength(1)
  })
})
