// Which requests are about objections to a result?
import { z } from 'zod'
import { OBJECTION_GROUNDS, OBJECTION_OUTCOMES } from '../domain/tenders/objections.ts'
import { b64u32, compactJws, endpoint, params, SIGNING, tenderNo } from './endpoint.ts'

const reasons = z.string().max(16_000)

export const lodgeComplaint = endpoint({
  id: 'lodgeComplaint',
  method: 'post',
  path: '/api/v1/tenders/:no/complaints',
  power: 'complaint.lodge',
  summary:
    'Object to the result of a tender that the own firm bid in, in public and signed. Nobody can award it until a body of oversight has decided.',
  params: params.tender,
  /** `jws` signs `complaint/1`: this ground and these reasons. */
  body: z.strictObject({ ground: z.enum(OBJECTION_GROUNDS), reasons, jws: compactJws }),
  /** `c` is its number: the hash of what was signed. */
  reply: { status: 201, body: z.strictObject({ c: b64u32 }) },
  refusals: [
    'wrong-state',
    'no-overseer',
    'not-a-bidder',
    'objection-lodged',
    'text-short',
    'text-long',
    ...SIGNING,
    'not-found',
  ],
})

export const decideComplaint = endpoint({
  id: 'decideComplaint',
  method: 'post',
  path: '/api/v1/tenders/:no/complaints/:c/decision',
  power: 'complaint.decide',
  summary:
    'Decide about an objection, in public and signed, for a body of oversight that the notice names. One that is upheld ends this result: it is never awarded.',
  params: z.strictObject({ no: tenderNo, c: b64u32 }),
  /** `jws` signs `complaint.decided/1`: this outcome and these reasons. */
  body: z.strictObject({ outcome: z.enum(OBJECTION_OUTCOMES), reasons, jws: compactJws }),
  reply: { status: 201, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: [
    'wrong-state',
    'objection-unknown',
    'objection-decided',
    'text-short',
    'text-long',
    ...SIGNING,
    'not-found',
    'forbidden',
  ],
})
