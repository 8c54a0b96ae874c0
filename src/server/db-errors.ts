// What can go wrong between us and the database, by name?

import { DrizzleQueryError } from 'drizzle-orm'
import pg from 'pg'

/** No connection became free in time. Say 503 with Retry-After: nothing was begun. */
export class PoolBusy extends Error {
  override name = 'PoolBusy'
}

/** The database cannot be reached (stopped, starting, out of connections), or was lost before COMMIT. Say 503: nothing was saved. */
export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable'
}

/** COMMIT was sent and its answer never came: the work is done in full or not at all, and only a look at the data tells. */
export class UnknownOutcome extends Error {
  override name = 'UnknownOutcome'
}

/** A bug: the pool was asked for a connection inside a transaction. Twelve such requests at once wait for each other for ever. */
export class NestedTransaction extends Error {
  override name = 'NestedTransaction'
}

/** A bug: a transaction's handle was used after it ended, or the work tried to end the transaction itself. */
export class TransactionOver extends Error {
  override name = 'TransactionOver'
}

/** What PostgreSQL said of a statement, as far as it may be repeated. */
export interface DatabaseFault {
  /** SQLSTATE, for example 23505. */
  readonly code: string
  readonly constraint: string | null
  readonly table: string | null
}

/**
 * PostgreSQL refused a statement. Holds its text with placeholders, never its parameters nor PostgreSQL's detail, which quotes
 * rows, nor the messages of SQLSTATE class 22 (data exception), which quote values: a bidder may have sealed them, and errors end in logs.
 */
export class QueryFailed extends Error implements DatabaseFault {
  override name = 'QueryFailed'
  readonly code: string
  readonly constraint: string | null
  readonly table: string | null
  readonly query: string
  constructor(fault: DatabaseFault, says: string, query: string) {
    super(
      `${fault.code.startsWith('22') ? 'a value does not fit its type' : says} (SQLSTATE ${fault.code}) ${query}`.trimEnd(),
    )
    this.code = fault.code
    this.constraint = fault.constraint
    this.table = fault.table
    this.query = query
  }
}

function postgresError(error: unknown): pg.DatabaseError | null {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++)
    if (e instanceof pg.DatabaseError) return e
  return null
}

/** PostgreSQL's own error inside `error`, through every wrapper (drizzle's, ours); null when it is none. Use it to map a named constraint to a refusal. */
export function databaseErrorOf(error: unknown): DatabaseFault | null {
  if (error instanceof QueryFailed) return error
  const found = postgresError(error)
  return found ? { code: found.code ?? '', constraint: found.constraint ?? null, table: found.table ?? null } : null
}

// Socket errors, and the SQLSTATEs with which a server ends a session or does not begin one: connection exceptions, insufficient
// resources, operator intervention, idle too long. By code, because the word FATAL comes in the server's language.
const NO_CONNECTION = /^(ECONN|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|08|53|57P|25P0[34])/
// node-postgres gives these no code.
const CONNECTION_DIED = /^(Connection terminated|Client has encountered a connection error|Client was closed)/

/**
 * Is this answer to a COMMIT a definite no? So are a deferred constraint and a serialization failure. When the session was ended,
 * or the server met a fault of its own (58, XX), the commit may stand all the same.
 */
export function isDefiniteNo(error: unknown): boolean {
  const code = postgresError(error)?.code
  return code !== undefined && !NO_CONNECTION.test(code) && !/^(58|XX)/.test(code)
}

/** SQLSTATEs after which the same work may simply be done again: serialization failure and deadlock. */
export function isTransient(error: unknown): boolean {
  const code = databaseErrorOf(error)?.code
  return code === '40001' || code === '40P01'
}

/** Did the connection die, rather than the statement fail? */
export function isConnectionLoss(error: unknown): boolean {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++)
    if (CONNECTION_DIED.test(e.message) || NO_CONNECTION.test(String((e as { code?: unknown }).code ?? ''))) return true
  return false
}

/**
 * What `withTx` says of an error before COMMIT. The work's own errors pass unchanged. Those of a statement lose its parameters,
 * which drizzle's error carries in its message.
 */
export function beforeCommit(error: unknown): unknown {
  const cause = error instanceof DrizzleQueryError ? error.cause : error
  const found = postgresError(cause)
  if (!(error instanceof DrizzleQueryError) && !found) return error
  if (isConnectionLoss(cause))
    return new DatabaseUnreachable('the connection was lost before COMMIT: nothing was saved')
  const fault = databaseErrorOf(found)
  return found && fault
    ? new QueryFailed(fault, found.message, error instanceof DrizzleQueryError ? error.query : '')
    : cause
}

/** Why a connection could not be had, in our words. */
export function acquireError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error)
  // node-postgres has no code for these two: waited too long in the queue, or for a new connection to be accepted.
  if (/^timeout exceeded|connection timeout$/.test(message))
    return new PoolBusy('no database connection became free in time')
  const code = String((error as { code?: unknown }).code ?? '')
  if (isConnectionLoss(error)) return new DatabaseUnreachable(`the database cannot be reached (${code || message})`)
  return error instanceof Error ? error : new Error(message)
}
