// How does a bidder take part in an auction that is under way? Everybody else follows it by its entries in the log.
import { z } from 'zod'
import { b64u32, compactJws, endpoint, params, SIGNING } from './endpoint.ts'

const price = z.string().max(24)

const auctionView = z.strictObject({
  /** The bidder’s own number: nobody else learns it before the end. */
  seat: z.number().int(),
  seats: z.number().int(),
  begins: z.string(),
  round: z.number().int(),
  rounds: z.number().int(),
  /** Half-open: a bid at this moment is late. A bid near it moves it. */
  ends: z.string(),
  /** `waiting` before the first round, `open`, `over` after the last. */
  state: z.enum(['waiting', 'open', 'over']),
  lowest: price,
  /** The bidder’s own last price; null while it has none. */
  own: price.nullable(),
  /** One more than stand lower for certain; null while the bidder has no price. Equal prices share a rank. */
  rank: z.number().int().nullable(),
  /** A bid is at most this; null when nothing is low enough. */
  most: price.nullable(),
  step: price,
  bids: z.array(
    z.strictObject({
      n: z.number().int(),
      round: z.number().int(),
      seat: z.number().int(),
      amount: price,
      at: z.string(),
    }),
  ),
  /** The database’s clock, which decides. */
  now: z.string(),
})
export type AuctionView = z.output<typeof auctionView>

export const readAuction = endpoint({
  id: 'readAuction',
  method: 'get',
  path: '/api/v1/tenders/:no/auction',
  power: 'auction.own',
  summary:
    'Where an auction stands for one of its bidders: own number and rank, the lowest price, what may be bid next, and until when. The newest hundred bids, the newest first.',
  params: params.tender,
  reply: { status: 200, body: auctionView },
  refusals: ['no-auction', 'auction-not-seated', 'not-found', 'forbidden'],
})

export const bidInAuction = endpoint({
  id: 'bidInAuction',
  method: 'post',
  path: '/api/v1/tenders/:no/auction/bids',
  power: 'auction.bid',
  summary:
    'Bid in the round that is open, below the lowest price by the rule’s step at least. Public at once under the bidder’s number; the same signed bid sent again has the same answer.',
  params: params.tender,
  /** `jws` signs `auction.offer/1` with number and amount; `salt` hides it in the log until the end. */
  body: z.strictObject({ jws: compactJws, salt: b64u32 }),
  reply: {
    status: 201,
    body: z.strictObject({ n: z.number().int(), round: z.number().int(), at: z.string(), c: b64u32 }),
  },
  refusals: [
    'no-auction',
    'auction-not-seated',
    'auction-not-open',
    'auction-bid-malformed',
    'auction-not-low-enough',
    ...SIGNING,
    'not-found',
    'forbidden',
  ],
})
