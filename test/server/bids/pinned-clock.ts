// How does a test hold the database's clock still, or let it step, for one connection or for a whole API, without a change to what is tested?
// PostgreSQL looks names up along the search path: a function of the same name in a schema before pg_catalog is found first.
import { sql } from 'drizzle-orm'
import { API_ROLE } from '../../../db/rights.ts'
import type { Tx } from '../../../src/server/db.ts'
import type { TestDatabase } from '../../support/database.ts'

const PATH = 'pinned, public, pg_catalog'

/** Makes the schema with its own `clock_timestamp()`, which tells what `pin` set last. */
export async function makePinnedClock(database: TestDatabase) {
  const client = await database.client(database.url)
  await client.query(`
    CREATE SCHEMA pinned;
    CREATE TABLE pinned.instant (at timestamptz NOT NULL, step interval NOT NULL);
    INSERT INTO pinned.instant VALUES (now(), '0');
    CREATE FUNCTION pinned.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
    DECLARE n integer := coalesce(nullif(current_setting('pinned.readings', true), '')::integer, 0);
    BEGIN
      PERFORM set_config('pinned.readings', (n + 1)::text, true);
      RETURN (SELECT at + n * step FROM pinned.instant);
    END $$;
    GRANT USAGE ON SCHEMA pinned TO ${API_ROLE};
    GRANT SELECT ON pinned.instant TO ${API_ROLE}`)
  const address = new URL(database.url)
  address.searchParams.set('options', `-c search_path=${PATH.replaceAll(' ', '')}`)
  return {
    /** Address of the database for a program that is to see this clock. */
    url: address.href,
    /** Sets the clock to a time such as 2026-11-21T20:14:05.123456Z; each reading of a transaction after the first is a step later. */
    pin: async (at: string, stepMicros = 0) => {
      await client.query(`UPDATE pinned.instant SET at = $1, step = $2 * interval '1 microsecond'`, [at, stepMicros])
    },
    /** Lets one transaction see this clock from here on. */
    enter: (tx: Tx) => tx.execute(sql`SELECT set_config('search_path', ${PATH}, true)`),
  }
}

/** A time with six decimals, some microseconds after another of the same form. */
export function microsAfter(at: string, micros: number): string {
  const total = BigInt(Date.parse(`${at.slice(0, 19)}Z`)) * 1000n + BigInt(at.slice(20, 26)) + BigInt(micros)
  const second = new Date(Number(total / 1_000_000n) * 1000).toISOString().slice(0, 19)
  return `${second}.${String(total % 1_000_000n).padStart(6, '0')}Z`
}
