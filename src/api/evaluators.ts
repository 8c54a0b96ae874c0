// Which requests are about drawn committees: fields, pools, calls, declarations, and what custodians put into the draw?
import { z } from 'zod'
import { FIELD_IDS } from '../domain/evaluators/fields.ts'
import { GROUND_IDS } from '../domain/evaluators/pool.ts'
import {
  compactJws,
  endpoint,
  exactTime,
  id,
  legalTime,
  params,
  SIGNING_SINCE,
  sealedOpening,
  tenderNo,
  words,
} from './endpoint.ts'

const field = z.enum(FIELD_IDS)
const grounds = z.string().max(1000)
const statement = z.string().max(2000)
const ownFields = z.strictObject({
  fields: z.array(field).max(FIELD_IDS.length),
  /** What speaks for the fields that are new: training, practice, licences. Whoever confirms them reads it. */
  grounds: grounds.optional(),
})
const fieldState = z.enum(['declared', 'confirmed', 'refused'])

export const readOwnFields = endpoint({
  id: 'readOwnFields',
  method: 'get',
  path: '/api/v1/evaluator-fields',
  power: 'evaluator.fields',
  summary: 'The fields in which the caller judges, and how many seats by lot the caller has had this year.',
  reply: {
    status: 200,
    body: z.strictObject({
      fields: z.array(field),
      /** What became of each: only a confirmed field counts for a pool. */
      standing: z.array(
        z.strictObject({
          field,
          state: fieldState,
          grounds,
          statement,
          /** What opens the sealed entry of the decision. */
          sealed: sealedOpening.nullable(),
        }),
      ),
      /** Nobody is in a pool without a signing key. */
      key: z.boolean(),
      year: z.number().int(),
      appointments: z.number().int(),
    }),
  },
  refusals: [],
})

export const saveOwnFields = endpoint({
  id: 'saveOwnFields',
  method: 'put',
  path: '/api/v1/evaluator-fields',
  power: 'evaluator.fields',
  summary:
    'Say in which fields one judges. New ones count once the operator has confirmed them; pools that are committed stay as they are.',
  body: ownFields,
  reply: readOwnFields.reply,
  refusals: [],
})

const statedField = z.strictObject({
  account: id,
  name: z.string(),
  org: words,
  field,
  grounds,
  since: exactTime,
  state: fieldState,
  statement,
  decidedAt: exactTime.nullable(),
})

export const listStatedFields = endpoint({
  id: 'listStatedFields',
  method: 'get',
  path: '/api/v1/evaluator-reviews',
  power: 'evaluator.confirm',
  summary: 'Fields that evaluators state: those that wait, the oldest first, or all. Each person read is recorded.',
  query: z.strictObject({
    waiting: z.enum(['yes', 'no']).default('yes'),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
    per: z.coerce.number().int().min(1).max(100).default(20),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      fields: z.array(statedField),
      total: z.number().int(),
      page: z.number().int(),
      per: z.number().int(),
    }),
  },
  refusals: [],
})

export const decideField = endpoint({
  id: 'decideField',
  method: 'post',
  path: '/api/v1/evaluator-reviews/:account/:field/decision',
  power: 'evaluator.confirm',
  summary:
    'Confirm a field that somebody else states, or refuse it with a reason. Once decided it stays so until it is given up.',
  params: z.strictObject({ account: id, field }),
  /** Whoever of the operator has a key signs the decision, which is sealed in the log. */
  body: z.strictObject({
    verdict: z.enum(['confirmed', 'refused']),
    statement: statement.default(''),
    jws: compactJws.optional(),
  }),
  reply: { status: 200, body: statedField },
  refusals: ['field-decided', 'statement-missing', 'not-found', ...SIGNING_SINCE],
})

export const readPoolSizes = endpoint({
  id: 'readPoolSizes',
  method: 'get',
  path: '/api/v1/evaluator-pool',
  power: 'tender.draft',
  summary: 'How many people of each field could be drawn for a tender of the caller’s agency now. No names.',
  query: z.strictObject({ perYear: z.coerce.number().int().min(1).max(365).optional() }),
  reply: {
    status: 200,
    body: z.strictObject({ fields: z.array(z.strictObject({ field, people: z.number().int() })) }),
  },
  refusals: [],
})

const callState = z.enum(['called', 'cleared', 'seated', 'conflict', 'silent'])

export const listCalls = endpoint({
  id: 'listCalls',
  method: 'get',
  path: '/api/v1/committee-calls',
  power: 'evaluator.declare',
  summary: 'Seats for which the caller was drawn, with who bids, so that a conflict of interest can be declared.',
  reply: {
    status: 200,
    body: z.strictObject({
      calls: z.array(
        z.strictObject({
          tender: tenderNo,
          title: words,
          agency: words,
          bidders: z.array(z.strictObject({ id, name: words })),
          evaluator: z.string(),
          field,
          /** The number under which the caller is in the pool. */
          number: z.string(),
          state: callState,
          dueAt: legalTime,
          declaredAt: exactTime.nullable(),
        }),
      ),
    }),
  },
  refusals: [],
})

export const declareInterests = endpoint({
  id: 'declareInterests',
  method: 'post',
  path: '/api/v1/tenders/:no/declaration',
  power: 'evaluator.declare',
  summary:
    'Declare whether there is a conflict of interest, before anything of the proposals is shown. With one, the next ticket is called.',
  params: params.tender,
  /**
   * `jws` signs `declaration/1` with these words. The log gets its hash, and whether there is a conflict. Of whoever then sits, what was
   * signed is published with the locked scores (`committee.named/1`); what is said of a conflict never is.
   */
  body: z.strictObject({
    conflict: z.boolean(),
    grounds: z.enum(GROUND_IDS).nullable(),
    statement: z.string().max(2000),
    jws: compactJws,
  }),
  reply: { status: 201, body: z.strictObject({ state: callState }) },
  refusals: ['not-called', 'grounds-missing', 'no-key', 'bad-signature', 'act-mismatch', 'not-found'],
})

export const contributeToDraw = endpoint({
  id: 'contributeToDraw',
  method: 'post',
  path: '/api/v1/tenders/:no/contributions',
  power: 'custodian.contribute',
  summary:
    'A custodian’s sealed contribution to the draw of evaluators: a `draw.contribution/1` signed by its identity key, and the envelope.',
  params: params.tender,
  body: z.strictObject({ jws: compactJws, envelope: z.string().max(65_536) }),
  bodyLimit: 150_000,
  reply: { status: 201, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: ['contribution-invalid', 'bad-signature', 'wrong-state', 'not-found'],
})
