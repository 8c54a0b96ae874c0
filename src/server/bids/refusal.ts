// What does a bidder get whose act is refused? The server's signature under every reason, and an entry in the log.
import { bidAct } from '../../../db/schema/bids.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { b64u, utf8 } from '../../proof/bytes.ts'
import { signJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Work } from '../db.ts'
import { append, appendSealed } from '../log/append.ts'
import { problemBody } from '../problem.ts'
import type { Deps, Verbatim } from '../serve.ts'
import type { Saved } from './bid-store.ts'
import { keepReply } from './requests.ts'

export type BidRequest = {
  tender: string
  bidder: string
  account: string
  key: string
  fingerprint: Uint8Array
  raw: Uint8Array
  instance: string
}

/**
 * Signs and keeps a refusal. While the tender takes bids it enters the log blinded, like a bid; after the deadline as an open
 * `late/1` entry with the hash of what came. The body itself is not kept.
 */
export async function refuseAct(
  deps: Deps,
  work: Work,
  request: BidRequest,
  reasons: Reason[],
  clock: Saved,
  late: { jws: string } | null,
): Promise<Verbatim> {
  const { P, keys } = deps
  const codes = reasons.map((reason) => reason.code)
  const refused = await signJws(P, keys.receipts, {
    typ: 'refused/1',
    tender: request.tender,
    h: b64u(P.sha256(request.raw)),
    at: clock.at,
    reasons: codes,
  })
  const salt = P.random(32)
  if (late) {
    await append(P, work, {
      typ: 'late/1',
      org: '-',
      ref: request.tender,
      by: '-',
      payload: {
        typ: 'late/1',
        tender: request.tender,
        lot: '1',
        h: b64u(P.sha256(utf8(late.jws))),
        at: clock.at,
        reasons: codes,
        acts: [],
        newDeadline: null,
      },
    })
  } else if (clock.state === 'published') {
    const c = commitment(P, salt, refused)
    await work.tx.insert(bidAct).values({
      tender: request.tender,
      bidder: request.bidder,
      account: request.account,
      kind: 'refusal',
      seq: null,
      jws: refused,
      salt: b64u(salt),
      c,
      received: refused,
      at: clock.atDate,
    })
    await appendSealed(work, request.tender, c)
  }
  const body = problemBody(reasons, request.instance)
  const { tender, bidder, key, fingerprint } = request
  return keepReply(
    work,
    { tender, bidder, key, fingerprint },
    'refused',
    body.status,
    JSON.stringify({ ...body, refused, salt: b64u(salt) }),
  )
}
