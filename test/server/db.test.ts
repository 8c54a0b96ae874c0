// Does a transaction happen in full or not at all, whatever dies, and does the server say so truthfully?

import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { bigserial, integer, pgTable, text } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Database,
  DatabaseUnreachable,
  databaseErrorOf,
  NestedTransaction,
  openDatabase,
  PoolBusy,
  QueryFailed,
  type Tx,
  UnknownOutcome,
} from '../../src/server/db.ts'
import { testDatabase } from '../support/database.ts'
import { freePort } from '../support/processes.ts'

const database = await testDatabase({ empty: true })
const row = pgTable('row', {
  id: bigserial({ mode: 'number' }).primaryKey(),
  work: text().notNull(),
  part: integer().notNull(),
})

let admin: pg.Client
let db: Database
beforeAll(async () => {
  admin = await database.client()
  db = database.open({ max: 4 })
  await db.withTx(async ({ tx }) => {
    await tx.execute(
      sql`CREATE TABLE row (id bigserial PRIMARY KEY, work text NOT NULL, part int NOT NULL CONSTRAINT part_is_positive CHECK (part > 0), CONSTRAINT one_row_a_part UNIQUE (work, part) DEFERRABLE INITIALLY DEFERRED)`,
    )
  })
})

const save = (tx: Tx, work: string, part = 1) => tx.insert(row).values({ work, part })

async function partsOf(work: string): Promise<number> {
  const { rows } = await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM row WHERE work = $1', [work])
  return rows[0]?.n ?? 0
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable('should have failed'),
    (error) => error,
  )
}

const backend = async (tx: Tx) => (await tx.execute<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`)).rows[0]?.pid

describe('withTx', () => {
  test('saves nothing of work that throws, and passes its error on unchanged', async () => {
    class Refusal extends Error {}
    const refusal = new Refusal('no')
    const error = await failure(
      db.withTx(async ({ tx }) => {
        await save(tx, 'refused')
        throw refusal
      }),
    )
    expect(error).toBe(refusal)
    expect(await partsOf('refused')).toBe(0)
  })

  test('does not take an error of the work’s own, such as a refused socket, for a lost database', async () => {
    const own = Object.assign(new Error('signer is down'), { code: 'ECONNREFUSED' })
    expect(await failure(db.withTx(() => Promise.reject(own)))).toBe(own)
  })

  test('refuses to answer for work that swallowed the error of a statement, because PostgreSQL saved nothing', async () => {
    const error = await failure(
      db.withTx(async ({ tx }) => {
        await save(tx, 'swallowed')
        await tx.execute(sql`SELECT 1 / 0`).catch(() => {})
        return 'a receipt'
      }),
    )
    expect(error).toMatchObject({ message: expect.stringMatching(/nothing was saved/) })
    expect(await partsOf('swallowed')).toBe(0)
  })

  test('names the constraint, and never the values, of a statement that failed', async () => {
    const error = await failure(db.withTx(({ tx }) => save(tx, 'canary-98000000', -98000000)))
    expect(error).toBeInstanceOf(QueryFailed)
    expect(databaseErrorOf(error)).toMatchObject({ code: '23514', constraint: 'part_is_positive', table: 'row' })
    const everything = `${(error as Error).stack} ${JSON.stringify(error, Object.getOwnPropertyNames(error))}`
    expect(everything).toContain('insert into')
    expect(everything).not.toContain('98000000')
    const badNumber = await failure(db.withTx(({ tx }) => tx.execute(sql`SELECT ${'canary'}::int`)))
    expect(String(badNumber)).not.toContain('canary')
  })

  test('names the constraint inside the work too, where drizzle has wrapped the error', async () => {
    await db.withTx(async ({ tx }) => {
      await tx.execute(sql`SAVEPOINT before`)
      const error = await failure(save(tx, 'inside', -1))
      expect(databaseErrorOf(error)?.constraint).toBe('part_is_positive')
      await tx.execute(sql`ROLLBACK TO before`)
    })
  })

  test('fails with the constraint when only the COMMIT finds the fault', async () => {
    const error = await failure(
      db.withTx(async ({ tx }) => {
        await save(tx, 'twice')
        await save(tx, 'twice')
      }),
    )
    expect(error).toBeInstanceOf(QueryFailed)
    expect(databaseErrorOf(error)?.constraint).toBe('one_row_a_part')
    expect(await partsOf('twice')).toBe(0)
  })

  test('refuses a transaction inside a transaction, and a public read inside one', async () => {
    const nested = await failure(db.withTx(() => db.withTx(({ tx }) => save(tx, 'nested'))))
    expect(nested).toBeInstanceOf(NestedTransaction)
    expect(await failure(db.withTx(() => db.publicRead(async () => 1)))).toBeInstanceOf(NestedTransaction)
    expect(await failure(db.publicRead(() => db.withTx(async () => 1)))).toBeInstanceOf(NestedTransaction)
    expect(await partsOf('nested')).toBe(0)
  })

  test('allows a transaction to what the last one left running behind it', async () => {
    let later: Promise<number> | undefined
    await db.withTx(async () => {
      later = sleep(50).then(() => db.withTx(async () => 7))
    })
    expect(await later).toBe(7)
  })

  test('refuses the handle after its transaction ended, by COMMIT or by ROLLBACK', async () => {
    let kept: Tx | undefined
    await db.withTx(async ({ tx }) => {
      kept = tx
    })
    await expect(save(kept!, 'late')).rejects.toMatchObject({ cause: { name: 'TransactionOver' } })
    await failure(
      db.withTx(async ({ tx }) => {
        kept = tx
        throw new Error('no')
      }),
    )
    await expect(save(kept!, 'late')).rejects.toMatchObject({ cause: { name: 'TransactionOver' } })
    expect(await partsOf('late')).toBe(0)
  })

  test.each(['COMMIT', ' rollback', 'BEGIN', 'end', 'START  TRANSACTION'])(
    'does not let the work say %s',
    async (word) => {
      const statement = sql([word] as unknown as TemplateStringsArray)
      const error = await failure(
        db.withTx(async ({ tx }) => {
          await save(tx, 'ended early')
          await tx.execute(statement)
        }),
      )
      expect(error).toMatchObject({ name: 'TransactionOver' })
      expect(await partsOf('ended early')).toBe(0)
    },
  )

  test('has one time, the database’s, to the microsecond and cut to the millisecond', async () => {
    const before = (await admin.query<{ at: string }>('SELECT clock_timestamp()::text AS at')).rows[0]!.at
    const { now, same } = await db.withTx(async ({ tx, now }) => {
      const { rows } = await tx.execute<{ same: boolean }>(
        sql`SELECT ${now.text}::timestamptz BETWEEN ${before}::timestamptz AND clock_timestamp() AND ${now.text}::timestamptz >= now() AS same`,
      )
      return { now, same: rows[0]?.same }
    })
    expect(same).toBe(true)
    expect(now.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    expect(now.date.toISOString()).toBe(`${now.text.slice(0, 23)}Z`)
  })

  test('says PoolBusy after one second without a free connection, and serves again when one is free', async () => {
    let free = () => {}
    const until = new Promise<void>((done) => {
      free = done
    })
    const holders = Array.from({ length: 4 }, () => db.withTx(() => until))
    await sleep(50)
    const began = performance.now()
    const error = await failure(db.withTx(async () => 1))
    const waited = performance.now() - began
    expect(error).toBeInstanceOf(PoolBusy)
    expect(waited).toBeGreaterThan(950)
    expect(waited).toBeLessThan(10_000)
    // Readers have connections of their own.
    expect(await db.publicRead(async () => 'read')).toBe('read')
    free()
    await Promise.all(holders)
    expect(await db.withTx(async () => 'served')).toBe('served')
    expect(db.stats()).toMatchObject({ total: 4, idle: 4, waiting: 0 })
  })

  test('says DatabaseUnreachable where nothing listens', async () => {
    const nowhere = openDatabase({ url: `postgres://u:p@127.0.0.1:${await freePort()}/d` })
    expect(await failure(nowhere.withTx(async () => 1))).toBeInstanceOf(DatabaseUnreachable)
    await nowhere.close()
  })

  test('says DatabaseUnreachable, nothing saved, when the connection dies before COMMIT', async () => {
    const during = await failure(
      db.withTx(async ({ tx }) => {
        await save(tx, 'killed')
        await admin.query('SELECT pg_terminate_backend($1)', [await backend(tx)])
        await save(tx, 'killed', 2)
      }),
    )
    const silent = await failure(
      db.withTx(async ({ tx }) => {
        await save(tx, 'killed')
        await admin.query('SELECT pg_terminate_backend($1)', [await backend(tx)])
        await sleep(100)
      }),
    )
    expect(during).toBeInstanceOf(DatabaseUnreachable)
    expect(silent).toBeInstanceOf(DatabaseUnreachable)
    expect(await partsOf('killed')).toBe(0)
  })

  test('says UnknownOutcome when the connection dies during COMMIT', async () => {
    // A deferred trigger makes this COMMIT slow enough to be killed in the middle.
    await admin.query(`
      CREATE TABLE slow (n int);
      GRANT ALL ON slow TO madang;
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(10); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()`)
    let pid: number | undefined
    const work = failure(
      db.withTx(async ({ tx }) => {
        await save(tx, 'in doubt')
        await tx.execute(sql`INSERT INTO slow VALUES (1)`)
        pid = await backend(tx)
      }),
    )
    await sleep(300)
    await admin.query('SELECT pg_terminate_backend($1)', [pid])
    expect(await work).toBeInstanceOf(UnknownOutcome)
    expect(await db.withTx(async () => 'served')).toBe('served')
  })

  test('ends work that sits idle in its transaction, and a statement that takes too long', async () => {
    const strict = database.open({ idleInTxMs: 200, statementMs: 200 })
    const idle = await failure(
      strict.withTx(async ({ tx }) => {
        await save(tx, 'idle')
        await sleep(600)
        await save(tx, 'idle', 2)
      }),
    )
    expect(idle).toBeInstanceOf(DatabaseUnreachable)
    const slow = await failure(strict.withTx(({ tx }) => tx.execute(sql`SELECT pg_sleep(5)`)))
    expect(databaseErrorOf(slow)?.code).toBe('57014')
    expect(await partsOf('idle')).toBe(0)
  })

  test('refuses a session whose role turned synchronous_commit off', async () => {
    await admin.query(`ALTER DATABASE ${database.name} SET synchronous_commit = off`)
    try {
      const unsafe = database.open()
      expect(await failure(unsafe.withTx(async () => 1))).toMatchObject({ name: 'DurabilityError' })
      expect(unsafe.stats()).toEqual({ total: 0, idle: 0, waiting: 0 })
    } finally {
      await admin.query(`ALTER DATABASE ${database.name} RESET synchronous_commit`)
    }
  })
})

describe('retry', () => {
  /** Two serializable transactions that each read what the other writes: one of them must fail. */
  async function collide(retry: boolean): Promise<{ outcomes: PromiseSettledResult<void>[]; attempts: number }> {
    let attempts = 0
    let met = 0
    const work = (name: string) =>
      db.withTx(
        async ({ tx }) => {
          attempts++
          await tx.execute(sql`SELECT count(*) FROM row`)
          // Both have read before either writes, the first time round.
          for (met++; met < 2; ) await sleep(5)
          await save(tx, `${name} ${retry} ${attempts}`)
        },
        { isolation: 'serializable', retry },
      )
    const outcomes = await Promise.allSettled([work('collide a'), work('collide b')])
    return { outcomes, attempts }
  }

  test('is not done unless asked for', async () => {
    const { outcomes, attempts } = await collide(false)
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    expect(errors.map((error) => databaseErrorOf(error)?.code)).toEqual(['40001'])
    expect(attempts).toBe(2)
  })

  test('does the whole work again after a serialization failure', async () => {
    const { outcomes, attempts } = await collide(true)
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled'])
    expect(attempts).toBe(3)
  })

  test('gives up after three more times, and never repeats what failed for another reason', async () => {
    const attemptsUntilFailure = async (code: string) => {
      let attempts = 0
      await failure(
        db.withTx(
          async ({ tx }) => {
            attempts++
            await tx.execute(sql`SELECT raise_code(${code})`)
          },
          { retry: true },
        ),
      )
      return attempts
    }
    await admin.query(
      `CREATE FUNCTION raise_code(code text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = code; END $$`,
    )
    expect(await attemptsUntilFailure('40001')).toBe(4)
    expect(await attemptsUntilFailure('40P01')).toBe(4)
    expect(await attemptsUntilFailure('23505')).toBe(1)
  })
})

describe('publicRead', () => {
  test('refuses to write', async () => {
    const error = await failure(db.publicRead(({ tx }) => save(tx, 'public')))
    expect(databaseErrorOf(error)?.code).toBe('25006')
  })

  test('sees one snapshot, whatever is saved meanwhile', async () => {
    const [first, second] = await db.publicRead(async ({ tx }) => {
      const count = () => tx.$count(row)
      const before = await count()
      await admin.query(`INSERT INTO row (work, part) VALUES ('meanwhile', 1)`)
      return [before, await count()]
    })
    expect(second).toBe(first)
  })
})

describe('listen', () => {
  test('hears what is notified, and says that it may have missed something after its connection was killed', async () => {
    const heard: (string | null)[] = []
    const stop = await db.listen('log "grown"', (payload) => heard.push(payload))
    const notify = (payload: string) => admin.query('SELECT pg_notify($1, $2)', ['log "grown"', payload])
    const until = async (length: number) => {
      for (let tries = 0; heard.length < length && tries < 200; tries++) await sleep(20)
    }
    await notify('1')
    await until(2)
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'madang listen' AND datname = $1`,
      [database.name],
    )
    await until(3)
    await notify('2')
    await until(4)
    expect(heard).toEqual([null, '1', null, '2'])
    await stop()
    await notify('3')
    await sleep(100)
    expect(heard).toHaveLength(4)
  })
})

describe('statements', () => {
  test('are prepared once a connection, and only so many of them, however many texts there are', async () => {
    const one = database.open({ max: 1 })
    const prepared = (tx: Tx, like: string) =>
      tx.execute<{ n: number }>(sql`SELECT count(*)::int AS n FROM pg_prepared_statements WHERE statement LIKE ${like}`)
    for (const n of [1, 2, 3]) {
      const { rows } = await one.withTx(({ tx }) => tx.execute<{ twice: number }>(sql`SELECT 2 * ${n}::int AS twice`))
      expect(rows).toEqual([{ twice: 2 * n }])
    }
    expect((await one.withTx(({ tx }) => prepared(tx, 'SELECT 2 * $1::int%'))).rows).toEqual([{ n: 1 }])
    await one.withTx(async ({ tx }) => {
      for (let n = 0; n < 400; n++) await tx.execute(sql.raw(`SELECT ${n} AS n`))
    })
    const all = (await one.withTx(({ tx }) => prepared(tx, '%'))).rows[0]?.n ?? 0
    expect(all).toBeGreaterThan(200)
    expect(all).toBeLessThanOrEqual(300)
    await one.close()
  })
})

describe('DUR-7: a dying connection never mixes transactions', () => {
  const WORKERS = 12
  const ROUNDS = 40
  const PARTS = 3
  type Outcome = 'acknowledged' | 'rolled back' | 'failed' | 'unknown'

  /** Every way in which the table contradicts what the workers were told. */
  async function contradictions(outcomes: ReadonlyMap<string, Outcome>): Promise<string[]> {
    const { rows } = await admin.query<{ work: string; parts: number; xacts: number }>(
      `SELECT work, count(*)::int AS parts, count(DISTINCT xmin::text)::int AS xacts FROM row WHERE work LIKE 'storm %' GROUP BY work`,
    )
    const found = new Map(rows.map((r) => [r.work, r]))
    const wrong = rows.filter((r) => !outcomes.has(r.work)).map((r) => `${r.work}: nobody's`)
    for (const [work, outcome] of outcomes) {
      const { parts, xacts } = found.get(work) ?? { parts: 0, xacts: 0 }
      if (outcome === 'acknowledged' && parts !== PARTS) wrong.push(`${work}: lost, ${parts} of ${PARTS} rows`)
      if ((outcome === 'failed' || outcome === 'rolled back') && parts !== 0)
        wrong.push(`${work}: ${outcome}, yet ${parts} rows`)
      if (outcome === 'unknown' && parts !== 0 && parts !== PARTS) wrong.push(`${work}: half done`)
      if (xacts > 1) wrong.push(`${work}: in ${xacts} transactions`)
    }
    return wrong
  }

  test('12 workers, half of them rolling back on purpose, under a storm of killed backends', async () => {
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    process.on('uncaughtException', note)
    process.on('unhandledRejection', note)
    const stormy = database.open({ max: 8, acquireMs: 5000 })
    const outcomes = new Map<string, Outcome>()
    let busy = WORKERS

    class OnPurpose extends Error {}
    async function worker(number: number): Promise<void> {
      for (let round = 0; round < ROUNDS; round++) {
        const work = `storm ${number}-${round}`
        try {
          await stormy.withTx(async ({ tx }) => {
            for (let part = 1; part <= PARTS; part++) {
              await save(tx, work, part)
              if (Math.random() < 0.3) await sleep(Math.random() * 3)
            }
            if (number % 2 === 0) throw new OnPurpose()
          })
          outcomes.set(work, 'acknowledged')
        } catch (error) {
          if (error instanceof OnPurpose) outcomes.set(work, 'rolled back')
          else if (error instanceof UnknownOutcome) outcomes.set(work, 'unknown')
          else if (error instanceof DatabaseUnreachable) outcomes.set(work, 'failed')
          else throw error
        }
      }
    }

    let kills = 0
    async function killer(): Promise<void> {
      while (busy > 0) {
        const { rowCount } = await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'madang' AND datname = $1 AND random() < 0.2`,
          [database.name],
        )
        kills += rowCount ?? 0
        await sleep(2 + Math.random() * 8)
      }
    }

    try {
      await Promise.all([
        killer(),
        ...Array.from({ length: WORKERS }, (_, number) => worker(number).finally(() => busy--)),
      ])
      // Whatever is still on its way (a socket's end, a late error) arrives before we count.
      await sleep(200)
    } finally {
      process.off('uncaughtException', note)
      process.off('unhandledRejection', note)
    }

    const count = (outcome: Outcome) => [...outcomes.values()].filter((o) => o === outcome).length
    console.log(
      `kill storm: ${kills} kills; ${count('acknowledged')} acknowledged, ${count('rolled back')} rolled back, ${count('failed')} failed, ${count('unknown')} unknown`,
    )
    expect(outcomes.size).toBe(WORKERS * ROUNDS)
    expect(await contradictions(outcomes)).toEqual([])
    expect(uncaught).toEqual([])
    // The storm was one, and did not stop all work.
    expect(kills).toBeGreaterThan(20)
    expect(count('failed')).toBeGreaterThan(5)
    expect(count('acknowledged')).toBeGreaterThan(50)
    expect(count('rolled back')).toBeGreaterThan(50)

    // Back to size: eight can work at once again, nobody waits, no connection leaked.
    let free = () => {}
    const until = new Promise<void>((done) => {
      free = done
    })
    const holders = Array.from({ length: 8 }, () => stormy.withTx(() => until))
    for (let tries = 0; stormy.stats().idle > 0 && tries < 50; tries++) await sleep(10)
    expect(stormy.stats()).toEqual({ total: 8, idle: 0, waiting: 0 })
    free()
    await Promise.all(holders)
    expect(stormy.stats()).toEqual({ total: 8, idle: 8, waiting: 0 })

    // Negative control: the audit sees a lost row, a row too many, and one that nobody wrote.
    const [acknowledged] = [...outcomes].find(([, outcome]) => outcome === 'acknowledged') ?? ['']
    const [refused] = [...outcomes].find(([, outcome]) => outcome === 'rolled back') ?? ['']
    await admin.query('DELETE FROM row WHERE work = $1 AND part = 1', [acknowledged])
    await admin.query(`INSERT INTO row (work, part) VALUES ($1, 1), ('storm of nobody', 1)`, [refused])
    expect((await contradictions(outcomes)).sort()).toEqual(
      [
        `${acknowledged}: lost, ${PARTS - 1} of ${PARTS} rows`,
        `${refused}: rolled back, yet 1 rows`,
        "storm of nobody: nobody's",
      ].sort(),
    )
  })
})
