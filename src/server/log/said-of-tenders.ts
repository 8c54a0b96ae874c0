// Which columns of tenders, keysets and approvals does the log say, and in which member of which entry?
import { sql } from 'drizzle-orm'
import { complaint } from '../../../db/schema/complaints.ts'
import { proposal } from '../../../db/schema/proposals.ts'
import { question } from '../../../db/schema/questions.ts'
import { keyset, rekey, tender } from '../../../db/schema/tenders.ts'
import type { Obj } from '../../domain/record/fields.ts'
import { answerHash, readQuestion } from '../../domain/tenders/questions.ts'
import type { Json } from '../../proof/canonical.ts'
import type { Compared } from './compare-rows.ts'
import { type At, type Cell, OneOf } from './said.ts'
import { accountOf, always, kindOf, list, members, object, ofReason, oneOf, signed, without } from './said-cells.ts'
import { BIDS } from './said-of-bids.ts'
import { AUCTIONS, COMMITTEES, MARKS } from './said-of-marks.ts'
import { OPENINGS } from './said-of-openings.ts'
import { ksOf } from './said-of-people.ts'

/** A keyset of bidders who seal again is kept under the kind that it takes the place of, which the order names. */
function kindOfKeyset({ P, entry, said }: At): Json | undefined {
  const { kind } = entry.payload
  if (kind !== 'rekey') return kind
  const ks = ksOf(P, entry.payload)
  const order = [...said.rows(rekey).values()].find((row) => row.ks?.is === ks)
  return order === undefined ? undefined : `rekey-${String(order.kind?.is)}`
}

const REPLACED = ({ entry }: At) => entry.payload.keysets !== undefined
const later = ({ entry, said }: At): Json | undefined => {
  const before = said.value(tender, [entry.leaf.ref], 'openAfter')
  const moved = entry.payload.newDeadline
  return typeof before === 'string' && typeof moved === 'string' && Date.parse(before) > Date.parse(moved)
    ? before
    : moved
}
const POSTPONES = (at: At) => ofReason('clock-late')(at) && typeof at.entry.payload.newDeadline === 'string'

/** The committee as the signatures under its sheets show it, in the order of the seats. */
function sat({ entry, said, ...at }: At): Json | undefined {
  const seats = said.value(tender, [entry.leaf.ref], 'seats')
  const sheets = new Map(list(entry.payload.sheets).map((sheet) => [sheet.evaluator, signed(sheet.jws).kid]))
  if (!Array.isArray(seats)) return undefined
  const people = seats.map((seat) => accountOf({ entry, said, ...at }, sheets.get(seat as string) ?? ''))
  if (people.some((account) => account === undefined)) return undefined
  return seats.map((seat, i) => ({ label: seat, account: people[i] as Json }))
}

/** The question that an answer opens; of what the agency said by itself none. */
const questionOf = ({ P, entry }: At): Json | undefined => {
  const { statement, salt } = object(entry.payload.question)
  return typeof statement === 'string' && typeof salt === 'string'
    ? readQuestion(P, entry.leaf.ref, { statement, salt })?.c
    : undefined
}

/** Beside what the sealed questions say of themselves. */
const ANSWERED: Compared = {
  table: question,
  key: ['c'],
  of: 'tender',
  unsaid: (row) => row.answer === null,
  said: [
    {
      typ: 'clarification/1',
      set: { c: questionOf, tender: 'leaf.ref', answer: ({ P, entry }) => answerHash(P, entry.jws) },
    },
  ],
}

const OBJECTIONS: Compared = {
  table: complaint,
  key: ['c'],
  of: 'tender',
  said: [
    {
      typ: 'complaint/1',
      set: {
        c: 'leaf.h',
        tender: 'leaf.ref',
        org: 'leaf.org',
        account: (at) => accountOf(at, at.entry.kid),
        outcome: always(null),
        decision: always(null),
      },
    },
    {
      typ: 'complaint.decided/1',
      set: { c: 'payload.complaint', outcome: 'payload.outcome', decision: 'leaf.h' },
    },
  ],
}

const toState = (value: Cell) => ({ no: 'leaf.ref', state: value, peak: value })
const ranked = { ...toState(always('ranked')), ranking: 'payload.ranking' }

const TENDER: Compared = {
  table: tender,
  key: ['no'],
  of: 'no',
  view: { seats: sql`jsonb_path_query_array(${tender.evaluators}, '$[*].label')` },
  unsaid: (row) => row.state === 'draft',
  said: [
    {
      typ: 'tender.notice/1',
      set: {
        ...toState(always('published')),
        agency: 'leaf.org',
        notice: ({ entry }) => without(entry.payload.notice, 'agency'),
        rule: 'payload.rule',
        ruleHash: 'payload.ruleHash',
        revision: always(0),
        keysetsBy: always(null),
        ruleBy: always(null),
        pool: ({ entry }) => without(entry.payload.pool, 'confirmed', 'declared') ?? null,
        overseers: ({ entry }) => entry.payload.overseers ?? [],
        seats: 'payload.evaluators',
        deadline: 'payload.deadline',
        openAfter: 'payload.openAfter',
        publishedAt: 'leaf.at',
        closedIdx: always(null),
        lockedIdx: always(null),
        auction: always(null),
        ranking: always(null),
        award: always(null),
        ended: always(null),
      },
    },
    {
      typ: 'tender.amended/1',
      set: {
        no: 'leaf.ref',
        revision: ({ said, entry }) => Number(said.value(tender, [entry.leaf.ref], 'revision') ?? 0) + 1,
        deadline: 'payload.newDeadline',
        openAfter: 'payload.newOpenAfter',
      },
    },
    { typ: 'tender.amended/1', when: REPLACED, set: { no: 'leaf.ref', keysetsBy: 'leaf.h' } },
    {
      typ: 'tender.amended/1',
      when: ({ entry }) => entry.payload.rule !== undefined,
      set: {
        no: 'leaf.ref',
        rule: 'payload.rule',
        ruleHash: 'payload.ruleHash',
        ruleBy: 'leaf.h',
        notice: ({ entry, said }) => ({
          ...object(said.value(tender, [entry.leaf.ref], 'notice')),
          method: entry.payload.method ?? null,
          budget: entry.payload.budget ?? null,
        }),
      },
    },
    {
      typ: 'incident/1',
      when: POSTPONES,
      set: { no: 'leaf.ref', deadline: 'payload.newDeadline', openAfter: later },
    },
    { typ: 'tender.closed/1', set: { ...toState(always('closed')), closedIdx: 'index' } },
    { typ: 'opening.reveal/1', set: toState(oneOf('technical_opening', 'price_opening')) },
    {
      // Between the last technical envelope and the first mark no entry stands: labels are drawn, and stay secret.
      typ: 'opening.list/1',
      when: (at) => kindOf(at, at.entry.payload.ks) === 'technical',
      set: toState(oneOf('technical_opening', 'evaluating')),
    },
    {
      typ: 'opening.list/1',
      when: (at) => kindOf(at, at.entry.payload.ks) === 'price',
      set: toState(always('price_opening')),
    },
    {
      typ: 'scores.locked/1',
      set: { ...toState(always('scores_locked')), lockedIdx: 'index', evaluators: sat },
    },
    { typ: 'auction.begun/1', set: { no: 'leaf.ref', auction: members('begins', 'seats', 'lowest') } },
    { typ: 'evaluation.result/1', set: ranked },
    { typ: 'examination.result/1', set: ranked },
    { typ: 'draw.result/1', when: ({ entry }) => object(entry.payload.ranking) === entry.payload.ranking, set: ranked },
    {
      typ: 'award/1',
      set: { ...toState(always('awarded')), award: members('bidder', 'amount', 'reasons', 'winners') },
    },
    {
      typ: 'tender.failed/1',
      set: { no: 'leaf.ref', state: always('failed'), ended: members('reasons') },
    },
    {
      typ: 'tender.cancelled/1',
      set: { no: 'leaf.ref', state: always('cancelled'), ended: members('reasons', 'statement') },
    },
  ],
}

/** Every keyset of the tender whose bids are sealed to others from this entry on. */
const replacedKeysets = ({ said }: At): Obj[] =>
  [...said.rows(keyset).values()]
    .filter((row) => row.replacedAt?.is === null && !String(row.kind?.is).startsWith('rekey-'))
    .map((row) => ({ ks: row.ks?.is as Json }))

const KEYSETS: readonly Compared[] = [
  {
    table: rekey,
    key: ['tender', 'kind'],
    of: 'tender',
    said: [
      {
        typ: 'incident/1',
        when: ofReason('custodians-lost'),
        each: ({ entry }) =>
          Object.entries(object(object(entry.payload.facts).rekey)).map(([kind, ks]) => ({ kind, ks })),
        set: {
          tender: 'leaf.ref',
          kind: 'item.kind',
          ks: 'item.ks',
          until: 'payload.facts.until',
          statement: 'payload.facts.statement',
          orderedAt: 'leaf.at',
        },
      },
    ],
  },
  {
    table: keyset,
    key: ['ks'],
    of: 'tender',
    said: [
      {
        typ: 'tender.amended/1',
        when: REPLACED,
        each: replacedKeysets,
        set: { ks: 'item.ks', replacedAt: 'leaf.at' },
      },
      {
        typ: 'tender.keyset/1',
        set: {
          ks: ({ P, entry }) => ksOf(P, entry.payload),
          tender: 'leaf.ref',
          kind: kindOfKeyset,
          jws: 'jws',
          body: ({ entry }) => entry.payload,
          replacedAt: always(null),
        },
      },
    ],
  },
]

/** Powers whose use by two persons the log approves of, by the entry of the act. */
const OF_TWO: Readonly<Record<string, readonly string[]>> = {
  'award/1': ['tender.award'],
  'tender.amended/1': ['tender.extend', 'tender.amend'],
  'tender.cancelled/1': ['tender.cancel'],
}

const PROPOSALS: Compared = {
  table: proposal,
  // The approval names what the first person signed by its hash.
  key: ['ref', 'body'],
  of: 'ref',
  view: { body: sql`coalesce(b64u(sha256(convert_to(${proposal.body} ->> 'jws', 'UTF8'))), '')` },
  unsaid: (row) => row.state !== 'approved' || !Object.values(OF_TWO).flat().includes(String(row.act)),
  said: [
    {
      typ: 'approval/1',
      when: ({ entry }) => Object.hasOwn(OF_TWO, String(entry.payload.act)),
      set: {
        ref: 'leaf.ref',
        body: 'payload.h',
        act: ({ entry }) => new OneOf(...(OF_TWO[String(entry.payload.act)] ?? [])),
        org: 'leaf.org',
        state: always('approved'),
        proposedBy: 'payload.proposedBy',
        decidedBy: 'payload.approvedBy',
      },
    },
  ],
}

/** In the order in which an entry is taken: keysets before what is found by them, auction bids before the hands behind them. */
export const TENDERS: readonly Compared[] = [
  ...KEYSETS,
  TENDER,
  ANSWERED,
  OBJECTIONS,
  ...OPENINGS,
  ...MARKS,
  PROPOSALS,
  ...AUCTIONS,
  ...COMMITTEES,
  ...BIDS,
]
