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
import { appendSealed } from '../log/append.ts'
import { known } from '../people/caller.ts'
import { refuse } from '../problem.ts'
import { type Broken, type Context, type Deps, serve, type Verbatim } from '../serve.ts'
import {
  type BidTender,
  bidderFacts,
  keepReceipt,
  keysOf,
  loadTenderForBidding,
  lockBidder,
  type NewAct,
  type Saved,
  saveAct,
  saveEnvelopes,
  usedBefore,
} from './bid-store.ts'
import { type BidRequest, refuseAct } from './refusal.ts'
import { beginRequest, keepReply } from './requests.ts'

type Seen = { kind: 'technical' | 'price'; text: string; eid: string; keyset: Keyset; seen: SeenEnvelope }

/** A sealed act that was judged: what would be saved, or every reason against it. */
type Judged = { reasons: Reason[]; act: NewAct | null; envelopes: Seen[] }

function look(deps: Deps, kind: Seen['kind'], text: string, keyset: Keyset): Seen {
  const bytes = utf8(text)
  const eid = b64u(deps.P.sha256(bytes))
  return { kind, text, eid, keyset, seen: { eid, ...readEnvelope(deps.P, bytes, keyset) } }
}

type Statement = { payload: JsonObject } | { reason: Reason }

/** The signed statement, if an own key in force made it. */
async function statement(deps: Deps, work: Work, bidder: string, jws: string, typ: string): Promise<Statement> {
  const keys = await keysOf(work, bidder)
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

async function judge(deps: Deps, work: Work, tender: BidTender, request: BidRequest, body: Parsed): Promise<Judged> {
  const { P } = deps
  const typ = body.envelopes ? 'submission/1' : 'withdrawal/1'
  const stated = await statement(deps, work, request.bidder, body.jws, typ)
  const envelopes = body.envelopes
    ? (['technical', 'price'] as const).map((kind) =>
        look(deps, kind, (body.envelopes as { technical: string; price: string })[kind], tender.keysets[kind]),
      )
    : []
  const [technical, price] = envelopes
  if ('reason' in stated) {
    const faults =
      technical && price ? maySubmitBid({}, { technical: technical.seen, price: price.seen }, '', NOBODY) : []
    return {
      reasons: [stated.reason, ...faults.filter((fault) => fault.at?.startsWith('/envelopes'))],
      act: null,
      envelopes,
    }
  }
  const facts = await bidderFacts(work, tender.no, request.bidder)
  const reasons =
    technical && price
      ? maySubmitBid(stated.payload, { technical: technical.seen, price: price.seen }, tender.no, facts)
      : mayWithdrawBid(stated.payload, tender.no, facts)
  const c = commitment(P, fromB64u(body.salt), body.jws)
  const whole = envelopes.flatMap((e) => ('kc' in e.seen ? [{ ks: b64u(keysetId(P, e.keyset)), ...e.seen }] : []))
  const used = await usedBefore(work, {
    c,
    kcs: whole.map((e) => e.kc),
    epks: whole.flatMap((e) => e.epks.map((epk) => ({ ks: e.ks, epk }))),
  })
  if (used) reasons.push({ code: 'commitment-repeated', facts: {} })
  return {
    reasons,
    envelopes,
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
  const tender = await loadTenderForBidding(deps.P, work, params.no)
  if (!tender) refuse('not-found')
  const request: BidRequest = {
    tender: params.no,
    bidder: org,
    account,
    key: key.data,
    fingerprint: deps.P.sha256(raw),
    raw,
    instance: String(res.locals.requestId),
  }
  const kept = await beginRequest(work, request)
  if (kept) return kept
  await lockBidder(work, params.no, org)

  const judged: Judged =
    'broken' in body
      ? { reasons: body.broken, act: null, envelopes: [] }
      : await judge(deps, work, tender, request, body)
  const saved = await saveAct(work, params.no, judged.reasons.length === 0 ? judged.act : null)
  if (saved.id === null || !judged.act) {
    const reasons = [...closedReasons(saved), ...judged.reasons]
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
  await keepReceipt(work, saved.id, receipt)
  if (judged.envelopes.length > 0) {
    await saveEnvelopes(
      work,
      params.no,
      org,
      judged.envelopes.map((e) => {
        if (!('kc' in e.seen)) throw new Error('a refused envelope was accepted')
        return {
          kind: e.kind,
          eid: e.eid,
          kc: e.seen.kc,
          ks: b64u(keysetId(deps.P, e.keyset)),
          epks: e.seen.epks,
          text: e.text,
        }
      }),
    )
  }
  await appendSealed(work, params.no, judged.act.c)
  const { bidder, fingerprint } = request
  return keepReply(
    work,
    { tender: params.no, bidder, key: key.data, fingerprint },
    'receipt',
    201,
    JSON.stringify({ receipt }),
  )
}

export function serveBids(app: Express, deps: Deps): void {
  const mode = { lenient: true, again: true }
  serve(app, deps, submitBid, (context) => take(context, context.body), mode)
  serve(app, deps, withdrawBid, (context) => take(context, context.body), mode)
}
