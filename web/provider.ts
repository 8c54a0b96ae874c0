// How does the browser go to another provider and find its way back?
import { call } from '../src/api/client.ts'
import { ENDPOINTS } from './endpoints.ts'
import type { Problem } from './parts/error-summary.tsx'

export type Purpose = 'sign-in' | 'link'
type Way = { purpose: Purpose; to: string | null }

const KEPT = 'madang-provider'

/** An address of ours to go to after signing in; anything else in a link is ignored. */
export const wantedOf = (to: string | null): string | null => (to !== null && /^\/(?![/\\])/.test(to) ? to : null)

/** Leaves for the provider; answers only when that was refused. */
export async function goTo(name: string, purpose: Purpose, to: string | null): Promise<Problem | null> {
  try {
    const answer = await call('', ENDPOINTS.startProvider, { params: { name }, body: {} })
    if (!answer.ok) return { errors: answer.errors, instance: String(answer.body.instance ?? '') }
    sessionStorage.setItem(KEPT, JSON.stringify({ purpose, to } satisfies Way))
    location.assign(answer.body.url)
    return null
  } catch {
    return { errors: [{ code: 'no-connection', facts: {} }] }
  }
}

/** Why the browser left, asked once on the way back. */
export function wayBack(): Way {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Partial<Way>
    sessionStorage.removeItem(KEPT)
    return { purpose: kept.purpose === 'link' ? 'link' : 'sign-in', to: wantedOf(kept.to ?? null) }
  } catch {
    return { purpose: 'sign-in', to: null }
  }
}
