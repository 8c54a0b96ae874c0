// How does the log come to lie in a folder that any web server can serve? Every file once, the checkpoint last.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { and, asc, eq, gte, inArray, isNotNull, lt, sql } from 'drizzle-orm'
import { envelope } from '../../../db/schema/bids.ts'
import { drawContribution } from '../../../db/schema/evaluators.ts'
import { logCheckpoint, logEntry, logPayload } from '../../../db/schema/log.ts'
import { opening, openingEnvelope, rekeyEnvelope } from '../../../db/schema/tenders.ts'
import { coveringPath } from '../../domain/openings/first-sight.ts'
import { RESTORED } from '../../domain/record/put-back.ts'
import { readFileIfThere, writeFileAtomic } from '../../node/atomic-file.ts'
import { b64u, equal, fromB64u, fromUtf8, hex, utf8 } from '../../proof/bytes.ts'
import { readCheckpoint, readNote } from '../../proof/note.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { bundleOf, rootFromTiles, TILE_WIDTH, tilePath } from '../../proof/tiles.ts'
import type { Database, Tx } from '../db.ts'
import { newestOfShard } from './read-log.ts'
import { type Shard, shards } from './shards.ts'
import type { TileReader } from './tiles.ts'

/** The folder holds another log, a longer one, or other bytes than this one: nothing is written over evidence. */
export class OtherFiles extends Error {
  override name = 'OtherFiles'
}

export type LogFiles = {
  P: Primitives
  db: Database
  tiles: TileReader
  dir: string
  /** The policy file as the log's address serves it. */
  policy: () => Promise<string>
}

/** Rows that are read, and files that are written, between two looks at the clock of everybody else. */
const PAGE = 256

/** Files are for everybody; what must not be read by everybody is not in the log. */
function write(dir: string, path: string, bytes: Uint8Array): void {
  const file = join(dir, path)
  const there = existsSync(file) ? readFileIfThere(file) : null
  if (there !== null) {
    if (!equal(there, bytes)) throw new OtherFiles(`${path} in ${dir} has other bytes than the log`)
    return
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
  // The checkpoint, which is written last and durably, is what makes a file count.
  writeFileAtomic(file, bytes, { mode: 0o644, durable: false })
}

/** One log of the chain: where its files lie below the folder, and its newest published checkpoint. */
type Part = { shard: Shard; folder: string; size: number; note: string }

const checkpointIn = (o: LogFiles, { folder }: Part) => join(o.dir, folder, 'checkpoint')

/** How far the folder is with a log, by the checkpoint that lies there: it must be of this log and no further than it. */
async function sizeIn(o: LogFiles, tx: Tx, part: Part): Promise<number> {
  const bytes = readFileIfThere(checkpointIn(o, part))
  if (bytes === null) return 0
  const { origin, size, root } = readCheckpoint(readNote(fromUtf8(bytes)).text)
  const own = readCheckpoint(readNote(part.note).text)
  if (origin !== own.origin) throw new OtherFiles(`${o.dir} holds the log ${origin}, not ${own.origin}`)
  if (size > own.size) throw new OtherFiles(`${o.dir} holds ${size} entries, this log has ${own.size}`)
  if (!equal(root, await rootFromTiles(o.P, size, o.tiles(tx, part.shard.no))))
    throw new OtherFiles(`${o.dir} holds another history of ${size} entries`)
  return size
}

/** Tiles and bundles that have grown since `have`, at the width that the size asks for. */
async function writeTree(o: LogFiles, tx: Tx, { shard, folder, size }: Part, have: number): Promise<void> {
  const read = o.tiles(tx, shard.no)
  for (let level = 0; size >= TILE_WIDTH ** level; level++) {
    const count = Math.floor(size / TILE_WIDTH ** level)
    const full = Math.floor(Math.floor(have / TILE_WIDTH ** level) / TILE_WIDTH)
    for (let n = full; n * TILE_WIDTH < count; n++) {
      const width = Math.min(TILE_WIDTH, count - n * TILE_WIDTH)
      write(o.dir, folder + tilePath(level, n, width), await read(level, n, width))
      if (level > 0) continue
      const from = shard.first + n * TILE_WIDTH
      const leaves = await tx
        .select({ leaf: logEntry.leaf })
        .from(logEntry)
        .where(and(gte(logEntry.idx, from), lt(logEntry.idx, from + width)))
        .orderBy(asc(logEntry.idx))
      write(o.dir, folder + tilePath('entries', n, width), bundleOf(leaves.map((row) => row.leaf)))
    }
  }
}

/** The envelope whose return a payload tells of; null for any other payload. */
function restoredIn(bytes: Uint8Array): string | null {
  const text = new TextDecoder().decode(bytes)
  if (!text.startsWith('{') || !text.includes(RESTORED)) return null
  const { reasons, facts } = JSON.parse(text) as { reasons?: string[]; facts?: { eid?: unknown } }
  return reasons?.includes(RESTORED) && typeof facts?.eid === 'string' ? facts.eid : null
}

/** Contents that these entries made public: payloads, envelopes and contributions on an opening list, and the first checkpoint over each open entry. */
async function writeContents(o: LogFiles, tx: Tx, from: number, to: number): Promise<void> {
  const payloads = await tx
    .select({ hash: logPayload.hash, bytes: logPayload.bytes })
    .from(logPayload)
    .where(and(gte(logPayload.idx, from), lt(logPayload.idx, to)))
  for (const { hash, bytes } of payloads) write(o.dir, `payload/${hex(hash)}`, bytes)
  const opened = await tx
    .select({ eid: envelope.eid, bytes: envelope.bytes })
    .from(opening)
    .innerJoin(openingEnvelope, and(eq(opening.tender, openingEnvelope.tender), eq(opening.kind, openingEnvelope.kind)))
    .innerJoin(envelope, eq(openingEnvelope.eid, envelope.eid))
    .where(and(gte(opening.listIdx, from), lt(opening.listIdx, to), isNotNull(envelope.bytes)))
  const contributed = await tx
    .select({ eid: drawContribution.eid, bytes: drawContribution.bytes })
    .from(opening)
    .innerJoin(drawContribution, eq(opening.tender, drawContribution.tender))
    .where(and(eq(opening.kind, 'draw'), gte(opening.listIdx, from), lt(opening.listIdx, to)))
  const again = await tx
    .select({ eid: rekeyEnvelope.eid, bytes: rekeyEnvelope.bytes })
    .from(opening)
    .innerJoin(openingEnvelope, and(eq(opening.tender, openingEnvelope.tender), eq(opening.kind, openingEnvelope.kind)))
    .innerJoin(rekeyEnvelope, eq(openingEnvelope.eid, rekeyEnvelope.eid))
    .where(and(gte(opening.listIdx, from), lt(opening.listIdx, to)))
  // What was lost while its list was copied comes with the entry that tells of its return.
  const back = payloads.flatMap(({ bytes }) => restoredIn(bytes) ?? [])
  const restored =
    back.length === 0
      ? []
      : await tx
          .select({ eid: envelope.eid, bytes: envelope.bytes })
          .from(envelope)
          .innerJoin(openingEnvelope, eq(openingEnvelope.eid, envelope.eid))
          .innerJoin(opening, and(eq(opening.tender, openingEnvelope.tender), eq(opening.kind, openingEnvelope.kind)))
          .where(and(inArray(envelope.eid, back), lt(opening.listIdx, to)))
  for (const { eid, bytes } of [...opened, ...contributed, ...again, ...restored])
    if (bytes && b64u(o.P.sha256(bytes)) === eid) write(o.dir, `payload/${hex(fromB64u(eid))}`, bytes)
  const covered = await tx
    .select({
      idx: logEntry.idx,
      note: sql<string>`(SELECT ${logCheckpoint.note} FROM ${logCheckpoint} WHERE ${logCheckpoint.size} > ${logEntry.idx}
        ORDER BY ${logCheckpoint.size} LIMIT 1)`,
    })
    .from(logEntry)
    .where(and(gte(logEntry.idx, from), lt(logEntry.idx, to), isNotNull(logEntry.payloadHash)))
  for (const { idx, note } of covered) write(o.dir, coveringPath(idx), utf8(note))
}

/** The logs of the chain as far as they are published, oldest first. */
async function parts(tx: Tx): Promise<Part[]> {
  const found: Part[] = []
  for (const shard of await shards(tx)) {
    const newest = await newestOfShard(tx, shard)
    if (newest) found.push({ shard, folder: shard.no === 0 ? '' : `${shard.year}/`, ...newest })
  }
  return found
}

/**
 * Brings a folder up to the newest published checkpoint and answers how many entries it holds; 0 while there are none. The paths are
 * those below the log's address, so a web server in front of the folder serves the whole log, and goes on while this service is down.
 *
 * A round that fails (disk full, a kill) leaves the old checkpoint, under which nothing is missing; the next one goes on from it.
 * @throws OtherFiles when what lies there is not of this log.
 */
export async function fileRound(o: LogFiles): Promise<number> {
  let written = 0
  for (const part of await o.db.publicRead(({ tx }) => parts(tx))) {
    const { shard, size } = part
    const have = await o.db.publicRead(({ tx }) => sizeIn(o, tx, part))
    const note = checkpointIn(o, part)
    written += size
    if (have === size && existsSync(note) && readFileSync(note, 'utf8') === part.note) continue
    mkdirSync(dirname(note), { recursive: true, mode: 0o755 })
    for (let from = have; from < size; from += PAGE) {
      const to = Math.min(from + PAGE, size)
      await o.db.publicRead(({ tx }) => writeContents(o, tx, shard.first + from, shard.first + to))
    }
    await o.db.publicRead(({ tx }) => writeTree(o, tx, part, have))
    writeFileAtomic(join(o.dir, 'policy'), await o.policy(), { mode: 0o644 })
    writeFileAtomic(note, part.note, { mode: 0o644 })
  }
  return written
}
