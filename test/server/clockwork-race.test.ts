// Two worker processes at once, with every step of the clock and every envelope between them: does each event appear once?
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { logEntry } from '../../db/schema/log.ts'
import { must, type Person } from '../../scripts/person.ts'
import type { TenderState } from '../../src/domain/tenders/lifecycle.ts'
import { failedAt } from '../journeys/public-audit.ts'
import { runProgram } from '../support/processes.ts'
import { eventually, makeWorld } from '../support/world.ts'

const began = performance.now()
const world = await makeWorld({ suppliers: 3 })
/** How much slower than an idle machine this one is today: 1 or more. */
const slow = Math.max(1, (performance.now() - began) / 4000)
const { url, db } = world

const worker = () =>
  runProgram('scripts/serve.mjs', ['worker'], {
    env: { DATABASE_URL: world.database.url, MADANG_DATA: world.dataDir, MADANG_TICK_MS: '40' },
  })

test('LOG-5, TIM-3: two workers race every step of four tenders, and each step is taken once', async () => {
  const deadline = new Date(Math.ceil(Date.now() / 1000 + 9 * slow) * 1000).toISOString().replace('.000Z', 'Z')
  const draft = { ...world.draftOf(), deadline, openAfter: deadline }
  const nos: string[] = []
  for (let i = 0; i < 4; i++) {
    const no = await world.draft(draft)
    await world.officer.publish(no)
    for (const supplier of world.suppliers) await world.bid(no, supplier as Person)
    nos.push(no)
  }
  const workers = [worker(), worker()]
  await Promise.all(workers.map((w) => w.waitForLine('ready')))
  /** Waits for a number from the database; one that is too busy to say is asked again. */
  const counted = (what: string, query: string) =>
    eventually(
      what,
      async () => {
        const { rows } = await db.withTx(({ tx }) => tx.execute<{ n: string }>(query)).catch(() => ({ rows: [] }))
        await new Promise((resolve) => setTimeout(resolve, 100))
        return Number(rows[0]?.n) === nos.length
      },
      90_000,
    )
  const all = (state: TenderState) =>
    counted(`all tenders ${state}`, `SELECT count(*) AS n FROM tender WHERE state = '${state}'`)
  const listed = (kind: string) =>
    counted(
      `all ${kind} lists in the log`,
      `SELECT count(*) AS n FROM opening o, (SELECT max(size) AS size FROM log_checkpoint) c WHERE kind = '${kind}' AND list_idx < c.size`,
    )
  const release = async (kind: 'technical' | 'price') => {
    await listed(kind)
    await Promise.all(nos.map((no) => world.release(no, kind)))
  }
  await release('technical')
  await all('evaluating')
  for (const no of nos) await world.mark(no)
  await Promise.all(nos.map(async (no) => must('lock', await world.officer.lock(no))))
  await release('price')
  await all('ranked')
  for (const w of workers) expect(w.stderr()).not.toMatch(/fork|duplicate key|fatal/)
  await eventually('everything published', async () => (await failedAt(url, nos[0] as string)).length === 0)
  for (const no of nos) {
    const rows = await db.withTx(({ tx }) =>
      tx.select({ typ: logEntry.typ }).from(logEntry).where(eq(logEntry.ref, no)),
    )
    const counts = Object.fromEntries(
      [...new Set(rows.map((r) => r.typ))].map((typ) => [typ, rows.filter((r) => r.typ === typ).length]),
    )
    expect(counts).toEqual({
      'tender.notice/1': 1,
      'tender.keyset/1': 2,
      'tender.closed/1': 1,
      'opening.reveal/1': 1,
      'opening.list/1': 2,
      'release/1': 6,
      'opening.result/1': 6,
      'scores.locked/1': 1,
      'evaluation.result/1': 1,
      // All bids of this world are alike: the lot is announced.
      'draw.notice/1': 1,
    })
    expect(await failedAt(url, no)).toEqual([])
  }
  await Promise.all(workers.map((w) => w.kill('SIGTERM')))
  for (const w of workers) expect(await w.exit).toMatchObject({ code: 0 })
}, 180_000)
