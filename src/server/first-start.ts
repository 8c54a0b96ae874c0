// What is done once, when there is nothing yet? The receipt key enters the log; tables are made.

import { fileURLToPath } from 'node:url'
import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import { runMigrations } from 'graphile-worker'
import pg from 'pg'
import { actorKey } from '../../db/schema/people.ts'
import { secondsZ } from '../domain/kit/time.ts'
import { equal, hex, utf8 } from '../proof/bytes.ts'
import { canonical } from '../proof/canonical.ts'
import { signJws } from '../proof/jws.ts'
import { checkDurability } from './cluster.ts'
import { append } from './log/append.ts'
import { inForce } from './people/caller.ts'
import { applyRights } from './rights.ts'
import type { Deps } from './serve.ts'
import type { Web } from './web-files.ts'

/** The organisation under which the server's own keys stand in the log. */
export const OPERATOR = 'operator'
export const RECEIPTS = 'receipts'
const LOCK = 0x6d61_6467

/** Brings the tables up to date, and the rights of the API's role on them. Refuses a database that could lose an acknowledged bid. Two at once wait for each other. */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await checkDurability(client)
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    await applyMigrations(drizzle(client), {
      migrationsFolder: fileURLToPath(new URL('../../db/migrations', import.meta.url)),
    })
    // The tables of jobs are another package's, which brings them up to date itself.
    await runMigrations({ connectionString: databaseUrl })
    await applyRights(client)
  } finally {
    await client.end()
  }
}

/** Publishes the key that signs receipts as `actor.key/1` of the operator, at the first start and after its replacement. */
export async function publishReceiptKey({ P, db, keys }: Pick<Deps, 'P' | 'db' | 'keys'>): Promise<void> {
  const { receipts } = keys
  await db.withTx(async (work) => {
    const rows = await work.tx
      .select({ kid: actorKey.kid })
      .from(actorKey)
      .where(and(eq(actorKey.account, RECEIPTS), inForce))
    const old = rows[0]?.kid ?? null
    if (old === receipts.kid) return
    if (old !== null) await work.tx.update(actorKey).set({ replacedBy: receipts.kid }).where(eq(actorKey.kid, old))
    const inserted = await work.tx
      .insert(actorKey)
      .values({ kid: receipts.kid, account: RECEIPTS, org: OPERATOR, jwk: receipts.jwk, enrolledAt: work.now.date })
      .onConflictDoNothing()
      .returning({ kid: actorKey.kid })
    if (inserted.length === 0) return
    const jws = await signJws(P, receipts, {
      typ: 'actor.key/1',
      id: RECEIPTS,
      org: OPERATOR,
      jwk: receipts.jwk,
      from: secondsZ(work.now.date.getTime()),
      replaces: old,
    })
    await append(P, work, { typ: 'actor.key/1', org: OPERATOR, ref: '-', by: receipts.kid, payload: jws })
  })
}

/**
 * Logs which code browsers are given, as `platform.release/1`, when it is another than the one logged last: monitors compare what
 * is served with it. Paths with the SHA-256 of their bytes, hex; the shell is left out, as each copy has a nonce of its own.
 */
export async function publishRelease({ P, db }: Pick<Deps, 'P' | 'db'>, web: Web, version: string): Promise<void> {
  const files = [...web.files]
    .map(([path, { body }]) => ({ path, sha256: hex(P.sha256(body)) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  const payload = { typ: 'platform.release/1', version, files }
  const hash = P.sha256(utf8(canonical(payload)))
  await db.withTx(async (work) => {
    // Two servers that start at once must not both find it missing.
    await work.tx.execute(sql`SELECT pg_advisory_xact_lock(${LOCK})`)
    const { rows } = await work.tx.execute<{ hash: Buffer }>(sql`
      SELECT payload_hash AS hash FROM (
        SELECT payload_hash, idx AS place, 0 AS waiting FROM log_entry WHERE typ = 'platform.release/1'
        UNION ALL SELECT payload_hash, id, 1 FROM log_outbox WHERE typ = 'platform.release/1') r
      ORDER BY waiting DESC, place DESC LIMIT 1`)
    if (rows[0] && equal(rows[0].hash, hash)) return
    await append(P, work, { typ: 'platform.release/1', org: OPERATOR, ref: '-', by: '-', payload })
  })
}
