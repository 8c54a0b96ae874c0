// Which columns of tenders, bids and openings does the log say, and in which member of which entry?
import { inArray, sql } from 'drizzle-orm'
import { auctionBid, auctionHand, auctionSeat } from '../../../db/schema/auctions.ts'
import { bidAct, bidClaim, envelope } from '../../../db/schema/bids.ts'
import { committeeCall, drawContribution, poolMember } from '../../../db/schema/evaluators.ts'
import { actorKey } from '../../../db/schema/people.ts'
import { proposal } from '../../../db/schema/proposals.ts'
import {
  keyset,
  label,
  mark,
  opening,
  openingEnvelope,
  rekey,
  rekeyEnvelope,
  rekeyLetter,
  release,
  shareClearing,
  signedSheet,
  tender,
} from '../../../db/schema/tenders.ts'
import { limitYear, memberId } from '../../domain/evaluators/pool.ts'
import { drawsEvaluators } from '../../domain/evaluators/purpose.ts'
import type { Obj } from '../../domain/record/fields.ts'
import { FormatError, fromB64u } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Compared, Row } from './compare-rows.ts'
import { type At, type Cell, OneOf, type Said, type SaidEntry } from './said.ts'
import { ksOf } from './said-of-people.ts'

const always = (value: Json) => () => value
const oneOf =
  (...values: Json[]) =>
  () =>
    new OneOf(...values)

const list = (value: Json | undefined): Obj[] => (Array.isArray(value) ? (value as Obj[]) : [])
const object = (value: Json | undefined): Obj =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

const without = (value: Json | undefined, ...names: string[]): Json | undefined =>
  value === undefined || value === null
    ? value
    : Object.fromEntries(Object.entries(object(value)).filter(([name]) => !names.includes(name)))

/** Members of an entry by name; one that is absent is left out. */
const members =
  (...names: string[]) =>
  ({ entry }: At): Json =>
    Object.fromEntries(
      names.flatMap((name) => (entry.payload[name] === undefined ? [] : [[name, entry.payload[name]]])),
    )

const reasonsOf = ({ entry }: At): string[] => list(entry.payload.reasons).map(String)
const ofReason =
  (...reasons: string[]) =>
  (at: At) =>
    reasons.some((reason) => reasonsOf(at).includes(reason))

/** What somebody signed, without judging the signature; an empty object when it is no JWS. */
export function signed(jws: unknown): { payload: Obj; kid: string } {
  try {
    const { header, payload } = readJws(String(jws))
    return { payload, kid: header.kid }
  } catch (error) {
    if (error instanceof FormatError) return { payload: {}, kid: '' }
    throw error
  }
}

const accountOf = ({ said }: At, kid: string): Json | undefined => said.people?.value(actorKey, [kid], 'account')

/** The kind under which a keyset, its list and its releases are kept. */
const kindOf = ({ said }: At, ks: Json | undefined): Json | undefined => said.value(keyset, [ks], 'kind')

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

const isBids = (kind: Json | undefined) => kind === 'technical' || kind === 'price'
const listed = ({ entry }: At): Obj[] =>
  (Array.isArray(entry.payload.eids) ? entry.payload.eids : []).map((eid, position) => ({ eid, position }))
const envelopeOf = { tender: 'leaf.ref', kind: (at: At) => kindOf(at, at.entry.payload.ks), eid: 'item.eid' }

const OPENINGS: readonly Compared[] = [
  {
    table: opening,
    key: ['tender', 'kind'],
    of: 'tender',
    said: [
      {
        typ: 'opening.list/1',
        set: {
          tender: 'leaf.ref',
          kind: (at) => kindOf(at, at.entry.payload.ks),
          ks: 'payload.ks',
          listHash: 'leaf.h',
          listIdx: 'index',
        },
      },
    ],
  },
  {
    table: openingEnvelope,
    key: ['tender', 'kind', 'eid'],
    of: 'tender',
    // A text, so that no value that somebody wrote there stops the comparison.
    view: { body: sql`${openingEnvelope.body} #>> '{}'` },
    parse: ['body'],
    said: [
      {
        typ: 'opening.list/1',
        each: listed,
        set: {
          ...envelopeOf,
          position: 'item.position',
          bidder: ({ item, said }) => said.bidderOf.get(String(item.eid)),
        },
      },
      {
        // What came of contributions and of bids sealed again has no entry of its own: what follows from them is compared.
        typ: 'opening.list/1',
        when: (at) => isBids(kindOf(at, at.entry.payload.ks)),
        each: listed,
        set: { ...envelopeOf, state: always(null), reason: always(null), body: always(null), picks: always(null) },
      },
      {
        typ: 'opening.result/1',
        each: 'payload.results',
        set: {
          tender: 'leaf.ref',
          kind: 'payload.kind',
          eid: 'item.eid',
          bidder: 'item.bidder',
          state: 'item.state',
          reason: 'item.reason',
          body: 'item.body',
          picks: ({ item }) => item.picks ?? null,
        },
      },
    ],
  },
  {
    table: release,
    key: ['ks', 'x'],
    of: 'tender',
    said: [
      {
        typ: 'release/1',
        set: {
          tender: 'leaf.ref',
          kind: (at) => kindOf(at, at.entry.payload.ks),
          ks: 'payload.ks',
          x: 'payload.x',
          custodian: 'leaf.org',
          jws: 'jws',
          compared: oneOf(0, 1),
          at: 'leaf.at',
        },
      },
      {
        typ: 'incident/1',
        when: ofReason('custodian-convicted'),
        each: ({ entry, said }) =>
          [...said.rows(release).values()]
            .filter((row) => row.custodian?.is === object(entry.payload.facts).custodian)
            .map((row) => ({ ks: row.ks?.is as Json, x: row.x?.is as Json })),
        set: { ks: 'item.ks', x: 'item.x', compared: oneOf(0, 1, 2) },
      },
    ],
  },
  {
    table: rekeyLetter,
    key: ['tender', 'bidder'],
    of: 'tender',
    said: [
      {
        typ: 'rekey/1',
        set: { tender: 'leaf.ref', bidder: 'payload.bidder', jws: 'jws', kid: 'kid', at: 'leaf.at' },
      },
    ],
  },
  {
    table: rekeyEnvelope,
    key: ['eid'],
    of: 'tender',
    view: { bytes: sql`b64u(sha256(${rekeyEnvelope.bytes}))` },
    said: [
      {
        typ: 'rekey/1',
        each: ({ entry }) => Object.entries(object(entry.payload.envelopes)).map(([kind, eid]) => ({ kind, eid })),
        set: {
          eid: 'item.eid',
          tender: 'leaf.ref',
          kind: 'item.kind',
          bidder: 'payload.bidder',
          bytes: 'item.eid',
        },
      },
    ],
  },
  {
    table: shareClearing,
    key: ['ks', 'x', 'eid'],
    of: (nos) =>
      sql`${shareClearing.ks} IN (SELECT ${keyset.ks} FROM ${keyset} WHERE ${inArray(keyset.tender, [...nos])})`,
    said: [
      {
        typ: 'clearing/1',
        each: ({ entry }) => (Array.isArray(entry.payload.eids) ? entry.payload.eids : []).map((eid) => ({ eid })),
        set: { ks: 'payload.ks', x: 'payload.x', eid: 'item.eid', jws: 'jws' },
      },
    ],
  },
]

/** As the API keeps marks of the officer's own. */
const OFFICER = 'officer'

const MARKS: readonly Compared[] = [
  {
    table: label,
    key: ['tender', 'label'],
    of: 'tender',
    since: ['scores.locked/1'],
    said: [
      {
        typ: 'scores.locked/1',
        each: 'payload.labels',
        set: { tender: 'leaf.ref', label: 'item.label', bidder: 'item.bidder' },
      },
    ],
  },
  {
    table: mark,
    key: ['tender', 'evaluator', 'bidder', 'item', 'member'],
    of: 'tender',
    since: ['scores.locked/1', 'examination/1'],
    said: [
      {
        typ: 'scores.locked/1',
        each: 'payload.marks',
        set: {
          tender: 'leaf.ref',
          evaluator: 'item.evaluator',
          bidder: 'item.bidder',
          item: 'item.item',
          member: always(''),
          mark: 'item.mark',
          comment: 'item.comment',
        },
      },
      {
        typ: 'scores.locked/1',
        each: 'payload.quantitative',
        set: {
          tender: 'leaf.ref',
          evaluator: always(OFFICER),
          bidder: 'item.bidder',
          item: 'item.item',
          member: ({ item }) => item.member ?? '',
          mark: 'item.mark',
        },
      },
      {
        typ: 'examination/1',
        each: 'payload.scores',
        set: {
          tender: 'leaf.ref',
          evaluator: always(OFFICER),
          bidder: 'payload.bidder',
          item: 'item.part',
          member: always(''),
          mark: 'item.score',
          comment: always(''),
        },
      },
    ],
  },
  {
    table: signedSheet,
    key: ['tender', 'evaluator'],
    of: 'tender',
    since: ['scores.locked/1'],
    said: [
      {
        typ: 'scores.locked/1',
        each: 'payload.sheets',
        set: {
          tender: 'leaf.ref',
          evaluator: 'item.evaluator',
          jws: 'item.jws',
          kid: ({ item }) => signed(item.jws).kid,
        },
      },
    ],
  },
]

/** Powers whose use by two persons the log approves of, by the entry of the act. */
const OF_TWO: Readonly<Record<string, string>> = { 'award/1': 'tender.award', 'tender.amended/1': 'tender.extend' }

const PROPOSALS: Compared = {
  table: proposal,
  // The approval names what the first person signed by its hash.
  key: ['ref', 'body'],
  of: 'ref',
  view: { body: sql`coalesce(b64u(sha256(convert_to(${proposal.body} ->> 'jws', 'UTF8'))), '')` },
  unsaid: (row) => row.state !== 'approved' || !Object.values(OF_TWO).includes(String(row.act)),
  said: [
    {
      typ: 'approval/1',
      when: ({ entry }) => Object.hasOwn(OF_TWO, String(entry.payload.act)),
      set: {
        ref: 'leaf.ref',
        body: 'payload.h',
        act: ({ entry }) => OF_TWO[String(entry.payload.act)],
        org: 'leaf.org',
        state: always('approved'),
        proposedBy: 'payload.proposedBy',
        decidedBy: 'payload.approvedBy',
      },
    },
  ],
}

const AUCTIONS: readonly Compared[] = [
  {
    table: auctionBid,
    key: ['tender', 'n'],
    of: 'tender',
    said: [
      {
        typ: 'auction.bid/1',
        set: {
          tender: 'leaf.ref',
          n: 'payload.n',
          round: 'payload.round',
          seat: 'payload.seat',
          amount: 'payload.amount',
          at: 'payload.at',
          c: 'payload.c',
        },
      },
    ],
  },
  {
    table: auctionSeat,
    key: ['tender', 'bidder'],
    of: 'tender',
    since: ['auction.ended/1'],
    said: [
      {
        typ: 'auction.ended/1',
        each: 'payload.seats',
        set: { tender: 'leaf.ref', bidder: 'item.bidder', seat: 'item.seat' },
      },
    ],
  },
  {
    // Until the end the log has each bid's commitment, which salt and signature give or do not.
    table: auctionHand,
    key: ['c'],
    also: ['salt', 'jws'],
    of: 'tender',
    check: (P, row) =>
      opens(P, row.salt, row.jws) === row.c ? null : { column: 'jws', says: 'and salt do not give the commitment' },
    said: [
      { typ: 'auction.bid/1', set: { c: 'payload.c', tender: 'leaf.ref' } },
      {
        typ: 'auction.ended/1',
        each: 'payload.hands',
        set: {
          c: ({ said, item, entry }) => said.value(auctionBid, [entry.leaf.ref, item.n], 'c'),
          salt: 'item.salt',
          jws: 'item.jws',
          bidder: ({ item }) => signed(item.jws).payload.bidder,
        },
      },
    ],
  },
]

/** The commitment that a salt and a text give; null where the salt is none. */
export function opens(P: At['P'], salt: unknown, text: unknown): string | null {
  try {
    return commitment(P, salt instanceof Uint8Array ? salt : fromB64u(String(salt)), String(text))
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** A number of a pool belongs to one salt and one account: whoever changes either changes the number. */
const numbered = (P: At['P'], row: Row) =>
  memberId(P, row.salt as Uint8Array, String(row.account)) === row.id
    ? null
    : { column: 'account', says: 'and salt do not give the number' }

const COMMITTEES: readonly Compared[] = [
  {
    table: poolMember,
    key: ['tender', 'field', 'id'],
    also: ['account', 'salt'],
    of: 'tender',
    check: numbered,
    said: [
      {
        typ: 'pool.committed/1',
        each: ({ entry }) =>
          list(entry.payload.strata).flatMap(({ field, ids }) => list(ids).map((id) => ({ field, id }) as Obj)),
        set: {
          tender: 'leaf.ref',
          field: 'item.field',
          id: 'item.id',
          place: always(null),
          ticket: always(null),
        },
      },
      {
        typ: 'draw.result/1',
        when: ({ entry }) => drawsEvaluators(entry.payload.purpose),
        each: ({ entry }) => list(entry.payload.tickets).map((ticket, place) => ({ ...ticket, place })),
        set: {
          tender: 'leaf.ref',
          // The purpose is "evaluators TENDER/LOT/FIELD".
          field: ({ entry }) => String(entry.payload.purpose).split('/').slice(2).join('/'),
          id: 'item.id',
          place: 'item.place',
          ticket: 'item.ticket',
        },
      },
    ],
  },
  {
    table: drawContribution,
    key: ['eid'],
    of: 'tender',
    view: { bytes: sql`b64u(sha256(${drawContribution.bytes}))` },
    said: [
      {
        typ: 'draw.contribution/1',
        set: {
          eid: 'payload.eid',
          tender: 'leaf.ref',
          custodian: 'payload.custodian',
          // Rows from before keysets were replaced name none.
          ks: ({ entry }) => new OneOf(null, entry.payload.ks ?? null),
          bytes: 'payload.eid',
          jws: 'jws',
          at: 'leaf.at',
        },
      },
    ],
  },
  {
    table: committeeCall,
    key: ['tender', 'id'],
    also: ['account', 'salt', 'jws', 'grounds', 'statement'],
    of: 'tender',
    view: { declaration: sql`b64u(sha256(convert_to(${committeeCall.jws}, 'UTF8')))` },
    check: (P, row) => {
      const wrong = numbered(P, row)
      if (wrong) return wrong
      const { grounds, statement } = row.jws === null ? { grounds: null, statement: '' } : signed(row.jws).payload
      if (grounds !== row.grounds) return { column: 'grounds', says: 'are not those of the signed declaration' }
      return statement === row.statement ? null : { column: 'statement', says: 'is not that of the signed declaration' }
    },
    said: [
      {
        typ: 'committee.called/1',
        each: 'payload.calls',
        set: {
          tender: 'leaf.ref',
          id: 'item.id',
          field: 'item.field',
          evaluator: 'item.evaluator',
          because: 'item.because',
          // Nobody answers for who is silent.
          state: oneOf('called', 'silent'),
          year: ({ entry }) => limitYear(Date.parse(entry.leaf.at)),
          calledAt: 'leaf.at',
          declaration: always(null),
          declaredAt: always(null),
        },
      },
      {
        typ: 'committee.called/1',
        each: 'payload.passed',
        set: {
          tender: 'leaf.ref',
          id: 'item.id',
          field: 'item.field',
          evaluator: always(null),
          because: 'item.because',
          state: always('passed'),
          year: ({ entry }) => limitYear(Date.parse(entry.leaf.at)),
          calledAt: 'leaf.at',
          declaration: always(null),
          declaredAt: always(null),
        },
      },
      {
        typ: 'committee.declared/1',
        set: {
          tender: 'leaf.ref',
          id: 'payload.id',
          state: ({ entry }) => (entry.payload.conflict === true ? 'conflict' : new OneOf('cleared', 'seated')),
          declaration: 'payload.h',
          declaredAt: 'leaf.at',
        },
      },
    ],
  },
]

const seqOf: Cell = ({ entry }) => Number(entry.payload.seq)
const actOf = {
  c: 'leaf.h',
  tender: 'payload.tender',
  bidder: 'payload.bidder',
  account: (at: At) => accountOf(at, at.entry.kid),
  seq: seqOf,
  idx: 'index',
}
const named = (value: Json | undefined): Json => (value === undefined || value === '' ? null : value)

/** Sealed acts say of their own row what was signed: the commitment in the log binds it. `leaf.h` is that commitment. */
const BIDS: readonly Compared[] = [
  {
    table: bidAct,
    key: ['c'],
    also: ['salt', 'jws'],
    of: 'tender',
    check: (P, row) =>
      opens(P, row.salt, row.jws) === row.c ? null : { column: 'jws', says: 'and salt do not give the commitment' },
    said: [
      {
        typ: 'submission/1',
        set: {
          ...actOf,
          kind: always('submission'),
          eidTechnical: ({ entry }) => named(object(entry.payload.envelopes).technical),
          eidPrice: ({ entry }) => named(object(entry.payload.envelopes).price),
        },
      },
      {
        typ: 'withdrawal/1',
        set: { ...actOf, kind: always('withdrawal'), eidTechnical: always(null), eidPrice: always(null) },
      },
      {
        typ: 'refused/1',
        set: {
          c: 'leaf.h',
          tender: 'payload.tender',
          kind: always('refusal'),
          seq: always(null),
          idx: 'index',
          at: 'payload.at',
          eidTechnical: always(null),
          eidPrice: always(null),
        },
      },
      { typ: 'received/1', set: { c: 'payload.c', tender: 'payload.tender', at: 'payload.at' } },
    ],
  },
  {
    table: envelope,
    key: ['eid'],
    also: ['kc'],
    of: 'tender',
    view: {
      bytes: sql`b64u(sha256(${envelope.bytes}))`,
      inside: sql`substring(encode(${envelope.bytes}, 'escape') FROM '"kc":"([A-Za-z0-9_-]{43})"')`,
    },
    check: (_P, row) =>
      row.inside === row.kc ? null : { column: 'kc', says: 'is not the one in the envelope’s own bytes' },
    said: [
      {
        typ: 'submission/1',
        each: ({ entry }) =>
          (['technical', 'price'] as const).flatMap((kind) => {
            const eid = named(object(entry.payload.envelopes)[kind])
            return eid === null ? [] : [{ kind, eid }]
          }),
        set: {
          eid: 'item.eid',
          tender: 'payload.tender',
          bidder: 'payload.bidder',
          kind: 'item.kind',
          bytes: 'item.eid',
        },
      },
    ],
  },
  {
    table: bidClaim,
    key: ['c'],
    of: 'tender',
    said: [
      {
        typ: 'incident/1',
        when: ofReason('leaf-put-back', 'bid-dropped'),
        set: {
          c: 'payload.facts.c',
          tender: 'leaf.ref',
          outcome: (at) => (ofReason('leaf-put-back')(at) ? 'put back' : 'recorded'),
          at: 'leaf.at',
        },
      },
      {
        typ: 'submission/1',
        when: ({ entry, said }) => said.value(bidClaim, [entry.leaf.h], 'outcome') !== undefined,
        set: { c: 'leaf.h', bidder: 'payload.bidder' },
      },
    ],
  },
]

/** In the order in which an entry is taken: keysets before what is found by them, auction bids before the hands behind them. */
export const TENDERS: readonly Compared[] = [
  ...KEYSETS,
  TENDER,
  ...OPENINGS,
  ...MARKS,
  PROPOSALS,
  ...AUCTIONS,
  ...COMMITTEES,
  ...BIDS,
]

/** Keeps who stands behind each envelope that is listed, as the reveal, a contribution or a letter names it. */
export function noteBidders(said: Said, { typ, payload }: SaidEntry): void {
  const note = (envelopes: Json | undefined, bidder: Json | undefined) => {
    for (const eid of Object.values(object(envelopes))) said.bidderOf.set(String(eid), String(bidder))
  }
  if (typ === 'opening.reveal/1')
    for (const { jws } of list(payload.acts)) {
      const act = signed(jws).payload
      note(act.envelopes, act.bidder)
    }
  if (typ === 'draw.contribution/1') note({ eid: payload.eid ?? '' }, payload.custodian)
  if (typ === 'rekey/1') note(payload.envelopes, payload.bidder)
}
