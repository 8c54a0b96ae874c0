// What speaks against a sealed act, but for the clock and what others have used?
import { maySubmitBid, mayWithdrawBid, type SeenEnvelope } from '../../domain/bids/submission.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { b64u, FormatError, fromB64u, utf8 } from '../../proof/bytes.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { type Keyset, keysetId } from '../../proof/keyset.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { readEnvelope } from '../../proof/seal.ts'
import type { BidTender, Fresh, NewAct, NewEnvelope, Standing } from './bid-store.ts'

/** A submission; without envelopes, a withdrawal. */
export type Parsed = { jws: string; salt: string; envelopes?: { technical?: string | undefined; price: string } }

type Seen = { kind: 'technical' | 'price'; bytes: Uint8Array; eid: string; keyset: Keyset; seen: SeenEnvelope }

/** A sealed act that was judged: what would be saved, what of it must be fresh, and every reason against it. */
export type Judged = { reasons: Reason[]; act: NewAct | null; fresh: Fresh | null; envelopes: NewEnvelope[] }

function look(P: Primitives, kind: Seen['kind'], text: string, keyset: Keyset): Seen {
  const bytes = utf8(text)
  const eid = b64u(P.sha256(bytes))
  return { kind, bytes, eid, keyset, seen: { eid, ...readEnvelope(P, bytes, keyset) } }
}

/** The envelopes that the tender asks for, as far as they came. */
const lookAt = (P: Primitives, { keysets }: BidTender, files: NonNullable<Parsed['envelopes']>): Seen[] =>
  (['technical', 'price'] as const).flatMap((kind) => {
    const [text, keyset] = [files[kind], keysets[kind]]
    return text === undefined || keyset === null ? [] : [look(P, kind, text, keyset)]
  })

type Statement = { payload: JsonObject } | { reason: Reason }

/** The signed statement, if an own key in force made it. */
async function statement(P: Primitives, keys: Standing['keys'], jws: string, typ: string): Promise<Statement> {
  if (keys.size === 0) return { reason: { code: 'no-key', facts: {} } }
  try {
    const jwk = keys.get(readJws(jws).header.kid)
    const verified = jwk ? await verifyJws(P, jws, jwk, typ) : null
    if (verified) return { payload: verified.payload }
  } catch (err) {
    if (!(err instanceof FormatError)) throw err
  }
  return { reason: { code: 'bad-signature', facts: { what: typ }, at: '/jws' } }
}

const NOBODY = { bidder: '', nextSeq: 0, current: null, stored: {} }

/** Judges a sealed act by the signature under it, its form, and the acts of its bidder before it: every reason at once. */
export async function judgeAct(
  P: Primitives,
  tender: BidTender,
  { keys, facts }: Pick<Standing, 'keys' | 'facts'>,
  by: { bidder: string; account: string },
  body: Parsed,
): Promise<Judged> {
  const typ = body.envelopes ? 'submission/1' : 'withdrawal/1'
  const stated = await statement(P, keys, body.jws, typ)
  const seen = body.envelopes ? lookAt(P, tender, body.envelopes) : []
  const technical = seen.find((one) => one.kind === 'technical')
  const price = seen.find((one) => one.kind === 'price')
  const envelopesSeen = price && { price: price.seen, ...(technical && { technical: technical.seen }) }
  // An envelope that this tender has not is in none of its keysets.
  const unasked: Reason[] =
    body.envelopes && (body.envelopes.technical !== undefined) !== (tender.keysets.technical !== null)
      ? [{ code: 'submission-mismatch', facts: { field: 'envelopes.technical' }, at: '/envelopes/technical' }]
      : []
  if ('reason' in stated) {
    const faults = envelopesSeen ? maySubmitBid({}, envelopesSeen, '', NOBODY) : []
    return {
      reasons: [stated.reason, ...unasked, ...faults.filter((fault) => fault.at?.startsWith('/envelopes'))],
      act: null,
      fresh: null,
      envelopes: [],
    }
  }
  const reasons = envelopesSeen
    ? [...unasked, ...maySubmitBid(stated.payload, envelopesSeen, tender.no, facts)]
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
      bidder: by.bidder,
      account: by.account,
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
