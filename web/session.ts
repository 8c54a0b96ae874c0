// Who is signed in here? The access token is in memory only; the refresh cookie is out of every script's reach.
import { useSyncExternalStore } from 'react'
import { call } from '../src/api/client.ts'
import type { ReplyOf } from '../src/api/endpoint.ts'
import { serverNow } from './clock.ts'
import { ENDPOINTS } from './endpoints.ts'

type SignedIn = ReplyOf<typeof ENDPOINTS.finishSignIn>
/** The password was right, and a second factor is asked for. */
export type Halfway = Extract<ReplyOf<typeof ENDPOINTS.signIn>, { secondFactor: unknown }>['secondFactor']
export type Person = SignedIn['person']
export type Session = { state: 'asking' } | { state: 'out' } | { state: 'in'; person: Person }

/** Says only that a session was begun in this browser, so that a stranger's visit asks for none. */
const HINT = 'madang-session'
const RENEW_BEFORE_MS = 30_000

const hinted = (): boolean => {
  try {
    return localStorage.getItem(HINT) === '1'
  } catch {
    return false
  }
}

function hint(on: boolean): void {
  try {
    if (on) localStorage.setItem(HINT, '1')
    else localStorage.removeItem(HINT)
  } catch {
    // No storage: the session lasts as long as the page.
  }
}

let token: string | null = null
let expires = 0
/** Until when the second factor that was shown counts, on the server's clock. */
let steppedUpUntil = 0
let session: Session = hinted() ? { state: 'asking' } : { state: 'out' }
const listeners = new Set<() => void>()

function become(next: Session): void {
  session = next
  for (const listener of listeners) listener()
}

export const setSteppedUp = (until: string | null): void => {
  steppedUpUntil = until === null ? 0 : Date.parse(until)
}

/** Does the second factor still count, with some seconds to spare for the request? */
export const isSteppedUp = (): boolean => serverNow() < steppedUpUntil - 5_000

export function begin(reply: SignedIn): void {
  token = reply.accessToken
  expires = Date.parse(reply.expiresAt)
  setSteppedUp(reply.steppedUpUntil)
  hint(true)
  become({ state: 'in', person: reply.person })
}

/** The session is over here: signed out, or ended elsewhere. */
export function end(): void {
  token = null
  steppedUpUntil = 0
  hint(false)
  become({ state: 'out' })
}

export const currentSession = (): Session => session

export const useSession = (): Session =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => session,
  )

/** Signs in with a password. The answer is a session, or what is asked for as second factor. */
export async function signIn(email: string, password: string): Promise<Awaited<ReturnType<typeof tryIn>>> {
  const answer = await tryIn(email, password)
  if (answer.ok && 'accessToken' in answer.body) begin(answer.body)
  return answer
}
const tryIn = (email: string, password: string) => call('', ENDPOINTS.signIn, { body: { email, password } })

export async function signOut(): Promise<void> {
  await call('', ENDPOINTS.signOut, {}).catch(() => null)
  end()
}

let renewing: Promise<void> | null = null

/**
 * Gets a new access token for the cookie. A cookie that is used twice ends the session, so tabs of one browser take turns:
 * the second one sends the cookie that the first one got.
 */
export function renewSession(): Promise<void> {
  const ask = async () => {
    const answer = await call('', ENDPOINTS.refreshSession, {})
    if (answer.ok) begin(answer.body)
    else if (answer.status === 401) end()
  }
  const inTurn = () => (navigator.locks ? navigator.locks.request('madang-session', ask) : ask())
  renewing ??= Promise.resolve(inTurn()).finally(() => {
    renewing = null
  })
  return renewing
}

/** The access token for the next request, renewed when it is about to end; null for a visitor. */
export async function accessToken(): Promise<string | null> {
  if (session.state === 'out') return null
  if (token === null || serverNow() > expires - RENEW_BEFORE_MS) await renewSession().catch(() => {})
  return token
}

/** At the start of a page: takes up the session that this browser had, if it had one. */
export function resumeSession(): void {
  if (session.state === 'asking') renewSession().catch(() => become({ state: 'out' }))
}
