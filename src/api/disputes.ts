// Which requests mend what was dropped or lost: a bid that the closing list lacks, an envelope whose bytes are gone, too many custodians?
import { z } from 'zod'
import { b64u32, compactJws, endpoint, id, legalTime, params } from './endpoint.ts'

const file = z.string().max(3_000_000)

export const proveDrop = endpoint({
  id: 'proveDrop',
  method: 'post',
  path: '/api/v1/tenders/:no/dropped',
  power: 'bid.prove',
  summary:
    'Prove by the server’s own receipt that an act of one’s own is not on the closing list. Before the opening it is put back by an incident; later, or when it never was in the log, the proof is put on record.',
  params: params.tender,
  body: z.strictObject({
    /** The bidder’s signed statement, the salt of its entry, the server’s `received/1`. */
    jws: compactJws,
    salt: b64u32,
    received: compactJws,
    /** The envelope files of a submission; null for a withdrawal. */
    envelopes: z.strictObject({ technical: file.optional(), price: file }).nullable(),
  }),
  bodyLimit: 4_194_304,
  reply: { status: 201, body: z.strictObject({ outcome: z.enum(['put back', 'recorded']) }) },
  refusals: ['receipt-invalid', 'not-dropped', 'envelope-differs', 'bad-signature', 'wrong-state', 'not-found'],
})

export const restoreEnvelope = endpoint({
  id: 'restoreEnvelope',
  method: 'put',
  path: '/api/v1/tenders/:no/envelopes/:eid',
  power: 'envelope.restore',
  summary:
    'Bring back the bytes of an envelope that the service has lost: exactly those that were committed, and no others. Its bidder may from the close on, everybody from the opening on.',
  params: z.strictObject({ ...params.tender.shape, eid: b64u32 }),
  body: z.strictObject({ envelope: file }),
  bodyLimit: 3_200_000,
  reply: { status: 201, body: z.strictObject({ restored: z.literal(true) }) },
  refusals: ['envelope-differs', 'envelope-unknown', 'envelope-whole', 'wrong-state', 'not-found'],
})

const byKind = z.record(z.string(), z.unknown())
const pair = z.strictObject({ technical: compactJws.optional(), price: compactJws.optional() })

/** Why an order to seal again is refused, whether it is proposed or signed. */
const unfitOrders = [
  'wrong-state',
  'rekey-ordered',
  'custodians-enough',
  'custodians-unfit',
  'rekey-too-short',
  'statement-missing',
  'forbidden',
  'not-found',
] as const

export const proposeRekey = endpoint({
  id: 'proposeRekey',
  method: 'get',
  path: '/api/v1/tenders/:no/rekey/proposal',
  power: 'rekey.order',
  summary:
    'What an overseer signs to have all bidders seal again: the incident and a keyset for each kind that is still shut, with fresh keys of the custodians named.',
  params: params.tender,
  query: z.strictObject({
    /** Ids, separated by commas; without any, all that have keys. */
    custodians: z.string().max(2000).default(''),
    until: legalTime,
    statement: z.string().max(2000),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      incident: byKind,
      keysets: z.strictObject({ technical: byKind.optional(), price: byKind.optional() }),
    }),
  },
  refusals: unfitOrders,
})

export const orderRekey = endpoint({
  id: 'orderRekey',
  method: 'post',
  path: '/api/v1/tenders/:no/rekey',
  power: 'rekey.order',
  summary:
    'An overseer has all bidders seal the seeds of their bids to other custodians, after too many had failed. Prices cannot change by it.',
  params: params.tender,
  body: z.strictObject({
    custodians: z.array(id).max(16),
    until: legalTime,
    statement: z.string().max(2000),
    /** `incident/1` and `keyset/1` exactly as proposed, signed. */
    jws: compactJws,
    keysets: pair,
  }),
  reply: { status: 201, body: z.strictObject({ asked: z.number().int() }) },
  refusals: [...unfitOrders, 'no-key', 'bad-signature', 'act-mismatch'],
})

export const readRekey = endpoint({
  id: 'readRekey',
  method: 'get',
  path: '/api/v1/tenders/:no/rekey',
  power: 'read.public',
  summary: 'Were bidders told to seal again, until when, and how many have? Null when they were not.',
  params: params.tender,
  reply: {
    status: 200,
    body: z.strictObject({
      rekey: z
        .strictObject({
          until: legalTime,
          statement: z.string(),
          kinds: z.array(z.enum(['technical', 'price'])),
          bids: z.number().int(),
          answers: z.number().int(),
          /** Of the caller’s own organisation. */
          own: z.enum(['no bid', 'asked', 'answered', 'too late']),
        })
        .nullable(),
    }),
  },
  refusals: ['not-found'],
})

export const answerRekey = endpoint({
  id: 'answerRekey',
  method: 'post',
  path: '/api/v1/tenders/:no/rekey/answer',
  power: 'bid.rekey',
  summary: 'A bidder seals the seeds of its envelopes again: `rekey/1` over the new envelopes, which go with it.',
  params: params.tender,
  body: z.strictObject({
    jws: compactJws,
    envelopes: z.strictObject({
      technical: z.string().max(65_536).optional(),
      price: z.string().max(65_536).optional(),
    }),
  }),
  bodyLimit: 250_000,
  reply: { status: 201, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: [
    'rekey-none',
    'rekey-over',
    'rekey-answered',
    'envelope-invalid',
    'no-key',
    'bad-signature',
    'act-mismatch',
    'not-found',
  ],
})
