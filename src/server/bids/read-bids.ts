// What may a bidder ask about its own acts, and what may anybody ask about a blinded entry?
import { and, asc, desc, eq, getTableColumns, max, ne, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { auctionBid, auctionHand } from '../../../db/schema/auctions.ts'
import { bidAct, bidReceipt, envelope } from '../../../db/schema/bids.ts'
import { logEntry } from '../../../db/schema/log.ts'
import { question } from '../../../db/schema/questions.ts'
import { keyset, tender } from '../../../db/schema/tenders.ts'
import { listOwnBids, listReceipts, readOutcome, readOwnBids, readProof } from '../../api/bids.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { KINDS, type Kind } from '../../domain/record/finding.ts'
import type { TenderState } from '../../domain/tenders/lifecycle.ts'
import { maySee } from '../../domain/visibility.ts'
import { fromUtf8, utf8 } from '../../proof/bytes.ts'
import { canonical } from '../../proof/canonical.ts'
import { sealedLeaf } from '../../proof/leaf.ts'
import { writeTlogProof } from '../../proof/receipt.ts'
import type { Work } from '../db.ts'
import { inclusion, newestCheckpoint } from '../log/read-log.ts'
import { known } from '../people/caller.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve, Verbatim } from '../serve.ts'
import { bidderFacts, loadTenderForBidding } from './bid-store.ts'
import { settle } from './requests.ts'

async function outcome({ deps, params, caller, ...work }: Context<typeof readOutcome>) {
  const { org } = known(caller)
  if (!(await loadTenderForBidding(deps.P, work, params.no))) refuse('not-found')
  const kept = await settle(work, org, params.key, params.no)
  return { outcome: kept.outcome, status: kept.status, reply: kept.reply === '' ? null : JSON.parse(kept.reply) }
}

/** Ids of a bidder's envelopes whose bytes are there and still what was sealed. */
async function wholeEnvelopes(work: Work, no: string, bidder: string): Promise<Set<string>> {
  const rows = await work.tx
    .select({ eid: envelope.eid })
    .from(envelope)
    .where(
      and(eq(envelope.tender, no), eq(envelope.bidder, bidder), sql`b64u(sha256(${envelope.bytes})) = ${envelope.eid}`),
    )
  return new Set(rows.map((row) => row.eid))
}

const eidOf = (row: { eidTechnical: string | null; eidPrice: string | null }, kind: Kind): string =>
  (kind === 'technical' ? row.eidTechnical : row.eidPrice) ?? ''

async function own({ deps, params, caller, ...work }: Context<typeof readOwnBids>) {
  const { org } = known(caller)
  if (!(await loadTenderForBidding(deps.P, work, params.no))) refuse('not-found')
  const rows = await work.tx
    .select({ ...getTableColumns(bidAct), received: bidReceipt.received })
    .from(bidAct)
    .innerJoin(bidReceipt, eq(bidReceipt.act, bidAct.id))
    .where(and(eq(bidAct.tender, params.no), eq(bidAct.bidder, org), ne(bidAct.kind, 'refusal')))
    .orderBy(asc(bidAct.seq))
  const facts = await bidderFacts(work, params.no, org)
  const [replaced] = await work.tx
    .select({ at: max(keyset.replacedAt) })
    .from(keyset)
    .where(eq(keyset.tender, params.no))
  const [standing] = await work.tx
    .select({ keysetsBy: tender.keysetsBy, ruleBy: tender.ruleBy })
    .from(tender)
    .where(eq(tender.no, params.no))
  const byRule = standing?.ruleBy != null && standing.ruleBy === standing.keysetsBy
  const outdated = (at: Date) => replaced?.at != null && at < replaced.at
  const whole = await wholeEnvelopes(work, params.no, org)
  return {
    acts: rows.map((row) => ({
      lost: KINDS.filter((kind) => eidOf(row, kind) !== '' && !whole.has(eidOf(row, kind))),
      seq: row.seq,
      kind: row.kind,
      c: row.c,
      at: millisZ(row.at.getTime()),
      receipt: row.received,
      index: row.idx,
      counts: row.c === facts.current && !outdated(row.at),
      outdated: row.c === facts.current && outdated(row.at),
    })),
    replaced: replaced?.at == null ? null : byRule ? ('rule' as const) : ('custodians' as const),
    nextSeq: facts.nextSeq,
    current: facts.current,
  }
}

async function list({ caller, ...work }: Context<typeof listOwnBids>) {
  const { org } = known(caller)
  const rows = await work.tx
    .select({ tender: bidAct.tender, kind: bidAct.kind, at: bidAct.at })
    .from(bidAct)
    .where(and(eq(bidAct.bidder, org), ne(bidAct.kind, 'refusal')))
    .orderBy(asc(bidAct.seq))
  const bids = new Map<string, { tender: string; acts: number; stands: string; at: string }>()
  for (const { tender: no, kind, at } of rows) {
    bids.set(no, { tender: no, acts: (bids.get(no)?.acts ?? 0) + 1, stands: kind, at: millisZ(at.getTime()) })
  }
  return { bids: [...bids.values()] }
}

/** Receipts that a list has at most, of each of the tables. */
const MOST_RECEIPTS = 1000

async function receipts({ caller, ...work }: Context<typeof listReceipts>) {
  const { org } = known(caller)
  const sealed = await work.tx
    .select({ tender: bidAct.tender, kind: bidAct.kind, seq: bidAct.seq, c: bidAct.c, at: bidAct.at })
    .from(bidAct)
    .where(eq(bidAct.bidder, org))
    .orderBy(desc(bidAct.at), desc(bidAct.id))
    .limit(MOST_RECEIPTS)
  const bids = await work.tx
    .select({ tender: auctionBid.tender, c: auctionBid.c, at: auctionBid.at })
    .from(auctionBid)
    .innerJoin(auctionHand, eq(auctionHand.c, auctionBid.c))
    .where(eq(auctionHand.bidder, org))
    .orderBy(desc(auctionBid.at))
    .limit(MOST_RECEIPTS)
  const asked = await work.tx
    .select({ tender: question.tender, c: question.c, at: question.at })
    .from(question)
    .where(eq(question.org, org))
    .orderBy(desc(question.at))
    .limit(MOST_RECEIPTS)
  const acts = [
    ...sealed.map((act) => ({ ...act, kind: act.kind as 'submission' | 'withdrawal' | 'refusal' })),
    ...bids.map((bid) => ({ ...bid, kind: 'auction' as const, seq: null })),
    ...asked.map((one) => ({ ...one, kind: 'question' as const, seq: null })),
  ]
  const newest = acts.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, MOST_RECEIPTS)
  return { acts: newest.map((act) => ({ ...act, at: millisZ(act.at.getTime()) })) }
}

async function proof({ deps, params, caller, ...work }: Context<typeof readProof>) {
  const { tx } = work
  const newest = await newestCheckpoint(tx)
  const entries = await tx.select({ idx: logEntry.idx }).from(logEntry).where(eq(logEntry.c, params.c))
  const index = entries[0]?.idx
  // Not yet under a checkpoint, a cover, never heard of: all three look the same.
  if (newest === null || index === undefined || index >= newest.size) refuse('not-found')
  const acts = await tx
    .select({
      salt: bidAct.salt,
      jws: bidAct.jws,
      received: bidReceipt.received,
      bidder: bidAct.bidder,
      agency: tender.agency,
      state: tender.state,
      peak: tender.peak,
    })
    .from(bidAct)
    .innerJoin(tender, eq(tender.no, bidAct.tender))
    .innerJoin(bidReceipt, eq(bidReceipt.act, bidAct.id))
    .where(eq(bidAct.c, params.c))
  const act = acts[0]
  const seen =
    act !== undefined &&
    (['ownBids', 'reveal'] as const).some((part) =>
      maySee(part, caller, {
        state: act.state as TenderState,
        peak: act.peak as TenderState,
        agency: act.agency,
        bidder: act.bidder,
      }),
    )
  // A question has no statement that its asker signed: its own firm gets the entry itself, and has what opens it on its page.
  const asked = and(eq(question.c, params.c), eq(question.org, caller?.org ?? ''))
  const own = act === undefined && (await tx.select({ c: question.c }).from(question).where(asked))[0]
  const extra = seen
    ? utf8(canonical({ salt: act.salt, jws: act.jws, received: act.received }))
    : own && utf8(canonical({ leaf: fromUtf8(sealedLeaf(own.c)) }))
  const text = writeTlogProof({ ...(extra ? { extra } : {}), ...(await inclusion(deps, tx, index)) })
  return new Verbatim(text, 'text/plain; charset=utf-8', 200, { 'Cache-Control': 'private, no-store' })
}

export function serveOwnBids(app: Express, deps: Deps): void {
  serve(app, deps, readOutcome, outcome, { mode: 'write' })
  serve(app, deps, readOwnBids, own)
  serve(app, deps, listOwnBids, list)
  serve(app, deps, listReceipts, receipts)
  serve(app, deps, readProof, proof)
}
