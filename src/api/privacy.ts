// Which requests are about personal data: one's own, who has read it, taking it along, having it erased?
import { z } from 'zod'
import { compactJws, endpoint, exactTime, id, SIGNING_SINCE } from './endpoint.ts'

const phone = z.string().regex(/^\+?[0-9][0-9 ()-]{5,23}$/, 'a telephone number')
const bankAccount = z.string().regex(/^[\p{L}0-9][\p{L}0-9 ()-]{4,59}$/u, 'bank and number of the account')
const identityNumber = z.string().regex(/^[A-Z0-9][A-Z0-9-]{4,23}$/, 'capital letters, digits, dashes')

const detail = z.strictObject({
  phone: phone.nullable(),
  bankAccount: bankAccount.nullable(),
  identityNumber: identityNumber.nullable(),
})

/** What the reading of somebody's data is for; it stands in the record of readings. */
const purpose = z.string().min(10).max(500)

export const readMyData = endpoint({
  id: 'readMyData',
  method: 'get',
  path: '/api/v1/me/data',
  power: 'session.self',
  summary: 'What is kept of oneself, column by column: what for, how protected, and what becomes of it on erasure.',
  reply: {
    status: 200,
    body: z.strictObject({
      detail,
      inventory: z.array(
        z.strictObject({
          table: z.string(),
          columns: z.array(z.strictObject({ column: z.string(), tag: z.string(), encrypted: z.boolean() })),
          rows: z.number().int(),
          erase: z.enum(['delete', 'blank', 'keep']),
          retentionDays: z.number().int().nullable(),
        }),
      ),
    }),
  },
  refusals: [],
})

export const changeMyData = endpoint({
  id: 'changeMyData',
  method: 'put',
  path: '/api/v1/me/data',
  power: 'session.self',
  summary: 'Give, change or take back one’s telephone number, bank account and identity number.',
  body: detail,
  reply: { status: 200, body: detail },
  refusals: [],
})

export const listReadings = endpoint({
  id: 'listReadings',
  method: 'get',
  path: '/api/v1/me/readings',
  power: 'session.self',
  summary: 'Who has read one’s personal data: when, what and what for; the newest first.',
  query: z.strictObject({
    before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      readings: z.array(
        z.strictObject({
          id: z.number().int(),
          at: exactTime,
          reader: z.string(),
          /** Organisation of the reader; null when it is not known any more. */
          org: id.nullable(),
          what: z.array(z.string()),
          purpose: z.string(),
        }),
      ),
    }),
  },
  refusals: [],
})

export const exportMyData = endpoint({
  id: 'exportMyData',
  method: 'post',
  path: '/api/v1/me/export',
  power: 'data.own',
  summary: 'Everything that is kept of oneself, by table and column of the inventory.',
  body: z.strictObject({}),
  reply: {
    status: 200,
    body: z.strictObject({
      account: id,
      at: exactTime,
      tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    }),
  },
  refusals: [],
})

export const eraseMyData = endpoint({
  id: 'eraseMyData',
  method: 'post',
  path: '/api/v1/me/erasure',
  power: 'data.own',
  summary:
    'Have one’s personal data erased and the account closed, for ever. The public log stays as it is: it holds no personal data.',
  /** Who has roles and a key signs that the roles end. */
  body: z.strictObject({ account: id, jws: compactJws.optional() }),
  reply: { status: 200, body: z.strictObject({ erased: z.literal(true) }) },
  refusals: ['erasure-blocked', 'last-administrator', 'key-mismatch', ...SIGNING_SINCE],
})

export const findPerson = endpoint({
  id: 'findPerson',
  method: 'post',
  path: '/api/v1/people/search',
  power: 'data.read',
  summary: 'Find a person by telephone, e-mail or identity number, exactly. The reading is recorded with its purpose.',
  body: z.strictObject({
    by: z.enum(['phone', 'email', 'identityNumber']),
    value: z.string().min(3).max(254),
    purpose,
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      people: z.array(
        z.strictObject({ account: id, org: id, name: z.string(), email: z.string(), phone: z.string().nullable() }),
      ),
    }),
  },
  refusals: [],
})
