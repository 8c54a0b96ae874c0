// Do bids that are taken in one transaction get what each would get alone?
import { eq, inArray } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { bidAct } from '../../../db/schema/bids.ts'
import { signIn } from '../../../db/schema/sign-in.ts'
import { eventually, makeWorld } from '../../support/world.ts'
import {
  type Answer,
  type Bidder,
  codesOf,
  expectReceipt,
  expectSigned,
  makeBidders,
  newKey,
  sealFor,
  send,
  submit,
} from './bid-kit.ts'

const world = await makeWorld()
const no = await world.publish()
const keysets = await world.officer.keysets(no)
const owner = await world.database.client(world.database.url)

const bodyOf = async (by: Bidder) => {
  const { body, c } = await sealFor(by, no, keysets)
  return { text: JSON.stringify(body), c }
}

/** Sends all while the tender's row is held by somebody else, so that they wait and are taken together; answers in order. */
async function atOneMoment(sending: () => Promise<Answer>[]): Promise<Answer[]> {
  const holder = await world.database.client(world.database.url)
  await holder.query('BEGIN')
  await holder.query('SELECT FROM tender WHERE no = $1 FOR UPDATE', [no])
  const answers = sending()
  try {
    await eventually('two transactions wait for the tender', async () => {
      const { rows } = await owner.query(
        `SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'madang'
           AND datname = current_database()`,
      )
      return Number(rows[0].n) >= 2
    })
    // What was sent before it has been read when this is answered.
    await send({ url: world.url, path: `/api/v1/tenders/${no}`, method: 'GET' })
  } finally {
    await holder.query('COMMIT')
  }
  return Promise.all(answers)
}

/** How many transactions wrote the bids of these firms. */
async function transactionsOf(bidders: readonly Bidder[]): Promise<{ acts: number; transactions: number }> {
  const { rows } = await owner.query(
    'SELECT count(*) AS acts, count(DISTINCT xmin::text) AS transactions FROM bid_act WHERE bidder = ANY ($1)',
    [bidders.map((b) => b.account.org)],
  )
  return { acts: Number(rows[0].acts), transactions: Number(rows[0].transactions) }
}

const change = (by: Bidder, to: Partial<typeof signIn.$inferInsert>) =>
  world.db.withTx(({ tx }) => tx.update(signIn).set(to).where(eq(signIn.account, by.account.id)))

describe('bids of one moment', () => {
  test('share transactions, and each has a receipt of its own that stands in the log once', async () => {
    const bidders = await makeBidders(world, 12)
    const bodies = await Promise.all(bidders.map(bodyOf))
    const answers = await atOneMoment(() => bidders.map((by, i) => submit(by, no, bodies[i]?.text as string)))
    for (const [i, answer] of answers.entries()) await expectReceipt(world, no, answer, bodies[i]?.c as string)
    const { acts, transactions } = await transactionsOf(bidders)
    expect(acts).toBe(12)
    expect(transactions).toBeLessThan(12)
    await world.tick()
    const rows = await world.db.withTx(({ tx }) =>
      tx
        .select({ idx: bidAct.idx })
        .from(bidAct)
        .where(
          inArray(
            bidAct.bidder,
            bidders.map((b) => b.account.org),
          ),
        ),
    )
    expect(new Set(rows.map((row) => row.idx)).size).toBe(12)
  })

  test('are refused one by one for what is wrong with each, and the others come in', async () => {
    const bidders = await makeBidders(world, 10)
    const [first, second, good, unsigned, copied, ended, stale, twice, spoiled, last] = bidders as [
      Bidder,
      Bidder,
      Bidder,
      Bidder,
      Bidder,
      Bidder,
      Bidder,
      Bidder,
      Bidder,
      Bidder,
    ]
    const bodies = new Map(await Promise.all(bidders.map(async (by) => [by, await bodyOf(by)] as const)))
    const textOf = (by: Bidder) => bodies.get(by)?.text as string
    const cOf = (by: Bidder) => bodies.get(by)?.c as string
    await change(ended, { endedAt: new Date() })
    await change(stale, { steppedAt: new Date(Date.now() - 3_600_000) })
    const broken = textOf(spoiled).replace('"salt":"', '"salt":"!')
    const key = newKey()
    const answers = await atOneMoment(() => [
      submit(first, no, textOf(first)),
      submit(second, no, textOf(second)),
      submit(good, no, textOf(good)),
      submit(unsigned, no, textOf(good)),
      submit(copied, no, textOf(copied), null),
      submit(ended, no, textOf(ended)),
      submit(stale, no, textOf(stale)),
      submit(twice, no, textOf(twice), key),
      submit(spoiled, no, broken),
      submit(last, no, textOf(last)),
    ])
    const at = (i: number) => answers[i] as Answer
    for (const [i, by] of [
      [0, first],
      [1, second],
      [2, good],
      [7, twice],
      [9, last],
    ] as const)
      await expectReceipt(world, no, at(i), cOf(by))
    await expectSigned(world, no, textOf(good), at(3), ['bad-signature'])
    expect([at(4).status, codesOf(at(4))]).toEqual([400, ['idempotency-key-missing']])
    expect([at(5).status, codesOf(at(5))]).toEqual([401, ['bad-token']])
    expect([at(6).status, codesOf(at(6))]).toEqual([403, ['step-up-needed']])
    await expectSigned(world, no, broken, at(8), ['bad-field'])
    expect((await submit(twice, no, textOf(twice), key)).text).toBe(at(7).text)
    expect((await transactionsOf([first, second, good, twice, last])).acts).toBe(5)
  })

  test('count each once against the limits of who sends them, whichever way they go', async () => {
    const [by] = (await makeBidders(world, 1)) as [Bidder]
    const { text } = await bodyOf(by)
    const left = (answer: Answer) => /"account"; r=(\d+)/.exec(String(answer.headers.ratelimit))?.[1]
    const accepted = Number(left(await submit(by, no, text)))
    // A repetition goes alone, after it was found not to be one for the others.
    const refused = Number(left(await submit(by, no, text)))
    expect(accepted - refused).toBe(1)
  })

  test('come in though the statement fails that writes one among them: each then goes alone', async () => {
    const bidders = await makeBidders(world, 8)
    const [bad] = bidders.slice(-2) as [Bidder]
    const bodies = await Promise.all(bidders.map(bodyOf))
    await owner.query(`CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.bidder = '${bad.account.org}' THEN RAISE EXCEPTION 'spoilt'; END IF; RETURN NEW; END $$`)
    await owner.query('CREATE TRIGGER spoil BEFORE INSERT ON envelope FOR EACH ROW EXECUTE FUNCTION spoil()')
    try {
      const answers = await atOneMoment(() => bidders.map((by, i) => submit(by, no, bodies[i]?.text as string)))
      for (const [i, by] of bidders.entries()) {
        const answer = answers[i] as Answer
        if (by === bad) expect([answer.status, codesOf(answer)]).toEqual([500, ['internal']])
        else await expectReceipt(world, no, answer, bodies[i]?.c as string)
      }
      expect((await transactionsOf(bidders)).acts).toBe(7)
    } finally {
      await owner.query('DROP TRIGGER spoil ON envelope; DROP FUNCTION spoil()')
    }
  })
})
