// Which columns of marks, auctions and drawn committees does the log say?
import { sql } from 'drizzle-orm'
import { auctionBid, auctionHand, auctionSeat } from '../../../db/schema/auctions.ts'
import { committeeCall, drawContribution, poolMember } from '../../../db/schema/evaluators.ts'
import { label, mark, signedSheet } from '../../../db/schema/tenders.ts'
import { limitYear, memberId } from '../../domain/evaluators/pool.ts'
import { drawsEvaluators } from '../../domain/evaluators/purpose.ts'
import type { Obj } from '../../domain/record/fields.ts'
import type { Compared, Row } from './compare-rows.ts'
import { type At, OneOf } from './said.ts'
import { always, list, oneOf, opens, signed } from './said-cells.ts'

/** As the API keeps marks of the officer's own. */
const OFFICER = 'officer'

export const MARKS: readonly Compared[] = [
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

export const AUCTIONS: readonly Compared[] = [
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

/** A number of a pool belongs to one salt and one account: whoever changes either changes the number. */
const numbered = (P: At['P'], row: Row) =>
  memberId(P, row.salt as Uint8Array, String(row.account)) === row.id
    ? null
    : { column: 'account', says: 'and salt do not give the number' }

export const COMMITTEES: readonly Compared[] = [
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
