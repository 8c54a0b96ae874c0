// How does a program of the server begin and end? Settings, database, tables; then its work until it is told to stop.
import { join } from 'node:path'
import pg from 'pg'
import type { Logger } from 'pino'
import { watchParent } from '../node/parent-watch.ts'
import { makeLogger } from './api.ts'
import { ClusterError, checkDurability, DurabilityError, findDatabase } from './cluster.ts'
import { type Config, ConfigError, config } from './config.ts'
import { migrate } from './first-start.ts'
import { holdPersonalKeys } from './privacy/personal-keys.ts'

export type Started = {
  /** What the program says on standard output once it works. */
  ready: string
  stop: () => Promise<void>
}

const HOUR_MS = 3_600_000

/** A setting that loses acknowledged bids can be changed while we run: it is asked for each hour, and ends the program. */
function watchDurability(databaseUrl: string, log: Logger): void {
  const look = async () => {
    const client = new pg.Client({ connectionString: databaseUrl })
    client.on('error', () => {})
    try {
      await client.connect()
      await checkDurability(client)
    } catch (err) {
      if (!(err instanceof DurabilityError)) return
      log.fatal({ err }, 'the database no longer keeps what it confirms')
      process.exit(1)
    } finally {
      await client.end().catch(() => {})
    }
  }
  setInterval(look, HOUR_MS).unref()
}

/** Runs a program: expected trouble is said in one message, a bug with its stack, and both end it with code 1. */
export async function runProgram(
  begin: (settings: Config, databaseUrl: string, log: Logger) => Promise<Started>,
): Promise<void> {
  const log = makeLogger()
  process.on('unhandledRejection', (err) => {
    log.fatal({ err }, 'unhandled rejection')
    process.exit(1)
  })
  try {
    const settings = config()
    const { url } = await findDatabase({
      databaseUrl: settings.databaseUrl,
      dataDir: join(settings.dataDir, 'postgres'),
      say: (line) => log.info(line),
    })
    await migrate(url)
    // Every program of the server reads addresses sooner or later: who is written to, who signs in.
    await holdPersonalKeys(settings.dataDir)
    const { ready, stop } = await begin(settings, url, log)
    watchDurability(url, log)
    const end = () => void stop().finally(() => process.exit(0))
    process.once('SIGTERM', end)
    process.once('SIGINT', end)
    if (process.argv.includes('--parent-watch')) watchParent(end)
    process.stdout.write(`${ready}\n`)
  } catch (err) {
    const expected = [ConfigError, DurabilityError, ClusterError].some((kind) => err instanceof kind)
    process.stderr.write(`${expected ? (err as Error).message : ((err as Error).stack ?? err)}\n`)
    process.exit(1)
  }
}
