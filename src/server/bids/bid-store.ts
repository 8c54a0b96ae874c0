// How are sealed acts kept? The statement that writes one is the statement that decides whether it came in time.
import { and, desc, eq, ne, type SQL, sql } from 'drizzle-orm'
import { bidAct } from '../../../db/schema/bids.ts'
import { keyset, tender } from '../../../db/schema/tenders.ts'
import type { BidderFacts } from '../../domain/bids/submission.ts'
import { millisZ } from '../../domain/kit/time.ts'
import type { TenderState } from '../../domain/tenders/lifecycle.ts'
import type { Json } from '../../proof/canonical.ts'
import { type Keyset, readKeyset } from '../../proof/keyset.ts'
import type { Primitives, PublicJwk } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { sealedEntry } from '../log/append.ts'
import type { Kept } from './requests.ts'

export type BidTender = { no: string; state: TenderState; keysets: { technical: Keyset; price: Keyset } }

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
    .select({ state: tender.state, kind: keyset.kind, ks: keyset.ks, body: keyset.body })
    .from(tender)
    .innerJoin(keyset, eq(keyset.tender, tender.no))
    .where(and(eq(tender.no, no), ne(tender.state, 'draft')))
  const of = (kind: string): Keyset | null => {
    const row = rows.find((r) => r.kind === kind)
    if (!row) return null
    return remembered(P, row.ks, row.body as Json)
  }
  const [technical, price] = [of('technical'), of('price')]
  if (!rows[0] || !technical || !price) return null
  return { no, state: rows[0].state as TenderState, keysets: { technical, price } }
}

/** The acts of a bidder so far: what number comes next, and which submission stands. */
export async function bidderFacts(work: Work, no: string, bidder: string): Promise<BidderFacts> {
  const rows = await work.tx
    .select({ seq: bidAct.seq, kind: bidAct.kind, c: bidAct.c })
    .from(bidAct)
    .where(and(eq(bidAct.tender, no), eq(bidAct.bidder, bidder), ne(bidAct.kind, 'refusal')))
    .orderBy(desc(bidAct.seq))
    .limit(1)
  return factsOf(bidder, rows[0])
}

const factsOf = (
  bidder: string,
  last: { seq: number | null; kind: string | null; c: string | null } | undefined,
): BidderFacts => ({
  bidder,
  nextSeq: (last?.seq ?? 0) + 1,
  current: last?.kind === 'submission' ? last.c : null,
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
  keysets: Record<string, string> | null
  keys: Record<string, PublicJwk> | null
  seq: number | null
  kind: string | null
  c: string | null
  outcome: string | null
  tender: string
  fingerprint: Uint8Array | null
  reply: string
  status: number
}

/** Reads the standing in one statement: bids come in thousands, and every statement more is a trip to the database and back. */
export async function readStanding(
  P: Primitives,
  work: Work,
  { tender: no, bidder, key }: { tender: string; bidder: string; key: string },
): Promise<Standing> {
  const { rows } = await work.tx.execute<StandingRow>(sql`
    SELECT (SELECT state FROM tender WHERE no = ${no} AND state <> 'draft') AS state,
           (SELECT json_object_agg(keyset.kind, ks) FROM keyset WHERE keyset.tender = ${no}) AS keysets,
           (SELECT json_object_agg(kid, jwk) FROM actor_key WHERE org = ${bidder}
               AND replaced_by IS NULL AND revoked_at IS NULL) AS keys,
           last.*, kept.*
    FROM (VALUES (1)) AS one
    LEFT JOIN (SELECT seq, kind, c FROM bid_act WHERE tender = ${no} AND bidder = ${bidder} AND kind <> 'refusal'
               ORDER BY seq DESC LIMIT 1) AS last ON true
    LEFT JOIN (SELECT outcome, tender, fingerprint, reply, status FROM bid_request
               WHERE bidder = ${bidder} AND key = ${key}) AS kept ON true`)
  const row = rows[0] as StandingRow
  const of = async (kind: string) => {
    const ks = row.keysets?.[kind]
    return ks === undefined ? null : keysetOf(P, work, ks)
  }
  const [technical, price] = row.state === null ? [null, null] : [await of('technical'), await of('price')]
  return {
    tender: row.state && technical && price ? { no, state: row.state, keysets: { technical, price } } : null,
    kept: row.outcome === null ? null : { ...row, outcome: row.outcome },
    keys: new Map(Object.entries(row.keys ?? {})),
    facts: factsOf(bidder, row),
  }
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
}

/** A condition for each: one that joins lists is planned as a reading of whole tables until their statistics are taken. */
const isUsed = ({ c, kcs, epks }: Fresh): SQL =>
  new Set(kcs).size !== kcs.length || new Set(epks.map((e) => `${e.ks} ${e.epk}`)).size !== epks.length
    ? sql`true`
    : sql.join(
        [
          sql`EXISTS (SELECT FROM bid_act WHERE c = ${c})`,
          ...kcs.map((kc) => sql`EXISTS (SELECT FROM envelope WHERE kc = ${kc})`),
          ...epks.map(({ ks, epk }) => sql`EXISTS (SELECT FROM envelope_epk WHERE ks = ${ks} AND epk = ${epk})`),
        ],
        sql` OR `,
      )

/**
 * Saves a sealed act if the tender is open at this very moment and all that must be fresh is. The row lock comes first and the
 * clock is read once after it: with the comparison beside the lock, a statement that waited for the lock's holder to roll back
 * would be judged by the time at which it began to wait. Half-open: at the deadline it is late. What is late before it asks for
 * the lock gets none: the close takes the row only when nobody shares it, and a stream of late bids would keep it from closing.
 * Without an act it judges alone.
 */
export async function saveAct(work: Work, no: string, act: NewAct | null, fresh: Fresh | null): Promise<Saved> {
  const insert = act
    ? sql`INSERT INTO bid_act (tender, bidder, account, kind, seq, jws, salt, c, eid_technical, eid_price, received, at)
          SELECT ${no}, ${act.bidder}, ${act.account}, ${act.kind}, ${act.seq}::integer, ${act.jws}, ${act.salt}, ${act.c},
                 ${act.eidTechnical}::text, ${act.eidPrice}::text, '', c.at
          FROM c WHERE c.locked AND c.state = 'published' AND c.at < c.deadline AND NOT c.used RETURNING id`
    : sql`SELECT NULL::bigint AS id WHERE false`
  const rows = await work.tx.execute<{
    id: string | null
    at: string
    late: boolean
    used: boolean
    deadline: string
    state: TenderState
  }>(
    sql`WITH t AS MATERIALIZED (SELECT state, deadline FROM tender WHERE no = ${no} AND clock_timestamp() < deadline FOR SHARE),
             u AS MATERIALIZED (SELECT t.*, true AS locked FROM t UNION ALL
                                SELECT state, deadline, false FROM tender WHERE no = ${no} AND NOT EXISTS (SELECT FROM t)),
             c AS MATERIALIZED (SELECT u.*, clock_timestamp() AS at, ${fresh ? isUsed(fresh) : sql`false`} AS used FROM u),
             saved AS (${insert})
        SELECT c.state, c.deadline, c.used, NOT c.locked OR c.at >= c.deadline AS late, date_trunc('milliseconds', c.at) AS at, saved.id FROM c LEFT JOIN saved ON true`,
  )
  const row = rows.rows[0]
  if (!row) throw new Error(`tender ${no} vanished`)
  const at = new Date(row.at)
  return {
    id: row.id === null ? null : Number(row.id),
    at: millisZ(at.getTime()),
    atDate: at,
    late: row.late,
    state: row.state,
    deadline: millisZ(new Date(row.deadline).getTime()),
    used: row.used,
  }
}

export type NewEnvelope = { kind: string; eid: string; kc: string; ks: string; epks: string[]; bytes: Uint8Array }

/**
 * Completes a saved act in one statement: its signed receipt, its envelopes, its entry in the log, and what `last` writes.
 */
export async function completeAct(
  work: Work,
  act: { id: number; tender: string; bidder: string; c: string; received: string; envelopes: NewEnvelope[] },
  last: SQL,
): Promise<void> {
  const { tender: no, bidder, envelopes } = act
  const steps = [
    sql`receipt AS (UPDATE bid_act SET received = ${act.received} WHERE id = ${act.id})`,
    sql`entry AS (${sealedEntry(no, act.c)})`,
  ]
  if (envelopes.length > 0) {
    const files = envelopes.map((e) => sql`(${e.eid}, ${no}, ${bidder}, ${e.kind}, ${e.kc}, ${asBuffer(e.bytes)})`)
    const points = envelopes.flatMap((e) => e.epks.map((epk) => sql`(${e.ks}, ${epk})`))
    steps.push(
      sql`files AS (INSERT INTO envelope (eid, tender, bidder, kind, kc, bytes) VALUES ${sql.join(files, sql`, `)})`,
      sql`points AS (INSERT INTO envelope_epk (ks, epk) VALUES ${sql.join(points, sql`, `)})`,
    )
  }
  await work.tx.execute(sql`WITH ${sql.join(steps, sql`, `)} ${last}`)
}
