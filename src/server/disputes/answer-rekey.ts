// A bidder seals the seeds of its bid again, to the custodians that an overseer named; what is inside nobody reads before they release.
import { and, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { opening, rekey, rekeyEnvelope, rekeyLetter } from '../../../db/schema/tenders.ts'
import { answerRekey, readRekey } from '../../api/disputes.ts'
import { KINDS, type Kind } from '../../domain/record/finding.ts'
import { b64u, utf8 } from '../../proof/bytes.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { readEnvelope } from '../../proof/envelope.ts'
import { readJws } from '../../proof/jws.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { bidsThatCount } from '../openings/closing.ts'
import { keysetOf } from '../openings/release-store.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { findTender, legal, lockTender } from '../tenders/tender-store.ts'

type Ordered = { kind: Kind; until: Date; statement: string; listed: boolean }

/** What was ordered for a tender, kind by kind; `listed`: the answers were listed, and none comes any more. */
async function ordersOf(work: Work, no: string): Promise<Ordered[]> {
  const rows = await work.tx.select().from(rekey).where(eq(rekey.tender, no))
  const openings = await work.tx.select({ kind: opening.kind }).from(opening).where(eq(opening.tender, no))
  return KINDS.flatMap((kind) => {
    const row = rows.find((r) => r.kind === kind)
    const listed = openings.some((o) => o.kind === `rekey-${kind}`)
    return row ? [{ kind, until: row.until, statement: row.statement, listed }] : []
  })
}

async function read({ params, caller, ...work }: Context<typeof readRekey>) {
  const row = await findTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const orders = await ordersOf(work, row.no)
  const last = orders.at(-1)
  if (!last) return { rekey: null }
  const bids = await bidsThatCount(work, row)
  const letters = await work.tx
    .select({ bidder: rekeyLetter.bidder })
    .from(rekeyLetter)
    .where(eq(rekeyLetter.tender, row.no))
  const org = caller?.org
  const over = work.now.date >= last.until || orders.some((o) => o.listed)
  const own = !bids.some((bid) => bid.bidder === org)
    ? ('no bid' as const)
    : letters.some((letter) => letter.bidder === org)
      ? ('answered' as const)
      : over
        ? ('too late' as const)
        : ('asked' as const)
  const { statement } = last
  const kinds = orders.map((o) => o.kind)
  return {
    rekey: { until: legal(last.until), statement, kinds, bids: bids.length, answers: letters.length, own },
  }
}

async function answer({ deps, params, body, caller, ...work }: Context<typeof answerRekey>) {
  const { P } = deps
  const { org } = known(caller)
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const orders = await ordersOf(work, row.no)
  const bids = await bidsThatCount(work, row)
  if (orders.length === 0 || !bids.some((bid) => bid.bidder === org)) refuse('rekey-none')
  const [before] = await work.tx
    .select({ jws: rekeyLetter.jws })
    .from(rekeyLetter)
    .where(and(eq(rekeyLetter.tender, row.no), eq(rekeyLetter.bidder, org)))
  if (before) {
    if (before.jws !== body.jws) refuse('rekey-answered')
    return { accepted: true as const }
  }
  const ended = row.state === 'failed' || row.state === 'cancelled'
  if (ended || orders.some((o) => o.listed || work.now.date >= o.until)) refuse('rekey-over')
  const eids: JsonObject = {}
  const made: { kind: Kind; eid: string; bytes: Uint8Array }[] = []
  for (const { kind } of orders) {
    const { keyset } = await keysetOf(P, work, row.no, `rekey-${kind}`)
    const bytes = utf8(body.envelopes[kind] ?? '')
    const envelope = readEnvelope(P, bytes, keyset)
    if ('refused' in envelope)
      refuse('envelope-invalid', { kind, why: envelope.refused.map(({ code }) => code).join(', ') })
    const eid = b64u(P.sha256(bytes))
    eids[kind] = eid
    made.push({ kind, eid, bytes })
  }
  const payload = { typ: 'rekey/1', tender: row.no, lot: '1', bidder: org, envelopes: eids }
  insist(await signatureReasons(P, work, caller, body.jws, payload))
  const { kid } = readJws(body.jws).header
  await work.tx.insert(rekeyLetter).values({ tender: row.no, bidder: org, jws: body.jws, kid, at: work.now.date })
  await work.tx
    .insert(rekeyEnvelope)
    .values(made.map(({ kind, eid, bytes }) => ({ eid, tender: row.no, kind, bidder: org, bytes })))
  await append(P, work, { typ: 'rekey/1', org, ref: row.no, by: kid, payload: body.jws })
  return { accepted: true as const }
}

export function serveRekeyAnswers(app: Express, deps: Deps): void {
  serve(app, deps, readRekey, read)
  serve(app, deps, answerRekey, answer)
}
