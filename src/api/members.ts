// Which requests are about the people of an organisation: invitations, roles, delegations, leaving, export?
import { z } from 'zod'
import { ROLES, type Role } from '../domain/powers.ts'
import { compactJws, endpoint, exactTime, id, legalTime, SIGNING_SINCE } from './endpoint.ts'
import { proposalView } from './proposals.ts'

const role = z.enum(ROLES as [Role, ...Role[]])
const roles = z.array(role).max(ROLES.length)
const name = z.string().min(1).max(400)
const email = z.string().regex(/^[^\s@]{1,64}@[^\s@]{1,190}$/, 'an e-mail address')
const statement = z.string().max(4000)
/** By whoever has a key in force: the entry of the act, or the proposal that will stand inside it. */
const jws = compactJws.optional()

const memberView = z.strictObject({
  account: id,
  name: z.string(),
  email: z.string(),
  /** Own roles; delegated ones stand in the delegations. */
  roles,
  key: z.boolean(),
  leftAt: exactTime.nullable(),
})

const invitationView = z.strictObject({
  id,
  email: z.string(),
  roles,
  state: z.enum(['proposed', 'open', 'accepted', 'withdrawn', 'expired']),
  expiresAt: exactTime,
})

const delegationView = z.strictObject({
  id,
  from: id,
  to: id,
  role,
  startsAt: legalTime,
  endsAt: legalTime,
  statement: z.string(),
  inForce: z.boolean(),
  ended: z.boolean(),
})

export const listPeople = endpoint({
  id: 'listPeople',
  method: 'get',
  path: '/api/v1/organisations/mine/people',
  power: 'people.read',
  summary: 'The people of one’s organisation, its invitations and delegations.',
  reply: {
    status: 200,
    body: z.strictObject({
      people: z.array(memberView),
      invitations: z.array(invitationView),
      delegations: z.array(delegationView),
      /** Roles that people of this organisation may have. */
      possible: roles,
    }),
  },
  refusals: [],
})

export const invite = endpoint({
  id: 'invite',
  method: 'post',
  path: '/api/v1/organisations/mine/invitations',
  power: 'role.grant',
  summary:
    'Invite somebody with roles. The link is told once, to whoever invites; it works once a second person has approved.',
  /** Who signs gives the invitation its number, since the signed proposal names it. */
  body: z.strictObject({
    email,
    roles,
    invitation: z
      .string()
      .regex(/^[0-9a-f]{20}$/)
      .optional(),
    jws,
  }),
  reply: {
    status: 202,
    body: z.strictObject({ invitation: invitationView, link: z.string(), proposal: proposalView }),
  },
  refusals: ['role-not-of-kind', 'roles-apart', 'roles-missing', 'proposal-open', 'clock-skew', ...SIGNING_SINCE],
})

export const withdrawInvitation = endpoint({
  id: 'withdrawInvitation',
  method: 'delete',
  path: '/api/v1/organisations/mine/invitations/:id',
  power: 'people.end',
  summary: 'Withdraw an invitation that was not accepted yet.',
  params: z.strictObject({ id }),
  reply: { status: 200, body: invitationView },
  refusals: ['not-found'],
})

export const acceptInvitation = endpoint({
  id: 'acceptInvitation',
  method: 'post',
  path: '/api/v1/invitations/acceptance',
  power: 'invitation.accept',
  summary:
    'Accept an invitation with a name and a password. An account that the address has already stays as it is; the answer is the same.',
  body: z.strictObject({ token: z.string().max(200), name, password: z.string().min(1).max(512) }),
  bodyLimit: 8192,
  reply: { status: 201, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: [
    'invitation-invalid',
    'name-invisible',
    'name-empty',
    'name-too-long',
    'password-too-short',
    'password-too-long',
    'password-leaked',
    'password-simple',
    'password-context',
    'rate-limited',
    'foreign-origin',
  ],
})

const ofAccount = z.strictObject({ account: id })

export const grantRoles = endpoint({
  id: 'grantRoles',
  method: 'post',
  path: '/api/v1/organisations/mine/people/:account/roles',
  power: 'role.grant',
  summary: 'Propose further roles for somebody of one’s organisation. They are given once a second person approves.',
  params: ofAccount,
  body: z.strictObject({ roles, jws }),
  reply: { status: 202, body: proposalView },
  refusals: [
    'role-not-of-kind',
    'roles-apart',
    'roles-missing',
    'role-had',
    'proposal-open',
    'not-found',
    'clock-skew',
    ...SIGNING_SINCE,
  ],
})

export const endRole = endpoint({
  id: 'endRole',
  method: 'post',
  path: '/api/v1/organisations/mine/people/:account/roles/:role/ending',
  power: 'people.end',
  summary: 'Take a role away, from the next request on. One person may: it gives nobody anything.',
  params: z.strictObject({ account: id, role }),
  body: z.strictObject({ jws }),
  reply: { status: 200, body: memberView },
  refusals: ['last-administrator', 'not-found', ...SIGNING_SINCE],
})

export const delegate = endpoint({
  id: 'delegate',
  method: 'post',
  path: '/api/v1/organisations/mine/delegations',
  power: 'role.grant',
  summary:
    'Propose that somebody has another person’s role from one time to another. In force once a second person approves.',
  body: z.strictObject({ from: id, to: id, role, startsAt: legalTime, endsAt: legalTime, statement, jws }),
  reply: { status: 202, body: proposalView },
  refusals: [
    'delegation-invalid',
    'delegation-self',
    'role-not-of-kind',
    'roles-apart',
    'role-had',
    'statement-missing',
    'proposal-open',
    'not-found',
    'clock-skew',
    ...SIGNING_SINCE,
  ],
})

export const endDelegation = endpoint({
  id: 'endDelegation',
  method: 'post',
  path: '/api/v1/organisations/mine/delegations/:id/ending',
  power: 'people.end',
  summary: 'End a delegation before its time. Who signs says when, within five minutes of now.',
  params: z.strictObject({ id }),
  body: z.strictObject({ jws }),
  reply: { status: 200, body: delegationView },
  refusals: ['not-found', 'clock-skew', ...SIGNING_SINCE],
})

export const leave = endpoint({
  id: 'leave',
  method: 'post',
  path: '/api/v1/me/leaving',
  power: 'organisation.leave',
  summary: 'Leave one’s organisation: roles, delegations and sessions end at once. The last administrator cannot.',
  body: z.strictObject({ jws }),
  reply: { status: 204, body: null },
  refusals: ['last-administrator', ...SIGNING_SINCE],
})

export const exportPeople = endpoint({
  id: 'exportPeople',
  method: 'post',
  path: '/api/v1/organisations/mine/people-exports',
  power: 'people.export',
  summary: 'Propose to export the personal data of one’s organisation’s people, for a stated purpose.',
  body: z.strictObject({ purpose: statement, jws }),
  reply: { status: 202, body: proposalView },
  refusals: ['statement-missing', 'proposal-open', 'clock-skew', ...SIGNING_SINCE],
})

export const readPeopleExport = endpoint({
  id: 'readPeopleExport',
  method: 'get',
  path: '/api/v1/organisations/mine/people-exports/:id',
  power: 'people.export',
  summary: 'The export that was approved, for the person who proposed it, for a day.',
  params: z.strictObject({ id }),
  reply: { status: 200, body: z.strictObject({ purpose: z.string(), people: z.array(memberView) }) },
  refusals: ['export-over', 'not-found'],
})
