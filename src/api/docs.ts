// Which addresses describe the service itself?
import { z } from 'zod'
import { endpoint } from './endpoint.ts'

export const readOpenApi = endpoint({
  id: 'readOpenApi',
  method: 'get',
  path: '/openapi.json',
  power: 'read.public',
  summary: 'This description (OpenAPI 3.1).',
  reply: { status: 200, body: 'application/json' },
  refusals: [],
})

export const readProblem = endpoint({
  id: 'readProblem',
  method: 'get',
  path: '/problems/:code',
  power: 'read.public',
  summary: 'What a refusal means: the page that a problem’s `type` names.',
  params: z.strictObject({ code: z.string().regex(/^[a-z0-9-]{1,64}$/) }),
  reply: { status: 200, body: 'text/html; charset=utf-8' },
  refusals: ['not-found'],
})

export const readHealth = endpoint({
  id: 'readHealth',
  method: 'get',
  path: '/healthz',
  power: 'read.public',
  summary: 'Can the service take a bid right now? Asks the database, not only itself.',
  reply: { status: 200, body: z.strictObject({ ok: z.literal(true), now: z.string() }) },
  refusals: ['busy'],
})
