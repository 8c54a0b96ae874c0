// Which tables hold running auctions? What everybody sees, and apart from it who stands behind each seat until the end.
import { sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { check, integer, pgPolicy, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { ofTenant } from '../tenants.ts'
import { moment } from './people.ts'
import { tender } from './tenders.ts'

/** An auction whose result stands in the log hides nothing; one that was called off never tells. */
const ended = (column: AnyPgColumn) =>
  sql`EXISTS (SELECT FROM tender WHERE tender.no = ${column} AND tender.peak IN ('ranked', 'awarded'))`

/** Under which number a bidder sits: drawn when the auction is announced. */
export const auctionSeat = pgTable(
  'auction_seat',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    bidder: text('bidder').notNull(),
    seat: integer('seat').notNull(),
  },
  (t) => [
    primaryKey({ name: 'a_bidder_has_one_seat', columns: [t.tender, t.bidder] }),
    uniqueIndex('a_seat_has_one_bidder').on(t.tender, t.seat),
    check('seats_are_counted_from_one', sql`${t.seat} >= 1`),
    pgPolicy('seats_are_seen_by_their_bidder_until_the_end', {
      for: 'select',
      using: sql`${ofTenant(t.bidder)} OR ${ended(t.tender)}`,
    }),
  ],
)

/** A bid as everybody sees it. */
export const auctionBid = pgTable(
  'auction_bid',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    /** 1 for the first bid of the auction. */
    n: integer('n').notNull(),
    round: integer('round').notNull(),
    seat: integer('seat').notNull(),
    amount: text('amount').notNull(),
    at: moment('at').notNull(),
    /** Commitment to what the bidder signed. */
    c: text('c').notNull(),
  },
  (t) => [
    primaryKey({ name: 'an_auction_numbers_each_bid_once', columns: [t.tender, t.n] }),
    uniqueIndex('an_auction_bid_is_committed_to_once').on(t.c),
  ],
)

/** What the bidder signed, with the salt under which the log has it. */
export const auctionHand = pgTable(
  'auction_hand',
  {
    c: text('c').primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    bidder: text('bidder').notNull(),
    salt: text('salt').notNull(),
    jws: text('jws').notNull(),
  },
  (t) => [
    pgPolicy('hands_are_seen_by_their_bidder_until_the_end', {
      for: 'select',
      using: sql`${ofTenant(t.bidder)} OR ${ended(t.tender)}`,
    }),
    pgPolicy('hands_are_added_by_their_bidder', { for: 'insert', withCheck: ofTenant(t.bidder) }),
  ],
)
