// Which kinds of organisations are there, and which roles may their people have? One row a kind.
import type { Words } from '../events.ts'
import type { Reason } from '../kit/verdict.ts'
import type { Role } from '../powers.ts'

type KindRow = {
  says: Words
  /** Roles that people of this kind of organisation may have. */
  roles: readonly Role[]
  /** Roles that the person who registered it has once the operator has verified it. */
  first: readonly Role[]
  /** May anybody register one? The operator itself is made at the first start. */
  registers: boolean
}

export const KINDS = {
  agency: {
    says: { ko: '발주기관', en: 'Agency' },
    roles: ['administrator', 'officer', 'approver', 'evaluator'],
    first: ['administrator', 'officer'],
    registers: true,
  },
  supplier: {
    says: { ko: '업체', en: 'Supplier' },
    roles: ['administrator', 'supplier', 'staff'],
    first: ['administrator', 'supplier'],
    registers: true,
  },
  oversight: {
    says: { ko: '감독 기관', en: 'Oversight body' },
    roles: ['administrator', 'auditor', 'custodian'],
    first: ['administrator'],
    registers: true,
  },
  experts: {
    says: { ko: '평가위원 소속 기관', en: 'Body of evaluators' },
    roles: ['administrator', 'evaluator'],
    first: ['administrator'],
    registers: true,
  },
  operator: {
    says: { ko: '운영자', en: 'Operator' },
    roles: ['administrator', 'operator'],
    first: ['administrator', 'operator'],
    registers: false,
  },
} as const satisfies Record<string, KindRow>

export type Kind = keyof typeof KINDS
export const KIND_IDS = Object.keys(KINDS) as [Kind, ...Kind[]]

/** What an oversight body is. */
export const BODIES = {
  'audit-office': {
    says: { ko: '감사원·감사기관', en: 'Audit office' },
    first: ['auditor'],
  },
  'competition-authority': {
    says: { ko: '경쟁 당국', en: 'Competition authority' },
    first: ['auditor'],
  },
  'custodian-institution': {
    says: { ko: '열쇠 보관 기관', en: 'Custodian institution' },
    first: ['custodian'],
  },
} as const satisfies Record<string, { says: Words; first: readonly Role[] }>

export type Body = keyof typeof BODIES
export const BODY_IDS = Object.keys(BODIES) as [Body, ...Body[]]

/** Roles that one person may not have together, whether granted or delegated: who proposes an award does not approve it or mark for it. */
export const APART: readonly (readonly [Role, Role])[] = [
  ['officer', 'approver'],
  ['officer', 'evaluator'],
  ['approver', 'evaluator'],
  ['auditor', 'custodian'],
]

/** Roles of whoever registered an organisation, once it is verified. */
export const firstRoles = (kind: Kind, body: Body | null): Role[] => [
  ...KINDS[kind].first,
  ...(body === null ? [] : BODIES[body].first),
]

/** The kind of organisation whose people have a role; administrators are everywhere. */
export const kindOfRole = (role: Role): Kind =>
  KIND_IDS.find((kind) => role !== 'administrator' && (KINDS[kind].roles as readonly Role[]).includes(role)) ??
  'supplier'

/**
 * Every reason against somebody having these roles together in an organisation of this kind.
 * Example: `rolesReasons('agency', ['officer', 'approver', 'supplier'])` says that suppliers are not of agencies, and that officer
 * and approver are two persons.
 */
export function rolesReasons(kind: Kind, roles: readonly Role[]): Reason[] {
  const strange = roles.filter((role) => !(KINDS[kind].roles as readonly Role[]).includes(role))
  const together = APART.filter(([a, b]) => roles.includes(a) && roles.includes(b))
  return [
    ...strange.map((role) => ({ code: 'role-not-of-kind', facts: { role, kind }, at: '/roles' })),
    ...together.map(([a, b]) => ({ code: 'roles-apart', facts: { a, b }, at: '/roles' })),
  ]
}
