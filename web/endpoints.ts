// Which endpoints can a page call? The contract's types over the build's table of addresses, without the schemas.
import { addresses } from 'virtual:endpoints'
import type { ENDPOINTS as Contract } from '../src/api/endpoints.ts'

/** Only `method` and `path` are there when the page runs; the other members exist for the types alone. */
export const ENDPOINTS = addresses as unknown as typeof Contract
