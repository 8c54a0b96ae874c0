// Which way does a sealed act take: with those that come at the same moment, and alone where that does not do.
import type { Express, RequestHandler } from 'express'
import { submitBid, withdrawBid } from '../../api/bids.ts'
import { type Deps, serve } from '../serve.ts'
import { type Asks, takeAlone } from './submit-bid.ts'
import { takeTogether } from './take-together.ts'
import { together } from './together.ts'

/** Acts in one transaction, and such transactions at a time in a tender: while one waits for the disk, the next is judged. */
const MOST = 16
const AT_ONCE = 2
/** Longer than work waits for a connection: whoever is told to come again joins the same queue at its end. */
const PATIENCE_MS = 5000

export function serveBids(app: Express, deps: Deps): void {
  const board = together((asks: readonly Asks[]) => takeTogether(deps, asks), {
    most: MOST,
    atOnce: AT_ONCE,
    patienceMs: PATIENCE_MS,
    groupOf: (ask) => ask.params.no,
  })
  const laneOf = (kind: Asks['kind']) => async (ask: Omit<Asks, 'kind'>) => {
    const answer = await board({ ...ask, kind })
    if (answer instanceof Error) throw answer
    return answer
  }
  const goesFirst: RequestHandler = (_, res, next) => {
    res.once('close', deps.way.enter())
    next()
  }
  const mode = (kind: Asks['kind']) => ({ lenient: true, again: true, lane: laneOf(kind), before: [goesFirst] })
  serve(app, deps, submitBid, (context) => takeAlone(context, context.body), mode('submission'))
  serve(app, deps, withdrawBid, (context) => takeAlone(context, context.body), mode('withdrawal'))
}
