// The worker as a program: numbers log entries, takes the clock's steps, opens envelopes. It answers no requests.
import { join } from 'node:path'
import { watchParent } from '../node/parent-watch.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { makeLogger } from './api.ts'
import { clockRound } from './clockwork.ts'
import { findDatabase } from './cluster.ts'
import { ConfigError, config } from './config.ts'
import { openDatabase } from './db.ts'
import { migrate } from './first-start.ts'
import { startSequencer } from './log/sequencer.ts'
import { tileReader } from './log/tiles.ts'
import { openRound } from './openings/opener.ts'
import { startOpenerThread } from './openings/opener-thread.ts'

const log = makeLogger()

/** Repeats a round until stopped; a round that fails is tried again. */
function every(ms: number, round: () => Promise<unknown>, onProblem: (err: Error) => void): () => Promise<void> {
  let stopping = false
  let wake = () => {}
  const done = (async () => {
    while (!stopping) {
      try {
        await round()
      } catch (err) {
        onProblem(err as Error)
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  })()
  return async () => {
    stopping = true
    wake()
    await done
  }
}

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
  const onProblem = (err: Error) => log.warn({ err }, 'trouble in a round')
  const P = nodePrimitives
  const db = openDatabase({ url, max: 8, publicMax: 1, statementMs: 60_000, idleInTxMs: 60_000, onProblem })
  const thread = startOpenerThread()
  const sequencer = startSequencer({
    P,
    db,
    databaseUrl: url,
    origin: settings.origin,
    signerSocket: settings.signerSocket,
    tickMs: settings.tickMs,
    onProblem,
  })
  const tiles = tileReader()
  const pace = Math.min(settings.tickMs, 500)
  const stopClock = every(
    pace,
    () => clockRound({ P, db, tiles, accelerator: settings.accelerator, onProblem }),
    onProblem,
  )
  const stopOpener = every(pace, () => openRound({ P, db, thread }), onProblem)
  process.stdout.write('ready\n')
  const stop = async () => {
    await Promise.all([stopClock(), stopOpener(), sequencer.stop()])
    await thread.close()
    await db.close()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (process.argv.includes('--parent-watch')) watchParent(stop)
} catch (err) {
  const known = err instanceof ConfigError || (err instanceof Error && /Durability|Cluster/.test(err.constructor.name))
  process.stderr.write(`${known ? (err as Error).message : (err as Error).stack}\n`)
  process.exit(1)
}
