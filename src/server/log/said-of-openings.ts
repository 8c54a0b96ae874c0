// Which columns of opening lists, releases and bids sealed again does the log say?
import { inArray, sql } from 'drizzle-orm'
import {
  keyset,
  opening,
  openingEnvelope,
  rekeyEnvelope,
  rekeyLetter,
  release,
  shareClearing,
} from '../../../db/schema/tenders.ts'
import type { Obj } from '../../domain/record/fields.ts'
import type { Json } from '../../proof/canonical.ts'
import type { Compared } from './compare-rows.ts'
import type { At } from './said.ts'
import { always, kindOf, object, ofReason, oneOf } from './said-cells.ts'

const isBids = (kind: Json | undefined) => kind === 'technical' || kind === 'price'
const listed = ({ entry }: At): Obj[] =>
  (Array.isArray(entry.payload.eids) ? entry.payload.eids : []).map((eid, position) => ({ eid, position }))
const envelopeOf = { tender: 'leaf.ref', kind: (at: At) => kindOf(at, at.entry.payload.ks), eid: 'item.eid' }

export const OPENINGS: readonly Compared[] = [
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
