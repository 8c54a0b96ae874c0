// Who may go, who may be given what, and who must stay? An organisation always has an administrator.
import type { Reason } from '../kit/verdict.ts'
import type { Role } from '../powers.ts'
import { type Kind, rolesReasons } from './kinds.ts'

export type Member = { account: string; roles: readonly Role[]; left: boolean }

const administrators = (members: readonly Member[]): Member[] =>
  members.filter((member) => !member.left && member.roles.includes('administrator'))

/** Every reason against somebody leaving, or losing the administrator's role; `members` are those of the own organisation. */
export function mayGo(members: readonly Member[], account: string): Reason[] {
  const others = administrators(members).filter((member) => member.account !== account)
  const is = administrators(members).some((member) => member.account === account)
  return is && others.length === 0 ? [{ code: 'last-administrator', facts: {} }] : []
}

/** Every reason against giving somebody roles besides those that the person has, delegated ones among them. */
export function mayHave(kind: Kind, has: readonly Role[], given: readonly Role[]): Reason[] {
  if (given.length === 0) return [{ code: 'roles-missing', facts: {}, at: '/roles' }]
  if (given.every((role) => has.includes(role)))
    return [{ code: 'role-had', facts: { role: given.join(' ') }, at: '/roles' }]
  return rolesReasons(kind, [...new Set([...has, ...given])])
}

/** The longest delegation, in days. */
export const LONGEST_DELEGATION_DAYS = 366

/** Every reason against a delegation as times go, in milliseconds: it lies ahead, ends after it begins, and not for ever. */
export function delegationReasons(from: number, until: number, now: number): Reason[] {
  const bad = (field: string): Reason => ({ code: 'delegation-invalid', facts: { field }, at: `/${field}` })
  return [
    ...(until <= Math.max(from, now) ? [bad('until')] : []),
    ...(until - Math.max(from, now) > LONGEST_DELEGATION_DAYS * 86_400_000 ? [bad('until')] : []),
  ].slice(0, 1)
}
