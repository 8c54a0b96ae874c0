// Which requests mend what was dropped or lost: a bid that the closing list lacks, an envelope whose bytes are gone?
import { z } from 'zod'
import { b64u32, compactJws, endpoint, params } from './endpoint.ts'

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
