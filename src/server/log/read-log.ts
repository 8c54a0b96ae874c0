// How is the public log read? Checkpoint, tiles, entry bundles, payloads: immutable bytes and one newest note.
import { and, asc, desc, eq, gt, gte, isNotNull, lt, lte, sql } from 'drizzle-orm'
import type { Express, Request } from 'express'
import { envelope } from '../../../db/schema/bids.ts'
import { drawContribution } from '../../../db/schema/evaluators.ts'
import { logCheckpoint, logEntry, logPayload } from '../../../db/schema/log.ts'
import { opening, openingEnvelope, rekeyEnvelope } from '../../../db/schema/tenders.ts'
import type { LiveEvent, Tail } from '../../api/live.ts'
import {
  listHeads,
  readCheckpoint,
  readCovering,
  readEntryProof,
  readPayload,
  readPolicyFile,
  readTile,
  readYearCheckpoint,
  readYearPolicy,
  readYearTile,
} from '../../api/log.ts'
import { openExtra } from '../../domain/audit/bundle.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { b64, b64u, equal, FormatError, fromHex } from '../../proof/bytes.ts'
import { readCheckpoint as readHead, readNote } from '../../proof/note.ts'
import { writeTlogProof } from '../../proof/receipt.ts'
import { keyFor } from '../../proof/shards.ts'
import { bundleOf, inclusionFromTiles, readTilePath } from '../../proof/tiles.ts'
import type { Tx } from '../db.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve, Verbatim } from '../serve.ts'
import { type Shard, shardAt, shards } from './shards.ts'
import { askVkey } from './signer-client.ts'
import { policyText } from './witness-policy.ts'

const TEXT = 'text/plain; charset=utf-8'
const BYTES = 'application/octet-stream'
const IMMUTABLE = { 'Cache-Control': 'public, max-age=31536000, immutable' }

/** The newest published checkpoint, as it was cosigned last, or null before the first. */
export async function newestCheckpoint(tx: Tx): Promise<{ size: number; note: string } | null> {
  const rows = await tx
    .select({
      size: logCheckpoint.size,
      note: sql<string>`coalesce(${logCheckpoint.fresh}, ${logCheckpoint.note})`,
    })
    .from(logCheckpoint)
    .orderBy(desc(logCheckpoint.size))
    .limit(1)
  return rows[0] ?? null
}

/** The newest published checkpoint of one log of the chain, and its size there; null before the first. */
export async function newestOfShard(tx: Tx, { first, ended }: Shard): Promise<{ size: number; note: string } | null> {
  const rows = await tx
    .select({ size: logCheckpoint.size, note: sql<string>`coalesce(${logCheckpoint.fresh}, ${logCheckpoint.note})` })
    .from(logCheckpoint)
    .where(and(gt(logCheckpoint.size, first), ended === null ? undefined : lte(logCheckpoint.size, ended)))
    .orderBy(desc(logCheckpoint.size))
    .limit(1)
  return rows[0] ? { note: rows[0].note, size: rows[0].size - first } : null
}

/** The log of a year, or the first one, at whose address the whole chain is. */
async function shardAsked(tx: Tx, year: string | null): Promise<Shard> {
  if (year === null) return shardAt(tx, 0)
  return (await shards(tx)).find((shard) => shard.no > 0 && String(shard.year) === year) ?? refuse('not-found')
}

async function checkpointOf(tx: Tx, year: string | null) {
  const newest = await newestOfShard(tx, await shardAsked(tx, year))
  if (!newest) refuse('not-found')
  return new Verbatim(newest.note, TEXT, 200, { 'Cache-Control': 'public, max-age=1' })
}

const checkpoint = ({ tx }: Context<typeof readCheckpoint>) => checkpointOf(tx, null)
const yearCheckpoint = ({ tx, params }: Context<typeof readYearCheckpoint>) => checkpointOf(tx, params.year)

/** The first checkpoint ever published that covers an entry: what its witnesses' times say of that entry, no later one can. */
async function covering({ tx, params }: Context<typeof readCovering>) {
  const rows = await tx
    .select({ note: logCheckpoint.note })
    .from(logCheckpoint)
    .where(gt(logCheckpoint.size, Number(params.index)))
    .orderBy(asc(logCheckpoint.size))
    .limit(1)
  const first = rows[0]
  if (!first) refuse('not-found')
  return new Verbatim(first.note, TEXT, 200, IMMUTABLE)
}

async function heads({ tx }: Context<typeof listHeads>) {
  const rows = await tx.select().from(logCheckpoint).orderBy(desc(logCheckpoint.size)).limit(50)
  return {
    heads: rows.map(({ size, root, note, at }) => ({
      origin: readHead(readNote(note).text).origin,
      size,
      at: millisZ(at.getTime()),
      root: b64(root),
      witnesses: readNote(note).signatures.length - 1,
    })),
  }
}

/** The entry at a place under the newest checkpoint of its log: index there, proof and note. */
export async function inclusion(
  deps: Pick<Deps, 'P' | 'tiles'>,
  tx: Tx,
  place: number,
): Promise<{ index: number; proof: Uint8Array[]; note: string }> {
  const shard = await shardAt(tx, place)
  const newest = await newestOfShard(tx, shard)
  const index = place - shard.first
  if (newest === null || index >= newest.size) refuse('not-found')
  const proof = await inclusionFromTiles(deps.P, index, newest.size, deps.tiles(tx, shard.no))
  return { index, proof, note: newest.note }
}

/** The receipt of any entry. Of a sealed one it carries nothing: whose it is stays with its bidder. */
async function entryProof({ deps, tx, params }: Context<typeof readEntryProof>) {
  const index = Number(params.index)
  const newest = await newestCheckpoint(tx)
  if (newest === null || index >= newest.size) refuse('not-found')
  const rows = await tx.select({ leaf: logEntry.leaf, c: logEntry.c }).from(logEntry).where(eq(logEntry.idx, index))
  const entry = rows[0]
  if (!entry) refuse('not-found')
  const extra = entry.c === null ? { extra: openExtra(entry.leaf) } : {}
  const text = writeTlogProof({ ...extra, ...(await inclusion(deps, tx, index)) })
  return new Verbatim(text, TEXT, 200, { 'Cache-Control': 'public, max-age=1' })
}

const vkeys = new Map<string, string>()

async function ownVkey(deps: Deps): Promise<string> {
  const socket = deps.config.signerSocket
  const vkey = vkeys.get(socket) ?? (await askVkey(socket).catch(() => refuse('busy')))
  vkeys.set(socket, vkey)
  return vkey
}

const addressOf = (req: Request) => `${req.protocol}://${req.get('host') ?? 'localhost'}/log`
const policyReply = (text: string) => new Verbatim(text, TEXT, 200, { 'Cache-Control': 'public, max-age=60' })

/** The first log's key, whatever the year: whoever knows it knows those of the years. */
async function policy({ deps, req }: Context<typeof readPolicyFile>) {
  return policyReply(policyText(await ownVkey(deps), addressOf(req), deps.witnesses))
}

/** For programs of others, which know no years: the log of one as if it stood alone. */
async function yearPolicy({ deps, tx, req, params }: Context<typeof readYearPolicy>) {
  const { origin, year } = await shardAsked(tx, params.year)
  const vkey = keyFor(deps.P, await ownVkey(deps), origin) ?? refuse('not-found')
  return policyReply(policyText(vkey, `${addressOf(req)}/${year}`, deps.witnesses))
}

/** The entry leaves of a bundle, all of them under the published checkpoint. */
async function bundle(tx: Tx, first: number, n: number, width: number): Promise<Uint8Array> {
  const from = first + n * 256
  const rows = await tx
    .select({ leaf: logEntry.leaf })
    .from(logEntry)
    .where(and(gte(logEntry.idx, from), lt(logEntry.idx, from + width)))
    .orderBy(asc(logEntry.idx))
  if (rows.length !== width) refuse('not-found')
  return bundleOf(rows.map((row) => row.leaf))
}

async function tileOf({ deps, tx }: Pick<Context<typeof readTile>, 'deps' | 'tx'>, year: string | null, name: string) {
  const path = (() => {
    try {
      return readTilePath(name)
    } catch (err) {
      if (err instanceof FormatError) return refuse('not-found')
      throw err
    }
  })()
  const shard = await shardAsked(tx, year)
  const newest = await newestOfShard(tx, shard)
  const level = path.level === 'entries' ? 0 : path.level
  const have = newest ? Math.floor(newest.size / 256 ** level) : 0
  if (path.n * 256 + path.width > have) refuse('not-found')
  const data =
    path.level === 'entries'
      ? await bundle(tx, shard.first, path.n, path.width)
      : await deps.tiles(tx, shard.no)(path.level, path.n, path.width)
  return new Verbatim(data, BYTES, 200, IMMUTABLE)
}

const tile = (context: Context<typeof readTile>) =>
  tileOf(context, null, `tile/${context.params.level}/${context.params.n.join('/')}`)
const yearTile = (context: Context<typeof readYearTile>) =>
  tileOf(context, context.params.year, `tile/${context.params.level}/${context.params.n.join('/')}`)

/** An envelope is public once the list on which it stands is under the published checkpoint. */
async function openedEnvelope(tx: Tx, eid: string, size: number): Promise<Uint8Array | null> {
  const rows = await tx
    .select({ bytes: envelope.bytes })
    .from(envelope)
    .innerJoin(openingEnvelope, eq(openingEnvelope.eid, envelope.eid))
    .innerJoin(opening, and(eq(opening.tender, openingEnvelope.tender), eq(opening.kind, openingEnvelope.kind)))
    .where(and(eq(envelope.eid, eid), isNotNull(opening.listIdx), lt(opening.listIdx, size)))
  return rows[0]?.bytes ?? (await listedContribution(tx, eid, size)) ?? (await listedAgain(tx, eid, size))
}

/** What a custodian sealed for a draw of evaluators is public like a bid's envelope: once it is listed to be opened. */
async function listedContribution(tx: Tx, eid: string, size: number): Promise<Uint8Array | null> {
  const rows = await tx
    .select({ bytes: drawContribution.bytes })
    .from(drawContribution)
    .innerJoin(opening, and(eq(opening.tender, drawContribution.tender), eq(opening.kind, 'draw')))
    .where(and(eq(drawContribution.eid, eid), isNotNull(opening.listIdx), lt(opening.listIdx, size)))
  return rows[0]?.bytes ?? null
}

/** So is what a bidder sealed again. */
async function listedAgain(tx: Tx, eid: string, size: number): Promise<Uint8Array | null> {
  const rows = await tx
    .select({ bytes: rekeyEnvelope.bytes })
    .from(rekeyEnvelope)
    .innerJoin(openingEnvelope, eq(openingEnvelope.eid, rekeyEnvelope.eid))
    .innerJoin(opening, and(eq(opening.tender, openingEnvelope.tender), eq(opening.kind, openingEnvelope.kind)))
    .where(and(eq(rekeyEnvelope.eid, eid), isNotNull(opening.listIdx), lt(opening.listIdx, size)))
  return rows[0]?.bytes ?? null
}

async function payload({ deps, tx, params }: Context<typeof readPayload>) {
  const newest = await newestCheckpoint(tx)
  const size = newest?.size ?? 0
  const hash = fromHex(params.hash)
  const rows = await tx
    .select({ bytes: logPayload.bytes })
    .from(logPayload)
    .where(and(eq(logPayload.hash, hash), isNotNull(logPayload.idx), lt(logPayload.idx, size)))
  const bytes = rows[0]?.bytes ?? (await openedEnvelope(tx, b64u(hash), size))
  // What was changed in the database is missing, not something else: this address answers for ever.
  if (!bytes || !equal(deps.P.sha256(bytes), hash)) refuse('not-found')
  return new Verbatim(bytes, BYTES, 200, IMMUTABLE)
}

type Which = {
  /** Of one tender; of all unless told. */
  of?: string
  /** Payloads of more bytes stay where they are: null stands for them. */
  inlineBytes?: number
  /** A page ends with the entry that fills it, so that a tender of a thousand long proposals does not come at once; a million unless told. */
  mostBytes?: number
}

/** Public entries of tenders under the published checkpoint, by index: `limit` of them at most, and one at least if there is any. */
export async function eventsAfter(
  tx: Tx,
  after: number,
  limit: number,
  { of, inlineBytes = 2 ** 30, mostBytes = 1_000_000 }: Which = {},
): Promise<{ events: (LiveEvent & { ref: string })[]; size: number }> {
  const newest = await newestCheckpoint(tx)
  const size = newest?.size ?? 0
  const rows = await tx
    .select({
      index: logEntry.idx,
      prev: logEntry.prev,
      leaf: logEntry.leaf,
      typ: logEntry.typ,
      ref: logEntry.ref,
      payload: sql<Buffer | null>`CASE WHEN octet_length(${logPayload.bytes}) <= ${inlineBytes} THEN ${logPayload.bytes} END`,
    })
    .from(logEntry)
    .innerJoin(logPayload, eq(logPayload.hash, logEntry.payloadHash))
    .where(
      and(
        gt(logEntry.idx, after),
        lt(logEntry.idx, size),
        of === undefined ? isNotNull(logEntry.ref) : eq(logEntry.ref, of),
      ),
    )
    .orderBy(asc(logEntry.idx))
    .limit(limit)
  const decoder = new TextDecoder()
  let bytes = 0
  const page = rows.filter((row) => {
    const fits = bytes < mostBytes
    bytes += row.leaf.length + (row.payload?.length ?? 0)
    return fits
  })
  return {
    size,
    events: page.map((row) => {
      const leaf = decoder.decode(row.leaf)
      return {
        index: row.index,
        prev: row.prev ?? -1,
        typ: row.typ,
        at: (JSON.parse(leaf) as { at: string }).at,
        leaf,
        payload: row.payload === null ? null : decoder.decode(row.payload),
        ref: row.ref as string,
      }
    }),
  }
}

/** The last public entry of a tender under the published checkpoint; -1 before the first. */
export async function lastIndexOf(tx: Tx, no: string): Promise<{ index: number; size: number }> {
  const newest = await newestCheckpoint(tx)
  const size = newest?.size ?? 0
  const rows = await tx
    .select({ idx: logEntry.idx })
    .from(logEntry)
    .where(and(eq(logEntry.ref, no), lt(logEntry.idx, size)))
    .orderBy(desc(logEntry.idx))
    .limit(1)
  return { index: rows[0]?.idx ?? -1, size }
}

/** Entries that a tail has at most. */
const TAIL = 100

/**
 * The newest public entries of a tender: a hundred at most, of `mostBytes` together at most, and none that is not after the last
 * one whose payload has more than `inlineBytes`.
 */
export async function newestOf(
  tx: Tx,
  no: string,
  { mostBytes, inlineBytes }: { mostBytes: number; inlineBytes: number },
): Promise<Tail> {
  const { index, size } = await lastIndexOf(tx, no)
  const rows = await tx
    .select({ idx: logEntry.idx })
    .from(logEntry)
    .where(and(eq(logEntry.ref, no), lt(logEntry.idx, size)))
    .orderBy(desc(logEntry.idx))
    .limit(TAIL)
  const { events } = await eventsAfter(tx, (rows.at(-1)?.idx ?? 0) - 1, TAIL, { of: no, inlineBytes })
  const newest: Tail['events'] = []
  let bytes = 0
  for (const { ref: _, payload, ...event } of events.reverse()) {
    bytes += event.leaf.length + (payload?.length ?? 0)
    if (payload === null || bytes > mostBytes) break
    newest.unshift({ ...event, payload })
  }
  return { events: newest, index }
}

/** What of the newest entries is after one of them; null when some that are after it are not among them. */
export function tailAfter({ events, index }: Tail, last: number): Tail | null {
  const missed = events.filter((event) => event.index > last)
  const whole = index <= last || (missed[0] !== undefined && missed[0].prev <= last)
  return whole ? { events: missed, index } : null
}

export function serveLog(app: Express, deps: Deps): void {
  serve(app, deps, readCovering, covering)
  serve(app, deps, readEntryProof, entryProof)
  serve(app, deps, listHeads, heads)
  serve(app, deps, readCheckpoint, checkpoint, { shared: true })
  serve(app, deps, readPolicyFile, policy)
  serve(app, deps, readTile, tile, { shared: true })
  serve(app, deps, readYearCheckpoint, yearCheckpoint, { shared: true })
  serve(app, deps, readYearPolicy, yearPolicy)
  serve(app, deps, readYearTile, yearTile, { shared: true })
  serve(app, deps, readPayload, payload, { shared: true })
}
