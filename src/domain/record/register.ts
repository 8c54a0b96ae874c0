// Who signed what a body's register says: who has which role, what was lent, exported, and how the body stands? Read from the log alone.
import type { JsonObject } from '../../proof/canonical.ts'
import { verifyJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { secondsZ, timeOf } from '../kit/time.ts'
import { askingExport, askingLoan, askingRoles } from '../organisations/register-acts.ts'
import type { Entry } from './entry.ts'
import { brief, type Finding, finding } from './finding.ts'
import { type Keyring, keyInForce, keysInForce, type LoggedKey, RECEIPTS } from './keyring.ts'
import { type Decided, type Notice, type RoleChange, type RoleLent, sameJson } from './payloads.ts'
import type { Register } from './second-persons.ts'
import { signedInside } from './signatures.ts'

/** Entry types of the register, other than roles and loans. */
export type Recorded = Entry<Decided>
type Any = Entry<RoleChange> | Entry<RoleLent> | Recorded

/** How an organisation stands, which the operator alone says. */
export const STANDING = 'organisation.standing/1'
const isChange = (e: Any): e is Entry<RoleChange> => e.leaf.typ === 'role.changed/1'
const isLoan = (e: Any): e is Entry<RoleLent> => e.leaf.typ === 'role.delegated/1'
const sameLoan = (a: RoleLent, b: RoleLent): boolean =>
  a.from === b.from && a.to === b.to && a.role === b.role && a.startsAt === b.startsAt

/** What is known when an entry is judged: everything good below it. */
type Below = { register: Register; used: Set<string> }

const lastOf = ({ register }: Below, account: string): Entry<RoleChange> | undefined =>
  register.changes.filter((e) => e.payload.account === account).at(-1)

/** May the account look after the people at that entry? Where the register has no word about it, nobody can say no. */
function looksAfterPeople(below: Below, account: string, at: Entry<object>): boolean {
  const word = lastOf(below, account)
  if (!word || word.payload.roles.includes('administrator')) return true
  const now = timeOf(at.leaf.at)
  const loans = below.register.lent.filter(({ payload: p }) => p.to === account && p.role === 'administrator')
  return loans.some(
    ({ payload: p }, i) =>
      !loans.slice(i + 1).some((later) => sameLoan(later.payload, p)) &&
      timeOf(p.startsAt) <= now + 1000 &&
      now < timeOf(p.endsAt),
  )
}

/** A key of a person of the body, or of the operator, who is everybody's second person. The server's own key is no person's. */
function personsKey(ring: Keyring, e: Any): LoggedKey | null {
  const own = e.leaf.typ === STANDING ? null : keyInForce(ring.actors, e.leaf.org, e.kid, e.index)
  const key = own ?? keyInForce(ring.actors, RECEIPTS.org, e.kid, e.index)
  return key?.id === RECEIPTS.id ? null : key
}

const hasKey = (ring: Keyring, e: Any, account: string): boolean =>
  [e.leaf.org, RECEIPTS.org].some((org) => keysInForce(ring.actors, org, e.index).some((key) => key.id === account))

/** Does a signed proposal ask for what the entry says? */
function asksFor(e: Any, below: Below, said: JsonObject): boolean {
  const { org } = e.leaf
  const made = String(said.made)
  if (isLoan(e)) {
    const { from, to, role, startsAt, endsAt } = e.payload
    const times = { startsAt: secondsZ(timeOf(startsAt)), endsAt: secondsZ(timeOf(endsAt)) }
    return sameJson(said, askingLoan(org, made, { from, to, role, ...times }))
  }
  if (!isChange(e)) return sameJson(said, askingExport(org, made))
  const { account, roles } = e.payload
  const asked = Array.isArray(said.roles) ? said.roles.map(String) : []
  const had = lastOf(below, account)?.payload.roles
  // Nothing is given that was not asked for. What somebody had before the log's first word is not known.
  const given = had ? roles.filter((role) => !had.includes(role)) : asked
  return (
    sameJson(said, askingRoles(org, made, { account, roles: asked })) &&
    asked.every((role) => roles.includes(role)) &&
    given.every((role) => asked.includes(role))
  )
}

type Judging = { P: Primitives; ring: Keyring; below: Below; since: boolean }
type Wrong = { ko: string; en: string }
const wrong = (ko: string, en: string): Wrong => ({ ko, en })

/** What is wrong with the first person's word inside an entry; null when it holds, or nobody could give it. */
async function proposalWrong({ P, ring, below, since }: Judging, e: Any): Promise<Wrong | null> {
  const { proposal, proposedBy, approvedBy } = e.payload
  if (proposal === undefined) {
    const missing = since && proposedBy && approvedBy && hasKey(ring, e, proposedBy)
    return missing
      ? wrong(
          `제안한 ${brief(proposedBy)}에게 열쇠가 있는데 제안에 서명이 없습니다.`,
          `${brief(proposedBy)} had a key and did not sign the proposal.`,
        )
      : null
  }
  const typ = isChange(e) || isLoan(e) ? 'role.proposal/1' : 'export.proposal/1'
  const signed = await signedInside(P, ring, proposal, typ, { index: e.index, read: (said: JsonObject) => said })
  const again = signed !== null && below.used.has(JSON.stringify(signed.said))
  if (signed?.key.id === proposedBy && signed?.key.org === e.leaf.org && asksFor(e, below, signed.said) && !again) {
    below.used.add(JSON.stringify(signed.said))
    return null
  }
  return wrong(
    `제안한 사람(${brief(proposedBy ?? '-')})은 그렇게 서명하지 않았습니다.`,
    `${brief(proposedBy ?? '-')} did not sign a proposal of this.`,
  )
}

/** Somebody took up an invitation that was granted below, once, with its roles; nobody signs that. */
function acceptedWrong(e: Entry<RoleChange>, { register }: Below): Wrong | null {
  const { account, roles, invitation, proposedBy, approvedBy } = e.payload
  const granted = register.changes.find((one) => one.payload.account === invitation)?.payload
  const taken = register.changes.some((one) => one.payload.invitation === invitation)
  const same =
    granted !== undefined &&
    sameJson([...granted.roles], [...roles]) &&
    granted.proposedBy === proposedBy &&
    granted.approvedBy === approvedBy
  if (same && !taken && e.leaf.by === account) return null
  return wrong('받아들인 초대가 결정된 것과 다릅니다.', 'it takes up an invitation that was not granted so, or twice.')
}

/** One person alone gives nothing: whatever nobody approved takes a role away, or cuts a loan short. */
function aloneWrong(e: Any, below: Below): Wrong | null {
  const { proposedBy, approvedBy } = e.payload
  if (e.leaf.typ === STANDING) return null
  if (approvedBy && approvedBy !== proposedBy) return null
  if (!approvedBy && isChange(e)) {
    const had = lastOf(below, e.payload.account)?.payload.roles
    if (!had || e.payload.roles.every((role) => had.includes(role))) return null
  }
  if (!approvedBy && isLoan(e)) {
    const loan = below.register.lent.filter(({ payload }) => sameLoan(payload, e.payload)).at(-1)
    if (loan && timeOf(e.payload.endsAt) <= timeOf(loan.payload.endsAt)) return null
  }
  return wrong('한 사람이 혼자 결정했습니다.', 'one person alone decided it.')
}

/** A loan that ended by itself: who lent or borrowed had lost what it rests on. */
function followsWrong(e: Any, below: Below): Wrong | null {
  const lost = (account: string, gone: (roles: readonly string[]) => boolean): boolean => {
    const word = lastOf(below, account)
    return word !== undefined && gone(word.payload.roles)
  }
  const follows =
    isLoan(e) &&
    (lost(e.payload.from, (roles) => !roles.includes(e.payload.role)) || lost(e.payload.to, (r) => r.length === 0))
  return follows ? aloneWrong(e, below) : wrong('아무도 하지 않은 일입니다.', 'nobody did it.')
}

async function whatIsWrong(judging: Judging, e: Any): Promise<Wrong | null> {
  const { P, ring, below, since } = judging
  const { proposedBy, approvedBy } = e.payload
  const decider = approvedBy ?? proposedBy ?? (e.jws === '' ? e.leaf.by : undefined)
  if (e.jws === '' && !since) return proposalWrong(judging, e)
  if (e.jws === '' && e.leaf.by === '-') return followsWrong(e, below)
  if (e.jws === '' && isChange(e) && e.payload.invitation !== undefined) return acceptedWrong(e, below)
  const key = e.jws === '' ? null : personsKey(ring, e)
  if (e.jws !== '') {
    const holds =
      key && (decider === undefined || key.id === decider) && (await verifyJws(P, e.jws, key.jwk, e.leaf.typ))
    if (!holds) {
      return wrong(
        `결정한 ${brief(decider ?? '운영자')}의, 그때 효력이 있던 열쇠로 된 서명이 없습니다.`,
        `it is not signed by ${brief(decider ?? 'the operator')} with a key that was in force then.`,
      )
    }
  } else if (e.leaf.by !== decider || hasKey(ring, e, e.leaf.by)) {
    return wrong(
      `${brief(e.leaf.by)}에게 열쇠가 있었는데 서명하지 않았습니다.`,
      `${brief(e.leaf.by)} had a key in force and did not sign it.`,
    )
  }
  const proposal = await proposalWrong(judging, e)
  if (proposal || !since) return proposal
  const goes = isChange(e) && e.payload.account === decider && e.payload.roles.length === 0
  const outside = e.leaf.typ === STANDING || key?.org === RECEIPTS.org
  if (!goes && !outside && decider && !looksAfterPeople(below, decider, e)) {
    return wrong(`${brief(decider)}에게는 그때 그 권한이 없었습니다.`, `${brief(decider)} had no power to do it then.`)
  }
  return aloneWrong(e, below)
}

/**
 * Judges the register of the buyer, or of another body that the tender meets. Of an entry that a key signed the signature must hold; below a notice that says `register`, whoever
 * had a key did sign, first persons' proposals and deciders' entries alike, and one person alone gave nobody anything. What does not
 * hold is named as a finding of `second-person` and says nothing of anybody's power.
 *
 * Example: a role that administrator-1 proposed and administrator-2 gave, both with keys: an entry by administrator-2's key with the
 * signed proposal inside. The same entry written by the service for administrator-2: one finding, and the role was never given.
 */
export async function judgeRegister(
  P: Primitives,
  ring: Keyring,
  notice: Entry<Notice> | null,
  read: { changes: readonly Entry<RoleChange>[]; lent: readonly Entry<RoleLent>[]; others: readonly Recorded[] },
): Promise<{ register: Register; findings: Finding[] }> {
  const below: Below = { register: { changes: [], lent: [] }, used: new Set() }
  const findings: Finding[] = []
  const signs = notice?.payload.twoPersons?.register === true
  const all: Any[] = [...read.changes, ...read.lent, ...read.others].sort((a, b) => a.index - b.index)
  for (const e of all) {
    const since = signs && notice !== null && e.index > notice.index
    const says = await whatIsWrong({ P, ring, below, since }, e)
    if (says) {
      const { ko, en } = says
      const { index, leaf } = e
      findings.push(
        finding('second-person', `기록 ${index}번(${leaf.typ}): ${ko}`, `Entry ${index} (${leaf.typ}): ${en}`),
      )
    } else if (isChange(e)) below.register.changes.push(e)
    else if (isLoan(e)) below.register.lent.push(e)
  }
  return { register: below.register, findings }
}
