// What does the log say of an auction? Announcement, bids under seats, and at the end whose seats they were; read, not judged.
import type { AuctionBid } from '../scoring/auction.ts'
import type { Entry } from './entry.ts'
import { asText, b32, list, type Obj, object, text, time, whole } from './fields.ts'

type Place = { tender: string; lot: string }

/** The announcement: when the first round begins, how many sit in it, and the lowest price that was opened. */
export interface AuctionBegun extends Place {
  begins: string
  seats: number
  lowest: string
}

/** A bid as everybody sees it. `c` commits to what its bidder signed. */
export interface AuctionStep extends Place {
  n: number
  round: number
  seat: number
  amount: string
  /** By the database's clock, to the millisecond. */
  at: string
  c: string
}

/** The end: who sat where, and what each bid was signed with. */
export interface AuctionEnded extends Place {
  ended: string
  seats: { seat: number; bidder: string }[]
  hands: { n: number; salt: string; jws: string }[]
}

/** What a bidder signs. */
export interface AuctionOffer extends Place {
  bidder: string
  seat: number
  amount: string
}

const place = (o: Obj): Place => ({ tender: text(o, 'tender'), lot: text(o, 'lot') })

export const readAuctionBegun = (o: Obj): AuctionBegun => ({
  ...place(o),
  begins: time(o, 'begins'),
  seats: whole(o, 'seats'),
  lowest: text(o, 'lowest'),
})

export const readAuctionStep = (o: Obj): AuctionStep => ({
  ...place(o),
  n: whole(o, 'n'),
  round: whole(o, 'round'),
  seat: whole(o, 'seat'),
  amount: text(o, 'amount'),
  at: time(o, 'at'),
  c: b32(o, 'c'),
})

export const readAuctionEnded = (o: Obj): AuctionEnded => ({
  ...place(o),
  ended: time(o, 'ended'),
  seats: list(o, 'seats', (value, name) => {
    const s = object(value, name)
    return { seat: whole(s, 'seat'), bidder: text(s, 'bidder') }
  }),
  hands: list(o, 'hands', (value, name) => {
    const h = object(value, name)
    return { n: whole(h, 'n'), salt: b32(h, 'salt'), jws: asText(h.jws, `${name}.jws`) }
  }),
})

export const readAuctionOffer = (o: Obj): AuctionOffer => ({
  ...place(o),
  bidder: text(o, 'bidder'),
  seat: whole(o, 'seat'),
  amount: text(o, 'amount'),
})

/** An auction as the log has it. */
export interface AuctionRecord {
  begun: Entry<AuctionBegun> | null
  steps: Entry<AuctionStep>[]
  ended: Entry<AuctionEnded> | null
}

/** The bids by the organisations behind the seats, in the order of the log; null until that is known. */
export function auctionBids({ steps, ended }: AuctionRecord): AuctionBid[] | null {
  if (!ended) return null
  const sat = new Map(ended.payload.seats.map(({ seat, bidder }) => [seat, bidder]))
  return steps.map(({ payload: { seat, amount, round } }) => ({
    bidder: sat.get(seat) ?? `seat ${seat}`,
    amount,
    round,
  }))
}
