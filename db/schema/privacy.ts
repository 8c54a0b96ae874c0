// Which tables hold what people entrust to us beside their account, and who has looked at it?
import { sql } from 'drizzle-orm'
import { bigserial, check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { personalText, searchText } from '../personal-column.ts'
import { account, moment } from './people.ts'

/** What a person has given for being reached and paid. Each is optional, encrypted, and found by its keyed hash alone. */
export const personDetail = pgTable(
  'person_detail',
  {
    account: text('account')
      .primaryKey()
      .references(() => account.id),
    phone: personalText('person_detail.phone')('phone'),
    phoneKey: searchText('person_detail.phone')('phone_key'),
    bankAccount: personalText('person_detail.bank_account')('bank_account'),
    /** Resident, foreigner or passport number, where a law asks for it. */
    identityNumber: personalText('person_detail.identity_number')('identity_number'),
    identityNumberKey: searchText('person_detail.identity_number')('identity_number_key'),
    changedAt: moment('changed_at').notNull(),
  },
  (t) => [
    index('person_detail_by_phone').on(t.phoneKey),
    index('person_detail_by_identity_number').on(t.identityNumberKey),
  ],
)

/** Every reading of somebody's personal data: who, when, from where, whose, what, and what for. Rows are added, never changed. */
export const personalReading = pgTable(
  'personal_reading',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: moment('at').notNull(),
    /** The account that read; 'system' for a job. */
    reader: text('reader').notNull(),
    address: text('address').notNull(),
    whose: text('whose').notNull(),
    /** Columns of the inventory, with a comma between them. */
    what: text('what').notNull(),
    purpose: text('purpose').notNull(),
  },
  (t) => [index('personal_reading_by_person').on(t.whose, t.at), index('personal_reading_by_time').on(t.at)],
)

/** That a month of readings was looked through: by whom, when, and what was found. Each month once; rows are added, never changed. */
export const readingsLookedThrough = pgTable(
  'readings_looked_through',
  {
    /** A calendar month in Korea: `2026-10`. */
    month: text('month').primaryKey(),
    by: text('by')
      .notNull()
      .references(() => account.id),
    at: moment('at').notNull(),
    statement: text('statement').notNull(),
  },
  (t) => [check('a_month_is_written_as_year_and_month', sql`${t.month} ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'`)],
)
