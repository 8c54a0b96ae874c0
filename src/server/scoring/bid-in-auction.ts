// May this bidder bid this now? Judged by the database's clock once the tender's row is held, and kept with its log entry or not at all.
import { and, eq, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { auctionBid, auctionHand, auctionSeat } from '../../../db/schema/auctions.ts'
import { type AuctionView, bidInAuction, readAuction } from '../../api/auctions.ts'
import { compare } from '../../domain/kit/fraction.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { mayBidInAuction, mostAllowed } from '../../domain/scoring/auction.ts'
import { isOpenAt } from '../../domain/scoring/auction-clock.ts'
import { offering } from '../../domain/tenders/signed-acts.ts'
import { FormatError, fromB64u } from '../../proof/bytes.ts'
import { readJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Work } from '../db.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { findTender, lockTender, type TenderRow } from '../tenders/tender-store.ts'
import { type AuctionRow, auctioneers, auctionRule, bidsIn, roundOf, saveBid, standingOf } from './auction-store.ts'

/** Of the bids in a view: the newest. */
const SHOWN = 100

/** The tender whose auction was announced, and the caller's own number in it. */
async function seated(work: Work, row: TenderRow | null, org: string) {
  if (!row || row.peak === 'draft') refuse('not-found')
  const rule = auctionRule(row)
  if (!rule || !row.auction) refuse('no-auction')
  const [own] = await work.tx
    .select({ seat: auctionSeat.seat })
    .from(auctionSeat)
    .where(and(eq(auctionSeat.tender, row.no), eq(auctionSeat.bidder, org)))
  if (!own) refuse('auction-not-seated')
  return { row, rule, auction: row.auction, seat: own.seat }
}

/** Where the auction stands for one of its bidders. Who has not bid yet stands at the price that was opened, under no number. */
async function view({ params, caller, ...work }: Context<typeof readAuction>): Promise<AuctionView> {
  const { org } = known(caller)
  const { row, rule, auction, seat } = await seated(work, await findTender(work, params.no), org)
  const bids = await bidsIn(work, row.no)
  const now = work.now.date.getTime()
  const round = roundOf(row, bids, now)
  if (!round) refuse('no-auction')
  const standing = standingOf(row, bids)
  const opened = await auctioneers(work, row)
  const own = bids.findLast((b) => b.seat === seat)?.amount ?? opened.find((one) => one.bidder === org)?.amount ?? null
  return {
    seat,
    seats: auction.seats,
    begins: auction.begins,
    round: round.round,
    rounds: rule.rounds,
    ends: millisZ(round.ends),
    state: round.over || row.state !== 'price_opening' ? 'over' : isOpenAt(round, now) ? 'open' : 'waiting',
    lowest: standing.lowest ?? auction.lowest,
    own,
    rank: own === null ? null : 1 + lower(bids, opened, own),
    most: mostAllowed(rule, standing, org),
    step: rule.step,
    bids: bids
      .slice(-SHOWN)
      .reverse()
      .map(({ n, round: of, seat: by, amount, at }) => ({ n, round: of, seat: by, amount, at: millisZ(at.getTime()) })),
    now: millisZ(now),
  }
}

/**
 * How many bidders stand lower, at least: all whose last bid is. Opened prices count as if nobody had moved on from them, for who has
 * would tell whose number is whose.
 */
function lower(bids: readonly AuctionRow[], opened: readonly { amount: string }[], own: string): number {
  const last = new Map(bids.map((b) => [b.seat, b.amount]))
  const below = (amounts: readonly string[]) => amounts.filter((amount) => compare(amount, own) < 0).length
  return Math.max(below([...last.values()]), below(opened.map((o) => o.amount)))
}

/** The moment in which the row is held, by the database's clock: never before the bid above it. */
async function heldAt(work: Work, after: Date | undefined): Promise<Date> {
  const { rows } = await work.tx.execute<{ at: string }>(
    sql`SELECT date_trunc('milliseconds', clock_timestamp())::text AS at`,
  )
  const now = new Date(String(rows[0]?.at))
  return after && after > now ? after : now
}

const offerOf = (jws: string): { amount: string } => {
  try {
    const { amount } = readJws(jws).payload
    return { amount: typeof amount === 'string' ? amount : '' }
  } catch (err) {
    if (err instanceof FormatError) return { amount: '' }
    throw err
  }
}

async function bid({ deps, params, body, caller, ...work }: Context<typeof bidInAuction>) {
  const { P } = deps
  const { org } = known(caller)
  const { row, rule, seat } = await seated(work, await lockTender(work, params.no), org)
  const c = commitment(P, fromB64u(body.salt), body.jws)
  const [before] = await work.tx
    .select({ n: auctionBid.n, round: auctionBid.round, at: auctionBid.at })
    .from(auctionBid)
    .innerJoin(auctionHand, eq(auctionHand.c, auctionBid.c))
    .where(and(eq(auctionBid.c, c), eq(auctionHand.bidder, org)))
  if (before) return { n: before.n, round: before.round, at: millisZ(before.at.getTime()), c }
  if (row.state !== 'price_opening') refuse('auction-not-open', { state: row.state })
  const bids = await bidsIn(work, row.no)
  const at = await heldAt(work, bids.at(-1)?.at)
  const round = roundOf(row, bids, at.getTime())
  if (!round || !isOpenAt(round, at.getTime())) refuse('auction-not-open', { begins: row.auction?.begins ?? '' })
  const { amount } = offerOf(body.jws)
  insist(await signatureReasons(P, work, caller, body.jws, offering(row.no, { bidder: org, seat, amount })))
  const offer = { bidder: org, amount, round: round.round }
  insist(
    mayBidInAuction(
      rule,
      row.rule.kind === 'NEGOTIATION' ? 0 : row.rule.dp,
      standingOf(row, bids),
      offer,
      new Set([org]),
    ),
  )
  const made = { tender: row.no, n: bids.length + 1, round: round.round, seat, amount, at, c }
  await saveBid({ P, work, row }, made, { bidder: org, salt: body.salt, jws: body.jws })
  return { n: made.n, round: made.round, at: millisZ(at.getTime()), c }
}

export function serveAuctions(app: Express, deps: Deps): void {
  serve(app, deps, readAuction, view)
  serve(app, deps, bidInAuction, bid)
}
