// How does a keeper hand something to the API? A JSON post; whatever comes back, however long or strange, becomes a status and a code.

import { Unreachable } from '../node/log-source.ts'

/** What the API answered: HTTP status, and the first refusal code of a problem+json body if there was one. */
export type Posted = { status: number; code: string | null }

export type Post = (path: string, body: { jws: string; envelope?: string }) => Promise<Posted>

const LONGEST = 64 * 1024

async function beginning(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > LONGEST) break
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function codeIn(text: string): string | null {
  try {
    const problem = JSON.parse(text) as { errors?: { code?: unknown }[]; type?: unknown } | null
    const code = problem?.errors?.[0]?.code ?? problem?.type
    return typeof code === 'string' ? code.slice(0, 100) : null
  } catch {
    return null
  }
}

/** Posts below an address such as "http://127.0.0.1:3000"; rejects with Unreachable when nobody answers in time. */
export function httpPost(base: string, timeoutMs = 10_000): Post {
  const root = base.replace(/\/+$/, '')
  return async (path, body) => {
    try {
      const response = await fetch(root + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      const text = await beginning(response)
      return { status: response.status, code: response.ok ? null : codeIn(text) }
    } catch (error) {
      // fetch gives one TypeError for whatever broke; what it was stands in its cause.
      const { message, cause } = error as Error
      throw new Unreachable(`${root}${path}: ${cause instanceof Error ? cause.message : message}`)
    }
  }
}
