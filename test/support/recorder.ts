// Does every reply that a test sees keep the contract? Looks at each reply of one server as it passes, and keeps account of what was met.
import { z } from 'zod'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import { type Code, PROBLEMS } from '../../src/api/problems.ts'
import { OF_NO_ENDPOINT, refusalsOf } from '../../src/api/refusals.ts'

const words = z.strictObject({ ko: z.string(), en: z.string() })
const problem = z.strictObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.number().int(),
  detail: z.string().min(1),
  instance: z.string().min(8),
  errors: z
    .array(
      z.strictObject({
        code: z.string(),
        facts: z.record(z.string(), z.union([z.string(), z.number()])),
        at: z.string().optional(),
        says: words,
      }),
    )
    .min(1),
  /** A signed refusal of a bid. */
  refused: z.string().optional(),
  salt: z.string().optional(),
})

/** Headers that every reply has, whatever its status. */
const SECURITY: Record<string, RegExp> = {
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'strict-transport-security': /^max-age=\d{7,}/,
  'x-request-id': /^[A-Za-z0-9_-]{12}$/,
  'cache-control': /./,
}

const PLACES = (Object.values(ENDPOINTS) as Endpoint[]).map((e) => ({
  e,
  pattern: new RegExp(`^${e.path.replace(/\./g, '\\.').replace(/\*\w+/g, '.+').replace(/:\w+/g, '[^/]+')}$`),
}))

/** The endpoint that an address belongs to. An address with a fixed part comes before one with a parameter in its place. */
export function endpointAt(method: string, path: string): Endpoint | null {
  const found = PLACES.filter(({ e, pattern }) => e.method === method.toLowerCase() && pattern.test(path))
  return found.sort((a, b) => a.e.path.split(':').length - b.e.path.split(':').length)[0]?.e ?? null
}

export class Recorder {
  /** What was wrong with replies, one line each. */
  readonly faults: string[] = []
  readonly done = new Set<EndpointId>()
  /** `endpoint code` of every refusal. */
  readonly refused = new Set<string>()
  readonly statuses = new Set<number>()
  replies = 0

  /** Looks at every reply from `url` that this process fetches from here on. */
  listen(url: string): void {
    const plain = globalThis.fetch
    globalThis.fetch = async (input, init) => {
      const res = await plain(input, init)
      const address = String(input instanceof Request ? input.url : input)
      if (!address.startsWith(url)) return res
      const copy = res.clone()
      this.look(init?.method ?? 'GET', new URL(address).pathname, copy, await copy.text())
      return res
    }
  }

  look(method: string, path: string, { status, headers }: Response, text: string): void {
    this.replies++
    this.statuses.add(status)
    const what = `${method} ${path} ${status}`
    const fault = (why: string) => this.faults.push(`${what}: ${why}`)
    for (const [name, value] of Object.entries(SECURITY))
      if (!value.test(headers.get(name) ?? '')) fault(`header ${name} is ${headers.get(name)}`)
    for (const name of ['x-powered-by', 'server']) if (headers.has(name)) fault(`header ${name}`)
    const e = endpointAt(method === 'HEAD' ? 'get' : method, path)
    if (status >= 400) this.#refusal(e, status, headers, text, fault, method === 'HEAD')
    else if (e === null) fault('is served and in no contract')
    else if (method !== 'HEAD') this.#reply(e, status, headers, text, fault)
  }

  #reply(e: Endpoint, status: number, headers: Headers, text: string, fault: (why: string) => void): void {
    this.done.add(e.id as EndpointId)
    if (status !== e.reply.status) fault(`is not ${e.reply.status}`)
    const { body } = e.reply
    if (body === null) {
      if (text !== '') fault('has a body')
    } else if (typeof body === 'string') {
      if (headers.get('content-type')?.split(';')[0] !== body.split(';')[0]) fault(`is ${headers.get('content-type')}`)
    } else {
      if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) fault(`is ${headers.get('content-type')}`)
      const parsed = body.safeParse(JSON.parse(text))
      if (!parsed.success) fault(z.prettifyError(parsed.error))
    }
  }

  #refusal(
    e: Endpoint | null,
    status: number,
    headers: Headers,
    text: string,
    fault: (why: string) => void,
    bare: boolean,
  ): void {
    if (!/^application\/problem\+json\b/.test(headers.get('content-type') ?? ''))
      fault(`is ${headers.get('content-type')}`)
    if (status === 401 && !headers.has('www-authenticate')) fault('does not say how to authenticate')
    if ([429, 503].includes(status) && !/^\d+$/.test(headers.get('retry-after') ?? ''))
      fault('does not say when to retry')
    if (status === 405 && !headers.has('allow')) fault('does not say what is allowed')
    if (bare) return
    const parsed = problem.safeParse(JSON.parse(text))
    if (!parsed.success) {
      fault(z.prettifyError(parsed.error))
      return
    }
    const { type, errors, instance, status: said } = parsed.data
    const codes = errors.map((error) => error.code)
    if (said !== status || PROBLEMS[codes[0] as Code]?.status !== status) fault(`says ${said} for ${codes[0]}`)
    if (type !== `/problems/${codes[0]}`) fault(`has the type ${type} for ${codes[0]}`)
    // A kept refusal is repeated byte for byte, with the id of the request that met it first.
    if (instance !== headers.get('x-request-id') && parsed.data.refused === undefined)
      fault('has another id than its header')
    if (codes.includes('internal')) fault('is a bug')
    const allowed: readonly Code[] = e ? refusalsOf(e) : OF_NO_ENDPOINT
    for (const code of codes) {
      if (!allowed.includes(code as Code)) fault(`${code} is not declared`)
      if (e) this.refused.add(`${e.id} ${code}`)
    }
  }
}
