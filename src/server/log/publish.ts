// When does the tree become public? When the signer has signed it and the quorum of witnesses has seen it.
import { desc, eq, sql } from 'drizzle-orm'
import { logCheckpoint, logEntry } from '../../../db/schema/log.ts'
import { checkpointText, readCheckpoint, readNote, writeAddCheckpoint } from '../../proof/note.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { consistencyFromTiles, rootFromTiles } from '../../proof/tiles.ts'
import type { Database, Work } from '../db.ts'
import { askSignature, askState } from './signer-client.ts'
import type { tileReader } from './tiles.ts'
import type { Witnesses } from './witnesses.ts'

/** The signer has signed a larger tree than this database holds: the data is older than what was published. */
export class RolledBack extends Error {}

/** The signer is not the one of the published checkpoints, or has forgotten them: going on would be a second log. */
export class OtherSigner extends Error {}

export type PublishOptions = {
  P: Primitives
  db: Database
  origin: string
  signerSocket: string
  tiles: ReturnType<typeof tileReader>
  witnesses: Witnesses
  /** A checkpoint that is older than this is cosigned again although nothing was added, milliseconds. */
  freshMs: number
}

type Published = { size: number; note: string; fresh: string | null; at: Date }

const signerIn = (note: string) => readNote(note).signatures.map(({ name, keyId }) => `${name} ${keyId}`)[0]

/** Asks the signer for the checkpoint of a tree of `size`, which continues the `last` published one; answers the signed note. */
async function signed(work: Work, o: PublishOptions, size: number, last: Published | undefined): Promise<string> {
  const read = o.tiles(work.tx)
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

async function lastPublished({ tx }: Work): Promise<Published | undefined> {
  const rows = await tx
    .select({
      size: logCheckpoint.size,
      note: logCheckpoint.note,
      fresh: logCheckpoint.fresh,
      at: sql<Date>`coalesce(${logCheckpoint.freshAt}, ${logCheckpoint.at})`.mapWith(logCheckpoint.at),
    })
    .from(logCheckpoint)
    .orderBy(desc(logCheckpoint.size))
    .limit(1)
  return rows[0]
}

/** Must the newest checkpoint be cosigned again? When it has grown old, and when the witnesses of today have not seen it at all. */
async function stale(o: PublishOptions, work: Work, last: Published): Promise<boolean> {
  if (o.witnesses.none) return false
  if (work.now.date.getTime() - last.at.getTime() >= o.freshMs) return true
  return !(await o.witnesses.met(last.fresh ?? last.note))
}

/**
 * Publishes the checkpoint of everything that has an index, with the cosignatures of its witnesses; a minute after the last one it
 * has the same tree cosigned again. Safe after a crash between any two steps: the tree is the same, and so is the log's signature.
 * No transaction is open while witnesses are asked.
 */
export async function publish(o: PublishOptions): Promise<void> {
  const made = await o.db.withTx(async (work) => {
    const top = await work.tx.select({ idx: sql<string | null>`max(${logEntry.idx})` }).from(logEntry)
    const size = top[0]?.idx === null || top[0]?.idx === undefined ? 0 : Number(top[0].idx) + 1
    const last = await lastPublished(work)
    if (size === 0 || (last?.size === size && !(await stale(o, work, last)))) return null
    return { size, again: last?.size === size, note: await signed(work, o, size, last) }
  })
  if (made === null) return
  const { size, again } = made
  const proofFrom = (old: number) => o.db.withTx(({ tx }) => consistencyFromTiles(o.P, old, size, o.tiles(tx)))
  const note = await o.witnesses.cosigned(made.note, size, proofFrom)
  await o.db.withTx(async ({ tx, now }) => {
    if (again) {
      await tx.update(logCheckpoint).set({ fresh: note, freshAt: now.date }).where(eq(logCheckpoint.size, size))
      return
    }
    const { root } = readCheckpoint(readNote(note).text)
    await tx.insert(logCheckpoint).values({ size, root, note, at: now.date }).onConflictDoNothing()
    await tx.execute(sql`SELECT pg_notify('madang_log', ${String(size)})`)
  })
}
