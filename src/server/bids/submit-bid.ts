// How does a sealed bid come in, replace another or go out again? load → ask → save → append, in one transaction.
import type { Express } from 'express'
import { requestKey, submitBid, withdrawBid } from '../../api/bids.ts'
import { maySubmitBid, mayWithdrawBid, type SeenEnvelope } from '../../domain/bids/submission.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { b64u, FormatError, fromB64u, utf8 } from '../../proof/bytes.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { readJws, signJws, verifyJws } from '../../proof/jws.ts'
import { type Keyset, keysetId } from '../../proof/keyset.ts'
import { commitment } from '../../proof/leaf.ts'
import { readEnvelope } from '../../proof/seal.ts'
import type { Work } from '../db.ts'
import { known } from '../people/caller.ts'
import { refuse } from '../problem.ts'
import { type Broken, type Context, type Deps, serve, Verbatim } from '../serve.ts'
import {
  type BidTender,
  completeAct,
  type Fresh,
  type NewAct,
  type NewEnvelope,
  readStanding,
  type Saved,
  type Standing,
  saveAct,
} from './bid-store.ts'
import { type BidRequest, refuseAct } from './refusal.ts'
import { keptReply, replyRow, replyType, takeTurn } from './requests.ts'

type Seen = { kind: 'technical' | 'price'; bytes: Uint8Array; eid: string; keyset: Keyset; seen: SeenEnvelope }

/** A sealed act that was judged: what would be saved, what of it must be fresh, and every reason against it. */
type Judged = { reasons: Reason[]; act: NewAct | null; fresh: Fresh | null; envelopes: NewEnvelope[] }

function look(deps: Deps, kind: Seen['kind'], text: string, keyset: Keyset): Seen {
  const bytes = utf8(text)
  const eid = b64u(deps.P.sha256(bytes))
  return { kind, bytes, eid, keyset, seen: { eid, ...readEnvelope(deps.P, bytes, keyset) } }
}

type Statement = { payload: JsonObject } | { reason: Reason }

/** The signed statement, if an own key in force made it. */
async function statement(deps: Deps, keys: Standing['keys'], jws: string, typ: string): Promise<Statement> {
  if (keys.size === 0) return { reason: { code: 'no-key', facts: {} } }
  try {
    const jwk = keys.get(readJws(jws).header.kid)
    const verified = jwk ? await verifyJws(deps.P, jws, jwk, typ) : null
    if (verified) return { payload: verified.payload }
  } catch (err) {
    if (!(err instanceof FormatError)) throw err
  }
  return { reason: { code: 'bad-signature', facts: { what: typ }, at: '/jws' } }
}

async function judge(
  deps: Deps,
  tender: BidTender,
  { keys, facts }: Standing,
  request: BidRequest,
  body: Parsed,
): Promise<Judged> {
  const { P } = deps
  const typ = body.envelopes ? 'submission/1' : 'withdrawal/1'
  const stated = await statement(deps, keys, body.jws, typ)
  const seen = body.envelopes
    ? (['technical', 'price'] as const).map((kind) =>
        look(deps, kind, (body.envelopes as { technical: string; price: string })[kind], tender.keysets[kind]),
      )
    : []
  const [technical, price] = seen
  if ('reason' in stated) {
    const faults =
      technical && price ? maySubmitBid({}, { technical: technical.seen, price: price.seen }, '', NOBODY) : []
    return {
      reasons: [stated.reason, ...faults.filter((fault) => fault.at?.startsWith('/envelopes'))],
      act: null,
      fresh: null,
      envelopes: [],
    }
  }
  const reasons =
    technical && price
      ? maySubmitBid(stated.payload, { technical: technical.seen, price: price.seen }, tender.no, facts)
      : mayWithdrawBid(stated.payload, tender.no, facts)
  const c = commitment(P, fromB64u(body.salt), body.jws)
  const envelopes = seen.flatMap(({ kind, eid, bytes, keyset, seen: e }): NewEnvelope[] =>
    'kc' in e ? [{ kind, eid, bytes, ks: b64u(keysetId(P, keyset)), kc: e.kc, epks: e.epks }] : [],
  )
  return {
    reasons,
    envelopes,
    fresh: {
      c,
      kcs: envelopes.map((e) => e.kc),
      epks: envelopes.flatMap((e) => e.epks.map((epk) => ({ ks: e.ks, epk }))),
    },
    act: {
      bidder: request.bidder,
      account: request.account,
      kind: body.envelopes ? 'submission' : 'withdrawal',
      seq: facts.nextSeq,
      jws: body.jws,
      salt: body.salt,
      c,
      eidTechnical: technical?.eid ?? null,
      eidPrice: price?.eid ?? null,
    },
  }
}

/** Why the tender took nothing at the moment of the verdict; none when it would have. */
function closedReasons({ state, late, deadline, at }: Saved): Reason[] {
  if (state === 'cancelled') return [{ code: 'not-open', facts: {} }]
  if (late) return [{ code: 'late', facts: { deadline, at } }]
  return state === 'published' ? [] : [{ code: 'not-open', facts: {} }]
}

const NOBODY = { bidder: '', nextSeq: 0, current: null }

type Parsed = { jws: string; salt: string; envelopes?: { technical: string; price: string } }

async function take(
  context: Context<typeof submitBid> | Context<typeof withdrawBid>,
  body: Parsed | Broken,
): Promise<Verbatim> {
  const { deps, params, raw, caller, req, res, tx, now } = context
  const work: Work = { tx, now }
  const { account, org } = known(caller)
  const key = requestKey.safeParse(req.headers['idempotency-key'])
  if (!key.success) refuse('idempotency-key-missing')
  const request: BidRequest = {
    tender: params.no,
    bidder: org,
    account,
    key: key.data,
    fingerprint: deps.P.sha256(raw),
    instance: String(res.locals.requestId),
  }
  await takeTurn(work, request)
  const standing = await readStanding(deps.P, work, request)
  const { tender } = standing
  if (!tender) refuse('not-found')
  const kept = keptReply(standing.kept, request)
  if (kept) return kept

  const judged: Judged =
    'broken' in body
      ? { reasons: body.broken, act: null, fresh: null, envelopes: [] }
      : await judge(deps, tender, standing, request, body)
  const saved = await saveAct(work, params.no, judged.reasons.length === 0 ? judged.act : null, judged.fresh)
  if (saved.id === null || !judged.act) {
    const repeated: Reason[] = saved.used ? [{ code: 'commitment-repeated', facts: {} }] : []
    const shut: Reason[] = saved.excluded ? [{ code: 'excluded', facts: {} }] : []
    const reasons = [...closedReasons(saved), ...judged.reasons, ...repeated, ...shut]
    return refuseAct(deps, work, request, reasons, saved, 'jws' in body ? body.jws : null)
  }
  const eids: JsonObject = judged.act.eidTechnical
    ? { technical: judged.act.eidTechnical, price: judged.act.eidPrice as string }
    : {}
  const receipt = await signJws(deps.P, deps.keys.receipts, {
    typ: 'received/1',
    tender: params.no,
    c: judged.act.c,
    eids,
    at: saved.at,
  })
  const reply = { outcome: 'receipt', status: 201, reply: JSON.stringify({ receipt }) } as const
  const act = { id: saved.id, tender: params.no, bidder: org, c: judged.act.c, received: receipt }
  await completeAct(work, { ...act, envelopes: judged.envelopes }, replyRow(work, request, reply))
  return new Verbatim(reply.reply, replyType(reply.status), reply.status)
}

export function serveBids(app: Express, deps: Deps): void {
  const mode = { lenient: true, again: true }
  serve(app, deps, submitBid, (context) => take(context, context.body), mode)
  serve(app, deps, withdrawBid, (context) => take(context, context.body), mode)
}
