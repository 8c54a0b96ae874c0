// Which requests are about ways of signing in: second factors, passkeys, sessions, passwords, other providers?
import { z } from 'zod'
import { endpoint, exactTime } from './endpoint.ts'
import { code, factor, passkeyAnswer, passkeyOptions, session, ticket } from './people.ts'

const newPassword = z.string().min(1).max(512)
const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'the token of a mailed link')
const empty = z.strictObject({})
const done = { status: 204, body: null }

// Sign in.

export const startPasskey = endpoint({
  id: 'startPasskey',
  method: 'post',
  path: '/api/v1/sessions/passkey',
  power: 'session.start',
  summary: 'Begin to sign in with a passkey: what the browser is to hand to its authenticator.',
  body: empty,
  reply: { status: 201, body: z.strictObject({ ticket, passkey: passkeyOptions }) },
  refusals: ['foreign-origin'],
})

export const finishSignIn = endpoint({
  id: 'finishSignIn',
  method: 'post',
  path: '/api/v1/sessions/second-factor',
  power: 'session.start',
  summary: 'Finish signing in: a code or a passkey after the password, or a passkey alone. Sets the refresh cookie.',
  body: z.union([z.strictObject({ ticket, code }), z.strictObject({ ticket, passkey: passkeyAnswer })]),
  reply: { status: 201, body: session },
  refusals: ['bad-code', 'bad-passkey', 'challenge-over', 'rate-limited', 'foreign-origin'],
})

// One's own sessions.

const sessionId = z.string().regex(/^[A-Za-z0-9_-]{22}$/, 'the id of a session')

export const listSessions = endpoint({
  id: 'listSessions',
  method: 'get',
  path: '/api/v1/me/sessions',
  power: 'session.secure',
  summary: 'Where am I signed in?',
  reply: {
    status: 200,
    body: z.strictObject({
      sessions: z.array(
        z.strictObject({
          id: sessionId,
          current: z.boolean(),
          method: z.string(),
          agent: z.string(),
          startedAt: exactTime,
          seenAt: exactTime,
          expiresAt: exactTime,
        }),
      ),
    }),
  },
  refusals: [],
})

export const endSession = endpoint({
  id: 'endSession',
  method: 'delete',
  path: '/api/v1/me/sessions/:id',
  power: 'session.secure',
  summary: 'End one of one’s own sessions. Its tokens open nothing any more, and its live connections are cut.',
  params: z.strictObject({ id: sessionId }),
  reply: done,
  refusals: ['not-found'],
})

export const endSessions = endpoint({
  id: 'endSessions',
  method: 'delete',
  path: '/api/v1/me/sessions',
  power: 'session.secure',
  summary: 'End all of one’s own sessions, this one too unless it is kept.',
  query: z.strictObject({ keep: z.literal('current').optional() }),
  reply: { status: 200, body: z.strictObject({ ended: z.int() }) },
  refusals: [],
})

// The second factor, shown again.

export const startStepUp = endpoint({
  id: 'startStepUp',
  method: 'post',
  path: '/api/v1/me/step-up/ticket',
  power: 'session.secure',
  summary: 'Begin to show the second factor: which there are, and what the browser is to hand to its authenticator.',
  body: empty,
  reply: {
    status: 201,
    body: z.strictObject({ ticket, methods: z.array(factor), passkey: passkeyOptions.nullable() }),
  },
  refusals: ['factor-missing'],
})

export const stepUp = endpoint({
  id: 'stepUp',
  method: 'post',
  path: '/api/v1/me/step-up',
  power: 'session.secure',
  summary: 'Show the second factor. For five minutes this session may do the acts that ask for one.',
  body: z.union([z.strictObject({ ticket, code }), z.strictObject({ ticket, passkey: passkeyAnswer })]),
  reply: { status: 200, body: z.strictObject({ steppedUpUntil: exactTime }) },
  refusals: ['bad-code', 'bad-passkey', 'challenge-over'],
})

// What is set up.

export const readSecurity = endpoint({
  id: 'readSecurity',
  method: 'get',
  path: '/api/v1/me/security',
  power: 'session.secure',
  summary: 'Which ways of signing in are set up for me?',
  reply: {
    status: 200,
    body: z.strictObject({
      email: z.string(),
      emailVerified: z.boolean(),
      password: z.boolean(),
      totp: z.boolean(),
      recoveryCodesLeft: z.int(),
      passkeys: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          backedUp: z.boolean(),
          madeAt: exactTime,
          usedAt: exactTime.nullable(),
        }),
      ),
      /** Whether this address of the service is one at which browsers offer passkeys. */
      passkeysHere: z.boolean(),
      providers: z.array(z.strictObject({ name: z.string(), ko: z.string(), en: z.string(), linked: z.boolean() })),
    }),
  },
  refusals: [],
})

export const beginTotp = endpoint({
  id: 'beginTotp',
  method: 'post',
  path: '/api/v1/me/totp',
  power: 'session.secure',
  summary: 'Begin to set up an authenticator app: its secret, which counts once a code of it was shown.',
  body: empty,
  reply: { status: 201, body: z.strictObject({ secret: z.string(), uri: z.string() }) },
  refusals: ['factor-there', 'sign-in-again', 'step-up-needed'],
})

const recoveryCodes = z.strictObject({ recoveryCodes: z.array(z.string()) })

export const confirmTotp = endpoint({
  id: 'confirmTotp',
  method: 'put',
  path: '/api/v1/me/totp',
  power: 'session.secure',
  summary: 'Show a first code of the authenticator app. Answers with recovery codes, once and never again.',
  body: z.strictObject({ code }),
  reply: { status: 200, body: recoveryCodes },
  refusals: ['bad-code', 'factor-missing', 'factor-there'],
})

export const removeTotp = endpoint({
  id: 'removeTotp',
  method: 'delete',
  path: '/api/v1/me/totp',
  power: 'session.secure',
  summary: 'Remove the authenticator app.',
  reply: done,
  refusals: ['factor-missing', 'step-up-needed'],
})

export const renewRecoveryCodes = endpoint({
  id: 'renewRecoveryCodes',
  method: 'post',
  path: '/api/v1/me/recovery-codes',
  power: 'session.secure',
  summary: 'New recovery codes in place of all earlier ones.',
  body: empty,
  reply: { status: 201, body: recoveryCodes },
  refusals: ['factor-missing', 'step-up-needed'],
})

export const beginPasskey = endpoint({
  id: 'beginPasskey',
  method: 'post',
  path: '/api/v1/me/passkey-ticket',
  power: 'session.secure',
  summary: 'Begin to set up a passkey: what the browser is to hand to its authenticator.',
  body: empty,
  reply: { status: 201, body: z.strictObject({ ticket, passkey: passkeyOptions }) },
  refusals: ['factor-limit', 'sign-in-again', 'step-up-needed'],
})

const bytes = z.string().regex(/^[A-Za-z0-9_-]{1,16384}$/, 'base64url without padding')

export const addPasskey = endpoint({
  id: 'addPasskey',
  method: 'post',
  path: '/api/v1/me/passkeys',
  power: 'session.secure',
  summary: 'Set up the passkey that the authenticator has made.',
  body: z.strictObject({
    ticket,
    name: z.string().trim().min(1).max(60),
    // RegistrationResponseJSON of WebAuthn Level 3, 5.1.
    passkey: z.strictObject({
      id: bytes,
      rawId: bytes,
      type: z.literal('public-key'),
      response: z.strictObject({
        clientDataJSON: bytes,
        attestationObject: bytes,
        authenticatorData: bytes.optional(),
        transports: z.array(z.string().max(20)).max(10).optional(),
        publicKey: bytes.optional(),
        publicKeyAlgorithm: z.int().optional(),
      }),
      authenticatorAttachment: z.string().max(40).optional(),
      clientExtensionResults: z.record(z.string().max(40), z.unknown()),
    }),
  }),
  reply: { status: 201, body: z.strictObject({ id: z.string() }) },
  refusals: ['bad-passkey', 'challenge-over', 'factor-there'],
})

export const removePasskey = endpoint({
  id: 'removePasskey',
  method: 'delete',
  path: '/api/v1/me/passkeys/:id',
  power: 'session.secure',
  summary: 'Remove a passkey.',
  params: z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,1400}$/) }),
  reply: done,
  refusals: ['not-found', 'step-up-needed'],
})

// Passwords and the address.

export const changePassword = endpoint({
  id: 'changePassword',
  method: 'put',
  path: '/api/v1/me/password',
  power: 'session.secure',
  summary: 'Change one’s password. All other sessions end.',
  body: z.strictObject({ current: z.string().min(1).max(512), password: newPassword }),
  bodyLimit: 8192,
  reply: done,
  refusals: [
    'bad-credentials',
    'rate-limited',
    'password-too-short',
    'password-too-long',
    'password-leaked',
    'password-simple',
    'password-context',
  ],
})

export const requestReset = endpoint({
  id: 'requestReset',
  method: 'post',
  path: '/api/v1/password-resets',
  power: 'session.start',
  summary: 'Ask for a link to choose a new password. The answer is the same whether the address is known or not.',
  body: z.strictObject({ email: z.string().min(3).max(254) }),
  bodyLimit: 4096,
  reply: { status: 202, body: null },
  refusals: ['rate-limited', 'foreign-origin'],
})

export const resetPassword = endpoint({
  id: 'resetPassword',
  method: 'post',
  path: '/api/v1/password-resets/finish',
  power: 'session.start',
  summary: 'Choose a new password with the token of a mailed link. All sessions of the account end.',
  body: z.strictObject({ token: linkToken, password: newPassword }),
  bodyLimit: 8192,
  reply: done,
  refusals: [
    'link-over',
    'password-too-short',
    'password-too-long',
    'password-leaked',
    'password-simple',
    'password-context',
    'foreign-origin',
  ],
})

export const requestVerification = endpoint({
  id: 'requestVerification',
  method: 'post',
  path: '/api/v1/me/email-verification',
  power: 'session.secure',
  summary: 'Ask for a link that confirms one’s e-mail address.',
  body: empty,
  reply: { status: 202, body: null },
  refusals: [],
})

export const verifyEmail = endpoint({
  id: 'verifyEmail',
  method: 'post',
  path: '/api/v1/email-verifications',
  power: 'session.start',
  summary: 'Confirm an e-mail address with the token of a mailed link.',
  body: z.strictObject({ token: linkToken }),
  reply: done,
  refusals: ['link-over', 'foreign-origin'],
})

// OpenID Connect.

const providerName = z.string().regex(/^[a-z0-9-]{1,40}$/, 'the name of a provider')

export const listProviders = endpoint({
  id: 'listProviders',
  method: 'get',
  path: '/api/v1/providers',
  power: 'read.public',
  summary: 'With which other providers can one sign in?',
  reply: {
    status: 200,
    body: z.strictObject({
      providers: z.array(z.strictObject({ name: providerName, ko: z.string(), en: z.string() })),
    }),
  },
  refusals: [],
})

export const startProvider = endpoint({
  id: 'startProvider',
  method: 'post',
  path: '/api/v1/providers/:name/start',
  power: 'session.start',
  summary:
    'Begin to sign in with a provider: where to send the browser. Sets a cookie that ties the answer to this browser.',
  params: z.strictObject({ name: providerName }),
  body: empty,
  reply: { status: 201, body: z.strictObject({ url: z.string() }) },
  refusals: ['provider-unknown', 'provider-down', 'foreign-origin'],
})

export const finishProvider = endpoint({
  id: 'finishProvider',
  method: 'post',
  path: '/api/v1/providers/:name/finish',
  power: 'session.start',
  summary: 'Finish signing in with what the provider sent the browser back with. Sets the refresh cookie.',
  params: z.strictObject({ name: providerName }),
  body: z.strictObject({ query: z.string().max(8192) }),
  bodyLimit: 16_384,
  reply: { status: 201, body: session },
  refusals: [
    'provider-unknown',
    'provider-down',
    'provider-refused',
    'person-unknown',
    'challenge-over',
    'foreign-origin',
  ],
})

export const linkProvider = endpoint({
  id: 'linkProvider',
  method: 'post',
  path: '/api/v1/me/providers/:name',
  power: 'session.secure',
  summary: 'Link the person whom the provider sent the browser back with to one’s own account.',
  params: z.strictObject({ name: providerName }),
  body: z.strictObject({ query: z.string().max(8192) }),
  bodyLimit: 16_384,
  reply: done,
  refusals: [
    'provider-unknown',
    'provider-down',
    'provider-refused',
    'identity-taken',
    'challenge-over',
    'step-up-needed',
    'sign-in-again',
  ],
})

export const unlinkProvider = endpoint({
  id: 'unlinkProvider',
  method: 'delete',
  path: '/api/v1/me/providers/:name',
  power: 'session.secure',
  summary: 'Unlink one’s account from a provider.',
  params: z.strictObject({ name: providerName }),
  reply: done,
  refusals: ['not-found', 'step-up-needed'],
})

// Mails that were not sent.

export const readOutbox = endpoint({
  id: 'readOutbox',
  method: 'get',
  path: '/api/v1/outbox',
  power: 'outbox.read',
  summary: 'Mails that would have been sent if a mail server were configured, the newest first.',
  reply: {
    status: 200,
    body: z.strictObject({
      /** False: no mail server is configured, and mails are kept here. */
      sends: z.boolean(),
      mails: z.array(
        z.strictObject({
          id: z.string(),
          kind: z.string(),
          /** Null where only the addressee may know. */
          to: z.string().nullable(),
          subject: z.string(),
          body: z.string(),
          writtenAt: exactTime,
        }),
      ),
    }),
  },
  refusals: [],
})
