// The fault that the audit of crashes must find: a driver that calls a transaction done while its COMMIT still waits. Test only.
import pg from 'pg'

const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => Promise<unknown>

pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  if (args[0] !== 'COMMIT') return query.apply(this, args)
  // The connection does both in turn before whatever it is handed next, so that nothing but the moment of the answer is wrong.
  for (const text of ['SELECT pg_sleep(0.5)', 'COMMIT']) query.call(this, text).catch(() => {})
  return Promise.resolve({ command: 'COMMIT', rows: [], rowCount: null })
} as typeof pg.Client.prototype.query
