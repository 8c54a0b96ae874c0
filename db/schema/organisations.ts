// Which tables hold registrations, documents, qualifications, exclusions, invitations and delegations?
import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  bigserial,
  check,
  date,
  index,
  integer,
  jsonb,
  pgPolicy,
  pgTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { findableText } from '../personal-column.ts'
import { byRole, ofTenant } from '../tenants.ts'
import { account, bytea, moment, organisation } from './people.ts'
import { proposal } from './proposals.ts'

const ownerId = (name: string) =>
  text(name)
    .notNull()
    .references(() => organisation.id)

/** Rows of one organisation, which the operator sees too: to verify, or as the second person of those who have no other. */
const ofOrganisation = (name: string, org: AnyPgColumn) => {
  const whose = sql`${ofTenant(org)} OR ${byRole('operator')}`
  return pgPolicy(name, { using: whose, withCheck: whose })
}

/** Everything that happened to a registration: handed in, verified, returned with reasons, suspended, restored. */
export const organisationReview = pgTable(
  'organisation_review',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    org: ownerId('org'),
    act: text('act').notNull(),
    by: text('by')
      .notNull()
      .references(() => account.id),
    at: moment('at').notNull(),
    /** Codes of reasons, for returns. */
    reasons: text('reasons').array().notNull(),
    statement: text('statement').notNull(),
    /** What was handed in. */
    snapshot: jsonb('snapshot'),
    /** The sealed entry of a return. */
    decision: text('decision').references(() => factDecision.c),
  },
  (t) => [
    check('a_review_is_a_known_act', sql`${t.act} IN ('submitted', 'verified', 'returned', 'suspended', 'restored')`),
    index('organisation_review_by_org').on(t.org, t.id),
    ofOrganisation('reviews_are_of_their_organisation', t.org),
  ],
)

export const organisationDocument = pgTable(
  'organisation_document',
  {
    id: text('id').primaryKey(),
    org: ownerId('org'),
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    media: text('media').notNull(),
    size: integer('size').notNull(),
    sha256: text('sha256').notNull(),
    bytes: bytea('bytes').notNull(),
    by: text('by')
      .notNull()
      .references(() => account.id),
    at: moment('at').notNull(),
  },
  (t) => [
    index('organisation_document_by_org').on(t.org),
    ofOrganisation('documents_are_of_their_organisation', t.org),
  ],
)

/** Licences, regions, size class, track record, credit grade: said by the supplier, verified by the operator. */
export const organisationFact = pgTable(
  'organisation_fact',
  {
    id: text('id').primaryKey(),
    org: ownerId('org'),
    kind: text('kind').notNull(),
    value: jsonb('value').$type<Record<string, string>>().notNull(),
    validFrom: date('valid_from').notNull(),
    validUntil: date('valid_until'),
    state: text('state').notNull(),
    statement: text('statement').notNull().default(''),
    declaredBy: text('declared_by')
      .notNull()
      .references(() => account.id),
    declaredAt: moment('declared_at').notNull(),
    decidedBy: text('decided_by').references(() => account.id),
    decidedAt: moment('decided_at'),
    /** The sealed entry of the decision, by its commitment; absent where it was decided before decisions were logged. */
    decision: text('decision').references(() => factDecision.c),
  },
  (t) => [
    check('a_fact_that_counts_has_its_entry', sql`${t.state} <> 'verified' OR ${t.decision} IS NOT NULL`),
    check('a_fact_is_in_a_known_state', sql`${t.state} IN ('declared', 'verified', 'refused', 'ended')`),
    check('a_fact_ends_on_or_after_its_first_day', sql`${t.validUntil} IS NULL OR ${t.validUntil} >= ${t.validFrom}`),
    index('organisation_fact_by_org').on(t.org),
    ofOrganisation('facts_are_of_their_organisation', t.org),
  ],
)

/**
 * What the operator decided about qualifications, as it was sealed for the log: grades and refusals are the firm's own business. Nothing
 * is changed here but the index, which the sequencer gives.
 */
export const factDecision = pgTable(
  'fact_decision',
  {
    /** The commitment of the sealed entry. */
    c: text('c').primaryKey(),
    org: ownerId('org'),
    /** The qualification; null where the registration itself was returned. */
    fact: text('fact'),
    verdict: text('verdict').notNull(),
    salt: bytea('salt').notNull(),
    /** What was sealed: a JWS of the operator's person, or canonical JSON. */
    text: text('text').notNull(),
    at: moment('at').notNull(),
    idx: bigint('idx', { mode: 'number' }),
  },
  (t) => [
    index('fact_decision_by_org').on(t.org, t.fact),
    ofOrganisation('decisions_are_of_their_organisation', t.org),
  ],
)

/** Firms that are shut out, in public. */
export const exclusion = pgTable(
  'exclusion',
  {
    id: text('id').primaryKey(),
    org: ownerId('org'),
    /** Who shut it out. */
    declaredFor: ownerId('declared_for'),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    basis: text('basis').notNull(),
    grounds: text('grounds').notNull(),
    proposedBy: text('proposed_by').notNull(),
    approvedBy: text('approved_by').notNull(),
    at: moment('at').notNull(),
    liftedAt: moment('lifted_at'),
    liftedWhy: text('lifted_why'),
  },
  (t) => [
    check('an_exclusion_ends_after_it_begins', sql`${t.endsAt} > ${t.startsAt}`),
    check('two_persons_stand_for_an_exclusion', sql`${t.proposedBy} <> ${t.approvedBy}`),
    index('exclusion_by_org').on(t.org, t.endsAt),
    pgPolicy('exclusions_are_public', { for: 'select', using: sql`true` }),
    pgPolicy('exclusions_are_entered_by_who_shuts_out', { for: 'insert', withCheck: ofTenant(t.declaredFor) }),
    pgPolicy('exclusions_are_lifted_by_who_shut_out', {
      for: 'update',
      using: ofTenant(t.declaredFor),
      withCheck: ofTenant(t.declaredFor),
    }),
  ],
)

export const invitation = pgTable(
  'invitation',
  {
    id: text('id').primaryKey(),
    org: ownerId('org'),
    email: findableText('invitation.email')('email').notNull(),
    roles: text('roles').array().notNull(),
    /** SHA-256 of the token in the link. */
    tokenHash: bytea('token_hash').notNull(),
    invitedBy: text('invited_by')
      .notNull()
      .references(() => account.id),
    at: moment('at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    /** `proposed` until a second person has approved. */
    state: text('state').notNull(),
    proposal: text('proposal').references(() => proposal.id),
  },
  (t) => [
    check('an_invitation_is_in_a_known_state', sql`${t.state} IN ('proposed', 'open', 'accepted', 'withdrawn')`),
    uniqueIndex('a_link_is_one_invitations').on(t.tokenHash),
    index('invitation_by_org').on(t.org),
    ofOrganisation('invitations_are_of_their_organisation', t.org),
  ],
)

/** A role lent for a time to somebody of the same organisation. */
export const delegation = pgTable(
  'delegation',
  {
    id: text('id').primaryKey(),
    org: ownerId('org'),
    fromAccount: text('from_account')
      .notNull()
      .references(() => account.id),
    toAccount: text('to_account')
      .notNull()
      .references(() => account.id),
    role: text('role').notNull(),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    statement: text('statement').notNull(),
    endedAt: moment('ended_at'),
  },
  (t) => [
    check('a_delegation_ends_after_it_begins', sql`${t.endsAt} > ${t.startsAt}`),
    check('nobody_delegates_to_oneself', sql`${t.fromAccount} <> ${t.toAccount}`),
    index('delegation_by_receiver').on(t.toAccount, t.endsAt),
  ],
)
