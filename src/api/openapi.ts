// How does the contract look as an OpenAPI 3.1 document?
import { extendZodWithOpenApi, OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { POWERS } from '../domain/powers.ts'
import type { Endpoint } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'
import { PROBLEMS } from './problems.ts'

extendZodWithOpenApi(z)

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string(),
  errors: z.array(
    z.object({
      code: z.string(),
      facts: z.record(z.string(), z.union([z.string(), z.number()])),
      at: z.string().optional(),
      says: z.object({ ko: z.string(), en: z.string() }),
    }),
  ),
})

/** Express writes `:no` and `{*n}`; OpenAPI writes `{no}` and `{n}`. */
export const openApiPath = (path: string): string => path.replace(/\*(\w+)/g, '{$1}').replace(/:(\w+)/g, '{$1}')

/** The whole document. Derived from ENDPOINTS; nothing is written by hand. */
export function openApiDocument(version: string): object {
  const registry = new OpenAPIRegistry()
  const bearer = registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT (EdDSA), minutes',
  })
  for (const e of Object.values(ENDPOINTS) as Endpoint[]) {
    const { who } = POWERS[e.power]
    const open = who === 'public' || who === 'signature'
    const byStatus = new Map<number, string[]>()
    for (const code of e.refusals)
      byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code])
    if (!open) byStatus.set(401, [...(byStatus.get(401) ?? []), 'sign-in-first', 'bad-token'])
    const reply = e.reply.body
    registry.registerPath({
      method: e.method,
      path: openApiPath(e.path),
      operationId: e.id,
      summary: e.summary,
      ...(open ? {} : { security: [{ [bearer.name]: [] }] }),
      request: {
        ...(e.params ? { params: e.params } : {}),
        ...(e.query ? { query: e.query } : {}),
        ...(e.headers ? { headers: e.headers } : {}),
        ...(e.body ? { body: { required: true, content: { 'application/json': { schema: e.body } } } } : {}),
      },
      responses: {
        [e.reply.status]: {
          description: 'Done.',
          ...(reply === null
            ? {}
            : typeof reply === 'string'
              ? { content: { [reply.split(';')[0] as string]: { schema: z.string() } } }
              : { content: { 'application/json': { schema: reply } } }),
        },
        ...Object.fromEntries(
          [...byStatus].map(([status, codes]) => [
            status,
            {
              description: `Refused: ${codes.join(', ')}.`,
              content: { 'application/problem+json': { schema: problem } },
            },
          ]),
        ),
      },
    })
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Madang',
      version,
      description:
        'Transparent e-procurement. Times are RFC 3339 UTC; money is a decimal string with its currency; every refusal is application/problem+json.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
  })
}
