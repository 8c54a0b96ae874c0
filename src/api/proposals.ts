// Which requests are about acts that need two persons: listing, approving, declining, withdrawing?
import { z } from 'zod'
import { POWERS, type TwoPersonAct } from '../domain/powers.ts'
import { PROPOSAL_STATES } from '../domain/second-person.ts'
import { MOST_LOTS } from '../domain/tenders/lots.ts'
import { compactJws, endpoint, exactTime, id, SIGNING_SINCE, tenderNo, words } from './endpoint.ts'

const acts = Object.entries(POWERS).flatMap(([power, row]) => ('second' in row ? [power] : [])) as [
  TwoPersonAct,
  ...TwoPersonAct[],
]

const person = z.strictObject({ account: id, name: z.string() })

export const proposalView = z.strictObject({
  id,
  /** The power that it uses. */
  act: z.enum(acts),
  /** The organisation for which it is proposed. */
  org: id,
  /** What it is about: a tender's number, an account, a firm. */
  ref: z.string(),
  /** What was asked for. */
  body: z.record(z.string(), z.unknown()),
  /** Names of organisations by their ids; of accounts only for who proposed it and for those who may decide it. */
  names: z.record(z.string(), words),
  proposedBy: person,
  proposedAt: exactTime,
  expiresAt: exactTime,
  state: z.enum(PROPOSAL_STATES),
  decidedBy: person.nullable(),
  decidedAt: exactTime.nullable(),
  statement: z.string().nullable(),
  /** May the caller approve or decline it now? */
  decidable: z.boolean(),
  /** May the caller take it back now? */
  withdrawable: z.boolean(),
})
export type ProposalView = z.output<typeof proposalView>

const params = z.strictObject({ id })

export const listProposals = endpoint({
  id: 'listProposals',
  method: 'get',
  path: '/api/v1/proposals',
  power: 'proposal.own',
  summary: 'Proposals of one’s organisation, and those of others that one may decide; the newest first.',
  query: z.strictObject({
    /** Those that wait for their second person, or all the others. */
    waiting: z.enum(['yes', 'no']).default('yes'),
    /** Only those about this: a tender's number, an account. */
    ref: z.string().min(1).max(100).optional(),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
    per: z.coerce.number().int().min(1).max(100).default(20),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      proposals: z.array(proposalView),
      total: z.number().int(),
      page: z.number().int(),
      per: z.number().int(),
    }),
  },
  refusals: [],
})

export const readProposal = endpoint({
  id: 'readProposal',
  method: 'get',
  path: '/api/v1/proposals/:id',
  power: 'proposal.own',
  summary: 'One proposal of one’s organisation, or one that one may decide.',
  params,
  reply: { status: 200, body: proposalView },
  refusals: ['not-found'],
})

const APPROVING = [
  'standstill-runs',
  'objections-open',
  'objection-upheld',
  'second-person-same',
  'proposal-decided',
  'proposal-expired',
  'proposer-lost-power',
  'forbidden',
  'not-found',
  'wrong-state',
  'deadline-passed',
  'keyset-mismatch',
] as const

export const proposeApproval = endpoint({
  id: 'proposeApproval',
  method: 'get',
  path: '/api/v1/proposals/:id/approval',
  power: 'proposal.decide',
  summary:
    'What the second person signs to approve a proposal, as it will stand in the log: `approval/1`, or the entry of the act itself.',
  params,
  reply: {
    status: 200,
    body: z.strictObject({
      /** Null where the approver has no key and the act does not ask for one. */
      approval: z.record(z.string(), z.unknown()).nullable(),
      /** Of an act that is done to several lots together, what is signed for each of the others, in the order in which it names them. */
      lots: z.array(z.strictObject({ no: z.string(), approval: z.record(z.string(), z.unknown()) })).optional(),
    }),
  },
  refusals: [...APPROVING],
})

export const approveProposal = endpoint({
  id: 'approveProposal',
  method: 'post',
  path: '/api/v1/proposals/:id/approval',
  power: 'proposal.decide',
  summary: 'Approve another person’s proposal: the act is done in the same moment, and names both persons in the log.',
  params,
  /** `jws` signs the proposed approval, for the acts that ask for one, `lots` those for the other lots of an act that is done to several. */
  body: z.strictObject({
    statement: z.string().max(4000).default(''),
    jws: compactJws.optional(),
    lots: z
      .array(z.strictObject({ no: tenderNo, jws: compactJws }))
      .max(MOST_LOTS)
      .optional(),
  }),
  bodyLimit: 131_072,
  reply: { status: 200, body: proposalView },
  refusals: [...APPROVING, ...SIGNING_SINCE, 'proposal-unsigned'],
})

export const declineProposal = endpoint({
  id: 'declineProposal',
  method: 'post',
  path: '/api/v1/proposals/:id/refusal',
  power: 'proposal.decide',
  summary: 'Decline another person’s proposal, with a reason that its organisation can read.',
  params,
  body: z.strictObject({ statement: z.string().max(4000) }),
  reply: { status: 200, body: proposalView },
  refusals: [
    'second-person-same',
    'proposal-decided',
    'proposal-expired',
    'statement-missing',
    'forbidden',
    'not-found',
  ],
})

export const withdrawProposal = endpoint({
  id: 'withdrawProposal',
  method: 'delete',
  path: '/api/v1/proposals/:id',
  power: 'proposal.own',
  summary: 'Take back one’s own proposal.',
  params,
  reply: { status: 200, body: proposalView },
  refusals: ['proposal-decided', 'proposal-expired', 'forbidden', 'not-found'],
})
