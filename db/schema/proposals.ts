// Which table holds acts that wait for their second person?
import { sql } from 'drizzle-orm'
import { bigserial, check, index, jsonb, pgPolicy, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { PROPOSAL_STATES } from '../../src/domain/second-person.ts'
import { byRole, ofTenant } from '../tenants.ts'
import { account, moment, organisation } from './people.ts'

const states = sql.join(
  PROPOSAL_STATES.map((state) => sql.raw(`'${state}'`)),
  sql.raw(', '),
)

export const proposal = pgTable(
  'proposal',
  {
    id: text('id').primaryKey(),
    /** Counts up, for the order in which they are listed. */
    place: bigserial('place', { mode: 'number' }).notNull(),
    /** The power that it uses: a row of POWERS with a second person. */
    act: text('act').notNull(),
    /** The organisation for which it is proposed. */
    org: text('org')
      .notNull()
      .references(() => organisation.id),
    /** What it is about: a tender's number, an account, a firm. */
    ref: text('ref').notNull(),
    /** What was asked for, as the proposer wrote it. */
    body: jsonb('body').notNull(),
    proposedBy: text('proposed_by')
      .notNull()
      .references(() => account.id),
    proposedAt: moment('proposed_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    state: text('state').notNull().default('open'),
    decidedBy: text('decided_by').references(() => account.id),
    decidedAt: moment('decided_at'),
    /** What was said at the decision. */
    statement: text('statement'),
  },
  (t) => [
    check('a_proposal_is_in_a_known_state', sql`${t.state} IN (${states})`),
    check(
      'two_persons_stand_for_an_approved_proposal',
      sql`${t.state} <> 'approved' OR (${t.decidedBy} IS NOT NULL AND ${t.decidedBy} <> ${t.proposedBy})`,
    ),
    check('a_decided_proposal_says_by_whom', sql`(${t.state} IN ('open', 'expired')) = (${t.decidedBy} IS NULL)`),
    uniqueIndex('an_act_is_proposed_once_at_a_time').on(t.act, t.ref).where(sql`${t.state} = 'open'`),
    index('proposal_by_org').on(t.org, t.place),
    // The operator is the second person of organisations that have no other.
    pgPolicy('proposals_are_of_their_organisation', {
      using: sql`${ofTenant(t.org)} OR ${byRole('operator')}`,
      withCheck: sql`${ofTenant(t.org)} OR ${byRole('operator')}`,
    }),
  ],
)
