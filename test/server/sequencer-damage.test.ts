// LOG-6: is anything signed over a flipped bit, in a tile on disk, in a stored entry, or in what the sequencer keeps in memory?
import { describe, expect, test, vi } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { DamagedLog, publish } from '../../src/server/log/publish.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { NO_WITNESSES, readWitnessLines } from '../../src/server/log/witness-policy.ts'
import { Witnesses } from '../../src/server/log/witnesses.ts'
import { testDatabase } from '../support/database.ts'
import { eventually } from '../support/world.ts'
import { BenchSigner, ORIGIN, say, sequencerHere, wholeLog } from './log-bench.ts'

vi.setConfig({ testTimeout: 240_000 })
const PATIENCE = 120_000

/** A log of 300 published entries and three more that have their index and no signature. */
async function unsigned() {
  const database = await testDatabase()
  const db = database.open()
  const signer = await new BenchSigner().start()
  const sequencer = sequencerHere(db, database.url, signer.socket)
  await say(db, 300)
  await eventually('published', async () => (await wholeLog(db, signer.vkey)).published === 300, PATIENCE)
  await signer.kill()
  await say(db, 3, 300)
  await eventually('numbered', async () => (await wholeLog(db, signer.vkey)).size === 303, PATIENCE)
  await sequencer.stop()
  await signer.start()
  const tiles = tileReader()
  const witnesses = new Witnesses({ P, policy: readWitnessLines(P, NO_WITNESSES), onTrouble: () => {} })
  const options = { P, db, origin: ORIGIN, signerSocket: signer.socket, tiles, witnesses, freshMs: 60_000 }
  const client = await database.client()
  return { db, signer, tiles, client, publish: () => publish(options) }
}

describe('nothing is signed', () => {
  test('over a bit that flipped in a tile or in a stored entry, and all of it is once the bit is back', async () => {
    const { db, signer, client, publish } = await unsigned()
    const flips = [
      // The newest partial tile, the tile that stands for all full ones, an entry that is to be signed.
      'UPDATE log_tile SET data = set_bit(data, 5, 1 - get_bit(data, 5)) WHERE level = 0 AND n = 1 AND width = 47',
      'UPDATE log_tile SET data = set_bit(data, 9, 1 - get_bit(data, 9)) WHERE level = 1 AND n = 0',
      'UPDATE log_entry SET leaf = set_bit(leaf, 100, 1 - get_bit(leaf, 100)) WHERE idx = 301',
    ]
    for (const flip of flips) {
      expect((await client.query(flip)).rowCount).toBeGreaterThan(0)
      await expect(publish(), flip).rejects.toBeInstanceOf(DamagedLog)
      expect(signer.signedSize).toBe(300)
      await client.query(flip)
    }
    await publish()
    expect((await wholeLog(db, signer.vkey)).published).toBe(303)
  })

  test('over an entry that is gone', async () => {
    const { client, signer, publish } = await unsigned()
    await client.query('CREATE TEMP TABLE kept AS SELECT * FROM log_entry WHERE idx = 301')
    await client.query('DELETE FROM log_entry WHERE idx = 301')
    await expect(publish()).rejects.toBeInstanceOf(DamagedLog)
    expect(signer.signedSize).toBe(300)
    await client.query('INSERT INTO log_entry SELECT * FROM kept')
    await publish()
    expect(signer.signedSize).toBe(303)
  })
})

test('a bit that flips in the memory of the sequencer is read again from the disk, and the right tree is signed', async () => {
  const { db, signer, tiles, publish } = await unsigned()
  await db.withTx(async ({ tx }) => {
    const kept = await tiles(tx, 0)(1, 0, 1)
    const full = await tiles(tx, 0)(0, 0, 256)
    // What the reader keeps are these very bytes.
    full[3]! ^= 4
    expect((await tiles(tx, 0)(0, 0, 256))[3]).toBe(full[3])
    expect(kept.length).toBe(32)
  })
  await publish()
  expect((await wholeLog(db, signer.vkey)).published).toBe(303)
})
