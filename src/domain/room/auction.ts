// How does an auction stand by the entries that a room was sent? Read from its lines by whoever shows one: most rooms have none.
import { FormatError } from '../../proof/bytes.ts'
import { readAuctionBegun, readAuctionEnded, readAuctionStep } from '../record/auction.ts'
import type { Room, RoomLine } from './room.ts'

/** An auction as its entries tell it: bids under numbers, and at the end whose numbers they were. */
export interface RoomAuction {
  begun: { index: number; at: string; begins: string; seats: number; lowest: string } | null
  /** `time` by the database's clock, to the millisecond. */
  steps: readonly { index: number; n: number; round: number; seat: number; amount: string; time: string }[]
  ended: { index: number; at: string; seats: readonly { seat: number; bidder: string }[] } | null
}

const NONE: RoomAuction = { begun: null, steps: [], ended: null }
/** More than anybody could look at: a stranger's number must not make a page of itself. */
const MOST_SEATS = 1000

function after(auction: RoomAuction, { index, at, typ, payload }: RoomLine): RoomAuction {
  if (payload === null) return auction
  if (typ === 'auction.begun/1' && !auction.begun) {
    const { begins, seats, lowest } = readAuctionBegun(payload)
    return seats > MOST_SEATS ? auction : { ...auction, begun: { index, at, begins, seats, lowest } }
  }
  if (typ === 'auction.bid/1') {
    const { n, round, seat, amount, at: time } = readAuctionStep(payload)
    return { ...auction, steps: [...auction.steps, { index, n, round, seat, amount, time }] }
  }
  if (typ === 'auction.ended/1' && !auction.ended)
    return { ...auction, ended: { index, at, seats: readAuctionEnded(payload).seats } }
  return auction
}

/** The auction of a room; what cannot be read of it is left out, as its line in the event log says. */
export const auctionOf = ({ lines }: Pick<Room, 'lines'>): RoomAuction =>
  lines
    .filter(({ typ }) => typ.startsWith('auction.'))
    .reduce((auction, line) => {
      try {
        return after(auction, line)
      } catch (e) {
        if (!(e instanceof FormatError)) throw e
        return auction
      }
    }, NONE)
