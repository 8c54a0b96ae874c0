// How is something asked for that is done later, outside a request?
import { sql } from 'drizzle-orm'
import type { Work } from './db.ts'
import type { JOBS } from './jobs.ts'

type JobName = keyof typeof JOBS
type PayloadOf<N extends JobName> = Parameters<(typeof JOBS)[N]>[0]

/** Asks for a job within the transaction: a rollback leaves none. */
export async function addJob<N extends JobName>({ tx }: Work, name: N, payload: PayloadOf<N>): Promise<void> {
  await tx.execute(sql`SELECT ask_for_job(${name}, ${JSON.stringify(payload)}::json)`)
}
