// Is what a second person is asked to sign the act that was shown? Page and program ask before they sign; the server is not believed.
import { FormatError } from '../../proof/bytes.ts'
import { canonical, type JsonObject } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { TwoPersonAct } from '../powers.ts'
import { TWO_PERSON_ENTRIES } from '../second-person.ts'
import { approving } from './signed-acts.ts'

/** A proposal as its second person is shown it. */
export type ShownProposal = { act: TwoPersonAct; ref: string; body: Record<string, unknown>; proposedBy: string }

/** What a proposal's own words and the payload that its first person signed must agree on. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  'award/1': ['bidder'],
  'tender.amended/1': ['newDeadline', 'statement'],
}

const signedBy = (jws: unknown): JsonObject | null => {
  if (typeof jws !== 'string') return null
  try {
    return readJws(jws).payload
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

/** The payload that the first person signed, if it says what the proposal says; null when it does not, or nothing was signed. */
export function signedProposal({ act, ref, body }: Omit<ShownProposal, 'proposedBy'>): JsonObject | null {
  const typ = TWO_PERSON_ENTRIES[act]
  const said = signedBy(body.jws)
  if (typ === undefined || said?.typ !== typ || said.tender !== ref) return null
  return (SAME[typ] ?? []).every((member) => said[member] === body[member]) ? said : null
}

/**
 * May `approver` sign this approval, having been shown that proposal? It approves the very bytes that the first person signed, those
 * say what was shown, and it names both persons. Whoever is listed as shut out is for the log to show.
 */
export function approvesShown(P: Primitives, shown: ShownProposal, approver: string, approval: JsonObject): boolean {
  const act = TWO_PERSON_ENTRIES[shown.act]
  if (act === undefined || !signedProposal(shown)) return false
  const persons = { proposedBy: shown.proposedBy, approvedBy: approver }
  const own: JsonObject = approving(P, shown.ref, { act, jws: String(shown.body.jws) }, persons)
  const { excluded, ...rest } = approval
  return canonical(rest) === canonical(own) && (excluded === undefined || Array.isArray(excluded))
}
