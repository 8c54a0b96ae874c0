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

/** A calendar month in Korea. */
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month such as 2026-10')

const lookedThrough = z.strictObject({ by: id, at: exactTime, statement: z.string() }).nullable()

export const listReadingMonths = endpoint({
  id: 'listReadingMonths',
  method: 'get',
  path: '/api/v1/readings/months',
  power: 'readings.review',
  summary: 'The months in which personal data was read, the newest first, and which of them were looked through.',
  reply: {
    status: 200,
    body: z.strictObject({
      months: z.array(
        z.strictObject({
          month,
          readings: z.number().int(),
          /** The month is not over yet. */
          running: z.boolean(),
          lookedThrough,
        }),
      ),
      /** Months that are over and wait to be looked through. */
      waiting: z.number().int(),
    }),
  },
  refusals: [],
})

export const readReadingMonth = endpoint({
  id: 'readReadingMonth',
  method: 'get',
  path: '/api/v1/readings/months/:month',
  power: 'readings.review',
  summary:
    'Who read whose personal data in a month: who did most often, and the looks, largest first: all, those at odd hours, at many people, or with a purpose in the reader’s own words. By account numbers, without names.',
  params: z.strictObject({ month }),
  query: z.strictObject({
    only: z.enum(['all', 'odd', 'many', 'stated']).default('all'),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
    per: z.coerce.number().int().min(1).max(100).default(20),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      readers: z.array(
        z.strictObject({
          reader: z.string(),
          org: id.nullable(),
          looks: z.number().int(),
          people: z.number().int(),
          odd: z.number().int(),
        }),
      ),
      looks: z.array(
        z.strictObject({
          at: exactTime,
          reader: z.string(),
          org: id.nullable(),
          address: z.string(),
          people: z.number().int(),
          what: z.array(z.string()),
          purpose: z.string(),
          odd: z.boolean(),
        }),
      ),
      total: z.number().int(),
      page: z.number().int(),
      per: z.number().int(),
      lookedThrough,
    }),
  },
  refusals: [],
})

export const signOffReadings = endpoint({
  id: 'signOffReadings',
  method: 'post',
  path: '/api/v1/readings/months/:month/review',
  power: 'readings.review',
  summary: 'Say that a month that is over was looked through, and what was found. The public log says that it was.',
  params: z.strictObject({ month }),
  /** `jws` signs `readings.reviewed/1`, by whoever has a key. */
  body: z.strictObject({ statement: z.string().max(4000), jws: compactJws.optional() }),
  reply: { status: 201, body: z.strictObject({ lookedThrough }) },
  refusals: ['month-not-over', 'month-done', 'own-readings', 'statement-missing', ...SIGNING_SINCE],
})
