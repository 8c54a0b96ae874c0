// Which tables hold tenders, keysets, openings and marks?
import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  customType,
  index,
  integer,
  jsonb,
  numeric,
  pgPolicy,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { STATES } from '../../src/domain/tenders/lifecycle.ts'
import { ofTenant } from '../tenants.ts'
import { account, bytea, moment, organisation } from './people.ts'

/**
 * JSON that a stranger wrote, kept as its text inside a jsonb string: jsonb itself refuses U+0000, and a bidder who seals one
 * would stop the opening of everybody's bids.
 */
export const foreignJson = customType<{ data: unknown; driverData: string }>({
  dataType: () => 'jsonb',
  toDriver: (value) => JSON.stringify(JSON.stringify(value)),
  fromDriver: (value) => JSON.parse(value),
})

const states = sql.join(
  STATES.map((state) => sql.raw(`'${state}'`)),
  sql.raw(', '),
)

export const tender = pgTable(
  'tender',
  {
    no: text('no').primaryKey(),
    agency: text('agency')
      .notNull()
      .references(() => organisation.id),
    state: text('state').notNull(),
    /** The furthest state reached; it says what had become public when a tender fails or is cancelled. */
    peak: text('peak').notNull(),
    draftedBy: text('drafted_by')
      .notNull()
      .references(() => account.id),
    notice: jsonb('notice').notNull(),
    rule: jsonb('rule').notNull(),
    ruleHash: text('rule_hash'),
    /** How often the published notice was amended. */
    revision: integer('revision').notNull().default(0),
    /** Hash of the amendment by which the keysets took the place of those before; null where they never did. */
    keysetsBy: text('keysets_by'),
    /** Hash of the last amendment that put another rule in the place of the published one; null where none did. */
    ruleBy: text('rule_by'),
    /** Of which of these the bidders were told. */
    keysetsTold: text('keysets_told'),
    /** How the committee is drawn; null where the buyer names it. */
    pool: jsonb('pool').$type<{ strata: { field: string; seats: number }[]; perYear: number }>(),
    /** Organisations that may order or override something of this tender: those of oversight at its publication. */
    overseers: jsonb('overseers').$type<string[]>().notNull().default([]),
    /** Committee: [{ label, account }]. A seat to be drawn has no account ('') until somebody has declared that there is no conflict. */
    evaluators: jsonb('evaluators').$type<{ label: string; account: string }[]>().notNull(),
    deadline: moment('deadline').notNull(),
    openAfter: moment('open_after').notNull(),
    createdAt: moment('created_at').notNull(),
    publishedAt: moment('published_at'),
    /** Index of tender.closed/1 in the log. */
    closedIdx: bigint('closed_idx', { mode: 'number' }),
    /** Index of scores.locked/1 in the log. */
    lockedIdx: bigint('locked_idx', { mode: 'number' }),
    /** The auction as it was announced; null before that, and where there is none. */
    auction: jsonb('auction').$type<{ begins: string; seats: number; lowest: string }>(),
    /** The ranking as evaluation.result/1 published it. */
    ranking: jsonb('ranking'),
    award: jsonb('award'),
    /** Why a tender failed or was cancelled. */
    ended: jsonb('ended'),
  },
  (t) => [
    check('a_tender_is_in_a_state_of_the_lifecycle', sql`${t.state} IN (${states})`),
    check('a_tender_opens_at_or_after_its_deadline', sql`${t.openAfter} >= ${t.deadline}`),
    index('tender_by_state').on(t.state, t.deadline),
    pgPolicy('drafts_are_seen_by_their_agency', {
      for: 'select',
      using: sql`${t.state} <> 'draft' OR ${ofTenant(t.agency)}`,
    }),
    pgPolicy('tenders_are_drafted_by_their_agency', { for: 'insert', withCheck: ofTenant(t.agency) }),
    // Others may hold a row that they see, as a bid does until it is saved; only its agency changes it.
    pgPolicy('tenders_are_changed_by_their_agency', {
      for: 'update',
      using: sql`${t.state} <> 'draft' OR ${ofTenant(t.agency)}`,
      withCheck: ofTenant(t.agency),
    }),
  ],
)

export const keyset = pgTable(
  'keyset',
  {
    ks: text('ks').primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    kind: text('kind').notNull(),
    jws: text('jws').notNull(),
    body: jsonb('body').notNull(),
    /** When another took its place, before the close; bids are sealed to it no more. */
    replacedAt: moment('replaced_at'),
  },
  (t) => [uniqueIndex('a_tender_has_one_keyset_a_kind').on(t.tender, t.kind).where(sql`${t.replacedAt} IS NULL`)],
)

export const opening = pgTable(
  'opening',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    kind: text('kind').notNull(),
    ks: text('ks').notNull(),
    /** SHA-256 of the opening.list/1 payload, base64url. */
    listHash: text('list_hash').notNull(),
    /** Index of opening.list/1, set by the sequencer. */
    listIdx: bigint('list_idx', { mode: 'number' }),
  },
  (t) => [primaryKey({ name: 'a_tender_has_one_opening_a_kind', columns: [t.tender, t.kind] })],
)

export const openingEnvelope = pgTable(
  'opening_envelope',
  {
    tender: text('tender').notNull(),
    kind: text('kind').notNull(),
    eid: text('eid').notNull(),
    position: integer('position').notNull(),
    bidder: text('bidder').notNull(),
    state: text('state'),
    reason: text('reason'),
    body: foreignJson('body'),
    rnd: text('rnd'),
    /** Numbers of preliminary prices that the bidder picked. */
    picks: jsonb('picks').$type<number[]>(),
  },
  (t) => [
    primaryKey({ name: 'an_envelope_is_opened_once', columns: [t.tender, t.kind, t.eid] }),
    check('an_opened_envelope_is_valid_or_malformed', sql`${t.state} IN ('valid', 'malformed')`),
  ],
)

export const release = pgTable(
  'release',
  {
    tender: text('tender').notNull(),
    kind: text('kind').notNull(),
    ks: text('ks').notNull(),
    x: integer('x').notNull(),
    custodian: text('custodian').notNull(),
    jws: text('jws').notNull(),
    /** 0: nobody has looked at it; 1: its shares were compared with those derived from the seeds; 2: one of them was a lie. */
    compared: integer('compared').notNull().default(0),
    at: moment('at').notNull(),
  },
  (t) => [primaryKey({ name: 'a_custodian_releases_a_list_once', columns: [t.ks, t.x] })],
)

/** That bidders were told to seal the seeds of one kind of envelope again, to other custodians. */
export const rekey = pgTable(
  'rekey',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    kind: text('kind').notNull(),
    ks: text('ks').notNull(),
    until: moment('until').notNull(),
    statement: text('statement').notNull(),
    orderedAt: moment('ordered_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'a_kind_is_sealed_again_once', columns: [t.tender, t.kind] }),
    check('only_envelopes_of_bids_are_sealed_again', sql`${t.kind} IN ('technical', 'price')`),
  ],
)

/** A bidder's answer: one, signed. */
export const rekeyLetter = pgTable(
  'rekey_letter',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    bidder: text('bidder').notNull(),
    jws: text('jws').notNull(),
    kid: text('kid').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [primaryKey({ name: 'a_bidder_answers_once', columns: [t.tender, t.bidder] })],
)

/** What bidders sealed again; an opening key has no use for it but to give a seed. */
export const rekeyEnvelope = pgTable(
  'rekey_envelope',
  {
    eid: text('eid').primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    kind: text('kind').notNull(),
    bidder: text('bidder').notNull(),
    bytes: bytea('bytes').notNull(),
  },
  (t) => [uniqueIndex('a_bidder_seals_a_kind_again_once').on(t.tender, t.kind, t.bidder)],
)

/** Envelopes whose bytes were found lost, of which their bidders were told; a row goes when the bytes are back. */
export const lostEnvelope = pgTable('lost_envelope', {
  eid: text('eid').primaryKey(),
  tender: text('tender')
    .notNull()
    .references(() => tender.no),
  toldAt: moment('told_at').notNull(),
})

/** For which envelopes a custodian has proved what it was sent. */
export const shareClearing = pgTable(
  'share_clearing',
  {
    ks: text('ks').notNull(),
    x: integer('x').notNull(),
    eid: text('eid').notNull(),
    jws: text('jws').notNull(),
  },
  (t) => [primaryKey({ name: 'a_custodian_clears_itself_once', columns: [t.ks, t.x, t.eid] })],
)

export const label = pgTable(
  'label',
  {
    tender: text('tender').notNull(),
    label: text('label').notNull(),
    bidder: text('bidder').notNull(),
  },
  (t) => [
    primaryKey({ name: 'a_label_stands_for_one_bidder', columns: [t.tender, t.label] }),
    uniqueIndex('a_bidder_has_one_label').on(t.tender, t.bidder),
  ],
)

export const mark = pgTable(
  'mark',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    /** Label of the evaluator, or 'officer' for the quantitative part. */
    evaluator: text('evaluator').notNull(),
    bidder: text('bidder').notNull(),
    item: text('item').notNull(),
    /** Whose record it is, "M1": of a consortium whose members are put together. Empty: the bidder's own. */
    member: text('member').notNull().default(''),
    mark: numeric('mark').notNull(),
    comment: text('comment').notNull().default(''),
    at: moment('at').notNull(),
  },
  (t) => [primaryKey({ name: 'a_mark_is_given_once', columns: [t.tender, t.evaluator, t.bidder, t.item, t.member] })],
)

/** An evaluator's sheet as it was signed; gone when a mark of it changes. */
export const signedSheet = pgTable(
  'signed_sheet',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    evaluator: text('evaluator').notNull(),
    jws: text('jws').notNull(),
    kid: text('kid').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [primaryKey({ name: 'an_evaluator_signs_one_sheet', columns: [t.tender, t.evaluator] })],
)

export { bytea }
