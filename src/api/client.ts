// How is the API called? A client typed from the contract, for browsers, tests, programs.
import type { BodyOf, Endpoint, ParamsOf, QueryOf, ReplyOf } from './endpoint.ts'
import type { ProblemError } from './problems.ts'

export type Called<E extends Endpoint> =
  | { ok: true; status: number; body: ReplyOf<E>; text: string; headers: Headers }
  | {
      ok: false
      status: number
      code: string
      errors: ProblemError[]
      body: Record<string, unknown>
      text: string
      headers: Headers
    }

export type CallOptions<E extends Endpoint> = (E extends { params: infer _ } ? { params: ParamsOf<E> } : unknown) &
  (E extends { body: infer _ } ? { body: BodyOf<E> | Record<string, unknown> } : unknown) & {
    query?: Partial<QueryOf<E>>
    token?: string | null
    headers?: Record<string, string>
    signal?: AbortSignal
  }

/** The address of an endpoint with its parameters filled in. */
export function addressOf(
  e: Endpoint,
  params: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const path = e.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  ).toString()
  return search === '' ? path : `${path}?${search}`
}

/**
 * Calls an endpoint. An expected refusal is a value with the code of its first reason; only a broken connection throws.
 * `base` is the service's address, '' in a browser on the same origin.
 */
export async function call<const E extends Endpoint>(base: string, e: E, options: CallOptions<E>): Promise<Called<E>> {
  const given = options as {
    params?: Record<string, unknown>
    query?: Record<string, unknown>
    body?: unknown
  } & CallOptions<E>
  const { token, signal } = options
  const res = await fetch(`${base}${addressOf(e, given.params, given.query)}`, {
    method: e.method.toUpperCase(),
    headers: {
      ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...options.headers,
    },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    ...(signal ? { signal } : {}),
    redirect: 'error',
  })
  const text = await res.text()
  const type = res.headers.get('content-type') ?? ''
  const json = /[/+]json\b/.test(type) && text !== '' ? JSON.parse(text) : {}
  const { status, headers } = res
  if (res.ok) return { ok: true, status, body: json as ReplyOf<E>, text, headers }
  const errors = (json.errors ?? []) as ProblemError[]
  return { ok: false, status, code: errors[0]?.code ?? `http-${status}`, errors, body: json, text, headers }
}
