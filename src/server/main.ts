// The API as a program: reads the settings, finds the database, listens. `npm run serve` for operators.

import { join } from 'node:path'
import { watchParent } from '../node/parent-watch.ts'
import { makeLogger, startApi } from './api.ts'
import { findDatabase } from './cluster.ts'
import { ConfigError, config } from './config.ts'
import { migrate } from './first-start.ts'

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
  const api = await startApi(settings, url, log)
  process.stdout.write(`ready http://${settings.bind}:${api.port}\n`)
  const stop = async () => {
    await api.close()
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
