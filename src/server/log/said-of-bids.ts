// Which columns of sealed acts and their envelopes does the log say, through the commitments in it?
import { sql } from 'drizzle-orm'
import { bidAct, bidClaim, envelope } from '../../../db/schema/bids.ts'
import type { Json } from '../../proof/canonical.ts'
import type { Compared } from './compare-rows.ts'
import type { At, Cell, Said, SaidEntry } from './said.ts'
import { accountOf, always, list, object, ofReason, opens, signed } from './said-cells.ts'

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
export const BIDS: readonly Compared[] = [
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
