// Which tables hold the public log?
import { sql } from 'drizzle-orm'
import { bigint, bigserial, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { bytea, moment } from './people.ts'

/** Acts whose transaction has committed and whose leaf has no index yet. */
export const logOutbox = pgTable(
  'log_outbox',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    kind: text('kind').notNull(),
    typ: text('typ').notNull(),
    /** The leaf; null for a closing entry, which the sequencer writes. */
    leaf: bytea('leaf'),
    /** The tender, for the operator's own use; a sealed leaf does not name it. */
    tender: text('tender'),
    payloadHash: bytea('payload_hash'),
    /** Commitment of a sealed leaf. */
    c: text('c'),
  },
  (t) => [check('an_outbox_row_is_open_sealed_or_a_close', sql`${t.kind} IN ('open', 'sealed', 'close')`)],
)

export const logEntry = pgTable(
  'log_entry',
  {
    idx: bigint('idx', { mode: 'number' }).primaryKey(),
    leaf: bytea('leaf').notNull(),
    typ: text('typ').notNull(),
    /** The tender that the leaf itself names; null for sealed leaves. */
    ref: text('ref'),
    payloadHash: bytea('payload_hash'),
    /** The previous public entry of the same tender. */
    prev: bigint('prev', { mode: 'number' }),
    /** Commitment of a sealed leaf. */
    c: text('c'),
  },
  (t) => [index('log_entry_by_ref').on(t.ref, t.idx), uniqueIndex('log_entry_by_commitment').on(t.c)],
)

/** Content addressed by SHA-256. It is served once `idx` is under a published checkpoint. */
export const logPayload = pgTable('log_payload', {
  hash: bytea('hash').primaryKey(),
  bytes: bytea('bytes').notNull(),
  idx: bigint('idx', { mode: 'number' }),
})

/**
 * The logs of the chain, a year each: places (`idx`, and `size` of a checkpoint) are counted through all of them. A row without `first`
 * is of a year that is to begin; `ended` is the place after the last entry of one that has ended.
 */
export const logShard = pgTable(
  'log_shard',
  {
    no: integer('no').primaryKey(),
    origin: text('origin').notNull().unique(),
    year: integer('year').notNull().unique(),
    first: bigint('first', { mode: 'number' }),
    ended: bigint('ended', { mode: 'number' }),
  },
  (t) => [check('a_log_ends_after_it_began', sql`${t.ended} IS NULL OR ${t.ended} > ${t.first}`)],
)

export const logTile = pgTable(
  'log_tile',
  {
    /** `no` of the log that it is of. */
    shard: integer('shard').notNull().default(0),
    level: integer('level').notNull(),
    n: bigint('n', { mode: 'number' }).notNull(),
    width: integer('width').notNull(),
    data: bytea('data').notNull(),
  },
  (t) => [
    primaryKey({ name: 'a_tile_is_written_once', columns: [t.shard, t.level, t.n, t.width] }),
    check(
      'a_tile_is_1_to_256_hashes_wide',
      sql`${t.width} BETWEEN 1 AND 256 AND octet_length(${t.data}) = 32 * ${t.width}`,
    ),
  ],
)

export const logCheckpoint = pgTable('log_checkpoint', {
  /** Places up to which it covers the chain: the size in the note is that of its own log. */
  size: bigint('size', { mode: 'number' }).primaryKey(),
  root: bytea('root').notNull(),
  /** As it was first published: its witnesses' times say when this size was first seen. */
  note: text('note').notNull(),
  at: moment('at').notNull(),
  /** The same checkpoint cosigned again, while the log does not grow: shows that this is still the newest. */
  fresh: text('fresh'),
  freshAt: moment('fresh_at'),
})

/** Leaves that stand for nothing, so that neither count nor rhythm of bids can be read from the log. */
export const logCover = pgTable(
  'log_cover',
  {
    idx: bigint('idx', { mode: 'number' }).primaryKey(),
    tender: text('tender').notNull(),
    salt: text('salt').notNull(),
    c: text('c').notNull(),
  },
  (t) => [index('log_cover_by_tender').on(t.tender)],
)

/** One row: whoever raised `epoch` last leads; every batch of an earlier leader fails on it. */
export const logLeader = pgTable('log_leader', {
  id: integer('id').primaryKey(),
  epoch: bigint('epoch', { mode: 'number' }).notNull(),
})
