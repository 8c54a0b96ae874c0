// Which requests are about sealed bids: submitting, replacing, withdrawing, asking for the outcome?
import { z } from 'zod'
import { b64u32, compactJws, endpoint, exactTime, params, tenderNo } from './endpoint.ts'

export const requestKey = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, '16 to 64 characters of A-Z a-z 0-9 - _')
const headers = z.object({ 'idempotency-key': requestKey })
const receipt = z.strictObject({ receipt: compactJws })

/** A submission: the signed statement, the salt of its leaf, and the envelope files as text; where price alone is handed in, that one. */
export const bidBody = z.strictObject({
  jws: compactJws,
  salt: b64u32,
  envelopes: z.strictObject({ technical: z.string().max(3_000_000).optional(), price: z.string().max(3_000_000) }),
})
export const withdrawalBody = z.strictObject({ jws: compactJws, salt: b64u32 })

const refusals = [
  'idempotency-key-missing',
  'idempotency-key-reused',
  'idempotency-key-in-flight',
  'idempotency-key-void',
  'late',
  'not-open',
  'bad-signature',
  'no-key',
  'submission-mismatch',
  'wrong-seq',
  'not-found',
] as const

export const submitBid = endpoint({
  id: 'submitBid',
  method: 'post',
  path: '/api/v1/tenders/:no/bids',
  power: 'bid.submit',
  summary: 'Submit or replace a sealed bid. The reply is a receipt signed by the server; a refusal is signed too.',
  params: params.tender,
  headers,
  body: bidBody,
  bodyLimit: 4_194_304,
  reply: { status: 201, body: receipt },
  refusals: [
    ...refusals,
    'wrong-keyset',
    'wrong-size',
    'envelope-invalid',
    'commitment-repeated',
    'excluded',
    'file-missing',
  ],
})

export const withdrawBid = endpoint({
  id: 'withdrawBid',
  method: 'post',
  path: '/api/v1/tenders/:no/withdrawals',
  power: 'bid.submit',
  summary: 'Withdraw one’s bid until the deadline. What stood in the log stays there, blinded.',
  params: params.tender,
  headers,
  body: withdrawalBody,
  reply: { status: 201, body: receipt },
  refusals: [...refusals, 'nothing-to-withdraw', 'commitment-repeated'],
})

export const readOutcome = endpoint({
  id: 'readOutcome',
  method: 'get',
  path: '/api/v1/tenders/:no/submissions/:key',
  power: 'bid.own',
  summary:
    'What became of a request whose answer was lost? The answer never changes: asking for a key under which nothing came voids the key.',
  params: z.strictObject({ ...params.tender.shape, key: requestKey }),
  reply: {
    status: 200,
    body: z.strictObject({
      outcome: z.enum(['receipt', 'refused', 'not received']),
      status: z.number().int(),
      reply: z.record(z.string(), z.unknown()).nullable(),
    }),
  },
  refusals: ['not-found', 'idempotency-key-in-flight'],
})

export const readOwnBids = endpoint({
  id: 'readOwnBids',
  method: 'get',
  path: '/api/v1/tenders/:no/bids/mine',
  power: 'bid.own',
  summary: 'The acts of one’s own organisation for this tender: which counts, what number comes next.',
  params: params.tender,
  reply: {
    status: 200,
    body: z.strictObject({
      acts: z.array(
        z.strictObject({
          seq: z.number().int(),
          kind: z.enum(['submission', 'withdrawal']),
          c: b64u32,
          at: exactTime,
          receipt: compactJws,
          /** Index in the log; null until the sequencer has given it. */
          index: z.number().int().nullable(),
          counts: z.boolean(),
          /** It would count, but was sealed to keys that others have taken the place of: it is to be handed in again. */
          outdated: z.boolean(),
          /** Envelopes of it whose bytes the service no longer has as they were sealed. */
          lost: z.array(z.enum(['technical', 'price'])),
        }),
      ),
      /** Why acts are outdated: the rule was changed, or custodians were replaced; null where nothing was. */
      replaced: z.enum(['rule', 'custodians']).nullable(),
      nextSeq: z.number().int(),
      /** Commitment of the act that a replacement or withdrawal names. */
      current: b64u32.nullable(),
    }),
  },
  refusals: ['not-found'],
})

export const listOwnBids = endpoint({
  id: 'listOwnBids',
  method: 'get',
  path: '/api/v1/bids/mine',
  power: 'bid.own',
  summary: 'The tenders in which the own organisation has acted: what stands, and since when.',
  reply: {
    status: 200,
    body: z.strictObject({
      bids: z.array(
        z.strictObject({
          tender: tenderNo,
          acts: z.number().int(),
          /** What the newest act leaves: a bid, or none. */
          stands: z.enum(['submission', 'withdrawal']),
          at: exactTime,
        }),
      ),
    }),
  },
  refusals: [],
})

export const listReceipts = endpoint({
  id: 'listReceipts',
  method: 'get',
  path: '/api/v1/receipts',
  power: 'bid.own',
  summary:
    'What the own organisation handed in sealed, bid in auctions or asked, in any tender, and what of it was refused: the newest thousand, each with its receipt number.',
  reply: {
    status: 200,
    body: z.strictObject({
      acts: z.array(
        z.strictObject({
          tender: tenderNo,
          kind: z.enum(['submission', 'withdrawal', 'refusal', 'auction', 'question']),
          /** Of a submission or withdrawal; null for others. */
          seq: z.number().int().nullable(),
          c: b64u32,
          at: exactTime,
        }),
      ),
    }),
  },
  refusals: [],
})

export const readProof = endpoint({
  id: 'readProof',
  method: 'get',
  path: '/api/v1/proofs/:c',
  power: 'read.public',
  summary:
    'The receipt file (tlog-proof) of a blinded entry; its own bidder also gets salt, statement and receipt in it.',
  params: z.strictObject({ c: b64u32 }),
  reply: { status: 200, body: 'text/plain; charset=utf-8' },
  refusals: ['not-found'],
})
