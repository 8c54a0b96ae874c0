// Does anybody who owns the database change anything unseen? Each column of the catalogue, edited with triggers off, against the log.
import { readFileSync } from 'node:fs'
import { getTableName, sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { openColumns, PROTECTED, protectedColumns } from '../../db/protected.ts'
import { must } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { endRole } from '../../src/api/members.ts'
import { restoreOrganisation, suspendOrganisation } from '../../src/api/organisations.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { compareLog } from '../../src/server/log/compare-log.ts'
import { catalogue, type Edit, editEach, unnoticed } from '../support/every-edit.ts'
import { runProgram } from '../support/processes.ts'
import { makeWorld } from '../support/world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Tables of which this tender has no rows; beside them the file whose world has some and edits them there. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  auction_seat: 'auction.test.ts',
  auction_bid: 'auction.test.ts',
  auction_hand: 'auction.test.ts',
  pool_member: 'drawn-committee.test.ts',
  draw_contribution: 'drawn-committee.test.ts',
  committee_call: 'drawn-committee.test.ts',
  evaluator_field: 'drawn-committee.test.ts',
  field_decision: 'drawn-committee.test.ts',
  delegation: 'contract-organisations.test.ts',
  exclusion: 'contract-organisations.test.ts',
  organisation_fact: 'contract-organisations.test.ts',
  organisation_review: 'contract-organisations.test.ts',
  fact_decision: 'contract-organisations.test.ts',
  complaint: 'tenders/complaints.test.ts',
  question: 'tenders/questions.test.ts',
  rekey: 'disputes.test.ts',
  rekey_letter: 'disputes.test.ts',
  rekey_envelope: 'disputes.test.ts',
  share_clearing: 'disputes.test.ts',
  bid_claim: 'disputes.test.ts',
  custodian_past: 'disputes.test.ts',
  readings_looked_through: 'privacy/personal-data.test.ts',
}

const world = await makeWorld({ suppliers: 3, evaluators: 3 })
const { officer } = world
let awarded: string

beforeAll(async () => {
  const evaluators = world.evaluators.map(({ account }) => account.id)
  awarded = await world.publish({ evaluators })
  const [one, two, three] = world.suppliers as [
    (typeof world.suppliers)[0],
    (typeof world.suppliers)[0],
    (typeof world.suppliers)[0],
  ]
  const price = (amount: string) => ({ price: { amount, currency: 'KRW' } })
  await world.bid(awarded, one, price('91000000'))
  await world.bid(awarded, two, price('92000000'))
  const taken = await world.bid(awarded, three, price('93000000'))
  must('withdrawal', await three.withdraw(awarded, 2, taken.c))
  expect((await one.send(awarded, { ...taken.body })).ok).toBe(false)
  await world.tick(true)
  await world.bring(awarded, 'awarded')
  // A bid that waits for its deadline, and a register that has changed.
  await world.bid(await world.publish({ evaluators }), one, price('94000000'))
  const [administrator] = await world.add([{ id: 'administrator-1', org: 'gaon-city', role: 'administrator' }])
  const params = { account: 'approver-1', role: 'approver' as const }
  must('role', await call(world.url, endRole, { token: administrator?.token ?? null, params, body: {} }))
  const stand = {
    token: world.operator.token,
    params: { org: 'firm-3' },
    body: { statement: 'for the sake of this test' },
  }
  must('suspension', await call(world.url, suspendOrganisation, stand))
  must('restoration', await call(world.url, restoreOrganisation, stand))
  await world.tick()
  await world.deadlinesAsPublished()
})

/** Which row of a table is edited, where not every row is in the log's words. */
const ROWS: Readonly<Record<string, string>> = {
  tender: `state = 'awarded'`,
  keyset: `kind = 'price'`,
  bid_act: `kind = 'submission'`,
  account: `id = 'approver-1'`,
  organisation: `id = 'firm-3'`,
  proposal: `state = 'approved'`,
  actor_key: `account = 'supplier-1'`,
}

describe('the table of protected columns', () => {
  test('has a row for each column that the database has, and none that is not there', async () => {
    const there = await catalogue(await world.database.client())
    const tabled = PROTECTED.flatMap((row) => [...protectedColumns(row), ...openColumns(row)])
    expect(tabled.sort()).toEqual([...there.keys()].sort())
    // What has no row here is edited where there is one.
    for (const [table, file] of Object.entries(ELSEWHERE)) {
      const edits = /editEach\([^;]*;|const tables = \[[^;]*\]/g
      const text = readFileSync(new URL(file, import.meta.url), 'utf8')
      expect([table, (text.match(edits) ?? []).some((one) => one.includes(`'${table}'`))]).toEqual([table, true])
    }
    for (const { open = [] } of PROTECTED) for (const [, why] of open) expect(why.length).toBeGreaterThan(20)
  })
})

describe('the comparison of the database with its log', () => {
  test('finds nothing in a world that nobody touched, and says how much it looked at', async () => {
    const told: string[] = []
    const { differences, rows } = await compareLog(P, world.db, { progress: (says) => void told.push(says) })
    expect(differences).toEqual([])
    expect(rows).toBeGreaterThan(100)
    expect(told.at(-1)).toBe(`2 tenders, ${rows} rows compared`)
  })

  test('finds an edit of every protected column by name, whoever made it', async () => {
    const tables = PROTECTED.map(({ table }) => getTableName(table)).filter((name) => !Object.hasOwn(ELSEWHERE, name))
    const edits = await editEach(world, tables, ROWS)
    expect(unnoticed(edits)).toEqual([])
    expect(edits.length).toBeGreaterThan(120)
    // What was edited is named: its table, or the part of the log that it is.
    const unnamed = edits.filter(({ column, found }) => !named(column, found))
    expect(unnamed.map(({ column, found }) => `${column}: ${found.join(' / ')}`)).toEqual([])
  })

  test('finds no edit of a column that is listed as open', async () => {
    const edits = await editEach(
      world,
      ['mark', 'signed_sheet', 'account', 'opening_envelope', 'session'],
      ROWS,
      'open',
    )
    expect(edits.filter(({ row }) => row).length).toBeGreaterThan(5)
    expect(edits.filter(({ found }) => found.length > 0)).toEqual([])
  })

  test.each([
    [
      'a mark that is taken away',
      'DELETE FROM mark WHERE ctid = (SELECT min(ctid) FROM mark)',
      /^mark .*is missing: the log says it/,
    ],
    [
      'a mark that is slipped in',
      `INSERT INTO mark (tender, evaluator, bidder, item, mark, at) SELECT tender, 'E9', bidder, item, 1, at FROM mark LIMIT 1`,
      /^mark .*evaluator=E9.*no entry of the log says this row/,
    ],
    [
      'a bid that is taken away',
      `DELETE FROM bid_act WHERE seq = 1 AND bidder = 'firm-1'`,
      /^entry \d+: is of no sealed act/,
    ],
    [
      'a bid that is slipped in',
      `INSERT INTO bid_act (tender, bidder, account, kind, seq, jws, salt, c, at)
       SELECT tender, bidder, account, kind, 9, jws, salt, 'x' || c, at FROM bid_act WHERE kind = 'submission' LIMIT 1`,
      /^bid_act c=x.*c is on no entry of the log/,
    ],
    [
      'two bids that change places',
      `UPDATE bid_act SET idx = (SELECT sum(idx) FROM bid_act WHERE seq = 1 AND bidder IN ('firm-1', 'firm-2') AND tender = 'NO') - idx
       WHERE seq = 1 AND bidder IN ('firm-1', 'firm-2') AND tender = 'NO'`,
      /^bid_act c=.*: idx is \d+, the log says \d+/,
    ],
    ['a tender that is taken away', `DELETE FROM tender WHERE no = 'NO'`, /^tender no=NO: is missing/],
    [
      'a role that is given',
      `UPDATE account SET roles = array_append(roles, 'approver') WHERE id = 'approver-1'`,
      /^account id=approver-1: roles is \["approver"\], the log says \[\]/,
    ],
    [
      'marks and evidence that were changed together',
      `UPDATE mark SET mark = 1; UPDATE signed_sheet SET jws = jws || 'A'`,
      /^mark .*: mark is 1, the log says .* \(entry \d+, scores.locked\/1\)/,
    ],
  ])('finds %s', async (_, statement, line) => {
    const client = await world.database.client()
    await client.query('SET session_replication_role = replica')
    const of = (text: string) => text.replaceAll('NO', awarded)
    const kept = ['mark', 'signed_sheet', 'bid_act', 'tender', 'account']
    for (const table of kept) await client.query(`CREATE TEMP TABLE kept_${table} AS SELECT * FROM ${table}`)
    await client.query(of(statement))
    const { differences } = await compareLog(P, world.db)
    for (const table of kept)
      await client.query(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table}`)
    await client.end()
    const pattern = new RegExp(of(line.source))
    expect(differences.map(({ where, says }) => `${where}: ${says}`).filter((one) => pattern.test(one))).not.toEqual([])
    expect((await compareLog(P, world.db)).differences).toEqual([])
  })

  test('is a command that names table, row, column and entry, and ends with 1 over a difference', async () => {
    const run = async () => {
      const env = { DATABASE_URL: world.database.url, MADANG_DATA: world.dataDir }
      const program = runProgram('scripts/log.mjs', ['compare'], { env })
      const { code } = await program.exit
      return { code, lines: program.stdout().trim().split('\n') }
    }
    const set = (amount: string) =>
      world.db.withTx(({ tx }) =>
        tx.execute(
          sql`UPDATE tender SET award = jsonb_set(award, '{amount,amount}', to_jsonb(${amount}::text)) WHERE no = ${awarded}`,
        ),
      )
    const { rows } = await world.db.withTx(({ tx }) =>
      tx.execute<{ amount: string }>(
        sql`SELECT award #>> '{amount,amount}' AS amount FROM tender WHERE no = ${awarded}`,
      ),
    )
    await set('1')
    const edited = await run()
    expect(edited.code).toBe(1)
    expect(edited.lines[0]).toMatch(
      /^tender no=.*: award is .*"amount":"1".*, the log says .* \(entry \d+, award\/1\)$/,
    )
    expect(edited.lines[1]).toMatch(/ rows: 1 differences$/)
    await set(rows[0]?.amount ?? '')
    expect((await compareLog(P, world.db)).differences).toEqual([])
  })

  test('takes an act that waits for its entry as said', async () => {
    const no = await officer.draft(world.draftOf({ evaluators: world.evaluators.map(({ account }) => account.id) }))
    await world.keysEnough()
    await officer.publish(no)
    await world.bid(no, world.supplier(2))
    expect((await world.published()).waiting).toBeGreaterThan(0)
    expect((await compareLog(P, world.db)).differences).toEqual([])
    await world.db.withTx(({ tx }) =>
      tx.execute(
        `UPDATE tender SET deadline = deadline + interval '1 day', open_after = open_after + interval '1 day' WHERE no = '${no}'`,
      ),
    )
    const { differences } = await compareLog(P, world.db)
    expect(differences.map(({ where, says }) => `${where}: ${says}`)).toEqual([
      expect.stringMatching(/ deadline is .*, the log says .* \(a waiting tender.notice\/1\)/),
      expect.stringMatching(/ open_after is .*, the log says .* \(a waiting tender.notice\/1\)/),
    ])
  })
})

/** Tables of the log are found as what they are of: entries, payloads, tiles, checkpoints. */
function named(column: string, found: readonly string[]): boolean {
  const [table = ''] = column.split('.') as Edit['column'][]
  const words: Readonly<Record<string, RegExp>> = {
    log_entry: /^(entry|entries|checkpoint|payload|tile)/,
    log_payload: /^payload/,
    log_tile: /tile/,
    log_shard: /^(log_shard|checkpoint|tile)/,
    log_checkpoint: /^checkpoint/,
    log_cover: /^(log_cover|closing list|entry)/,
    bid_act: /^(bid_act|entry|bid_receipt)/,
  }
  return found.some((line) => (words[table] ?? new RegExp(`^${table}\\b`)).test(line))
}
