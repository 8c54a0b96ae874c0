// How does the contract look as an OpenAPI 3.1 document?
import { extendZodWithOpenApi, OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'
import { PROBLEMS } from './problems.ts'
import { asksWho, refusalsOf } from './refusals.ts'

extendZodWithOpenApi(z)

/** Bodies of refusals (RFC 9457). Signed refusals of bids have members besides. */
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

/** A wildcard is an array in Express; OpenAPI has but text, in which the slashes stand as they are. */
function pathParams(path: string, params: z.ZodObject): z.ZodObject {
  const wild = [...path.matchAll(/\*(\w+)/g)].map((match) => match[1] as string)
  return params.extend(Object.fromEntries(wild.map((name) => [name, z.string().openapi({ example: '000.p/3' })])))
}

/** The whole document. Derived from ENDPOINTS; nothing is written by hand. */
export function openApiDocument(version: string): object {
  const registry = new OpenAPIRegistry()
  const bearer = registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT (EdDSA), minutes',
  })
  const Problem = registry.register('Problem', problem)
  for (const e of Object.values(ENDPOINTS) as Endpoint[]) {
    const byStatus = new Map<number, string[]>()
    for (const code of refusalsOf(e))
      byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code])
    const reply = e.reply.body
    registry.registerPath({
      method: e.method,
      path: openApiPath(e.path),
      operationId: e.id,
      summary: e.summary,
      ...(asksWho(e) ? { security: [{ [bearer.name]: [] }] } : {}),
      request: {
        ...(e.params ? { params: pathParams(e.path, e.params) } : {}),
        ...(e.query ? { query: e.query } : {}),
        ...(e.headers ? { headers: e.headers } : {}),
        ...(e.stream ? { body: { required: true, content: { [e.stream]: { schema: z.string() } } } } : {}),
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
              content: { 'application/problem+json': { schema: Problem } },
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
