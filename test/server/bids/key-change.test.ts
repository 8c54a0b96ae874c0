// Can a change of keys overtake a bid? A bid counts when its key is in force where it stands in the log, so the order there must be the order here.
import { inArray } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { logEntry } from '../../../db/schema/log.ts'
import { call } from '../../../src/api/client.ts'
import { revokeKey } from '../../../src/api/people.ts'
import { failedAt } from '../../journeys/public-audit.ts'
import { eventually, makeWorld } from '../../support/world.ts'
import { type Bidder, codesOf, expectReceipt, sealFor, submit } from './bid-kit.ts'

const world = await makeWorld()

const wrongAt = (no: string) => failedAt(world.url, no)

const waiting = async (n: number) => {
  const watcher = await world.database.client()
  const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  await eventually(`${n} that wait`, async () => ((await watcher.query(waits)).rowCount ?? 0) >= n, 8000)
}

test('a bid that the old key signed and that has begun stands in the log before the new key', async () => {
  const no = await world.publish()
  const by = world.supplier(1) as Bidder
  const old = by.signer
  const bid = await sealFor(by, no, await world.officer.keysets(no))
  const holder = await world.database.client(world.database.url)
  await holder.query('BEGIN')
  await holder.query('SELECT FROM tender WHERE no = $1 FOR UPDATE', [no])
  const sent = submit(by, no, bid.body)
  await waiting(1)
  let enrolled = false
  const enrolment = by.enrol().then(() => {
    enrolled = true
  })
  await waiting(2)
  expect(enrolled).toBe(false)
  await holder.query('ROLLBACK')
  await expectReceipt(world, no, await sent, bid.c)
  await enrolment
  await world.tick()
  const rows = await world.db.withTx(({ tx }) =>
    tx
      .select()
      .from(logEntry)
      .where(inArray(logEntry.typ, ['sealed/1', 'actor.key/1'])),
  )
  const act = rows.find((row) => row.c === bid.c)?.idx as number
  const key = Math.max(...rows.filter((row) => row.typ === 'actor.key/1').map((row) => row.idx))
  expect(act).toBeLessThan(key)

  const again = await sealFor({ ...by, signer: old } as Bidder, no, await world.officer.keysets(no), 2, bid.c)
  expect(codesOf(await submit(by, no, again.body))).toEqual(['bad-signature'])
  const mine = await sealFor(by, no, await world.officer.keysets(no), 2, bid.c)
  await expectReceipt(world, no, await submit(by, no, mine.body), mine.c)
})

test('bids of others go on while somebody changes a key', async () => {
  const no = await world.publish()
  const keysets = await world.officer.keysets(no)
  const [by, other] = [world.supplier(2) as Bidder, world.supplier(3) as Bidder]
  const holder = await world.database.client(world.database.url)
  const bid = await sealFor(other, no, keysets)
  await holder.query('BEGIN')
  await holder.query('SELECT FROM actor_key WHERE org = $1 FOR UPDATE', [by.account.org])
  const enrolment = by.enrol()
  await waiting(1)
  await expectReceipt(world, no, await submit(other, no, bid.body), bid.c)
  await holder.query('ROLLBACK')
  await enrolment
})

test('a publication that the old key signed and that has begun stands in the log before the new key, and before a report of the old', async () => {
  for (const change of ['replace', 'report'] as const) {
    const { officer } = world
    const no = await world.draft()
    await world.keysEnough()
    const holder = await world.database.client(world.database.url)
    await holder.query('BEGIN')
    await holder.query('SELECT FROM prekey FOR UPDATE')
    const published = officer.publish(no)
    await waiting(1)
    let changed = false
    const kid = officer.signer?.kid ?? ''
    const report = () => call(world.url, revokeKey, { token: officer.token, params: { kid }, body: { reason: 'lost' } })
    const changing = (change === 'replace' ? officer.enrol() : report()).then(() => {
      changed = true
    })
    await waiting(2)
    expect(changed).toBe(false)
    await holder.query('ROLLBACK')
    await published
    await changing
    await world.tick()
    const rows = await world.db.withTx(({ tx }) => tx.select().from(logEntry))
    const last = (typ: string) => Math.max(...rows.filter((row) => row.typ === typ).map((row) => row.idx))
    expect(last('tender.keyset/1')).toBeLessThan(last(change === 'replace' ? 'actor.key/1' : 'actor.key.revoked/1'))
    expect(await wrongAt(no)).toEqual([])
  }
  const bare = await world.draft()
  await expect(world.officer.publish(bare)).rejects.toThrow('no-key')
  await world.officer.enrol()
  await world.officer.publish(bare)
})
