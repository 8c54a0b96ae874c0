// Which table holds what firms ask about tenders?
import { sql } from 'drizzle-orm'
import { bigint, index, pgPolicy, pgTable, text } from 'drizzle-orm/pg-core'
import { ofTenant } from '../tenants.ts'
import { account, bytea, moment, organisation } from './people.ts'
import { tender } from './tenders.ts'

/** Sealed in the log when asked; answered, and thereby opened, by an entry of its own. */
export const question = pgTable(
  'question',
  {
    /** The commitment of the sealed entry. */
    c: text('c').primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    /** Whose tender it is: its officers read the question, and no handler tells them who asked. */
    agency: text('agency')
      .notNull()
      .references(() => organisation.id),
    org: text('org')
      .notNull()
      .references(() => organisation.id),
    account: text('account')
      .notNull()
      .references(() => account.id),
    salt: bytea('salt').notNull(),
    /** What was sealed: canonical JSON of `question/1`. */
    text: text('text').notNull(),
    /** With the organisation, what the asker's place in the statement is made of. */
    askerSalt: bytea('asker_salt').notNull(),
    at: moment('at').notNull(),
    idx: bigint('idx', { mode: 'number' }),
    /** SHA-256 of the newest signed answer, base64url; null while there is none. */
    answer: text('answer'),
  },
  (t) => [
    index('question_by_tender').on(t.tender, t.at),
    index('question_by_org').on(t.org, t.at),
    pgPolicy('questions_are_of_asker_and_agency', {
      using: sql`${ofTenant(t.org)} OR ${ofTenant(t.agency)}`,
      withCheck: sql`${ofTenant(t.org)} OR ${ofTenant(t.agency)}`,
    }),
  ],
)
