// Which endpoints can a page call? The contract's types over the build's table of addresses, without the schemas.
import { addresses } from 'virtual:endpoints'
import type { ENDPOINTS as Contract } from '../src/api/endpoints.ts'

/** Only `method`, `path` and `stepUp` are there when the page runs; the other members exist for the types alone. */
export const ENDPOINTS = addresses as unknown as typeof Contract

/** Does an act ask for a second factor that was shown within five minutes? */
export const asksForFactor = (e: { path: string }): boolean => (e as { stepUp?: true }).stepUp === true
