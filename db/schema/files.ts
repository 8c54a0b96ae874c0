// Which tables hold the sealed files of bids, and what was found of them when they were opened? Their bytes are on the disk.
import { sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgPolicy,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { FILE_OUTCOMES } from '../../src/domain/bids/file-check.ts'
import type { NamedFile } from '../../src/domain/bids/files.ts'
import { ofBidder } from '../tenants.ts'
import { moment } from './people.ts'
import { foreignJson, tender } from './tenders.ts'

/** A sealed file on its way, or whole. Nobody but its bidder sees that there is one; the operator, who holds the table, does. */
export const upload = pgTable(
  'upload',
  {
    id: text('id').primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    bidder: text('bidder').notNull(),
    account: text('account').notNull(),
    /** SHA-256 of the ciphertext, base64url, as announced. */
    ct: text('ct').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    /** So many bytes are on the disk. */
    received: bigint('received', { mode: 'number' }).notNull().default(0),
    begunAt: moment('begun_at').notNull(),
    seenAt: moment('seen_at').notNull(),
    /** When the whole was on the disk and had its hash. */
    doneAt: moment('done_at'),
  },
  (t) => [
    uniqueIndex('a_sealed_file_is_announced_once').on(t.tender, t.bidder, t.ct),
    check('an_upload_is_no_longer_than_announced', sql`${t.received} >= 0 AND ${t.received} <= ${t.bytes}`),
    pgPolicy('uploads_are_their_bidders', { using: ofBidder(t.bidder), withCheck: ofBidder(t.bidder) }),
  ],
)

const outcomes = sql.join(
  FILE_OUTCOMES.map((outcome) => sql.raw(`'${outcome}'`)),
  sql.raw(', '),
)

/** Nobody has looked yet; or the operator has lost it, and a copy may be put back. */
export const toCheck = (outcome: AnyPgColumn) => sql`(${outcome} IS NULL OR ${outcome} IN ('missing', 'changed'))`

/** A file that an opened envelope names. */
export const attachment = pgTable(
  'attachment',
  {
    eid: text('eid').notNull(),
    /** Its place in the bid's list, from 1. */
    n: integer('n').notNull(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    kind: text('kind').notNull(),
    bidder: text('bidder').notNull(),
    says: foreignJson('says').$type<NamedFile>().notNull(),
    ct: text('ct').notNull(),
    /** The age identity of the envelope, which is public with it. */
    identity: text('identity').notNull(),
    /** The signed statement outside names it too, so that the operator's receipt covers it. */
    named: boolean('named').notNull(),
    /** The upload that the statement names, where it was whole. */
    upload: text('upload'),
    /** Null until it was checked. */
    outcome: text('outcome'),
    checkedAt: moment('checked_at'),
  },
  (t) => [
    primaryKey({ name: 'a_file_stands_once_in_its_envelope', columns: [t.eid, t.n] }),
    index('attachment_by_tender').on(t.tender),
    index('attachment_by_ciphertext').on(t.ct),
    // What the worker looks for twice a second, among the files of all years.
    index('attachment_to_check').on(t.checkedAt).where(toCheck(t.outcome)),
    check('a_file_has_one_of_six_outcomes', sql`${t.outcome} IN (${outcomes})`),
  ],
)
