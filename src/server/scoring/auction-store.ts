// How is an auction announced, kept and ended? Bids under numbers for everybody, and beside them who signed, for nobody until the end.
import { and, asc, eq } from 'drizzle-orm'
import { auctionBid, auctionHand, auctionSeat } from '../../../db/schema/auctions.ts'
import { openingEnvelope, type tender } from '../../../db/schema/tenders.ts'
import { addSeconds, millisZ, timeOf } from '../../domain/kit/time.ts'
import { amountIn } from '../../domain/record/payloads.ts'
import { type AuctionBid, openedWith, type Standing } from '../../domain/scoring/auction.ts'
import { type Round, roundsOf } from '../../domain/scoring/auction-clock.ts'
import { joinsAuction } from '../../domain/scoring/contest.ts'
import { type AuctionRule, isContest } from '../../domain/scoring/contest-rule.ts'
import { compareBytes } from '../../proof/bytes.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import type { Advancing } from '../tenders/advance.ts'
import { legal, type TenderRow } from '../tenders/tender-store.ts'

/** So long after the last price was opened the first round begins, for people to come; a demonstration divides it. */
const AUCTION_AFTER_SECONDS = 600
const AUCTION_LEAST_SECONDS = 3

export type AuctionRow = typeof auctionBid.$inferSelect

/** The rule of the tender's auction; null where there is none. */
export const auctionRule = ({ rule }: Pick<TenderRow, 'rule'>): AuctionRule | null =>
  isContest(rule) ? (rule.auction ?? null) : null

/** Who may bid, with the prices that were opened, in no order that means anything. */
export async function auctioneers(work: Work, row: TenderRow): Promise<{ bidder: string; amount: string }[]> {
  const { rule } = row
  if (!isContest(rule) || !rule.auction) return []
  const opened = await work.tx
    .select({ bidder: openingEnvelope.bidder, body: openingEnvelope.body })
    .from(openingEnvelope)
    .where(
      and(eq(openingEnvelope.tender, row.no), eq(openingEnvelope.kind, 'price'), eq(openingEnvelope.state, 'valid')),
    )
    .orderBy(asc(openingEnvelope.bidder))
  return opened.flatMap(({ bidder, body }) => {
    const amount = amountIn(body as never, rule.currency)
    return amount !== null && joinsAuction(rule, { id: bidder, price: 'valid', amount }) ? [{ bidder, amount }] : []
  })
}

/** Every bid of an auction, the first one first. */
export const bidsIn = (work: Work, no: string): Promise<AuctionRow[]> =>
  work.tx.select().from(auctionBid).where(eq(auctionBid.tender, no)).orderBy(asc(auctionBid.n))

/** The round of an announced auction at a moment. */
export function roundOf(row: TenderRow, bids: readonly AuctionRow[], now: number): Round | null {
  const rule = auctionRule(row)
  if (!rule || !row.auction) return null
  const times = bids.map((b) => b.at.getTime())
  return roundsOf(rule, timeOf(row.auction.begins), times, now).round
}

/** Where prices stand, bids under their numbers: what is bid next depends on nobody's name. */
export function standingOf(row: TenderRow, bids: readonly AuctionRow[]): Standing {
  const rule = auctionRule(row)
  if (!rule || !row.auction) throw new Error(`no auction of ${row.no} was announced`)
  const last = bids.at(-1)
  const opened = openedWith(rule, [{ bidder: 'opened', amount: row.auction.lowest }])
  // Each bid was below all before it: the rule asks for it, and so the last one is the lowest.
  return last ? { ...opened, lowest: last.amount, round: last.round } : opened
}

/** When the auction is over, as far as its bids tell now; null while it has not been announced. */
export async function auctionEnds({ work, row }: Advancing): Promise<number | null> {
  if (!row.auction) return null
  const round = roundOf(row, await bidsIn(work, row.no), work.now.date.getTime())
  return round?.ends ?? null
}

/** Gives numbers by lot, so that they say nothing, and announces when the first round begins. */
export async function beginAuction(step: Advancing): Promise<Partial<typeof tender.$inferInsert>> {
  const { P, work, row, accelerator } = step
  const rule = auctionRule(row)
  const all = await auctioneers(work, row)
  if (!rule || all.length === 0) throw new Error(`nobody to bid in ${row.no}`)
  const drawn = all
    .map(({ bidder }) => ({ bidder, ticket: P.random(32) }))
    .sort((a, b) => compareBytes(a.ticket, b.ticket))
  await work.tx.insert(auctionSeat).values(drawn.map(({ bidder }, i) => ({ tender: row.no, bidder, seat: i + 1 })))
  const seconds = Math.max(AUCTION_LEAST_SECONDS, Math.ceil(AUCTION_AFTER_SECONDS / accelerator))
  const lowest = all.map(({ amount }) => BigInt(amount)).reduce((low, amount) => (amount < low ? amount : low))
  const begins = addSeconds(legal(work.now.date), seconds)
  const auction = { begins, seats: all.length, lowest: String(lowest) }
  const payload = { typ: 'auction.begun/1', tender: row.no, lot: '1', ...auction }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  return { auction }
}

/** Keeps a bid and logs it under its number: both stand, or neither. */
export async function saveBid(
  step: Pick<Advancing, 'P' | 'work' | 'row'>,
  bid: AuctionRow,
  hand: { bidder: string; salt: string; jws: string },
): Promise<void> {
  const { P, work, row } = step
  await work.tx.insert(auctionBid).values(bid)
  await work.tx.insert(auctionHand).values({ c: bid.c, tender: row.no, ...hand })
  const { n, round, seat, amount, c } = bid
  const payload = {
    typ: 'auction.bid/1',
    tender: row.no,
    lot: '1',
    n,
    round,
    seat,
    amount,
    at: millisZ(bid.at.getTime()),
    c,
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
}

/** The bids by the organisations behind the numbers, for the ranking. */
export async function namedBids({ work, row }: Pick<Advancing, 'work' | 'row'>): Promise<AuctionBid[]> {
  const seats = await work.tx.select().from(auctionSeat).where(eq(auctionSeat.tender, row.no))
  const sat = new Map(seats.map(({ seat, bidder }) => [seat, bidder]))
  return (await bidsIn(work, row.no)).map(({ seat, amount, round }) => ({
    bidder: sat.get(seat) as string,
    amount,
    round,
  }))
}

/** Says who sat where, with what each bid was signed with: from here everybody can check whose bids they were. */
export async function revealAuction({ P, work, row }: Advancing): Promise<void> {
  const bids = await bidsIn(work, row.no)
  const seats = await work.tx
    .select({ seat: auctionSeat.seat, bidder: auctionSeat.bidder })
    .from(auctionSeat)
    .where(eq(auctionSeat.tender, row.no))
    .orderBy(asc(auctionSeat.seat))
  const hands = await work.tx
    .select({ n: auctionBid.n, salt: auctionHand.salt, jws: auctionHand.jws })
    .from(auctionBid)
    .innerJoin(auctionHand, eq(auctionHand.c, auctionBid.c))
    .where(eq(auctionBid.tender, row.no))
    .orderBy(asc(auctionBid.n))
  const round = roundOf(row, bids, work.now.date.getTime())
  if (!round?.over) throw new Error(`the auction of ${row.no} is not over`)
  const payload = { typ: 'auction.ended/1', tender: row.no, lot: '1', ended: millisZ(round.ends), seats, hands }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
}
