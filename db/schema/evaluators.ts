// Which tables hold the fields of evaluators, the pools and tickets of drawn committees, and who was called and declared what?
import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, primaryKey, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'
import { account, bytea, moment } from './people.ts'
import { tender } from './tenders.ts'

/**
 * A field in which an evaluator says to judge, with what speaks for it. `declared`: said, and nobody has looked at it; `confirmed` or
 * `refused` by somebody else, with a reason. Only confirmed ones count for a pool.
 */
export const evaluatorField = pgTable(
  'evaluator_field',
  {
    account: text('account')
      .notNull()
      .references(() => account.id),
    field: text('field').notNull(),
    since: moment('since').notNull(),
    grounds: text('grounds').notNull().default(''),
    state: text('state').notNull().default('declared'),
    statement: text('statement').notNull().default(''),
    decidedBy: text('decided_by').references(() => account.id),
    decidedAt: moment('decided_at'),
    /** The sealed entry of the decision, by its commitment. */
    decision: text('decision').references(() => fieldDecision.c),
  },
  (t) => [
    primaryKey({ name: 'an_evaluator_has_a_field_once', columns: [t.account, t.field] }),
    index('evaluator_field_by_state').on(t.state, t.since),
    check('a_field_is_in_a_known_state', sql`${t.state} IN ('declared', 'confirmed', 'refused')`),
    check('a_field_that_was_decided_says_by_whom', sql`(${t.state} = 'declared') = (${t.decidedBy} IS NULL)`),
    check('a_field_that_counts_has_its_entry', sql`${t.state} <> 'confirmed' OR ${t.decision} IS NOT NULL`),
    check('nobody_confirms_an_own_field', sql`${t.decidedBy} IS NULL OR ${t.decidedBy} <> ${t.account}`),
  ],
)

/** What the operator decided about fields, as it was sealed for the log. Nothing is changed here but the index, which the sequencer gives. */
export const fieldDecision = pgTable(
  'field_decision',
  {
    /** The commitment of the sealed entry. */
    c: text('c').primaryKey(),
    account: text('account').notNull(),
    field: text('field').notNull(),
    verdict: text('verdict').notNull(),
    salt: bytea('salt').notNull(),
    /** What was sealed: a JWS of the operator's person, or canonical JSON. */
    text: text('text').notNull(),
    at: moment('at').notNull(),
    idx: bigint('idx', { mode: 'number' }),
  },
  (t) => [index('field_decision_by_account').on(t.account, t.field)],
)

/** Who is in the pool of a stratum, under which salted number, and at which place of the tickets once they were drawn. */
export const poolMember = pgTable(
  'pool_member',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    field: text('field').notNull(),
    account: text('account').notNull(),
    id: text('id').notNull(),
    salt: bytea('salt').notNull(),
    place: integer('place'),
    ticket: text('ticket'),
  },
  (t) => [
    primaryKey({ name: 'a_person_is_in_a_pool_once', columns: [t.tender, t.field, t.account] }),
    uniqueIndex('a_pool_has_a_number_once').on(t.tender, t.field, t.id),
  ],
)

/** What a custodian sealed for the draw. */
export const drawContribution = pgTable(
  'draw_contribution',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    custodian: text('custodian').notNull(),
    /** The keyset, where it took the place of another; null for the first one. */
    ks: text('ks'),
    eid: text('eid').notNull(),
    bytes: bytea('bytes').notNull(),
    jws: text('jws').notNull(),
    at: moment('at').notNull(),
  },
  (t) => [
    unique('a_custodian_contributes_once_to_a_keyset').on(t.tender, t.custodian, t.ks).nullsNotDistinct(),
    uniqueIndex('a_contribution_is_handed_in_once').on(t.eid),
  ],
)

/**
 * A ticket whose turn came. `called`: asked for a declaration; `cleared`: declared that there is no conflict; `seated`: and sits;
 * `conflict`: declared one; `silent`: did not answer in time; `passed`: was not to sit, for the reason in `because`.
 */
export const committeeCall = pgTable(
  'committee_call',
  {
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    id: text('id').notNull(),
    account: text('account').notNull(),
    salt: bytea('salt').notNull(),
    field: text('field').notNull(),
    /** The seat; null where the ticket was passed over. */
    evaluator: text('evaluator'),
    state: text('state').notNull(),
    because: text('because').notNull(),
    /** The calendar year for which a seat counts. */
    year: integer('year').notNull(),
    calledAt: moment('called_at').notNull(),
    dueAt: moment('due_at').notNull(),
    grounds: text('grounds'),
    statement: text('statement').notNull().default(''),
    jws: text('jws'),
    declaredAt: moment('declared_at'),
    /** Set once a replacement was looked for. */
    replacedAt: moment('replaced_at'),
  },
  (t) => [
    primaryKey({ name: 'a_ticket_is_called_once', columns: [t.tender, t.id] }),
    index('committee_call_by_account').on(t.account, t.year),
    check(
      'a_call_is_in_a_known_state',
      sql`${t.state} IN ('called', 'cleared', 'seated', 'conflict', 'silent', 'passed')`,
    ),
  ],
)
