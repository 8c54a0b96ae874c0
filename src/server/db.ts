// How does work get a transaction of its own: all of it happens, or nothing, or we say that we do not know?

import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import {
  acquireError,
  beforeCommit,
  DatabaseUnreachable,
  isConnectionLoss,
  isDefiniteNo,
  isTransient,
  NestedTransaction,
  TransactionOver,
  UnknownOutcome,
} from './db-errors.ts'
import { checkDurability } from './durability.ts'
import { type Listen, listener } from './listen.ts'

export {
  DatabaseUnreachable,
  databaseErrorOf,
  NestedTransaction,
  PoolBusy,
  QueryFailed,
  TransactionOver,
  UnknownOutcome,
} from './db-errors.ts'

/** A transaction's only handle on the database: drizzle's, without the calls that would begin another transaction. */
export type Tx = Omit<NodePgDatabase, 'transaction' | '$client'>

/** The one time of a transaction, read from the database's clock right after BEGIN. */
export interface Now {
  /** To the millisecond, cut off, never rounded up: what is before a deadline stays before it. */
  readonly date: Date
  /** RFC 3339 in UTC with all six decimals, for example 2026-11-21T20:14:05.123456Z. */
  readonly text: string
}

/** What a piece of work is handed. */
export interface Work {
  readonly tx: Tx
  readonly now: Now
}

export interface TxOptions {
  /** Do the whole work again after a serialization failure or deadlock, at most three more times. It must have no effects outside. */
  readonly retry?: boolean
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
}

export interface DatabaseOptions {
  readonly url: string
  /** Role that each transaction takes on, with the rights of db/rights.ts; without one it has those of whom the address names. */
  readonly role?: string
  /** Connections for transactions. */
  readonly max?: number
  /** Connections for public reads: readers, however many, cannot keep a bid waiting. */
  readonly publicMax?: number
  /** How long work waits for a connection before PoolBusy, in milliseconds. */
  readonly acquireMs?: number
  /** The longest that one statement may take, in milliseconds. */
  readonly statementMs?: number
  /** The longest that a transaction may sit idle between statements, in milliseconds. */
  readonly idleInTxMs?: number
  /** Hears of trouble that belongs to no request, such as an idle connection that died. */
  readonly onProblem?: (error: Error) => void
}

export interface Database {
  /**
   * BEGIN, the work, COMMIT; ROLLBACK when the work throws. Its answer is given only after the server has confirmed the COMMIT.
   * @throws PoolBusy (nothing was begun), DatabaseUnreachable (nothing was saved), UnknownOutcome (COMMIT sent, no answer), NestedTransaction (a bug),
   * QueryFailed (also when the work swallowed a statement's error: PostgreSQL had aborted the transaction), and what the work throws.
   */
  withTx<T>(fn: (work: Work) => Promise<T>, options?: TxOptions): Promise<T>
  /** One snapshot, read-only, from a pool of its own. Throws like `withTx`. */
  publicRead<T>(fn: (work: Work) => Promise<T>): Promise<T>
  /** Hears NOTIFY on a channel, on a connection of its own that is made again when it dies. See `listen.ts`. */
  listen: Listen
  /** The transaction pool: connections open, of these idle, and requests waiting for one. */
  stats(): { total: number; idle: number; waiting: number }
  close(): Promise<void>
}

/** A transaction in progress, and whether its handle still may be used. */
interface Current {
  open: boolean
}

// Module-wide, because a second Database inside a transaction is the same mistake.
const current = new AsyncLocalStorage<Current>()

const ENDS_A_TRANSACTION =
  /^\s*(begin|start\s+transaction|commit|end|abort|rollback(?!\s+to\b)|prepare\s+transaction)\b/i

const CHANGES_ROLE = /^\s*(set|reset)\s+((local|session)\s+)?(role|session\s+authorization|all)\b/i

/**
 * Statements by their text, each under a name: a connection that has met it before neither parses nor plans it again. Texts that
 * grow with what is asked for would fill the server's memory, so only so many get one; the others are planned each time.
 */
const names = new Map<string, string>()
const NAMES_AT_MOST = 300

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= NAMES_AT_MOST) return known
  const name = `s${names.size}`
  names.set(text, name)
  return name
}

/** What drizzle gets in place of the connection: queries as long as the transaction is open, and nothing else. */
class OneTransaction {
  readonly #client: pg.PoolClient
  readonly #state: Current
  constructor(client: pg.PoolClient, state: Current) {
    this.#client = client
    this.#state = state
  }
  async query(config: pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    if (!this.#state.open) throw new TransactionOver(`a statement after its transaction ended: ${config.text}`)
    if (ENDS_A_TRANSACTION.test(config.text))
      throw new TransactionOver(`the work may not say ${config.text}: withTx begins and ends`)
    if (CHANGES_ROLE.test(config.text))
      throw new TransactionOver(`the work may not say ${config.text}: its role is given`)
    const name = config.name ?? nameOf(config.text)
    return this.#client.query(name === undefined ? config : { ...config, name }, values)
  }
}

const CLOCK = `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS now`

/** Three statements in one round trip. */
async function begin(client: pg.PoolClient, mode: string, role: string | undefined): Promise<Now> {
  const as = role === undefined ? '' : `SET LOCAL ROLE ${client.escapeIdentifier(role)}; `
  const answers = await client.query(`BEGIN ${mode}; ${as}${CLOCK}`).catch((error) => {
    throw isConnectionLoss(error) ? acquireError(error) : error
  })
  // A result each, which the driver's types do not know.
  const results = answers as unknown as pg.QueryResult<{ now: string }>[]
  const text = results.at(-1)?.rows[0]?.now
  if (text === undefined) throw new Error('the database did not tell the time')
  return { text, date: new Date(text) }
}

// Connections that have died; what had not been committed by then never will be.
const dead = new WeakSet<pg.ClientBase>()

async function commit(client: pg.PoolClient): Promise<void> {
  if (dead.has(client)) throw new DatabaseUnreachable('the connection was lost before COMMIT: nothing was saved')
  let answer: pg.QueryResult
  try {
    answer = await client.query('COMMIT')
  } catch (error) {
    if (isDefiniteNo(error)) throw error
    throw new UnknownOutcome('the connection died during COMMIT: the work is done in full or not at all', {
      cause: error,
    })
  }
  // A swallowed error: PostgreSQL answers the COMMIT of an aborted transaction with ROLLBACK, and no error at all.
  if (answer.command !== 'COMMIT')
    throw new Error('nothing was saved: a statement of this transaction failed and the work did not pass its error on')
}

type Opened = { pool: pg.Pool; role: string | undefined }

async function inTransaction<T>({ pool, role }: Opened, mode: string, fn: (work: Work) => Promise<T>): Promise<T> {
  if (current.getStore()?.open)
    throw new NestedTransaction('a transaction inside a transaction: pass its tx on instead')
  const client = await pool.connect().catch((error) => {
    throw acquireError(error)
  })
  const state: Current = { open: true }
  // Given to release(): the pool then closes the connection, so that nobody inherits what is left of this transaction.
  let broken: Error | undefined
  try {
    const now = await begin(client, mode, role)
    const tx: Tx = drizzle(new OneTransaction(client, state) as unknown as pg.PoolClient)
    const answer = await current.run(state, () => fn({ tx, now }))
    state.open = false
    await commit(client)
    return answer
  } catch (error) {
    state.open = false
    if (error instanceof UnknownOutcome) broken = error
    else
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError
      })
    throw error instanceof UnknownOutcome ? error : beforeCommit(error)
  } finally {
    client.release(broken)
  }
}

function makePool(options: DatabaseOptions, max: number, name: string): pg.Pool {
  const statementMs = options.statementMs ?? 10_000
  const onProblem = options.onProblem ?? (() => {})
  const pool = new pg.Pool({
    connectionString: options.url,
    max,
    application_name: name,
    connectionTimeoutMillis: options.acquireMs ?? 1000,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: options.idleInTxMs ?? 10_000,
    // For a server that no longer answers at all: its own time-out comes first while it lives.
    query_timeout: statementMs + 5000,
    keepAlive: true,
    // A role or database can carry its own setting of synchronous_commit, so each session is looked at.
    onConnect: (client: pg.ClientBase) => checkDurability(client),
  })
  // Without a listener, a connection that dies in somebody's hands would end the process. Its holder hears it from the next statement.
  pool.on('connect', (client) => {
    client.on('error', () => dead.add(client))
    client.on('end', () => dead.add(client))
  })
  pool.on('error', onProblem)
  return pool
}

/**
 * Opens the two pools (lazily: the first work connects). A handle leaves neither `withTx` nor `publicRead`.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { role } = options
  const pool = makePool(options, options.max ?? 10, 'madang')
  const publicPool = makePool(options, options.publicMax ?? 5, 'madang public')
  const listening = listener(options.url, options.onProblem ?? (() => {}))
  let closing: Promise<unknown> | undefined

  return {
    async withTx(fn, { retry = false, isolation = 'read committed' } = {}) {
      for (let attempt = 0; ; attempt++) {
        try {
          return await inTransaction({ pool, role }, `ISOLATION LEVEL ${isolation}`, fn)
        } catch (error) {
          if (!retry || attempt === 3 || !isTransient(error)) throw error
          // Apart, so that two that met once do not meet again.
          await sleep(Math.random() * 20 * (attempt + 1))
        }
      }
    },
    publicRead: (fn) => inTransaction({ pool: publicPool, role }, 'ISOLATION LEVEL repeatable read READ ONLY', fn),
    listen: listening.listen,
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      closing ??= Promise.all([pool.end(), publicPool.end(), listening.close()])
      await closing
    },
  }
}
