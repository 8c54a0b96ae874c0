// Which requests are about organisations: registering, documents, qualifications, verification, exclusion?
import { z } from 'zod'
import { BODY_IDS, KIND_IDS } from '../domain/organisations/kinds.ts'
import { FACT_KINDS } from '../domain/organisations/profile.ts'
import { SCHEME_IDS } from '../domain/organisations/registration-number.ts'
import { ROLES, type Role } from '../domain/powers.ts'
import {
  compactJws,
  endpoint,
  exactTime,
  id,
  legalTime,
  SIGNING,
  SIGNING_SINCE,
  sealedOpening,
  words,
} from './endpoint.ts'
import { proposalView } from './proposals.ts'

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'a day such as 2027-01-31')
const name = z.string().min(1).max(400)
const standing = z.enum(['pending', 'verified', 'suspended'])
const statement = z.string().max(4000)
const email = z.string().regex(/^[^\s@]{1,64}@[^\s@]{1,190}$/, 'an e-mail address')

const details = z.strictObject({
  nameKo: name,
  nameEn: name,
  scheme: z.enum(SCHEME_IDS),
  number: z.string().min(1).max(60),
})

const document = z.strictObject({
  id,
  kind: z.enum(['registration', 'seal', 'authority', 'licence', 'other']),
  name: z.string(),
  media: z.string(),
  size: z.number().int(),
  sha256: z.string(),
  at: exactTime,
})

const fact = z.strictObject({
  id,
  kind: z.enum(FACT_KINDS),
  value: z.record(z.string(), z.string()),
  from: day,
  until: day.nullable(),
  /** What the operator has said of it. */
  state: z.enum(['declared', 'verified', 'refused', 'ended']),
  statement: z.string(),
  /** Verified, and today is one of its days. */
  holds: z.boolean(),
  /** What opens the log's sealed entry of the decision: by it the firm shows to anybody what was decided. Null until it has its index. */
  sealed: sealedOpening.nullable(),
})

const review = z.strictObject({
  act: z.enum(['submitted', 'verified', 'returned', 'suspended', 'restored']),
  at: exactTime,
  reasons: z.array(z.string()),
  statement: z.string(),
  /** What opens the log's sealed entry of a return; null for other acts, and until it has its index. */
  sealed: sealedOpening.nullable(),
})

const organisationView = z.strictObject({
  id,
  kind: z.enum(KIND_IDS),
  body: z.enum(BODY_IDS).nullable(),
  name: words,
  scheme: z.enum(SCHEME_IDS).nullable(),
  /** As people write it. */
  number: z.string().nullable(),
  standing,
  /** Where the registration is: not handed in, waiting for the operator, returned with reasons, verified, suspended. */
  state: z.enum(['open', 'waiting', 'returned', 'verified', 'suspended']),
  documents: z.array(document),
  facts: z.array(fact),
  history: z.array(review),
})
export type OrganisationView = z.output<typeof organisationView>

export const registerOrganisation = endpoint({
  id: 'registerOrganisation',
  method: 'post',
  path: '/api/v1/registrations',
  power: 'organisation.register',
  summary:
    'Register an organisation and its first person. The answer is the same whether or not the e-mail address has an account already.',
  body: z.strictObject({
    ...details.shape,
    kind: z.enum(['agency', 'supplier', 'oversight', 'experts']),
    body: z.enum(BODY_IDS).nullable().default(null),
    person: z.strictObject({ name, email, password: z.string().min(1).max(512) }),
  }),
  bodyLimit: 16_384,
  reply: { status: 202, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: [
    'number-malformed',
    'number-check-digit',
    'name-invisible',
    'name-empty',
    'name-too-long',
    'body-missing',
    'password-too-short',
    'password-too-long',
    'password-leaked',
    'password-simple',
    'password-context',
    'rate-limited',
    'foreign-origin',
  ],
})

export const readOwnOrganisation = endpoint({
  id: 'readOwnOrganisation',
  method: 'get',
  path: '/api/v1/organisations/mine',
  power: 'organisation.own',
  summary: 'The registration of one’s own organisation: where it stands, its documents, qualifications and history.',
  reply: { status: 200, body: organisationView },
  refusals: [],
})

export const submitRegistration = endpoint({
  id: 'submitRegistration',
  method: 'put',
  path: '/api/v1/organisations/mine/registration',
  power: 'organisation.edit',
  summary: 'Hand the registration in to the operator, the first time or again after it was returned.',
  body: details,
  reply: { status: 200, body: organisationView },
  refusals: [
    'number-malformed',
    'number-check-digit',
    'name-invisible',
    'name-empty',
    'name-too-long',
    'document-missing',
    'organisation-state',
  ],
})

/** Base64 takes four characters for three bytes. */
const DOCUMENT_BYTES = 3_000_000

export const addDocument = endpoint({
  id: 'addDocument',
  method: 'post',
  path: '/api/v1/organisations/mine/documents',
  power: 'organisation.edit',
  summary:
    'Add a document (PDF, PNG or JPEG, three megabytes at most). Only one’s own organisation and the operator can read it.',
  body: z.strictObject({ kind: document.shape.kind, name, bytes: z.string().max((DOCUMENT_BYTES / 3) * 4 + 8) }),
  bodyLimit: 4_100_000,
  reply: { status: 201, body: document },
  refusals: ['document-invalid', 'documents-full', 'name-invisible', 'name-empty', 'name-too-long'],
})

export const readDocument = endpoint({
  id: 'readDocument',
  method: 'get',
  path: '/api/v1/organisations/:org/documents/:id',
  power: 'organisation.own',
  summary: 'The bytes of a document, for its own organisation and the operator.',
  params: z.strictObject({ org: id, id }),
  reply: { status: 200, body: 'application/octet-stream' },
  refusals: ['not-found'],
})

export const declareFact = endpoint({
  id: 'declareFact',
  method: 'post',
  path: '/api/v1/organisations/mine/facts',
  power: 'organisation.edit',
  summary:
    'Say that a licence, region, size class, track record or credit grade holds, from one day to another. The operator verifies it.',
  body: z.strictObject({
    kind: z.enum(FACT_KINDS),
    value: z.record(z.string().max(40), z.string().max(200)),
    from: day,
    until: day.nullable(),
  }),
  reply: { status: 201, body: fact },
  refusals: ['fact-invalid', 'facts-full', 'not-a-supplier'],
})

export const endFact = endpoint({
  id: 'endFact',
  method: 'delete',
  path: '/api/v1/organisations/mine/facts/:id',
  power: 'organisation.edit',
  summary: 'Take back a qualification of one’s own organisation; it stays in the history.',
  params: z.strictObject({ id }),
  reply: { status: 200, body: fact },
  refusals: ['not-found'],
})

export const listReviews = endpoint({
  id: 'listReviews',
  method: 'get',
  path: '/api/v1/reviews',
  power: 'organisation.verify',
  summary: 'The operator’s queue: registrations and qualifications that wait, the oldest first; or all organisations.',
  query: z.strictObject({
    waiting: z.enum(['yes', 'no']).default('yes'),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
    per: z.coerce.number().int().min(1).max(100).default(20),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      reviews: z.array(
        z.strictObject({
          id,
          kind: z.enum(KIND_IDS),
          name: words,
          standing,
          /** Does the registration itself wait, and how many qualifications do? */
          registration: z.boolean(),
          facts: z.number().int(),
          since: exactTime.nullable(),
        }),
      ),
      total: z.number().int(),
      page: z.number().int(),
      per: z.number().int(),
    }),
  },
  refusals: [],
})

const reviewed = z.strictObject({
  ...organisationView.shape,
  /** Who registered it, and the roles that this person has once it is verified; null when it is. */
  first: z.strictObject({ account: id, roles: z.array(z.enum(ROLES as [Role, ...Role[]])) }).nullable(),
  /** What the operator should look at twice. */
  warnings: z.strictObject({
    /** Other organisations whose names could be taken for this one’s. */
    similar: z.array(z.strictObject({ id, name: words, standing })),
    /** A word of the name mixes scripts whose letters look alike. */
    mixedScripts: z.boolean(),
    /** Another organisation with the same number. */
    sameNumber: z.array(z.strictObject({ id, name: words, standing })),
  }),
})

const ofOrg = z.strictObject({ org: id })

export const readReview = endpoint({
  id: 'readReview',
  method: 'get',
  path: '/api/v1/reviews/:org',
  power: 'organisation.verify',
  summary: 'One organisation as the operator verifies it, with what should be looked at twice.',
  params: ofOrg,
  reply: { status: 200, body: reviewed },
  refusals: ['not-found'],
})

export const RETURN_REASONS = [
  'document-unreadable',
  'document-other',
  'name-differs',
  'number-differs',
  'name-misleading',
  'other',
] as const

export const decideRegistration = endpoint({
  id: 'decideRegistration',
  method: 'post',
  path: '/api/v1/reviews/:org/decision',
  power: 'organisation.verify',
  summary: 'Verify a registration that waits, or return it with every reason; it can then be handed in again.',
  params: ofOrg,
  body: z.strictObject({
    verdict: z.enum(['verified', 'returned']),
    reasons: z.array(z.enum(RETURN_REASONS)).max(RETURN_REASONS.length).default([]),
    statement: statement.default(''),
    /**
     * By an operator with a key. To verify: the entries that say how it stands, and which roles its first person has. To return: `jws`
     * alone, which signs `organisation.returned/1`, and is sealed in the log.
     */
    jws: compactJws.optional(),
    rolesJws: compactJws.optional(),
  }),
  reply: { status: 200, body: reviewed },
  refusals: ['organisation-state', 'number-taken', 'statement-missing', 'not-found', ...SIGNING_SINCE],
})

export const decideFact = endpoint({
  id: 'decideFact',
  method: 'post',
  path: '/api/v1/reviews/:org/facts/:id/decision',
  power: 'organisation.verify',
  summary: 'Verify a qualification, or refuse it with a reason.',
  params: z.strictObject({ org: id, id }),
  /** `jws` signs `organisation.fact/1`, by whoever of the operator has a key; it is sealed in the log. */
  body: z.strictObject({
    verdict: z.enum(['verified', 'refused']),
    statement: statement.default(''),
    jws: compactJws.optional(),
  }),
  reply: { status: 200, body: reviewed },
  refusals: ['organisation-state', 'statement-missing', 'not-found', ...SIGNING_SINCE],
})

export const suspendOrganisation = endpoint({
  id: 'suspendOrganisation',
  method: 'post',
  path: '/api/v1/reviews/:org/suspension',
  power: 'organisation.suspend',
  summary: 'Suspend a verified organisation with a stated reason: from the next request on, its people can do nothing.',
  params: ofOrg,
  body: z.strictObject({ statement, jws: compactJws.optional() }),
  reply: { status: 200, body: reviewed },
  refusals: ['organisation-state', 'statement-missing', 'not-found', ...SIGNING_SINCE],
})

export const restoreOrganisation = endpoint({
  id: 'restoreOrganisation',
  method: 'post',
  path: '/api/v1/reviews/:org/restoration',
  power: 'organisation.suspend',
  summary: 'End a suspension, with a stated reason.',
  params: ofOrg,
  body: z.strictObject({ statement, jws: compactJws.optional() }),
  reply: { status: 200, body: reviewed },
  refusals: ['organisation-state', 'statement-missing', 'not-found', ...SIGNING_SINCE],
})

const exclusionView = z.strictObject({
  id,
  org: id,
  name: words,
  declaredFor: id,
  from: legalTime,
  until: legalTime,
  basis: z.string(),
  grounds: z.string(),
  liftedAt: legalTime.nullable(),
  liftedWhy: z.string().nullable(),
  inForce: z.boolean(),
})

export const listExclusions = endpoint({
  id: 'listExclusions',
  method: 'get',
  path: '/api/v1/exclusions',
  power: 'read.public',
  summary: 'Firms that are or were shut out of tenders, with dates and legal basis; those in force first.',
  query: z.strictObject({
    page: z.coerce.number().int().min(1).max(10_000).default(1),
    per: z.coerce.number().int().min(1).max(100).default(50),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      exclusions: z.array(exclusionView),
      total: z.number().int(),
      page: z.number().int(),
      per: z.number().int(),
    }),
  },
  refusals: [],
})

export const declareExclusion = endpoint({
  id: 'declareExclusion',
  method: 'post',
  path: '/api/v1/exclusions',
  power: 'exclusion.declare',
  summary: 'Propose to shut a firm out of tenders. It is done once a second person of one’s organisation approves.',
  /** `jws` signs `exclusion.proposal/1` with all the rest. */
  body: z.strictObject({
    org: id,
    from: legalTime,
    until: legalTime,
    basis: z.string().max(500),
    grounds: statement,
    jws: compactJws,
  }),
  reply: { status: 202, body: proposalView },
  refusals: ['exclusion-invalid', 'statement-missing', 'not-a-supplier', ...SIGNING, 'proposal-open', 'not-found'],
})

export const liftExclusion = endpoint({
  id: 'liftExclusion',
  method: 'post',
  path: '/api/v1/exclusions/:id/lifting',
  power: 'exclusion.lift',
  summary: 'Propose to lift an exclusion that one’s own organisation entered.',
  params: z.strictObject({ id }),
  /** `jws` signs `exclusion.lifting/1` with this statement. */
  body: z.strictObject({ statement, jws: compactJws }),
  reply: { status: 202, body: proposalView },
  refusals: ['statement-missing', 'organisation-state', ...SIGNING, 'proposal-open', 'forbidden', 'not-found'],
})
