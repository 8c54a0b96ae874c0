// How is the API put together and listened to? Used by the program and, in-process, by tests and benchmarks.
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import pino, { type DestinationStream, type Logger } from 'pino'
import type { Server as IoServer } from 'socket.io'
import { API_ROLE } from '../../db/rights.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { makeApp } from './app.ts'
import { startJudging } from './bids/judging.ts'
import type { Config } from './config.ts'
import { type Database, openDatabase } from './db.ts'
import { publishReceiptKey } from './first-start.ts'
import { serverKeys } from './keys.ts'
import { startLive } from './live.ts'
import type { LiveLimits } from './live-readers.ts'
import { tileReader } from './log/tiles.ts'
import { witnessLines } from './log/witness-policy.ts'
import { callerLimits } from './people/caller-limits.ts'
import { attendSessions } from './people/live-sessions.ts'
import { readProviders } from './people/providers.ts'
import { holdPersonalKeys } from './privacy/personal-keys.ts'
import { sealPlain } from './privacy/rotate.ts'
import { rightOfWay } from './right-of-way.ts'
import type { Deps } from './serve.ts'
import { answerUnreadable } from './unreadable.ts'

export type ApiOptions = {
  /** Other limits for live readers than those in force, for measurements. */
  live?: Partial<LiveLimits>
}

export type Running = { port: number; deps: Deps; close: () => Promise<void> }

/** Logs to stderr, or where it is told, one JSON line an event; what could hold a secret is never handed to it. */
export const makeLogger = (to: DestinationStream = pino.destination({ dest: 2, sync: true })): Logger =>
  pino({ level: 'info', redact: ['req.headers.authorization', 'req.headers.cookie'] }, to)

function harden(http: Server): void {
  http.headersTimeout = 10_000
  http.requestTimeout = 30_000
  http.keepAliveTimeout = 20_000
  http.maxHeadersCount = 60
  answerUnreadable(http)
}

/** Starts the API on a database that has its tables. Answers once it listens. */
export async function startApi(
  config: Config,
  databaseUrl: string,
  log: Logger = makeLogger(),
  { live: limits = {} }: ApiOptions = {},
): Promise<Running> {
  const onProblem = (err: Error) => log.warn({ err }, 'trouble outside a request')
  const db: Database = openDatabase({ url: databaseUrl, role: API_ROLE, onProblem })
  await holdPersonalKeys(config.dataDir)
  const keys = await serverKeys(nodePrimitives, join(config.dataDir, 'server'))
  const witnesses = witnessLines(nodePrimitives, config.witnessFile)
  const providers = readProviders(config.oidcFile)
  const limitCaller = callerLimits()
  const judging = startJudging(nodePrimitives)
  const deps: Deps = {
    config,
    db,
    P: nodePrimitives,
    keys,
    log,
    providers,
    limitCaller,
    judging,
    way: rightOfWay(),
    tiles: tileReader(),
    witnesses,
  }
  await publishReceiptKey(deps)
  await sealPlain(db)
  const http = createServer({ maxHeaderSize: 16_384 }, makeApp(deps))
  harden(http)
  const attend = (io: IoServer) => attendSessions(io, { db, keys, config }, onProblem)
  const live = startLive({ http, db, onProblem, limits, attend, way: deps.way })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(config.port, config.bind, resolve)
  })
  const address = http.address()
  const port = typeof address === 'object' && address ? address.port : config.port
  return {
    port,
    deps,
    close: async () => {
      // Who does not take its reply, or does not end its request, must not hold up the end.
      const hurry = setTimeout(() => http.closeAllConnections(), 10_000)
      await live.close()
      await new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeIdleConnections()
      })
      clearTimeout(hurry)
      await judging.close()
      await db.close()
    },
  }
}
