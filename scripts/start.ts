// Starts the whole platform: npm start [-- --admin EMAIL]. Without settings it is the demonstration world; with DATABASE_URL and no MADANG_DEMO an empty system.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { count, sql } from 'drizzle-orm'
import { account, organisation } from '../db/schema/people.ts'
import { call } from '../src/api/client.ts'
import { listCustodians } from '../src/api/custodians.ts'
import { FolderHeld, holdFolder } from '../src/node/atomic-file.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { b64u } from '../src/proof/bytes.ts'
import { ConfigError, readConfig } from '../src/server/config.ts'
import { openDatabase } from '../src/server/db.ts'
import { hashPassword } from '../src/server/people/passwords.ts'
import { type House, startHouse } from './house.ts'
import type { Account } from './people.ts'
import { enrolCustodians } from './play.ts'
import { populate } from './world/people.ts'
import { Stage } from './world/stage.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

/** Where an operator's own database has nobody yet, somebody must be first. The password is shown once and kept nowhere. */
async function firstAdministrator(databaseUrl: string, given: string | undefined): Promise<void> {
  const db = openDatabase({ url: databaseUrl, max: 1 })
  try {
    const rows = await db.withTx(({ tx }) =>
      tx.select({ n: count() }).from(account).where(sql`'operator' = ANY(${account.roles})`),
    )
    if ((rows[0]?.n ?? 0) > 0) return
    let email = given
    if (email === undefined && process.stdin.isTTY) {
      const ask = createInterface({ input: process.stdin, output: process.stdout })
      email = (await ask.question('There is no administrator yet. E-mail address of the first one: ')).trim()
      ask.close()
    }
    if (email === undefined || !/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(email)) {
      say('There is no administrator yet. Start once with: npm start -- --admin you@example.org')
      return
    }
    const password = b64u(P.random(15))
    const passwordHash = await hashPassword(password)
    await db.withTx(async ({ tx }) => {
      await tx
        .insert(organisation)
        .values({ id: 'operator', nameKo: '운영자', nameEn: 'Operator', kind: 'operator', standing: 'verified' })
        .onConflictDoNothing()
      await tx.insert(account).values({
        id: 'operator-1',
        org: 'operator',
        email: email.toLowerCase(),
        passwordHash,
        name: 'Operator',
        roles: ['operator', 'administrator'],
      })
    })
    say(`First administrator: ${email}  password: ${password}  (shown once)`)
  } finally {
    await db.close()
  }
}

function welcome(url: string, demo: { accounts: Account[]; live: string | null }): void {
  const one = (role: string) => demo.accounts.find((a) => a.role === role)
  say('')
  say(`  Madang 마당   ${url}`)
  say('')
  if (demo.live)
    say(`  Look first:    ${url}/tenders/${demo.live}/opening  (its technical opening begins in about a minute)`)
  say(
    '  Demonstration accounts; bodies and firms are invented, passwords and authenticator secrets belong to this world alone:',
  )
  for (const role of ['officer', 'approver', 'supplier', 'evaluator', 'auditor', 'administrator', 'operator']) {
    const a = one(role)
    if (a) say(`    ${role.padEnd(13)} ${a.email.padEnd(44)} ${a.password} ${a.totp}`)
  }
  say(
    '  The secret goes into any authenticator app, or: npx madang code SECRET. Passkeys: open http://localhost instead of 127.0.0.1.',
  )
  say('  Ctrl-C stops everything; the next start goes on with the same data.')
  say('')
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { admin: { type: 'string' }, debug: { type: 'boolean', default: false } } })
  const own = process.env.DATABASE_URL !== undefined && process.env.DATABASE_URL !== ''
  const demo = !own || process.env.MADANG_DEMO === '1'
  const settings = readConfig({ ...process.env, ...(demo ? { MADANG_DEMO: '1' } : {}) })
  // The database’s own user must be able to pass through here; the folders below it are closed one by one.
  mkdirSync(settings.dataDir, { recursive: true })
  const hold = holdFolder(join(settings.dataDir, 'held'))
  let house: House | null = null
  let stage: Stage | null = null
  let ending: Promise<void> | null = null
  const end = (): Promise<void> => {
    ending ??= (async () => {
      stage?.stop()
      await house?.stop()
      hold.release()
    })()
    return ending
  }
  const ended = new Promise<void>((resolve) => {
    const stop = () => {
      say('stopping …')
      void end().then(resolve)
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
  try {
    house = await startHouse({
      dataDir: settings.dataDir,
      port: settings.port,
      origin: settings.origin,
      demo,
      accelerator: demo ? Math.max(settings.accelerator, 60) : 1,
      tickMs: settings.tickMs,
      pollMs: demo ? 500 : 2000,
      databaseUrl: settings.databaseUrl,
      bind: settings.bind,
      say,
      ...(values.debug
        ? { onComplaint: (who: string, line: string) => process.stderr.write(`[${who}] ${line}\n`) }
        : {}),
      onExit: (name, code) => {
        if (ending) return
        say(`${name} ended unexpectedly (${code}); starting it again`)
        setTimeout(() => {
          if (!ending) void house?.start(name).catch((err: Error) => say(err.message))
        }, 500)
      },
    })
    const { url } = house
    if (!demo) {
      await firstAdministrator(house.databaseUrl, values.admin)
      say(`Madang is listening on ${url}. Custodians are enrolled by an administrator and run by their institutions.`)
      await ended
      return 0
    }
    const world = await populate(house)
    const { body } = (await call(url, listCustodians, {})) as { body: { custodians: unknown[] } }
    const operator = world.person('operator-1')
    if (body.custodians.length === 0) await enrolCustodians(house, operator, say)
    else await house.startCustodians()
    stage = new Stage(house, world, say)
    const running = stage
    const playing = stage.run(() => welcome(url, { accounts: world.accounts, live: running.live }))
    await Promise.race([ended, playing])
    await ended
    return 0
  } catch (err) {
    // What was under way when it was told to stop failed for want of the house, which is no fault of anything.
    if (!ending) throw err
    return 0
  } finally {
    await end()
  }
}

try {
  process.exitCode = await main()
} catch (err) {
  const known = err instanceof ConfigError || err instanceof FolderHeld
  process.stderr.write(`${known ? (err as Error).message : ((err as Error).stack ?? err)}\n`)
  process.exitCode = 1
}
setTimeout(() => process.exit(), 500).unref()
