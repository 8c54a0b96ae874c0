// What is done later, outside a request? One row a job; a job exists only if the transaction that asked for it committed.
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, type Runner, run, runOnce, type TaskList } from 'graphile-worker'
import type { Logger as Log } from 'pino'
import type { Config } from './config.ts'
import type { Database } from './db.ts'
import { sendMail } from './mail/send-mail.ts'
import { tellAnswered } from './mail/tell-answered.ts'

export type JobDeps = { db: Database; config: Pick<Config, 'smtp' | 'mailFrom'>; log: Log }

/** Runs a job. What it throws is tried again, later and later; it must bear being run twice. */
type Job<T> = (payload: T, deps: JobDeps) => Promise<void>

export const JOBS = {
  send_mail: sendMail as Job<{ id: string }>,
  tell_answered: tellAnswered as Job<{ tender: string; base: string }>,
} as const

const tasksOf = (deps: JobDeps): TaskList =>
  Object.fromEntries(
    Object.entries(JOBS).map(([name, job]) => [name, (payload: unknown) => (job as Job<unknown>)(payload, deps)]),
  )

/** Its own words about every job are not ours to keep; failures are told. */
const loggerOf = (log: Log) =>
  new Logger(() => (level, message) => {
    if (level === 'error') log.warn({ message: message.slice(0, 500) }, 'a job failed and will be tried again')
  })

const AGAIN_MS = 1000

/** Runs jobs until stopped, in the worker's process. A runner that the database has left is made anew: jobs wait, nothing else does. */
export function startJobs(databaseUrl: string, deps: JobDeps): { stop: () => Promise<void> } {
  let stopping = false
  let runner: Runner | null = null
  const done = (async () => {
    while (!stopping) {
      try {
        runner = await run({
          connectionString: databaseUrl,
          taskList: tasksOf(deps),
          concurrency: 2,
          maxPoolSize: 4,
          pollInterval: 500,
          noHandleSignals: true,
          logger: loggerOf(deps.log),
        })
        if (stopping) await runner.stop()
        await runner.promise
      } catch (err) {
        deps.log.warn({ err }, 'jobs stand still and are begun again')
      }
      runner = null
      if (!stopping) await sleep(AGAIN_MS)
    }
  })()
  return {
    stop: async () => {
      stopping = true
      // One that has ended by itself has nothing to stop.
      await runner?.stop().catch(() => {})
      await done
    },
  }
}

/** Runs the jobs that are due now, and answers when none is left. */
export const runDueJobs = (databaseUrl: string, deps: JobDeps): Promise<void> =>
  runOnce({
    connectionString: databaseUrl,
    taskList: tasksOf(deps),
    noHandleSignals: true,
    logger: loggerOf(deps.log),
  })
