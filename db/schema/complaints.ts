// Which table holds objections to results, and what was decided about them?
import { sql } from 'drizzle-orm'
import { check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { account, moment, organisation } from './people.ts'
import { tender } from './tenders.ts'

/** Public, and signed: what the log says of them. */
export const complaint = pgTable(
  'complaint',
  {
    /** SHA-256 over what the bidder signed, base64url. */
    c: text('c').primaryKey(),
    tender: text('tender')
      .notNull()
      .references(() => tender.no),
    org: text('org')
      .notNull()
      .references(() => organisation.id),
    account: text('account')
      .notNull()
      .references(() => account.id),
    at: moment('at').notNull(),
    outcome: text('outcome'),
    /** SHA-256 over the signed decision, base64url. */
    decision: text('decision'),
  },
  (t) => [
    check('a_decision_has_its_outcome', sql`(${t.outcome} IS NULL) = (${t.decision} IS NULL)`),
    index('complaint_by_tender').on(t.tender, t.at),
  ],
)
