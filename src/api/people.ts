// Which requests are about people, sessions and keys?
import { z } from 'zod'
import { ROLES, type Role } from '../domain/powers.ts'
import { b64u32, compactJws, endpoint, exactTime, id } from './endpoint.ts'

export const person = z.strictObject({
  account: id,
  org: id,
  roles: z.array(z.enum(ROLES as [Role, ...Role[]])),
  name: z.string(),
  kid: z.string().nullable(),
  /** How the organisation stands with the operator: what most powers ask for is 'verified'. */
  standing: z.enum(['pending', 'verified', 'suspended']),
})
export const session = z.strictObject({
  accessToken: z.string(),
  expiresAt: exactTime,
  person,
  /** Until when the second factor that was shown in this session counts; null when none was, or it counts no more. */
  steppedUpUntil: exactTime.nullable(),
})

/** What a browser hands to its authenticator: WebAuthn Level 3, 5.8. */
export const passkeyOptions = z.record(z.string(), z.unknown())
const bytes = z.string().regex(/^[A-Za-z0-9_-]{1,8192}$/, 'base64url without padding')
/** An assertion as browsers give it: WebAuthn Level 3, 5.1 (AuthenticationResponseJSON). */
export const passkeyAnswer = z.strictObject({
  id: bytes,
  rawId: bytes,
  type: z.literal('public-key'),
  response: z.strictObject({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: z.string().max(200).optional(),
  }),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.record(z.string().max(40), z.unknown()),
})
/** 32 random bytes of ours; it is the challenge of a passkey as well. */
export const ticket = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a ticket as it was given')
export const factor = z.enum(['totp', 'passkey', 'recovery'])
/** Six digits of an authenticator, or a recovery code. */
export const code = z.string().min(6).max(40)

/** The password was right; the account has a second factor, and it is asked for. */
const halfway = z.strictObject({
  secondFactor: z.strictObject({ ticket, methods: z.array(factor), passkey: passkeyOptions.nullable() }),
})

export const readTime = endpoint({
  id: 'readTime',
  method: 'get',
  path: '/api/v1/time',
  power: 'read.public',
  summary: 'The time of the clock that decides: the database’s.',
  reply: { status: 200, body: z.strictObject({ now: exactTime }) },
  refusals: [],
})

export const signIn = endpoint({
  id: 'signIn',
  method: 'post',
  path: '/api/v1/sessions',
  power: 'session.start',
  summary:
    'Sign in with e-mail and password. Where a second factor is set up, the reply is a ticket for it; else it sets the refresh cookie, which pages cannot read.',
  body: z.strictObject({ email: z.string().min(3).max(254), password: z.string().min(1).max(512) }),
  bodyLimit: 4096,
  reply: { status: 201, body: z.union([session, halfway]) },
  refusals: ['bad-credentials', 'rate-limited', 'foreign-origin'],
})

export const refreshSession = endpoint({
  id: 'refreshSession',
  method: 'post',
  path: '/api/v1/sessions/refresh',
  power: 'session.start',
  summary: 'A new access token for the refresh cookie, which is replaced. A cookie used twice ends the whole session.',
  reply: { status: 200, body: session },
  refusals: ['bad-refresh', 'foreign-origin'],
})

export const signOut = endpoint({
  id: 'signOut',
  method: 'delete',
  path: '/api/v1/sessions/current',
  power: 'session.start',
  summary: 'End the session of the refresh cookie.',
  reply: { status: 204, body: null },
  refusals: ['foreign-origin'],
})

export const readMe = endpoint({
  id: 'readMe',
  method: 'get',
  path: '/api/v1/me',
  power: 'session.self',
  summary: 'Who am I, for which organisation, with which roles and key?',
  reply: { status: 200, body: person },
  refusals: [],
})

export const listEvaluators = endpoint({
  id: 'listEvaluators',
  method: 'get',
  path: '/api/v1/evaluators',
  power: 'tender.draft',
  summary: 'Accounts that may sit on a committee.',
  reply: {
    status: 200,
    body: z.strictObject({ evaluators: z.array(z.strictObject({ account: id, name: z.string(), org: id })) }),
  },
  refusals: [],
})

const keyRow = z.strictObject({
  kid: z.string(),
  enrolledAt: exactTime,
  /** In force now, replaced by its successor, or reported. */
  state: z.enum(['in-force', 'replaced', 'revoked']),
  endedAt: exactTime.nullable(),
  reason: z.enum(['lost', 'compromised', 'left']).nullable(),
})

export const listKeys = endpoint({
  id: 'listKeys',
  method: 'get',
  path: '/api/v1/keys',
  power: 'session.self',
  summary: 'One’s own signing keys, the newest first, with what became of each.',
  reply: { status: 200, body: z.strictObject({ keys: z.array(keyRow) }) },
  refusals: [],
})

export const revokeKey = endpoint({
  id: 'revokeKey',
  method: 'post',
  path: '/api/v1/keys/:kid/revocation',
  power: 'key.revoke',
  summary:
    'Report one’s key as lost or compromised. What it signed before the log entry stands; from there on it counts for nothing.',
  params: z.strictObject({ kid: b64u32 }),
  body: z.strictObject({ reason: z.enum(['lost', 'compromised']) }),
  reply: { status: 201, body: z.strictObject({ kid: z.string() }) },
  refusals: ['not-found', 'key-not-in-force'],
})

export const enrolKey = endpoint({
  id: 'enrolKey',
  method: 'post',
  path: '/api/v1/keys',
  power: 'key.enrol',
  summary: 'Enrol one’s P-256 signing key: an `actor.key/1` entry signed by the key itself.',
  body: z.strictObject({ jws: compactJws }),
  reply: { status: 201, body: z.strictObject({ kid: z.string() }) },
  refusals: ['bad-signature', 'key-in-use', 'key-mismatch', 'clock-skew'],
})
