// Who may sit on a committee?
import { asc, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { account } from '../../../db/schema/people.ts'
import { listEvaluators } from '../../api/people.ts'
import { type Deps, serve } from '../serve.ts'

export function serveEvaluators(app: Express, deps: Deps): void {
  serve(app, deps, listEvaluators, async ({ tx }) => {
    const evaluators = await tx
      .select({ account: account.id, name: account.name, org: account.org })
      .from(account)
      .where(sql`'evaluator' = ANY(${account.roles})`)
      .orderBy(asc(account.name), asc(account.id))
    return { evaluators }
  })
}
