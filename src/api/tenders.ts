// Which requests are about tenders: drafting, publishing, reading, marking, awarding?
import { z } from 'zod'
import { FILE_OUTCOMES } from '../domain/bids/file-check.ts'
import { PER_YEAR } from '../domain/evaluators/pool.ts'
import { MOST_LOTS } from '../domain/tenders/lots.ts'
import { STANDSTILL } from '../domain/tenders/standstill.ts'
import {
  b64u32,
  compactJws,
  endpoint,
  id,
  legalTime,
  longJws,
  mark,
  money,
  params,
  SIGNING,
  tenderNo,
  words,
} from './endpoint.ts'
import { publicEvent } from './live.ts'
import { proposalView } from './proposals.ts'
import { awardRule } from './rule.ts'

const draft = z.strictObject({
  notice: z.strictObject({
    title: words,
    summary: words,
    budget: money,
    /** A row of METHODS. */
    method: id,
    minBids: z.number().int().min(1).max(10),
    /** Hours for which a ranking lies open before anybody is awarded; none unless said. */
    standstillHours: z.number().int().min(0).max(STANDSTILL.most).optional(),
    /** Of one lot of several: what the whole notice says. The server adds which lots there are. */
    lots: z.strictObject({ title: words, summary: words }).optional(),
  }),
  rule: awardRule,
  deadline: legalTime,
  openAfter: legalTime,
  /** Accounts of the committee, in the order of their labels E1, E2, …; none where it is drawn. */
  evaluators: z.array(id).max(30),
  /** How the committee is drawn by lot; absent where the agency names it. */
  pool: z
    .strictObject({
      strata: z
        .array(z.strictObject({ field: id, seats: z.number().int().min(1).max(30) }))
        .min(1)
        .max(10),
      perYear: z.number().int().min(1).max(365).default(PER_YEAR),
    })
    .optional(),
})
export type Draft = z.output<typeof draft>

/** What may be wrong with the signature over an act. */
const status = z.enum(['draft', 'open', 'closed', 'opening', 'evaluating', 'awarded', 'failed', 'cancelled'])
const agency = z.strictObject({ id, name: words })

const summary = z.strictObject({
  no: tenderNo,
  revision: z.string(),
  title: words,
  agency,
  budget: money,
  method: id,
  state: z.string(),
  status,
  deadline: legalTime,
  openAfter: legalTime,
  /** Which lot of which notice it is, where the notice has several. */
  lot: z.strictObject({ lot: z.number().int(), of: z.number().int(), title: words }).optional(),
})

const openedEnvelope = z.strictObject({
  eid: b64u32,
  kind: z.enum(['technical', 'price']),
  bidder: id,
  state: z.enum(['sealed', 'valid', 'malformed']),
  reason: z.string().nullable(),
  body: z.record(z.string(), z.unknown()).nullable(),
})

const tenderView = z.strictObject({
  ...summary.shape,
  summary: words,
  minBids: z.number().int(),
  /** Hours for which a ranking lies open before anybody is awarded, as the notice promises; 0 where it does not. */
  standstillHours: z.number().int(),
  /** When that is over, counted from the ranking that stands, as `award/1` will name it; null where nothing runs. */
  standstillEnds: legalTime.nullable(),
  rule: z.record(z.string(), z.unknown()),
  ruleHash: b64u32.nullable(),
  evaluators: z.array(z.string()),
  /** How the committee is drawn; absent where the agency names it. */
  pool: draft.shape.pool,
  /** Where the tender is one lot of a notice: which, and the others as far as the caller may see them. */
  lots: z
    .strictObject({
      title: words,
      summary: words,
      lot: z.number().int(),
      tenders: z.array(z.strictObject({ no: tenderNo, tender: summary.nullable() })),
    })
    .optional(),
  /** Organisations that may order or override something of this tender, as the notice names them; none in a draft. */
  overseers: z.array(id),
  keysets: z.array(z.strictObject({ kind: z.string(), ks: b64u32, keyset: z.record(z.string(), z.unknown()) })),
  /** Null until it may be seen; then what VISIBILITY says. */
  closing: z.strictObject({ index: z.number().int() }).nullable(),
  envelopes: z.array(openedEnvelope).nullable(),
  /** Names of the organisations that the view shows. */
  names: z.record(z.string(), words),
  releases: z.array(z.strictObject({ kind: z.string(), x: z.number().int(), custodian: id })).nullable(),
  ranking: z.record(z.string(), z.unknown()).nullable(),
  award: z.record(z.string(), z.unknown()).nullable(),
  ended: z.record(z.string(), z.unknown()).nullable(),
  /** Acts that the caller's role could do in this state. */
  acts: z.array(z.string()),
  /** The tender's last public log entry that this view includes; -1 before the first. */
  index: z.number().int(),
  serverTime: z.string(),
})
export type TenderView = z.output<typeof tenderView>

export const createTender = endpoint({
  id: 'createTender',
  method: 'post',
  path: '/api/v1/tenders',
  power: 'tender.draft',
  summary: 'Draft a tender. Nothing of it is public.',
  body: draft,
  bodyLimit: 131_072,
  reply: { status: 201, body: tenderView },
  refusals: ['rule-invalid', 'evaluator-unknown', 'pool-invalid', 'draft-incomplete', 'deadline-in-the-past'],
})

export const editTender = endpoint({
  id: 'editTender',
  method: 'put',
  path: '/api/v1/tenders/:no',
  power: 'tender.draft',
  summary: 'Replace a draft as a whole. A published tender is changed by amendments only.',
  params: params.tender,
  body: draft,
  bodyLimit: 131_072,
  reply: { status: 200, body: tenderView },
  refusals: [
    'rule-invalid',
    'evaluator-unknown',
    'pool-invalid',
    'draft-incomplete',
    'deadline-in-the-past',
    'wrong-state',
    'not-found',
    'forbidden',
  ],
})

export const addLot = endpoint({
  id: 'addLot',
  method: 'post',
  path: '/api/v1/tenders/:no/lots',
  power: 'tender.draft',
  summary:
    'Add a lot to the notice of a draft: a draft of its own that begins as this one stands, with its own rule and the same deadline. Not once a lot is published.',
  params: params.tender,
  /** What the whole notice says, for all its lots. */
  body: z.strictObject({ title: words, summary: words }),
  reply: { status: 201, body: tenderView },
  refusals: ['draft-incomplete', 'wrong-state', 'not-found', 'forbidden'],
})

export const leaveLots = endpoint({
  id: 'leaveLots',
  method: 'delete',
  path: '/api/v1/tenders/:no/lots',
  power: 'tender.draft',
  summary: 'Take a draft out of the notice whose lot it is: it is a tender by itself again.',
  params: params.tender,
  reply: { status: 200, body: tenderView },
  refusals: ['wrong-state', 'not-found', 'forbidden'],
})

export const readDraft = endpoint({
  id: 'readDraft',
  method: 'get',
  path: '/api/v1/tenders/:no/draft',
  power: 'tender.draft',
  summary: 'What the agency wrote, with the accounts of the committee: to go on editing, or to begin the next tender.',
  params: params.tender,
  reply: { status: 200, body: draft },
  refusals: ['not-found', 'forbidden'],
})

export const listTenders = endpoint({
  id: 'listTenders',
  method: 'get',
  path: '/api/v1/tenders',
  power: 'read.public',
  summary: 'Published tenders, those closing soonest first; an officer also sees the drafts of the own agency.',
  query: z.strictObject({
    status: status.optional(),
    agency: id.optional(),
    method: id.optional(),
    /** Words, all of which must be in the number, a title or the agency's name; spaces inside them do not matter. */
    text: z.string().max(200).optional(),
    /** Opening at this time or later, and before that. */
    opensFrom: legalTime.optional(),
    opensBefore: legalTime.optional(),
    sort: z.enum(['closing', 'newest', 'opening', 'budget']).default('closing'),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
    per: z.coerce.number().int().min(1).max(100).default(50),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      tenders: z.array(summary),
      total: z.number().int(),
      page: z.number().int(),
      per: z.number().int(),
      /** How many there are under each value of a filter, the other filters and the words kept. */
      facets: z.strictObject({
        status: z.array(z.strictObject({ id: status, n: z.number().int() })),
        agency: z.array(z.strictObject({ id, name: words, n: z.number().int() })),
        method: z.array(z.strictObject({ id, n: z.number().int() })),
      }),
    }),
  },
  refusals: [],
})

export const readTender = endpoint({
  id: 'readTender',
  method: 'get',
  path: '/api/v1/tenders/:no',
  power: 'read.public',
  summary: 'One tender as far as the caller may see it, with the index of the log entry that the view includes.',
  params: params.tender,
  reply: { status: 200, body: tenderView },
  refusals: ['not-found'],
})

export const proposeKeysets = endpoint({
  id: 'proposeKeysets',
  method: 'get',
  path: '/api/v1/tenders/:no/keysets/proposal',
  power: 'tender.publish',
  summary:
    'What the officer is to check and sign: the notice, and a keyset of fresh opening keys for each envelope. Nothing is reserved.',
  params: params.tender,
  reply: {
    status: 200,
    body: z.strictObject({
      notice: z.record(z.string(), z.unknown()),
      /** Absent where price alone is handed in. */
      technical: z.record(z.string(), z.unknown()).optional(),
      price: z.record(z.string(), z.unknown()),
      /** Where evaluators or prices are drawn: the keyset of what custodians put into the draw. */
      draw: z.record(z.string(), z.unknown()).optional(),
    }),
  },
  refusals: ['prekeys-missing', 'not-found', 'forbidden', 'wrong-state'],
})

export const publishTender = endpoint({
  id: 'publishTender',
  method: 'post',
  path: '/api/v1/tenders/:no/publication',
  power: 'tender.publish',
  summary: 'Publish: notice, rule with its hash, and the keysets enter the log. From here nothing changes unseen.',
  params: params.tender,
  /** `notice` signs for what the proposal gave as `tender.notice/1`. */
  body: z.strictObject({
    notice: longJws,
    keysets: z.strictObject({ technical: compactJws.optional(), price: compactJws, draw: compactJws.optional() }),
  }),
  bodyLimit: 1_600_000,
  reply: { status: 201, body: tenderView },
  refusals: [
    'keyset-mismatch',
    'bad-signature',
    'act-mismatch',
    'no-key',
    'wrong-state',
    'deadline-in-the-past',
    'pool-too-small',
    'not-found',
    'forbidden',
    'rule-invalid',
  ],
})

export const cancelTender = endpoint({
  id: 'cancelTender',
  method: 'post',
  path: '/api/v1/tenders/:no/cancellation',
  power: 'tender.cancel',
  summary:
    'Propose to cancel a tender, with a reason that will be public. It is done once an approver of the agency approves.',
  params: params.tender,
  /** `jws` signs `tender.cancelled/1` with this statement. */
  body: z.strictObject({ statement: z.string().max(4000), jws: compactJws }),
  reply: { status: 202, body: proposalView },
  refusals: ['statement-missing', ...SIGNING, 'wrong-state', 'proposal-open', 'not-found', 'forbidden'],
})

export const readSheet = endpoint({
  id: 'readSheet',
  method: 'get',
  path: '/api/v1/tenders/:no/sheet',
  power: 'scores.mark',
  summary: 'The evaluator’s sheet: technical proposals under labels in drawn order, and the marks given so far.',
  params: params.tender,
  reply: {
    status: 200,
    body: z.strictObject({
      evaluator: z.string(),
      items: z.array(z.record(z.string(), z.unknown())),
      proposals: z.array(
        z.strictObject({
          label: z.string(),
          body: z.record(z.string(), z.unknown()),
          /** Files of the technical envelope, as they are saved; `readFile` gives those that agree with the bid. */
          files: z.array(
            z.strictObject({
              eid: b64u32,
              n: z.number().int(),
              saved: z.string(),
              bytes: z.number(),
              outcome: z.enum(FILE_OUTCOMES).nullable(),
            }),
          ),
        }),
      ),
      marks: z.array(z.strictObject({ bidder: z.string(), item: z.string(), mark, comment: z.string() })),
      /** Is the sheet as it stands signed? Whoever changes a mark afterwards signs again. */
      signed: z.boolean(),
      /** Of a seat by lot: base64url of SHA-256 over the declaration that the caller signed. It is signed with the marks. */
      declared: b64u32.nullable(),
    }),
  },
  refusals: ['declaration-missing', 'wrong-state', 'not-found', 'forbidden'],
})

export const signSheet = endpoint({
  id: 'signSheet',
  method: 'put',
  path: '/api/v1/tenders/:no/sheet/signature',
  power: 'scores.mark',
  summary: 'Sign one’s sheet as it stands (`marks/1`). It becomes public, inside `scores.locked/1`, with the lock.',
  params: params.tender,
  body: z.strictObject({ jws: longJws }),
  bodyLimit: 1_600_000,
  reply: { status: 200, body: z.strictObject({ signed: z.literal(true) }) },
  refusals: ['mark-missing', ...SIGNING, 'wrong-state', 'not-found', 'forbidden'],
})

export const listAssignments = endpoint({
  id: 'listAssignments',
  method: 'get',
  path: '/api/v1/evaluations',
  power: 'scores.mark',
  summary: 'The tenders on whose committee the caller sits, with the seat and how many marks are still missing.',
  reply: {
    status: 200,
    body: z.strictObject({
      assignments: z.array(
        z.strictObject({
          tender: summary,
          evaluator: z.string(),
          /** Marks not given yet; null when there is no sheet to mark. */
          missing: z.number().int().nullable(),
          /** Is the sheet as it stands signed? Null when there is no sheet to mark. */
          signed: z.boolean().nullable(),
        }),
      ),
    }),
  },
  refusals: [],
})

const givenMark = z.strictObject({
  bidder: z.string().regex(/^[A-Z]{1,3}$/),
  item: id,
  mark,
  comment: z.string().max(2000).default(''),
})

export const giveMarks = endpoint({
  id: 'giveMarks',
  method: 'put',
  path: '/api/v1/tenders/:no/marks',
  power: 'scores.mark',
  summary: 'Give or change one’s marks until the lock. All or none of a request is taken.',
  params: params.tender,
  body: z.strictObject({
    marks: z.array(givenMark).min(1).max(5000),
  }),
  bodyLimit: 1_000_000,
  reply: { status: 200, body: z.strictObject({ given: z.number().int(), missing: z.number().int() }) },
  refusals: ['mark-invalid', 'wrong-state', 'not-found', 'forbidden'],
})

/** The record of one member of a consortium, where the rule puts members together: "M1" is the first that the bid names. */
const member = z.string().regex(/^M[1-9]\d?$/)

export const giveQuantitative = endpoint({
  id: 'giveQuantitative',
  method: 'put',
  path: '/api/v1/tenders/:no/quantitative-marks',
  power: 'scores.quantitative',
  summary:
    'The officer’s quantitative marks, which are not averaged; of an item that has grades the points of one of them, of a consortium a mark for each member where the rule says so.',
  params: params.tender,
  body: z.strictObject({
    marks: z
      .array(givenMark.extend({ member: member.optional() }))
      .min(1)
      .max(5000),
  }),
  bodyLimit: 1_000_000,
  reply: giveMarks.reply,
  refusals: ['mark-invalid', 'wrong-state', 'not-found', 'forbidden'],
})

export const readMarking = endpoint({
  id: 'readMarking',
  method: 'get',
  path: '/api/v1/tenders/:no/marking',
  power: 'scores.quantitative',
  summary:
    'How far the marking is: the officer’s own quantitative marks, and only the number that each evaluator lacks.',
  params: params.tender,
  reply: {
    status: 200,
    body: z.strictObject({
      labels: z.array(
        z.strictObject({
          label: z.string(),
          bidder: id,
          /** Of a consortium, where the rule puts its members' records together: the names as the bid has them. */
          members: z.array(z.strictObject({ member: z.string(), name: z.string(), share: z.string() })).optional(),
        }),
      ),
      marks: z.array(
        z.strictObject({
          bidder: z.string(),
          item: id,
          member: z.string().optional(),
          mark,
          comment: z.string(),
        }),
      ),
      /** One row an evaluator, with whether the sheet is signed; `officer` is the caller's own part, which the lock signs. */
      missing: z.array(
        z.strictObject({ evaluator: z.string(), marks: z.number().int(), signed: z.boolean().nullable() }),
      ),
    }),
  },
  refusals: ['wrong-state', 'not-found', 'forbidden'],
})

export const proposeLock = endpoint({
  id: 'proposeLock',
  method: 'get',
  path: '/api/v1/tenders/:no/scores-lock/proposal',
  power: 'scores.lock',
  summary: 'The order to lock that the officer is to sign: signed sheets by their hashes, and the officer’s own marks.',
  params: params.tender,
  reply: { status: 200, body: z.strictObject({ order: z.record(z.string(), z.unknown()) }) },
  refusals: ['wrong-state', 'not-found', 'forbidden'],
})

export const lockScores = endpoint({
  id: 'lockScores',
  method: 'post',
  path: '/api/v1/tenders/:no/scores-lock',
  power: 'scores.lock',
  summary: 'Lock the technical scores: all marks become public, and only then can prices be opened.',
  params: params.tender,
  /** `jws` signs the proposed `scores.lock/1`. */
  body: z.strictObject({ jws: longJws }),
  bodyLimit: 1_600_000,
  reply: { status: 201, body: tenderView },
  refusals: ['mark-missing', 'sheet-unsigned', 'seat-empty', ...SIGNING, 'wrong-state', 'not-found', 'forbidden'],
})

export const awardTender = endpoint({
  id: 'awardTender',
  method: 'post',
  path: '/api/v1/tenders/:no/award',
  power: 'tender.award',
  summary:
    'Propose the award to the eligible bidder of the first rank, or to as many of the first as the rule makes the agreement with; naming any others is refused. It is done once an approver of the agency approves.',
  params: params.tender,
  /**
   * `jws` signs `award/1` to this bidder at its price, with the tender's `standstillEnds`; `winners` names all by rank where the agreement
   * is made with several.
   */
  body: z.strictObject({ bidder: id, winners: z.array(id).min(1).max(1000).optional(), jws: longJws }),
  bodyLimit: 1_600_000,
  reply: { status: 202, body: proposalView },
  refusals: [
    'award-not-first',
    'lot-pending',
    'standstill-runs',
    'objections-open',
    'objection-upheld',
    'examination-pending',
    ...SIGNING,
    'wrong-state',
    'proposal-open',
    'not-found',
    'forbidden',
  ],
})

export const examineBidder = endpoint({
  id: 'examineBidder',
  method: 'post',
  path: '/api/v1/tenders/:no/examinations',
  power: 'bidder.examine',
  summary:
    'Examine the bidder whose turn it is, the lowest first: a score for each part of the rule. Public at once, with what follows from it.',
  params: params.tender,
  /** `jws` signs `examination/1` with these scores and this statement. */
  body: z.strictObject({
    bidder: id,
    scores: z
      .array(z.strictObject({ part: id, score: mark }))
      .min(1)
      .max(50),
    statement: z.string().max(4000).default(''),
    jws: compactJws,
  }),
  reply: { status: 201, body: tenderView },
  refusals: [
    'nobody-to-examine',
    'examination-not-next',
    'examination-invalid',
    ...SIGNING,
    'wrong-state',
    'not-found',
    'forbidden',
  ],
})

export const proposeReplacement = endpoint({
  id: 'proposeReplacement',
  method: 'get',
  path: '/api/v1/tenders/:no/keysets/replacement',
  power: 'tender.extend',
  summary:
    'What the officer is to sign so that bids are sealed to other custodians, with a later deadline: a keyset for each envelope. Nothing is reserved.',
  params: params.tender,
  query: z.strictObject({
    /** Ids, separated by commas. */
    custodians: z.string().max(2000),
    deadline: legalTime,
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      technical: z.record(z.string(), z.unknown()).optional(),
      price: z.record(z.string(), z.unknown()),
      draw: z.record(z.string(), z.unknown()).optional(),
    }),
  },
  refusals: ['prekeys-missing', 'wrong-state', 'not-found', 'forbidden'],
})

export const extendTender = endpoint({
  id: 'extendTender',
  method: 'post',
  path: '/api/v1/tenders/:no/extension',
  power: 'tender.extend',
  summary:
    'Propose a later deadline, by five days at least and with a public reason. It is done once an approver of the agency approves, before the present deadline. With `lots` it is one proposal for all lots of the notice that still take bids: all are extended together, or none.',
  params: params.tender,
  /** `jws` signs `tender.amended/1`; with `keysets`, as proposed and signed, bids are sealed to these custodians from then on. */
  body: z.strictObject({
    deadline: legalTime,
    statement: z.string().max(4000),
    jws: compactJws,
    keysets: z
      .strictObject({ technical: compactJws.optional(), price: compactJws, draw: compactJws.optional() })
      .optional(),
    /** Every other lot of the notice that still takes bids, each with its own signed `tender.amended/1`. */
    lots: z
      .array(z.strictObject({ no: tenderNo, jws: compactJws }))
      .max(MOST_LOTS)
      .optional(),
  }),
  bodyLimit: 131_072,
  reply: { status: 202, body: proposalView },
  refusals: [
    'lots-not-all',
    'extension-too-short',
    'extension-too-long',
    'deadline-passed',
    'statement-missing',
    'keyset-mismatch',
    ...SIGNING,
    'wrong-state',
    'proposal-open',
    'not-found',
    'forbidden',
  ],
})

export const amendTender = endpoint({
  id: 'amendTender',
  method: 'post',
  path: '/api/v1/tenders/:no/amendment',
  power: 'tender.amend',
  summary:
    'Propose another rule, method or budget for a published tender, with a deadline that is later by five days at least and a public reason. Done once an approver of the agency approves, before the present deadline: every bid handed in so far is void then, and nobody can open it.',
  params: params.tender,
  /** `jws` signs `tender.amended/1`; `keysets`, as proposed and signed, take the place of those to which bids were sealed. */
  body: z.strictObject({
    rule: awardRule,
    method: id,
    budget: money,
    deadline: legalTime,
    statement: z.string().max(4000),
    jws: longJws,
    keysets: z.strictObject({ technical: compactJws.optional(), price: compactJws, draw: compactJws.optional() }),
  }),
  bodyLimit: 1_600_000,
  reply: { status: 202, body: proposalView },
  refusals: [
    'amendment-changes-nothing',
    'amendment-other-envelopes',
    'rule-invalid',
    'draft-incomplete',
    'extension-too-short',
    'extension-too-long',
    'deadline-passed',
    'statement-missing',
    'keyset-mismatch',
    ...SIGNING,
    'wrong-state',
    'proposal-open',
    'not-found',
    'forbidden',
  ],
})

export const declareIncident = endpoint({
  id: 'declareIncident',
  method: 'post',
  path: '/api/v1/tenders/:no/incidents',
  power: 'incident.declare',
  summary: 'A regulator states that the closing time may be accepted although custodians saw it late.',
  params: params.tender,
  /** `jws` signs `incident/1` with these reasons and this statement. */
  body: z.strictObject({
    reasons: z.tuple([z.literal('closing-time-override')]),
    statement: z.string().max(4000),
    jws: compactJws,
  }),
  reply: { status: 201, body: z.strictObject({ accepted: z.literal(true) }) },
  refusals: ['statement-missing', ...SIGNING, 'wrong-state', 'not-found'],
})

export const readEvents = endpoint({
  id: 'readEvents',
  method: 'get',
  path: '/api/v1/tenders/:no/events',
  power: 'read.public',
  summary:
    'The tender’s public log entries after an index, oldest first; the same that the socket sends. Fewer than the limit where they are long: `index` says whether there are more.',
  params: params.tender,
  query: z.strictObject({
    after: z.coerce.number().int().min(-1).max(Number.MAX_SAFE_INTEGER).default(-1),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
  }),
  reply: {
    status: 200,
    body: z.strictObject({
      events: z.array(publicEvent),
      /** The last index of the tender under the published checkpoint. */
      index: z.number().int(),
      /** The size of the published tree. */
      size: z.number().int(),
    }),
  },
  refusals: ['not-found'],
})
