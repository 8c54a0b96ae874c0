// Who may sit on a committee?
import { asc, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { account } from '../../../db/schema/people.ts'
import { listEvaluators } from '../../api/people.ts'
import { recordReadings } from '../privacy/readings.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { known } from './caller.ts'

export function serveEvaluators(app: Express, deps: Deps): void {
  const list = async ({ caller, req, ...work }: Context<typeof listEvaluators>) => {
    const evaluators = await work.tx
      .select({ account: account.id, name: account.name, org: account.org })
      .from(account)
      .where(sql`'evaluator' = ANY(${account.roles})`)
      .orderBy(asc(account.name), asc(account.id))
    const whose = evaluators.map((evaluator) => evaluator.account)
    const { account: reader } = known(caller)
    await recordReadings(work, { reader, req, whose, what: ['account.name'], purpose: 'choosing a committee' })
    return { evaluators }
  }
  // A reading of names is recorded, so it writes.
  serve(app, deps, listEvaluators, list, { mode: 'write' })
}
