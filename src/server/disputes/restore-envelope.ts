// An envelope's bytes are gone or were changed: who has the file brings them back, and nothing else than what was committed.
import { eq, or, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { bidAct } from '../../../db/schema/bids.ts'
import { restoreEnvelope } from '../../api/disputes.ts'
import { RESTORED } from '../../domain/record/put-back.ts'
import { maySee } from '../../domain/visibility.ts'
import { utf8 } from '../../proof/bytes.ts'
import { append } from '../log/append.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { findTender } from '../tenders/tender-store.ts'

/** What the database's own function answered: it alone may write ciphertext, and only what hashes to the name. */
const REFUSALS = { differs: 'envelope-differs', unknown: 'envelope-unknown', whole: 'envelope-whole' } as const

async function restore({ deps, params, body, caller, ...work }: Context<typeof restoreEnvelope>) {
  const row = await findTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  // While the tender is open an entry about an envelope would say that somebody has bid.
  if (row.closedIdx === null) refuse('wrong-state', { state: row.state, from: 'closed' })
  if (!maySee('reveal', caller, { state: row.state, peak: row.peak, agency: row.agency })) {
    // Row-level security shows a bidder its own acts and nobody else's.
    const own = await work.tx
      .select({ id: bidAct.id })
      .from(bidAct)
      .where(or(eq(bidAct.eidTechnical, params.eid), eq(bidAct.eidPrice, params.eid)))
    if (!own[0]) refuse('envelope-unknown')
  }
  const bytes = Buffer.from(utf8(body.envelope))
  const { rows } = await work.tx.execute<{ said: 'restored' | keyof typeof REFUSALS }>(
    sql`SELECT restore_envelope(${row.no}, ${params.eid}, ${bytes}::bytea) AS said`,
  )
  const said = rows[0]?.said ?? 'unknown'
  if (said !== 'restored') refuse(REFUSALS[said])
  const payload = {
    typ: 'incident/1',
    tender: row.no,
    lot: '1',
    reasons: [RESTORED],
    acts: [],
    newDeadline: null,
    facts: { eid: params.eid },
  }
  await append(deps.P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  return { restored: true as const }
}

export function serveRestoring(app: Express, deps: Deps): void {
  serve(app, deps, restoreEnvelope, restore)
}
