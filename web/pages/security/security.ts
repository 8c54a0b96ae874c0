// What do the panels of this page share? The answer they show, and how it is asked for anew.
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ENDPOINTS, keyOf, queries } from '../../call.ts'
import { renewSession } from '../../session.ts'

export type Security = ReplyOf<(typeof ENDPOINTS)['readSecurity']>

export const askAgain = (): Promise<void> => queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readSecurity) })

/** A factor that was set up was shown by that: the session is asked how long it counts. */
export async function factorShown(): Promise<void> {
  await renewSession().catch(() => {})
  await askAgain()
}
