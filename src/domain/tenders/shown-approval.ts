// Is what a second person is asked to sign the act that was shown? Page and program ask before they sign; the server is not believed.
import { FormatError } from '../../proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { millisZ, parseTime } from '../kit/time.ts'
import { exported, invited, lent, rolesNow } from '../organisations/register-acts.ts'
import type { TwoPersonAct } from '../powers.ts'
import { approving, approvingExclusion } from './signed-acts.ts'

/** A proposal as its second person is shown it. */
export type ShownProposal = { act: TwoPersonAct; ref: string; body: Record<string, unknown>; proposedBy: string }

/** What the first person signs for each act: its type, where it names what the act is about, and what else its words must agree on. */
const SIGNED: Partial<Record<TwoPersonAct, { typ: string; about: string; same: readonly string[] }>> = {
  'tender.award': { typ: 'award/1', about: 'tender', same: ['bidder'] },
  'tender.extend': { typ: 'tender.amended/1', about: 'tender', same: ['newDeadline', 'statement'] },
  'tender.amend': { typ: 'tender.amended/1', about: 'tender', same: ['newDeadline', 'statement', 'method'] },
  'tender.cancel': { typ: 'tender.cancelled/1', about: 'tender', same: ['statement'] },
  'exclusion.declare': {
    typ: 'exclusion.proposal/1',
    about: 'org',
    same: ['org', 'from', 'until', 'basis', 'grounds'],
  },
  'exclusion.lift': { typ: 'exclusion.lifting/1', about: 'id', same: ['statement'] },
}

/** Must both persons sign for this act? Acts about people are signed by whoever has a key. */
export const isSigned = (act: TwoPersonAct): boolean => SIGNED[act] !== undefined

const signedBy = (jws: unknown): JsonObject | null => {
  if (typeof jws !== 'string') return null
  try {
    return readJws(jws).payload
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** Where the agreement is made with several, are those who were shown those who were signed for? */
function sameWinners(said: JsonObject, body: Record<string, unknown>): boolean {
  const named = Array.isArray(said.winners) ? said.winners.map((one) => (one as JsonObject | null)?.bidder ?? '') : []
  return named.join() === textsOf(body.winners).join()
}

/** Is the rule that was shown, and the budget, what was signed for? */
function sameRule(said: JsonObject, body: Record<string, unknown>): boolean {
  const same = (member: string): boolean =>
    said[member] !== undefined &&
    body[member] !== undefined &&
    canonical(said[member]) === canonical(body[member] as Json)
  return same('rule') && same('budget')
}

/** The payload that the first person signed, if it says what the proposal says; null when it does not, or nothing was signed. */
export function signedProposal({ act, ref, body }: Omit<ShownProposal, 'proposedBy'>): JsonObject | null {
  const row = SIGNED[act]
  const said = signedBy(body.jws)
  if (!row || said?.typ !== row.typ || said[row.about] !== ref) return null
  if (act === 'tender.award' && !sameWinners(said, body)) return null
  if (act === 'tender.amend' && !sameRule(said, body)) return null
  // Whoever is shown a later deadline must not sign for another rule.
  if (act === 'tender.extend' && said.rule !== undefined) return null
  return row.same.every((member) => said[member] === body[member]) ? said : null
}

const exact = (time: unknown): string => {
  const at = parseTime(time)
  return at.ok ? millisZ(at.value) : ''
}

/** The other lots that an act names which is done to several together, each with what the first person signed for it. */
export function lotsNamed(body: Record<string, unknown>): { no: string; jws: string }[] {
  const lots = Array.isArray(body.lots) ? (body.lots as (Record<string, unknown> | null)[]) : []
  return lots.map((lot) => ({ no: String(lot?.no ?? ''), jws: String(lot?.jws ?? '') }))
}

/** The entry of the register that follows from a proposal as it is shown; null for what is no such proposal. */
function registered({ act, body, proposedBy }: ShownProposal, approver: string, people: number): JsonObject | null {
  const proposal = typeof body.jws === 'string' ? body.jws : undefined
  const by = { proposedBy, approvedBy: approver, proposal }
  if (act === 'people.export') return exported(people, by)
  if (act !== 'role.grant') return null
  const { what, invitation, account, from, to, role } = body
  if (what === 'invitation') return rolesNow({ account: invited(String(invitation)), roles: textsOf(body.roles) }, by)
  if (what === 'roles') return rolesNow({ account: String(account), roles: textsOf(body.after) }, by)
  if (what !== 'delegation') return null
  const times = { startsAt: exact(body.startsAt), endsAt: exact(body.endsAt) }
  return lent({ from: String(from), to: String(to), role: String(role), ...times }, by)
}

/**
 * May `approver` sign this approval, having been shown that proposal? It approves the very bytes that the first person signed, those
 * say what was shown, and it names both persons. Whoever is listed as shut out is for the log to show. Of an act about people it signs
 * the entry itself, which says what was shown, and holds what the first person signed. Of how many people an export is, the log shows.
 */
export function approvesShown(P: Primitives, shown: ShownProposal, approver: string, approval: JsonObject): boolean {
  const people = typeof approval.people === 'number' ? approval.people : 0
  const entry = registered(shown, approver, people)
  if (entry) return canonical(approval) === canonical(entry)
  const said = signedProposal(shown)
  if (!said) return false
  const jws = String(shown.body.jws)
  const persons = { proposedBy: shown.proposedBy, approvedBy: approver }
  const own: JsonObject = shown.act.startsWith('tender.')
    ? approving(P, shown.ref, { act: String(said.typ), jws }, persons)
    : approvingExclusion(P, jws, persons)
  const { excluded, ...rest } = approval
  return canonical(rest) === canonical(own) && (excluded === undefined || Array.isArray(excluded))
}

/**
 * The same of an act that is done to several lots together: there is one approval for each, in the order in which they are named, each of
 * what the first person signed for that lot, and none besides.
 */
export function approvesAll(
  P: Primitives,
  shown: ShownProposal,
  approver: string,
  asked: { approval: JsonObject; lots?: readonly { no: string; approval: JsonObject }[] | undefined },
): boolean {
  const named = lotsNamed(shown.body)
  const lots = asked.lots ?? []
  return (
    approvesShown(P, shown, approver, asked.approval) &&
    lots.length === named.length &&
    named.every(({ no, jws }, n) => {
      const lot = lots[n]
      const own = { ...shown, ref: no, body: { ...shown.body, jws } }
      return lot?.no === no && approvesShown(P, own, approver, lot.approval)
    })
  )
}
