// How do outbox rows become log entries? One transaction a batch: indexes, leaves, tiles, covers, closing lists.
import { and, asc, eq, inArray, isNotNull, isNull, notInArray, or, sql } from 'drizzle-orm'
import { bidAct } from '../../../db/schema/bids.ts'
import { fieldDecision } from '../../../db/schema/evaluators.ts'
import { logCheckpoint, logCover, logEntry, logLeader, logOutbox, logPayload, logTile } from '../../../db/schema/log.ts'
import { factDecision } from '../../../db/schema/organisations.ts'
import { question } from '../../../db/schema/questions.ts'
import { opening, tender } from '../../../db/schema/tenders.ts'
import { secondsZ } from '../../domain/kit/time.ts'
import { b64, b64u, utf8 } from '../../proof/bytes.ts'
import { canonical } from '../../proof/canonical.ts'
import { commitment, openLeaf, sealedLeaf } from '../../proof/leaf.ts'
import { readCheckpoint, readNote } from '../../proof/note.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { closedEntry, LOG_CLOSED, LOG_OPENED, openedEntry } from '../../proof/shards.ts'
import { newTiles } from '../../proof/tiles.ts'
import { leafHash } from '../../proof/tree.ts'
import type { Work } from '../db.ts'
import { beginShard, endShard, planNewYear, planned, type Shard, shardAt, shards } from './shards.ts'
import type { TilesOf } from './tiles.ts'

/** Raised when another sequencer has taken the lead: this one must stop. */
export class NoLongerLeader extends Error {}

/** Entries of a batch at most. */
export const BATCH = 256
/** Sealed leaves of a batch are filled up with covers to a multiple of this. */
const COVER_TO = 8

type Entry = typeof logEntry.$inferInsert
/** `tender` is null for what is sealed about no tender: it stands on no closing list. */
type Sealed = { idx: number; c: string; tender: string | null }

/** What one batch gathers before it is written. */
class Batch {
  readonly entries: Entry[] = []
  readonly sealed: Sealed[] = []
  readonly covers: (typeof logCover.$inferInsert)[] = []
  readonly from: number
  readonly #P: Primitives
  readonly #work: Work
  readonly #last = new Map<string, number>()

  constructor(P: Primitives, work: Work, from: number) {
    this.#P = P
    this.#work = work
    this.from = from
  }

  get next(): number {
    return this.from + this.entries.length
  }

  async open(typ: string, leaf: Uint8Array, ref: string | null, payloadHash: Uint8Array | null): Promise<number> {
    const idx = this.next
    const prev = ref === null ? null : await this.#previous(ref)
    this.entries.push({ idx, leaf, typ, ref, payloadHash, prev, c: null })
    if (ref !== null) this.#last.set(ref, idx)
    return idx
  }

  seal(c: string, ofTender: string | null): void {
    this.sealed.push({ idx: this.next, c, tender: ofTender })
    this.entries.push({
      idx: this.next,
      leaf: sealedLeaf(c),
      typ: 'sealed/1',
      ref: null,
      payloadHash: null,
      prev: null,
      c,
    })
  }

  /** Fills the sealed leaves up with covers; `pick` says to which open tender the next one belongs. */
  fill(pick: () => string, least: number): void {
    while (this.sealed.length < least || this.sealed.length % COVER_TO !== 0) {
      const salt = this.#P.random(32)
      const c = commitment(this.#P, salt, 'cover')
      const of = pick()
      this.covers.push({ idx: this.next, tender: of, salt: b64u(salt), c })
      this.seal(c, of)
    }
  }

  async #previous(ref: string): Promise<number | null> {
    const here = this.#last.get(ref)
    if (here !== undefined) return here
    const rows = await this.#work.tx
      .select({ idx: sql<string | null>`max(${logEntry.idx})` })
      .from(logEntry)
      .where(eq(logEntry.ref, ref))
    const idx = rows[0]?.idx
    return idx === null || idx === undefined ? null : Number(idx)
  }
}

/** The closing list: every sealed leaf of the tender, covers and refusals included, by index. */
async function closingList(work: Work, batch: Batch, no: string): Promise<[number, string][]> {
  const acts = await work.tx
    .select({ idx: bidAct.idx, c: bidAct.c })
    .from(bidAct)
    .where(and(eq(bidAct.tender, no), isNotNull(bidAct.idx)))
  const covers = await work.tx
    .select({ idx: logCover.idx, c: logCover.c })
    .from(logCover)
    .where(eq(logCover.tender, no))
  return [...acts, ...covers, ...batch.sealed.filter((s) => s.tender === no)]
    .map((s): [number, string] => [s.idx as number, s.c])
    .sort((a, b) => a[0] - b[0])
}

async function close(P: Primitives, batch: Batch, work: Work, no: string): Promise<void> {
  const rows = await work.tx.select({ deadline: tender.deadline }).from(tender).where(eq(tender.no, no))
  const deadline = rows[0]?.deadline
  if (!deadline) throw new Error(`the outbox closes ${no}, which is no tender`)
  // The last bids of a tender often share its last batch: filled up here, the batch does not show how many they were.
  if (batch.sealed.length % COVER_TO !== 0) batch.fill(() => no, 0)
  const list = await closingList(work, batch, no)
  const beside = utf8(canonical(list))
  const payload = utf8(
    canonical({
      typ: 'tender.closed/1',
      tender: no,
      lot: '1',
      deadline: secondsZ(deadline.getTime()),
      count: list.length,
      leaves: b64u(P.sha256(beside)),
    }),
  )
  const hash = P.sha256(payload)
  const at = secondsZ(work.now.date.getTime())
  const idx = await batch.open(
    'tender.closed/1',
    openLeaf({ typ: 'tender.closed/1', at, org: '-', ref: no, by: '-', h: b64u(hash) }),
    no,
    hash,
  )
  await work.tx
    .insert(logPayload)
    .values([
      { hash, bytes: payload, idx },
      { hash: P.sha256(beside), bytes: beside, idx },
    ])
    .onConflictDoNothing()
  await work.tx.update(tender).set({ closedIdx: idx }).where(eq(tender.no, no))
}

/** Rows that wait for the index of their entry. */
async function tellIndexes(work: Work, batch: Batch): Promise<void> {
  const { tx } = work
  const real = batch.sealed.filter((s) => !batch.covers.some((cover) => cover.idx === s.idx))
  if (real.length > 0) {
    const pairs = sql.join(
      real.map((s) => sql`(${s.c}, ${s.idx}::bigint)`),
      sql`, `,
    )
    await tx.execute(sql`UPDATE bid_act SET idx = v.idx FROM (VALUES ${pairs}) AS v(c, idx) WHERE bid_act.c = v.c`)
  }
  const ofNone = real.filter((s) => s.tender === null)
  for (const { c, idx } of ofNone)
    for (const table of [fieldDecision, factDecision, question])
      await tx.update(table).set({ idx }).where(eq(table.c, c))
  if (batch.covers.length > 0) await tx.insert(logCover).values(batch.covers)
  const hashes = batch.entries.filter((e) => e.payloadHash)
  if (hashes.length > 0) {
    const pairs = sql.join(
      hashes.map((e) => sql`(${Buffer.from(e.payloadHash as Uint8Array)}::bytea, ${e.idx}::bigint)`),
      sql`, `,
    )
    await tx.execute(
      sql`UPDATE log_payload SET idx = v.idx FROM (VALUES ${pairs}) AS v(hash, idx) WHERE log_payload.hash = v.hash AND log_payload.idx IS NULL`,
    )
  }
  for (const e of batch.entries) {
    if (e.typ === 'opening.list/1') {
      await tx
        .update(opening)
        .set({ listIdx: e.idx })
        .where(and(eq(opening.tender, e.ref as string), eq(opening.listHash, b64u(e.payloadHash as Uint8Array))))
    }
    if (e.typ === 'scores.locked/1')
      await tx
        .update(tender)
        .set({ lockedIdx: e.idx })
        .where(eq(tender.no, e.ref as string))
  }
}

export type BatchOptions = {
  P: Primitives
  /** The leader's epoch. */
  epoch: number
  tiles: TilesOf
  /** True when this batch is to carry covers even without sealed acts. */
  cover: boolean
}

/** Entries of a batch, their tiles, and the rows that wait for their indexes. */
async function writeEntries(
  work: Work,
  batch: Batch,
  P: Primitives,
  tiles: BatchOptions['tiles'],
  { no, first }: Shard,
): Promise<void> {
  const { tx } = work
  await tx.insert(logEntry).values(batch.entries)
  const hashes = batch.entries.map((e) => leafHash(P, e.leaf))
  const written = await newTiles(P, batch.from - first, hashes, tiles(tx, no))
  await tx
    .insert(logTile)
    .values(written.map((tile) => ({ ...tile, shard: no })))
    .onConflictDoNothing()
  await tellIndexes(work, batch)
}

/** Nothing can be numbered: the log has ended, and what it ended with has not been seen by its witnesses yet. */
const WAITS = 'waits'

/**
 * Ends the newest log, or begins the next one, where either is due. Answers the log that entries go into, with what it begins with;
 * null when the batch is the end of a log alone. Each step is one transaction and follows from the rows, so that a kill between
 * two of them changes nothing.
 */
async function turnOfYear(work: Work, batch: Batch, P: Primitives): Promise<Shard | null | typeof WAITS> {
  const { tx, now } = work
  const at = secondsZ(now.date.getTime())
  const newest = (await shards(tx)).at(-1)
  if (!newest) throw new Error('the log has no row of its own')
  await planNewYear(work, newest)
  const next = await planned(tx)
  if (!next) return newest
  if (newest.ended === null) {
    const closed = closedEntry(P, at, { origin: newest.origin, next: next.origin })
    await batch.open(LOG_CLOSED, closed.leaf, null, closed.hash)
    await tx
      .insert(logPayload)
      .values({ hash: closed.hash, bytes: closed.payload, idx: batch.from })
      .onConflictDoNothing()
    await endShard(tx, newest.no, batch.next)
    return null
  }
  const last = await tx
    .select({ note: logCheckpoint.note })
    .from(logCheckpoint)
    .where(eq(logCheckpoint.size, newest.ended))
  const note = last[0]?.note
  if (note === undefined) return WAITS
  const { origin, size, root } = readCheckpoint(readNote(note).text)
  const opened = openedEntry(P, at, {
    origin: next.origin,
    before: newest.ended,
    previous: { origin, size, root: b64(root), note },
  })
  await batch.open(LOG_OPENED, opened.leaf, null, opened.hash)
  await tx
    .insert(logPayload)
    .values({ hash: opened.hash, bytes: opened.payload, idx: batch.from })
    .onConflictDoNothing()
  await beginShard(tx, next.no, batch.from)
  return { ...next, first: batch.from, ended: null }
}

/**
 * Numbers up to 256 outbox rows. Answers how many entries were written and the size of the tree after them. Entries are
 * final from COMMIT on; they are public once a checkpoint covers them.
 */
export async function runBatch(
  work: Work,
  { P, epoch, tiles, cover }: BatchOptions,
): Promise<{ written: number; size: number }> {
  const { tx } = work
  const fence = await tx
    .update(logLeader)
    .set({ epoch })
    .where(and(eq(logLeader.id, 1), eq(logLeader.epoch, epoch)))
    .returning({ id: logLeader.id })
  if (fence.length !== 1) throw new NoLongerLeader('another sequencer leads the log')

  const top = await tx.select({ idx: sql<string | null>`max(${logEntry.idx})` }).from(logEntry)
  const from = top[0]?.idx === null || top[0]?.idx === undefined ? 0 : Number(top[0].idx) + 1
  const batch = new Batch(P, work, from)
  const into = await turnOfYear(work, batch, P)
  if (into === WAITS) return { written: 0, size: from }
  if (into === null) {
    const ending = await shardAt(tx, from)
    await writeEntries(work, batch, P, tiles, ending)
    return { written: 1, size: batch.next }
  }
  const rows = await tx.select().from(logOutbox).orderBy(asc(logOutbox.id)).limit(BATCH)
  for (const row of rows) {
    if (row.kind === 'open') await batch.open(row.typ, row.leaf as Uint8Array, row.tender, row.payloadHash)
    else if (row.kind === 'sealed') batch.seal(row.c as string, row.tender)
    else await close(P, batch, work, row.tender as string)
  }
  if (batch.sealed.length % COVER_TO !== 0 || cover) {
    // A tender that is open in this snapshot is closed by a later outbox row, and one whose closing row does not fit into this
    // batch by a later batch: so a cover here is below its closing entry.
    const closing = tx
      .select({ no: logOutbox.tender })
      .from(logOutbox)
      .where(
        and(
          eq(logOutbox.kind, 'close'),
          notInArray(
            logOutbox.id,
            rows.map((row) => row.id),
          ),
        ),
      )
    const open = await tx
      .select({ no: tender.no })
      .from(tender)
      .where(or(eq(tender.state, 'published'), inArray(tender.no, closing)))
    // Nothing is open where the only open tender was cancelled a moment after its last acts: it has no closing list to keep clean.
    if (open.length === 0 && batch.sealed.length > 0) {
      const own = [...new Set(batch.sealed.flatMap((s) => s.tender ?? []))]
      const cancelled = and(inArray(tender.no, own), eq(tender.state, 'cancelled'), isNull(tender.closedIdx))
      open.push(...(await tx.select({ no: tender.no }).from(tender).where(cancelled)))
    }
    const pick = () => (open[(P.random(1)[0] as number) % open.length] as { no: string }).no
    if (open.length > 0) batch.fill(pick, COVER_TO)
  }
  if (batch.entries.length === 0) return { written: 0, size: from }

  await writeEntries(work, batch, P, tiles, into)
  if (rows.length > 0) {
    await tx.delete(logOutbox).where(
      inArray(
        logOutbox.id,
        rows.map((row) => row.id),
      ),
    )
  }
  return { written: batch.entries.length, size: batch.next }
}
