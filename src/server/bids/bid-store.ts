// How are sealed acts kept? The statement that writes one is the statement that decides whether it came in time.
import { and, desc, eq, isNull, ne, type SQL, sql } from 'drizzle-orm'
import { bidAct } from '../../../db/schema/bids.ts'
import { keyset, tender } from '../../../db/schema/tenders.ts'
import type { BidderFacts } from '../../domain/bids/submission.ts'
import { millisZ } from '../../domain/kit/time.ts'
import type { TenderState } from '../../domain/tenders/lifecycle.ts'
import type { Json } from '../../proof/canonical.ts'
import { type Keyset, readKeyset } from '../../proof/keyset.ts'
import type { Primitives, PublicJwk } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { storedFiles } from '../files/upload-store.ts'
import { sealedEntries } from '../log/append.ts'
import { type Kept, type Reply, replyRows, type UnderKey } from './requests.ts'

export type BidTender = {
  no: string
  state: TenderState
  keysets: { technical: Keyset | null; price: Keyset }
  /** By which amendment they took the place of others, if one did. */
  keysetsBy: string | null
}

/** As the driver sends it: a Buffer crosses the wire as it is, other arrays of bytes as text. */
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const parsed = new Map<string, Keyset>()

/** A keyset never changes under its hash, and checking its points on the curve costs more than the rest of a bid. */
function remembered(P: Primitives, ks: string, body: Json): Keyset {
  const keyset = parsed.get(ks) ?? readKeyset(P, body)
  if (parsed.size > 1000) parsed.clear()
  parsed.set(ks, keyset)
  return keyset
}

async function keysetOf(P: Primitives, work: Work, ks: string): Promise<Keyset | null> {
  const known = parsed.get(ks)
  if (known) return known
  const rows = await work.tx.select({ body: keyset.body }).from(keyset).where(eq(keyset.ks, ks))
  return rows[0] ? remembered(P, ks, rows[0].body as Json) : null
}

/** A tender as bidding needs it, or null when there is none that the public knows. */
export async function loadTenderForBidding(P: Primitives, work: Work, no: string): Promise<BidTender | null> {
  const rows = await work.tx
    .select({ state: tender.state, keysetsBy: tender.keysetsBy, kind: keyset.kind, ks: keyset.ks, body: keyset.body })
    .from(tender)
    .innerJoin(keyset, eq(keyset.tender, tender.no))
    .where(and(eq(tender.no, no), ne(tender.state, 'draft'), isNull(keyset.replacedAt)))
  const of = (kind: string): Keyset | null => {
    const row = rows.find((r) => r.kind === kind)
    if (!row) return null
    return remembered(P, row.ks, row.body as Json)
  }
  const [technical, price] = [of('technical'), of('price')]
  if (!rows[0] || !price) return null
  const { state, keysetsBy } = rows[0]
  return { no, state: state as TenderState, keysets: { technical, price }, keysetsBy }
}

/** The acts of a bidder so far: what number comes next, and which submission stands. */
export async function bidderFacts(work: Work, no: string, bidder: string): Promise<BidderFacts> {
  const rows = await work.tx
    .select({ seq: bidAct.seq, kind: bidAct.kind, c: bidAct.c })
    .from(bidAct)
    .where(and(eq(bidAct.tender, no), eq(bidAct.bidder, bidder), ne(bidAct.kind, 'refusal')))
    .orderBy(desc(bidAct.seq))
    .limit(1)
  // What is asked here is what comes next, of a bid that is still to be written.
  return factsOf(bidder, rows[0], null)
}

const factsOf = (
  bidder: string,
  last: { seq: number | null; kind: string | null; c: string | null } | undefined,
  stored: Record<string, number> | null,
): BidderFacts => ({
  bidder,
  nextSeq: (last?.seq ?? 0) + 1,
  current: last?.kind === 'submission' ? last.c : null,
  stored: stored ?? {},
})

/** All that an act is judged by, but for the clock and what the act itself brings. */
export type Standing = {
  /** null when there is no tender that the public knows. */
  tender: BidTender | null
  /** What was answered under the request's key. */
  kept: Pick<Kept, 'outcome' | 'tender' | 'fingerprint' | 'reply' | 'status'> | null
  /** Keys of the organisation that may sign now, by kid. */
  keys: Map<string, PublicJwk>
  facts: BidderFacts
}

type StandingRow = {
  state: TenderState | null
  keysets_by: string | null
  keysets: Record<string, string> | null
  keys: Record<string, PublicJwk> | null
  seq: number | null
  kind: string | null
  c: string | null
  stored: Record<string, number> | null
  outcome: string | null
  tender: string
  fingerprint: Uint8Array | null
  reply: string
  status: number
}

export type Standpoint = { tender: string; bidder: string; key: string }

/**
 * Reads what several acts are judged by, in their order and in one statement: bids come in thousands, and every statement more is a
 * trip to the database and back.
 */
export async function readStandings(P: Primitives, work: Work, asked: readonly Standpoint[]): Promise<Standing[]> {
  const { rows } = await work.tx.execute<StandingRow>(sql`
    SELECT (SELECT state FROM tender WHERE no = asked.no AND state <> 'draft') AS state,
           (SELECT keysets_by FROM tender WHERE no = asked.no) AS keysets_by,
           (SELECT json_object_agg(keyset.kind, ks) FROM keyset WHERE keyset.tender = asked.no AND replaced_at IS NULL) AS keysets,
           (SELECT json_object_agg(kid, jwk) FROM actor_key WHERE org = asked.bidder
               AND replaced_by IS NULL AND revoked_at IS NULL) AS keys,
           ${storedFiles} AS stored,
           last.*, kept.*
    FROM unnest(${sql.param(asked.map((a) => a.tender))}::text[], ${sql.param(asked.map((a) => a.bidder))}::text[],
                ${sql.param(asked.map((a) => a.key))}::text[]) WITH ORDINALITY AS asked (no, bidder, key, n)
    LEFT JOIN LATERAL (SELECT seq, kind, c FROM bid_act WHERE tender = asked.no AND bidder = asked.bidder AND kind <> 'refusal'
               ORDER BY seq DESC LIMIT 1) AS last ON true
    LEFT JOIN LATERAL (SELECT outcome, tender, fingerprint, reply, status FROM bid_request
               WHERE bidder = asked.bidder AND key = asked.key LIMIT 1) AS kept ON true
    ORDER BY n`)
  return Promise.all(
    rows.map(async (row, i): Promise<Standing> => {
      const { tender: no, bidder } = asked[i] as Standpoint
      const of = async (kind: string) => {
        const ks = row.keysets?.[kind]
        return ks === undefined ? null : keysetOf(P, work, ks)
      }
      const [technical, price] = row.state === null ? [null, null] : [await of('technical'), await of('price')]
      return {
        tender:
          row.state && price
            ? { no, state: row.state, keysets: { technical, price }, keysetsBy: row.keysets_by }
            : null,
        kept: row.outcome === null ? null : { ...row, outcome: row.outcome },
        keys: new Map(Object.entries(row.keys ?? {})),
        facts: factsOf(bidder, row, row.stored),
      }
    }),
  )
}

export type NewAct = {
  bidder: string
  account: string
  kind: 'submission' | 'withdrawal'
  seq: number
  jws: string
  salt: string
  c: string
  eidTechnical: string | null
  eidPrice: string | null
}

/** What must never have been used before: the commitment of the act, the key commitments and ephemeral keys of its envelopes. */
export type Fresh = { c: string; kcs: string[]; epks: { ks: string; epk: string }[] }

/** One reading of the clock gives both the verdict and the time in the receipt. `late` is judged to the microsecond. */
export type Saved = {
  id: number | null
  at: string
  atDate: Date
  late: boolean
  state: TenderState
  deadline: string
  /** Something that must be fresh is not. */
  used: boolean
  /** The bidder is shut out at this moment. */
  excluded: boolean
  /** Other keysets took the place of those to which it is sealed since they were read. */
  outdated: boolean
}

/** An act of a bidder in a tender to be saved, or only to be judged by the clock when there is none. */
export type ToSave = { tender: string; act: NewAct | null; fresh: Fresh | null; keysetsBy: string | null }

const repeatsItself = ({ kcs, epks }: Fresh): boolean =>
  new Set(kcs).size !== kcs.length || new Set(epks.map((e) => `${e.ks} ${e.epk}`)).size !== epks.length

/** A list that is one column of several rows: base64url has no spaces. */
const spaced = (texts: readonly string[] | undefined): string | null => texts?.join(' ') ?? null

const ARRAY_OF = { text: sql`text[]`, integer: sql`integer[]`, bigint: sql`bigint[]`, boolean: sql`boolean[]` }

/** Columns of rows, each as one array: the text of a statement is the same however many rows it is asked about. */
const column = (values: readonly (string | number | boolean | null)[], type: keyof typeof ARRAY_OF = 'text'): SQL =>
  sql`${sql.param(values)}::${ARRAY_OF[type]}`

/**
 * Saves each sealed act whose tender is open at this very moment and all of which must be fresh is; answers in the order asked. The
 * row lock comes first and the clock is read after it, once for each act: with the comparison beside the lock, a statement that
 * waited for the lock's holder to roll back would be judged by the time at which it began to wait. Half-open: at the deadline it is
 * late. What is late before it asks for the lock gets none: the close takes the row only when nobody shares it, and a stream of late
 * bids would keep it from closing. Without an act it judges alone.
 *
 * What must be fresh is asked of the database's own function: the API's role sees no other bidder's rows, and may learn of them this
 * one thing. Who is shut out, by the same clock, may still withdraw.
 */
export async function saveActs(work: Work, asked: readonly ToSave[]): Promise<Saved[]> {
  const of = (pick: (ask: ToSave) => string | number | boolean | null | undefined, type?: keyof typeof ARRAY_OF) =>
    column(
      asked.map((ask) => pick(ask) ?? null),
      type,
    )
  const rows = await work.tx.execute<{
    id: string | null
    at: string
    late: boolean
    used: boolean
    excluded: boolean
    outdated: boolean
    deadline: string
    state: TenderState
  }>(
    sql`WITH asked AS MATERIALIZED (SELECT * FROM unnest(
               ${of((a) => a.tender)}, ${of(({ act }) => act?.bidder)}, ${of(({ act }) => act?.account)},
               ${of(({ act }) => act?.kind)}, ${of(({ act }) => act?.seq, 'integer')}, ${of(({ act }) => act?.jws)},
               ${of(({ act }) => act?.salt)}, ${of(({ act }) => act?.c)}, ${of(({ act }) => act?.eidTechnical)},
               ${of(({ act }) => act?.eidPrice)}, ${of(({ fresh }) => fresh !== null && repeatsItself(fresh), 'boolean')},
               ${of(({ fresh }) => fresh?.c)}, ${of(({ fresh }) => spaced(fresh?.kcs))},
               ${of(({ fresh }) => spaced(fresh?.epks.map((e) => e.ks)))}, ${of(({ fresh }) => spaced(fresh?.epks.map((e) => e.epk)))},
               ${of((a) => a.keysetsBy)})
             WITH ORDINALITY AS a (tender, bidder, account, kind, seq, jws, salt, c, eid_technical, eid_price,
                                   repeats, fresh_c, kcs, kss, epks, sealed_by, n)),
             t AS MATERIALIZED (SELECT no, state, deadline, keysets_by FROM tender
               WHERE no = ANY (${of((a) => a.tender)}) AND clock_timestamp() < deadline ORDER BY no FOR SHARE),
             u AS MATERIALIZED (SELECT t.*, true AS locked FROM t UNION ALL
               SELECT no, state, deadline, keysets_by, false FROM tender
               WHERE no = ANY (${of((a) => a.tender)}) AND NOT EXISTS (SELECT FROM t WHERE t.no = tender.no)),
             c AS MATERIALIZED (SELECT asked.*, u.state, u.deadline, u.locked, clock_timestamp() AS at,
               CASE WHEN repeats THEN true WHEN fresh_c IS NULL THEN false
                    ELSE already_used(fresh_c, string_to_array(kcs, ' '), string_to_array(kss, ' '), string_to_array(epks, ' ')) END AS used,
               kind = 'submission' AND keysets_by IS DISTINCT FROM sealed_by AS outdated,
               kind = 'submission' AND EXISTS (SELECT FROM exclusion WHERE org = bidder AND lifted_at IS NULL
                 AND starts_at <= clock_timestamp() AND clock_timestamp() < ends_at) AS excluded
               FROM u JOIN asked ON asked.tender = u.no),
             saved AS (INSERT INTO bid_act (tender, bidder, account, kind, seq, jws, salt, c, eid_technical, eid_price, at)
               SELECT tender, bidder, account, kind, seq, jws, salt, c, eid_technical, eid_price, at FROM c
               WHERE kind IS NOT NULL AND locked AND state = 'published' AND at < deadline AND NOT used AND NOT excluded AND NOT outdated
               RETURNING id, c)
        SELECT c.state, c.deadline, c.used, coalesce(c.excluded, false) AS excluded,
               coalesce(c.outdated, false) AS outdated, NOT c.locked OR c.at >= c.deadline AS late,
               date_trunc('milliseconds', c.at) AS at, saved.id
        FROM c LEFT JOIN saved ON saved.c = c.c ORDER BY c.n`,
  )
  if (rows.rows.length !== asked.length)
    throw new Error(`of ${asked.map((a) => a.tender).join(', ')} a tender vanished`)
  return rows.rows.map((row) => {
    const at = new Date(row.at)
    return {
      id: row.id === null ? null : Number(row.id),
      at: millisZ(at.getTime()),
      atDate: at,
      late: row.late,
      state: row.state,
      deadline: millisZ(new Date(row.deadline).getTime()),
      used: row.used,
      excluded: row.excluded,
      outdated: row.outdated,
    }
  })
}

export type NewEnvelope = { kind: string; eid: string; kc: string; ks: string; epks: string[]; bytes: Uint8Array }

/** A saved act, and all that is written when it is known when it came. */
export type Completed = {
  id: number
  tender: string
  bidder: string
  c: string
  /** The server's signed receipt. */
  received: string
  envelopes: NewEnvelope[]
  /** What is answered under the request's key. */
  under: UnderKey
  reply: Reply
}

/** Completes saved acts in one statement: signed receipts, envelopes, entries in the log, and the replies that are kept. */
export async function completeActs(work: Work, acts: readonly Completed[]): Promise<void> {
  const envelopes = acts.flatMap(({ tender: no, bidder, envelopes }) => envelopes.map((e) => ({ ...e, no, bidder })))
  const points = envelopes.flatMap((e) => e.epks.map((epk) => ({ ks: e.ks, epk })))
  // Bytes go each in a parameter of its own: in an array they would cross as hexadecimal text, twice as long.
  const files = envelopes.map((e, i) => sql`(${i + 1}::bigint, ${asBuffer(e.bytes)}::bytea)`)
  const steps = [
    sql`receipt AS (INSERT INTO bid_receipt (act, received) SELECT * FROM unnest(
      ${column(
        acts.map((a) => a.id),
        'bigint',
      )}, ${column(
        acts.map((a) => a.received),
        'text',
      )}))`,
    sql`entry AS (${sealedEntries(acts)})`,
    ...(files.length > 0
      ? [
          sql`files AS (INSERT INTO envelope (eid, tender, bidder, kind, kc, bytes)
            SELECT eid, tender, bidder, kind, kc, bytes FROM unnest(
              ${column(
                envelopes.map((e) => e.eid),
                'text',
              )}, ${column(
                envelopes.map((e) => e.no),
                'text',
              )},
              ${column(
                envelopes.map((e) => e.bidder),
                'text',
              )}, ${column(
                envelopes.map((e) => e.kind),
                'text',
              )},
              ${column(
                envelopes.map((e) => e.kc),
                'text',
              )}) WITH ORDINALITY AS e (eid, tender, bidder, kind, kc, n)
            JOIN (VALUES ${sql.join(files, sql`, `)}) AS f (n, bytes) USING (n))`,
          sql`points AS (INSERT INTO envelope_epk (ks, epk) SELECT * FROM unnest(
            ${column(
              points.map((e) => e.ks),
              'text',
            )}, ${column(
              points.map((e) => e.epk),
              'text',
            )}))`,
        ]
      : []),
  ]
  await work.tx.execute(sql`WITH ${sql.join(steps, sql`, `)} ${replyRows(work, acts)}`)
}
