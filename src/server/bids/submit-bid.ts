// How does a sealed bid come in, replace another or go out again? load → ask → save → append, in one transaction.
import { requestKey, type submitBid, type withdrawBid } from '../../api/bids.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { signJws } from '../../proof/jws.ts'
import type { Work } from '../db.ts'
import { known } from '../people/caller.ts'
import { Problem, refuse } from '../problem.ts'
import type { Broken } from '../read-body.ts'
import { type Asked, type Context, type Deps, Verbatim } from '../serve.ts'
import { type Completed, completeActs, readStandings, type Saved, type Standing, saveActs } from './bid-store.ts'
import { type Judged, judgeAct, type Parsed } from './judge-act.ts'
import { type BidRequest, refuseAct, refuseUnderKey } from './refusal.ts'
import { answeredMeanwhile, keptReply, replyType, takeTurn } from './requests.ts'

/** Why the tender took nothing at the moment of the verdict; none when it would have. */
function closedReasons({ state, late, deadline, at }: Saved): Reason[] {
  if (state === 'cancelled') return [{ code: 'not-open', facts: {} }]
  if (late) return [{ code: 'late', facts: { deadline, at } }]
  return state === 'published' ? [] : [{ code: 'not-open', facts: {} }]
}

/** What is written once it is known when an act came, and the receipt that its bidder gets. */
export async function completion(deps: Deps, request: BidRequest, judged: Judged, saved: Saved): Promise<Completed> {
  const { act, envelopes } = judged
  if (!act || saved.id === null) throw new Error('an act was completed that was not saved')
  const { eidTechnical, eidPrice } = act
  const eids: JsonObject = { ...(eidTechnical && { technical: eidTechnical }), ...(eidPrice && { price: eidPrice }) }
  const { tender, bidder } = request
  const said = { typ: 'received/1', tender, c: act.c, eids, at: saved.at }
  const received = await signJws(deps.P, deps.keys.receipts, said)
  const reply = { outcome: 'receipt', status: 201, reply: JSON.stringify({ receipt: received }) } as const
  return { id: saved.id, tender, bidder, c: act.c, received, envelopes, under: request, reply }
}

export const answerOf = ({ reply }: Completed) => new Verbatim(reply.reply, replyType(reply.status), reply.status)

export type Asks = Asked<typeof submitBid> & { kind: 'submission' | 'withdrawal' }

/** A request of which nobody has looked at the body yet. */
export type Unread = Omit<BidRequest, 'fingerprint'>

/** What a sealed act asks for, under which key; null without a key. */
export function requestOf({ req, res }: Pick<Asks, 'req' | 'res'>, tender: string, by: Bidder): Unread | null {
  const key = requestKey.safeParse(req.headers['idempotency-key'])
  if (!key.success) return null
  const instance = String(res.locals.requestId)
  return { tender, bidder: by.org, account: by.account, key: key.data, instance }
}

type Bidder = { org: string; account: string }

/** Takes a sealed act alone: with its receipt, or refused with every reason under the server's signature. */
export async function takeAlone(
  context: Context<typeof submitBid> | Context<typeof withdrawBid>,
  body: Parsed | Broken,
): Promise<Verbatim> {
  const { deps, params, caller, tx, now } = context
  const work: Work = { tx, now }
  const asked = requestOf(context, params.no, known(caller))
  if (!asked) refuse('idempotency-key-missing')
  const request = { ...asked, fingerprint: deps.P.sha256(context.raw) }
  try {
    return await takeUnder(context, work, request, body)
  } catch (error) {
    const ofKey = error instanceof Problem && error.reasons.every(({ code }) => code.startsWith('idempotency-key-'))
    if (!ofKey) throw error
    return refuseUnderKey(deps, work, request, error.reasons)
  }
}

async function takeUnder(
  { deps, params }: Context<typeof submitBid> | Context<typeof withdrawBid>,
  work: Work,
  request: BidRequest,
  body: Parsed | Broken,
): Promise<Verbatim> {
  if (!(await takeTurn(work, request))) {
    const answered = await answeredMeanwhile(work, request.bidder, request.key)
    return keptReply(answered, request) ?? refuse('idempotency-key-in-flight')
  }
  const [standing] = (await readStandings(deps.P, work, [request])) as [Standing]
  const { tender } = standing
  if (!tender) refuse('not-found')
  const kept = keptReply(standing.kept, request)
  if (kept) return kept

  const judged: Judged =
    'broken' in body
      ? { reasons: body.broken, act: null, fresh: null, envelopes: [] }
      : await judgeAct(deps.P, tender, standing, request, body)
  const act = judged.reasons.length === 0 ? judged.act : null
  const [saved] = (await saveActs(work, [
    { tender: params.no, act, fresh: judged.fresh, keysetsBy: tender.keysetsBy },
  ])) as [Saved]
  if (saved.id === null) {
    const repeated: Reason[] = saved.used ? [{ code: 'commitment-repeated', facts: {} }] : []
    const shut: Reason[] = saved.excluded ? [{ code: 'excluded', facts: {} }] : []
    const stale: Reason[] = saved.outdated
      ? [{ code: 'wrong-keyset', facts: { kind: 'price' }, at: '/envelopes/price' }]
      : []
    const reasons = [...closedReasons(saved), ...judged.reasons, ...repeated, ...shut, ...stale]
    return refuseAct(deps, work, request, reasons, saved, 'jws' in body ? body.jws : null)
  }
  const completed = await completion(deps, request, judged, saved)
  await completeActs(work, [completed])
  return answerOf(completed)
}
