// Which tables hold sealed acts, envelopes and the keys of requests?
import { sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import {
  bigint,
  bigserial,
  check,
  index,
  integer,
  pgPolicy,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { STATES } from '../../src/domain/tenders/lifecycle.ts'
import { publicFrom } from '../../src/domain/visibility.ts'
import { ofBidder, ofTenant } from '../tenants.ts'
import { bytea, moment } from './people.ts'
import { tender } from './tenders.ts'

/** States from which on everybody may know who bid; the two unhappy ends are judged by the furthest state before them. */
const REVEALED = STATES.slice(STATES.indexOf(publicFrom('reveal') ?? 'failed')).filter(
  (state) => state !== 'failed' && state !== 'cancelled',
)
const revealed = (column: AnyPgColumn) =>
  sql`EXISTS (SELECT FROM tender WHERE tender.no = ${column} AND tender.peak IN (${sql.join(
    REVEALED.map((state) => sql.raw(`'${state}'`)),
    sql.raw(', '),
  )}))`

const ofVisibleAct = (act: AnyPgColumn) => sql`EXISTS (SELECT FROM bid_act WHERE bid_act.id = ${act})`

export const bidAct = pgTable(
  'bid_act',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    bidder: text('bidder').notNull(),
    account: text('account').notNull(),
    kind: text('kind').notNull(),
    /** 1 for the first act of a bidder, then one more each; null for a refusal. */
    seq: integer('seq'),
    jws: text('jws').notNull(),
    salt: text('salt').notNull(),
    c: text('c').notNull(),
    eidTechnical: text('eid_technical'),
    eidPrice: text('eid_price'),
    at: moment('at').notNull(),
    /** Index of the blinded leaf, set by the sequencer. */
    idx: bigint('idx', { mode: 'number' }),
  },
  (t) => [
    uniqueIndex('a_commitment_is_used_once').on(t.c),
    uniqueIndex('a_bidder_numbers_each_act_once').on(t.tender, t.bidder, t.seq),
    index('bid_act_by_tender').on(t.tender, t.idx),
    check('a_sealed_act_is_of_a_known_kind', sql`${t.kind} IN ('submission', 'withdrawal', 'refusal')`),
    pgPolicy('acts_are_seen_by_their_bidder_until_the_opening', {
      for: 'select',
      using: sql`${ofBidder(t.bidder)} OR ${revealed(t.tender)}`,
    }),
    pgPolicy('acts_are_added_by_their_bidder', { for: 'insert', withCheck: ofBidder(t.bidder) }),
  ],
)

/** The server's signature over each act, in a table of its own: an act is written first, judged by its own clock, and never changed. */
export const bidReceipt = pgTable(
  'bid_receipt',
  {
    act: bigint('act', { mode: 'number' })
      .primaryKey()
      .references(() => bidAct.id),
    received: text('received').notNull(),
  },
  (t) => [
    // What of acts is seen is for the policies of their table to say.
    pgPolicy('receipts_are_seen_with_their_acts', { for: 'select', using: ofVisibleAct(t.act) }),
    pgPolicy('receipts_are_added_to_seen_acts', { for: 'insert', withCheck: ofVisibleAct(t.act) }),
  ],
)

/** Ciphertext in a table of its own: rows of withdrawn and replaced bids can be emptied after the close, hashes stay. */
export const envelope = pgTable(
  'envelope',
  {
    eid: text('eid').primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    bidder: text('bidder').notNull(),
    kind: text('kind').notNull(),
    kc: text('kc').notNull(),
    bytes: bytea('bytes'),
  },
  (t) => [
    uniqueIndex('a_key_commitment_is_used_once').on(t.kc),
    index('envelope_by_tender').on(t.tender, t.kind),
    pgPolicy('envelopes_are_seen_by_their_bidder_until_the_opening', {
      for: 'select',
      using: sql`${ofBidder(t.bidder)} OR ${revealed(t.tender)}`,
    }),
    pgPolicy('envelopes_are_added_by_their_bidder', { for: 'insert', withCheck: ofBidder(t.bidder) }),
  ],
)

export const envelopeEpk = pgTable(
  'envelope_epk',
  {
    ks: text('ks').notNull(),
    epk: text('epk').notNull(),
  },
  (t) => [primaryKey({ name: 'an_ephemeral_key_is_used_once', columns: [t.ks, t.epk] })],
)

/** What was answered under an Idempotency-Key, byte for byte. */
export const bidRequest = pgTable(
  'bid_request',
  {
    bidder: text('bidder').notNull(),
    key: text('key').notNull(),
    tender: text('tender').notNull(),
    /** SHA-256 of the raw body bytes; null for a key that was answered as never received. */
    fingerprint: bytea('fingerprint'),
    outcome: text('outcome').notNull(),
    status: integer('status').notNull(),
    reply: text('reply').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'a_request_key_is_used_once', columns: [t.bidder, t.key] }),
    check('a_request_has_one_of_three_outcomes', sql`${t.outcome} IN ('receipt', 'refused', 'not received')`),
    pgPolicy('requests_are_their_bidders', { using: ofBidder(t.bidder), withCheck: ofBidder(t.bidder) }),
  ],
)

/** Receipts by which bidders proved that an act of theirs was dropped, and what came of each. */
export const bidClaim = pgTable(
  'bid_claim',
  {
    /** Commitment of the act. */
    c: text('c').primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    bidder: text('bidder').notNull(),
    outcome: text('outcome').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    check('a_claim_has_one_of_two_outcomes', sql`${t.outcome} IN ('put back', 'recorded')`),
    pgPolicy('claims_are_their_bidders', { using: ofTenant(t.bidder), withCheck: ofTenant(t.bidder) }),
  ],
)
