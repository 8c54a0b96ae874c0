// How does a person take a step with a tender? Publish, lock, examine: one way, three rows of the lifecycle. What needs two persons is in two-person-acts.ts.
import type { Express } from 'express'
import {
  declareIncident,
  examineBidder,
  lockScores,
  proposeKeysets,
  proposeLock,
  publishTender,
} from '../../api/tenders.ts'
import { type Caller, type Power, relates } from '../../domain/powers.ts'
import type { Act } from '../../domain/tenders/lifecycle.ts'
import { override } from '../../domain/tenders/signed-acts.ts'
import { readJws } from '../../proof/jws.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { orderToLock } from '../scoring/lock-and-rank.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { type ActInput, advance } from './advance.ts'
import { sees, viewOf } from './present.ts'
import { proposal } from './publish-tender.ts'
import { findTender, lockTender, type TenderRow } from './tender-store.ts'

/** The tender, if the caller may know of it and stands to it as the power demands. */
export function ownTender(row: TenderRow | null, caller: Caller, power: Power): TenderRow {
  if (!row || !sees('notice', caller, row)) refuse('not-found')
  if (!relates(caller, power, { org: row.agency })) refuse('forbidden')
  return row
}

async function take(deps: Deps, work: Work, no: string, caller: Caller, power: Power, act: Act, input: ActInput) {
  const row = ownTender(await lockTender(work, no), caller, power)
  const { P, tiles, config } = deps
  insist(await advance({ P, work, tiles, row, caller, input, accelerator: config.accelerator }, act))
  const after = await findTender(work, no)
  return after && viewOf(work, caller, after)
}

async function propose({ deps, params, caller, ...work }: Context<typeof proposeKeysets>) {
  const row = ownTender(await findTender(work, params.no), caller, 'tender.publish')
  if (row.state !== 'draft') refuse('wrong-state', { state: row.state, from: 'draft' })
  return proposal(deps.P, work, row)
}

async function proposeOrder({ deps, params, caller, ...work }: Context<typeof proposeLock>) {
  const row = ownTender(await findTender(work, params.no), caller, 'scores.lock')
  if (row.state !== 'evaluating') refuse('wrong-state', { state: row.state, from: 'evaluating' })
  return { order: await orderToLock(deps.P, work, row) }
}

async function incident({ deps, params, body, caller, ...work }: Context<typeof declareIncident>) {
  const { org } = known(caller)
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  if (row.closedIdx === null) refuse('wrong-state', { state: row.state, from: 'closed' })
  if (body.statement.trim().length < 10) refuse('statement-missing', { least: 10 })
  // Whose closing it was has no say in whether it may stand, nor has anybody whom the notice does not name.
  if (!row.overseers.includes(org)) refuse('forbidden')
  const payload = override(row.no, body.reasons, body.statement)
  insist(await signatureReasons(deps.P, work, caller, body.jws, payload))
  const by = readJws(body.jws).header.kid
  await append(deps.P, work, { typ: payload.typ, org, ref: row.no, by, payload: body.jws })
  return { accepted: true }
}

export function serveActs(app: Express, deps: Deps): void {
  serve(app, deps, proposeKeysets, propose)
  serve(app, deps, publishTender, ({ params, body, caller, ...work }) =>
    take(deps, work, params.no, caller, 'tender.publish', 'publish', {
      keysets: body.keysets,
      jws: body.notice,
    }),
  )
  serve(app, deps, proposeLock, proposeOrder)
  serve(app, deps, lockScores, ({ params, body, caller, ...work }) =>
    take(deps, work, params.no, caller, 'scores.lock', 'lockScores', { jws: body.jws }),
  )
  serve(app, deps, examineBidder, ({ params, body, caller, ...work }) => {
    const { bidder, scores, statement, jws } = body
    return take(deps, work, params.no, caller, 'bidder.examine', 'examine', { bidder, scores, statement, jws })
  })
  serve(app, deps, declareIncident, incident)
}
