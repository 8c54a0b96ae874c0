// Is what a custodian released what it was sent? Asked where a proof of the latter exists.
import { equal, fromB64u } from '../../proof/bytes.ts'

/**
 * @param sent as the custodian's proof gives it; null where the maker spoiled the share, for which nothing that is released can be false
 * @param released base64url; undefined when it released nothing
 */
export const honestShare = (sent: Uint8Array | null, released: string | undefined): boolean =>
  sent === null || (released !== undefined && equal(sent, fromB64u(released)))
