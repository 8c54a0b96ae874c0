// Which refusals can a request meet? Those that its endpoint declares, and those of every request of its kind.
import { POWERS, powerRow } from '../domain/powers.ts'
import type { Endpoint } from './endpoint.ts'
import type { Code } from './problems.ts'

/** Refusals of requests that belong to no endpoint: they cannot be read, or their address has no such method. */
export const OF_NO_ENDPOINT: readonly Code[] = [
  'bad-request',
  'request-too-slow',
  'headers-too-large',
  'not-found',
  'method-not-allowed',
]

/** Does the endpoint ask who is calling? Elsewhere a caller without a session, or with only a signed body, is as good as any. */
export function asksWho(e: Endpoint): boolean {
  const { who } = POWERS[e.power]
  return who !== 'public' && who !== 'signature'
}

/** Must whoever calls have shown a second factor within five minutes? To look costs nothing: only acts of such a power ask for it. */
export const asksForFactor = (e: Pick<Endpoint, 'method' | 'power'>): boolean =>
  e.method !== 'get' && (POWERS[e.power] as { stepUp?: true }).stepUp === true

/** Refusals that an endpoint has by its kind: what it takes, and whom it asks for. */
function ofItsKind(e: Endpoint): Code[] {
  const codes: Code[] = ['bad-token', 'busy', 'internal']
  if (asksWho(e)) codes.push('sign-in-first')
  // A power of everybody who is signed in is still not held by those whose organisation is not verified, but for some.
  const { who, pending } = powerRow(e.power)
  if (asksWho(e) && !(who === 'signedIn' && pending)) codes.push('forbidden')
  if (asksForFactor(e)) codes.push('step-up-needed')
  if (asksWho(e)) codes.push('rate-limited')
  if (e.params) codes.push('not-found')
  if (e.query) codes.push('bad-field')
  if (e.body) codes.push('bad-json', 'bad-field', 'body-too-large', 'media-type')
  if (e.method !== 'get') codes.push('outcome-unknown')
  return codes
}

/** Every code that a refusal by this endpoint can have, its own first, each once. */
export const refusalsOf = (e: Endpoint): Code[] => [...new Set([...e.refusals, ...ofItsKind(e)])]
