// Does the contract hold together as data: endpoints, refusals, problems, and the OpenAPI document made of them?
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { INVENTORY } from '../../db/inventory.ts'
import { addressOf } from '../../src/api/client.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS } from '../../src/api/endpoints.ts'
import { openApiDocument, openApiPath } from '../../src/api/openapi.ts'
import { type Code, PROBLEMS, wordsOf } from '../../src/api/problems.ts'
import { asksWho, OF_NO_ENDPOINT, refusalsOf } from '../../src/api/refusals.ts'
import { LIFECYCLE } from '../../src/domain/tenders/lifecycle.ts'

const endpoints: Endpoint[] = Object.values(ENDPOINTS)

describe('ENDPOINTS', () => {
  test('names each endpoint by its own id', () => {
    for (const [id, e] of Object.entries(ENDPOINTS)) expect(e.id).toBe(id)
  })

  test('has no two endpoints at one address and method', () => {
    const places = endpoints.map((e) => `${e.method} ${e.path.replace(/[:*]\w+/g, ':')}`)
    expect(places.filter((place, i) => places.indexOf(place) !== i)).toEqual([])
  })

  test('describes each parameter that the address has, and no other', () => {
    for (const e of endpoints) {
      const named = [...e.path.matchAll(/[:*](\w+)/g)].map((m) => m[1])
      expect([e.id, Object.keys(e.params?.shape ?? {}).sort()]).toEqual([e.id, named.sort()])
    }
  })

  test('takes a body only where something is written, and changes nothing on GET', () => {
    for (const e of endpoints) if (e.method === 'get') expect([e.id, e.body]).toEqual([e.id, undefined])
  })

  test('declares each refusal once', () => {
    for (const e of endpoints) expect([e.id, [...new Set(e.refusals)]]).toEqual([e.id, [...e.refusals]])
  })

  test('AUT-3 takes no member that it does not declare, whatever column of a table it is called after', () => {
    const columns = [...new Set(INVENTORY.flatMap((row) => Object.keys(row.columns)))]
    expect(columns).toEqual(expect.arrayContaining(['roles', 'state', 'passwordHash', 'decidedBy', 'standing']))
    const taken: string[] = []
    let asked = 0
    for (const { id, body } of endpoints) {
      if (!body) continue
      for (const column of columns) {
        const parsed = body.safeParse({ [column]: 'x' })
        // A member that the contract knows is judged by what is in it, and is nobody's way around.
        const strange = parsed.success ? '' : JSON.stringify(parsed.error.issues)
        const forms: readonly unknown[] = body instanceof z.ZodUnion ? body.options : [body]
        if (forms.some((form) => form instanceof z.ZodObject && column in form.shape)) continue
        asked++
        if (!(strange.includes('unrecognized_keys') && strange.includes(`"${column}"`))) taken.push(`${id} ${column}`)
      }
    }
    expect(asked).toBeGreaterThan(5000)
    // Control: a contract that is not strict takes it.
    expect(z.object({ name: z.string() }).safeParse({ name: 'x', roles: ['operator'] }).success).toBe(true)
    expect(taken).toEqual([])
  })

  test('fills addresses with their parameters escaped', () => {
    expect(addressOf(ENDPOINTS.readOutcome, { no: 'R26BK00000001', key: 'a/b?c' })).toBe(
      '/api/v1/tenders/R26BK00000001/submissions/a%2Fb%3Fc',
    )
    expect(addressOf(ENDPOINTS.listTenders, {}, { text: '도로 & 포장', page: undefined })).toBe(
      '/api/v1/tenders?text=%EB%8F%84%EB%A1%9C+%26+%ED%8F%AC%EC%9E%A5',
    )
  })
})

describe('PROBLEMS', () => {
  const codes = Object.keys(PROBLEMS) as Code[]

  test('every code is a refusal of some endpoint, of a step of the lifecycle, or of what belongs to no endpoint', () => {
    const used = new Set<string>([...endpoints.flatMap(refusalsOf), ...OF_NO_ENDPOINT])
    const steps = LIFECYCLE.map((row) => row.asks.toString()).join()
    const unused = codes.filter((code) => !used.has(code) && !steps.includes(code))
    expect(unused).toEqual([])
  })

  test.each(codes)(
    '%s has the status of a refusal, a title and words in both languages, with facts and without',
    (code) => {
      const row = PROBLEMS[code]
      expect(row.status).toBeGreaterThanOrEqual(400)
      expect(row.status).toBeLessThan(600)
      const some: Record<string, string | number> = { field: 'x', why: 'y', kind: 'technical', state: 'draft', next: 2 }
      for (const facts of [{}, some]) {
        const says = wordsOf(code, facts)
        for (const words of [row.title, says]) {
          expect(words.en).toMatch(/[A-Za-z]{3}/)
          expect(words.ko).toMatch(/[가-힣]{2}|JSON|Idempotency/)
          expect(`${words.en}${words.ko}`).not.toMatch(/undefined|\[object/)
        }
      }
    },
  )

  test('a code without a row is said as it is, even one that is the name of an object’s own member', () => {
    for (const code of ['no-such-code', '__proto__', 'constructor'])
      expect(wordsOf(code, {})).toEqual({ ko: code, en: code })
  })
})

describe('the OpenAPI document', () => {
  type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
  type Operation = {
    operationId: string
    summary: string
    parameters?: { name: string; in: string; required?: boolean; schema: Json }[]
    requestBody?: { content: Record<string, { schema: Json }> }
    responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>
    security?: Record<string, string[]>[]
  }
  type Document = {
    openapi: string
    info: { title: string; version: string }
    paths: Record<string, Record<string, Operation>>
    components: Record<string, Record<string, Json>>
  }
  const document = JSON.parse(JSON.stringify(openApiDocument('1.2.3'))) as Document
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
  )
  const walk = (value: Json, see: (object: { [name: string]: Json }) => void): void => {
    if (value === null || typeof value !== 'object') return
    if (!Array.isArray(value)) see(value)
    for (const inner of Array.isArray(value) ? value : Object.values(value)) walk(inner, see)
  }

  test('is of version 3.1 and names the service', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toMatchObject({ title: 'Madang', version: '1.2.3' })
  })

  test('has an operation for each endpoint, under its id, and no other', () => {
    const ids = operations.map((o) => o.operationId)
    expect([...ids].sort()).toEqual(Object.keys(ENDPOINTS).sort())
    expect(new Set(ids).size).toBe(ids.length)
    for (const e of endpoints) expect(document.paths[openApiPath(e.path)]?.[e.method]?.operationId).toBe(e.id)
  })

  test('resolves every reference within itself', () => {
    const broken: string[] = []
    let references = 0
    walk(document as unknown as Json, ({ $ref }) => {
      if (typeof $ref !== 'string') return
      references++
      const parts = $ref.replace(/^#\//, '').split('/')
      const target = parts.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document)
      if (!$ref.startsWith('#/') || target === undefined) broken.push($ref)
    })
    expect(references).toBeGreaterThan(endpoints.length)
    expect(broken).toEqual([])
  })

  test('has a required path parameter for each part of an address in braces, and only for these', () => {
    for (const { path, operationId, parameters = [] } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()
      const inPath = parameters.filter((p) => p.in === 'path')
      expect([operationId, inPath.map((p) => p.name).sort()]).toEqual([operationId, named])
      expect(inPath.every((p) => p.required)).toBe(true)
      for (const p of parameters) expect(['path', 'query', 'header']).toContain(p.in)
      expect(new Set(parameters.map((p) => `${p.in} ${p.name}`)).size).toBe(parameters.length)
    }
  })

  test('gives each operation one reply when all goes well, and every refusal that it can meet under its status', () => {
    for (const e of endpoints) {
      const operation = document.paths[openApiPath(e.path)]?.[e.method] as Operation
      const { responses } = operation
      expect(Object.keys(responses).filter((status) => Number(status) < 400)).toEqual([String(e.reply.status)])
      for (const code of refusalsOf(e)) {
        const response = responses[PROBLEMS[code].status]
        expect([e.id, code, response?.description.includes(code)]).toEqual([e.id, code, true])
        expect(Object.keys(response?.content ?? {})).toEqual(['application/problem+json'])
      }
      for (const { description } of Object.values(responses)) expect(description).not.toBe('')
    }
  })

  test('asks for a token where a caller is asked for, and describes the body where one is taken', () => {
    for (const e of endpoints) {
      const operation = document.paths[openApiPath(e.path)]?.[e.method] as Operation
      expect([e.id, operation.security]).toEqual([e.id, asksWho(e) ? [{ bearer: [] }] : undefined])
      expect([e.id, operation.requestBody !== undefined]).toEqual([e.id, (e.body ?? e.stream) !== undefined])
    }
    expect(document.components.securitySchemes?.bearer).toMatchObject({ type: 'http', scheme: 'bearer' })
  })

  test('has only schemas that say something: no undefined type, no pattern that does not compile', () => {
    walk(document.paths as unknown as Json, (object) => {
      if (typeof object.pattern === 'string') expect(() => new RegExp(object.pattern as string, 'u')).not.toThrow()
      if (Array.isArray(object.required) && object.type === 'object')
        expect(Object.keys((object.properties ?? {}) as object)).toEqual(expect.arrayContaining(object.required))
      if (object.type === 'object' && object.properties !== undefined && !('$ref' in object))
        expect([object.additionalProperties, 'properties' in object]).toEqual([false, true])
    })
  })
})
