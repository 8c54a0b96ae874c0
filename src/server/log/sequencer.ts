// Who gives log entries their index and has the tree signed? One sequencer at a time, in batches, fenced.
import { desc, eq, sql } from 'drizzle-orm'
import pg from 'pg'
import { logCheckpoint, logEntry, logLeader } from '../../../db/schema/log.ts'
import { checkpointText, readCheckpoint, readNote, writeAddCheckpoint } from '../../proof/note.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { consistencyFromTiles, rootFromTiles } from '../../proof/tiles.ts'
import type { Database, Work } from '../db.ts'
import { NoLongerLeader, runBatch } from './batch.ts'
import { askSignature, askState } from './signer-client.ts'
import { tileReader } from './tiles.ts'

/** The signer has signed a larger tree than this database holds: the data is older than what was published. */
export class RolledBack extends Error {}

/** The signer is not the one of the published checkpoints, or has forgotten them: going on would be a second log. */
export class OtherSigner extends Error {}

export type SequencerOptions = {
  P: Primitives
  db: Database
  /** For the session that holds the advisory lock. */
  databaseUrl: string
  origin: string
  signerSocket: string
  tickMs: number
  onProblem: (err: Error) => void
  /** Share of the ticks without sealed acts that carry covers all the same, while a tender is open. */
  coverShare?: number
}

const LOCK = 0x6d61_6461

type Published = { size: number; note: string }

const signerIn = (note: string) => readNote(note).signatures.map(({ name, keyId }) => `${name} ${keyId}`)[0]

/** Asks the signer for the checkpoint of a tree of `size`, which continues the `last` published one; answers the signed note. */
async function signed(
  work: Work,
  o: SequencerOptions,
  tiles: ReturnType<typeof tileReader>,
  size: number,
  last: Published | undefined,
): Promise<string> {
  const read = tiles(work.tx)
  const root = await rootFromTiles(o.P, size, read)
  const { size: old } = await askState(o.signerSocket)
  if (old > size) throw new RolledBack(`the signer has signed ${old} entries, this database holds ${size}`)
  if (last && old < last.size) {
    throw new OtherSigner(
      `the signer knows of ${old} entries, ${last.size} are published: its folder is new or was restored`,
    )
  }
  const proof = old === 0 || old === size ? [] : await consistencyFromTiles(o.P, old, size, read)
  const body = writeAddCheckpoint({ old, proof, note: checkpointText({ origin: o.origin, size, root }) })
  const reply = await askSignature(o.signerSocket, body)
  if (reply.status !== 200) throw new Error(`the signer refused (${reply.status}): ${reply.body.trim()}`)
  if (last && signerIn(reply.body) !== signerIn(last.note))
    throw new OtherSigner('the signer has another key than the published checkpoints')
  return reply.body
}

/**
 * Publishes the checkpoint of everything that has an index and none yet. Safe after a crash between a batch and its
 * signature: the tree is the same, and so is the signature.
 */
async function publish(o: SequencerOptions, tiles: ReturnType<typeof tileReader>): Promise<boolean> {
  return o.db.withTx(async (work) => {
    const { tx } = work
    const top = await tx.select({ idx: sql<string | null>`max(${logEntry.idx})` }).from(logEntry)
    const size = top[0]?.idx === null || top[0]?.idx === undefined ? 0 : Number(top[0].idx) + 1
    const last = await tx
      .select({ size: logCheckpoint.size, note: logCheckpoint.note })
      .from(logCheckpoint)
      .orderBy(desc(logCheckpoint.size))
      .limit(1)
    if (size === 0 || last[0]?.size === size) return false
    const note = await signed(work, o, tiles, size, last[0])
    const { root } = readCheckpoint(readNote(note).text)
    await tx.insert(logCheckpoint).values({ size, root, note, at: work.now.date }).onConflictDoNothing()
    await tx.execute(sql`SELECT pg_notify('madang_log', ${String(size)})`)
    return true
  })
}

/** Raises the epoch: every batch of an earlier leader fails from here on. */
async function takeLead(db: Database): Promise<number> {
  return db.withTx(async ({ tx }) => {
    await tx.insert(logLeader).values({ id: 1, epoch: 0 }).onConflictDoNothing()
    const rows = await tx
      .update(logLeader)
      .set({ epoch: sql`${logLeader.epoch} + 1` })
      .where(eq(logLeader.id, 1))
      .returning({ epoch: logLeader.epoch })
    return (rows[0] as { epoch: number }).epoch
  })
}

/**
 * Runs until stopped. Two may be started: the second waits for the advisory lock of the first, and should the first come
 * back from a long stop after losing it, its batches fail on the epoch.
 */
export function startSequencer(o: SequencerOptions): { stop: () => Promise<void>; done: Promise<void> } {
  let stopping = false
  let wake: () => void = () => {}
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const tiles = tileReader()

  const lead = async () => {
    const lock = new pg.Client({ connectionString: o.databaseUrl, keepAlive: true })
    let lost = false
    lock.on('error', () => {
      lost = true
    })
    await lock.connect()
    try {
      while (!stopping) {
        const got = await lock.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [LOCK])
        if (got.rows[0]?.got) break
        await pause(o.tickMs)
      }
      if (stopping) return
      const epoch = await takeLead(o.db)
      while (!stopping && !lost) {
        const began = performance.now()
        const cover = (o.P.random(1)[0] as number) / 256 < (o.coverShare ?? 1 / 64)
        let { written } = await o.db.withTx((work) => runBatch(work, { P: o.P, epoch, tiles, cover }))
        while (written >= 256 && !stopping) {
          ;({ written } = await o.db.withTx((work) => runBatch(work, { P: o.P, epoch, tiles, cover: false })))
        }
        await publish(o, tiles)
        await pause(Math.max(5, o.tickMs - (performance.now() - began)))
      }
    } finally {
      await lock.end().catch(() => {})
    }
  }

  const done = (async () => {
    while (!stopping) {
      try {
        await lead()
      } catch (err) {
        if (!(err instanceof NoLongerLeader)) o.onProblem(err as Error)
        await pause(Math.max(o.tickMs, 250))
      }
    }
  })()
  return {
    done,
    stop: async () => {
      stopping = true
      wake()
      await done
    },
  }
}
