// Which tables hold how people sign in: sessions, second factors, passkeys, one-time links, mails, and what slows down guessing?
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { findableText, personalText } from '../personal-column.ts'
import { account, bytea, moment } from './people.ts'

type Facts = Record<string, string | number | null>

/** One row a sign-in, until it is long over. Refresh tokens (table `session`) and access tokens descend from it. */
export const signIn = pgTable(
  'sign_in',
  {
    /** In access tokens as `sid`. */
    id: text('id').primaryKey(),
    account: text('account')
      .notNull()
      .references(() => account.id),
    /** 'password', 'passkey', 'link' (a mailed one), or 'oidc <provider>'. */
    method: text('method').notNull(),
    /** The browser's own name for itself, cut; for its owner's eyes alone. */
    agent: text('agent').notNull(),
    startedAt: moment('started_at').notNull(),
    /** The last refresh, or the start. */
    seenAt: moment('seen_at').notNull(),
    /** However often it is refreshed, it ends then. */
    expiresAt: moment('expires_at').notNull(),
    /** When the second factor was last shown in this session, and which. */
    steppedAt: moment('stepped_at'),
    steppedBy: text('stepped_by'),
    endedAt: moment('ended_at'),
    endedWhy: text('ended_why'),
  },
  (t) => [index('sign_in_by_account').on(t.account).where(sql`${t.endedAt} IS NULL`)],
)

/** What somebody is asked to answer within minutes, once: a passkey's challenge, the second step of a sign-in, a flow to another provider. */
export const challenge = pgTable(
  'challenge',
  {
    /** SHA-256 of the random value that the browser holds. */
    hash: bytea('hash').primaryKey(),
    purpose: text('purpose').notNull(),
    account: text('account'),
    facts: jsonb('facts').$type<Facts>().notNull(),
    expiresAt: moment('expires_at').notNull(),
    /** Wrong answers so far. */
    tries: integer('tries').notNull().default(0),
  },
  (t) => [index('challenge_by_end').on(t.expiresAt)],
)

export const totp = pgTable('totp', {
  account: text('account')
    .primaryKey()
    .references(() => account.id),
  /** Sealed by the server's key of factors (AES-256-GCM, bound to the account). */
  secret: bytea('secret').notNull(),
  madeAt: moment('made_at').notNull(),
  /** Null until its owner has shown a code of it. */
  confirmedAt: moment('confirmed_at'),
  /** The newest 30-second step whose code was taken: that step and those before it are used up. */
  lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
})

export const recoveryCode = pgTable(
  'recovery_code',
  {
    /** HMAC of the code under the server's key of factors; the codes are long enough for no slower hash to be needed. */
    hash: bytea('hash').primaryKey(),
    account: text('account')
      .notNull()
      .references(() => account.id),
    usedAt: moment('used_at'),
  },
  (t) => [index('recovery_code_by_account').on(t.account)],
)

export const passkey = pgTable(
  'passkey',
  {
    /** Credential id, base64url. */
    id: text('id').primaryKey(),
    account: text('account')
      .notNull()
      .references(() => account.id),
    /** COSE key. */
    publicKey: bytea('public_key').notNull(),
    counter: bigint('counter', { mode: 'number' }).notNull(),
    transports: text('transports').array().notNull(),
    /** What its owner calls it. */
    name: text('name').notNull(),
    /** Kept in a cloud of its maker's, so that it outlives the device. */
    backedUp: boolean('backed_up').notNull(),
    madeAt: moment('made_at').notNull(),
    usedAt: moment('used_at'),
  },
  (t) => [index('passkey_by_account').on(t.account)],
)

/** A link in a mail that opens one thing, once, for a while. */
export const oneTimeLink = pgTable(
  'one_time_link',
  {
    /** SHA-256 of the token in the link. */
    hash: bytea('hash').primaryKey(),
    purpose: text('purpose').notNull(),
    account: text('account'),
    email: findableText('one_time_link.email')('email').notNull(),
    facts: jsonb('facts').$type<Facts>().notNull(),
    madeAt: moment('made_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (t) => [index('one_time_link_by_account').on(t.account, t.purpose)],
)

/** Browsers from which an account was signed in to before. Guessing from elsewhere does not hold them up. */
export const knownDevice = pgTable(
  'known_device',
  {
    /** SHA-256 of the cookie. */
    hash: bytea('hash').notNull(),
    account: text('account')
      .notNull()
      .references(() => account.id),
    seenAt: moment('seen_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.account, t.hash] })],
)

/** Wrong guesses at one thing within one window. Shared by all server processes. */
export const guess = pgTable(
  'guess',
  {
    /** SHA-256 of what is guessed at, so that no address of a stranger is kept. */
    key: bytea('key').primaryKey(),
    wrong: integer('wrong').notNull(),
    until: moment('until').notNull(),
  },
  (t) => [check('a_guess_counts_from_one', sql`${t.wrong} >= 1`), index('guess_by_end').on(t.until)],
)

/** Who an account is at another provider. */
export const oidcIdentity = pgTable(
  'oidc_identity',
  {
    provider: text('provider').notNull(),
    subject: text('subject').notNull(),
    account: text('account')
      .notNull()
      .references(() => account.id),
    linkedAt: moment('linked_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.subject] }),
    uniqueIndex('an_account_is_one_person_at_a_provider').on(t.account, t.provider),
  ],
)

/** Mails that wait, and without SMTP those that would have been sent. A mail that was handed over is deleted. */
export const mail = pgTable(
  'mail',
  {
    id: text('id').primaryKey(),
    /** A row of MAILS. */
    kind: text('kind').notNull(),
    account: text('account'),
    address: findableText('mail.address')('address').notNull(),
    language: text('language').notNull(),
    facts: jsonb('facts').$type<Facts>().notNull(),
    madeAt: moment('made_at').notNull(),
    /** Only without SMTP: written, and kept for the local outbox page. */
    writtenAt: moment('written_at'),
    subject: personalText('mail.subject')('subject'),
    body: personalText('mail.body')('body'),
  },
  (t) => [index('mail_written').on(t.writtenAt)],
)
