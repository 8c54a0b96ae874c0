// Whose rows are these, as policies of row-level security ask it? The API says at the beginning of a request who is calling.
import { type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { Role } from '../src/domain/powers.ts'
import { TENANT } from './rights.ts'

const text = (value: string) => sql.raw(`'${value}'`)

/** The row is the calling organisation's. Nobody is called the empty name that stands where nobody is known. */
export const ofTenant = (column: AnyPgColumn): SQL => sql`${column} = current_setting(${text(TENANT.org)}, true)`

/** The row is that of the calling bidder, or of one of those whose sealed acts this transaction takes together. */
export const ofBidder = (column: AnyPgColumn): SQL =>
  sql`(${ofTenant(column)} OR ${column} = ANY (string_to_array(current_setting(${text(TENANT.bidders)}, true), ' ')))`

/** The caller has a role. */
export const byRole = (role: Role): SQL =>
  sql`${text(role)} = ANY (string_to_array(current_setting(${text(TENANT.roles)}, true), ' '))`
