// Which requests are about key custodians: their identity, their opening keys, their releases?
import { z } from 'zod'
import { b64u32, compactJws, endpoint, exactTime, id, params, tenderNo, words } from './endpoint.ts'

export const publicJwk = z.strictObject({ crv: z.literal('P-256'), kty: z.literal('EC'), x: b64u32, y: b64u32 })

export const enrolCustodian = endpoint({
  id: 'enrolCustodian',
  method: 'post',
  path: '/api/v1/custodians',
  power: 'custodian.enrol',
  summary: 'Enrol a custodian by the `custodian.identity/1` that its own tool signed.',
  body: z.strictObject({ jws: compactJws }),
  reply: { status: 201, body: z.strictObject({ id, kid: z.string() }) },
  refusals: ['bad-signature', 'key-in-use', 'key-mismatch'],
})

export const listCustodians = endpoint({
  id: 'listCustodians',
  method: 'get',
  path: '/api/v1/custodians',
  power: 'read.public',
  summary: 'The custodians, their identity keys, and how many unused opening keys each has offered.',
  reply: {
    status: 200,
    body: z.strictObject({
      custodians: z.array(
        z.strictObject({
          id,
          /** Of the organisation with this id, if one is registered; else the id itself. */
          name: words,
          kid: z.string(),
          jwk: publicJwk,
          /** Identity keys from before, the newest first: each signed the entry of its successor. */
          past: z.array(z.strictObject({ kid: z.string(), endedAt: exactTime })),
          prekeysLeft: z.number().int(),
          /** The newest keys turned, as far as the tenders' own pages show them. */
          releases: z.array(
            z.strictObject({ tender: tenderNo, kind: z.enum(['technical', 'price', 'draw']), at: exactTime }),
          ),
        }),
      ),
    }),
  },
  refusals: [],
})

export const rotateCustodian = endpoint({
  id: 'rotateCustodian',
  method: 'post',
  path: '/api/v1/custodians/:id/identity',
  power: 'custodian.rotate',
  summary:
    'Change a custodian’s identity key: a `custodian.identity/1` with the new key in `jwk` and the old one in `replaces`, signed by the old one. Opening keys and keysets stay as they are.',
  params: z.strictObject({ id }),
  body: z.strictObject({ jws: compactJws }),
  reply: { status: 201, body: z.strictObject({ kid: z.string() }) },
  refusals: ['bad-signature', 'key-in-use', 'key-mismatch', 'custodian-unknown'],
})

export const recoverCustodian = endpoint({
  id: 'recoverCustodian',
  method: 'post',
  path: '/api/v1/custodians/:id/recovery',
  power: 'custodian.recover',
  summary:
    'Change a custodian’s identity key that was lost: an auditor of another body signs the `custodian.identity/1` that holds what the institution asks for with the new key and what another custodian vouches for. Opening keys and keysets stay as they are.',
  params: z.strictObject({ id }),
  body: z.strictObject({
    /** `custodian.identity/1` with the lost key in `replaces`, signed by the new key. */
    request: compactJws,
    /** `custodian.vouched/1` of another custodian over the request. */
    vouched: compactJws,
    statement: z.string().max(2000),
    /** `custodian.identity/1` with the three above in `recovery`, signed by the auditor. */
    jws: compactJws,
  }),
  reply: { status: 201, body: z.strictObject({ kid: z.string() }) },
  refusals: [
    'no-key',
    'bad-signature',
    'act-mismatch',
    'key-in-use',
    'key-mismatch',
    'custodian-unknown',
    'statement-missing',
    'third-body-missing',
    'body-not-in-log',
  ],
})

export const offerPrekeys = endpoint({
  id: 'offerPrekeys',
  method: 'post',
  path: '/api/v1/custodians/:id/prekeys',
  power: 'custodian.prekeys',
  summary: 'Offer fresh opening keys: a `custodian.prekeys/1` signed by the custodian’s identity key.',
  params: z.strictObject({ id }),
  body: z.strictObject({ jws: compactJws }),
  reply: { status: 201, body: z.strictObject({ stock: z.number().int() }) },
  refusals: ['bad-signature', 'key-in-use', 'custodian-unknown', 'key-mismatch'],
})

export const clearCustodian = endpoint({
  id: 'clearCustodian',
  method: 'post',
  path: '/api/v1/tenders/:no/clearings',
  power: 'custodian.release',
  summary:
    'A custodian proves what it was sent in envelopes that no shares opened: a `clearing/1` signed by its identity key. It gives no key away.',
  params: params.tender,
  body: z.strictObject({ jws: z.string().max(2_000_000) }),
  bodyLimit: 2_100_000,
  reply: { status: 201, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: ['clearing-invalid', 'bad-signature', 'not-found'],
})

export const releaseShares = endpoint({
  id: 'releaseShares',
  method: 'post',
  path: '/api/v1/tenders/:no/releases',
  power: 'custodian.release',
  summary: 'Release the shares of a logged opening list: a `release/1` signed by the custodian’s identity key.',
  params: params.tender,
  // 600 bids: a share line is about 110 bytes, a third more in base64url.
  body: z.strictObject({ jws: z.string().max(2_000_000) }),
  bodyLimit: 2_100_000,
  reply: { status: 201, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: ['release-invalid', 'release-differs', 'bad-signature', 'wrong-state'],
})
