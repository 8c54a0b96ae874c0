// What does a bidder get whose act is refused? The server's signature under every reason, and an entry in the log.
import { bidAct, bidReceipt } from '../../../db/schema/bids.ts'
import { millisZ } from '../../domain/kit/time.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { b64u, utf8 } from '../../proof/bytes.ts'
import { signJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Work } from '../db.ts'
import { append, appendSealed } from '../log/append.ts'
import { problemBody } from '../problem.ts'
import { type Deps, Verbatim } from '../serve.ts'
import type { Saved } from './bid-store.ts'
import { keepReply, replyType } from './requests.ts'

export type BidRequest = {
  tender: string
  bidder: string
  account: string
  key: string
  /** SHA-256 of the body as it came, byte for byte. */
  fingerprint: Uint8Array
  instance: string
}

/** Logs that a statement came too late. The entry's time is the verdict's, not that at which the request began to wait. */
async function logLate({ P }: Deps, work: Work, tender: string, jws: string, clock: Saved, reasons: string[]) {
  const then: Work = { ...work, now: { date: clock.atDate, text: clock.at } }
  const h = b64u(P.sha256(utf8(jws)))
  const payload = { typ: 'late/1', tender, lot: '1', h, at: clock.at, reasons, acts: [], newDeadline: null }
  await append(P, then, { typ: payload.typ, org: '-', ref: tender, by: '-', payload })
}

/** Logs a refusal blinded, as a bid would be: nobody can tell from the log that there was one. */
async function logBlinded({ P }: Deps, work: Work, request: BidRequest, refused: string, salt: Uint8Array, at: Date) {
  const { tender, bidder, account } = request
  const c = commitment(P, salt, refused)
  const kept = { tender, bidder, account, kind: 'refusal', seq: null, jws: refused, salt: b64u(salt), c, at }
  const rows = await work.tx.insert(bidAct).values(kept).returning({ id: bidAct.id })
  await work.tx.insert(bidReceipt).values({ act: (rows[0] as { id: number }).id, received: refused })
  await appendSealed(work, tender, c)
}

/** The server's signature under a refusal of these bytes. */
const signedRefusal = ({ P, keys }: Deps, { tender, fingerprint }: BidRequest, reasons: string[], at: string) =>
  signJws(P, keys.receipts, { typ: 'refused/1', tender, h: b64u(fingerprint), at, reasons })

/**
 * Signs a refusal for which there is no place: its key is another request's, or was given up. Neither kept nor logged, it is no less
 * the server's word that these bytes were refused then.
 */
export async function refuseUnderKey(
  deps: Deps,
  { now }: Work,
  request: BidRequest,
  reasons: Reason[],
): Promise<Verbatim> {
  const body = problemBody(reasons, request.instance)
  const codes = reasons.map((reason) => reason.code)
  const refused = await signedRefusal(deps, request, codes, millisZ(now.date.getTime()))
  return new Verbatim(JSON.stringify({ ...body, refused }), replyType(body.status), body.status)
}

/**
 * Signs and keeps a refusal. While the tender takes bids it enters the log blinded; after the deadline nothing sealed may
 * enter any more, and what names a statement (`jws`) gets an open `late/1` entry with its hash. The body is not kept.
 */
export async function refuseAct(
  deps: Deps,
  work: Work,
  request: BidRequest,
  reasons: Reason[],
  clock: Saved,
  jws: string | null,
): Promise<Verbatim> {
  const { P } = deps
  const { tender, bidder, key, fingerprint } = request
  const codes = reasons.map((reason) => reason.code)
  const refused = await signedRefusal(deps, request, codes, clock.at)
  const salt = P.random(32)
  if (!codes.includes('late')) {
    if (clock.state === 'published') await logBlinded(deps, work, request, refused, salt, clock.atDate)
  } else if (jws !== null) await logLate(deps, work, tender, jws, clock, codes)
  const body = problemBody(reasons, request.instance)
  const reply = JSON.stringify({ ...body, refused, salt: b64u(salt) })
  const { status } = body
  return keepReply(work, { tender, bidder, key, fingerprint }, { outcome: 'refused', status, reply })
}
