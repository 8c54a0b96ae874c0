// Did a second person of the agency approve what the notice says that two must decide? Read from the log alone.

import { verifyJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { timeOf } from '../kit/time.ts'
import type { Entry } from './entry.ts'
import { brief, type Finding, finding } from './finding.ts'
import { type Keyring, keyInForce, keysInForce } from './keyring.ts'
import type { Approval, RoleChange, RoleLent, TwoPersons } from './payloads.ts'
import type { TenderRecord } from './read.ts'

/** Register entries of the buyer, in log order: who got or lost roles, and what was lent to whom. */
export interface Register {
  changes: Entry<RoleChange>[]
  lent: Entry<RoleLent>[]
}

/** An approval, and the account whose key in force signed it: null where nobody did, which is what logs held before approvals were signed. */
export type SignedApproval = Entry<Approval> & { signer: string | null }

/** Who signed an approval: the account whose key was in force for the organisation of its leaf, where it stands. */
export async function signedApproval(P: Primitives, ring: Keyring, approval: Entry<Approval>): Promise<SignedApproval> {
  const key = keyInForce(ring.actors, approval.leaf.org, approval.kid, approval.index)
  const holds = key && (await verifyJws(P, approval.jws, key.jwk, 'approval/1'))
  return { ...approval, signer: holds ? key.id : null }
}

/** Is the leaf's word for who approved that of the payload? A key speaks for its holder; an account for itself, unless the notice asks for a key. */
function speaksFor({ jws, leaf, payload, signer }: SignedApproval, rule: TwoPersons): boolean {
  if (jws !== '') return signer === payload.approvedBy
  return !rule.signed && leaf.by === payload.approvedBy
}

const wrong = (index: number, ko: string, en: string): Finding =>
  finding('second-person', `기록 ${index}번: ${ko}`, `Entry ${index}: ${en}`)

const holdsSome = (roles: readonly string[], wanted: readonly string[]): boolean =>
  roles.some((role) => wanted.includes(role))

/** Does the account hold one of the roles by itself just before entry `index`? The register decides; before its first word, the notice. */
function holds(register: Register, rule: TwoPersons, account: string, index: number): boolean {
  const last = register.changes.filter((e) => e.payload.account === account && e.index < index).at(-1)
  return last ? holdsSome(last.payload.roles, rule.roles) : rule.holders.includes(account)
}

/**
 * Was one of the roles lent to the account at that entry? The latest entry about a loan says until when it lasts: one that is
 * taken back is written again with its end. Nobody lends what he does not hold.
 */
function lentTo(register: Register, rule: TwoPersons, account: string, at: Entry<object>): boolean {
  const now = timeOf(at.leaf.at)
  const loans = new Map<string, RoleLent>()
  for (const { index, payload } of register.lent) {
    if (index >= at.index || payload.to !== account || !rule.roles.includes(payload.role)) continue
    loans.set(`${payload.from} ${payload.role} ${payload.startsAt}`, payload)
  }
  // A leaf's time is cut to the second.
  return [...loans.values()].some(
    ({ from, startsAt, endsAt }) =>
      timeOf(startsAt) <= now + 1000 && now < timeOf(endsAt) && holds(register, rule, from, at.index),
  )
}

/** Everything wrong with an approval as such; `signer` is the account whose key signed the act. */
function approvalFindings(
  r: Pick<TenderRecord, 'notice'>,
  rule: TwoPersons,
  register: Register,
  { approval, signer }: { approval: SignedApproval; signer: string },
): Finding[] {
  const { index, leaf, payload } = approval
  const { proposedBy, approvedBy } = payload
  const found: Finding[] = []
  if (proposedBy !== signer) {
    found.push(
      wrong(
        index,
        `제안자(${brief(proposedBy)})가 그 행위에 서명한 사람이 아닙니다.`,
        `${brief(proposedBy)} is said to have proposed what another person signed.`,
      ),
    )
  }
  if (approvedBy === signer || approvedBy === proposedBy) {
    found.push(wrong(index, '제안한 사람 혼자 승인까지 했습니다.', 'one person alone proposed and approved.'))
    return found
  }
  if (!speaksFor(approval, rule)) {
    found.push(
      wrong(
        index,
        `승인에 그때 효력이 있던 ${brief(approvedBy)}의 서명이 없습니다.`,
        `the approval is not signed by ${brief(approvedBy)} with a key that was in force then.`,
      ),
    )
    return found
  }
  const own = leaf.org === r.notice?.payload.notice.agency.id
  if (!own || !(holds(register, rule, approvedBy, index) || lentTo(register, rule, approvedBy, approval))) {
    found.push(
      wrong(
        index,
        `${brief(approvedBy)}에게는 그때 승인할 권한이 없었습니다.`,
        `${brief(approvedBy)} had no power to approve then.`,
      ),
    )
  }
  return found
}

/**
 * Findings of `second-person`. Of every act that the notice says two persons must decide, an approval stands below it in the
 * log, signed by another person than who signed the act, who held the role or had it lent then. Notices from before approvals were
 * signed take the service's word for the account; those from before they spoke of two persons name no such act, and then nothing
 * is found.
 *
 * Example: an award at entry 70, signed by officer-1, with an `approval/1` at 69 by approver-1: none. With the approval at 71,
 * by officer-1, by somebody of another agency, or with none: one finding each.
 */
export function secondPersonFindings(r: Omit<TenderRecord, 'findings'>, register: Register): Finding[] {
  const rule = r.notice?.payload.twoPersons
  const agency = r.notice?.payload.notice.agency.id
  if (!rule || agency === undefined) return []
  const found: Finding[] = []
  const acts = r.entries.filter((e) => rule.acts.includes(e.leaf.typ))
  const ofAct = (act: (typeof acts)[number]) =>
    r.approvals.filter(({ payload }) => payload.act === act.leaf.typ && payload.h === act.leaf.h)
  for (const act of acts) {
    const approvals = ofAct(act)
    const before = approvals.find((a) => a.index < act.index)
    if (!before) {
      found.push(
        approvals.length > 0
          ? wrong(
              act.index,
              `승인이 ${act.leaf.typ} 뒤에야 기록되었습니다.`,
              `${act.leaf.typ} was approved only afterwards.`,
            )
          : wrong(
              act.index,
              `두 사람이 결정해야 하는 ${act.leaf.typ}에 두 번째 사람의 승인이 없습니다.`,
              `no second person approved ${act.leaf.typ}, which two must decide.`,
            ),
      )
      continue
    }
    // Whose signature is not there is named by `signatures`; then nobody can be compared with the approver.
    const signer = keysInForce(r.ring.actors, agency, act.index).find((key) => key.kid === act.leaf.by)
    if (signer) found.push(...approvalFindings(r, rule, register, { approval: before, signer: signer.id }))
  }
  const last = r.entries.at(-1)?.index
  for (const { index, payload } of r.approvals) {
    const of = acts.some((act) => act.leaf.typ === payload.act && act.leaf.h === payload.h)
    // The act is the next entry: where the log was read between the two, it is still to come.
    if (of || index === last) continue
    found.push(wrong(index, '승인된 행위가 기록에 없습니다.', 'it approves what is not in the log.'))
  }
  return found
}
