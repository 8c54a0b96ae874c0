// Who gives log entries their index and has the tree signed? One sequencer at a time, in batches, fenced.
import { eq, sql } from 'drizzle-orm'
import pg from 'pg'
import { logLeader } from '../../../db/schema/log.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Database } from '../db.ts'
import { NoLongerLeader, runBatch } from './batch.ts'
import { publish } from './publish.ts'
import { insistFirst } from './shards.ts'
import { tileReader } from './tiles.ts'
import { NO_WITNESSES, readWitnessLines } from './witness-policy.ts'
import { Witnesses } from './witnesses.ts'

export type SequencerOptions = {
  P: Primitives
  db: Database
  /** For the session that holds the advisory lock. */
  databaseUrl: string
  origin: string
  signerSocket: string
  tickMs: number
  onProblem: (err: Error) => void
  /** Who must have seen a checkpoint before it is published: lines of a policy below its `log` line. Nobody, unless told. */
  witnesses?: string
  /** An idle log's checkpoint is cosigned again after so long; a minute unless told. */
  freshMs?: number
  /** Share of the ticks without sealed acts that carry covers all the same, while a tender is open. */
  coverShare?: number
}

const LOCK = 0x6d61_6461
/** Nothing that failed is tried again sooner. */
const AFTER_TROUBLE_MS = 250
const FRESH_MS = 60_000

/** Raises the epoch: every batch of an earlier leader fails from here on. */
async function takeLead(db: Database, origin: string): Promise<number> {
  return db.withTx(async (work) => {
    const { tx } = work
    await insistFirst(work, origin)
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
  const sleepers = new Set<() => void>()
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        sleepers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      if (stopping) wake()
      else sleepers.add(wake)
    })
  const tiles = tileReader()
  const policy = readWitnessLines(o.P, o.witnesses ?? NO_WITNESSES)
  const witnesses = new Witnesses({ P: o.P, policy, onTrouble: o.onProblem })

  /** The publication that is under way. Batches do not wait for it: witnesses may take their time, bids may not. */
  let publishing: Promise<void> | null = null
  const beginPublishing = () => {
    publishing ??= publish({ ...o, tiles, witnesses, freshMs: o.freshMs ?? FRESH_MS })
      .then(
        () => {},
        async (err: Error) => {
          if (!stopping) o.onProblem(err)
          await pause(AFTER_TROUBLE_MS)
        },
      )
      .finally(() => {
        publishing = null
      })
  }

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
      const epoch = await takeLead(o.db, o.origin)
      while (!stopping && !lost) {
        const began = performance.now()
        const cover = (o.P.random(1)[0] as number) / 256 < (o.coverShare ?? 1 / 64)
        let { written } = await o.db.withTx((work) => runBatch(work, { P: o.P, epoch, tiles, cover }))
        while (written >= 256 && !stopping) {
          ;({ written } = await o.db.withTx((work) => runBatch(work, { P: o.P, epoch, tiles, cover: false })))
        }
        beginPublishing()
        await pause(Math.max(5, o.tickMs - (performance.now() - began)))
      }
    } finally {
      await publishing
      await lock.end().catch(() => {})
    }
  }

  const done = (async () => {
    while (!stopping) {
      try {
        await lead()
      } catch (err) {
        if (!(err instanceof NoLongerLeader)) o.onProblem(err as Error)
        await pause(Math.max(o.tickMs, AFTER_TROUBLE_MS))
      }
    }
  })()
  return {
    done,
    stop: async () => {
      stopping = true
      witnesses.end()
      for (const wake of [...sleepers]) wake()
      await done
    },
  }
}
