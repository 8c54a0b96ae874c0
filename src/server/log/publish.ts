// When does the tree become public? When the signer has signed it and the quorum of witnesses has seen it.
import { and, asc, desc, eq, gt, gte, lt, sql } from 'drizzle-orm'
import { logCheckpoint, logEntry } from '../../../db/schema/log.ts'
import { equal } from '../../proof/bytes.ts'
import { checkpointText, readCheckpoint, readNote, writeAddCheckpoint } from '../../proof/note.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { compactFromTiles, consistencyFromTiles, rootFromTiles } from '../../proof/tiles.ts'
import { leafHash } from '../../proof/tree.ts'
import type { Database, Work } from '../db.ts'
import { type Shard, shardOfSize, shards } from './shards.ts'
import { askSignature, askState } from './signer-client.ts'
import type { TileReader } from './tiles.ts'
import type { Witnesses } from './witnesses.ts'

/** The signer has signed a larger tree than this database holds: the data is older than what was published. */
export class RolledBack extends Error {}

/** The signer is not the one of the published checkpoints, or has forgotten them: going on would be a second log. */
export class OtherSigner extends Error {}

/** Tiles, leaves and the last signed root do not agree: a bit has flipped, or somebody has edited. Nothing is signed over it. */
export class DamagedLog extends Error {
  override name = 'DamagedLog'
}

export type PublishOptions = {
  P: Primitives
  db: Database
  signerSocket: string
  tiles: TileReader
  witnesses: Witnesses
  /** A checkpoint that is older than this is cosigned again although nothing was added, milliseconds. */
  freshMs: number
}

/** The newest checkpoint of a log; `size` is that of its own tree. */
type Published = { size: number; root: Uint8Array; note: string; fresh: string | null; at: Date }

const signerIn = (note: string) => readNote(note).signatures.map(({ name, keyId }) => `${name} ${keyId}`)[0]

/** Leaves that are read at once when the tree is computed again. */
const CHUNK = 4096

/**
 * The root of the first `size` entries of a log, computed twice: from the tiles, and from the stored leaves on top of the tree that was signed
 * last. What a flipped bit in a tile, a leaf or our memory would have us sign, differs here.
 */
async function rootTwice(
  { tx }: Work,
  o: PublishOptions,
  { no, first }: Shard,
  size: number,
  last: Published | undefined,
): Promise<Uint8Array> {
  const read = o.tiles(tx, no)
  const tree = await compactFromTiles(o.P, last?.size ?? 0, read)
  if (last && !equal(tree.root(), last.root))
    throw new DamagedLog(`the tiles up to ${last.size} no longer give the root that was signed`)
  while (tree.size < size) {
    const rows = await tx
      .select({ idx: logEntry.idx, leaf: logEntry.leaf })
      .from(logEntry)
      .where(and(gte(logEntry.idx, first + tree.size), lt(logEntry.idx, first + size)))
      .orderBy(asc(logEntry.idx))
      .limit(CHUNK)
    if (rows.length === 0) throw new DamagedLog(`entry ${first + tree.size} is missing`)
    for (const { idx, leaf } of rows) {
      if (idx !== first + tree.size) throw new DamagedLog(`entry ${first + tree.size} is missing`)
      tree.append(leafHash(o.P, leaf))
    }
  }
  const root = await rootFromTiles(o.P, size, read)
  if (!equal(root, tree.root())) throw new DamagedLog(`the tiles of ${size} entries are not those of the stored leaves`)
  return root
}

/** The root, read anew from the disk when what was kept in memory did not agree with it. */
async function rightRoot(
  work: Work,
  o: PublishOptions,
  shard: Shard,
  size: number,
  last: Published | undefined,
): Promise<Uint8Array> {
  try {
    return await rootTwice(work, o, shard, size, last)
  } catch (err) {
    if (!(err instanceof DamagedLog)) throw err
    o.tiles.forget()
    return rootTwice(work, o, shard, size, last)
  }
}

/** Asks the signer for the checkpoint of a tree of `size`, which continues the `last` published one; answers the signed note. */
async function signed(
  work: Work,
  o: PublishOptions,
  shard: Shard,
  size: number,
  last: Published | undefined,
): Promise<string> {
  const root = await rightRoot(work, o, shard, size, last)
  const { origin } = shard
  const state = await askState(o.signerSocket)
  // The signer has not heard of a log that begins: what it holds is the end of the one before.
  const before = shard.no === 0 ? undefined : (await shards(work.tx))[shard.no - 1]
  if (state.origin !== origin && state.origin !== before?.origin)
    throw new OtherSigner(`the signer is that of the log ${state.origin}, not of ${origin}`)
  const old = state.origin === origin ? state.size : 0
  if (old > size) throw new RolledBack(`the signer has signed ${old} entries, this database holds ${size}`)
  if (last && old < last.size) {
    throw new OtherSigner(
      `the signer knows of ${old} entries, ${last.size} are published: its folder is new or was restored`,
    )
  }
  const proof = old === 0 || old === size ? [] : await consistencyFromTiles(o.P, old, size, o.tiles(work.tx, shard.no))
  const body = writeAddCheckpoint({ old, proof, note: checkpointText({ origin, size, root }) })
  const reply = await askSignature(o.signerSocket, body)
  if (reply.status !== 200) throw new Error(`the signer refused (${reply.status}): ${reply.body.trim()}`)
  if (last && signerIn(reply.body) !== signerIn(last.note))
    throw new OtherSigner('the signer has another key than the published checkpoints')
  return reply.body
}

async function lastPublished({ tx }: Work, { first }: Shard): Promise<Published | undefined> {
  const rows = await tx
    .select({
      size: logCheckpoint.size,
      root: logCheckpoint.root,
      note: logCheckpoint.note,
      fresh: logCheckpoint.fresh,
      at: sql<Date>`coalesce(${logCheckpoint.freshAt}, ${logCheckpoint.at})`.mapWith(logCheckpoint.at),
    })
    .from(logCheckpoint)
    .where(gt(logCheckpoint.size, first))
    .orderBy(desc(logCheckpoint.size))
    .limit(1)
  return rows[0] && { ...rows[0], size: rows[0].size - first }
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
    const places = top[0]?.idx === null || top[0]?.idx === undefined ? 0 : Number(top[0].idx) + 1
    if (places === 0) return null
    const shard = await shardOfSize(work.tx, places)
    const size = places - shard.first
    const last = await lastPublished(work, shard)
    if (last?.size === size && !(await stale(o, work, last))) return null
    return { places, shard, size, again: last?.size === size, note: await signed(work, o, shard, size, last) }
  })
  if (made === null) return
  const { places, shard, size, again } = made
  const proofFrom = (old: number) =>
    o.db.withTx(({ tx }) => consistencyFromTiles(o.P, old, size, o.tiles(tx, shard.no)))
  const note = await o.witnesses.cosigned(made.note, { origin: shard.origin, size }, proofFrom)
  await o.db.withTx(async ({ tx, now }) => {
    if (again) {
      await tx.update(logCheckpoint).set({ fresh: note, freshAt: now.date }).where(eq(logCheckpoint.size, places))
      return
    }
    const { root } = readCheckpoint(readNote(note).text)
    await tx.insert(logCheckpoint).values({ size: places, root, note, at: now.date }).onConflictDoNothing()
    await tx.execute(sql`SELECT pg_notify('madang_log', ${String(places)})`)
  })
}
