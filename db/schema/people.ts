// Which tables hold organisations, accounts, sessions and keys?
import { sql } from 'drizzle-orm'
import { check, customType, index, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

import { findableText } from '../personal-column.ts'

export const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
  fromDriver: (value) => new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
})

export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 6 })

export type Jwk = { crv: 'P-256'; kty: 'EC'; x: string; y: string }

export const organisation = pgTable(
  'organisation',
  {
    id: text('id').primaryKey(),
    nameKo: text('name_ko').notNull(),
    nameEn: text('name_en').notNull(),
    /** A row of KINDS. */
    kind: text('kind').notNull().default('supplier'),
    /** What an oversight body is: a row of BODIES. */
    body: text('body'),
    /** A row of SCHEMES and the number as it is kept. */
    scheme: text('scheme'),
    number: text('number'),
    /** What the eye is left with of both names, to find those that can be taken for each other. */
    skeletons: text('skeletons').array().notNull().default([]),
    /** What it may do with the operator: nothing until it is verified. */
    standing: text('standing').notNull().default('pending'),
    registeredAt: moment('registered_at'),
  },
  (t) => [
    check(
      'an_organisation_is_of_a_known_kind',
      sql`${t.kind} IN ('agency', 'supplier', 'oversight', 'experts', 'operator')`,
    ),
    check(
      'an_organisation_is_pending_verified_or_suspended',
      sql`${t.standing} IN ('pending', 'verified', 'suspended')`,
    ),
    // Whoever only claims a number must not keep its owner out.
    uniqueIndex('a_number_is_one_verified_organisations').on(t.scheme, t.number).where(sql`${t.standing} <> 'pending'`),
  ],
)

export const account = pgTable(
  'account',
  {
    id: text('id').primaryKey(),
    org: text('org')
      .notNull()
      .references(() => organisation.id),
    email: findableText('account.email')('email').notNull(),
    /** Null: nobody gets in with a password (invited and not yet come, or by passkey and other providers alone). */
    passwordHash: text('password_hash'),
    /** Null until a link in a mail to the address was followed. */
    emailVerifiedAt: moment('email_verified_at'),
    /** In which mails are written: 'ko' or 'en'. */
    language: text('language').notNull().default('ko'),
    name: text('name').notNull(),
    roles: text('roles').array().notNull(),
    /** When the person left the organisation; the account then does nothing any more. */
    leftAt: moment('left_at'),
  },
  (t) => [uniqueIndex('an_email_address_has_one_account').on(t.email)],
)

export const session = pgTable(
  'session',
  {
    /** SHA-256 of the refresh token; the token itself is nowhere on the server. */
    refreshHash: bytea('refresh_hash').primaryKey(),
    /** The sign-in from which it descends (table `sign_in`). */
    family: text('family').notNull(),
    account: text('account')
      .notNull()
      .references(() => account.id),
    startedAt: moment('started_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (t) => [index('session_by_family').on(t.family)],
)

export const actorKey = pgTable(
  'actor_key',
  {
    kid: text('kid').primaryKey(),
    account: text('account').notNull(),
    org: text('org').notNull(),
    jwk: jsonb('jwk').$type<Jwk>().notNull(),
    enrolledAt: moment('enrolled_at').notNull(),
    replacedBy: text('replaced_by'),
    /** When its holder reported it, and why: 'lost', 'compromised', or 'left'. A key that was reported has no successor. */
    revokedAt: moment('revoked_at'),
    revokedFor: text('revoked_for'),
  },
  (t) => [
    uniqueIndex('an_account_has_one_key_in_force')
      .on(t.account)
      .where(sql`${t.replacedBy} IS NULL AND ${t.revokedAt} IS NULL`),
    index('actor_key_by_org').on(t.org),
    check('a_key_is_revoked_for_a_known_reason', sql`${t.revokedFor} IN ('lost', 'compromised', 'left')`),
  ],
)

export const custodian = pgTable('custodian', {
  id: text('id').primaryKey(),
  kid: text('kid').notNull(),
  jwk: jsonb('jwk').$type<Jwk>().notNull(),
})

/** Identity keys that custodians have replaced: what they signed in their time stands. */
export const custodianPast = pgTable('custodian_past', {
  kid: text('kid').primaryKey(),
  custodian: text('custodian')
    .notNull()
    .references(() => custodian.id),
  jwk: jsonb('jwk').$type<Jwk>().notNull(),
  endedAt: moment('ended_at').notNull(),
})

export const prekey = pgTable(
  'prekey',
  {
    kid: text('kid').primaryKey(),
    custodian: text('custodian')
      .notNull()
      .references(() => custodian.id),
    jwk: jsonb('jwk').$type<Jwk>().notNull(),
    offeredAt: moment('offered_at').notNull(),
    /** The keyset that used it up; an opening key serves one tender, lot and kind. */
    usedBy: text('used_by'),
  },
  (t) => [index('prekey_unused').on(t.custodian, t.offeredAt).where(sql`${t.usedBy} IS NULL`)],
)

/** Things kept with the data for ever: the origin of the log, the next serial number. */
export const setting = pgTable('setting', { name: text('name').primaryKey(), value: text('value').notNull() }, (t) => [
  check('a_setting_has_a_name', sql`${t.name} <> ''`),
])
